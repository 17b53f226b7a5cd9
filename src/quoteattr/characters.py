"""Odd characters: what UTF-8 can't hold, and what neither a terminal nor HTML shows."""

import re

__all__ = ["SURROGATES", "UNPRINTABLE", "escape_surrogates", "printable", "replace_surrogates"]

SURROGATES = re.compile("[\ud800-\udfff]")
"""A lone surrogate: a Python text can hold it, and neither UTF-8 nor spaCy can."""
UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f]|{SURROGATES.pattern}")
"""A lone surrogate, or a control character that is neither a tab nor a line feed."""


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


def replace_surrogates(text: str) -> str:
    r"""Put U+FFFD in the place of lone surrogates.

    Args:
        text: Any text.

    Returns:
        A text of equal length that encodes to UTF-8.

    Example:
        >>> print(replace_surrogates("caf\u00e9 \ud800"))
        café �
    """
    return SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def printable(text: str) -> str:
    r"""Write control characters and lone surrogates out, as Python does.

    Args:
        text: Any text, such as one that would move the cursor or change the terminal's title.

    Returns:
        The text, safe to print.

    Example:
        >>> print(printable("\x1b[2J"))
        \x1b[2J
    """
    return UNPRINTABLE.sub(lambda found: ascii(found.group())[1:-1], text)
