"""Whether quoteattr's confidences mean what they say, on hand-labelled texts.

Run it from a checkout: ``python benchmarks/confidence.py``. Without arguments it measures the
seeds.
"""

import argparse
import json
from pathlib import Path

import quoteattr
from quoteattr import formats
from quoteattr.reliability import Reliability, reliability

SEEDS = Path(__file__).parents[1] / "seeds"


def measure(gold: Path) -> Reliability:
    """Predict the quotes of the gold's texts, and compare their confidences with what came of them.

    Args:
        gold: JSON Lines with texts, a brat file, or a folder of them.

    Returns:
        The numbers, over speech and thought.
    """
    attributor = quoteattr.load(medium="all", min_confidence=0)
    documents = list(formats.load(gold))
    return reliability(documents, (attributor(given.text, id=given.id) for given in documents))


def parse() -> argparse.Namespace:
    """The program's arguments."""
    parser = argparse.ArgumentParser(description="Hold confidences against hand-made labels.")
    parser.add_argument("--gold", type=Path, default=SEEDS, help="the labels (default: the seeds)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there too")
    return parser.parse_args()


def main() -> None:
    """Print the numbers."""
    arguments = parse()
    found = measure(arguments.gold)
    print(found)
    if arguments.json:
        arguments.json.write_text(json.dumps(found.to_dict(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
