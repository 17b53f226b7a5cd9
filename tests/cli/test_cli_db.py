"""`quoteattr db`: questions to a database, and decisions about its speakers."""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType
from typer.testing import CliRunner

from quoteattr.cli.app import app
from quoteattr.cli.db_output import PageView, RowsView
from quoteattr.quotes import Document, Speaker
from quoteattr.store import Hit, Page, QuoteStore, backend, migrations
from shell import in_terminal, run, words
from store_by_hand import document, together

DOCUMENTS = [
    document(
        "a",
        [("Energy security matters", "Yavuz Selim Kıran"), ("No", together("Ann Lee", "Bo Roe"))],
        published="2024-01-31",
        outlet="The Daily",
        title="On energy",
    ),
    document("b", [("Security of energy", "Ann Lee")], published="2024-02-01", outlet="The Post"),
    document("c", [("Nobody said energy", None), ("Yes", "Lee")]),
]
READING = [
    ("search",),
    ("most-quoted",),
    ("by-month",),
    ("speakers",),
    ("merge", "Ann Lee", "Bo Roe"),
    ("split", "Ann Lee", "a"),
    ("rename", "Ann Lee", "Ann"),
    ("aliases", "aliases.csv"),
    ("decisions",),
    ("undo", "1"),
    ("stats",),
    ("export",),
    ("migrate",),
]


def db(command: str, database: object, *arguments: object) -> tuple[int, str]:
    """Run a command in this process: its exit code and all it printed, in one line."""
    result = CliRunner().invoke(app, ["db", command, str(database), *map(str, arguments)])
    return result.exit_code, result.output


def rows(command: str, database: object, *arguments: object) -> list[dict[str, Any]]:
    """The JSON Lines that a command prints."""
    code, output = db(command, database, *arguments)
    assert code == 0, output
    return [json.loads(line) for line in output.splitlines()]


def failure(command: str, database: object, *arguments: object) -> str:
    """The line that a command prints when it ends with the exit code for what is around it."""
    code, output = db(command, database, *arguments)
    assert code == 2, output
    assert output.startswith("quoteattr: ")
    assert output.count("\n") == 1
    return output.removeprefix("quoteattr: ").rstrip("\n")


def quotes(found: list[dict[str, Any]]) -> list[str]:
    """The texts of quotes that were found."""
    return [each["quote"]["text"] for each in found]


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Path:
    path = tmp_path / "quotes.db"
    with QuoteStore(path) as store:
        store.add(DOCUMENTS)
    return path


def test_search(database: Path) -> None:
    """A line is a quote, with its context, its document, and the speakers' names."""
    [found] = rows("search", database, "energ*", "--speaker", "kiran")
    [quote] = DOCUMENTS[0].to_dict()["quotes"][:1]
    assert found == {
        "document": "a",
        "quote": quote,
        "speakers": ["Yavuz Selim Kıran"],
        "title": "On energy",
        "url": None,
        "published": "2024-01-31",
        "outlet": "The Daily",
        "before": "",
        "after": DOCUMENTS[0].text[quote["content"][0][1] :],
        "highlights": [[1, 7]],
        "next": None,
    }


@pytest.mark.parametrize(
    ("arguments", "texts"),
    [
        (("energy",), {"Energy security matters", "Security of energy", "Nobody said energy"}),
        (('"energy security"',), {"Energy security matters"}),
        (("--speaker", "Lee"), {"No", "Security of energy", "Yes"}),
        (("--speaker", "2"), {"No", "Security of energy"}),
        (("--outlet", "The Post"), {"Security of energy"}),
        (("--since", "2024-02-01"), {"Security of energy"}),
        (("--until", "2024-01-31"), {"Energy security matters", "No"}),
        (("--kind", "indirect"), set()),
        (("--medium", "thought"), set()),
        (("--min-confidence", "1", "--speaker", "Bo"), {"No"}),
    ],
)
def test_filters(database: Path, arguments: tuple[str, ...], texts: set[str]) -> None:
    """Each option does what the filter of its name does."""
    found = rows("search", database, *arguments)
    assert set(quotes(found)) == {f"“{text}”" for text in texts}


