"""A text as it is known while its sources are resolved."""

import pytest
from attrs import evolve
from hypothesis import given
from spacy.tokens import Doc

from docs_by_hand import by_hand, docs
from quoteattr.entities import Entities, Entity, gender_of_pronoun
from quoteattr.marks import Offsets
from quoteattr.names import Gender, all_in
from quoteattr.quotes import SpeakerType
from quoteattr.register import Names
from quoteattr.scene import Scene, is_person
from timing import growth

LEE_LEFT = "Ann/NNP/compound/Lee/PERSON Lee/NNP/nsubj/left/PERSON left/VBD/ROOT"
RAY_LEFT = "Bob/NNP/compound/Ray/PERSON Ray/NNP/nsubj/left/PERSON left/VBD/ROOT"


def scene(annotated: str | Doc, *contents: Offsets) -> Scene:
    """That of a text, with the spans of its quotations."""
    doc = by_hand(annotated) if isinstance(annotated, str) else annotated
    names = all_in(doc)
    return Scene(doc, Entities(doc, names, Names(names)), contents)


def chain(found: Scene) -> list[tuple[str, str | None]]:
    """The pronouns of a text, each with the name of whom it may go on with."""
    return [(token.text, entity.name if entity else None) for token, entity in found.chain]


@pytest.mark.parametrize(
    ("word", "gender"),
    [
        *[(word, Gender.FEMALE) for word in ("she", "her", "hers", "herself")],
        *[(word, Gender.MALE) for word in ("he", "him", "his", "himself")],
        *[(word, None) for word in ("they", "it", "I", "who", "Lee", "")],
    ],
)
def test_gender_of_pronoun(word: str, gender: Gender | None) -> None:
    """Only pronouns of the third person tell a gender."""
    assert gender_of_pronoun(word) is gender


@pytest.mark.parametrize(
    ("annotated", "expected"),
    [
        (f"{LEE_LEFT}. She/PRP/nsubj/came came/VBD/ROOT.", [("She", "Ann Lee")]),
        (f"{LEE_LEFT}. He/PRP/nsubj/came came/VBD/ROOT.", [("He", None)]),
        (
            (
                f"{LEE_LEFT}. {RAY_LEFT}. She/PRP/nsubj/came came/VBD/ROOT. "
                "He/PRP/nsubj/saw saw/VBD/ROOT her/PRP/dobj/saw."
            ),
            [("She", "Ann Lee"), ("He", "Bob Ray"), ("her", "Ann Lee")],
        ),
        ("She/PRP/nsubj/came came/VBD/ROOT.", [("She", None)]),
        (f"{LEE_LEFT}.", []),
    ],
)
def test_chain(annotated: str, expected: list[tuple[str, str | None]]) -> None:
    """A pronoun goes on with the last subject of its gender, or with that of the one before."""
    assert chain(scene(annotated)) == expected


def test_chain_leaves_quoted_words_out() -> None:
    """Outside quoted words, whom these mention is no subject to go on with."""
    annotated = (
        f"{LEE_LEFT}. “Eve/NNP/nsubj/came/PERSON came/VBD/ROOT.” She/PRP/nsubj/sat sat/VBD/ROOT."
    )
    text = by_hand(annotated).text
    assert chain(scene(annotated)) == [("She", "Eve")]
    assert chain(scene(annotated, (text.index("“"), text.index("”") + 1))) == [("She", "Ann Lee")]


def test_chained() -> None:
    """The entity is asked for by the pronoun's number; other words have none."""
    found = scene(f"{LEE_LEFT}. She/PRP/nsubj/came came/VBD/ROOT.")
    entities = [found.chained(number) for number in range(7)]
    assert [each and each.name for each in entities] == [None] * 4 + ["Ann Lee", None, None]


HE = "He/PRP/nsubj/wept wept/VBD/ROOT"


def test_coreferring() -> None:
    """Whom the other mentions of a cluster stand for; a mention alone stands for nobody."""
    doc = by_hand(f"{LEE_LEFT}. {RAY_LEFT}. {HE}. {LEE_LEFT}.")
    lee, ray, he, again = 1, 5, 8, 12
    clusters = {ray: {ray, he}, he: {ray, he}, lee: {lee, again}, again: {lee, again}}
    found = scene(doc)
    found = evolve(found, clusters={at: frozenset(each) for at, each in clusters.items()})
    entities = {entity.name: id(entity) for entity in found.entities.entities}
    assert found.coreferring(he) == {entities["Bob Ray"]}
    assert found.coreferring(ray) == set()
    assert found.coreferring(lee) == {entities["Ann Lee"]}
    assert found.coreferring(2) == set()


