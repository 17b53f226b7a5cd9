"""Who is speaking: from a quotation's source to its speaker, and the evidence for it."""

from typing import TYPE_CHECKING

import pytest
from attrs import evolve
from hypothesis import given

from docs_by_hand import by_hand, docs
from quoteattr.marks import pair
from quoteattr.quotations import assemble
from quoteattr.quotes import AttributionType, Evidence, Kind, Medium, Quote, Span, SpeakerType
from quoteattr.rules import MEASURED, Rule
from quoteattr.speakers import resolve

if TYPE_CHECKING:
    from spacy.tokens import Doc

LEE = "Ann/NNP/compound/Lee/PERSON Lee/NNP/{}/PERSON"
RAY = "Bo/NNP/compound/Ray/PERSON Ray/NNP/{}/PERSON"
LEE_LEFT = LEE.format("nsubj/left") + " left/VBD/ROOT"
SAID = "“We are/VBP/ccomp/said ready,” said/VBD/ROOT"
SAID_LEE = f"{SAID} Lee/NNP/nsubj/said/PERSON"
READY_ALONE = "“We are/VBP/ROOT ready.”"
EXPLICIT, ANAPHORIC = AttributionType.EXPLICIT, AttributionType.ANAPHORIC


def resolved(annotated: str) -> list[Quote]:
    """The quotes of a text."""
    doc = by_hand(annotated)
    marks = pair(doc.text)
    return resolve(doc, doc.text, marks, assemble(doc, doc.text, marks))


def names(quotes: list[Quote]) -> list[str | None]:
    """The names of their speakers."""
    return [quote.speaker.name if quote.speaker else None for quote in quotes]


def test_all_of_a_quote() -> None:
    """A quote has its spans, its speaker and what is known of both."""
    [quote] = resolved(f"{SAID} {LEE.format('nsubj/said')}.")
    text = "“We are ready,” said Ann Lee."
    source = Span.of(text, 21, 28)
    content, speaker = MEASURED[Rule.TAG]
    assert quote.content == (Span.of(text, 0, 15),)
    assert quote.cue == (Span.of(text, 16, 20),)
    assert quote.source == (source,)
    assert (quote.kind, quote.medium) == (Kind.DIRECT, Medium.SPEECH)
    assert (quote.attribution, quote.evidence) == (EXPLICIT, (Evidence(source, "source"),))
    assert quote.confidence == content
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type) == ("Ann Lee", SpeakerType.PERSON)
    assert (quote.speaker.named, quote.speaker.aliases) == (True, ())
    assert (quote.speaker.confidence, quote.speaker.members) == (speaker, ())


@pytest.mark.parametrize(
    "annotated", [f"{LEE_LEFT}. {SAID_LEE}.", f"{SAID_LEE}. {LEE_LEFT}."], ids=["before", "behind"]
)
def test_surname_joins_the_full_name(annotated: str) -> None:
    """A surname is the person's whose full name stands elsewhere; where is part of the evidence."""
    [quote] = resolved(annotated)
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
    [quote] = resolved(f"{LEE_LEFT}. {SAID} Mr./NNP/compound/Lee Lee/NNP/nsubj/said/PERSON.")
    assert names([quote]) == ["Ann Lee"]
    assert [span.text for span in quote.source] == ["Mr. Lee"]


def test_two_who_share_a_surname() -> None:
    """A surname that two people share is the one's who was named last; the two stay two."""
    bo_left = "Bo/NNP/compound/Lee/PERSON Lee/NNP/nsubj/left/PERSON left/VBD/ROOT"
    quotes = resolved(f"{LEE_LEFT}. {SAID_LEE}.\n{bo_left}. {SAID_LEE}.\n{LEE_LEFT}. {SAID_LEE}.")
    assert names(quotes) == ["Ann Lee", "Bo Lee", "Ann Lee"]


