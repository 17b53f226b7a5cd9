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

LEE_SAID = "Ann/NNP/compound/Lee Lee/NNP/nsubj/said said/VBD/ROOT"
HE_LEFT = "He/PRP/nsubj/left left/VBD/ROOT"


def shown(frame: Frame) -> list[str]:
    """The items of a frame as text."""
    return [frame.text[start_of(item) : end_of(item)] for item in frame.items]


def divided(doc: "Doc") -> list[list[str]]:
    """The frames of a text, paragraphs aside."""
    found = frames(doc, doc.text, pair(doc.text))
    return [shown(frame) for paragraph in found for frame in paragraph]


def test_quoted_text_is_one_item() -> None:
    """What stands in marks is one item among the words."""
    doc = by_hand(f"“We are/VBP/ccomp/said ready,” {LEE_SAID}.")
    [[frame]] = frames(doc, doc.text, pair(doc.text))
    assert shown(frame) == ["“We are ready,”", "Ann", "Lee", "said", "."]
    assert [token.text for token in frame.tokens] == ["Ann", "Lee", "said", "."]
    assert frame.quoted == pair(doc.text).pairs
    assert last_character(frame.quoted[0], doc.text) == ","
    assert leading_tokens(frame.items) == []
    assert leading_tokens(reversed(frame.items)) == list(reversed(frame.tokens))


@pytest.mark.parametrize(
    ("annotated", "found"),
    [
        ("", []),
        ("No/UH/ROOT.", [["No", "."]]),
        ("No/UH/ROOT. Yes/UH/ROOT.", [["No", "."], ["Yes", "."]]),
        (f"“No/UH/ROOT. No/UH/ROOT.” {HE_LEFT}.", [["“No. No.”"], ["He", "left", "."]]),
        ("“No/UH/ROOT.” “Yes/UH/ROOT.”", [["“No.”"], ["“Yes.”"]]),
        ("“No/UH/ROOT,” “Yes/UH/ROOT.”", [["“No,”", "“Yes.”"]]),
        ("No/UH/ROOT. “Yes/UH/ROOT.”", [["No", "."], ["“Yes.”"]]),
        ("So/RB/ROOT: “Yes/UH/ROOT.”", [["So", ":", "“Yes.”"]]),
        ("“No/UH/ROOT?” he/PRP/nsubj/asked asked/VBD/ROOT.", [["“No?”", "he", "asked", "."]]),
        (f"“No/UH/ROOT!” {LEE_SAID}.", [["“No!”", "Ann", "Lee", "said", "."]]),
        (f"“No/UH/ROOT!” {LEE_SAID} so.", [["“No!”", "Ann", "Lee", "said", "so", "."]]),
        (f"“No/UH/ROOT.” {LEE_SAID}.", [["“No.”", "Ann", "Lee", "said", "."]]),
        (f"“No/UH/ROOT.” {LEE_SAID} so.", [["“No.”"], ["Ann", "Lee", "said", "so", "."]]),
        (f"“No/UH/ROOT. No/UH/x/said,” {LEE_SAID}.", [["“No. No,”", "Ann", "Lee", "said", "."]]),
        ("No/UH/ROOT\nYes/UH/ROOT", [["No"], ["Yes"]]),
        ("No/UH/dep/yes  yes/UH/ROOT", [["No", "yes"]]),
    ],
)
def test_sentences(annotated: str, found: list[list[str]]) -> None:
    """A frame ends with a sentence, but not inside quotation marks, nor before their tag."""
    assert divided(by_hand(annotated)) == found


@pytest.mark.parametrize(
    ("annotated", "found"),
    [
        ("No/UH/ROOT.\n\nYes/UH/ROOT.", [[["No", "."]], [["Yes", "."]]]),
        ("“No/UH/ROOT.\n\nYes/UH/ROOT.”", [[["“No.\n\nYes.”"]]]),
        ("“No/UH/ROOT.\n“Yes/UH/ROOT.”", [[["“No."]], [["“Yes.”"]]]),
    ],
)
def test_paragraphs(annotated: str, found: list[list[list[str]]]) -> None:
    """Frames are sorted by paragraph; one that runs through several counts once."""
    doc = by_hand(annotated)
    paragraphs = frames(doc, doc.text, pair(doc.text))
    assert [[shown(frame) for frame in paragraph] for paragraph in paragraphs] == found


@pytest.mark.parametrize(("text", "last"), [("“He said ‘no.’ ”", "."), ("“No”", "o"), ("“”", "")])
def test_last_character(text: str, last: str) -> None:
    """What ends a quotation stands before the marks that close with it."""
    assert last_character(pair(text).pairs[0], text) == last


def test_frames_inside() -> None:
    """What stands in a quotation has frames too, if a quotation is nested in it."""
    doc = by_hand(f"“He said/VBD/ROOT ‘no/UH/x/said.’ We are/VBP/ccomp/said ready,” {LEE_SAID}.")
    found = frames_inside(doc, doc.text, pair(doc.text))
    assert [shown(frame) for frame in found] == [["He", "said", "‘no.’"]]


def test_nothing_inside() -> None:
    """Without a nested quotation there is nothing to divide."""
    doc = by_hand(f"“We are/VBP/ccomp/said ready,” {LEE_SAID}.")
    assert frames_inside(doc, doc.text, pair(doc.text)) == []
