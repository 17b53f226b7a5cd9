"""Connections to the database: how it is opened, read and written, and what its errors mean."""

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from quoteattr.errors import ConfigError, StoreError, StoreVersionError
from quoteattr.extras import require
from quoteattr.store import migrations

__all__ = ["chunks", "explained", "insert_rows", "next_number", "open_engine", "reading", "writing"]

_PATIENCE = 60
"""For how many seconds a writer waits for another one."""
_BREAK = 0.05
"""How many seconds pass between two tries, where SQLite itself doesn't wait."""
_LOCK = 7_116_835
"""The number of the lock of PostgreSQL that writers take in turns; any will do."""
_PATH_OR_URL = (
    "expected the path of an SQLite file, such as quotes.db, or "
    "postgresql+psycopg://USER@HOST/DATABASE"
)


def open_engine(database: str | Path, *, create: bool, migrate: bool) -> Engine:
    """Open a database, and make it one of ours if it is empty.

    Args:
        database: The path of an SQLite file, or the URL of a PostgreSQL database.
        create: Whether to make it if there is none, or an empty one.
        migrate: Whether to bring one of an older version up to this.

    Returns:
        The engine, whose database is of this version.

    Raises:
        ConfigError: If `database` is neither.
        MissingExtraError: If it is PostgreSQL, and the extra ``postgres`` is not installed.
        StoreError: If it is missing or can't be opened.
        StoreVersionError: If it is not ours, or of another version.
    """
    url = _url(database)
    path = Path(url.database) if url.drivername == "sqlite" and url.database else None
    if path and not path.exists() and not create:
        msg = f"there is no database {str(path)!r}; check the path, or build it first"
        raise StoreError(msg)
    engine = _engine(url)
    try:
        _prepare(engine, create=create, migrate=migrate)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _url(database: str | Path) -> URL:
    if "://" not in str(database):
        return URL.create("sqlite", database=str(database))
    try:
        url = make_url(str(database))
    except ArgumentError as error:
        msg = f"{str(database)!r} is no URL of a database; {_PATH_OR_URL}"
        raise ConfigError(msg) from error
    if url.drivername != "postgresql+psycopg":
        msg = f"there is no database behind {url.drivername!r} here; {_PATH_OR_URL}"
        raise ConfigError(msg)
    require("psycopg", extra="postgres")
    return url


def _engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": _PATIENCE})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _: object) -> None:  # noqa: ANN401 - whatever the driver has
    connection.isolation_level = None  # or else the driver would begin transactions, too late
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")  # KiB


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin", "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)


def _prepare(engine: Engine, *, create: bool, migrate: bool) -> None:
    with reading(engine) as connection:
        lacking = _checked(connection)
    is_empty = lacking == list(migrations.MIGRATIONS)
    if is_empty and not create:
        msg = f"{_name(engine)} is empty; check the path or URL, or build the database first"
        raise StoreVersionError(msg)
    if lacking and not is_empty and not migrate:
        msg = (
            f"{_name(engine)} was written by an older version of quoteattr, before "
            f"{lacking[0].name!r}; bring it up to this version with `quoteattr db migrate`, "
            "or QuoteStore(…, migrate=True), after which older versions can't open it"
        )
        raise StoreVersionError(msg)
    if lacking:
        _migrate(engine)


def _migrate(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        _use_wal(engine)
    with writing(engine) as connection:
        migrations.migrate(connection)


def _use_wal(engine: Engine) -> None:
    """Let readers and a writer not wait for each other; this is kept in the file."""
    until = time.monotonic() + _PATIENCE
    with explained(engine), engine.execution_options(begin="").connect() as connection:
        # Of all there is this alone doesn't wait for others who have the file open.
        while not _uses_wal(connection, is_last_try=time.monotonic() > until):
            time.sleep(_BREAK)


def _uses_wal(connection: Connection, *, is_last_try: bool) -> bool:
    try:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    except OperationalError as error:
        if is_last_try or "locked" not in str(error.orig):
            raise
        return False
    return True


def _checked(connection: Connection) -> list[migrations.Migration]:
    try:
        return migrations.check(connection)
    except StoreVersionError as error:
        msg = f"{_name(connection.engine)} {error}"
        raise StoreVersionError(msg) from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever others write meanwhile.

    Args:
        engine: The database.

    Yields:
        The connection, in a transaction.

    Raises:
        StoreError: If the database says no.
    """
    is_server = engine.dialect.name == "postgresql"
    options = {"isolation_level": "REPEATABLE READ"} if is_server else {}
    with explained(engine), engine.execution_options(**options).begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection that writes all or nothing, one writer after the other.

    Args:
        engine: The database.

    Yields:
        The connection, in a transaction.

    Raises:
        StoreError: If the database says no.
    """
    # A writer that began by reading would fail, instead of wait, where another one has written.
    options = {"begin": "BEGIN IMMEDIATE"}
    with explained(engine), engine.execution_options(**options).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}s'")
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        yield connection


