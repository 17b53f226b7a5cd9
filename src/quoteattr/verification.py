"""Whether a quote that somebody gives, such as a language model, is what a text has.

Words are compared, not marks: case, accents, punctuation and the kind of quotation marks make no
difference. First the quote is looked for as it stands; then as parts that stand apart; then as the
stretch of text that is most like it, word by word (`difflib`, after Ratcliff & Metzener 1988).
"""

import difflib
import itertools
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from attrs import field, frozen

from quoteattr import wordlists
from quoteattr.errors import InputTypeError
from quoteattr.marks import Offsets
from quoteattr.names import fold
from quoteattr.pipeline import load
from quoteattr.quotes import Document, Quote, Span, Speaker

__all__ = ["Verdict", "Verification", "verify"]

_WORD = re.compile(r"\w+|[$€£¥₤₺₼₽%]")
_ELLIPSIS = re.compile(r"…|\.\s?\.\s?\.")
_LEAST = 3
"""Of how many words a part of a quote consists, unless it is all that stands between ellipses."""
_NEAR = 5
"""Parts with at most so many words between them are one stretch from which words were left out."""
_ALIKE = 0.7
"""How much of a quote and of a stretch of text must agree; less makes them two different things."""
_TRIES = 5
"""How many stretches of text are compared with a quote word by word."""
_MANY = 50
"""At how many places a part of a quote is looked for; so, too, the next: these bound the time."""
_LONGEST = 2_000
"""Quotes of more words than these are not compared word by word."""


class Verdict(str, Enum):
    """What a text says of a quote."""

    VERBATIM = "verbatim"
    """The words stand in the text, in a row; at most what tells the speaker interrupts them."""
    ALTERED = "altered"
    """Words were changed, added, moved or left out."""
    SPLICED = "spliced"
    """Parts that stand apart in the text were joined, be it with an ellipsis."""
    MISATTRIBUTED = "misattributed"
    """The words are there, in one of these three ways; but they are another one's, the writer's, or
    nobody knows whose."""
    ABSENT = "absent"
    """The words are not there."""

    __str__ = str.__str__


@frozen
class Verification:
    """Whether a quote is what a text has.

    Attributes:
        verdict: What the text says of it.
        spans: Where its words stand in the text, part by part as the quote has them.
        quotes: The quotes of the text in which they stand, with those who say them.
    """

    verdict: Verdict
    spans: tuple[Span, ...] = ()
    quotes: tuple[Quote, ...] = ()


def verify(quote: str, speaker: str | None, text: str | Document) -> Verification:
    """Say whether a quote is verbatim, altered, spliced or somebody else's.

    Args:
        quote: The quote, with or without quotation marks. An ellipsis stands for words left out.
        speaker: Who is said to have said it, by a full name or a part of one; None if that doesn't
            matter.
        text: The text that it should come from; or its document, as an `Attributor` gives it, which
            saves time where several quotes come from one text.

    Returns:
        What the text says of it.

    Raises:
        InputTypeError: If an argument is of another type.

    Example:
        >>> text = "“We will not wait for ever,” Ann Lee said. “Let us begin.” People laughed."
        >>> for quote, speaker in [
        ...     ("We will not wait for ever. Let us begin.", "Ann Lee"),
        ...     ("We will wait for ever.", "Ann Lee"),
        ...     ("Let us begin.", "Bob Roe"),
        ... ]:
        ...     print(verify(quote, speaker, text).verdict)
        verbatim
        altered
        misattributed
        >>> verify("Let us begin", None, text).spans
        (Span(start=44, end=56, text='Let us begin'),)
    """
    _check(quote, speaker)
    document = text if isinstance(text, Document) else load(medium="all")(text)
    source = _Source.of(document, speaker)
    parts = [words for part in _ELLIPSIS.split(quote) if (words := _words(part))]
    verdict, places = _look(parts, source)
    spans = tuple(span for place in places for span in source.spans(place))
    quotes = tuple(each for each in document.quotes if _holds(each, spans))
    if speaker is not None and not all(map(source.own.issuperset, places)):
        verdict = Verdict.MISATTRIBUTED
    return Verification(verdict, spans, quotes)


