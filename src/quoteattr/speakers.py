"""Who is speaking: from a quotation's source to its speaker."""

import bisect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, dropwhile, takewhile
from typing import TYPE_CHECKING, Protocol

from attrs import define, evolve, frozen

from quoteattr import wordlists
from quoteattr.candidates import Candidate, Choices, Signs, choices
from quoteattr.characters import replace_surrogates
from quoteattr.entities import Entities, Entity, Mention, type_of_noun
from quoteattr.marks import MarkPair, Marks, Offsets, kind_of
from quoteattr.names import Name, all_in, fold, names_in, people_among, surnames
from quoteattr.narrators import Narrators
from quoteattr.quotations import Origin, Quotation
from quoteattr.quotes import (
    AttributionType,
    Evidence,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
)
from quoteattr.register import Names
from quoteattr.scene import Scene
from quoteattr.turns import Turns, is_story

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Tokens

__all__ = ["Weigher", "reporting", "resolve", "wanted"]

_FIRST_PERSON = "first person"
_FIRST_PERSON_WORDS = frozenset(
    {"i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"}
)
_SECOND_PERSON_WORDS = frozenset({"you", "your", "yours", "yourself", "yourselves"})
"""Whoever is spoken to; the text hardly ever says who that is."""
_OTHERS = {
    **dict.fromkeys(("another", "one"), SpeakerType.PERSON),
    **dict.fromkeys(("some", "many", "most", "several", "few", "others"), SpeakerType.GROUP),
    "those": SpeakerType.GROUP,
}
"""Words for those of whom the text says no more: *some say*, *others believe*."""
_DEEPEST = 4
"""How many quotations may lie in one another."""
_LONG_WORD = re.compile(r"\w{4,}")
_ECHOED = 0.6
"""How many of its words a repeated quotation shares at least."""
_FEWEST_ECHOED = 3
_MOST_ECHOES = 20
"""How many quotations with one word are looked at."""
_DIGITS = 3
"""Of a probability; more would mean nothing."""
_NEAR_NOUN = 4
"""How many words before its noun a source may end."""
_LEAST = 0.3
"""How probable the best candidate must be at least; else nobody can tell."""
_LINKED = 0.5
"""How probable it must be that a description stands for a name, to go on from it to the name."""


class Weigher(Protocol):
    """Says whom a source stands for, and how sure that is."""

    def __call__(self, given: Choices) -> Sequence[float]:
        """How probable each candidate is."""

    def confidence(self, way: str, source: float, choice: float) -> float:
        """How probable it is that a speaker is right."""


@frozen
class _Source:
    """A source: where it stands, its head, the names in it, and what it says."""

    place: Offsets
    head: "Token"
    names: list[Name]
    said: Sequence[Offsets]


@frozen
class _Resolution:
    """Who speaks, how the text says so, how sure the choice is, and on what grounds."""

    speaker: Speaker | None = None
    attribution: AttributionType | None = None
    way: str = ""
    choice: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    source: float = 1.0
    entity: Entity | None = None


def resolve(  # noqa: PLR0913 - all that is known of a text
    doc: "Doc",
    text: str,
    marks: Marks,
    quotations: Sequence[Quotation],
    weigher: Weigher,
    *,
    clusters: Iterable[Iterable[Offsets]] = (),
) -> list[Quote]:
    """Find the speaker of each quotation.

    Args:
        doc: The text as spaCy has parsed it.
        text: The text itself, of equal length.
        marks: Its quotation marks.
        quotations: Its quotations; one that is continued follows what it continues.
        weigher: Says whom pronouns and descriptions stand for.
        clusters: The mentions of one entity each, as far as they are known.

    Returns:
        A quote for each, in their order, except within quoted text for those that no word of saying
        reports.
    """
    quotations = [_completed(doc, each) for each in quotations if _is_reported(doc, each)]
    resolved = _Resolver.of(doc, text, marks, quotations, weigher, clusters)(quotations)
    sure = (
        _weighed(resolution, min(quotation.source_confidence, resolution.source), weigher)
        for quotation, resolution in zip(quotations, resolved, strict=True)
    )
    return sorted(_quote(doc, text, marks, *each) for each in zip(quotations, sure, strict=True))


