"""Whose turn it is where nothing beside a quotation says who speaks."""

import math

import pytest

from quoteattr.entities import Entities, Entity
from quoteattr.marks import pair
from quoteattr.names import all_in
from quoteattr.parsing import parsed
from quoteattr.pipeline import load
from quoteattr.quotations import Origin, Quotation
from quoteattr.register import Names
from quoteattr.scene import Scene
from quoteattr.turns import Turns, is_story
from timing import growth

TALK = ["“No,” said Ann.", "“Why?” said Bob.", "“So.”", "“Ah.”", "“Well.”"]
"""Two name themselves, three don't; the names are those of no month and no verb."""


class Talk:
    """A text of paragraphs with at most one quotation each, and who speaks there."""

    def __init__(self, lines: list[str], *speakers: str, between: str = "\n\n") -> None:
        text, at = between.join(lines), 0
        self.quotations: list[Quotation] = []
        for line in lines:
            if "“" in line:
                content = at + line.index("“"), at + (line.find("”") + 1 or len(line))
                is_alone = content == (at, at + len(line))
                origin = Origin.CONTINUED if is_alone else Origin.TAGGER
                self.quotations.append(Quotation((content,), None, None, origin, 0.9, 0.9))
            at += len(line) + len(between)
        doc = parsed(load().nlp, text)
        names = all_in(doc)
        contents = [each.content[0] for each in self.quotations]
        story = is_story(text, pair(text), self.quotations)
        scene = Scene(doc, Entities(doc, names, Names(names)), contents, is_story=story)
        self.entities = {each.name: each for each in scene.entities.entities}
        self.turns = Turns(text, pair(text), self.quotations, scene)
        named = [self.entities.get(name) for name in speakers]
        self.speaking: list[Entity | None] = [*named, *[None] * (len(contents) - len(named))]

    def signs(self, number: int) -> dict[str | None, dict[str, float]]:
        """What speaks for each candidate, by name."""
        found = self.turns.choices(number, self.speaking).candidates
        return {name_of(each.entity): dict(each.signs) for each in found}


def name_of(entity: Entity | None) -> str | None:
    """The name of somebody."""
    return entity.name if entity else None


@pytest.fixture(scope="module", name="talk")
def _talk() -> Talk:
    return Talk(TALK, "Ann", "Bob")


# Whether others answer


def test_conversation(talk: Talk) -> None:
    """In a conversation each paragraph may be somebody else's."""
    assert all(map(talk.turns.are_taken, range(2, 5)))


@pytest.mark.parametrize(
    ("lines", "between"),
    [
        (TALK[:4], "\n\n"),  # as news has them
        (TALK, "\n"),  # each line may be but a sentence of somebody's
        ([*TALK[:2], "“So", "“Ah", "“Well.”"], "\n\n"),
        ([*TALK[:3], "It rained.", "“Ah.”", "It rained.", "“Well.”"], "\n\n"),
    ],
)
def test_no_conversation(lines: list[str], between: str) -> None:
    """Few paragraphs of quoted words alone, lines or open quotations: the speaker goes on."""
    found = Talk(lines, between=between)
    assert not any(map(found.turns.are_taken, range(len(found.quotations))))


