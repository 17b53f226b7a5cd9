"""Several writers at once, and writers who are killed: nothing is lost, nothing is there twice."""

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quoteattr.quotes import Document
from quoteattr.store import QuoteStore
from quoteattr.store.words import fold
from store_by_hand import document

# Adds what is lacking, a few documents at a time and in an order of its own.
WRITER = """
import random, sys
from quoteattr import formats
from quoteattr.store import QuoteStore
database, lines, seed = sys.argv[1:]
documents = list(formats.load(lines))
random.Random(seed).shuffle(documents)
with QuoteStore(database) as store:
    print("ready", flush=True)
    for start in range(0, len(documents), 3):
        some = documents[start : start + 3]
        store.add(each for each in some if not store.holds(each.id, each.text, model=each.model))
"""
NAMES = ["Ann Lee", "ANN LEE", "Lee", "Bo Roe", "Cy Day", "Yavuz Selim Kıran", "Kiran"]


def texts(count: int) -> list[Document]:
    """Documents with some quotes each; speakers are shared among them."""
    draw = random.Random(count)  # noqa: S311
    return [
        document(
            f"{number:03}",
            [(f"{word} {number}", draw.choice(NAMES)) for word in ("Yes", "No", "So it is " * 50)],
        )
        for number in range(count)
    ]


def exported(database: str) -> str:
    """What the database holds."""
    stream = io.StringIO()
    with QuoteStore(database) as store:
        store.export(stream)
    return stream.getvalue()


def written(documents: list[Document], folder: Path) -> Path:
    """The documents as a file, and as what an undisturbed run exports: the same."""
    path = folder / "texts.jsonl"
    lines = (each.to_json(with_text=True) + "\n" for each in documents)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def start(database: str, lines: Path, seed: int) -> "subprocess.Popen[bytes]":
    """A writer that has begun."""
    command = (sys.executable, "-c", WRITER, database, str(lines), str(seed))
    writer = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    return writer


def finish(writer: "subprocess.Popen[bytes]") -> int:
    """Wait for a writer; how it ended."""
    with writer:
        return writer.wait(timeout=300)


def how_long(database: str, lines: Path) -> float:
    """The seconds that an undisturbed run takes once it has begun; the database is empty again."""
    writer = start(database, lines, 0)
    began = time.monotonic()
    assert finish(writer) == 0
    seconds = time.monotonic() - began
    with QuoteStore(database) as store:
        store.delete([each.id for each in store.documents()])
    return seconds


def kill_often(database: str, lines: Path, *, kills: int, writers: int) -> int:
    """Start writers and kill them, so often; how many had not been done by then."""
    draw = random.Random(kills)  # noqa: S311
    patience = how_long(database, lines) * 2 / kills
    killed = 0
    for seed in range(kills):
        running = [start(database, lines, seed * writers + place) for place in range(writers)]
        time.sleep(draw.uniform(0, patience))
        for writer in running:
            writer.send_signal(signal.SIGKILL)
        killed += sum(finish(writer) == -signal.SIGKILL for writer in running)
    return killed


def check_killed(database: str, folder: Path, *, count: int, kills: int, writers: int) -> None:
    """Writers are killed and started again; in the end all is there as if nothing had been."""
    documents = texts(count)
    lines = written(documents, folder)
    assert kill_often(database, lines, kills=kills, writers=writers) >= kills // 2
    last = [start(database, lines, seed) for seed in range(writers)]
    assert [finish(writer) for writer in last] == [0] * writers
    assert exported(database) == lines.read_text(encoding="utf-8")
    check_rest(database, documents)


def check_rest(database: str, documents: list[Document]) -> None:
    """What is not in the export is as it would be, too: the index and the speakers."""
    undisturbed = Counter(
        fold(name) if " " in name else f"{name} in {each.id}"
        for each in documents
        for name in (str(quote.speaker) for quote in each.quotes)
    )
    with QuoteStore(database) as store:
        found = sorted(each.quotes for each in store.speakers.find())
        assert found == sorted(undisturbed.values())
        assert len(store.search("so", limit=10_000).hits) == len(documents)


unix = pytest.mark.skipif(os.name != "posix", reason="other systems have no SIGKILL")


@unix
@pytest.mark.parametrize("writers", [1, 2])
def test_killed(database: str, tmp_path: Path, writers: int) -> None:
    """A few kills of a small build."""
    check_killed(database, tmp_path, count=60, kills=3, writers=writers)


@unix
@pytest.mark.slow
@pytest.mark.parametrize("writers", [1, 2])
def test_killed_twenty_times(database: str, tmp_path: Path, writers: int) -> None:
    """Twenty kills of a build of three hundred texts."""
    check_killed(database, tmp_path, count=300, kills=20, writers=writers)


def test_two_writers_at_once(database: str, tmp_path: Path) -> None:
    """Two processes with the same texts, in orders of their own: each text is there once."""
    documents = texts(60)
    lines = written(documents, tmp_path)
    running = [start(database, lines, seed) for seed in (1, 2)]
    assert [finish(writer) for writer in running] == [0, 0]
    assert exported(database) == lines.read_text(encoding="utf-8")
    check_rest(database, documents)


def test_no_update_is_lost(database: str) -> None:
    """Threads that change, delete and decide at once: what each did last is there."""

    def work(number: int) -> None:
        with QuoteStore(database) as store:
            for turn in range(4):
                store.add([document(f"{number}-{id_}", [(str(turn), "Ann Lee")]) for id_ in "ab"])
                store.add([document("shared", [("Yes", "Bo Roe")])])
                store.speakers.rename("Ann Lee", f"Ann {number} {turn}")
                store.delete([f"{number}-b"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with QuoteStore(database) as store:
        ids = [each.id for each in store.documents()]
        assert ids == ["0-a", "1-a", "2-a", "3-a", "shared"]
        assert {each.quotes[0].text for each in store.documents()} == {"“3”", "“Yes”"}
        numbers = [each.number for each in store.speakers.decisions()]
        assert numbers == list(range(1, 17))
        assert store.speakers.get("Ann Lee").quotes == 4
