"""Who is speaking: from a quotation's source to its speaker, and the evidence for it."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from docs_by_hand import by_hand, docs
from quoteattr.marks import Offsets, pair
from quoteattr.quotations import Origin, Quotation
from quoteattr.quotes import AttributionType, Evidence, Kind, Medium, Quote, Span, SpeakerType
from quoteattr.speakers import resolve
from strategies import spans

if TYPE_CHECKING:
    from spacy.tokens import Doc

LEE = "Ann/NNP/compound/Lee/PERSON Lee/NNP/{}/PERSON"
RAY = "Bo/NNP/compound/Ray/PERSON Ray/NNP/{}/PERSON"
LEE_LEFT = LEE.format("nsubj/left") + " left/VBD/ROOT"
SAID = "“We are/VBP/ccomp/said ready,” said/VBD/ROOT"
SAID_LEE = f"{SAID} Lee/NNP/nsubj/said/PERSON"
READY_ALONE = "“We are/VBP/ROOT ready.”"
EXPLICIT, ANAPHORIC = AttributionType.EXPLICIT, AttributionType.ANAPHORIC


@frozen
class Found:
    """A quotation by its words."""

    source: str = "Lee"
    cue: str = "said"
    content: str = "“We are ready,”"
    origin: Origin = Origin.TAGGER
    source_confidence: float = 0.8


CONTINUED = Found("", "", "“We are ready.”", Origin.CONTINUED, 0.5)


def resolved(annotated: str, *found: Found) -> list[Quote]:
    """The quotes of a text in which quotations were found."""
    doc = by_hand(annotated)
    return resolve(doc, doc.text, pair(doc.text), list(located(doc.text, found)))


def located(text: str, found: tuple[Found, ...]) -> Iterator[Quotation]:
    """The quotations where they stand: contents in their order, their cues and sources nearby."""
    start = -1
    for each in found:
        start = text.index(each.content, start + 1)
        end = start + len(each.content)
        cue, source = (near(text, words, end) for words in (each.cue, each.source))
        yield Quotation(((start, end),), cue, source, each.origin, 0.9, each.source_confidence)


def near(text: str, words: str, place: int) -> Offsets | None:
    """Where words stand nearest to a place."""
    places = [one.span() for one in re.finditer(rf"\b{re.escape(words)}\b", text) if words]
    return min(places, key=lambda one: abs(one[0] - place), default=None)


def names(quotes: list[Quote]) -> list[str | None]:
    """The names of their speakers."""
    return [quote.speaker.name if quote.speaker else None for quote in quotes]


def test_all_of_a_quote() -> None:
    """A quote has its spans, its speaker and what is known of both."""
    [quote] = resolved(f"{SAID} {LEE.format('nsubj/said')}.", Found("Ann Lee"))
    text = "“We are ready,” said Ann Lee."
    source = Span.of(text, 21, 28)
    assert quote.content == (Span.of(text, 0, 15),)
    assert quote.cue == (Span.of(text, 16, 20),)
    assert quote.source == (source,)
    assert (quote.kind, quote.medium) == (Kind.DIRECT, Medium.SPEECH)
    assert (quote.attribution, quote.evidence) == (EXPLICIT, (Evidence(source, "source"),))
    assert quote.confidence == 0.9
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type) == ("Ann Lee", SpeakerType.PERSON)
    assert (quote.speaker.named, quote.speaker.aliases) == (True, ())
    assert (quote.speaker.confidence, quote.speaker.members) == (0.8, ())


@pytest.mark.parametrize(
    "annotated", [f"{LEE_LEFT}. {SAID_LEE}.", f"{SAID_LEE}. {LEE_LEFT}."], ids=["before", "behind"]
)
def test_surname_joins_the_full_name(annotated: str) -> None:
    """A surname is the person's whose full name stands elsewhere; where is part of the evidence."""
    [quote] = resolved(annotated, Found())
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.aliases) == ("Ann Lee", ("Lee",))
    assert [span.text for span in quote.source] == ["Lee"]
    assert [(step.span.text, step.why) for step in quote.evidence] == [
        ("Lee", "source"),
        ("Ann Lee", "fullest name"),
    ]
    assert quote.attribution is EXPLICIT


