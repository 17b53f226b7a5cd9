"""How large a Spark cluster must be: processor time and disk for a hundred million articles.

One process attributes articles on one thread; what it takes is multiplied. Nothing runs on a
cluster here.

Run it from a checkout: ``OMP_NUM_THREADS=1 python benchmarks/spark.py``. Without arguments it
measures the seeds. It needs the extra ``arrow``.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from attrs import asdict, frozen
from pyarrow import parquet

import quoteattr
from quoteattr import formats, frames

SEEDS = Path(__file__).parents[1] / "seeds"
ARTICLES = 100_000_000
CORES = (16, 64, 256, 1024)


@frozen
class Rates:
    """What one process needs.

    Attributes:
        words_per_second: Words, split at white space, that it reads in a second of processor time.
        words_per_article: Words of an article on average.
        bytes_per_article: Size of an article's quotes on disk, as Parquet.
    """

    words_per_second: int
    words_per_article: int
    bytes_per_article: int


def measure(texts: Sequence[str]) -> Rates:
    """Attribute articles in this process.

    Args:
        texts: The articles.

    Returns:
        What that takes, once the model is loaded.
    """
    attributor = quoteattr.load()
    attributor(texts[0])  # since something loads at the first text only
    start = time.process_time()
    documents = list(attributor.pipe(texts))
    seconds = time.process_time() - start
    words = sum(len(text.split()) for text in texts)
    sink = pa.BufferOutputStream()
    parquet.write_table(frames.to_arrow(documents), sink)
    size = sink.getvalue().size
    return Rates(round(words / seconds), round(words / len(texts)), round(size / len(texts)))


def report(rates: Rates) -> str:
    """What a hundred million articles take, in Markdown.

    Args:
        rates: What one process needs.

    Returns:
        The rates and what follows from them, on clusters of several sizes, if all cores are busy
        all the time.
    """
    hours = ARTICLES * rates.words_per_article / rates.words_per_second / 3600
    terabytes = ARTICLES * rates.bytes_per_article / 1e12
    sizes = [f"| {cores:,} | {hours / cores:,.0f} | {hours / cores / 24:,.1f} |" for cores in CORES]
    lines = [
        "| one process, one thread | |",
        "| --- | ---: |",
        f"| words per second of processor time | {rates.words_per_second:,} |",
        f"| words per article | {rates.words_per_article:,} |",
        f"| bytes of quotes per article, as Parquet | {rates.bytes_per_article:,} |",
        f"| core hours for {ARTICLES:,} articles | {hours:,.0f} |",
        f"| terabytes of their quotes | {terabytes:,.1f} |",
        "",
        "| cores | hours | days |",
        "| ---: | ---: | ---: |",
        *sizes,
    ]
    return "\n".join(lines)


def parse() -> argparse.Namespace:
    """The program's arguments."""
    parser = argparse.ArgumentParser(description="Size a Spark cluster for quoteattr.")
    help_text = "JSON Lines with texts, or a folder of brat files (default: the seeds)"
    parser.add_argument("--gold", type=Path, metavar="FILE", default=SEEDS, help=help_text)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rates there too")
    return parser.parse_args()


def main() -> None:
    """Print the report."""
    arguments = parse()
    rates = measure([document.text for document in formats.load(arguments.gold)])
    print(report(rates))
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(rates), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
