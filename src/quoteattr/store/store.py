"""The quote database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO, final

from attrs import frozen
from sqlalchemy import Connection, delete, distinct, exists, func, select

from quoteattr.errors import NotInStoreError, StoreError
from quoteattr.formats import jsonl
from quoteattr.quotes import Document
from quoteattr.store import registry
from quoteattr.store.backend import (
    chunks,
    insert_rows,
    next_number,
    open_engine,
    reading,
    writing,
)
from quoteattr.store.escapes import escape
from quoteattr.store.index import add_quotes
from quoteattr.store.rows import (
    Entry,
    QuoteRows,
    entry,
    model_key,
    text_digest,
    to_documents,
)
from quoteattr.store.schema import documents, models, quotes, spans, voices
from quoteattr.store.search import Filters, Order, Page, Quoted, by_month, most_quoted, search
from quoteattr.store.speakers import Speakers

__all__ = ["Added", "QuoteStore", "Stats"]


@frozen
class Added:
    """What became of documents that were added.

    Attributes:
        new: How many were not there before.
        changed: How many were there with another text, other quotes or other metadata.
        same: How many were there already.
    """

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(self.new + other.new, self.changed + other.changed, self.same + other.same)


@frozen
class Stats:
    """How much there is in a database.

    Attributes:
        documents: How many documents.
        quotes: How many quotes.
        speakers: How many speakers they have.
        first: The first date of publication.
        last: The last one.
    """

    documents: int
    quotes: int
    speakers: int
    first: str | None
    last: str | None


_NO_FILTERS = Filters()


@final
class QuoteStore:
    """Documents and their quotes in a database.

    Args:
        database: The path of an SQLite file, or the URL of a PostgreSQL database, such as
            ``"postgresql+psycopg://ann@localhost/quotes"``, which needs the extra ``postgres``.
        create: Whether to make the database if there is none, or an empty one.
        migrate: Whether to bring a database of an older version up to this one. Older versions
            can't open it then.

    Raises:
        ConfigError: If `database` is neither a path nor such a URL.
        MissingExtraError: If the extra is needed and not installed.
        StoreError: If the database is missing or can't be opened; also raised by whatever reads or
            writes it, if it is locked, read-only, full or gone.
        StoreVersionError: If it is not ours, or of another version.

    Example:
        >>> import tempfile
        >>> from quoteattr.quotes import Quote, Span, Speaker
        >>> quote = Quote((Span(0, 6, "“Yes,”"),), speaker=Speaker("Ann Lee"))
        >>> document = Document("a", "“Yes,” said Ann Lee.", (quote,))
        >>> with tempfile.TemporaryDirectory() as folder, QuoteStore(f"{folder}/a.db") as store:
        ...     store.add([document])
        ...     store.add([document])
        ...     store.get("a") == document
        Added(new=1, changed=0, same=0)
        Added(new=0, changed=0, same=1)
        True
    """

    def __init__(self, database: str | Path, *, create: bool = True, migrate: bool = False) -> None:
        self._engine = open_engine(database, create=create, migrate=migrate)

    def __enter__(self) -> "QuoteStore":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database. It is opened again if the store is used again."""
        self._engine.dispose()

    def add(self, documents: Iterable[Document]) -> Added:
        """Add documents with their quotes, or replace those that have changed.

        A document is known by its id. Its `meta` may have a ``title``, a ``url``, an ``outlet`` and
        ``published``, an ISO 8601 date with or without a time; these have columns of their own.

        Args:
            documents: The documents. They are read and written in batches, each a transaction:
                whatever happens, a document is there with all of its quotes, or as it was before.

        Returns:
            What became of them.

        Raises:
            InputTypeError: If one is no `Document`.
            FormatError: If one has no id, or its `meta` is not JSON, or its date is none.
            StoreError: If they can't be written; the message says how many had been before.
        """
        added = Added()
        for batch in _batches(map(entry, documents)):
            try:
                with writing(self._engine) as connection:
                    done = _write(connection, batch)
            except StoreError as error:
                count = added.new + added.changed + added.same
                msg = f"{error}; {count} documents were stored before that, and none was in part"
                raise StoreError(msg) from error
            added += done
        return added

    def delete(self, ids: Iterable[str]) -> int:
        """Delete documents with their quotes.

        Args:
            ids: Of the documents; those that are not there are passed over.

        Returns:
            How many were there.
        """
        with writing(self._engine) as connection:
            numbers = [number for number, _ in _known(connection, map(escape, ids)).values()]
            registry.purge(connection, _remove(connection, numbers))
        return len(numbers)

    def get(self, document_id: str) -> Document:
        """Get a document as it was added.

        Args:
            document_id: The document's id.

        Returns:
            The document, with its quotes in their order in the text.

        Raises:
            NotInStoreError: If it is not there.
        """
        with reading(self._engine) as connection:
            found = list(_documents(connection, [escape(document_id)]))
        if not found:
            msg = f"there is no document {document_id!r} in the database; check its id"
            raise NotInStoreError(msg)
        return found[0]

    def holds(self, document_id: str, text: str, *, model: Mapping[str, str]) -> bool:
        """Whether a text need not be read again: what a program that was stopped goes on after.

        Args:
            document_id: The document's id.
            text: Its text.
            model: What would find its quotes, as `Document.model` has it.

        Returns:
            Whether the document is there, with this text, and its quotes were found by this model.
        """
        wanted = (
            documents.c.id == escape(document_id),
            documents.c.sha256 == text_digest(text),
            models.c.model == model_key(model),
        )
        with reading(self._engine) as connection:
            return bool(
                connection.scalar(select(exists(select(documents).join(models).where(*wanted))))
            )

    def documents(self) -> Iterator[Document]:
        """All documents as they were added, whatever is added or deleted meanwhile.

        Yields:
            The documents, in the order of their ids by code points, each with its quotes in their
            order in the text.
        """
        with reading(self._engine) as connection:
            ids = connection.scalars(select(documents.c.id).order_by(documents.c.id)).all()
            for start in range(0, len(ids), _PAGE):
                yield from _documents(connection, ids[start : start + _PAGE])

    def export(self, stream: TextIO) -> None:
        """Write all documents as JSON Lines, with their texts, as `documents` gives them.

        Speakers are written as they were found. Equal documents make equal files, whenever and in
        whichever order they were added, and adding what was written makes an equal database.

        Args:
            stream: Where to, an open text file in UTF-8.
        """
        jsonl.write(self.documents(), stream, with_text=True)

    @property
    def speakers(self) -> Speakers:
        """The speakers across documents, and what people decide about them."""
        return Speakers(self._engine)

    def search(
        self,
        query: str | None = None,
        filters: Filters = _NO_FILTERS,
        *,
        order: Order | None = None,
        limit: int = 20,
        after: str | None = None,
    ) -> Page:
        """Find quotes.

        Args:
            query: What they say: words, all of which they must have, ``"phrases in quotation
                marks"`` and beginnings of words, ``secur*``. Case and accents don't matter, and
                what is neither letter nor digit only parts words. None for all quotes.
            filters: Which quotes to look among.
            order: ``"relevance"``, the default where there is a query, or ``"date"``, the newest
                first and those without a date last.
            limit: How many hits make a page.
            after: The `Page.next` of the page before, of the same search.

        Returns:
            A page of hits.

        Raises:
            QueryError: If the query, or the speaker's, is malformed; the message says where.
            ConfigError: If `order` or `after` can't be.
        """
        with reading(self._engine) as connection:
            return search(connection, query, filters, order=order, limit=limit, after=after)

    def most_quoted(
        self, query: str | None = None, filters: Filters = _NO_FILTERS, *, limit: int = 20
    ) -> list[Quoted]:
        """Who is quoted most, be it at all or about something.

        Args:
            query: What the quotes say, as for `search`. None for all quotes.
            filters: Which quotes to look among.
            limit: How many speakers.

        Returns:
            The speakers; who has most quotes comes first.

        Raises:
            QueryError: If the query, or the speaker's, is malformed; the message says where.
        """
        with reading(self._engine) as connection:
            return most_quoted(connection, query, filters, limit=limit)

    def by_month(
        self, query: str | None = None, filters: Filters = _NO_FILTERS
    ) -> list[tuple[str, int]]:
        """How many quotes there are over time, such as one speaker's.

        Args:
            query: What the quotes say, as for `search`. None for all quotes.
            filters: Which quotes to look among.

        Returns:
            Months, such as ``"2024-01"``, with their quotes; those without any are left out, and
            so are documents without a date.

        Raises:
            QueryError: If the query, or the speaker's, is malformed; the message says where.
        """
        with reading(self._engine) as connection:
            return by_month(connection, query, filters)

    def stats(self) -> Stats:
        """Count what there is.

        Returns:
            The counts.
        """
        counts = [
            select(func.count()).select_from(documents).scalar_subquery(),
            select(func.count()).select_from(quotes).scalar_subquery(),
            select(func.count(distinct(voices.c.speaker_id))).scalar_subquery(),
        ]
        dates = [
            select(which(documents.c.published)).scalar_subquery() for which in (func.min, func.max)
        ]
        with reading(self._engine) as connection:
            return Stats(*connection.execute(select(*counts, *dates)).one())


