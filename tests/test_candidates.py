"""Whom a pronoun or a description can stand for, and what speaks for each of them."""

import functools
import math
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from docs_by_hand import by_hand, docs
from quoteattr.candidates import Choices, Signs, choices
from quoteattr.entities import Entities
from quoteattr.names import all_in
from quoteattr.register import Names
from quoteattr.scene import Scene
from timing import growth

if TYPE_CHECKING:
    from quoteattr.marks import Offsets

LEE = "Ann/NNP/compound/Lee/PERSON Lee/NNP/{}/PERSON"
RAY = "Bob/NNP/compound/Ray/PERSON Ray/NNP/{}/PERSON"
LEE_LEFT = LEE.format("nsubj/left") + " left/VBD/ROOT"
RAY_LEFT = RAY.format("nsubj/left") + " left/VBD/ROOT"
BOTH_LEFT = f"{LEE.format('nsubj/left')} and/CC/cc/Lee {RAY.format('conj/Lee')} left/VBD/ROOT"
SAID = "said/VBD/ROOT all"


def scene_of(doc: Doc) -> Scene:
    """What is known of a text without quotations."""
    names = all_in(doc)
    return Scene(doc, Entities(doc, names, Names(names)), [])


def found(annotated: str, words: str, scene: Scene | None = None) -> Choices:
    """What the last of some words stands for; what it says is the whole text but for these."""
    scene = scene or scene_of(by_hand(annotated))
    [*_, match] = re.finditer(rf"\b{words}\b", scene.doc.text)
    start, end = match.span()
    span = scene.doc.char_span(start, end)
    assert span is not None
    return choices(scene, (start, end), span.root, [(end, len(scene.doc.text))])


def names(given_: Choices) -> list[str | None]:
    """The names of the candidates."""
    return [each.entity.name if each.entity else None for each in given_.candidates]


def signs(given_: Choices, name: str | None) -> Signs:
    """What speaks for the candidate with a name."""
    [one] = [
        each.signs
        for each in given_.candidates
        if (each.entity.name if each.entity else None) == name
    ]
    return one


HE, SHE, THEY = (f"{word}/PRP/nsubj/said {SAID}" for word in ("he", "she", "they"))
MAYOR = f"the/DT/det/mayor mayor/NN/nsubj/said {SAID}"


def test_nearest_first_and_nobody_last() -> None:
    """Candidates come from the nearest on, each once; nobody comes last."""
    given_ = found(f"{LEE_LEFT}. {RAY_LEFT}. {LEE_LEFT}. {HE}.", "he")
    assert (given_.kind, names(given_)) == ("pronoun", ["Ann Lee", "Bob Ray", None])
    lee, ray, nobody = given_.candidates
    assert lee.mention is not None
    assert ray.mention is not None
    assert (lee.mention.start, ray.mention.start, nobody.mention) == (28, 14, None)


def test_nobody_is_around() -> None:
    """In a text that mentions nobody there is but nobody."""
    assert names(found(f"{HE}.", "he")) == [None]


def test_those_behind() -> None:
    """Those who are mentioned soon after are candidates too, and marked as such."""
    given_ = found(f"{HE}. {LEE_LEFT}. {RAY_LEFT}.", "he")
    assert names(given_) == ["Ann Lee", None]
    assert "after" in signs(given_, "Ann Lee")


@pytest.mark.parametrize(
    ("pronoun", "lee", "ray"),
    [("he", "other gender", "same gender"), ("she", "same gender", "other gender")],
)
def test_gender(pronoun: str, lee: str, ray: str) -> None:
    """Whose gender is known has the pronoun's, or another."""
    given_ = found(f"{LEE_LEFT}. {RAY_LEFT}. {pronoun}/PRP/nsubj/said {SAID}.", pronoun)
    for name, sign, other in (("Ann Lee", lee, ray), ("Bob Ray", ray, lee)):
        assert sign in signs(given_, name)
        assert other not in signs(given_, name)


def test_two_for_they() -> None:
    """*They* can be two who are mentioned together, or the last two."""
    assert "Ann Lee; Bob Ray" in names(found(f"{BOTH_LEFT}. {THEY}.", "they"))
    assert "Ann Lee; Bob Ray" in names(found(f"{LEE_LEFT}. {RAY_LEFT}. {THEY}.", "they"))
    assert "Ann Lee; Bob Ray" not in names(found(f"{LEE_LEFT}. {RAY_LEFT}. {HE}.", "he"))


def test_distance() -> None:
    """Sentences and paragraphs between are counted."""
    given_ = found(f"{LEE_LEFT}. {RAY_LEFT}.\n{HE}.", "he")
    lee, ray = signs(given_, "Ann Lee"), signs(given_, "Bob Ray")
    assert {"2 sentences before", "1 paragraphs before"} <= lee.keys()
    assert {"1 sentences before", "subject 1 sentences before"} <= ray.keys()
    assert lee["mentions"] == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("before", "is_role"),
    [
        (f"Mayor/NNP/compound/Lee {LEE_LEFT}.", True),
        (f"Senator/NNP/compound/Lee {LEE_LEFT}.", False),
    ],
)
def test_role(before: str, is_role: bool) -> None:  # noqa: FBT001 - of the cases
    """The bearer of a description's role has a sign for it, and nobody else."""
    given_ = found(f"{before} {RAY_LEFT}. {MAYOR}.", "the mayor")
    assert given_.kind == "description"
    assert ("role" in signs(given_, "Ann Lee")) == is_role
    assert "role" not in signs(given_, "Bob Ray")
    assert ("itself while another has the role" in signs(given_, None)) == is_role


