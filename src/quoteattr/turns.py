"""Whose turn it is in a conversation, where nothing beside a quotation says who speaks."""

import bisect
import functools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from quoteattr.candidates import Candidate, Choices
from quoteattr.entities import Entity, Mention
from quoteattr.marks import Closing, Marks, Offsets, paragraphs
from quoteattr.quotations import Origin, Quotation
from quoteattr.scene import SUBJECTS, Scene, is_person

__all__ = ["Turns", "is_story"]

_ALONE = frozenset({Origin.CONTINUED, Origin.BARE})
_CHAPTER = re.compile(
    r"^[^\S\n]*(?:(?i:chapter|book)\s+(?:\w{1,5}|[IVXLC]+)\b\.?|II\.?)[^\S\n]*$", re.MULTILINE
)
"""The heading of a chapter: *Chapter 3*, *BOOK ONE*; or of a second one, *II.*"""
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_FEWEST = 2
"""How many paragraphs of a conversation follow upon one of their kind at least."""
_TURNS = 4
"""How many turns before and behind are looked at."""
_NEAR = 12
"""How many quotations before and behind are, and how many of a paragraph."""
_TOLD = 20
"""How many mentions before and behind are, in each paragraph."""
_FAR = 3
"""How many paragraphs before and behind are, where they are but told."""

Speaking = Sequence[Entity | None]
"""Who speaks in each quotation, as far as that is known."""


def is_story(text: str, marks: Marks, quotations: Sequence[Quotation]) -> bool:
    """Whether a text tells a story: has chapters, or people in it answer each other.

    News lets somebody go on in a paragraph of quoted words alone. In a conversation others answer.
    It is one if several such paragraphs follow each other, and each closes its quotation; but not
    in a text without empty lines, where each line may be but a sentence of somebody's.

    Args:
        text: The text.
        marks: Its quotation marks.
        quotations: Its quotations.

    Returns:
        Whether it does.
    """
    starts = [start for start, _ in paragraphs(text)]
    alone = {_last(starts, each.content[0][0]) for each in quotations if each.origin in _ALONE}
    closed = alone - _left_open(starts, marks)
    is_conversation = sum(place + 1 in alone for place in closed) >= _FEWEST
    has_paragraphs = _EMPTY_LINE.search(text) is not None
    return (is_conversation and has_paragraphs) or _CHAPTER.search(text) is not None


def _last(starts: Sequence[int], at: int) -> int:
    return bisect.bisect_right(starts, at) - 1


def _left_open(starts: Sequence[int], marks: Marks) -> set[int]:
    """The paragraphs that do not close their quotation."""
    open_ = (pair.start for pair in marks.outer if pair.closing is Closing.CONTINUED)
    return {_last(starts, start) for start in open_}


