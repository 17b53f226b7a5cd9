"""From a reading to attributions: the most probable spans, and what belongs together."""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from quoteattr.marks import Offsets
from quoteattr.pieces import Pieces
from quoteattr.reading import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CONTENT", "CUE", "SOURCE", "Attribution", "decode"]

CONTENT, CUE, SOURCE = 1, 3, 5
"""The tags of a span's first piece; those of its other pieces are one more."""
_OUTSIDE = 0
_TAGS = 7
_IMPOSSIBLE = -1e9
_NOWHERE = -1
_LEAST = 0.2
"""How probable a link must be to make a span, and a piece to belong to it."""
_SURE = 1e-3
"""No probability is taken to be nearer to 0 or 1."""


@frozen
class Attribution:
    """Spans that the network takes for one attribution; offsets are characters.

    Attributes:
        content: What was said, in order.
        cue: The words that say so, or None.
        source: Who said it, or None.
        signs: What tells how sure this is: a value for each of `confidence.SIGNS`.
    """

    content: tuple[Offsets, ...]
    cue: Offsets | None
    source: Offsets | None
    signs: tuple[float, ...]

    def moved(self, by: int) -> "Attribution":
        """The same, where its text stands further back in a longer one.

        Args:
            by: How many characters come before it there.

        Returns:
            The attribution with its new offsets.
        """

        def there(place: Offsets) -> Offsets:
            return place[0] + by, place[1] + by

        return evolve(
            self,
            content=tuple(map(there, self.content)),
            cue=self.cue and there(self.cue),
            source=self.source and there(self.source),
        )


def decode(pieces: Pieces, reading: Reading) -> list[Attribution]:
    """Find the attributions of a text.

    Args:
        pieces: Its pieces.
        reading: What the network sees in them.

    Returns:
        The attributions, in the order of their contents.
    """
    tags = _best_tags(reading.tags, pieces.follows)
    contents = _spans(tags, pieces)[CONTENT]
    links = [reading.cues.pooled(*content) for content in contents]
    _complete(tags, CUE, links, pieces, reading)
    cues = _spans(tags, pieces)[CUE]
    belonging: dict[Offsets, list[tuple[Offsets, float]]] = defaultdict(list)
    for content, shares in zip(contents, links, strict=True):
        cue, share = _best(shares, cues)
        belonging[cue or content].append((content, share))
    known = set(cues)
    pooled = {key: reading.sources.pooled(*key) for key in belonging}
    _complete(tags, SOURCE, pooled.values(), pieces, reading)
    sources = _spans(tags, pieces)[SOURCE]
    return [
        _attribution(pieces, reading, members, key if key in known else None, best)
        for key, members in belonging.items()
        for best in [_best(pooled[key], sources)]
    ]


def _complete(
    tags: list[int], kind: int, links: Iterable[dict[int, float]], pieces: Pieces, reading: Reading
) -> None:
    """Tag the spans of a kind that links lead to where the tags show nothing."""
    for shares in links:
        target = max(shares, key=lambda each: shares[each], default=_NOWHERE)
        if target != _NOWHERE and shares[target] >= _LEAST and tags[target] == _OUTSIDE:
            while pieces.follows[target]:
                target -= 1
            end = _end_of(target, kind, tags, pieces, reading)
            tags[target:end] = [kind, *[kind + 1] * (end - target - 1)]


def _end_of(start: int, kind: int, tags: list[int], pieces: Pieces, reading: Reading) -> int:
    """Where a span ends whose first piece is known."""
    inside = math.log(_LEAST)
    end = start + 1
    while (
        end < len(tags)
        and tags[end] == _OUTSIDE
        and (pieces.follows[end] or reading.tags[end, kind + 1] > inside)
    ):
        end += 1
    return end


def _holding(spans: Sequence[Offsets], piece: int) -> Offsets | None:
    """The span in which a piece stands."""
    before = bisect_right(spans, piece, key=lambda span: span[0]) - 1
    return spans[before] if before >= 0 and piece < spans[before][1] else None


def _best(shares: dict[int, float], spans: Sequence[Offsets]) -> tuple[Offsets | None, float]:
    """The span to which most links lead, unless more lead nowhere."""
    found: dict[Offsets | None, float] = {None: shares.get(_NOWHERE, 0.0)}
    for target, share in shares.items():
        span = _holding(spans, target)
        if span is not None:
            found[span] = found.get(span, 0.0) + share
    best = max(found, key=lambda span: found[span])
    return best, found[best]


