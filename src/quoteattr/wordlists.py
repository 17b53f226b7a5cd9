"""The word lists that ship in the package, each with its source and licence at its head."""

import functools
from collections.abc import Mapping
from importlib import resources

__all__ = ["load", "pairs"]


@functools.cache
def load(name: str) -> Mapping[str, frozenset[str]]:
    """Read a word list.

    Args:
        name: The list's file name in the package's data, without its ending.

    Returns:
        The words of each section.

    Example:
        >>> "say" in load("cues")["speech"]
        True
    """
    path = resources.files("quoteattr") / "data" / f"{name}.txt"
    sections: dict[str, set[str]] = {}
    words: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            words.update(line.split())
    return {section: frozenset(words) for section, words in sections.items()}


def pairs(name: str, section: str) -> Mapping[str, str]:
    """Read a section whose words stand in pairs, as in ``gov=governor``.

    Args:
        name: The list's file name in the package's data, without its ending.
        section: The section.

    Returns:
        The second word of each pair, by the first.

    Example:
        >>> pairs("names", "roles")["gov"]
        'governor'
    """
    return dict(word.split("=") for word in load(name)[section])
