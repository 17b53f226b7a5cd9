"""Lone surrogates: what a Python text can hold and UTF-8 can't."""

import re

__all__ = ["SURROGATES", "escape_surrogates"]

SURROGATES = re.compile("[\ud800-\udfff]")
"""One of them."""


def escape_surrogates(text: str) -> str:
    r"""Write lone surrogates out, as JSON does.

    Args:
        text: Any text.

    Returns:
        A text that encodes to UTF-8.

    Example:
        >>> print(escape_surrogates("caf\u00e9 \ud800"))
        café \ud800
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