def reporting(doc: "Doc", quoted: Iterable[MarkPair]) -> list[MarkPair]:
    """The quoted text that may report what somebody says: that has a verb of saying.

    Args:
        doc: The text as spaCy has parsed it.
        quoted: The quotation marks around quoted text.

    Returns:
        Those between which there may be a quotation that `resolve` keeps. Nouns of saying, such as
        *talk*, stand in quoted text often and report something there hardly ever.
    """
    return [
        each
        for each in quoted
        for words in [_cues(doc, (each.inner_start, each.inner_end), "speech")]
        if any(word.pos_ == "VERB" for word in words)
    ]


def wanted(doc: "Doc", quotations: Iterable[Quotation]) -> list[Offsets]:
    """The sources of which coreference can help to say who they are.

    Args:
        doc: The text as spaCy has parsed it.
        quotations: Its quotations.

    Returns:
        The sources that are a pronoun, in their order.
    """
    sources = {each.source for each in quotations if each.source is not None}
    spans = {place: _tokens(doc, place) for place in sources}
    return sorted(
        place
        for place, span in spans.items()
        if span is not None and len(span) == 1 and span.root.pos_ == "PRON"
    )


def _completed(doc: "Doc", quotation: Quotation) -> Quotation:
    """A quotation whose source, if it ends before its noun, goes on to it: *the*, *Stoke-on-*."""
    span = _tokens(doc, quotation.source) if quotation.source else None
    if span is None or not _is_open(span[-1]):
        return quotation
    noun, others = span[-1].head, (quotation.cue, *quotation.content)
    is_behind = 0 < noun.i - span[-1].i <= _NEAR_NOUN and noun.pos_ in _NOUNS
    source = span.start_char, noun.idx + len(noun)
    is_free = all(each is None or each[0] >= source[1] or each[1] <= source[0] for each in others)
    return evolve(quotation, source=source) if is_behind and is_free else quotation


def _is_open(token: "Token") -> bool:
    """Whether a noun must follow a word."""
    return token.text == "-" or token.tag_ == "PRP$" or token.pos_ in {"DET", "ADJ"}


def _is_reported(doc: "Doc", quotation: Quotation) -> bool:
    """Whether a quotation counts; within quoted text only if its cue has a word of saying."""
    return quotation.origin is not Origin.NESTED or _says(doc, quotation.cue)


def _says(doc: "Doc", place: Offsets | None) -> bool:
    """Whether a word of saying stands at a place."""
    return bool(_cues(doc, place, "speech"))