def test_titles_are_no_part_of_the_name() -> None:
    """*Mr. Lee* is *Ann Lee*; his title stays in the source."""
    said = f"{SAID} Mr./NNP/compound/Lee Lee/NNP/nsubj/said/PERSON"
    [quote] = resolved(f"{LEE_LEFT}. {said}.", Found("Mr. Lee"))
    assert names([quote]) == ["Ann Lee"]
    assert [span.text for span in quote.source] == ["Mr. Lee"]


def test_two_who_share_a_surname() -> None:
    """A surname that two people share is the one's who was named last; the two stay two."""
    bo_left = "Bo/NNP/compound/Lee/PERSON Lee/NNP/nsubj/left/PERSON left/VBD/ROOT"
    annotated = f"{LEE_LEFT}. {SAID_LEE}.\n{bo_left}. {SAID_LEE}.\n{LEE_LEFT}. {SAID_LEE}."
    quotes = resolved(annotated, Found(), Found(), Found())
    assert names(quotes) == ["Ann Lee", "Bo Lee", "Ann Lee"]


def test_diacritics_do_not_count() -> None:
    """*Kiran* is *Selim Kıran*."""
    kiran = "Selim/NNP/compound/Kıran/PERSON Kıran/NNP/nsubj/left/PERSON left/VBD/ROOT"
    said = f"{SAID} Kiran/NNP/nsubj/said/PERSON"
    assert names(resolved(f"{kiran}. {said}.", Found("Kiran"))) == ["Selim Kıran"]


def test_speaker_whom_the_recognizer_takes_for_a_place() -> None:
    """A capitalised source is a name whatever its label, and joins its full name."""
    kiran = "Selim/NNP/compound/Kiran/GPE Kiran/NNP/nsubj/left/GPE left/VBD/ROOT"
    said = f"{SAID} Kiran/NNP/nsubj/said/GPE"
    assert names(resolved(f"{kiran}. {said}.", Found("Kiran"))) == ["Selim Kiran"]


def test_joint_speakers() -> None:
    """Two who speak together are a group with both as members, each with the full name."""
    ray_left = RAY.format("nsubj/left") + " left/VBD/ROOT"
    said = f"{SAID_LEE} and/CC/cc/Lee Ray/NNP/conj/Lee/PERSON"
    [quote] = resolved(f"{LEE_LEFT}. {ray_left}. {said}.", Found("Lee and Ray"))
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type) == ("Ann Lee; Bo Ray", SpeakerType.GROUP)
    assert [member.name for member in quote.speaker.members] == ["Ann Lee", "Bo Ray"]
    assert [member.aliases for member in quote.speaker.members] == [("Lee",), ("Ray",)]
    assert [step.span.text for step in quote.evidence] == ["Lee and Ray", "Ann Lee", "Bo Ray"]


@pytest.mark.parametrize(
    ("source", "words", "name", "kind"),
    [
        (
            "the/DT/det/official senior/JJ/amod/official official/NN/nsubj/said",
            "the senior official",
            "senior official",
            SpeakerType.UNKNOWN,
        ),
        (
            "two/CD/nummod/officials officials/NNS/nsubj/said",
            "two officials",
            "two officials",
            SpeakerType.GROUP,
        ),
        (
            "the/DT/det/ministry ministry/NN/nsubj/said",
            "the ministry",
            "ministry",
            SpeakerType.ORGANIZATION,
        ),
        ("the/DT/det/report report/NN/nsubj/said", "the report", "report", SpeakerType.DOCUMENT),
        (
            "the/DT/det/president president/NN/nsubj/said",
            "the president",
            "president",
            SpeakerType.PERSON,
        ),
        ("her/PRP$/poss/lawyer lawyer/NN/nsubj/said", "her lawyer", "lawyer", SpeakerType.UNKNOWN),
        (
            "the/DT/det/man man/NN/nsubj/said,//punct/man a doctor/NN/appos/man",
            "the man, a doctor",
            "man",
            SpeakerType.UNKNOWN,
        ),
    ],
)
def test_description(source: str, words: str, name: str, kind: SpeakerType) -> None:
    """Somebody never named is known by the description without its article."""
    [quote] = resolved(f"{SAID} {source}.", Found(words))
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type, quote.speaker.named) == (name, kind, False)
    assert quote.speaker.confidence == 0.8
    assert quote.attribution is ANAPHORIC


