"""Odd characters: written out, or replaced, and all others left as they are."""

from hypothesis import given
from hypothesis import strategies as st

from quoteattr.characters import (
    SURROGATES,
    UNPRINTABLE,
    escape_surrogates,
    printable,
    replace_surrogates,
)
from strategies import characters

texts = st.text(characters | st.sampled_from("\ud800\udfff\0\x1b\x7f\x9f\t\n"))


@given(texts)
def test_all_encode_to_utf_8(text: str) -> None:
    """What is written out or replaced is gone, and plain text stays."""
    for made in (escape_surrogates(text), replace_surrogates(text), printable(text)):
        assert made.encode("utf-8").decode("utf-8") == made
        assert made == text or UNPRINTABLE.search(text)


@given(texts)
def test_to_replace_moves_nothing(text: str) -> None:
    """A replaced text has its length, and differs only where the surrogates were."""
    replaced = replace_surrogates(text)
    assert len(replaced) == len(text)
    for old, new in zip(text, replaced, strict=True):
        assert new == ("\ufffd" if SURROGATES.match(old) else old)


def test_what_is_printable() -> None:
    """Tabs, line feeds and letters of any script are; other control characters are written out."""
    odd = "\0\r\x1b\x7f\x9f\ud800"
    assert printable(f"a\tb\né人{odd}") == f"a\tb\né人{ascii(odd)[1:-1]}"