@define
class _Resolver:
    """Resolves the sources of one text, one after the other."""

    doc: "Doc"
    text: str
    marks: Marks
    sources: Mapping[Offsets, _Source]
    register: Names
    scene: Scene
    narrators: Narrators
    weigher: Weigher

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 - all that is known of a text
        cls,
        doc: "Doc",
        text: str,
        marks: Marks,
        quotations: Sequence[Quotation],
        weigher: Weigher,
        clusters: Iterable[Iterable[Offsets]],
    ) -> "_Resolver":
        """Find out what the sources need to be resolved."""
        names = [_written(name, text) for name in all_in(doc)]
        known = surnames(names)
        said: dict[Offsets, list[Offsets]] = {}
        for each in quotations:
            if each.source is not None:
                said.setdefault(each.source, []).extend(each.content)
        spans = {place: _tokens(doc, place) for place in sorted(said)}
        sources = {
            place: _source(span, text, place, known, said[place])
            for place, span in spans.items()
            if span is not None
        }
        speaking = [name for source in sources.values() for name in source.names]
        groups = [name for name in names if name.type is SpeakerType.ORGANIZATION]
        register = Names([*people_among(names, speaking), *groups, *speaking])
        contents = sorted(span for each in quotations for span in each.content)
        story = is_story(text, marks, quotations)
        scene = Scene(doc, Entities(doc, names, register), contents, _heads(doc, clusters), story)
        narrators = Narrators(doc, names, is_story=story)
        return cls(doc, text, marks, sources, register, scene, narrators, weigher)

    def __call__(self, quotations: Sequence[Quotation]) -> list[_Resolution]:
        """The resolutions of the quotations, in their order."""
        found = {place: self._resolved(source) for place, source in self.sources.items()}
        made = [
            evolve(found[each.source], source=each.source_confidence)
            if each.source in found
            else _Resolution()
            for each in quotations
        ]
        speaking = [each.entity for each in made]
        turns, holders = Turns(self.text, self.marks, quotations, self.scene), _Holders(quotations)
        for number, quotation in enumerate(quotations):
            sure = quotation.source_confidence
            if quotation.source is not None and made[number].way == _FIRST_PERSON:
                said = self._in_first_person(quotation.source, made, holders.of(number))
                made[number] = evolve(said, source=sure)
            elif quotation.source is None and quotation.cue is None:
                made[number] = self._without_source(turns, number, made, speaking)
            speaking[number] = made[number].entity
        echoes = _Echoes(self.text, quotations, made)
        for number, quotation in enumerate(quotations):
            is_bare = quotation.source is None and quotation.cue is None
            if is_bare and made[number].speaker is None:
                made[number] = echoes.of(number)
        return made

    def _without_source(
        self,
        turns: Turns,
        number: int,
        made: Sequence[_Resolution],
        speaking: Sequence[Entity | None],
    ) -> _Resolution:
        """Who speaks without a source: who goes on or, in a conversation, whose turn it is."""
        quotation, known = turns.quotations[number], _Resolution()
        if not turns.are_taken(number):
            before = turns.before(number) if quotation.origin is Origin.CONTINUED else None
            known = known if before is None else made[before]
            return _continued(known, "continued", 1.0, quotation.source_confidence)
        best, probability = self._best(turns.choices(number, speaking))
        if best.entity is None or probability < _LEAST:
            return known
        nearest = turns.nearest(number, best.entity, speaking)
        if nearest is not None:
            known = made[nearest]
        elif best.mention is not None:
            told = self._step(best.mention.start, best.mention.end, "antecedent")
            known = self._told(best.entity, told, ())
        return _continued(known, "turn", probability, quotation.source_confidence)

    def _in_first_person(
        self, source: Offsets, made: Sequence[_Resolution], holder: int | None
    ) -> _Resolution:
        """Who says *I*: the speaker of the words around or, outside such words, the narrator."""
        known = () if holder is None else made[holder : holder + 1]
        around = known[0] if known else self._narrated(source)
        return evolve(
            around,
            attribution=AttributionType.ANAPHORIC,
            way=_FIRST_PERSON,
            evidence=(self._step(*source, "source"), *around.evidence),
        )

    def _narrated(self, source: Offsets) -> _Resolution:
        """Who says *I* outside everybody's words."""
        name = self.narrators.at(source[0])
        if name is None:
            return _Resolution()
        entity = self.scene.entities.of(name)
        return self._told(entity, self._step(name.start, name.end, "narrator"), [name])

    def _told(self, entity: Entity, step: Evidence, names: Sequence[Name]) -> _Resolution:
        """The speaker of whom a mention tells."""
        fullest = [each for each in self._fullest(entity, names) if each.span != step.span]
        return _Resolution(self._speaker(entity), evidence=(step, *fullest), entity=entity)

    def _resolved(self, source: _Source) -> _Resolution:
        if source.head.lower_ in _FIRST_PERSON_WORDS:
            return _Resolution(attribution=AttributionType.ANAPHORIC, way=_FIRST_PERSON)
        if source.head.lower_ in _SECOND_PERSON_WORDS:
            return self._itself(source, 1.0)
        if source.names and all(name.type is SpeakerType.GROUP for name in source.names):
            return self._itself(source, 1.0)
        if source.names:
            return self._named(source)
        return self._itself(source, 1.0) if _is_others(source.head) else self._chosen(source)

    def _named(self, source: _Source) -> _Resolution:
        """The speaker that a mention names."""
        members = [self.scene.entities.of(name) for name in source.names]
        entity = members[0] if len(members) == 1 else self.scene.entities.together(members)
        self._speaks(source, entity)
        speaker = self._speaker(entity)
        beside = (name for name in source.names if name.start >= source.place[1])
        steps = (
            self._step(*source.place, "source"),
            *(self._step(name.start, name.end, "role") for name in beside),
            *self._fullest(entity, source.names),
        )
        way = _way(entity, source.names)
        return _Resolution(speaker, AttributionType.EXPLICIT, way, 1.0, steps, entity=entity)

    def _chosen(self, source: _Source) -> _Resolution:
        """The speaker that a pronoun or a description stands for."""
        given = choices(self.scene, source.place, source.head, source.said)
        best, probability = self._best(given)
        if best.entity is None or best.mention is None:
            return self._itself(source, probability)
        entity, steps = self._followed(best.entity, best.mention, best.signs)
        self._speaks(source, entity)
        itself = self.scene.entities.at(source.head.i)
        if itself is not None:
            self.scene.known[id(itself)] = entity
        speaker = self._speaker(entity) if probability >= _LEAST else None
        fullest = [each for each in self._fullest(entity, ()) if each.span != steps[-1].span]
        way = (self._step(*source.place, "source"), *steps, *fullest)
        kind, known = given.kind, entity if speaker else None
        return _Resolution(speaker, AttributionType.ANAPHORIC, kind, probability, way, entity=known)

    def _best(self, given: Choices) -> tuple[Candidate, float]:
        weighed = zip(self.weigher(given), given.candidates, strict=True)
        probability, best = max(weighed, key=lambda each: each[0])
        return best, probability

    def _followed(
        self, entity: Entity, mention: Mention, signs: Signs
    ) -> tuple[Entity, list[Evidence]]:
        """The entity at a mention, or behind it if that is a description that stands for a name."""
        why = "role" if "role" in signs else "antecedent"
        steps = [self._step(mention.start, mention.end, why)]
        if entity.named or entity.members:
            return entity, steps
        given = choices(self.scene, (mention.start, mention.end), self.doc[mention.token], ())
        best, probability = self._best(given)
        if best.entity is None or best.mention is None or probability < _LINKED:
            return entity, steps
        return best.entity, [*steps, self._step(best.mention.start, best.mention.end, "role")]

    def _itself(self, source: _Source, probability: float) -> _Resolution:
        """Somebody without a name, known by the description; behind a pronoun nobody."""
        steps = (self._step(*source.place, "source"),)
        speaker = _described(self.doc, self.text, *source.place)
        entity = self.scene.entities.at(source.head.i)
        if speaker is not None and entity is not None:
            self._speaks(source, entity)
        known = entity if speaker else None
        return _Resolution(
            speaker, AttributionType.ANAPHORIC, "itself", probability, steps, entity=known
        )

    def _speaks(self, source: _Source, entity: Entity) -> None:
        self.scene.speaks(self.scene.entities.mention(*source.place, source.head), entity)

    def _speaker(self, entity: Entity) -> Speaker | None:
        if entity.members:
            members = [self._speaker(each) for each in entity.members]
            return _together([each for each in members if each is not None])
        if entity.full is None:
            first = entity.mentions[0]
            return _described(self.doc, self.text, first.start, first.end)
        aliases = self.register.aliases(entity.full)
        return Speaker(entity.full.text, entity.type, aliases=aliases)

    def _fullest(self, entity: Entity, names: Sequence[Name]) -> Iterator[Evidence]:
        """The steps to the fullest names, where those are not what the source gives."""
        given = {name.text for name in names}
        for each in entity.members or (entity,):
            if each.full is not None and each.full.text not in given:
                yield self._step(each.full.start, each.full.end, "fullest name")

    def _step(self, start: int, end: int, why: str) -> Evidence:
        return Evidence(Span.of(self.text, start, end), why)