@pytest.mark.parametrize("pronoun", ["she", "he", "they"])
def test_pronoun(pronoun: str) -> None:
    """A pronoun's speaker is left open, but not its mention."""
    [quote] = resolved(f"{LEE_LEFT}. {SAID} {pronoun}/PRP/nsubj/said.", Found(pronoun))
    assert quote.speaker is None
    assert [span.text for span in quote.source] == [pronoun]
    assert [step.why for step in quote.evidence] == ["source"]
    assert quote.attribution is ANAPHORIC


def test_organization() -> None:
    """An organisation speaks by its name, without article."""
    ministry = "the/DT/det/Ministry Foreign/NNP/compound/Ministry/ORG Ministry/NNP/nsubj/said/ORG"
    [quote] = resolved(f"{SAID} {ministry}.", Found("the Foreign Ministry"))
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type) == (
        "Foreign Ministry",
        SpeakerType.ORGANIZATION,
    )
    assert quote.speaker.named


def test_relative_pronoun() -> None:
    """The speaker of *X, who called it “…”* is X; the mention stays *who*."""
    [quote] = resolved(
        f"{LEE.format('nsubj/left')}, who/WP/nsubj/called called/VBD/relcl/Lee "
        "it/PRP/dobj/called “a milestone/NN/oprd/called,” left/VBD/ROOT.",
        Found("who", "called", "it “a milestone,”"),
    )
    assert names([quote]) == ["Ann Lee"]
    assert [span.text for span in quote.source] == ["who"]
    assert [step.span.text for step in quote.evidence] == ["Ann Lee"]


def test_paragraph_that_continues_a_speaker() -> None:
    """A paragraph that goes on has the speaker of the one before, by the context."""
    annotated = f"{LEE_LEFT}. {SAID_LEE}.\n\n{READY_ALONE}\n\n“No/UH/ROOT.”"
    surer = evolve(CONTINUED, content="“No.”", source_confidence=0.95)
    first, second, third = resolved(annotated, Found(), CONTINUED, surer)
    assert names([first, second, third]) == ["Ann Lee"] * 3
    for quote in (second, third):
        assert (quote.cue, quote.source) == ((), ())
        assert quote.attribution is AttributionType.IMPLICIT
        assert quote.evidence == first.evidence
        assert first.speaker is not None
        assert quote.speaker == evolve(first.speaker, confidence=0.5), (
            "no surer than what it hangs on"
        )


@pytest.mark.parametrize(
    ("annotated", "found"),
    [
        (f"{SAID} she/PRP/nsubj/said.\n{READY_ALONE}", [Found("she"), CONTINUED]),
        (f"{READY_ALONE}\n{SAID_LEE}.", [evolve(CONTINUED, origin=Origin.BARE), Found()]),
        (f"{READY_ALONE}\n{SAID_LEE}.", [CONTINUED, Found()]),
    ],
)
def test_nobody_to_continue(annotated: str, found: list[Found]) -> None:
    """Where nobody is known to have spoken before, quoted text alone has no speaker."""
    [quote] = [quote for quote in resolved(annotated, *found) if not quote.source]
    assert (quote.speaker, quote.attribution, quote.evidence) == (None, None, ())


def test_quoted_text_alone_continues_nobody() -> None:
    """Quoted text that doesn't go on has no speaker, though somebody spoke before."""
    bare = evolve(CONTINUED, origin=Origin.BARE)
    assert names(resolved(f"{SAID_LEE}.\n{READY_ALONE}", Found(), bare)) == ["Lee", None]


@pytest.mark.parametrize(
    ("annotated", "origin"),
    [
        ("Ann/NNP/compound/Lee/PERSON Lee/NNP/ROOT//PERSON: “We are/VBP/acl/Lee ready.”", "LABEL"),
        ("“We are/VBP/ROOT ready.” —//punct/Lee Ann/NNP/compound/Lee Lee/NNP/ROOT", "BYLINE"),
    ],
)
def test_label_and_byline(annotated: str, origin: str) -> None:
    """A label and a byline name the speaker without a cue."""
    [quote] = resolved(annotated, Found("Ann Lee", "", "“We are ready.”", Origin[origin]))
    assert names([quote]) == ["Ann Lee"]
    assert (quote.cue, quote.attribution) == ((), EXPLICIT)


