"""Who is speaking: from a quotation's source to its speaker, and the evidence for it."""

import functools
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from attrs import evolve, fields, frozen
from hypothesis import given
from hypothesis import strategies as st
from spacy.lang.en import English
from spacy.tokens import Doc

from docs_by_hand import WEIGHER, by_hand, docs
from quoteattr.candidates import Choices
from quoteattr.marks import Offsets, pair
from quoteattr.quotations import Origin, Quotation
from quoteattr.quotes import (
    AttributionType,
    Evidence,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
)
from quoteattr.speakers import reporting, resolve
from strategies import spans
from timing import growth

LEE = "Ann/NNP/compound/Lee/PERSON Lee/NNP/{}/PERSON"
RAY = "Bo/NNP/compound/Ray/PERSON Ray/NNP/{}/PERSON"
LEE_LEFT = LEE.format("nsubj/left") + " left/VBD/ROOT"
RAY_LEFT = RAY.format("nsubj/left") + " left/VBD/ROOT"
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
    return resolve(doc, doc.text, pair(doc.text), list(located(doc.text, found)), WEIGHER)


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
    said = f"{SAID_LEE} and/CC/cc/Lee Ray/NNP/conj/Lee/PERSON"
    [quote] = resolved(f"{LEE_LEFT}. {RAY_LEFT}. {said}.", Found("Lee and Ray"))
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
            SpeakerType.PERSON,
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
        ("her/PRP$/poss/lawyer lawyer/NN/nsubj/said", "her lawyer", "lawyer", SpeakerType.PERSON),
        (
            "the/DT/det/man man/NN/nsubj/said,//punct/man a doctor/NN/appos/man",
            "the man, a doctor",
            "man",
            SpeakerType.PERSON,
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


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("some", SpeakerType.GROUP),
        ("others", SpeakerType.GROUP),
        ("those", SpeakerType.GROUP),
        ("another", SpeakerType.PERSON),
        ("one", SpeakerType.PERSON),
    ],
)
def test_others(word: str, kind: SpeakerType) -> None:
    """*Some* and *others* stand for nobody whom the text has told of before."""
    [quote] = resolved(f"{LEE_LEFT}. {SAID} {word}/DT/nsubj/said.", Found(word))
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type, quote.speaker.named) == (word, kind, False)


def test_one_who_is_named() -> None:
    """*One of them, Ann Lee* has a name."""
    one = f"one/CD/nsubj/said of/IN/prep/one them/PRP/pobj/of, {LEE.format('appos/one')}"
    [quote] = resolved(f"{SAID} {one}.", Found("one of them, Ann Lee"))
    assert names([quote]) == ["Ann Lee"]


def test_one_of_whom_the_text_tells() -> None:
    """*The one* may stand for somebody whom it has told of."""
    one = "the/DT/det/one one/NN/nsubj/said"
    before = f"{LEE.format('nsubj/is')} is/VBZ/ROOT the/DT/det/one one/NN/attr/is"
    [quote] = resolved(f"{before}. {SAID} {one}.", Found("the one"))
    assert names([quote]) == ["Ann Lee"]


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
        ("hop", Medium.THOUGHT),  # the lemma of "hopes" in spaCy's small model
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


@pytest.mark.parametrize(
    ("word", "is_read"), [("claim/VBP/ccomp/said", True), ("claims/NNS/nsubj/said", False)]
)
def test_reporting(word: str, *, is_read: bool) -> None:
    """Quoted text is read once more where a verb of saying stands in it, and for no noun."""
    doc = by_hand(f"“Two/NNS/ROOT {word},” said/VBD/ROOT {LEE.format('nsubj/said')}.")
    outer = pair(doc.text).outer
    assert bool(reporting(doc, outer)) is is_read


def test_conversation() -> None:
    """In a conversation a paragraph of quoted words alone can be by who spoke two before."""
    said = "“{}/NN/ROOT,” said/VBD/ROOT {}."
    alone = ["“So/RB/ROOT.”", "“Ah/UH/ROOT.”", "“Well/UH/ROOT.”"]
    ann, bob = LEE.format("nsubj/said"), LEE.format("nsubj/said").replace("Ann", "Bob")
    lines = [said.format("No", ann), said.format("Why", bob), *alone]
    found = [evolve(CONTINUED, content=f"“{word}.”") for word in ("So", "Ah", "Well")]
    first, second = (Found(source="Ann Lee", content="“No,”"), Found("Bob Lee", content="“Why,”"))
    quotes = resolved("\n\n".join(lines), first, second, *found)
    assert names(quotes) == ["Ann Lee", "Bob Lee", "Ann Lee", "Bob Lee", "Ann Lee"]
    assert {quote.attribution for quote in quotes[2:]} == {AttributionType.IMPLICIT}


