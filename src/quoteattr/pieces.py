"""What the tagger reads: word pieces of a text, with its quotation marks made plain.

The network knows one style of quotation marks, “ ” and within them ‘ ’; `marks.pair` decides which
mark is which, so that straight marks, guillemets and others read the same. Each piece also tells
of the capital letters, which the vocabulary has not, and how deep in quoted text it stands.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from attrs import frozen

from quoteattr.characters import replace_surrogates
from quoteattr.marks import Marks, Why, paragraphs

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Integers: TypeAlias = NDArray[np.int64]

__all__ = ["BREAK", "FEATURES", "Pieces", "pieces"]

BREAK = "[unused1]"
"""The piece that stands between two paragraphs."""

_DEPTHS = 3
_CASES = 4
FEATURES = _CASES * _DEPTHS
"""How many values a piece's feature has."""

_QUOTES = (("“", "”"), ("‘", "’"))


@frozen(eq=False)
class Pieces:
    """The word pieces of a text, in their order.

    Attributes:
        ids: The number of each in the vocabulary, shape (pieces,).
        features: Its capital letters and its depth in quoted text, as one number below
            `FEATURES`, shape (pieces,).
        starts: Where each starts in the text, in characters, shape (pieces,).
        ends: Where each ends, exclusive, shape (pieces,).
        follows: Whether it goes on with the word of the piece before it, shape (pieces,).
    """

    ids: "Integers"
    features: "Integers"
    starts: "Integers"
    ends: "Integers"
    follows: "NDArray[np.bool_]"

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def breaks(self) -> "Integers":
        """Which pieces are a `BREAK`: they alone have no characters, shape (paragraphs - 1,)."""
        return np.flatnonzero(self.starts == self.ends)

    def quoted(self, start: int, end: int) -> int:
        """How many pieces of a stretch stand in quotation marks."""
        return int(np.count_nonzero(self.features[start:end] % _DEPTHS))


def pieces(text: str, marks: Marks, tokenizer: "Tokenizer") -> Pieces:
    """Cut a text into word pieces.

    Args:
        text: Any text.
        marks: Its quotation marks.
        tokenizer: Cuts words into pieces and numbers them.

    Returns:
        The pieces of each paragraph, with a `BREAK` before every paragraph but the first.
    """
    plain = _plain(text, marks)
    ids: list[int] = []
    spans: list[tuple[int, int]] = []
    words: list[int | None] = []
    for start, end in paragraphs(text):
        encoding = tokenizer.encode(plain[start:end], add_special_tokens=False)
        if ids:
            ids.append(_number_of(BREAK, tokenizer))
            spans.append((start, start))
            words.append(None)
        ids += encoding.ids
        spans += [(start + first, start + last) for first, last in encoding.offsets]
        words += encoding.word_ids
    starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
    follows = [word is not None and word == last for last, word in _with_last(words)]
    return Pieces(
        np.array(ids, np.int64),
        _cases(text, spans) * _DEPTHS + _depths(marks, starts),
        starts,
        ends,
        np.array(follows, np.bool_),
    )


def _number_of(piece: str, tokenizer: "Tokenizer") -> int:
    number = tokenizer.token_to_id(piece)
    if number is None:
        msg = f"the tokenizer knows no piece {piece!r}"
        raise ValueError(msg)
    return number


def _with_last(words: list[int | None]) -> Iterator[tuple[int | None, int | None]]:
    return zip([None, *words], words, strict=False)


def _plain(text: str, marks: Marks) -> str:
    """The text, of equal length, with plain marks and nothing that a tokenizer can't read."""
    letters = list(replace_surrogates(text))
    for mark in marks.loose:
        if mark.why is Why.APOSTROPHE:
            letters[mark.start] = "'"
    for pair in marks.pairs:
        opening, closing = _QUOTES[min(pair.depth, 1)]
        _write(letters, opening, pair.start, pair.inner_start)
        _write(letters, closing, pair.inner_end, pair.end)
    return "".join(letters)


def _write(letters: list[str], mark: str, start: int, end: int) -> None:
    if start < end:
        letters[start:end] = mark + " " * (end - start - 1)


def _cases(text: str, spans: list[tuple[int, int]]) -> "Integers":
    """0 for no letters, 1 for small ones, 2 for one capital at the head, 3 for others."""
    return np.array([_case(text[start:end]) for start, end in spans], np.int64)


def _case(piece: str) -> int:
    if piece.islower():
        return 1
    if piece.istitle():
        return 2
    return 3 if any(letter.isalpha() for letter in piece) else 0


def _depths(marks: Marks, starts: "Integers") -> "Integers":
    """In how many pairs of marks each place stands."""
    edges = [(pair.start, 1) for pair in marks.pairs] + [(pair.end, -1) for pair in marks.pairs]
    if not edges:
        return np.zeros(len(starts), np.int64)
    places, steps = np.array(sorted(edges), np.int64).T
    depth = np.concatenate([[0], np.cumsum(steps)])
    found: Integers = depth[np.searchsorted(places, starts, side="right")]
    return np.minimum(found, _DEPTHS - 1)
