"""The application behind a socket: uvicorn, and how it is stopped."""

import socket

import uvicorn
from fastapi import FastAPI

__all__ = ["run"]

_MOST_CONNECTIONS = 250
_PATIENCE = 3
"""For how many seconds a server that is stopped lets its answers be finished."""


class _Server(uvicorn.Server):
    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(
            app,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=_PATIENCE,
        )
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.workers.close()  # or else it would wait for texts
        await super().shutdown(sockets)


def run(app: FastAPI, listening: socket.socket) -> None:
    """Serve an application until the program is interrupted or terminated.

    Args:
        app: What `quoteattr.web.create_app` made.
        listening: Where browsers and programs connect to.
    """
    _Server(app).run(sockets=[listening])
