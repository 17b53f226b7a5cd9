"""Frames: the sentences of a text, in which a quotation in marks is one item."""

from typing import TYPE_CHECKING

import pytest

from docs_by_hand import by_hand
from quoteattr.frames import (
    Frame,
    end_of,
    frames,
    frames_inside,
    last_character,
    leading_tokens,
    start_of,
)
from quoteattr.marks import pair

if TYPE_CHECKING:
    from spacy.tokens import Doc

WE_ARE_READY = "We/PRP/nsubj/are are/VBP/ccomp/said ready/JJ/acomp/are"
LEE_SAID = "Ann/NNP/compound/Lee Lee/NNP/nsubj/said said/VBD/ROOT"
SAID_LEE = "said/VBD/ROOT Ann/NNP/compound/Lee Lee/NNP/nsubj/said"


def shown(frame: Frame) -> list[str]:
    """The items of a frame as text."""
    return [frame.text[start_of(item) : end_of(item)] for item in frame.items]


def divided(doc: "Doc") -> list[list[str]]:
    """The frames of a text, paragraphs aside."""
    found = frames(doc, doc.text, pair(doc.text))
    return [shown(frame) for paragraph in found for frame in paragraph]


def test_quoted_text_is_one_item() -> None:
    """What stands in marks is one item among the words."""
    doc = by_hand("“We are ready,” Ann Lee said.", f"“ {WE_ARE_READY} , ” {LEE_SAID} .")
    [[frame]] = frames(doc, doc.text, pair(doc.text))
    assert shown(frame) == ["“We are ready,”", "Ann", "Lee", "said", "."]
    assert [token.text for token in frame.tokens] == ["Ann", "Lee", "said", "."]
    assert frame.quoted == pair(doc.text).pairs
    assert last_character(frame.quoted[0], doc.text) == ","
    assert leading_tokens(frame.items) == []
    assert leading_tokens(reversed(frame.items)) == list(reversed(frame.tokens))


@pytest.mark.parametrize(
    ("text", "parse", "found"),
    [
        ("", "", []),
        ("No.", "No/UH/ROOT .", [["No", "."]]),
        ("No. Yes.", "No/UH/ROOT . Yes/UH/ROOT .", [["No", "."], ["Yes", "."]]),
        (
            "“No. No.” He left.",
            "“ No/UH/ROOT . No/UH/ROOT . ” He/PRP/nsubj/left left/VBD/ROOT .",
            [["“No. No.”"], ["He", "left", "."]],
        ),
        ("“No.” “Yes.”", "“ No/UH/ROOT . ” “ Yes/UH/ROOT . ”", [["“No.”"], ["“Yes.”"]]),
        ("“No,” “Yes.”", "“ No/UH/ROOT , ” “ Yes/UH/ROOT . ”", [["“No,”", "“Yes.”"]]),
        ("No. “Yes.”", "No/UH/ROOT . “ Yes/UH/ROOT . ”", [["No", "."], ["“Yes.”"]]),
        ("So: “Yes.”", "So/RB/ROOT : “ Yes/UH/ROOT . ”", [["So", ":", "“Yes.”"]]),
        (
            "“No?” he asked.",
            "“ No/UH/dobj/asked ? ” he/PRP/nsubj/asked asked/VBD/ROOT .",
            [["“No?”", "he", "asked", "."]],
        ),
        (
            "“No!” Lee said.",
            "“ No/UH/ROOT ! ” Lee/NNP/nsubj/said said/VBD/ROOT .",
            [["“No!”", "Lee", "said", "."]],
        ),
        (
            "“No.” Lee said.",
            "“ No/UH/ROOT . ” Lee/NNP/nsubj/said said/VBD/ROOT .",
            [["“No.”", "Lee", "said", "."]],
        ),
        (
            "“No.” Lee said yes.",
            "“ No/UH/ROOT . ” Lee/NNP/nsubj/said said/VBD/ROOT yes/UH/dobj/said .",
            [["“No.”"], ["Lee", "said", "yes", "."]],
        ),
        ("No\nYes", "No/UH/ROOT Yes/UH/ROOT", [["No"], ["Yes"]]),
        ("No  yes", "No/UH/x/yes yes/UH/ROOT", [["No", "yes"]]),
    ],
)
def test_sentences(text: str, parse: str, found: list[list[str]]) -> None:
    """A frame ends with a sentence, but not inside quotation marks, nor before their tag."""
    assert divided(by_hand(text, parse)) == found


def test_no_sentence_ends_inside_marks() -> None:
    """Sentences in a quotation that a tag follows are one item with it in one frame."""
    parse = f"“ No/UH/ROOT . We/PRP/nsubj/are are/VBP/ROOT , ” {SAID_LEE} ."
    doc = by_hand("“No. We are,” said Ann Lee.", parse)
    assert divided(doc) == [["“No. We are,”", "said", "Ann", "Lee", "."]]


@pytest.mark.parametrize(
    ("text", "parse", "found"),
    [
        ("No.\n\nYes.", "No/UH/ROOT . Yes/UH/ROOT .", [[["No", "."]], [["Yes", "."]]]),
        ("“No.\n\nYes.”", "“ No/UH/ROOT . Yes/UH/ROOT . ”", [[["“No.\n\nYes.”"]]]),
        ("“No.\n“Yes.”", "“ No/UH/ROOT . “ Yes/UH/ROOT . ”", [[["“No."]], [["“Yes.”"]]]),
    ],
)
def test_paragraphs(text: str, parse: str, found: list[list[list[str]]]) -> None:
    """Frames are sorted by paragraph; one that runs through several counts once."""
    doc = by_hand(text, parse)
    paragraphs = frames(doc, text, pair(text))
    assert [[shown(frame) for frame in paragraph] for paragraph in paragraphs] == found


def test_last_character_passes_over_inner_marks() -> None:
    """What ends a quotation stands before the marks that close with it."""
    text = "“He said ‘no.’ ”"
    assert last_character(pair(text).pairs[0], text) == "."
    assert last_character(pair("“”").pairs[0], "“”") == ""


def test_frames_inside() -> None:
    """What stands in a quotation has frames too, if a quotation is nested in it."""
    text = "“He said ‘no.’ We are ready,” Ann Lee said."
    doc = by_hand(
        text,
        f"“ He/PRP/nsubj/said said/VBD/ROOT ‘ no/UH/dobj/said . ’ {WE_ARE_READY} , ” {LEE_SAID} .",
    )
    found = frames_inside(doc, text, pair(text))
    assert [shown(frame) for frame in found] == [["He", "said", "‘no.’"]]
    assert frames_inside(doc[:0].as_doc(), "", pair("")) == []
