"""Names: where they stand in a text, and which one a mention holds.

A capitalised mention of a speaker is a name whatever the recognizer's label says: spaCy's small
model takes many a person for a place or an organisation.
"""

import bisect
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from itertools import groupby
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from quoteattr import wordlists
from quoteattr.quotes import SpeakerType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Tokens

__all__ = [
    "Gender",
    "Name",
    "all_in",
    "fold",
    "gender_of_given",
    "gender_of_noun",
    "names_in",
    "people_among",
    "surnames",
]


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
        titles: The words right before it that say what its bearer is, in lower case.
    """

    text: str
    start: int
    end: int
    type: SpeakerType
    titles: tuple[str, ...] = field(default=(), eq=False, repr=False)
    words: tuple[str, ...] = field(init=False, eq=False, repr=False)

    @words.default
    def _words(self) -> tuple[str, ...]:
        plain = _POSSESSIVE.sub("", _NICKNAME.sub(" ", fold(self.text)))
        return tuple(plain.replace(".", "").replace("’", "'").split())

    @property
    def gender(self) -> "Gender | None":
        """The gender of its bearer, as far as titles or the given name tell."""
        if self.told_gender or len(self.words) < _GIVEN_AND_SURNAME:
            return self.told_gender
        return gender_of_given(self.words[0])

    @property
    def told_gender(self) -> "Gender | None":
        """The gender of its bearer, as far as titles tell."""
        titled = (gender_of_noun(title.rstrip(".")) for title in self.titles)
        return next((each for each in titled if each), None)


_NICKNAME = re.compile(r'(?<=\w) ["“]\w+["”] (?=\w)')
_POSSESSIVE = re.compile(r"(?<=\w)['’](?:s\b|(?=\s|$))")


class Gender(Enum):
    """What *he* and *she* tell apart."""

    FEMALE = auto()
    MALE = auto()


def gender_of_noun(noun: str) -> Gender | None:
    """The gender of whom a noun or a title describes.

    Args:
        noun: In lower case.

    Returns:
        The gender, or None if the noun does not tell.

    Example:
        >>> gender_of_noun("spokeswoman")
        <Gender.FEMALE: 1>
    """
    lists = wordlists.load("names")
    if noun in lists["women"] or noun.endswith("woman"):
        return Gender.FEMALE
    return Gender.MALE if noun in lists["men"] or noun.endswith("man") else None


def gender_of_given(given: str) -> Gender | None:
    """The gender of those who bear a given name.

    Args:
        given: The given name, folded.

    Returns:
        The gender, or None if both do or it is no name that is known.

    Example:
        >>> gender_of_given("ann")
        <Gender.FEMALE: 1>
    """
    lists = wordlists.load("genders")
    if given in wordlists.load("names")["either"]:
        return None
    if given in lists["female"]:
        return Gender.FEMALE
    return Gender.MALE if given in lists["male"] else None


def names_in(
    doc: "Doc", start: int, end: int, surnames: AbstractSet[str] = frozenset()
) -> list[Name]:
    """The names of those whom a mention names.

    Args:
        doc: The parsed text.
        start: Where the mention starts, in characters.
        end: Where it ends, exclusive.
        surnames: Folded words that are names although the tagger may take them for something else.

    Returns:
        Nothing for a pronoun or a description, such as *the senior official*; several names for
        several who speak together.
    """
    mention = doc.char_span(start, end, alignment_mode="expand")
    if not mention:
        return []
    root = mention.root
    heads = [root, *(head for head in root.conjuncts if mention.start <= head.i < mention.end)]
    bearers = _Bearers(mention)
    found = [name for head in heads if (name := bearers.name_of(head)) is not None]
    found = [_person(name) if _is_surname(name, surnames) else name for name in found]
    if not found and root.text[:1].isupper() and fold(root.text) in surnames:
        return [_name([root], SpeakerType.PERSON)]
    texts = {name.text for name in found}
    found = found if len(texts) == len(heads) else found[:1]
    return max(found, _listed(mention), key=len)


_ASIDE = re.compile(r"\([^()]*\)| of [A-Z]\w+(?: [A-Z]\w+)?")
_LISTING = re.compile(r"[\s,]*(?:,|\band\b|&)[\s,]*(?:former\b)?\s*")


def _listed(mention: "Tokens") -> list[Name]:
    """The people in a mention that is a list of people: *Ann Lee of Ohio, Bo Ray and Cy Fox*."""
    runs = [run for run in _runs(mention) if run[-1].ent_type_ == "PERSON"]
    named = [name for run in runs if (name := _without_titles(run)) is not None]
    text, first, starts = mention.text, mention.start_char, [run[0].idx for run in runs]
    gaps = [
        text[one.end - first : start - first] for one, start in zip(named, starts[1:], strict=False)
    ]
    is_list = bool(gaps) and all(_LISTING.fullmatch(_ASIDE.sub("", gap)) for gap in gaps)
    return named if is_list and len(named) == len(runs) else []


def all_in(doc: "Doc") -> list[Name]:
    """The names in a text.

    Args:
        doc: The parsed text.

    Returns:
        All of them, in their order. A surname of one of them is a person's whatever its label
        says. Of headlines, which capitalize every word, only names that stand elsewhere too.
    """
    runs = _runs(doc[:])
    inner = [run[:at] for run in runs if (at := _owner(run))]
    names = [name for run in [*runs, *inner] if (name := _without_titles(run)) is not None]
    shouted = [(sent.start_char, sent.end_char) for sent in doc.sents if _is_headline(sent)]
    plain = {name.words for name in names if not _is_within(name.start, shouted)}
    shouting = [run for run in runs if _is_within(run[0].idx, shouted)]
    names = [name for name in names if name.words in plain or not plain]
    names += _in_headlines(shouting, plain, {name.start for name in names})
    names = list(_without_openings(doc, _severed(doc, names)))
    known = surnames(names)
    names = [_person(name) if _is_surname(name, known) else name for name in names]
    taken = {token.i for run in runs for token in run}
    missed = [t for t in doc if t.i not in taken and t.dep_ in _NOUNS and t.text[:1].isupper()]
    names += [_name([t], SpeakerType.PERSON) for t in missed if fold(t.text) in known]
    return sorted(names, key=lambda name: (name.start, -name.end))


def _in_headlines(
    runs: Iterable[Sequence["Token"]], plain: AbstractSet[tuple[str, ...]], taken: AbstractSet[int]
) -> Iterator[Name]:
    """The people whom headlines name in full, *Ann Lee Wins*, if *Lee* stands alone, too."""
    openings = wordlists.load("names")["openings"]
    for one, two in (pair for run in runs for pair in itertools.pairwise(run)):
        is_given = _is_given_name(one) and one.lower_ not in openings
        if is_given and (fold(two.text),) in plain and one.idx not in taken:
            yield _name([one, two], SpeakerType.PERSON)


def _severed(doc: "Doc", names: Sequence[Name]) -> list[Name]:
    """The names, with *Ann and Bo* as two where *Ann* or *Bo* stands alone, too."""
    alone = {name.words for name in names}
    found: list[Name] = []
    for name in names:
        first, *joint, last = name.words if len(name.words) > 1 else (*name.words, "")
        is_pair = joint in (["and"], ["nor"], ["or"]) and not alone.isdisjoint({(first,), (last,)})
        span = doc.char_span(name.start, name.end) if is_pair else None
        found += [_name([span[at]], SpeakerType.PERSON) for at in (0, -1)] if span else [name]
    return found


def _without_openings(doc: "Doc", names: Sequence[Name]) -> Iterator[Name]:
    """The names, without words that but open a sentence: *Debating Lee*, where Ann Lee is known."""
    counts = Counter(name.words for name in names)
    known = {name.words[-1:] for name in names if len(name.words) > 1 and name.gender}
    known |= {words for words in counts if len(words) > 1}
    alone = {words for words, count in counts.items() if count > 1}
    for name in names:
        rest = name.words[1:]
        is_odd = counts[name.words] == 1 or counts[name.words] * _RARELY < counts[rest]
        span = doc.char_span(name.start, name.end) if rest and is_odd else None
        is_known = rest in known or (rest in alone and span and not _is_given_name(span[0]))
        if span and is_known and _opens(span[0]):
            yield _name(list(span[1:]), SpeakerType.PERSON)
        else:
            yield name


_RARELY = 4
"""How many times as often a name stands alone as with what may but open a sentence."""


def _opens(word: "Token") -> bool:
    """Whether a word opens a sentence or quoted words and may stand before a name."""
    is_listed = word.lower_ in wordlists.load("names")["openings"] or word.lower_.endswith("ing")
    return _is_first(word) and is_listed


def _is_first(word: "Token") -> bool:
    return bool(word.is_sent_start) or (word.i > 0 and word.nbor(-1).is_quote)


def _owner(run: Sequence["Token"]) -> int:
    """How many words name an owner in another name: *Ann Lee's campaign*, *the Lee Post poll*."""
    kind, is_common = run[0].ent_type_, run[-1].text[:1].islower()
    owner = [token.ent_type_ == kind and token.tag_ != "POS" for token in run]
    if any(token.is_quote for token in run):
        return 0
    length = owner.index(False) if False in owner else 0
    if kind == "ORG" and is_common and run[-1].text not in wordlists.load("names")["told"]:
        return length or len(run) - 1
    return length if kind == "PERSON" and length >= _GIVEN_AND_SURNAME else 0