# Documents in


_BATCH_DOCUMENTS = 5_000
_BATCH_CHARACTERS = 10_000_000
_PAGE = 200


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Pieces that fit into memory, none with two documents of one id."""
    batch: dict[str, Entry] = {}
    characters = 0
    for each in entries:
        if each.id in batch or characters > _BATCH_CHARACTERS or len(batch) == _BATCH_DOCUMENTS:
            yield list(batch.values())
            batch, characters = {}, 0
        batch[each.id] = each
        characters += each.characters
    yield list(batch.values())


def _write(connection: Connection, batch: Sequence[Entry]) -> Added:
    known = _known(connection, (each.id for each in batch))
    fresh = [each for each in batch if known.get(each.id, (0, ""))[1] != each.digest]
    replaced = [known[each.id][0] for each in fresh if each.id in known]
    silent = _remove(connection, replaced)
    _insert(connection, fresh)
    registry.purge(connection, silent)
    return Added(len(fresh) - len(replaced), len(replaced), len(batch) - len(fresh))


def _known(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Numbers and digests of those documents that are there, by their ids."""
    known = {}
    for some in chunks(ids):
        columns = documents.c.id, documents.c.number, documents.c.digest
        rows = connection.execute(select(*columns).where(documents.c.id.in_(some)))
        known.update({id_: (number, digest) for id_, number, digest in rows})
    return known


