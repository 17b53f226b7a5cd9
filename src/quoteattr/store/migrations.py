"""What makes a database ours, step by step: each a named migration, done in one transaction.

A change of the schema is a new migration at the end of `MIGRATIONS`. The database remembers the
names of those that it has been through, which tells an older and a newer one from this.
"""

from collections.abc import Callable, Sequence

from attrs import frozen
from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, inspect, select, text

from quoteattr.errors import StoreVersionError
from quoteattr.store.schema import METADATA, VIEWS

__all__ = ["MIGRATIONS", "Migration", "check", "migrate"]


@frozen
class Migration:
    """A step from one version of the database to the next.

    Attributes:
        name: Its name, which the database remembers.
        apply: What it does.
    """

    name: str
    apply: Callable[[Connection], None]


_APPLIED = Table("quoteattr_migrations", MetaData(), Column("name", Text, primary_key=True))


def check(connection: Connection) -> list[Migration]:
    """Find out what a database lacks.

    Args:
        connection: To the database.

    Returns:
        The migrations that it has not been through: all if it is empty.

    Raises:
        StoreVersionError: If the database is not ours, or of a newer version than this.
    """
    tables = inspect(connection).get_table_names()
    if _APPLIED.name not in tables:
        if tables:
            msg = (
                f"is no quote database of quoteattr: it has the table {tables[0]!r}, and not "
                f"{_APPLIED.name!r}; check the path or URL, or name one that doesn't exist yet"
            )
            raise StoreVersionError(msg)
        return list(MIGRATIONS)
    applied = set(connection.scalars(select(_APPLIED.c.name)))
    if unknown := sorted(applied - {each.name for each in MIGRATIONS}):
        msg = (
            f"was written by a newer version of quoteattr, which has been through {unknown[0]!r}; "
            "update quoteattr: pip install --upgrade quoteattr"
        )
        raise StoreVersionError(msg)
    return [each for each in MIGRATIONS if each.name not in applied]


def migrate(connection: Connection) -> None:
    """Bring a database up to this version.

    Args:
        connection: To the database, in a transaction that keeps other writers out.

    Raises:
        StoreVersionError: As `check` does.
    """
    lacking = check(connection)
    _APPLIED.create(connection, checkfirst=True)
    for migration in lacking:
        migration.apply(connection)
        connection.execute(insert(_APPLIED).values(name=migration.name))


def _run(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(text(statement))


def _make_tables(connection: Connection) -> None:
    METADATA.create_all(connection, checkfirst=False)


def _make_index(connection: Connection) -> None:
    _run(connection, _INDEX[connection.dialect.name])


def _make_views(connection: Connection) -> None:
    _run(connection, [f"CREATE VIEW {name} AS {query}" for name, query in VIEWS.items()])


# The words come folded and with a space between them. The tokenizer "ascii" takes whatever is not
# ASCII for letters, so that it cuts them at the spaces and nowhere else.
_INDEX = {
    "sqlite": [
        """CREATE VIRTUAL TABLE quote_words USING fts5(words, names, tokenize='ascii')""",
        """CREATE TRIGGER quotes_deleted AFTER DELETE ON quotes
            BEGIN DELETE FROM quote_words WHERE rowid = old.id; END""",
        """CREATE VIRTUAL TABLE alias_words USING fts5(words, tokenize='ascii')""",
        """CREATE TRIGGER aliases_deleted AFTER DELETE ON aliases
            BEGIN DELETE FROM alias_words WHERE rowid = old.id; END""",
    ],
    "postgresql": [
        """CREATE TABLE quote_words (
            rowid bigint PRIMARY KEY REFERENCES quotes ON DELETE CASCADE,
            words tsvector NOT NULL)""",
        """CREATE INDEX quote_words_words ON quote_words USING gin (words)""",
        """CREATE TABLE alias_words (
            rowid bigint PRIMARY KEY REFERENCES aliases ON DELETE CASCADE,
            words tsvector NOT NULL)""",
        """CREATE INDEX alias_words_words ON alias_words USING gin (words)""",
    ],
}

MIGRATIONS = (
    Migration("0001 tables", _make_tables),
    Migration("0002 index", _make_index),
    Migration("0003 views", _make_views),
)
"""All of them, in their order."""
