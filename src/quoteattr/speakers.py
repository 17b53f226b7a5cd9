"""Who is speaking: from a quotation's source to its speaker."""

from collections.abc import Sequence
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from quoteattr import wordlists
from quoteattr.marks import Marks, Offsets, kind_of
from quoteattr.names import Name, Names, names_in, people_in
from quoteattr.quotations import Origin, Quotation
from quoteattr.quotes import (
    AttributionType,
    Evidence,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["resolve"]


@frozen
class _Resolution:
    """Who speaks, how the text says so, and on what grounds."""

    speaker: Speaker | None = None
    attribution: AttributionType | None = None
    evidence: tuple[Evidence, ...] = ()


@frozen
class _Mention:
    """Where a speaker is mentioned, with the names in the mention."""

    place: Offsets
    names: list[Name]
    confidence: float


def resolve(doc: "Doc", text: str, marks: Marks, quotations: Sequence[Quotation]) -> list[Quote]:
    """Find the speaker of each quotation.

    Args:
        doc: The text as spaCy has parsed it.
        text: The text itself, of equal length.
        marks: Its quotation marks.
        quotations: Its quotations; one that is continued follows what it continues.

    Returns:
        A quote for each, in their order, except within quoted text for those that no word of saying
        reports. The speaker of a pronoun is None.
    """
    quotations = [each for each in quotations if _is_reported(doc, each)]
    mentions = [_mention(doc, quotation) for quotation in quotations]
    in_sources = [name for mention in mentions if mention for name in mention.names]
    register = Names([*people_in(doc, in_sources), *in_sources])
    quotes: list[Quote] = []
    last = _Resolution()
    for quotation, mention in zip(quotations, mentions, strict=True):
        if mention is not None:
            resolution = _resolved(doc, text, mention, register)
        elif quotation.origin is Origin.CONTINUED:
            resolution = _continued(last, quotation.source_confidence)
        else:
            resolution = _Resolution()
        quotes.append(_quote(doc, text, marks, quotation, resolution))
        last = last if quotation.origin is Origin.NESTED else resolution
    return sorted(quotes)


def _is_reported(doc: "Doc", quotation: Quotation) -> bool:
    """Whether a quotation counts; within quoted text only if its cue has a word of saying."""
    is_said = bool(_lemmas(doc, quotation.cue) & wordlists.load("cues")["speech"])
    return is_said or quotation.origin is not Origin.NESTED


def _continued(last: _Resolution, confidence: float) -> _Resolution:
    """The speaker of the paragraph before goes on."""
    if last.speaker is None:
        return _Resolution()
    speaker = evolve(last.speaker, confidence=min(confidence, last.speaker.confidence))
    return evolve(last, speaker=speaker, attribution=AttributionType.IMPLICIT)


def _mention(doc: "Doc", quotation: Quotation) -> _Mention | None:
    """The mention of the speaker: the source, or what a relative pronoun stands for."""
    source = quotation.source
    if source is None:
        return None
    span = doc.char_span(*source, alignment_mode="expand")
    if span is not None and span.root.tag_ in {"WP", "WDT"} and span.root.head.dep_ == "relcl":
        head = span.root.head.head
        phrase = doc[head.left_edge.i : head.i + 1]
        source = phrase.start_char, phrase.end_char
    return _Mention(source, names_in(doc, *source), quotation.source_confidence)


def _resolved(doc: "Doc", text: str, mention: _Mention, register: Names) -> _Resolution:
    """The speaker that a mention names or describes; of a pronoun nobody."""
    evidence = [Evidence(Span.of(text, *mention.place), "source")]
    if not mention.names:
        return _Resolution(_described(doc, mention), AttributionType.ANAPHORIC, tuple(evidence))
    fullest = [register.fullest(name) for name in mention.names]
    evidence += [
        Evidence(Span.of(text, full.start, full.end), "fullest name")
        for full, name in zip(fullest, mention.names, strict=True)
        if full.text != name.text
    ]
    members = [_named(name, register, mention.confidence) for name in fullest]
    return _Resolution(_together(members), AttributionType.EXPLICIT, tuple(evidence))


def _named(name: Name, register: Names, confidence: float) -> Speaker:
    return Speaker(name.text, name.type, aliases=register.aliases(name), confidence=confidence)


def _together(members: list[Speaker]) -> Speaker:
    """One speaker, or the group of several who speak together."""
    if len(members) == 1:
        return members[0]
    name = "; ".join(member.name for member in members)
    confidence = min(member.confidence for member in members)
    return Speaker(name, SpeakerType.GROUP, confidence=confidence, members=tuple(members))


def _described(doc: "Doc", mention: _Mention) -> Speaker | None:
    """A speaker without a name, known by the description without its article."""
    span = doc.char_span(*mention.place, alignment_mode="expand")
    if span is None or span.root.pos_ not in {"NOUN", "PROPN"}:
        return None
    words = dropwhile(lambda token: token.pos_ in {"DET", "PUNCT", "PRON"}, span)
    kept = takewhile(lambda token: token.i <= span.root.i or token.text != ",", words)
    name = " ".join("".join(token.text_with_ws for token in kept).split())
    return Speaker(name, _type_of(span.root), named=False, confidence=mention.confidence)


def _type_of(head: "Token") -> SpeakerType:
    """What kind of entity a description's head is."""
    lists = wordlists.load("names")
    if head.lemma_.lower() in lists["documents"]:
        return SpeakerType.DOCUMENT
    if head.tag_ in {"NNS", "NNPS"}:
        return SpeakerType.GROUP
    if head.lower_ in lists["organizations"]:
        return SpeakerType.ORGANIZATION
    return SpeakerType.PERSON if head.lower_ in lists["titles"] else SpeakerType.UNKNOWN


def _quote(
    doc: "Doc", text: str, marks: Marks, quotation: Quotation, resolution: _Resolution
) -> Quote:
    content = _spans(text, *quotation.content)
    return Quote(
        content,
        _spans(text, quotation.cue),
        _spans(text, quotation.source),
        resolution.speaker,
        kind_of(content, marks),
        _medium(doc, quotation.cue),
        quotation.confidence,
        resolution.attribution,
        resolution.evidence,
    )


def _medium(doc: "Doc", cue: Offsets | None) -> Medium:
    """Thought, if the cue has a word of thinking and none of saying."""
    lemmas, lists = _lemmas(doc, cue), wordlists.load("cues")
    is_thought = lemmas & lists["thought"] and not lemmas & lists["speech"]
    return Medium.THOUGHT if is_thought else Medium.SPEECH


def _lemmas(doc: "Doc", cue: Offsets | None) -> frozenset[str]:
    span = doc.char_span(*cue, alignment_mode="expand") if cue else None
    return frozenset(token.lemma_.lower() for token in span or ())


def _spans(text: str, *places: Offsets | None) -> tuple[Span, ...]:
    return tuple(Span.of(text, *place) for place in places if place is not None)
