"""How much memory quoteattr takes for one article, spaCy included.

A fresh process imports the package, loads the models and attributes the article, and tells its
peak resident memory after each. The goal is less than 600 MB.

Run it from a checkout: ``python benchmarks/memory.py``. Without arguments it reads the longest of
the seeds. It needs Unix.
"""

import argparse
import json
import multiprocessing
import resource
import sys
from pathlib import Path

# Nothing heavy is imported here: on Linux a new process begins with the peak of what starts it.

SEEDS = Path(__file__).parents[1] / "seeds"
UNIT = 1 if sys.platform == "darwin" else 1024
"""The bytes in a unit of `ru_maxrss`."""


def peak() -> float:
    """The peak of this process's resident memory so far, in MB of a million bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6


def inside(text: str) -> dict[str, float]:
    """Attribute a text in this process.

    Args:
        text: The text.

    Returns:
        The peak after each step.
    """
    peaks = {"start": peak()}
    import quoteattr  # noqa: PLC0415 - is what is measured

    peaks["import"] = peak()
    attributor = quoteattr.load()
    peaks["load"] = peak()
    attributor(text)
    return {**peaks, "attribute": peak()}


def measure(text: str) -> dict[str, float]:
    """Attribute a text in a fresh process.

    Args:
        text: The text.

    Returns:
        The peak after each step, in MB.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(inside, (text,))


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
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the peaks there too")
    return parser.parse_args()


def main() -> None:
    """Print the peaks."""
    arguments = parse()
    peaks = measure(arguments.text.read_text(encoding="utf-8"))
    for step, megabytes in peaks.items():
        print(f"{step:<10} {megabytes:>6.1f} MB")
    if arguments.json:
        arguments.json.write_text(json.dumps(peaks, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
