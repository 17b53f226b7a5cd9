"""Texts in: from files, folders and tables to records, one at a time."""

import contextlib
import csv
import datetime as dt
import errno
import glob
import gzip
import io
import json
import os
import shlex
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from attrs import field, frozen

from quoteattr.errors import (
    FileDecodeError,
    FileReadError,
    FormatError,
    MissingExtraError,
    QuoteattrError,
)
from quoteattr.extras import require

__all__ = [
    "META",
    "Record",
    "csv_rows",
    "find_files",
    "holds_one_text",
    "read_errors",
    "read_lines",
    "read_records",
    "read_text",
]


@frozen
class Record:
    """A text as it came in.

    Attributes:
        id: Its name: what its record says, or else the path, with the line or row of a table.
        text: The text.
        meta: What its record says of it: the fields in `META` that it has.
    """

    id: str
    text: str
    meta: Mapping[str, str] = field(factory=dict)


META = ("title", "url", "published", "outlet")
"""The fields of a table that say something of a text."""


def find_files(paths: Iterable[str | Path]) -> Iterator[str]:
    """Find the files that are meant by files, folders and patterns.

    Args:
        paths: A file is taken whatever its name. Of a folder, and the folders in it, those files
            are taken that end in ``.txt``, ``.jsonl``, ``.csv`` or ``.parquet``, or in these and
            ``.gz``; names that begin with a dot, and links to folders, are left out. A pattern
            such as ``"news/**/*.txt"`` stands for the files that it matches, and ``"-"`` for
            standard input.

    Yields:
        The files: for each path in the order of their names, those of a folder before those of the
        folders in it. A path that stands for no file comes out as it is; `read_records` says what
        is wrong with it.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in "b.txt", "a.csv", "notes.md":
        ...         Path(folder, name).touch()
        ...     [Path(path).name for path in find_files([folder])]
        ['a.csv', 'b.txt']
    """
    for path in map(str, paths):
        yield from _meant_by(path) or [path]


def holds_one_text(path: str | Path) -> bool:
    """Whether a file is one text, and not a table of texts; its name tells.

    Args:
        path: The file.

    Returns:
        False if the name ends in ``.jsonl``, ``.csv`` or ``.parquet``, or in these and ``.gz``.

    Example:
        >>> holds_one_text("article.txt.gz"), holds_one_text("articles.jsonl.gz")
        (True, False)
    """
    return _suffix(path) not in _TABLES


def read_records(
    path: str | Path, *, text_field: str = "text", id_field: str = "id"
) -> Iterator[Record | QuoteattrError]:
    r"""Read the texts in a file, holding a few of them at a time.

    Args:
        path: A table, which has a text in each record: JSON Lines (``.jsonl``), CSV with a header
            (``.csv``) or Parquet (``.parquet``, with the extra ``arrow``). Anything else is one
            text, and so is ``"-"``, standard input. All but Parquet are UTF-8, and gzipped if the
            name ends in ``.gz``.
        text_field: The field, or column, of a table that holds the text. Those in `META` are kept,
            too, where they are strings or dates.
        id_field: The one that holds the text's id, a string or a whole number.

    Yields:
        The records. One that has no id is named by its place, such as ``"news.csv:7"``: the path
        and the line, in Parquet the row, both from 1. For a record that can't be read there comes
        the error that says why, and the others follow, unless the file is broken there.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "news.jsonl")
        ...     _ = path.write_text('{"id": 7, "body": "No."}\n{"id": 8}\n')
        ...     record, error = read_records(path, text_field="body")
        >>> record
        Record(id='7', text='No.', meta={})
        >>> print(error)
        '...news.jsonl', line 2: there is no field 'body' in ['id']; name the one that holds the
        text: --text-field, text_field=
    """
    names = _Names(text_field, id_field)
    try:
        yield from _TABLES.get(_suffix(path), _one_text)(path, names)
    except QuoteattrError as error:
        yield error


def read_text(path: str | Path) -> str:
    r"""Read a whole text.

    Args:
        path: A file in UTF-8, gzipped if its name ends in ``.gz``; ``"-"`` is standard input.

    Returns:
        The text as it stands; only a byte order mark at its head is dropped, and line ends are
        kept as they are.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "article.txt")
        ...     _ = path.write_bytes("\ufeff“Yes,” said Ann.\r\n".encode())
        ...     read_text(path)
        '“Yes,” said Ann.\r\n'
    """
    with read_errors(path), _open(path) as file:
        data = file.read()
    return _decode(data, path)


def read_lines(path: str | Path) -> Iterator[str]:
    r"""Read a text line by line, holding one line at a time.

    Args:
        path: A file in UTF-8, gzipped if its name ends in ``.gz``; ``"-"`` is standard input.

    Yields:
        Each line with its end; only ``"\n"`` ends one. A byte order mark at the head is dropped.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "two.jsonl")
        ...     _ = path.write_bytes(b"1\r\n2")
        ...     list(read_lines(path))
        ['1\r\n', '2']
    """
    for line in _lines(path):
        if isinstance(line, FileDecodeError):
            raise line
        yield line


