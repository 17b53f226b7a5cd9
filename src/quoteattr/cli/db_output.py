"""What the commands of `quoteattr db` share: how a database is opened, and what they print."""

import json
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from attrs import asdict
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from quoteattr.characters import escape_surrogates, printable
from quoteattr.quotes import Document

if TYPE_CHECKING:
    from attrs import AttrsInstance

    from quoteattr.store import Hit, Page, QuoteStore

__all__ = ["Database", "PageView", "RowsView", "opened", "show", "show_page"]

Database = Annotated[
    str,
    typer.Argument(
        metavar="DB",
        help="The database: the path of an SQLite file, or postgresql+psycopg://USER@HOST/NAME.",
    ),
]


@contextmanager
def opened(database: str, *, create: bool = False, migrate: bool = False) -> "Iterator[QuoteStore]":
    """Open a database.

    Args:
        database: Its path or URL.
        create: Whether to make it if there is none.
        migrate: Whether to bring one of an older version up to this.

    Yields:
        The open database.

    Raises:
        StoreError: If it is missing or can't be opened.
        StoreVersionError: If it is not ours, or of another version.
    """
    from quoteattr.store import QuoteStore  # noqa: PLC0415 - heavy, and not for other commands

    with QuoteStore(database, create=create, migrate=migrate) as store:
        yield store


def show(answer: "Iterable[AttrsInstance]") -> None:
    """Print what a database answers: a table on a terminal, else JSON Lines.

    Args:
        answer: Such as speakers, all of one class.
    """
    rows = list(map(asdict, answer))
    _print(rows, RowsView(rows))


def show_page(page: "Page") -> None:
    """Print quotes that were found: a table on a terminal, else JSON Lines.

    Args:
        page: The quotes.
    """
    _print(_records(page), PageView(page))


def _print(rows: Iterable[Mapping[str, Any]], view: "RowsView | PageView") -> None:
    if sys.stdout.isatty():
        Console(highlight=False).print(view)
        return
    for row in rows:
        typer.echo(escape_surrogates(json.dumps(row, ensure_ascii=False)))


def _records(page: "Page") -> Iterator[dict[str, Any]]:
    """The hits as JSON; the last one has what leads to the next page."""
    for place, hit in enumerate(page.hits, start=1):
        [quote] = Document(hit.document, "", (hit.quote,)).to_dict()["quotes"]
        after = page.next if place == len(page.hits) else None
        yield {**asdict(hit, recurse=False), "quote": quote, "next": after}


class RowsView:
    """Rows as Rich prints them: a table, without the columns in which nothing stands.

    Args:
        rows: The rows, all with the same names.
    """

    def __init__(self, rows: Sequence[Mapping[str, object]]) -> None:
        self._rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        if not self._rows:
            yield Text("nothing found", style="dim")
            return
        table = Table(box=box.HORIZONTALS, border_style="dim")
        names = [name for name in self._rows[0] if any(_cell(row[name]) for row in self._rows)]
        for name in names:
            is_number = isinstance(self._rows[0][name], int)
            justify: Literal["right", "left"] = "right" if is_number else "left"
            table.add_column(name.capitalize(), overflow="fold", justify=justify)
        for row in self._rows:
            table.add_row(*(Text(_flat(_cell(row[name]))) for name in names))
        yield table


def _cell(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_cell(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return str(value)


class PageView:
    """Quotes that were found as Rich prints them: a table, and how to go on.

    Args:
        page: The quotes.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        if not self._page.hits:
            yield Text("nothing found", style="dim")
            return
        table = Table(box=box.HORIZONTALS, show_lines=True, expand=True, border_style="dim")
        table.add_column("Speaker", ratio=2, overflow="fold", style="bold")
        table.add_column("Quote", ratio=6, overflow="fold")
        table.add_column("Document", ratio=2, overflow="fold")
        for hit in self._page.hits:
            table.add_row(_speakers(hit), _in_context(hit), _document(hit))
        yield table
        if self._page.next is not None:
            yield Text(f"more with: --after {shlex.quote(printable(self._page.next))}", style="dim")


def _speakers(hit: "Hit") -> Text:
    if not hit.speakers:
        return Text("unknown", style="dim")
    return Text("\n".join(map(_flat, hit.speakers)))


_CONTEXT = 60
"""How many characters around a quote are shown."""


def _in_context(hit: "Hit") -> Text:
    """The quote, what was looked for in it, and what stands around it."""
    text = hit.quote.text
    shown = Text(_flat(hit.before[-_CONTEXT:]), style="dim")
    end = 0
    for start, stop in hit.highlights:
        shown.append(_flat(text[end:start]), style="not dim green")
        shown.append(_flat(text[start:stop]), style="not dim bold green reverse")
        end = stop
    shown.append(_flat(text[end:]), style="not dim green")
    return shown.append(_flat(hit.after[:_CONTEXT]), style="dim")


def _document(hit: "Hit") -> Text:
    """The title, where and when it was published, and the id, as far as they are known."""
    lines = (hit.title, hit.outlet, hit.published, hit.document)
    return Text("\n".join(_flat(line) for line in lines if line))


def _flat(text: str) -> str:
    """A text without line breaks, safe to print; spaces at its ends stay, for it may be a piece."""
    return printable(re.sub(r"\s+", " ", text))
