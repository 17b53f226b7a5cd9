"""How many quotes over time, as a page shows them: bars, with what is written beside them."""

from collections.abc import Iterator, Sequence

from attrs import frozen

__all__ = ["Bar", "Timeline", "timeline"]

_MOST_MONTHS = 36
"""More months than these are shown by year."""
_LABELS = 4
_GRID = 4


@frozen
class Bar:
    """A month or a year.

    Attributes:
        period: Such as ``"2024-01"``, or ``"2024"``.
        quotes: How many quotes.
        left: Where it begins, in percent of the width; so, too, the next three.
        width: How wide it is.
        height: How high it is, in percent of the height.
        label: What is written under it; empty where that would be too much.
    """

    period: str
    quotes: int
    left: float
    width: float
    height: float
    label: str


@frozen
class Timeline:
    """Quotes over time.

    Attributes:
        unit: ``"month"`` or ``"year"``.
        bars: The periods from the first to the last, those without quotes, too.
        grid: Numbers of quotes at which a line is drawn, each with its height in percent.
    """

    unit: str
    bars: tuple[Bar, ...]
    grid: tuple[tuple[int, float], ...]


def timeline(months: Sequence[tuple[str, int]]) -> Timeline | None:
    """Lay out quotes over time.

    Args:
        months: Months, such as ``"2024-01"``, with their quotes, in their order.

    Returns:
        The timeline; None if there are no months.

    Example:
        >>> line = timeline([("2023-12", 2), ("2024-02", 4)])
        >>> [(bar.period, bar.quotes, bar.height) for bar in line.bars]
        [('2023-12', 2, 50.0), ('2024-01', 0, 0.0), ('2024-02', 4, 100.0)]
    """
    if not months:
        return None
    first, last = _number(months[0][0]), _number(months[-1][0])
    is_long = last - first >= _MOST_MONTHS
    counts = dict.fromkeys(_years(first, last) if is_long else _months(first, last), 0)
    for month, quotes in months:
        counts[month[:4] if is_long else month] += quotes
    grid = _grid(max(counts.values()))
    bars = tuple(_bars(counts, top=grid[-1]))
    lines = tuple((count, 100 * count / grid[-1]) for count in grid)
    return Timeline("year" if is_long else "month", bars, lines)


def _number(month: str) -> int:
    year, number = month.split("-")
    return 12 * int(year) + int(number) - 1


def _months(first: int, last: int) -> Iterator[str]:
    return (f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1))


def _years(first: int, last: int) -> Iterator[str]:
    return (f"{year:04}" for year in range(first // 12, last // 12 + 1))


def _grid(most: int) -> list[int]:
    """Round numbers up to one that is not less than the greatest."""
    step = next(step for step in _steps() if step * _GRID >= most)
    return list(range(0, most + step, step))


def _steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _bars(counts: dict[str, int], *, top: int) -> Iterator[Bar]:
    width = 100 / len(counts)
    every = -(-len(counts) // _LABELS)
    for place, (period, quotes) in enumerate(counts.items()):
        label = period if place % every == 0 else ""
        height = 100 * quotes / top
        yield Bar(period, quotes, round(place * width, 3), round(width, 3), height, label)
