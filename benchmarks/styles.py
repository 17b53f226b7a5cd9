"""How well quoteattr does whatever the quotation marks look like, on hand-labelled texts.

The texts' marks are rewritten in several styles. What is found in such a text is moved back to the
plain one, its offsets alone, and scored there, since the scorer doesn't take single marks for
quotation marks. A last row has the texts altered as they are for training, with other names,
titles, verbs and layouts; they are scored by their own altered labels.

Run it from a checkout: ``python benchmarks/styles.py``. Without arguments it measures the seeds.
"""

import argparse
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

from attrs import evolve
from numpy.random import default_rng

import quoteattr
from quoteattr import formats
from quoteattr.evaluate import Scores, evaluate
from quoteattr.quotes import Document, Span
from quoteattr.training.augment import Style, alter, restyle

SEEDS = Path(__file__).parents[1] / "seeds"
SEED = 0


def measure(gold: Path) -> dict[str, Scores]:
    """Score the quotes that are found in the gold's texts in each style.

    Args:
        gold: JSON Lines with texts, a brat file, or a folder of them.

    Returns:
        The scores of the texts as they are, in each style, and altered if that is possible.
    """
    attributor = quoteattr.load(medium="all")
    documents = list(formats.load(gold))

    def predicted(some: Iterable[Document]) -> Iterator[Document]:
        return (attributor(document.text, id=document.id) for document in some)

    scores = {"plain": evaluate(documents, predicted(documents))}
    for style in get_args(Style):
        found = predicted(restyle(document, style) for document in documents)
        scores[style] = evaluate(documents, map(moved, found, documents))
    if find_spec("faker"):
        generator = default_rng(SEED)
        altered = [alter(document, generator) for document in documents]
        scores["altered"] = evaluate(altered, predicted(altered))
    return scores


def moved(document: Document, plain: Document) -> Document:
    """Move quotes to a text with the same letters.

    Args:
        document: The quotes.
        plain: The text to move them to.

    Returns:
        The same quotes, from their first letter to their last; none without letters.
    """
    these, those = _letters(document.text), _letters(plain.text)

    def kept(spans: Iterable[Span]) -> Iterator[Span]:
        for span in spans:
            first, end = bisect_left(these, span.start), bisect_left(these, span.end)
            if first < end:
                yield Span.of(plain.text, those[first], those[end - 1] + 1)

    quotes = (
        evolve(each, content=content, cue=tuple(kept(each.cue)), source=tuple(kept(each.source)))
        for each in document.quotes
        if (content := tuple(kept(each.content)))
    )
    return Document(plain.id, plain.text, tuple(quotes))


def _letters(text: str) -> Sequence[int]:
    return [place for place, char in enumerate(text) if char.isalnum()]


def table(scores: Mapping[str, Scores]) -> str:
    """The scores as text, each with its difference from the plain texts'.

    Args:
        scores: What `measure` returns.

    Returns:
        The lines.
    """
    lines = [f"{'F1':<10} {'attribution':>11} {'change':>7} {'quoted':>11} {'change':>7}"]
    plain = scores["plain"]
    for name, each in scores.items():
        pairs = (each.attribution, plain.attribution), (each.quoted, plain.quoted)
        cells = [f"{new.f1:>11.3f} {new.f1 - old.f1:>+7.3f}" for new, old in pairs]
        lines.append(f"{name:<10} {' '.join(cells)}")
    return "\n".join(lines)


def parse() -> argparse.Namespace:
    """The program's arguments."""
    parser = argparse.ArgumentParser(description="Score quoteattr with other quotation marks.")
    parser.add_argument("--gold", type=Path, default=SEEDS, help="the labels (default: the seeds)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the scores there too")
    return parser.parse_args()


def main() -> None:
    """Print the scores."""
    arguments = parse()
    scores = measure(arguments.gold)
    print(table(scores))
    if "altered" not in scores:
        print("altered: not measured, since faker is not installed; the extra train has it")
    if arguments.json:
        records = {name: each.to_dict() for name, each in scores.items()}
        arguments.json.write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
