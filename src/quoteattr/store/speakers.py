"""Speakers across documents, and what people decide about them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen
from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    Select,
    distinct,
    exists,
    func,
    select,
    update,
)

from quoteattr.errors import ConfigError, FormatError, NotInStoreError
from quoteattr.quotes import SpeakerType
from quoteattr.readers import csv_rows
from quoteattr.store import registry
from quoteattr.store.backend import chunks, insert_rows, next_number, reading, writing
from quoteattr.store.escapes import escape, unescape
from quoteattr.store.index import ALIAS_WORDS, matches, parse
from quoteattr.store.registry import SPEAKER_COLUMNS, Decision
from quoteattr.store.rows import name_key
from quoteattr.store.schema import aliases, decisions, documents, quotes, speakers, voices

__all__ = ["KnownSpeaker", "Speakers", "as_speaker", "named"]

_DIGITS = 18
"""A longer number doesn't fit into a database's whole numbers."""


def as_speaker(written: str) -> int | str:
    """A speaker as `Speakers` and `Filters` take one.

    Args:
        written: As somebody has written it.

    Returns:
        The number, if it is one that a speaker can have; else the same, for a name.

    Example:
        >>> as_speaker("7"), as_speaker("Ann Lee"), as_speaker("9" * 19)
        (7, 'Ann Lee', '9999999999999999999')
    """
    return int(written) if written.isdecimal() and len(written) <= _DIGITS else written


@frozen
class KnownSpeaker:
    """A speaker across documents.

    Attributes:
        id: The speaker's number in this database.
        name: The name: as it was found first, or as people have decided.
        type: What kind of entity it is, as `SpeakerType` has it.
        role: The role that an alias file gives.
        wikidata: The Wikidata id that an alias file gives.
        aliases: All names under which it is known.
        quotes: How many quotes it has.
        documents: In how many documents.
    """

    id: int
    name: str
    type: str
    role: str | None
    wikidata: str | None
    aliases: tuple[str, ...]
    quotes: int
    documents: int


class Speakers:
    """The speakers of a database: `QuoteStore.speakers`.

    Where a speaker is expected it can be given by number, or by a name if only one has it. Case,
    accents and punctuation don't matter.

    Example:
        >>> import tempfile
        >>> from quoteattr.quotes import Document, Quote, Span, Speaker
        >>> from quoteattr.store import QuoteStore
        >>> def said(document, name):
        ...     quote = Quote((Span(0, 6, "“Yes,”"),), speaker=Speaker(name))
        ...     return Document(document, "“Yes,” said somebody.", (quote,))
        >>> with tempfile.TemporaryDirectory() as folder, QuoteStore(f"{folder}/a.db") as store:
        ...     _ = store.add([said("a", "Ann Lee"), said("b", "ANN LEE"), said("c", "Lee")])
        ...     [(each.name, each.quotes) for each in store.speakers.find()]
        ...     decision = store.speakers.merge("Ann Lee", "Lee")
        ...     [(each.name, each.quotes) for each in store.speakers.find()]
        ...     _ = store.speakers.undo(decision.number)
        ...     [(each.name, each.quotes) for each in store.speakers.find()]
        [('Ann Lee', 2), ('Lee', 1)]
        [('Ann Lee', 3)]
        [('Ann Lee', 2), ('Lee', 1)]
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, query: str | None = None, *, limit: int | None = None) -> list[KnownSpeaker]:
        """Find speakers by their names.

        Args:
            query: Words that one of the speaker's names must have, as `QuoteStore.search` takes
                them. All speakers if None.
            limit: How many at most. Any number if None.

        Returns:
            Those with quotes; who has most comes first.

        Raises:
            QueryError: If the query is malformed.
        """
        with reading(self._engine) as connection:
            where = [] if query is None else [speakers.c.id.in_(named(connection, query))]
            quoted = _counted().where(voices.c.quote_id.is_not(None), *where)
            return _known(connection, quoted.limit(limit))

    def get(self, speaker: int | str) -> KnownSpeaker:
        """Get a speaker.

        Args:
            speaker: The number, or a name.

        Returns:
            The speaker.

        Raises:
            NotInStoreError: If there is no such speaker, or there are several of that name.
        """
        with reading(self._engine) as connection:
            its = speakers.c.id == _resolved(connection, speaker)
            return _known(connection, _counted().where(its))[0]

    def merge(self, speaker: int | str, other: int | str) -> Decision:
        """Decide that two speakers are one.

        Args:
            speaker: The one that stays, with its name.
            other: The one that becomes part of it.

        Returns:
            The decision.

        Raises:
            NotInStoreError: As `get` does.
            ConfigError: If they are one already.
        """
        with writing(self._engine) as connection:
            kept, merged = _resolved(connection, speaker), _resolved(connection, other)
            if kept == merged:
                msg = f"{speaker!r} and {other!r} are one speaker already, number {kept}"
                raise ConfigError(msg)
            details = {"merged": _name(connection, merged)}
            return registry.decide(connection, "merge", kept, other=merged, details=details)

    def split(self, speaker: int | str, *documents: str) -> Decision:
        """Decide that a name means somebody else in some documents.

        Args:
            speaker: The speaker.
            documents: The ids of the documents in which it is another one.

        Returns:
            The decision; its `other` is the number of the new speaker, of the same name.

        Raises:
            NotInStoreError: As `get` does, and if the speaker has no quote in these documents.
        """
        with writing(self._engine) as connection:
            number = _resolved(connection, speaker)
            if not _speaks_in(connection, number, documents):
                msg = f"speaker {number} has no quote in {_listed(documents)}; check the ids"
                raise NotInStoreError(msg)
            other = _twin(connection, number)
            details = {"documents": list(documents), "name": _name(connection, other)}
            return registry.decide(connection, "split", number, other=other, details=details)

    def rename(self, speaker: int | str, name: str) -> Decision:
        """Decide what a speaker is called.

        Args:
            speaker: The speaker.
            name: The new name; the old ones stay aliases.

        Returns:
            The decision.

        Raises:
            NotInStoreError: As `get` does.
            ConfigError: If the new name is empty.
        """
        if not name.strip():
            msg = f"a speaker's name must have a character that is no space, not {name!r}"
            raise ConfigError(msg)
        with writing(self._engine) as connection:
            number = _resolved(connection, speaker)
            return registry.decide(connection, "rename", number, details={"name": name})

    def load(self, path: str | Path) -> list[Decision]:
        """Load an alias file: names that mean the same speaker, in whichever document.

        Args:
            path: A CSV file in UTF-8 with a header. The columns are ``name``; ``aliases``, with a
                semicolon between them; ``wikidata``, an id such as ``Q57665``; and ``role``. Only
                the first is needed, and cells may be empty. An alias of one word counts, too.

        Returns:
            The decisions, one a row; none for a row that holds already.

        Raises:
            FileReadError: If there is no such file, or it can't be read.
            FileDecodeError: If it is not UTF-8.
            FormatError: If a column is missing or unknown, or a row has no name.
        """
        rows = list(_read_aliases(path))
        with writing(self._engine) as connection:
            return [made for row in rows if (made := _decide_alias(connection, row))]

    def decisions(self) -> list[Decision]:
        """What people have decided.

        Returns:
            All decisions, in their order, those that were undone too.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(select(decisions).order_by(decisions.c.number))
            return [Decision.of(row) for row in rows.mappings()]

    def undo(self, number: int) -> None:
        """Undo a decision; all others hold as if it had never been.

        Args:
            number: The decision's number.

        Raises:
            NotInStoreError: If there is no such decision, or it is undone already.
        """
        its = [decisions.c.number == number, ~decisions.c.undone]
        with writing(self._engine) as connection:
            if not connection.execute(update(decisions).where(*its).values(undone=True)).rowcount:
                msg = (
                    f"there is no decision {number!r} to undo; `quoteattr db decisions`, or "
                    "speakers.decisions(), lists those that hold"
                )
                raise NotInStoreError(msg)
            registry.replay(connection)


def named(connection: Connection, query: str) -> Select[Any]:
    """The numbers of speakers who have words in a name.

    Args:
        connection: To the database.
        query: The words, as a query.

    Returns:
        What selects the numbers.

    Raises:
        QueryError: If the query is malformed.
    """
    theirs = matches(connection, ALIAS_WORDS, parse(query))
    words = ALIAS_WORDS.join(aliases, aliases.c.id == ALIAS_WORDS.c.rowid)
    return select(aliases.c.speaker_id).select_from(words).where(theirs)


def _counted() -> Select[Any]:
    heard = speakers.outerjoin(voices, voices.c.speaker_id == speakers.c.id).outerjoin(quotes)
    count = func.count(distinct(voices.c.quote_id)).label("quotes")
    columns = [speakers.c[name] for name in ("id", "name", "type", "role", "wikidata")]
    in_documents = func.count(distinct(quotes.c.document_number)).label("documents")
    counted = select(*columns, count, in_documents).select_from(heard).group_by(speakers.c.id)
    return counted.order_by(count.desc(), speakers.c.name, speakers.c.id)


def _known(connection: Connection, counted: Select[Any]) -> list[KnownSpeaker]:
    rows = connection.execute(counted).mappings().all()
    names: dict[int, dict[str, str]] = {row["id"]: {} for row in rows}
    for some in chunks(names):
        theirs = select(aliases).where(aliases.c.speaker_id.in_(some)).order_by(aliases.c.id)
        for row in connection.execute(theirs):
            names[row.speaker_id].setdefault(row.folded, unescape(row.name))
    return [_known_speaker(row, tuple(names[row["id"]].values())) for row in rows]


def _known_speaker(row: RowMapping, names: tuple[str, ...]) -> KnownSpeaker:
    kept = {key: row[key] and unescape(row[key]) for key in ("name", "role", "wikidata")}
    return KnownSpeaker(**{**row, **kept}, aliases=names)


def _resolved(connection: Connection, speaker: int | str) -> int:
    """The number of the one speaker that is meant."""
    by_name = aliases.c.folded == name_key(speaker) if isinstance(speaker, str) else None
    its = aliases.c.speaker_id == speaker if by_name is None else by_name
    columns = aliases.c.speaker_id, speakers.c.type, speakers.c.document
    joined = aliases.join(speakers, speakers.c.id == aliases.c.speaker_id)
    meant = select(*columns).select_from(joined).where(its).distinct().order_by(columns[0])
    found = connection.execute(meant).mappings().all()
    if not found:
        msg = (
            f"there is no speaker {speaker!r}; `quoteattr db speakers`, or speakers.find(), lists "
            "them, by words of their names"
        )
        raise NotInStoreError(msg)
    if len(found) > 1:
        listed = ", ".join(map(_described, found[:_SHOWN])) + (", …" if found[_SHOWN:] else "")
        msg = f"{len(found)} speakers are called {speaker!r}; take one's number: {listed}"
        raise NotInStoreError(msg)
    return int(found[0]["speaker_id"])


_SHOWN = 5


def _described(row: RowMapping) -> str:
    where = f" in {unescape(row['document'])!r}" if row["document"] else ""
    return f"{row['speaker_id']} ({row['type']}{where})"


def _speaks_in(connection: Connection, speaker: int, ids: Sequence[str]) -> bool:
    said = voices.join(quotes).join(documents)
    its = voices.c.speaker_id == speaker, documents.c.id.in_(list(map(escape, ids)))
    return bool(connection.scalar(select(exists().select_from(said).where(*its))))


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(map(repr, ids)) or "no documents at all"


def _name(connection: Connection, speaker: int) -> str:
    return unescape(str(connection.scalar(select(speakers.c.name).where(speakers.c.id == speaker))))


def _twin(connection: Connection, speaker: int) -> int:
    """A new speaker like another one, that isn't found again by any name."""
    same = select(speakers.c.name, speakers.c.type).where(speakers.c.id == speaker)
    name, type_ = connection.execute(same).one()
    return _insert(connection, name=name, type_=type_, folded=None, document=None)


