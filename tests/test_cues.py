"""Cues: which words can be one, and where one stands to quoted text."""

from typing import TYPE_CHECKING

import pytest

from docs_by_hand import by_hand
from quoteattr import cues

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc, Token

ANN = "Ann/NNP/compound/Lee/PERSON Lee/NNP/nsubj/{}/PERSON"
LEE_SAID = ANN.format("said") + " said/VBD/ROOT"


def word(doc: "Doc", text: str) -> "Token":
    """The first token of that form."""
    return next(token for token in doc if token.text == text)


def form(token: "Token | None") -> str | None:
    """The token's text."""
    return None if token is None else token.text


@pytest.mark.parametrize(
    ("parse", "is_cue"),
    [
        ("said/VBD/ROOT", True),
        ("called/VBD/ROOT", True),
        ("believes/VBZ/ROOT", True),
        ("According/VBG/ROOT", True),
        ("left/VBD/ROOT", False),
        ("report/NN/ROOT", False),
        ("is/VBZ/ROOT", False),
        ("called/VBN/amod/deal deal/NN/ROOT", False),
        ("said/VBD/compound/deal deal/NN/ROOT", False),
    ],
)
def test_is_cue(parse: str, is_cue: bool) -> None:  # noqa: FBT001 - what is expected
    """A cue is a verb of saying or thinking that is no attribute, or *according*."""
    doc = by_hand(" ".join(field.split("/")[0] for field in parse.split()), parse)
    assert cues.is_cue(doc[0]) is is_cue


@pytest.mark.parametrize(
    ("verb", "is_naming", "is_thought"),
    [("said", False, False), ("called", True, False), ("believes", False, True)],
)
def test_what_a_cue_does(verb: str, is_naming: bool, is_thought: bool) -> None:  # noqa: FBT001
    """Some cues name, some report a thought."""
    [cue] = by_hand(verb, f"{verb}/VBD/ROOT")
    assert (cues.is_naming(cue), cues.is_thought(cue)) == (is_naming, is_thought)


def test_is_negated() -> None:
    """What was never said is no quotation."""
    doc = by_hand(
        "He never said so.", "He/PRP/nsubj/said never/RB/neg/said said/VBD/ROOT so/RB/x/said ."
    )
    assert cues.is_negated(word(doc, "said"))
    assert not cues.is_negated(word(doc, "so"))


@pytest.mark.parametrize(
    ("text", "parse", "subject"),
    [
        ("Ann Lee left", ANN.format("left") + " left/VBD/ROOT", "Lee"),
        ("It was said", "It/PRP/nsubjpass/said was/VBD/auxpass/said said/VBN/ROOT", "It"),
        ("said so", "said/VBD/ROOT so/RB/advmod/said", None),
    ],
)
def test_subject_of(text: str, parse: str, subject: str | None) -> None:
    """A verb's own subject, active or passive."""
    doc = by_hand(text, parse)
    root = next(token for token in doc if token.dep_ == "ROOT")
    assert form(cues.subject_of(root)) == subject


CLAUSES = by_hand(
    "Ann Lee, who won, says he knew",
    "Ann/NNP/compound/Lee Lee/NNP/nsubj/says , who/WP/nsubj/won won/VBD/relcl/Lee , says/VBZ/ROOT "
    "he/PRP/nsubj/knew knew/VBD/ccomp/says",
)


@pytest.mark.parametrize(
    ("verb", "is_clause"), [("says", True), ("knew", True), ("won", False), ("Lee", False)]
)
def test_is_clause(verb: str, is_clause: bool) -> None:  # noqa: FBT001 - what is expected
    """The verb of a clause has a subject and stands in no relative clause."""
    assert cues.is_clause(word(CLAUSES, verb)) is is_clause


@pytest.mark.parametrize(
    ("text", "parse", "cue"),
    [
        ("said Ann Lee.", "said/VBD/ROOT Ann/NNP/compound/Lee Lee/NNP/nsubj/said .", "said"),
        ("Ann Lee said.", f"{LEE_SAID} .", "said"),
        ("said the man.", "said/VBD/ROOT the/DT/det/man man/NN/dobj/said .", "said"),
        ("said of it.", "said/VBD/ROOT of/IN/prep/said it/PRP/pobj/of .", None),
        (
            "according to Lee.",
            "according/VBG/ROOT to/IN/prep/according Lee/NNP/pobj/to .",
            "according",
        ),
        (". Ann Lee said", f". {LEE_SAID}", None),
        ("and Lee said", "and/CC/cc/said Lee/NNP/nsubj/said said/VBD/ROOT", None),
        ("as Lee said", "as/IN/mark/said Lee/NNP/nsubj/said said/VBD/ROOT", None),
        ("who said it", "who/WP/nsubj/said said/VBD/ROOT it/PRP/dobj/said", None),
        (
            "he left, said Lee",
            "he/PRP/nsubj/left left/VBD/x/said , said/VBD/ROOT Lee/NNP/x/said",
            None,
        ),
        (", adding that", ", adding/VBG/ROOT that/IN/mark/adding", None),
        ("Lee left.", "Lee/NNP/nsubj/left left/VBD/ROOT .", None),
    ],
)
def test_tag_cue(text: str, parse: str, cue: str | None) -> None:
    """The cue right behind a quotation has its source beside it."""
    assert form(cues.tag_cue(list(by_hand(text, parse)))) == cue


