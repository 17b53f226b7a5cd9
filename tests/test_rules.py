"""Cue, source and content of quoted text, by the parse and by position."""

from typing import TYPE_CHECKING

import pytest

from docs_by_hand import by_hand
from quoteattr.frames import Frame, frames
from quoteattr.marks import pair
from quoteattr.rules import (
    MEASURED,
    Quotation,
    Rule,
    find,
    find_before,
    find_byline,
    find_inside,
    find_lead,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc

LEE = "Ann/NNP/compound/Lee Lee/NNP/nsubj/{}"
LEE_SAID = LEE.format("said") + " said/VBD/ROOT"
SAID_LEE = "said/VBD/ROOT " + LEE.format("said")
TO_LEE = "to/IN/prep/according Ann/NNP/compound/Lee Lee/NNP/pobj/to"
LEADING_TO_LEE = "According/VBG/prep/is " + TO_LEE.replace("acc", "Acc")
BO_RAY = "Bo/NNP/compound/Ray Ray/NNP/{}"
HAS_SAID = "has/VBZ/aux/said often/RB/advmod/said said/VBN/ROOT"
READY = "We are/VBP/ccomp/said ready"
BAD_IDEA = "a bad idea/NN/attr/is"


def frames_of(doc: "Doc") -> list[Frame]:
    """The frames of a text."""
    return [frame for block in frames(doc, doc.text, pair(doc.text)) for frame in block]


def in_words(text: str, quotation: Quotation) -> tuple[Rule, list[str], str, str]:
    """A quotation's rule, contents, cue and source as text."""
    contents = [text[start:end] for start, end in quotation.content]
    cue, source = quotation.cue or (0, 0), quotation.source or (0, 0)
    return quotation.rule, contents, text[slice(*cue)], text[slice(*source)]


def found_in(annotated: str) -> list[tuple[Rule, list[str], str, str]]:
    """What the rules find in a text."""
    doc = by_hand(annotated)
    return [in_words(doc.text, made) for frame in frames_of(doc) for made in find(frame, doc)]


@pytest.mark.parametrize(
    ("annotated", "source", "cue"),
    [
        (f"“{READY},” {LEE_SAID}.", "Ann Lee", "said"),
        (f"“{READY},” {SAID_LEE}.", "Ann Lee", "said"),
        (f"“{READY}!” {LEE_SAID}.", "Ann Lee", "said"),
        (f"“{READY}—” {LEE_SAID}.", "Ann Lee", "said"),
        (f"“{READY}”, {LEE_SAID}.", "Ann Lee", "said"),
        (f"“{READY},” {SAID_LEE} on/IN/prep/said Friday/NNP/pobj/on.", "Ann Lee", "said"),
        (
            f"“{READY},” {SAID_LEE},//punct/Lee a doctor/NN/appos/Lee.",
            "Ann Lee, a doctor",
            "said",
        ),
        (
            f"“{READY},” {LEE.format('said')}, who left/VBD/relcl/Lee, said/VBD/ROOT.",
            "Ann Lee",
            "said",
        ),
        (
            f"“{READY},” {LEE_SAID} and/CC/cc/said left/VBD/conj/said.",
            "Ann Lee",
            "said",
        ),
        (
            f"“{READY},” {SAID_LEE} and/CC/cc/Lee {BO_RAY.format('conj/Lee')}.",
            "Ann Lee and Bo Ray",
            "said",
        ),
        (f"“{READY},” she/PRP/nsubj/said said/VBD/ROOT.", "she", "said"),
        (
            f"“{READY},” the/DT/det/man old/JJ/amod/man man/NN/nsubj/said said/VBD/ROOT.",
            "the old man",
            "said",
        ),
        (f"“{READY},” {LEE.format('said')} {HAS_SAID} so.", "Ann Lee", "has often said"),
        (f"“We are/VBP/ROOT ready,” according/VBG/prep/are {TO_LEE}.", "Ann Lee", "according to"),
    ],
)
def test_tag(annotated: str, source: str, cue: str) -> None:
    """*“…,” X said*, *“…,” said X* and what else follows a quotation."""
    [(rule, [content], found_cue, found_source)] = found_in(annotated)
    assert (rule, found_cue, found_source) == (Rule.TAG, cue, source)
    assert content.startswith("“We are ready")
    assert content.endswith("”")


@pytest.mark.parametrize("between", [":", ",", ""])
@pytest.mark.parametrize("before", ["", "So, ", "Leaving/VBG/advcl/said it/PRP/dobj/Leaving, "])
def test_lead(before: str, between: str) -> None:
    """*X said: “…”*, with a colon, a comma or nothing."""
    annotated = f"{before}{LEE_SAID}{between} “{READY}.”"
    assert found_in(annotated) == [(Rule.LEAD, ["“We are ready.”"], "said", "Ann Lee")]


def test_interrupted() -> None:
    """*“…,” said X, “…”* is one quotation of two stretches."""
    annotated = f"“We,” said/VBD/parataxis/are {LEE.format('said')}, “are/VBP/ROOT ready.”"
    contents = ["“We,”", "“are ready.”"]
    assert found_in(annotated) == [(Rule.TAG, contents, "said", "Ann Lee")]


THAT_IT_IS = "that/IN/mark/is it/PRP/nsubj/is is/VBZ/ccomp/said"


@pytest.mark.parametrize(
    ("annotated", "content"),
    [
        (
            f"{LEE_SAID} {THAT_IT_IS} “{BAD_IDEA}” for/IN/prep/idea all/DT/pobj/for.",
            "that it is “a bad idea” for all",
        ),
        (
            f"{LEE_SAID} it/PRP/nsubj/is is/VBZ/ccomp/said “{BAD_IDEA}.”",
            "it is “a bad idea.”",
        ),
        (
            f"{LEE_SAID} {BO_RAY.format('dative/said')} {THAT_IT_IS} “{BAD_IDEA}.”",
            "that it is “a bad idea.”",
        ),
        (
            f"{LEE_SAID} she believes/VBZ/ccomp/said it is/VBZ/ccomp/believes “{BAD_IDEA}.”",
            "she believes it is “a bad idea.”",
        ),
    ],
)
def test_complement(annotated: str, content: str) -> None:
    """*X said that it is “…”*: the whole clause that the cue governs, the recipient left out."""
    assert found_in(annotated) == [(Rule.COMPLEMENT, [content], "said", "Ann Lee")]


def test_complement_with_a_cue_of_its_own() -> None:
    """*X said that Y called it “…”* is two quotations."""
    inner, outer = found_in(
        f"{LEE_SAID} that/IN/mark/called {BO_RAY.format('nsubj/called')} called/VBD/ccomp/said "
        "it/PRP/dobj/called “a milestone/NN/oprd/called.”"
    )
    assert inner[1:] == (["it “a milestone.”"], "called", "Bo Ray")
    assert outer[1:] == (["that Bo Ray called it “a milestone.”"], "said", "Ann Lee")


@pytest.mark.parametrize(
    ("annotated", "content", "cue"),
    [
        (
            f"It/PRP/nsubj/is is/VBZ/ROOT “{BAD_IDEA},” according/VBG/prep/is {TO_LEE}.",
            "It is “a bad idea,”",
            "according to",
        ),
        (
            f"{LEADING_TO_LEE}, it/PRP/nsubj/is is/VBZ/ROOT “{BAD_IDEA}.”",
            "it is “a bad idea.”",
            "According to",
        ),
        (
            f"It is/VBZ/ccomp/said “{BAD_IDEA}” for/IN/prep/idea all/DT/pobj/for, {LEE_SAID}.",
            "It is “a bad idea” for all",
            "said",
        ),
    ],
)
def test_aside(annotated: str, content: str, cue: str) -> None:
    """*according to X* and *…, X said* have the rest of the sentence for their content."""
    [(_, contents, found_cue, source)] = found_in(annotated)
    assert (contents, found_cue, source) == ([content], cue, "Ann Lee")


ADDING_THAT = "adding/VBG/advcl/{} that/IN/mark/is it/PRP/nsubj/is is/VBZ/ccomp/adding"


@pytest.mark.parametrize(
    ("annotated", "expected"),
    [
        (
            f"{LEE.format('left')} left/VBD/ROOT, {ADDING_THAT.format('left')} “{BAD_IDEA}.”",
            [("that it is “a bad idea.”", "adding")],
        ),
        (
            f"{LEE_SAID} so, {ADDING_THAT.format('said')} “{BAD_IDEA}” now.",
            [("that it is “a bad idea” now", "adding")],
        ),
        (
            f"{LEE_SAID} so, adding/VBG/advcl/said: “We are/VBP/ccomp/adding ready.”",
            [("“We are ready.”", "adding")],
        ),
    ],
)
def test_participle(annotated: str, expected: list[tuple[str, str]]) -> None:
    """*adding that “…”* is a cue of its own, of whoever said the rest."""
    found = found_in(annotated)
    assert [(content, cue) for _, [content], cue, _ in found] == expected
    assert {source for *_, source in found} == {"Ann Lee"}


BY_LEE_AS = (
    "by/IN/agent/described Ann/NNP/compound/Lee Lee/NNP/pobj/by as/IN/prep/described "
    "“a milestone/NN/pobj/as"
)
CALLED_IT = "called/VBD/ROOT it/PRP/dobj/called"


@pytest.mark.parametrize(
    ("annotated", "content", "cue"),
    [
        (
            f"It was/VBD/auxpass/described described/VBN/ROOT {BY_LEE_AS}.”",
            "as “a milestone.”",
            "was described",
        ),
        (
            f"The plan/NN/nsubj/failed, described/VBN/acl/plan {BY_LEE_AS},” failed/VBD/ROOT.",
            "as “a milestone,”",
            "described",
        ),
        (
            f"{LEE.format('called')} {CALLED_IT} “a milestone/NN/oprd/called.”",
            "it “a milestone.”",
            "called",
        ),
    ],
)
def test_passive_and_naming(annotated: str, content: str, cue: str) -> None:
    """*described by X as “…”*: the agent speaks; *X called it “…”*: what is called so counts."""
    [(_, contents, found_cue, source)] = found_in(annotated)
    assert (contents, found_cue, source) == ([content], cue, "Ann Lee")


def test_passive_without_an_agent() -> None:
    """*It was called “…”* doesn't say by whom."""
    annotated = "It was/VBD/auxpass/called called/VBN/ROOT “a milestone/NN/oprd/called.”"
    [(_, contents, cue, source)] = found_in(annotated)
    assert (contents, cue, source) == (["“a milestone.”"], "was called", "")


def test_naming_with_a_colon() -> None:
    """*X called it a milestone: “…”* is one quotation: both are its content."""
    annotated = (
        f"{LEE.format('called')} called/VBD/ROOT it/PRP/dobj/called a/DT/det/milestone "
        "milestone/NN/oprd/called: “We are/VBP/ccomp/called ready.”"
    )
    contents = ["it a milestone", "“We are ready.”"]
    assert found_in(annotated) == [(Rule.LEAD, contents, "called", "Ann Lee")]


@pytest.mark.parametrize(
    ("annotated", "rule", "source"),
    [
        ("Ann Lee/NNP/ROOT: “We are/VBP/acl/Lee ready.”", Rule.LABEL, "Ann Lee"),
        ("Ann Lee/NNP/ROOT, doctor: “We are/VBP/acl/Lee ready.”", Rule.LABEL, "Ann Lee, doctor"),
        ("“We are/VBP/ROOT ready.” —//punct/Lee Ann Lee/NNP/ROOT", Rule.BYLINE, "Ann Lee"),
        ("“We are/VBP/ROOT ready.” -//punct/Lee Ann Lee/NNP/ROOT", Rule.BYLINE, "Ann Lee"),
        (
            "“We are/VBP/ROOT ready.” –//punct/Lee Ann Lee/NNP/ROOT, doctor",
            Rule.BYLINE,
            "Ann Lee, doctor",
        ),
    ],
)
def test_label_and_byline(annotated: str, rule: Rule, source: str) -> None:
    """*X: “…”* and *“…” — X* have a source and no cue."""
    assert found_in(annotated) == [(rule, ["“We are ready.”"], "", source)]


@pytest.mark.parametrize(
    "annotated",
    [
        "The so-called/VBN/amod/deal “deal/NN/nsubj/failed” failed/VBD/ROOT.",
        "Her novel/NN/nsubj/failed “The Sea/NNP/appos/novel” failed/VBD/ROOT.",
        f"{LEE.format('said')} never/RB/neg/said said/VBD/ROOT it is/VBZ/ccomp/said “{BAD_IDEA}.”",
        "The “deal/NN/nsubj/said” said/VBD/ROOT nothing/NN/dobj/said.",
        "It was/VBD/auxpass/called called/VBN/ROOT nothing.",
        "it/PRP/ROOT: “Sea/NNP/appos/it”",
        "“Sea/NNP/ROOT” — it/PRP/appos/Sea",
        "“Sea/NNP/ROOT”",
        "No marks/NNS/ROOT.",
    ],
)
def test_no_quotation(annotated: str) -> None:
    """Scare quotes, titles and what was not said are no quotations."""
    assert found_in(annotated) == []


# A sentence of reported words right before quoted text

NOBODY_KNEW = "Nobody/NN/nsubj/knew knew/VBD/ccomp/said"
READY_ALONE = "“We are/VBP/ROOT ready.”"


def run_on(annotated: str) -> tuple[Rule, list[str], str, str] | None:
    """What the first frame says of the second."""
    doc = by_hand(annotated)
    frame, following = frames_of(doc)
    found = find_before(frame, following)
    return None if found is None else in_words(doc.text, found)


@pytest.mark.parametrize(
    ("annotated", "content"),
    [
        (f"{LEE_SAID} that/IN/mark/knew {NOBODY_KNEW}. {READY_ALONE}", "that Nobody knew"),
        (f"{NOBODY_KNEW}, {LEE_SAID}. {READY_ALONE}", "Nobody knew"),
        (f"{NOBODY_KNEW}, {SAID_LEE}. {READY_ALONE}", "Nobody knew"),
    ],
)
def test_find_before(annotated: str, content: str) -> None:
    """*X said that A. “B.”*: both are what X said."""
    assert run_on(annotated) == (Rule.RUN_ON, [content, "“We are ready.”"], "said", "Ann Lee")


@pytest.mark.parametrize(
    "annotated",
    [
        f"{LEE.format('left')} left/VBD/ROOT. {READY_ALONE}",
        f"{LEE_SAID} so. {READY_ALONE}",
        f"{LEE.format('said')} never/RB/neg/said said/VBD/ROOT {NOBODY_KNEW}. {READY_ALONE}",
    ],
)
def test_nothing_before(annotated: str) -> None:
    """A sentence that reports no clause of a speaker's says nothing of what follows."""
    assert run_on(annotated) is None


@pytest.mark.parametrize(
    ("annotated", "source"),
    [
        ("“We are/VBP/ROOT ready.”\n—//punct/Lee Ann Lee/NNP/ROOT", "Ann Lee"),
        ("“We are/VBP/ROOT ready.”\n\n-//punct/Lee Ann Lee/NNP/ROOT, doctor", "Ann Lee, doctor"),
        ("“We are/VBP/ROOT ready.”\nAnn Lee/NNP/ROOT", None),
        ("“We are/VBP/ROOT ready.”\n—//punct/is It is/VBZ/ROOT so.", None),
        ("“We are/VBP/ROOT ready.”\n—//punct/Lee Ann Lee/NNP/ROOT “Bo/NNP/appos/Lee”", None),
        ("“We are/VBP/ROOT ready.”\n—/NN/ROOT", None),
    ],
)
def test_find_byline(annotated: str, source: str | None) -> None:
    """*“…”* and *— X* on the next line."""
    doc = by_hand(annotated)
    quoted, following = frames_of(doc)
    found = find_byline(quoted, following)
    expected = (Rule.BYLINE, ["“We are ready.”"], "", source)
    assert (found and in_words(doc.text, found)) == (source and expected)


@pytest.mark.parametrize(
    ("annotated", "cue"),
    [
        (f"{LEE_SAID}:\n“{READY}.”", "said"),
        (f"{LEE_SAID} on/IN/prep/said Friday/NNP/pobj/on:\n“{READY}.”", "said"),
        (f"{LEE_SAID}.\n“{READY}.”", None),
        (f"{LEE.format('left')} left/VBD/ROOT:\n“Now.”", None),
    ],
)
def test_find_lead(annotated: str, cue: str | None) -> None:
    """*X said:* leads in what the next paragraph quotes; without its colon it doesn't."""
    doc = by_hand(annotated)
    before, quoted = frames_of(doc)
    found = find_lead(before, quoted)
    expected = (Rule.LEAD, ["“We are ready.”"], cue, "Ann Lee")
    assert (found and in_words(doc.text, found)) == (cue and expected)


@pytest.mark.parametrize(
    ("inside", "content"),
    [
        ("Lee/NNP/nsubj/said said/VBD/ROOT we are/VBP/ccomp/said ready", "we are ready"),
        ("Lee/NNP/nsubj/called called/VBD/ROOT it/PRP/dobj/called", "it"),
        ("I/PRP/nsubj/said said/VBD/ROOT we are/VBP/ccomp/said ready", None),
        ("Lee/NNP/nsubj/believes believes/VBZ/ROOT we are/VBP/ccomp/believes ready", None),
        ("Lee/NNP/nsubj/said never/RB/neg/said said/VBD/ROOT we are/VBP/ccomp/said ready", None),
    ],
)
def test_find_inside(inside: str, content: str | None) -> None:
    """Inside a quotation somebody named may say or call something, but not think or deny it."""
    doc = by_hand(f"“{inside}.”")
    [outer] = pair(doc.text).outer
    found = [in_words(doc.text, made) for made in find_inside(outer, doc, doc.text)]
    assert [(contents, source) for _, contents, _, source in found] == (
        [([content], "Lee")] if content else []
    )


def test_every_rule_was_measured() -> None:
    """Each rule has its two probabilities, which are a quotation's confidence."""
    assert set(MEASURED) == set(Rule)
    for rule, measured in MEASURED.items():
        quotation = Quotation(((0, 1),), None, None, "", rule)
        assert (quotation.confidence, quotation.source_confidence) == measured
        assert all(0 <= share <= 1 for share in measured)