def _insert(
    connection: Connection, *, name: str, type_: str, folded: str | None, document: str | None
) -> int:
    number = next_number(connection, speakers.c.id)
    row = (number, name, type_, name, folded, document)
    insert_rows(connection, "speakers", SPEAKER_COLUMNS, [row])
    return number


# Alias files


@frozen
class _AliasRow:
    """A row of an alias file: what a decision about it says."""

    name: str
    details: Mapping[str, Any]


_ALIAS_COLUMNS = ("name", "aliases", "wikidata", "role")


def _read_aliases(path: str | Path) -> Iterator[_AliasRow]:
    rows = csv_rows(path)
    _, header = next(rows, (1, []))
    if "name" not in header or not set(header) <= set(_ALIAS_COLUMNS):
        msg = (
            f"{str(path)!r} must have a header with the column name, and may have aliases, "
            f"wikidata and role; it has {', '.join(map(repr, header)) or 'none'}"
        )
        raise FormatError(msg)
    for line, row in rows:
        yield _alias_row(**_alias_cells(header, row, f"{str(path)!r}, line {line}"))


def _alias_cells(header: Sequence[str], row: Sequence[str], place: str) -> dict[str, str]:
    if len(row) > len(header):
        lengths = f"the row has {len(row)} cells, the header {len(header)}"
        msg = f"{place}: {lengths}; aliases stand in one cell, with ; between them"
        raise FormatError(msg)
    cells = dict.fromkeys(_ALIAS_COLUMNS, "")
    cells |= {key: cell.strip() for key, cell in zip(header, row, strict=False)}
    if not cells["name"]:
        msg = f"{place}: the name is empty; each row needs one"
        raise FormatError(msg)
    return cells


