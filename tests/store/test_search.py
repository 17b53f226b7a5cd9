"""Searching quotes, and questions about who says them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quoteattr.errors import ConfigError, QueryError
from quoteattr.quotes import Document, Kind, Medium, Quote, Span
from quoteattr.store import Filters, Hit, Page, QuoteStore, Stats, search
from quoteattr.store.index import parse
from quoteattr.store.words import words
from store_by_hand import document, person, together
from strategies import texts

SAID = {
    "one": "Energy security comes first",
    "two": "Security needs energy, and energy needs money",
    "three": "Şuşa’s energetic café",
    "four": "Nothing at all",
}


@pytest.fixture(name="filled")
def _filled(store: QuoteStore) -> QuoteStore:
    """A store with a document for each of these sentences."""
    store.add(document(id_, [(words_, "Ann Lee")]) for id_, words_ in SAID.items())
    return store


def found(store: QuoteStore, query: str | None = None, **filters: Any) -> list[str]:  # noqa: ANN401
    """The ids of the documents of all hits, in the order of the ids."""
    page = store.search(query, Filters(**filters), limit=100)
    return sorted(hit.document for hit in page.hits)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("energy", ["one", "two"]),
        ("ENERGY money", ["two"]),
        ("energy nothing", []),
        ('"energy security"', ["one"]),
        ('"security energy"', []),
        ("energ*", ["one", "three", "two"]),
        ('"energy se*"', ["one"]),
        ("energ", []),
        ("susa cafe", ["three"]),
        ("ŞUŞA", ["three"]),
        ("şuşa's", ["three"]),
        ("all", ["four"]),
    ],
)
def test_words_phrases_and_prefixes(filled: QuoteStore, query: str, ids: list[str]) -> None:
    """Both backends find the same: words, phrases and prefixes, accents folded."""
    assert found(filled, query) == ids


def test_malformed_queries(filled: QuoteStore) -> None:
    """All that take a query refuse it alike."""
    for ask in (
        lambda: filled.search("a *"),
        lambda: filled.search("a", Filters(speaker="a *")),
        lambda: filled.most_quoted("a *"),
        lambda: filled.by_month("a *"),
    ):
        with pytest.raises(QueryError, match=r"the \* at character 3 doesn't end a word"):
            ask()


def test_relevance(filled: QuoteStore) -> None:
    """Of two that have the words the one that has them more often comes first."""
    filled.add([document("five", [("Energy, energy and energy", "Ann Lee")])])
    hits = filled.search("energy").hits
    assert hits[0].document == "five"
    assert {hit.document for hit in hits} == {"one", "two", "five"}


def test_a_hit(store: QuoteStore) -> None:
    """A hit has all that is to be shown of it."""
    text = "Before it all. “Yes, and ‘yes’ again,” said the Kırans. After it all."
    quote = Quote(
        (Span.of(text, 15, 38),), speaker=together("Ann Kıran", "Bo Kıran"), kind=Kind.DIRECT
    )
    meta = {"title": "A title", "url": "https://x.org", "published": "2024-01-31", "outlet": "X"}
    store.add([Document("a", text, (quote,), meta=meta)])
    [hit] = store.search("yes", Filters(speaker="kiran")).hits
    assert hit == Hit(
        document="a",
        quote=quote,
        speakers=("Ann Kıran", "Bo Kıran"),
        before="Before it all. ",
        after=" said the Kırans. After it all.",
        highlights=((1, 4), (11, 14)),
        **meta,
    )
    assert [quote.text[start:end] for start, end in hit.highlights] == ["Yes", "yes"]


def test_context_has_an_end(store: QuoteStore) -> None:
    """Of a long text some two hundred characters stand on each side."""
    text = "a" * 500 + "“Yes”" + "b" * 500
    store.add([Document("a", text, (Quote((Span.of(text, 500, 505),)),))])
    [hit] = store.search().hits
    assert (hit.before, hit.after, hit.speakers) == ("a" * 200, "b" * 200, ())


@pytest.fixture(name="varied")
def _varied(store: QuoteStore) -> QuoteStore:
    """A store with quotes of all kinds."""
    text = "“Yes,” she thought that all was well."
    ann, bo = person("Ann Lee"), person("Bo Lee")
    direct = Quote((Span.of(text, 0, 6),), speaker=ann, kind=Kind.DIRECT, confidence=0.9)
    thought = Quote((Span.of(text, 24, 36),), speaker=bo, medium=Medium.THOUGHT, confidence=0.5)
    dates = {"a": "2024-01-31", "b": "2024-02-01T23:59", "c": "2024-02-02", "d": None}
    store.add(
        Document(
            id_, text, (direct, thought), meta={"published": date, "outlet": f"The {id_.upper()}"}
        )
        for id_, date in dates.items()
    )
    return store


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, "aabbccdd"),
        ({"speaker": "ann"}, "abcd"),
        ({"speaker": "Lee"}, "aabbccdd"),
        ({"speaker": "nobody"}, ""),
        ({"speaker": 999}, ""),
        ({"outlet": "The B"}, "bb"),
        ({"outlet": "the b"}, ""),
        ({"since": "2024-02-01"}, "bbcc"),
        ({"until": "2024-02-01"}, "aabb"),
        ({"since": "2024-02-01", "until": "2024-02-01"}, "bb"),
        ({"until": "9999-12-31"}, "aabbcc"),
        ({"kind": "direct"}, "abcd"),
        ({"kind": Kind.MIXED}, ""),
        ({"medium": Medium.THOUGHT}, "abcd"),
        ({"min_confidence": 0.6}, "abcd"),
        ({"min_confidence": 0.9}, "abcd"),
        ({"min_confidence": 0.95}, ""),
        ({"kind": "direct", "since": "2024-02-02", "speaker": "Ann"}, "c"),
    ],
)
def test_filters(varied: QuoteStore, filters: dict[str, Any], ids: str) -> None:
    """Each filter leaves what it should, alone and with others, with a query and without."""
    assert "".join(found(varied, None, **filters)) == ids
    hits = varied.search(None, Filters(**filters), limit=100).hits
    for query in ("yes", "well"):
        expected = sorted(hit.document for hit in hits if query in hit.quote.text.lower())
        assert found(varied, query, **filters) == expected


def test_filter_by_number(varied: QuoteStore) -> None:
    """A speaker's number leaves that speaker's quotes."""
    number = varied.speakers.get("Bo Lee").id
    assert found(varied, speaker=number) == list("abcd")


@pytest.mark.parametrize("many", [0, 500])
def test_filter_by_a_speaker_about_whom_people_decided(
    store: QuoteStore, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """Those who were merged, renamed, split off are found, by the index of names or without."""
    monkeypatch.setattr(search, "_MANY", many)
    names = ["Ann Lee", "Ann Lee", "Lee", "Bo Roe", "Bo Roe"]
    pairs = zip("abcde", names, strict=True)
    store.add(document(id_, [("Yes", name), ("Yes again", "Cy Day")]) for id_, name in pairs)
    lee = next(each.id for each in store.speakers.find("lee") if each.name == "Lee")
    store.speakers.merge("Bo Roe", lee)
    split = store.speakers.split("Ann Lee", "b")
    assert split.other is not None
    store.speakers.rename(split.other, "Ann Day")
    assert found(store, "yes", speaker="bo") == list("cde")
    assert found(store, "yes", speaker="ann lee") == ["a", "b"]
    assert found(store, "yes", speaker="ann day") == ["b"]
    assert found(store, "again", speaker="ann day") == []
    assert found(store, speaker=split.other) == ["b"]
    store.speakers.merge("Cy Day", split.other)
    assert found(store, "yes", speaker="cy") == list("abbcde")
    assert [each.name for each in store.most_quoted("again", Filters(speaker="ann day"))] == [
        "Cy Day"
    ]


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"since": "yesterday"}, "since must be a date such as '2024-01-31', not 'yesterday'"),
        ({"until": "20240131"}, "until must be a date such as '2024-01-31', not '20240131'"),
        ({"kind": "loud"}, "kind must be one of 'direct', 'mixed', 'indirect', not 'loud'"),
        ({"medium": "sung"}, "medium must be one of 'speech', 'thought', not 'sung'"),
        ({"min_confidence": 2}, "min_confidence must be a probability from 0 to 1, not 2"),
    ],
)
def test_bad_filters(filters: dict[str, Any], message: str) -> None:
    """The message has the filter, what it may be, and what came."""
    with pytest.raises(ConfigError) as caught:
        Filters(**filters)
    assert str(caught.value) == message


def pages(
    store: QuoteStore, query: str | None, *, limit: int, **options: object
) -> list[tuple[Hit, ...]]:
    """The hits of all pages."""
    page: Page = store.search(query, limit=limit, **options)  # type: ignore[arg-type]
    some = [page.hits]
    while page.next is not None:
        page = store.search(query, limit=limit, after=page.next, **options)  # type: ignore[arg-type]
        some.append(page.hits)
    return some


@pytest.mark.parametrize("limit", [1, 3, 8, 20])
@pytest.mark.parametrize(
    ("query", "order"), [(None, "date"), ("well", "date"), ("well", "relevance"), ("y*", None)]
)
def test_pages(varied: QuoteStore, query: str | None, order: str | None, limit: int) -> None:
    """All pages together are the whole, in its order, with nothing twice or left out."""
    whole = varied.search(query, order=order, limit=100).hits  # type: ignore[arg-type]
    some = pages(varied, query, order=order, limit=limit)
    assert tuple(hit for page in some for hit in page) == whole
    assert {len(page) for page in some[:-1]} <= {limit}
    assert some[-1] or len(some) == 1


def test_by_date(varied: QuoteStore) -> None:
    """The newest come first, those without a date last, and a document's in its order."""
    hits = varied.search(order="date").hits
    assert "".join(hit.document for hit in hits) == "ccbbaadd"
    assert [hit.quote.start for hit in hits] == [0, 24] * 4