def surnames(names: Iterable[Name]) -> frozenset[str]:
    """The surnames among names.

    Args:
        names: The names in a text.

    Returns:
        The last word of each person's name of several words, folded.
    """
    return frozenset(
        name.words[-1] for name in names if name.type is SpeakerType.PERSON and len(name.words) > 1
    )


_NOUNS = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "poss", "appos", "conj"})
_TITLE_WORDS = 5
_TITLE_LENGTH = 4
_TITLE_SHARE = 0.8
_LARGE_IN_TITLES = frozenset({"NOUN", "VERB", "ADJ"})


def _is_headline(sentence: "Tokens") -> bool:
    """Whether a sentence capitalizes its words, but for small ones such as *with*."""
    words = [t for t in sentence if t.is_alpha and len(t) >= _TITLE_LENGTH]
    small = [token for token in words if not token.text[:1].isupper()]
    is_mostly_large = len(small) <= (1 - _TITLE_SHARE) * len(words)
    is_plain = any(token.pos_ in _LARGE_IN_TITLES for token in small)
    return len(words) >= _TITLE_WORDS and is_mostly_large and not is_plain


def _is_within(start: int, places: Sequence[tuple[int, int]]) -> bool:
    number = bisect.bisect_right(places, start, key=lambda place: place[0])
    return number > 0 and places[number - 1][1] > start


