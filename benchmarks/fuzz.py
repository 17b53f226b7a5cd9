"""Whether quoteattr has a right answer for any text, tried on thousands of odd ones.

The texts are those of `odd_texts`. What must hold for each stands in `faults` and `examine`, for
several in `together` and `command_line`. Every other text is read with noise for a network, which
finds attributions everywhere. A text that fails is saved, and the program ends with 1.

Run it from a checkout: ``python benchmarks/fuzz.py --minutes 10 --seed 0 --cli``. For megabytes,
``python benchmarks/fuzz.py --size 500000 --texts 1`` attributes real paragraphs, and their double;
with more texts, one of each kind.
"""

import argparse
import ast
import csv
import io
import json
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count, cycle
from multiprocessing.pool import Pool
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from attrs import define, evolve, field, frozen

import quoteattr
from odd_texts import make, real_prose
from quoteattr import Attributor
from quoteattr.errors import FormatError
from quoteattr.quotes import Document, Quote, Span
from quoteattr.reading import WINDOW

if TYPE_CHECKING:
    from quoteattr.reading import Floats, Integers

__all__ = ["everything", "faults", "misled"]

OPTIONS = ("--medium", "all", "--min-confidence", "0")
START, PER_CHARACTER = 3.0, 2e-3
"""How many seconds of the processor a text may take, and each of its characters; some 5 times
what the slowest take."""
DOUBLED = 10_000
"""From how many characters on a text's time is compared with that of its double."""
GROWTH = 2.6
TRIES = 4
HANGS = 20
"""How often the time that a text may take passes until its process is given up."""
ROUND = 100
"""After how many texts their answers are compared with those of processes and threads."""
SHORT = 3_000
"""The longest text, in characters, that goes into that comparison."""
MOST_FAULTS = 20
"""After how many texts with faults the program gives up."""


# What must hold


def faults(document: Document, text: str) -> Iterator[str]:
    """What is wrong with an answer, by itself.

    Args:
        document: The answer.
        text: The text.

    Yields:
        A line for each fault.
    """
    if document.text != text:
        yield "the document has another text"
    for span in _spans(document):
        if not span.text or text[span.start : span.end] != span.text:
            yield f"{span!r} is not what stands there"
    if list(document.quotes) != sorted(document.quotes):
        yield "the quotes are not in their order"
    for quote in document.quotes:
        yield from _faults_of_quote(quote)
    yield from _faults_of_json(document)


def _faults_of_json(document: Document) -> Iterator[str]:
    line = document.to_json(with_text=True)
    try:
        if "\n" in line or Document.from_json(line.encode().decode()) != document:
            yield "its JSON reads as another document"
        if Document.from_json(document.to_json(), text=document.text) != document:
            yield "its JSON without the text reads as another document"
    except FormatError as error:
        yield f"its JSON can't be read: {error}"


def _spans(document: Document) -> Iterator[Span]:
    for quote in document.quotes:
        yield from (*quote.content, *quote.cue, *quote.source)
        yield from (step.span for step in quote.evidence)
    yield from (warning.span for warning in document.warnings if warning.span is not None)


def _faults_of_quote(quote: Quote) -> Iterator[str]:
    edges = [edge for span in quote.content for edge in (span.start, span.end)]
    if edges != sorted(edges):
        yield f"the contents of {quote!r} are not one behind the other"
    speakers = () if quote.speaker is None else (quote.speaker, *quote.speaker.members)
    for confidence in (quote.confidence, *(speaker.confidence for speaker in speakers)):
        if not 0 <= confidence <= 1:
            yield f"{confidence} is no confidence, in {quote!r}"
    if not all(speaker.name.strip() for speaker in speakers):
        yield f"the speaker of {quote!r} has no name"


@frozen
class Examined:
    """What became of a text.

    Attributes:
        document: The answer, if there is one.
        seconds: How long it took, of the processor's time.
        faults: What is wrong with it.
        growth: How many times as long the double text took, if it was tried.
    """

    document: Document | None
    seconds: float
    faults: tuple[str, ...] = ()
    growth: float = 0.0


def examine(text: str, noise: int | None = None) -> Examined:
    """Attribute a text and look at the answer: alone, once more, and the time it takes.

    Args:
        text: The text.
        noise: The seed of the noise that stands for the network; by default there is none.

    Returns:
        What became of it; an exception is a fault.
    """
    attributor = everything() if noise is None else misled(everything(), noise)
    try:
        return _examined(text, attributor)
    except Exception:  # noqa: BLE001 - any is what this looks for
        return Examined(None, 0.0, (traceback.format_exc(),))


