"""Offsets in other units than characters: bytes of UTF-8, and 16-bit units of UTF-16.

Python counts characters, that is Unicode code points. Rust, Go and C count the bytes of UTF-8,
JavaScript, Java and C# the units of UTF-16.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from enum import Enum
from itertools import accumulate

from quoteattr.errors import FormatError

__all__ = ["Unit", "to_characters", "to_units"]


class Unit(str, Enum):
    """What offsets count."""

    CHARACTERS = "characters"
    UTF_8 = "utf-8"
    """Bytes of the text in UTF-8."""
    UTF_16 = "utf-16"
    """16-bit units of the text in UTF-16, two for an emoji."""

    def __str__(self) -> str:
        return str(self.value)


def to_units(text: str, unit: Unit) -> Callable[[int], int]:
    """Make what turns offsets in characters into offsets in another unit.

    To make it takes time in proportion to the text, to use it next to none.

    Args:
        text: The text that the offsets are of.
        unit: What to count instead.

    Returns:
        A function from an offset to an offset.

    Example:
        >>> move = to_units("“Yes” 🙂!", Unit.UTF_16)
        >>> move(6), move(7), move(8)
        (6, 8, 9)
        >>> to_units("“Yes” 🙂!", Unit.UTF_8)(1)
        3
    """
    ends, extra = _wide(text, unit)
    return lambda offset: offset + extra[bisect_right(ends, offset)]


def to_characters(text: str, unit: Unit) -> Callable[[int], int]:
    """Make what turns offsets in another unit into offsets in characters.

    Args:
        text: The text that the offsets are of.
        unit: What they count.

    Returns:
        A function from an offset to an offset. It raises a `FormatError` for an offset that stands
        within a character.

    Example:
        >>> move = to_characters("“Yes” 🙂!", Unit.UTF_16)
        >>> move(8)
        7
        >>> move(7)
        Traceback (most recent call last):
        quoteattr.errors.FormatError: the offset 7 stands within a character of the text; do the
        offsets really count utf-16, and is it the right text?
    """
    ends, extra = _wide(text, unit)
    unit_ends = [end + more for end, more in zip(ends, extra[1:], strict=True)]

    def move(offset: int) -> int:
        index = bisect_right(unit_ends, offset)
        found = offset - extra[index]
        if index < len(ends) and found >= ends[index]:
            msg = (
                f"the offset {offset} stands within a character of the text; do the offsets "
                f"really count {unit}, and is it the right text?"
            )
            raise FormatError(msg)
        return found

    return move


_WIDE = {
    Unit.CHARACTERS: re.compile(r"(?!)"),
    Unit.UTF_8: re.compile("[^\0-\x7f]"),
    Unit.UTF_16: re.compile("[\U00010000-\U0010ffff]"),
}
"""The characters that take more than one unit."""


def _wide(text: str, unit: Unit) -> tuple[list[int], list[int]]:
    """Where the wide characters end, and how many units more than characters there are up to each.

    The second list is longer by one: it begins with nothing.
    """
    found = list(_WIDE[unit].finditer(text))
    more = (_size(match.group(), unit) - 1 for match in found)
    return [match.end() for match in found], list(accumulate(more, initial=0))


def _size(character: str, unit: Unit) -> int:
    return 2 if unit is Unit.UTF_16 else len(character.encode("utf-8", "surrogatepass"))
