"""Cue, source and content of quoted text, by the parse and by position."""

from typing import TYPE_CHECKING

import pytest

from docs_by_hand import by_hand
from quoteattr.frames import Frame, frames
from quoteattr.marks import pair
from quoteattr.rules import MEASURED, Quotation, Rule, find, find_before

if TYPE_CHECKING:
    from spacy.tokens import Doc

LEE = "Ann/NNP/compound/Lee Lee/NNP/{}"
LEE_SAID = LEE.format("nsubj/said") + " said/VBD/ROOT"
SAID_LEE = "said/VBD/ROOT " + LEE.format("nsubj/said")
WE_ARE_READY = "We/PRP/nsubj/are are/VBP/{} ready/JJ/acomp/are"
READY = WE_ARE_READY.format("ccomp/said")
BAD_IDEA = "a/DT/det/idea bad/JJ/amod/idea idea/NN/attr/{}"
MILESTONE = "a/DT/det/milestone milestone/NN/{}"


def frames_of(doc: "Doc") -> list[Frame]:
    """The frames of a text."""
    return [frame for block in frames(doc, doc.text, pair(doc.text)) for frame in block]


def in_words(text: str, quotation: Quotation) -> tuple[Rule, list[str], str, str]:
    """A quotation's rule, contents, cue and source as text."""
    contents = [text[start:end] for start, end in quotation.content]
    cue, source = quotation.cue or (0, 0), quotation.source or (0, 0)
    return quotation.rule, contents, text[slice(*cue)], text[slice(*source)]


def found_in(text: str, parse: str) -> list[tuple[Rule, list[str], str, str]]:
    """What the rules find in each frame of a text."""
    doc = by_hand(text, parse)
    return [in_words(text, found) for frame in frames_of(doc) for found in find(frame, doc)]


@pytest.mark.parametrize(
    ("text", "parse", "source", "cue"),
    [
        ("“We are ready,” Ann Lee said.", f"“ {READY} , ” {LEE_SAID} .", "Ann Lee", "said"),
        ("“We are ready,” said Ann Lee.", f"“ {READY} , ” {SAID_LEE} .", "Ann Lee", "said"),
        (
            "“We are ready,” said Ann Lee, a doctor.",
            f"“ {READY} , ” {SAID_LEE} , a/DT/det/doctor doctor/NN/appos/Lee .",
            "Ann Lee, a doctor",
            "said",
        ),
        (
            "“We are ready,” Ann Lee, who left, said.",
            f"“ {READY} , ” {LEE.format('nsubj/said')} , who/WP/nsubj/left left/VBD/relcl/Lee , "
            "said/VBD/ROOT .",
            "Ann Lee",
            "said",
        ),
        (
            "“We are ready,” Ann Lee has often told us.",
            "“ We/PRP/nsubj/are are/VBP/ccomp/told ready/JJ/acomp/are , ” "
            f"{LEE.format('nsubj/told')} has/VBZ/aux/told often/RB/advmod/told told/VBN/ROOT "
            "us/PRP/dobj/told .",
            "Ann Lee",
            "has often told",
        ),
        (
            "“We are ready,” she said.",
            f"“ {READY} , ” she/PRP/nsubj/said said/VBD/ROOT .",
            "she",
            "said",
        ),
        (
            "“We are ready!” the old man said.",
            f"“ {READY} ! ” the/DT/det/man old/JJ/amod/man man/NN/nsubj/said said/VBD/ROOT .",
            "the old man",
            "said",
        ),
        (
            "“We are ready,” said Ann Lee and Bo Ray.",
            f"“ {READY} , ” {SAID_LEE} and/CC/cc/Lee Bo/NNP/compound/Ray Ray/NNP/conj/Lee .",
            "Ann Lee and Bo Ray",
            "said",
        ),
        (
            "“We are ready,” according to Ann Lee.",
            f"“ {WE_ARE_READY.format('ROOT')} , ” according/VBG/prep/are to/IN/prep/according "
            f"{LEE.format('pobj/to')} .",
            "Ann Lee",
            "according to",
        ),
    ],
)
def test_tag(text: str, parse: str, source: str, cue: str) -> None:
    """*“…,” X said*, *“…,” said X* and what else follows a quotation."""
    quoted = text[pair(text).pairs[0].start : pair(text).pairs[0].end]
    assert found_in(text, parse) == [(Rule.TAG, [quoted], cue, source)]


@pytest.mark.parametrize("between", [":", ",", ""])
def test_lead(between: str) -> None:
    """*X said: “…”*, with a colon, a comma or nothing."""
    text = f"Ann Lee said{between} “We are ready.”"
    quotation = (Rule.LEAD, ["“We are ready.”"], "said", "Ann Lee")
    assert found_in(text, f"{LEE_SAID} {between} “ {READY} . ”") == [quotation]