def test_diacritics_do_not_count() -> None:
    """*Kiran* is *Selim Kıran*."""
    kiran = "Selim/NNP/compound/Kıran/PERSON Kıran/NNP/nsubj/left/PERSON left/VBD/ROOT"
    assert names(resolved(f"{kiran}. {SAID} Kiran/NNP/nsubj/said/PERSON.")) == ["Selim Kıran"]


def test_speaker_whom_the_recognizer_takes_for_a_place() -> None:
    """A capitalised source is a name whatever its label, and joins its full name."""
    kiran = "Selim/NNP/compound/Kiran/GPE Kiran/NNP/nsubj/left/GPE left/VBD/ROOT"
    assert names(resolved(f"{kiran}. {SAID} Kiran/NNP/nsubj/said/GPE.")) == ["Selim Kiran"]


def test_joint_speakers() -> None:
    """Two who speak together are a group with both as members, each with the full name."""
    ray_left = RAY.format("nsubj/left") + " left/VBD/ROOT"
    [quote] = resolved(f"{LEE_LEFT}. {ray_left}. {SAID_LEE} and/CC/cc/Lee Ray/NNP/conj/Lee/PERSON.")
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type) == ("Ann Lee; Bo Ray", SpeakerType.GROUP)
    assert [member.name for member in quote.speaker.members] == ["Ann Lee", "Bo Ray"]
    assert [member.aliases for member in quote.speaker.members] == [("Lee",), ("Ray",)]
    assert [step.span.text for step in quote.evidence] == ["Lee and Ray", "Ann Lee", "Bo Ray"]


@pytest.mark.parametrize(
    ("source", "name", "kind"),
    [
        (
            "the/DT/det/official senior/JJ/amod/official official/NN/nsubj/said",
            "senior official",
            SpeakerType.UNKNOWN,
        ),
        ("two/CD/nummod/officials officials/NNS/nsubj/said", "two officials", SpeakerType.GROUP),
        ("the/DT/det/ministry ministry/NN/nsubj/said", "ministry", SpeakerType.ORGANIZATION),
        ("the/DT/det/report report/NN/nsubj/said", "report", SpeakerType.DOCUMENT),
        ("the/DT/det/president president/NN/nsubj/said", "president", SpeakerType.PERSON),
        ("her/PRP$/poss/lawyer lawyer/NN/nsubj/said", "lawyer", SpeakerType.UNKNOWN),
        (
            "the/DT/det/man man/NN/nsubj/said,//punct/man a doctor/NN/appos/man",
            "man",
            SpeakerType.UNKNOWN,
        ),
    ],
)
def test_description(source: str, name: str, kind: SpeakerType) -> None:
    """Somebody never named is known by the description without its article."""
    [quote] = resolved(f"{SAID} {source}.")
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type, quote.speaker.named) == (name, kind, False)
    assert quote.attribution is ANAPHORIC


@pytest.mark.parametrize("pronoun", ["she", "he", "they"])
def test_pronoun(pronoun: str) -> None:
    """A pronoun's speaker is left open, but not its mention."""
    [quote] = resolved(f"{LEE_LEFT}. {SAID} {pronoun}/PRP/nsubj/said.")
    assert quote.speaker is None
    assert [span.text for span in quote.source] == [pronoun]
    assert [step.why for step in quote.evidence] == ["source"]


def test_organization() -> None:
    """An organisation speaks by its name, without article."""
    [quote] = resolved(
        f"{SAID} the/DT/det/Ministry Foreign/NNP/compound/Ministry/ORG Ministry/NNP/nsubj/said/ORG."
    )
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
        "it/PRP/dobj/called “a milestone/NN/oprd/called,” left/VBD/ROOT."
    )
    assert names([quote]) == ["Ann Lee"]
    assert [span.text for span in quote.source] == ["who"]
    assert [step.span.text for step in quote.evidence] == ["Ann Lee"]