def _is_surname(name: Name, known: AbstractSet[str]) -> bool:
    return len(name.words) == 1 and name.words[0] in known


def _person(name: Name) -> Name:
    return evolve(name, type=SpeakerType.PERSON)


def people_among(names: Sequence[Name], speaking: Sequence[Name]) -> list[Name]:
    """The names of people.

    Args:
        names: The names in a text.
        speaking: The names in the sources of its quotations.

    Returns:
        What the recognizer calls a person or follows a title; and for a single name that speaks
        but is no such person's, what else ends with it.
    """
    people = [name for name in names if name.type is SpeakerType.PERSON]
    known = {name.words[-1] for name in people if len(name.words) > 1}
    unknown = {name.words[0] for name in speaking if len(name.words) == 1} - known
    unknown -= wordlists.load("names")["organizations"]
    namesakes = [name for name in names if len(name.words) > 1 and name.words[-1] in unknown]
    return people + [_person(name) for name in namesakes]


# Runs of capitalized words


def _runs(tokens: "Tokens") -> list[list["Token"]]:
    """The capitalized words in a row, with the particles between them.

    A common noun behind them that heads an organization belongs to them: *the Lee campaign*.
    """
    groups = groupby(tokens, key=_is_in_name)
    rows = (_capitalized(list(group)) for is_name, group in groups if is_name)
    runs = [run for row in rows for run in _people_apart(row) if run]
    return [[*run, *_common_head(run, tokens)] for run in runs]


