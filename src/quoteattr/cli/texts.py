"""What the commands that read texts share: their options, and the way from files to documents."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from attrs import define, evolve, field
from rich.progress import Progress

from quoteattr.cli.failures import complain
from quoteattr.config import Config, MediumChoice
from quoteattr.errors import QuoteattrError, TextError
from quoteattr.quotes import Document
from quoteattr.readers import Record, holds_one_text, read_records

if TYPE_CHECKING:
    from quoteattr.pipeline import Attributor

__all__ = [
    "DEFAULTS",
    "IdField",
    "Jobs",
    "Medium",
    "MinConfidence",
    "Model",
    "Output",
    "Paths",
    "Run",
    "TextField",
    "total",
]

DEFAULTS = Config()

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH",
        help="Texts in UTF-8: files, folders, patterns such as 'news/**/*.txt'; tables of "
        "texts in .jsonl, .csv and .parquet; all but the last may be gzipped. "
        "- is standard input.",
    ),
]
TextField = Annotated[
    str, typer.Option(metavar="NAME", help="The field of a table that holds the text.")
]
IdField = Annotated[
    str, typer.Option(metavar="NAME", help="The field of a table that holds the text's id.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to a new file.", show_default=False),
]
Medium = Annotated[
    str, typer.Option(metavar="|".join(get_args(MediumChoice)), help="Which quotations to keep.")
]
MinConfidence = Annotated[
    float,
    typer.Option(metavar="P", help="Leave out quotations less probable than this, 0 to 1."),
]
Model = Annotated[
    str, typer.Option(metavar="NAME", help="The spaCy pipeline: an installed package or a path.")
]
Jobs = Annotated[
    int, typer.Option(metavar="N", min=1, help="How many processes work on the texts.")
]


def total(files: Sequence[str]) -> int | None:
    """How many texts there are in files.

    Args:
        files: The files.

    Returns:
        The number, or None if only reading them will tell.
    """
    return len(files) if all(map(holds_one_text, files)) else None


@define
class Run:
    """The way from files to documents, which shows how far it has come.

    Attributes:
        progress: The bar that shows it.
        failed: What has failed so far; each was named on standard error.
        skipped: How many texts were done already.
    """

    progress: Progress
    failed: list[QuoteattrError] = field(factory=list)
    skipped: int = 0

    def records(self, files: Iterable[str], text_field: str, id_field: str) -> Iterator[Record]:
        """Read the texts in files; what can't be read is named.

        Args:
            files: The files.
            text_field: The field of a table that holds the text.
            id_field: The one that holds the text's id.

        Yields:
            The texts, each a record.
        """
        for path in files:
            for record in read_records(path, text_field=text_field, id_field=id_field):
                if isinstance(record, Record):
                    yield record
                else:
                    self.fail(record)
                    self.step()

    def left(
        self, records: Iterable[Record], is_done: Callable[[Record], bool]
    ) -> Iterator[Record]:
        """Pass over what is done already.

        Args:
            records: All records.
            is_done: Tells whether one is done. It is asked once for each, in their order.

        Yields:
            Those that are left to do.
        """
        for record in records:
            if is_done(record):
                self.skipped += 1
                self.step()
            else:
                yield record

    def documents(
        self, records: Iterable[Record], attributor: "Attributor", jobs: int
    ) -> Generator[Document]:
        """Find the quotes in texts; a text that fails is named.

        Args:
            records: The texts.
            attributor: What finds the quotes.
            jobs: How many processes work.

        Yields:
            The documents, in their order. To close this ends the processes.
        """
        texts = ((record.text, record) for record in records)
        found = attributor.pipe(texts, as_tuples=True, n_process=jobs, errors="yield")
        for document, record in found:
            self.step()
            if isinstance(document, Document):
                yield evolve(document, id=record.id, meta=dict(record.meta))
            else:
                reason = str(document).removeprefix(f"text {document.index}: ")
                self.fail(TextError(f"{record.id!r} has failed: {reason}"))

    def step(self) -> None:
        """Count one more text."""
        self.progress.advance(self.progress.task_ids[0])

    def fail(self, error: QuoteattrError) -> None:
        """Name what has failed, and keep it.

        Args:
            error: What went wrong.
        """
        complain(error, console=self.progress.console)
        self.failed.append(error)
