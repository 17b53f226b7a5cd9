"""Names: which one a mention holds, which are one person's, and which is the fullest.

A capitalised mention of a speaker is a name whatever the recognizer's label says: spaCy's small
model takes many a person for a place or an organisation.
"""

import bisect
import functools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from quoteattr import wordlists
from quoteattr.quotes import SpeakerType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Tokens

__all__ = ["Name", "Names", "fold", "names_in", "people_in"]


def fold(text: str) -> str:
    """A text without case and diacritics, for comparison only.

    Args:
        text: Any text.

    Returns:
        The folded text; it may differ in length.

    Example:
        >>> fold("Kıran") == fold("KIRAN")
        True
    """
    # Both orders matter: some letters have a case only once they are decomposed, and vice versa.
    plain = unicodedata.normalize("NFKD", text).casefold().replace("ı", "i")
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(char for char in plain if not unicodedata.combining(char))


@frozen
class Name:
    """A name as it stands somewhere, titles dropped.

    Attributes:
        text: The name.
        start: Where it starts, in characters.
        end: Where it ends, exclusive.
        type: What kind of entity bears it, as far as this mention shows.
    """

    text: str
    start: int
    end: int
    type: SpeakerType
    words: tuple[str, ...] = field(init=False, eq=False, repr=False)

    @words.default
    def _words(self) -> tuple[str, ...]:
        return tuple(fold(self.text).replace(".", "").split())


def names_in(doc: "Doc", start: int, end: int) -> list[Name]:
    """The names of those whom a mention names.

    Args:
        doc: The parsed text.
        start: Where the mention starts, in characters.
        end: Where it ends, exclusive.

    Returns:
        Nothing for a pronoun or a description, such as *the senior official*; several names for
        several who speak together.
    """
    mention = doc.char_span(start, end, alignment_mode="expand")
    if mention is None:
        return []
    root = mention.root
    heads = [root, *(head for head in root.conjuncts if mention.start <= head.i < mention.end)]
    found = [name for head in heads if (name := _name_of(head, mention)) is not None]
    texts = {name.text for name in found}
    return found if len(texts) == len(heads) else found[:1]


def people_in(doc: "Doc", speaking: Sequence[Name]) -> list[Name]:
    """The names of people in a text.

    Args:
        doc: The parsed text.
        speaking: The names in the sources of its quotations.

    Returns:
        What the recognizer calls a person or follows a title; and for a single name that speaks
        but is no such person's, what else ends with it.
    """
    names = [name for run in _runs(doc[:]) if (name := _without_titles(run)) is not None]
    people = [name for name in names if name.type is SpeakerType.PERSON]
    known = {name.words[-1] for name in people if len(name.words) > 1}
    unknown = {name.words[0] for name in speaking if len(name.words) == 1} - known
    namesakes = [name for name in names if len(name.words) > 1 and name.words[-1] in unknown]
    return people + [evolve(name, type=SpeakerType.PERSON) for name in namesakes]


# Runs of capitalized words


def _runs(tokens: "Tokens") -> list[list["Token"]]:
    """The capitalized words in a row, with the particles between them."""
    groups = groupby(tokens, key=_is_in_name)
    rows = (_capitalized(list(group)) for is_name, group in groups if is_name)
    return [run for row in rows for run in _people_apart(row) if run]


def _people_apart(row: list["Token"]) -> Iterator[list["Token"]]:
    """A row cut where one person's name follows another's."""
    first = 0
    for at, token in enumerate(row):
        is_second = at and token.ent_iob_ == "B" and row[at - 1].ent_type_ == "PERSON"
        if is_second and token.ent_type_ == "PERSON":
            yield row[first:at]
            first = at
    yield row[first:]