def _common_head(run: Sequence["Token"], tokens: "Tokens") -> list["Token"]:
    last = run[-1]
    after = list(tokens.doc[last.i + 1 : min(last.i + _MOST_TO_HEAD, tokens.end)])
    first = int(len(after) > 1 and after[0].dep_ == "case")
    first += len(after) > first + 1 and after[first].lower_ in wordlists.load("names")["kinds"]
    is_head = any(_is_common_head(token, last) for token in after[first : first + 1])
    return after[: first + 1] if is_head else []


_MOST_TO_HEAD = 4
_OF_CANDIDATES = frozenset({"campaign", "administration"})


def _is_common_head(token: "Token", last: "Token") -> bool:
    """Whether a noun heads a name: *the Lee campaign*, and *the Lee campaign manager*'s, too."""
    lists = wordlists.load("names")
    is_listed = token.lemma_ in lists["organizations"] | lists["documents"]
    is_part = token.dep_ == "compound" and token.lemma_ in _OF_CANDIDATES
    return token.pos_ == "NOUN" and is_listed and (is_part or last in token.lefts)


def _people_apart(row: list["Token"]) -> Iterator[list["Token"]]:
    """A row cut where one person's name follows another's."""
    first = 0
    for at, token in enumerate(row):
        before = row[at - 1]
        is_second = at and token.ent_iob_ == "B" and before.ent_type_ == "PERSON"
        is_second = is_second and not before.is_quote
        if is_second and token.ent_type_ == "PERSON":
            yield row[first:at]
            first = at
    yield row[first:]


def _is_in_name(token: "Token") -> bool:
    if _lost_apostrophe(token):
        return False
    if token.text[:1].isupper() and not _is_number(token) and not _calls(token):
        is_labelled = bool(token.ent_type_) and token.pos_ not in _NEVER_NAMES
        return token.pos_ == "PROPN" or is_labelled or _is_title(token) or _is_site(token)
    if token.is_quote:
        return _is_nickname_mark(token)
    return _is_hyphenated(token) or _joins(token)


def _is_number(token: "Token") -> bool:
    """Whether a word is a number or a date, and not the end of a name: *Uranium One*."""
    is_behind = token.i > 0 and token.nbor(-1).pos_ == "PROPN"
    return token.ent_type_ in _DATES or (token.ent_type_ in _NUMBERS and not is_behind)


_DATES = frozenset({"DATE", "TIME"})
_NUMBERS = frozenset({"CARDINAL", "MONEY", "PERCENT", "QUANTITY"})


def _joins(token: "Token") -> bool:
    """Whether a small word or a hyphen stands between words of one name."""
    after = _behind_particles(token)
    if token.ent_iob_ == "I" and token.i and token.nbor(-1).text == "-" and token.is_alpha:
        return not token.nbor(-1).whitespace_ and token.ent_type_ == "PERSON"  # Ban Ki-moon
    if token.text == "-" and token.ent_type_ == "PERSON" and not token.whitespace_:
        return token.i > 0 and not token.nbor(-1).whitespace_
    if not (token.i and after is not None and after.text[:1].isupper()):
        return False
    is_hyphen = token.text in {"-", "/"} and not (token.whitespace_ or token.nbor(-1).whitespace_)
    is_joint = is_hyphen or token.lower_ in wordlists.load("names")["particles"]
    is_joint = is_joint or (token.lower_ in _ARTICLES and _heads(token.nbor(-1), "bodies"))
    is_inside = token.is_alpha and token.ent_iob_ == after.ent_iob_ == "I"
    is_inside = is_inside and token.ent_type_ != "PERSON"  # *Ann to Bob* is labelled as one, too
    return is_joint or is_inside or _heads(token, "organizations")


