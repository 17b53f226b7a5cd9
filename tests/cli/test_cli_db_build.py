"""`quoteattr db build` and `import`: documents in, cut off at any moment, and gone on with."""

import gzip
import json
import random
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from typer.testing import CliRunner

import quoteattr
from quoteattr.cli.app import app
from quoteattr.quotes import Document
from quoteattr.store import QuoteStore, backend
from shell import in_terminal, run, start
from store_by_hand import document

TEXT = "“We are ready,” said Ann Lee. “Let us begin.”\n"


def db(command: str, database: Path, *arguments: object) -> tuple[int, str]:
    """Run a command in this process: its exit code and all it printed."""
    result = CliRunner().invoke(app, ["db", command, str(database), *map(str, arguments)])
    return result.exit_code, result.output


def added(new: int, changed: int, same: int) -> str:
    """The line that says what became of documents."""
    return json.dumps({"new": new, "changed": changed, "same": same}) + "\n"


def stored(database: Path) -> list[Document]:
    """The documents in a database."""
    with QuoteStore(database, create=False) as store:
        return list(store.documents())


def write_lines(path: Path, records: list[dict[str, object]]) -> Path:
    """Write JSON Lines."""
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return path


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Path:
    return tmp_path / "quotes.db"


@pytest.fixture(name="table")
def _table(tmp_path: Path) -> Path:
    """Forty texts."""
    return write_lines(
        tmp_path / "table.jsonl", [{"n": n, "body": TEXT * (n % 4 + 1)} for n in range(40)]
    )


FIELDS = ("--text-field", "body", "--id-field", "n")


def test_build_stores_what_extract_finds(database: Path, table: Path) -> None:
    """Documents are those of `extract --with-text`, which go in by `import`, too."""
    assert db("build", database, table, *FIELDS) == (0, added(40, 0, 0))
    extracted = run("extract", str(table), *FIELDS, "--with-text").stdout.decode()
    documents = [Document.from_json(line) for line in extracted.splitlines()]
    assert stored(database) == sorted(documents, key=lambda each: each.id)
    path = table.with_name("extracted.jsonl.gz")
    path.write_bytes(gzip.compress(extracted.encode()))
    assert db("import", database, path) == (0, added(0, 0, 40))
    finished = run("db", "import", f"{database}-2", "-", input=extracted.encode())
    assert (finished.returncode, finished.stdout.decode()) == (0, added(40, 0, 0))
    assert stored(Path(f"{database}-2")) == stored(database)


def test_several_processes_store_the_same(database: Path, table: Path) -> None:
    """With `--jobs` the database is that of one process."""
    other = database.with_name("other.db")
    assert db("build", database, table, *FIELDS) == (0, added(40, 0, 0))
    finished = run("db", "build", str(other), str(table), *FIELDS, "--jobs", "2")
    assert (finished.returncode, finished.stdout.decode()) == (0, added(40, 0, 0))
    assert stored(other) == stored(database)


def test_options_of_extract(database: Path, tmp_path: Path) -> None:
    """What is kept can be chosen as for `extract`."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    db("build", database, tmp_path, "--min-confidence", "1", "--medium", "thought")
    [nothing] = stored(database)
    assert nothing.quotes == ()
    assert db("build", database, tmp_path, "--medium", "song") == (
        2,
        "quoteattr: medium must be one of 'speech', 'thought', 'all', not 'song'\n",
    )


def test_tables_say_when_and_where(database: Path, table: Path) -> None:
    """Title, address, date and outlet of a record are the document's."""
    meta: dict[str, object] = {"outlet": "The Daily", "published": "2024-01-31", "title": "T"}
    write_lines(table, [{"id": "a", "text": TEXT, **meta}, {"id": "b", "text": TEXT}])
    db("build", database, table)
    assert [each.meta for each in stored(database)] == [meta, {}]
    code, output = db("search", database, "--since", "2024-01-31", "--outlet", "The Daily")
    assert (code, json.loads(output)["document"]) == (0, "a")