def test_lead_behind_a_participle() -> None:
    """What stands before the subject changes nothing."""
    text = "Leaving it, Ann Lee said: “We are ready.”"
    parse = f"Leaving/VBG/advcl/said it/PRP/dobj/Leaving , {LEE_SAID} : “ {READY} . ”"
    assert found_in(text, parse) == [(Rule.LEAD, ["“We are ready.”"], "said", "Ann Lee")]


def test_interrupted() -> None:
    """*“…,” said X, “…”* is one quotation of two stretches."""
    text = "“We,” said Ann Lee, “are ready.”"
    parse = (
        f"“ We/PRP/nsubj/said , ” said/VBD/parataxis/are {LEE.format('nsubj/said')} , "
        "“ are/VBP/ROOT ready/JJ/acomp/are . ”"
    )
    quotation = (Rule.TAG, ["“We,”", "“are ready.”"], "said", "Ann Lee")
    assert found_in(text, parse) == [quotation]


@pytest.mark.parametrize(
    ("text", "parse", "content"),
    [
        (
            "Ann Lee said that it is “a bad idea” for all.",
            f"{LEE_SAID} that/IN/mark/is it/PRP/nsubj/is is/VBZ/ccomp/said "
            f"“ {BAD_IDEA.format('is')} ” for/IN/prep/idea all/DT/pobj/for .",
            "that it is “a bad idea” for all",
        ),
        (
            "Ann Lee said it is “a bad idea.”",
            f"{LEE_SAID} it/PRP/nsubj/is is/VBZ/ccomp/said “ {BAD_IDEA.format('is')} . ”",
            "it is “a bad idea.”",
        ),
        (
            "Ann Lee said Bo Ray that it is “a bad idea.”",
            f"{LEE_SAID} Bo/NNP/compound/Ray Ray/NNP/dative/said that/IN/mark/is it/PRP/nsubj/is "
            f"is/VBZ/ccomp/said “ {BAD_IDEA.format('is')} . ”",
            "that it is “a bad idea.”",
        ),
        (
            "Ann Lee said she believes it is “a bad idea.”",
            f"{LEE_SAID} she/PRP/nsubj/believes believes/VBZ/ccomp/said it/PRP/nsubj/is "
            f"is/VBZ/ccomp/believes “ {BAD_IDEA.format('is')} . ”",
            "she believes it is “a bad idea.”",
        ),
    ],
)
def test_complement(text: str, parse: str, content: str) -> None:
    """*X said that it is “…”*: the whole clause that the cue governs, the recipient left out."""
    assert found_in(text, parse) == [(Rule.COMPLEMENT, [content], "said", "Ann Lee")]


def test_complement_with_a_nested_cue() -> None:
    """*X said that Y called it “…”* is two quotations."""
    text = "Ann Lee said that Bo Ray called it “a milestone.”"
    parse = (
        f"{LEE_SAID} that/IN/mark/called Bo/NNP/compound/Ray Ray/NNP/nsubj/called "
        f"called/VBD/ccomp/said it/PRP/dobj/called “ {MILESTONE.format('oprd/called')} . ”"
    )
    inner, outer = found_in(text, parse)
    assert inner[1:] == (["it “a milestone.”"], "called", "Bo Ray")
    assert outer[1:] == (["that Bo Ray called it “a milestone.”"], "said", "Ann Lee")


@pytest.mark.parametrize(
    ("text", "parse", "content", "cue"),
    [
        (
            "The plan is “a bad idea,” according to Ann Lee.",
            f"The/DT/det/plan plan/NN/nsubj/is is/VBZ/ROOT “ {BAD_IDEA.format('is')} , ” "
            f"according/VBG/prep/is to/IN/prep/according {LEE.format('pobj/to')} .",
            "The plan is “a bad idea,”",
            "according to",
        ),
        (
            "According to Ann Lee, it is “a bad idea.”",
            f"According/VBG/prep/is to/IN/prep/According {LEE.format('pobj/to')} , it/PRP/nsubj/is "
            f"is/VBZ/ROOT “ {BAD_IDEA.format('is')} . ”",
            "it is “a bad idea.”",
            "According to",
        ),
        (
            "It is “a bad idea” for all, Ann Lee said.",
            f"It/PRP/nsubj/is is/VBZ/x/said “ {BAD_IDEA.format('is')} ” for/IN/prep/idea "
            f"all/DT/pobj/for , {LEE_SAID} .",
            "It is “a bad idea” for all",
            "said",
        ),
    ],
)
def test_aside(text: str, parse: str, content: str, cue: str) -> None:
    """*according to X* and *…, X said* have the rest of the sentence for their content."""
    [(_, contents, found_cue, source)] = found_in(text, parse)
    assert (contents, found_cue, source) == ([content], cue, "Ann Lee")


