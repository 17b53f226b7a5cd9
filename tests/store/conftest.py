"""A database of each kind: an SQLite file, and one on a PostgreSQL server started for the tests."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from quoteattr.store import QuoteStore

_USER = "quoteattr"


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = [Path(on_path)] if on_path else debian
    return found[-1].parent if found else None


def _run(*command: str | Path, user: str | None) -> None:
    subprocess.run(  # noqa: S603
        list(map(str, command)), check=True, capture_output=True, timeout=120, user=user
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session", name="server")
def _server() -> Iterator[str]:
    """The URL of a PostgreSQL server: the one named by a variable, or a temporary one."""
    pytest.importorskip("psycopg", reason="PostgreSQL needs the extra postgres")
    if url := os.environ.get("QUOTEATTR_TEST_POSTGRES"):
        yield url
        return
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed, and QUOTEATTR_TEST_POSTGRES names none")
    # Not in pytest's own folder, into which it lets nobody else.
    with tempfile.TemporaryDirectory() as folder:
        yield from _temporary_server(programs, Path(folder))


def _temporary_server(programs: Path, folder: Path) -> Iterator[str]:
    # PostgreSQL doesn't run as root; Debian has a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    _run(
        *(programs / "initdb", "--pgdata", data, "--username", _USER, "--auth", "trust"),
        *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        user=user,
    )
    options = f"-h 127.0.0.1 -p {port} -k '' -F"
    control = (programs / "pg_ctl", "--pgdata", data, "--wait")
    _run(*control, "--log", data / "log", "--options", options, "start", user=user)
    try:
        yield f"postgresql+psycopg://{_USER}@127.0.0.1:{port}/postgres"
    finally:
        _run(*control, "--mode", "immediate", "stop", user=user)


@pytest.fixture(scope="session", name="server_database")
def _server_database(server: str) -> Iterator[Engine]:
    """A database of our own on the server."""
    name = f"quoteattr_{uuid.uuid4().hex}"
    control = create_engine(server, isolation_level="AUTOCOMMIT")
    with control.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    own = create_engine(make_url(server).set(database=name), poolclass=NullPool)
    yield own
    with control.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    control.dispose()


@pytest.fixture(name="empty_postgres")
def _empty_postgres(server_database: Engine) -> Callable[[], str]:
    """What empties the PostgreSQL database, and gives its URL."""

    def empty() -> str:
        with server_database.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        return server_database.url.render_as_string(hide_password=False)

    return empty


@pytest.fixture(name="database", params=["sqlite", "postgres"])
def _database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind: a path, and a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "quotes.db")
    return str(request.getfixturevalue("empty_postgres")())


@pytest.fixture(name="store")
def _store(database: str) -> Iterator[QuoteStore]:
    """An empty store of each kind."""
    with QuoteStore(database) as store:
        yield store


@pytest.fixture(name="other")
def _other(database: str, store: QuoteStore) -> Iterator[QuoteStore]:
    """The same database, opened once more."""
    del store
    with QuoteStore(database) as other:
        yield other
