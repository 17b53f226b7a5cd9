"""`quoteattr extract`: texts in, quotes out."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer
from rich.console import Console
from rich.progress import Progress

import quoteattr
from quoteattr.cli.display import DocumentView
from quoteattr.cli.failures import ExitCode, complain, exit_codes, standard_error
from quoteattr.config import Config, MediumChoice
from quoteattr.errors import FileDecodeError, FileReadError
from quoteattr.formats import csv, jsonl
from quoteattr.quotes import Document
from quoteattr.readers import read_text

if TYPE_CHECKING:
    from quoteattr.pipeline import Attributor

__all__ = ["OutputFormat", "extract"]


class OutputFormat(str, Enum):
    """The formats that `quoteattr extract` prints."""

    TABLE = "table"
    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"


@exit_codes()
def extract(  # noqa: PLR0913 - each is an option of the command
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="Texts in UTF-8; - is standard input."),
    ],
    *,
    formats: Annotated[
        list[OutputFormat] | None,
        typer.Option(
            "--format",
            metavar="|".join(OutputFormat),
            help="What to print.",
            show_default="table on a terminal, else jsonl",
        ),
    ] = None,
    medium: Annotated[
        str,
        typer.Option(metavar="|".join(get_args(MediumChoice)), help="Which quotations to print."),
    ] = Config().medium,
    min_confidence: Annotated[
        float,
        typer.Option(metavar="P", help="Leave out quotations less probable than this, 0 to 1."),
    ] = Config().min_confidence,
    model: Annotated[
        str,
        typer.Option(metavar="NAME", help="The spaCy pipeline: an installed package or a path."),
    ] = Config().model,
    with_text: Annotated[
        bool,
        typer.Option("--with-text", help="Put the whole texts into jsonl and json."),
    ] = False,
) -> None:
    """Print the quotations in texts, with their speakers."""
    output = _one_format(formats or [])
    if with_text and output not in {OutputFormat.JSONL, OutputFormat.JSON}:
        msg = f"goes with the formats jsonl and json, not with {output.value}"
        raise typer.BadParameter(msg, param_hint="--with-text")
    attributor = quoteattr.load(
        model, medium=cast("MediumChoice", medium), min_confidence=min_confidence
    )
    failed: list[str] = []
    _write(_documents(files, attributor, failed=failed), output, with_text=with_text)
    if failed:
        raise typer.Exit(ExitCode.INPUT)


def _one_format(formats: Sequence[OutputFormat]) -> OutputFormat:
    if len(formats) > 1:
        given = ", ".join(chosen.value for chosen in formats)
        msg = f"takes one format, got {len(formats)}: {given}"
        raise typer.BadParameter(msg, param_hint="--format")
    usual = OutputFormat.TABLE if sys.stdout.isatty() else OutputFormat.JSONL
    return formats[0] if formats else usual


def _documents(
    files: Sequence[str], attributor: "Attributor", *, failed: list[str]
) -> Iterator[Document]:
    """The files' documents; a file that can't be read is named and put down as failed."""
    console = standard_error()
    for path in _with_progress(files, console):
        text = _read(path, console)
        if text is None:
            failed.append(path)
        else:
            yield attributor(text, id=path)


def _read(path: str, console: Console) -> str | None:
    try:
        return read_text(path)
    except (FileReadError, FileDecodeError) as error:
        complain(error, console=console)
        return None


def _with_progress(files: Sequence[str], console: Console) -> Iterable[str]:
    """The files, with a bar on a terminal, unless the results appear there themselves."""
    if len(files) == 1 or sys.stdout.isatty() or not console.is_terminal:
        return files
    return _progress(files, console)


def _progress(files: Sequence[str], console: Console) -> Iterator[str]:
    with Progress(console=console, redirect_stdout=False, transient=True) as progress:
        yield from progress.track(files, description="Reading")


def _write(documents: Iterable[Document], output: OutputFormat, *, with_text: bool) -> None:
    match output:
        case OutputFormat.TABLE:
            console = Console(highlight=False)
            for document in documents:
                console.print(DocumentView(document))
        case OutputFormat.JSONL:
            jsonl.write(documents, sys.stdout, with_text=with_text)
        case OutputFormat.JSON:
            _write_json(documents, with_text=with_text)
        case OutputFormat.CSV:
            csv.write(documents, sys.stdout)


def _write_json(documents: Iterable[Document], *, with_text: bool) -> None:
    """Write one array, a line a document."""
    sys.stdout.write("[")
    for number, document in enumerate(documents):
        sys.stdout.write(",\n" if number else "\n")
        sys.stdout.write(document.to_json(with_text=with_text))
    sys.stdout.write("\n]\n")