def test_tag_cue_of_nothing() -> None:
    """Nothing stands behind the last quotation of a text."""
    assert cues.tag_cue([]) is None
    assert cues.lead_cue([]) is None


@pytest.mark.parametrize(
    ("text", "parse", "cue"),
    [
        ("Ann Lee said:", f"{LEE_SAID} :", "said"),
        ("Ann Lee said", LEE_SAID, "said"),
        ("He never said:", "He/PRP/nsubj/said never/RB/neg/said said/VBD/ROOT :", None),
        (
            "Lee said he is",
            "Lee/NNP/nsubj/said said/VBD/ROOT he/PRP/nsubj/is is/VBZ/ccomp/said",
            None,
        ),
        (
            "Lee said he knew:",
            "Lee/NNP/nsubj/said said/VBD/ROOT he/PRP/nsubj/knew knew/VBD/ccomp/said :",
            "knew",
        ),
        (
            "Lee said it was him:",
            "Lee/NNP/x/said said/VBD/ROOT it/PRP/nsubj/was was/VBD/x/said him/PRP/attr/was :",
            "said",
        ),
        ("The plan:", "The/DT/det/plan plan/NN/ROOT :", None),
    ],
)
def test_lead_cue(text: str, parse: str, cue: str | None) -> None:
    """The cue nearest before a quotation leads in, unless another clause stands between."""
    assert form(cues.lead_cue(list(by_hand(text, parse)))) == cue


SAID_BELIEVES = by_hand(
    "Lee said she believes it is",
    "Lee/NNP/nsubj/said said/VBD/ROOT she/PRP/nsubj/believes believes/VBZ/ccomp/said "
    "it/PRP/nsubj/is is/VBZ/ccomp/believes",
)


@pytest.mark.parametrize(("cue", "outer"), [("believes", "said"), ("said", "said")])
def test_outer_cue(cue: str, outer: str) -> None:
    """A thought that somebody utters is speech."""
    assert form(cues.outer_cue(word(SAID_BELIEVES, cue))) == outer


def test_outer_cue_of_a_thought_alone() -> None:
    """A thought that nobody reports stays one."""
    doc = by_hand("Lee believes", "Lee/NNP/nsubj/believes believes/VBZ/ROOT")
    assert form(cues.outer_cue(word(doc, "believes"))) == "believes"


@pytest.mark.parametrize(
    ("text", "parse", "verb", "cue"),
    [
        ("Lee said so", "Lee/NNP/x/said said/VBD/ROOT so/RB/advmod/said", "said", "said"),
        (
            "It was called",
            "It/PRP/x/called was/VBD/auxpass/called called/VBN/ROOT",
            "called",
            "was called",
        ),
        (
            "Lee has often said it",
            "Lee/NNP/x/said has/VBZ/aux/said often/RB/advmod/said said/VBN/ROOT it/PRP/dobj/said",
            "said",
            "has often said",
        ),
        (
            "Lee also said it",
            "Lee/NNP/x/said also/RB/advmod/said said/VBD/ROOT it/PRP/x/said",
            "said",
            "said",
        ),
        (
            "Lee blurted out",
            "Lee/NNP/x/blurted blurted/VBD/ROOT out/RP/prt/blurted",
            "blurted",
            "blurted out",
        ),
        (
            "According to Lee",
            "According/VBG/ROOT to/IN/x/According Lee/NNP/pobj/to",
            "According",
            "According to",
        ),
        ("according", "according/VBG/ROOT", "according", "according"),
    ],
)
def test_cue_span(text: str, parse: str, verb: str, cue: str) -> None:
    """A cue's span has its auxiliaries, its particles and the adverbs between them."""
    start, end = cues.cue_span(word(by_hand(text, parse), verb))
    assert text[start:end] == cue


@pytest.mark.parametrize("judge", [cues.is_cue, cues.is_naming, cues.is_thought, cues.is_negated])
def test_no_cue_in_punctuation(judge: "Callable[[Token], bool]") -> None:
    """Marks and white space are no cues."""
    assert not any(judge(token) for token in by_hand("“ ,\n”", "“ , ”/./ROOT"))