def test_order(database: Path) -> None:
    """Quotes come by date if asked to, and else by relevance; both are what Python gives."""
    for order in "date", "relevance":
        found = rows("search", database, "energy", "--order", order)
        with QuoteStore(database) as store:
            hits = store.search("energy", order=order).hits
        assert quotes(found) == [hit.quote.text for hit in hits]


def test_paging(database: Path) -> None:
    """The last line of a page leads to the next one, and that of the last page nowhere."""
    whole = rows("search", database)
    paged: list[dict[str, Any]] = []
    after: list[str] = []
    while not paged or paged[-1]["next"]:
        page = rows("search", database, "--limit", "2", *after)
        assert [each["next"] for each in page[:-1]] == [None] * (len(page) - 1)
        paged += page
        after = ["--after", page[-1]["next"]]
    assert quotes(paged) == quotes(whole)
    assert len(whole) == 5


def test_nothing_found(database: Path) -> None:
    """In a pipe nothing is no line; the exit code says that all went well."""
    assert db("search", database, "nowhere") == (0, "")


def test_most_quoted(database: Path) -> None:
    """A line is a speaker, who is quoted most comes first."""
    assert rows("most-quoted", database, "--limit", "1") == [
        {"id": 2, "name": "Ann Lee", "quotes": 2, "documents": 2}
    ]
    about = rows("most-quoted", database, "energy", "--since", "2024-02-01")
    assert [each["name"] for each in about] == ["Ann Lee"]


def test_by_month(database: Path) -> None:
    """A line is a month."""
    assert rows("by-month", database, "--speaker", "Ann") == [
        {"month": "2024-01", "quotes": 1},
        {"month": "2024-02", "quotes": 1},
    ]


def test_stats(database: Path) -> None:
    """One line has all counts."""
    assert rows("stats", database) == [
        {
            "documents": 3,
            "quotes": 5,
            "speakers": 4,
            "first": "2024-01-31",
            "last": "2024-02-01",
        }
    ]


def test_export(database: Path) -> None:
    """It is what Python exports, byte for byte."""
    stream = io.StringIO()
    with QuoteStore(database) as store:
        store.export(stream)
    finished = run("db", "export", str(database))
    assert (finished.returncode, finished.stdout.decode()) == (0, stream.getvalue())


def names(database: Path, *words: str) -> dict[str, int]:
    """How often speakers are quoted."""
    return {each["name"]: each["quotes"] for each in rows("speakers", database, *words)}


def test_speakers(database: Path) -> None:
    """A line is a speaker with all names."""
    [kiran] = rows("speakers", database, "kir*")
    assert kiran == {
        "id": 1,
        "name": "Yavuz Selim Kıran",
        "type": "person",
        "role": None,
        "wikidata": None,
        "aliases": ["Yavuz Selim Kıran"],
        "quotes": 1,
        "documents": 1,
    }
    assert names(database) == {"Ann Lee": 2, "Bo Roe": 1, "Lee": 1, "Yavuz Selim Kıran": 1}


def test_merge_and_undo(database: Path) -> None:
    """Two are one by number or name, until that is undone."""
    [number] = [each["id"] for each in rows("speakers", database, "lee") if each["name"] == "Lee"]
    assert rows("merge", database, "Ann Lee", number) == [
        {
            "number": 1,
            "kind": "merge",
            "speaker": 2,
            "other": number,
            "details": {"merged": "Lee"},
            "undone": False,
        }
    ]
    assert names(database, "lee") == {"Ann Lee": 3}
    assert db("undo", database, 1) == (0, "")
    assert names(database, "lee") == {"Ann Lee": 2, "Lee": 1}
    assert [each["undone"] for each in rows("decisions", database)] == [True]