def _alias_row(*, name: str, aliases: str, wikidata: str, role: str) -> _AliasRow:
    others = [other for each in aliases.split(";") if (other := each.strip())]
    known = {key: value for key, value in (("wikidata", wikidata), ("role", role)) if value}
    return _AliasRow(name, {"name": name, "names": [name, *others], **known})


def _decide_alias(connection: Connection, row: _AliasRow) -> Decision | None:
    speaker = _target(connection, row.name)
    same = ("alias", speaker, dict(row.details))
    held = ((each.kind, each.speaker, each.details) for each in registry.holding(connection))
    if same in held:
        return None
    return registry.decide(connection, "alias", speaker, details=row.details)


def _target(connection: Connection, name: str) -> int:
    """The speaker whom a row of an alias file is about; one who was not found yet is added."""
    key = name_key(name)
    its = speakers.c.folded == key, speakers.c.document == ""
    found = select(speakers.c.id).where(*its).order_by(speakers.c.id).limit(1)
    home = connection.scalar(found)
    if home is None:
        name, unknown = escape(name), str(SpeakerType.UNKNOWN)
        return _insert(connection, name=name, type_=unknown, folded=key, document="")
    now = select(aliases.c.speaker_id).where(aliases.c.found_id == home).limit(1)
    return int(connection.scalar(now) or home)
