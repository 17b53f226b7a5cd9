"""`quoteattr convert`: from any format to any other, by name or by option, whole or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quoteattr import formats
from quoteattr.cli.app import app
from quoteattr.quotes import Document, Quote, Span
from shell import run, words

SEEDS = Path(__file__).parents[2] / "seeds"


def convert(*arguments: object) -> tuple[int, str]:
    """Run the command in this process: its exit code and all it printed."""
    result = CliRunner().invoke(app, ["convert", *map(str, arguments)])
    return result.exit_code, words(result.output)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet", "tei"])
def test_there_and_back(tmp_path: Path, name: str) -> None:
    """The gold goes to each format that holds it all and comes back equal; nothing is printed."""
    path = tmp_path / name
    form = ("--to", "tei") if name == "tei" else ()
    assert convert(SEEDS, "-o", path, *form) == (0, "")
    assert convert(path, "-o", tmp_path / "back.jsonl") == (0, "")
    assert list(formats.load(tmp_path / "back.jsonl")) == list(formats.load(SEEDS))


def test_several_files(tmp_path: Path) -> None:
    """What several files and folders hold goes into one, in the order in which they are named."""
    one, two = sorted(SEEDS.glob("*.ann"))[:2]
    assert convert(two, one, "-o", tmp_path / "a.jsonl") == (0, "")
    ids = [document.id for document in formats.load(tmp_path / "a.jsonl")]
    assert ids == [str(path.with_suffix(".txt")) for path in (two, one)]


def test_csv_with_texts(tmp_path: Path) -> None:
    """CSV comes back with the texts that are named, by the ids that they have."""
    convert(SEEDS, "-o", tmp_path / "a.csv")
    texts = [arguments for path in SEEDS.glob("*.txt") for arguments in ("--texts", path)]
    assert convert(tmp_path / "a.csv", "-o", tmp_path / "a.jsonl", *texts) == (0, "")
    gold = list(formats.load(SEEDS))
    found = list(formats.load(tmp_path / "a.jsonl"))
    spans = [[(q.content, q.cue, q.source) for q in document.quotes] for document in found]
    assert spans == [[(q.content, q.cue, q.source) for q in document.quotes] for document in gold]


def test_a_text_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing text is named."""
    convert(SEEDS, "-o", tmp_path / "a.csv")
    code, output = convert(tmp_path / "a.csv", "-o", tmp_path / "b.jsonl", "--texts", "none.txt")
    assert code == 1
    assert output == "quoteattr: can't read 'none.txt': there is no such file; check the path"


def test_in_a_pipe() -> None:
    """Standard input and output take the formats that are named, in UTF-8."""
    document = Document("é", "🙂 “No.”", (Quote((Span(2, 7, "“No.”"),)),))
    line = document.to_json(with_text=True).encode()
    there = run("convert", "-", "--from", "jsonl", "-o", "-", "--to", "tei", input=line)
    assert there.stderr == b""
    assert "🙂 “No.”" in there.stdout.decode()
    back = run("convert", "-", "--from", "tei", "-o", "-", "--to", "jsonl", input=there.stdout)
    assert Document.from_json(back.stdout.decode()) == document


def test_parquet_in_a_pipe(tmp_path: Path) -> None:
    """Standard output takes bytes, too."""
    finished = run("convert", str(SEEDS), "-o", "-", "--to", "parquet")
    path = tmp_path / "a.parquet"
    path.write_bytes(finished.stdout)
    assert list(formats.load(path)) == list(formats.load(SEEDS))


