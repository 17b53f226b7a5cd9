"""Documents to rows and back, by way of the JSON contract."""

import datetime as dt
import functools
import hashlib
import json
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from attrs import evolve, frozen
from sqlalchemy import ColumnElement, Connection, RowMapping, select

from quoteattr.errors import FormatError, InputTypeError
from quoteattr.quotes import Document, Quote, Speaker
from quoteattr.store.escapes import escape, unescape
from quoteattr.store.schema import quotes, spans
from quoteattr.store.words import fold, indexed

__all__ = [
    "Entry",
    "Home",
    "QuoteRows",
    "Voice",
    "entry",
    "model_key",
    "name_key",
    "text_digest",
    "to_documents",
    "to_quotes",
]

_COLUMNS = ("title", "url", "published", "outlet")
"""The metadata that have columns of their own."""
_LONGEST_ID = 1000
_LONGEST_DATE = 40
# PostgreSQL's indexes take no long texts.
_LONGEST_KEY = 200
"""Characters of a name by which it is found again."""


class Home(NamedTuple):
    """By what a speaker is found again: a tuple, since so many are compared.

    Attributes:
        folded: The name, folded.
        type: The speaker's type.
        document: The only document in which that name is this speaker; empty for a full name,
            which is the same speaker in all.
    """

    folded: str
    type: str
    document: str


class Voice(NamedTuple):
    """Somebody who says a quote.

    Attributes:
        home: By what the speaker is found again.
        speaker: The speaker as it was found.
    """

    home: Home
    speaker: Speaker


@frozen
class QuoteRows:
    """The rows of a quote, all but the numbers.

    Attributes:
        row: Of the table of quotes, from `position` to `speaker`.
        spans: Of the table of spans, from `role` on.
        voices: Who says it, each for themselves.
        words: The words of its text, as the index has them.
    """

    row: tuple[object, ...]
    spans: list[tuple[object, ...]]
    voices: tuple[Voice, ...]
    words: str


@frozen
class Entry:
    """The rows of a document, all but the numbers.

    Attributes:
        id: The document's id, as it is kept.
        digest: What is equal if, and as good as only if, the documents are equal.
        version: The version of quoteattr that found the quotes, if it says so.
        model: JSON of what found them.
        row: Of the table of documents, from `id` to `warnings`.
        escaped: Whether it has characters that are kept escaped.
        characters: The length of its text.
        quotes: The rows of its quotes.
    """

    id: str
    digest: str
    version: str | None
    model: str
    row: tuple[object, ...]
    escaped: bool
    characters: int
    quotes: list[QuoteRows]


def entry(document: object) -> Entry:
    """Make rows of a document.

    Args:
        document: The document.

    Returns:
        Its rows; the quotes are in their order in the text.

    Raises:
        InputTypeError: If it is no `Document`.
        FormatError: If it has no id or too long a one, its `meta` is not JSON, or its date is none.
    """
    if not isinstance(document, Document):
        msg = f"expected a Document, got {type(document).__name__}; quoteattr.load makes them"
        raise InputTypeError(msg)
    _check(document)
    document = _in_order(document)
    found = [_quote_rows(*each, document.id) for each in enumerate(document.quotes)]
    row = (escape(document.id), escape(document.text), text_digest(document.text))
    warnings = evolve(document, quotes=()).to_dict()["warnings"]
    metadata = (*_metadata(document), escape(_json(warnings)))
    model, version = model_key(document.model), document.model.get("quoteattr")
    theirs = _json([metadata, model, [(each.row, each.spans) for each in found]])
    return Entry(
        id=row[0],
        digest=text_digest(row[2] + theirs),
        version=version and escape(version),
        model=model,
        row=(*row, *metadata),
        escaped=any("␛" in kept for kept in (*row, theirs)),
        characters=len(document.text),
        quotes=found,
    )


def _in_order(document: Document) -> Document:
    places = [(quote.start, quote.end) for quote in document.quotes]
    if all(map(operator.lt, places, places[1:])):
        return document
    return evolve(document, quotes=tuple(sorted(document.quotes)))


def _metadata(document: Document) -> tuple[str | None, ...]:
    """What the metadata with columns of their own are, and JSON of the others."""
    meta = dict(document.meta)
    own = [meta.pop(key) if isinstance(meta.get(key), str) else None for key in _COLUMNS]
    try:
        rest = _json(meta)
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"document {document.id!r}: its meta must be JSON: {error}"
        raise FormatError(msg) from error
    return (*(value and escape(value) for value in own), escape(rest))


def _check(document: Document) -> None:
    length = len(escape(document.id).encode())
    if not 0 < length <= _LONGEST_ID:
        msg = (
            f"a document's id must have 1 to {_LONGEST_ID} bytes in UTF-8; {document.id[:50]!r} "
            f"has {length}"
        )
        raise FormatError(msg)
    published = document.meta.get("published")
    if isinstance(published, str) and not _is_dated(published):
        msg = (
            f"document {document.id!r}: published must be an ISO 8601 date such as 2024-01-31, or "
            f"one with a time after a T, not {published!r}"
        )
        raise FormatError(msg)


def _is_dated(published: str) -> bool:
    has_end = published[10:11] in {"", "T", " "} and len(published) <= _LONGEST_DATE
    return has_end and is_date(published[:10])


def is_date(value: str) -> bool:
    """Whether a string is a date such as ``2024-01-31``.

    Args:
        value: The string.

    Returns:
        Whether it is.
    """
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        return False


