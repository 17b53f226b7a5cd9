"""A picture of results: scores with their intervals, and risk against coverage."""

from typing import TYPE_CHECKING, TextIO

from quoteattr.bench.results import COLUMNS, Results
from quoteattr.extras import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot"]

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Those that most people can tell apart (Okabe & Ito 2008)."""


def plot(results: Results, stream: TextIO) -> None:
    """Draw results as SVG, the same picture for the same results.

    Args:
        results: The results.
        stream: Where to, an open text file in UTF-8.

    Raises:
        MissingExtraError: If Matplotlib is not installed.
    """
    require("matplotlib", extra="bench")
    import matplotlib as mpl  # noqa: PLC0415 - heavy, and an extra
    from matplotlib.figure import Figure  # noqa: PLC0415 - the same

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "quoteattr", "font.size": 9}):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        panels = figure.subplots(1, 2, width_ratios=(3, 2))
        for axes, draw in zip(panels, (_draw_scores, _draw_risks), strict=True):
            draw(axes, results)
            axes.spines[["top", "right"]].set_visible(False)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
        figure.savefig(stream, format="svg", metadata={"Date": None})


def _draw_scores(axes: "Axes", results: Results) -> None:
    names = [name for name in COLUMNS if name in results.systems[0].intervals]
    step = 0.8 / len(results.systems)
    for number, system in enumerate(results.systems):
        found = [system.intervals[name] for name in names]
        axes.errorbar(
            [place + number * step for place in range(len(names))],
            [each.value for each in found],
            yerr=[
                [each.value - each.low for each in found],
                [each.high - each.value for each in found],
            ],
            fmt="o",
            color=_COLOURS[number % len(_COLOURS)],
            label=system.name,
        )
    middle = step * (len(results.systems) - 1) / 2
    labels = [name.replace(" ", "\n", 1) for name in names]
    axes.set_xticks([place + middle for place in range(len(names))], labels)
    axes.set_ylim(0, 1)
    axes.set_title(f"{results.gold.name}: scores, 95% of draws")


def _draw_risks(axes: "Axes", results: Results) -> None:
    axes.set_visible(any(system.curve for system in results.systems))
    for number, system in enumerate(results.systems):
        coverage = [point.coverage for point in system.curve]
        risk = [point.risk for point in system.curve]
        axes.plot(coverage, risk, marker=".", color=_COLOURS[number % len(_COLOURS)])
    axes.set_xlim(0, 1.02)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("share of quotes kept, surest first")
    axes.set_title("share of them that is wrong")
