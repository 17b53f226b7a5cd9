"""Who was found to speak, and what people have decided about it.

The same full name, of two words or more, of the same type is one speaker in all documents; any
other name is one in its own document only. What people decide is a log, and who says a quote
follows from who was found and from the log: so decisions outlive a new run over the same texts,
hold for texts that come later, and can be undone one by one.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    Update,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from quoteattr.store.backend import chunks, insert_rows, next_number
from quoteattr.store.escapes import escape, unescape
from quoteattr.store.index import add_aliases
from quoteattr.store.rows import Home, Voice, name_key
from quoteattr.store.schema import aliases, decisions, documents, quotes, speakers, voices

__all__ = ["SPEAKER_COLUMNS", "Decision", "add_voices", "decide", "holding", "purge", "replay"]


@frozen
class Decision:
    """What somebody has decided about speakers.

    Attributes:
        number: Its number, by which it can be undone.
        kind: ``"merge"``, ``"split"``, ``"rename"`` or ``"alias"``.
        speaker: The number of the speaker that it is about.
        other: The number of the one that was merged into it, or split off from it.
        details: The name of the one that was ``merged``; a split's ``documents``; a new ``name``;
            of an alias all ``names``, with the ``wikidata`` id and the ``role``.
        undone: Whether it doesn't hold any more.
    """

    number: int
    kind: str
    speaker: int
    other: int | None = None
    details: Mapping[str, Any] = field(factory=dict)
    undone: bool = False

    @classmethod
    def of(cls, row: RowMapping) -> "Decision":
        """Make a decision of its row.

        Args:
            row: Of the table of decisions.

        Returns:
            The decision.
        """
        details = json.loads(unescape(row["details"]))
        return cls(
            row["number"], row["kind"], row["speaker_id"], row["other_id"], details, row["undone"]
        )


# Who was found


def add_voices(connection: Connection, said: Sequence[tuple[int, Sequence[Voice]]]) -> None:
    """Add who says quotes, as it was found and as people have decided.

    Args:
        connection: To the database, in a transaction that keeps other writers out.
        said: The new quotes' numbers, in their order, each with its voices.
    """
    first_alias = next_number(connection, aliases.c.id)
    numbers = _register(connection, (voice for _, each in said for voice in each))
    rows = [
        (quote, position, numbers[voice.home], numbers[voice.home])
        for quote, each in said
        for position, voice in enumerate(each)
    ]
    insert_rows(connection, "voices", voices.c.keys(), rows)
    if said:
        _settle(connection, first_quote=said[0][0], first_alias=first_alias)


def _register(connection: Connection, found: Iterable[Voice]) -> dict[Home, int]:
    """The numbers of the speakers of voices; new ones, and new names, are added."""
    by_home: dict[Home, dict[str, str]] = {}
    for home, speaker in found:
        forms = by_home.setdefault(home, {})
        for name in (speaker.name, *speaker.aliases):
            forms.setdefault(name_key(name), name)
    numbers = _numbers(connection, by_home)
    new = [home for home in by_home if home not in numbers]
    numbers.update(
        {home: id_ for id_, home in enumerate(new, next_number(connection, speakers.c.id))}
    )
    rows = [_speaker_row(numbers[home], home, next(iter(by_home[home].values()))) for home in new]
    insert_rows(connection, "speakers", SPEAKER_COLUMNS, rows)
    _add_aliases(connection, {numbers[home]: forms for home, forms in by_home.items()})
    return numbers


SPEAKER_COLUMNS = ("id", "name", "type", "found_name", "folded", "document")


def _speaker_row(number: int, home: Home, name: str) -> tuple[object, ...]:
    kept = escape(name)
    return (number, kept, home.type, kept, home.folded, home.document)


def _numbers(connection: Connection, homes: Collection[Home]) -> dict[Home, int]:
    """The numbers of those speakers that are there, and of others in the same documents."""
    found: dict[Home, int] = {}
    full_names = {home.folded for home in homes if not home.document}
    in_all = speakers.c.document == ""
    for names in chunks(full_names):
        found.update(_homes(connection, in_all, speakers.c.folded.in_(names)))
    for ids in chunks({home.document for home in homes if home.document}):
        found.update(_homes(connection, speakers.c.document.in_(ids)))
    return found


def _homes(connection: Connection, *where: ColumnElement[bool]) -> Iterator[tuple[Home, int]]:
    own = speakers.c.folded, speakers.c.type, speakers.c.document
    for number, *key in connection.execute(select(speakers.c.id, *own).where(*where)):
        yield Home(*key), number


def _add_aliases(connection: Connection, forms: Mapping[int, Mapping[str, str]]) -> None:
    """Add the names under which speakers were found, by the speakers' numbers, folded and not."""
    known: set[tuple[int, str]] = set()
    is_found = aliases.c.decision.is_(None)
    for some in chunks(forms):
        names = select(aliases.c.found_id, aliases.c.folded)
        rows = connection.execute(names.where(is_found, aliases.c.found_id.in_(some)))
        known.update((number, folded) for number, folded in rows)
    new = [
        (number, name, folded)
        for number, names_ in forms.items()
        for folded, name in names_.items()
        if (number, folded) not in known
    ]
    _insert_aliases(connection, new, decision=None)


