"""Parquet: one document a row, with its quotes as a list of structs.

It needs pyarrow, which the extra ``arrow`` brings. The type of a quote is `frames.quote_type`;
`frames.to_arrow` is for tables with a quote a row.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import attrs

from quoteattr.characters import SURROGATES
from quoteattr.errors import FormatError
from quoteattr.extras import require
from quoteattr.formats.common import refuse_characters, refuse_nested
from quoteattr.frames import quote_type, to_records
from quoteattr.quotes import Document
from quoteattr.readers import read_errors

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["holds_documents", "read", "write"]

_ROWS = 64
"""How many documents are held at a time."""


def read(path: str | Path) -> Iterator[Document]:
    """Read documents, a few of them at a time.

    Args:
        path: A file as `write` makes it.

    Yields:
        The documents, in their order in the file.

    Raises:
        MissingExtraError: If pyarrow is not installed.
        FileReadError: If there is no such file, or it can't be read.
        FormatError: If it is no Parquet, lacks a column, or a row is malformed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "quotes.parquet")
        ...     with path.open("wb") as stream:
        ...         write([Document("a", "No.")], stream)
        ...     list(read(path))
        [Document(id='a', text='No.', quotes=(), warnings=(), meta={}, model={})]
    """
    require("pyarrow", extra="arrow")
    import pyarrow as pa  # noqa: PLC0415 - an extra, and heavy

    with read_errors(path):
        try:
            for number, row in enumerate(_rows(path), start=1):
                yield _document(row, f"{path}, row {number}")
        except pa.ArrowException as error:
            msg = f"{path}: not Parquet: {error}"
            raise FormatError(msg) from error


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Write documents, a row each, a few of them at a time.

    Args:
        documents: The documents.
        stream: Where to, an open binary file.

    Raises:
        MissingExtraError: If pyarrow is not installed.
        FormatError: If a text holds a lone surrogate, or a member of a group is a group.
    """
    quote = quote_type()
    import pyarrow as pa  # noqa: PLC0415 - an extra, and heavy
    from pyarrow import parquet  # noqa: PLC0415 - see above

    schema = _schema(quote)
    rows = map(_row, documents)
    with parquet.ParquetWriter(stream, schema) as writer:
        while some := list(islice(rows, _ROWS)):
            writer.write_table(pa.Table.from_pylist(some, schema=schema))


def holds_documents(path: str | Path) -> bool:
    """Whether a file has the columns of documents, and is not a table of texts.

    Args:
        path: A file of Parquet.

    Returns:
        True for what `write` makes.

    Raises:
        MissingExtraError: If pyarrow is not installed.
        FileReadError: If it can't be read.
    """
    require("pyarrow", extra="arrow")
    from pyarrow import parquet  # noqa: PLC0415 - see write

    with read_errors(path), Path(path).open("rb") as stream:
        return set(_COLUMNS) <= set(parquet.read_schema(stream).names)


def _schema(quote: "pa.StructType") -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415 - see write

    def each(kind: "pa.DataType") -> "pa.ListType[Any]":
        return pa.list_(pa.field("item", kind, nullable=False))

    span = quote.field("content").type.value_type
    code, message = (pa.field(name, pa.string(), nullable=False) for name in ("code", "message"))
    warning = pa.struct([code, message, pa.field("span", _nullable(span))])
    columns: dict[str, pa.DataType] = {
        **dict.fromkeys(("id", "text"), pa.string()),
        "quotes": each(quote),
        "warnings": each(warning),
        **dict.fromkeys(("meta", "model"), pa.string()),
    }
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in columns.items()])


def _nullable(kind: "pa.StructType") -> "pa.StructType":
    import pyarrow as pa  # noqa: PLC0415 - see write

    return pa.struct([field.with_nullable(True) for field in kind])  # noqa: FBT003


def _row(document: Document) -> dict[str, Any]:
    refuse_characters(document, SURROGATES, "Parquet")
    refuse_nested(document, "Parquet")
    return {
        "id": document.id,
        "text": document.text,
        "quotes": to_records(document.quotes),
        "warnings": [attrs.asdict(warning) for warning in document.warnings],
        "meta": json.dumps(dict(document.meta)),
        "model": json.dumps(dict(document.model)),
    }


def _rows(path: str | Path) -> Iterator[dict[str, Any]]:
    from pyarrow import parquet  # noqa: PLC0415 - see write

    with Path(path).open("rb") as stream:
        # Without these two it holds a whole row group.
        file = parquet.ParquetFile(stream, buffer_size=2**16, pre_buffer=False)
        there = file.schema_arrow.names
        if missing := [column for column in _COLUMNS if column not in there]:
            msg = (
                f"{path}: there are no columns {missing} in {there}; expected documents as "
                "quoteattr writes them, a row each"
            )
            raise FormatError(msg)
        for batch in file.iter_batches(batch_size=_ROWS, columns=list(_COLUMNS)):
            yield from batch.to_pylist()


_COLUMNS = ("id", "text", "quotes", "warnings", "meta", "model")


def _document(row: Mapping[str, Any], place: str) -> Document:
    try:
        data = {key: json.loads(row[key]) for key in ("meta", "model")}
        record = {**row, **data, **{key: _plain(row[key]) for key in ("quotes", "warnings")}}
        return Document.from_dict(record)
    except (ValueError, TypeError, RecursionError) as error:  # FormatError is a ValueError
        msg = f"{place}: {error}"
        raise FormatError(msg) from error


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """A value with its spans as pairs of offsets."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"start", "end", "text"}:
        return [value["start"], value["end"]]
    return {key: _plain(each) for key, each in value.items()}
