"""From labelled documents to what the network learns from."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from attrs import frozen

from quoteattr import formats, marks
from quoteattr.decoding import CONTENT, CUE, SOURCE
from quoteattr.pieces import Pieces, pieces
from quoteattr.quotes import Document, Span
from quoteattr.reading import CLS, SEP, WINDOW

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Integers: TypeAlias = NDArray[np.int64]

__all__ = ["UNKNOWN", "Batch", "Example", "Window", "batches", "corpora", "example", "split"]

UNKNOWN = -100
"""A label that costs nothing, whatever the network says."""
_NONE = -1


def corpora(paths: Sequence[str | Path]) -> list[Document]:
    """Read labelled documents.

    Args:
        paths: Files or folders that `formats.load` reads.

    Returns:
        The documents, in that order.
    """
    return [document for path in paths for document in formats.load(path)]


def split(documents: Sequence[Document], held: int) -> tuple[list[Document], list[Document]]:
    """Hold some documents back, always the same ones.

    Args:
        documents: All documents.
        held: How many to hold back.

    Returns:
        Those to learn from and those held back, both in their order.
    """
    by_chance = sorted(documents, key=lambda each: hashlib.sha256(each.id.encode()).digest())
    chosen = {each.id for each in by_chance[:held]}
    learnt = [each for each in documents if each.id not in chosen]
    return learnt, [each for each in documents if each.id in chosen]


@frozen(eq=False)
class Example:
    """A document's pieces with their labels.

    Attributes:
        pieces: The pieces.
        tags: Of each piece, shape (pieces,).
        cues: The first piece of its cue, or `UNKNOWN`, shape (pieces,).
        sources: The first piece of its source, -1 for none, or `UNKNOWN`, shape (pieces,).
    """

    pieces: Pieces
    tags: "Integers"
    cues: "Integers"
    sources: "Integers"


def example(document: Document, tokenizer: "Tokenizer") -> Example:
    """Cut a document into labelled pieces.

    Args:
        document: The document with its gold quotes.
        tokenizer: Cuts words into pieces and numbers them.

    Returns:
        The pieces and their labels.
    """
    cut = pieces(document.text, marks.pair(document.text), tokenizer)
    tags = np.zeros(len(cut), np.int64)
    cues, sources = np.full(len(cut), UNKNOWN), np.full(len(cut), UNKNOWN)
    for quote in document.quotes:
        content = [covered for span in quote.content if (covered := _covered(cut, span))]
        cue = [covered for span in quote.cue if (covered := _covered(cut, span))]
        source = [covered for span in quote.source if (covered := _covered(cut, span))]
        first_cue = cue[0].start if cue else _NONE
        first_source = source[0].start if source else _NONE
        for kind, spans in ((SOURCE, source), (CUE, cue), (CONTENT, content)):
            for span in spans:
                tags[span.start : span.stop] = kind + 1
                tags[span.start] = kind
                if kind != SOURCE:
                    cues[span.start : span.stop] = first_cue
                    sources[span.start : span.stop] = first_source
    return Example(cut, tags, cues, sources)


def _covered(cut: Pieces, span: Span) -> range:
    """The pieces that share a character with a span."""
    first = int(np.searchsorted(cut.ends, span.start, side="right"))
    last = int(np.searchsorted(cut.starts, span.end, side="left"))
    return range(first, max(first, last))


@frozen(eq=False)
class Window:
    """A stretch of an example, between the pieces that begin and end a window.

    All have the shape (pieces,); `cues` and `sources` count within the window.
    """

    ids: "Integers"
    features: "Integers"
    tags: "Integers"
    cues: "Integers"
    sources: "Integers"

    def __len__(self) -> int:
        return len(self.ids)


def _window(whole: Example, start: int, end: int) -> Window:
    def framed(values: "Integers", edge: tuple[int, int]) -> "Integers":
        return np.concatenate([edge[:1], values[start:end], edge[1:]])

    def counted(targets: "Integers") -> "Integers":
        inside = (targets >= start) & (targets < end)
        moved = np.where(inside, targets - start + 1, UNKNOWN)
        return framed(np.where(targets == _NONE, 0, moved), (UNKNOWN, UNKNOWN))

    return Window(
        framed(whole.pieces.ids, (CLS, SEP)),
        framed(whole.pieces.features, (0, 0)),
        framed(whole.tags, (UNKNOWN, UNKNOWN)),
        counted(whole.cues),
        counted(whole.sources),
    )


@frozen(eq=False)
class Batch:
    """Windows side by side; all arrays have the shape (windows, pieces).

    `lengths` says how many pieces each window has, shape (windows,); the rest is padding.
    """

    ids: "Integers"
    features: "Integers"
    tags: "Integers"
    cues: "Integers"
    sources: "Integers"
    lengths: "Integers"


def batches(
    examples: Sequence[Example], size: int, generator: np.random.Generator
) -> Iterator[Batch]:
    """Cut examples into windows at chance places, and those into batches of like lengths.

    Args:
        examples: The examples of one epoch.
        size: How many pieces a batch holds at most.
        generator: Decides about the places and the order.

    Yields:
        The batches, each piece of each example once.
    """
    windows = [window for each in examples for window in _cut(each, generator)]
    windows.sort(key=lambda window: len(window) + generator.random())
    groups: list[list[Window]] = [[]]
    for window in windows:
        if (len(groups[-1]) + 1) * len(window) > size:
            groups.append([])
        groups[-1].append(window)
    for number in generator.permutation(len(groups)):
        if groups[number]:
            yield _batch(groups[number])


def _cut(whole: Example, generator: np.random.Generator) -> Iterator[Window]:
    length = len(whole.pieces)
    start, end = 0, int(generator.integers(WINDOW // 4, WINDOW + 1))
    while start < length:
        yield _window(whole, start, min(end, length))
        start, end = end, end + WINDOW


def _batch(windows: list[Window]) -> Batch:
    def padded(name: str, value: int) -> "Integers":
        rows = [getattr(window, name) for window in windows]
        longest = max(map(len, rows))
        return np.stack(
            [np.pad(row, (0, longest - len(row)), constant_values=value) for row in rows]
        )

    return Batch(
        padded("ids", 0),
        padded("features", 0),
        padded("tags", UNKNOWN),
        padded("cues", UNKNOWN),
        padded("sources", UNKNOWN),
        np.array([len(window) for window in windows], np.int64),
    )
