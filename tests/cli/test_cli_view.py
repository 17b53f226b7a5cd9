"""`quoteattr view`, as a shell runs it."""

import gzip
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quoteattr import render
from quoteattr.cli.app import app
from quoteattr.formats import save
from quoteattr.quotes import Document
from render_by_hand import Shown, crowd, odd
from shell import in_terminal, run, words

TEXT = "“We are ready,” said Ann Lee.\n"


@pytest.fixture(name="article")
def _article(tmp_path: Path) -> str:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def test_page_of_a_text(article: str, tmp_path: Path) -> None:
    """The page has the text with its quote, and goes to a new file."""
    page = tmp_path / "out.html"
    finished = run("view", article, "-o", str(page))
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, b"", b"")
    shown = Shown.of(page.read_text(encoding="utf-8"))
    assert shown.text == TEXT
    assert shown.marked["qa-content"] == ["“We are ready,”"]


def test_standard_input_and_output() -> None:
    """Without a file the text comes from standard input, the page goes to standard output."""
    finished = run("view", "-", input=TEXT.encode())
    assert finished.returncode == 0
    assert '<h1 dir="auto" id="title">Standard input</h1>' in finished.stdout.decode("utf-8")


def test_line_ends_stay(tmp_path: Path) -> None:
    """The page of a text with CRLF has no bare CR, and gives the text back."""
    path = tmp_path / "dos.txt"
    path.write_bytes(b"Yes.\r\n\r\nNo.\r\n")
    finished = run("view", str(path))
    assert b"\r" not in finished.stdout
    assert Shown.of(finished.stdout.decode("utf-8")).text == "Yes.\r\n\r\nNo.\r\n"


def test_several_texts(article: str, tmp_path: Path) -> None:
    """Several texts are one page, in their order; what fails is named, and the others are there."""
    other = tmp_path / "other.txt"
    other.write_text("Nothing.", encoding="utf-8")
    finished = run("view", article, "missing.txt", str(other))
    assert finished.returncode == 1
    assert finished.stderr.startswith(b"quoteattr: can't read 'missing.txt': there is no such file")
    page = finished.stdout.decode("utf-8")
    assert re.findall("<h1.*?>(.*?)</h1>", page) == [article, str(other)]


def test_nothing_to_show(tmp_path: Path) -> None:
    """If no text could be read, no file is begun."""
    page = tmp_path / "out.html"
    assert run("view", "missing.txt", "-o", str(page)).returncode == 1
    assert not page.exists()


@pytest.mark.parametrize("name", ["quotes.jsonl", "quotes.jsonl.gz"])
def test_quotes_of_a_file_are_kept(tmp_path: Path, name: str) -> None:
    """What `extract --with-text` has written is shown with its quotes, and not read anew."""
    lines = [document.to_json(with_text=True) + "\n" for document in (odd(), crowd(2))]
    data = "".join(lines).encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    finished = run("view", str(tmp_path / name))
    assert (finished.returncode, finished.stderr) == (0, b"")
    page = finished.stdout.decode("utf-8")
    assert page.count("Ann Lee; Bo Roe") > 0
    assert Shown.of(page).text == odd().text + crowd(2).text


def test_quotes_of_parquet_are_kept(tmp_path: Path) -> None:
    """So is what `convert` has written, and a table of texts in Parquet is read as such."""
    pytest.importorskip("pyarrow", reason="Parquet needs the extra arrow")
    path = tmp_path / "quotes.parquet"
    save([crowd(2)], path)
    finished = run("view", str(path))
    assert (finished.returncode, finished.stderr) == (0, b"")
    page = finished.stdout.decode("utf-8")
    assert Shown.of(page).text == crowd(2).text
    assert page == render.page(crowd(2))


def test_quotes_in_csv(article: str, tmp_path: Path) -> None:
    """CSV has the quotes without their texts, so they are not taken for texts."""
    path = tmp_path / "quotes.csv"
    assert run("extract", article, "-o", str(path)).returncode == 0
    finished = run("view", str(path))
    assert (finished.returncode, finished.stdout) == (1, b"")
    assert "quotes.csv', line 1: this is a table of quotes" in finished.stderr.decode()


def test_quotes_without_text(tmp_path: Path) -> None:
    """A line without its text is named, with what to do."""
    path = tmp_path / "quotes.jsonl"
    path.write_text(Document("a", "Yes.").to_json() + "\n", encoding="utf-8")
    finished = run("view", str(path))
    assert finished.returncode == 1
    assert b"quotes.jsonl, line 1" in finished.stderr
    assert b"--with-text" in finished.stderr


def test_table_of_texts(tmp_path: Path) -> None:
    """A table whose records are texts, and no documents, is read as by `extract`."""
    path = tmp_path / "table.jsonl"
    path.write_text('{"n": "a", "body": "“No,” said Ann Lee."}\n', encoding="utf-8")
    finished = run("view", str(path), "--text-field", "body", "--id-field", "n")
    assert finished.returncode == 0
    assert Shown.of(finished.stdout.decode("utf-8")).marked["qa-content"] == ["“No,”"]


def test_progress_bar_for_several_texts(article: str) -> None:
    """A bar counts several texts on a terminal."""
    shown, code = in_terminal("view", article, article, stream="stderr")
    assert code == 0
    assert "Reading" in shown
    assert in_terminal("view", article, stream="stderr") == ("", 0)


def test_file_that_is_there(article: str) -> None:
    """A file that is there is not overwritten."""
    finished = run("view", article, "-o", article)
    assert finished.returncode == 2
    assert "article.txt' is there already; name another file" in words(finished.stderr.decode())
    assert Path(article).read_text(encoding="utf-8") == TEXT


def test_no_text_at_all(tmp_path: Path) -> None:
    """Inputs without a text are named, and no file is begun."""
    (tmp_path / "empty.jsonl").touch()
    finished = run("view", "empty.jsonl", "-o", "out.html", cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (1, b"")
    expected = "quoteattr: there is nothing to show: no text is in 'empty.jsonl'; name others\n"
    assert finished.stderr.decode("utf-8") == expected
    assert not (tmp_path / "out.html").exists()


def test_folder_is_missing(article: str, tmp_path: Path) -> None:
    """That there is no folder for the page is said before a text is read."""
    page = str(tmp_path / "no" / "out.html")
    finished = run("view", article, "missing.txt", "-o", page)
    expected = f"quoteattr: can't write {page!r}: there is no such folder; make it, or name another"
    assert (finished.returncode, finished.stderr.count(b"\n")) == (2, 1)
    assert finished.stderr.decode("utf-8").startswith(expected)


def test_nothing_is_left_of_a_page_that_fails(
    article: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the page can't be made, no empty file stays in the way of the next run."""
    page = tmp_path / "out.html"
    with monkeypatch.context() as patched:
        patched.setattr(render, "page", None)
        failed = CliRunner().invoke(app, ["view", article, "-o", str(page)])
    assert isinstance(failed.exception, TypeError)
    assert not page.exists()