def test_time_of_a_long_cluster() -> None:
    """It takes no longer for each mention where there are many, as of a novel's hero."""
    doc = Doc.from_docs([by_hand(f"{RAY_LEFT}. {HE}.")] * 1_000)
    known = scene(doc)

    def ask(times: str) -> None:
        cluster = frozenset(range(1, 7 * len(times), 7))
        found = evolve(known, clusters=dict.fromkeys(cluster, cluster))
        assert all(found.coreferring(token) for token in cluster)

    assert growth(ask, "x" * 500, limit=2.6) <= 2.6


def test_is_quoted() -> None:
    """A place is quoted from the start of a content on, to before its end."""
    found = scene(f"{LEE_LEFT}. {LEE_LEFT}.", (2, 10), (4, 6), (12, 14))
    assert [at for at in range(16) if found.is_quoted(at)] == [*range(2, 10), 12, 13]


def test_speaks() -> None:
    """Who has spoken where is kept, and how often."""
    found = scene(f"{LEE_LEFT}. {RAY_LEFT}. {LEE_LEFT}.")
    for mention, entity in zip(found.entities.mentions, found.entities.entities, strict=True):
        found.speaks(mention, entity)
    lee, ray, _ = found.entities.entities
    assert [(mention.start, entity.name) for mention, entity in found.spoken] == [
        *((0, "Ann Lee"), (14, "Bob Ray"), (28, "Ann Lee")),
    ]
    assert (found.times[id(lee)], found.times[id(ray)]) == (2, 1)


WOMAN, PERSON = Gender.FEMALE, SpeakerType.PERSON


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (Entity("Ann Lee", PERSON, gender=WOMAN), (True, True, False)),
        (Entity("Lee", PERSON), (True, True, True)),
        (Entity("Lee", SpeakerType.UNKNOWN), (True, True, True)),
        (Entity("officer", PERSON, named=False), (True, True, True)),
        (Entity("bridge", SpeakerType.UNKNOWN, named=False), (False, False, False)),
        (Entity("Lees", PERSON, is_plural=True), (False, False, False)),
        (Entity("NATO", SpeakerType.ORGANIZATION), (False, False, False)),
    ],
)
def test_is_person(entity: Entity, expected: tuple[bool, bool, bool]) -> None:
    """One person, named or described as one, of any gender or of that which is known."""
    assert tuple(is_person(entity, gender) for gender in (None, WOMAN, Gender.MALE)) == expected


@given(docs())
def test_any_parse(doc: Doc) -> None:
    """However odd the parse, each pronoun has at most one person of its gender."""
    for token, entity in scene(doc).chain:
        gender = gender_of_pronoun(token.lower_)
        assert gender is not None
        assert entity is None or is_person(entity, gender)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("“Ann! Wait!”", True),
        ("“No, my dear Ann, go.”", True),
        ("“I saw you, Ann.”", True),
        ("“Well, Ann”", True),
        ("“Miss Ann, go.”", True),
        ("“Ann is here.”", False),
        ("“I saw Ann.”", False),
        ("“Ann’s hat, please.”", False),
        ("“Go.” Ann, she said.", False),
    ],
)
def test_calls(words: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    """Whom words call stands between marks in them."""
    ann = words.replace("Ann", "Ann/NNP/ROOT//PERSON")
    found = scene(ann)
    [entity] = {id(each): each for each in found.entities.entities if each.named}.values()
    assert found.calls(entity, 0, words.index("”") + 1) is expected


def test_calls_takes_linear_time() -> None:
    """However often somebody is named in the words."""
    found = scene("“" + "Ann/NNP/ROOT//PERSON is/VBZ/ROOT here. " * 500 + "”")
    entity, end = found.entities.entities[0], len(found.doc.text)

    def call(times: str) -> None:
        for _ in times:
            found.calls(entity, 0, end)

    assert growth(call, "." * 50, limit=2.6) <= 2.6
