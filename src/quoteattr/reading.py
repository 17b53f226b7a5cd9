"""From the network's scores over windows to one reading of the whole text."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from attrs import frozen

from quoteattr.pieces import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Integers: TypeAlias = NDArray[np.int64]

__all__ = ["CLS", "SEP", "WINDOW", "Links", "Reading", "Scorer", "read", "window_starts"]

CLS, SEP = 101, 102
"""The pieces that begin and end a window. Links to the first mean *none*."""
WINDOW = 382
"""How many pieces of the text a window holds at most."""
_OVERLAP = 128
_LEAST = 0.02
"""Links less probable than this are forgotten."""


class Scorer(Protocol):
    """What scores a window, such as an ONNX session."""

    def __call__(self, ids: "Integers", features: "Integers", /) -> "tuple[Floats, Floats, Floats]":
        """Score one window.

        Args:
            ids: Its pieces, shape (pieces,).
            features: Their features, shape (pieces,).

        Returns:
            Scores of tags, shape (pieces, 7); of links to the cue and to the source, both of
            shape (pieces, pieces).
        """
        ...


@frozen(eq=False)
class Links:
    """Probable links from pieces to pieces, as a sparse matrix by rows.

    Attributes:
        offsets: Where each piece's links begin, shape (pieces + 1,).
        targets: The piece linked to; -1 is none, shape (links,).
        shares: How probable each link is, shape (links,).
    """

    offsets: "Integers"
    targets: "Integers"
    shares: "Floats"

    def pooled(self, start: int, end: int) -> dict[int, float]:
        """The mean probability of each target over a stretch of pieces."""
        chosen = slice(self.offsets[start], self.offsets[end])
        targets, places = np.unique(self.targets[chosen], return_inverse=True)
        shares = np.bincount(places, self.shares[chosen], len(targets)) / (end - start)
        return dict(zip(targets.tolist(), shares.tolist(), strict=True))


@frozen(eq=False)
class Reading:
    """What the network sees in a text.

    Attributes:
        tags: How probable each tag is, as logarithms, shape (pieces, 7).
        cues: To which cue each piece belongs.
        sources: Which source it has.
    """

    tags: "Floats"
    cues: Links
    sources: Links


def window_starts(length: int) -> list[int]:
    """Where the windows over a text begin.

    Args:
        length: Of the text, in pieces.

    Returns:
        Their starts; all windows but those of short texts are of full length.
    """
    if length <= WINDOW:
        return [0]
    return [*range(0, length - WINDOW, WINDOW - _OVERLAP), length - WINDOW]


def read(pieces: Pieces, scorer: Scorer) -> Reading:
    """Read a text, each piece in the window in which it stands most central.

    Args:
        pieces: The text's pieces.
        scorer: Scores windows.

    Returns:
        The reading.
    """
    tags, cues, sources = [], [], []
    for start, end, first, last in _windows(len(pieces)):
        ids = np.concatenate([[CLS], pieces.ids[start:end], [SEP]])
        features = np.concatenate([[0], pieces.features[start:end], [0]])
        scores = scorer(ids, features)
        kept = slice(first - start + 1, last - start + 1)
        tags.append(_log_softmax(scores[0][kept]))
        cues.append(_links(scores[1][kept], start))
        sources.append(_links(scores[2][kept], start))
    return Reading(np.concatenate(tags), _joined(cues), _joined(sources))


def _windows(length: int) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each window, and of the pieces that are read from it."""
    starts = window_starts(length)
    first = 0
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        end = min(start + WINDOW, length)
        last = length if following is None else (following + end) // 2
        yield start, end, first, last
        first = last


def _log_softmax(scores: "Floats") -> "Floats":
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


_Sparse: TypeAlias = "tuple[Integers, Integers, Floats]"


def _links(scores: "Floats", start: int) -> _Sparse:
    """The number of links of each row, their targets and their probabilities."""
    shares = np.exp(_log_softmax(scores[:, :-1]))
    rows, columns = np.nonzero(shares >= _LEAST)
    counts = np.bincount(rows, minlength=len(shares)).astype(np.int64)
    targets = np.where(columns == 0, -1, columns - 1 + start).astype(np.int64)
    return counts, targets, shares[rows, columns]


def _joined(parts: Sequence[_Sparse]) -> Links:
    counts, targets, shares = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Links(np.concatenate([[0], np.cumsum(counts)]), targets, shares)
