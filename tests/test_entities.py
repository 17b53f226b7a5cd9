"""Whom and what a text mentions, and what it says of them."""

import pytest
from hypothesis import given
from spacy.tokens import Doc

from docs_by_hand import by_hand, docs
from quoteattr.entities import Entities, Entity, Place, role_of, type_of_noun
from quoteattr.names import Gender, all_in
from quoteattr.quotes import SpeakerType
from quoteattr.register import Names

LEE = "Ann/NNP/compound/Lee/PERSON Lee/NNP/{}/PERSON"
RAY = "Bob/NNP/compound/Ray/PERSON Ray/NNP/{}/PERSON"
LEE_LEFT = LEE.format("nsubj/left") + " left/VBD/ROOT"
RAY_LEFT = RAY.format("nsubj/left") + " left/VBD/ROOT"
CALLED_LEE = f"called/VBN/acl/woman {LEE.format('oprd/called')}"
MAYOR_LEFT = "The/DT/det/mayor mayor/NN/nsubj/left left/VBD/ROOT"


def entities(annotated: str | Doc) -> Entities:
    """Those of a text."""
    doc = by_hand(annotated) if isinstance(annotated, str) else annotated
    names = all_in(doc)
    return Entities(doc, names, Names(names))


def the(name: str, annotated: str) -> Entity:
    """The one entity of a text that has a name."""
    [found] = {
        id(each): each for each in entities(annotated).entities if each.name == name
    }.values()
    return found


# Nouns


@pytest.mark.parametrize(
    ("noun", "kind"),
    [
        ("mayor", SpeakerType.PERSON),
        ("doctor", SpeakerType.PERSON),
        ("policewoman", SpeakerType.PERSON),
        ("wife", SpeakerType.PERSON),
        ("ministry", SpeakerType.ORGANIZATION),
        ("report", SpeakerType.DOCUMENT),
        ("bridge", SpeakerType.UNKNOWN),
    ],
)
def test_type_of_noun(noun: str, kind: SpeakerType) -> None:
    """A noun tells what kind of entity it describes; several are a group, or documents."""
    assert type_of_noun(noun, is_plural=False) is kind
    plural = SpeakerType.DOCUMENT if kind is SpeakerType.DOCUMENT else SpeakerType.GROUP
    assert type_of_noun(noun, is_plural=True) is plural


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sen.", "senator"),
        ("Gov.", "governor"),
        ("Chairwoman", "chairman"),
        ("spokesperson", "spokeswoman"),
        ("Mayor", "mayor"),
        ("envoy", "ambassador"),
    ],
)
def test_alike_roles(one: str, other: str) -> None:
    """Short forms and other words for one office are one role."""
    assert role_of(one) == role_of(other)


def test_other_roles() -> None:
    """Other offices are other roles."""
    assert role_of("mayor") != role_of("governor")


# Who is there


def test_forms_of_one_name() -> None:
    """All forms of a name are mentions of one entity, known by the fullest."""
    lee = the("Ann Lee", f"{LEE_LEFT}. Mrs./NNP/compound/Lee Lee/NNP/nsubj/left left/VBD/ROOT.")
    assert [(each.start, each.end) for each in lee.mentions] == [(0, 7), (19, 22)]
    assert (lee.type, lee.named, lee.is_plural) == (SpeakerType.PERSON, True, False)
    assert lee.full is not None
    assert lee.full.text == "Ann Lee"


def test_descriptions() -> None:
    """The same words describe the same one, in whatever sentence; other words another one."""
    officer = "The/DT/det/officer {}officer/NN/nsubj/left left/VBD/ROOT."
    police = officer.format("police/NN/compound/officer ")
    found = entities(f"{police} {police} {officer.format('')}")
    first, second, third = found.entities
    assert first is second is not third
    assert (first.name, first.named, first.type) == (
        "The police officer",
        False,
        SpeakerType.PERSON,
    )
    assert first.full is None


@pytest.mark.parametrize(
    ("annotated", "gender"),
    [
        (LEE_LEFT, Gender.FEMALE),
        (RAY_LEFT, Gender.MALE),
        ("Mrs./NNP/compound/Fox Fox/NNP/nsubj/left/PERSON left/VBD/ROOT", Gender.FEMALE),
        ("Mr./NNP/compound/Fox Fox/NNP/nsubj/left/PERSON left/VBD/ROOT", Gender.MALE),
        ("Fox/NNP/nsubj/is/PERSON is/VBZ/ROOT an/DT/det/actress actress/NN/attr/is", Gender.FEMALE),
        ("The/DT/det/woman woman/NN/nsubj/left left/VBD/ROOT", Gender.FEMALE),
        ("Fox/NNP/nsubj/left/PERSON left/VBD/ROOT", None),
        (MAYOR_LEFT, None),
    ],
)
def test_gender(annotated: str, gender: Gender | None) -> None:
    """Given names, titles and descriptions tell a gender, others don't."""
    assert entities(f"{annotated}.").entities[0].gender is gender


