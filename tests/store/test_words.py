"""Words as the index has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoteattr.store.words import fold, indexed, words
from strategies import characters, texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kıran", "kiran"),
        ("İSTANBUL", "istanbul"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Sørensen", "SORENSEN"),
        ("Đoković", "dokovic"),
        ("Ærø", "aero"),
        ("Weiß", "weiss"),
        ("Þór", "thor"),
        ("Nguyễn", "nguyen"),
        ("Ne\u0301e", "Née"),
        ("Jean-Luc", "jean luc"),
        ("“J. K. Rowling”", "j k rowling"),
    ],
)
def test_what_is_alike(one: str, other: str) -> None:
    """Case, accents, strokes, ligatures and punctuation make no difference."""
    assert fold(one) == fold(other) == other.casefold().replace("née", "nee")


@given(texts(max_size=60) | st.text(characters, max_size=60))
def test_words_stand_where_they_say(text: str) -> None:
    """Each word is what its place in the text folds to, and between them there is none."""
    end = 0
    for word in words(text):
        assert fold(text[word.start : word.end]) == word.folded
        assert fold(text[end : word.start]) == ""
        end = word.end
    assert fold(text[end:]) == ""


@given(texts(max_size=60) | st.text(characters, max_size=60))
def test_folded_words_are_letters_and_digits(text: str) -> None:
    """So nothing in them can mean anything to a database, and they fold to themselves."""
    folded = fold(text)
    assert folded.replace(" ", "").isalnum() or not folded
    assert fold(folded) == folded == " ".join(folded.split())


def test_long_words_and_texts() -> None:
    """An index takes so much, and no more."""
    assert fold("x" * 500) == "x" * 100
    long = "energy " * 20_000
    assert indexed(long).split() == ["energy"] * (50_000 // 7)
    assert indexed("energy security") == "energy security"
