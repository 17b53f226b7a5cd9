"""A text as it is known when one source after the other is resolved."""

import bisect
import functools
import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from attrs import define, field

from quoteattr.entities import Entities, Entity, Mention, Place, gender_of_pronoun
from quoteattr.marks import Offsets
from quoteattr.names import Gender
from quoteattr.quotes import SpeakerType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["SUBJECTS", "Scene", "is_person"]

SUBJECTS = frozenset({Place.SUBJECT, Place.CLAUSE_SUBJECT})
"""Where the subjects of sentences stand."""
_BEFORE_CALL = re.compile(
    r"(?:^|[^\w\s])\s*(?:(?:my|dear|dearest|old|poor|o|oh|ah|well|yes|no|now|mr|mrs|miss|sir|lady|lord|dr|"
    r"aunt|uncle|cousin)\.?\s+)*$",
    re.IGNORECASE,
)
_AFTER_CALL = re.compile(r"\s*(?:[^\w\s'’]|['’]\W|$)")
_LONGEST_CALL = 30
"""How much is read of the words before a name that may belong to it, in characters."""
_MOST_CALLS = 20
"""How many mentions in one stretch are looked at."""
_BACK = 60
"""How many mentions before a pronoun are looked at."""


@define(eq=False, slots=False)
class Scene:
    """What is known of a text when one source after the other is resolved.

    Attributes:
        doc: The parsed text.
        entities: Whom it mentions.
        contents: The spans of all quotations, in their order.
        clusters: For the head of a pronoun, the heads of the mentions of the same entity.
        is_story: Whether it tells a story.
        spoken: Where somebody spoke, and who, in their order.
        times: How often each has spoken, by the entity's identity.
        known: Whom descriptions stand for that have been resolved, by the entity's identity.
    """

    doc: "Doc"
    entities: Entities
    contents: Sequence[Offsets]
    clusters: Mapping[int, frozenset[int]] = field(factory=dict)
    is_story: bool = False
    spoken: list[tuple[Mention, Entity]] = field(factory=list)
    times: Counter[int] = field(factory=Counter)
    known: dict[int, Entity] = field(factory=dict)
    _counts: dict[frozenset[int], Counter[int]] = field(factory=dict)

    def speaks(self, mention: Mention, entity: Entity) -> None:
        """Note that somebody speaks.

        Args:
            mention: Where.
            entity: Who.
        """
        self.spoken.append((mention, entity))
        self.times[id(entity)] += 1

    def is_quoted(self, at: int) -> bool:
        """Whether a place stands within what a quotation reports."""
        number = bisect.bisect_right(self.contents, at, key=lambda span: span[0])
        return any(end > at for _, end in self.contents[max(number - 2, 0) : number])

    def calls(self, entity: Entity, start: int, end: int) -> bool:
        """Whether words call somebody: *“No, my dear Ann,”* *“Ann! Wait!”*.

        Args:
            entity: Who.
            start: Where the words start, in characters.
            end: Where they end, exclusive.

        Returns:
            Whether a name of theirs stands there by itself, between marks.
        """
        text, mentions = self._text, itertools.islice(entity.within(start, end), _MOST_CALLS)
        return any(
            _BEFORE_CALL.search(text[max(start, each.start - _LONGEST_CALL) : each.start])
            and _AFTER_CALL.match(text, each.end, end)
            for each in mentions
        )

    @functools.cached_property
    def _text(self) -> str:
        return self.doc.text

    def coreferring(self, token: int) -> AbstractSet[int]:
        """Whom the other mentions of a mention's cluster stand for.

        Args:
            token: The mention's head, by its number in the text.

        Returns:
            The entities, by their identity.
        """
        counts = self._counted(self.clusters.get(token, frozenset()))
        itself = id(self.entities.at(token))
        return counts.keys() - {itself} if counts[itself] == 1 else counts.keys()

    def _counted(self, cluster: frozenset[int]) -> Counter[int]:
        """How many mentions of a cluster stand for which entity; counted once, it may be long."""
        if cluster not in self._counts:
            found = map(self.entities.at, cluster)
            self._counts[cluster] = Counter(id(each) for each in found if each is not None)
        return self._counts[cluster]

    @functools.cached_property
    def chain(self) -> "Sequence[tuple[Token, Entity | None]]":
        """The pronouns for one person, with the subject before that each may go on with."""
        found: list[tuple[Token, Entity | None]] = []
        last: dict[Gender, tuple[Token, Entity | None]] = {}
        for token in self.doc:
            if gender := gender_of_pronoun(token.lower_):
                entity = self._subject_before(token, gender, last.get(gender))
                found.append((token, entity))
                if token.dep_ in {"nsubj", "nsubjpass"}:
                    last[gender] = token, entity
        return found

    def chained(self, token: int) -> Entity | None:
        """The entity that a pronoun may go on with.

        Args:
            token: The pronoun, by its number in the text.

        Returns:
            The entity, or None if there is none or the token is no such pronoun.
        """
        number = bisect.bisect_left(self.chain, token, key=lambda one: one[0].i)
        is_there = number < len(self.chain) and self.chain[number][0].i == token
        return self.chain[number][1] if is_there else None

    def _subject_before(
        self, token: "Token", gender: Gender, last: "tuple[Token, Entity | None] | None"
    ) -> Entity | None:
        mentions, entities = self.entities.mentions, self.entities.entities
        number = bisect.bisect_left(mentions, token.idx, key=lambda one: one.start)
        is_quoted = self.is_quoted(token.idx)
        for at in range(number - 1, max(number - _BACK, 0) - 1, -1):
            if last is not None and last[0].idx > mentions[at].start:
                break
            is_fitting = mentions[at].place in SUBJECTS and is_person(entities[at], gender)
            if is_fitting and is_quoted >= self.is_quoted(mentions[at].start):
                return entities[at]
        return last[1] if last is not None else None


def is_person(entity: Entity, gender: Gender | None) -> bool:
    """Whether an entity can be one person.

    Args:
        entity: The entity.
        gender: The person's gender, or None if any will do.

    Returns:
        Whether it is one, named or described as a person, and of no other gender.
    """
    is_one = not entity.is_plural and entity.type in {SpeakerType.PERSON, SpeakerType.UNKNOWN}
    is_somebody = entity.named or entity.type is SpeakerType.PERSON
    return is_one and is_somebody and (gender is None or entity.gender in {None, gender})