def test_role_far_away() -> None:
    """The bearer of a role is a candidate however long ago the text said so."""
    far = f"Mayor/NNP/compound/Lee {LEE_LEFT}. " + f"{RAY_LEFT}. " * 99
    assert names(found(f"{far}{MAYOR}.", "the mayor")) == ["Bob Ray", "Ann Lee", None]
    assert "Ann Lee" not in names(found(f"{far}{SHE}.", "she"))


def test_description_stands_for_no_description() -> None:
    """Behind a description only names are looked for; behind a pronoun also people described."""
    officer = "An/DT/det/officer officer/NN/nsubj/left left/VBD/ROOT."
    assert names(found(f"{officer} {MAYOR}.", "the mayor")) == [None]
    assert names(found(f"{officer} {HE}.", "he")) == ["An officer", None]


def test_those_who_spoke() -> None:
    """Who has spoken before has signs for how long ago and how often."""
    scene = scene_of(by_hand(f"{LEE_LEFT}. {RAY_LEFT}. {SHE}."))
    mentions, entities = scene.entities.mentions, scene.entities.entities
    for at in (0, 0, 1):
        scene.speaks(mentions[at], entities[at])
    given_ = found("", "she", scene)
    lee, ray = signs(given_, "Ann Lee"), signs(given_, "Bob Ray")
    assert {"speaker 1", "has spoken", "last speaker of the gender"} <= lee.keys()
    assert lee["quotations"] == pytest.approx(math.log(3))
    assert {"speaker 0", "has spoken"} <= ray.keys()
    assert "last speaker of the gender" not in ray


def test_description_that_is_known() -> None:
    """Once a description has been resolved, its mentions are those of the name."""
    scene = scene_of(by_hand(f"{LEE_LEFT}. {MAYOR}. {SHE}."))
    lee, mayor = scene.entities.entities[:2]
    scene.known[id(mayor)] = lee
    assert names(found("", "she", scene)) == ["Ann Lee", None]


def test_coreference() -> None:
    """Those in the pronoun's cluster have one sign, others the opposite."""
    scene = scene_of(by_hand(f"{LEE_LEFT}. {RAY_LEFT}. {HE}."))
    together = frozenset({5, 8})
    scene.clusters = dict.fromkeys(together, together)
    given_ = found("", "he", scene)
    assert "coreference" in signs(given_, "Bob Ray")
    assert "coreference with another" in signs(given_, "Ann Lee")


def test_owner() -> None:
    """A description that somebody owns has a sign for the owner."""
    owned = f"{LEE.format('poss/lawyer')}~'s/POS/case/Lee lawyer/NN/nsubj/said {SAID}"
    given_ = found(f"{LEE_LEFT}. {RAY_LEFT}. {owned}.", "Ann Lee's lawyer")
    assert {"owned", "owner"} <= signs(given_, "Ann Lee").keys()
    assert "owner" not in signs(given_, "Bob Ray")


@given(docs(), st.data())
def test_any_parse(doc: Doc, data: st.DataObject) -> None:
    """However odd the parse, candidates differ, nobody is the last, and signs are finite."""
    scene = scene_of(doc)
    words = [token for token in doc if not token.is_space]
    for head in data.draw(st.lists(st.sampled_from(words), max_size=3) if words else st.just([])):
        place = head.idx, head.idx + len(head)
        own: list[Offsets] = data.draw(st.sampled_from([[], [(0, place[0])], [place]]))
        given_ = choices(scene, place, head, own)
        entities = [id(each.entity) for each in given_.candidates]
        assert len(set(entities)) == len(entities)
        assert [each.entity is None for each in given_.candidates[-1:]] == [True]
        assert all(math.isfinite(each) for one in given_.candidates for each in one.signs.values())


@functools.cache
def long_scene(count: int) -> Scene:
    """What is known of a long text about many people."""
    once = by_hand(f"Mayor/NNP/compound/Lee {BOTH_LEFT}. {HE}.")
    return scene_of(Doc.from_docs([once] * count))


@pytest.mark.parametrize("words", ["he", "Mayor"])
def test_time_does_not_depend_on_the_text(words: str) -> None:
    """One more source costs about the same, however long the text is."""

    def at_the_end(text: str) -> None:
        scene = long_scene(len(text))
        head = [token for token in scene.doc[-20:] if token.text == words][-1]
        for _ in range(50):
            choices(scene, (head.idx, head.idx + len(head)), head, [])

    assert growth(at_the_end, "." * 200, limit=1.5) <= 1.5


def test_signs_in_a_story() -> None:
    """In a story each sign counts once more, as one of stories; elsewhere none does."""
    scene = scene_of(by_hand(f"{LEE_LEFT}. She/PRP/nsubj/said {SAID}"))
    plain = [dict(each.signs) for each in found("", "She", scene).candidates]
    scene.is_story = True
    told = [each.signs for each in found("", "She", scene).candidates]
    assert told == [
        each | {f"{sign}, in a story": strength for sign, strength in each.items()}
        for each in plain
    ]
    assert all(plain)