def test_conversation_that_begins_without_names() -> None:
    """Who is named only later in a conversation can have spoken before, too."""
    said = "“{}/NN/ROOT,” said/VBD/ROOT {}."
    alone = ["“So/RB/ROOT.”", "“Ah/UH/ROOT.”", "“Well/UH/ROOT.”"]
    ann, bob = LEE.format("nsubj/said"), LEE.format("nsubj/said").replace("Ann", "Bob")
    lines = [*alone, said.format("No", ann), said.format("Why", bob)]
    begin, *going_on = [evolve(CONTINUED, content=f"“{word}.”") for word in ("So", "Ah", "Well")]
    first, second = (Found(source="Ann Lee", content="“No,”"), Found("Bob Lee", content="“Why,”"))
    begin = evolve(begin, origin=Origin.BARE)
    quotes = resolved("\n\n".join(lines), begin, *going_on, first, second)
    assert names(quotes) == ["Bob Lee", "Ann Lee", "Bob Lee", "Ann Lee", "Bob Lee"]
    assert {quote.attribution for quote in quotes[:3]} == {AttributionType.IMPLICIT}


def test_somebody_who_is_only_told_of() -> None:
    """Who may speak in a conversation can be somebody who has said nothing yet."""
    alone = ["“So/RB/ROOT.”", "“Ah/UH/ROOT.”", "“Well/UH/ROOT.”"]
    weigher = evolve(WEIGHER, weights={**WEIGHER.weights, "turn": {"told before it": 9.0}})
    doc = by_hand("\n\n".join([*alone, f"{LEE_LEFT}. “Oh/UH/ROOT.”"]))
    found = [evolve(CONTINUED, content=f"“{word}.”") for word in ("So", "Ah", "Well")]
    last = Found(cue="", source="", content="“Oh.”")
    quotations = list(located(doc.text, (*found, last)))
    *_, quote = resolve(doc, doc.text, pair(doc.text), quotations, weigher)
    assert (names([quote]), quote.attribution) == (["Ann Lee"], AttributionType.IMPLICIT)
    assert steps(quote) == [("Ann Lee", "antecedent")]


def test_nobody_in_turn() -> None:
    """Where nobody is probable enough, nobody is told."""
    alone = ["“So/RB/ROOT.”", "“Ah/UH/ROOT.”", "“Well/UH/ROOT.”"]
    weigher = evolve(WEIGHER, weights={**WEIGHER.weights, "turn": {"nobody": 9.0}})
    doc = by_hand("\n\n".join([f"{LEE_LEFT}.", *alone]))
    found = [evolve(CONTINUED, content=f"“{word}.”") for word in ("So", "Ah", "Well")]
    quotations = list(located(doc.text, tuple(found)))
    assert names(resolve(doc, doc.text, pair(doc.text), quotations, weigher)) == [None] * 3


def test_source_cut_off_after_a_title() -> None:
    """A source that ends with *Mr.* goes on with the name behind it; no other *Mr.* is meant."""
    ray = "Mr./NNP/compound/Ray Ray/NNP/nsubj/left/PERSON left/VBD/ROOT"
    said = f"{SAID} Mr./NNP/compound/Lee Lee/NNP/nsubj/said/PERSON"
    [quote] = resolved(f"{ray}. {said}. {ray}.", Found("Mr"))
    assert (names([quote]), quote.attribution) == (["Lee"], EXPLICIT)


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
    [quote] = resolve(doc, doc.text, pair(doc.text), [parts], WEIGHER)
    assert [span.text for span in quote.content] == ["“We are,”", "“ready.”"]
    assert quote.kind is Kind.DIRECT


def test_no_quotations() -> None:
    """Where nothing was found there are no quotes."""
    assert resolved(f"{SAID_LEE}.") == []


# Pronouns and descriptions

BOB = "Bob/NNP/compound/Ray/PERSON Ray/NNP/{}/PERSON"
BOB_LEFT = BOB.format("nsubj/left") + " left/VBD/ROOT"
BOTH_LEFT = (
    "Ann/NNP/compound/Lee/PERSON Lee/NNP/nsubj/left/PERSON and/CC/cc/Lee "
    "Bob/NNP/compound/Ray/PERSON Ray/NNP/conj/Lee/PERSON left/VBD/ROOT"
)
MAYOR = "the/DT/det/mayor mayor/NN/{}"
MAYOR_SAID = f"{SAID} {MAYOR.format('nsubj/said')}"


@pytest.mark.parametrize(
    ("words", "source", "whole"),
    [
        ("the/DT/det/Lory Lory/NNP/nsubj/said", "the", "the Lory"),
        ("her/PRP$/poss/aunt old/JJ/amod/aunt aunt/NN/nsubj/said", "her old", "her old aunt"),
        ("the/DT/det/other other/JJ/nsubj/said", "the", "the other"),
        ("the/DT/det/Lory Lory/NNP/nsubj/said", "the Lory", "the Lory"),
        ("this/DT/nsubj/said man/NN/ROOT", "this", "this"),
    ],
)
def test_source_that_ends_before_its_noun(words: str, source: str, whole: str) -> None:
    """A source goes on to the noun that its last word stands with."""
    [quote] = resolved(f"{SAID} {words}.", Found(source))
    assert [span.text for span in quote.source] == [whole]


