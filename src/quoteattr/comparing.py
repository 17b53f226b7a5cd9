"""Gold and predicted quotations of one document side by side: which are partners, what agrees.

`quoteattr.evaluate` has what follows from that; its head says what each word means.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from attrs import frozen

from quoteattr.errors import FormatError
from quoteattr.quotes import Document, Kind, Medium, Quote, Span, Speaker

__all__ = ["Comparison", "Item", "Pair", "Stretch", "compare", "is_same_speaker"]


@frozen(eq=False)
class Item:
    """A quotation as it is compared.

    Attributes:
        quote: The quotation.
        letters: Where the letters of its content stand.
        cue: Where the words of its cue begin.
        source: Where the words of its source begin.
        kind: Its kind by the most common marks.
    """

    quote: Quote
    letters: frozenset[int]
    cue: frozenset[int]
    source: frozenset[int]
    kind: Kind

    @property
    def is_thought(self) -> bool:
        """Whether it was thought, and not said."""
        return self.quote.medium is Medium.THOUGHT

    @property
    def is_named(self) -> bool:
        """Whether the text names who speaks."""
        speaker = self.quote.speaker
        return speaker is not None and speaker.named and bool(speaker.name)


@frozen(eq=False)
class Pair:
    """A gold quotation and its partner.

    Attributes:
        gold: The gold quotation.
        predicted: Its partner.
        shared: How many letters of content they have in common.
    """

    gold: Item
    predicted: Item
    shared: int

    @property
    def is_exact(self) -> bool:
        """Whether their contents have the same letters."""
        return self.gold.letters == self.predicted.letters

    @property
    def is_found(self) -> bool:
        """Whether they overlap by a half or more."""
        return 2 * self.shared >= len(self.gold.letters | self.predicted.letters)

    @property
    def source_right(self) -> bool:
        """Whether the predicted source is right."""
        return _is_right_source(self.gold, self.predicted)

    @property
    def cue_right(self) -> bool:
        """Whether the cues share half of their words."""
        gold, predicted = self.gold.cue, self.predicted.cue
        return 4 * len(gold & predicted) >= len(gold) + len(predicted)

    @property
    def speaker_right(self) -> bool:
        """Whether the predicted speaker is right, and not one who only thinks."""
        is_same = is_same_speaker(self.gold.quote.speaker, self.predicted.quote.speaker)
        return is_same and not self.predicted.is_thought


@frozen
class Stretch:
    """A stretch of text in quotation marks.

    Attributes:
        in_gold: Whether the gold attributes it.
        in_predicted: Whether the prediction does.
        right: Whether both do, and to the same source.
    """

    in_gold: bool
    in_predicted: bool
    right: bool


@frozen(eq=False)
class Comparison:
    """A document's gold and predicted quotations side by side.

    Attributes:
        gold: The gold quotations that have any letters.
        predicted: The predicted ones, likewise.
        pairs: Those that are partners.
        stretches: The stretches in quotation marks that are long enough to be speech.
    """

    gold: list[Item]
    predicted: list[Item]
    pairs: list[Pair]
    stretches: list[Stretch]


def compare(gold: Document, predicted: Document | None) -> Comparison:
    """Put a document's gold and predicted quotations side by side.

    Args:
        gold: The document with the quotes that should be found.
        predicted: The same with those that were found; None counts as none.

    Returns:
        The two, with the pairs of partners.

    Raises:
        FormatError: If the texts differ.
    """
    if predicted and predicted.text != gold.text:
        msg = (
            f"the text of document {gold.id!r} is not the same in the gold ({len(gold.text)} "
            f"characters) and in the prediction ({len(predicted.text)}), so that offsets don't "
            "compare; predict from the gold's own text"
        )
        raise FormatError(msg)
    marked = [Span.of(gold.text, *found.span()) for found in _MARKED.finditer(gold.text)]
    quoted = _letters(marked)
    expected = list(_items(gold.quotes, quoted))
    given = list(_items(predicted.quotes if predicted else (), quoted))
    stretches = list(_stretches(marked, expected, given))
    return Comparison(expected, given, _pairs(expected, given), stretches)


def _items(quotes: Iterable[Quote], quoted: AbstractSet[int]) -> Iterator[Item]:
    """The quotations that have any letters."""
    for quote in quotes:
        letters = _letters(quote.content)
        if letters:
            cue, source = _words(quote.cue), _words(quote.source)
            yield Item(quote, letters, cue, source, _kind(letters, quoted))


def _letters(spans: Iterable[Span]) -> frozenset[int]:
    """Where the letters and digits stand."""
    return frozenset(
        place
        for span in spans
        for place, char in enumerate(span.text, span.start)
        if char.isalnum()
    )


def _words(spans: Iterable[Span]) -> frozenset[int]:
    """Where the words begin."""
    return frozenset(
        span.start + word.start() for span in spans for word in _WORD.finditer(span.text)
    )


def _kind(letters: AbstractSet[int], quoted: AbstractSet[int]) -> Kind:
    share = len(letters & quoted) / len(letters)
    return Kind.DIRECT if share > _DIRECT else Kind.MIXED if share else Kind.INDIRECT


def _pairs(gold: Sequence[Item], predicted: Sequence[Item]) -> list[Pair]:
    """The best partners first; of equally good ones the last, so that the result is defined."""
    shared = _overlaps([item.letters for item in gold], [item.letters for item in predicted])

    def goodness(pair: tuple[int, int]) -> tuple[float, int, int]:
        i, j = pair
        union = len(gold[i].letters) + len(predicted[j].letters) - shared[pair]
        return shared[pair] / union, i, j

    free_gold, free_predicted = set(range(len(gold))), set(range(len(predicted)))
    pairs = []
    for i, j in sorted(shared, key=goodness, reverse=True):
        if i in free_gold and j in free_predicted:
            free_gold.remove(i)
            free_predicted.remove(j)
            pairs.append(Pair(gold[i], predicted[j], shared[i, j]))
    return pairs


def _overlaps(
    these: Iterable[AbstractSet[int]], those: Iterable[AbstractSet[int]]
) -> Counter[tuple[int, int]]:
    """How many places two sets share, for each two that share any; no other pair costs time."""
    at: defaultdict[int, list[int]] = defaultdict(list)
    for i, places in enumerate(these):
        for place in places:
            at[place].append(i)
    return Counter((i, j) for j, places in enumerate(those) for place in places for i in at[place])


def _stretches(
    marked: Iterable[Span], gold: Sequence[Item], predicted: Sequence[Item]
) -> Iterator[Stretch]:
    """The stretches in quotation marks that are long enough to be speech."""
    long = [span for span in marked if len(_words([span])) >= _SPEECH_WORDS]
    theirs = zip(_covering(long, gold), _covering(long, predicted), strict=True)
    for expected, given in theirs:
        right = any(_is_right_source(one, other) for one in expected for other in given)
        yield Stretch(bool(expected), bool(given), right)


def _covering(marked: Sequence[Span], items: Sequence[Item]) -> list[list[Item]]:
    """For each stretch the items with a source that hold more than half of it."""
    places = [_letters([span]) for span in marked]
    covering: list[list[Item]] = [[] for _ in marked]
    for (i, j), shared in _overlaps(places, [item.letters for item in items]).items():
        if 2 * shared > len(places[i]) and items[j].quote.source:
            covering[i].append(items[j])
    return covering


def _is_right_source(gold: Item, predicted: Item) -> bool:
    if not gold.quote.source:
        return not predicted.quote.source
    is_short = len(predicted.source) <= 2 * len(gold.source) + 2
    return is_short and not gold.source.isdisjoint(predicted.source)


def is_same_speaker(gold: Speaker | None, predicted: Speaker | None) -> bool:
    """Whether a predicted speaker is the right one.

    Args:
        gold: The right speaker, or None for nobody.
        predicted: The predicted one.

    Returns:
        Whether the names are the same but for case, possessives, titles and articles; of somebody
        without a name the last word is enough.

    Example:
        >>> is_same_speaker(Speaker("Ann Lee"), Speaker("Dr. Ann Lee"))
        True
    """
    name = predicted.name if predicted else ""
    if not gold or not gold.name:
        return not name
    expected, given = _plain_names(gold.name), _plain_names(name)
    if gold.named:
        return expected == given
    return [name.split()[-1:] for name in expected] == [name.split()[-1:] for name in given]


def _plain_names(names: str) -> list[str]:
    return sorted(_plain_name(name) for name in names.split(";"))


def _plain_name(name: str) -> str:
    """A name without case, possessive and the titles and articles at its head."""
    words = [
        _POSSESSIVE.sub("", word).strip(".'’-") for word in _NAME_WORD.findall(name.casefold())
    ]
    while len(words) > 1 and words[0] in _TITLES:
        del words[0]
    return " ".join(words)


_DIRECT = 0.95
_SPEECH_WORDS = 3
_WORD = re.compile(r"\w+")
_NAME_WORD = re.compile(r"[\w’'\-.]+")
_POSSESSIVE = re.compile(r"['’]s$")
# What stands inside closed marks of the most common forms, up to 2,000 characters.
_MARKED = re.compile(
    "“[^“”]{1,2000}”"
    '|"[^"\n]{1,2000}"'
    "|(?:``|'')(?:(?!``|'').){1,2000}''"
    "|«[^«»]{1,2000}»"
    "|„[^„“”]{1,2000}[“”]"
)
_TITLES = frozenset(
    "a ambassador an chairman chancellor chief dame deputy dr foreign general gov governor judge "  # noqa: SIM905 - a list is 45 lines
    "justice king lady lord minister miss mr mrs ms pope president prime prince princess prof "
    "professor queen rep rev reverend secretary sen senator sir the".split()
)
