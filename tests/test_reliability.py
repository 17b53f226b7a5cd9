"""Reliability: small cases computed by hand, and what holds for all confidences."""

import json
from collections.abc import Sequence

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from quoteattr.errors import FormatError
from quoteattr.evaluate import evaluate
from quoteattr.quotes import Document, Quote, Span
from quoteattr.reliability import Kept, Reliability, reliability
from strategies import spans, texts

Outcome = tuple[float, bool]

CONFIDENCES = st.floats(0, 1) | st.integers(0, 10).map(lambda tenth: tenth / 10)
OUTCOMES = st.lists(st.tuples(CONFIDENCES, st.booleans()), max_size=30)
SOME = ((1.0, True), (0.9, True), (0.9, False), (0.25, True), (0.0, False))


def measured(outcomes: Sequence[Outcome], *, missed: int = 0) -> Reliability:
    """The reliability of quotes with these confidences, right or wrong.

    Args:
        outcomes: Each quote's confidence, and whether it is right.
        missed: How many more quotes the gold has.
    """
    text = "Ann Bob" + " no" * (len(outcomes) + missed)
    ann, bob = (Span.of(text, 0, 3),), (Span.of(text, 4, 7),)
    places = [Span.of(text, start, start + 2) for start in range(8, len(text), 3)]
    gold = [Quote((place,), source=ann) for place in places]
    predicted = [
        evolve(quote, source=ann if is_right else bob, confidence=confidence)
        for quote, (confidence, is_right) in zip(gold, outcomes, strict=False)
    ]
    return reliability(*([Document("a", text, tuple(some))] for some in (gold, predicted)))


def test_hand_computed() -> None:
    """Five quotes, three of them right, and one that was missed."""
    found = measured(SOME, missed=1)
    assert (found.n, found.gold, found.right) == (5, 6, 0.6)
    assert found.confidence == pytest.approx(3.05 / 5)
    assert found.calibration_error == pytest.approx((0.8 + 0.75 + 0) / 5)
    assert found.brier == pytest.approx((0 + 0.01 + 0.81 + 0.5625 + 0) / 5)
    assert found.brier_constant == pytest.approx(0.24)
    assert found.auroc == (2 + 1.5 + 1) / 6


def test_hand_computed_bins() -> None:
    """A bin holds its lower limit, the last one 1 too, and one without quotes has no means."""
    found = measured(SOME).bins
    assert [(each.low, each.high) for each in found[:3]] == [(0, 0.1), (0.1, 0.2), (0.2, 0.3)]
    assert [each.n for each in found] == [1, 0, 1, 0, 0, 0, 0, 0, 0, 3]
    assert (found[1].confidence, found[1].right) == (None, None)
    assert (found[2].confidence, found[2].right) == (0.25, 1)
    assert found[9].confidence == pytest.approx(2.8 / 3)
    assert found[9].right == pytest.approx(2 / 3)


def test_hand_computed_coverage() -> None:
    """A quote is kept if it is at least as sure as the least confidence."""
    found = measured(SOME, missed=1).coverage
    assert found[:2] == (Kept(0, 5, 1, 0.6, 0.5), Kept(0.1, 4, 0.8, 0.75, 0.5))
    assert found[3] == Kept(0.3, 3, 0.6, 2 / 3, 1 / 3)
    assert found[9] == evolve(found[3], min_confidence=0.9)


def test_right_is_content_and_source() -> None:
    """A quote is right if half of its content and its source are."""
    text = "Ann: one two three four. Bob: five six."
    ann, bob = (Span.of(text, 0, 3),), (Span.of(text, 25, 28),)
    gold = Document("a", text, (Quote((Span.of(text, 5, 23),), source=ann),))

    def right(start: int, end: int, source: tuple[Span, ...]) -> float | None:
        quote = Quote((Span.of(text, start, end),), source=source)
        return reliability([gold], [Document("a", text, (quote,))]).right

    assert right(9, 23, ann) == 1
    assert right(9, 23, bob) == right(9, 23, ()) == 0
    assert right(5, 12, ann) == 0


