"""Quotes as an Arrow table, a quote a row: from there on to pandas, Polars and others.

It needs pyarrow, which the extra ``arrow`` brings.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import attrs

from quoteattr.characters import escape_surrogates
from quoteattr.errors import InputTypeError
from quoteattr.extras import require
from quoteattr.quotes import Document, Quote

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["quote_type", "to_arrow", "to_records"]


def to_arrow(documents: Iterable[Document]) -> "pa.Table":
    """Make a table of all quotes of some documents.

    Args:
        documents: The documents, such as those from `Attributor.pipe`.

    Returns:
        A row for each quote, in their order, with the document's id and then the fields of `Quote`
        as `quote_type` has them. Documents without quotes have no row.

    Raises:
        InputTypeError: If one of them is no `Document`.
        MissingExtraError: If pyarrow is not installed.

    Example:
        >>> from quoteattr import Span, Speaker
        >>> text = "“Yes,” said Ann."
        >>> quote = Quote((Span.of(text, 0, 6),), speaker=Speaker("Ann"))
        >>> table = to_arrow([Document("a", text, (quote,))])
        >>> table.column_names[:4]
        ['id', 'content', 'cue', 'source']
        >>> table["speaker"][0]["name"].as_py()
        'Ann'
    """
    quote = quote_type()
    import pyarrow as pa  # noqa: PLC0415 - heavy, and not everybody has it

    rows = [
        {"id": escape_surrogates(document.id), **record}
        for document in map(_document, documents)
        for record in to_records(document.quotes)
    ]
    schema = pa.schema([pa.field("id", pa.string(), nullable=False), *quote])
    return pa.Table.from_pylist(rows, schema=schema)


def quote_type() -> "pa.StructType":
    """The Arrow type of a quote.

    It follows from the fields of `Quote` and of the classes in it: text and enums become strings,
    tuples lists, classes structs, and what may be None may be null. The members of a speaker have
    no members of their own.

    Returns:
        A struct with the fields of `Quote`.

    Raises:
        MissingExtraError: If pyarrow is not installed.

    Example:
        >>> print(quote_type().field("confidence").type)
        double
    """
    require("pyarrow", extra="arrow")
    return _struct(Quote, (), optional=False)


def to_records(quotes: Iterable[Quote]) -> list[dict[str, Any]]:
    r"""Make plain dicts and lists of quotes, which Arrow can take as `quote_type`.

    Args:
        quotes: The quotes.

    Returns:
        A dict for each. Lone surrogates, which Arrow can't hold, are written out such as
        ``\ud800``; offsets stay those of the original text.
    """
    return [attrs.asdict(quote, value_serializer=_plain) for quote in quotes]


def _document(given: object) -> Document:
    if isinstance(given, Document):
        return given
    hint = "; put quotes into one: Document(id, text, quotes)" if isinstance(given, Quote) else ""
    msg = f"expected documents, got {type(given).__name__}{hint}"
    raise InputTypeError(msg)


def _plain(owner: object, attribute: object, value: object) -> object:
    del owner, attribute
    return escape_surrogates(value) if isinstance(value, str) else value


def _arrow_type(kind: type, within: tuple[type, ...], *, optional: bool) -> "pa.DataType":
    """The Arrow type of a Python type, as it stands within some classes."""
    import pyarrow as pa  # noqa: PLC0415 - see to_arrow

    if get_origin(kind) is tuple:
        item = _arrow_type(get_args(kind)[0], within, optional=False)
        return pa.list_(pa.field("item", item, nullable=False))
    if attrs.has(kind):
        return _struct(kind, within, optional=optional)
    plain: dict[type, pa.DataType] = {int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    return pa.string() if issubclass(kind, str) else plain[kind]


def _struct(kind: type, within: tuple[type, ...], *, optional: bool) -> "pa.StructType":
    """The struct of a class; if it may be null its fields may be so with it, as Arrow stores it."""
    import pyarrow as pa  # noqa: PLC0415 - see to_arrow

    fields = []
    for name, hint in get_type_hints(kind).items():
        parts = get_args(hint)
        if set(parts) & set(within):
            continue  # a class within itself ends here, since Arrow has no endless types
        may_be_none = type(None) in parts
        value = parts[0] if may_be_none else hint
        inner = _arrow_type(value, (*within, kind), optional=may_be_none)
        fields.append(pa.field(name, inner, nullable=may_be_none or optional))
    return pa.struct(fields)