def _lost_apostrophe(token: "Token") -> bool:
    """Whether an *s* is all that is left of *’s*, as in *ANN LEE S HOUSE*."""
    before = token.nbor(-1).text if token.i else ""
    return token.text == "s" or (token.text == "S" and len(before) > 1 and before.isupper())


def _is_hyphenated(token: "Token") -> bool:
    """Whether a token stands between the hyphens of one word: *Stratford-on-Avon*."""
    if "-" not in {token.text, token.doc[max(token.i - 1, 0)].text}:
        return False
    around = (token.doc[max(token.i - place, 0) : token.i - place + 5] for place in (1, 2, 3))
    return any(_is_in_one_word(words) for words in around)


def _is_in_one_word(words: "Tokens") -> bool:
    first, *rest = words
    shape = [word.text == "-" for word in rest]
    is_tight = not any(word.whitespace_ for word in words[:-1])
    is_large = first.text[:1].isupper() and rest[-1:] and rest[-1].text[:1].isupper()
    return shape == [True, False, True, False] and is_tight and bool(is_large)


def _calls(token: "Token") -> bool:
    """Whether a word only calls somebody, as in *O Mouse*; an initial stands behind a name."""
    return token.text == "O" and not (token.i and token.nbor(-1).text[:1].isupper())


def _is_nickname_mark(token: "Token") -> bool:
    """Whether a mark stands around a nickname within a name: *Ann “Bo” Lee*."""
    around = (token.doc[max(at, 0) : at + 5] for at in (token.i - 1, token.i - 3))
    return any(_is_nicknamed(words) for words in around)


def _is_nicknamed(words: "Tokens") -> bool:
    given, *rest = words
    shape = [word.is_quote for word in rest]
    is_name = all(word.text[:1].isupper() for word in words if not word.is_quote)
    return shape == [True, False, True, False] and is_name and _is_given_name(given)


def _behind_particles(token: "Token") -> "Token | None":
    """The next word, or the one behind the particles that come next: *von der Leyen*."""
    particles = wordlists.load("names")["particles"]
    behind = token.doc[token.i + 1 : token.i + 1 + _MOST_PARTICLES]
    skipped: AbstractSet[str] = {*particles, "-"} if token.lower_ in particles else frozenset()
    skipped = _ARTICLES if _heads(token, "bodies") else skipped
    return next((each for each in behind if each.lower_ not in skipped), None)


_MOST_PARTICLES = 3
_OF = frozenset({"of", "for", "on"})
_ARTICLES = frozenset({"a", "an", "the"})
_NEVER_NAMES = frozenset({"DET", "PRON", "ADP", "SCONJ", "CCONJ", "ADV"})


def _heads(token: "Token", listed: str) -> bool:
    """Whether a word such as *of* follows the head of an organization's name that a list has."""
    if token.i == 0 or token.lower_ not in _OF:
        return False
    before = token.nbor(-1)
    return before.text[:1].isupper() and before.lower_ in wordlists.load("names")[listed]


def _capitalized(run: list["Token"]) -> list["Token"]:
    first = next((at for at, token in enumerate(run) if token.text[:1].isupper()), len(run))
    return run[first:]


def _is_site(token: "Token") -> bool:
    """Whether a word is a site's name, such as *GunBroker.com*; most addresses are none."""
    return token.tag_ == "ADD" and token.text.replace(".", "").isalnum()


