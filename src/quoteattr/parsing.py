"""What spaCy is given of a text: characters that it can read, part by part."""

import contextlib
import itertools
import os
import re
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from quoteattr import marks
from quoteattr.characters import replace_surrogates

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["memory", "parsed"]

_APOSTROPHE = re.compile(r"(?<=\w)’(?=\w)")
_DASH = re.compile(r"(?<!-)--(?=[^\s-])")
_ITALICS = re.compile(r"(?<![\w@])_(?=[^\W_])|(?<=[^\s_])_(?!\w)")
"""The marks around words that stood in italics, as in *so you _did_ come*."""
_MARK_RUN = re.compile(r"[^\w\s]{32,}")
_LONG_RUN = re.compile(r"\S{64}(?=\S)")
_PART = 5_000
"""The greatest length of a part that spaCy is given, in characters."""
_BATCH = 16
"""How many parts spaCy reads at once; more take more memory, and no less time."""
_KEPT = 20_000
"""How many words spaCy keeps, since to know the usual ones spares time."""
_SENTENCES = re.compile(r".*[.!?][\"'”’»)]*\s", re.DOTALL)
_WORDS = re.compile(r".*\s", re.DOTALL)
_BREAK = re.compile("[\n\r\u2028\u2029]")


_TURN = threading.RLock()
if hasattr(os, "register_at_fork"):  # a new process must not begin in the middle of a turn
    os.register_at_fork(
        before=_TURN.acquire, after_in_parent=_TURN.release, after_in_child=_TURN.release
    )


@contextlib.contextmanager
def memory(nlp: "Language") -> Iterator[None]:
    """Let spaCy forget at the end what words it has met, or they would fill the memory.

    The threads of a process take turns, since a pipeline has one memory for all of them.

    Args:
        nlp: The pipeline. What it has parsed within is of no use afterwards.

    Yields:
        Nothing.
    """
    with _TURN:
        vocab: Any = nlp.vocab  # whose type stub doesn't know of zones
        if len(vocab) <= _KEPT or vocab.in_memory_zone:
            yield
            return
        with nlp.memory_zone():
            yield
        _forget_lemmas(nlp)


def _forget_lemmas(nlp: "Language") -> None:
    """Forget the lemmas, which spaCy keeps by word for ever."""
    from spacy.pipeline import Lemmatizer  # noqa: PLC0415 - see parsed

    for _, component in nlp.pipeline:
        if isinstance(component, Lemmatizer):
            component.cache.clear()


def parsed(nlp: "Language", text: str) -> "Doc":
    """A text as spaCy reads it, paragraph by paragraph.

    Args:
        nlp: The pipeline.
        text: Any text.

    Returns:
        The parsed text, of equal length.
    """
    from spacy.tokens import Doc  # noqa: PLC0415 - heavy, and not needed before the first text

    parts = list(nlp.pipe(_parts(_readable(text)), batch_size=_BATCH))
    return Doc.from_docs(parts, ensure_whitespace=False) if parts else nlp.make_doc("")


def _readable(text: str) -> str:
    """A text of equal length that spaCy can read, and in linear time.

    It raises on lone surrogates, and its tokenizer is quadratic in an unbroken run of marks. Its
    models know apostrophes and spaces best in their plain forms; and it takes what stands before
    and behind two hyphens for one word where one of them is a mark: *said Ann.--"No*.
    """
    text = _APOSTROPHE.sub("'", replace_surrogates(text)).replace("\N{NO-BREAK SPACE}", " ")
    text = _ITALICS.sub(" ", _DASH.sub("\N{EM DASH} ", text))
    text = _MARK_RUN.sub(lambda run: " " * len(run.group()), text)
    return _LONG_RUN.sub(lambda run: run.group()[:-1] + " ", text)


def _parts(text: str) -> Iterator[str]:
    """The text cut at its paragraphs, each in one line, and where one is very long, within."""
    places = marks.paragraphs(text)
    text = _joined(text, places)
    for start, end in itertools.pairwise([0, *(start for start, _ in places[1:]), len(text)]):
        at = start
        while at < end:
            part = text[at : min(at + _PART, end)]
            cut = _SENTENCES.match(part) or _WORDS.match(part) if at + _PART < end else None
            yield part if cut is None else cut.group()
            at += len(part) if cut is None else cut.end()


def _joined(text: str, places: Iterable[marks.Offsets]) -> str:
    """A text of equal length without line breaks within its paragraphs."""
    parts, at = [], 0
    for start, end in places:
        parts += [text[at:start], _BREAK.sub(" ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])
