"""Who says *I* outside everybody else's words."""

import pytest
from hypothesis import given
from spacy.tokens import Doc

from docs_by_hand import by_hand, docs
from quoteattr.names import all_in
from quoteattr.narrators import Narrators

LEE = "Ann/NNP/compound/Lee/PERSON Lee/NNP/{}/PERSON"
BYLINE = f"By/IN/ROOT {LEE.format('pobj/By')}"
LEE_LEFT = LEE.format("nsubj/left") + " left/VBD/ROOT"
RAY_LEFT = LEE_LEFT.replace("Ann", "Bob").replace("Lee", "Ray")
PAST = "All was/VBD/ROOT well."


def narrators(annotated: str) -> tuple[Narrators, str]:
    """Those of a text, and the text."""
    doc = by_hand(annotated)
    return Narrators(doc, all_in(doc)), doc.text


def at_end(annotated: str) -> str | None:
    """Who says *I* at the end of a text."""
    found, text = narrators(annotated)
    name = found.at(len(text))
    return name.text if name else None


@pytest.mark.parametrize(
    ("annotated", "name"),
    [
        (f"{BYLINE}\n\n{PAST}", "Ann Lee"),
        (f"{BYLINE.replace('By', 'BY')}\n\n{PAST}", "Ann Lee"),
        (f"{PAST}\n\n{BYLINE}\n\n{PAST}", "Ann Lee"),
        ("\n\n".join([PAST] * 8 + [BYLINE]), None),
        ("\n\n".join([PAST] * 8 + [f"{LEE.format('nsubj/is')} is/VBZ/ROOT here."]), "Ann Lee"),
        (f"{LEE.format('nsubj/writes')} writes/VBZ/ROOT here.", None),
        ("\n\n".join([f"{LEE.format('nsubj/is')} is/VBZ/ROOT here."] + [PAST] * 8), None),
        (f"{PAST}\n\n{LEE.format('nsubj/edits')} edits/VBZ/ROOT here.", "Ann Lee"),
        (f"{PAST}\n\n{LEE.format('nsubj/was')} was/VBD/ROOT here.", None),
        (
            "\n\n".join([PAST] * 8 + [f"Follow/VB/ROOT {LEE.format('dobj/Follow')} here."]),
            "Ann Lee",
        ),
        (f"{LEE.format('ROOT')}: All was well.\n\n{PAST}", "Ann Lee"),
        (f"{LEE.format('ROOT')}: “All was well.”\n\n{PAST}", None),
        (f"{LEE.format('ROOT')}: I was well.\n\n{PAST}", None),
        (f"{LEE_LEFT}. {PAST}", None),
        (f"They stood/VBD/ROOT by/IN/prep/stood {LEE.format('pobj/by')}.", None),
        (PAST, None),
        ("", None),
    ],
    ids=[
        *("byline", "capitals", "after a title", "too late", "note at the end", "other lemma"),
        *("note at the start", "note of an editor", "no note", "where to follow"),
        *("columnist in the title", "quotation in the title", "I in the title"),
        *("no byline", "by in a sentence", "no name", "nothing"),
    ],
)
def test_author(annotated: str, name: str | None) -> None:
    """The author is whom a byline names, or a note at the end."""
    assert at_end(annotated) == name


@pytest.mark.parametrize(("question", "answer"), [("Q:", "A:"), ("Question:", "Answer:")])
def test_interview(question: str, answer: str) -> None:
    """In answers it is the one who is named first; in questions nobody."""
    turns = f"{question} Why?\n{answer} So.\n{question} When?\n{answer} Now."
    found, text = narrators(f"{LEE_LEFT}. {RAY_LEFT}.\n{turns}")
    names = [found.at(text.index(word)) for word in ("Ann", "Why", "So", "When", "Now")]
    assert [name and name.text for name in names] == [None, None, "Ann Lee", None, "Ann Lee"]


def test_interview_by_an_author() -> None:
    """Before the first question it is the author."""
    found, text = narrators(f"{BYLINE}\n\n{PAST}\nQ: Why?\nA: So.")
    names = [found.at(text.index(word)) for word in ("All", "Why", "So")]
    assert [name and name.text for name in names] == ["Ann Lee", None, "Ann Lee"]


@pytest.mark.parametrize("turn", ["Q", "Quite:", "A new", "see Q:"])
def test_no_interview(turn: str) -> None:
    """Other lines are no questions."""
    assert at_end(f"{BYLINE}\n\n{PAST}\n{turn} Why?") == "Ann Lee"


def test_letters() -> None:
    """A letter is by who signed it, above where that one lives."""
    letters = f"{PAST}\n\n{LEE.format('ROOT')}.\n\nLong Beach, Calif.\n\nSo it goes."
    more = f"{letters}\n\n{LEE.format('ROOT').replace('Ann', 'Bob')}.\n\nAda.\n\nThe end."
    found, text = narrators(more)
    names = [found.at(text.index(word)) for word in ("All", "So", "The")]
    assert [name and name.text for name in names] == ["Ann Lee", "Bob Lee", None]


@given(docs())
def test_any_parse(doc: Doc) -> None:
    """However odd the parse, whoever is found is named in the text."""
    names = all_in(doc)
    found = Narrators(doc, names)
    for place in range(0, len(doc.text) + 1, 7):
        assert found.at(place) in [None, *names]


def test_author_of_a_story() -> None:
    """In a story its author doesn't say *I*."""
    doc = by_hand(f"{BYLINE}\n\n{PAST}")
    assert Narrators(doc, all_in(doc), is_story=True).at(len(doc.text)) is None
