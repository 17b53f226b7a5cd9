"""The words of a text as the index has them, and where each stands in the text.

Both backends index these words rather than cut texts up themselves, so that a search finds the
same quotes in both.
"""

import functools
import re
from collections.abc import Iterator

from attrs import frozen

from quoteattr import names

__all__ = ["Word", "fold", "indexed", "name_word", "words"]

_LONGEST_WORD = 100
_LONGEST_TEXT = 50_000
"""How many folded characters of a quote are indexed: PostgreSQL's index takes no more words."""

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_ASCII_WORD = re.compile(rf"([a-z0-9]{{1,{_LONGEST_WORD}}})[a-z0-9]*")
_PUNCTUATION = str.maketrans(dict.fromkeys("“”‘’–—…", " "))
_NOT_IN_WORDS = re.compile(r"[\W_]+")
# Letters with a stroke or a ligature, which have no decomposition in Unicode.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"}
)


@frozen
class Word:
    """A word of a text.

    Attributes:
        folded: The word as it is compared: without case and accents.
        start: Where it starts in the text, in characters.
        end: Where it ends, exclusive.
    """

    folded: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of a text: its runs of letters and digits.

    Args:
        text: Any text.

    Yields:
        The words, in their order.

    Example:
        >>> [word.folded for word in words("Kıran’s “Łódź-2024”")]
        ['kiran', 's', 'lodz', '2024']
    """
    for found in _WORD.finditer(text):
        if folded := _folded(found.group()):
            yield Word(folded, *found.span())


def fold(text: str) -> str:
    """A text's words as one string, for comparison.

    Args:
        text: Any text, such as a name.

    Returns:
        The words, without case and accents, with a space between them.

    Example:
        >>> fold("Jean-Luc  Øster.") == fold("JEAN LUC OSTER")
        True
    """
    plain = text if text.isascii() else text.translate(_PUNCTUATION)
    if plain.isascii():  # as most texts are then, and several times as fast
        return " ".join(_ASCII_WORD.findall(plain.lower()))
    return " ".join(filter(None, map(_folded, _WORD.findall(plain))))


def indexed(text: str) -> str:
    """What the index has of a text: its words, folded.

    Args:
        text: Any text.

    Returns:
        The same as `fold`, up to the length that an index can take.
    """
    whole = fold(text)
    return whole if len(whole) <= _LONGEST_TEXT else whole[:_LONGEST_TEXT].rpartition(" ")[0]


def name_word(name: str) -> str:
    """A whole name as one word, which no text has, for the index.

    Args:
        name: A name, folded.

    Returns:
        The word.

    Example:
        >>> name_word("ann lee")
        '·ann·lee'
    """
    return f"·{_NOT_IN_WORDS.sub('·', name)}"


@functools.lru_cache(maxsize=2**16)
def _folded(word: str) -> str:
    plain = names.fold(word).translate(_PLAIN)
    return _NOT_IN_WORDS.sub("", plain)[:_LONGEST_WORD]
