"""Fit the calibration: how often attributions with such signs are right."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from quoteattr.confidence import SIGNS, Calibration, Logistic
from quoteattr.decoding import Attribution
from quoteattr.evaluate import judge
from quoteattr.quotes import Document, Quote, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["as_document", "fit", "logistic"]

_PULL = 1.0
"""What draws each weight towards 0 (L2), beside one attribution."""
_STEPS = 30


def as_document(document: Document, attributions: Iterable[Attribution]) -> Document:
    """A document with attributions as its quotes, without speakers.

    Args:
        document: The document; its own quotes are not looked at.
        attributions: What was found in its text.

    Returns:
        A document of the same text with a quote for each, in the same order.
    """

    def spans(*places: tuple[int, int] | None) -> tuple[Span, ...]:
        return tuple(Span.of(document.text, *place) for place in places if place)

    quotes = [
        Quote(spans(*each.content), spans(each.cue), spans(each.source)) for each in attributions
    ]
    return Document(document.id, document.text, tuple(quotes))


def fit(gold: Sequence[Document], found: Sequence[Sequence[Attribution]]) -> Calibration:
    """Fit the calibration on documents that the network has not learnt from.

    Args:
        gold: The documents with their gold quotes.
        found: The attributions found in each.

    Returns:
        The calibration.
    """
    signs, is_found, is_right = [], [], []
    for document, attributions in zip(gold, found, strict=True):
        worded = [each for each in attributions if _has_letters(document, each)]
        signs += [each.signs for each in worded]
        for judged in judge(document, as_document(document, worded)):
            is_found.append(judged.is_found)
            is_right.append(judged.is_right)
    values = np.array(signs).reshape(-1, len(SIGNS))
    chosen, right = np.array(is_found, np.bool_), np.array(is_right, np.bool_)
    return Calibration(logistic(values, right), logistic(values[chosen], right[chosen]))


def _has_letters(document: Document, attribution: Attribution) -> bool:
    return any(
        letter.isalnum()
        for start, end in attribution.content
        for letter in document.text[start:end]
    )


def logistic(signs: "NDArray[np.float64]", right: "NDArray[np.bool_]") -> Logistic:
    """The most likely logistic regression, by Newton's method.

    Args:
        signs: A row of values for each thing that may be right.
        right: Whether it is.

    Returns:
        The regression.
    """
    columns = np.column_stack([np.ones(len(signs)), signs])
    weights = np.zeros(columns.shape[1])
    pull = np.diag([_PULL / 100, *[_PULL] * signs.shape[1]])
    for _ in range(_STEPS):
        shares = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (right - shares) - pull @ weights
        curve = (columns.T * (shares * (1 - shares))) @ columns + pull
        weights += np.linalg.solve(curve, slope)
    bias, *rest = (round(float(weight), 6) for weight in weights)
    return Logistic(bias, tuple(rest))