def _is_title(token: "Token") -> bool:
    return token.lower_ in wordlists.load("names")["titles"]


def _without_titles(run: Sequence["Token"]) -> Name | None:
    """The name in a run of capitalized words, or None if they are but a title."""
    if not run or (run[0].lower_ in _PARTS_OF_BOOKS and _NUMBER.fullmatch(run[-1].text)):
        return None
    if _is_organization(run):
        return _without_kind(run)
    first = _first_of_name(run)
    first += _described(run[first:])
    first += _with_epithets(run[first:])
    if first == len(run) or (_is_title(run[-1]) and run[-1].ent_type_ != "PERSON"):
        return None
    titles = tuple(token.lower_ for token in run[:first] if _is_title(token))
    first -= _is_husband(run[first:], titles)
    name = _name(run[first:], _type_of(run[first:]))
    is_person = bool(titles) or (name.type in _DOUBTFUL and name.gender is not None)
    return evolve(_person(name) if is_person else name, titles=titles)


def _is_husband(run: Sequence["Token"], titles: Sequence[str]) -> bool:
    """Whether *Mrs.* must stay, since the name behind it is her husband's: *Mrs. John Lee*."""
    males = wordlists.load("genders")["male"]
    is_full = len(run) >= _GIVEN_AND_SURNAME and fold(run[0].text) in males
    return is_full and titles[-1:] in {("mrs",), ("mrs.",)}


def _without_kind(run: Sequence["Token"]) -> Name:
    """The name of an organization, without a noun that but says what it is: *Forbes magazine*."""
    name, before = _name(run, _type_of(run)), run[:-1]
    is_kind = run[-1].text in wordlists.load("names")["told"]
    if not (before and is_kind) or before[-1].tag_ == "POS":
        return name
    return evolve(name, text=_name(before, name.type).text)


_PARTS_OF_BOOKS = frozenset({"chapter", "book", "part", "volume", "act", "scene", "canto"})
_NUMBER = re.compile(r"[IVXLC]+\.?|\d+\.?")

_DOUBTFUL = frozenset({SpeakerType.UNKNOWN, SpeakerType.ORGANIZATION})


_MAKERS = ("er", "or", "ist", "ant", "ent", "man", "woman")


def _described(run: Sequence["Token"]) -> int:
    """How many words describe whom they stand before: *Ranking Democrat Helen Lee*."""
    places = range(len(run) - _GIVEN_AND_SURNAME, 0, -1)
    return next((at for at in places if _is_kind(run[at - 1]) and _is_given_name(run[at])), 0)


def _with_epithets(run: Sequence["Token"]) -> int:
    """How many words before a person's name are no part of it: *Poor Old Lee*."""
    pairs = itertools.pairwise(run)
    return sum(1 for _ in itertools.takewhile(lambda pair: _is_epithet(*pair), pairs))


def _is_epithet(word: "Token", behind: "Token") -> bool:
    """Whether a word is one; *Young Kim* may be a name but where a capital letter means nothing."""
    is_one = word.lower_ in wordlists.load("names")["epithets"]
    is_sure = word.lower_ not in _MAYBE_NAMES or _is_first(word)
    return is_one and is_sure and behind.ent_type_ in {"PERSON", ""}


_MAYBE_NAMES = frozenset({"old", "young", "little"})


def _is_kind(token: "Token") -> bool:
    """Whether a word says what somebody is, or belongs to."""
    lists, word = wordlists.load("names"), token.lower_
    is_noun = word.endswith(_MAKERS) or any(word in lists[each] for each in _NOUN_LISTS)
    return (is_noun or word in _PARTISANS) and not _is_given_name(token)


def _is_given_name(token: "Token") -> bool:
    given = wordlists.load("genders")
    return any(fold(token.text) in given[each] for each in ("female", "male"))


