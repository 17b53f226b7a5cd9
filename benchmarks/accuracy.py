"""How well quoteattr does on hand-labelled texts.

Run it from a checkout: ``python benchmarks/accuracy.py``. Without arguments it measures the seeds.
"""

import argparse
import json
from pathlib import Path
from typing import get_args

import quoteattr
from quoteattr import formats
from quoteattr.config import MediumChoice
from quoteattr.evaluate import Scores, evaluate

SEEDS = Path(__file__).parents[1] / "seeds"


def measure(gold: Path, *, medium: MediumChoice) -> Scores:
    """Predict the quotes of the gold's texts, and score them.

    Args:
        gold: JSON Lines with texts, a brat file, or a folder of them.
        medium: Which quotations to predict.

    Returns:
        The scores.
    """
    attributor = quoteattr.load(medium=medium)
    documents = list(formats.load(gold))
    return evaluate(documents, (attributor(given.text, id=given.id) for given in documents))


def parse() -> argparse.Namespace:
    """The program's arguments."""
    parser = argparse.ArgumentParser(description="Score quoteattr against hand-made labels.")
    parser.add_argument("--gold", type=Path, default=SEEDS, help="the labels (default: the seeds)")
    parser.add_argument(
        "--medium",
        choices=get_args(MediumChoice),
        default="all",
        help="which quotations to predict; the gold counts whole (default: all)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the scores there too")
    return parser.parse_args()


def main() -> None:
    """Print the scores."""
    arguments = parse()
    scores = measure(arguments.gold, medium=arguments.medium)
    print(scores)
    if arguments.json:
        arguments.json.write_text(json.dumps(scores.to_dict(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