class _Holders:
    """Which quotations hold the sources of others."""

    def __init__(self, quotations: Sequence[Quotation]) -> None:
        self._quotations = quotations
        self._spans = sorted(
            (*span, number) for number, each in enumerate(quotations) for span in each.content
        )

    def of(self, number: int) -> int | None:
        """The quotation that holds another one's source, by its number."""
        source = self._quotations[number].source
        if source is None:
            return None
        at = bisect.bisect_right(self._spans, source[0], key=lambda span: span[0])
        around = self._spans[max(at - _DEEPEST, 0) : at]
        holders = (each for start, end, each in around if end > source[0] and each != number)
        return next(holders, None)


class _Echoes:
    """Who says elsewhere what a headline or a pull quote repeats."""

    def __init__(
        self, text: str, quotations: Sequence[Quotation], made: Sequence[_Resolution]
    ) -> None:
        self._made = made
        self._words = [_words(text, quotation) for quotation in quotations]
        self._with: dict[str, list[int]] = {}
        for number, words in enumerate(self._words):
            for word in words if made[number].speaker is not None else ():
                self._with.setdefault(word, []).append(number)

    def of(self, number: int) -> _Resolution:
        """The resolution of the quotation that has most of another one's words."""
        words = self._words[number]
        places = (self._with.get(word, [])[:_MOST_ECHOES] for word in words)
        counts = Counter(chain.from_iterable(places))
        most = max(counts, key=lambda each: (counts[each], -each), default=number)
        if len(words) < _FEWEST_ECHOED or counts[most] < _ECHOED * len(words):
            return _Resolution()
        said = self._made[most]
        return evolve(said, attribution=AttributionType.IMPLICIT, way="repeated")