# Which files


# Not by pathlib, which drops a leading "./", for ids are paths as given, and which raises where a
# name is too long.


def _meant_by(path: str) -> list[str]:
    if _is_folder(path):
        return list(_in_folder(path))
    if os.path.exists(path) or "\0" in path:  # noqa: PTH110 - see above; glob raises at a NUL
        return [path]
    matches = glob.glob(path, recursive=True)  # noqa: PTH207 - see above
    return sorted(match for match in matches if not _is_folder(match))


def _in_folder(folder: str) -> Iterator[str]:
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        taken = (name for name in sorted(names) if _is_taken(name))
        yield from (os.path.join(place, name) for name in taken)  # noqa: PTH118 - see above
    yield from (error.filename for error in closed)


def _is_taken(name: str) -> bool:
    return _suffix(name) in {".txt", *_TABLES} and not name.startswith(".")


def _is_folder(path: str | Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - see above


def _suffix(path: str | Path) -> str:
    return Path(str(path).lower().removesuffix(".gz")).suffix


# Records


@frozen
class _Names:
    """What the fields of a table are called."""

    text: str
    id: str

    def missing(self, there: Iterable[str]) -> str:
        """What to say of a record without a text."""
        return (
            f"there is no field {self.text!r} in {list(there)}; name the one that holds the text: "
            "--text-field, text_field="
        )


@frozen
class _Place:
    """Where a record stands."""

    path: str | Path
    number: int
    unit: str = "line"

    def error(self, reason: str) -> FormatError:
        return FormatError(f"{_name(self.path)}, {self.unit} {self.number}: {reason}")


def _record(fields: Mapping[str, object], names: _Names, place: _Place) -> Record | FormatError:
    if names.text not in fields:
        return place.error(names.missing(fields))
    text, id_ = fields[names.text], fields.get(names.id)
    if not isinstance(text, str):
        return place.error(f"the field {names.text!r} must be a string, not {_type(text)}")
    if not isinstance(id_, str | int | None):
        wanted = "a string or a whole number"
        return place.error(f"the field {names.id!r} must be {wanted}, not {_type(id_)}")
    is_nameless = id_ is None or id_ == ""
    name = f"{place.path}:{place.number}" if is_nameless else str(id_)
    meta = {each: said for each in META if (said := _said(fields.get(each)))}
    return Record(name, text, meta)


def _said(value: object) -> str:
    if isinstance(value, dt.date):  # Parquet has them; a time has one, too
        return value.isoformat()
    return value if isinstance(value, str) else ""


def _type(value: object) -> str:
    return "null" if value is None else type(value).__name__


def _one_text(path: str | Path, _: _Names) -> Iterator[Record]:
    if _is_folder(path):
        msg = (
            f"can't read {_name(path)}: it is a folder with no file in it that ends in "
            f"{', '.join(('.txt', *_TABLES))}; name the files themselves"
        )
        raise FileReadError(msg)
    yield Record(str(path), read_text(path))


def _json_lines(path: str | Path, names: _Names) -> Iterator[Record | QuoteattrError]:
    for number, line in enumerate(_lines(path), start=1):
        if isinstance(line, FileDecodeError):
            yield line
        elif line.strip():
            yield _json_record(line, names, _Place(path, number))


def _json_record(line: str, names: _Names, place: _Place) -> Record | FormatError:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        return place.error(f"not JSON: {error}")
    if not isinstance(fields, dict):
        return place.error(f"expected a JSON object, got {_type(fields)}")
    return _record(fields, names, place)


_WIDEST_CELL = 100_000_000
"""Characters; the standard library's own limit is less than a long text has."""


def csv_rows(path: str | Path) -> Iterator[tuple[int, list[str]]]:
    """Read a table in CSV row by row.

    Args:
        path: A file in UTF-8, as for `read_lines`.

    Yields:
        The line on which each row begins, from 1, and its cells; without empty rows.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.
        FormatError: If it is no CSV, such as where a quotation mark never closes.
    """
    csv.field_size_limit(_WIDEST_CELL)
    # Any line end ends a row, but csv wants each line by itself.
    lines = (part for line in read_lines(path) for part in io.StringIO(line, newline=""))
    rows = csv.reader(lines, strict=True)
    start = 1
    try:
        for row in rows:
            if row:
                yield start, row
            start = rows.line_num + 1
    except csv.Error as error:
        reason = f"not CSV: {error}; from here on the file was not read"
        raise _Place(path, rows.line_num).error(reason) from error


def _csv(path: str | Path, names: _Names) -> Iterator[Record | QuoteattrError]:
    rows = csv_rows(path)
    _, header = next(rows, (1, []))
    if names.text not in header:
        raise _Place(path, 1).error(names.missing(header))
    if names.text == "text" and set(header) >= _SPANS:
        raise _Place(path, 1).error(_NO_TEXTS)
    for start, row in rows:
        yield _csv_record(header, row, names, _Place(path, start))


_SPANS = {"content_spans", "cue_spans", "source_spans"}
"""Columns of quoteattr's own CSV, whose column ``text`` has the words of quotes."""
_NO_TEXTS = (
    "this is a table of quotes, as quoteattr writes it, without the texts that they are from; name "
    "those texts, or a file of quotes with them, such as from: quoteattr extract --with-text"
)


def _csv_record(
    header: list[str], row: list[str], names: _Names, place: _Place
) -> Record | FormatError:
    if len(row) != len(header):
        lengths = f"the row's length is {len(row)}, the header's {len(header)}"
        remedy = "a cell with a comma in it needs quotation marks around it"
        return place.error(f"{lengths}; {remedy}")
    return _record(dict(zip(header, row, strict=True)), names, place)


_ROWS = 64
"""How many rows of a Parquet file are held at a time."""


def _parquet(path: str | Path, names: _Names) -> Iterator[Record | QuoteattrError]:
    with read_errors(path), Path(path).open("rb") as stream:
        require("pyarrow", extra="arrow")
        from pyarrow import parquet  # noqa: PLC0415 - an extra, and heavy

        # Without these two it holds a whole row group, which may be the whole file.
        file = parquet.ParquetFile(stream, buffer_size=2**16, pre_buffer=False)
        there = file.schema_arrow.names
        if names.text not in there:
            msg = f"{_name(path)}: {names.missing(there)}"
            raise FormatError(msg)
        columns = [name for name in there if name in {names.text, names.id, *META}]
        batches = file.iter_batches(batch_size=_ROWS, columns=columns)
        rows = (row for batch in batches for row in batch.to_pylist())
        for number, row in enumerate(rows, start=1):
            yield _record(row, names, _Place(path, number, "row"))


_TABLES: dict[str, Callable[[str | Path, _Names], Iterator[Record | QuoteattrError]]] = {
    ".jsonl": _json_lines,
    ".csv": _csv,
    ".parquet": _parquet,
}


# Bytes


def _lines(path: str | Path) -> Iterator[str | FileDecodeError]:
    """The lines of a file; in place of one that is not UTF-8 the error that says so."""
    offset = 0
    for line in _byte_lines(path):
        try:
            yield _decode(line, path, offset=offset)
        except FileDecodeError as error:
            yield error
        offset += len(line)


def _byte_lines(path: str | Path) -> Iterator[bytes]:
    with read_errors(path), _open(path) as file:
        yield from file


def _open(path: str | Path) -> AbstractContextManager[BinaryIO | gzip.GzipFile]:
    if str(path) == "-":
        return contextlib.nullcontext(sys.stdin.buffer)
    if str(path).lower().endswith(".gz"):
        return gzip.open(path, "rb")
    return Path(path).open("rb")


# What reading raises: a path with a NUL in it a ValueError, a broken gzip file an EOFError or an
# error of zlib, and PyArrow most of these.
_UNREADABLE = (OSError, ValueError, EOFError, zlib.error, NotImplementedError, MissingExtraError)


@contextlib.contextmanager
def read_errors(path: str | Path) -> Iterator[None]:
    """Say what is wrong with a file that is being read, in words of our own.

    Args:
        path: The file.

    Yields:
        Nothing.

    Raises:
        FileReadError: Instead of what Python and the libraries raise.
    """
    try:
        yield
    except FormatError:
        raise
    except _UNREADABLE as error:
        msg = f"can't read {_name(path)}: {_reason(error, path)}"
        raise FileReadError(msg) from error


def _reason(error: Exception, path: str | Path) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; check the path"
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return "this is too long for a path; a text itself goes to standard input, with the path -"
    # Not by the error's class: Windows says PermissionError of a folder.
    if isinstance(error, OSError) and _is_folder(path):
        pattern = str(Path(path) / "*.txt")
        return f"it is a folder, but a file was expected; name the files in it, such as {pattern}"
    if isinstance(error, PermissionError):
        return f"permission denied; make it readable, such as with: chmod u+r {_quoted(path)}"
    return str(error)


def _decode(data: bytes, path: str | Path, *, offset: int = 0) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte, at = data[error.start], offset + error.start
        msg = (
            f"{_name(path)} is not UTF-8: byte 0x{byte:02x} at offset {at}; "
            f"convert it first, such as with: {_conversion(data, path)}"
        )
        raise FileDecodeError(msg) from error
    return text if offset else text.removeprefix("\ufeff")


def _conversion(data: bytes, path: str | Path) -> str:
    """A command that may turn the file into UTF-8, with a guess at what it is."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "cp1252"
    command = f"iconv -f {encoding} -t utf-8"
    return command if str(path) == "-" else f"{command} {_quoted(path)}"


def _name(path: str | Path) -> str:
    if str(path) == "-":
        return "standard input"
    name = str(path)
    return repr(name if len(name) <= _LONGEST_NAME else f"{name[:50]}…")


_LONGEST_NAME = 500
"""Characters of a path that a message repeats; more than that is a text, given by mistake."""


def _quoted(path: str | Path) -> str:
    return shlex.quote(str(path))
