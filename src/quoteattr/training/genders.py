"""Makes the list of given names by gender that ships, from Faker's locales and coreferee's lists.

Use it as ``python -m quoteattr.training.genders > genders.txt``.
"""

import pkgutil
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module, metadata, resources
from typing import Any

from faker.providers import person

from quoteattr import wordlists
from quoteattr.names import fold

__all__ = ["gendered", "main"]

_CLEAR = 3
"""How many times as many locales must give a name to one gender as to the other."""
_HEADER = """\
# Given names by the gender of those who mostly bear them, folded: without case and diacritics.
#
# Source: the first names of the locales of Faker {version} (MIT licence, Daniele Faraglia and
# individual contributors; https://github.com/joke2k/faker), gathered by
# `python -m quoteattr.training.genders`. A name that locales give to both stands where at least
# three times as many give it. Names that these leave open are taken from the lists that coreferee
# {coreferee} ships (https://github.com/richardpaulhudson/coreferee), where those give them to one:
# they derive from the U.S. Social Security Administration's (public domain), Offene Daten Köln's
# (CC BY 3.0 DE), the Polish PESEL register's (no restrictions) and the French government's
# (Licence Ouverte) lists of given names. Left out is what is mostly another word in English,
# or a place.
# Licence: MIT, and for the latter names the licences named.
"""


def main() -> None:
    """Print the list."""
    female, male = gendered()
    versions = {"version": metadata.version("faker"), "coreferee": metadata.version("coreferee")}
    print(_HEADER.format(**versions))  # noqa: T201 - it is what it does
    for title, names in ("female", female), ("male", male):
        print(f"[{title}]\n{textwrap.fill(' '.join(names), 100)}\n")  # noqa: T201


def gendered() -> tuple[list[str], list[str]]:
    """The given names of women and of men.

    Returns:
        Both, in alphabetical order.
    """
    counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for provider in _providers():
        for count, gender in zip(counts, ("female", "male"), strict=True):
            count.update(set(_plain(getattr(provider, f"first_names_{gender}", ()))))
    female, male = counts
    clear = _clear(female, male), _clear(male, female)
    decided = clear[0] | clear[1]
    more = [set(_plain(_coreferee(gender))) - decided for gender in ("female", "male")]
    return sorted(clear[0] | more[0] - more[1]), sorted(clear[1] | more[1] - more[0])


def _coreferee(gender: str) -> list[str]:
    folder = resources.files("coreferee") / "lang" / "common" / "data"
    return (folder / f"{gender}_names.dat").read_text(encoding="utf-8").split()


def _providers() -> Iterator[Any]:
    for module in pkgutil.iter_modules(person.__path__):
        provider = import_module(f"{person.__name__}.{module.name}").Provider
        if hasattr(provider, "first_names_female") and hasattr(provider, "first_names_male"):
            yield provider


def _plain(names: Iterable[str]) -> Iterator[str]:
    """The names of one word in Latin letters that aren't mostly something else."""
    words, folded = wordlists.load("names")["words"], map(fold, names)
    latin = (name for name in folded if name.isascii() and name.isalpha() and len(name) > 1)
    return (name for name in latin if name not in words)


def _clear(counts: Counter[str], others: Counter[str]) -> set[str]:
    return {name for name, count in counts.items() if count >= _CLEAR * others[name]}


if __name__ == "__main__":
    main()
