"""`quoteattr extract`: mostly as a shell runs it, in a process of its own."""

import contextlib
import csv
import io
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer.main
from rich.console import Console
from typer.testing import CliRunner

import quoteattr
from quoteattr.cli.app import app
from quoteattr.cli.display import DocumentView
from quoteattr.config import Config
from quoteattr.quotes import (
    Document,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    TextWarning,
    WarningCode,
    json_schema,
)
from shell import in_terminal, records, run, start, words

TEXT = "“We are ready,” said Ann Lee.\n"
ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "command-line.md"
SEEDS = ROOT / "seeds"


@pytest.fixture(name="article")
def _article(tmp_path: Path) -> str:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


@pytest.fixture(name="table")
def _table(tmp_path: Path) -> str:
    """A table of texts, the second of which has none."""
    path = tmp_path / "table.jsonl"
    rows = [{"n": 1, "body": TEXT}, {"n": 2}, {"n": 3, "body": "“No!” she said."}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_pipe_gets_json_lines(article: str) -> None:
    """In a pipe the default is one line of schema-conforming JSON a file; the id is the path."""
    finished = run("extract", article, article)
    assert (finished.returncode, finished.stderr) == (0, b"")
    first, second = records(finished)
    jsonschema.validate(first, json_schema())
    assert first == second
    assert first["id"] == article
    assert first["quotes"][0]["speaker"]["name"] == "Ann Lee"


def test_standard_input() -> None:
    """A dash is standard input, and the document's id."""
    finished = run("extract", "-", input=TEXT.encode())
    assert finished.returncode == 0
    assert records(finished)[0]["id"] == "-"


def test_terminal_gets_a_table(article: str) -> None:
    """On a terminal the default is a coloured table under the document's name."""
    shown, code = in_terminal("extract", article, stream="stdout")
    assert code == 0
    assert "\x1b[32m" in shown
    plain = re.sub("\x1b\\[[0-9;]*m", "", shown)
    assert "article.txt 1 quote" in words(plain)
    assert "Ann Lee direct “We are ready,” said Ann Lee" in words(plain)


def test_progress_bar_for_several_texts(article: str, table: str) -> None:
    """A bar counts the texts on a terminal, while the results go elsewhere."""
    shown, _ = in_terminal("extract", article, "missing.txt", article, stream="stderr")
    plain = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", shown)
    assert re.search("Reading ━+ 0/3 .*Reading ━+ 3/3 [0-9.]+ texts/s", plain, re.DOTALL)
    assert "quoteattr: can't read 'missing.txt'" in plain
    shown, _ = in_terminal("extract", table, "--text-field", "body", stream="stderr")
    plain = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", shown)
    assert re.search("Reading ━+ 3/[?] [0-9.]+ texts/s", plain)


def test_no_progress_bar_for_one_text(article: str) -> None:
    """A single text is soon done."""
    assert in_terminal("extract", article, stream="stderr") == ("", 0)


def test_folders_and_patterns(tmp_path: Path) -> None:
    """A folder stands for its texts, and a pattern that no shell has seen for what it matches."""
    for name in "b.txt", "a.txt", "notes.md", "c/d.txt":
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    finished = run("extract", ".", "*.md", cwd=tmp_path)
    assert (finished.returncode, finished.stderr) == (0, b"")
    ids = [record["id"] for record in records(finished)]
    assert ids == ["./a.txt", "./b.txt", "./c/d.txt", "notes.md"]


def test_a_table_of_texts(table: str) -> None:
    """Each record is a text; one that can't be used is named, and the others are done."""
    finished = run("extract", table, "--text-field", "body", "--id-field", "n")
    assert finished.returncode == 1
    assert [record["id"] for record in records(finished)] == ["1", "3"]
    assert finished.stderr.decode() == (
        f"quoteattr: {table!r}, line 2: there is no field 'body' in ['n']; name the one that holds "
        "the text: --text-field, text_field=\n"
    )


def test_several_processes_say_the_same(article: str, table: str) -> None:
    """With `--jobs` the output is that of one process, byte for byte, and so are the messages."""
    arguments = ("extract", table, str(SEEDS), "missing.txt", article, "--text-field", "body")
    alone, together = run(*arguments), run(*arguments, "--jobs", "2")
    assert alone.stdout.count(b"\n") == 8
    assert (alone.returncode, alone.stdout) == (together.returncode, together.stdout)
    assert sorted(alone.stderr.splitlines()) == sorted(together.stderr.splitlines())


def test_no_process_at_all() -> None:
    """There is at least one."""
    finished = run("extract", "a.txt", "--jobs", "0")
    assert (finished.returncode, finished.stdout) == (2, b"")
    assert "Invalid value for '--jobs'" in words(finished.stderr.decode())


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_text_that_fails(table: str, failing_model: str, jobs: str) -> None:
    """A text on which the spaCy pipeline fails is named with the reason; the others are done."""
    result = CliRunner().invoke(
        app, ["extract", table, "--text-field", "body", "--model", failing_model, "--jobs", jobs]
    )
    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if line.startswith("{")]
    assert [json.loads(line)["id"] for line in lines] == [f"{table}:1"]
    assert f"quoteattr: '{table}:3' has failed: RuntimeError: no, no" in result.output