def _check(quote: object, speaker: object) -> None:
    for name, value, wanted in (("quote", quote, "a str"), ("speaker", speaker, "a str or None")):
        if not isinstance(value, str) and not (name == "speaker" and value is None):
            msg = f"{name} must be {wanted}, not {type(value).__name__}"
            raise InputTypeError(msg)


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


_Place = tuple[int, ...]
"""The numbers of words of the text, in their order."""


@frozen(eq=False)
class _Source:
    """A text to look in: its words, in the orders in which somebody may have said them.

    Attributes:
        document: The text with its quotes.
        words: All of its words.
        at: Where they stand.
        orders: The numbers of all words; and, of each quote in several spans, of those in it.
        own: The numbers of the words that the speaker says; of all quoted ones if it is nobody.
        quoted: Those of the words that anybody says.
        index: In which orders one to three words stand in a row, and where.
    """

    document: Document
    words: Sequence[str]
    at: Sequence[Offsets]
    orders: Sequence[Sequence[int]]
    own: frozenset[int]
    quoted: frozenset[int]
    index: Mapping[tuple[str, ...], Sequence[tuple[int, int]]] = field(init=False)

    @index.default
    def _index(self) -> Mapping[tuple[str, ...], Sequence[tuple[int, int]]]:
        index = defaultdict(list)
        for number, order in enumerate(self.orders):
            words = [self.words[each] for each in order]
            for place, count in itertools.product(range(len(words)), range(1, _LEAST + 1)):
                index[tuple(words[place : place + count])].append((number, place))
        return index

    @classmethod
    def of(cls, document: Document, speaker: str | None) -> "_Source":
        """Prepare a document for looking for what a speaker says."""
        found = list(_WORD.finditer(document.text))
        at = [word.span() for word in found]
        inside = [(quote, _inside(quote.content, at)) for quote in document.quotes]
        return cls(
            document=document,
            words=[fold(word.group()) for word in found],
            at=at,
            orders=[range(len(at)), *(each for quote, each in inside if len(quote.content) > 1)],
            own=_joined(each for quote, each in inside if _is_called(quote.speaker, speaker)),
            quoted=_joined(each for _, each in inside),
        )

    def preference(self, place: _Place) -> tuple[int, bool, bool]:
        """How good a place is: the longest, and of these what is theirs, and what is quoted."""
        return len(place), self.own.issuperset(place), self.quoted.issuperset(place)

    def spans(self, place: _Place) -> Iterator[Span]:
        """Where words stand, those in a row together."""
        breaks = [
            number for number in range(1, len(place)) if place[number] != place[number - 1] + 1
        ]
        for first, last in itertools.pairwise([0, *breaks, len(place)]):
            start, end = self.at[place[first]][0], self.at[place[last - 1]][1]
            yield Span.of(self.document.text, start, end)


def _inside(spans: Iterable[Span], at: Sequence[Offsets]) -> list[int]:
    """The numbers of the words in spans."""
    edges = ((bisect_left(at, (each.start,)), bisect_left(at, (each.end,))) for each in spans)
    return [number for first, last in edges for number in range(first, last)]


def _joined(numbers: Iterable[Iterable[int]]) -> frozenset[int]:
    return frozenset(itertools.chain.from_iterable(numbers))


def _is_called(speaker: Speaker | None, name: str | None) -> bool:
    """Whether a speaker, or a member of a joint one, has a name, or a part or more of one."""
    if name is None:
        return True
    if speaker is None or not speaker.name:
        return False
    asked = set(_words(name)) - wordlists.load("names")["titles"] or set(_words(name))
    is_part = any(asked <= set(_words(each)) for each in (speaker.name, *speaker.aliases))
    own = set(_words(speaker.name))
    is_own = bool(asked) and (is_part or (bool(own) and own <= asked))
    return is_own or any(_is_called(member, name) for member in speaker.members)