_NOUN_LISTS = ("titles", "people", "women", "men", "organizations")
_PARTISANS = frozenset({"democrat", "republican", "socialist", "affairs"})


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
        or (at < before and token.ent_type_ in other and token.whitespace_)
    ]
    return max(barriers, default=0)


_PLACE_AND_NAME = 2
_GIVEN_AND_SURNAME = 2


def _is_organization(run: Sequence["Token"]) -> bool:
    words = wordlists.load("names")["organizations"]
    is_of = any(one.lower_ in words and two.lower_ in _OF for one, two in itertools.pairwise(run))
    is_common = run[-1].text[:1].islower() and run[-1].ent_type_ != "PERSON"
    is_team = run[0].text == "Team" and len(run) > 1
    is_named = is_team or (len(run) > 1 and run[-1].lower_ in words)
    return is_of or is_common or is_named or _is_site(run[-1])


_TYPE_OF_LABEL = {
    "PERSON": SpeakerType.PERSON,
    "NORP": SpeakerType.GROUP,
    **dict.fromkeys(("ORG", "GPE", "FAC", "LOC"), SpeakerType.ORGANIZATION),
    **dict.fromkeys(("LAW", "WORK_OF_ART"), SpeakerType.DOCUMENT),
}


def _type_of(run: Sequence["Token"]) -> SpeakerType:
    lists = wordlists.load("names")
    is_person = run[-1].ent_type_ == "PERSON" and _is_given_name(run[0])
    is_paper = run[-1].ent_type_ == "ORG" and run[-1].lower_ in lists["organizations"]
    if run[-1].lower_ in lists["documents"] and not (is_person or is_paper):
        return SpeakerType.DOCUMENT
    if _is_organization(run) or run[-1].lower_ in lists["organizations"]:
        return SpeakerType.ORGANIZATION
    return _TYPE_OF_LABEL.get(run[-1].ent_type_, SpeakerType.UNKNOWN)


def _name(run: Sequence["Token"], kind: SpeakerType) -> Name:
    span = run[0].doc[run[0].i : run[-1].i + 1]
    return Name(" ".join(span.text.split()), span.start_char, span.end_char, kind)


class _Bearers:
    """The names in a mention, by the heads that bear them."""

    def __init__(self, mention: "Tokens") -> None:
        runs = _runs(mention)
        self._own = {token.i: run for run in runs for token in run}
        self._apposed: dict[int, list[list[Token]]] = {}
        for run in runs:
            for head in {token.head.i for token in run if token.dep_ == "appos"}:
                self._apposed.setdefault(head, []).append(run)
        last = [run for run in runs if _ends_with_person(run, mention)][-1:]
        self._last = [run for run in last if not _is_in_clause(run[-1], mention)]

    def name_of(self, head: "Token") -> Name | None:
        """The name that a head bears: its own, an apposition's, or a person's right behind it."""
        own = [self._own[head.i]] if head.i in self._own else []
        runs = [*own, *self._apposed.get(head.i, ()), *self._last]
        named = (_without_titles(run) for run in runs)
        return next((name for name in named if name is not None), None)


def _ends_with_person(run: Sequence["Token"], mention: "Tokens") -> bool:
    """Whether a person's name follows a comma or another name: *envoy to Turkey Ann Lee*."""
    is_set_off = run[0].i > mention.start and run[0].nbor(-1).text == ","
    is_person = run[-1].ent_type_ == "PERSON" or any(_is_title(token) for token in run)
    first = _first_of_name(run)
    is_behind = 0 < first <= len(run) - _GIVEN_AND_SURNAME
    is_given = is_behind and _is_given_name(run[first])
    return (is_person and (is_set_off or is_behind)) or is_given


def _is_in_clause(token: "Token", mention: "Tokens") -> bool:
    """Whether a token stands in a clause within a mention: *a woman who accused Lee*."""
    heads = (head for head in token.ancestors if mention.start <= head.i < mention.end)
    return any(head.pos_ == "VERB" for head in heads)