@pytest.mark.parametrize(
    ("cue", "medium"),
    [
        ("said", Medium.SPEECH),
        ("believes", Medium.THOUGHT),
        ("said to believe", Medium.SPEECH),
        ("is hopeful", Medium.THOUGHT),
        ("expressed hope", Medium.SPEECH),
        ("Believe", Medium.THOUGHT),
        ("chirped", Medium.SPEECH),
        ("", Medium.SPEECH),
    ],
)
def test_medium(cue: str, medium: Medium) -> None:
    """A word of thinking makes a thought, unless one of saying stands beside it."""
    annotated = " ".join(f"{word}/VBD/ROOT" for word in cue.split())
    [quote] = resolved(f"Ann {annotated} it is over/RB/ROOT.", Found("Ann", cue, "it is over"))
    assert (quote.medium, quote.kind) == (medium, Kind.INDIRECT)


OUTER = (
    f"“{RAY.format('nsubj/said')} {{}} ‘No/UH/ccomp/said,’” "
    f"said/VBD/ROOT {LEE.format('nsubj/said')}."
)


def test_nested_quotation_has_its_own_speaker() -> None:
    """Quotes are sorted by position, one inside another behind it, each with its speaker."""
    outer, inner = resolved(
        OUTER.format("said/VBD/ccomp/said:"),
        Found("Ann Lee", "said", "“Bo Ray said: ‘No,’”"),
        Found("Bo Ray", "said", "‘No,’", Origin.NESTED),
    )
    assert names([outer, inner]) == ["Ann Lee", "Bo Ray"]
    assert (outer.text, inner.text) == ("“Bo Ray said: ‘No,’”", "‘No,’")


def test_nested_thought_is_none() -> None:
    """What somebody thinks in passing within quoted text is left out."""
    [outer] = resolved(
        OUTER.format("believes/VBZ/ccomp/said:"),
        Found("Ann Lee", "said", "“Bo Ray believes: ‘No,’”"),
        Found("Bo Ray", "believes", "‘No,’", Origin.NESTED),
    )
    assert names([outer]) == ["Ann Lee"]


def test_nested_quotation_is_not_continued() -> None:
    """The next paragraph goes on with who speaks, not with whom that one quotes."""
    quotes = resolved(
        OUTER.format("said/VBD/ccomp/said:") + f"\n{READY_ALONE}",
        Found("Ann Lee", "said", "“Bo Ray said: ‘No,’”"),
        Found("Bo Ray", "said", "‘No,’", Origin.NESTED),
        CONTINUED,
    )
    assert names(quotes) == ["Ann Lee", "Bo Ray", "Ann Lee"]


def test_interrupted_quotation() -> None:
    """The spans of a content stay apart; by its words the quote is one."""
    doc = by_hand("“We are/VBP/ccomp/said,” said/VBD/ROOT Lee/NNP/nsubj/said, “ready/JJ.”")
    parts = Quotation(((0, 9), (20, 28)), (10, 14), (15, 18), Origin.TAGGER, 0.9, 0.8)
    [quote] = resolve(doc, doc.text, pair(doc.text), [parts])
    assert [span.text for span in quote.content] == ["“We are,”", "“ready.”"]
    assert quote.kind is Kind.DIRECT


def test_no_quotations() -> None:
    """Where nothing was found there are no quotes."""
    assert resolved(f"{SAID_LEE}.") == []


def quotations(text: str) -> st.SearchStrategy[list[Quotation]]:
    """Quotations anywhere in a text."""
    worded = spans(text, min_size=1).filter(lambda span: span.text.strip())
    places = worded.map(lambda span: (span.start, span.end))
    one = st.builds(
        Quotation,
        content=st.lists(places, min_size=1, max_size=2).map(tuple),
        cue=st.none() | places,
        source=st.none() | places,
        origin=st.sampled_from(Origin),
        confidence=st.floats(0, 1),
        source_confidence=st.floats(0, 1),
    )
    return st.lists(one, max_size=4 if text.strip() else 0)


@given(docs(), st.data())
def test_any_parse(doc: "Doc", data: st.DataObject) -> None:
    """However odd the parse, quotes come in their order, and their spans are the text's."""
    text = doc.text
    found = data.draw(quotations(text))
    quotes = resolve(doc, text, pair(text), found)
    assert quotes == sorted(quotes)
    for quote in quotes:
        evidence = [step.span for step in quote.evidence]
        for span in (*quote.content, *quote.cue, *quote.source, *evidence):
            assert span.text == text[span.start : span.end] != ""
    expected = [each.content for each in found if each.origin is not Origin.NESTED]
    contents = [tuple((span.start, span.end) for span in quote.content) for quote in quotes]
    assert not Counter(expected) - Counter(contents)
