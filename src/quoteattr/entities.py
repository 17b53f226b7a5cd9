"""Whom and what a text mentions: people, groups, organisations and things, with their mentions."""

import bisect
import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from quoteattr import wordlists
from quoteattr.marks import paragraphs
from quoteattr.names import Gender, Name, fold, gender_of_given, gender_of_noun
from quoteattr.quotes import SpeakerType
from quoteattr.register import Names

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Tokens

__all__ = [
    "Entities",
    "Entity",
    "Mention",
    "Place",
    "gender_of_pronoun",
    "role_of",
    "type_of_noun",
]


class Place(Enum):
    """Where in its sentence a mention stands."""

    SUBJECT = auto()
    """Of the main clause."""
    CLAUSE_SUBJECT = auto()
    """Of another clause."""
    OBJECT = auto()
    OWNER = auto()
    OTHER = auto()


_PERSON = SpeakerType.PERSON
_PLURAL = frozenset({"NNS", "NNPS"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_FEMALE = frozenset({"she", "her", "hers", "herself"})
_MALE = frozenset({"he", "him", "his", "himself"})
_MOST_TOGETHER = 6
_OBJECTS = frozenset({"dobj", "pobj", "dative", "iobj", "agent"})


@frozen(eq=False)
class Mention:
    """A place where a text mentions an entity.

    Attributes:
        start: Where it starts, in characters.
        end: Where it ends, exclusive.
        token: Its head, by its number in the text.
        sentence: Its sentence, by number.
        paragraph: Its paragraph, by number.
        place: Where in the sentence it stands.
    """

    start: int
    end: int
    token: int
    sentence: int
    paragraph: int
    place: Place


@define(eq=False)
class Entity:
    """Somebody or something that a text mentions.

    Attributes:
        name: Its fullest name, without title; of something never named its description.
        type: What kind of entity it is.
        named: Whether the text names it.
        is_plural: Whether it is several.
        mentions: Its mentions by name or description, in their order.
        gender: As far as the given name, a title or a description tells.
        roles: The nouns that describe it, such as *mayor*, as folded lemmas.
        words: The words that go with them, folded.
        members: Those who make it up, if it is several who are mentioned together.
        full: The mention of its fullest name, if it has one.
    """

    name: str
    type: SpeakerType
    named: bool = True
    is_plural: bool = False
    mentions: list[Mention] = field(factory=list)
    gender: Gender | None = None
    roles: set[str] = field(factory=set)
    words: set[str] = field(factory=set)
    members: "tuple[Entity, ...]" = ()
    full: Name | None = None

    def is_in(self, start: int, end: int) -> bool:
        """Whether one of its mentions stands in a stretch of the text."""
        return any(True for _ in self.within(start, end))

    def within(self, start: int, end: int) -> Iterator[Mention]:
        """Its mentions in a stretch of the text."""
        number = bisect.bisect_left(self.mentions, start, key=lambda one: one.start)
        while number < len(self.mentions) and self.mentions[number].start < end:
            yield self.mentions[number]
            number += 1


def type_of_noun(noun: str, *, is_plural: bool) -> SpeakerType:
    """What kind of entity a noun describes.

    Args:
        noun: Its lemma, in lower case.
        is_plural: Whether it stands in the plural.

    Returns:
        The type; `SpeakerType.UNKNOWN` for a thing.
    """
    lists = wordlists.load("names")
    if noun in lists["documents"]:
        return SpeakerType.DOCUMENT
    if is_plural:
        return SpeakerType.GROUP
    if noun in lists["organizations"]:
        return SpeakerType.ORGANIZATION
    is_person = noun in lists["titles"] | lists["people"] or gender_of_noun(noun) is not None
    return SpeakerType.PERSON if is_person else SpeakerType.UNKNOWN


@functools.lru_cache(maxsize=2**12)  # nouns have no end
def role_of(noun: str) -> str:
    """What a noun or a title is compared by, so that *Sen.* and *senator* are alike.

    Args:
        noun: Any noun.

    Returns:
        The role, folded.

    Example:
        >>> role_of("Sen.") == role_of("senator")
        True
    """
    folded = fold(noun).rstrip(".")
    return wordlists.pairs("names", "roles").get(folded, folded)


class Entities:
    """The entities of a text."""

    def __init__(self, doc: "Doc", names: Iterable[Name], register: Names) -> None:
        """Find them.

        Args:
            doc: The parsed text.
            names: The names in it, in their order.
            register: Which names are one person's.
        """
        self._doc = doc
        self._register = register
        self._sentences = [sent.start_char for sent in doc.sents]
        self._paragraphs = [start for start, _ in paragraphs(doc.text)]
        self._by_name: dict[tuple[str, ...], Entity] = {}
        self._by_token: dict[int, Entity] = {}
        self._by_description: dict[tuple[str, ...], Entity] = {}
        self._joint: dict[tuple[int, ...], Entity] = {}
        found = [*self._named(names)]
        found += self._phrases()
        found += self._coordinated()
        found.sort(key=lambda each: (each[0].start, -each[0].end))
        self.mentions: list[Mention] = [mention for mention, _ in found]
        self.entities: list[Entity] = [entity for _, entity in found]
        """Of each mention."""
        for mention, entity in found:
            entity.mentions.append(mention)
        self._first_subjects: dict[int, Entity] = {}
        for mention, entity in found:
            if mention.place in {Place.SUBJECT, Place.CLAUSE_SUBJECT}:
                self._first_subjects.setdefault(mention.paragraph, entity)
        self._by_role: dict[str, list[Entity]] = {}
        self._first_described: dict[str, Mention] = {}
        for entity in {id(each): each for each in self.entities}.values():
            self._describe(entity)
            for role in entity.roles if entity.named else ():
                self._by_role.setdefault(role, []).append(entity)
            for role in entity.roles if not entity.named else ():
                self._first_described.setdefault(role, entity.mentions[0])

    def at(self, token: int) -> Entity | None:
        """The entity that a noun stands for.

        Args:
            token: The noun, by its number in the text.

        Returns:
            The entity, or None if the token is no head of a mention.
        """
        return self._by_token.get(token)

    def with_role(self, role: str) -> Sequence[Entity]:
        """The named entities that have a role.

        Args:
            role: The role, as `role_of` gives it.

        Returns:
            The entities, in the order of their first mention.
        """
        return self._by_role.get(role, ())

    def described(self, role: str) -> Mention | None:
        """Where somebody without a name is first described by a noun.

        Args:
            role: The noun's role, as `role_of` gives it.

        Returns:
            The mention, or None if there is none.
        """
        return self._first_described.get(role)

    def together(self, members: Sequence[Entity]) -> Entity:
        """Those who are mentioned together, as one.

        Args:
            members: Two or more entities.

        Returns:
            The entity that they make up.
        """
        key = tuple(id(each) for each in members)
        if key not in self._joint:
            name = "; ".join(each.name for each in members)
            self._joint[key] = Entity(
                name,
                SpeakerType.GROUP,
                named=all(each.named for each in members),
                is_plural=True,
                members=tuple(members),
            )
        return self._joint[key]

    def of(self, name: Name) -> Entity:
        """The entity that bears a name.

        Args:
            name: A name of the text.

        Returns:
            The entity.
        """
        full = self._register.fullest(name)
        entity = self._by_name.get(full.words)
        if entity is None:
            entity = self._by_name[full.words] = Entity(full.text, full.type, full=full)
        return entity

    def mention(self, start: int, end: int, head: "Token") -> Mention:
        """A mention, with where it stands.

        Args:
            start: Where it starts, in characters.
            end: Where it ends, exclusive.
            head: Its head.

        Returns:
            The mention.
        """
        return Mention(
            start, end, head.i, self.sentence(head.idx), self.paragraph(start), _place(head)
        )

    def sentence(self, at: int) -> int:
        """The sentence in which a place stands, by number."""
        return bisect.bisect_right(self._sentences, at) - 1

    def paragraph(self, at: int) -> int:
        """The paragraph in which a place stands, by number."""
        return bisect.bisect_right(self._paragraphs, at) - 1

    def first_subject(self, paragraph: int) -> Entity | None:
        """Who is the first subject of a paragraph, or None if nobody is."""
        return self._first_subjects.get(paragraph)

    def _named(self, names: Iterable[Name]) -> Iterator[tuple[Mention, Entity]]:
        types: dict[int, Counter[SpeakerType]] = {}
        named: dict[Entity, list[Name]] = {}
        for name in names:
            span = self._doc.char_span(name.start, name.end)
            if span is None:
                continue
            entity = self.of(name)
            for token in span:
                self._by_token[token.i] = entity
            types.setdefault(id(entity), Counter())[name.type] += 1
            entity.type = _commonest(types[id(entity)])
            named.setdefault(entity, []).append(name)
            entity.roles.update(map(role_of, name.titles))
            entity.words.update(fold(title).rstrip(".") for title in name.titles)
            yield self.mention(name.start, name.end, span.root), entity
        for entity, mentions in named.items():
            if entity.type is not SpeakerType.ORGANIZATION:
                entity.gender = _surest(mentions)

    def _phrases(self) -> Iterator[tuple[Mention, Entity]]:
        for chunk in self._doc.noun_chunks:
            head = chunk.root
            if head.pos_ not in {"NOUN", "PROPN", "NUM", "ADJ"} or head.i in self._by_token:
                continue
            if beside := self._apposed(head):
                self._by_token[head.i] = beside
                beside.type = _PERSON
                continue
            entity = self._description(chunk)
            self._by_token[head.i] = entity
            yield self.mention(chunk.start_char, chunk.end_char, head), entity

    def _apposed(self, head: "Token") -> Entity | None:
        """Who is described beside the name: *Ann Lee, the mayor*; *her aide, Bo Ray*."""
        beside = [head.head] if head.dep_ == "appos" else []
        beside += [child for child in head.rights if child.dep_ == "appos"]
        beside += [named for child in head.rights for named in _called(child)]
        if type_of_noun(fold(head.lemma_), is_plural=head.tag_ in _PLURAL) is not _PERSON:
            return None
        named = (self._by_token.get(token.i) for token in beside)
        found = (each for each in named if each is not None and each.named and not each.members)
        return next(filter(_is_somebody, found), None)

    def _description(self, chunk: "Tokens") -> Entity:
        """Whom a phrase describes; the same words are the same one's."""
        head = chunk.root
        words = tuple(fold(t.text) for t in chunk if t.is_alpha and t.pos_ not in {"DET", "PRON"})
        if words not in self._by_description:
            self._by_description[words] = _described(head, " ".join(chunk.text.split()), words)
        return self._by_description[words]

    def _coordinated(self) -> Iterator[tuple[Mention, Entity]]:
        """Those who are mentioned together: *Ann Lee and her husband*."""
        for number in list(self._by_token):
            head = self._doc[number]
            conjuncts = head.conjuncts if head.dep_ != "conj" and head.n_rights else ()
            heads = [head, *(token for token in conjuncts if token.i in self._by_token)]
            members = list(
                {id(each): each for each in (self._by_token[t.i] for t in heads)}.values()
            )
            if 1 < len(members) <= _MOST_TOGETHER:
                last = heads[-1]
                place = self.mention(head.left_edge.idx, last.idx + len(last), head)
                yield place, self.together(members)

    def _describe(self, entity: Entity) -> None:
        """Gather what a text says a named entity is."""
        if not entity.named or entity.members:
            return
        if entity.type in {SpeakerType.ORGANIZATION, SpeakerType.DOCUMENT}:
            entity.roles.add(role_of(entity.name.split()[-1]))
        for mention in entity.mentions:
            for noun in _describing(self._doc[mention.token], mention):
                entity.roles.add(role_of(noun.lemma_))
                entity.words.add(fold(noun.lemma_))
                entity.words.update(
                    fold(t.text) for t in noun.lefts if t.is_alpha and t.i != mention.token
                )
                entity.gender = entity.gender or gender_of_noun(noun.lower_)
        if entity.gender is None and entity.type in {_PERSON, SpeakerType.UNKNOWN}:
            entity.gender = _gender_of_only(entity.full)


def gender_of_pronoun(word: str) -> Gender | None:
    """The gender that a pronoun tells.

    Args:
        word: In lower case.

    Returns:
        The gender, or None if it does not tell or is no pronoun of the third person.

    Example:
        >>> gender_of_pronoun("she")
        <Gender.FEMALE: 1>
    """
    if word in _FEMALE:
        return Gender.FEMALE
    return Gender.MALE if word in _MALE else None


def _called(clause: "Token") -> Iterator["Token"]:
    """What somebody is called: *a woman named Ann Lee*."""
    if clause.dep_ == "acl" and clause.lemma_ in _CALLED:
        yield from (token for token in clause.rights if token.dep_ in {"oprd", "dobj", "attr"})


_CALLED = frozenset({"name", "call"})


def _is_somebody(entity: Entity) -> bool:
    """Whether what bears a name is a person, to all appearances."""
    return entity.type is _PERSON or _gender_of_only(entity.full) is not None


def _gender_of_only(full: Name | None) -> Gender | None:
    """The gender of somebody who goes by one name alone, such as *Emma*."""
    words = full.words if full is not None else ()
    return gender_of_given(words[0]) if len(words) == 1 else None


def _commonest(types: Counter[SpeakerType]) -> SpeakerType:
    """What most mentions show; of equal ones a person."""
    return max(types, key=lambda each: (types[each], each is SpeakerType.PERSON))


def _surest(mentions: Sequence[Name]) -> Gender | None:
    """The gender that most titles tell or, without any, that given names do."""
    told = [name.told_gender for name in mentions if name.told_gender]
    genders = told or [name.gender for name in mentions if name.gender]
    return Counter(genders).most_common(1)[0][0] if genders else None


def _described(head: "Token", text: str, words: Sequence[str]) -> Entity:
    is_plural, lemma = head.tag_ in _PLURAL, fold(head.lemma_)
    entity = Entity(text, type_of_noun(lemma, is_plural=is_plural), named=False)
    entity.is_plural = is_plural
    entity.gender = gender_of_noun(lemma)
    entity.roles.add(role_of(lemma))
    entity.words.update(words)
    return entity


def _place(head: "Token") -> Place:
    for _ in range(_MOST_TOGETHER):
        head = head.head if head.dep_ in {"conj", "appos"} else head
    if head.dep_ in _SUBJECTS:
        is_main = head.head.dep_ in {"ROOT", "conj", "ccomp"} and head.head.dep_ != "relcl"
        return Place.SUBJECT if is_main else Place.CLAUSE_SUBJECT
    if head.dep_ in _OBJECTS:
        return Place.OBJECT
    return Place.OWNER if head.dep_ == "poss" else Place.OTHER


def _describing(head: "Token", mention: Mention) -> Iterator["Token"]:
    """The nouns that say what somebody is: before the name, in apposition, after *is*."""
    for child in head.children:
        is_outside = not mention.start <= child.idx < mention.end
        if is_outside and child.dep_ in {"compound", "nmod", "amod", "appos"}:
            if child.pos_ in {"NOUN", "PROPN"} and (child.dep_ == "appos" or child.i < head.i):
                yield child
                yield from (t for t in child.conjuncts if t.pos_ == "NOUN")
        elif child.dep_ == "relcl" and child.lemma_ == "be":
            yield from _predicates(child)
    clause = head.head
    if head.dep_ == "appos" and clause.pos_ == "NOUN":
        yield clause
    if clause.head.pos_ == "NOUN" and head in _called(clause):
        yield clause.head
    if head.dep_ in _SUBJECTS and head.head.lemma_ in {"be", "become"}:
        yield from _predicates(head.head)


def _predicates(verb: "Token") -> Iterator["Token"]:
    return (t for t in verb.children if t.dep_ == "attr" and t.pos_ in {"NOUN", "PROPN"})
