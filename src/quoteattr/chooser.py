"""Which candidate a source stands for: weights that training has found, and what they are worth."""

import functools
import json
import math
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from quoteattr.candidates import Choices
from quoteattr.confidence import Logistic
from quoteattr.modelfiles import checked, shipped, unusable

__all__ = ["KINDS", "SETTINGS", "WAYS", "Chooser", "load", "log_odds"]

WAYS = (
    *("full name", "surname", "single name", "other name", "several names"),
    *("itself", "pronoun", "description", "first person", "continued", "turn", "repeated"),
)
"""How speakers are found."""
KINDS = ("pronoun", "description", "turn")
"""The kinds of sources that there are weights for; the last is none at all."""

SETTINGS = "chooser.json"
"""The weights, the model's name and version, and how to read confidences off them."""
_SUREST = 0.999


@frozen
class Chooser:
    """Weighs the candidates for a source: a conditional logit over their signs (McFadden 1974).

    Attributes:
        name: Of the model, with its version.
        weights: What each sign adds to a candidate's score, for each of `KINDS`.
        confidences: What makes a probability that the speaker is right of how sure the source and
            the choice are, for each way in which a speaker is found.
    """

    name: str
    weights: Mapping[str, Mapping[str, float]]
    confidences: Mapping[str, Logistic]

    def __call__(self, given: Choices) -> list[float]:
        """How probable each candidate is.

        Args:
            given: The candidates for a source.

        Returns:
            A probability for each, 0 to 1; they add up to 1.
        """
        weights = self.weights[given.kind]
        scores = [
            sum(weights.get(sign, 0.0) * strength for sign, strength in each.signs.items())
            for each in given.candidates
        ]
        odds = [math.exp(score - max(scores)) for score in scores]
        return [each / sum(odds) for each in odds]

    def confidence(self, way: str, source: float, choice: float) -> float:
        """How probable it is that a speaker is right.

        Args:
            way: How it was found, a key of `confidences`.
            source: Probability that the source is right, 0 to 1.
            choice: Probability that the candidate is right, 0 to 1.

        Returns:
            A probability, 0 to 1.
        """
        return self.confidences[way]((log_odds(source), log_odds(choice)))


def log_odds(probability: float) -> float:
    """The log odds of a probability, within bounds.

    Args:
        probability: From 0 to 1.

    Returns:
        The log odds, at most those of .999 either way.
    """
    bounded = min(max(probability, 1 - _SUREST), _SUREST)
    return math.log(bounded / (1 - bounded))


def load(folder: Path | None = None) -> Chooser:
    """Load the chooser that ships, or another one.

    Args:
        folder: Where training has put its files; by default what ships in the package.

    Returns:
        The chooser, the same one at each call.

    Raises:
        ModelFileError: If one of its files is missing or not the one it was.
    """
    return _loaded(folder or shipped("speakers"))


@functools.cache
def _loaded(folder: Path) -> Chooser:
    values = json.loads(checked(folder, (SETTINGS,))[SETTINGS])
    confidences = {way: Logistic(**each) for way, each in values["confidences"].items()}
    if missing := sorted(set(WAYS) - confidences.keys()):
        raise unusable(folder / SETTINGS, f"has no confidences for {', '.join(missing)}")
    if missing := sorted(set(KINDS) - values["weights"].keys()):
        raise unusable(folder / SETTINGS, f"has no weights for {', '.join(missing)}")
    return Chooser(values["name"], values["weights"], confidences)