def _words(text: str, quotation: Quotation) -> frozenset[str]:
    """The longer words of a quotation, folded."""
    said = " ".join(text[start:end] for start, end in quotation.content)
    return frozenset(fold(word) for word in _LONG_WORD.findall(said))


def _written(name: Name, text: str) -> Name:
    """A name as the text writes it, which spaCy may have been given otherwise.

    Of *Forbes magazine* as many words as the name has.
    """
    words = _in_one_line(text[name.start : name.end]).split(" ")
    return evolve(name, text=" ".join(words[: len(name.text.split(" "))]))


def _in_one_line(words: str) -> str:
    """Words as a name: with single spaces, and nothing that JSON could read otherwise."""
    return replace_surrogates(" ".join(words.split()))


def _source(
    span: "Tokens", text: str, place: Offsets, known: AbstractSet[str], said: Sequence[Offsets]
) -> _Source:
    """A source; of a relative pronoun what it stands for, of a description its apposition too."""
    doc, head = span.doc, span.root
    if span[0].tag_ == "PRP" and head.i > span[0].i:  # two phrases that the network took for one
        head = span[0]
        place = head.idx, head.idx + len(head)
    if head.tag_ in {"WP", "WDT"} and head.head.dep_ == "relcl":
        head = head.head.head
        phrase = doc[head.left_edge.i : head.i + 1]
        place = phrase.start_char, phrase.end_char
    found = names_in(doc, *place, known) or _apposed(head, known) or _behind_title(span, known)
    return _Source(place, head, [_written(name, text) for name in found], said)


def _behind_title(span: "Tokens", known: AbstractSet[str]) -> list[Name]:
    """The name behind a source that is cut off after its title, such as *Mr.* at a line's end."""
    after = next((token for token in span.doc[span.end : span.end + 2] if not token.is_space), None)
    is_cut = span[-1].lower_ in wordlists.load("names")["titles"] and span[-1].text.endswith(".")
    if after is None or not is_cut or not after.text[:1].isupper():
        return []
    return names_in(span.doc, span.start_char, after.idx + len(after), known)


def _apposed(head: "Token", known: AbstractSet[str]) -> list[Name]:
    """The name beside a description: *the mayor*, Ann Lee; or Ann Lee, *the mayor*."""
    beside = [head.head] if head.dep_ == "appos" else []
    for name in [*(child for child in head.rights if child.dep_ == "appos"), *beside]:
        if name.ent_type_ == "PERSON":
            phrase = head.doc[name.left_edge.i : name.i + 1]
            return names_in(head.doc, phrase.start_char, phrase.end_char, known)
    return []


def _tokens(doc: "Doc", place: Offsets) -> "Tokens | None":
    """The tokens at a place, or None if it lies between two of them."""
    return doc.char_span(*place, alignment_mode="expand") or None


def _heads(doc: "Doc", clusters: Iterable[Iterable[Offsets]]) -> dict[int, frozenset[int]]:
    """For the head of each mention of a cluster the heads of them all."""
    found: dict[int, frozenset[int]] = {}
    for cluster in clusters:
        spans = (_tokens(doc, place) for place in cluster)
        tokens = frozenset(span.root.i for span in spans if span is not None)
        found.update(dict.fromkeys(tokens, tokens))
    return found


def _continued(before: _Resolution, way: str, sure: float, source: float) -> _Resolution:
    """The speaker of a paragraph before speaks; that is no surer than what it hangs on."""
    if before.speaker is None:
        return _Resolution()
    source, choice = min(source, before.source), min(sure, before.choice)
    kind = AttributionType.IMPLICIT
    return evolve(before, attribution=kind, way=way, source=source, choice=choice)