def test_pages_stay_when_others_write(varied: QuoteStore) -> None:
    """What is added before the next page is not in it twice."""
    first = varied.search(limit=3)
    varied.add([document("new", [("Yes", None)], published="2025-01-01")])
    rest = varied.search(limit=100, after=first.next)
    assert len(first.hits) + len(rest.hits) == 8


def test_bad_pages_and_orders(filled: QuoteStore) -> None:
    """The message says what was expected."""
    after = filled.search(order="date", limit=1).next
    nested = "[" * 100_000
    for bad in ("nonsense", "[]", "7", after, '["1.0", 2]', "[[1.0], 2]", "[true, 2]", nested):
        with pytest.raises(ConfigError, match=r"^after must be the `next` of a page"):
            filled.search("energy", after=bad)
    for bad in ("[null, 1, 2]", '["", "a", "b"]', r'["", "\u0000", 2]', r'["", "\ud800", 2]'):
        with pytest.raises(ConfigError, match=r"^after must be the `next` of a page"):
            filled.search(after=bad)
    with pytest.raises(ConfigError, match=r"^order must be 'relevance' or 'date', not 'size'$"):
        filled.search("energy", order="size")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"^the order 'relevance' needs words to look for"):
        filled.search(order="relevance")


def test_most_quoted(store: QuoteStore) -> None:
    """Who is quoted most, at all and about something."""
    store.add(
        [
            document("a", [("Energy", "Ann Lee"), ("More", "Ann Lee"), ("Less", "Bo Roe")]),
            document("b", [("Energy", together("Bo Roe", "Cy Day")), ("Hm", None)]),
            document("c", [("Energy", "Bo Roe")], outlet="X"),
        ]
    )
    most = store.most_quoted()
    assert [(each.name, each.quotes, each.documents) for each in most] == [
        ("Bo Roe", 3, 3),
        ("Ann Lee", 2, 1),
        ("Cy Day", 1, 1),
    ]
    about = store.most_quoted("energy")
    assert [(each.name, each.quotes) for each in about] == [
        ("Bo Roe", 2),
        ("Ann Lee", 1),
        ("Cy Day", 1),
    ]
    assert [each.name for each in store.most_quoted(limit=1)] == ["Bo Roe"]
    assert [each.name for each in store.most_quoted("energy", Filters(outlet="X"))] == ["Bo Roe"]
    assert store.most_quoted("nothing") == []
    assert store.speakers.get(most[0].id).name == "Bo Roe"


