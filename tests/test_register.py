"""Which names are one person's, and which is the fullest."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_by_hand import person
from quoteattr.names import Name
from quoteattr.quotes import SpeakerType
from quoteattr.register import Names

PERSON, ORGANIZATION = SpeakerType.PERSON, SpeakerType.ORGANIZATION


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Lee", "Ann Lee"),
        ("Ann", "Ann Lee"),
        ("Ann Lee", "Ann Bo Lee"),
        ("A. Lee", "Ann Bo Lee"),
        ("B. Lee", "Ann Bo Lee"),
        ("A. B. Lee", "Ann Bo Cy Lee"),
        ("lee", "Ann LEE"),
        ("Kiran", "Yavuz Selim Kıran"),
        ("Lee", "Ann Lee Jr."),
        ("Lee Jr.", "Ann Lee"),
        ("Acosta", "Melba Acosta Febo"),
    ],
)
def test_fullest(short: str, long: str) -> None:
    """A surname, a first name or initials stand for the full name, wherever that is."""
    full, name = person(long), person(short, start=100)
    assert Names([full, name]).fullest(name).text == long
    before = person(short)
    later = person(long, start=100)
    assert Names([later, before]).fullest(before).text == long
    assert Names([full, name]).fullest(full) == full


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Lee", "Lee Ray"),
        ("Ray", "Ann Lee"),
        ("Bo Lee", "Ann Lee"),
        ("B. Lee", "Ann Lee"),
        ("Ann Ray", "Ann Lee"),
        ("Ann Lee", "Ann"),
    ],
)
def test_other_people(name: str, other: str) -> None:
    """A name with another word is another person's, and no shorter one is fuller."""
    first, second = person(name), person(other, start=100)
    expected = other if name == "Lee" else name
    assert Names([first, second]).fullest(first).text == expected


def test_nearest_before_wins() -> None:
    """A surname that two people share is the one's who was named last."""
    ann, bo = person("Ann Lee", start=10), person("Bo Lee", start=50)
    names = Names([ann, bo, *(person("Lee", start) for start in (0, 30, 70))])
    assert names.fullest(person("Lee", start=30)) == ann
    assert names.fullest(person("Lee", start=70)) == bo
    assert names.fullest(person("Lee", start=0)) == ann
    assert names.fullest(ann) == ann
    assert names.fullest(bo) == bo


def titled(title: str, text: str, start: int) -> Name:
    """A person's name behind a title."""
    return Name(text, start, start + len(text), PERSON, (title,))


def test_couples() -> None:
    """A Mrs. Lee is no man of that surname where a Mr. Lee is named, too."""
    bob, mrs, mister = person("Bob Lee"), titled("mrs.", "Lee", 30), titled("mr.", "Lee", 60)
    names = Names([bob, mrs, mister])
    assert names.fullest(mister) == bob
    assert names.fullest(mrs).text == "Mrs. Lee"
    assert Names([bob, mrs]).fullest(mrs) == bob


def test_couples_without_longer_names() -> None:
    """A Mr. Lee, a Mrs. Lee and a Miss Lee are three; *Lee* alone is Mr. Lee."""
    forms = [titled("mr.", "Lee", 0), titled("mrs.", "Lee", 20), titled("miss", "Lee", 40)]
    surname = person("Lee", 60)
    names = Names([*forms, surname])
    assert [names.fullest(each).text for each in forms] == ["Mr. Lee", "Mrs. Lee", "Miss Lee"]
    assert names.fullest(surname).text == "Mr. Lee"
    assert Names([forms[1], surname]).fullest(forms[1]) == forms[1]


def test_daughter() -> None:
    """Ann Lee is no Mrs. Lee where there is a Miss Lee, nor where she is always called Ann."""
    ann, miss = person("Ann Lee"), titled("miss", "Lee", 20)
    mother = [titled("mrs.", "Lee", at) for at in (40, 60, 80)]
    assert Names([ann, miss, *mother]).fullest(mother[0]).text == "Mrs. Lee"
    called = [person("Ann", at) for at in range(100, 200, 20)]
    assert Names([ann, *mother, *called]).fullest(mother[0]).text == "Lee"
    assert Names([ann, *mother, *called[:-1]]).fullest(mother[0]) == ann