def test_missing_file_fails_alone(article: str) -> None:
    """A missing file is named in one line on standard error; the others are done; the code is 1."""
    finished = run("extract", article, "missing.txt", article)
    assert finished.returncode == 1
    assert [record["id"] for record in records(finished)] == [article, article]
    message = "quoteattr: can't read 'missing.txt': there is no such file; check the path\n"
    assert finished.stderr.decode() == message


def test_not_utf8_fails_alone(article: str, tmp_path: Path) -> None:
    """A file that is not UTF-8 is named, with the byte and a remedy; the others are done."""
    latin = tmp_path / "latin.txt"
    latin.write_bytes(b"caf\xe9 society")
    finished = run("extract", str(latin), article)
    assert finished.returncode == 1
    assert [record["id"] for record in records(finished)] == [article]
    message = f"quoteattr: {str(latin)!r} is not UTF-8: byte 0xe9 at offset 3; convert it first"
    assert finished.stderr.decode().startswith(message)


def test_two_formats() -> None:
    """Two formats at once are a usage error that names both."""
    finished = run("extract", "a.txt", "--format", "jsonl", "--format", "csv")
    assert (finished.returncode, finished.stdout) == (2, b"")
    message = "Invalid value for --format: takes one format, got 2: jsonl, csv"
    assert message in words(finished.stderr.decode())


def test_unknown_format() -> None:
    """An unknown format is a usage error that lists the known ones."""
    finished = run("extract", "a.txt", "--format", "xml")
    assert (finished.returncode, finished.stdout) == (2, b"")
    message = "'xml' is not one of 'table', 'jsonl', 'json', 'csv'"
    assert message in words(finished.stderr.decode())


def test_unknown_medium() -> None:
    """An unknown medium is a usage error that lists the known ones."""
    finished = run("extract", "a.txt", "--medium", "song")
    assert (finished.returncode, finished.stdout) == (2, b"")
    message = "quoteattr: medium must be one of 'speech', 'thought', 'all', not 'song'\n"
    assert finished.stderr.decode() == message


@pytest.mark.parametrize(("given", "named"), [("1.5", "1.5"), ("-1", "-1.0"), ("nan", "nan")])
def test_no_probability(given: str, named: str) -> None:
    """A number that is no probability is a usage error that says what one is."""
    finished = run("extract", "a.txt", "--min-confidence", given)
    assert (finished.returncode, finished.stdout) == (2, b"")
    message = f"quoteattr: min_confidence must be a probability from 0 to 1, not {named}\n"
    assert finished.stderr.decode() == message


def test_no_number() -> None:
    """What is no number at all is a usage error, too."""
    finished = run("extract", "a.txt", "--min-confidence", "much")
    assert (finished.returncode, finished.stdout) == (2, b"")
    assert "Invalid value for '--min-confidence'" in words(finished.stderr.decode())


def test_min_confidence(article: str) -> None:
    """Quotations that are less sure than is asked for are left out; nothing is quite sure."""
    [everything], [nothing] = (
        records(run("extract", article, "--min-confidence", least)) for least in ("0", "1")
    )
    assert everything["quotes"] == records(run("extract", article))[0]["quotes"] != []
    assert nothing["quotes"] == []


