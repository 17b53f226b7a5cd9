"""The figures of the benchmark: gold and what systems found → `Results`, which are JSON."""

import hashlib
import itertools
import json
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from typing import Any

from attrs import asdict, evolve, frozen

from quoteattr import __version__
from quoteattr.bench.resampling import (
    DRAWS,
    SEED,
    Difference,
    Interval,
    Metric,
    differences,
    interval,
    redrawn,
)
from quoteattr.bench.systems import System
from quoteattr.errors import ConfigError, FormatError
from quoteattr.evaluate import (
    Judged,
    Scores,
    SpeakerScores,
    Tally,
    is_same_speaker,
    judge,
    tallies,
    total,
)
from quoteattr.quotes import Document, Quote

__all__ = [
    "COLUMNS",
    "METRICS",
    "Gold",
    "Lead",
    "Point",
    "Results",
    "SystemResults",
    "check",
    "digest",
    "measure",
]


def _of_speakers(number: Callable[[SpeakerScores], float]) -> Metric:
    return lambda scores: number(scores.speaker) if scores.speaker else 0.0


_LABELS: Mapping[str, Mapping[str, Metric]] = {
    "content": {
        "content exact": lambda scores: scores.content_exact.f1,
        "content soft": lambda scores: scores.content_soft.f1,
        "direct found": lambda scores: scores.direct.found,
    },
    "cue": {"cue": lambda scores: scores.cue.f1},
    "source": {
        "quoted": lambda scores: scores.quoted.f1,
        "attribution": lambda scores: scores.attribution.f1,
        "attribution precision": lambda scores: scores.attribution.precision,
        "attribution recall": lambda scores: scores.attribution.recall,
        "source accuracy": lambda scores: scores.source_accuracy,
        "direct right": lambda scores: scores.direct.right,
    },
    "speaker": {
        "speaker": _of_speakers(lambda speaker: speaker.names.f1),
        "speech found": _of_speakers(lambda speaker: speaker.found),
        "speaker of found": _of_speakers(lambda speaker: speaker.right_of_found),
        "named speaker of found": _of_speakers(lambda speaker: speaker.named_right_of_found),
    },
}
METRICS: Mapping[str, Metric] = {
    name: metric for metrics in _LABELS.values() for name, metric in metrics.items()
}
"""What the benchmark reports, by its name; F1 where nothing else is said."""
COLUMNS = ("quoted", "attribution", "content soft", "direct found", "speaker", "speaker of found")
"""Those that tables and pictures show."""


@frozen
class Gold:
    """What systems are measured by.

    Attributes:
        name: What it is called.
        documents: How many documents it has.
        quotations: How many quotations.
        sha256: The checksum of its texts and quotes, in whatever format they come.
    """

    name: str
    documents: int
    quotations: int
    sha256: str


@frozen
class Point:
    """A point of the risk–coverage curve (El-Yaniv & Wiener 2010).

    Attributes:
        coverage: The share of the predicted quotes that is kept, the surest first.
        risk: The share of those kept that is not right.
    """

    coverage: float
    risk: float


@frozen
class SystemResults:
    """How good a system is.

    Attributes:
        name: What it is called.
        given: What it was given.
        kinds: The kinds of quotations that it looks for.
        model: Names and versions of what found the quotes.
        failed: How many texts, or parts of texts, it gave up on.
        scores: All scores.
        intervals: Those of `METRICS` that the gold has the labels for.
        curve: Its risk–coverage curve; one point if all confidences are the same.
    """

    name: str
    given: str
    kinds: str
    model: Mapping[str, str]
    failed: int
    scores: Scores
    intervals: Mapping[str, Interval]
    curve: tuple[Point, ...]


@frozen
class Lead:
    """How far the first system is ahead of another.

    Attributes:
        of: The first system.
        over: The other one.
        differences: By how much, by metric.
    """

    of: str
    over: str
    differences: Mapping[str, Difference]


@frozen
class Results:
    """What `measure` found.

    Attributes:
        gold: What the systems were measured by.
        systems: How good each is.
        leads: The first one compared with each of the others.
        draws: How many draws of documents intervals and probabilities come from.
        seed: What the draws began with.
        versions: Of Python and the libraries that computed the figures.
    """

    gold: Gold
    systems: tuple[SystemResults, ...]
    leads: tuple[Lead, ...]
    draws: int
    seed: int
    versions: Mapping[str, str]

    def to_json(self) -> str:
        """The results as JSON, indented, with a newline at the end.

        Returns:
            Objects with the attributes' names as keys; numbers have six places.
        """
        return json.dumps(_rounded(asdict(self)), indent=1, ensure_ascii=False) + "\n"


def measure(
    name: str, gold: Sequence[Document], found: Sequence[tuple[System, Sequence[Document]]]
) -> Results:
    """Measure systems.

    Where the gold has several names of a speaker, any of them is right.

    Args:
        name: What to call the gold.
        gold: The documents with the quotes that should be found.
        found: Each system, with the documents in which it has looked for quotes.

    Returns:
        The results.

    Raises:
        ConfigError: If there is no system, or two have one name.
        FormatError: If the gold has no documents, or two with one id, or a text is not the same on
            both sides.
    """
    check(name, gold, [system for system, _ in found])
    metrics = _labelled(gold)
    tallied = [_tallied(gold, documents) for _, documents in found]
    systems = [
        _measured(system, documents, counted, metrics, _curve(gold, documents, metrics))
        for (system, documents), counted in zip(found, tallied, strict=True)
    ]
    return Results(
        gold=Gold(name, len(gold), int(total(tallied[0]).gold), digest(gold)),
        systems=tuple(systems),
        leads=tuple(
            Lead(systems[0].name, system.name, differences(metrics, tallied[0], counted))
            for system, counted in zip(systems[1:], tallied[1:], strict=True)
        ),
        draws=DRAWS,
        seed=SEED,
        versions=_versions(),
    )


