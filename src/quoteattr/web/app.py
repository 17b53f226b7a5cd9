"""The application: its parts put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from anyio import to_thread
from fastapi import FastAPI

from quoteattr import __version__
from quoteattr.store import QuoteStore
from quoteattr.web import api, pages
from quoteattr.web.failures import add_handlers
from quoteattr.web.schemas import openapi
from quoteattr.web.security import Body, Gate, SafeHeaders
from quoteattr.web.settings import Settings
from quoteattr.web.workers import Workers

__all__ = ["build"]

_THREADS = 10
"""How many requests ask the database at once: it has connections for no more than 15."""


def build(store: QuoteStore | None, settings: Settings) -> FastAPI:
    """Make the application, as `quoteattr.web.create_app` says.

    Args:
        store: The open database, or None.
        settings: What the server allows.

    Returns:
        The application.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        async with Workers(settings) as workers:
            app.state.workers = workers
            yield

    # The usual pages of FastAPI for an API would have browsers load scripts from elsewhere.
    app = FastAPI(
        title="quoteattr", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.store = store
    app.include_router(api.router)
    app.include_router(pages.router, include_in_schema=False)
    app.openapi = partial(openapi, app)  # type: ignore[method-assign]
    add_handlers(app)
    app.add_middleware(Body, settings=settings)
    app.add_middleware(Gate, settings=settings)
    app.add_middleware(SafeHeaders)  # the last one added is the first to see a request
    return app