@given(OUTCOMES)
def test_every_quote_is_in_one_bin(outcomes: list[Outcome]) -> None:
    """The bins count every quote once, within their limits, and agree with what is kept."""
    found = measured(outcomes)
    assert sum(each.n for each in found.bins) == found.n == len(outcomes)
    for each in found.bins:
        assert (each.n == 0) == (each.confidence is None) == (each.right is None)
        assert each.low - 1e-12 <= (each.confidence or each.low) <= each.high
    left = [each.n for each in found.coverage]
    assert [each.n for each in found.bins] == [
        here - following for here, following in zip(left, [*left[1:], 0], strict=True)
    ]


@given(st.lists(st.integers(0, 10), min_size=1, max_size=5))
def test_perfect_calibration(tenths: list[int]) -> None:
    """Where of ten quotes as many are right as their confidence says, there is no error."""
    outcomes = [(tenth / 10, number < tenth) for tenth in tenths for number in range(10)]
    assert measured(outcomes).calibration_error == pytest.approx(0, abs=1e-12)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_worst_calibration(results: list[bool]) -> None:
    """Who is certain of the opposite each time has an error of 1, twice."""
    found = measured([(float(not is_right), is_right) for is_right in results])
    assert (found.calibration_error, found.brier) == (1, 1)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_constant_forecast(results: list[bool]) -> None:
    """The share that is right, forecast for every quote, scores what is given to compare with."""
    share = sum(results) / len(results)
    found = measured([(share, is_right) for is_right in results])
    assert found.brier == pytest.approx(found.brier_constant)
    assert found.calibration_error == pytest.approx(0, abs=1e-12)
    assert found.auroc == (0.5 if 0 < share < 1 else None)


HIGH = st.lists(st.floats(0.5, 1), min_size=1, max_size=10)
LOW = st.lists(st.floats(0, 0.5, exclude_max=True), min_size=1, max_size=10)


@given(HIGH, LOW)
def test_auroc_of_a_perfect_and_a_reversed_ranking(high: list[float], low: list[float]) -> None:
    """It is 1 if every right quote is surer than every wrong one, and 0 the other way round."""
    outcomes = [(each, True) for each in high] + [(each, False) for each in low]
    assert measured(outcomes).auroc == 1
    assert measured([(each, not is_right) for each, is_right in outcomes]).auroc == 0


@given(OUTCOMES)
def test_auroc_counts_pairs(outcomes: list[Outcome]) -> None:
    """It is the share of pairs with the right quote ahead, equal ones counted half."""
    right = [each for each, is_right in outcomes if is_right]
    wrong = [each for each, is_right in outcomes if not is_right]
    ahead = sum((here > there) + (here == there) / 2 for here in right for there in wrong)
    pairs = len(right) * len(wrong)
    assert measured(outcomes).auroc == (pytest.approx(ahead / pairs) if pairs else None)


@st.composite
def gold_and_predicted(draw: st.DrawFn) -> tuple[Document, Document]:
    """A gold document, and a prediction that has some of its quotes and others."""
    text = draw(texts(min_size=5, max_size=20))
    some = spans(text).map(lambda span: (span,))
    quotes = st.lists(st.builds(Quote, some, source=some, confidence=CONFIDENCES), max_size=4)
    gold, others = draw(quotes), draw(quotes)
    kept = [quote for quote in gold if draw(st.booleans())]
    return Document("a", text, tuple(gold)), Document("a", text, (*kept, *others))


@given(gold_and_predicted())
def test_all_kept_is_what_evaluate_finds(pair: tuple[Document, Document]) -> None:
    """Without a least confidence precision and recall are those of attributions."""
    gold, predicted = pair
    scores = evaluate([gold], [predicted])
    found = reliability([gold], [predicted])
    assert (found.n, found.gold) == (scores.counts.predicted, scores.counts.gold)
    assert (found.coverage[0].precision or 0) == pytest.approx(scores.attribution.precision)
    assert (found.coverage[0].recall or 0) == pytest.approx(scores.attribution.recall)


