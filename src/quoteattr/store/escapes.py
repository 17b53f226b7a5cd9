"""Texts that a database can't hold, and back.

SQLite and PostgreSQL take UTF-8, which has no lone surrogates, and PostgreSQL takes no NUL. Each
such character is kept as ``␛`` and its code in four hexadecimal digits, and so is ``␛`` itself, so
that what was escaped can be told from what merely looks so.
"""

import re

__all__ = ["escape", "unescape"]

_UNHOLDABLE = re.compile("[\0\ud800-\udfff␛]")
_ESCAPED = re.compile("␛([0-9a-f]{4})")


def escape(text: str) -> str:
    r"""Write out what a database can't hold.

    Args:
        text: Any text.

    Returns:
        The text, without NUL and lone surrogates.

    Example:
        >>> escape("a\0b")
        'a␛0000b'
    """
    if text.isascii() and "\0" not in text:
        return text
    return _UNHOLDABLE.sub(lambda found: f"␛{ord(found.group()):04x}", text)


def unescape(text: str) -> str:
    r"""Undo `escape`.

    Args:
        text: What `escape` gave.

    Returns:
        The text as it was.

    Example:
        >>> unescape(escape("␛0000 \ud800")) == "␛0000 \ud800"
        True
    """
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
