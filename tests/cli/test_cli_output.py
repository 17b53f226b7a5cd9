"""`quoteattr extract --output`: a file that is begun, cut off at any moment, and continued."""

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from quoteattr.cli.app import app

TEXT = "“We are ready,” said Ann Lee. “Let us begin.”\n"
COMMAND = (sys.executable, "-m", "quoteattr", "extract")


def extract(*arguments: object) -> tuple[int, str]:
    """Run the command in this process: its exit code and all it printed."""
    result = CliRunner().invoke(app, ["extract", *map(str, arguments)])
    return result.exit_code, " ".join(re.sub("[│╭╮╰╯─]", " ", result.output).split())


@pytest.fixture(scope="module", name="table")
def _table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of texts: every third has the id of another one, and one is none."""
    path = tmp_path_factory.mktemp("texts") / "table.jsonl"
    rows: list[dict[str, object]] = [
        {"id": f"é{n % 3 and n}", "text": TEXT * (n % 4)} for n in range(12)
    ]
    rows[5] = {"id": "none"}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module", name="undisturbed")
def _undisturbed(table: Path) -> bytes:
    """The output of a run that nothing disturbs."""
    path = table.with_name("undisturbed.jsonl")
    code, _ = extract(table, "-o", path)
    assert code == 1
    return path.read_bytes()


def test_output_is_what_would_be_printed(table: Path, undisturbed: bytes) -> None:
    """The file has the bytes that standard output gets, and nothing is printed there."""
    printed = subprocess.run((*COMMAND, str(table)), capture_output=True, check=False, timeout=120)  # noqa: S603
    assert (printed.returncode, printed.stdout) == (1, undisturbed)
    assert undisturbed.count(b"\n") == 11


@pytest.mark.parametrize("name", ["table", "jsonl", "json", "csv"])
def test_any_format_goes_to_a_file(tmp_path: Path, table: Path, name: str) -> None:
    """Each format can be written to a file; JSON Lines are the default."""
    path = tmp_path / "out"
    extract(table, "--output", path, *(() if name == "jsonl" else ("--format", name)))
    heads = {
        "table": "é0 no quotes",
        "jsonl": '{"schema"',
        "json": '[ {"schema"',
        "csv": "id,speaker",
    }
    written = path.read_text(encoding="utf-8")
    assert " ".join(written.split()).startswith(heads[name])


def test_a_file_is_not_overwritten(tmp_path: Path, table: Path) -> None:
    """A file that is there is left alone; the message says what can be done."""
    path = tmp_path / "out.jsonl"
    path.write_text("mine", encoding="utf-8")
    code, output = extract(table, "-o", path)
    assert (code, path.read_text(encoding="utf-8")) == (2, "mine")
    message = "is there already; continue it with --resume, or name another file"
    assert message in output
    assert "Invalid value for --output" in output


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cut_off_anywhere(
    tmp_path: Path, table: Path, undisturbed: bytes, data: st.DataObject
) -> None:
    """Wherever the file was cut off, and how often, nothing is lost and nothing is twice."""
    path = tmp_path / "out.jsonl"
    size = data.draw(st.integers(0, len(undisturbed)))
    path.write_bytes(undisturbed[:size])
    code, _ = extract(table, "-o", path, "--resume")
    assert (code, path.read_bytes()) == (1, undisturbed)


def test_what_is_done_is_not_done_again(tmp_path: Path, table: Path, undisturbed: bytes) -> None:
    """A whole line stays as it is, even if today's would be another one."""
    path = tmp_path / "out.jsonl"
    first, second, *_ = undisturbed.splitlines(keepends=True)
    older = re.sub(b'"quotes": .*', b'"quotes": []}', first)
    path.write_bytes(older + second[:-1])
    extract(table, "-o", path, "--resume")
    assert path.read_bytes() == older + undisturbed.removeprefix(first)


def test_resume_begins_a_file(tmp_path: Path, table: Path, undisturbed: bytes) -> None:
    """Where there is no file yet, `--resume` begins it, so that a command can be repeated."""
    path = tmp_path / "out.jsonl"
    for _ in range(2):
        extract(table, "-o", path, "--resume")
        assert path.read_bytes() == undisturbed


def test_what_failed_is_tried_again(tmp_path: Path, failing_model: str) -> None:
    """A text that failed has no line; when the file is continued it gets one, at the end."""
    texts, path = tmp_path / "texts", tmp_path / "out.jsonl"
    texts.mkdir()
    for name, text in ("a", TEXT), ("b", "“No!” she said."), ("c", TEXT):
        (texts / f"{name}.txt").write_text(text, encoding="utf-8")
    arguments = (texts, "-o", path, "--resume")
    for _ in range(2):
        code, output = extract(*arguments, "--model", failing_model)
        assert (code, _ids(path)) == (1, ["a.txt", "c.txt"])
        assert "b.txt' has failed: RuntimeError: no, no" in output
    assert extract(*arguments) == (0, "")
    assert _ids(path) == ["a.txt", "c.txt", "b.txt"]


