"""The list of given names by gender is what its command makes."""

import subprocess
import sys
from importlib import resources

import pytest

pytest.importorskip("faker")

from quoteattr import wordlists
from quoteattr.training.genders import gendered


def test_shipped_list_is_what_the_command_makes() -> None:
    """What ships says with which versions it was made; these make the same again."""
    shipped = (resources.files("quoteattr") / "data" / "genders.txt").read_text(encoding="utf-8")
    finished = subprocess.run(
        (sys.executable, "-m", "quoteattr.training.genders"),
        capture_output=True,
        check=True,
        timeout=120,
    )
    made = finished.stdout.decode("utf-8")
    if made.partition("\n[")[0] != shipped.partition("\n[")[0]:
        pytest.skip("Faker or coreferee has another version than the one that made the list")
    assert made.rstrip() == shipped.rstrip()


def test_genders() -> None:
    """Names of many languages have their gender; those of both have none."""
    female, male = gendered()
    assert {"ann", "ursula", "ayse", "fatma"} <= set(female)
    assert {"bob", "ilham", "jens", "jose"} <= set(male)
    assert not set(female) & set(male)
    for names in (female, male):
        assert names == sorted(set(names))
        assert all(name.isascii() and name.isalpha() and name.islower() for name in names)


def test_list_is_the_names() -> None:
    """The list that ships has the same names, or nearly: locales grow."""
    lists = wordlists.load("genders")
    for shipped, made in zip((lists["female"], lists["male"]), gendered(), strict=True):
        assert len(shipped & set(made)) >= 0.9 * len(shipped)
