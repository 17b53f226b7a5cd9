"""From the tagger's attributions and the quotation marks to candidate quotations.

The network knows what is reported; the marks know where quoted text begins and ends, and that it
is quoted where no cue says so.
"""

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from quoteattr.marks import MarkPair, Marks, Offsets, paragraphs

if TYPE_CHECKING:
    from quoteattr.decoding import Attribution
    from quoteattr.tagger import Tagger

__all__ = ["Origin", "Quotation", "assemble"]


class Origin(Enum):
    """What a quotation was found by."""

    TAGGER = auto()
    """By the network."""
    LABEL = auto()
    """*X: “…”*"""
    BYLINE = auto()
    """*“…” — X*"""
    CONTINUED = auto()
    """A paragraph that goes on with the quotation of the one before."""
    BARE = auto()
    """Quoted text alone, such as a headline."""
    NESTED = auto()
    """By the network, within quoted text."""


_WORD = re.compile(r"\w+")
_JOINTS = " \t\n\r\xa0,;:–—-"
_NOWHERE = -1
_DIGITS = 3
"""Of a probability; more would mean nothing."""
_LEAST_NESTED = 0.8
"""The confidence that a quotation within quoted text must have."""


@frozen
class Quotation:
    """A quotation whose speaker is still to be found.

    Attributes:
        content: The reported words, in their order.
        cue: The cue, or None.
        source: The mention of the speaker, or None.
        origin: How it was found.
        confidence: Probability that this is a quotation, with these spans, 0 to 1.
        source_confidence: Probability that the source is right if the content is, 0 to 1.
    """

    content: tuple[Offsets, ...]
    cue: Offsets | None
    source: Offsets | None
    origin: Origin
    confidence: float
    source_confidence: float


def assemble(
    text: str, marks: Marks, tagger: "Tagger", *, within: Iterable[MarkPair]
) -> list[Quotation]:
    """Find the quotations of a text.

    Args:
        text: The text.
        marks: Its quotation marks.
        tagger: Finds attributions in it.
        within: The quoted text that is read once more, for the quotations within it.

    Returns:
        The quotations, in the order of their contents.
    """
    places = paragraphs(text)
    tagged = [_quotation(each, marks.outer, text, tagger) for each in tagger(text, marks)]
    parts = [part for each in tagged for part in _in_paragraphs(each, marks, places)]
    found = [*_with_quoted(parts, text, marks, places), *_nested(text, marks, tagger, within)]
    return sorted(found, key=lambda made: made.content)


def _nested(
    text: str, marks: Marks, tagger: "Tagger", within: Iterable[MarkPair]
) -> Iterator[Quotation]:
    """The quotations within quoted text."""
    inner = [pair for pair in marks.pairs if pair.depth == 1]
    for attribution in tagger.nested(text, within):
        quotation = _quotation(attribution, inner, text, tagger)
        is_sure = quotation.confidence >= _LEAST_NESTED
        if quotation.content and quotation.cue and quotation.source and is_sure:
            yield evolve(quotation, origin=Origin.NESTED)


def _in_paragraphs(
    quotation: Quotation, marks: Marks, places: Sequence[Offsets]
) -> Iterator[Quotation]:
    """A quotation, and another one for each paragraph that goes on with it in quotation marks.

    What goes on without marks is no quotation, nor is what has neither marks nor a cue.
    """
    parts: dict[int, list[Offsets]] = {}
    for start, end in quotation.content:
        first, last = _number(start, places), _number(end - 1, places)
        for number in range(first, last + 1):
            part = max(start, places[number][0]), min(end, places[number][1])
            parts.setdefault(number, []).append(part)
    home = _number(quotation.cue[0], places) if quotation.cue else _NOWHERE
    home = home if home in parts else min(parts, default=_NOWHERE)
    if parts and (quotation.cue or _is_quoted(parts[home], marks)):
        yield evolve(quotation, content=tuple(parts.pop(home)))
        for content in filter(partial(_is_quoted, marks=marks), parts.values()):
            yield evolve(
                quotation, content=tuple(content), cue=None, source=None, origin=Origin.CONTINUED
            )


def _is_quoted(content: Sequence[Offsets], marks: Marks) -> bool:
    """Whether content begins with quoted text."""
    start = content[0][0]
    return next(marks.quoted(start, start + 3), None) is not None


