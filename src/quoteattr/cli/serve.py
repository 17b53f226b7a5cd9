"""`quoteattr serve`: the pages and the API of `quoteattr.web`."""

import ipaddress
import socket
from contextlib import ExitStack
from typing import Annotated

import typer

from quoteattr.cli.db_output import opened
from quoteattr.cli.failures import exit_codes, standard_error
from quoteattr.cli.texts import Jobs
from quoteattr.errors import ConfigError
from quoteattr.extras import require
from quoteattr.web import LOOPBACK, Settings, create_app

__all__ = ["serve"]

_DEFAULTS = Settings()


@exit_codes()
def serve(  # noqa: PLR0913 - each is an option of the command
    *,
    db: Annotated[
        str | None,
        typer.Option(
            metavar="DB",
            help="A quote database to browse: a path, or the URL of a PostgreSQL database.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; 127.0.0.1 is this machine.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="At which port; 0 is any free one.")
    ] = 8000,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A name by which the server may be called, besides this machine's own.",
            show_default=False,
        ),
    ] = None,
    jobs: Jobs = _DEFAULTS.jobs,
    timeout: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", help="How long a text may take to arrive, to wait, to be read."
        ),
    ] = _DEFAULTS.timeout,
    max_size: Annotated[
        int, typer.Option(metavar="BYTES", help="How large a request may be.")
    ] = _DEFAULTS.max_size,
) -> None:
    """Show quotes in a browser, and answer programs, until stopped with Ctrl-C."""
    require("fastapi", extra="web")
    require("uvicorn", extra="web")
    from quoteattr.web.server import run  # noqa: PLC0415 - needs the extra

    settings = Settings(
        jobs=jobs, timeout=timeout, max_size=max_size, hosts=_hosts(host, allowed_host or [])
    )
    with ExitStack() as stack:
        store = stack.enter_context(opened(db)) if db else None
        listening = stack.enter_context(_listening(host, port))
        _announce(listening, host)
        run(create_app(store, settings=settings), listening)


def _hosts(host: str, allowed: list[str]) -> tuple[str, ...]:
    """The names of this machine and those given; any name, where others can call and none is."""
    known = (*LOOPBACK, host, *allowed)
    return known if allowed or _is_loopback(host) else (*known, "*")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        msg = (
            f"can't listen at {host!r}, port {port}: {error.strerror or error}; give another "
            "--port, such as 0 for any that is free, or another --host"
        )
        raise ConfigError(msg) from error


def _announce(listening: socket.socket, host: str) -> None:
    name = f"[{host}]" if ":" in host else host
    typer.echo(f"quoteattr is at http://{name}:{listening.getsockname()[1]}/ (Ctrl-C stops it)")
    if not _is_loopback(host):
        standard_error().print(
            "quoteattr: other machines can reach this server, which asks nobody for a password: "
            "whoever can, reads the database and merges speakers"
        )
