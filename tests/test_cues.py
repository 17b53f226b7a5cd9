"""Cues: which words can be one, and where one stands to quoted text."""

from typing import TYPE_CHECKING

import pytest

from docs_by_hand import by_hand
from quoteattr import cues

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc, Token

LEE_SAID = "Ann/NNP/compound/Lee Lee/NNP/nsubj/said said/VBD/ROOT"


def word(doc: "Doc", text: str) -> "Token":
    """The first token of that form."""
    return next(token for token in doc if token.text == text)


def form(token: "Token | None") -> str | None:
    """The token's text."""
    return None if token is None else token.text


@pytest.mark.parametrize(
    ("annotated", "is_cue"),
    [
        ("said/VBD/ROOT", True),
        ("called/VBD/ROOT", True),
        ("believes/VBZ/ROOT", True),
        ("According/VBG/ROOT to", True),
        ("left/VBD/ROOT", False),
        ("report/NN/ROOT", False),
        ("is/VBZ/ROOT", False),
        ("called/VBN/amod/deal deal/NN/ROOT", False),
        ("said/VBD/compound/deal deal/NN/ROOT", False),
    ],
)
def test_is_cue(annotated: str, is_cue: bool) -> None:  # noqa: FBT001 - what is expected
    """A cue is a verb of saying or thinking that is no attribute, or *according*."""
    assert cues.is_cue(by_hand(annotated)[0]) is is_cue


@pytest.mark.parametrize(
    ("verb", "is_naming", "is_thought"),
    [("said", False, False), ("called", True, False), ("believes", False, True)],
)
def test_what_a_cue_does(verb: str, is_naming: bool, is_thought: bool) -> None:  # noqa: FBT001
    """Some cues name, some report a thought."""
    [cue] = by_hand(f"{verb}/VBD/ROOT")
    assert (cues.is_naming(cue), cues.is_thought(cue)) == (is_naming, is_thought)


def test_is_negated() -> None:
    """What was never said is no quotation."""
    doc = by_hand("He never/RB/neg/said said/VBD/ROOT so.")
    assert cues.is_negated(word(doc, "said"))
    assert not cues.is_negated(word(doc, "so"))


@pytest.mark.parametrize(
    ("annotated", "subject"),
    [
        ("Ann Lee/NNP/nsubj/left left/VBD/ROOT", "Lee"),
        ("It/PRP/nsubjpass/said was/VBD/auxpass/said said/VBN/ROOT", "It"),
        ("said/VBD/ROOT so", None),
    ],
)
def test_subject_of(annotated: str, subject: str | None) -> None:
    """A verb's own subject, active or passive."""
    root = next(token for token in by_hand(annotated) if token.dep_ == "ROOT")
    assert form(cues.subject_of(root)) == subject


CLAUSES = by_hand(
    "Ann Lee/NNP/nsubj/says, who/WP/nsubj/won won/VBD/relcl/Lee, says/VBZ/ROOT "
    "he/PRP/nsubj/knew knew/VBD/ccomp/says"
)


@pytest.mark.parametrize(
    ("verb", "is_clause"), [("says", True), ("knew", True), ("won", False), ("Lee", False)]
)
def test_is_clause(verb: str, is_clause: bool) -> None:  # noqa: FBT001 - what is expected
    """The verb of a clause has a subject and stands in no relative clause."""
    assert cues.is_clause(word(CLAUSES, verb)) is is_clause


@pytest.mark.parametrize(
    ("annotated", "cue"),
    [
        ("said/VBD/ROOT Ann/NNP/compound/Lee Lee/NNP/nsubj/said.", "said"),
        (f"{LEE_SAID}.", "said"),
        ("said/VBD/ROOT the/DT/det/man man/NN/dobj/said.", "said"),
        ("said/VBD/ROOT of/IN/prep/said it/PRP/pobj/of.", None),
        ("according/VBG/ROOT to/IN/prep/according Lee/NNP/pobj/to.", "according"),
        (f". {LEE_SAID}", None),
        ("and/CC/cc/said Lee/NNP/nsubj/said said/VBD/ROOT", None),
        ("as/IN/mark/said Lee/NNP/nsubj/said said/VBD/ROOT", None),
        ("who/WP/nsubj/said said/VBD/ROOT it/PRP/dobj/said", None),
        ("he/PRP/nsubj/left left/VBD/ccomp/said, said/VBD/ROOT Lee/NNP/nsubj/said", None),
        (", adding/VBG/ROOT that/IN/mark/adding", None),
        ("Lee/NNP/nsubj/left left/VBD/ROOT.", None),
    ],
)
def test_tag_cue(annotated: str, cue: str | None) -> None:
    """The cue right behind a quotation has its source beside it."""
    assert form(cues.tag_cue(list(by_hand(annotated)))) == cue