def test_what_is_there_is_not_found_again(database: Path, table: Path) -> None:
    """A text with quotes by the same models is passed over; other texts and models are not."""
    records: list[dict[str, object]] = [
        {"id": name, "text": TEXT} for name in ("same", "changed", "older")
    ]
    versions = quoteattr.load().model
    with QuoteStore(database) as store:
        store.add(
            [
                Document("same", TEXT, model=versions),
                Document("changed", "Before.", model=versions),
                Document("older", TEXT, model={"quoteattr": "0.0.1"}),
            ]
        )
    write_lines(table, records)
    assert db("build", database, table) == (0, added(0, 2, 1))
    assert {each.id: len(each.quotes) for each in stored(database)} == {
        "same": 0,
        "changed": 1,
        "older": 1,
    }
    assert db("build", database, table) == (0, added(0, 0, 3))
    assert db("build", database, table, "--min-confidence", "0") == (0, added(0, 3, 0))


def test_what_fails_is_named(database: Path, table: Path, failing_model: str) -> None:
    """Files, records, texts and ids that can't be used are named, and the others are stored."""
    records: list[dict[str, object]] = [
        {"id": "a", "text": TEXT},
        {"id": "none"},
        {"id": "no", "text": "“No!” she said."},
        {"id": "x" * 2000, "text": TEXT},
        {"id": "b", "text": TEXT},
    ]
    write_lines(table, records)
    code, output = db("build", database, table, "missing.txt", "--model", failing_model)
    assert code == 1
    assert [each.id for each in stored(database)] == ["a", "b"]
    messages = [line for line in output.splitlines() if line.startswith("quoteattr: ")]
    for message, wanted in zip(
        messages,
        (
            "line 2: there is no field 'text'",
            "'no' has failed: RuntimeError: no, no",
            "can't read 'missing.txt'",
            "a document's id must have 1 to 1000 bytes",
        ),
        strict=True,
    ):
        assert wanted in message
    assert output.endswith(added(2, 0, 0))


@pytest.mark.parametrize("command", ["build", "import"])
def test_no_database_without_input(database: Path, command: str) -> None:
    """If nothing could be read, no database is made; one that is there stays as it is."""
    message = "quoteattr: can't read 'missing.jsonl': there is no such file; check the path\n"
    assert db(command, database, "missing.jsonl") == (1, message)
    assert not database.exists()
    with QuoteStore(database) as store:
        store.add([document("a", [("Yes", "Ann Lee")])])
    assert db(command, database, "missing.jsonl") == (1, message)
    assert [each.id for each in stored(database)] == ["a"]


def test_progress_bar(database: Path, tmp_path: Path) -> None:
    """A bar counts the texts, those that are there already, too."""
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_text(TEXT, encoding="utf-8")
    assert db("build", database, paths[0]) == (0, added(1, 0, 0))
    shown, code = in_terminal("db", "build", str(database), *map(str, paths), stream="stderr")
    plain = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", shown)
    assert code == 0
    assert re.search("Reading ━+ 0/2 .*Reading ━+ 2/2 [0-9.]+ texts/s", plain, re.DOTALL)


def test_import_names_a_malformed_line(database: Path, tmp_path: Path) -> None:
    """What stands before it is stored, and the other files are."""
    good = document("a", [("Yes", "Ann Lee")])
    bad = write_lines(tmp_path / "bad.jsonl", [good.to_dict(with_text=True), {"id": "b"}])
    other = document("c", [("No", "Ann Lee")])
    lines = write_lines(tmp_path / "other.jsonl", [other.to_dict(with_text=True)])
    code, output = db("import", database, bad, "missing.jsonl", lines)
    assert code == 1
    assert f"quoteattr: {bad}, line 2: the record holds no text" in output
    assert "quoteattr: can't read 'missing.jsonl': there is no such file" in output
    assert output.endswith(added(2, 0, 0))
    assert stored(database) == [good, other]


def test_import_names_a_document_that_can_not_be_stored(database: Path, tmp_path: Path) -> None:
    """The others of its batch are stored."""
    some = [document(f"{n:02}", [], published="soon" if n == 3 else None) for n in range(20)]
    path = write_lines(tmp_path / "some.jsonl", [each.to_dict(with_text=True) for each in some])
    code, output = db("import", database, path)
    assert code == 1
    assert "quoteattr: document '03': published must be an ISO 8601 date" in output
    assert output.endswith(added(19, 0, 0))
    assert [each.id for each in stored(database)] == [each.id for each in some if each.id != "03"]