def _way(entity: Entity, names: Sequence[Name]) -> str:
    """How a name tells who speaks."""
    if len(names) > 1:
        return "several names"
    if entity.type is not SpeakerType.PERSON:
        return "other name"
    if len(names[0].words) > 1:
        return "full name"
    return (
        "single name" if entity.full is None or entity.full.words == names[0].words else "surname"
    )


def _together(members: Sequence[Speaker]) -> Speaker:
    """The group of those who speak together."""
    name = "; ".join(member.name for member in members)
    is_named = all(member.named for member in members)
    return Speaker(name, SpeakerType.GROUP, named=is_named, members=tuple(members))


def _described(doc: "Doc", text: str, start: int, end: int) -> Speaker | None:
    """A speaker without a name, known by the description without its article."""
    span = _tokens(doc, (start, end))
    if span is None:
        return None
    others = _OTHERS.get(span.root.lower_) if _is_others(span.root) else None
    if len(span) == 1 and span.root.pos_ not in _NOUNS and others is None:
        return None
    last = _last_of_phrase(span)
    phrase = doc[span.start : last + 1]
    words = dropwhile(lambda token: token.i < span.root.i and token.pos_ in _ARTICLES, phrase)
    kept = list(takewhile(lambda token: token.i <= span.root.i or token.text != ",", words))
    name = _in_one_line(text[kept[0].idx : kept[-1].idx + len(kept[-1])]) if kept else ""
    is_plural = span.root.tag_ in {"NNS", "NNPS"}
    kind = type_of_noun(span.root.lemma_.lower(), is_plural=is_plural)
    return Speaker(name, others or kind, named=False) if name else None


def _is_others(head: "Token") -> bool:
    """Whether a source stands for nobody whom the text mentions before: *some*, but *the one*."""
    return head.lower_ in _OTHERS and not head.n_lefts


_NOUNS = frozenset({"NOUN", "PROPN", "NUM", "ADJ"})
_ARTICLES = frozenset({"DET", "PUNCT", "PRON"})
_LONGEST_PHRASE = 8


def _last_of_phrase(span: "Tokens") -> int:
    """The last token of a phrase with what is tied to it: *friends of the mayor*."""
    last = span.end - 1
    for token in span.root.rights:
        if token.i == last + 1 and token.dep_ == "prep" and token.lower_ in {"of", "for", "in"}:
            edge = token.right_edge.i
            last = edge if edge - last <= _LONGEST_PHRASE else last
    return last


def _quote(
    doc: "Doc", text: str, marks: Marks, quotation: Quotation, resolution: _Resolution
) -> Quote:
    content = _spans(text, *quotation.content)
    return Quote(
        content,
        _spans(text, quotation.cue),
        _spans(text, quotation.source),
        resolution.speaker,
        kind_of(content, marks),
        _medium(doc, quotation.cue),
        quotation.confidence,
        resolution.attribution,
        resolution.evidence,
    )


def _weighed(resolution: _Resolution, source: float, weigher: Weigher) -> _Resolution:
    """A resolution whose speaker says how probable it is."""
    if resolution.speaker is None:
        return resolution
    confidence = weigher.confidence(resolution.way, source, resolution.choice)
    return evolve(resolution, speaker=_sure(resolution.speaker, confidence))


def _sure(speaker: Speaker, confidence: float) -> Speaker:
    members = tuple(_sure(member, confidence) for member in speaker.members)
    return evolve(speaker, confidence=round(confidence, _DIGITS), members=members)


def _medium(doc: "Doc", cue: Offsets | None) -> Medium:
    """Thought, if the cue has a word of thinking and none of saying."""
    is_thought = _cues(doc, cue, "thought") and not _says(doc, cue)
    return Medium.THOUGHT if is_thought else Medium.SPEECH


def _cues(doc: "Doc", place: Offsets | None, kind: str) -> "list[Token]":
    """The words at a place that one of the lists of cues has."""
    span, listed = _tokens(doc, place) if place else None, wordlists.load("cues")[kind]
    return [token for token in span or () if token.lemma_.lower() in listed]


def _spans(text: str, *places: Offsets | None) -> tuple[Span, ...]:
    return tuple(Span.of(text, *place) for place in places if place is not None)
