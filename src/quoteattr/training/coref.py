"""Train what ranks a pronoun's antecedents: ``python -m quoteattr.training.coref …``."""

import hashlib
import io
import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from attrs import asdict, frozen
from coreferee.tendencies import generate_feature_table
from rich.logging import RichHandler
from thinc.api import (
    Adam,
    Linear,
    Model,
    NumpyOps,
    Optimizer,
    Relu,
    chain,
    concatenate,
    fix_random_seed,
)

from quoteattr import modelfiles
from quoteattr.antecedents import Mention, Passage
from quoteattr.cli.failures import exit_codes, standard_error
from quoteattr.config import Config
from quoteattr.coref import FEATURES, NETWORK, SETTINGS
from quoteattr.errors import ConfigError, FileReadError, FormatError
from quoteattr.ranking import MEMBERS, Network, Table
from quoteattr.readers import read_text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.language import Language

__all__ = [
    "Example",
    "Plan",
    "Text",
    "accuracy",
    "app",
    "examples",
    "main",
    "pack",
    "parsed",
    "split",
    "texts",
    "train",
]

_LOGGER = logging.getLogger(__name__)
_NAME = "coreferee-litbank"
_SECOND_LAYER = 20


@frozen
class Plan:
    """How to train; two runs by one plan give the same network on one machine.

    Attributes:
        epochs: How often to see each pronoun, at most.
        size: Pronouns a step.
        rate: The learning rate.
        width: Of the first layer of each of the networks that vote.
        seed: Of everything that chance decides.
    """

    epochs: int = 10
    size: int = 32
    rate: float = 0.001
    width: int = 48
    seed: int = 1


@frozen
class Text:
    """A text and its mentions.

    Attributes:
        id: Its name.
        text: The text.
        mentions: Start, end and entity of each mention.
    """

    id: str
    text: str
    mentions: tuple[tuple[int, int, str], ...]


@frozen(eq=False)
class Example:
    """A pronoun with its candidates.

    Attributes:
        rows: What the network sees of each, shape (candidates, features).
        is_right: Whether each is the entity that the pronoun stands for.
        is_uncertain: Whether the rules have doubts about each.
    """

    rows: "NDArray[np.int16]"
    is_right: "NDArray[np.bool_]"
    is_uncertain: "NDArray[np.bool_]"


def texts(folder: Path) -> list[Text]:
    """Read texts with coreference from brat's files, as LitBank has them.

    Args:
        folder: A folder with a ``.txt`` and an ``.ann`` for each text.

    Returns:
        The texts, by their names.

    Raises:
        FileReadError: If there are none.
        FormatError: If a line of an ``.ann`` has no offsets.
    """
    found = [
        Text(path.stem, read_text(path), tuple(_mentions(path.with_suffix(".ann"))))
        for path in sorted(folder.glob("*.txt"))
    ]
    if not found:
        msg = f"there are no texts (*.txt with *.ann) in {str(folder)!r}; check the path"
        raise FileReadError(msg)
    return found


