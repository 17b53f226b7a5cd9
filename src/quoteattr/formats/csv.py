"""CSV: one quote a row, for spreadsheets and data frames.

What a row has no column for is not there: the texts of the documents, their warnings, `meta` and
`model`, documents without quotes, and of a quote its evidence and its speaker's aliases, members
and confidence.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, TextIO

from attrs import frozen

from quoteattr.characters import escape_surrogates
from quoteattr.errors import FormatError
from quoteattr.formats.common import text_of, to_document
from quoteattr.quotes import Document, Quote, Span
from quoteattr.readers import csv_rows

__all__ = ["COLUMNS", "read", "write"]

COLUMNS = (
    "id",
    "speaker",
    "speaker_type",
    "named",
    "kind",
    "medium",
    "confidence",
    "attribution",
    "text",
    "start",
    "end",
    "cue",
    "source",
    "content_spans",
    "cue_spans",
    "source_spans",
)
"""The header. Cells about a speaker are empty where there is none; start and end are characters.
The last three are the offsets of each span as JSON, such as ``[[0, 6], [20, 31]]``."""


def read(path: str | Path, *, texts: Mapping[str, str] | None = None) -> Iterator[Document]:
    r"""Read documents, one at a time: a document is the rows with one id that follow one another.

    Of a quote the columns ``id`` and ``content_spans`` are enough; others that are missing, and
    cells that are empty, say nothing. The columns with words are passed over: the offsets rule.

    Args:
        path: A file of CSV with a header, gzipped if its name ends in ``.gz``.
        texts: The texts by document id, which CSV doesn't hold.

    Yields:
        The documents, in their order in the file.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.
        FormatError: If it is malformed, or there is no text for a document; the message has the
            line's number.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "gold.csv")
        ...     _ = path.write_text('id,content_spans,speaker\na,"[[0, 5]]",Ann\n')
        ...     [document] = read(path, texts={"a": "“No,” said Ann."})
        >>> document.quotes
        (<Quote 0:5 direct, 'Ann': '“No,”'>,)
    """
    for id_, rows in groupby(_rows(path), key=attrgetter("id")):
        first, *others = rows
        quotes = [row.quote() for row in (first, *others)]
        try:
            document = to_document({"id": id_, "text": _text(id_, texts), "quotes": quotes})
        except FormatError as error:
            raise first.error(str(error)) from error
        yield document


def write(documents: Iterable[Document], stream: TextIO) -> None:
    r"""Write a header, and a row for each quote of each document.

    Args:
        documents: The documents.
        stream: Where to, a text file in UTF-8 that was opened with ``newline=""``. Rows end with
            ``"\r\n"``, as RFC 4180 has it; lone surrogates and NULs are written out, such as
            ``\ud800`` and ``\u0000``.

    Example:
        >>> import io
        >>> text = "“Yes,” said Ann."
        >>> quote = Quote((Span.of(text, 0, 6),), source=(Span.of(text, 12, 15),))
        >>> stream = io.StringIO()
        >>> write([Document("a", text, (quote,))], stream)
        >>> stream.getvalue().splitlines()[1]
        'a,,,,indirect,speech,1.0,,"“Yes,”",0,6,,Ann,"[[0, 6]]",[],"[[12, 15]]"'
    """
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for document in documents:
        for quote in document.quotes:
            writer.writerow(map(_cell, _row(document, quote)))


def _row(document: Document, quote: Quote) -> tuple[str, ...]:
    return (
        document.id,
        *_speaker(quote),
        str(quote.kind),
        str(quote.medium),
        str(quote.confidence),
        str(quote.attribution or ""),
        quote.text,
        str(quote.start),
        str(quote.end),
        _words(quote.cue),
        _words(quote.source),
        *(_offsets(spans) for spans in (quote.content, quote.cue, quote.source)),
    )


def _cell(text: str) -> str:
    # Python 3.10 can't write a NUL to CSV, and few programs can read one.
    return escape_surrogates(text).replace("\0", "\\u0000")


def _speaker(quote: Quote) -> tuple[str, str, str]:
    if quote.speaker is None:
        return ("", "", "")
    named = "true" if quote.speaker.named else "false"
    return (quote.speaker.name, str(quote.speaker.type), named)


def _words(spans: tuple[Span, ...]) -> str:
    return " ".join(span.text for span in spans)


def _offsets(spans: tuple[Span, ...]) -> str:
    return json.dumps([[span.start, span.end] for span in spans])


# Reading


_NEEDED = ("id", "content_spans")


@frozen
class _Row:
    """A row of a file, as its columns name its cells; empty ones are left out."""

    path: str | Path
    line: int
    id: str
    cells: Mapping[str, str]

    def error(self, reason: str) -> FormatError:
        return FormatError(f"{self.path}, line {self.line}: {reason}")

    def quote(self) -> dict[str, Any]:
        """The quote as a record, as far as the row tells it."""
        plain = {key: self.cells[key] for key in ("kind", "medium", "attribution") if key in self}
        spans = {key: self._json(f"{key}_spans") for key in _ROLES if f"{key}_spans" in self}
        certain = {"confidence": self._json("confidence")} if "confidence" in self else {}
        speaker = {"speaker": self._speaker(), "named": self._named()}
        return {**plain, **spans, **certain, **speaker}

    def __contains__(self, column: str) -> bool:
        return column in self.cells

    def _speaker(self) -> dict[str, Any] | str | None:
        name = self.cells.get("speaker")
        if "speaker_type" not in self:
            return name
        return {"name": name or "", "type": self.cells["speaker_type"]}

    def _named(self) -> bool:
        given = self.cells.get("named", "true")
        if given.casefold() not in _NAMED:
            msg = f"named must be true or false, got {given!r}"
            raise self.error(msg)
        return _NAMED[given.casefold()]

    def _json(self, column: str) -> object:
        try:
            return json.loads(self.cells[column])
        except (ValueError, RecursionError) as error:
            msg = f"{column} must be JSON, got {self.cells[column]!r}: {error}"
            raise self.error(msg) from error


_ROLES = ("content", "cue", "source")
_NAMED = {"true": True, "false": False}
"""What the column may say in any case: spreadsheets make TRUE of it."""


def _rows(path: str | Path) -> Iterator[_Row]:
    rows = csv_rows(path)
    line, header = next(rows, (1, []))
    for needed in _NEEDED:
        if needed not in header:
            msg = f"there is no column {needed!r} in {header}; it is needed"
            raise _Row(path, line, "", {}).error(msg)
    yield from (_read_row(path, line, header, row) for line, row in rows)


def _read_row(path: str | Path, line: int, header: list[str], row: list[str]) -> _Row:
    cells = {key: cell for key, cell in zip(header, row, strict=False) if cell}
    found = _Row(path, line, cells.get("id", ""), cells)
    if len(row) != len(header):
        msg = f"the row's length is {len(row)}, the header's {len(header)}"
        raise found.error(msg)
    if "content_spans" not in found:
        msg = "content_spans is empty; a quote needs one span, such as [[0, 5]]"
        raise found.error(msg)
    return found


def _text(id_: str, texts: Mapping[str, str] | None) -> str:
    text = text_of(id_, texts)
    if text is None:
        msg = "CSV holds no texts; give them beside it (convert --texts, or texts=)"
        raise FormatError(msg)
    return text
