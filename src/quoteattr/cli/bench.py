"""`quoteattr bench`: several systems on the same gold, with intervals."""

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quoteattr.characters import printable
from quoteattr.cli.display import progress_bar
from quoteattr.cli.failures import exit_codes, standard_error
from quoteattr.cli.output import check_new, opened
from quoteattr.extras import require
from quoteattr.quotes import Document

if TYPE_CHECKING:
    from quoteattr.bench import Results, System
    from quoteattr.bench.resampling import Interval

__all__ = ["bench"]

_COMPARED = ("quoted", "attribution")
"""By what one system is compared with another on a terminal."""
_LABEL = 12
"""The width of the labels, so that four systems fit into 80 columns."""


@exit_codes()
def bench(  # noqa: PLR0913 - each is an option of the command
    *,
    gold: Annotated[
        str,
        typer.Option(
            metavar="PATH",
            help="The right quotes: JSON Lines, brat, or a corpus as it is published.",
        ),
    ],
    system: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="What to measure: quoteattr, spacy-rules, textacy, textacy-paragraphs.",
            show_default="quoteattr",
        ),
    ] = None,
    predictions: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Quotes that another system has found, to be measured."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the results as JSON."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a page with what goes wrong. It quotes the texts."
        ),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a picture of the results, an SVG.")
    ] = None,
) -> None:
    """Measure systems on gold quotes, with intervals; the first is compared with the others."""
    from quoteattr import bench as benchmark  # noqa: PLC0415 - heavy, and not for other commands
    from quoteattr import corpora  # noqa: PLC0415 - the same

    _check(output=output, html=html, plot=plot)
    right, name = corpora.load(gold), benchmark.called(gold)
    systems = [benchmark.load(each) for each in system or ["quoteattr"]]
    systems += [benchmark.from_file(path, right) for path in predictions or []]
    benchmark.check(name, right, systems)
    found = [(each, list(_found(each, right))) for each in systems]
    results = benchmark.measure(name, right, found)
    if html:
        _save(benchmark.page(name, right, found), html)
    if plot:
        picture = io.StringIO()
        benchmark.plot(results, picture)
        _save(picture.getvalue(), plot)
    _report(results, output)


def _check(**outputs: Path | None) -> None:
    """Refuse before the work what would go wrong after it."""
    for option, path in outputs.items():
        check_new(path, f"--{option}")
    if outputs["plot"]:
        require("matplotlib", extra="bench")


def _save(content: str, path: Path | None) -> None:
    """Write what is whole, so that no file is begun for what fails."""
    with opened(path, resume=False) as stream:
        stream.write(content)


def _found(system: "System", gold: Sequence[Document]) -> Iterator[Document]:
    from quoteattr.bench import find  # noqa: PLC0415 - heavy, and not for other commands

    with progress_bar(standard_error(), len(gold), shown=True) as progress:
        [task] = progress.task_ids
        progress.update(task, description=system.name)
        for document in find(system, gold):
            progress.advance(task)
            yield document


def _report(results: "Results", output: Path | None) -> None:
    """Write JSON, to the file or else into a pipe; people get a table."""
    is_for_people = sys.stdout.isatty()
    if output or not is_for_people:
        _save(results.to_json(), output)
    if is_for_people:
        console = Console(highlight=False)
        console.print(_table(results), *_leads(results), sep="\n")


def _table(results: "Results") -> Table:
    from quoteattr.bench.results import COLUMNS  # noqa: PLC0415 - heavy

    gold, systems = results.gold, results.systems
    quotations = _counted(gold.quotations, "quotation", "quotations")
    documents = _counted(gold.documents, "document", "documents")
    title = Text(f"{printable(gold.name)}: {quotations} in {documents}")
    table = Table(box=box.HORIZONTALS, title=title, padding=(0, 1, 0, 0))
    table.add_column("system", min_width=_LABEL, max_width=_LABEL)
    for system in systems:
        table.add_column(Text(printable(system.name)), overflow="fold")
    table.add_row("given", *(Text(printable(system.given)) for system in systems))
    for name in filter(systems[0].intervals.__contains__, COLUMNS):
        table.add_row(name, *(_cell(system.intervals[name]) for system in systems))
    return table


def _cell(found: "Interval") -> str:
    return f"{found.value:.3f}\n{found.low:.3f} to {found.high:.3f}"


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _leads(results: "Results") -> Iterator[Text]:
    """How far the first system is ahead of each other, and on what some gave up."""
    for lead in results.leads:
        for name in filter(lead.differences.__contains__, _COMPARED):
            difference = lead.differences[name]
            names = f"{printable(lead.of)} over {printable(lead.over)}, {name}"
            yield Text(f"{names}: {difference.by}, p = {difference.p:.4f}")
    for system in results.systems:
        if system.failed:
            what = _counted(system.failed, "text or paragraph", "texts or paragraphs")
            yield Text(f"{printable(system.name)} gave up on {what}")