def _mentions(path: Path) -> Iterator[tuple[int, int, str]]:
    """The mentions of entities that have a number, such as ``Miss_Summerson-12``."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.startswith("T"):
            continue
        fields = line.split("\t")
        try:
            label, start, end = fields[1].split()
            place = int(start), int(end)
        except (IndexError, ValueError) as error:
            msg = f"line {number} of {str(path)!r} is no mention such as 'T1\\tAnn-1 0 3\\tAnn'"
            raise FormatError(msg) from error
        if "-" in label:
            yield (*place, label)


def split(found: Sequence[Text]) -> tuple[list[Text], list[Text], list[Text]]:
    """Divide texts, always in the same way.

    Args:
        found: All texts.

    Returns:
        Those to learn from, a tenth to choose the epoch by, and a tenth to measure with.
    """
    by_chance = sorted(found, key=lambda each: hashlib.sha256(each.id.encode()).digest())
    tenth = len(by_chance) // 10
    return by_chance[2 * tenth :], by_chance[:tenth], by_chance[tenth : 2 * tenth]


def parsed(found: Sequence[Text], nlp: "Language") -> list[Passage]:
    """Parse texts.

    Args:
        found: The texts.
        nlp: A spaCy pipeline.

    Returns:
        A passage for each.
    """
    return [Passage(doc.sents) for doc in nlp.pipe(each.text for each in found)]


def examples(text: Text, passage: Passage, table: Table) -> Iterator[Example]:
    """What there is to learn in a text.

    Args:
        text: The text.
        passage: The same, parsed.
        table: Where the network sees which feature.

    Yields:
        An example for each pronoun with a right candidate.
    """
    entities = _entities(text, passage)
    for word in passage:
        if word.is_anaphor and (word.i,) in entities:
            candidates = passage.candidates(word)
            found = [entities.get(each.token_indexes) for each in candidates]
            is_right = np.array([each == entities[word.i,] for each in found], bool)
            if is_right.any():
                rows = table.rows(word, candidates).astype(np.int16)
                yield Example(rows, is_right, np.array([each.is_uncertain for each in candidates]))


def _entities(text: Text, passage: Passage) -> dict[tuple[int, ...], str]:
    """The entity of each mention, known by its words."""
    entities: dict[tuple[int, ...], str] = {}
    for start, end, label in text.mentions:
        words = [word for word in passage if start <= word.start < end]
        roots = [word for word in words if word.head is word or word.head not in words]
        if roots:
            siblings = roots[0].temp_dependent_siblings
            joined = siblings if siblings and siblings[-1].start < end else []
            entities.setdefault(Mention(roots[0], *joined).token_indexes, label)
    return entities


def train(plan: Plan, learnt: Sequence[Example]) -> Iterator[tuple[float, dict[str, Any]]]:
    """Train by a plan.

    Args:
        plan: How.
        learnt: What to learn from.

    Yields:
        The mean loss of each epoch, and the network as arrays.
    """
    fix_random_seed(plan.seed)
    generator = np.random.default_rng(plan.seed)
    members = [_member(plan.width, learnt[0].rows.shape[1]) for _ in range(MEMBERS)]
    model = concatenate(*members).initialize()
    optimizer = Adam(plan.rate)
    for _ in range(plan.epochs):
        order = generator.permutation(len(learnt))
        steps = [order[start : start + plan.size] for start in range(0, len(order), plan.size)]
        losses = [_step(model, optimizer, [learnt[at] for at in step]) for step in steps]
        yield float(np.mean(losses)), pack(members)


def _member(width: int, size: int) -> "Model[Any, Any]":
    return chain(Relu(width, size), Relu(_SECOND_LAYER, width), Linear(1, _SECOND_LAYER))


def _step(model: "Model[Any, Any]", optimizer: Optimizer, batch: Sequence[Example]) -> float:
    """Make right candidates likelier; which of them does not matter."""
    rows = np.concatenate([each.rows for each in batch]).astype(np.float32)
    is_right = np.concatenate([each.is_right for each in batch])[:, None]
    lengths = np.array([len(each.rows) for each in batch], np.int32)
    scores, backwards = model.begin_update(rows)
    shares = NumpyOps().softmax_sequences(scores, lengths)
    starts = np.cumsum(lengths) - lengths
    right = np.add.reduceat(shares * is_right, starts).clip(1e-9)
    wanted = shares * is_right / np.repeat(right, lengths, axis=0)
    backwards((shares - wanted) / len(batch))
    model.finish_update(optimizer)
    return float(-np.log(right).mean())


def pack(members: Sequence["Model[Any, Any]"]) -> dict[str, Any]:
    """Put the weights of some networks side by side, in 16 bits.

    Args:
        members: The networks, of equal shape.

    Returns:
        What `quoteattr.ranking.Network.of` reads.
    """
    layers = list(zip(*(member.layers for member in members), strict=True))
    weights = {
        f"w{number}": np.stack([each.get_param("W").T for each in layer])
        for number, layer in enumerate(layers)
    }
    biases = {
        f"b{number}": np.stack([each.get_param("b") for each in layer])
        for number, layer in enumerate(layers)
    }
    return {name: each.astype(np.float16) for name, each in (weights | biases).items()}


def accuracy(network: Network, held: Sequence[Example]) -> float:
    """How often the best candidate is a right one.

    Args:
        network: The network.
        held: Examples, of which there is one at least.

    Returns:
        The share.
    """
    return float(np.mean([each.is_right[_best_of(each, network)] for each in held]))


def _best_of(example: Example, network: Network) -> int:
    """The candidate that is tried first: the likeliest of those without a doubt, if there are."""
    likely = network(example.rows.astype(np.float32))
    return int(np.lexsort((-likely, example.is_uncertain))[0])


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
"""The command."""


@app.command()
@exit_codes()
def main(  # noqa: PLR0913 - a command takes all its options
    corpus: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER", help="Texts with coreference, in brat's files as LitBank's."
        ),
    ],
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", file_okay=False, help="Where model and log go.")
    ],
    *,
    epochs: Annotated[
        int, typer.Option(min=1, help="How often to see each pronoun.")
    ] = Plan().epochs,
    size: Annotated[int, typer.Option(min=1, help="Pronouns a step.")] = Plan().size,
    rate: Annotated[float, typer.Option(help="The learning rate.")] = Plan().rate,
    width: Annotated[int, typer.Option(min=1, help="Of the first layer.")] = Plan().width,
    seed: Annotated[int, typer.Option(help="Of all that chance decides.")] = Plan().seed,
) -> None:
    """Train what ranks the antecedents of pronouns, and write the files that quoteattr ships."""
    import spacy  # noqa: PLC0415 - heavy; --help needs it not

    handler = RichHandler(console=standard_error(), show_path=False)
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler])
    plan = Plan(epochs, size, rate, width, seed)
    parts = split(texts(corpus))
    nlp = spacy.load(Config().model)
    passages = [parsed(part, nlp) for part in parts]
    features: dict[str, list[str]] = vars(generate_feature_table(passages[0], nlp))
    table = Table(features)
    learnt, chosen_by, held = (
        [each for pair in zip(part, read, strict=True) for each in examples(*pair, table)]
        for part, read in zip(parts, passages, strict=True)
    )
    if not (learnt and chosen_by and held):
        msg = (
            f"the corpus has {len(learnt)} pronouns to learn from, {len(chosen_by)} to choose the "
            f"epoch by and {len(held)} to measure with; each must be more: add texts (--corpus)"
        )
        raise ConfigError(msg)
    out.mkdir(parents=True, exist_ok=True)
    best = _best(plan, learnt, chosen_by, out)
    _log(out, {"pronouns": len(held), "held": accuracy(Network.of(best), held)})
    _write(out, best, features, plan)


def _best(
    plan: Plan, learnt: Sequence[Example], chosen_by: Sequence[Example], out: Path
) -> dict[str, Any]:
    """The network of the best epoch."""
    highest, best = -1.0, {}
    started = time.monotonic()
    for epoch, (loss, arrays) in enumerate(train(plan, learnt), 1):
        share = accuracy(Network.of(arrays), chosen_by)
        seconds = round(time.monotonic() - started)
        figures = {"epoch": epoch, "pronouns": len(learnt), "seconds": seconds, "loss": loss}
        _log(out, {**figures, "chosen_by": share})
        if share > highest:
            highest, best = share, arrays
    return best


def _write(
    folder: Path, arrays: Mapping[str, Any], features: Mapping[str, Any], plan: Plan
) -> None:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    settings = {"name": f"{_NAME}-{plan.seed}", "plan": asdict(plan)}
    modelfiles.write(
        folder,
        {
            NETWORK: stream.getvalue(),
            FEATURES: _json(features),
            SETTINGS: _json(settings),
        },
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode("utf-8")


def _log(folder: Path, line: dict[str, Any]) -> None:
    _LOGGER.info("%s", line)
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    app(prog_name="python -m quoteattr.training.coref")