def test_paragraph_that_goes_on() -> None:
    """In a conversation, too, a paragraph that doesn't close its quotation goes on."""
    found = Talk([*TALK, "“I say this", "“and that.”"])
    assert [found.turns.are_taken(number) for number in (4, 5, 6)] == [True, True, False]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("CHAPTER I", True),
        ("  Chapter 3.", True),
        ("BOOK ONE", True),
        ("II.", True),
        ("I.", False),
        ("Chapter and verse", False),
        ("He read Chapter 3.", False),
        ("", False),
    ],
)
def test_chapters(heading: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    """What has chapters is a story."""
    text = f"{heading}\n\nAnn left."
    assert is_story(text, pair(text), []) is expected


def test_before(talk: Talk) -> None:
    """Who goes on has spoken in the quotation before, if there is one."""
    assert [talk.turns.before(number) for number in range(3)] == [None, 0, 1]


def test_what_stands_within_another_quotation_is_no_turn() -> None:
    """Somebody who is quoted by a speaker doesn't speak before the next one."""
    lines = ["“No,” said Ann.", "“So.”"]
    text = "\n\n".join(lines)
    within = Quotation(((1, 3),), None, None, Origin.NESTED, 0.9, 0.9)
    outer, after = Talk(lines).quotations
    doc = parsed(load().nlp, text)
    scene = Scene(doc, Entities(doc, [], Names([])), [])
    found = Turns(text, pair(text), [outer, within, after], scene)
    assert found.before(2) == 0


# Who may speak


def test_choices(talk: Talk) -> None:
    """The candidates are those around; nobody comes last, and the place is the quotation's."""
    found = talk.turns.choices(2, talk.speaking)
    start = talk.quotations[2].content[0][0]
    assert (found.kind, found.source) == ("turn", (start, start))
    names = [name_of(each.entity) for each in found.candidates]
    assert (sorted(map(str, names[:-1])), names[-1]) == (["Ann", "Bob"], None)
    assert found.candidates[-1].signs == {"nobody": 1, "nobody, alone": 1}


def test_signs_of_turns(talk: Talk) -> None:
    """How many turns away somebody speaks, and whether another speaks in between."""
    signs = talk.signs(2)
    ann, bob = signs["Ann"], signs["Bob"]
    assert {"2 turns before", "2 turns before, at once"} <= ann.keys()
    assert {"2 turns before, and another since", "2 turns before, and somebody else since"} <= set(
        ann
    )
    assert {"1 turns before", "1 turns before, at once"} <= bob.keys()
    assert not bob.keys() & {"2 turns before", "2 turns before, and another since"}
    assert ann["quotations near"] == math.log(2)


def test_signs_are_kept_apart_where_nothing_is_told(talk: Talk) -> None:
    """A paragraph with nothing but quoted words has signs of its own."""
    alone = talk.signs(2)["Ann"]
    assert all(f"{sign}, alone" in alone for sign in alone if not sign.endswith(", alone"))
    beside = Talk([*TALK, "“Oh.” It rained."], "Ann", "Bob").signs(5)
    assert not any(sign.endswith(", alone") for signs in beside.values() for sign in signs)


def test_turns_behind() -> None:
    """Who is named only later may have spoken before."""
    found = Talk([*TALK[2:], *TALK[:2]])
    found.speaking[3:] = found.entities["Ann"], found.entities["Bob"]
    signs = found.signs(2)
    assert {"1 turns behind", "1 turns behind, at once"} <= signs["Ann"].keys()
    assert {"2 turns behind", "2 turns behind, and somebody else before"} <= signs["Bob"].keys()
    assert "3 turns behind" in found.signs(1)["Bob"]


def test_turns_on_both_sides() -> None:
    """One who speaks before and behind hardly speaks in between; one two turns away does."""
    found = Talk([TALK[0], *TALK[2:], "“Oh,” said Ann."], "Ann", "Bob")
    ann, bob = found.entities["Ann"], found.entities.get("Bob")
    assert bob is None
    found.speaking[:] = [ann, None, ann, None, ann]
    assert "the turns before and behind" in found.signs(1)["Ann"]
    found.speaking[:] = [ann, None, None, None, ann]
    assert "2 turns before and 2 behind" in found.signs(2)["Ann"]


def test_text_between_turns() -> None:
    """Turns with other text in between are farther apart."""
    lines = [*TALK[:2], "They waited.", *TALK[2:]]
    bob = Talk(lines, "Ann", "Bob").signs(2)["Bob"]
    assert "1 turns before, later" in bob
    assert "1 turns before, at once" not in bob


def test_people_of_whom_is_told() -> None:
    """Who is told of beside a quotation is a candidate, the nearest and the subject above all."""
    lines = [*TALK, "Rosa Diaz looked at Ann. “Oh.” Bob Ray sat down.", "Eve Moore left."]
    signs = Talk(lines).signs(5)
    assert {"told before it", "nearest subject before it"} <= signs["Rosa Diaz"].keys()
    assert "nearest before it" not in signs["Rosa Diaz"]
    assert "nearest before it" in signs["Ann"]
    assert {"told in text 1 behind", "nearest subject in text 1 behind"} <= signs[
        "Eve Moore"
    ].keys()
    assert "told in a turn 1 before" not in signs["Eve Moore"]


def test_pronouns_are_followed() -> None:
    """A pronoun beside a quotation tells of the one whom it goes on with."""
    signs = Talk([*TALK, "Mary Moore came in.", "She nodded. “Oh.”"]).signs(5)
    assert "nearest subject before it" in signs["Mary Moore"]


def test_words() -> None:
    """Who is named in the words is spoken to, or of; in those before, asked perhaps."""
    signs = Talk([*TALK[:2], "“Rosa Diaz?”", "“Ah, Bob.”", "“Well.”"], "Ann", "Bob").signs(3)
    assert "in its own words" in signs["Bob"]
    assert "in its own words" not in signs["Ann"]
    found = Talk([*TALK[:2], "“Ah, Bob.”", "“So.”", "“Well.”"], "Ann", "Bob")
    assert "in the words before" in found.signs(3)["Bob"]
    assert "in the words behind" in found.signs(1)["Bob"]


def test_nobody_around() -> None:
    """Where nobody is named nobody is all there is to choose."""
    assert list(Talk(["“So.”", "“Ah.”", "“Well.”"]).signs(1)) == [None]


def test_nearest(talk: Talk) -> None:
    """The quotation nearest to another one with the same speaker is where its name is known."""
    ann, bob = talk.entities["Ann"], talk.entities["Bob"]
    assert talk.turns.nearest(2, ann, talk.speaking) == 0
    assert talk.turns.nearest(4, ann, [ann, bob, ann, bob, None]) == 2
    assert talk.turns.nearest(2, bob, [ann, None, ann, None, None]) is None


def test_from_text_to_speaker() -> None:
    """The shipped models find whose turn it is."""
    text = (
        "“Where were you last night?” asked Ann Lee.\n\n“At home, of course,” said Bob Ray.\n\n"
        "“Nobody saw you there.”\n\n“I was asleep all the time.”\n\n“And the window was open?”\n"
    )
    speakers = [quote.speaker and quote.speaker.name for quote in load()(text).quotes]
    assert speakers == ["Ann Lee", "Bob Ray", "Ann Lee", "Bob Ray", "Ann Lee"]


@pytest.mark.parametrize("between", ["\n\n", " "])
def test_long_conversations_take_no_longer(between: str) -> None:
    """The time for a turn doesn't grow with the conversation, or with its paragraphs."""
    doc = parsed(load().nlp, "")
    scene = Scene(doc, Entities(doc, [], Names([])), [])

    def choose(text: str) -> None:
        found = pair(text)
        places = [(one.start, one.end) for one in found.outer]
        made = [Quotation((place,), None, None, Origin.BARE, 0.9, 0.9) for place in places]
        turns, speaking = Turns(text, found, made, scene), [None] * len(made)
        for number in range(len(made)):
            turns.choices(number, speaking)

    talk = "".join(f"{line}{between}" for line in TALK)
    assert growth(choose, talk * 40, limit=2.6) < 2.6