def _is_in_name(token: "Token") -> bool:
    if token.text[:1].isupper():
        is_labelled = bool(token.ent_type_) and token.pos_ not in {"DET", "PRON", "ADP"}
        return token.pos_ == "PROPN" or is_labelled or _is_title(token)
    after = token.nbor() if token.i + 1 < len(token.doc) else None
    is_between = token.i > 0 and after is not None and after.text[:1].isupper()
    is_joint = token.lower_ in wordlists.load("names")["particles"] or token.text == "-"
    is_of = token.lower_ in _OF and _heads_organization(token)
    is_inside = token.ent_iob_ == "I" and after is not None and after.ent_iob_ == "I"
    return is_between and (is_joint or is_of or (is_inside and token.is_alpha))


_OF = frozenset({"of", "for", "on"})


def _heads_organization(token: "Token") -> bool:
    if token.i == 0:
        return False
    before = token.nbor(-1)
    is_head = before.lower_ in wordlists.load("names")["organizations"]
    return before.text[:1].isupper() and is_head


def _capitalized(run: list["Token"]) -> list["Token"]:
    first = next((at for at, token in enumerate(run) if token.text[:1].isupper()), len(run))
    return run[first:]


def _is_title(token: "Token") -> bool:
    return token.lower_ in wordlists.load("names")["titles"]


def _without_titles(run: Sequence["Token"]) -> Name | None:
    """The name in a run of capitalized words, or None if they are but a title."""
    if not run:
        return None
    if _is_organization(run):
        return _name(run, _type_of(run))
    first = _first_of_name(run)
    if first == len(run) or (_is_title(run[-1]) and run[-1].ent_type_ != "PERSON"):
        return None
    is_titled = any(_is_title(token) for token in run[:first])
    return _name(run[first:], SpeakerType.PERSON if is_titled else _type_of(run[first:]))


def _first_of_name(run: Sequence["Token"]) -> int:
    """Where the name begins: after titles and, before a person, after what else has a label."""
    person = next((at for at, token in enumerate(run) if token.ent_type_ == "PERSON"), None)
    before = len(run) - 1 if person is None else person
    while person is not None and before < len(run) and _is_title(run[before]):
        before += 1
    other = {"GPE", "NORP"} if len(run) > _PLACE_AND_NAME else set()
    other |= {"GPE", "NORP", "ORG"} if person is not None else set()
    barriers = [
        at + 1
        for at, token in enumerate(run[:-1])
        if (_is_title(token) and (at < before or len(run) - at > _GIVEN_AND_SURNAME))
        or (at < before and token.ent_type_ in other)
    ]
    return max(barriers, default=0)


_PLACE_AND_NAME = 2
_GIVEN_AND_SURNAME = 2


def _is_organization(run: Sequence["Token"]) -> bool:
    words = wordlists.load("names")["organizations"]
    is_of = len(run) > 1 and run[0].lower_ in words and run[1].lower_ in _OF
    return is_of or (len(run) > 1 and run[-1].lower_ in words)


_TYPE_OF_LABEL = {
    "PERSON": SpeakerType.PERSON,
    "NORP": SpeakerType.GROUP,
    **dict.fromkeys(("ORG", "GPE", "FAC", "LOC"), SpeakerType.ORGANIZATION),
    **dict.fromkeys(("LAW", "WORK_OF_ART"), SpeakerType.DOCUMENT),
}


def _type_of(run: Sequence["Token"]) -> SpeakerType:
    lists = wordlists.load("names")
    if run[-1].lower_ in lists["documents"]:
        return SpeakerType.DOCUMENT
    if _is_organization(run) or run[-1].lower_ in lists["organizations"]:
        return SpeakerType.ORGANIZATION
    return _TYPE_OF_LABEL.get(run[-1].ent_type_, SpeakerType.UNKNOWN)


def _name(run: Sequence["Token"], kind: SpeakerType) -> Name:
    span = run[0].doc[run[0].i : run[-1].i + 1]
    return Name(" ".join(span.text.split()), span.start_char, span.end_char, kind)