def test_unknown_model() -> None:
    """A model that is not installed is a usage error that names it."""
    finished = run("extract", "a.txt", "--model", "xx_no_such_model")
    assert (finished.returncode, finished.stdout) == (2, b"")
    assert re.fullmatch("quoteattr: .*'xx_no_such_model'.*\n", finished.stderr.decode())


def test_no_file() -> None:
    """No file at all is a usage error."""
    finished = run("extract")
    assert (finished.returncode, finished.stdout) == (2, b"")
    assert "Missing argument 'PATH" in finished.stderr.decode()


def test_text_in_a_table() -> None:
    """`--with-text` needs a format that can hold a text."""
    finished = run("extract", "a.txt", "--format", "csv", "--with-text")
    assert finished.returncode == 2
    message = "--with-text: goes with the formats jsonl and json, not with csv"
    assert message in words(finished.stderr.decode())


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupted(tmp_path: Path, jobs: str) -> None:
    """Ctrl-C ends it with code 130, without a traceback, and with its processes."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with start("extract", str(fifo), "--jobs", jobs, stderr=subprocess.PIPE) as process:
        writer = _open_when_read(fifo, process)
        process.send_signal(signal.SIGINT)
        assert printed_until_the_last_ends(process) == b""
        os.close(writer)
    assert process.returncode == 130


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_processes_end_with_the_first(tmp_path: Path, sent: signal.Signals) -> None:
    """When the command is ended while its processes work, they end, too."""
    path = tmp_path / "table.jsonl"
    path.write_text(json.dumps({"text": TEXT * 50}) + "\n", encoding="utf-8")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start("extract", *[str(path)] * 1000, "--jobs", "2", **pipes) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(sent)
        assert printed_until_the_last_ends(process) == b""
    assert process.returncode == (130 if sent == signal.SIGINT else -sent)


def printed_until_the_last_ends(process: subprocess.Popen[bytes]) -> bytes:
    """What a command and its processes print on standard error until none of them is left."""
    # They all hold its end, so it is at its end when they are at theirs.
    return process.communicate(timeout=60)[1]


def _open_when_read(fifo: Path, process: subprocess.Popen[bytes]) -> int:
    """Open a FIFO for writing as soon as a process reads it."""
    while process.poll() is None:
        with contextlib.suppress(OSError):  # nobody reads it yet
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.05)
    pytest.fail("the command ended before it read its input")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_broken_pipe(article: str, jobs: str) -> None:
    """A reader that goes away, such as `head`, ends it without a traceback."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start("extract", *[article] * 500, "--jobs", jobs, **pipes) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize("output", ["table", "jsonl", "json", "csv"])
