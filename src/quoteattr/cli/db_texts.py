"""`quoteattr db build`, `import`, `export` and more: documents in and out."""

import itertools
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

import typer

import quoteattr
from quoteattr import formats
from quoteattr.cli import texts
from quoteattr.cli.db_output import Database, opened, show
from quoteattr.cli.display import progress_bar
from quoteattr.cli.failures import ExitCode, exit_codes, standard_error
from quoteattr.errors import FormatError, QuoteattrError, StoreError
from quoteattr.quotes import Document
from quoteattr.readers import Record, find_files

if TYPE_CHECKING:
    from quoteattr.config import MediumChoice
    from quoteattr.store import Added, QuoteStore

__all__ = ["build", "export", "import_", "migrate", "stats"]

_BATCH = 16
"""How many documents are stored at a time: what a run that is killed can lose."""


@exit_codes()
def build(  # noqa: PLR0913 - each is an option of the command
    database: Database,
    paths: texts.Paths,
    *,
    text_field: texts.TextField = "text",
    id_field: texts.IdField = "id",
    medium: texts.Medium = texts.DEFAULTS.medium,
    min_confidence: texts.MinConfidence = texts.DEFAULTS.min_confidence,
    model: texts.Model = texts.DEFAULTS.model,
    jobs: texts.Jobs = 1,
) -> None:
    """Find the quotations in texts, and store them with the texts.

    A text that is there already, with quotes by the same models and options, is passed over.
    So the same command goes on where one was cut off.
    """
    attributor = quoteattr.load(
        model, medium=cast("MediumChoice", medium), min_confidence=min_confidence
    )
    files = list(find_files(paths))
    total = texts.total(files)
    with progress_bar(standard_error(), total, shown=total != 1) as progress:
        run = texts.Run(progress)
        records = _begun(run.records(files, text_field, id_field), run)
        with opened(database, create=True) as store:

            def is_there(record: Record) -> bool:
                return store.holds(record.id, record.text, model=attributor.model)

            left = run.left(records, is_there)
            with closing(run.documents(left, attributor, jobs)) as documents:
                added = _store(store, documents, run)
    _report(added, run)


@exit_codes()
def import_(
    database: Database,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="JSON Lines of `quoteattr extract --with-text`, in .jsonl or .jsonl.gz; brat .ann "
            "files, or folders of them. - is JSON Lines from standard input.",
        ),
    ],
) -> None:
    """Store documents whose quotes were found elsewhere."""
    with progress_bar(standard_error(), None, shown=True) as progress:
        run = texts.Run(progress)
        documents = _begun((each for path in paths for each in _documents(path, run)), run)
        with opened(database, create=True) as store:
            added = _store(store, documents, run)
    _report(added, run)


@exit_codes()
def export(database: Database) -> None:
    """Write all documents with their texts and quotes, as JSON Lines, in the order of their ids."""
    with opened(database) as store:
        store.export(sys.stdout)


@exit_codes()
def stats(database: Database) -> None:
    """Count documents, quotes and speakers, and say from when they are."""
    with opened(database) as store:
        show([store.stats()])


@exit_codes()
def migrate(database: Database) -> None:
    """Bring a database of an older version up to this; older versions can't open it then."""
    with opened(database, migrate=True):
        pass


_Item = TypeVar("_Item")


def _begun(items: Iterator[_Item], run: texts.Run) -> Iterator[_Item]:
    """The same items; if there is none since reading has failed, it ends here.

    So a path that is mistyped leaves no empty database behind.
    """
    first = list(itertools.islice(items, 1))
    if not first and run.failed:
        raise typer.Exit(ExitCode.INPUT)
    return itertools.chain(first, items)


def _documents(path: str, run: texts.Run) -> Iterator[Document]:
    """The documents in a file, up to a line that is malformed, which is named."""
    try:
        for document in formats.jsonl.read(path) if path == "-" else formats.load(path):
            run.step()
            yield document
    except QuoteattrError as error:
        run.fail(error)


def _store(store: "QuoteStore", documents: Iterator[Document], run: texts.Run) -> "Added":
    """Store documents, some at a time; those that were passed over are the same."""
    from quoteattr.store import Added  # noqa: PLC0415 - heavy, and not for other commands

    added = Added()
    try:
        while batch := list(itertools.islice(documents, _BATCH)):
            for done in _added(store, batch, run):
                added += done
    except StoreError as error:
        # The store has counted the documents of one batch only; its cause says what is wrong.
        reason = error.__cause__ if isinstance(error.__cause__, StoreError) else error
        count = added.new + added.changed + added.same
        msg = (
            f"{reason}; {count} documents were stored before that, and none was in part; the same "
            "command goes on from there"
        )
        raise StoreError(msg) from error
    return added + Added(same=run.skipped)


def _added(store: "QuoteStore", batch: list[Document], run: texts.Run) -> "Iterator[Added]":
    """Add documents: together, or one by one if one of them can't be stored, which is named."""
    try:
        yield store.add(batch)
    except FormatError as error:
        if len(batch) == 1:
            run.fail(error)
        else:
            for each in batch:
                yield from _added(store, [each], run)


def _report(added: "Added", run: texts.Run) -> None:
    show([added])
    if run.failed:
        raise typer.Exit(ExitCode.INPUT)