def _name_of(head: "Token", mention: "Tokens") -> Name | None:
    """The name that a head bears: its own, an apposition's, or a person's right behind it."""
    runs = _runs(mention)
    own = [run for run in runs if head in run]
    apposed = [run for run in runs if any(t.dep_ == "appos" and t.head == head for t in run)]
    last = [run for run in runs[-1:] if _ends_with_person(run)]
    named = (_without_titles(run) for run in [*own, *apposed, *last])
    return next((name for name in named if name is not None), None)


def _ends_with_person(run: Sequence["Token"]) -> bool:
    """Whether a person's name follows a comma or another name: *envoy to Turkey Ann Lee*."""
    before = run[0].nbor(-1) if run[0].i else None
    is_set_off = before is not None and before.text == ","
    is_person = run[-1].ent_type_ == "PERSON" or any(_is_title(token) for token in run)
    first = _first_of_name(run)
    return (is_person and is_set_off) or 0 < first <= len(run) - _GIVEN_AND_SURNAME


# The names of a document

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


class Names:
    """The names of a document, and which of them are one person's."""

    def __init__(self, names: Iterable[Name]) -> None:
        """Collect the names; several mentions of one are several names."""
        self._mentions: dict[tuple[str, ...], list[Name]] = {}
        self._longer: dict[str, list[tuple[str, ...]]] = {}
        for name in sorted(names, key=lambda name: (name.start, name.end, name.text)):
            self._add(name)

    def _add(self, name: Name) -> None:
        words = _plain(name.words)
        if words not in self._mentions and len(words) > 1:
            for word in {words[0], words[-1]}:
                self._longer.setdefault(word, []).append(words)
        self._mentions.setdefault(words, []).append(name)

    def fullest(self, name: Name) -> Name:
        """The fullest form of a person's name.

        Args:
            name: A name in the document.

        Returns:
            The fullest name that can be the same person's; of several people who share the
            surname the one named last before. The name itself if there is none.
        """
        words = _plain(name.words)
        if not words or name.type in {SpeakerType.DOCUMENT, SpeakerType.GROUP}:
            return name
        longer = [other for other in self._longer.get(words[-1], ()) if _can_be(words, other)]
        if not longer:
            return name
        nearest = min(longer, key=lambda other: self._distance(other, name.start))
        same = [other for other in longer if other == nearest or _can_be(nearest, other)]
        fullest = max(same, key=lambda words: (len(words), sum(map(len, words))))
        return self._mentions[fullest][0]

    def _distance(self, words: tuple[str, ...], place: int) -> tuple[bool, int]:
        """How near a name stands: what comes before is nearer than what follows."""
        mentions = self._mentions[words]
        number = bisect.bisect_right(mentions, place, key=lambda name: name.start)
        if number:
            return False, place - mentions[number - 1].start
        return True, mentions[0].start - place

    def aliases(self, name: Name) -> tuple[str, ...]:
        """The other forms in which the document gives a name.

        Args:
            name: The fullest form.

        Returns:
            The other forms, in the order of their first mention.
        """
        return tuple(form for form in self._forms.get(name.words, ()) if form != name.text)

    @functools.cached_property
    def _forms(self) -> dict[tuple[str, ...], list[str]]:
        forms: dict[tuple[str, ...], dict[str, None]] = {}
        mentions = [name for mentions in self._mentions.values() for name in mentions]
        for name in sorted(mentions, key=lambda name: name.start):
            forms.setdefault(self.fullest(name).words, {})[name.text] = None
        return {words: list(texts) for words, texts in forms.items()}


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a generational suffix."""
    return words[:-1] if len(words) > 1 and words[-1] in _SUFFIXES else words


def _can_be(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether a longer name can be the same person's: *J. Lee*, *Lee* or *Jo* for *Jo Ann Lee*."""
    if short == long or len(short) > len(long):
        return False
    if len(short) == 1:
        return short[0] in {long[0], long[-1]}
    rest = iter(long[:-1])
    given = all(any(_is_given(word, other) for other in rest) for word in short[:-1])
    return short[-1] == long[-1] and given


def _is_given(word: str, other: str) -> bool:
    return word == other or (len(word) == 1 and other.startswith(word))
