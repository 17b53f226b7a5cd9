"""CSV: rows that survive what texts hold, and come back as documents."""

import contextlib
import csv as standard_csv
import gzip
import io
import re
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quoteattr.characters import SURROGATES, escape_surrogates
from quoteattr.errors import FormatError
from quoteattr.formats import csv, load
from quoteattr.quotes import (
    AttributionType,
    Document,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
)
from strategies import documents, documents_without

TEXT = 'Ann said: "No,\r\nnever." And "no"; again.'
FULL = Quote(
    (Span.of(TEXT, 10, 23), Span.of(TEXT, 28, 32)),
    cue=(Span.of(TEXT, 4, 8),),
    source=(Span.of(TEXT, 0, 3),),
    speaker=Speaker("Lee, Ann", SpeakerType.PERSON, named=False),
    kind=Kind.DIRECT,
    medium=Medium.THOUGHT,
    confidence=0.25,
    attribution=AttributionType.EXPLICIT,
)
BARE = Quote((Span.of(TEXT, 34, 39),))


def rows_of(*some: Document) -> list[list[str]]:
    """The rows of documents, by way of UTF-8."""
    stream = io.StringIO(newline="")
    csv.write(some, stream)
    return list(standard_csv.reader(io.StringIO(stream.getvalue().encode().decode(), newline="")))


def test_rows() -> None:
    """A header, a row for each quote, and empty cells for what there isn't."""
    header, full, bare = rows_of(Document("a;b,c", TEXT, (FULL, BARE)), Document("empty", ""))
    assert tuple(header) == csv.COLUMNS
    assert dict(zip(header, full, strict=True)) == {
        "id": "a;b,c",
        "speaker": "Lee, Ann",
        "speaker_type": "person",
        "named": "false",
        "kind": "direct",
        "medium": "thought",
        "confidence": "0.25",
        "attribution": "explicit",
        "text": '"No,\r\nnever." "no"',
        "start": "10",
        "end": "32",
        "cue": "said",
        "source": "Ann",
        "content_spans": "[[10, 23], [28, 32]]",
        "cue_spans": "[[4, 8]]",
        "source_spans": "[[0, 3]]",
    }
    assert bare == [
        *("a;b,c", "", "", "", "indirect", "speech", "1.0", "", "again", "34", "39", "", ""),
        *("[[34, 39]]", "[]", "[]"),
    ]


def test_rows_end_as_the_standard_has_it() -> None:
    """Rows end with CRLF, whatever ends lines inside of cells."""
    stream = io.StringIO(newline="")
    text = "a\nb"
    csv.write([Document("i", text, (Quote((Span.of(text, 0, 3),)),))], stream)
    assert stream.getvalue().split("\r\n") == [
        ",".join(csv.COLUMNS),
        'i,,,,indirect,speech,1.0,,"a\nb",0,3,,,"[[0, 3]]",[],[]',
        "",
    ]


def test_no_documents() -> None:
    """Of nothing there is still a header."""
    assert rows_of() == [list(csv.COLUMNS)]


def test_lone_surrogates_and_nuls_are_written_out() -> None:
    """What UTF-8 or CSV can't hold is escaped as in JSON."""
    [_, row] = rows_of(Document("\udc80", "\ud800\0", (Quote((Span(0, 2, "\ud800\0"),)),)))
    assert (row[0], row[8]) == ("\\udc80", "\\ud800\\u0000")


@given(st.lists(documents(), max_size=2))
def test_cells_survive(some: list[Document]) -> None:
    """Every text comes back from its cell, whatever marks and line ends it holds."""
    expected = [
        [_cell(document.id), _cell(quote.text), str(quote.start), str(quote.end)]
        for document in some
        for quote in document.quotes
    ]
    assert [[row[0], *row[8:11]] for row in rows_of(*some)[1:]] == expected


def _cell(text: str) -> str:
    return escape_surrogates(text).replace("\0", "\\u0000")


