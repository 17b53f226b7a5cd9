"""Where commands write to: the formats, and a file that is begun or continued."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console

from quoteattr.cli.display import DocumentView
from quoteattr.errors import FileWriteError, QuoteattrError
from quoteattr.formats import csv, jsonl
from quoteattr.quotes import Document

__all__ = ["OutputFormat", "check_new", "continued", "opened", "write"]


class OutputFormat(str, Enum):
    """The formats that `quoteattr extract` writes."""

    TABLE = "table"
    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"


def check_new(path: Path | None, option: str, remedy: str = "") -> None:
    """Refuse before the work a file that could not be written after it.

    Args:
        path: The file, or None for standard output.
        option: Which option it was given with.
        remedy: What else to do with one that is there than to name another.

    Raises:
        typer.BadParameter: If it is there already.
        FileWriteError: If there is no folder for it.
    """
    if path is None:
        return
    if path.exists():
        msg = f"{str(path)!r} is there already; {remedy}name another file"
        raise typer.BadParameter(msg, param_hint=option)
    if not path.parent.is_dir():
        msg = f"can't write {str(path)!r}: there is no such folder; make it, or name another file"
        raise FileWriteError(msg)


@contextmanager
def opened(path: Path | None, *, resume: bool) -> Iterator[TextIO]:
    """Open what is written to.

    Args:
        path: A file that is not there yet, or None for standard output.
        resume: Whether the file may be there, and is written on.

    Yields:
        The open stream. Each line goes out as soon as it is written.

    Raises:
        FileWriteError: If it can't be written.
    """
    if path is None:
        yield sys.stdout
        return
    with (
        _writing(path),
        # A line at a time, so that a run that is killed loses no document but the one in hand.
        path.open(
            "a" if resume else "x", 1, encoding="utf-8", errors="backslashreplace", newline=""
        ) as stream,
    ):
        yield stream


def continued(path: Path) -> Counter[str]:
    """Make a file of JSON Lines ready to be written on: cut off a last line that has no end.

    Args:
        path: The file, which need not be there.

    Returns:
        The ids of the documents in it, with how often each is there.

    Raises:
        typer.BadParameter: If something in it is not by `quoteattr extract`; it is left as it is.
        FileWriteError: If it can't be written.
    """
    done: Counter[str] = Counter()
    if not path.exists():
        return done
    with _writing(path), path.open("r+b") as file:
        size = 0
        for number, line in enumerate(file, start=1):
            if not line.startswith(_HEAD[: len(line)]):
                raise _not_ours(path, number)
            if line.endswith(b"\n"):
                done[_id(line, path, number)] += 1
                size += len(line)
        file.truncate(size)
    return done


_HEAD = b'{"schema": '
"""How a document begins in JSON Lines."""


def _id(line: bytes, path: Path, number: int) -> str:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, KeyError):
        raise _not_ours(path, number) from None


def _not_ours(path: Path, number: int) -> typer.BadParameter:
    msg = (
        f"{str(path)!r}, line {number}, is no document that quoteattr has written; only a file of "
        "such documents can be continued, so name another one"
    )
    return typer.BadParameter(msg, param_hint="--resume")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say what is wrong with a file in words of our own."""
    try:
        yield
    except QuoteattrError:
        raise
    except OSError as error:
        msg = f"can't write {str(path)!r}: {error.strerror}; mend that, or name another file"
        raise FileWriteError(msg) from error


def write(
    documents: Iterable[Document], output: OutputFormat, stream: TextIO, *, with_text: bool
) -> None:
    """Write documents in one of the formats.

    Args:
        documents: The documents.
        output: The format.
        stream: Where to.
        with_text: Whether the whole texts go into the formats that can hold them.
    """
    match output:
        case OutputFormat.TABLE:
            console = Console(file=stream, highlight=False)
            for document in documents:
                console.print(DocumentView(document))
        case OutputFormat.JSONL:
            jsonl.write(documents, stream, with_text=with_text)
        case OutputFormat.JSON:
            _write_json(documents, stream, with_text=with_text)
        case OutputFormat.CSV:
            csv.write(documents, stream)


def _write_json(documents: Iterable[Document], stream: TextIO, *, with_text: bool) -> None:
    """Write one array, a line a document."""
    stream.write("[")
    for number, document in enumerate(documents):
        stream.write(",\n" if number else "\n")
        stream.write(document.to_json(with_text=with_text))
    stream.write("\n]\n")
