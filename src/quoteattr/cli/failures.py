"""How a failure looks on the command line: one line on standard error and an exit code."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import typer
from rich.console import Console

from quoteattr.characters import printable
from quoteattr.errors import (
    ConfigError,
    FileWriteError,
    MissingExtraError,
    ModelFileError,
    ModelNotFoundError,
    NotInStoreError,
    QueryError,
    QuoteattrError,
    StoreError,
    StoreVersionError,
)

__all__ = ["ExitCode", "complain", "exit_codes", "standard_error"]

_SETUP = (
    *(ConfigError, FileWriteError, MissingExtraError, ModelFileError, ModelNotFoundError),
    *(NotInStoreError, QueryError, StoreError, StoreVersionError),
)
"""What is wrong with the options, or around the program, and not with an input."""


class ExitCode(IntEnum):
    """What the exit codes mean, other than 0 for all done."""

    INPUT = 1
    """Some inputs failed; the others were done."""
    USAGE = 2
    INTERRUPTED = 130


def standard_error() -> Console:
    """A console on standard error, which takes what it is given literally."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def complain(error: QuoteattrError, *, console: Console | None = None) -> None:
    """Print an error's message as one line on standard error.

    Args:
        error: What went wrong.
        console: Where to print it, if a progress bar already holds standard error.
    """
    message = " ".join(str(error).split())
    (console or standard_error()).print(printable(f"quoteattr: {message}"))


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn an error of quoteattr, a full standard output or Ctrl-C into its line and its exit code.

    Yields:
        Nothing.

    Raises:
        typer.Exit: Instead of the error.
    """
    try:
        with _flushed():
            yield
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except QuoteattrError as error:
        complain(error)
        raise typer.Exit(ExitCode.USAGE if isinstance(error, _SETUP) else ExitCode.INPUT) from error
    except OSError as error:
        if error.errno not in _FULL:  # such as a pipe that is closed, which Click sees to
            raise
        _drop_output()
        msg = f"can't write standard output: {error.strerror}; make room, or write elsewhere"
        complain(FileWriteError(msg))
        raise typer.Exit(ExitCode.USAGE) from error


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""A disk that is full, a quota that is used up, a device that fails."""


@contextmanager
def _flushed() -> Iterator[None]:
    """Have what can't be written show here, and not when the interpreter ends."""
    try:
        yield
    finally:
        typer.echo(nl=False)


def _drop_output() -> None:
    """Let what is left of standard output go nowhere, or it would fail again at the end."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
