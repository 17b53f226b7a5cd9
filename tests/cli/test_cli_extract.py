"""`quoteattr extract`: mostly as a shell runs it, in a process of its own."""

import contextlib
import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
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

TEXT = "“We are ready,” said Ann Lee.\n"
DOCS = Path(__file__).parents[2] / "docs" / "command-line.md"
COMMAND = (sys.executable, "-m", "quoteattr")

Finished = subprocess.CompletedProcess[bytes]


def run(*arguments: str, **options: Any) -> Finished:  # noqa: ANN401 - whatever subprocess takes
    """Run the command with its output in pipes."""
    return subprocess.run(  # noqa: S603 - our own command
        (*COMMAND, *arguments), capture_output=True, check=False, timeout=120, **options
    )


def records(finished: Finished) -> list[dict[str, Any]]:
    """The JSON Lines that a command printed."""
    return [json.loads(line) for line in finished.stdout.decode("utf-8").splitlines()]


def words(output: str) -> str:
    """A message without the frame around it and the line breaks in it."""
    return " ".join(re.sub("[│╭╮╰╯─]", " ", output).split())


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
    """Start the command."""
    return subprocess.Popen((*COMMAND, *arguments), **options)  # noqa: S603 - our own command


def in_terminal(*arguments: str, stream: str) -> tuple[str, int]:
    """Run the command with one stream on a pseudo-terminal: what that shows, and the exit code."""
    terminal, end = pty.openpty()
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: end}
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    with start(*arguments, env=environment, **streams) as process:
        os.close(end)
        shown = b"".join(_chunks(terminal))
        os.close(terminal)
    return shown.decode("utf-8"), process.returncode


def _chunks(terminal: int) -> Iterator[bytes]:
    try:
        while chunk := os.read(terminal, 4096):
            yield chunk
    except OSError:  # Linux says so when the other end is closed
        return


@pytest.fixture(name="article")
def _article(tmp_path: Path) -> str:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


@pytest.fixture(name="fake")
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attributor that needs no model: the first word of a text is a quote."""

    def attributor(text: str, *, id: str) -> Document:  # noqa: A002 - its name in the library
        return Document(id, text, (Quote((Span.of(text, 0, text.index(" ")),)),))

    monkeypatch.setattr(quoteattr, "load", lambda *_, **__: attributor)


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


def test_progress_bar_for_several_files(article: str) -> None:
    """A bar shows on a terminal, while the results go elsewhere, for several files only."""
    shown, _ = in_terminal("extract", article, article, stream="stderr")
    assert "Reading" in shown
    shown, _ = in_terminal("extract", article, stream="stderr")
    assert shown == ""


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
    assert "Missing argument 'FILE" in finished.stderr.decode()


def test_text_in_a_table() -> None:
    """`--with-text` needs a format that can hold a text."""
    finished = run("extract", "a.txt", "--format", "csv", "--with-text")
    assert finished.returncode == 2
    message = "--with-text: goes with the formats jsonl and json, not with csv"
    assert message in words(finished.stderr.decode())


def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends it with code 130 and without a traceback."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with start("extract", str(fifo), stderr=subprocess.PIPE) as process:
        writer = _open_when_read(fifo, process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        os.close(writer)
        assert process.stderr
        assert process.stderr.read() == b""


def _open_when_read(fifo: Path, process: subprocess.Popen[bytes]) -> int:
    """Open a FIFO for writing as soon as a process reads it."""
    while process.poll() is None:
        with contextlib.suppress(OSError):  # nobody reads it yet
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.05)
    pytest.fail("the command ended before it read its input")


def test_broken_pipe(article: str) -> None:
    """A reader that goes away, such as `head`, ends it without a traceback."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start("extract", *[article] * 50, **pipes) as process:
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


@pytest.mark.usefixtures("fake")
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


@pytest.mark.usefixtures("fake")
def test_csv_has_a_row_for_each_quote(article: str) -> None:
    """CSV has a header and a row a quote."""
    result = CliRunner().invoke(app, ["extract", article, article, "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert [(row["id"], row["text"]) for row in rows] == [(article, "“We")] * 2


def test_version() -> None:
    """`--version` prints it."""
    assert run("--version").stdout.decode() == f"quoteattr {quoteattr.__version__}\n"


def test_no_command() -> None:
    """Without a command it says what there is."""
    printed = run().stdout.decode()
    assert "extract" in printed
    assert "evaluate" in printed


def test_every_option_is_documented() -> None:
    """The page about the command line has every command and every option."""
    commands = vars(typer.main.get_command(app))["commands"]
    page = DOCS.read_text(encoding="utf-8")
    for name, command in commands.items():
        options = {opt for param in command.params for opt in param.opts if opt.startswith("--")}
        for term in {f"quoteattr {name}", *options}:
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
