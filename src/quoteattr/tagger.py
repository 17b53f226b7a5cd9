"""The shipped network: a text in, attributions out.

ONNX Runtime scores one window after the other, never several side by side, so that a window gets
the same scores whatever else is read, to the last bit. On one core that costs no time.
"""

import functools
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from quoteattr.confidence import SIGNS, Calibration
from quoteattr.decoding import Attribution, decode
from quoteattr.marks import MarkPair, Marks, pair
from quoteattr.modelfiles import CHECKSUMS, checked, shipped, unusable
from quoteattr.pieces import pieces
from quoteattr.reading import Scorer, read

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["CHECKSUMS", "NETWORK", "SETTINGS", "TOKENIZER", "Tagger", "load", "scorer"]

NETWORK = "network.onnx"
TOKENIZER = "tokenizer.json"
SETTINGS = "settings.json"
"""The model's name and version and how to read confidences off its scores."""
_LEAST_QUOTED = 40
"""Shorter quoted text, in characters, has no room for a quotation within."""


@frozen
class Tagger:
    """Finds attributions in texts.

    Attributes:
        name: Of the model, with its version.
        tokenizer: Cuts words into pieces and numbers them.
        score: Scores windows of pieces.
        calibration: Makes probabilities of scores.
    """

    name: str
    tokenizer: "Tokenizer"
    score: Scorer
    calibration: Calibration

    def __call__(self, text: str, marks: Marks) -> list[Attribution]:
        """Find the attributions of a text, but not those within quoted text.

        Args:
            text: Any text.
            marks: Its quotation marks.

        Returns:
            The attributions, in the order of their contents.
        """
        cut = pieces(text, marks, self.tokenizer)
        return decode(cut, read(cut, self.score)) if len(cut) else []

    def nested(self, text: str, within: Iterable[MarkPair]) -> list[Attribution]:
        """Find the attributions within quoted text.

        The network has one label for each piece, so it reads quoted text by itself once more.

        Args:
            text: Any text.
            within: The quotation marks around what is to be read.

        Returns:
            The attributions, in the order of the marks and of their contents.
        """
        return [
            each.moved(quoted.inner_start)
            for quoted in within
            if quoted.inner_end - quoted.inner_start >= _LEAST_QUOTED
            for inner in [text[quoted.inner_start : quoted.inner_end]]
            for each in self(inner, pair(inner))
        ]


def load(folder: Path | None = None) -> Tagger:
    """Load a trained tagger.

    Args:
        folder: Where training has put its files; by default what ships in the package.

    Returns:
        The tagger, the same one at each call.

    Raises:
        ModelFileError: If one of its files is missing, not the one it was, or of another version.
    """
    return _loaded(folder or shipped("tagger"))


@functools.cache
def _loaded(place: Path) -> Tagger:
    from tokenizers import Tokenizer  # noqa: PLC0415 - heavy, and not needed before the first text

    files = checked(place, (NETWORK, TOKENIZER, SETTINGS))
    settings = json.loads(files[SETTINGS])
    calibration = Calibration.of(settings["calibration"])
    for each in (calibration.quotation, calibration.source):
        if len(each.weights) != len(SIGNS):
            why = f"has {len(each.weights)} calibration weights instead of {len(SIGNS)}"
            raise unusable(place / SETTINGS, why)
    tokenizer = Tokenizer.from_buffer(files[TOKENIZER])
    tokenizer.encode_special_tokens = True  # “[SEP]” in a text is but a word in brackets
    return Tagger(settings["name"], tokenizer, scorer(files[NETWORK]), calibration)


def scorer(network: bytes) -> Scorer:
    """Make a network in ONNX score single windows.

    Args:
        network: The content of its file.

    Returns:
        What `read` wants.
    """
    # Or else it would tell its makers, over the network, from version 1.29 on.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime  # noqa: PLC0415 - see _loaded

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        network,
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # slower than what it replaces
    )
    return lambda ids, features: tuple(
        scores[0] for scores in session.run(None, {"ids": ids[None], "features": features[None]})
    )
