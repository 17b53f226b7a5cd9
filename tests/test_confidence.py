"""Probabilities from signs, computed by hand."""

import json
import math

import pytest
from attrs import asdict
from hypothesis import given
from hypothesis import strategies as st

from quoteattr.confidence import SIGNS, Calibration, Logistic

signs = st.lists(st.floats(-100, 100), min_size=2, max_size=2)


@pytest.mark.parametrize(
    ("bias", "weights", "values", "probability"),
    [
        (0, (), (), 0.5),
        (math.log(3), (), (), 0.75),
        (-math.log(4), (), (), 0.2),
        (0, (2, -1), (1, 2), 0.5),
        (1, (2, -1), (0.5, 1), 1 / (1 + math.exp(-1))),
        (0, (math.log(9), 5), (1, 0), 0.9),
        (0, (math.log(9), 5), (-1, 0), 0.1),
        (-1, (0.5, 0.25), (4, 8), 1 / (1 + math.exp(-3))),
    ],
)
def test_logistic(
    bias: float, weights: tuple[float, ...], values: tuple[float, ...], probability: float
) -> None:
    """The log odds are the bias and each sign times its weight."""
    assert Logistic(bias, weights)(values) == pytest.approx(probability)


@pytest.mark.parametrize("value", [1e3, 1e300, math.inf])
def test_extreme_signs(value: float) -> None:
    """Signs beyond all measure give probabilities all the same."""
    sure = Logistic(0, (10,))((value,))
    unsure = Logistic(0, (10,))((-value,))
    assert 1 - 1e-12 < sure < 1
    assert 0 < unsure < 1e-12


@given(st.floats(-10, 10), st.tuples(st.floats(-10, 10), st.floats(0, 10)), signs)
def test_more_of_a_sign(bias: float, weights: tuple[float, float], values: list[float]) -> None:
    """A sign with a weight above 0 makes more probable, and all are probabilities."""
    logistic = Logistic(bias, weights)
    first, second = values
    assert 0 <= logistic(values) <= logistic((first, second + 1)) <= 1


@pytest.mark.parametrize("values", [(), (1,), (1, 2, 3)])
def test_each_weight_has_a_sign(values: tuple[float, ...]) -> None:
    """Signs that no weights go with are a mistake."""
    with pytest.raises(ValueError, match="zip"):
        Logistic(0, (1, 2))(values)


def test_signs_have_names() -> None:
    """Each sign has a name of its own."""
    assert len(set(SIGNS)) == len(SIGNS) == 8


def test_calibration_from_plain_values() -> None:
    """What was written as JSON makes the same calibration."""
    made = Calibration(Logistic(-1.5, (0.25,) * 7), Logistic(0.5, (1, 2, 3, 4, 5, 6, 7)))
    assert Calibration.of(asdict(made)) == made
    assert Calibration.of(json.loads(json.dumps(asdict(made)))) == made
    assert made.quotation((0,) * 7) < made.source((0,) * 7)