def test_by_month(varied: QuoteStore) -> None:
    """One speaker over time, about something or at all."""
    both = [("2024-01", 1), ("2024-02", 2)]
    assert varied.by_month(filters=Filters(speaker="Ann")) == both
    assert varied.by_month() == [("2024-01", 2), ("2024-02", 4)]
    assert varied.by_month("well", Filters(since="2024-02-02")) == [("2024-02", 1)]
    assert varied.by_month("nothing") == []


def test_very_long_quotes(store: QuoteStore) -> None:
    """A quote that no index can take whole is found by its beginning."""
    store.add([document("a", [("first " + "x" * 3_000 + " y" * 60_000 + " last", "Ann Lee")])])
    assert found(store, "first") == found(store, '"y y y"') == ["a"]
    assert found(store, "last") == []


NASTY = [
    "'; DROP TABLE quotes; --",
    '" OR 1=1',
    "% _ \\ ' \" ` ; -- /* */",
    "<script>alert(1)</script>",
    "<b>&amp;</b>",
    "NEAR(a b) AND NOT c",
    "words: a ^b {c d} + -",
    "a:* & !b | (c <-> d)",
    "\0",
    "\ud800",
    ":name %(name)s %s ? $1",
]
nasty = st.lists(st.sampled_from([*NASTY, "yes", " "]) | texts(max_size=4), max_size=4).map("".join)


