"""Where quoteattr's time goes, beside what bare spaCy takes for the same texts.

Times are processor time of one process with one thread, so that ratios hold on other machines. A
word is what stands between blanks. Each figure is the median of several passes, in each of which
spaCy reads the texts too.

Run it from a checkout, on an idle machine: ``python benchmarks/speed.py --texts news.jsonl``.
Without arguments it reads the seeds.
"""

import argparse
import functools
import json
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from attrs import asdict, frozen
from rich.console import Console
from rich.progress import track
from rich.table import Table

import quoteattr
from quoteattr import coref, formats, marks, quotations, speakers
from quoteattr.decoding import Attribution
from quoteattr.parsing import parsed
from quoteattr.tagger import Tagger

SEEDS = Path(__file__).parents[1] / "seeds"
SPACY, WHOLE, REST = "bare spaCy", "the whole", "everything else"
TAGGER, QUOTATIONS = "tagger", "quotations"
LENGTHS = (500, 2_000, 10_000, 30_000, 100_000)
"""Of the texts that growth is measured with, in words."""

Row = dict[str, object]
T = TypeVar("T")


def words(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


class Clock:
    """Adds up processor time by what it is spent on."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def __call__(self, part: str, work: Callable[[], T]) -> T:
        """Do some work, and put its time down."""
        begin = time.process_time()
        result = work()
        self.seconds[part] += time.process_time() - begin
        return result


@frozen
class TimedTagger(Tagger):
    """A tagger whose time is put down.

    Attributes:
        clock: Where to.
    """

    clock: Clock

    def __call__(self, text: str, marks: marks.Marks) -> list[Attribution]:
        """The attributions of a text."""
        return self.clock(TAGGER, functools.partial(super().__call__, text, marks))


def one_pass(texts: Sequence[str], attributor: quoteattr.Attributor) -> dict[str, float]:
    """The time that all steps take, one after the other as `Attributor` has them.

    Args:
        texts: What is read.
        attributor: What reads it.

    Returns:
        Seconds by part, of the whole and of bare spaCy too.
    """
    clock, finds = Clock(), attributor
    tagger = TimedTagger(**asdict(finds.tagger, recurse=False), clock=clock)
    clock(SPACY, lambda: list(attributor.nlp.pipe(texts)))
    for text in texts:
        clock(WHOLE, functools.partial(attributor, text))
        doc = clock("parsing", functools.partial(parsed, attributor.nlp, text))
        found = clock("marks", functools.partial(marks.pair, text))
        within = speakers.reporting(doc, found.outer)
        told = clock(
            QUOTATIONS, functools.partial(quotations.assemble, text, found, tagger, within=within)
        )
        wanted = speakers.wanted(doc, told)
        known = clock("coreference", functools.partial(coref.ask, finds.coreference, doc, wanted))
        resolve = functools.partial(speakers.resolve, clusters=known.clusters)
        clock("speakers", functools.partial(resolve, doc, text, found, told, finds.chooser))
    clock.seconds[QUOTATIONS] -= clock.seconds[TAGGER]
    parts = sum(seconds for part, seconds in clock.seconds.items() if part not in {SPACY, WHOLE})
    return {**clock.seconds, REST: clock.seconds[WHOLE] - parts}


def measure_parts(texts: Sequence[str], attributor: quoteattr.Attributor, passes: int) -> list[Row]:
    """Where the time goes.

    Args:
        texts: What is read.
        attributor: What reads it.
        passes: How often.

    Returns:
        A row for each part, with the median of its ratios to bare spaCy.
    """
    taken = [one_pass(texts, attributor) for _ in tracked(range(passes), "Parts")]
    count = sum(map(words, texts))
    rows: list[Row] = []
    for part in sorted(taken[0], key=[*taken[0]].index):
        seconds = statistics.median(each[part] for each in taken)
        ratio = statistics.median(each[part] / each[SPACY] for each in taken)
        speed = count / seconds if seconds > 0 else "–"
        rows.append({"part": part, "s": seconds, "of spaCy's": ratio, "words/s": speed})
    return rows


def measure_processes(
    texts: Sequence[str], attributor: quoteattr.Attributor, passes: int
) -> list[Row]:
    """How much sooner two processes are done than one.

    Args:
        texts: What is read.
        attributor: What reads it.
        passes: How often.

    Returns:
        One row; time is counted from the first batch on, when the models are loaded.
    """
    gains = [
        pace(texts, attributor, 2) / pace(texts, attributor, 1)
        for _ in tracked(range(passes), "Processes")
    ]
    return [{"processes": 2, "words/s of one process's": statistics.median(gains)}]


def pace(texts: Sequence[str], attributor: quoteattr.Attributor, processes: int) -> float:
    """Words a second on the clock, of those texts that follow the first batches."""
    stream = attributor.pipe(texts, batch_size=1, n_process=processes)
    skipped = 2 * processes
    for _ in range(skipped):
        next(stream)
    begin = time.perf_counter()
    count = sum(words(document.text) for document in stream)
    return count / (time.perf_counter() - begin)


def measure_growth(texts: Sequence[str], attributor: quoteattr.Attributor) -> list[Row]:
    """How the time for one text grows with its length.

    Args:
        texts: What long texts are made of.
        attributor: What reads them.

    Returns:
        A row for each length, and the exponent of growth that fits them best.
    """
    rows: list[Row] = []
    for length, text in tracked([*of_lengths(texts)], "Growth"):
        begin = time.process_time()
        attributor(text)
        seconds = time.process_time() - begin
        rows.append({"words": length, "s": seconds, "words/s": length / seconds})
    points = [(math.log(float(str(row["words"]))), math.log(float(str(row["s"])))) for row in rows]
    slope, _ = statistics.linear_regression(*zip(*points, strict=True))
    return [*rows, {"words": "exponent", "s": slope}]


def of_lengths(texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Texts of several lengths, joined from others until there are words enough."""
    paragraphs = [each for text in texts for each in text.split("\n") if each.strip()]
    for length in LENGTHS:
        taken: list[str] = []
        count = 0
        while count < length:
            taken.append(paragraphs[len(taken) % len(paragraphs)])
            count += words(taken[-1])
        yield count, "\n\n".join(taken)


def tracked(some: Sequence[T], what: str) -> Iterator[T]:
    """Something to go through, with its progress on standard error."""
    yield from track(some, what, console=Console(stderr=True), transient=True)


def show(title: str, rows: Sequence[Row]) -> None:
    """Print rows as a table."""
    table = Table(title=title, title_justify="left")
    for column in rows[0]:
        table.add_column(column, justify="left" if isinstance(rows[0][column], str) else "right")
    for row in rows:
        table.add_row(*(shown(row.get(column, "")) for column in rows[0]))
    Console(width=100).print(table)


def shown(cell: object) -> str:
    """A figure, rounded."""
    if isinstance(cell, float):
        return f"{cell:,.3f}" if cell < 100 else f"{cell:,.0f}"  # noqa: PLR2004 - of no use here
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def parse() -> argparse.Namespace:
    """The program's arguments."""
    parser = argparse.ArgumentParser(description="Measure where quoteattr's time goes.")
    parser.add_argument(
        "--texts", type=Path, default=SEEDS, help="documents with texts (default: the seeds)"
    )
    parser.add_argument("--passes", type=int, default=3, help="how often to measure (default: 3)")
    parser.add_argument(
        "--parts-only", action="store_true", help="leave out processes and the growth of long texts"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def main() -> None:
    """Print the figures."""
    arguments = parse()
    texts = [document.text for document in formats.load(arguments.texts)]
    attributor = quoteattr.load()
    attributor(texts[0])  # so that everything is loaded
    tables = {"parts": measure_parts(texts, attributor, arguments.passes)}
    if not arguments.parts_only:
        tables["processes"] = measure_processes(texts, attributor, arguments.passes)
        tables["growth"] = measure_growth(texts, attributor)
    for title, rows in tables.items():
        show(title, rows)
    if arguments.json:
        arguments.json.write_text(json.dumps(tables, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