def _insert_aliases(
    connection: Connection, rows: Sequence[tuple[int, str, str]], *, decision: int | None
) -> None:
    """Add names of speakers: the speaker's number, the name and the name folded."""
    first = next_number(connection, aliases.c.id)
    numbered = [
        (first + place, number, number, escape(name), folded, decision)
        for place, (number, name, folded) in enumerate(rows)
    ]
    columns = ("id", "found_id", "speaker_id", "name", "folded", "decision")
    insert_rows(connection, "aliases", columns, numbered)
    add_aliases(
        connection, [(row[0], name) for row, (_, name, _) in zip(numbered, rows, strict=True)]
    )


def purge(connection: Connection, found: Iterable[int]) -> None:
    """Forget speakers who say nothing any more and about whom nobody has decided anything.

    Args:
        connection: To the database, in a transaction.
        found: The numbers of those who may be such.
    """
    is_heard = exists().where(voices.c.found_id == speakers.c.id)
    is_decided = exists().where(
        or_(decisions.c.speaker_id == speakers.c.id, decisions.c.other_id == speakers.c.id)
    )
    for some in chunks(found):
        connection.execute(delete(speakers).where(speakers.c.id.in_(some), ~is_heard, ~is_decided))


# What people have decided


def decide(
    connection: Connection,
    kind: str,
    speaker: int,
    *,
    other: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> Decision:
    """Note a decision and carry it out.

    Args:
        connection: To the database, in a transaction that keeps other writers out.
        kind: See `Decision`, as for all that follows.
        speaker: The speaker's number.
        other: The other one's.
        details: What else there is to it.

    Returns:
        The decision.
    """
    number = next_number(connection, decisions.c.number)
    decision = Decision(number, kind, speaker, other, details or {})
    connection.execute(
        insert(decisions).values(
            number=number,
            kind=kind,
            speaker_id=speaker,
            other_id=other,
            details=escape(json.dumps(decision.details, ensure_ascii=False)),
            undone=False,
        )
    )
    _label(connection, decision)
    _move(connection, decision)
    return decision


def replay(connection: Connection) -> None:
    """Go back to who was found, and carry out all decisions that hold.

    Args:
        connection: To the database, in a transaction that keeps other writers out.
    """
    connection.execute(delete(aliases).where(aliases.c.decision.is_not(None)))
    for table in (voices, aliases):
        moved = table.c.speaker_id != table.c.found_id
        connection.execute(update(table).where(moved).values(speaker_id=table.c.found_id))
    connection.execute(update(speakers).values(_AS_FOUND).where(or_(*_IS_LABELLED)))
    for decision in holding(connection):
        _label(connection, decision)
        _move(connection, decision)


def _settle(connection: Connection, *, first_quote: int, first_alias: int) -> None:
    """Carry out all decisions that hold on quotes and names from some number on."""
    for decision in holding(connection):
        _move(connection, decision, first_quote=first_quote, first_alias=first_alias)


_AS_FOUND: dict[Any, Any] = {"name": speakers.c.found_name, "wikidata": None, "role": None}
_IS_LABELLED = (
    speakers.c.name != speakers.c.found_name,
    speakers.c.wikidata.is_not(None),
    speakers.c.role.is_not(None),
)


def holding(connection: Connection) -> list[Decision]:
    """The decisions that were not undone.

    Args:
        connection: To the database.

    Returns:
        The decisions, in their order.
    """
    held = select(decisions).where(~decisions.c.undone).order_by(decisions.c.number)
    return [Decision.of(row) for row in connection.execute(held).mappings()]


def _label(connection: Connection, decision: Decision) -> None:
    """Give a speaker the names, the Wikidata id and the role that a decision gives."""
    speaker = decision.speaker if decision.other is None else decision.other
    details = decision.details
    labels = {key: escape(details[key]) for key in ("name", "wikidata", "role") if key in details}
    if labels:
        connection.execute(update(speakers).where(speakers.c.id == speaker).values(labels))
    names = [details["name"]] if "name" in details else []
    forms = {name_key(name): name for name in (*names, *details.get("names", ()))}
    rows = [(speaker, name, folded) for folded, name in forms.items()]
    _insert_aliases(connection, rows, decision=decision.number)


def _move(
    connection: Connection, decision: Decision, *, first_quote: int = 0, first_alias: int = 0
) -> None:
    """Give quotes and names, from some number on, to the speaker whose they are by a decision."""
    new_quotes, new_aliases = voices.c.quote_id >= first_quote, aliases.c.id >= first_alias
    if decision.kind == "merge":
        for table, new in (voices, new_quotes), (aliases, new_aliases):
            theirs = table.c.speaker_id == decision.other
            connection.execute(_moving(table, decision.speaker).where(theirs, new))
    elif decision.kind == "alias":
        keys = [name_key(name) for name in decision.details["names"]]
        homes = select(speakers.c.id).where(speakers.c.folded.in_(keys))
        for table, new in (voices, new_quotes), (aliases, new_aliases):
            theirs = table.c.found_id.in_(homes)
            connection.execute(_moving(table, decision.speaker).where(theirs, new))
    elif decision.kind == "split":
        ids = [escape(id_) for id_ in decision.details["documents"]]
        split = select(quotes.c.id).join(documents).where(documents.c.id.in_(ids))
        theirs = and_(voices.c.speaker_id == decision.speaker, voices.c.quote_id.in_(split))
        connection.execute(_moving(voices, decision.other).where(theirs, new_quotes))


def _moving(table: Table, speaker: int | None) -> Update:
    return update(table).values(speaker_id=speaker)