@given(said=nasty, name=nasty, query=nasty)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_taken_for_sql_or_markup(
    store: QuoteStore, said: str, name: str, query: str
) -> None:
    """Whatever stands in a text, a name or a query, it is looked for and comes back as it is."""
    name = name or "x"
    some = document("a", [(said, person(name, name))], outlet=name, title=said)
    store.delete(["a"])
    store.add([some])
    assert store.get("a") == some
    assert store.stats() == Stats(documents=1, quotes=1, speakers=1, first=None, last=None)
    assert found(store, outlet=name) == ["a"]
    assert store.speakers.get(name).name == name
    for each in (query, said):
        assert found_or_refused(store, each) == expected_of(some.quotes[0].text, each)


def found_or_refused(store: QuoteStore, query: str) -> list[str] | None:
    """The ids of the documents, or None for a malformed query."""
    try:
        return found(store, query)
    except QueryError:
        return None


def expected_of(text: str, query: str) -> list[str] | None:
    """What is found of one document with such a quote, by plain Python."""
    try:
        terms = parse(query)
    except QueryError:
        return None
    there = f" {' '.join(word.folded for word in words(text))} "
    asked = (f" {' '.join(term.words)}{'' if term.is_prefix else ' '}" for term in terms)
    return ["a"] if all(each in there for each in asked) else []


@pytest.mark.parametrize("query", NASTY)
def test_nasty_queries(filled: QuoteStore, query: str) -> None:
    """They are refused or find something, and nothing is lost."""
    found_or_refused(filled, query)
    assert found(filled) == sorted(SAID)
