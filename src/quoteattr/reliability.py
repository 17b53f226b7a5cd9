"""Whether confidences mean what they say: predicted documents against gold ones.

A quote is *right* if its content is found and its source is right, as `quoteattr.evaluate` has it:
the content overlaps with that of its gold partner by a half or more, and the source shares a word
with the gold one, or both are empty. That is what a confidence is the probability of. Each quote is
judged once, among all that were predicted for its text. A number that there is nothing to compute
from, such as the mean of no confidences, is None.

calibration error
    The expected calibration error (Naeini et al. 2015; Guo et al. 2017): how far the mean
    confidence is from the share that is right, in ten bins of equal width, averaged over quotes.
Brier
    The mean squared difference between the confidence and what came of it, 0 or 1 (Brier 1950).
    The constant forecast, the share that is right for every quote, is what it should stay below.
AUROC
    The chance that a right quote has a higher confidence than a wrong one; equal ones count half
    (Hanley & McNeil 1982).
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean
from typing import Any

from attrs import asdict, frozen

from quoteattr.errors import FormatError
from quoteattr.evaluate import Judged, evaluate, judge
from quoteattr.quotes import Document

__all__ = ["Bin", "Kept", "Reliability", "measured", "reliability"]


@frozen
class Bin:
    """The quotes whose confidences are about the same.

    Attributes:
        low: The least confidence.
        high: Where the next bin begins; the last one holds 1, too.
        n: How many quotes there are.
        confidence: Their mean confidence.
        right: The share that is right.
    """

    low: float
    high: float
    n: int
    confidence: float | None
    right: float | None


@frozen
class Kept:
    """What is left with a `min_confidence`.

    Attributes:
        min_confidence: The least confidence of the quotes that are kept.
        n: How many are.
        coverage: Their share of all predicted quotes.
        precision: The share of them that is right.
        recall: The share of the gold quotes that they get right.
    """

    min_confidence: float
    n: int
    coverage: float | None
    precision: float | None
    recall: float | None


@frozen
class Reliability:
    """What `reliability` found; the module's head says what each number is.

    Attributes:
        n: Predicted quotes.
        gold: Gold quotes.
        right: The share of the predicted that is right.
        confidence: Their mean confidence; above `right` they are too sure.
        calibration_error: The expected calibration error.
        brier: The Brier score.
        brier_constant: That of the constant forecast.
        auroc: The area under the ROC curve; None if all are right, or all wrong.
        bins: The quotes by confidence, ten bins from 0 to 1.
        coverage: What is left with a `min_confidence` of 0, 0.1, …, 0.9.
    """

    n: int
    gold: int
    right: float | None
    confidence: float | None
    calibration_error: float | None
    brier: float | None
    brier_constant: float | None
    auroc: float | None
    bins: tuple[Bin, ...]
    coverage: tuple[Kept, ...]

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON-ready data.

        Returns:
            Nested dicts and lists of numbers and None, with the attributes' names as keys.
        """
        bins, coverage = map(asdict, self.bins), map(asdict, self.coverage)
        return {**asdict(self), "bins": list(bins), "coverage": list(coverage)}

    def __str__(self) -> str:
        return "\n".join([*self._rows(), "", *self._bin_rows(), "", *self._kept_rows()])

    def _rows(self) -> Iterator[str]:
        yield f"{'quotations':<17} {self.gold} gold, {self.n} predicted"
        yield f"{'right':<17} {_shown(self.right)}"
        yield f"{'mean confidence':<17} {_shown(self.confidence)}"
        yield f"{'calibration error':<17} {_shown(self.calibration_error)}"
        constant = _shown(self.brier_constant)
        yield f"{'Brier':<17} {_shown(self.brier)}  constant forecast {constant}"
        yield f"{'AUROC':<17} {_shown(self.auroc)}"

    def _bin_rows(self) -> Iterator[str]:
        yield f"{'confidence':<14} {'n':>6} {'mean':>9} {'right':>9}"
        for each in self.bins:
            limits = f"{each.low:.1f} to {each.high:.1f}"
            yield f"{limits:<14} {each.n:>6} {_shown(each.confidence):>9} {_shown(each.right):>9}"

    def _kept_rows(self) -> Iterator[str]:
        yield f"{'min_confidence':<14} {'n':>6} {'coverage':>9} {'precision':>9} {'recall':>9}"
        for each in self.coverage:
            shares = each.coverage, each.precision, each.recall
            cells = " ".join(f"{_shown(share):>9}" for share in shares)
            yield f"{each.min_confidence:<14.1f} {each.n:>6} {cells}"