def _examined(text: str, attributor: Attributor) -> Examined:
    document, seconds = _timed(attributor, text)
    found = [*faults(document, text)]
    if seconds > _allowed(text):
        found.append(f"it takes {seconds:.1f} s")
    again, once = _timed(attributor, text)
    if again != document:
        found.append("the second answer is another one")
    seconds = min(once, seconds)
    growth = _growth(attributor, text, seconds) if len(text) >= DOUBLED else 0.0
    if growth > GROWTH:
        found.append(f"twice the text takes {growth:.1f} times as long")
    return Examined(document, seconds, tuple(found), growth)


def everything() -> Attributor:
    """What finds quotations of all media, however unsure."""
    return quoteattr.load(medium="all", min_confidence=0)


def misled(attributor: Attributor, noise: int) -> Attributor:
    """An attributor whose network sees attributions everywhere: its scores are drawn by lot.

    Args:
        attributor: The attributor.
        noise: The seed.

    Returns:
        One that is the same but for the scores; they depend on the pieces of a window alone.
    """
    lots = np.random.default_rng(noise)
    tags = lots.normal(0, 4, (97, 7)).astype(np.float32)
    cues, sources = lots.normal(0, 4, (2, WINDOW + 2, WINDOW + 2)).astype(np.float32)

    def score(ids: "Integers", features: "Integers") -> "tuple[Floats, Floats, Floats]":
        del features
        size = len(ids)
        rows = (ids + np.arange(size)) % len(tags)
        return tags[rows], cues[:size, :size], sources[:size, :size]

    return evolve(attributor, tagger=evolve(attributor.tagger, score=score))


def _timed(attributor: Attributor, text: str) -> tuple[Document, float]:
    start = time.process_time()
    document = attributor(text)
    return document, time.process_time() - start


def _growth(attributor: Attributor, text: str, once: float) -> float:
    """By how much the time grows with the double text; the least of some tries, if it is much."""
    twice = _timed(attributor, text * 2)[1]
    for _ in range(TRIES):
        if twice > GROWTH * once:
            once = min(once, _timed(attributor, text)[1])
            twice = min(twice, _timed(attributor, text * 2)[1])
    return twice / once if once else 0.0


def _allowed(text: str) -> float:
    return START + PER_CHARACTER * len(text)


class Worker:
    """A process that examines texts, and that may hang or die."""

    def __init__(self) -> None:
        """Start it."""
        self._pool = _started()

    def close(self) -> None:
        """End it, whatever it does."""
        self._pool.terminate()
        self._pool.join()

    def __call__(self, text: str, noise: int | None) -> Examined:
        """Examine a text; where that doesn't end, the process is given up for another one."""
        limit = HANGS * _allowed(text)
        try:
            return self._pool.apply_async(examine, (text, noise)).get(limit)
        except multiprocessing.TimeoutError:
            self.close()
            self._pool = _started()
            return Examined(None, limit, (f"it hangs or dies: no answer in {limit:.0f} s",))


def _started() -> Pool:
    pool = multiprocessing.get_context("spawn").Pool(1)
    pool.apply(examine, ("“Yes,” said Ann Lee.",))  # the models load
    return pool


# What must hold for several texts together

Found: TypeAlias = Iterator[tuple[Sequence[str], str]]
"""Texts and what is wrong with them."""
SURROGATE = re.compile("[\ud800-\udfff]")


def together(texts: Sequence[str], documents: Sequence[Document]) -> Found:
    """Where two processes, or threads, give other answers.

    Args:
        texts: The texts.
        documents: The answers, each as it was given alone.

    Yields:
        Each text with another answer, and the fault.
    """
    attributor = everything()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(attributor, texts))
        yield from _differing(answers, documents, "in threads")
    answers = list(attributor.pipe(texts, n_process=2))
    yield from _differing(answers, documents, "in two processes")


def _differing(answers: Sequence[Document], documents: Sequence[Document], way: str) -> Found:
    for answer, document in zip(answers, documents, strict=True):
        if evolve(answer, id=document.id) != document:
            yield [document.text], f"{way} the answer is another one"


