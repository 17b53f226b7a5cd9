"""From the network's scores over windows to one reading of the whole text."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from attrs import frozen

from quoteattr.marks import Offsets
from quoteattr.pieces import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Integers: TypeAlias = NDArray[np.int64]

__all__ = ["CLS", "SEP", "WINDOW", "Links", "Reading", "Scorer", "read", "stretches"]

CLS, SEP = 101, 102
"""The pieces that begin and end a window. Links to the first mean *none*."""
WINDOW = 382
"""How many pieces of the text a window holds at most."""
_BESIDE = 16
"""How many of them stand before those that are read in it, and how many behind."""
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


def stretches(length: int, breaks: "Integers") -> list[Offsets]:
    """Cut a text into stretches that are read in one window each.

    Args:
        length: Of the text, in pieces.
        breaks: The pieces at which paragraphs begin, in their order, shape (paragraphs - 1,).

    Returns:
        Start and end of each. They end where paragraphs do: as late as the window allows, and the
        last but one halfway to the end, so that no stretch depends on text that is far away. Where
        a paragraph is too long for that it is cut.
    """
    most = WINDOW - 2 * _BESIDE
    edges = [0]
    while length - edges[-1] > most:
        start, left = edges[-1], length - edges[-1]
        is_last = left <= 2 * most
        best = start + (left // 2 if is_last else most)
        least = length - most if is_last else start + most // 2
        inside = breaks[np.searchsorted(breaks, least) : np.searchsorted(breaks, start + most + 1)]
        edges.append(int(inside[np.abs(inside - best).argmin()]) if len(inside) else best)
    return [*itertools.pairwise([*edges, length])]


def read(pieces: Pieces, scorer: Scorer) -> Reading:
    """Read a text, each stretch in a window that holds some text beside it, too.

    Args:
        pieces: The text's pieces.
        scorer: Scores windows.

    Returns:
        The reading.
    """
    tags, cues, sources = [], [], []
    for first, last in stretches(len(pieces), pieces.breaks):
        start, end = max(0, first - _BESIDE), last + _BESIDE
        ids = np.concatenate([[CLS], pieces.ids[start:end], [SEP]])
        features = np.concatenate([[0], pieces.features[start:end], [0]])
        scores = scorer(ids, features)
        kept = slice(first - start + 1, last - start + 1)
        tags.append(_log_softmax(scores[0][kept]))
        cues.append(_links(scores[1][kept], start))
        sources.append(_links(scores[2][kept], start))
    return Reading(np.concatenate(tags), _joined(cues), _joined(sources))


def _log_softmax(scores: "Floats") -> "Floats":
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


_Sparse: TypeAlias = "tuple[Integers, Integers, Floats]"


def _links(scores: "Floats", start: int) -> _Sparse:
    """The number of links of each row, their targets and their probabilities."""
    scores = scores[:, :-1]
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    probable = np.flatnonzero(shares >= _LEAST)  # of the flat array: much faster than of rows
    rows, columns = np.divmod(probable, shares.shape[1])
    counts = np.bincount(rows, minlength=len(shares)).astype(np.int64)
    targets = np.where(columns == 0, -1, columns - 1 + start).astype(np.int64)
    return counts, targets, shares.ravel()[probable]


def _joined(parts: Sequence[_Sparse]) -> Links:
    counts, targets, shares = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Links(np.concatenate([[0], np.cumsum(counts)]), targets, shares)
