"""CSV: rows that survive what texts hold."""

import csv as standard_csv
import io

from hypothesis import given
from hypothesis import strategies as st

from quoteattr.formats import csv
from quoteattr.formats.common import escape_surrogates
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
from strategies import documents

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
    }
    assert bare == [
        *("a;b,c", "", "", "", "indirect", "speech", "1.0", "", "again", "34", "39", "", "")
    ]


def test_rows_end_as_the_standard_has_it() -> None:
    """Rows end with CRLF, whatever ends lines inside of cells."""
    stream = io.StringIO(newline="")
    text = "a\nb"
    csv.write([Document("i", text, (Quote((Span.of(text, 0, 3),)),))], stream)
    assert stream.getvalue().split("\r\n") == [
        ",".join(csv.COLUMNS),
        'i,,,,indirect,speech,1.0,,"a\nb",0,3,,',
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
