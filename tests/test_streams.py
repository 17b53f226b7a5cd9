"""Streams of texts, in one process and in several."""

import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from capitals import upper
from quoteattr.errors import ConfigError, InputTypeError, TextError
from quoteattr.quotes import Document
from quoteattr.streams import Failure, read, with_contexts

# Python 3.12 and later warn of a fork of whatever has threads, as NumPy may.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

TEXTS = [f"text {number}" for number in range(20)]
PROCESSES = Path("/proc")
DOCUMENTS = [Document(str(number), text.upper()) for number, text in enumerate(TEXTS)]


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    """After each test all processes have ended."""
    yield
    assert multiprocessing.active_children() == []


# What comes out


@pytest.mark.parametrize("n_process", [1, 2, 3, -1])
@pytest.mark.parametrize("batch_size", [1, 3, 16, 100])
def test_documents_in_order(n_process: int, batch_size: int) -> None:
    """The documents come in the order of the texts, however these are shared out."""
    found = read(upper, TEXTS, batch_size=batch_size, n_process=n_process)
    assert list(found) == DOCUMENTS


@pytest.mark.usefixtures("method")
def test_documents_of_other_processes() -> None:
    """So it is with processes that are forked and with fresh ones."""
    assert list(read(upper, TEXTS, batch_size=2, n_process=2)) == DOCUMENTS


@pytest.mark.parametrize("n_process", [1, 2])
def test_no_texts(n_process: int) -> None:
    """An empty stream gives nothing, and starts no process."""
    assert list(read(upper, iter([]), n_process=n_process)) == []


def test_a_big_text() -> None:
    """A text and a document may be larger than what fits between two processes at once."""
    texts = ["a" * 3_000_000] * 4
    found = read(upper, texts, batch_size=2, n_process=2)
    assert [len(result.text) for result in found if isinstance(result, Document)] == [3_000_000] * 4


@pytest.mark.parametrize(
    ("n_process", "batch_size", "most"), [(1, 16, 1), (2, 1, 4), (2, 3, 12), (3, 2, 12)]
)
def test_how_far_is_read_ahead(n_process: int, batch_size: int, most: int) -> None:
    """A stream is never read further ahead than two batches for each process."""
    taken = 0

    def stream() -> Iterator[str]:
        nonlocal taken
        for number in range(60):
            taken += 1
            yield str(number)

    ahead = [
        taken - yielded
        for yielded, _ in enumerate(
            read(upper, stream(), batch_size=batch_size, n_process=n_process)
        )
    ]
    assert len(ahead) == taken == 60
    assert max(ahead) <= most


@pytest.mark.parametrize("n_process", [1, 2])
def test_endless_stream(n_process: int) -> None:
    """A stream need not end."""
    endless = iter(lambda: "a", "")
    found = read(upper, endless, n_process=n_process)
    assert [next(found) for _ in range(100)][-1] == Document("99", "A")
    assert hasattr(found, "close")
    found.close()


# Contexts


@pytest.mark.parametrize("n_process", [1, 2])
def test_contexts(n_process: int) -> None:
    """What comes with a text goes out with its document; no other process needs to know it."""
    contexts = [lambda: 1, object(), None]
    pairs = zip(["a", "raise", "b"], contexts, strict=True)
    found = list(with_contexts(pairs, partial(read, upper, n_process=n_process, errors="yield")))
    assert [context for _, context in found] == contexts
    documents = [result for result, _ in found if isinstance(result, Document)]
    assert documents == [Document("0", "A"), Document("2", "B")]


@pytest.mark.parametrize("wrong", ["ab", ("a",), ("a", 1, 2), None])
def test_no_pair(wrong: object) -> None:
    """What is no pair is refused, with its place."""
    found = with_contexts([("a", 1), wrong], partial(read, upper))
    assert next(found) == (Document("0", "A"), 1)
    message = rf"^text 1: expected a tuple \(text, context\), got {type(wrong).__name__}$"
    with pytest.raises(InputTypeError, match=message):
        next(found)


# Failures


@pytest.mark.parametrize("n_process", [1, 2])
def test_failures_are_yielded(n_process: int) -> None:
    """A text that fails leaves a record, and the stream goes on."""
    texts: list[Any] = ["a", "raise", 3, lambda: 1, "b"]
    found = list(read(upper, texts, batch_size=2, n_process=n_process, errors="yield"))
    assert found == [
        Document("0", "A"),
        Failure(1, "ValueError", "no luck"),
        Failure(2, "InputTypeError", "expected a str"),
        Failure(3, "InputTypeError", "expected a str"),
        Document("4", "B"),
    ]
    assert str(found[1]) == "text 1: ValueError: no luck"
    assert str(found[2]) == "text 2: expected a str"
    assert isinstance(found[1], Failure)
    assert "in upper" in found[1].traceback


@pytest.mark.parametrize("n_process", [1, 2])
@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ("raise", TextError, "text 7: ValueError: no luck"),
        (None, InputTypeError, "text 7: expected a str"),
    ],
)
def test_failures_are_raised(n_process: int, wrong: Any, error: type, message: str) -> None:  # noqa: ANN401 - a value of the wrong kind
    """A text that fails ends the stream, when everything before it has come."""
    found = read(upper, [*TEXTS[:7], wrong, "a"], batch_size=3, n_process=n_process)
    assert [next(found) for _ in range(7)] == DOCUMENTS[:7]
    with pytest.raises(error) as caught:
        next(found)
    assert str(caught.value) == message
    assert "in upper" in str(caught.value.__cause__)
    assert list(found) == []