@pytest.mark.parametrize(
    ("text", "parse", "expected"),
    [
        (
            "Ann Lee left, adding that it is “a milestone.”",
            f"{LEE.format('nsubj/left')} left/VBD/ROOT , adding/VBG/advcl/left that/IN/mark/is "
            f"it/PRP/nsubj/is is/VBZ/ccomp/adding “ {MILESTONE.format('attr/is')} . ”",
            [("that it is “a milestone.”", "adding")],
        ),
        (
            "Ann Lee said it is “bad,” adding that “nobody” wants it.",
            f"{LEE_SAID} it/PRP/nsubj/is is/VBZ/ccomp/said “ bad/JJ/acomp/is , ” "
            "adding/VBG/advcl/said that/IN/mark/wants “ nobody/NN/nsubj/wants ” "
            "wants/VBZ/ccomp/adding it/PRP/dobj/wants .",
            [("it is “bad,”", "said"), ("that “nobody” wants it", "adding")],
        ),
        (
            "Ann Lee said he left, adding: “We are ready.”",
            f"{LEE_SAID} he/PRP/nsubj/left left/VBD/ccomp/said , adding/VBG/advcl/left : "
            f"“ {WE_ARE_READY.format('ccomp/adding')} . ”",
            [("“We are ready.”", "adding")],
        ),
    ],
)
def test_participle(text: str, parse: str, expected: list[tuple[str, str]]) -> None:
    """*adding that “…”* is a cue of its own, of whoever said the rest."""
    found = found_in(text, parse)
    assert [(content, cue) for _, [content], cue, _ in found] == expected
    assert {source for *_, source in found} == {"Ann Lee"}


@pytest.mark.parametrize(
    ("text", "parse", "content", "cue"),
    [
        (
            "The plan was described by Ann Lee as “a milestone.”",
            "The/DT/det/plan plan/NN/nsubjpass/described was/VBD/auxpass/described "
            f"described/VBN/ROOT by/IN/agent/described {LEE.format('pobj/by')} "
            f"as/IN/prep/described “ {MILESTONE.format('pobj/as')} . ”",
            "as “a milestone.”",
            "was described",
        ),
        (
            "The plan, described by Ann Lee as “a milestone,” failed.",
            "The/DT/det/plan plan/NN/nsubj/failed , described/VBN/acl/plan by/IN/agent/described "
            f"{LEE.format('pobj/by')} as/IN/prep/described “ {MILESTONE.format('pobj/as')} , ” "
            "failed/VBD/ROOT .",
            "as “a milestone,”",
            "described",
        ),
        (
            "Ann Lee called it “a milestone.”",
            f"{LEE.format('nsubj/called')} called/VBD/ROOT it/PRP/dobj/called "
            f"“ {MILESTONE.format('oprd/called')} . ”",
            "it “a milestone.”",
            "called",
        ),
    ],
)
def test_passive_and_naming(text: str, parse: str, content: str, cue: str) -> None:
    """*described by X as “…”*: the agent speaks; *X called it “…”*: what is called so counts."""
    [(_, contents, found_cue, source)] = found_in(text, parse)
    assert (contents, found_cue, source) == ([content], cue, "Ann Lee")


def test_naming_with_a_colon() -> None:
    """*X called it a milestone: “…”* is one quotation: both are its content."""
    text = "Ann Lee called it a milestone: “We are ready.”"
    parse = (
        f"{LEE.format('nsubj/called')} called/VBD/ROOT it/PRP/dobj/called "
        f"{MILESTONE.format('oprd/called')} : “ {WE_ARE_READY.format('ccomp/called')} . ”"
    )
    [(rule, contents, cue, source)] = found_in(text, parse)
    assert (rule, cue, source) == (Rule.LEAD, "called", "Ann Lee")
    assert contents == ["it a milestone", "“We are ready.”"]


@pytest.mark.parametrize(
    ("text", "parse", "rule", "source"),
    [
        ("Ann Lee: “We are ready.”", f"{LEE.format('ROOT')} : “ {{}} . ”", Rule.LABEL, "Ann Lee"),
        (
            "Ann Lee, doctor: “We are ready.”",
            f"{LEE.format('ROOT')} , doctor/NN/appos/Lee : “ {{}} . ”",
            Rule.LABEL,
            "Ann Lee, doctor",
        ),
        ("“We are ready.” — Ann Lee", f"“ {{}} . ” — {LEE.format('ROOT')}", Rule.BYLINE, "Ann Lee"),
        ("“We are ready.” - Ann Lee", f"“ {{}} . ” - {LEE.format('ROOT')}", Rule.BYLINE, "Ann Lee"),
        (
            "“We are ready” – Ann Lee, doctor",
            f"“ {{}} ” – {LEE.format('ROOT')} , doctor/NN/appos/Lee",
            Rule.BYLINE,
            "Ann Lee, doctor",
        ),
    ],
)
def test_label_and_byline(text: str, parse: str, rule: Rule, source: str) -> None:
    """*X: “…”* and *“…” — X* have a source and no cue."""
    made = pair(text).pairs[0]
    filled = parse.format(WE_ARE_READY.format("acl/Lee"))
    assert found_in(text, filled) == [(rule, [text[made.start : made.end]], "", source)]