def _quotation(
    attribution: "Attribution", pairs: Sequence[MarkPair], text: str, tagger: "Tagger"
) -> Quotation:
    snapped = [_snapped(span, attribution, pairs) for span in attribution.content]
    trimmed = [_trimmed(text, *span) for span in _merged(snapped, text)]
    return Quotation(
        tuple(span for span in trimmed if _WORD.search(text, *span)),
        attribution.cue,
        attribution.source,
        Origin.TAGGER,
        round(tagger.calibration.quotation(attribution.signs), _DIGITS),
        round(tagger.calibration.source(attribution.signs), _DIGITS),
    )


def _snapped(span: Offsets, attribution: "Attribution", pairs: Sequence[MarkPair]) -> Offsets:
    """A span of content whose edges stand where quoted text begins and ends."""
    start, end = span
    first = bisect.bisect_right(pairs, start, key=lambda pair: pair.end)
    for number in range(first, len(pairs)):
        pair = pairs[number]
        if pair.start >= span[1]:
            break
        covered = min(end, pair.inner_end) - max(start, pair.inner_start)
        is_most = 2 * covered >= pair.inner_end - pair.inner_start
        if is_most and not _holds_another(pair, span, attribution):
            start, end = min(start, pair.start), max(end, pair.end)
    return start, end


def _trimmed(text: str, start: int, end: int) -> Offsets:
    """A span without the joints at its edges: the comma, colon or dash beside the cue."""
    inside = text[start:end].rstrip(_JOINTS)
    return end - len(text[start:end].lstrip(_JOINTS)) if inside else start, start + len(inside)


def _holds_another(pair: MarkPair, span: Offsets, attribution: "Attribution") -> bool:
    others = [*attribution.content, attribution.cue, attribution.source]
    return any(
        other and other != span and pair.start <= other[0] < pair.inner_end for other in others
    )


def _merged(spans: Iterable[Offsets], text: str) -> list[Offsets]:
    """The spans in their order, those that overlap or touch joined."""
    merged: list[Offsets] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


# Quoted text in which the network sees nothing

_MEASURED = {
    Origin.LABEL: (0.88, 0.86),
    Origin.BYLINE: (0.88, 0.86),
    Origin.CONTINUED: (0.76, 0.55),
    Origin.BARE: (0.42, 0.0),
}
"""How often the content of such a quotation, and then its source, is right."""
_NAME = r"[^\W\d_a-z][\w.'’-]*(?:[ ](?:[^\W\d_a-z][\w.'’-]*|de|of|van|von|al|bin|the|and))*"
_LABEL = re.compile(rf"({_NAME})(?: \([^()]*\))?:\s*")
_BYLINE = re.compile(rf"\s*[-‒–—―~]+\s*({_NAME}(?:, [^.!?]*)?)(?<!\.)\.?\s*")
_STOP = re.compile(r"[.!?…]['\"”’»›)\]]*(?:\s|$)")
_LAST_WORD = re.compile(r".*\w", re.DOTALL)
_STOP_LENGTH = 4
"""How many characters, marks included, the end of a sentence has at most."""
_LONGEST_REST = 300
"""How much of a sentence, in characters, may stand between a quotation and one that runs on."""
_FEWEST_WORDS = 4
"""How many words quoted text alone must have, not to be a title."""


@frozen
class _Growing:
    """A quotation to whose content more may come."""

    quotation: Quotation
    content: list[Offsets]

    @classmethod
    def of(cls, quotation: Quotation) -> "_Growing":
        return cls(quotation, [*quotation.content])

    def grown(self) -> Quotation:
        return evolve(self.quotation, content=tuple(self.content))


@frozen
class _Paragraph:
    """A paragraph with the quotations that begin in it."""

    start: int
    end: int
    words_end: int
    found: list[_Growing]

    def is_all_of(self, quotation: Quotation) -> bool:
        """Whether the paragraph has no words but a quotation's."""
        content = quotation.content
        return content[0][0] <= self.start and content[-1][1] >= self.words_end