def insert_rows(
    connection: Connection, table: str, columns: Iterable[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows as they are, which is several times as fast as SQLAlchemy's own way.

    Args:
        connection: To the database, in a transaction.
        table: The table's name.
        columns: The columns' names.
        rows: Their values.
    """
    if rows:
        quoted = [connection.dialect.identifier_preparer.quote(name) for name in columns]
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        marks = ", ".join([mark] * len(quoted))
        statement = f"INSERT INTO {table} ({', '.join(quoted)}) VALUES ({marks})"  # noqa: S608
        connection.exec_driver_sql(statement, list(rows))


_CHUNK = 1000

_Item = TypeVar("_Item")


def chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Cut items into pieces that fit into one statement.

    Args:
        items: Any.

    Yields:
        The pieces.
    """
    rest = iter(items)
    while some := list(itertools.islice(rest, _CHUNK)):
        yield some


def next_number(connection: Connection, column: ColumnElement[int]) -> int:
    """The first number that no row has yet.

    Args:
        connection: To the database, in a transaction that keeps other writers out.
        column: The rows' own number.

    Returns:
        One more than the greatest.
    """
    greatest = connection.scalar(select(func.max(column)))
    return 1 if greatest is None else greatest + 1


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Say what is wrong with a database in words of our own.

    Args:
        engine: The database.

    Yields:
        Nothing.

    Raises:
        ConfigError: Instead of one that says that a number is too large.
        StoreError: Instead of an error of the database.
        StoreVersionError: Instead of one that says that the file is none.
    """
    try:
        yield
    except OverflowError as error:  # from SQLite's driver
        raise ConfigError(_TOO_LARGE) from error
    except DBAPIError as error:
        reason = str(error.orig).strip()
        if "bigint out of range" in reason:
            raise ConfigError(_TOO_LARGE) from error
        if "not a database" in reason:
            msg = f"{_name(engine)} is no SQLite database, so none of quoteattr; check the path"
            raise StoreVersionError(msg) from error
        msg = f"{_name(engine)}: {_reason(reason)}"
        raise StoreError(msg) from error


_TOO_LARGE = "a number has more than 64 bits, so no speaker or decision has it; check it"
_LOCKED = "another program has been writing to it for {seconds} seconds; try again when it is done"
_REASONS = {
    "database is locked": _LOCKED,
    "lock timeout": _LOCKED,
    "readonly database": "it can't be written, since the file or its folder is read-only; make "
    "both writable, or copy the file elsewhere",
    "read-only transaction": "it can't be written, since the server takes it for read-only; "
    "connect to the one that can write",
    "disk is full": "the disk is full; make room and start again",
    "disk I/O error": "the disk can't be read or written; it may be full, over a quota or a limit "
    "of the size of files, or broken; mend that and start again",
    "No space left on device": "the server's disk is full; make room and start again",
    "unable to open database file": "it can't be opened; check that its folder exists, and that "
    "both can be read",
}
"""What a database says, and what that means."""


def _reason(said: str) -> str:
    known = (ours for theirs, ours in _REASONS.items() if theirs in said)
    ours = next(known, None)
    return said if ours is None else ours.format(seconds=_PATIENCE)


def _name(engine: Engine) -> str:
    url = engine.url
    return repr(url.database if engine.dialect.name == "sqlite" else url.render_as_string())