def test_output_is_utf8(article: str, output: str) -> None:
    """Output is UTF-8 whatever the locale, and a name that is none is no problem."""
    strange = Path(article).with_name(os.fsdecode(b"caf\xe9.txt"))
    strange.write_text(TEXT, encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    finished = run("extract", str(strange), "--format", output, env=environment)
    assert (finished.returncode, finished.stderr) == (0, b"")
    printed = finished.stdout.decode("utf-8")
    assert "“We are ready,”" in printed
    assert "\\udce9.txt" in printed


def test_text_comes_back(article: str) -> None:
    """With `--with-text` the way back is lossless; a byte order mark goes, line ends stay."""
    Path(article).write_bytes(b"\xef\xbb\xbf" + TEXT.encode() + b"Then\r\nmore.\r\n")
    finished = run("extract", "--with-text", article)
    line = finished.stdout.decode("utf-8").rstrip("\n")
    document = Document.from_json(line)
    assert document.text == TEXT + "Then\r\nmore.\r\n"
    assert document.to_json(with_text=True) == line


def test_json_is_one_array(article: str) -> None:
    """JSON is one array of what JSON Lines has line by line."""
    runner = CliRunner()
    as_lines = runner.invoke(app, ["extract", article, article, "--format", "jsonl"])
    as_array = runner.invoke(app, ["extract", article, article, "--format", "json"])
    assert json.loads(as_array.output) == [json.loads(x) for x in as_lines.output.splitlines()]


def test_json_of_nothing() -> None:
    """JSON stays JSON if no input could be read."""
    finished = run("extract", "missing.txt", "--format", "json")
    assert (finished.returncode, json.loads(finished.stdout)) == (1, [])


def test_csv_has_a_row_for_each_quote(article: str) -> None:
    """CSV has a header and a row a quote."""
    result = CliRunner().invoke(app, ["extract", article, article, "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert [(row["id"], row["text"]) for row in rows] == [(article, "“We are ready,”")] * 2


def test_version() -> None:
    """`--version` prints it."""
    assert run("--version").stdout.decode() == f"quoteattr {quoteattr.__version__}\n"


def test_no_command() -> None:
    """Without a command it says what there is."""
    printed = run().stdout.decode()
    assert "extract" in printed
    assert "evaluate" in printed


def _commands(group: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's own
    """All commands of a group with their whole names, those of the groups in it, too."""
    for own, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{name} {own}")
        else:
            yield f"{name} {own}", command


def test_every_option_is_documented() -> None:
    """The page about the command line has every command and every option."""
    page = DOCS.read_text(encoding="utf-8")
    for name, command in _commands(typer.main.get_command(app), "quoteattr"):
        options = {opt for param in command.params for opt in param.opts if opt.startswith("--")}
        for term in {name, *options}:
            assert term in page, f"{term} is not in {DOCS.name}"


def test_default_is_documented() -> None:
    """The page gives the confidence that a quotation must have by default."""
    assert f"The default is {Config().min_confidence} |" in DOCS.read_text(encoding="utf-8")


def shown(document: Document, *, width: int = 100) -> str:
    """What a terminal shows of a document, without colours."""
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as capture:
        console.print(DocumentView(document))
    return capture.get()


def test_table_without_quotes() -> None:
    """A document without quotes has a heading and no table."""
    assert shown(Document("a.txt", "Nothing.")) == "a.txt  no quotes\n\n"


def test_table_row() -> None:
    """A row has the speaker, the kind and medium, the content, and source and cue in text order."""
    text = "Ann hopes that\nall is well, she thought."
    quote = Quote(
        (Span.of(text, 10, 26),),
        cue=(Span.of(text, 4, 9),),
        source=(Span.of(text, 0, 3),),
        speaker=Speaker("Ann Lee"),
        medium=Medium.THOUGHT,
    )
    rows = shown(Document("a.txt", text, (quote,))).splitlines()
    assert re.fullmatch(" +Ann Lee +indirect +that all is well +Ann hopes +", rows[4])
    assert rows[5].split() == ["thought"]


def test_table_of_an_unknown_speaker() -> None:
    """A quote without speaker says so, and markup in a text is only text."""
    text = "[bold]“Yes.”"
    quote = Quote((Span.of(text, 0, len(text)),), kind=Kind.MIXED)
    assert re.search("unknown +mixed +\\[bold\\]“Yes.”", shown(Document("a", text, (quote,))))


def test_table_shows_warnings() -> None:
    """Warnings stand under the table, with their place if they have one."""
    text = "Yes.\n“No, he\nsaid."
    warnings = (
        TextWarning(WarningCode.UNCLOSED_MARK, "it never closes", Span.of(text, 5, 6)),
        TextWarning(WarningCode.SUBSTITUTED, "all of it is odd"),
    )
    notes = shown(Document("a", text, warnings=warnings)).splitlines()[1:3]
    assert notes == [
        "  Note: it never closes (line 2): “No, he said. …",
        "  Note: all of it is odd",
    ]


def test_table_disarms_control_characters() -> None:
    """A text can't command the terminal, and a lone surrogate is written out."""
    text = "\x1b[2J\x07\ud800 \x9b"
    output = shown(Document("a", text, (Quote((Span.of(text, 0, len(text)),)),)))
    assert "\\x1b[2J\\x07\\ud800 \\x9b" in output


def test_narrow_table_loses_nothing() -> None:
    """On a narrow terminal words are broken, not cut."""
    text = "incomprehensibilities"
    quote = Quote((Span.of(text, 0, len(text)),), speaker=Speaker("Wolfeschlegelstein"))
    row = re.split("─{9,}", shown(Document("a", text, (quote,)), width=40))[2]
    first_words = [line.split()[0] for line in row.splitlines() if line.strip()]
    assert "".join(first_words) == "Wolfeschlegelstein"
