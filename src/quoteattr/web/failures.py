"""How a failure looks: a page for a browser, JSON of one shape for a program."""

from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from quoteattr.errors import (
    ModelFileError,
    NotInStoreError,
    QuoteattrError,
    ServerBusyError,
    StoreError,
    StoreVersionError,
    TextError,
    TextTimeoutError,
)
from quoteattr.web.responses import JSON, page

__all__ = ["add_handlers", "failure"]

_STATUS: dict[type[Exception], HTTPStatus] = {
    NotInStoreError: HTTPStatus.NOT_FOUND,
    TextError: HTTPStatus.INTERNAL_SERVER_ERROR,
    ModelFileError: HTTPStatus.INTERNAL_SERVER_ERROR,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreVersionError: HTTPStatus.SERVICE_UNAVAILABLE,
    ServerBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    TextTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
}
"""What is not the client's fault, and what is not there; all else is a malformed request."""


def failure(
    request: Request, status: int, message: str, *, error: str = "", **headers: str
) -> Response:
    """Say what is wrong.

    Args:
        request: What the client asked for.
        status: The HTTP status.
        message: What is wrong and what to do.
        error: The kind of error; by default HTTP's own words for the status.
        headers: More headers.

    Returns:
        A page if the client takes one, else JSON.
    """
    error = error or HTTPStatus(status).phrase
    if "text/html" in request.headers.get("accept", ""):
        return page(request, "failure.html", status=status, headers=headers, message=message)
    return JSON({"error": error, "message": message}, status, headers)


def add_handlers(app: FastAPI) -> None:
    """Have an application answer all that can go wrong in this way.

    Args:
        app: The application.
    """
    app.add_exception_handler(QuoteattrError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _ours(request: Request, error: Exception) -> Response:
    status = _STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    return failure(request, status, str(error), error=type(error).__name__)


def _malformed(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    wrong = "; ".join(f"{_place(each['loc'])}: {each['msg']}" for each in found)
    message = f"{wrong}; /openapi.json has what is expected"
    return failure(request, HTTPStatus.UNPROCESSABLE_ENTITY, message)


def _place(location: tuple[str | int, ...]) -> str:
    """Such as *query limit*, or *body text*."""
    return " ".join(map(str, location))


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    message = _PLAINER.get(error.detail, error.detail)
    return failure(request, error.status_code, message, **(error.headers or {}))


_PLAINER = {
    "Not Found": "there is nothing at this address; /openapi.json lists those of the API",
    "Method Not Allowed": "this address takes another method; /openapi.json says which",
}
"""What the framework says, and what to do."""


def _unexpected(request: Request, error: Exception) -> Response:
    del error  # the server logs it; it may hold what is nobody else's business
    message = "something has gone wrong in the server, whose log says what"
    return failure(request, HTTPStatus.INTERNAL_SERVER_ERROR, message)
