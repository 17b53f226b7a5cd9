"""Export: the same scores in ONNX, fewer bytes in 8 bits, and files that load."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from attrs import evolve

pytest.importorskip("torch")
pytest.importorskip("faker")
pytest.importorskip("onnx")
pytest.importorskip("onnx_ir")
pytest.importorskip("safetensors")

import onnx

from quoteattr import tagger
from quoteattr.confidence import SIGNS, Calibration, Logistic
from quoteattr.marks import pair
from quoteattr.pieces import FEATURES
from quoteattr.training.export import quantize, reaches, to_onnx, write
from quoteattr.training.network import Network, Shape
from quoteattr.training.tagger import Plan, Trainer, attributions, scorer
from training.tiny import CONFIG, DOCUMENTS, TOKENIZER, found

if TYPE_CHECKING:
    from quoteattr.reading import Scorer

SHAPE = evolve(Shape.of(CONFIG), link=16)
FLOAT = onnx.TensorProto.FLOAT
SETTINGS = {
    "name": "tiny-1",
    "calibration": {
        "quotation": {"bias": 0.5, "weights": [0.25] * len(SIGNS)},
        "source": {"bias": -0.5, "weights": [0.0] * len(SIGNS)},
    },
}


@pytest.fixture(scope="module", name="network")
def _network() -> Network:
    """A network after a few steps of training."""
    trainer = Trainer(Plan(epochs=4, rate=5e-3), Network(SHAPE), TOKENIZER)
    assert len(list(trainer.train(DOCUMENTS))) == 4
    return trainer.network


@pytest.fixture(scope="module", name="whole")
def _whole(network: Network) -> bytes:
    return to_onnx(network)


@pytest.fixture(scope="module", name="small")
def _small(network: Network) -> bytes:
    with reaches(network) as greatest:
        for document in DOCUMENTS:
            attributions(document.text, scorer(network), TOKENIZER)
    return quantize(network, greatest)


def differences(length: int, *scorers: "Scorer") -> list[float]:
    """How far the scores of two scorers of a window lie apart at most, by kind."""
    rng = np.random.default_rng(length)
    ids, features = (rng.integers(0, n, length) for n in (CONFIG["vocab_size"], FEATURES))
    one, other = (score(ids, features) for score in scorers)
    assert [scores.shape for scores in one] == [(length, 7), (length, length), (length, length)]
    return [float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True)]


@pytest.mark.parametrize("length", [3, 32, 33, 384])
def test_the_same_scores(network: Network, whole: bytes, length: int) -> None:
    """ONNX Runtime computes what PyTorch does, for windows of all lengths."""
    assert max(differences(length, scorer(network), tagger.scorer(whole))) < 1e-4


def matrices(network: bytes) -> set[str]:
    """The names of the matrices of weights that a network has in numbers of 32 bits."""
    kept = onnx.load_from_string(network).graph.initializer
    return {each.name for each in kept if len(each.dims) > 1 and each.data_type == FLOAT}


def test_8_bits(whole: bytes, small: bytes) -> None:
    """The file is smaller; 32 bits are left to small embeddings and to scales."""
    assert len(small) < len(whole)
    assert len(matrices(whole)) == 3 + 4 * CONFIG["num_hidden_layers"] + 5
    assert matrices(small) == {"places.weight", "features.weight", "words.scales"}


@pytest.mark.parametrize("length", [3, 384])
def test_8_bits_score_much_the_same(whole: bytes, small: bytes, length: int) -> None:
    """The scores in 8 bits are not the same, but near."""
    apart = differences(length, tagger.scorer(whole), tagger.scorer(small))
    assert 0 < max(apart) < 0.15


def test_files_load(tmp_path: Path, small: bytes) -> None:
    """What is written is what `tagger.load` reads; the folder is made."""
    write(tmp_path / "new" / "model", small, TOKENIZER, SETTINGS)
    loaded = tagger.load(tmp_path / "new" / "model")
    assert loaded.name == "tiny-1"
    quotation, source = Logistic(0.5, [0.25] * len(SIGNS)), Logistic(-0.5, [0.0] * len(SIGNS))
    assert loaded.calibration == Calibration(quotation, source)
    direct = tagger.Tagger("", TOKENIZER, tagger.scorer(small), loaded.calibration)
    for text in (document.text for document in DOCUMENTS):
        assert found(loaded(text, pair(text))) == found(direct(text, pair(text)))


def test_files(tmp_path: Path) -> None:
    """Each file holds what was given; those of another model are written over."""
    write(tmp_path, b"old", TOKENIZER, {})
    write(tmp_path, b"network", TOKENIZER, SETTINGS)
    assert (tmp_path / tagger.NETWORK).read_bytes() == b"network"
    assert json.loads((tmp_path / tagger.SETTINGS).read_bytes()) == SETTINGS
    assert (tmp_path / tagger.TOKENIZER).read_text(encoding="utf-8") == TOKENIZER.to_str()


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="there is no sha256sum here")
def test_checksums(tmp_path: Path) -> None:
    """`sha256sum` accepts the checksums, and refuses them once a file is altered."""
    write(tmp_path, b"network", TOKENIZER, SETTINGS)
    command = ("sha256sum", "--check", "--strict", tagger.CHECKSUMS)
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)  # noqa: S603
    names = [tagger.NETWORK, tagger.TOKENIZER, tagger.SETTINGS]
    assert checked.stdout.decode().splitlines() == [f"{name}: OK" for name in names]
    (tmp_path / tagger.NETWORK).write_bytes(b"another")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1  # noqa: S603