def said_by(pronoun: str) -> str:
    """A sentence in which a pronoun speaks."""
    return f"{SAID} {pronoun}/PRP/nsubj/said"


def steps(quote: Quote) -> list[tuple[str, str]]:
    """The words of the steps to a speaker, each with why it is one."""
    return [(step.span.text, step.why) for step in quote.evidence]


@pytest.mark.parametrize(
    ("annotated", "pronoun", "name"),
    [
        (f"{LEE_LEFT}. {said_by('she')}.", "she", "Ann Lee"),
        (f"{LEE_LEFT}. {said_by('he')}.", "he", None),
        (f"{BOB_LEFT}. {LEE_LEFT}. {said_by('he')}.", "he", "Bob Ray"),
        (f"{LEE_LEFT}. {BOB_LEFT}. {said_by('she')}.", "she", "Ann Lee"),
        (f"{BOTH_LEFT}. {said_by('they')}.", "they", "Ann Lee; Bob Ray"),
        (f"{said_by('she')}.", "she", None),
        (f"{said_by('it')}.", "it", None),
    ],
)
def test_pronoun(annotated: str, pronoun: str, name: str | None) -> None:
    """A pronoun stands for somebody of its gender and number, or for nobody."""
    [quote] = resolved(annotated, Found(pronoun))
    assert names([quote]) == [name]
    assert [span.text for span in quote.source] == [pronoun]
    assert steps(quote)[0] == (pronoun, "source")
    assert quote.attribution is ANAPHORIC


def test_two_together_have_their_names() -> None:
    """*They* are a group with two members; the steps lead to both."""
    [quote] = resolved(f"{BOTH_LEFT}. {said_by('they')}.", Found("they"))
    assert quote.speaker is not None
    assert quote.speaker.type is SpeakerType.GROUP
    assert [member.name for member in quote.speaker.members] == ["Ann Lee", "Bob Ray"]
    assert steps(quote)[-2:] == [("Ann Lee", "fullest name"), ("Bob Ray", "fullest name")]


def test_steps_from_a_pronoun() -> None:
    """A pronoun leads to the mention that it stands for, and this to the fullest name."""
    came = "Lee/NNP/nsubj/came/PERSON came/VBD/ROOT"
    annotated = f"{LEE_LEFT}. {came}. {said_by('she')}."
    [quote] = resolved(annotated, Found("she"))
    text = by_hand(annotated).text
    assert quote.evidence == (
        Evidence(Span.of(text, 45, 48), "source"),
        Evidence(Span.of(text, 14, 17), "antecedent"),
        Evidence(Span.of(text, 0, 7), "fullest name"),
    )
    assert quote.speaker is not None
    assert quote.speaker.aliases == ("Lee",)


def test_coreference_counts() -> None:
    """What coreference says of a pronoun is a sign of whom it stands for."""
    cy = "Tom/NNP/compound/Fox/PERSON Fox/NNP/nsubj/left/PERSON left/VBD/ROOT"
    doc = by_hand(f"{BOB_LEFT}. {cy}. {said_by('he')}.")
    found = list(located(doc.text, (Found("he"),)))
    bob, he = (0, 7), near(doc.text, "he", len(doc.text))
    assert he is not None
    for clusters, name in (((), "Tom Fox"), (((bob, he),), "Bob Ray")):
        quotes = resolve(doc, doc.text, pair(doc.text), found, WEIGHER, clusters=clusters)
        assert names(quotes) == [name]


def test_name_in_apposition() -> None:
    """The name beside a description is the speaker's, where the source has left it out."""
    said = f"{SAID} the/DT/det/mayor mayor/NN/nsubj/said, {LEE.format('appos/mayor')}"
    [quote] = resolved(f"{BOB_LEFT}. {said}.", Found("the mayor"))
    assert names([quote]) == ["Ann Lee"]
    assert steps(quote) == [("the mayor", "source"), ("Ann Lee", "role")]
    assert quote.attribution is EXPLICIT


def test_name_before_an_apposition() -> None:
    """So is the name that a description stands in apposition to."""
    said = f"{SAID} {LEE.format('nsubj/said')}, the/DT/det/mayor mayor/NN/appos/Lee"
    [quote] = resolved(f"{BOB_LEFT}. {said}.", Found("the mayor"))
    assert names([quote]) == ["Ann Lee"]


@pytest.mark.parametrize("words", ["magazine", "newspaper"])
def test_name_without_what_it_is(words: str) -> None:
    """What a name is called behind it is no part of it."""
    said = f"{SAID} Forbes/NNP/compound/{words}/ORG {words}/NN/nsubj/said"
    [quote] = resolved(f"{said}.", Found(f"Forbes {words}"))
    assert names([quote]) == ["Forbes"]


