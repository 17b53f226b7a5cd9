"""`quoteattr bench`: figures of several systems, printed and written."""

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quoteattr import bench, formats
from quoteattr.cli.app import app
from quoteattr.formats import jsonl
from quoteattr.quotes import Document, Kind, Quote, Span
from shell import in_terminal, run, words

TEXT = "“We are all ready,” Ann Lee said."
DOCUMENT = Document("a", TEXT, (Quote((Span.of(TEXT, 0, 19),), kind=Kind.DIRECT),))


@pytest.fixture(name="gold")
def _gold(tmp_path: Path) -> str:
    """A file with one labelled text."""
    path = tmp_path / "gold.jsonl"
    path.write_text(DOCUMENT.to_json(with_text=True) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture(name="theirs")
def _theirs(tmp_path: Path) -> str:
    """What another system has found in it."""
    path = tmp_path / "theirs.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        jsonl.write([DOCUMENT], stream)
    return str(path)


def test_json_in_a_pipe(gold: str, theirs: str) -> None:
    """In a pipe the answer is the results as Python has them, ours first by default."""
    finished = run("bench", "--gold", gold, "--predictions", theirs)
    assert (finished.returncode, finished.stderr) == (0, b"")
    documents = list(formats.load(gold))
    systems = [bench.load("quoteattr"), bench.from_file(theirs, documents)]
    found = [(system, list(bench.find(system, documents))) for system in systems]
    expected = bench.measure("gold", documents, found).to_json()
    assert json.loads(finished.stdout) == json.loads(expected)


def test_table_on_a_terminal(gold: str, theirs: str, tmp_path: Path) -> None:
    """On a terminal it is a table with intervals; the JSON goes to the file."""
    written = tmp_path / "results.json"
    options = ("--system", "spacy-rules", "--predictions", theirs, "-o", str(written))
    shown, code = in_terminal("bench", "--gold", gold, *options, stream="stdout")
    assert code == 0
    assert "gold: 1 quotation in 1 document" in shown
    assert "1.000 to 1.000" in shown
    names = [system["name"] for system in json.loads(written.read_bytes())["systems"]]
    assert names == ["spacy-rules", "theirs"]


def test_differences_and_failures_on_a_terminal(tmp_path: Path) -> None:
    """Under the table stand how far the first is ahead, and on what some gave up."""
    source = Quote((Span.of(TEXT, 0, 19),), source=(Span.of(TEXT, 20, 27),))
    gold = Document("a", TEXT + "\ud800", (source,))
    path = tmp_path / "gold.jsonl"
    path.write_text(gold.to_json(with_text=True), encoding="utf-8")
    options = ("--system", "quoteattr", "--system", "spacy-rules")
    shown, code = in_terminal("bench", "--gold", str(path), *options, stream="stdout")
    assert code == 0
    assert "quoteattr over spacy-rules, attribution: 1.000 (1.000 to 1.000), p = 1.0000" in shown
    assert "spacy-rules gave up on 1 text or paragraph\r\n" in shown


def test_table_on_a_narrow_terminal(gold: str, theirs: str, tmp_path: Path) -> None:
    """80 columns have room for four systems: no name and no figure is cut off."""
    files = [tmp_path / f"{name}.jsonl" for name in ("textacy", "textacy-paragraphs", "others")]
    for file in files:
        shutil.copy(theirs, file)
    options = [each for file in files for each in ("--predictions", str(file))]
    arguments = ("bench", "--gold", gold, "--system", "spacy-rules", *options)
    shown, code = in_terminal(*arguments, stream="stdout", columns=80)
    assert code == 0
    table = re.sub(r"\x1b\[[\d;]*m", "", shown.partition("spacy-rules over")[0]).splitlines()
    assert max(map(len, table)) <= 80
    lines = [line.split() for line in table]
    assert ["textacy-paragra"] in lines
    assert ["system", "spacy-rules", "textacy", "phs", "others"] in lines
    assert ["content", "soft", *["1.000"] * 4] in lines
    assert ["1.000", "to", "1.000"] * 4 in lines


def test_progress_on_a_terminal(gold: str) -> None:
    """Each system has its progress bar."""
    shown, code = in_terminal("bench", "--gold", gold, "--system", "spacy-rules", stream="stderr")
    assert code == 0
    assert "spacy-rules" in shown


def test_page_and_picture(gold: str, tmp_path: Path) -> None:
    """`--html` writes the page, `--plot` the picture."""
    pytest.importorskip("matplotlib", reason="Matplotlib comes with the extra bench")
    page, picture = tmp_path / "page.html", tmp_path / "picture.svg"
    options = ("--system", "spacy-rules", "--html", str(page), "--plot", str(picture))
    finished = run("bench", "--gold", gold, *options)
    assert finished.returncode == 0
    assert "What goes wrong on gold" in page.read_text(encoding="utf-8")
    assert picture.read_text(encoding="utf-8").startswith("<?xml")


REFUSED = [
    (["--system", "booknlp"], 2, "there is no system 'booknlp'; expected one of quoteattr, "),
    (["--system", "quoteattr"] * 2, 2, "there are 2 systems called 'quoteattr'; give each"),
    (["--predictions", "missing.jsonl"], 1, "can't read 'missing.jsonl'"),
    (["--gold", "missing.jsonl"], 1, "can't read 'missing.jsonl'"),
    (["--plot", "/proc/nowhere/p.svg", "--system", "spacy-rules"], 2, "can't write"),
]


@pytest.mark.parametrize(("options", "code", "message"), REFUSED)
def test_refused(gold: str, options: list[str], code: int, message: str) -> None:
    """What can't be measured, or written, is one line of error with its exit code."""
    if "--plot" in options:
        pytest.importorskip("matplotlib", reason="Matplotlib comes with the extra bench")
    finished = run("bench", "--gold", gold, *options)
    assert (finished.returncode, finished.stdout) == (code, b"")
    [line] = finished.stderr.decode("utf-8").splitlines()
    assert message in line


@pytest.mark.parametrize("option", ["--output", "--html", "--plot"])
def test_nothing_is_overwritten(gold: str, option: str) -> None:
    """A file that is there stays as it is, and no work is done before that is said."""
    finished = run("bench", "--gold", gold, option, gold)
    assert finished.returncode == 2
    assert "is there already; name another file" in words(finished.stderr.decode("utf-8"))
    assert list(formats.load(gold)) == [DOCUMENT]


@pytest.mark.parametrize("option", ["--output", "--html", "--plot"])
def test_folder_is_missing(gold: str, option: str, tmp_path: Path) -> None:
    """That there is no folder for a file is said before any system works."""
    path = str(tmp_path / "no" / "file")
    finished = run("bench", "--gold", gold, "--system", "spacy-rules", option, path)
    assert (finished.returncode, finished.stdout) == (2, b"")
    [line] = finished.stderr.decode("utf-8").splitlines()  # and no progress bar before it
    expected = f"can't write {path!r}: there is no such folder; make it, or name another file"
    assert line == f"quoteattr: {expected}"


def test_nothing_is_left_of_what_fails(
    gold: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a page or a picture can't be made, no empty file stays in the way of the next run."""
    pytest.importorskip("matplotlib", reason="Matplotlib comes with the extra bench")
    for option, maker in (("--html", "page"), ("--plot", "plot")):
        path = tmp_path / maker
        arguments = ["bench", "--gold", gold, "--system", "spacy-rules", option, str(path)]
        with monkeypatch.context() as patched:
            patched.setattr(bench, maker, None)
            failed = CliRunner().invoke(app, arguments)
        assert isinstance(failed.exception, TypeError)
        assert not path.exists()


def test_gold_is_needed() -> None:
    """Without gold there is nothing to measure by."""
    finished = run("bench")
    assert finished.returncode == 2
    assert "--gold" in finished.stderr.decode("utf-8")
