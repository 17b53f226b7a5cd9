"""Quotes over time."""

from hypothesis import given
from hypothesis import strategies as st

from quoteattr.web.timeline import timeline

MONTHS = st.dictionaries(
    st.builds("{:04}-{:02}".format, st.integers(1, 9999), st.integers(1, 12)),
    st.integers(1, 10**9),
    min_size=1,
    max_size=20,
).map(lambda counts: sorted(counts.items()))


def test_nothing() -> None:
    """Without dates there is no timeline."""
    assert timeline([]) is None


def test_months_without_quotes_are_there() -> None:
    """Three years at most are shown by month, the empty ones too, up to a round number."""
    line = timeline([("2023-11", 3), ("2024-02", 17)])
    assert line is not None
    assert line.unit == "month"
    assert [bar.period for bar in line.bars] == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert [bar.height for bar in line.bars] == [15.0, 0.0, 0.0, 85.0]
    assert line.grid == ((0, 0.0), (5, 25.0), (10, 50.0), (15, 75.0), (20, 100.0))


def test_many_months_are_years() -> None:
    """More than three years are shown by year."""
    line = timeline([("2020-12", 1), ("2023-11", 1)])
    assert line is not None
    assert line.unit == "month"
    line = timeline([("2020-12", 1), ("2021-01", 2), ("2021-12", 3), ("2023-12", 1)])
    assert line is not None
    assert [(bar.period, bar.quotes) for bar in line.bars] == [
        *(("2020", 1), ("2021", 5), ("2022", 0), ("2023", 1))
    ]


@given(MONTHS)
def test_all_is_counted_and_fits(months: list[tuple[str, int]]) -> None:
    """No quote is lost, no bar is higher than the grid, and few labels and lines are drawn."""
    line = timeline(months)
    assert line is not None
    assert sum(bar.quotes for bar in line.bars) == sum(count for _, count in months)
    assert max(bar.height for bar in line.bars) <= 100
    assert line.grid[0] == (0, 0.0)
    assert line.grid[-1][1] == 100.0
    assert 2 <= len(line.grid) <= 6
    assert 1 <= sum(bool(bar.label) for bar in line.bars) <= 4
    assert [bar.period for bar in line.bars] == sorted({bar.period for bar in line.bars})
