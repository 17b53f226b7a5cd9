"""Texts that a database can't hold."""

from hypothesis import given
from hypothesis import strategies as st

from quoteattr.store.escapes import escape, unescape
from strategies import characters, texts

ODD = st.text(st.sampled_from(["\0", "\ud800", "\udfff", "␛", "0", "d", "8", "\\", "é"]))


@given(ODD | st.text(characters) | texts())
def test_what_was_escaped_comes_back(text: str) -> None:
    """Any text comes back as it was, and can be held in between."""
    escaped = escape(text)
    assert unescape(escaped) == text
    assert "\0" not in escaped
    assert escaped.encode().decode() == escaped


@given(ODD, ODD)
def test_different_texts_stay_different(one: str, other: str) -> None:
    """No two texts become one, so ids can be compared as they are kept."""
    assert (escape(one) == escape(other)) == (one == other)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0␛")))
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Only what can't be held is written out, with the character that does so."""
    assert escape(text) == text
