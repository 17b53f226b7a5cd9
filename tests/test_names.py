"""Names: where they stand in a text, and which one a mention holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs_by_hand import by_hand, person
from quoteattr.names import Gender, Name, all_in, fold, names_in, people_among
from quoteattr.parsing import parsed
from quoteattr.pipeline import load
from quoteattr.quotes import SpeakerType

PERSON, ORGANIZATION = SpeakerType.PERSON, SpeakerType.ORGANIZATION


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


SUED = f"Mayor/NNP/compound/Lee {LEE.replace('ROOT/', 'dobj/sued')}"


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
        ENVOY.replace("/PERSON", "/ORG").replace(
            "Ann/NNP/compound/Lee/ORG", "Ann/NNP/compound/Lee"
        ),
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
        ("O/NNP/compound/Mouse Mouse/NNP/ROOT//PERSON", "Mouse", PERSON),
        (
            "Jean/NNP/compound/Lee/PERSON O/NNP/compound/Lee/PERSON Lee/NNP/ROOT//PERSON",
            "Jean O Lee",
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
        f"a/DT/det/woman woman/NN/ROOT who/WP/nsubj/sued sued/VBD/relcl/woman {SUED}",
        f"the/DT/det/man man/NN/ROOT, sued/VBD/acl/man by/IN/agent/sued {SUED}",
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


def test_newspaper_that_speaks() -> None:
    """What ends with *Post* is nobody's name because a *Post* speaks."""
    doc = by_hand("Washington/NNP/compound/Post/ORG Post/NNP/nsubj/said/ORG said/VBD/ROOT")
    speaking = [Name("Post", 40, 44, ORGANIZATION)]
    assert people_among(all_in(doc), speaking) == []


@pytest.mark.parametrize(
    ("annotated", "names"),
    [
        (
            "Ann/NNP/compound/Lee/PERSON “Bo/NNP/dep/Lee” Lee/NNP/nsubj/left/PERSON left/VBD/ROOT",
            ["Ann “Bo” Lee"],
        ),
        ("“Ann/NNP/ROOT//PERSON”, Lee/NNP/nsubj/said/PERSON said/VBD/conj/Ann", ["Ann", "Lee"]),
        (
            f"Top/NNP/compound/Lee Democrat/NNP/compound/Lee {LEE.replace('PERSON', 'ORG')}",
            ["Ann Lee"],
        ),
        (
            f"{LEE.replace('ROOT/', 'compound/campaign')} campaign/NN/nsubj/left left/VBD/ROOT",
            ["Ann Lee campaign", "Ann Lee"],
        ),
        (
            "Lee/NNP/compound/magazine/ORG magazine/NN/nsubj/left left/VBD/ROOT",
            ["Lee"],
        ),
        (
            "Lees/NNPS/poss/magazine/PERSON~’/POS/case/Lees magazine/NN/nsubj/left left/VBD/ROOT",
            ["Lees’ magazine"],
        ),
    ],
    ids=["nickname", "quoted word", "party", "owner", "kind", "owner of a kind"],
)
def test_all_in(annotated: str, names: list[str]) -> None:
    """A nickname is part of a name; what describes it is none; an owner has a name, too."""
    assert [name.text for name in all_in(by_hand(annotated))] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("“Sit down,” said Mary to Anne.", ["Mary", "Anne"]),
        ("“Old Mr. Norrell!” said Dear Arabella.", ["Norrell", "Arabella"]),
        ("“No,” said Representative Young Kim.", ["Young Kim"]),
        ("“Tell Ellen Olenska,” he said. Ellen Olenska left.", ["Ellen Olenska"] * 2),
        ("CHAPTER IV. Ellen Olenska left.", ["Ellen Olenska"]),
        ("THE HOUSE OF ELLEN OLENSKA S AUNT\n\nEllen Olenska left.", ["Ellen Olenska"]),
        ("She met Ellen Olenska in Henley-on-Thames.", ["Ellen Olenska", "Henley-on-Thames"]),
        (
            "Mrs. John Dashwood and Mrs. Ellen Olenska left.",
            ["Mrs. John Dashwood", "Ellen Olenska"],
        ),
        ("“It is,” said Jane.--“I saw Doctor Aziz.”", ["Jane", "Aziz"]),
        ("“So you _did_ see _Jane_,” said _Mary_.", ["Jane", "Mary"]),
    ],
)
def test_names_of_novels(text: str, names: list[str]) -> None:
    """What joins two names, calls somebody or heads a chapter is part of no name."""
    found = [name.text for name in all_in(parsed(load().nlp, text))]
    assert [name for name in found if not name.isupper()] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Clinton campaign manager Robby Mook left.", {"Clinton campaign", "Robby Mook"}),
        ("The Clinton presidential campaign met.", {"Clinton presidential campaign"}),
        ("A Fox News poll found more.", {"Fox News poll", "Fox News"}),
        ("It stood in the Post magazine then.", {"Post"}),
        ("The Centre for a Modern Ukraine met.", {"Centre for a Modern Ukraine"}),
        ("She left the Institute for the Study of War.", {"Institute for the Study of War"}),
        ("The cleric Anwar al-Awlaki left.", {"Anwar al-Awlaki"}),
        ('The physicist George "Jay" Keyworth left.', {'George "Jay" Keyworth'}),
        ("He sold the gun on GunBroker.com in March.", {"GunBroker.com"}),
        ("One need not ask. Seventy left.", set()),
        ("They listened to BBC Radio Four then.", {"BBC Radio Four"}),
    ],
)
def test_names_in_news(text: str, names: set[str]) -> None:
    """Campaigns, polls, bodies and sites have names, with small words in them; numbers have not."""
    assert {name.text for name in all_in(parsed(load().nlp, text))} == names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Team Trump says that it will win.", ORGANIZATION),
        ("He sold the gun on GunBroker.com in March.", ORGANIZATION),
        ("An editor of The Washington Post said so.", ORGANIZATION),
        ("It stood in a Facebook post.", SpeakerType.DOCUMENT),
    ],
)
def test_types_in_news(text: str, kind: SpeakerType) -> None:
    """Teams, sites and newspapers are organizations, a post on one is a document."""
    assert kind in {name.type for name in all_in(parsed(load().nlp, text))}


