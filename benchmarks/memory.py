"""How much memory quoteattr takes for one article, and for a stream of texts, spaCy included.

A fresh process imports the package, loads the models and attributes the article, and tells its
peak resident memory after each. The goal is less than 600 MB. Then it may read a stream of texts,
all different: about 60 words of the article each, of which a third are made up. That the peak stays
where it is shows that nothing is kept of them.

Run it from a checkout: ``python benchmarks/memory.py --stream 10000``. Without arguments it reads
the longest of the seeds, and no stream. It needs Unix.
"""

import argparse
import json
import multiprocessing
import random
import resource
import string
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# Nothing heavy is imported here: on Linux a new process begins with the peak of what starts it.

SEEDS = Path(__file__).parents[1] / "seeds"
UNIT = 1 if sys.platform == "darwin" else 1024
"""The bytes in a unit of `ru_maxrss`."""
WORDS = 60
"""In a text of the stream."""


def peak() -> float:
    """The peak of this process's resident memory so far, in MB of a million bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6


def made(text: str, count: int) -> Iterator[str]:
    """Texts that are all different.

    Args:
        text: What they are made of.
        count: How many there are.

    Yields:
        Pieces of the text in which every third word is a new one.
    """
    words, lots = text.split(" "), random.Random(0)  # noqa: S311 - no secret
    for _ in range(count):
        start = lots.randrange(max(1, len(words) - WORDS))
        piece = words[start : start + WORDS]
        piece[::3] = ["".join(lots.choices(string.ascii_lowercase, k=8)) for _ in piece[::3]]
        yield " ".join(piece)


def inside(text: str, count: int) -> dict[str, float]:
    """Attribute a text in this process, and then a stream.

    Args:
        text: The text.
        count: How many texts the stream has.

    Returns:
        The peak after each step.
    """
    peaks = {"start": peak()}
    import quoteattr  # noqa: PLC0415 - is what is measured

    peaks["import"] = peak()
    attributor = quoteattr.load()
    peaks["load"] = peak()
    attributor(text)
    peaks["attribute"] = peak()
    for number, _ in enumerate(attributor.pipe(made(text, count)), 1):
        if number in {count // 10, count // 2, count}:
            peaks[f"{number:,} texts"] = peak()
    return peaks


def measure(text: str, count: int) -> dict[str, float]:
    """Attribute a text in a fresh process, and then a stream.

    Args:
        text: The text.
        count: How many texts the stream has.

    Returns:
        The peak after each step, in MB.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(inside, text, count).result()


def parse() -> argparse.Namespace:
    """The program's arguments."""
    longest = max(SEEDS.glob("*.txt"), key=lambda path: path.stat().st_size, default=None)
    parser = argparse.ArgumentParser(description="Measure the memory that an article takes.")
    parser.add_argument(
        "--text",
        type=Path,
        metavar="FILE",
        default=longest,
        required=longest is None,
        help="the article (default: the longest of the seeds)",
    )
    parser.add_argument(
        "--stream", type=int, metavar="N", default=0, help="then read N texts (default: none)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the peaks there too")
    return parser.parse_args()


def main() -> None:
    """Print the peaks."""
    arguments = parse()
    peaks = measure(arguments.text.read_text(encoding="utf-8"), arguments.stream)
    for step, megabytes in peaks.items():
        print(f"{step:<12} {megabytes:>6.1f} MB")
    if arguments.json:
        arguments.json.write_text(json.dumps(peaks, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