def test_father() -> None:
    """A Mr. Lee is no Ann Lee who is called Ann, and *Lee* is his name if hers comes rarely."""
    ann, called = person("Ann Lee"), [person("Ann", 20), person("Ann", 40)]
    father = [titled("mr.", "Lee", at) for at in (60, 80, 100)]
    names = Names([ann, *called, *father])
    assert names.fullest(father[0]).text == "Lee"
    surname = person("Lee", 120)
    assert names.fullest(surname) == surname
    mother = titled("mrs.", "Lee", 140)
    assert Names([ann, *called, *father, mother]).fullest(surname).text == "Mr. Lee"
    often = [person("Ann Lee", at) for at in (0, 10, 160)]
    assert Names([*often, *called, *father, mother]).fullest(surname) == often[0]


def test_husbands_name() -> None:
    """*Mrs. John Lee* is another one than *John Lee*, and may be the *Mrs. Lee*."""
    john = person("John Lee")
    wife = Name("Mrs. John Lee", 20, 33, PERSON, ("mrs.",))
    mrs, surname = titled("mrs.", "Lee", 40), person("Lee", 60)
    names = Names([john, wife, mrs, surname, titled("mr.", "Lee", 80)])
    assert names.fullest(john) == john
    assert names.fullest(wife) == wife
    assert names.fullest(mrs) == wife
    assert names.fullest(surname) == john


def test_rank() -> None:
    """Of two with a given name it is the one with the title."""
    john, ray = person("John Lee"), Name("John Ray", 24, 32, PERSON, ("sir",))
    names = Names([john, ray])
    assert names.fullest(titled("sir", "John", 50)) == ray
    assert names.fullest(person("John", 200)) == john


def test_names_that_come_once() -> None:
    """Who is always called Ann has a fuller name that comes again rather than one that doesn't."""
    once, again = person("Ann Boleyn"), [person("Ann Lee", at) for at in (20, 40)]
    assert Names([once, *again]).fullest(person("Ann", 60)) == again[0]
    short = [person("Lee", at) for at in range(0, 600, 20)]
    assert Names([*short, person("Henry Ann Lee", 700)]).fullest(short[0]) == short[0]


def test_capitals() -> None:
    """A name is given as it stands in running text, if it does."""
    shouted, plain = person("ANN LEE"), person("Ann Lee", 20)
    assert Names([shouted, plain]).fullest(person("Lee", 40)) == plain
    assert Names([shouted]).fullest(person("Lee", 40)) == shouted


def test_junior() -> None:
    """*Jr.* tells a son from a father whom the text names, too."""
    father, son = person("Ann Lee", 10), person("Ann Lee Jr.", 30)
    names = Names([father, son, person("Lee", 50)])
    assert names.fullest(son) == son
    assert names.fullest(person("Lee", 50)) == father


def test_longer_name_that_comes_late() -> None:
    """Who is named by one word again and again does not have a longer name met once."""
    short = [person("Lee", start) for start in range(0, 60, 10)]
    late = person("Wilayat Lee", 80)
    assert Names([*short, late]).fullest(short[0]) == short[0]
    assert Names([*short[:3], late]).fullest(short[0]) == late
    assert Names([*short, late, person("Wilayat Lee", 99)]).fullest(short[0]) == late


def test_mother_of_somebody_who_comes_late() -> None:
    """A *Mrs. Lee* who is named again and again does not have a name that comes after all that."""
    mother = [titled("mrs.", "Lee", start) for start in range(0, 60, 10)]
    daughter, surname = [person("Ann Lee", at) for at in (80, 90)], person("Lee", 100)
    names = Names([*mother, *daughter, surname])
    assert names.fullest(mother[0]) == mother[0]
    assert names.fullest(surname) == daughter[0]
    assert Names([*mother[:3], *daughter]).fullest(mother[0]) == daughter[0]