def digest(gold: Iterable[Document]) -> str:
    """The checksum of documents' texts and quotes, whatever the order of both, and the ids.

    Args:
        gold: The documents.

    Returns:
        SHA-256, in hexadecimal.
    """
    records = [
        [document.text, sorted(map(_line, document.to_dict()["quotes"]))] for document in gold
    ]
    lines = sorted(map(_line, records))
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def _line(record: object) -> str:
    return json.dumps(record, sort_keys=True)


def check(name: str, gold: Sequence[Document], systems: Iterable[System]) -> None:
    """Refuse what can't be measured, which is better done before systems have worked for hours.

    Args:
        name: What the gold is called.
        gold: The documents with the quotes that should be found.
        systems: What is to be measured.

    Raises:
        ConfigError: If there is no system, or two have one name.
        FormatError: If the gold has no documents, or two with one id.
    """
    if not gold:
        msg = f"the gold {name!r} holds no document; expected some with their quotes"
        raise FormatError(msg)
    called = [system.name for system in systems]
    if not called:
        msg = f"there is no system to be measured by the gold {name!r}; give one or several"
        raise ConfigError(msg)
    _check_different([document.id for document in gold], "documents of the gold", FormatError)
    _check_different(called, "systems", ConfigError)


def _check_different(names: Sequence[str], what: str, error: type[Exception]) -> None:
    [(name, times)] = Counter(names).most_common(1)
    if times > 1:
        msg = f"there are {times} {what} called {name!r}; give each a name of its own"
        raise error(msg)


def _labelled(gold: Iterable[Document]) -> dict[str, Metric]:
    """The metrics that the gold has the labels for."""
    quotes = [quote for document in gold for quote in document.quotes]
    return {
        name: metric
        for label, metrics in _LABELS.items()
        if any(getattr(quote, label) for quote in quotes)
        for name, metric in metrics.items()
    }


def _tallied(gold: Iterable[Document], found: Iterable[Document]) -> list[Tally]:
    by_id = {document.id: document for document in found}
    pairs = [(each, by_id[each.id]) for each in gold]
    return tallies([_as_called(*pair) for pair in pairs], by_id.values())


def _as_called(gold: Document, found: Document) -> Document:
    """The gold with each speaker called as they are in the prediction, if they have that name."""
    if not any(quote.speaker and quote.speaker.aliases for quote in gold.quotes):
        return gold
    told = {id(each.gold): each.quote for each in judge(gold, found)}
    return evolve(gold, quotes=tuple(_renamed(each, told.get(id(each))) for each in gold.quotes))


def _renamed(gold: Quote, found: Quote | None) -> Quote:
    if gold.speaker and found:
        for name in gold.speaker.aliases:
            speaker = evolve(gold.speaker, name=name)
            if is_same_speaker(speaker, found.speaker):
                return evolve(gold, speaker=speaker)
    return gold


def _measured(
    system: System,
    found: Iterable[Document],
    tallied: Sequence[Tally],
    metrics: Mapping[str, Metric],
    curve: tuple[Point, ...],
) -> SystemResults:
    scores, drawn = Scores.of(total(tallied)), redrawn(tallied)
    return SystemResults(
        system.name,
        system.given,
        system.kinds,
        model=next((dict(document.model) for document in found if document.model), {}),
        failed=sum(map(_failed, found)),
        scores=scores,
        intervals={
            name: interval(metric(scores), map(metric, drawn)) for name, metric in metrics.items()
        },
        curve=curve,
    )


def _failed(document: Document) -> int:
    """On how much of a document a system gave up; others may mean something else by the name."""
    failed = document.meta.get("failed")
    return failed if isinstance(failed, int) else 0


def _curve(
    gold: Iterable[Document], found: Sequence[Document], metrics: Iterable[str]
) -> tuple[Point, ...]:
    """The curve, if the gold says what a right source is."""
    if "attribution" not in metrics:
        return ()
    by_id = {document.id: document for document in found}
    judged = [each for document in gold for each in judge(document, by_id[document.id])]
    thinned: dict[int, Point] = {}
    for point in _points(sorted(judged, key=lambda each: -each.quote.confidence)):
        thinned.setdefault(int(point.coverage * _STEPS), point)
    return tuple(point for step, point in thinned.items() if step)


_STEPS = 20
"""How many points a curve has at most."""


def _points(judged: Sequence[Judged]) -> Iterator[Point]:
    """A point for each confidence, given quotes with the surest first."""
    kept = wrong = 0
    for _, equally_sure in itertools.groupby(judged, key=lambda each: each.quote.confidence):
        quotes = list(equally_sure)
        kept += len(quotes)
        wrong += sum(not each.is_right for each in quotes)
        yield Point(kept / len(judged), wrong / kept)


def _versions() -> dict[str, str]:
    numpy = metadata.version("numpy")
    return {"python": platform.python_version(), "quoteattr": __version__, "numpy": numpy}


def _rounded(value: Any) -> Any:  # noqa: ANN401 - JSON is
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return round(value, 6) if isinstance(value, float) else value