@pytest.mark.parametrize(
    "before",
    [
        f"{LEE_LEFT.replace('Ann', 'Mayor/NNP/compound/Lee Ann', 1)}.",
        f"{LEE.format('nsubj/left')}, the/DT/det/mayor mayor/NN/appos/Lee, left/VBD/ROOT.",
        f"The/DT/det/mayor mayor/NN/nsubj/left, {LEE.format('appos/mayor')}, left/VBD/ROOT.",
        (
            f"{LEE.format('nsubj/left')}, who/WP/nsubj/is is/VBZ/relcl/Lee the/DT/det/mayor "
            "mayor/NN/attr/is, left/VBD/ROOT."
        ),
        f"{LEE.format('nsubj/is')} is/VBZ/ROOT the/DT/det/mayor mayor/NN/attr/is.",
    ],
    ids=["title", "apposition", "apposed name", "who is", "is"],
)
def test_role(before: str) -> None:
    """A description stands for the one who bears its role, however the text has said so."""
    [quote] = resolved(f"{before} {BOB_LEFT}. {MAYOR_SAID}.", Found("the mayor"))
    assert names([quote]) == ["Ann Lee"]
    assert steps(quote) == [("the mayor", "source"), ("Ann Lee", "role")]
    assert quote.attribution is ANAPHORIC


def test_role_of_nobody() -> None:
    """A description that fits nobody stands for itself."""
    [quote] = resolved(f"{LEE_LEFT}. {MAYOR_SAID}.", Found("the mayor"))
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.named) == ("mayor", False)
    assert steps(quote) == [("the mayor", "source")]


def test_pronoun_for_a_description_for_a_name() -> None:
    """A pronoun that stands for a description leads by it to the name."""
    mayor = f"{LEE.format('nsubj/is')} is/VBZ/ROOT the/DT/det/mayor mayor/NN/attr/is."
    came = f"{MAYOR.format('nsubj/came').replace('the', 'The')} came/VBD/ROOT"
    [quote] = resolved(f"{mayor}\n{came}. {said_by('she')}.", Found("she"))
    assert names([quote]) == ["Ann Lee"]
    assert steps(quote) == [("she", "source"), ("The mayor", "antecedent"), ("Ann Lee", "role")]


def test_pronoun_for_somebody_without_a_name() -> None:
    """A pronoun may stand for somebody whom the text only describes."""
    came = "A/DT/det/officer police/NN/compound/officer officer/NN/nsubj/came came/VBD/ROOT"
    [quote] = resolved(f"{came}. {said_by('he')}.", Found("he"))
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.named) == ("police officer", False)
    assert steps(quote) == [("he", "source"), ("A police officer", "antecedent")]


@frozen
class Doubtful:
    """Finds all candidates equally probable."""

    def __call__(self, given: Choices) -> list[float]:
        """The same for each."""
        return [1 / len(given.candidates)] * len(given.candidates)

    def confidence(self, way: str, source: float, choice: float) -> float:
        """As the choice."""
        del way, source
        return choice


@pytest.mark.parametrize(
    ("annotated", "name"),
    [(f"{BOB_LEFT}. ", "Bob Ray"), (f"{BOB_LEFT}. {LEE_LEFT}. {RAY_LEFT}. ", None)],
)
def test_doubt(annotated: str, name: str | None) -> None:
    """Where no candidate is likely, a pronoun has no speaker, but keeps its mention."""
    doc = by_hand(f"{annotated}{said_by('he')}.")
    found = list(located(doc.text, (Found("he"),)))
    [quote] = resolve(doc, doc.text, pair(doc.text), found, Doubtful())
    assert names([quote]) == [name]
    assert [span.text for span in quote.source] == ["he"]
    assert quote.attribution is ANAPHORIC


def test_confidence_of_the_speaker() -> None:
    """The speaker's confidence is the weigher's, and apart from the quotation's."""
    doc = by_hand(f"{BOB_LEFT}. {said_by('he')}.")
    found = list(located(doc.text, (Found("he"),)))
    [quote] = resolve(doc, doc.text, pair(doc.text), found, Doubtful())
    assert quote.speaker is not None
    assert (quote.confidence, quote.speaker.confidence) == (0.9, 0.5)


@pytest.mark.parametrize(("pronoun", "be"), [("It", "is"), ("It", "was")])
def test_said_by_nobody(pronoun: str, be: str) -> None:
    """Of *it is believed that …* there is no speaker."""
    annotated = (
        f"{LEE_LEFT}. {pronoun}/PRP/nsubjpass/believed {be}/VBZ/auxpass/believed "
        "believed/VBN/ROOT that all is/VBZ/ccomp/believed well/RB/advmod/is."
    )
    [quote] = resolved(annotated, Found("", "believed", "that all is well"))
    assert (quote.speaker, quote.source, quote.attribution) == (None, (), None)


