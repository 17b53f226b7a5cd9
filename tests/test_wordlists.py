"""The word lists that ship in the package."""

from importlib import resources

import pytest

from quoteattr import wordlists

LISTS = {
    "cues": ["speech", "thought"],
    "genders": ["female", "male"],
    "names": [
        *("bodies", "documents", "either", "epithets", "kinds", "men", "openings", "organizations"),
        *("particles", "people", "roles", "titles", "told", "women", "words"),
    ],
}


@pytest.mark.parametrize("name", LISTS)
def test_sections(name: str) -> None:
    """Each list has its sections, and every one has words."""
    sections = wordlists.load(name)
    assert sorted(sections) == LISTS[name]
    assert all(sections.values())


@pytest.mark.parametrize("name", LISTS)
def test_words_are_lower_case(name: str) -> None:
    """Words are compared in lower case; heads and remarks are no words."""
    words = frozenset().union(*wordlists.load(name).values())
    assert words == {word.lower() for word in words}
    assert not [word for word in words if set(word) & set("#[]()")]


@pytest.mark.parametrize(
    ("name", "section", "word"),
    [
        ("cues", "speech", "say"),
        ("cues", "speech", "call"),
        ("cues", "thought", "believe"),
        ("cues", "thought", "hopeful"),
        ("names", "titles", "mr."),
        ("names", "organizations", "ministry"),
        ("names", "documents", "declaration"),
        ("names", "particles", "van"),
        ("names", "people", "doctor"),
        ("names", "women", "queen"),
        ("names", "men", "king"),
        ("genders", "female", "ursula"),
        ("genders", "male", "ilham"),
    ],
)
def test_words_stand_in_their_section(name: str, section: str, word: str) -> None:
    """A word belongs to the section under whose head it stands."""
    assert word in wordlists.load(name)[section]


def test_pairs() -> None:
    """A section of pairs gives the second word of each by the first."""
    roles = wordlists.pairs("names", "roles")
    assert roles["gov"] == "governor"
    assert {f"{word}={role}" for word, role in roles.items()} == wordlists.load("names")["roles"]


def test_a_given_name_has_one_gender() -> None:
    """No given name is a woman's and a man's."""
    names = wordlists.load("genders")
    assert not names["female"] & names["male"]


def test_thought_is_no_speech() -> None:
    """No word reports both what is uttered and what is thought."""
    cues = wordlists.load("cues")
    assert not cues["thought"] & cues["speech"]


def test_lists_are_read_once() -> None:
    """A list that was read is kept."""
    assert wordlists.load("names") is wordlists.load("names")


@pytest.mark.parametrize("name", LISTS)
def test_lists_say_where_they_come_from(name: str) -> None:
    """Each file has its source and its licence at its head."""
    path = resources.files("quoteattr") / "data" / f"{name}.txt"
    head, _ = path.read_text(encoding="utf-8").split("\n[", maxsplit=1)
    assert "# Source: " in head
    assert "# Licence: " in head


def test_no_such_list() -> None:
    """A list that doesn't exist can't be read."""
    with pytest.raises(FileNotFoundError):
        wordlists.load("nonsense")