def _quote_rows(position: int, quote: Quote, document: str) -> QuoteRows:
    text, speaker = quote.text, quote.speaker
    attribution = None if quote.attribution is None else str(quote.attribution)
    return QuoteRows(
        row=(
            *(position, quote.start, quote.end, escape(text), str(quote.kind), str(quote.medium)),
            *(quote.confidence, attribution),
            None if speaker is None else escape(_json(_record(speaker))),
        ),
        spans=list(_span_rows(quote)),
        voices=tuple(_voice(each, document) for each in _members(speaker)),
        words=indexed(text),
    )


def _record(speaker: Speaker) -> dict[str, Any]:
    """The speaker as the JSON contract has it; its own way there is several times as slow."""
    return {
        "name": speaker.name,
        "type": str(speaker.type),
        "named": speaker.named,
        "aliases": speaker.aliases,
        "confidence": speaker.confidence,
        "members": list(map(_record, speaker.members)),
    }


def _span_rows(quote: Quote) -> Iterator[tuple[object, ...]]:
    for role, some in (("content", quote.content), ("cue", quote.cue), ("source", quote.source)):
        for position, span in enumerate(some):
            yield (role, position, span.start, span.end, escape(span.text), None)
    for position, step in enumerate(quote.evidence):
        span = step.span
        yield ("evidence", position, span.start, span.end, escape(span.text), escape(step.why))


def _members(speaker: Speaker | None) -> Iterator[Speaker]:
    """The speaker, or the members of a joint one."""
    if speaker is None:
        return
    if not speaker.members:
        yield speaker
    for member in speaker.members:
        yield from _members(member)


def _voice(speaker: Speaker, document: str) -> Voice:
    folded = name_key(speaker.name)
    is_full = speaker.named and " " in folded
    return Voice(Home(folded, speaker.type.value, "" if is_full else escape(document)), speaker)


@functools.lru_cache(maxsize=2**14)
def name_key(name: str) -> str:
    """A name for comparison: its words folded, or whatever else it consists of.

    Args:
        name: A name.

    Returns:
        What is equal for names that differ in case, accents and punctuation only.

    Example:
        >>> name_key("Yavuz Selim Kıran") == name_key("YAVUZ SELIM KIRAN")
        True
    """
    return (fold(name) or escape(name.casefold()))[:_LONGEST_KEY]


def text_digest(text: str) -> str:
    """The SHA-256 of a text.

    Args:
        text: Any text.

    Returns:
        The digest of its UTF-8, in hexadecimal digits; lone surrogates are encoded as if they were
        characters.
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def model_key(model: Mapping[str, str]) -> str:
    """A model as the database has it.

    Args:
        model: As `Document.model` has it.

    Returns:
        Its JSON.
    """
    return escape(_json(model))


# json.dumps would make an encoder at each call.
_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


# And back


def to_documents(connection: Connection, rows: Iterable[RowMapping]) -> Iterator[Document]:
    """Make documents of rows.

    Args:
        connection: To the database.
        rows: Of documents, with `model`; a few hundred at most.

    Yields:
        The documents as they came in, in the order of the rows.
    """
    rows = list(rows)
    numbers = [row["number"] for row in rows]
    found = to_quotes(connection, quotes.c.document_number.in_(numbers))
    for row in rows:
        yield _document(row, found.get(row["number"], {}).values())


def to_quotes(
    connection: Connection, where: ColumnElement[bool]
) -> dict[int, dict[int, dict[str, Any]]]:
    """Read the quotes of some documents as the JSON contract has them, but for their text.

    Args:
        connection: To the database.
        where: Which quotes.

    Returns:
        By the document's number and the quote's, in their order in the text.
    """
    chosen = select(quotes).where(where).order_by(quotes.c.document_number, quotes.c.position)
    records: dict[int, dict[str, Any]] = {}
    found: dict[int, dict[int, dict[str, Any]]] = {}
    for row in connection.execute(chosen).mappings():
        records[row["id"]] = _quote(row)
        found.setdefault(row["document_number"], {})[row["id"]] = records[row["id"]]
    theirs = select(spans).join(quotes).where(where)
    ordered = theirs.order_by(spans.c.quote_id, spans.c.role, spans.c.position)
    for row in connection.execute(ordered).mappings():
        _add_span(records[row["quote_id"]], row)
    return found


def _quote(row: RowMapping) -> dict[str, Any]:
    speaker = row["speaker"]
    same = {key: row[key] for key in ("kind", "medium", "confidence", "attribution")}
    lists: dict[str, Any] = {key: [] for key in ("content", "cue", "source", "evidence")}
    return {**lists, **same, "speaker": None if speaker is None else json.loads(unescape(speaker))}


def _add_span(record: dict[str, Any], row: RowMapping) -> None:
    span: object = [row["start"], row["end"]]
    if row["role"] == "evidence":
        span = {"span": span, "why": unescape(row["why"])}
    record[row["role"]].append(span)


def _document(row: RowMapping, found: Iterable[dict[str, Any]]) -> Document:
    own = {key: unescape(row[key]) for key in _COLUMNS if row[key] is not None}
    meta = {**json.loads(unescape(row["meta"])), **own}
    record = {
        "id": unescape(row["id"]),
        "model": json.loads(unescape(row["model"])),
        "warnings": json.loads(unescape(row["warnings"])),
        "quotes": list(found),
        "meta": dict(sorted(meta.items())),
    }
    return Document.from_dict(record, text=unescape(row["text"]))