# The first person


def test_first_person_in_quoted_words() -> None:
    """*I* within quoted words is who speaks them."""
    annotated = (
        f"{BOB_LEFT}. “I/PRP/nsubj/warned warned/VBD/ccomp/said that it fell/VBD/ccomp/warned,” "
        f"said/VBD/ROOT {LEE.format('nsubj/said')}."
    )
    outer, inner = resolved(
        annotated,
        Found("Ann Lee", "said", "“I warned that it fell,”"),
        Found("I", "warned", "that it fell"),
    )
    assert names([outer, inner]) == ["Ann Lee", "Ann Lee"]
    assert steps(inner) == [("I", "source"), ("Ann Lee", "source")]
    assert (outer.attribution, inner.attribution) == (EXPLICIT, ANAPHORIC)


@pytest.mark.parametrize("pronoun", ["I", "we"])
@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("By/IN/ROOT Ann/NNP/compound/Lee/PERSON Lee/NNP/pobj/By/PERSON\n\n", "Ann Lee"),
        (f"{LEE_LEFT}.\nQ: Why?\nA: ", "Ann Lee"),
        (f"{LEE_LEFT}.\nA: Well.\nQ: ", None),
        (f"{LEE_LEFT}. ", None),
        ("", None),
    ],
    ids=["byline", "answer", "question", "no byline", "nobody"],
)
def test_first_person_outside_quoted_words(pronoun: str, before: str, name: str | None) -> None:
    """*I* outside quoted words is the author or who answers, if the text says who that is."""
    [quote] = resolved(f"{before}{said_by(pronoun)}.", Found(pronoun))
    assert names([quote]) == [name]
    assert steps(quote)[0] == (pronoun, "source")
    assert [step.why for step in quote.evidence][1:] == (["narrator"] if name else [])
    assert quote.attribution is ANAPHORIC


@pytest.mark.parametrize("pronoun", ["you", "You"])
def test_second_person(pronoun: str) -> None:
    """*You* within quoted words is not who speaks them; the text does not say who it is."""
    annotated = (
        f"{BOB_LEFT}. “{pronoun}/PRP/nsubj/warned warned/VBD/ccomp/said that it "
        f"fell/VBD/ccomp/warned,” said/VBD/ROOT {LEE.format('nsubj/said')}."
    )
    outer, inner = resolved(
        annotated,
        Found("Ann Lee", "said", f"“{pronoun} warned that it fell,”"),
        Found(pronoun, "warned", "that it fell"),
    )
    assert names([outer, inner]) == ["Ann Lee", None]
    assert (inner.attribution, steps(inner)) == (ANAPHORIC, [(pronoun, "source")])


def test_paragraph_that_continues_the_first_person() -> None:
    """A paragraph that goes on with what *I* say is said by the same one."""
    byline = "By/IN/ROOT Ann/NNP/compound/Lee/PERSON Lee/NNP/pobj/By/PERSON"
    annotated = f"{byline}\n\n{said_by('I')}.\n\n{READY_ALONE}"
    assert names(resolved(annotated, Found("I"), CONTINUED)) == ["Ann Lee", "Ann Lee"]


# Repeated words

FELL = "“{} fallen/VBN/{}”"


def said_again(*said: str, pull: str) -> list[Quote]:
    """The quotes of a text in which Lee and Ray say some words, and quoted text repeats them."""
    speakers = ["Lee", "Ray"][: len(said)]
    lines = [
        f"{FELL.format(words, 'ccomp/said')} said/VBD/ROOT {name}/NNP/nsubj/said/PERSON."
        for words, name in zip(said, speakers, strict=True)
    ]
    found = [
        Found(name, "said", f"“{words} fallen”") for words, name in zip(said, speakers, strict=True)
    ]
    bare = Found("", "", f"“{pull} fallen”", Origin.BARE)
    return resolved("\n".join([*lines, FELL.format(pull, "ROOT")]), *found, bare)


def test_pull_quote_repeats_what_is_said() -> None:
    """Quoted text alone that repeats somebody's words has that speaker, by the context."""
    first, second = said_again("the western bridge across Danube had", pull="western bridge had")
    assert names([first, second]) == ["Lee", "Lee"]
    assert (second.attribution, second.source) == (AttributionType.IMPLICIT, ())
    assert second.evidence == first.evidence


def test_pull_quote_of_other_words() -> None:
    """Quoted text of which nobody says most words has no speaker."""
    quotes = said_again("the western bridge had", pull="eastern houses and schools have")
    assert names(quotes) == ["Lee", None]


@given(st.permutations(["western", "bridge", "schools", "houses", "river", "harbour", "tunnel"]))
def test_words_that_two_have_said(words: list[str]) -> None:
    """Where two have said as many of the words, it is the first one, whatever their order."""
    one, two, three, four, *_ = words
    quotes = said_again(f"{one} {two}", f"{three} {four}", pull=" ".join(words[:4]))
    assert names(quotes) == ["Lee", "Ray", "Lee"]