def _look(parts: Sequence[Sequence[str]], source: _Source) -> tuple[Verdict, list[_Place]]:
    """How a quote stands in a text, and where: its places in the order of the quote."""
    words = [word for part in parts for word in part]
    if not words:
        return Verdict.ABSENT, []
    if whole := _whole(words, source):
        return Verdict.VERBATIM, [whole]
    places = [place for part in parts for place in _parts(part, source)]
    share = sum(map(len, places)) / len(words)
    if share == 1 and (len(parts) > 1 or _are_apart(places)):
        return Verdict.SPLICED, places
    if alike := _most_alike(words, source):
        return Verdict.ALTERED, [alike]
    is_spliced = share >= _ALIKE and len(places) > 1
    return (Verdict.SPLICED, places) if is_spliced else (Verdict.ABSENT, [])


def _whole(words: Sequence[str], source: _Source) -> _Place:
    """The best place of all words in a row, found by the rarest three of them."""

    def at(start: int) -> Sequence[tuple[int, int]]:
        return source.index.get(tuple(words[start : start + _LEAST]), ())

    starts = range(max(1, len(words) - _LEAST + 1))
    rarest = min(starts, key=lambda start: len(at(start)))
    there = ((number, place - rarest) for number, place in at(rarest) if place >= rarest)
    places = (_common(words, 0, source, *each) for each in there)
    whole = (place for place in places if len(place) == len(words))
    return max(whole, key=source.preference, default=())


def _longest(words: Sequence[str], start: int, source: _Source) -> _Place:
    """The best place of as many words as can be found in a row, from one on."""
    found = source.index.get(tuple(words[start : start + _LEAST]), ())[:_MANY]
    places = (_common(words, start, source, *each) for each in found)
    return max(places, key=source.preference, default=())


def _common(words: Sequence[str], start: int, source: _Source, number: int, place: int) -> _Place:
    order = source.orders[number]
    most = min(len(words) - start, len(order) - place)
    same = (words[start + more] == source.words[order[place + more]] for more in range(most))
    length = sum(itertools.takewhile(bool, same))
    return tuple(order[place : place + length])


def _parts(words: Sequence[str], source: _Source) -> Iterator[_Place]:
    """The places of parts of a quote, each the longest that begins where it does."""
    start = 0
    while start < len(words):
        place = _longest(words, start, source)
        if len(place) >= min(_LEAST, len(words)):
            yield place
        start += max(1, len(place))


def _are_apart(places: Sequence[_Place]) -> bool:
    gaps = (after[0] - before[-1] for before, after in itertools.pairwise(places))
    return any(not 0 < gap <= _NEAR + 1 for gap in gaps)


def _most_alike(words: Sequence[str], source: _Source) -> _Place:
    """The stretch of text that is most like a quote, if there is one that is like it."""
    if len(words) > _LONGEST:
        return ()
    votes: Counter[tuple[int, int]] = Counter()
    for place, pair in enumerate(itertools.pairwise(words)):
        found = source.index.get(pair, ())[:_MANY]
        votes.update((number, there - place) for number, there in found)
    tries = [_alike(words, source, *where) for where, _ in votes.most_common(_TRIES)]
    ranked = max(tries, key=lambda each: (each[0], source.preference(each[1])), default=(0.0, ()))
    return ranked[1] if ranked[0] >= _ALIKE else ()


def _alike(words: Sequence[str], source: _Source, number: int, start: int) -> tuple[float, _Place]:
    """How much of a quote and of the stretch at a place of the text agree, and that stretch."""
    slack = max(_NEAR, len(words) // 4)
    there = source.orders[number][max(0, start - slack) : max(0, start + len(words) + slack)]
    theirs = [source.words[each] for each in there]
    blocks = difflib.SequenceMatcher(None, theirs, words, autojunk=False).get_matching_blocks()[:-1]

    def share(some: Sequence[difflib.Match]) -> float:
        stretch = some[-1].a + some[-1].size - some[0].a
        return 2 * sum(each.size for each in some) / (len(words) + stretch)

    if not blocks:
        return 0.0, ()
    while len(blocks) > 1:
        shorter = max(blocks[1:], blocks[:-1], key=share)
        if share(shorter) <= share(blocks):
            break
        blocks = shorter
    return share(blocks), tuple(there[blocks[0].a : blocks[-1].a + blocks[-1].size])


def _holds(quote: Quote, spans: Iterable[Span]) -> bool:
    """Whether words of a quote stand in one of the spans."""
    return any(
        span.start < each.end and each.start < span.end for span in spans for each in quote.content
    )