def test_fullest_of_three_forms() -> None:
    """Of several longer forms of one person the longest counts."""
    forms = [person("Lee", 0), person("Ann Lee", 10), person("Ann Bo Lee", 30)]
    names = Names(forms)
    assert {names.fullest(name).text for name in forms} == {"Ann Bo Lee"}


@pytest.mark.parametrize("kind", [SpeakerType.DOCUMENT, SpeakerType.GROUP])
def test_documents_and_groups_keep_their_name(kind: SpeakerType) -> None:
    """Only a person or an organisation goes by a part of its name."""
    name = Name("Declaration", 50, 61, kind)
    assert Names([person("Shusha Declaration"), name]).fullest(name) == name


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Journal", "Wall Street Journal"),
        ("European Centre", "European Centre for a Modern Ukraine"),
        ("Lee", "Lee Systems"),
    ],
)
def test_short_forms_of_organizations(short: str, long: str) -> None:
    """Newspapers go by their last word, bodies by what stands before *for*, some by the first."""
    one, other = (Name(text, at, at + 9, ORGANIZATION) for at, text in ((0, long), (50, short)))
    assert Names([one, other]).fullest(other) == one


@pytest.mark.parametrize(
    ("name", "other"),
    [("Street", "Wall Street Journal"), ("Centre", "European Centre for a Modern Ukraine")],
)
def test_other_organizations(name: str, other: str) -> None:
    """Not every word of an organization's name stands for it."""
    one, two = (Name(text, at, at + 9, ORGANIZATION) for at, text in ((0, other), (50, name)))
    assert Names([one, two]).fullest(two) == two


def test_aliases() -> None:
    """The other forms of a name, each once, in the order of their first mention."""
    ann, bo = person("Ann Bo Cy Lee", 10), person("Bo Ray", 30)
    names = Names([person("Lee", 60), person("A. B. Lee", 50), ann, bo, person("Lee", 40)])
    assert names.aliases(ann) == ("Lee", "A. B. Lee")
    assert names.aliases(bo) == ()
    assert names.aliases(person("Cy Fox")) == ()


def test_very_many_forms() -> None:
    """Of very many forms the first ones are told, or every quote would tell them all."""
    accents = [chr(code) for code in range(0x300, 0x340)]
    forms = [person(f"Ann Lee{accent}", 10 * at) for at, accent in enumerate(accents)]
    aliases = Names(forms).aliases(forms[0])
    assert aliases == tuple(name.text for name in forms[1:20])


def test_no_names() -> None:
    """A text without names has no fuller form of anything."""
    assert Names([]).fullest(person("Lee")) == person("Lee")
    assert Names([]).fullest(person(".")) == person(".")


_WORDS = st.sampled_from(["Ann", "A.", "Bo", "Lee", "Ray", "Jr.", "Kıran", "."])
_NAMES = st.lists(
    st.builds(person, st.lists(_WORDS, min_size=1, max_size=4).map(" ".join), st.integers(0, 99)),
    max_size=8,
    unique_by=lambda name: name.start,
)


@given(_NAMES)
def test_fullest_is_a_name_of_the_text(found: list[Name]) -> None:
    """The fullest form is a name of the text, no shorter, and the name is among its aliases."""
    names = Names(found)
    for name in found:
        full = names.fullest(name)
        assert full in found
        assert name.text == full.text or name.text in names.aliases(full)


@given(_NAMES, st.randoms(use_true_random=False))
def test_order_of_names_does_not_count(found: list[Name], random: Random) -> None:
    """Names may come in any order: their places count."""
    shuffled = random.sample(found, len(found))
    names, same = Names(found), Names(shuffled)
    assert [names.fullest(name).words for name in found] == [
        same.fullest(name).words for name in found
    ]


def test_initial_for_a_first_name() -> None:
    """*A. Lee* is *Ann Lee*."""
    full = Name("Ann Lee", 0, 7, SpeakerType.PERSON)
    short = Name("A. Lee", 50, 56, SpeakerType.PERSON)
    assert Names([full, short]).fullest(short) == full