# Names


@pytest.mark.parametrize(
    ("full", "short"),
    [
        (LEE, "Mr./NNP/compound/Lee Lee/NNP/nsubj/said/PERSON"),
        (LEE, "President/NNP/compound/Lee Lee/NNP/nsubj/said/PERSON"),
        (LEE, "A./NNP/compound/Lee/PERSON Lee/NNP/nsubj/said/PERSON"),
        (LEE, "Dr./NNP/compound/Lee Ann/NNP/compound/Lee Lee/NNP/nsubj/said/PERSON"),
        (LEE, "Lee/NNP/nsubj/said/ORG"),
        (LEE.replace("PERSON", "ORG"), "Lee/NNP/nsubj/said/GPE"),
    ],
)
def test_forms_of_one_name(full: str, short: str) -> None:
    """A person's name has many forms, with titles and labels of all kinds."""
    words = by_hand(short.replace("nsubj/said", "ROOT/")).text
    annotated = f"{full.format('nsubj/left')} left/VBD/ROOT. {SAID} {short}."
    [quote] = resolved(annotated, Found(words))
    assert names([quote]) == ["Ann Lee"]
    assert quote.attribution is EXPLICIT


@pytest.mark.parametrize(
    ("full", "last"),
    [
        ("Yavuz/{0} Selim/{0} Kıran", "Kiran"),
        ("Jean/{0}-//punct/{1}~Claude/{0} Juncker", "Juncker"),
        ("Charles/{0} de/{0} Gaulle", "Gaulle"),
        ("Charles/{0} de/{0} Gaulle", "de/NNP/compound/Gaulle Gaulle"),
        ("Ursula/{0} von/{0} der/{0} Leyen", "Leyen"),
        ("Ban/{0} Ki/{0}-//punct/{1}/PERSON~moon", "Ban"),
    ],
)
def test_names_of_many_languages(full: str, last: str) -> None:
    """Particles, hyphens, apostrophes and diacritics are parts of names."""
    surname = re.split(r"[ ~]", full)[-1]
    given = full.format(f"NNP/compound/{surname}/PERSON", surname)
    left = f"{given}/NNP/nsubj/left/PERSON left/VBD/ROOT"
    name = by_hand(f"{given}/NNP/ROOT").text
    words = by_hand(f"{last}/NNP/ROOT").text
    [quote] = resolved(f"{left}. {SAID} {last}/NNP/nsubj/said/PERSON.", Found(words))
    assert names([quote]) == [name]


@pytest.mark.parametrize(("title", "name"), [("Mr.", "Bob Lee"), ("Mrs.", "Ann Lee")])
def test_titles_tell_two_of_one_surname_apart(title: str, name: str) -> None:
    """Of a couple, *Mr.* and *Mrs.* say who speaks."""
    couple = (
        "Bob/NNP/compound/Lee/PERSON Lee/NNP/nsubj/left/PERSON met/VBD/ROOT "
        "Ann/NNP/compound/Lee/PERSON Lee/NNP/dobj/met/PERSON"
    )
    said = f"{SAID} {title}/NNP/compound/Lee Lee/NNP/nsubj/said/PERSON"
    couple = couple.replace("nsubj/left", "nsubj/met")
    assert names(resolved(f"{couple}. {said}.", Found(f"{title} Lee"))) == [name]


def test_initials_of_an_organization() -> None:
    """An organisation goes by its initials too."""
    states = (
        "The/DT/det/Organization Organization/NNP/nsubj/met/ORG of/IN/prep/Organization/ORG "
        "Turkic/NNP/compound/States/ORG States/NNPS/pobj/of/ORG met/VBD/ROOT"
    )
    said = f"{SAID} the/DT/det/OTS OTS/NNP/nsubj/said/ORG"
    [quote] = resolved(f"{states}. {said}.", Found("the OTS"))
    assert names([quote]) == ["Organization of Turkic States"]
    assert quote.speaker is not None
    assert quote.speaker.type is SpeakerType.ORGANIZATION
    assert quote.speaker.aliases == ("OTS",)


def test_possessives_name_somebody_else() -> None:
    """*Ann Lee’s lawyer* is not Ann Lee."""
    said = (
        f"{SAID} Ann/NNP/compound/Lee/PERSON Lee/NNP/poss/lawyer/PERSON~'s/POS/case/Lee "
        "lawyer/NN/nsubj/said"
    )
    [quote] = resolved(f"{said}.", Found("Ann Lee's lawyer"))
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.named) == ("Ann Lee's lawyer", False)


# One after the other


