"""From a trained network to the files that ship."""

import copy
import json
import logging
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import onnx
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from quoteattr import modelfiles
from quoteattr.tagger import NETWORK, SETTINGS, TOKENIZER
from quoteattr.training.network import Network

__all__ = ["quantize", "to_onnx", "write"]

_LENGTH = 32
"""Of the window that the network is traced with; any will do."""
_BLOCK = 32
"""How many weights share a scale."""
_GREATEST = 127
"""The greatest whole number of 8 bits."""


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


def quantize(network: Network) -> bytes:
    """Write a network in ONNX, its weights in whole numbers of 8 bits with a scale for each few.

    What flows through the network keeps its 32 bits, so the scores of a window never depend on
    what is scored beside it.

    Args:
        network: The trained network.

    Returns:
        The content of a file, a quarter as large as that of `to_onnx`.
    """
    # Imported here: its import sets up logging, unless the command has done so before.
    from onnxruntime.quantization.matmul_nbits_quantizer import (  # noqa: PLC0415
        MatMulNBitsQuantizer,
    )

    logging.getLogger("onnxruntime").setLevel(logging.WARNING)
    small = copy.deepcopy(network)
    small.words = _SmallTable(network.words)
    model = onnx.load_from_string(to_onnx(small))
    quantizer = MatMulNBitsQuantizer(model, bits=8, block_size=_BLOCK, is_symmetric=True)
    quantizer.process()
    content: bytes = quantizer.model.model.SerializeToString()
    return content


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
