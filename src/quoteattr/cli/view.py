"""`quoteattr view`: texts as a page of HTML, with their quotes marked in them."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

import quoteattr
from quoteattr.cli import texts
from quoteattr.cli.display import progress_bar
from quoteattr.cli.failures import ExitCode, exit_codes, standard_error
from quoteattr.cli.output import check_new, opened
from quoteattr.errors import FormatError, QuoteattrError
from quoteattr.formats import load, parquet
from quoteattr.quotes import Document
from quoteattr.readers import find_files, read_lines

if TYPE_CHECKING:
    from quoteattr.config import MediumChoice

__all__ = ["view"]


@exit_codes()
def view(  # noqa: PLR0913 - each is an option of the command
    paths: texts.Paths,
    *,
    text_field: texts.TextField = "text",
    id_field: texts.IdField = "id",
    output: texts.Output = None,
    medium: texts.Medium = texts.DEFAULTS.medium,
    min_confidence: texts.MinConfidence = texts.DEFAULTS.min_confidence,
    model: texts.Model = texts.DEFAULTS.model,
) -> None:
    """Show texts with their quotes as a page of HTML, for a browser or for print.

    What `quoteattr extract --with-text` has written to a file is shown with the quotes in it.
    So is Parquet by `quoteattr convert`.
    """
    check_new(output, "--output")

    def found(path: str) -> Iterator[Document]:
        attributor = quoteattr.load(
            model, medium=cast("MediumChoice", medium), min_confidence=min_confidence
        )
        records = run.records([path], text_field, id_field)
        with closing(run.documents(records, attributor, 1)) as documents:
            yield from documents

    files = list(find_files(paths))
    total = texts.total(files)
    with progress_bar(standard_error(), total, shown=total != 1) as progress:
        run = texts.Run(progress)
        read = ((_read(path, run) if _holds_documents(path) else found(path)) for path in files)
        documents = list(itertools.chain.from_iterable(read))
    if documents:
        _write(documents, output)
    elif not run.failed:
        msg = f"there is nothing to show: no text is in {', '.join(map(repr, paths))}; name others"
        raise FormatError(msg)
    if run.failed:
        raise typer.Exit(ExitCode.INPUT)


def _holds_documents(path: str) -> bool:
    """Whether a file is what quoteattr has written, and not a table of texts."""
    try:
        if path.endswith(".parquet"):
            return parquet.holds_documents(path)
        is_json = path.endswith((".jsonl", ".jsonl.gz"))
        return is_json and next(read_lines(path), "").startswith('{"schema": ')
    except QuoteattrError:  # it is named where it is read
        return False


def _read(path: str, run: texts.Run) -> Iterator[Document]:
    """The documents in a file, up to a line that is malformed, which is named."""
    try:
        for document in load(path):
            run.step()
            yield document
    except QuoteattrError as error:
        run.fail(error)


def _write(documents: list[Document], output: Path | None) -> None:
    from quoteattr import render  # noqa: PLC0415 - not for other commands

    title = "Standard input" if [each.id for each in documents] == ["-"] else None
    page = render.page(*documents, title=title)  # first, so that no empty file is left if it fails
    with opened(output, resume=False) as stream:
        stream.write(page)