def test_what_came_before_does_not_count() -> None:
    """The answer for a text is the same each time, whatever texts came before."""
    texts = [f"{BOB_LEFT}. {said_by('he')}.", f"{said_by('he')}.", f"{BOTH_LEFT}. {said_by('he')}."]
    first = [resolved(text, Found("he")) for text in texts]
    again = [resolved(text, Found("he")) for text in reversed(texts)]
    assert first == again[::-1]


STORY = (
    "{given} {last}/NNP/nsubj/is/PERSON is/VBZ/ROOT the/DT/det/mayor mayor/NN/attr/is. "
    f"{SAID} {{last}}/NNP/nsubj/said/PERSON. {LEE_LEFT}.\n"
    f"{said_by('he')}. {MAYOR_SAID}.\n{READY_ALONE}"
)
MEN = [
    *("Bob Ray", "Ilham Aliyev", "Jens Stoltenberg", "José García", "Yavuz Selim Kıran"),
    *("Charles de Gaulle", "Ludwig van Beethoven", "Giuseppe Conte", "Ivan Petrov", "Hans Müller"),
]


def told_of(name: str) -> tuple[list[Quote], str]:
    """The quotes of a story about somebody, and its text."""
    *given, last = name.split()
    words = " ".join(f"{word}/NNP/compound/{last}/PERSON" for word in given)
    annotated = STORY.format(given=words, last=last)
    found = [Found(last), Found("he"), Found("the mayor"), CONTINUED]
    return resolved(annotated, *found), by_hand(annotated).text


def without(name: str, text: str) -> str:
    """A text with one letter for a name, and another one for the surname alone."""
    surname = name.rsplit(maxsplit=1)[-1]
    return text.replace(name, "\N{FULL BLOCK}").replace(surname, "\N{DARK SHADE}")


def nameless(name: str) -> list[object]:
    """All that is known of the quotes of the story, apart from the name."""
    quotes, text = told_of(name)

    def plain(value: object) -> object:
        if isinstance(value, Span):
            return tuple(len(without(name, text[:at])) for at in (value.start, value.end))
        if isinstance(value, str):
            return without(name, value)
        if isinstance(value, tuple):
            return [plain(each) for each in value]
        if isinstance(value, Quote | Speaker | Evidence):
            return [plain(getattr(value, field.name)) for field in fields(type(value))]
        return value

    return [plain(quote) for quote in quotes]


@given(st.sampled_from(MEN))
def test_a_speaker_renamed_is_all_that_changes(name: str) -> None:
    """Another name throughout changes the name in the answer and nothing else."""
    assert nameless(name) == nameless("Tom Fox")
    assert names(told_of(name)[0]) == [name] * 4


# Time


@functools.cache
def repeated(annotated: str, source: str, count: int) -> tuple[Doc, list[Quotation]]:
    """A parsed text many times over, with a quotation in each; a # in it is a number."""
    each = [annotated.replace("#", _letters(number)) for number in range(count)]
    parsed = {annotated: by_hand(annotated) for annotated in each}
    doc = Doc.from_docs([parsed[annotated] for annotated in each])
    text, content = doc.text, "“We are ready,”"
    found = []
    for match in re.finditer(content, text):
        cue = near_behind(text, "said", match.end())
        found.append(
            Quotation(
                (match.span(),), cue, near_behind(text, source, cue[1]), Origin.TAGGER, 0.9, 0.8
            )
        )
    return doc, found


def near_behind(text: str, words: str, place: int) -> Offsets:
    """Where words first stand behind a place."""
    start = text.index(words, place)
    return start, start + len(words)


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")


NUMBERED = "Ann#/NNP/compound/Lee/PERSON Lee/NNP/nsubj/left/PERSON left/VBD/ROOT"


@pytest.mark.parametrize(
    ("annotated", "source"),
    [
        (f"{SAID_LEE}. {LEE_LEFT}.", "Lee"),
        (f"{LEE_LEFT}. {said_by('she')}.", "she"),
        (f"{LEE_LEFT}. {MAYOR_SAID}.", "the mayor"),
        (f"{NUMBERED}. {SAID_LEE}.", "Lee"),
        (f"Mayor/NNP/compound/Lee {NUMBERED}. {MAYOR_SAID}.", "the mayor"),
        (f"{BOTH_LEFT}. {said_by('they')}.", "they"),
        (f"{LEE_LEFT}. {said_by('I')}.", "I"),
    ],
    ids=["names", "pronouns", "descriptions", "surname", "role", "groups", "first person"],
)
def test_time_is_linear(annotated: str, source: str) -> None:
    """Twice the text takes about twice the time, however often names and roles recur."""

    def resolve_all(text: str) -> None:
        doc, found = repeated(annotated, source, len(text))
        resolve(doc, doc.text, pair(doc.text), found, WEIGHER)

    assert growth(resolve_all, "." * 150, limit=2.6) <= 2.6