def test_split_and_rename(database: Path) -> None:
    """A name is somebody else's in a document; each can be renamed."""
    [decision] = rows("split", database, "Ann Lee", "b")
    assert decision["details"]["documents"] == ["b"]
    rows("rename", database, decision["other"], "Ann Lee of The Post")
    assert names(database, "ann") == {"Ann Lee": 1, "Ann Lee of The Post": 1}


def test_aliases(database: Path, tmp_path: Path) -> None:
    """An alias file is loaded once."""
    path = tmp_path / "aliases.csv"
    path.write_text("name,aliases,wikidata\nAnn Lee,Lee;Ann,Q1\n", encoding="utf-8")
    assert [each["kind"] for each in rows("aliases", database, path)] == ["alias"]
    assert names(database, "lee") == {"Ann Lee": 3}
    assert rows("aliases", database, path) == []


# What can go wrong


@pytest.mark.parametrize("command", READING)
def test_no_such_database(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Only what fills a database makes one."""
    path = tmp_path / "nowhere.db"
    message = failure(command[0], path, *command[1:])
    assert message == f"there is no database '{path}'; check the path, or build it first"
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_others(tmp_path: Path) -> None:
    """A database that is not ours, or a file that is none, is said to be so."""
    path = tmp_path / "recipes.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (id)")
    assert "it has the table 'recipes', and not 'quoteattr_migrations'" in failure("stats", path)
    path.write_text("Flour, eggs, milk. " * 100, encoding="utf-8")
    (tmp_path / "x.jsonl").touch()
    assert failure("import", path, tmp_path / "x.jsonl") == (
        f"'{path}' is no SQLite database, so none of quoteattr; check the path"
    )


def test_a_newer_version(database: Path) -> None:
    """What a newer version wrote is left alone."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO quoteattr_migrations VALUES ('0999 future')")
        connection.commit()
    assert "update quoteattr: pip install --upgrade quoteattr" in failure("stats", database)


def test_an_older_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older version wrote is brought up to this one if asked to."""
    path = tmp_path / "quotes.db"
    with monkeypatch.context() as older:
        older.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:2])
        with QuoteStore(path) as store:
            store.add(DOCUMENTS)
    assert "was written by an older version of quoteattr" in failure("stats", path)
    assert db("migrate", path) == (0, "")
    assert rows("stats", path)[0]["documents"] == 3


def test_a_locked_database(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes waits, and says for how long in vain; who reads doesn't."""
    monkeypatch.setattr(backend, "_PATIENCE", 1)
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert failure("merge", database, "Ann Lee", "Bo Roe") == (
            f"'{database}': another program has been writing to it for 1 seconds; try again when "
            "it is done"
        )
        assert rows("stats", database)[0]["documents"] == 3


