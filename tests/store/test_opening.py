"""Opening a database: what is ours, what is not, and what stands in the way."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, inspect, text

from quoteattr.errors import (
    ConfigError,
    MissingExtraError,
    QuoteattrError,
    StoreError,
    StoreVersionError,
)
from quoteattr.store import QuoteStore, backend, migrations
from store_by_hand import document

ONE = document("a", [("Yes", "Ann Lee")])


def error_of(kind: type[QuoteattrError], database: str | Path, *, create: bool = True) -> str:
    """The message with which a database is not opened."""
    with pytest.raises(kind) as caught:
        QuoteStore(database, create=create)
    return str(caught.value)


@pytest.fixture(name="engine")
def _engine(database: str) -> Iterator[Engine]:
    """The same database as `database`, without the store."""
    url = database if "://" in database else f"sqlite:///{database}"
    engine = create_engine(url)
    yield engine
    engine.dispose()


def execute(engine: Engine, *statements: str) -> None:
    """Run statements in a database."""
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_what_is_there_stays(database: str) -> None:
    """A database that is opened again has what was added, and may be asked to be there."""
    with QuoteStore(database) as store:
        store.add([ONE])
    with QuoteStore(database, create=False) as store:
        assert list(store.documents()) == [ONE]


def test_migrations_leave_a_record(database: str, engine: Engine) -> None:
    """The names of all migrations stand in the database, in their order."""
    QuoteStore(database).close()
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM quoteattr_migrations ORDER BY name"))
        assert list(names) == [each.name for each in migrations.MIGRATIONS]


def test_tables_and_views(database: str, engine: Engine) -> None:
    """The tables and views are those that the documentation names."""
    QuoteStore(database).close()
    tables = {"documents", "models", "quotes", "spans", "speakers", "aliases", "voices"}
    tables |= {"decisions", "quoteattr_migrations", "quote_words", "alias_words"}
    found = inspect(engine).get_table_names()
    assert tables == {name for name in found if not re.match(r"(quote|alias)_words_", name)}
    assert set(inspect(engine).get_view_names()) == {"said", "quoted", "quoted_by_month"}
    page = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")
    for name in (*tables, "said", "quoted", "quoted_by_month"):
        assert f"`{name}`" in page, f"docs/database.md says nothing of {name}"


def test_an_older_version(database: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said to be older; asked to, the store brings it up to this version."""
    with monkeypatch.context() as older:
        older.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:2])
        with QuoteStore(database) as store:
            store.add([ONE])
    assert error_of(StoreVersionError, database).endswith(
        "was written by an older version of quoteattr, before '0003 views'; bring it up to this "
        "version with `quoteattr db migrate`, or QuoteStore(…, migrate=True), after which "
        "older versions can't open it"
    )
    with QuoteStore(database, migrate=True) as store:
        assert list(store.documents()) == [ONE]
    assert inspect(engine).get_view_names()


def test_a_newer_version(database: str, engine: Engine) -> None:
    """It is said to be newer, and left as it is."""
    QuoteStore(database).close()
    execute(engine, "INSERT INTO quoteattr_migrations VALUES ('0999 future')")
    assert error_of(StoreVersionError, database).endswith(
        "was written by a newer version of quoteattr, which has been through '0999 future'; "
        "update quoteattr: pip install --upgrade quoteattr"
    )


