"""How far scores can be trusted: other draws of the same documents.

A document's quotes depend on each other, so whole documents are drawn, never single quotes. What is
right in each was counted once (`quoteattr.evaluate.tallies`); a draw adds these counts up and goes
through `Scores.of`, as the scores themselves do.

intervals
    The percentile bootstrap (Efron 1979; Efron & Tibshirani 1993, ch. 13): as many documents as
    there are, drawn with replacement. The limits are the 2.5th and 97.5th percentile of the draws.
differences
    Those of two systems on the same draws (Koehn 2004). How probable a difference as great is if
    the systems don't differ comes from approximate randomisation (Noreen 1989; Yeh 2000): in each
    draw the two change places in about half of the documents.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import astuple, frozen

from quoteattr.evaluate import Scores, Tally, total

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DRAWS",
    "SEED",
    "Difference",
    "Interval",
    "Metric",
    "differences",
    "interval",
    "redrawn",
    "swapped",
]

DRAWS = 2_000
"""How many draws there are."""
SEED = 0
"""What makes them the same each time."""

Metric = Callable[[Scores], float]
"""Takes a number from scores."""


@frozen
class Interval:
    """A number, and where it is with other documents, in 95 of 100 draws.

    Attributes:
        value: The number.
        low: The lower limit.
        high: The upper one.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@frozen
class Difference:
    """How much better one system is than another.

    Attributes:
        by: The difference.
        p: How probable one as great would be, either way, if the two did not differ.
    """

    by: Interval
    p: float


def redrawn(tallied: Sequence[Tally]) -> list[Scores]:
    """Score other draws of the documents.

    Args:
        tallied: The tally of each document. Two systems' tallies of the same documents are drawn
            alike.

    Returns:
        The scores of each draw.
    """
    n = len(tallied)
    times = np.random.default_rng(SEED).multinomial(n, [1 / n] * n, size=DRAWS)
    return _scores(times @ _matrix(tallied))


def swapped(these: Sequence[Tally], those: Sequence[Tally]) -> tuple[list[Scores], list[Scores]]:
    """Score two systems that change places in half of the documents, each time in others.

    Args:
        these: The tallies of one system.
        those: The tallies of the other, of the same documents.

    Returns:
        The scores of each draw for the one, and for the other.
    """
    one, other = _matrix(these), _matrix(those)
    changed = np.random.default_rng(SEED).integers(0, 2, size=(DRAWS, len(these)))
    moved = changed @ (other - one)
    return _scores(one.sum(axis=0) + moved), _scores(other.sum(axis=0) - moved)


def interval(value: float, drawn: Iterable[float]) -> Interval:
    """Put limits to a number.

    Args:
        value: The number.
        drawn: What it is in each draw.

    Returns:
        The number, with the limits.

    Example:
        >>> print(interval(0.5, [0.4, 0.5, 0.6]))
        0.500 (0.405 to 0.595)
    """
    low, high = np.percentile(list(drawn), [2.5, 97.5])
    return Interval(value, float(low), float(high))


def differences(
    metrics: Mapping[str, Metric], these: Sequence[Tally], those: Sequence[Tally]
) -> dict[str, Difference]:
    """Tell how much better one system is than another.

    Args:
        metrics: What is compared, by name.
        these: The tallies of the first system, one for each document.
        those: Those of the second, of the same documents.

    Returns:
        The differences, above 0 where the first has more.
    """
    whole = [Scores.of(total(these))], [Scores.of(total(those))]
    drawn = redrawn(these), redrawn(those)
    by_chance = swapped(these, those)

    def gaps(metric: Metric, sides: tuple[list[Scores], list[Scores]]) -> list[float]:
        return [metric(one) - metric(other) for one, other in zip(*sides, strict=True)]

    def difference(metric: Metric) -> Difference:
        [gap] = gaps(metric, whole)
        is_as_great = np.abs(gaps(metric, by_chance)) >= abs(gap) - _ROUNDING
        p = float((is_as_great.sum() + 1) / (DRAWS + 1))
        return Difference(interval(gap, gaps(metric, drawn)), p)

    return {name: difference(metric) for name, metric in metrics.items()}


_ROUNDING = 1e-12


def _matrix(tallied: Sequence[Tally]) -> "NDArray[np.float64]":
    return np.array([astuple(each) for each in tallied], dtype=np.float64)


def _scores(sums: "NDArray[np.float64]") -> list[Scores]:
    return [Scores.of(Tally(*row)) for row in sums.tolist()]