def _attribution(
    pieces: Pieces,
    reading: Reading,
    members: Sequence[tuple[Offsets, float]],
    cue: Offsets | None,
    source: tuple[Offsets | None, float],
) -> Attribution:
    content = [span for span, _ in members]
    who, who_share = source
    shares = (
        _mean_share(reading, content, CONTENT),
        _edge_share(reading, content),
        _mean_share(reading, [cue] if cue else [], CUE),
        min(share for _, share in members),
        _mean_share(reading, [who] if who else [], SOURCE),
        who_share,
    )
    length = sum(end - start for start, end in content)
    quoted = sum(pieces.quoted(start, end) for start, end in content)
    return Attribution(
        tuple(_place(pieces, span) for span in content),
        _place(pieces, cue) if cue else None,
        _place(pieces, who) if who else None,
        (*map(_log_odds, shares), math.log(length), quoted / length),
    )


def _mean_share(reading: Reading, spans: list[Offsets], kind: int) -> float:
    """How probable it is, on average, that the pieces of spans are of a kind."""
    if not spans:
        return 0.5
    shares = [np.exp(reading.tags[start:end, kind : kind + 2]).sum(1) for start, end in spans]
    return float(np.concatenate(shares).mean())


def _edge_share(reading: Reading, spans: list[Offsets]) -> float:
    """The probability of the least probable edge of spans of content."""
    starts = [np.exp(reading.tags[start, CONTENT]) for start, _ in spans]
    after = [end for _, end in spans if end < len(reading.tags)]
    ends = [1 - np.exp(reading.tags[end, CONTENT + 1]) for end in after]
    return float(min(starts + ends))


def _log_odds(share: float) -> float:
    share = min(max(share, _SURE), 1 - _SURE)
    return math.log(share / (1 - share))


def _place(pieces: Pieces, span: Offsets) -> Offsets:
    return int(pieces.starts[span[0]]), int(pieces.ends[span[1] - 1])


def _best_tags(scores: "NDArray[np.float32]", follows: "NDArray[np.bool_]") -> list[int]:
    """The most probable sequence of tags that makes spans (Viterbi 1967).

    What goes on with a word stays where that is; a span's other pieces come after its first.
    """
    back: list[list[int]] = []
    totals = [0.0] + [_IMPOSSIBLE] * (_TAGS - 1)
    for row, is_within in zip(scores.tolist(), follows.tolist(), strict=True):
        anywhere = max(range(_TAGS), key=totals.__getitem__)
        best = [_OUTSIDE if is_within else anywhere] * _TAGS
        reached = [totals[best[0]] + row[0]] + [_IMPOSSIBLE] * (_TAGS - 1)
        for first in (CONTENT, CUE, SOURCE):
            inside = first + 1
            best[inside] = first if totals[first] >= totals[inside] else inside
            reached[inside] = totals[best[inside]] + row[inside]
            if not is_within:
                reached[first] = totals[anywhere] + row[first]
        back.append(best)
        totals = reached
    return _followed(max(range(_TAGS), key=totals.__getitem__), back)


def _followed(last: int, back: Sequence[Sequence[int]]) -> list[int]:
    """The tags from the first on, of which the last is known and of each the one before."""
    tags = [last] if back else []
    for best in reversed(back[1:]):
        tags.append(best[tags[-1]])
    return tags[::-1]


def _spans(tags: list[int], pieces: Pieces) -> dict[int, list[Offsets]]:
    """The spans of each kind, in pieces."""
    spans: dict[int, list[Offsets]] = {CONTENT: [], CUE: [], SOURCE: []}
    start, last = 0, _OUTSIDE
    for number, tag in enumerate([*tags, _OUTSIDE]):
        if last and tag != last + (last % 2):
            spans[last - (last + 1) % 2] += _worded(start, number, pieces)
        if tag % 2:
            start = number
        last = tag
    return spans


def _worded(start: int, end: int, pieces: Pieces) -> Iterator[Offsets]:
    """A span without breaks between paragraphs at its edges, unless it is nothing else."""
    words = np.flatnonzero(pieces.starts[start:end] < pieces.ends[start:end])
    if len(words):
        yield start + int(words[0]), start + int(words[-1]) + 1
