"""Arrow tables of quotes: types that follow from the classes, and the way on to data frames."""

import re
from enum import Enum
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoteattr import frames
from quoteattr.characters import escape_surrogates
from quoteattr.errors import InputTypeError
from quoteattr.quotes import (
    AttributionType,
    Document,
    Evidence,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
)
from strategies import documents

pa = pytest.importorskip("pyarrow", reason="frames need the extra arrow")

TEXT = "“No,” Ann and Bo said, “never.” It rains."
BOTH = Speaker(
    "Ann; Bo",
    SpeakerType.GROUP,
    aliases=("they",),
    confidence=0.5,
    members=(Speaker("Ann", SpeakerType.PERSON), Speaker("Bo", named=False)),
)
FULL = Quote(
    (Span.of(TEXT, 0, 5), Span.of(TEXT, 23, 31)),
    cue=(Span.of(TEXT, 17, 21),),
    source=(Span.of(TEXT, 6, 16),),
    speaker=BOTH,
    kind=Kind.DIRECT,
    medium=Medium.THOUGHT,
    confidence=0.25,
    attribution=AttributionType.EXPLICIT,
    evidence=(Evidence(Span.of(TEXT, 6, 16), "source"),),
)
BARE = Quote((Span.of(TEXT, 32, 41),))


def quoted(name: str, *speakers: str | None) -> Document:
    """A document with a quote of each of these speakers."""
    named = [None if speaker is None else Speaker(speaker) for speaker in speakers]
    return Document(name, TEXT, tuple(attrs.evolve(BARE, speaker=each) for each in named))


DAY = [quoted("a", "Ann", "Bo", None), quoted("b", "Ann"), quoted("c")]


def test_rows() -> None:
    """A row for each quote, with its document's id and all that the quote holds."""
    table = frames.to_arrow([Document("a", TEXT, (FULL, BARE)), Document("empty", TEXT)])
    source = {"start": 6, "end": 16, "text": "Ann and Bo"}
    nobody = {"aliases": [], "confidence": 1.0}
    ann = {"name": "Ann", "type": "person", "named": True, **nobody}
    bo = {"name": "Bo", "type": "unknown", "named": False, **nobody}
    both = {"name": "Ann; Bo", "type": "group", "named": True, "aliases": ["they"]}
    no, never = (
        {"start": 0, "end": 5, "text": "“No,”"},
        {"start": 23, "end": 31, "text": "“never.”"},
    )
    assert table.to_pydict() == {
        "id": ["a", "a"],
        "content": [[no, never], [{"start": 32, "end": 41, "text": "It rains."}]],
        "cue": [[{"start": 17, "end": 21, "text": "said"}], []],
        "source": [[source], []],
        "speaker": [{**both, "confidence": 0.5, "members": [ann, bo]}, None],
        "kind": ["direct", "indirect"],
        "medium": ["thought", "speech"],
        "confidence": [0.25, 1.0],
        "attribution": ["explicit", None],
        "evidence": [[{"span": source, "why": "source"}], []],
    }


def test_columns_are_the_fields_of_a_quote() -> None:
    """A field that `Quote` gets is a column at once."""
    fields = [field.name for field in attrs.fields(Quote)]
    assert frames.to_arrow([]).column_names == ["id", *fields]


def test_types() -> None:
    """Every column has its type, whether there are rows or not."""
    schema = frames.to_arrow([]).schema
    assert frames.to_arrow(DAY).schema == schema
    names = ("id", "kind", "medium", "confidence", "attribution")
    assert [str(schema.field(name).type) for name in names] == [
        *("string", "string", "string", "double", "string")
    ]
    span = "struct<start: int64 not null, end: int64 not null, text: string not null>"
    assert str(schema.field("content").type) == f"list<item: {span} not null>"
    evidence = f"struct<span: {span} not null, why: string not null>"
    assert str(schema.field("evidence").type) == f"list<item: {evidence} not null>"


def test_only_what_may_be_none_may_be_null() -> None:
    """A speaker, with its fields, and an attribution may be missing; everything else is there."""
    schema = frames.to_arrow([]).schema
    assert [field.name for field in schema if field.nullable] == ["speaker", "attribution"]
    speaker = schema.field("speaker").type
    assert all(field.nullable for field in speaker)
    assert not any(field.nullable for field in speaker.field("members").type.value_type)
    assert not any(field.nullable for field in schema.field("content").type.value_type)


def test_members_of_a_speaker_have_none_of_their_own() -> None:
    """A speaker has its members, to one level, since Arrow has no endless types."""
    speaker = frames.quote_type().field("speaker").type
    names = [field.name for field in attrs.fields(Speaker)]
    assert [field.name for field in speaker] == names
    member = speaker.field("members").type.value_type
    assert [field.name for field in member] == [name for name in names if name != "members"]


@given(st.lists(documents(), max_size=3))
def test_every_document_fits(some: list[Document]) -> None:
    """Any quote becomes a row that says the same; only lone surrogates are written out."""
    rows = frames.to_arrow(some).to_pylist()
    expected = [
        {"id": escape_surrogates(document.id), **plain(quote)}
        for document in some
        for quote in document.quotes
    ]
    assert rows == expected


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever is in a quote
    """A value of a quote as Arrow gives it back."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return escape_surrogates(value.value if isinstance(value, Enum) else value)
    if not attrs.has(type(value)):
        return value
    fields = {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    for member in fields.get("members", ()):
        del member["members"]
    return fields


def test_lone_surrogates_are_written_out() -> None:
    """What UTF-8 can't hold is escaped as in JSON; offsets stay those of the text."""
    text = "\ud800 rains."
    [row] = frames.to_arrow(
        [Document("\udc80", text, (Quote((Span.of(text, 0, 1),)),))]
    ).to_pylist()
    assert row["id"] == "\\udc80"
    assert row["content"] == [{"start": 0, "end": 1, "text": "\\ud800"}]


def test_documents_may_come_one_by_one() -> None:
    """A generator of documents does as well as a list."""
    assert frames.to_arrow(iter(DAY)) == frames.to_arrow(DAY)


def test_what_is_no_document() -> None:
    """What isn't a document is refused; of quotes it is said how to make one."""
    with pytest.raises(InputTypeError, match=r"^expected documents, got str$"):
        frames.to_arrow(["a"])  # type: ignore[list-item]
    expected = "expected documents, got Quote; put quotes into one: Document(id, text, quotes)"
    with pytest.raises(InputTypeError, match=f"^{re.escape(expected)}$"):
        frames.to_arrow([BARE])  # type: ignore[list-item]


def test_pandas() -> None:
    """In pandas it is a frame in which the most quoted can be counted."""
    pytest.importorskip("pandas", reason="not installed")
    frame = frames.to_arrow(DAY).flatten().to_pandas()
    assert frame["speaker.name"].value_counts().to_dict() == {"Ann": 2, "Bo": 1}
    assert frame["id"].tolist() == ["a", "a", "a", "b"]


def test_polars() -> None:
    """In Polars, too, with the words of each quote as one string."""
    polars = pytest.importorskip("polars", reason="not installed")
    frame = polars.from_arrow(frames.to_arrow(DAY))
    name = polars.col("speaker").struct.field("name")
    counts = frame.filter(polars.col("speaker").is_not_null()).group_by(name).len().sort("len")
    assert counts.rows() == [("Bo", 1), ("Ann", 2)]
    full = polars.from_arrow(frames.to_arrow([Document("a", TEXT, (FULL,))]))
    texts = polars.col("content").list.eval(polars.element().struct.field("text")).list.join(" ")
    assert full.select(texts)["content"].to_list() == [FULL.text]