@pytest.mark.parametrize(("story", "is_named"), [("Carson won.", True), ("She won.", False)])
def test_people_in_headlines(story: str, *, is_named: bool) -> None:
    """A headline's full name counts where its surname stands alone in the text."""
    headline = "Ben Carson Wins Iowa Debate Over Rivals Again"
    found = {name.text for name in all_in(parsed(load().nlp, f"{headline}\n\n{story}"))}
    assert ("Ben Carson" in found) == is_named


def test_names_that_stand_together_and_alone() -> None:
    """Two names with *and* between them are two people's, where one of them stands alone, too."""
    owl = "Owl/NNP/nmod/Eeyore/ORG and/CC/dep/Eeyore/ORG Eeyore/NNP/nsubj/left/ORG left/VBD/ROOT"
    assert [name.text for name in all_in(by_hand(f"{owl}."))] == ["Owl and Eeyore"]
    alone = "Eeyore/NNP/nsubj/left/PERSON left/VBD/ROOT"
    assert [name.text for name in all_in(by_hand(f"{owl}. {alone}."))] == ["Owl", *["Eeyore"] * 2]


def test_nickname_does_not_count() -> None:
    """Whom a nickname stands for goes by the name without it, too."""
    assert person("Ann “Bo” Lee").words == person("Ann Lee").words == ("ann", "lee")


@pytest.mark.parametrize("opening", ["Will", "Debating", "Top"])
def test_opening_of_a_sentence(opening: str) -> None:
    """What opens a sentence before a surname is no given name, where the full name is known."""
    doc = by_hand(f"{opening}/NNP/compound/Lee/PERSON Lee/NNP/ROOT//PERSON win?\n\n{LEE} left.")
    assert [name.text for name in all_in(doc)] == ["Lee", "Ann Lee"]


def test_headlines() -> None:
    """A headline capitalizes all but small words; a sentence full of names does not."""
    lee = LEE.replace("ROOT/", "nsubj/Meets")
    headline = f"{lee} Meets/VBZ/ROOT With/IN Four/CD Other/JJ Senators/NNS Again/RB"
    sentence = (
        "Paul/NNP/compound/Rayner/PERSON Rayner/NNP/nsubj/governed/PERSON governed/VBD/ROOT "
        "South/NNP/compound/Georgia/GPE Georgia/NNP/dobj/governed/GPE for/IN/prep/governed "
        "Anna/NNP/compound/Foxley/PERSON Foxley/NNP/pobj/for/PERSON"
    )
    found = [name.text for name in all_in(by_hand(f"{headline}.\n\n{sentence}."))]
    assert found == ["Paul Rayner", "South Georgia", "Anna Foxley"]


@pytest.mark.parametrize(("name", "gender"), [("Ann Lee", Gender.FEMALE), ("Robin Lee", None)])
def test_gender_of_a_given_name(name: str, gender: Gender | None) -> None:
    """Some given names are women's and men's."""
    assert person(name).gender is gender
