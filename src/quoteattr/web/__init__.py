"""Quotes behind HTTP: pages for people and an API for programs, with the extra ``web``.

`create_app` makes an ASGI application, which ``quoteattr serve`` runs. It needs no database; with
one, its quotes can be browsed and searched, and speakers merged.

Example:
    >>> from quoteattr.web import Settings
    >>> Settings(jobs=4).timeout
    60.0
"""

from typing import TYPE_CHECKING

from quoteattr.extras import require
from quoteattr.web.settings import LOOPBACK, Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from quoteattr.store import QuoteStore

__all__ = ["LOOPBACK", "Settings", "create_app"]

_DEFAULTS = Settings()


def create_app(store: "QuoteStore | None" = None, *, settings: Settings = _DEFAULTS) -> "FastAPI":
    """Make the application, to be run by an ASGI server such as uvicorn.

    Args:
        store: The open database to browse; it stays the caller's to close. None for none.
        settings: What the server allows, and how much it does at once.

    Returns:
        The application. Its processes start and end with its lifespan.

    Raises:
        MissingExtraError: If the extra ``web`` is not installed.
    """
    require("fastapi", extra="web")
    from quoteattr.web.app import build  # noqa: PLC0415 - needs the extra

    return build(store, settings)