def test_nothing_to_compare() -> None:
    """Without quotes the counts are 0, and every number is None."""
    found = reliability([], [])
    assert (found.n, found.gold) == (0, 0)
    assert {found.right, found.confidence, found.calibration_error, found.auroc} == {None}
    assert {found.brier, found.brier_constant} == {None}
    assert {(each.n, each.confidence, each.right) for each in found.bins} == {(0, None, None)}
    assert found.coverage[5] == Kept(0.5, 0, None, None, None)
    assert len(found.bins) == len(found.coverage) == 10


def test_nothing_predicted() -> None:
    """Gold quotes alone give a recall of 0, and none of the numbers about predicted ones."""
    found = measured([], missed=2)
    assert (found.n, found.gold, found.right) == (0, 2, None)
    assert found.coverage[0] == Kept(0, 0, None, None, 0)


def test_nothing_in_the_gold() -> None:
    """Predicted quotes alone are wrong, and there is no recall."""
    document = Document("a", "no", (Quote((Span.of("no", 0, 2),), confidence=0.4),))
    found = reliability([evolve(document, quotes=())], [document])
    assert (found.right, found.auroc, found.calibration_error) == (0, None, 0.4)
    assert found.coverage[4] == Kept(0.4, 1, 1, 0, None)


def test_documents_are_matched_by_id() -> None:
    """Their order doesn't matter; a missing one has no quotes, one too many is passed over."""
    text = "no"
    quote = Quote((Span.of(text, 0, 2),))
    a, b, c, d = (Document(name, text, (quote,)) for name in "abcd")
    found = reliability([a, b, c], [d, c, a])
    assert (found.n, found.gold, found.right) == (2, 3, 1)
    assert found.coverage[0].recall == pytest.approx(2 / 3)


def test_texts_must_agree() -> None:
    """Another text under the same id is refused, as by `evaluate`."""
    with pytest.raises(FormatError, match="the text of document 'a' is not the same"):
        reliability([Document("a", "no")], [Document("a", "yes")])


@pytest.mark.parametrize("confidence", [7.0, -0.1, float("nan")])
def test_confidences_must_be_probabilities(confidence: float) -> None:
    """What is no probability is refused, and named."""
    message = rf"^document 'a': a quote's confidence .* from 0 to 1, not {confidence}$"
    with pytest.raises(FormatError, match=message):
        measured([(0.5, True), (confidence, False)])


@given(OUTCOMES)
def test_as_json(outcomes: list[Outcome]) -> None:
    """The numbers as JSON have the attributes' names, and nothing gets lost."""
    found = measured(outcomes)
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert record["auroc"] == found.auroc
    assert [each["right"] for each in record["bins"]] == [each.right for each in found.bins]
    assert [Kept(**each) for each in record["coverage"]] == list(found.coverage)


PRINTED = """\
quotations        6 gold, 5 predicted
right             0.600
mean confidence   0.610
calibration error 0.310
Brier             0.277  constant forecast 0.240
AUROC             0.750

confidence          n      mean     right
0.0 to 0.1          1     0.000     0.000
0.1 to 0.2          0         –         –
0.2 to 0.3          1     0.250     1.000
"""


def test_as_text() -> None:
    """It prints as tables whose columns are aligned."""
    printed = str(measured(SOME, missed=1))
    assert printed.startswith(PRINTED)
    _, bins, coverage = (block.splitlines() for block in printed.split("\n\n"))
    assert (len(bins), len(coverage)) == (11, 11)
    assert {len(row) for row in bins} == {41}
    assert coverage[:2] == [
        "min_confidence      n  coverage precision    recall",
        "0.0                 5     1.000     0.600     0.500",
    ]
    assert {len(row) for row in coverage} == {51}
