"""Searching quotes, and questions about who says them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, TypeVar, get_args

from attrs import Attribute, field, frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    Table,
    and_,
    distinct,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from quoteattr.errors import ConfigError
from quoteattr.quotes import Document, Kind, Medium, Quote
from quoteattr.store.escapes import escape, unescape
from quoteattr.store.index import QUOTE_WORDS, Term, highlights, matches, parse, relevance
from quoteattr.store.rows import is_date, to_quotes
from quoteattr.store.schema import aliases, documents, quotes, speakers, voices
from quoteattr.store.speakers import named

__all__ = ["Filters", "Hit", "Order", "Page", "Quoted", "by_month", "most_quoted", "search"]

Order = Literal["relevance", "date"]
"""The best first, or the newest."""

_Value = TypeVar("_Value")


def _check(attribute: "Attribute[_Value]", value: _Value, wanted: str, *, holds: bool) -> None:
    if not holds:
        msg = f"{attribute.name} must be {wanted}, not {value!r}"
        raise ConfigError(msg)


def _a_date(_: "Filters", attribute: "Attribute[str | None]", value: str | None) -> None:
    holds = value is None or is_date(value)
    _check(attribute, value, "a date such as '2024-01-31'", holds=holds)


def _a_kind(_: "Filters", attribute: "Attribute[str | None]", value: str | None) -> None:
    _check(attribute, value, _choices(Kind), holds=value is None or value in set(Kind))


def _a_medium(_: "Filters", attribute: "Attribute[str | None]", value: str | None) -> None:
    _check(attribute, value, _choices(Medium), holds=value is None or value in set(Medium))


def _choices(terms: Iterable[str]) -> str:
    return f"one of {', '.join(repr(str(term)) for term in terms)}"


def _a_probability(_: "Filters", attribute: "Attribute[float]", value: float) -> None:
    _check(attribute, value, "a probability from 0 to 1", holds=0 <= value <= 1)


@frozen(kw_only=True)
class Filters:
    """Which quotes to look among.

    Attributes:
        speaker: Those of this speaker: a number, or words that one of the names must have.
        outlet: Those in documents of this outlet, just as it is spelt.
        since: Those in documents published on this day, such as ``"2024-01-31"``, or later.
        until: Those in documents published on this day or earlier.
        kind: Those of this kind.
        medium: Those of this medium.
        min_confidence: Those with this confidence or a higher one.

    Raises:
        ConfigError: If a value is none of those.

    Example:
        >>> Filters(speaker="Stoltenberg", since="2024-01-01").until is None
        True
    """

    speaker: int | str | None = None
    outlet: str | None = None
    since: str | None = field(default=None, validator=_a_date)
    until: str | None = field(default=None, validator=_a_date)
    kind: str | None = field(default=None, validator=_a_kind)
    medium: str | None = field(default=None, validator=_a_medium)
    min_confidence: float = field(default=0.0, validator=_a_probability)


@frozen
class Hit:
    """A quote that was found.

    Attributes:
        document: The id of its document.
        quote: The quote, with its speaker as it was found.
        speakers: Who says it, by the names that they have across documents.
        title: The document's title, if it has one; so, too, the next three.
        url: Its address.
        published: Its date.
        outlet: Where it was published.
        before: What stands before the quote.
        after: What stands after it.
        highlights: Where in `quote.text` the words stand that were looked for: pairs of
            characters, half-open.
    """

    document: str
    quote: Quote
    speakers: tuple[str, ...]
    title: str | None
    url: str | None
    published: str | None
    outlet: str | None
    before: str
    after: str
    highlights: tuple[tuple[int, int], ...]


@frozen
class Page:
    """Some of the quotes that were found.

    Attributes:
        hits: The quotes, in their order.
        next: What to pass as `after` for the next page; None if this is the last one.
    """

    hits: tuple[Hit, ...]
    next: str | None


@frozen
class Quoted:
    """How often somebody is quoted.

    Attributes:
        id: The speaker's number in this database.
        name: The speaker's name.
        quotes: How many quotes.
        documents: In how many documents.
    """

    id: int
    name: str
    quotes: int
    documents: int


def search(  # noqa: PLR0913 - what its one caller has, and the connection
    connection: Connection,
    query: str | None,
    filters: Filters,
    *,
    order: Order | None,
    limit: int,
    after: str | None,
) -> Page:
    """Find quotes, as `QuoteStore.search` says.

    Args:
        connection: To the database.
        query: What to look for, or None.
        filters: Where to look.
        order: How to order; None for the default.
        limit: How many hits make a page.
        after: From a page before, or None.

    Returns:
        The page.
    """
    terms = () if query is None else parse(query)
    keys = _keys(connection, terms, order or ("relevance" if terms else "date"))
    wanted = _matching(connection, select(quotes.c.id, *keys.columns), terms, filters)
    if after is not None:
        wanted = wanted.where(keys.after(_values(after, keys.types)))
    found = connection.execute(wanted.order_by(*keys.order).limit(limit + 1)).all()
    hits = _hits(connection, [row[0] for row in found[:limit]], terms)
    is_last = len(found) <= limit
    return Page(tuple(hits), None if is_last else json.dumps(list(found[limit - 1][1:])))


@frozen
class _Keys:
    """What quotes are ordered by, and found again by for the next page."""

    columns: tuple[ColumnElement[Any], ...]
    types: tuple[type, ...]
    is_descending: bool

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        first, *rest = self.columns
        return (first.desc() if self.is_descending else first, *rest)

    def after(self, values: Sequence[Any]) -> ColumnElement[bool]:
        first, *rest = self.columns
        beyond = first < values[0] if self.is_descending else first > values[0]
        return or_(beyond, and_(first == values[0], tuple_(*rest) > tuple_(*values[1:])))


def _keys(connection: Connection, terms: Sequence[Term], order: Order) -> _Keys:
    if order == "date":
        day = func.coalesce(documents.c.published, "")
        newest = day, documents.c.id, quotes.c.position
        return _Keys(newest, (str, str, int), is_descending=True)
    if order not in get_args(Order):
        msg = f"order must be 'relevance' or 'date', not {order!r}"
        raise ConfigError(msg)
    if not terms:
        msg = "the order 'relevance' needs words to look for; order by 'date', or pass a query"
        raise ConfigError(msg)
    best = relevance(connection, terms), quotes.c.id
    return _Keys(best, (float, int), is_descending=False)


def _values(after: str, types: tuple[type, ...]) -> list[Any]:
    """The keys of the last hit of a page before."""
    values: list[Any] | None
    try:
        values = json.loads(after)
    except (ValueError, RecursionError):
        values = None
    is_theirs = isinstance(values, list) and tuple(map(type, values)) == types
    if values is None or not is_theirs or not all(map(_is_kept, values)):
        msg = f"after must be the `next` of a page in the same order, not {after!r}"
        raise ConfigError(msg)
    return values


def _is_kept(value: object) -> bool:
    """Whether a database can hold a value: whether it is escaped, if it needs to be."""
    return not isinstance(value, str) or escape(unescape(value)) == value


def _matching(
    connection: Connection, wanted: Select[Any], terms: Sequence[Term], filters: Filters
) -> Select[Any]:
    """A selection from quotes, with their documents, of those that match."""
    names = _names_of(connection, filters)
    there: FromClause = quotes.join(documents)
    if terms or names:
        there = QUOTE_WORDS.join(there, quotes.c.id == QUOTE_WORDS.c.rowid)
        wanted = wanted.where(matches(connection, QUOTE_WORDS, terms, names))
    return wanted.select_from(there).where(*_conditions(connection, filters))


_MANY = 500
"""More names than these are not looked for in the index."""


def _names_of(connection: Connection, filters: Filters) -> list[str]:
    """Under which names the speaker was found, folded; none if that is not all there is to it.

    The index knows these, so that of all who say some words it need only give the speaker's.
    """
    if filters.speaker is None:
        return []
    found = aliases.join(speakers, speakers.c.id == aliases.c.found_id)
    theirs = _is_theirs(connection, filters, aliases)
    names = select(speakers.c.folded).select_from(found).where(theirs).distinct().limit(_MANY + 1)
    folded = connection.scalars(names).all()
    # Who was split off was found under another's names.
    return [] if len(folded) > _MANY or None in folded else list(folded)


def _conditions(connection: Connection, filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.speaker is not None:
        is_theirs = _is_theirs(connection, filters, voices)
        yield exists().where(voices.c.quote_id == quotes.c.id, is_theirs)
    if filters.outlet is not None:
        yield documents.c.outlet == escape(filters.outlet)
    if filters.since is not None:
        yield documents.c.published >= filters.since
    if filters.until is not None:
        # Whatever follows a day, a "T" or a blank and a time, comes before this letter.
        yield documents.c.published < f"{filters.until}U"
    if filters.kind is not None:
        yield quotes.c.kind == str(filters.kind)
    if filters.medium is not None:
        yield quotes.c.medium == str(filters.medium)
    if filters.min_confidence:
        yield quotes.c.confidence >= filters.min_confidence


def _is_theirs(connection: Connection, filters: Filters, table: Table) -> ColumnElement[bool]:
    """The condition that a voice or an alias is of the speaker who is meant."""
    if isinstance(filters.speaker, str):
        return table.c.speaker_id.in_(named(connection, filters.speaker))
    return table.c.speaker_id == filters.speaker


# What was found


_CONTEXT = 200
"""How many characters stand before a quote, and after it."""


def _hits(connection: Connection, ids: Sequence[int], terms: Sequence[Term]) -> Iterator[Hit]:
    by_document = to_quotes(connection, quotes.c.id.in_(ids))
    theirs = select(documents).where(documents.c.number.in_(by_document))
    rows = {row["number"]: row for row in connection.execute(theirs).mappings()}
    names = _names(connection, ids)
    found = {
        id_: _hit(rows[number], record, names.get(id_, []), terms)
        for number, records in by_document.items()
        for id_, record in records.items()
    }
    return (found[id_] for id_ in ids)


def _names(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    columns = voices.c.quote_id, speakers.c.name
    heard = voices.join(speakers, speakers.c.id == voices.c.speaker_id)
    said = select(*columns).select_from(heard).where(voices.c.quote_id.in_(ids))
    names: dict[int, list[str]] = {}
    for quote, name in connection.execute(said.order_by(voices.c.quote_id, voices.c.position)):
        names.setdefault(quote, []).append(unescape(name))
    return names


def _hit(row: RowMapping, record: object, names: Iterable[str], terms: Sequence[Term]) -> Hit:
    text, id_ = unescape(row["text"]), unescape(row["id"])
    [quote] = Document.from_dict({"id": id_, "quotes": [record]}, text=text).quotes
    meta = {key: row[key] and unescape(row[key]) for key in ("title", "url", "published", "outlet")}
    return Hit(
        document=id_,
        quote=quote,
        speakers=tuple(dict.fromkeys(names)),
        before=text[max(quote.start - _CONTEXT, 0) : quote.start],
        after=text[quote.end : quote.end + _CONTEXT],
        highlights=highlights(quote.text, terms),
        **meta,
    )


# Questions


def most_quoted(
    connection: Connection, query: str | None, filters: Filters, *, limit: int
) -> list[Quoted]:
    """Count quotes by speaker, as `QuoteStore.most_quoted` says.

    Args:
        connection: To the database.
        query: What they say, or None.
        filters: Where to look.
        limit: How many speakers.

    Returns:
        The speakers.
    """
    terms = () if query is None else parse(query)
    found = _matching(connection, select(quotes.c.id, quotes.c.document_number), terms, filters)
    said = found.subquery()
    count = func.count(distinct(said.c.id))
    columns = speakers.c.id, speakers.c.name, count, func.count(distinct(said.c.document_number))
    heard = speakers.join(voices, voices.c.speaker_id == speakers.c.id)
    counted = select(*columns).select_from(heard.join(said, said.c.id == voices.c.quote_id))
    ordered = counted.group_by(speakers.c.id).order_by(count.desc(), speakers.c.name, speakers.c.id)
    rows = connection.execute(ordered.limit(limit))
    return [Quoted(id_, unescape(name), *counts) for id_, name, *counts in rows]


def by_month(connection: Connection, query: str | None, filters: Filters) -> list[tuple[str, int]]:
    """Count quotes by month, as `QuoteStore.by_month` says.

    Args:
        connection: To the database.
        query: What they say, or None.
        filters: Where to look.

    Returns:
        Months and counts.
    """
    terms = () if query is None else parse(query)
    month = func.substr(documents.c.published, 1, 7)
    counted = _matching(connection, select(month, func.count()), terms, filters)
    dated = counted.where(documents.c.published.is_not(None)).group_by(month).order_by(month)
    return [(str(first), int(count)) for first, count in connection.execute(dated)]
