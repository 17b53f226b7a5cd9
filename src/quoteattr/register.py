"""Which names in a text are one person's or organization's, and which is the fullest."""

import bisect
import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import evolve

from quoteattr import wordlists
from quoteattr.names import Gender, Name, fold
from quoteattr.quotes import SpeakerType

__all__ = ["Names"]

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_JUNIOR = ("jr",)
_FEWEST_INITIALS = 2
_GIVEN_AND_SURNAMES = 3
_OF = frozenset({"of", "for"})
_MOST_NAMESAKES = 40
"""How many names with one word in common are told apart."""
_MOST_FORMS = 20
_OFTEN = 5
"""Somebody who is named so often in short needs more than one longer name to be somebody's."""
_VERY_OFTEN = 20
"""Somebody who is named so often in short has no longer name that comes but once."""
_TITLED = 3
"""How often somebody is named with a title, at least, if that is how the text names one."""
_FEWEST_OWN = 2
"""How often, at least, the given name of somebody else stands alone."""
_JUST_NAMED = 80
"""How far before, in characters, somebody has just been named."""
_COMPANIES = frozenset(
    {"news", "inc", "corp", "corporation", "company", "co", "group", "ltd", "llc", "plc"}
    | {"systems", "holdings", "media", "bank", "airlines", "motors", "foods", "industries"}
)
"""Last words that companies' names are mostly said without."""
_PAPERS = frozenset(
    {"times", "post", "journal", "tribune", "herald", "globe", "chronicle", "gazette"}
)
"""Last words that are said alone of newspapers' names."""
_OF_MANY = frozenset({"mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss"})
"""Titles that tell nobody's rank."""
_SHORTENED = frozenset({SpeakerType.PERSON, SpeakerType.UNKNOWN, SpeakerType.ORGANIZATION})