def reliability(gold: Iterable[Document], predicted: Iterable[Document]) -> Reliability:
    """Compare the confidences of predicted quotes with what came of them.

    Args:
        gold: The documents with the quotes that should be found.
        predicted: The documents with the quotes that were found, in any order; the ids tell which
            belongs to which. One that is missing counts as one without quotes, and one that the
            gold doesn't have is passed over.

    Returns:
        The numbers.

    Raises:
        FormatError: If a document's text is not the same on both sides, or a confidence is no
            probability.

    Example:
        >>> from quoteattr.quotes import Quote, Span
        >>> text = "Ann said no. Bob said yes."
        >>> no, yes = Span.of(text, 9, 11), Span.of(text, 22, 25)
        >>> gold = Document("a", text, (Quote((no,)), Quote((yes,), source=(yes,))))
        >>> sure, unsure = Quote((no,), confidence=0.9), Quote((yes,), confidence=0.3)
        >>> found = reliability([gold], [Document("a", text, (sure, unsure))])
        >>> found.right, found.auroc
        (0.5, 1.0)
        >>> round(found.calibration_error, 3)  # (|0.9 - 1| + |0.3 - 0|) / 2
        0.2
    """
    documents = list(gold)
    by_id = {document.id: document for document in predicted}
    pairs = [(document, by_id[document.id]) for document in documents if document.id in by_id]
    judged = [each for pair in pairs for each in _judged(*pair)]
    return measured(judged, evaluate(documents, ()).counts.gold)


def _judged(gold: Document, predicted: Document) -> Iterator[Judged]:
    for each in judge(gold, predicted):
        if not 0 <= each.quote.confidence <= 1:
            msg = (
                f"document {gold.id!r}: a quote's confidence must be a probability from 0 to 1, "
                f"not {each.quote.confidence!r}"
            )
            raise FormatError(msg)
        yield each


_EDGES = tuple(tenth / 10 for tenth in range(11))
"""Where the bins begin, and the last one ends."""


def measured(judged: Sequence[Judged], gold: int) -> Reliability:
    """Measure confidences that have been judged already.

    Args:
        judged: Quotes, and whether they are right.
        gold: How many right quotes there are.

    Returns:
        The measures.
    """
    binned = _binned(judged)
    right = _share(judged)
    misses = [(each.quote.confidence - each.is_right) ** 2 for each in judged]
    return Reliability(
        n=len(judged),
        gold=gold,
        right=right,
        confidence=_mean(_confidences(judged)),
        calibration_error=_ratio(math.fsum(map(_gap, binned)), len(judged)),
        brier=_mean(misses),
        brier_constant=None if right is None else right * (1 - right),
        auroc=_auroc(judged),
        bins=tuple(map(_bin, _EDGES, _EDGES[1:], binned)),
        coverage=tuple(_kept(judged, edge, gold) for edge in _EDGES[:-1]),
    )


def _binned(judged: Iterable[Judged]) -> list[list[Judged]]:
    binned: list[list[Judged]] = [[] for _ in _EDGES[1:]]
    for each in judged:
        binned[bisect_right(_EDGES[1:-1], each.quote.confidence)].append(each)
    return binned


def _bin(low: float, high: float, judged: Sequence[Judged]) -> Bin:
    return Bin(low, high, len(judged), _mean(_confidences(judged)), _share(judged))


def _gap(judged: Iterable[Judged]) -> float:
    """How far confidences and what came of them are apart, in quotes."""
    return abs(math.fsum(each.quote.confidence - each.is_right for each in judged))


def _auroc(judged: Sequence[Judged]) -> float | None:
    """The share of the pairs of a right and a wrong quote in which the right one is ahead."""
    right = _confidences(each for each in judged if each.is_right)
    wrong = sorted(_confidences(each for each in judged if not each.is_right))
    ahead = sum(bisect_left(wrong, each) + bisect_right(wrong, each) for each in right)
    return _ratio(ahead, 2 * len(right) * len(wrong))


def _kept(judged: Sequence[Judged], least: float, gold: int) -> Kept:
    kept = [each for each in judged if each.quote.confidence >= least]
    right = sum(each.is_right for each in kept)
    coverage, recall = _ratio(len(kept), len(judged)), _ratio(right, gold)
    return Kept(least, len(kept), coverage, _share(kept), recall)


def _confidences(judged: Iterable[Judged]) -> list[float]:
    return [each.quote.confidence for each in judged]


def _share(judged: Iterable[Judged]) -> float | None:
    return _mean([each.is_right for each in judged])


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
