"""The command `quoteattr` and its options that belong to no subcommand."""

import io
import sys
from typing import Annotated

import typer

from quoteattr import __version__
from quoteattr.cli.bench import bench
from quoteattr.cli.convert import convert
from quoteattr.cli.db import db
from quoteattr.cli.evaluate import evaluate
from quoteattr.cli.extract import extract
from quoteattr.cli.failures import exit_codes
from quoteattr.cli.serve import serve
from quoteattr.cli.view import view

__all__ = ["app", "run"]

app = typer.Typer(
    name="quoteattr",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(extract)
app.command()(view)
app.command()(evaluate)
app.command()(convert)
app.command()(serve)
app.command()(bench)
app.add_typer(db)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with a flag's value
    if wanted:
        with exit_codes():
            typer.echo(f"quoteattr {__version__}")
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Find the quotations in texts and say who is speaking."""
    del version


def run() -> None:
    """Run the command line; what it writes is UTF-8 with bare newlines on every system."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding="utf-8", errors="backslashreplace", newline="", line_buffering=True
            )
    app(prog_name="quoteattr")