@contextmanager
def small_databases(pages: int) -> Iterator[None]:
    """Let no SQLite file grow beyond so many pages, as if the disk were full then."""

    def keep_small(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", keep_small)
    yield
    event.remove(Engine, "connect", keep_small)


def test_a_full_disk(database: Path, tmp_path: Path) -> None:
    """The message says what was stored; with more room the same command stores the rest."""
    some = [document(f"{n:03}", [("Yes " * 5_000, "Ann Lee")]) for n in range(80)]
    path = write_lines(tmp_path / "some.jsonl", [each.to_dict(with_text=True) for each in some])
    with small_databases(800):
        code, output = db("import", database, path)
    kept = stored(database)
    assert 0 < len(kept) < len(some)
    assert code == 2
    assert output == (
        f"quoteattr: '{database}': the disk is full; make room and start again; {len(kept)} "
        "documents were stored before that, and none was in part; the same command goes on from "
        "there\n"
    )
    assert db("import", database, path) == (0, added(80 - len(kept), 0, len(kept)))
    assert stored(database) == some


def test_a_locked_database(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says for how long it waited, and what was stored."""
    path = write_lines(tmp_path / "a.jsonl", [document("a", []).to_dict(with_text=True)])
    QuoteStore(database).close()
    monkeypatch.setattr(backend, "_PATIENCE", 1)
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, output = db("import", database, path)
    assert code == 2
    assert "has been writing to it for 1 seconds; try again when it is done; 0 documents" in output


def test_no_model_no_database(database: Path) -> None:
    """Where nothing can be found, no database is made."""
    code, output = db("build", database, "a.txt", "--model", "xx_no_such_model")
    assert code == 2
    assert "'xx_no_such_model'" in output
    assert not database.exists()


def test_stopped(database: Path) -> None:
    """Interrupted, then killed, and started again, it ends as if nothing had been."""
    assert check_stopped(database, [signal.SIGINT, signal.SIGKILL], count=80, writers=1) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("writers", [1, 2])
def test_killed_twenty_times(database: Path, writers: int) -> None:
    """Twenty kills of a build of three hundred texts, by one and by two commands at once."""
    kills = [signal.SIGKILL] * 20
    assert check_stopped(database, kills, count=300, writers=writers) >= 20 * writers // 2


def check_stopped(database: Path, stops: list[signal.Signals], *, count: int, writers: int) -> int:
    """Stop commands that fill a database, then let the last finish; how many were stopped."""
    records: list[dict[str, object]] = [
        {"id": f"{n:03}", "text": f"{TEXT * (n % 5)} {n}"} for n in range(count)
    ]
    table = write_lines(database.with_name("table.jsonl"), records)
    undisturbed = database.with_name("undisturbed.db")
    assert db("build", undisturbed, table) == (0, added(count, 0, 0))
    QuoteStore(database).close()
    moments = random.Random(count)  # noqa: S311 - the same at each run
    codes: list[int] = []
    for sent in stops:
        running = build_started(database, table, writers)
        wait_until(database, moments.randrange(count // (len(stops) + 1)), running)
        time.sleep(moments.uniform(0, 0.2))
        for each in running:
            each.send_signal(sent)
        codes += [each.wait(timeout=60) for each in running]
    assert [each.wait(timeout=300) for each in build_started(database, table, writers)] == [
        0
    ] * writers
    assert db("export", database) == db("export", undisturbed)
    assert len(stored(database)) == count
    assert set(codes) <= {0, 130, -signal.SIGKILL}
    return len(codes) - codes.count(0)


def build_started(database: Path, table: Path, writers: int) -> list["subprocess.Popen[bytes]"]:
    """Commands that have been started at once."""
    command = ("db", "build", str(database), str(table))
    return [start(*command, stdout=subprocess.DEVNULL) for _ in range(writers)]


def wait_until(database: Path, more: int, running: list["subprocess.Popen[bytes]"]) -> None:
    """Wait until there are so many more documents, or a command is done."""
    with QuoteStore(database) as store:
        wanted = store.stats().documents + more
        while store.stats().documents < wanted and running[0].poll() is None:
            time.sleep(0.01)