AS_NOBODY = """
import os, sys
from quoteattr.cli import run
from quoteattr.cli.app import app
from quoteattr.store import QuoteStore
other = sys.argv.pop(1)
QuoteStore(other).close()
app(["db", "decisions", other], standalone_mode=False)  # imports all that there is to import
if os.geteuid() == 0:  # to whom nothing is read-only
    os.setuid(65534)
run()
"""


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such permissions")
def test_a_read_only_database(tmp_path: Path) -> None:
    """The message says what would make it writable."""
    # Not in pytest's own folder, into which it lets nobody else.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "quotes.db")
        with QuoteStore(path) as store:
            store.add(DOCUMENTS)
        path.chmod(0o444)
        path.parent.chmod(0o777)
        arguments = ("db", "merge", str(path), "Ann Lee", "Bo Roe")
        command = (sys.executable, "-c", AS_NOBODY, str(tmp_path / "other.db"), *arguments)
        finished = subprocess.run(  # noqa: S603 - our own command
            command, capture_output=True, check=False, text=True, timeout=120
        )
    assert finished.stderr == (
        f"quoteattr: '{path}': it can't be written, since the file or its folder is read-only; "
        "make both writable, or copy the file elsewhere\n"
    )
    assert (finished.returncode, finished.stdout) == (2, "")


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ('so "and so', "the phrase that opens at character 4 never ends"),
        ("so* *much", "the * at character 5 doesn't end a word"),
        ("--", "there is no word"),
    ],
)
@pytest.mark.parametrize("command", ["search", "most-quoted", "by-month", "speakers"])
def test_a_query_that_is_none(database: Path, command: str, query: str, place: str) -> None:
    """The message says where."""
    assert place in failure(command, database, "--", query)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--since", "31.1.2024"), "since must be a date such as '2024-01-31', not '31.1.2024'"),
        (("--kind", "odd"), "kind must be one of 'direct', 'mixed', 'indirect', not 'odd'"),
        (("--medium", "song"), "medium must be one of 'speech', 'thought', not 'song'"),
        (("--min-confidence", "2"), "min_confidence must be a probability from 0 to 1, not 2.0"),
        (("--order", "best"), "order must be 'relevance' or 'date', not 'best'"),
        (("--after", "x"), "after must be the `next` of a page in the same order, not 'x'"),
    ],
)
def test_an_option_that_can_not_be(
    database: Path, arguments: tuple[str, ...], message: str
) -> None:
    """The message says what could be."""
    assert failure("search", database, *arguments) == message


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("merge", "Ann Lee", "Cy Day"), "there is no speaker 'Cy Day'; "),
        (("merge", "Ann Lee", "ANN LEE"), "are one speaker already, number 2"),
        (("split", "99", "a"), "there is no speaker 99; "),
        (("split", "Ann Lee", "c"), "speaker 2 has no quote in 'c'; check the ids"),
        (("rename", "Ann Lee", " "), "a speaker's name must have a character that is no space"),
        (("undo", "7"), "there is no decision 7 to undo; "),
    ],
)
def test_a_decision_that_can_not_be(database: Path, command: tuple[str, ...], message: str) -> None:
    """The message says why, and nothing is decided."""
    assert message in failure(command[0], database, *command[1:])
    assert rows("decisions", database) == []


def test_no_alias_file(database: Path) -> None:
    """A file that can't be read is an input that has failed."""
    code, output = db("aliases", database, "nowhere.csv")
    assert code == 1
    assert output == "quoteattr: can't read 'nowhere.csv': there is no such file; check the path\n"


def test_postgresql_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the driver the message says which extra brings it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    message = failure("stats", "postgresql+psycopg://localhost/quotes")
    assert "pip install 'quoteattr[postgres]'" in message


# On a terminal


def shown(view: RenderableType, *, width: int = 100) -> str:
    """What a terminal shows, without colours and line breaks."""
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as capture:
        console.print(view)
    return re.sub("[─ ]*─[─ ]*", " ─ ", " ".join(capture.get().split()))


def plain(output: str) -> str:
    """What a terminal shows without its colours, in one line."""
    return " ".join(re.sub("\x1b\\[[0-9;]*m|─", "", output).split())


@pytest.mark.parametrize("digits", [19, 5000])
def test_a_number_that_no_speaker_can_have(database: Path, digits: int) -> None:
    """More digits than a number in a database has are words of a name."""
    number = "9" * digits
    assert db("search", database, "--speaker", number) == (0, "")
    assert db("most-quoted", database, "--speaker", number) == (0, "")
    for arguments in (("merge", number, "1"), ("split", number, "a"), ("rename", number, "Ann")):
        command, *others = arguments
        code, output = db(command, database, *others)
        assert (code, output[:40]) == (2, "quoteattr: there is no speaker '99999999")