def command_line(texts: Sequence[str], documents: Sequence[Document], output: str) -> Found:
    """What is wrong with what the command line makes of texts.

    Args:
        texts: The texts; those that UTF-8 can't hold become files that can't be read.
        documents: The answers in Python.
        output: The format.

    Yields:
        Texts and the fault.
    """
    readable = [document for document in documents if not SURROGATE.search(document.text)]
    unreadable = len(texts) - len(readable)
    with tempfile.TemporaryDirectory() as folder:
        finished = _extracted(texts, Path(folder), output)
    errors = finished.stderr.decode()
    if finished.returncode != (unreadable > 0) or len(errors.splitlines()) != unreadable:
        ended = f"the command ends with {finished.returncode}"
        yield texts, f"{ended}, while {unreadable} files can't be read: {errors}"
        return
    for document, quotes in printed(finished.stdout.decode(), readable, output):
        if quotes != document.quotes:
            yield [document.text], f"on the command line, as {output}, it has other quotes"


def _extracted(
    texts: Sequence[str], folder: Path, output: str
) -> subprocess.CompletedProcess[bytes]:
    """What the command line does with texts."""
    paths = [folder / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
    command = (sys.executable, "-m", "quoteattr", "extract", "--format", output, *OPTIONS)
    return subprocess.run(  # noqa: S603 - our own command
        (*command, *map(str, paths)), capture_output=True, check=False
    )


def printed(
    given: str, documents: Sequence[Document], output: str
) -> Iterator[tuple[Document, tuple[Quote, ...]]]:
    """What the command line has printed.

    Args:
        given: That.
        documents: What they were before.
        output: Their format.

    Yields:
        The documents, each with the quotes that were printed, as far as the format shows them.

    Raises:
        ValueError: If it is not in that format, or has not as many documents or quotes.
    """
    if output == "csv":
        rows = list(csv.reader(io.StringIO(given, newline="")))
        quotes = [quote for document in documents for quote in document.quotes]
        for row, _ in zip(rows[1:], quotes, strict=True):
            list(zip(row, rows[0], strict=True))
    elif output != "table":
        lines = given.split("\n")[:-1]
        records = json.loads(given) if output == "json" else list(map(json.loads, lines))
        for record, document in zip(records, documents, strict=True):
            # Its file's byte order mark is no part of the text.
            if not document.text.startswith("\ufeff"):
                yield document, Document.from_dict(record, text=document.text).quotes


# The run


@define
class Tally:
    """What was tried of a kind."""

    texts: int = 0
    characters: int = 0
    quotes: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    growth: float = 0.0


@define
class Run:
    """One run of the program.

    Attributes:
        seed: What its texts are drawn by.
        folder: Where texts that fail are saved.
        with_cli: Whether the command line is tried too.
        tallies: What was tried, by kind.
        failed: How many texts failed.
        compared: How many were compared with other ways to attribute them.
    """

    seed: int
    folder: Path
    with_cli: bool
    tallies: dict[str, Tally] = field(factory=dict)
    failed: int = 0
    compared: int = 0
    _waiting: list[Document] = field(factory=list)
    _outputs: Iterator[str] = field(factory=lambda: cycle(("jsonl", "json", "csv", "table")))

    def take(self, kind: str, text: str, noise: int | None, examined: Examined) -> None:
        """Note what became of a text."""
        tally = self.tallies.setdefault(kind, Tally())
        tally.texts += 1
        tally.characters += len(text)
        tally.seconds += examined.seconds
        if len(text) >= SHORT // 3:
            tally.slowest = max(tally.slowest, examined.seconds / len(text))
        tally.growth = max(tally.growth, examined.growth)
        if examined.faults:
            self.fail(kind, [text], "\n".join(examined.faults), noise=noise)
        if examined.document:
            tally.quotes += len(examined.document.quotes)
            is_compared = noise is None and len(text) <= SHORT
            self._waiting += [examined.document] if is_compared else []

    def compare(self) -> None:
        """Compare the answers so far with those of processes, threads and the command line."""
        documents, self._waiting = self._waiting, []
        texts = [document.text for document in documents]
        try:
            found = list(together(texts, documents))
            if self.with_cli and texts:
                found += command_line(texts, documents, next(self._outputs))
        except Exception:  # noqa: BLE001 - any is what this looks for
            found = [(texts, traceback.format_exc())]
        for some, fault in found:
            self.fail("compared", some, fault)
        self.compared += len(documents)

    def fail(
        self, what: str, texts: Sequence[str], fault: str, *, noise: int | None = None
    ) -> None:
        """Save texts and say what is wrong with them."""
        self.failed += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.seed}-{self.failed}.txt"
        # As a Python literal: JSON would make one character of two surrogates.
        path.write_text(ascii((list(texts), noise)), encoding="ascii")
        length = sum(map(len, texts))
        print(f"seed {self.seed}, {what}, {length} characters: {fault}")
        print(f"  saved; to try again: python {Path(__file__).name} --again {path}", flush=True)


