"""Documents in and out: nothing is lost, doubled or written twice."""

import gzip
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from quoteattr import formats
from quoteattr.errors import FormatError, InputTypeError, NotInStoreError
from quoteattr.quotes import Document, Quote, Span, Speaker
from quoteattr.store import Added, QuoteStore, Stats, backend
from quoteattr.store import store as module
from quoteattr.store.escapes import escape
from store_by_hand import document, person, together
from strategies import documents

SEEDS = Path(__file__).parents[2] / "seeds"
KEEP = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def exported(store: QuoteStore) -> str:
    """What the store writes."""
    stream = io.StringIO()
    store.export(stream)
    return stream.getvalue()


def rows(store: QuoteStore, query: str) -> list[tuple[Any, ...]]:
    """What a query gives, asked without the store."""
    with store._engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def in_order(some: Document) -> Document:
    """The document as it comes back: with its quotes in their order in the text."""
    return evolve(some, quotes=tuple(sorted(some.quotes)))


@pytest.fixture(name="statements")
def _statements(store: QuoteStore) -> Iterator[Callable[[], list[str]]]:
    """The statements so far that write."""
    written: list[str] = []

    def note(*arguments: Any) -> None:  # noqa: ANN401 - whatever SQLAlchemy has
        written.append(arguments[2])

    event.listen(store._engine, "before_cursor_execute", note)
    yield lambda: [each for each in written if re.match("INSERT|UPDATE|DELETE", each)]
    event.remove(store._engine, "before_cursor_execute", note)


def test_an_empty_store(store: QuoteStore) -> None:
    """There is nothing in it, and nothing comes out."""
    assert exported(store) == ""
    assert store.stats() == Stats(documents=0, quotes=0, speakers=0, first=None, last=None)
    assert store.search().hits == ()
    assert store.speakers.find() == []
    assert store.add([]) == Added()


def test_the_seeds_come_back(store: QuoteStore) -> None:
    """Real documents come back equal, in the order of their ids."""
    gold = list(formats.load(SEEDS))
    assert store.add(reversed(gold)) == Added(new=5)
    assert list(store.documents()) == sorted(gold, key=lambda each: each.id)
    assert store.stats().quotes == sum(len(each.quotes) for each in gold) == 95


@given(some=st.lists(documents(), max_size=3, unique_by=lambda each: each.id))
@KEEP
def test_any_documents_come_back(store: QuoteStore, some: list[Document]) -> None:
    """Whatever is in them: NUL, lone surrogates, marks of all kinds."""
    store.delete([each.id for each in store.documents()])
    assert store.add(some) == Added(new=len(some))
    assert [store.get(each.id) for each in some] == list(map(in_order, some))
    ids = sorted((each.id for each in some), key=escape)
    assert [each.id for each in store.documents()] == ids
    assert store.add(map(in_order, some)) == Added(same=len(some))
    assert store.stats().quotes == sum(len(each.quotes) for each in some)


@given(some=st.lists(documents(), max_size=3, unique_by=lambda each: each.id))
@KEEP
def test_what_was_exported_can_be_added(store: QuoteStore, some: list[Document]) -> None:
    """The way out and in again changes nothing, not a byte."""
    store.delete([each.id for each in store.documents()])
    store.add(some)
    lines = exported(store)
    again = [Document.from_json(line) for line in lines.split("\n") if line]
    assert lines.count("\n") == len(some)
    assert store.add(again).new == 0
    assert exported(store) == lines
    store.delete([each.id for each in again])
    store.add(reversed(again))
    assert exported(store) == lines


def test_the_same_again_writes_nothing(
    store: QuoteStore, statements: Callable[[], list[str]]
) -> None:
    """Not a row is written, not even to what it was."""
    gold = list(formats.load(SEEDS))
    store.add(gold)
    before = len(statements())
    assert before
    assert store.add(gold) == Added(same=5)
    assert len(statements()) == before


