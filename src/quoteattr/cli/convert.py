"""`quoteattr convert`: documents with their quotes from one format to another."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from quoteattr.cli.failures import exit_codes
from quoteattr.errors import QuoteattrError
from quoteattr.formats import Format, load, save
from quoteattr.formats.files import write
from quoteattr.formats.offsets import Unit
from quoteattr.quotes import Document
from quoteattr.readers import find_files, read_records

__all__ = ["convert"]


@exit_codes()
def convert(  # noqa: PLR0913 - each is an option of the command
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="IN",
            help="Documents with their quotes: .jsonl, .csv, .xml (TEI), .parquet or .ann (brat) "
            "files; folders of .ann or .xml files. - is standard input.",
        ),
    ],
    *,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="A new file; for brat and TEI, which have one document a file, a new folder. "
            "- is standard output.",
        ),
    ],
    to: Annotated[
        Format | None,
        typer.Option(
            metavar="|".join(Format), help="What to write.", show_default="by the name of OUT"
        ),
    ] = None,
    from_: Annotated[
        Format | None,
        typer.Option(
            "--from",
            metavar="|".join(form for form in Format if form is not Format.TEI_INLINE),
            help="What to read.",
            show_default="by the name of each IN",
        ),
    ] = None,
    texts: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Where the texts are, for CSV and for JSON Lines without them: what was given to "
            "quoteattr extract. May be repeated.",
            show_default=False,
        ),
    ] = None,
    offsets: Annotated[
        Unit,
        typer.Option(metavar="|".join(Unit), help="What the offsets in jsonl are to count."),
    ] = Unit.CHARACTERS,
) -> None:
    """Convert documents with their quotes to another format; to a file all of them, or none."""
    _check(paths, from_, output, to)
    documents = _documents(paths, from_, _texts(texts or []))
    if output == "-" and to:
        write(documents, sys.stdout.buffer, to, offsets=offsets)
    else:
        save(documents, Path(output), form=to, offsets=offsets)


def _check(paths: Sequence[str], from_: Format | None, output: str, to: Format | None) -> None:
    if "-" in paths and not from_:
        msg = "standard input has no name that tells its format; name it"
        raise typer.BadParameter(msg, param_hint="--from")
    if "-" in paths and from_ in {Format.BRAT, Format.PARQUET}:
        msg = f"{from_} can't be read from standard input; name its files"
        raise typer.BadParameter(msg, param_hint="--from")
    if output == "-" and not to:
        msg = "standard output has no name that tells a format; name it"
        raise typer.BadParameter(msg, param_hint="--to")


def _texts(paths: Sequence[str]) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for path in find_files(paths):
        for record in read_records(path):
            if isinstance(record, QuoteattrError):
                raise record
            texts[record.id] = record.text
    return texts


def _documents(
    paths: Sequence[str], form: Format | None, texts: Mapping[str, str]
) -> Iterator[Document]:
    for path in paths:
        yield from load(path, texts=texts, form=form)
