"""Intervals and differences: against plain loops, and where the answer is known."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from quoteattr.bench.resampling import DRAWS, SEED, differences, interval, redrawn, swapped
from quoteattr.evaluate import Scores, Tally, evaluate, tallies, total
from quoteattr.quotes import Document
from strategies import documents


def recall(scores: Scores) -> float:
    """The share of the gold that was attributed right."""
    return scores.attribution.recall


@st.composite
def tallied(draw: st.DrawFn) -> Tally:
    """A document's counts, of which no more are right than there are."""
    gold = draw(st.integers(0, 9))
    return Tally(gold=gold, predicted=gold, attribution=draw(st.integers(0, gold)))


@given(st.lists(documents(), min_size=1, max_size=4), st.data())
def test_tallies_add_up(gold: list[Document], data: st.DataObject) -> None:
    """The scores of tallies that are added are those of the documents together, repeated or not."""
    gold = [evolve(each, id=str(number)) for number, each in enumerate(gold)]
    found = [evolve(each, quotes=each.quotes[::2]) for each in gold]
    chosen = data.draw(st.lists(st.sampled_from(range(len(gold))), min_size=1, max_size=6))

    def drawn(documents: Sequence[Document]) -> Iterator[Document]:
        return (evolve(documents[i], id=f"{n}") for n, i in enumerate(chosen))

    counted = tallies(gold, found)
    scores = Scores.of(total(counted[i] for i in chosen))
    expected = evaluate(drawn(gold), drawn(found))
    assert scores == evolve(expected, content_soft=scores.content_soft)
    assert scores.content_soft.f1 == pytest.approx(expected.content_soft.f1)


@settings(max_examples=10)  # each has thousands of draws
@given(st.lists(tallied(), min_size=1, max_size=5))
def test_redrawn(counted: list[Tally]) -> None:
    """The draws are those of the documents that the generator tells, each scored as it is."""
    drawn = redrawn(counted)
    generator = np.random.default_rng(SEED)
    times = generator.multinomial(len(counted), [1 / len(counted)] * len(counted), size=DRAWS)
    for some, scores in list(zip(times, drawn, strict=True))[:20]:
        repeated = [[each] * int(n) for each, n in zip(counted, some, strict=True)]
        assert scores == Scores.of(total(itertools.chain.from_iterable(repeated)))


def test_one_document_has_no_width() -> None:
    """One document can only be drawn as it is."""
    counted = [Tally(gold=4, predicted=4, attribution=3)]
    found = interval(0.75, map(recall, redrawn(counted)))
    assert (found.low, found.value, found.high) == (0.75, 0.75, 0.75)


def test_width_is_that_of_a_share() -> None:
    """For single quotations, half of them right, the limits are those of a binomial share."""
    counted = [Tally(gold=1, predicted=1, attribution=n % 2) for n in range(400)]
    found = interval(0.5, map(recall, redrawn(counted)))
    assert found.low == pytest.approx(0.5 - 1.96 * 0.5 / 20, abs=0.006)
    assert found.high == pytest.approx(0.5 + 1.96 * 0.5 / 20, abs=0.006)


def test_width_is_that_of_documents() -> None:
    """Quotations of one document that are right or wrong together count as one."""
    alone = [Tally(gold=1, predicted=1, attribution=n % 2) for n in range(40)]
    together = [Tally(gold=10, predicted=10, attribution=10 * (n % 2)) for n in range(40)]
    assert list(map(recall, redrawn(alone))) == list(map(recall, redrawn(together)))


@settings(max_examples=10)  # each has thousands of draws
@given(st.lists(tallied(), min_size=1, max_size=5))
def test_no_difference(counted: list[Tally]) -> None:
    """A system does not differ from itself."""
    found = differences({"recall": recall}, counted, counted)["recall"]
    assert (found.by.low, found.by.value, found.by.high, found.p) == (0, 0, 0, 1)


@settings(max_examples=10)  # each has thousands of draws
@given(st.lists(st.tuples(tallied(), tallied()), min_size=1, max_size=6))
def test_p_is_that_of_all_exchanges(counted: list[tuple[Tally, Tally]]) -> None:
    """The probability is about the share of all possible exchanges with as great a difference."""
    these, those = map(list, zip(*counted, strict=True))
    found = differences({"recall": recall}, these, those)["recall"]
    gap = abs(recall(Scores.of(total(these))) - recall(Scores.of(total(those))))
    exchanges = itertools.product(*([pair, pair[::-1]] for pair in counted))
    gaps = []
    for exchange in exchanges:
        one, other = (Scores.of(total(side)) for side in zip(*exchange, strict=True))
        gaps.append(abs(recall(one) - recall(other)))
    expected = sum(each >= gap - 1e-12 for each in gaps) / len(gaps)
    assert found.p == pytest.approx(expected, abs=0.05)


def test_a_real_difference() -> None:
    """One that is better in each of 30 documents is so beyond chance, and the sign says which."""
    worse = [Tally(gold=4, predicted=4, attribution=n % 3) for n in range(30)]
    better = [evolve(each, attribution=each.attribution + 1) for each in worse]
    ahead = differences({"recall": recall}, better, worse)["recall"]
    behind = differences({"recall": recall}, worse, better)["recall"]
    assert ahead.by.value == -behind.by.value == pytest.approx(0.25)
    assert ahead.by.low > 0 > behind.by.high
    assert ahead.p == behind.p == 1 / (DRAWS + 1)


@settings(max_examples=10)  # each has thousands of draws
@given(st.lists(st.tuples(tallied(), tallied()), min_size=1, max_size=5))
def test_exchanges_lose_nothing(counted: list[tuple[Tally, Tally]]) -> None:
    """What two systems have got right together stays the same, whoever gets which document."""
    these, those = map(list, zip(*counted, strict=True))
    both = total(these).gold + total(those).gold
    for one, other in zip(*swapped(these, those), strict=True):
        assert one.counts.gold + other.counts.gold == both