def fuzz(run: Run, *, minutes: float, texts: int | None, size: int | None) -> None:
    """Examine one text after the other.

    Args:
        run: The run.
        minutes: After how long it ends.
        texts: After how many texts it ends at the latest.
        size: Of the texts; by default few characters, seldom many.
    """
    prose, end = real_prose(), time.monotonic() + 60 * minutes
    with closing(Worker()) as worker:
        for number in count() if texts is None else range(texts):
            if time.monotonic() > end or run.failed >= MOST_FAULTS:
                break
            kind, text = make(run.seed, number, prose, size)
            noise = number if number % 2 else None
            run.take(kind, text, noise, worker(text, noise))
            if number % ROUND == ROUND - 1:
                run.compare()
    run.compare()


def again(run: Run, path: Path) -> None:
    """Examine texts that were saved.

    Args:
        run: The run.
        path: Where they are.
    """
    texts, noise = ast.literal_eval(path.read_text(encoding="ascii"))
    with closing(Worker()) as worker:
        for text in texts:
            run.take("again", text, noise, worker(text, noise))
    run.compare()


def table(run: Run) -> str:
    """What was tried, as text.

    Args:
        run: The run.

    Returns:
        The lines: kinds, texts, characters, quotes, processor seconds, the slowest text's
        microseconds a character, and by how much the time grew at most when a text was doubled.
    """
    head = f"{'kind':<15} {'texts':>6} {'characters':>11} {'quotes':>7} {'s':>7}"
    lines = [f"{head} {'slowest':>8} {'doubled':>8}"]
    total = Tally()
    for kind, each in sorted(run.tallies.items()):
        lines.append(_row(kind, each))
        total.texts += each.texts
        total.characters += each.characters
        total.quotes += each.quotes
        total.seconds += each.seconds
        total.slowest = max(total.slowest, each.slowest)
        total.growth = max(total.growth, each.growth)
    compared = f"{run.compared} of them also in two processes and in threads"
    compared += " and on the command line" if run.with_cli else ""
    return "\n".join([*lines, _row("all", total), f"{compared}; {run.failed} failed"])


def _row(kind: str, tally: Tally) -> str:
    numbers = f"{tally.texts:>6} {tally.characters:>11} {tally.quotes:>7} {tally.seconds:>7.1f}"
    doubled = f"× {tally.growth:.2f}" if tally.growth else ""
    return f"{kind:<15} {numbers} {1e6 * tally.slowest:>5.0f} µs {doubled:>8}".rstrip()


def parse() -> argparse.Namespace:
    """The program's arguments."""
    parser = argparse.ArgumentParser(description="Try quoteattr on odd texts.")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (default: 10)")
    parser.add_argument("--texts", type=int, metavar="N", help="end after so many texts")
    parser.add_argument("--seed", type=int, default=0, help="what is drawn (default: 0)")
    parser.add_argument("--size", type=int, help="characters of each text (default: varied)")
    parser.add_argument("--cli", action="store_true", help="try the command line too")
    parser.add_argument(
        "--save", type=Path, metavar="FOLDER", default=Path("fuzz-failures"), help="for what fails"
    )
    parser.add_argument("--again", type=Path, metavar="FILE", help="try a saved text, nothing else")
    return parser.parse_args()


def main() -> None:
    """Run it and print what was tried; exit with 1 if a text failed."""
    arguments = parse()
    run = Run(arguments.seed, arguments.save, arguments.cli)
    if arguments.again:
        again(run, arguments.again)
    else:
        fuzz(run, minutes=arguments.minutes, texts=arguments.texts, size=arguments.size)
    print(table(run))
    sys.exit(run.failed > 0)


if __name__ == "__main__":
    main()