def _with_quoted(
    found: Iterable[Quotation], text: str, marks: Marks, places: Sequence[Offsets]
) -> Iterator[Quotation]:
    """The quotations, with quoted text that none of them holds."""
    walked = [_Paragraph(*place, _words_end(text, *place), []) for place in places]
    for quotation in sorted(found, key=lambda made: made.content):
        number = _number(quotation.content[0][0], places)
        walked[number].found.append(_Growing.of(quotation))
    held = _merged((span for each in walked for made in each.found for span in made.content), text)
    for pair in marks.outer:
        if not _overlaps(pair, held):
            number = _number(pair.start, places)
            _add(
                pair,
                text,
                walked[number],
                walked[number - 1 : number],
                walked[number + 1 : number + 2],
            )
    for before, here in zip([None, *walked], walked, strict=False):
        goes_on = before is not None and bool(before.found)
        for made in here.found:
            grown = made.grown()
            yield _placed(grown, goes_on=goes_on) if here.is_all_of(grown) else grown


def _placed(quotation: Quotation, *, goes_on: bool) -> Quotation:
    """What the network found though nothing beside it says so, as what the marks would find."""
    if quotation.origin is not Origin.TAGGER or quotation.cue or quotation.source:
        return quotation
    return evolve(quotation, origin=Origin.CONTINUED if goes_on else Origin.BARE)


def _number(at: int, places: Sequence[Offsets]) -> int:
    """The paragraph in which a place stands."""
    return bisect.bisect_right(places, at, key=lambda place: place[0]) - 1


def _words_end(text: str, start: int, end: int) -> int:
    last = _LAST_WORD.match(text, start, end)
    return last.end() if last else start


def _overlaps(pair: MarkPair, held: Sequence[Offsets]) -> bool:
    after = bisect.bisect_left(held, pair.end, key=lambda span: span[0])
    return after > 0 and held[after - 1][1] > pair.start


def _add(
    pair: MarkPair,
    text: str,
    here: _Paragraph,
    before: Sequence[_Paragraph],
    after: Sequence[_Paragraph],
) -> None:
    """Add quoted text to the quotations of its paragraph, if it is a quotation."""
    content, is_first = (pair.start, pair.end), pair.start == here.start
    number = bisect.bisect_right(here.found, content, key=lambda made: made.content[0])
    last = here.found[number - 1] if number else None
    if label := _label(text, here.start, pair.start):
        here.found.insert(number, _quoted(content, Origin.LABEL, label))
    elif is_first and (byline := _byline(text, pair, here, after)):
        here.found.insert(number, _quoted(content, Origin.BYLINE, byline))
    elif last and _runs_on(last, pair, text):
        last.content.append(content)
    elif is_first and here.words_end <= pair.end and before and before[0].found:
        here.found.insert(number, _quoted(content, Origin.CONTINUED))
    elif is_first and here.words_end <= pair.end and _is_long(pair, text):
        here.found.insert(number, _quoted(content, Origin.BARE))


def _is_long(pair: MarkPair, text: str) -> bool:
    """Whether quoted text has too many words to be a title."""
    return len(_WORD.findall(text, pair.start, pair.end)) >= _FEWEST_WORDS


def _quoted(content: Offsets, origin: Origin, source: Offsets | None = None) -> _Growing:
    return _Growing.of(Quotation((content,), None, source, origin, *_MEASURED[origin]))


def _label(text: str, start: int, end: int) -> Offsets | None:
    """The name before a colon that is all that stands before quoted text."""
    label = _LABEL.fullmatch(text, start, end) if end - start <= _LONGEST_REST else None
    return label and label.span(1)


def _byline(
    text: str, pair: MarkPair, here: _Paragraph, after: Sequence[_Paragraph]
) -> Offsets | None:
    """The name behind a dash that follows quoted text, in its paragraph or as the next one."""
    end = after[0].end if after and pair.end >= here.end else here.end
    byline = _BYLINE.fullmatch(text, pair.end, end) if end - pair.end <= _LONGEST_REST else None
    return byline and byline.span(1)


def _runs_on(made: _Growing, pair: MarkPair, text: str) -> bool:
    """Whether quoted text goes on with the sentence before it: *“A,” he said. “B.”*."""
    parts = (made.content[-1], made.quotation.cue, made.quotation.source)
    last = max(part[1] for part in parts if part)
    if not 0 <= pair.start - last <= _LONGEST_REST:
        return False
    is_sentence = _STOP.search(text, pair.inner_end - 1, pair.end + 1)
    stops = [stop.end() for stop in _STOP.finditer(text, last - _STOP_LENGTH, pair.start)]
    return bool(is_sentence) and stops == [pair.start]