def test_a_limit_that_cant_be(database: Path) -> None:
    """A limit has a limit, which is told."""
    code, output = db("search", database, "--limit", 10**20)
    assert code == 2
    assert re.search("--limit.*1000000", words(output))


def test_a_terminal_gets_tables(database: Path) -> None:
    """What was looked for stands out, and a note says how to go on."""
    arguments = ("db", "search", str(database), "energ*", "--order", "date", "--limit", "2")
    output, code = in_terminal(*arguments, stream="stdout")
    assert code == 0
    assert "\x1b[1;7;32mEnergy\x1b[0m" in output
    assert (
        "Yavuz Selim Kıran “Energy security matters” Yavuz Selim Kıran said. “No” On energy"
        in plain(output)
    )
    assert """more with: --after '["2024-01-31", "a", 0]'""" in plain(output)
    output, code = in_terminal("db", "speakers", str(database), "kiran", stream="stdout")
    assert (code, plain(output)) == (
        0,
        "Id Name Type Aliases Quotes Documents 1 Yavuz Selim Kıran person Yavuz Selim Kıran 1 1",
    )


def test_a_terminal_is_told_of_nothing() -> None:
    """An answer without rows is not just a blank."""
    assert shown(RowsView([])) == "nothing found"


def test_cells() -> None:
    """Lists and mappings are written as people do."""
    row = {"a": ["x", "y"], "b": {"c": ("z",), "d": None}, "e": True, "f": False, "g": None, "h": 1}
    assert shown(RowsView([row])).strip("─ ") == "A B E H ─ x, y c: z; d: yes 1"


@given(odd=st.text(st.sampled_from("ab \n\t\x1b\x07\ud800\x9b[red]<b>';%"), min_size=1))
def test_nothing_commands_a_terminal(odd: str) -> None:
    """Control characters are written out, and markup is text, in whatever a table shows."""
    [quote] = document("x", [(odd, Speaker(odd))]).quotes
    hit = Hit(odd, quote, (odd,), odd, odd, odd, odd, odd, odd, ((0, 2),))
    for view in PageView(Page((hit,), odd)), RowsView([{"name": odd}]):
        output = shown(view, width=1000)
        assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", output)
        for piece in re.findall(r"[ab\[\]red<>;%]+", odd):
            assert piece in output


def test_lone_surrogates_in_a_pipe(database: Path) -> None:
    """They are escaped as JSON does, so that the output is UTF-8."""
    with QuoteStore(database) as store:
        store.add([document("odd", [("very \udce9", Speaker("Ann \ud800"))])])
    finished = run("db", "search", str(database), "very")
    [line] = finished.stdout.decode("utf-8").splitlines()
    found = json.loads(line)
    assert (found["quote"]["text"], found["speakers"]) == ("“very \udce9”", ["Ann \ud800"])


def test_other_commands_load_no_database() -> None:
    """SQLAlchemy takes a while, so it waits until a database is opened."""
    code = """
import sys
from quoteattr.cli.app import app
for command in [], ["build"], ["search"]:
    app(["db", *command, "--help"], standalone_mode=False)
print(sorted({"sqlalchemy", "spacy", "numpy"} & set(sys.modules)))
"""
    command = (sys.executable, "-c", code)
    finished = subprocess.run(command, capture_output=True, check=True, timeout=120)  # noqa: S603
    assert finished.stdout.endswith(b"\n[]\n")


def test_no_command() -> None:
    """Without one it says what there is."""
    printed = run("db").stdout.decode()
    for command in ("build", "import", *(each for each, *_ in READING)):
        assert command in printed


def test_documents_are_as_they_were(database: Path) -> None:
    """No question changes anything."""
    for command in READING[:4]:
        rows(command[0], database, *command[1:])
    with QuoteStore(database) as store:
        assert list(store.documents()) == [*map(Document.from_json, lines())]


def lines() -> list[str]:
    """The documents as JSON Lines."""
    return [each.to_json(with_text=True) for each in DOCUMENTS]
