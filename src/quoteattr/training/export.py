"""From a trained network to the files that ship."""

import copy
import json
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, cast

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from quoteattr import modelfiles
from quoteattr.tagger import NETWORK, SETTINGS, TOKENIZER
from quoteattr.training.network import Attention, Network

__all__ = ["Reaches", "quantize", "reaches", "to_onnx", "write"]

_LENGTH = 32
"""Of the window that the network is traced with; any will do."""
_GREATEST = 127
"""The greatest whole number of 8 bits."""
_UNEVEN = (".attended", ".up", ".down")
"""Maps some of whose inputs are much larger than others."""
_SHARE = 0.85
"""How much of what makes inputs uneven goes over to the weights, chosen on articles held back."""
_TINY = 1e-5
"""No input or weight is taken to be smaller."""

Reaches: TypeAlias = dict[nn.Module, Tensor]
"""The greatest size of each of a map's inputs, shape (inputs,)."""


def to_onnx(network: nn.Module) -> bytes:
    """Write a network in ONNX, in numbers of 32 bits.

    Args:
        network: The trained network.

    Returns:
        The content of a file; any number of windows of any one length go in.
    """
    inputs, outputs = ["ids", "features"], ["tags", "cues", "sources"]
    axes = {name: {0: "windows", 1: "pieces"} for name in (*inputs, *outputs)}
    network.eval()
    window = torch.arange(_LENGTH)[None]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The exporter that traces is deprecated; the new one wants a library more.
        warnings.simplefilter("ignore", DeprecationWarning)
        path = Path(folder, NETWORK)
        torch.onnx.export(
            network,
            (window, torch.zeros_like(window)),
            path,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        return path.read_bytes()


@contextmanager
def reaches(network: nn.Module) -> Iterator[Reaches]:
    """Watch how large the inputs of the maps in a network become while it scores windows.

    Args:
        network: The network.

    Yields:
        The greatest sizes so far.
    """
    greatest: Reaches = {}

    def watch(linear: nn.Module, given: tuple[Tensor]) -> None:
        size = given[0].abs().flatten(0, -2).amax(0)
        greatest[linear] = torch.maximum(greatest.get(linear, size), size)

    linears = [module for module in network.modules() if isinstance(module, nn.Linear)]
    hooks = [linear.register_forward_pre_hook(watch) for linear in linears]
    yield greatest
    for hook in hooks:
        hook.remove()


def quantize(network: Network, greatest: Reaches) -> bytes:
    """Write a network in ONNX that multiplies whole numbers.

    Those of what flows through it have 8 bits, with one scale for all windows that are scored at
    once: `quoteattr.tagger` scores them one by one. Weights have 7, so that sums of two products
    fit into 16 bits, which some processors need to be right. Large inputs, which would leave
    little of the others, are made smaller and their weights larger (SmoothQuant: Xiao et al. 2023).

    Args:
        network: The trained network.
        greatest: The greatest inputs of its maps on some texts, as `reaches` tells. Without any,
            large inputs stay as they are.

    Returns:
        The content of a file, less than a quarter as large as that of `to_onnx`.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # see quoteattr.tagger
    # Imported here, since it takes a second.
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    small = copy.deepcopy(network)
    small.words = _SmallTable(network.words)
    for name, module in network.named_modules():
        if isinstance(module, Attention):
            small.set_submodule(name, _FusedAttention(module.heads))
        elif isinstance(module, nn.Linear) and name.endswith(_UNEVEN) and module in greatest:
            small.set_submodule(name, _Evened(module, greatest[module]))
    with tempfile.TemporaryDirectory() as folder:
        whole, path = Path(folder, "whole.onnx"), Path(folder, NETWORK)
        whole.write_bytes(to_onnx(small))
        quantize_dynamic(
            whole,
            path,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
        return path.read_bytes()


class _Evened(nn.Module):
    """A map whose inputs are made about equally large before they meet its weights."""

    def __init__(self, linear: nn.Linear, greatest: Tensor) -> None:
        super().__init__()
        weights = linear.weight.detach()
        largest = weights.abs().amax(0).clamp(min=_TINY)
        scales = greatest.clamp(min=_TINY) ** _SHARE / largest ** (1 - _SHARE)
        scales = scales / scales.mean()
        self.register_buffer("shares", 1 / scales)
        self.linear = copy.deepcopy(linear)
        self.linear.weight = nn.Parameter(weights * scales)

    def forward(self, given: Tensor) -> Tensor:
        mapped: Tensor = self.linear(given * cast("Tensor", self.shares))
        return mapped


class _FusedAttention(Attention):
    """The same attention, as one operation of ONNX Runtime's own."""

    def forward(self, attended: Tensor, padding: Tensor | None) -> Tensor:
        del padding  # windows are scored one by one
        query, key, value = attended.chunk(3, dim=-1)
        mixed: Tensor = _MultiHeadAttention.apply(  # type: ignore[no-untyped-call] # torch's own
            query, key, value, self.heads
        )
        return mixed


class _MultiHeadAttention(torch.autograd.Function):
    """The operation; while it is traced it needs but the right shape."""

    @staticmethod
    def forward(_: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:  # noqa: ANN401
        del query, key, heads
        return value.clone()

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:  # noqa: ANN401
        operation = "com.microsoft::MultiHeadAttention"
        mixed = graph.op(operation, query, key, value, num_heads_i=heads)
        mixed.setType(query.type())
        return mixed


class _SmallTable(nn.Module):
    """An embedding in whole numbers of 8 bits, with a scale for each row."""

    def __init__(self, table: nn.Module) -> None:
        super().__init__()
        weights = cast("Tensor", table.weight).detach()
        scales = weights.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / _GREATEST
        self.register_buffer("scales", scales)
        self.register_buffer("numbers", (weights / scales).round().to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        rows = functional.embedding(ids, cast("Tensor", self.numbers))
        scaled: Tensor = rows.float() * functional.embedding(ids, cast("Tensor", self.scales))
        return scaled


def write(folder: Path, network: bytes, tokenizer: Tokenizer, settings: Mapping[str, Any]) -> None:
    """Write the files of a model, with their checksums.

    Args:
        folder: Where to; it is made if need be.
        network: A network in ONNX.
        tokenizer: Its tokenizer.
        settings: What `quoteattr.tagger.load` reads beside them.
    """
    files = {
        NETWORK: network,
        TOKENIZER: tokenizer.to_str().encode("utf-8"),
        SETTINGS: (json.dumps(settings, indent=1) + "\n").encode("utf-8"),
    }
    modelfiles.write(folder, files)