def test_time_is_linear_in_a_cluster() -> None:
    """A pronoun that stands for one person again and again costs no more each time."""

    def resolve_all(text: str) -> None:
        doc, found = repeated(f"{LEE_LEFT}. {said_by('she')}.", "she", len(text))
        cluster = [each.source for each in found if each.source]
        resolve(doc, doc.text, pair(doc.text), found, WEIGHER, clusters=[[(0, 7), *cluster]])

    assert growth(resolve_all, "." * 150, limit=2.6) <= 2.6


@functools.cache
def coordinated(count: int) -> Doc:
    """A sentence about many people, as in *Ann and Ann left*."""
    ann = ["Ann", "and"] * count
    size = len(ann)
    heads = [max(at - 2, 0) if at % 2 == 0 else at - 1 for at in range(size)]
    heads[0] = size - 1
    return Doc(
        English().vocab,
        words=[*ann[:-1], "left"],
        tags=[*(["NNP", "CC"] * count)[:-1], "VBD"],
        pos=[*(["PROPN", "CCONJ"] * count)[:-1], "VERB"],
        deps=["nsubj", *(["cc", "conj"] * count)[:-2], "ROOT"],
        heads=[*heads[:-1], size - 1],
        ents=[*(["B-PERSON", "O"] * count)[:-1], "O"],
    )


def test_time_is_linear_in_a_long_coordination() -> None:
    """So it does where one sentence joins many names."""

    def resolve_one(text: str) -> None:
        doc = coordinated(len(text))
        source = 0, len(doc.text) - len(" left ")
        found = [Quotation(((0, 3),), None, source, Origin.TAGGER, 0.9, 0.8)]
        resolve(doc, doc.text, pair(doc.text), found, WEIGHER)

    assert growth(resolve_one, "." * 150, limit=2.6) <= 2.6


# What holds for any parse


@pytest.mark.parametrize("source", [(3, 4), (34, 35)])
def test_source_between_two_words(source: Offsets) -> None:
    """A source without a word in it is nobody's, and no other mention's."""
    doc = by_hand(f"{LEE_LEFT}. {said_by('she')}.")
    found = [Quotation(((14, 29),), (30, 34), source, Origin.TAGGER, 0.9, 0.8)]
    assert doc.text[slice(*source)] == " "
    [quote] = resolve(doc, doc.text, pair(doc.text), found, WEIGHER, clusters=[[source, (0, 7)]])
    assert (quote.speaker, quote.evidence) == (None, ())
    assert [span.text for span in quote.source] == [" "]


def quotations(text: str) -> st.SearchStrategy[list[Quotation]]:
    """Quotations anywhere in a text, their sources even between two words."""
    worded = spans(text, min_size=1).filter(lambda span: span.text.strip())
    contents, places = (
        some.map(lambda span: (span.start, span.end)) for some in (worded, spans(text, min_size=1))
    )
    one = st.builds(
        Quotation,
        content=st.lists(contents, min_size=1, max_size=2).map(tuple),
        cue=st.none() | places,
        source=st.none() | places,
        origin=st.sampled_from(Origin),
        confidence=st.floats(0, 1),
        source_confidence=st.floats(0, 1),
    )
    return st.lists(one, max_size=4 if text.strip() else 0)


@pytest.mark.parametrize("source", ["Lee", "the mayor"])
def test_lone_surrogates_in_a_name(source: str) -> None:
    """Names have none: JSON would make one character of two of them."""
    doc = by_hand({"Lee": f"{SAID_LEE}.", "the mayor": f"{MAYOR_SAID}."}[source])
    text = doc.text.replace(source, f"{source[:-2]}\ud83d\ude00")
    place = text.index(source[:-2]), text.index("\ude00") + 1
    found = [Quotation(((0, 15),), (16, 20), place, Origin.TAGGER, 0.9, 0.8)]
    [quote] = resolve(doc, text, pair(text), found, WEIGHER)
    assert names([quote]) == [f"{source.removeprefix('the ')[:-2]}\ufffd\ufffd"]
    assert [span.text for span in quote.source] == [f"{source[:-2]}\ud83d\ude00"]


@given(docs(), st.data())
def test_any_parse(doc: Doc, data: st.DataObject) -> None:
    """However odd the parse, quotes come in their order, and their spans are the text's."""
    text = doc.text
    found = data.draw(quotations(text))
    places = [place for each in found for place in (each.cue, each.source) if place]
    cluster = st.lists(st.sampled_from(places)) if places else st.just([])
    clusters = data.draw(st.lists(cluster, max_size=2))
    quotes = resolve(doc, text, pair(text), found, WEIGHER, clusters=clusters)
    assert quotes == sorted(quotes)
    for quote in quotes:
        evidence = [step.span for step in quote.evidence]
        for span in (*quote.content, *quote.cue, *quote.source, *evidence):
            assert span.text == text[span.start : span.end] != ""
    expected = [each.content for each in found if each.origin is not Origin.NESTED]
    contents = [tuple((span.start, span.end) for span in quote.content) for quote in quotes]
    assert not Counter(expected) - Counter(contents)
