"""Whom a pronoun or a description can stand for, and what speaks for each of them."""

import bisect
import functools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from attrs import define, frozen

from quoteattr import wordlists
from quoteattr.entities import Entity, Mention, gender_of_pronoun, role_of
from quoteattr.marks import Offsets
from quoteattr.names import Gender, fold
from quoteattr.quotes import SpeakerType
from quoteattr.scene import SUBJECTS, Scene, is_person

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens
    from spacy.tokens import Token

__all__ = ["Candidate", "Choices", "Signs", "choices"]

Signs = Mapping[str, float]
"""What speaks for or against a candidate: the name of a sign, and how strong it is."""

_PLURAL = frozenset({"they", "them", "their", "theirs", "themselves", "these", "both"})
_PRONOUNS = _PLURAL | {"it", "its", "itself", "this", "that"}
_BACK = 60
"""How many mentions before a source are looked at."""
_AHEAD = 6
_MOST = 16
"""How many candidates the mentions before a source give at most."""
_LATEST = 4
"""How many speakers before are candidates."""
_FAR = 6
_PAIR = 2
_TWO = frozenset({"two", "couple", "pair", "duo", "both"})
_DEFINITE = frozenset({"the", "this", "that"})
_INDEFINITE = frozenset({"a", "an", "some", "one", "many"})
_BEHIND = frozenset({"prep", "relcl", "acl"})
_VICE = frozenset({"vice", "deputy"})
_FAR_PARAGRAPHS = 3
_COUNTED = 8
_NEARBY = 3
_PHRASE = 20
_RECENT = 5
"""How many sentences before count as recent."""


@frozen(eq=False)
class Candidate:
    """Somebody that a mention can stand for.

    Attributes:
        entity: Who; None for nobody whom the text mentions elsewhere.
        mention: The mention nearest to the source, or None without an entity.
        signs: What speaks for it.
    """

    entity: Entity | None
    mention: Mention | None
    signs: Signs


@frozen(eq=False)
class Choices:
    """What a source can stand for.

    Attributes:
        source: The source, in characters; for none the start of what is said, twice.
        kind: What it is: ``"pronoun"``, ``"description"``, or ``"turn"`` for no source.
        candidates: Those before the source first, from the nearest on; nobody last.
    """

    source: Offsets
    kind: str
    candidates: tuple[Candidate, ...]


def choices(scene: Scene, source: Offsets, head: "Token", own: Sequence[Offsets]) -> Choices:
    """Whom a source can stand for.

    Args:
        scene: What is known of the text.
        source: The source, in characters.
        head: Its head.
        own: The spans of what it says.

    Returns:
        The candidates, each with what speaks for it.
    """
    view = _View(scene, scene.entities.mention(*source, head), head, own)
    kind = "pronoun" if view.is_pronoun else "description"
    return Choices(source, kind, tuple(view.candidates()))


