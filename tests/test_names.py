"""Names: which one a mention holds, which are one person's, and which is the fullest."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_by_hand import by_hand
from quoteattr.names import Name, Names, all_in, fold, names_in, people_among
from quoteattr.quotes import SpeakerType

PERSON, ORGANIZATION = SpeakerType.PERSON, SpeakerType.ORGANIZATION


def person(text: str, start: int = 0) -> Name:
    """A person's name."""
    return Name(text, start, start + len(text), PERSON)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kıran", "KIRAN"),
        ("Kıran", "Kiran"),
        ("İlham", "ilham"),
        ("Şafiyev", "safiyev"),
        ("Müller", "Mu\u0308ller"),
        ("STRASSE", "straße"),
        ("ﬁn", "FIN"),
    ],
)
def test_fold(one: str, other: str) -> None:
    """Case and diacritics don't count."""
    assert fold(one) == fold(other)


def test_fold_keeps_other_letters_apart() -> None:
    """Different letters stay different."""
    assert fold("Lee") != fold("Lea")


@given(st.text())
def test_fold_twice(text: str) -> None:
    """What was folded stays as it is."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("J. K. Kıran", ("j", "k", "kiran")), ("Lee", ("lee",)), ("U.S.", ("us",)), (".", ())],
)
def test_words(text: str, words: tuple[str, ...]) -> None:
    """Names are compared word by word, without full stops."""
    assert Name(text, 0, len(text), PERSON).words == words


# The names in a mention

LEE = "Ann/NNP/compound/Lee/PERSON Lee/NNP/ROOT//PERSON"
RAY = "Bo/NNP/compound/Ray/PERSON Ray/NNP/{}/PERSON"


ENVOY = f"envoy/NN/ROOT to/IN/prep/envoy Turkey/NNP/compound/Lee/GPE {LEE}".replace(
    "Lee/NNP/ROOT/", "Lee/NNP/pobj/to"
)


def named(annotated: str) -> list[tuple[str, SpeakerType]]:
    """The names in a mention and their types."""
    doc = by_hand(annotated)
    found = names_in(doc, 0, len(doc.text))
    assert all(fold(doc.text[name.start : name.end]) == fold(name.text) for name in found)
    return [(name.text, name.type) for name in found]


@pytest.mark.parametrize(
    "annotated",
    [
        LEE,
        LEE.replace("/PERSON", "/ORG"),
        f"Mr./NNP/compound/Lee {LEE}",
        f"Mr/NNP/compound/Lee {LEE}",
        f"Dr./NNP/compound/Lee {LEE}",
        f"President/NNP/compound/Lee {LEE}",
        f"President/NNP/compound/Lee/PERSON {LEE}",
        f"Deputy/NNP/compound/Lee Foreign/NNP/compound/Lee Minister/NNP/compound/Lee {LEE}",
        f"Turkish/JJ/amod/Lee/NORP President/NNP/compound/Lee {LEE}",
        f"spokeswoman/NN/compound/Lee {LEE}",
        f"Obama/NNP/compound/Lee/PERSON spokeswoman/NN/compound/Lee {LEE}",
        f"{LEE}, a/DT/det/doctor doctor/NN/appos/Lee",
        f"{LEE} of/IN/prep/Lee Turkey/NNP/pobj/of/GPE",
        f"{LEE} (R)",
        f"the/DT/det/envoy envoy/NN/ROOT, {LEE.replace('ROOT/', 'appos/envoy')}",
        f"Bo's/NNP/poss/lawyer lawyer/NN/compound/Lee {LEE}",
        ENVOY,
    ],
)
def test_person_in_a_mention(annotated: str) -> None:
    """Titles, offices, places and descriptions around a name are no part of it."""
    [(text, _)] = named(annotated)
    assert text == "Ann Lee"


@pytest.mark.parametrize(
    ("annotated", "text", "kind"),
    [
        ("Lee/NNP/ROOT//PERSON", "Lee", PERSON),
        ("Mr./NNP/compound/Lee Lee/NNP/ROOT", "Lee", PERSON),
        ("Lee/NNP/ROOT", "Lee", SpeakerType.UNKNOWN),
        (
            "Yavuz/NNP/compound/Kıran Selim/NNP/compound/Kıran Kıran/NNP/ROOT//PERSON",
            "Yavuz Selim Kıran",
            PERSON,
        ),
        (
            "Ludwig/NNP/compound/Beethoven van/NNP/compound/Beethoven Beethoven/NNP/ROOT",
            "Ludwig van Beethoven",
            PERSON,
        ),
        ("O’Neill/NNP/ROOT//PERSON", "O’Neill", PERSON),
        ("J./NNP/compound/Lee/PERSON Lee/NNP/ROOT//PERSON", "J. Lee", PERSON),
        (
            "Jean/NNP/compound/Claude/PERSON-//punct/Claude/PERSON~Claude/NNP/ROOT//PERSON",
            "Jean-Claude",
            PERSON,
        ),
        ("Turkey/NNP/ROOT//GPE", "Turkey", ORGANIZATION),
        (
            "the/DT/det/Ministry Foreign/NNP/compound/Ministry/ORG Ministry/NNP/ROOT//ORG",
            "Foreign Ministry",
            ORGANIZATION,
        ),
        (
            "the/DT/det/Ministry Foreign/NNP/compound/Ministry Ministry/NNP/ROOT",
            "Foreign Ministry",
            ORGANIZATION,
        ),
        (
            "Ministry/NNP/ROOT of/IN/prep/Ministry Justice/NNP/pobj/of",
            "Ministry of Justice",
            ORGANIZATION,
        ),
        (
            "the/DT/det/Declaration Shusha/NNP/compound/Declaration Declaration/NNP/ROOT",
            "Shusha Declaration",
            SpeakerType.DOCUMENT,
        ),
        ("Democrats/NNPS/ROOT//NORP", "Democrats", SpeakerType.GROUP),
    ],
)
def test_name_in_a_mention(annotated: str, text: str, kind: SpeakerType) -> None:
    """A capitalised mention is a name, whatever its label; the label tells the type."""
    assert named(annotated) == [(text, kind)]


@pytest.mark.parametrize(
    "annotated",
    [
        "she/PRP/ROOT",
        "the/DT/det/official senior/JJ/amod/official official/NN/ROOT",
        "The/DT/det/man man/NN/ROOT",
        "The/DT/det/President President/NNP/ROOT",
        "Mr./NNP/ROOT",
        "She/PRP/ROOT",
        "“/NN/ROOT",
    ],
)
def test_no_name_in_a_mention(annotated: str) -> None:
    """A pronoun, a description and a title alone are no names."""
    assert named(annotated) == []


def test_mention_of_nothing() -> None:
    """An empty mention names nobody."""
    doc = by_hand(LEE)
    assert names_in(doc, 0, 0) == []


@pytest.mark.parametrize(
    ("annotated", "names"),
    [
        (f"{LEE} and/CC/cc/Lee {RAY.format('conj/Lee')}", ["Ann Lee", "Bo Ray"]),
        (
            f"{LEE}, {RAY.format('conj/Lee')} and/CC/cc/Ray Cy/NNP/compound/Fox Fox/NNP/conj/Ray",
            ["Ann Lee", "Bo Ray", "Fox"],
        ),
        (f"{LEE} and/CC/cc/Lee an/DT/det/aide aide/NN/conj/Lee", ["Ann Lee"]),
        ("an/DT/det/aide aide/NN/ROOT and/CC/cc/aide Turkey/NNP/conj/aide", ["Turkey"]),
    ],
)
def test_joint_speakers(annotated: str, names: list[str]) -> None:
    """Two who speak together are two names, if both are named."""
    assert [text.removeprefix("Cy ") for text, _ in named(annotated)] == names


# The names of the people in a text


def test_people_among() -> None:
    """People are whom the recognizer or a title calls so."""
    doc = by_hand(
        "Ann/NNP/compound/Lee/PERSON Lee/NNP/nsubj/met/PERSON met/VBD/ROOT Mr./NNP/compound/Fox "
        "Fox/NNP/dobj/met in/IN/prep/met Turkey/NNP/pobj/in/GPE."
    )
    found = [(name.text, name.type) for name in people_among(all_in(doc), [])]
    assert found == [("Ann Lee", PERSON), ("Fox", PERSON)]


def test_people_follow_one_another() -> None:
    """Two people named in a row are two."""
    doc = by_hand(
        "Ann/NNP/compound/Lee/PERSON Lee/NNP/ROOT//PERSON Bo/NNP/compound/Ray/B_PERSON "
        "Ray/NNP/dep/Lee/PERSON"
    )
    assert [name.text for name in people_among(all_in(doc), [])] == ["Ann Lee", "Bo Ray"]


def test_namesake_of_a_speaker() -> None:
    """What ends with the single name of a speaker is that person's name, whatever its label."""
    doc = by_hand("Khalaf/NNP/compound/Khalafov/ORG Khalafov/NNP/ROOT//ORG of/IN/prep/Khalafov")
    assert people_among(all_in(doc), []) == []
    speaking = [Name("Khalafov", 40, 48, SpeakerType.UNKNOWN)]
    assert [(name.text, name.type) for name in people_among(all_in(doc), speaking)] == [
        ("Khalaf Khalafov", PERSON)
    ]


# Which names are one person's


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
