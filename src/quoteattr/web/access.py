"""What the endpoints share: the database and the processes of their application."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from quoteattr.store import Page, QuoteStore
from quoteattr.web.schemas import WhichQuotes
from quoteattr.web.workers import Workers

__all__ = ["Store", "TheWorkers", "found"]

_NO_STORE = (
    "this server has no database; make one with: quoteattr db build quotes.db FOLDER, and start "
    "the server with: quoteattr serve --db quotes.db"
)


def _store(request: Request) -> QuoteStore:
    store: QuoteStore | None = request.app.state.store
    if store is None:
        raise HTTPException(404, _NO_STORE)
    return store


def _workers(request: Request) -> Workers:
    workers: Workers = request.app.state.workers
    return workers


Store = Annotated[QuoteStore, Depends(_store)]
"""The database; without one the answer is that there is none."""
TheWorkers = Annotated[Workers, Depends(_workers)]


def found(store: QuoteStore, which: WhichQuotes) -> Page:
    """Look for quotes.

    Args:
        store: The database.
        which: Which quotes.

    Returns:
        A page of them.

    Raises:
        ConfigError: If the key of the page before can't be one, or there is no such order.
        QueryError: If the words are malformed.
    """
    return store.search(
        which.q, which.filters, order=which.order, limit=which.limit, after=which.after
    )