def test_paragraph_that_continues_a_speaker() -> None:
    """A paragraph of quoted text alone has the speaker of the one before, by the context."""
    first, second, third = resolved(f"{LEE_LEFT}. {SAID_LEE}.\n\n{READY_ALONE}\n\n“No/UH/ROOT.”")
    assert names([first, second, third]) == ["Ann Lee"] * 3
    for quote in (second, third):
        assert (quote.cue, quote.source) == ((), ())
        assert quote.attribution is AttributionType.IMPLICIT
        assert quote.evidence == first.evidence
    assert first.speaker is not None
    confidence = min(first.speaker.confidence, MEASURED[Rule.CONTINUED][1])
    assert second.speaker == evolve(first.speaker, confidence=confidence)


@pytest.mark.parametrize(
    "annotated", [f"{SAID} she/PRP/nsubj/said.\n{READY_ALONE}", f"{READY_ALONE}\n{SAID_LEE}."]
)
def test_nobody_to_continue(annotated: str) -> None:
    """Where nobody is known to have spoken before, quoted text alone has no speaker."""
    [quote] = [quote for quote in resolved(annotated) if not quote.source]
    assert (quote.speaker, quote.attribution, quote.evidence) == (None, None, ())


@pytest.mark.parametrize(
    ("annotated", "source"),
    [
        (
            "Ann/NNP/compound/Lee/PERSON Lee/NNP/ROOT//PERSON: “We are/VBP/acl/Lee ready.”",
            "Ann Lee",
        ),
        ("“We are/VBP/ROOT ready.” —//punct/Lee Ann/NNP/compound/Lee Lee/NNP/ROOT", "Ann Lee"),
    ],
)
def test_label_and_byline(annotated: str, source: str) -> None:
    """A label and a byline name the speaker without a cue."""
    [quote] = resolved(annotated)
    assert names([quote]) == [source]
    assert (quote.cue, quote.attribution) == ((), EXPLICIT)


def test_thought() -> None:
    """What somebody believes is a thought; what somebody says to believe is speech."""
    believes = "believes/VBZ/{} it/PRP/nsubj/is is/VBZ/ccomp/believes “over/RB/advmod/is.”"
    [thought] = resolved(f"{LEE.format('nsubj/believes')} {believes.format('ROOT')}")
    [speech] = resolved(
        f"{LEE.format('nsubj/said')} said/VBD/ROOT she/PRP/nsubj/believes "
        f"{believes.format('ccomp/said')}"
    )
    assert (thought.medium, speech.medium) == (Medium.THOUGHT, Medium.SPEECH)
    assert (thought.kind, speech.kind) == (Kind.MIXED, Kind.MIXED)


def test_nested_quotation_has_its_own_speaker() -> None:
    """Quotes are sorted by position, one inside another behind it, each with its speaker."""
    outer, inner = resolved(
        f"“{RAY.format('nsubj/said')} said/VBD/ccomp/said: ‘No/UH/ccomp/said,’” said/VBD/ROOT "
        f"{LEE.format('nsubj/said')}."
    )
    assert names([outer, inner]) == ["Ann Lee", "Bo Ray"]
    assert (outer.text, inner.text) == ("“Bo Ray said: ‘No,’”", "‘No,’")


@pytest.mark.parametrize("annotated", ["No/UH/ROOT.", "The “deal/NN/ROOT”."])
def test_no_quotes(annotated: str) -> None:
    """A text without quotations has no quotes."""
    assert resolved(annotated) == []


@given(docs())
def test_any_parse(doc: "Doc") -> None:
    """However odd the parse, quotes come in their order, and their spans are the text's."""
    text = doc.text
    marks = pair(text)
    quotes = resolve(doc, text, marks, assemble(doc, text, marks))
    assert quotes == sorted(quotes)
    for quote in quotes:
        evidence = [step.span for step in quote.evidence]
        for span in (*quote.content, *quote.cue, *quote.source, *evidence):
            assert span.text == text[span.start : span.end] != ""