@pytest.mark.parametrize(("text", "code"), [("kill", -9), ("exit", 3)])
@pytest.mark.usefixtures("method")
def test_a_process_that_ends(text: str, code: int) -> None:
    """A process that ends costs the text over which it has ended, and no other."""
    texts = [*TEXTS[:5], text, *TEXTS[6:]]
    found = list(read(upper, texts, batch_size=4, n_process=2, errors="yield"))
    message = (
        f"the process that read it has ended with exit code {code}; if that is -9, the machine "
        "may be out of memory, of which fewer processes take less"
    )
    assert found == [*DOCUMENTS[:5], Failure(5, "TextError", message), *DOCUMENTS[6:]]
    with pytest.raises(TextError) as caught:
        list(read(upper, texts, batch_size=4, n_process=2))
    assert str(caught.value) == f"text 5: {message}"


def test_every_text_ends_its_process() -> None:
    """Even that is no end of the stream."""
    found = list(read(upper, ["kill"] * 6, batch_size=3, n_process=2, errors="yield"))
    assert [result.index for result in found if isinstance(result, Failure)] == [*range(6)]


@pytest.mark.parametrize("n_process", [1, 2])
def test_a_stream_that_raises(n_process: int) -> None:
    """An exception of the stream itself comes when all texts before it have been read."""

    def stream() -> Iterator[str]:
        yield from TEXTS[:7]
        msg = "the disk is gone"
        raise OSError(msg)

    found = read(upper, stream(), batch_size=3, n_process=n_process, errors="yield")
    assert [next(found) for _ in range(7)] == DOCUMENTS[:7]
    with pytest.raises(OSError, match="the disk is gone"):
        next(found)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "batch_size must be a number of texts, at least 1, not 0"),
        (
            {"n_process": 0},
            "n_process must be a number of processes, or -1 for all cores, not 0",
        ),
        (
            {"n_process": -2},
            "n_process must be a number of processes, or -1 for all cores, not -2",
        ),
        ({"errors": "ignore"}, "errors must be 'raise' or 'yield', not 'ignore'"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    """An option with a value that it can't have is refused at once."""
    with pytest.raises(ConfigError) as caught:
        read(upper, TEXTS, **options)
    assert str(caught.value) == message


def test_a_reader_that_cannot_be_sent(method: str) -> None:
    """A fresh process must be sent the reader; a forked one has it."""

    def reader(text: str, *, id: str) -> Document:  # noqa: A002 - as in `Document`
        return upper(text, id=id)

    found = read(reader, TEXTS, n_process=2)
    if method == "fork":
        assert list(found) == DOCUMENTS
    else:
        expected = r"^no other process can be started \(.*reader.*\); with n_process=1 none is"
        with pytest.raises(ConfigError, match=expected):
            list(found)


# How processes end


@pytest.mark.usefixtures("method")
def test_closing_ends_the_processes() -> None:
    """To close the stream ends its processes, in the middle of a text, too."""
    found = read(upper, ["a", "sleep", "sleep"], batch_size=1, n_process=2)
    assert next(found) == Document("0", "A")
    assert len(multiprocessing.active_children()) == 2
    started = time.monotonic()
    assert hasattr(found, "close")
    found.close()
    assert multiprocessing.active_children() == []
    assert time.monotonic() - started < 10


PROGRAM = """
import multiprocessing, sys, time
from quoteattr.quotes import Document
from quoteattr.streams import read

def slow(text, *, id):
    time.sleep(float(text))
    return Document(id, text)

def main():
    multiprocessing.set_start_method(sys.argv[1])
    for document in read(slow, ["0", sys.argv[2], sys.argv[2]], batch_size=1, n_process=2):
        print(*[child.pid for child in multiprocessing.active_children()], flush=True)

{start}
"""
GUARDED = "if __name__ == '__main__': main()"


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked about does not."""
    try:
        status = (PROCESSES / str(pid) / "stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="asks Linux which processes run")
@pytest.mark.parametrize(
    ("number", "seconds"), [(signal.SIGINT, "60"), (signal.SIGTERM, "2"), (signal.SIGKILL, "2")]
)
def test_the_end_of_the_program_ends_the_processes(
    method: str, number: signal.Signals, seconds: str, tmp_path: Path
) -> None:
    """Ctrl-C ends the other processes at once; if the program is killed, their texts are ended."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(start=GUARDED), encoding="utf-8")
    command = (sys.executable, str(path), method, seconds)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:  # noqa: S603
        assert program.stdout is not None
        pids = [int(pid) for pid in program.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(is_alive, pids))
        program.send_signal(number)
        _, errors = program.communicate(timeout=30)
    assert program.returncode in {1, -number}
    assert errors.count(b"Traceback") <= 1
    deadline = time.monotonic() + 10
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, pids))


def test_a_program_that_starts_itself_again(tmp_path: Path) -> None:
    """A program that a fresh process can't import is told what to do."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(start="main()"), encoding="utf-8")
    command = (sys.executable, str(path), "spawn", "0")
    finished = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603
    assert finished.returncode == 1
    assert finished.stderr.endswith(
        b"TextError: another process has ended with exit code 1 before it could read anything; a "
        b"program that uses several must start them under if __name__ == '__main__':\n"
    )
