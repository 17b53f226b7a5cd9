"""The tagger's network: a BERT encoder (Devlin et al. 2019) with three heads, in PyTorch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from attrs import frozen
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from quoteattr.pieces import FEATURES

__all__ = ["Attention", "Network", "Output", "Shape"]


@frozen
class Shape:
    """The sizes of a network.

    Attributes:
        vocabulary: How many pieces there are.
        positions: The greatest length of a window.
        width: Of each piece's vector.
        inner: Width inside the feed-forward parts.
        layers: How many.
        heads: Attention heads a layer.
        link: Width of the vectors that links are scored with.
        dropout: Share of each vector that training leaves out.
    """

    vocabulary: int = 30_522
    positions: int = 512
    width: int = 384
    inner: int = 1_536
    layers: int = 6
    heads: int = 12
    link: int = 128
    dropout: float = 0.1

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Shape":
        """Take the sizes that an encoder has.

        Args:
            config: What its ``config.json`` holds, with the names that BERT's sizes have by custom.

        Returns:
            The shape of a network around that encoder.
        """
        return cls(**{own: config[theirs] for own, theirs in _CUSTOMARY.items()})


_CUSTOMARY = {
    "vocabulary": "vocab_size",
    "positions": "max_position_embeddings",
    "width": "hidden_size",
    "inner": "intermediate_size",
    "layers": "num_hidden_layers",
    "heads": "num_attention_heads",
}

Output = tuple[Tensor, Tensor, Tensor]
"""Scores: of tags, (windows, pieces, 7); of links from each piece to the cue, and to the source,
both (windows, pieces, pieces)."""


class Network(nn.Module):
    """Tags each piece, and links it to the first piece of its cue and of its source.

    The first piece of a window stands for *none*.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words: nn.Module = nn.Embedding(shape.vocabulary, shape.width)
        self.places = nn.Embedding(shape.positions, shape.width)
        self.features = nn.Embedding(FEATURES, shape.width)
        nn.init.zeros_(self.features.weight)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(shape.dropout)
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))
        self.tags = nn.Linear(shape.width, 7)
        self.cues = _Link(shape)
        self.sources = _Link(shape)

    def forward(self, ids: Tensor, features: Tensor, padding: Tensor | None = None) -> Output:
        """Score windows of pieces.

        Args:
            ids: The pieces, shape (windows, pieces).
            features: Their features, of the same shape.
            padding: Added to the scores of attention, shape (windows, 1, 1, pieces).

        Returns:
            The scores.
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        embedded = self.words(ids) + self.places(places) + self.features(features)
        hidden = self.dropout(self.norm(embedded))
        for layer in self.layers:
            hidden = layer(hidden, padding)
        return self.tags(hidden), self.cues(hidden), self.sources(hidden)

    def load_encoder(self, path: Path) -> None:
        """Take the encoder's weights from a file of BERT's.

        Args:
            path: A file of safetensors with the names that BERT's parts have by custom.
        """
        given = load_file(path)
        kinds = given["embeddings.token_type_embeddings.weight"]
        own = {
            "words.weight": given["embeddings.word_embeddings.weight"],
            "places.weight": given["embeddings.position_embeddings.weight"] + kinds[0],
            "norm.weight": given["embeddings.LayerNorm.weight"],
            "norm.bias": given["embeddings.LayerNorm.bias"],
        }
        for number in range(self.shape.layers):
            for kind in ("weight", "bias"):
                own |= _layer_of(given, number, kind)
        kept = self.state_dict()
        self.load_state_dict({**kept, **own})


def _layer_of(given: dict[str, Tensor], number: int, kind: str) -> dict[str, Tensor]:
    theirs, ours = f"encoder.layer.{number}", f"layers.{number}"
    parts = [given[f"{theirs}.attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
    return {
        f"{ours}.attended.{kind}": torch.cat(parts),
        f"{ours}.joined.{kind}": given[f"{theirs}.attention.output.dense.{kind}"],
        f"{ours}.norm.{kind}": given[f"{theirs}.attention.output.LayerNorm.{kind}"],
        f"{ours}.up.{kind}": given[f"{theirs}.intermediate.dense.{kind}"],
        f"{ours}.down.{kind}": given[f"{theirs}.output.dense.{kind}"],
        f"{ours}.last_norm.{kind}": given[f"{theirs}.output.LayerNorm.{kind}"],
    }


class Attention(nn.Module):
    """What each piece takes from the others of its window (Vaswani et al. 2017).

    Args:
        heads: How many kinds of it there are.
    """

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.heads = heads

    def forward(self, attended: Tensor, padding: Tensor | None) -> Tensor:
        """Mix the values of pieces.

        Args:
            attended: Queries, keys and values in a row, shape (windows, pieces, 3 x width).
            padding: Added to the scores, shape (windows, 1, 1, pieces).

        Returns:
            What each piece takes, shape (windows, pieces, width).
        """
        windows, length, _ = attended.shape
        split = attended.view(windows, length, 3, self.heads, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=padding)
        return mixed.transpose(1, 2).reshape(windows, length, -1)


class _Layer(nn.Module):
    """Self-attention and a feed-forward part, each followed by a norm."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attended = nn.Linear(shape.width, 3 * shape.width)
        self.attention: nn.Module = Attention(shape.heads)
        self.joined = nn.Linear(shape.width, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.last_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, hidden: Tensor, padding: Tensor | None) -> Tensor:
        joined = self.joined(self.attention(self.attended(hidden), padding))
        hidden = self.norm(hidden + self.dropout(joined))
        inner = self.down(functional.gelu(self.up(hidden)))
        normed: Tensor = self.last_norm(hidden + self.dropout(inner))
        return normed


class _Link(nn.Module):
    """Scores every piece as what another one belongs to (a pointer: Vinyals et al. 2015)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.scale = shape.link**-0.5
        self.query = nn.Linear(shape.width, shape.link)
        self.key = nn.Linear(shape.width, shape.link)

    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.query(hidden) @ self.key(hidden).transpose(1, 2) * self.scale
        return scores
