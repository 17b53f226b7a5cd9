"""Queries: how they are read, and where their words stand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoteattr.errors import QueryError
from quoteattr.store.index import Term, highlights, parse
from strategies import texts


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("Energy  SECURITY", [Term(("energy",)), Term(("security",))]),
        ('"energy security" now', [Term(("energy", "security")), Term(("now",))]),
        ("“energy security” „now“", [Term(("energy", "security")), Term(("now",))]),
        ("secur*", [Term(("secur",), is_prefix=True)]),
        ('"energy secur*"', [Term(("energy", "secur"), is_prefix=True)]),
        ("vice-president don't", [Term(("vice", "president")), Term(("don", "t"))]),
        ("Kıran & co; -- %", [Term(("kiran",)), Term(("co",))]),
        ("NOT a OR b", [Term((word,)) for word in ("not", "a", "or", "b")]),
    ],
)
def test_queries(query: str, terms: list[Term]) -> None:
    """Words, phrases and prefixes; whatever else stands there only parts words."""
    assert list(parse(query)) == terms


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            'now "energy security',
            'the phrase that opens at character 5 never ends; close it with "',
        ),
        ("a “b", "the phrase that opens at character 3 never ends"),
        ("now *", "the * at character 5 doesn't end a word; write it right after the beginning"),
        ("a* se*cur", "the * at character 6 doesn't end a word"),
        ("secur**", "the * at character 6 doesn't end a word"),
        ('"energy *"', "the * at character 9 doesn't end a word"),
        ("", "there is no word in ''; expected words, a \"phrase\" or a prefix such as secur*"),
        ('-- "!"', "there is no word in"),
    ],
)
def test_malformed_queries(query: str, message: str) -> None:
    """The message says where it is wrong, and what to do."""
    with pytest.raises(QueryError, match=re.escape(message)):
        parse(query)


@given(texts(max_size=30))
def test_any_query_is_read_or_refused(query: str) -> None:
    """Nothing else happens, and every term has words."""
    try:
        terms = parse(query)
    except QueryError:
        return
    assert terms
    assert all(term.words for term in terms)


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("security", ["security", "SECURITY"]),
        ('"energy security"', ["energy\nsecurity"]),
        ("energy security", ["energy", "security", "SECURITY"]),
        ('"energy security" security', ["energy\nsecurity", "SECURITY"]),
        ("ener* kiran", ["Kıran", "energy", "Énergie"]),
    ],
)
def test_highlights(query: str, marked: list[str]) -> None:
    """Every occurrence is marked once, by its place in the text as it is."""
    text = "Kıran’s energy\nsecurity, SECURITY and Énergie"
    assert [text[start:end] for start, end in highlights(text, parse(query))] == marked


@given(texts(max_size=30), st.sampled_from(["said", "ann lee", "i*", '"ann said"', "no that"]))
def test_highlights_are_apart(text: str, query: str) -> None:
    """They are in order, not empty, and don't overlap."""
    places = [place for pair in highlights(text, parse(query)) for place in pair]
    assert places == sorted(set(places))
