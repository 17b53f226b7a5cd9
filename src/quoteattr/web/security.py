"""What stands before the application: which requests come in, and which headers go out."""

from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from quoteattr.web.failures import failure
from quoteattr.web.settings import Settings

__all__ = ["HEADERS", "Body", "Gate", "SafeHeaders"]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer, with which browsers hide from a form's target where it comes from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-cache",
}
"""On every answer: only the server's own style is loaded, nothing runs, and nothing frames it."""


class SafeHeaders:
    """Adds the headers to every answer.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; see ASGI."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)


class Gate:
    """Lets only those requests in that call the server by its name, and come from its own pages.

    Args:
        app: What answers the others.
        settings: The server's names.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = settings.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; see ASGI."""
        if scope["type"] == "http" and (reason := self._reason(scope)):
            status, message = reason
            await failure(Request(scope), status, message)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _reason(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = _parts(f"//{headers.get('host', '')}").hostname
        if "*" not in self._hosts and host not in self._hosts:
            return HTTPStatus.MISDIRECTED_REQUEST, (
                f"this server is not called {host!r}; call it by one of "
                f"{', '.join(map(repr, self._hosts))}, or start it with --allowed-host"
            )
        if scope["method"] not in {"GET", "HEAD", "OPTIONS"} and _is_from_elsewhere(headers):
            return HTTPStatus.FORBIDDEN, (
                "this request comes from the page of another site, which may not send any; open "
                "the page of this server, and send the form from there"
            )
        return None


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # it is malformed, and so has no name
        return urlsplit("")


def _is_from_elsewhere(headers: Headers) -> bool:
    """Whether a browser sends this from another site's page, as Go's CrossOriginProtection tells.

    Browsers say so in one of two headers, the second of which older ones send too; other programs
    send neither, and nobody can be lured into using them.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and _parts(origin).netloc != headers.get("host")


class Body:
    """Takes in a request's body before anything is done about it, up to a size and a time.

    Args:
        app: What answers, once the body is there.
        settings: How large it may be, and how long it may take.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; see ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        timeout, limit = self._settings.timeout, self._settings.max_size
        try:
            with anyio.fail_after(timeout):
                body = await _taken(scope, receive, limit)
        except TimeoutError:
            message = f"the request took longer than {timeout:g} seconds to arrive"
            await _refuse(scope, receive, send, HTTPStatus.REQUEST_TIMEOUT, message)
        except _TooLargeError:
            message = f"a request may have {limit} bytes at most; send a shorter text"
            await _refuse(scope, receive, send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
        except ClientDisconnect:
            pass  # nothing has been done, and nobody is there to be told
        else:
            await self._app(scope, _replayed(body, receive), send)


class _TooLargeError(Exception):
    pass


_DIGITS = 18
"""Nothing that is sent is so long that its length has more; Python refuses to read very many."""


async def _taken(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The body; whether it is too large is known as soon as it can be."""
    said = Headers(scope=scope).get("content-length", "")
    if said.isdecimal() and (len(said) > _DIGITS or int(said) > limit):
        raise _TooLargeError
    body = bytearray()
    is_more = True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > limit:
            raise _TooLargeError
        is_more = message.get("more_body", False)
    return bytes(body)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, message: str) -> None:
    response = failure(Request(scope), status, message, connection="close")
    await response(scope, receive, send)


def _replayed(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed
