"""How well quoteattr does on articles that others have labelled."""

import functools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import quoteattr
from quoteattr import Document, Kind, Quote, formats
from quoteattr.evaluate import evaluate
from quoteattr.marks import kind_of, pair

SEEDS = Path(__file__).parents[1] / "seeds"
CORPORA = os.environ.get("QUOTEATTR_CORPORA", "")


def found_in(gold: Iterable[Document]) -> list[Document]:
    """What is found in the gold's texts."""
    attributor = quoteattr.load(medium="all")
    return [attributor(given.text, id=given.id) for given in gold]


@pytest.mark.skipif(not CORPORA, reason="QUOTEATTR_CORPORA names no folder of corpora")
def test_polnear() -> None:
    """PolNeAR's development articles: quotations of all kinds, each with cue and source."""
    gold = list(formats.load(Path(CORPORA) / "polnear-dev.jsonl.gz"))
    scores = evaluate(gold, found_in(gold))
    assert scores.attribution.f1 >= 0.71
    assert scores.content_soft.f1 >= 0.81
    assert scores.content_exact.f1 >= 0.58
    assert scores.cue.f1 >= 0.71
    assert scores.quoted.f1 >= 0.94
    assert scores.source_accuracy >= 0.92


Sides = list[tuple[Document, Document]]


@pytest.fixture(scope="module", name="seeds")
def _seeds() -> Sides:
    """The labelled articles, and what is found in each."""
    if not SEEDS.is_dir():
        pytest.skip("the labelled articles are in a checkout only")
    gold = list(formats.load(SEEDS))
    return list(zip(gold, found_in(gold), strict=True))


def partners(gold: Document, found: Document) -> Iterator[tuple[Quote, Quote]]:
    """The gold quotations that were found, each with what was found."""
    for quote in gold.quotes:
        partner = max(found.quotes, key=functools.partial(overlap, quote))
        if overlap(quote, partner) >= 0.5:
            yield quote, partner


def overlap(one: Quote, other: Quote) -> float:
    """The share of two contents that they have in common."""
    first, second = (
        {at for span in quote.content for at in range(span.start, span.end)}
        for quote in (one, other)
    )
    return len(first & second) / len(first | second)


def test_seeds(seeds: Sides) -> None:
    """The labelled articles: quotations of all kinds with their sources, quoted text above all."""
    scores = evaluate(*zip(*seeds, strict=True))
    assert scores.attribution.f1 >= 0.75
    assert scores.quoted.f1 >= 0.95


def test_media(seeds: Sides) -> None:
    """Of nine in ten quotations that are found the medium is right."""
    found = [pair for sides in seeds for pair in partners(*sides)]
    assert len(found) >= 60
    assert sum(gold.medium is other.medium for gold, other in found) >= 0.9 * len(found)


def is_named(quote: Quote, text: str) -> bool:
    """Whether a quotation in marks has a source with a part of the speaker's name."""
    name = quote.speaker.name.split() if quote.speaker and quote.speaker.named else []
    mention = " ".join(span.text for span in quote.source)
    is_quoted = kind_of(quote.content, pair(text)) is not Kind.INDIRECT
    return is_quoted and any(part in mention for part in name)


def test_names(seeds: Sides) -> None:
    """Who is named at a quotation in marks is named right."""
    named = [
        (quote, other)
        for gold, found in seeds
        for quote, other in partners(gold, found)
        if is_named(quote, gold.text)
    ]
    right = [str(quote.speaker) == str(other.speaker) for quote, other in named]
    assert len(right) >= 15
    assert sum(right) >= 0.9 * len(right)