def test_title_outweighs_given_name() -> None:
    """What a title tells of the gender counts more than what a given name does."""
    annotated = f"{LEE_LEFT}. Mr./NNP/compound/Lee Lee/NNP/nsubj/left/PERSON left/VBD/ROOT."
    assert the("Ann Lee", annotated).gender is Gender.MALE


def test_gender_of_an_organization() -> None:
    """An organization that bears a person's name has no gender."""
    annotated = f"{LEE.format('compound/campaign')} campaign/NN/nsubj/left left/VBD/ROOT"
    assert the("Ann Lee campaign", annotated).gender is None


@pytest.mark.parametrize(
    "annotated",
    [
        f"{LEE.format('nsubj/left')}, the/DT/det/mayor mayor/NN/appos/Lee, left/VBD/ROOT",
        f"The/DT/det/mayor mayor/NN/nsubj/left, {LEE.format('appos/mayor')}, left/VBD/ROOT",
        f"A/DT/det/woman woman/NN/nsubj/left {CALLED_LEE} left/VBD/ROOT",
    ],
)
def test_apposition_is_the_same_one(annotated: str) -> None:
    """A description beside a name is nobody else's."""
    found = entities(annotated)
    assert {each.name for each in found.entities} == {"Ann Lee"}


def test_person_beside_a_description() -> None:
    """A given name beside a description of a person is one's, whatever its label; others aren't."""
    wife = "Her/PRP$/poss/wife wife/NN/nsubj/left, {}/NNP/appos/wife/GPE, left/VBD/ROOT."
    melania = the("Melania", wife.format("Melania"))
    assert (melania.type, melania.gender) == (SpeakerType.PERSON, Gender.FEMALE)
    assert the("France", wife.format("France")).type is SpeakerType.ORGANIZATION


def test_gender_of_somebody_called_by_a_description() -> None:
    """What somebody is called tells who it is that the description has told of."""
    woman = (
        "A/DT/det/woman woman/NN/nsubj/left called/VBN/acl/woman Fox/NNP/oprd/called/PERSON left"
    )
    assert the("Fox", f"{woman}/VBD/ROOT.").gender is Gender.FEMALE


def test_gender_of_only_a_given_name() -> None:
    """Who goes by one name alone has its gender; a surname's counts only if there's no other."""
    emma = "Emma/NNP/nsubj/left/PERSON left/VBD/ROOT"
    assert the("Emma", f"{emma}.").gender is Gender.FEMALE
    grant = "Ulyss/NNP/compound/Grant/PERSON Grant/NNP/nsubj/left/PERSON left/VBD/ROOT"
    alone = "Grant/NNP/nsubj/left/PERSON left/VBD/ROOT"
    assert the("Ulyss Grant", f"{grant}. {alone}.").gender is None
    assert the("Grant", f"{alone}.").gender is Gender.MALE


def test_several() -> None:
    """A plural is several."""
    found = entities("Two officials/NNS/nsubj/left left/VBD/ROOT.").entities[0]
    assert (found.is_plural, found.type) == (True, SpeakerType.GROUP)


def test_mentioned_together() -> None:
    """Those whom *and* joins are also one, who are several, where the first one's name begins."""
    found = entities(
        "Ann/NNP/compound/Lee/PERSON Lee/NNP/nsubj/left/PERSON and/CC/cc/Lee "
        "Bob/NNP/compound/Ray/PERSON Ray/NNP/conj/Lee/PERSON left/VBD/ROOT."
    )
    [joint] = [each for each in found.entities if each.members]
    assert (joint.name, joint.type) == ("Ann Lee; Bob Ray", SpeakerType.GROUP)
    assert joint.is_plural
    assert joint.named
    assert [(each.start, each.end) for each in joint.mentions] == [(0, 19)]
    assert found.together(joint.members) is joint
    assert found.together(joint.members[::-1]) is not joint


# Roles