def test_a_changed_text_replaces_its_quotes(store: QuoteStore) -> None:
    """The old quotes are gone, with all that hung on them; other documents stay."""
    other = document("b", [("Always", "Bo Roe")])
    store.add([document("a", [("Old", "Ann Lee"), ("Older", "Cy Day")]), other])
    changed = document("a", [("New", "Ann Lee")])
    assert store.add([changed, other]) == Added(changed=1, same=1)
    assert list(store.documents()) == [changed, other]
    assert [each.name for each in store.speakers.find()] == ["Ann Lee", "Bo Roe"]
    for table in ("quotes", "voices", "quote_words"):
        assert rows(store, f"SELECT count(*) FROM {table}") == [(2,)]  # noqa: S608
    assert rows(store, "SELECT count(*) FROM spans") == [(2,)]
    assert rows(store, "SELECT count(*) FROM alias_words") == [(2,)]
    assert store.search("old*").hits == ()


@pytest.mark.parametrize(
    "change",
    [
        {"model": {"quoteattr": "0.2.0"}},
        {"meta": {"title": "Another"}},
        {"meta": {"section": ["politics"]}},
        {"quotes": ()},
    ],
)
def test_a_new_run_replaces(store: QuoteStore, change: dict[str, Any]) -> None:
    """Another model, other metadata or other quotes of the same text are a change, too."""
    before = document("a", [("Yes", "Ann Lee")])
    after = evolve(before, **change)
    store.add([before])
    assert store.add([after]) == Added(changed=1)
    assert store.get("a") == after
    assert store.add([after]) == Added(same=1)


def test_one_id_twice(store: QuoteStore) -> None:
    """The last document of an id is the one that stays."""
    some = [document("a", [(word, "Ann Lee")]) for word in ("One", "Two", "Two", "Three")]
    assert store.add(some) == Added(new=1, changed=2, same=1)
    assert list(store.documents()) == [some[-1]]


def test_two_equal_quotes_stay_two(store: QuoteStore) -> None:
    """What a document says twice is there twice."""
    once = document("a", [("Yes", "Ann Lee")])
    twice = evolve(once, quotes=once.quotes * 2)
    store.add([twice])
    assert store.get("a") == twice