def test_a_migration_that_fails_leaves_nothing(
    database: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All migrations are done, or none."""

    def fail(_: object) -> None:
        msg = "no"
        raise RuntimeError(msg)

    broken = (*migrations.MIGRATIONS, migrations.Migration("0004 broken", fail))
    monkeypatch.setattr(migrations, "MIGRATIONS", broken)
    with pytest.raises(RuntimeError, match="no"):
        QuoteStore(database)
    assert inspect(engine).get_table_names() == []


def test_a_database_of_others(database: str, engine: Engine) -> None:
    """A database with other tables is not ours, and left as it is."""
    execute(engine, "CREATE TABLE recipes (id integer)")
    assert error_of(StoreVersionError, database).endswith(
        "is no quote database of quoteattr: it has the table 'recipes', and not "
        "'quoteattr_migrations'; check the path or URL, or name one that doesn't exist yet"
    )
    assert inspect(engine).get_table_names() == ["recipes"]


def test_an_empty_database(database: str, engine: Engine) -> None:
    """Where none is to be made, an empty one is none."""
    execute(engine, "CREATE TABLE recipes (id integer)", "DROP TABLE recipes")
    assert error_of(StoreVersionError, database, create=False).endswith(
        "is empty; check the path or URL, or build the database first"
    )


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A text is no database, and left as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("Not a database at all. " * 100, encoding="utf-8")
    assert error_of(StoreVersionError, path) == (
        f"'{path}' is no SQLite database, so none of quoteattr; check the path"
    )
    assert path.read_text(encoding="utf-8").startswith("Not a database")


def test_no_such_file(tmp_path: Path) -> None:
    """Where none is to be made, there must be one, and nothing is made."""
    path = tmp_path / "quotes.db"
    assert error_of(StoreError, path, create=False) == (
        f"there is no database '{path}'; check the path, or build it first"
    )
    assert not path.exists()


def test_no_such_folder(tmp_path: Path) -> None:
    """Folders are not made."""
    path = tmp_path / "nowhere" / "quotes.db"
    assert error_of(StoreError, path) == (
        f"'{path}': it can't be opened; check that its folder exists, and that both can be read"
    )


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://localhost/quotes", "there is no database behind 'postgresql' here; "),
        ("mysql://localhost/quotes", "there is no database behind 'mysql' here; "),
        ("post gres://", "'post gres://' is no URL of a database; "),
    ],
)
def test_other_urls(url: str, message: str) -> None:
    """The message shows what a path and a URL look like."""
    assert error_of(ConfigError, url) == (
        f"{message}expected the path of an SQLite file, such as quotes.db, or "
        "postgresql+psycopg://USER@HOST/DATABASE"
    )


def test_postgresql_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the driver the message says which extra brings it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'quoteattr[postgres]'")):
        QuoteStore("postgresql+psycopg://localhost/quotes")


def test_no_such_server() -> None:
    """A server that doesn't answer is named, without the password."""
    pytest.importorskip("psycopg")
    message = error_of(StoreError, "postgresql+psycopg://ann:secret@127.0.0.1:1/quotes")
    assert message.startswith("'postgresql+psycopg://ann:***@127.0.0.1:1/quotes': connection")
    assert "secret" not in message


def test_a_locked_database(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer who waits in vain says so; readers don't wait."""
    monkeypatch.setattr(backend, "_PATIENCE", 2)
    with QuoteStore(database) as store, QuoteStore(database) as other:
        store.add([ONE])
        with backend.writing(other._engine):
            assert list(store.documents()) == [ONE]
            with pytest.raises(StoreError) as caught:
                store.add([document("b", [])])
        assert str(caught.value).endswith(
            "another program has been writing to it for 2 seconds; try again when it is done; 0 "
            "documents were stored before that, and none was in part"
        )
        assert store.add([document("b", [])]).new == 1


AS_NOBODY = """
import os, sys
from quoteattr.store import QuoteStore
QuoteStore(sys.argv[2]).close()  # imports all that there is to import
if os.geteuid() == 0:  # to whom nothing is read-only
    os.setuid(65534)
try:
    with QuoteStore(sys.argv[1]) as store:
        print([each.id for each in store.documents()])
        store.delete(["a"])
except OSError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such permissions")
@pytest.mark.parametrize(("mode", "printed"), [(0o777, "['a']\n"), (0o555, "")])
def test_a_read_only_file(tmp_path: Path, mode: int, printed: str) -> None:
    """It can be read if its folder can be written, and the message says why it can't be written."""
    # Not in pytest's own folder, into which it lets nobody else.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "quotes.db")
        with QuoteStore(path) as store:
            store.add([ONE])
        path.chmod(0o444)
        path.parent.chmod(mode)
        command = (sys.executable, "-c", AS_NOBODY, str(path), str(tmp_path / "other.db"))
        finished = subprocess.run(  # noqa: S603
            command, capture_output=True, check=True, text=True, timeout=120
        )
        path.parent.chmod(0o755)
    assert finished.stderr == ""
    assert finished.stdout == (
        f"{printed}'{path}': it can't be written, since the file or its folder is read-only; make "
        "both writable, or copy the file elsewhere\n"
    )


def test_a_full_disk(tmp_path: Path) -> None:
    """The message says what was committed, and that is there."""
    some = [document(f"{number:03}", [("Yes " * 50_000, "Ann Lee")]) for number in range(100)]
    with QuoteStore(tmp_path / "quotes.db") as store:

        def keep_small(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA max_page_count = 10000")

        event.listen(store._engine, "connect", keep_small)
        store.close()
        with pytest.raises(StoreError) as caught:
            store.add(some)
        kept = list(store.documents())
    assert 0 < len(kept) < len(some)
    assert kept == some[: len(kept)]
    assert str(caught.value).endswith(
        f"the disk is full; make room and start again; {len(kept)} documents were stored before "
        "that, and none was in part"
    )


def test_opened_by_many_at_once(database: str) -> None:
    """Whoever comes first makes the database, and the others find it made."""

    def add(number: int) -> int:
        with QuoteStore(database) as store:
            return store.add([document(str(number), [("Yes", "Ann Lee")])]).new

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(8))) == 8
    with QuoteStore(database) as store:
        assert (store.stats().documents, store.stats().speakers) == (8, 1)


def test_foreign_keys_hold(tmp_path: Path) -> None:
    """A person who deletes a document in another program can leave nothing of it behind."""
    path = tmp_path / "quotes.db"
    with QuoteStore(path) as store:
        store.add([ONE])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM documents")
        connection.commit()
        for table in ("quotes", "spans", "voices", "quote_words"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608


def test_a_copy_of_the_file_is_a_copy_of_the_database(tmp_path: Path) -> None:
    """Once the store is closed, the one file is all."""
    with QuoteStore(tmp_path / "quotes.db") as store:
        store.add([ONE])
    assert [path.name for path in tmp_path.iterdir()] == ["quotes.db"]
    shutil.copy(tmp_path / "quotes.db", tmp_path / "copy.db")
    with QuoteStore(tmp_path / "copy.db", create=False) as store:
        assert list(store.documents()) == [ONE]
