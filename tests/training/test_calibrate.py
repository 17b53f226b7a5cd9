"""Calibration: fitted probabilities are near the true ones, and any data give some."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from quoteattr.confidence import SIGNS, Calibration, Logistic
from quoteattr.decoding import Attribution
from quoteattr.quotes import Document
from quoteattr.training.calibrate import as_document, fit
from training.tiny import DOCUMENTS, gold

Signs: TypeAlias = tuple[float, ...]
Case: TypeAlias = tuple[Signs, bool, bool]
"""An attribution's signs, whether its content is found, and whether its source is right."""

NONE: Signs = (0.0,) * len(SIGNS)
CURVE = Logistic(-0.5, (0.9, -0.4, 0.0, 1.2, 0.3, -0.8, 0.2, 0.1))
SIZE = 2_000


def made_up(cases: Sequence[Case]) -> tuple[Document, list[Attribution]]:
    """A gold document and what was found in it: in each line the first word says the second."""
    text = "\n".join(f"who{number} what{number}" for number in range(len(cases)))
    attributions, start = [], 0
    for line, (signs, _, _) in zip(text.splitlines(), cases, strict=True):
        middle, end = start + line.index(" "), start + len(line)
        attributions.append(Attribution(((middle + 1, end),), None, (start, middle), signs))
        start = end + 1
    whole = as_document(Document("a", text), attributions)
    quotes = tuple(
        quote if is_right else evolve(quote, source=())
        for quote, (_, is_found, is_right) in zip(whole.quotes, cases, strict=True)
        if is_found
    )
    return evolve(whole, quotes=quotes), attributions


def fitted(cases: Sequence[Case]) -> Calibration:
    """The calibration by cases, twenty to a document."""
    documents = [made_up(cases[start : start + 20]) for start in range(0, len(cases), 20)]
    return fit([document for document, _ in documents], [found for _, found in documents])


def chance_signs() -> list[Signs]:
    """Signs of many attributions."""
    return [tuple(row) for row in default_rng(1).normal(0, 1.5, (SIZE, len(SIGNS))).tolist()]


def by_chance(signs: Sequence[Signs]) -> list[bool]:
    """Whether each is right, as often as the curve says."""
    rng = default_rng(2)
    return [rng.random() < CURVE(each) for each in signs]


def distance(made: Logistic, signs: Sequence[Signs]) -> float:
    """How far probabilities lie from the true ones, as the root of the mean square."""
    return float(np.sqrt(np.mean([(made(each) - CURVE(each)) ** 2 for each in signs])))


# By chance the mean square is at most the number of weights through four times that of cases.
EXPECTED = float(np.sqrt((len(SIGNS) + 1) / (4 * SIZE)))


def test_sources_that_follow_a_curve() -> None:
    """Where only sources are wrong, both fitted curves lie as near the true one as chance lets."""
    signs = chance_signs()
    cases = [(each, True, is_right) for each, is_right in zip(signs, by_chance(signs), strict=True)]
    calibration = fitted(cases)
    assert distance(calibration.quotation, signs) < 2 * EXPECTED
    assert calibration.source == calibration.quotation


def test_contents_that_follow_a_curve() -> None:
    """Where only contents are wrong, sources are sure, whatever the signs."""
    signs = chance_signs()
    cases = [(each, is_found, True) for each, is_found in zip(signs, by_chance(signs), strict=True)]
    calibration = fitted(cases)
    assert distance(calibration.quotation, signs) < 2 * EXPECTED
    assert min(map(calibration.source, signs)) > 0.95


@pytest.mark.parametrize(("is_right", "low", "high"), [(True, 0.9, 1), (False, 0, 0.1)])
def test_all_alike(is_right: bool, low: float, high: float) -> None:  # noqa: FBT001 - a parameter
    """Where all are right, or all wrong, the probability is near 1, or 0, but not there."""
    calibration = fitted([(NONE, True, is_right)] * 50)
    assert low < calibration.quotation(NONE) < high
    assert low < calibration.source(NONE) < high


def test_separable() -> None:
    """Where one sign tells right from wrong without fail, its weight stays within bounds."""
    rising = [(float(number - 20), *NONE[1:]) for number in range(41)]
    calibration = fitted([(signs, True, signs[0] > 0) for signs in rising])
    assert 1 < calibration.quotation.weights[0] < 20
    assert calibration.quotation.weights[1:] == NONE[1:]
    shares = [calibration.quotation(signs) for signs in rising]
    assert shares == sorted(shares)


def test_weights_are_drawn_towards_zero() -> None:
    """A weight pulls back as hard as the errors pull it away, the bias a hundredth as hard."""
    signs = (1.0, *NONE[1:])
    quotation = fitted([(signs, True, True)]).quotation
    error = 1 - quotation(signs)
    assert quotation.weights == pytest.approx((error, *NONE[1:]), abs=1e-5)
    assert quotation.bias / 100 == pytest.approx(error, abs=1e-5)


def test_none() -> None:
    """Without documents, or without attributions, nothing is known: one half."""
    for calibration in (fit([], []), fit(DOCUMENTS, [[]] * len(DOCUMENTS))):
        assert calibration.quotation(NONE) == calibration.source(NONE) == 0.5


_log_odds = st.floats(-7, 7)
_signs = st.tuples(*[_log_odds] * (len(SIGNS) - 1), st.floats(0, 10))


@given(st.lists(st.tuples(_signs, st.booleans(), st.booleans()), max_size=40))
def test_any_data(cases: list[Case]) -> None:
    """Whatever was found, the weights are bounded numbers."""
    calibration = fitted(cases)
    for made in (calibration.quotation, calibration.source):
        assert np.abs([made.bias, *made.weights]).max() < 100


def test_what_has_no_letters_does_not_count() -> None:
    """An attribution of marks alone, which no score counts, changes nothing."""
    document, found = made_up([(NONE, True, True)])
    dotted = evolve(document, text=document.text + " …!")
    at = len(document.text) + 1
    marks = Attribution(((at, at + 2),), None, None, (5.0,) * len(SIGNS))
    assert fit([dotted], [[*found, marks]]) == fit([document], [found])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.id)
def test_attributions_as_a_document(document: Document) -> None:
    """The quotes have the attributions' spans and order; the gold ones are not looked at."""
    found = [Attribution(*places, NONE) for places in reversed(gold(document))]
    made = as_document(document, found)
    assert (made.id, made.text) == (document.id, document.text)
    assert gold(made) == gold(document)[::-1]