def test_batches(store: QuoteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many make a batch, the result is the same."""
    some = [document(str(number), [("Yes", "Ann Lee")]) for number in range(10)]
    store.add(some)
    whole = exported(store)
    store.delete(map(str, range(10)))
    monkeypatch.setattr(module, "_BATCH_DOCUMENTS", 3)
    monkeypatch.setattr(module, "_PAGE", 4)
    monkeypatch.setattr(backend, "_CHUNK", 2)
    assert store.add(some) == Added(new=10)
    assert exported(store) == whole
    monkeypatch.setattr(module, "_BATCH_CHARACTERS", 1)
    assert store.add(map(evolve_text, some)) == Added(changed=10)
    assert store.delete(map(str, range(10))) == 10
    assert store.speakers.find() == []


def evolve_text(some: Document) -> Document:
    """The same document with more after its quotes."""
    return evolve(some, text=some.text + " More.")


def test_a_bad_document_leaves_its_batch_out(
    store: QuoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came in batches before it is there, and of its own batch nothing."""
    monkeypatch.setattr(module, "_BATCH_DOCUMENTS", 2)
    good = [document(name, [("Yes", "Ann Lee")]) for name in "abc"]
    with pytest.raises(FormatError):
        store.add([*good, Document("", "")])
    assert list(store.documents()) == good[:2]


@pytest.mark.parametrize(
    ("bad", "kind", "message"),
    [
        ("a.txt", InputTypeError, "expected a Document, got str; quoteattr.load makes them"),
        (Document("", ""), FormatError, "a document's id must have 1 to 1000 bytes in UTF-8;"),
        (Document("é" * 501, ""), FormatError, f"UTF-8; {'é' * 50!r} has 1002"),
        (
            Document("a", "", meta={"x": {1}}),
            FormatError,
            "document 'a': its meta must be JSON: Object of type set is not JSON serializable",
        ),
        (
            Document("a", "", meta={"published": "31 Jan 2024"}),
            FormatError,
            "published must be an ISO 8601 date such as 2024-01-31, or one with a time after a T,",
        ),
        (Document("a", "", meta={"published": "2024-01-31" + "T" * 31}), FormatError, "not '2024"),
        (Document("a", "", meta={"published": "20240131"}), FormatError, "'a': published must"),
        (Document("a", "", meta={"published": "2024-02-31"}), FormatError, "not '2024-02-31'"),
    ],
)
def test_bad_documents(
    store: QuoteStore,
    bad: Any,  # noqa: ANN401 - what the types don't allow, too
    kind: type[Exception],
    message: str,
) -> None:
    """The message says which document it is, and what is wrong with it."""
    with pytest.raises(kind, match=re.escape(message)):
        store.add([bad])


def test_metadata(store: QuoteStore) -> None:
    """Four have columns of their own, and come back with the others."""
    meta = {
        "title": "A title",
        "url": "https://example.org/a",
        "published": "2024-01-31T10:00:00Z",
        "outlet": "",
        "section": {"name": "World", "page": 3},
    }
    some = evolve(document("a", []), meta=meta)
    store.add([some])
    assert store.get("a") == some
    [found] = rows(store, "SELECT title, url, published, outlet, meta FROM documents")
    assert found[:4] == tuple(meta[key] for key in ("title", "url", "published", "outlet"))
    assert json.loads(found[4]) == {"section": meta["section"]}
    assert (store.stats().first, store.stats().last) == (meta["published"], meta["published"])


def test_metadata_that_are_no_strings(store: QuoteStore) -> None:
    """They are kept as they are, but have no column."""
    some = evolve(document("a", []), meta={"title": None, "published": 2024})
    store.add([some])
    assert store.get("a") == some
    assert rows(store, "SELECT title, published FROM documents") == [(None, None)]


def test_a_text_that_cannot_be_held(store: QuoteStore) -> None:
    """It is written out and flagged; it comes back with its offsets; others are not flagged."""
    odd = "“A\0b \ud83d\ude00 ␛ \udc00,” said Ann\0Lee."
    quote = Quote((Span.of(odd, 0, 13),), speaker=person("Ann\0Lee", "A\ud800"))
    some = Document("a\0", odd, (quote,), meta={"title": "\0", "x": ["\ud800", "\\u0000"]})
    some = evolve(some, model={"quoteattr": "\0"})
    store.add([some, document("b", [("Yes", "Ann Lee")])])
    assert store.get("a\0") == some
    found = rows(store, "SELECT id, text, escaped FROM documents ORDER BY id")
    assert found[0] == (
        "a␛0000",
        "“A␛0000b ␛d83d␛de00 ␛241b ␛dc00,” said Ann␛0000Lee.",
        True,
    )
    assert not found[1][2]
    assert store.holds("a\0", odd, model=some.model)
    [hit] = store.search("b", order="date").hits
    assert (hit.document, hit.quote, hit.speakers) == ("a\0", quote, ("Ann\0Lee",))
    assert store.delete(["a\0"]) == 1


def test_get_and_delete_what_is_not_there(store: QuoteStore) -> None:
    """Getting it is an error that names it; deleting it is none."""
    with pytest.raises(NotInStoreError) as caught:
        store.get("nope")
    assert str(caught.value) == "there is no document 'nope' in the database; check its id"
    assert store.delete(["nope"]) == 0


def test_delete(store: QuoteStore) -> None:
    """Nothing is left of a document, but what people decided and others say."""
    one, two = document("a", [("Yes", "Ann Lee")]), document("b", [("No", "Ann Lee")])
    store.add([one, two, document("c", [("No", "Bo Roe")])])
    assert store.delete(["a", "c", "nope"]) == 2
    assert list(store.documents()) == [two]
    assert [(each.name, each.quotes) for each in store.speakers.find()] == [("Ann Lee", 1)]
    assert rows(store, "SELECT count(*) FROM speakers") == [(1,)]


def test_holds(store: QuoteStore) -> None:
    """A text need not be read again if id, text and model are what they were."""
    some = document("a", [("Yes", "Ann Lee")])
    store.add([some])
    assert store.holds("a", some.text, model=some.model)
    assert not store.holds("b", some.text, model=some.model)
    assert not store.holds("a", some.text + ".", model=some.model)
    assert not store.holds("a", some.text, model={"quoteattr": "0.2.0"})


def test_lines_of_extract_go_in_as_they_are(store: QuoteStore, tmp_path: Path) -> None:
    """JSON Lines with texts, gzipped or not, minimal or whole, go in by `formats.load`."""
    whole = document("a", [("Yes", "Ann Lee")])
    path = tmp_path / "quotes.jsonl.gz"
    minimal = {"id": "b", "text": "“No,” he said.", "quotes": [{"content": [[0, 5]]}]}
    lines = [whole.to_json(with_text=True), json.dumps({**minimal, "tool": "other"})]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert store.add(formats.load(path)) == Added(new=2)
    assert store.get("a") == whole
    assert [each.text for each in store.get("b").quotes] == ["“No,”"]


def test_documents_sees_one_moment(store: QuoteStore, other: QuoteStore) -> None:
    """What others write meanwhile is not seen, and doesn't disturb."""
    some = [document(f"{number:03}", [("Yes", "Ann Lee")]) for number in range(500)]
    store.add(some)
    reading = store.documents()
    first = next(reading)
    other.delete([some[-1].id])
    other.add([document("000", []), document("new", [])])
    assert [first, *reading] == some
    assert store.stats().documents == 500


def test_order_is_by_code_point(store: QuoteStore) -> None:
    """Ids are in the same order in each database, whatever the server's language is."""
    ids = ["a", "B", "Z", "z", "é", "_", "人", "\U0001f600", "a b", "a-b", "A"]
    random.Random(1).shuffle(ids)  # noqa: S311
    store.add(document(id_, []) for id_ in ids)
    assert [each.id for each in store.documents()] == sorted(ids)


def test_the_views(store: QuoteStore) -> None:
    """They answer the usual questions to whoever asks without us."""
    store.add(
        [
            document(
                "a",
                [("Yes", "Ann Lee"), ("No", together("Ann Lee", "Bo Roe")), ("Hm", None)],
                published="2024-01-31",
                outlet="The Daily",
            ),
            document("b", [("Yes", "Ann Lee")], published="2024-02-01T08:00"),
            document("c", [("Yes", "Ann Lee")]),
        ]
    )
    said = "SELECT speaker, quote, outlet, document, version FROM said ORDER BY 4, start, 1"
    assert rows(store, said)[:4] == [
        ("Ann Lee", "“Yes”", "The Daily", "a", "0.1.0"),
        ("Ann Lee", "“No”", "The Daily", "a", "0.1.0"),
        ("Bo Roe", "“No”", "The Daily", "a", "0.1.0"),
        (None, "“Hm”", "The Daily", "a", "0.1.0"),
    ]
    quoted = "SELECT name, type, quotes, documents, first, last FROM quoted ORDER BY quotes DESC"
    assert rows(store, quoted) == [
        ("Ann Lee", "person", 4, 3, "2024-01-31", "2024-02-01T08:00"),
        ("Bo Roe", "person", 1, 1, "2024-01-31", "2024-01-31"),
    ]
    months = "SELECT name, month, quotes FROM quoted_by_month ORDER BY name, month"
    assert rows(store, months) == [
        ("Ann Lee", "2024-01", 2),
        ("Ann Lee", "2024-02", 1),
        ("Bo Roe", "2024-01", 1),
    ]


def test_spans_have_their_roles(store: QuoteStore) -> None:
    """Content, cue, source and evidence stand in one table, each with its words."""
    [gold] = formats.load(SEEDS / "kiran-shusha-anniversary.ann")
    store.add([gold])
    found = rows(
        store,
        'SELECT quotes.position, role, spans.position, spans.start, spans."end", spans.text '
        "FROM spans JOIN quotes ON quotes.id = quote_id ORDER BY 1, 2, 3",
    )
    expected = [
        (place, role, number, span.start, span.end, span.text)
        for place, quote in enumerate(gold.quotes)
        for role in ("content", "cue", "source")
        for number, span in enumerate(getattr(quote, role))
    ]
    assert found == expected


def test_adding_counts() -> None:
    """What became of documents adds up."""
    assert Added(1, 2, 3) + Added(new=1) == Added(new=2, changed=2, same=3)


def test_a_speaker_without_letters(store: QuoteStore) -> None:
    """Names of marks alone are told apart."""
    store.add([document("a", [("Yes", Speaker("!")), ("No", Speaker("?"))])])
    assert [each.name for each in store.speakers.find()] == ["!", "?"]