@define(eq=False, slots=False)
class _View:
    """The text as one source looks upon it."""

    scene: Scene
    place: Mention
    head: "Token"
    own: Sequence[Offsets]

    def candidates(self) -> list[Candidate]:
        weighed = [
            Candidate(entity, mention, self._told(self._signs(entity, mention)))
            for entity, mention in self.around
        ]
        return [*weighed, Candidate(None, None, self._told(self._signs_of_nobody(weighed)))]

    def _told(self, signs: Iterable[tuple[str, float]]) -> Signs:
        """The signs and, in a story, each once more, since there it may mean something else.

        The method is that of Daumé 2007 (*Frustratingly easy domain adaptation*).
        """
        found = dict(signs)
        story = [(f"{sign}, in a story", each) for sign, each in found.items()]
        return {**found, **dict(story if self.scene.is_story else ())}

    # What the source is

    @functools.cached_property
    def is_pronoun(self) -> bool:
        span = self.scene.doc.char_span(self.place.start, self.place.end, alignment_mode="expand")
        word = span.text.strip().lower() if span is not None else ""
        return word in _PRONOUNS or gender_of_pronoun(word) is not None

    @functools.cached_property
    def is_behind(self) -> bool:
        """Whether what is said stands before the source."""
        return any(start < self.place.start for start, _ in self.own)

    @functools.cached_property
    def anchor(self) -> tuple[int, int]:
        """The sentence and the paragraph from which distances count: where its words begin."""
        entities = self.scene.entities
        starts = [start for start, end in self.own if end <= self.place.start]
        starts = [at for at in starts if entities.paragraph(at) == self.place.paragraph]
        at = min(starts, default=self.place.start)
        return entities.sentence(at), self.place.paragraph

    @functools.cached_property
    def itself(self) -> Entity | None:
        """What a description describes."""
        return None if self.is_pronoun else self.scene.entities.at(self.place.token)

    @functools.cached_property
    def gender(self) -> Gender | None:
        return self.itself.gender if self.itself else gender_of_pronoun(self.head.lower_)

    @functools.cached_property
    def number(self) -> str:
        """What a pronoun can stand for."""
        if self.gender is not None:
            return "one"
        return "several" if self.head.lower_ in _PLURAL else "thing"

    @functools.cached_property
    def owner(self) -> Entity | None:
        """Whose a description is: *her campaign*, *the mayor's office*."""
        owner = next((token for token in self.head.lefts if token.dep_ == "poss"), None)
        if owner is None:
            return None
        return self.scene.entities.at(owner.i) or self.scene.chained(owner.i)

    # Who is around

    @functools.cached_property
    def around(self) -> list[tuple[Entity, Mention]]:
        """The entities around, each with its mention nearest to the source."""
        found: dict[int, tuple[Entity, Mention]] = {}
        for each, mention in self._around():
            entity = self.scene.known.get(id(each), each)
            if self._can_be(entity):
                found.setdefault(id(entity), (entity, mention))
        return list(found.values())

    def _around(self) -> Iterator[tuple[Entity, Mention]]:
        mentions, entities = self.scene.entities.mentions, self.scene.entities.entities
        number = bisect.bisect_left(mentions, self.place.start, key=lambda one: one.start)
        before = range(number - 1, max(number - _BACK, 0) - 1, -1)
        seen: set[int] = set()
        for at in before:
            if mentions[at].end <= self.place.start and len(seen) < _MOST:
                yield entities[at], mentions[at]
                seen.update([id(entities[at])] if self._can_be(entities[at]) else [])
        for mention, entity in reversed(self.scene.spoken[-_LATEST:]):
            yield entity, mention
        if self.itself is not None:
            for entity in self.scene.entities.with_role(self.role)[:_MOST]:
                yield entity, _nearest(entity, self.place.start)
        yield from self._pairs(before)
        for at in range(number, min(number + _AHEAD, len(mentions))):
            if mentions[at].sentence <= self.place.sentence + 1:
                yield entities[at], mentions[at]

    def _pairs(self, before: Iterable[int]) -> Iterator[tuple[Entity, Mention]]:
        """The two people named last and the two who spoke last, for those who are several."""
        is_plural = self.itself.is_plural if self.itself else self.number == "several"
        if not (is_plural or self.head.lower_ in _TWO):
            return
        mentions, entities = self.scene.entities.mentions, self.scene.entities.entities
        nearest = ((entities[at], mentions[at]) for at in before)
        spoken = ((entity, mention) for mention, entity in self.latest)
        for sequence in (nearest, spoken):
            people = {id(each): (each, one) for each, one in sequence if _is_one(each)}
            pair = list(people.values())[:_PAIR]
            if len(pair) == _PAIR:
                members = [each for each, _ in reversed(pair)]
                yield self.scene.entities.together(members), pair[0][1]

    def _can_be(self, entity: Entity) -> bool:
        if self.itself is not None or not self.is_pronoun:
            return entity.named and entity is not self.itself
        if self.number == "one":
            return not entity.is_plural and (entity.named or entity.type is SpeakerType.PERSON)
        return True

    def _fits(self, entity: Entity) -> bool:
        if self.is_pronoun and self.number == "one":
            return is_person(entity, self.gender)
        if self.is_pronoun:
            is_one = entity.type is SpeakerType.PERSON
            return not is_one and entity.is_plural == (self.number == "several")
        is_alike = self.itself is None or entity.type is self.itself.type
        return is_alike and (entity.gender or self.gender) is (self.gender or entity.gender)

    @functools.cached_property
    def fitting(self) -> list[int]:
        return [id(each) for each, _ in self.around if self._fits(each)]

    @functools.cached_property
    def subjects(self) -> list[int]:
        fitting = set(self.fitting)
        return [id(e) for e, one in self.around if one.place in SUBJECTS and id(e) in fitting]

    @functools.cached_property
    def most_mentioned(self) -> int:
        fitting = set(self.fitting)
        counts = {id(e): self._mentions_before(e) for e, _ in self.around if id(e) in fitting}
        return max(counts, key=lambda each: counts[each], default=0)

    @functools.cached_property
    def last_of_gender(self) -> int:
        """Who spoke last of those whose gender can be the source's."""
        found = (id(each) for _, each in self.latest if is_person(each, self.gender))
        return next(found, 0)

    @functools.cached_property
    def nearest_of_gender(self) -> int:
        """The nearest of those whose gender is known to be the source's."""
        return next((id(each) for each, _ in self.around if each.gender is self.gender), 0)

    @functools.cached_property
    def corefer(self) -> AbstractSet[int]:
        """Those of whom coreference says that the source stands for them."""
        return self.scene.coreferring(self.head.i)

    @functools.cached_property
    def latest(self) -> list[tuple[Mention, Entity]]:
        """Those who spoke before, the last one first."""
        return self.scene.spoken[: -_LATEST - 1 : -1]

    def _mentions_before(self, entity: Entity) -> int:
        return bisect.bisect_left(entity.mentions, self.place.start, key=lambda one: one.start)

    # What speaks for whom

    def _signs(self, entity: Entity, mention: Mention) -> Iterator[tuple[str, float]]:
        yield from self._signs_of_place(entity, mention)
        yield from self._signs_of_salience(entity)
        yield from self._signs_of_speech(entity)
        yield from self._signs_of_words(entity, mention)
        if not self.is_pronoun:
            yield from self._signs_of_role(entity)
            yield from self._signs_of_description(entity)
        else:
            yield f"{self.number} {_kind(entity)}", 1
            yield from self._signs_of_one(entity) if self.number == "one" else ()
            yield from self._signs_of_others(entity) if self.number != "one" else ()

    def _signs_of_place(self, entity: Entity, mention: Mention) -> Iterator[tuple[str, float]]:
        yield mention.place.name.lower(), 1
        yield from _ranked("nearest", self.fitting[:4], entity)
        yield from _ranked("nearest subject", self.subjects[:2], entity)
        if mention.start >= self.place.start:
            yield "after", 1
            return
        away = max(self.anchor[0] - mention.sentence, 0)
        paragraphs = max(self.anchor[1] - mention.paragraph, 0)
        yield f"{min(away, _FAR)} sentences before", 1
        yield f"{min(paragraphs, _FAR_PARAGRAPHS)} paragraphs before", 1
        if mention.place in SUBJECTS and away <= 1:
            yield f"subject {away} sentences before", 1
        if self.is_behind and paragraphs <= 1:
            yield f"behind its words, {paragraphs} paragraphs before", 1

    def _signs_of_salience(self, entity: Entity) -> Iterator[tuple[str, float]]:
        count = self._mentions_before(entity)
        latest = entity.mentions[max(count - _COUNTED, 0) : count]
        recent = sum(self.anchor[0] - _RECENT <= one.sentence for one in latest)
        first = self.scene.entities.first_subject(self.place.paragraph)
        yield "mentions", math.log1p(count)
        yield "recent mentions", math.log1p(recent)
        yield from _held(
            {
                "most mentioned": id(entity) == self.most_mentioned,
                "in the lead": bool(entity.mentions) and entity.mentions[0].paragraph == 0,
                "named": entity.named,
                "only one": self.fitting == [id(entity)],
                "first subject of the paragraph": first is entity,
                "nearest of the gender": bool(self.gender) and id(entity) == self.nearest_of_gender,
            }
        )

    def _signs_of_speech(self, entity: Entity) -> Iterator[tuple[str, float]]:
        speakers = [id(speaker) for _, speaker in self.latest[:3]]
        yield from _ranked("speaker", speakers, entity)
        if speakers[:1] == [id(entity)]:
            gap = self.place.paragraph - self.latest[0][0].paragraph
            yield f"last speaker {min(gap, 2)} paragraphs before", 1
        if self.gender and id(entity) == self.last_of_gender:
            yield "last speaker of the gender", 1
            yield from _held({"last speaker of the gender, behind its words": self.is_behind})
        if times := self.scene.times[id(entity)]:
            yield "has spoken", 1
            yield "quotations", math.log1p(times)

    def _signs_of_words(self, entity: Entity, mention: Mention) -> Iterator[tuple[str, float]]:
        is_known = bool(self.gender and entity.gender)
        return _held(
            {
                "in quoted words": self.scene.is_quoted(mention.start),
                "in its own words": any(entity.is_in(*span) for span in self.own),
                "called in its own words": any(self.scene.calls(entity, *one) for one in self.own),
                "same gender": is_known and self.gender is entity.gender,
                "other gender": is_known and self.gender is not entity.gender,
                "coreference": id(entity) in self.corefer,
                "coreference with another": bool(self.corefer) and id(entity) not in self.corefer,
            }
        )

    def _signs_of_one(self, entity: Entity) -> Iterator[tuple[str, float]]:
        """What speaks for somebody behind *he* or *she*."""
        chain = self.scene.chain
        number = bisect.bisect_left(chain, self.place.token, key=lambda one: one[0].i)
        nearby = (
            token
            for token, other in chain[max(number - _NEARBY, 0) : number]
            if other is entity and gender_of_pronoun(token.lower_) is self.gender
        )
        return _held(
            {
                "chain": self.scene.chained(self.place.token) is entity,
                "pronoun nearby": any(True for _ in nearby),
            }
        )

    def _signs_of_others(self, entity: Entity) -> Iterator[tuple[str, float]]:
        """What speaks for somebody or something behind *they* or *it*."""
        return _held(
            {
                f"{self.number} people": not entity.named and bool(entity.roles & _people()),
                f"{self.number} last speaker": self._spoke_last(entity),
                f"{self.number} nearest subject": self.subjects[:1] == [id(entity)],
                f"{self.number} nearest": self.fitting[:1] == [id(entity)],
            }
        )

    def _signs_of_role(self, entity: Entity) -> Iterator[tuple[str, float]]:
        """What speaks for somebody to whom a description fits."""
        words = self.itself.words if self.itself else set()
        name = fold(entity.name).split()
        in_common = (words & entity.words) | words.intersection(name)
        has_role = self.role in entity.roles
        bearers = sum(self.role in each.roles for each, _ in self.around)
        owner = fold(self.owner.name).split()[-1:] if self.owner else []
        return _held(
            {
                "role": has_role,
                "role of nobody else": has_role and bearers == 1,
                "very word of the role": has_role and self.head.lemma_.lower() in entity.words,
                "words in common": bool(in_common - {fold(self.head.lemma_)}),
                "all words in common": bool(words) and in_common == words,
                "vice": words & _VICE != entity.words & _VICE,
                "last word of the name": [self.role] == [role_of(word) for word in name[-1:]],
                "two for those together": bool(entity.members) and self.head.lower_ in _TWO,
                "owned": self.owner is not None,
                "owner": self.owner is entity,
                "name of the owner": self.owner is not entity and not set(name).isdisjoint(owner),
            }
        )

    def _signs_of_description(self, entity: Entity) -> Iterator[tuple[str, float]]:
        """What speaks for somebody of the kind that is described."""
        if self.itself is None:
            return
        kinds = f"{_kind(self.itself)} for {_kind(entity)}"
        yield kinds, 1
        definite = {
            "the nearest": self.fitting[:1] == [id(entity)],
            "the nearest subject": self.subjects[:1] == [id(entity)],
            "the last speaker": self._spoke_last(entity),
            "the most mentioned": self.most_mentioned == id(entity),
        }
        for sign, strength in _held(definite) if self.is_definite else ():
            yield sign, strength
            yield f"{kinds}: {sign}", strength

    def _spoke_last(self, entity: Entity) -> bool:
        return bool(self.latest) and self.latest[0][1] is entity

    @functools.cached_property
    def role(self) -> str:
        return role_of(self.head.lemma_)

    @functools.cached_property
    def is_definite(self) -> bool:
        return any(token.lower_ in _DEFINITE for token in self.head.lefts)

    def _signs_of_nobody(self, weighed: Sequence[Candidate]) -> Iterator[tuple[str, float]]:
        if self.is_pronoun:
            yield f"nobody for {self.number}", 1
            return
        before = any(t.dep_ in {"amod", "compound", "nmod"} for t in self.head.lefts)
        first = self.scene.entities.described(self.role)
        is_introduced = first is not None and first.start < self.place.start
        others = [each.signs for each in weighed]
        kind = {_kind(self.itself): True} if self.itself is not None else {}
        signs = {
            "alone": True,
            "with a capital letter": self.head.text[:1].isupper(),
            self.role: True,
            "while another has the role": any("role" in each for each in others),
            "while another has the word": any("last word of the name" in each for each in others),
            "owned": any(token.dep_ == "poss" for token in self.head.lefts),
            "with more behind": any(t.dep_ in _BEHIND for t in self.head.rights),
            "with words before": before,
            "with age": any("year-old" in t.lower_ or t.lower_ == "old" for t in self.phrase),
            "definite": self.is_definite,
            "introduced": self.is_definite and is_introduced,
            "not introduced": self.is_definite and not is_introduced and not before,
            "indefinite": any(token.lower_ in _INDEFINITE for token in self.head.lefts),
            **kind,
        }
        for sign, strength in _held(signs):
            yield f"itself {sign}", strength

    @functools.cached_property
    def phrase(self) -> "Tokens":
        """The words of the source and around its head, as far as anybody reads on."""
        left = max(self.head.left_edge.i, self.head.i - _PHRASE)
        return self.scene.doc[left : min(self.head.right_edge.i, self.head.i + _PHRASE) + 1]


def _held(signs: Mapping[str, bool]) -> Iterator[tuple[str, float]]:
    """The signs that hold."""
    return ((sign, 1.0) for sign, holds in signs.items() if holds)


def _ranked(sign: str, ranks: Sequence[int], entity: Entity) -> Iterator[tuple[str, float]]:
    """A sign for each rank that an entity has, by identity."""
    return ((f"{sign} {rank}", 1.0) for rank, each in enumerate(ranks) if each == id(entity))


def _nearest(entity: Entity, at: int) -> Mention:
    number = bisect.bisect_left(entity.mentions, at, key=lambda one: one.start)
    return entity.mentions[max(number - 1, 0)]


def _is_one(entity: Entity) -> bool:
    """Whether an entity is one person with a name."""
    return entity.named and entity.type is SpeakerType.PERSON and not entity.is_plural


def _people() -> AbstractSet[str]:
    lists = wordlists.load("names")
    return lists["people"] | lists["titles"]


def _kind(entity: Entity) -> str:
    if entity.members:
        return "joint"
    is_thing = entity.type is SpeakerType.UNKNOWN and not entity.named
    return "unnamed thing" if is_thing else entity.type.value