def _remove(connection: Connection, numbers: Iterable[int]) -> set[int]:
    """Delete documents; the numbers of those speakers that may have nothing left to say."""
    silent: set[int] = set()
    for some in chunks(numbers):
        is_theirs = quotes.c.document_number.in_(some)
        said = select(voices.c.found_id).join(quotes).where(is_theirs)
        silent.update(connection.scalars(said.distinct()))
        connection.execute(delete(documents).where(documents.c.number.in_(some)))
    return silent


def _insert(connection: Connection, entries: Sequence[Entry]) -> None:
    model_ids = _model_ids(connection, entries)
    numbered = list(enumerate(entries, next_number(connection, documents.c.number)))
    insert_rows(
        connection,
        "documents",
        documents.c.keys(),
        [
            (number, *each.row, model_ids[each.model], each.escaped, each.digest)
            for number, each in numbered
        ],
    )
    first_quote = next_number(connection, quotes.c.id)
    theirs = [(number, each.model, quote) for number, each in numbered for quote in each.quotes]
    insert_rows(
        connection,
        "quotes",
        quotes.c.keys(),
        [
            (id_, number, *quote.row, model_ids[model])
            for id_, (number, model, quote) in enumerate(theirs, first_quote)
        ],
    )
    _insert_parts(connection, list(enumerate((quote for *_, quote in theirs), first_quote)))


def _insert_parts(connection: Connection, numbered: Sequence[tuple[int, QuoteRows]]) -> None:
    """Insert the spans, the voices and the words of quotes."""
    rows = [(id_, *span) for id_, quote in numbered for span in quote.spans]
    insert_rows(connection, "spans", spans.c.keys(), rows)
    add_quotes(
        connection,
        [
            (id_, quote.words, [voice.home.folded for voice in quote.voices])
            for id_, quote in numbered
        ],
    )
    registry.add_voices(connection, [(id_, quote.voices) for id_, quote in numbered])


def _model_ids(connection: Connection, entries: Iterable[Entry]) -> dict[str, int]:
    """The numbers of the models that found the quotes, by their JSON; new ones are added."""
    ids = {model: id_ for id_, model in connection.execute(select(models.c.id, models.c.model))}
    for each in entries:
        if each.model not in ids:
            ids[each.model] = len(ids) + 1
            row = (ids[each.model], each.version, each.model)
            insert_rows(connection, "models", models.c.keys(), [row])
    return ids


# Documents out


def _documents(connection: Connection, ids: Sequence[str]) -> Iterator[Document]:
    wanted = select(documents, models.c.model).join(models).where(documents.c.id.in_(ids))
    return to_documents(connection, connection.execute(wanted.order_by(documents.c.id)).mappings())