def test_offsets(tmp_path: Path) -> None:
    """JSON Lines can have the offsets of JavaScript, and come back."""
    document = Document("a", "🙂 “No.”", (Quote((Span(2, 7, "“No.”"),)),))
    formats.save([document], tmp_path / "a.jsonl")
    convert(tmp_path / "a.jsonl", "-o", tmp_path / "b.jsonl", "--offsets", "utf-16")
    record = json.loads((tmp_path / "b.jsonl").read_text(encoding="utf-8"))
    assert record["quotes"][0]["content"] == [[3, 8]]
    convert(tmp_path / "b.jsonl", "-o", tmp_path / "c.jsonl")
    assert (tmp_path / "c.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("-", "-o", "a.jsonl"), 2, "--from: standard input has no name that tells its format"),
        (("-", "-o", "a.csv", "--from", "brat"), 2, "brat can't be read from standard input; name"),
        ((SEEDS, "-o", "-"), 2, "--to: standard output has no name that tells a format; name it"),
        ((SEEDS,), 2, "Missing option '--output'"),
        ((SEEDS, "-o", "a.docx"), 2, "'a.docx' is in no format known here; expected .jsonl, "),
        ((SEEDS, "-o", "a.xml"), 2, "a file of tei holds one document, and there are several"),
        ((SEEDS, "-o", "-", "--to", "brat"), 2, "brat has two files a document, an .ann and a"),
        ((SEEDS, "-o", "a.csv", "--offsets", "utf-8"), 2, "offsets in utf-8 go with the format"),
        (("none.jsonl", "-o", "a.csv"), 1, "can't read 'none.jsonl': there is no such file"),
        ((SEEDS, "-o", "none/a.csv"), 2, "can't write 'none/a.csv': No such file or directory"),
        ((SEEDS, "-o", "x" * 5000 + ".jsonl"), 2, "jsonl': File name too long; mend that, or name"),
        ((SEEDS, "-o", "a.csv", "--to", "jsonl"), 2, "is the name of a file of csv, not jsonl"),
        ((SEEDS, "-o", "a.csv", "--to", "docx"), 2, "'docx' is not one of"),
        ((SEEDS, "-o", "a.csv", "--from", "tei-inline"), 1, "holds no .xml file"),
    ],
)
def test_what_cannot_be_done(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[object, ...],
    code: int,
    message: str,
) -> None:
    """What is wrong is said, with the code of a usage error or of an input; nothing is left."""
    monkeypatch.chdir(tmp_path)
    found, output = convert(*arguments)
    assert message in output
    assert found == code
    assert list(tmp_path.iterdir()) == []


def test_overlaps_inline(tmp_path: Path) -> None:
    """Quotations that overlap can't be elements; the message says where they are."""
    quotes = tuple(Quote((Span.of("Nobody", *ends),)) for ends in ((0, 4), (2, 6)))
    formats.save([Document("a", "Nobody", quotes)], tmp_path / "a.jsonl")
    code, output = convert(tmp_path / "a.jsonl", "-o", tmp_path / "b.xml", "--to", "tei-inline")
    assert code == 1
    assert "its quotations from 0 to 4 and from 2 to 6 overlap, and XML elements can't" in output


def test_a_broken_line_leaves_nothing(tmp_path: Path) -> None:
    """Where one line is broken, it is named, and no file is left that looks like all."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "text": "No.", "quotes": []}\n{"id":\n', encoding="utf-8")
    code, output = convert(path, "-o", tmp_path / "b.csv")
    assert code == 1
    assert f"{path}, line 2: not JSON: " in output
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_not_written_over(tmp_path: Path) -> None:
    """A file that is there stays."""
    path = tmp_path / "a.jsonl"
    path.write_text("mine", encoding="utf-8")
    code, output = convert(SEEDS, "-o", path)
    assert (code, path.read_text(encoding="utf-8")) == (2, "mine")
    assert "is there already; name another file" in output


_PEAK = """
import resource, sys
from quoteattr.cli.app import app
try:
    app(["convert", *sys.argv[1:]])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("name", ["b.jsonl", "b.csv", "b.parquet"])
def test_memory_is_bounded(tmp_path: Path, name: str) -> None:
    """A hundred megabytes go through in a fraction of it."""
    path = tmp_path / "a.jsonl"
    line = Document("a", "“No.” " * 17_000, (Quote((Span(0, 5, "“No.”"),)),)).to_json(
        with_text=True
    )
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for _ in range(600))
    size = path.stat().st_size
    peaks: list[int] = []
    for given in (os.devnull, str(path)):
        out = tmp_path / f"{len(peaks)}{name}"
        command = (sys.executable, "-c", _PEAK, given, "--from", "jsonl", "-o", str(out))
        finished = subprocess.run(command, capture_output=True, check=True, timeout=300)  # noqa: S603
        peaks.append(int(finished.stdout) * 1024)
    assert size > 90_000_000
    assert peaks[1] - peaks[0] < size / 2, f"{peaks} for {size}"