class Turns:
    """The quotations of a text that neither a cue nor a source goes with.

    Args:
        text: The text.
        marks: Its quotation marks.
        quotations: Its quotations, in their order.
        scene: What is known of the text.

    Attributes:
        quotations: The quotations.
    """

    def __init__(
        self, text: str, marks: Marks, quotations: Sequence[Quotation], scene: Scene
    ) -> None:
        self._scene, self.quotations = scene, quotations
        self._starts = [start for start, _ in paragraphs(text)]
        self._places = [self._paragraph(each.content[0][0]) for each in quotations]
        self._nested = [each.origin is Origin.NESTED for each in quotations]
        self._open = _left_open(self._starts, marks)
        self._in: dict[int, list[int]] = defaultdict(list)
        for number, place in enumerate(self._places):
            if not self._nested[number]:
                self._in[place].append(number)
        self._spoken = sorted(self._in)
        origins = zip(self._places, quotations, strict=True)
        self._alone = {place for place, each in origins if each.origin in _ALONE}

    def _paragraph(self, at: int) -> int:
        return _last(self._starts, at)

    def are_taken(self, number: int) -> bool:
        """Whether somebody else may speak in a quotation than in the paragraph before.

        Args:
            number: The quotation.

        Returns:
            False where the speaker goes on.
        """
        return self._scene.is_story and self._places[number] - 1 not in self._open

    def before(self, number: int) -> int | None:
        """The quotation before of one who goes on.

        Args:
            number: The quotation with which somebody does.

        Returns:
            The last one that is not within another; None if there is none.
        """
        earlier = range(number - 1, -1, -1)
        return next((each for each in earlier if not self._nested[each]), None)

    def nearest(self, number: int, entity: Entity, speaking: Speaking) -> int | None:
        """The quotation nearest to another one in which somebody speaks, if one is near."""
        near = (each for each in self._near(number) if speaking[each] is entity)
        return min(near, key=lambda each: abs(each - number), default=None)

    def _near(self, number: int) -> Iterator[int]:
        around = range(max(0, number - _NEAR), min(len(self.quotations), number + _NEAR + 1))
        return (each for each in around if each != number and not self._nested[each])

    def choices(self, number: int, speaking: Speaking) -> Choices:
        """Who may speak in a quotation without source.

        Args:
            number: The quotation.
            speaking: Who speaks in each.

        Returns:
            Those who speak around it and those of whom is told beside it, with what speaks for
            each; nobody last.
        """
        found: dict[int, tuple[Entity, dict[str, float]]] = {}
        for each in self._near(number):
            entity = speaking[each]
            if entity is not None:
                found.setdefault(id(entity), (entity, {}))
        told = list(self._told(number))
        for sign, entity, _ in told:
            found.setdefault(id(entity), (entity, {}))[1][sign] = 1.0
        mentions = {id(entity): mention for _, entity, mention in reversed(told)}
        is_alone = self._places[number] in self._alone
        for entity, signs in found.values():
            signs.update(self._signs(number, entity, speaking))
            signs.update({f"{sign}, alone": each for sign, each in [*signs.items()] if is_alone})
        candidates = [
            Candidate(entity, mentions.get(key), signs) for key, (entity, signs) in found.items()
        ]
        nobody = {"nobody": 1.0, **({"nobody, alone": 1.0} if is_alone else {})}
        start = self.quotations[number].content[0][0]
        return Choices((start, start), "turn", (*candidates, Candidate(None, None, nobody)))

    # What is told beside a quotation

    def _told(self, number: int) -> Iterator[tuple[str, Entity, Mention]]:
        """People of whom is told around a quotation, and where."""
        content = self.quotations[number].content
        place = self._places[number]
        here = self._narrated.get(place, ())
        first = bisect.bisect_left(here, content[0][0], key=lambda each: each[0].start)
        last = bisect.bisect_left(here, content[-1][1], key=lambda each: each[0].start)
        yield from _ranked("before it", here[max(0, first - _TOLD) : first][::-1])
        yield from _ranked("behind it", here[last : last + _TOLD])
        for away in range(1, _FAR + 1):
            for step, name in ((-away, "before"), (away, "behind")):
                others = self._narrated.get(place + step, ())
                kind = "a turn" if place + step in self._in else "text"
                nearest_first = others[-_TOLD:][::-1] if step < 0 else others[:_TOLD]
                yield from _ranked(f"in {kind} {away} {name}", nearest_first)
            if place - away in self._in:
                break

    @functools.cached_property
    def _narrated(self) -> Mapping[int, list[tuple[Mention, Entity]]]:
        """The people of whom each paragraph tells outside quotations, in their order."""
        found: dict[int, list[tuple[Mention, Entity]]] = defaultdict(list)
        for mention, entity in self._mentioned():
            if is_person(entity, None) and not self._scene.is_quoted(mention.start):
                found[self._paragraph(mention.start)].append((mention, entity))
        return found

    def _mentioned(self) -> list[tuple[Mention, Entity]]:
        """All mentions, by name, by description or by a pronoun that can be followed."""
        entities = self._scene.entities
        named = zip(entities.mentions, entities.entities, strict=True)
        found = [(mention, self._scene.known.get(id(each), each)) for mention, each in named]
        for token, entity in self._scene.chain:
            if entity is not None:
                span = (token.idx, token.idx + len(token))
                found.append((entities.mention(*span, token), entity))
        return sorted(found, key=lambda each: each[0].start)

    # What speaks for somebody

    def _signs(
        self, number: int, entity: Entity, speaking: Speaking
    ) -> Iterator[tuple[str, float]]:
        before, behind = self._turns(number, speaking, -1), self._turns(number, speaking, 1)
        place = self._places[number]
        for turns, name in ((before, "before"), (behind, "behind")):
            for away, (paragraph, who) in enumerate(turns):
                if who is entity:
                    is_near = abs(paragraph - place) == away
                    yield f"{away} turns {name}", 1.0
                    yield f"{away} turns {name}, {'at once' if is_near else 'later'}", 1.0
        yield from self._signs_of_turns(entity, dict(enumerate(before)), dict(enumerate(behind)))
        near = sum(speaking[each] is entity for each in self._near(number))
        yield "quotations near", math.log1p(near)
        yield "mentions", math.log1p(len(entity.mentions))
        yield ("named" if entity.named else "described"), 1.0
        yield entity.type.value, 1.0
        around = {
            "its own words": self.quotations[number].content,
            "the words before": self._turn(place, -1),
            "the words behind": self._turn(place, 1),
        }
        for name, words in around.items():
            if any(entity.is_in(*span) for span in words):
                yield f"in {name}", 1.0
            if any(self._scene.calls(entity, *span) for span in words):
                yield f"called in {name}", 1.0

    def _signs_of_turns(
        self,
        entity: Entity,
        before: Mapping[int, tuple[int, Entity | None]],
        behind: Mapping[int, tuple[int, Entity | None]],
    ) -> Iterator[tuple[str, float]]:
        """What the turns before and behind tell together."""

        def who(turns: Mapping[int, tuple[int, Entity | None]], away: int) -> Entity | None:
            return turns[away][1] if away in turns else None

        last, next_ = who(before, 1), who(behind, 1)
        if who(before, 2) is entity and last is not entity:
            yield "2 turns before, and another since", 1.0
            yield from [("2 turns before, and somebody else since", 1.0)] if last else ()
        if who(behind, 2) is entity and next_ is not entity:
            yield "2 turns behind, and another before", 1.0
            yield from [("2 turns behind, and somebody else before", 1.0)] if next_ else ()
        if last is entity and next_ is entity:
            yield "the turns before and behind", 1.0
        if last is not None and next_ is last and entity is not last:
            yield "not the turns before and behind", 1.0
        if who(before, 2) is entity and who(behind, 2) is entity:
            yield "2 turns before and 2 behind", 1.0

    def _turns(self, number: int, speaking: Speaking, step: int) -> list[tuple[int, Entity | None]]:
        """The paragraphs of the turns before or behind, its own first, and who speaks there last.

        Behind a quotation it is who speaks first.
        """
        at = bisect.bisect_left(self._spoken, self._places[number])
        found: list[tuple[int, Entity | None]] = []
        while 0 <= at < len(self._spoken) and len(found) <= _TURNS:
            paragraph = self._spoken[at]
            inside = self._in[paragraph]
            own = bisect.bisect_left(inside, number)  # past them, or before, if in another one
            others = inside[max(0, own - _NEAR) : own][::-1]
            others = others if step < 0 else inside[own : own + _NEAR + 1]
            known = (speaking[each] for each in others if each != number)
            found.append((paragraph, next((who for who in known if who is not None), None)))
            at += step
        return found

    def _turn(self, place: int, step: int) -> Iterable[Offsets]:
        """The words of the turn before or behind."""
        at = bisect.bisect_left(self._spoken, place) + step
        inside = self._in[self._spoken[at]] if 0 <= at < len(self._spoken) else []
        numbers = inside[-_NEAR:] if step < 0 else inside[:_NEAR]
        return [span for each in numbers for span in self.quotations[each].content[:_NEAR]]


def _ranked(
    where: str, mentioned: Iterable[tuple[Mention, Entity]]
) -> Iterator[tuple[str, Entity, Mention]]:
    """A sign for who is mentioned, and others for the nearest and the nearest subject."""
    is_first = is_first_subject = True
    for mention, entity in mentioned:
        yield f"told {where}", entity, mention
        if is_first:
            yield f"nearest {where}", entity, mention
            is_first = False
        if is_first_subject and mention.place in SUBJECTS:
            yield f"nearest subject {where}", entity, mention
            is_first_subject = False