def _ids(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Path(json.loads(line)["id"]).name for line in lines]


@pytest.mark.parametrize("name", ["out.json", "out.csv"])
def test_its_name_tells_the_format(tmp_path: Path, table: Path, name: str) -> None:
    """A name in .json or .csv is enough; --format goes before it."""
    by_name, by_format, other = (tmp_path / each for each in (name, "out", f"other-{name}"))
    extract(table, "-o", by_name)
    extract(table, "-o", by_format, "--format", by_name.suffix[1:])
    extract(table, "-o", other, "--format", "jsonl")
    assert by_name.read_bytes() == by_format.read_bytes()
    assert by_name.read_bytes() != other.read_bytes()
    code, output = extract(table, "-o", by_name)
    assert code == 2
    assert "is there already; name another file" in output


def test_the_output_is_no_input(tmp_path: Path) -> None:
    """An output file in a folder that is read is not taken for a table of texts."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    for _ in range(2):
        assert extract(tmp_path, "-o", tmp_path / "out.jsonl", "--resume", "--with-text") == (0, "")
        assert _ids(tmp_path / "out.jsonl") == ["a.txt"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "--resume: needs the file to go on with; name it with --output"),
        (("-o", "x", "--format", "csv"), "--resume: goes with the format jsonl, not with csv"),
    ],
)
def test_nothing_to_resume(table: Path, options: tuple[str, ...], message: str) -> None:
    """`--resume` needs a file, of lines that stand for themselves."""
    code, output = extract(table, "--resume", *options)
    assert code == 2
    assert message in output


@pytest.mark.parametrize(
    ("line", "content"),
    [(1, "mine"), (1, '{"id": "a"}\n'), (2, '{"schema": 1, "id": "a"}\n\n'), (1, '{"schema": \n')],
)
def test_only_our_own_is_continued(tmp_path: Path, table: Path, line: int, content: str) -> None:
    """Nothing is cut off, or written to, a file that is not by quoteattr."""
    path = tmp_path / "x"
    path.write_text(content, encoding="utf-8")
    code, output = extract(table, "-o", path, "--resume")
    assert (code, path.read_text(encoding="utf-8")) == (2, content)
    assert f"line {line}, is no document that quoteattr has written; only a file of" in output


def test_no_folder_for_the_output(table: Path) -> None:
    """The message says what can't be written, and why."""
    code, output = extract(table, "-o", "no/out.jsonl")
    assert code == 2
    assert output == (
        "quoteattr: can't write 'no/out.jsonl': there is no such folder; "
        "make it, or name another file"
    )


def test_no_room_for_the_output(tmp_path: Path, table: Path, undisturbed: bytes) -> None:
    """When no more can be written it says so; then the file can be continued."""
    path = tmp_path / "out.jsonl"
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(undisturbed) // 2},) * 2)"
    code = f"import resource; {limit}; from quoteattr.cli import run; run()"
    command = (sys.executable, "-c", code, "extract", str(table), "-o", str(path))
    full = subprocess.run(command, capture_output=True, check=False, timeout=120)  # noqa: S603
    assert full.returncode == 2
    assert f"quoteattr: can't write '{path}': File too large; mend that" in full.stderr.decode()
    assert "Traceback" not in full.stderr.decode()
    assert path.read_bytes() == undisturbed[: len(undisturbed) // 2]
    extract(table, "-o", path, "--resume")
    assert path.read_bytes() == undisturbed


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_killed_again_and_again(tmp_path: Path, jobs: str) -> None:
    """Killed at random moments and continued, it ends with the bytes of an undisturbed run."""
    table, path = tmp_path / "table.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": n % 50, "text": TEXT * (n % 7)} for n in range(120)]
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    extract(table, "-o", tmp_path / "undisturbed.jsonl")
    undisturbed = (tmp_path / "undisturbed.jsonl").read_bytes()
    command = (*COMMAND, str(table), "-o", str(path), "--resume", "--jobs", jobs)
    moments = random.Random(jobs)  # noqa: S311 - the same at each run
    kills = 0
    for _ in range(3):
        kills += _is_killed(command, path, grown_by=moments.randrange(len(undisturbed) // 6))
        assert undisturbed.startswith(path.read_bytes())
    assert kills >= 2  # a busy machine may see too late that the file has grown
    assert not _is_killed(command, path, grown_by=len(undisturbed))
    assert path.read_bytes() == undisturbed


def _is_killed(command: tuple[str, ...], path: Path, *, grown_by: int) -> bool:
    """Run a command, and kill it when a file has grown, if it is still there then."""
    limit = (path.stat().st_size if path.exists() else 0) + grown_by
    with subprocess.Popen(command) as process:  # noqa: S603 - our own command
        while process.poll() is None:
            if path.exists() and path.stat().st_size > limit:
                process.kill()
            time.sleep(0.001)
    return process.returncode < 0