def test_no_cue_in_nothing() -> None:
    """Nothing stands before the first quotation of a text, nor behind the last."""
    assert cues.tag_cue([]) is None
    assert cues.lead_cue([]) is None


@pytest.mark.parametrize(
    ("annotated", "cue"),
    [
        (f"{LEE_SAID}:", "said"),
        (LEE_SAID, "said"),
        ("He/PRP/nsubj/said never/RB/neg/said said/VBD/ROOT:", None),
        (f"{LEE_SAID} he/PRP/nsubj/is is/VBZ/ccomp/said", None),
        (f"{LEE_SAID} he/PRP/nsubj/is is/VBZ/ccomp/said him:", "said"),
        (f"{LEE_SAID} he/PRP/nsubj/knew knew/VBD/ccomp/said:", "knew"),
        ("The plan/NN/ROOT:", None),
    ],
)
def test_lead_cue(annotated: str, cue: str | None) -> None:
    """The cue nearest before a quotation leads in, unless another clause stands between."""
    assert form(cues.lead_cue(list(by_hand(annotated)))) == cue


@pytest.mark.parametrize(
    ("annotated", "cue", "outer"),
    [
        (f"{LEE_SAID} she/PRP/nsubj/believes believes/VBZ/ccomp/said", "believes", "said"),
        (f"{LEE_SAID} she/PRP/nsubj/believes believes/VBZ/ccomp/said", "said", "said"),
        ("Lee/NNP/nsubj/believes believes/VBZ/ROOT", "believes", "believes"),
    ],
)
def test_outer_cue(annotated: str, cue: str, outer: str) -> None:
    """A thought that somebody utters is speech."""
    assert form(cues.outer_cue(word(by_hand(annotated), cue))) == outer


@pytest.mark.parametrize(
    ("annotated", "cue"),
    [
        ("Lee said/VBD/ROOT so/RB/advmod/said", "said"),
        ("It was/VBD/auxpass/called called/VBN/ROOT", "was called"),
        ("Lee has/VBZ/aux/said often/RB/advmod/said said/VBN/ROOT it", "has often said"),
        ("Lee also/RB/advmod/said said/VBD/ROOT it", "said"),
        ("Lee pointed/VBD/ROOT out/RP/prt/pointed it", "pointed out"),
        ("told/VBD/ROOT reporters/NNS/dobj/told so", "told reporters"),
        ("told/VBD/ROOT the reporters/NNS/dobj/told so", "told the reporters"),
        ("told/VBD/ROOT Ann Lee/NNP/dobj/told so", "told"),
        ("said/VBD/ROOT in/IN/prep/said a statement/NN/pobj/in", "said in a statement"),
        ("said/VBD/ROOT in/IN/prep/said a park/NN/pobj/in", "said"),
        ("said/VBD/ROOT so in/IN/prep/said a statement/NN/pobj/in", "said"),
        ("According/VBG/ROOT to/IN/prep/According Lee/NNP/pobj/to", "According to"),
        ("according/VBG/ROOT", "according"),
    ],
)
def test_cue_span(annotated: str, cue: str) -> None:
    """A cue's span has its auxiliaries, its particles and what completes the act of saying."""
    doc = by_hand(annotated)
    start, end = cues.cue_span(next(token for token in doc if token.dep_ == "ROOT"))
    assert doc.text[start:end] == cue


@pytest.mark.parametrize("judge", [cues.is_cue, cues.is_naming, cues.is_thought, cues.is_negated])
def test_no_cue_in_punctuation(judge: "Callable[[Token], bool]") -> None:
    """Marks and white space are no cues."""
    assert not any(judge(token) for token in by_hand("“No/UH/ROOT,\n” "))