@pytest.mark.parametrize(
    "annotated",
    [
        f"Mayor/NNP/compound/Lee {LEE_LEFT}.",
        f"{LEE.format('nsubj/left')}, the/DT/det/mayor mayor/NN/appos/Lee, left/VBD/ROOT.",
        f"The/DT/det/mayor mayor/NN/nsubj/left, {LEE.format('appos/mayor')}, left/VBD/ROOT.",
        (
            f"{LEE.format('nsubj/left')}, who/WP/nsubj/is is/VBZ/relcl/Lee the/DT/det/mayor "
            "mayor/NN/attr/is, left/VBD/ROOT."
        ),
        f"{LEE.format('nsubj/is')} is/VBZ/ROOT the/DT/det/mayor mayor/NN/attr/is.",
        f"mayor/NN/compound/Lee {LEE_LEFT}.",
    ],
    ids=["title", "apposition", "apposed name", "who is", "is", "noun"],
)
def test_role(annotated: str) -> None:
    """A role is tied to a name by a title, an apposition, or *is*."""
    found = entities(f"{annotated} {RAY_LEFT}.")
    assert [each.name for each in found.with_role("mayor")] == ["Ann Lee"]
    assert found.with_role("governor") == ()


def test_words_of_a_title() -> None:
    """All words of a title go with its bearer; a title in front is no part of the name."""
    title = "Deputy/NNP/compound/Lee Foreign/NNP/compound/Lee Minister/NNP/compound/Lee"
    lee = the("Ann Lee", f"{title} {LEE_LEFT}.")
    assert lee.words >= {"deputy", "foreign", "minister"}


def test_what_an_organization_is() -> None:
    """An organisation is what the last word of its name says."""
    ministry = "Foreign/NNP/compound/Ministry/ORG Ministry/NNP/nsubj/met/ORG"
    found = entities(f"The/DT/det/Ministry {ministry} met/VBD/ROOT.")
    assert [each.name for each in found.with_role("ministry")] == ["Foreign Ministry"]


def test_first_described() -> None:
    """Of somebody without a name it is known where a noun first describes them."""
    found = entities(f"{LEE_LEFT}. {MAYOR_LEFT}. {MAYOR_LEFT}.")
    mention = found.described("mayor")
    assert mention is not None
    assert (mention.start, mention.end) == (14, 23)
    assert found.described("governor") is None


# Where they stand


@pytest.mark.parametrize(
    ("annotated", "place"),
    [
        (f"{LEE_LEFT}.", Place.SUBJECT),
        (
            f"He/PRP/nsubj/said said/VBD/ROOT that {LEE_LEFT.replace('ROOT', 'ccomp/said')}.",
            Place.SUBJECT,
        ),
        (
            f"They/PRP/nsubj/came came/VBD/ROOT when {LEE_LEFT.replace('ROOT', 'advcl/came')}.",
            Place.CLAUSE_SUBJECT,
        ),
        (f"He/PRP/nsubj/met met/VBD/ROOT {LEE.format('dobj/met')}.", Place.OBJECT),
        (f"It/PRP/nsubj/fell fell/VBD/ROOT on/IN/prep/fell {LEE.format('pobj/on')}.", Place.OBJECT),
        (f"{LEE.format('poss/dog')}~'s/POS/case/Lee dog/NN/nsubj/ran ran/VBD/ROOT.", Place.OWNER),
        (f"{LEE.format('ROOT/')}.", Place.OTHER),
    ],
)
def test_place(annotated: str, place: Place) -> None:
    """A mention knows what it is in its sentence."""
    assert the("Ann Lee", annotated).mentions[0].place is place


def test_sentences_and_paragraphs() -> None:
    """A mention knows its sentence and its paragraph."""
    found = entities(f"{LEE_LEFT}. {LEE_LEFT}.\n{RAY_LEFT}.")
    places = [(each.sentence, each.paragraph) for each in found.mentions]
    assert places == [(0, 0), (1, 0), (2, 1)]


def test_first_subject() -> None:
    """Of each paragraph it is known who is its first subject."""
    found = entities(f"{LEE_LEFT}. {RAY_LEFT}.\nNobody.\n{RAY_LEFT}.")
    firsts = [found.first_subject(number) for number in range(4)]
    assert [each and each.name for each in firsts] == ["Ann Lee", None, "Bob Ray", None]


def test_at() -> None:
    """A word of a name or a described noun leads to its entity, any other to none."""
    found = entities(f"{LEE_LEFT}. {MAYOR_LEFT}.")
    names = [found.at(number) for number in range(7)]
    assert [each and each.name for each in names] == [
        *("Ann Lee", "Ann Lee", None, None),
        *(None, "The mayor", None),
    ]


@given(docs())
def test_any_parse(doc: Doc) -> None:
    """However odd the parse, mentions come in their order, and each is its entity's."""
    found = entities(doc)
    starts = [mention.start for mention in found.mentions]
    assert starts == sorted(starts)
    assert len(found.entities) == len(found.mentions)
    for mention, entity in zip(found.mentions, found.entities, strict=True):
        assert mention in entity.mentions
        assert 0 <= mention.start < mention.end <= len(doc.text)
        assert entity.named == (entity.full is not None) or entity.members
