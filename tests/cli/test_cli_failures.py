"""How a failure looks on the command line: its line, and its exit code."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from quoteattr.cli.failures import exit_codes
from quoteattr.errors import (
    ConfigError,
    FormatError,
    ModelFileError,
    ModelNotFoundError,
    QuoteattrError,
)
from quoteattr.store import QuoteStore
from shell import start
from store_by_hand import document


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FormatError("no\nJSON"), 1),
        (ConfigError("no\nJSON"), 2),
        (ModelNotFoundError("no\nJSON"), 2),
        (ModelFileError("no\nJSON"), 2),
    ],
)
def test_exit_code(error: QuoteattrError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with an input ends with 1; with the set-up or the options with 2."""
    with pytest.raises(typer.Exit) as ended, exit_codes():
        raise error
    assert ended.value.exit_code == code
    assert capsys.readouterr() == ("", "quoteattr: no JSON\n")


def test_interrupted() -> None:
    """Ctrl-C ends with 130."""
    with pytest.raises(typer.Exit) as ended, exit_codes():
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130


FULL = [
    ("view", "article.txt"),
    ("extract", "article.txt"),
    ("extract", "--format", "table", "article.txt"),
    ("convert", "quotes.jsonl", "--to", "csv", "-o", "-"),
    ("db", "export", "quotes.db"),
    ("db", "stats", "quotes.db"),
    ("--version",),
]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has /dev/full")
@pytest.mark.parametrize("arguments", FULL)
def test_standard_output_is_full(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """A standard output that takes no more is one line, for a short output, too, and code 2."""
    one = document("a", [("Yes", "Ann Lee")])
    (tmp_path / "article.txt").write_text(one.text, encoding="utf-8")
    (tmp_path / "quotes.jsonl").write_text(one.to_json(with_text=True) + "\n", encoding="utf-8")
    with QuoteStore(tmp_path / "quotes.db") as store:
        store.add([one])
    with Path("/dev/full").open("wb") as full:
        process = start(*arguments, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE)
        _, complaint = process.communicate(timeout=120)
    expected = "can't write standard output: No space left on device; make room, or write elsewhere"
    assert complaint.decode("utf-8") == f"quoteattr: {expected}\n"
    assert process.returncode == 2


def test_other_faults_of_the_system_are_raised() -> None:
    """What is not a full output keeps its traceback, for it is a fault of the program."""
    with pytest.raises(PermissionError), exit_codes():
        raise PermissionError
