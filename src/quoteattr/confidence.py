"""How sure a quotation is: the network's scores made probabilities that mean what they say.

The network's own probabilities are too sure of themselves and speak of single pieces. A logistic
regression over the signs of an attribution (Platt 1999), fitted on articles that the network has
not learnt from, says how often such an attribution is right.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

__all__ = ["SIGNS", "Calibration", "Logistic"]

SIGNS = ("content", "edges", "cue", "cue link", "source", "source link", "length", "quoted")
"""What is known of an attribution's sureness.

The network's probabilities, as log odds: of the content's pieces, of its edges, of the cue's
pieces, that the content belongs to the cue, of the source's pieces, that the cue has that source;
the logarithm of the content's length in pieces; and the share of them in quotation marks.
"""


@frozen
class Logistic:
    """A logistic regression.

    Attributes:
        bias: Log odds where all signs are 0.
        weights: What each sign adds to them, per unit.
    """

    bias: float
    weights: tuple[float, ...] = field(converter=tuple[float, ...])

    def __call__(self, signs: Sequence[float]) -> float:
        """The probability that goes with signs.

        Args:
            signs: One value for each of `SIGNS`.

        Returns:
            A probability, 0 to 1.
        """
        odds = self.bias + sum(each * sign for each, sign in zip(self.weights, signs, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@frozen
class Calibration:
    """What makes probabilities of an attribution's signs.

    Attributes:
        quotation: That its content is a quotation with these spans, and the source is right.
        source: That the source is right if the content is.
    """

    quotation: Logistic
    source: Logistic

    @classmethod
    def of(cls, values: Mapping[str, Mapping[str, Any]]) -> "Calibration":
        """Make one of plain values, such as come from JSON.

        Args:
            values: Bias and weights of both, by their names, as `attrs.asdict` gives them.

        Returns:
            The calibration.
        """
        return cls(Logistic(**values["quotation"]), Logistic(**values["source"]))
