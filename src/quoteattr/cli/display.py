"""What a terminal shows: documents, and how far a run has come."""

from collections.abc import Iterator

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from quoteattr.characters import printable
from quoteattr.quotes import Document, Kind, Medium, Quote, TextWarning

__all__ = ["DocumentView", "progress_bar"]

_STYLES = {Kind.DIRECT: "green", Kind.MIXED: "cyan", Kind.INDIRECT: "yellow"}
_EXCERPT = 40


def progress_bar(console: Console, total: int | None, *, shown: bool) -> Progress:
    """A bar that counts texts, and is gone at the end.

    Args:
        console: Where it is shown, if that is a terminal.
        total: How many texts there will be, if that is known.
        shown: Whether it is shown at all.

    Returns:
        The bar, with its only task.
    """
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        disable=not (shown and console.is_terminal),
    )
    progress.add_task("Reading", total=total)
    return progress


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:.1f} texts/s")


class DocumentView:
    """A document as Rich prints it: a heading, a table of its quotes, its warnings.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        document = self._document
        yield _heading(document)
        if document.quotes:
            yield _table(document.quotes)
        for warning in document.warnings:
            yield Text(f"  Note: {_note(warning, document.text)}", style="magenta")
        yield Text()


def _heading(document: Document) -> Text:
    count = len(document.quotes)
    number = f"{count or 'no'} {'quote' if count == 1 else 'quotes'}"
    return Text.assemble((_flat(document.id), "bold"), "  ", (number, "dim"))


def _table(quotes: tuple[Quote, ...]) -> Table:
    table = Table(box=box.HORIZONTALS, show_lines=True, expand=True, border_style="dim")
    table.add_column("Speaker", ratio=2, overflow="fold", style="bold")
    table.add_column("Kind", no_wrap=True)
    table.add_column("Quote", ratio=6, overflow="fold")
    table.add_column("Source and cue", ratio=2, overflow="fold")
    for quote in quotes:
        table.add_row(*_row(quote))
    return table


def _row(quote: Quote) -> Iterator[Text]:
    style = _STYLES[quote.kind]
    named = Text(_flat(quote.speaker.name)) if quote.speaker else Text("unknown", style="dim")
    thought = "\nthought" if quote.medium is Medium.THOUGHT else ""
    yield named
    yield Text(f"{quote.kind}{thought}", style=style)
    yield Text(_flat(quote.text), style=style)
    yield _attribution(quote)


def _attribution(quote: Quote) -> Text:
    """The cue and the source in the order in which the text has them."""
    styled = [(span, "italic") for span in quote.cue] + [(span, "bold") for span in quote.source]
    words = [Text(_flat(span.text), style=style) for span, style in sorted(styled)]
    return Text(" ").join(words)


def _note(warning: TextWarning, text: str) -> str:
    """A warning, with its line and the text that follows there."""
    if warning.span is None:
        return _flat(warning.message)
    start = warning.span.start
    line = text.count("\n", 0, start) + 1
    return _flat(f"{warning.message} (line {line}): {text[start : start + _EXCERPT]} …")


def _flat(text: str) -> str:
    return printable(" ".join(text.split()))