class Names:
    """The names of a document, and which of them are one person's or organization's."""

    def __init__(self, names: Iterable[Name]) -> None:
        """Collect the names; several mentions of one are several names."""
        self._mentions: dict[tuple[str, ...], list[Name]] = {}
        self._plainest: dict[tuple[str, ...], Name] = {}
        self._wives: dict[tuple[str, ...], list[Name]] = {}
        self._titled: dict[tuple[str, ...], dict[str, Name]] = {}
        self._longer: dict[str, list[tuple[str, ...]]] = {}
        self._genders: dict[tuple[str, ...], set[Gender]] = {}
        self._told: dict[str, set[Gender]] = {}
        self._titles: dict[tuple[str, ...], set[str]] = {}
        self._standings: set[tuple[tuple[str, ...], str]] = set()
        self._counts: Counter[tuple[tuple[str, ...], Gender | None]] = Counter()
        names = list(names)
        self._full = {name.words for name in names if len(name.words) > 1}
        for name in sorted(names, key=lambda name: (name.start, name.end, name.text)):
            self._add(name)

    def _add(self, name: Name) -> None:
        words = self._plain(name.words)
        if words not in self._mentions and len(words) > 1:
            for word in {words[0], words[-1], *_middle(words), *_head(words), *_initials(name)}:
                namesakes = self._longer.setdefault(word, [])
                namesakes += [words] if len(namesakes) < _MOST_NAMESAKES else []
        self._mentions.setdefault(words, []).append(name)
        if not name.text.isupper():
            self._plainest.setdefault(words, name)
        self._counts[words, name.told_gender] += 1
        self._titles.setdefault(words, set()).update(name.titles)
        self._standings.add((words, _standing(name)))
        if _is_mrs(name):
            self._wives.setdefault(words, []).append(name)
        if len(words) == 1 and name.told_gender:
            first = evolve(name, text=f"{name.titles[-1].capitalize()} {name.text}")
            self._titled.setdefault(words, {}).setdefault(_standing(name), first)
        self._genders.setdefault(words, set()).update([name.gender] if name.gender else [])
        if words and name.told_gender:
            self._told.setdefault(words[-1], set()).add(name.told_gender)

    def fullest(self, name: Name) -> Name:
        """The fullest form of a name.

        Args:
            name: A name in the document.

        Returns:
            The fullest name that can be the same one's. Of several people who share the surname
            it is one whose gender the titles allow, and who has just been named or else was named
            first. The name itself if there is none.
        """
        words = self._plain(name.words)
        if not words or name.type not in _SHORTENED:
            return name
        longer = [other for other in self._longer.get(words[-1], ()) if self._is(name, other)]
        longer = [other for other in longer if other[-1] == words[-1]] or self._repeated(longer)
        longer = self._of_title(self._trusted(longer, name), name)
        if not longer or self._is_husband(name, longer):
            return self._apart(name)
        nearest = min(longer, key=lambda other: self._distance(other, name))
        same = [other for other in longer if other == nearest or _can_be(nearest, other)]
        fullest = max(same, key=lambda words: (len(words), sum(map(len, words))))
        return self._plainest.get(fullest, self._mentions[fullest][0])

    def _repeated(self, longer: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """The names that come more than once, if any does."""
        return [other for other in longer if len(self._mentions[other]) > 1] or longer

    def _is_husband(self, name: Name, longer: Iterable[tuple[str, ...]]) -> bool:
        """Whether *Lee* is *Mr. Lee*, since there are but women with longer names, and rarely."""
        words, longer = self._plain(name.words), list(longer)
        is_other = all(self._genders[other] == {Gender.FEMALE} for other in longer)
        full = sum(len(self._mentions[other]) for other in longer)
        return is_other and not name.titles and self._counts[words, Gender.MALE] > full

    def _of_title(self, longer: list[tuple[str, ...]], name: Name) -> list[tuple[str, ...]]:
        """Those who bear a rarer title of a short name, if any does: *Sir Bo* of *Sir Bo Lee*."""
        titles = frozenset(name.titles) - _OF_MANY
        titled = [other for other in longer if not titles.isdisjoint(self._titles[other])]
        return titled or longer

    def _apart(self, name: Name) -> Name:
        """A surname, with its title where a text tells *Mr. Lee*, *Mrs. Lee* and *Miss Lee* apart.

        *Lee* alone is *Mr. Lee* there.
        """
        titled = self._titled.get(self._plain(name.words), {})
        first = titled.get(_standing(name) or "mr")
        return name if first is None or len(titled) == 1 else first

    def _plain(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words without *Jr.*, unless the text has *Ann Lee* beside *Ann Lee Jr.*."""
        is_other = words[-1:] == _JUNIOR and words[:-1] in self._full
        return words[:-1] if words[-1:] and words[-1] in _SUFFIXES and not is_other else words

    def _trusted(self, longer: Sequence[tuple[str, ...]], name: Name) -> list[tuple[str, ...]]:
        """Those whom a name in short may stand for although it has stood there often before them.

        None that comes but once, such as *Arab Lee* for *Lee*; and no *Ann Lee* for *Mrs. Lee*, who
        may well be her mother.
        """
        longer = [other for other in longer if not self._has_own_name(other, name)]
        start = min((self._mentions[other][0].start for other in longer), default=0)
        words = self._plain(name.words)
        if not _is_often(self._mentions.get(words, ()), start):
            return list(longer)
        if _is_mrs(name) and _is_often(self._wives.get(words, ()), start):
            return []
        if _is_often(self._mentions[words], start, _VERY_OFTEN):
            return [other for other in longer if len(self._mentions[other]) > 1]
        return [other for other in longer if not self._is_rare(other)]

    def _has_own_name(self, words: tuple[str, ...], name: Name) -> bool:
        """Whether a text with many a *Mrs. Lee* calls Ann Lee but *Ann*, as it does a daughter.

        Or *Lee*, as it does a husband; or whether a *Mr. Lee* can't be Ann.
        """
        gender = name.told_gender
        is_ruled_out = self._rules_out(gender, words)
        if not (_standing(name) == "mrs" or is_ruled_out):
            return False
        titled = self._counts[self._plain(name.words), gender]
        fewest = _FEWEST_OWN if is_ruled_out else max(_OFTEN, titled / 2)
        own = words[:1] if self._genders[words] else words[-1:]
        return titled >= _TITLED and self._counts[own, None] >= fewest

    def _is_rare(self, words: tuple[str, ...]) -> bool:
        """Whether a name stands there once, with nothing that shows a person."""
        first, *others = self._mentions[words]
        return not (others or first.titles or self._genders[words])

    def _is(self, name: Name, other: tuple[str, ...]) -> bool:
        """Whether a longer name can be the same one's."""
        words, full = self._plain(name.words), self._mentions[other][0]
        if full.type not in _SHORTENED or (other[0] == "mrs" and not _is_mrs(name)):
            return False
        is_group = full.type is SpeakerType.ORGANIZATION
        if is_group and name.type is SpeakerType.PERSON:
            return other[-1] == words[-1] and _can_be(words, other) and _may_be_person(full)
        if is_group != (name.type is SpeakerType.ORGANIZATION):
            return False
        if is_group and len(words) == 1:
            is_first = words[0] == other[0] and other[-1] in _COMPANIES
            is_paper = words[0] == other[-1] and words[0] in _PAPERS
            return is_first or is_paper or words[0] in _initials(full)
        if is_group and words[-1:] == _head(other) and other[: len(words)] == words:
            return True
        return _can_be(words, other) and not self._is_other_gender(name, other)

    def _is_other_gender(self, name: Name, other: tuple[str, ...]) -> bool:
        """Whether *Mrs. Lee* can't be somebody, in a text that has *Mr.* or *Miss Lee*, too."""
        is_couple = len(self._told.get(other[-1], ())) > 1
        is_ruled_out = is_couple and self._rules_out(name.told_gender, other)
        return is_ruled_out or self._is_daughter(name, other)

    def _is_daughter(self, name: Name, other: tuple[str, ...]) -> bool:
        """Whether a longer name may be Miss Lee's, in a text that has a *Mrs. Lee*, too."""
        is_told = "miss" in self._titled.get(self._plain(name.words), {})
        return is_told and _standing(name) == "mrs" and (other, "mrs") not in self._standings

    def _rules_out(self, gender: Gender | None, words: tuple[str, ...]) -> bool:
        """Whether nobody of a gender bears a name, as far as that is known."""
        genders = self._genders[words]
        return gender is not None and bool(genders) and gender not in genders

    def _distance(self, words: tuple[str, ...], short: Name) -> tuple[bool, bool, int]:
        """How unlikely a longer name is behind a shorter one.

        Another gender is least likely; then who is named only later. Who has just been named is
        likeliest, then who was named first: others of the surname are mostly named in full.
        """
        mentions, place = self._mentions[words], short.start
        is_other = self._rules_out(short.gender, words)
        number = bisect.bisect_right(mentions, place, key=lambda name: name.start)
        if not number:
            return is_other, True, mentions[0].start
        away = place - mentions[number - 1].start
        return is_other, False, away - _JUST_NAMED if away < _JUST_NAMED else mentions[0].start

    def aliases(self, name: Name) -> tuple[str, ...]:
        """The other forms in which the document gives a name.

        Args:
            name: The fullest form.

        Returns:
            The other forms, in the order of their first mention; of very many the first ones.
        """
        return tuple(form for form in self._forms.get(name.words, ()) if form != name.text)

    @functools.cached_property
    def _forms(self) -> dict[tuple[str, ...], list[str]]:
        forms: dict[tuple[str, ...], dict[str, None]] = {}
        for name in sorted(itertools.chain(*self._mentions.values()), key=lambda name: name.start):
            forms.setdefault(self.fullest(name).words, {})[name.text] = None
        return {words: list(texts)[:_MOST_FORMS] for words, texts in forms.items()}


def _is_often(mentions: Sequence[Name], start: int, many: int = _OFTEN) -> bool:
    """Whether many of the mentions stand before a place."""
    return any(each.start < start for each in mentions[many - 1 : many])


def _standing(name: Name) -> str:
    """What the titles of a name tell apart: *mr*, *mrs* or *miss*, if anything."""
    if name.told_gender is not Gender.FEMALE:
        return "mr" if name.told_gender else ""
    return "miss" if "miss" in name.titles else "mrs"


def _is_mrs(name: Name) -> bool:
    return not {"mrs", "mrs."}.isdisjoint(name.titles)


_LONGEST_NAME = 4


def _may_be_person(name: Name) -> bool:
    """Whether a name that the recognizer takes for an organization's may be a person's."""
    words = wordlists.load("names")["organizations"]
    is_short = len(name.words) <= _LONGEST_NAME
    return is_short and name.text[0].isupper() and words.isdisjoint(name.words)


def _initials(name: Name) -> tuple[str, ...]:
    """The initials by which an organization may go: *OTS* for *Organization of Turkic States*."""
    initials = "".join(word[0] for word in name.text.split() if word[0].isupper())
    is_known = name.type is SpeakerType.ORGANIZATION and len(initials) >= _FEWEST_INITIALS
    return (fold(initials),) if is_known else ()


def _can_be(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether a longer name can be the same person's: *J. Lee*, *Lee* or *Jo* for *Jo Ann Lee*."""
    if short == long or len(short) > len(long):
        return False
    if len(short) == 1:
        return short[0] in {long[0], long[-1], *_middle(long)}
    rest = iter(long[:-1])
    given = all(any(_is_given(word, other) for other in rest) for word in short[:-1])
    return short[-1] == long[-1] and given


def _middle(words: tuple[str, ...]) -> tuple[str, ...]:
    """The first of two surnames, by which Spanish names go: *Acosta* of *Melba Acosta Febo*."""
    return words[1:-1] if len(words) == _GIVEN_AND_SURNAMES else ()


def _head(words: tuple[str, ...]) -> tuple[str, ...]:
    """The head of an organization's name of many words: *Centre* of *Lee Centre for Peace*."""
    pairs = itertools.pairwise(words[1:])
    return next(((one,) for one, two in pairs if two in _OF), ())


def _is_given(word: str, other: str) -> bool:
    return word == other or (len(word) == 1 and other.startswith(word))
