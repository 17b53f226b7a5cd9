"""A reader for the tests of streams, in a module of its own, which another process can import."""

import os
import signal
import sys
import time

from quoteattr.errors import InputTypeError
from quoteattr.quotes import Document

__all__ = ["upper"]


def upper(text: object, *, id: str) -> Document:  # noqa: A002 - as in `Document`
    """Make a document of a text in capitals, or do what the text says.

    Args:
        text: The text.
        id: The document's id.

    Returns:
        The document.

    Raises:
        InputTypeError: If the text is none.
        ValueError: If the text says so.
    """
    if not isinstance(text, str):
        msg = "expected a str"
        raise InputTypeError(msg)
    match text:
        case "raise":
            msg = "no luck"
            raise ValueError(msg)
        case "exit":
            sys.exit(3)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleep":
            time.sleep(60)
    return Document(id, text.upper())