NOT_CSV = re.compile(f"\0|{SURROGATES.pattern}")
"""What is written out, and so is not the same when it is read."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents_without(NOT_CSV), max_size=3))
def test_written_documents_are_read_back(tmp_path: Path, some: list[Document]) -> None:
    """With the texts beside it all comes back that a row has a column for."""
    numbered = [evolve(each, id=f"{number} {each.id}") for number, each in enumerate(some)]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.write(numbered, stream)
    texts = {document.id: document.text for document in numbered}
    assert list(load(path, texts=texts)) == [kept(each) for each in numbered if each.quotes]


def kept(document: Document) -> Document:
    """What CSV keeps of a document."""
    return Document(document.id, document.text, tuple(map(kept_of_quote, document.quotes)))


def kept_of_quote(quote: Quote) -> Quote:
    """What CSV keeps of a quote."""
    speaker = quote.speaker
    plain = speaker and Speaker(speaker.name, speaker.type, speaker.named)
    return evolve(quote, speaker=plain, evidence=())


def read(folder: Path, content: str, texts: dict[str, str] | None = None) -> list[Document]:
    """The documents of a CSV file."""
    path = folder / "a.csv"
    path.write_bytes(content.encode())
    return list(csv.read(path, texts=texts or {"a": TEXT}))


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    """An id and spans are enough; kinds follow from the marks, and a name may mean two."""
    content = 'speaker,id,content_spans\nAnn; Bo,a,"[[10, 23]]"\n,a,"[[34, 39]]"\n'
    [document] = read(tmp_path, content)
    first, second = document.quotes
    assert (first.kind, second.kind) == (Kind.DIRECT, Kind.INDIRECT)
    assert first.speaker
    assert [str(member) for member in first.speaker.members] == ["Ann", "Bo"]
    assert second.speaker is None


@pytest.mark.parametrize(
    ("cell", "named"),
    [("true", True), ("TRUE", True), ("", True), ("false", False), ("FALSE", False)],
)
@pytest.mark.parametrize("type_", ["", "person"])
def test_whether_a_speaker_is_named(tmp_path: Path, type_: str, cell: str, named: object) -> None:
    """The column counts in any case, as spreadsheets write it, and without a type beside it."""
    header = "id,content_spans,speaker,speaker_type,named"
    [document] = read(tmp_path, f'{header}\na,"[[0, 3]]",Ann,{type_},{cell}\n')
    speaker = document.quotes[0].speaker
    assert speaker
    assert (speaker.name, speaker.named) == ("Ann", named)


def test_line_ends_and_gzip(tmp_path: Path) -> None:
    """Rows may end in any way, and the file may be gzipped."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b'id,content_spans\ra,"[[0, 3]]"\r\na,"[[4,\n8]]"'))
    [document] = load(path, texts={"a": TEXT})
    assert [quote.text for quote in document.quotes] == ["Ann", "said"]


def test_an_id_that_comes_again(tmp_path: Path) -> None:
    """Rows of one document stand together; nothing is held back to wait for more."""
    content = 'id,content_spans\na,"[[0, 3]]"\nb,"[[0, 1]]"\na,"[[4, 8]]"\n'
    documents = read(tmp_path, content, {"a": TEXT, "b": "x"})
    assert [document.id for document in documents] == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1: there is no column 'id' in []; it is needed"),
        ("id,text\na,b", "line 1: there is no column 'content_spans' in ['id', 'text']"),
        ("id,content_spans\na", "line 2: the row's length is 1, the header's 2"),
        ("id,content_spans\na,", "line 2: content_spans is empty; a quote needs one span, such as"),
        ("id,content_spans\na,0-3", "line 2: content_spans must be JSON, got '0-3': "),
        ('id,content_spans\na,"[[0, 99]]"', "line 2: a span from 0 to 99 can't hold 40 characters"),
        ('id,content_spans,kind\na,"[[0, 3]]",odd', "line 2: "),
        ('id,content_spans\nc,"[[0, 3]]"', "line 2: document 'c' holds no text, and none of the 1"),
        ('id,content_spans,named\na,"[[0, 3]]",yes', "line 2: named must be true or false, got"),
    ],
)
def test_malformed_files(tmp_path: Path, content: str, message: str) -> None:
    """The message has the file and the line, and says what is wrong."""
    with pytest.raises(FormatError) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(f"{tmp_path}/a.csv, {message}")


def test_not_csv(tmp_path: Path) -> None:
    """What stands after a closing mark is no CSV; the line is named."""
    with pytest.raises(FormatError, match=r"a\.csv', line 2: not CSV: "):
        read(tmp_path, 'id,content_spans\na,"[[0, 3]]" b')


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("a[]0,4 9\"\n\r'}{.e-"), max_size=40))
def test_any_table(tmp_path: Path, rows: str) -> None:
    """Whatever stands below a header, it is read or refused in words of our own."""
    with contextlib.suppress(FormatError):
        read(tmp_path, f"id,content_spans,confidence,speaker_type\n{rows}")


def test_without_texts(tmp_path: Path) -> None:
    """Where no texts are given, the message says how to."""
    path = tmp_path / "a.csv"
    path.write_text('id,content_spans\na,"[[0, 3]]"', encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        list(load(path))
    assert str(caught.value).endswith(
        "line 2: CSV holds no texts; give them beside it (convert --texts, or texts=)"
    )
