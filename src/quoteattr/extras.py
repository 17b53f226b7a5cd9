"""Libraries that only an extra brings, and what to do where one is missing."""

import importlib

from quoteattr.errors import MissingExtraError

__all__ = ["require"]


def require(library: str, *, extra: str) -> None:
    """Make sure that a library is there before it is imported.

    Args:
        library: The library's name in an import.
        extra: The extra of quoteattr that brings it.

    Raises:
        MissingExtraError: If it is not installed.

    Example:
        >>> require("json", extra="arrow")
        >>> require("nowhere", extra="arrow")
        Traceback (most recent call last):
        quoteattr.errors.MissingExtraError: this needs nowhere, which is not installed; install it
        with: pip install 'quoteattr[arrow]'
    """
    try:
        importlib.import_module(library)
    except ImportError as error:
        msg = (
            f"this needs {library}, which is not installed; install it with: "
            f"pip install 'quoteattr[{extra}]'"
        )
        raise MissingExtraError(msg) from error