@pytest.mark.parametrize(
    ("text", "parse"),
    [
        (
            "The so-called “deal” failed.",
            "The/DT/det/deal so/RB/advmod/called - called/VBN/amod/deal “ deal/NN/nsubj/failed ” "
            "failed/VBD/ROOT .",
        ),
        (
            "Her novel “The Sea” failed.",
            "Her/PRP$/poss/novel novel/NN/nsubj/failed “ The/DT/det/Sea Sea/NNP/appos/novel ” "
            "failed/VBD/ROOT .",
        ),
        (
            "Ann Lee never said it is “a bad idea.”",
            f"{LEE.format('nsubj/said')} never/RB/neg/said said/VBD/ROOT it/PRP/nsubj/is "
            f"is/VBZ/ccomp/said “ {BAD_IDEA.format('is')} . ”",
        ),
        (
            "The “deal” said nothing.",
            "The/DT/det/deal “ deal/NN/nsubj/said ” said/VBD/ROOT nothing/NN/dobj/said .",
        ),
        (
            "The plan: “Sea”",
            "the/DT/det/plan plan/NN/ROOT : “ Sea/NNP/appos/plan ”".replace("the", "The", 1),
        ),
        ("it: “Sea”", "it/PRP/ROOT : “ Sea/NNP/appos/it ”"),
        ("“Sea” — it", "“ Sea/NNP/ROOT ” — it/PRP/appos/Sea"),
        ("“Sea”", "“ Sea/NNP/ROOT ”"),
        ("No marks.", "No/DT/det/marks marks/NNS/ROOT ."),
    ],
)
def test_no_quotation(text: str, parse: str) -> None:
    """Scare quotes, titles and what was not said are no quotations."""
    assert found_in(text, parse) == []


# A sentence of reported words right before quoted text


def run_on(text: str, parse: str) -> tuple[Rule, list[str], str, str] | None:
    """What the first frame says of the second."""
    frame, following = frames_of(by_hand(text, parse))
    found = find_before(frame, following)
    return None if found is None else in_words(text, found)


NOBODY = "nobody/NN/nsubj/knew knew/VBD/ccomp/said"
READY_ALONE = f"“ {WE_ARE_READY.format('ROOT')} . ”"


@pytest.mark.parametrize(
    ("text", "parse", "content"),
    [
        (
            "Ann Lee said that nobody knew. “We are ready.”",
            f"{LEE_SAID} that/IN/mark/knew {NOBODY} . {READY_ALONE}",
            "that nobody knew",
        ),
        (
            "Nobody knew, Ann Lee said. “We are ready.”",
            f"{NOBODY} , {LEE_SAID} . {READY_ALONE}",
            "Nobody knew",
        ),
        (
            "Nobody knew, said Ann Lee. “We are ready.”",
            f"{NOBODY} , {SAID_LEE} . {READY_ALONE}",
            "Nobody knew",
        ),
    ],
)
def test_find_before(text: str, parse: str, content: str) -> None:
    """*X said that A. “B.”*: both are what X said."""
    parse = parse.replace("nobody", "Nobody") if text.startswith("Nobody") else parse
    assert run_on(text, parse) == (Rule.RUN_ON, [content, "“We are ready.”"], "said", "Ann Lee")


@pytest.mark.parametrize(
    ("text", "parse"),
    [
        (
            "Ann Lee left. “We are ready.”",
            f"{LEE.format('nsubj/left')} left/VBD/ROOT . {READY_ALONE}",
        ),
        ("Ann Lee said so. “We are ready.”", f"{LEE_SAID} so/RB/advmod/said . {READY_ALONE}"),
        (
            "Ann Lee never said nobody knew. “We are ready.”",
            f"{LEE.format('nsubj/said')} never/RB/neg/said said/VBD/ROOT {NOBODY} . {READY_ALONE}",
        ),
    ],
)
def test_nothing_before(text: str, parse: str) -> None:
    """A sentence that reports no clause says nothing of what follows."""
    assert run_on(text, parse) is None


def test_every_rule_was_measured() -> None:
    """Each rule has its two probabilities, which are a quotation's confidence."""
    assert set(MEASURED) == set(Rule)
    for rule, measured in MEASURED.items():
        quotation = Quotation(((0, 1),), None, None, "", rule)
        assert (quotation.confidence, quotation.source_confidence) == measured
        assert all(0 <= share <= 1 for share in measured)
