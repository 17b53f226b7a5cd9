"""How good quotes are: predicted documents against gold ones, as frozen `Scores`.

Quotations of one document are paired one to one by the letters and digits that their contents
share, those that overlap most (intersection over union) first. A quotation is *found* if it and
its partner overlap by a half or more. All the rest is counted over these pairs:

content exact
    Partners whose letters are the same: marks, punctuation and space don't count.
content soft
    The shares of letters that partners have in common.
cue
    Found, and the cues share half of their words; two empty ones do too.
attribution
    Found, and the source is right: it shares a word with the gold one and is at most twice as
    long and two words more, or both are empty.
quoted
    Over stretches of three words or more in quotation marks, whatever the contents' limits: both
    sides attribute the stretch, and with a right source.
speaker
    Found, and the speaker's name is right: the same but for case, titles and a leading article;
    several in any order; of a description the last word. Gold thoughts neither count nor cost; a
    gold quotation of speech that is predicted as thought is wrong.

The scores' direct, mixed and indirect go by the most common marks alone, not by `Quote.kind`, so
that every system is measured by the same kinds.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from attrs import asdict, frozen

from quoteattr.errors import FormatError
from quoteattr.quotes import Document, Kind, Medium, Quote, Span, Speaker

__all__ = [
    "PRF",
    "Counts",
    "Judged",
    "KindScore",
    "Scores",
    "SpeakerScores",
    "evaluate",
    "is_same_speaker",
    "judge",
]


@frozen
class PRF:
    """Precision, recall and their harmonic mean, each 0 to 1.

    Attributes:
        precision: The share of what was predicted that is right.
        recall: The share of the gold that was got right.
        f1: Their harmonic mean.

    Example:
        >>> print(PRF.of(3, predicted=4, gold=6))
        P 0.750  R 0.500  F1 0.600
    """

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(
        cls, right: float, *, predicted: int, gold: int, right_gold: float | None = None
    ) -> "PRF":
        """Compute the three from counts.

        Args:
            right: How many of the predicted are right.
            predicted: How many were predicted.
            gold: How many there are.
            right_gold: How many of the gold were got right, if it is another number than `right`.

        Returns:
            The three; each is 0 where there is nothing to divide by.
        """
        precision = _share(right, predicted)
        recall = _share(right if right_gold is None else right_gold, gold)
        return cls(precision, recall, _share(2 * precision * recall, precision + recall))

    def __str__(self) -> str:
        return f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}"


@frozen
class KindScore:
    """How well the gold quotations of one kind were got.

    Attributes:
        n: How many there are.
        found: The share that was found.
        right: The share that was found with the right source.
    """

    n: int
    found: float
    right: float

    def __str__(self) -> str:
        return f"found {self.found:.3f}  right {self.right:.3f}  of {self.n}"


@frozen
class Counts:
    """What was there to compare.

    Attributes:
        gold: Gold quotations.
        predicted: Predicted quotations.
        quoted_gold: Stretches in quotation marks that the gold attributes.
        quoted_predicted: Stretches in quotation marks that the prediction attributes.
    """

    gold: int
    predicted: int
    quoted_gold: int
    quoted_predicted: int


@frozen
class SpeakerScores:
    """How well speakers were told, over quotations of speech.

    Attributes:
        names: Found with the right name.
        found: The share of the gold that was found.
        right_of_found: The share of the found whose name is right.
        named_right_of_found: The same for those whose speaker the text names.
        gold: Gold quotations of speech.
        named: Those whose speaker the text names.
        predicted: Predicted quotations, those aside that were paired with gold thoughts.
    """

    names: PRF
    found: float
    right_of_found: float
    named_right_of_found: float
    gold: int
    named: int
    predicted: int


@frozen
class Scores:
    """What `evaluate` found; the module's head says what each score is.

    Attributes:
        content_exact: Contents that agree.
        content_soft: Shares of contents that agree.
        cue: Cues that agree.
        attribution: Contents and sources that agree.
        source_accuracy: The share of the found with a gold source whose source is right.
        quoted: Text in quotation marks with the right source.
        direct: Gold quotations in quotation marks.
        mixed: Gold quotations partly in quotation marks.
        indirect: Gold quotations without.
        counts: What was there to compare.
        speaker: How well speakers were told, or None if the gold gives none.
    """

    content_exact: PRF
    content_soft: PRF
    cue: PRF
    attribution: PRF
    source_accuracy: float
    quoted: PRF
    direct: KindScore
    mixed: KindScore
    indirect: KindScore
    counts: Counts
    speaker: SpeakerScores | None

    def to_dict(self) -> dict[str, Any]:
        """The scores as JSON-ready data.

        Returns:
            Nested dicts of numbers, with the attributes' names as keys.
        """
        return asdict(self)

    def __str__(self) -> str:
        return "\n".join(f"{name:<16} {value}" for name, value in self._rows())

    def _rows(self) -> Iterator[tuple[str, object]]:
        yield "content exact", self.content_exact
        yield "content soft", self.content_soft
        yield "cue", self.cue
        yield "attribution", self.attribution
        yield "source accuracy", f"{self.source_accuracy:.3f}"
        yield "quoted", self.quoted
        for kind in Kind:
            yield str(kind), getattr(self, kind)
        if self.speaker:
            yield "speaker", self.speaker.names
            yield "  of those found", f"right {self.speaker.right_of_found:.3f}"
            yield "  named, found", f"right {self.speaker.named_right_of_found:.3f}"
        counts = self.counts
        yield "quotations", f"{counts.gold} gold, {counts.predicted} predicted"
        yield "quoted stretches", f"{counts.quoted_gold} gold, {counts.quoted_predicted} predicted"


def evaluate(gold: Iterable[Document], predicted: Iterable[Document]) -> Scores:
    """Compare predicted quotes with gold ones.

    Args:
        gold: The documents with the quotes that should be found.
        predicted: The documents with the quotes that were found, in any order; the ids tell which
            belongs to which. One that is missing counts as one without quotes, and one that the
            gold doesn't have is passed over.

    Returns:
        The scores.

    Raises:
        FormatError: If a document's text is not the same on both sides.

    Example:
        >>> text = "“Yes, we can,” said Ann."
        >>> quote = Quote((Span.of(text, 0, 14),), source=(Span.of(text, 20, 23),))
        >>> scores = evaluate([Document("a", text, (quote,))], [Document("a", text, (quote,))])
        >>> print(scores.quoted)
        P 1.000  R 1.000  F1 1.000
    """
    by_id = {document.id: document for document in predicted}
    compared = [_compare(document, by_id.get(document.id)) for document in gold]
    found = [pair for each in compared for pair in each.pairs if pair.is_found]
    with_source = [pair.source_right for pair in found if pair.gold.quote.source]
    counts = _counts(compared)
    return Scores(
        content_exact=_content_exact(compared, counts),
        content_soft=_content_soft(compared, counts),
        cue=_prf(sum(pair.cue_right for pair in found), counts),
        attribution=_prf(sum(pair.source_right for pair in found), counts),
        source_accuracy=_share(sum(with_source), len(with_source)),
        quoted=_quoted(compared, counts),
        direct=_kind_score(Kind.DIRECT, compared, found),
        mixed=_kind_score(Kind.MIXED, compared, found),
        indirect=_kind_score(Kind.INDIRECT, compared, found),
        counts=counts,
        speaker=_speaker_scores(compared, found),
    )


@frozen
class Judged:
    """A predicted quote, and whether it is right.

    Attributes:
        quote: The quote.
        is_found: Whether its content is: it and its gold partner overlap by a half or more.
        is_right: Whether its source is right, too.
        gold: That partner, or None if there is none.
    """

    quote: Quote
    is_found: bool
    is_right: bool
    gold: Quote | None = None


def judge(gold: Document, predicted: Document) -> list[Judged]:
    """Say of each predicted quote whether it is right.

    Args:
        gold: The right quotes.
        predicted: The quotes to judge, of the same text.

    Returns:
        The predicted quotes that have any letters, in their order.

    Raises:
        FormatError: If the texts differ.

    Example:
        >>> text = "Ann says no."
        >>> gold = Document("a", text, (Quote((Span.of(text, 9, 11),)),))
        >>> [(each.is_found, each.is_right) for each in judge(gold, gold)]
        [(True, True)]
    """
    compared = _compare(gold, predicted)
    pairs = {id(pair.predicted): pair for pair in compared.pairs if pair.is_found}
    judged = []
    for item in compared.predicted:
        pair = pairs.get(id(item))
        partner = pair.gold.quote if pair else None
        is_right = bool(pair and pair.source_right)
        judged.append(Judged(item.quote, pair is not None, is_right, partner))
    return judged


@frozen(eq=False)
class _Item:
    """A quotation as it is compared: where its letters and words stand."""

    quote: Quote
    letters: frozenset[int]
    cue: frozenset[int]
    source: frozenset[int]
    kind: Kind

    @property
    def is_thought(self) -> bool:
        return self.quote.medium is Medium.THOUGHT

    @property
    def is_named(self) -> bool:
        speaker = self.quote.speaker
        return speaker is not None and speaker.named and bool(speaker.name)


@frozen(eq=False)
class _Pair:
    """A gold quotation and its partner."""

    gold: _Item
    predicted: _Item
    shared: int

    @property
    def is_found(self) -> bool:
        return 2 * self.shared >= len(self.gold.letters | self.predicted.letters)

    @property
    def source_right(self) -> bool:
        return _is_right_source(self.gold, self.predicted)

    @property
    def cue_right(self) -> bool:
        gold, predicted = self.gold.cue, self.predicted.cue
        return 4 * len(gold & predicted) >= len(gold) + len(predicted)

    @property
    def speaker_right(self) -> bool:
        is_same = is_same_speaker(self.gold.quote.speaker, self.predicted.quote.speaker)
        return is_same and not self.predicted.is_thought


@frozen
class _Stretch:
    """A stretch of text in quotation marks: who attributes it, and whether to the right source."""

    in_gold: bool
    in_predicted: bool
    right: bool


@frozen(eq=False)
class _Comparison:
    """A document's gold and predicted quotations side by side."""

    gold: list[_Item]
    predicted: list[_Item]
    pairs: list[_Pair]
    stretches: list[_Stretch]


def _compare(gold: Document, predicted: Document | None) -> _Comparison:
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
    return _Comparison(expected, given, _pairs(expected, given), stretches)


def _items(quotes: Iterable[Quote], quoted: AbstractSet[int]) -> Iterator[_Item]:
    """The quotations that have any letters."""
    for quote in quotes:
        letters = _letters(quote.content)
        if letters:
            cue, source = _words(quote.cue), _words(quote.source)
            yield _Item(quote, letters, cue, source, _kind(letters, quoted))


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


def _pairs(gold: Sequence[_Item], predicted: Sequence[_Item]) -> list[_Pair]:
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
            pairs.append(_Pair(gold[i], predicted[j], shared[i, j]))
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
    marked: Iterable[Span], gold: Sequence[_Item], predicted: Sequence[_Item]
) -> Iterator[_Stretch]:
    """The stretches in quotation marks that are long enough to be speech."""
    long = [span for span in marked if len(_words([span])) >= _SPEECH_WORDS]
    theirs = zip(_covering(long, gold), _covering(long, predicted), strict=True)
    for expected, given in theirs:
        right = any(_is_right_source(one, other) for one in expected for other in given)
        yield _Stretch(bool(expected), bool(given), right)


def _covering(marked: Sequence[Span], items: Sequence[_Item]) -> list[list[_Item]]:
    """For each stretch the items with a source that hold more than half of it."""
    places = [_letters([span]) for span in marked]
    covering: list[list[_Item]] = [[] for _ in marked]
    for (i, j), shared in _overlaps(places, [item.letters for item in items]).items():
        if 2 * shared > len(places[i]) and items[j].quote.source:
            covering[i].append(items[j])
    return covering


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _counts(compared: Sequence[_Comparison]) -> Counts:
    stretches = [stretch for each in compared for stretch in each.stretches]
    return Counts(
        gold=sum(len(each.gold) for each in compared),
        predicted=sum(len(each.predicted) for each in compared),
        quoted_gold=sum(stretch.in_gold for stretch in stretches),
        quoted_predicted=sum(stretch.in_predicted for stretch in stretches),
    )


def _prf(right: float, counts: Counts, *, right_gold: float | None = None) -> PRF:
    return PRF.of(right, predicted=counts.predicted, gold=counts.gold, right_gold=right_gold)


def _content_exact(compared: Iterable[_Comparison], counts: Counts) -> PRF:
    pairs = [pair for each in compared for pair in each.pairs]
    return _prf(sum(pair.gold.letters == pair.predicted.letters for pair in pairs), counts)


def _content_soft(compared: Iterable[_Comparison], counts: Counts) -> PRF:
    pairs = [pair for each in compared for pair in each.pairs]
    right = sum(pair.shared / len(pair.predicted.letters) for pair in pairs)
    right_gold = sum(pair.shared / len(pair.gold.letters) for pair in pairs)
    return _prf(right, counts, right_gold=right_gold)


def _quoted(compared: Iterable[_Comparison], counts: Counts) -> PRF:
    right = sum(stretch.right for each in compared for stretch in each.stretches)
    return PRF.of(right, predicted=counts.quoted_predicted, gold=counts.quoted_gold)


def _kind_score(kind: Kind, compared: Iterable[_Comparison], found: Iterable[_Pair]) -> KindScore:
    n = sum(item.kind is kind for each in compared for item in each.gold)
    of_kind = [pair for pair in found if pair.gold.kind is kind]
    right = sum(pair.source_right for pair in of_kind)
    return KindScore(n, found=_share(len(of_kind), n), right=_share(right, n))


def _speaker_scores(
    compared: Sequence[_Comparison], found: Sequence[_Pair]
) -> SpeakerScores | None:
    gold = [item for each in compared for item in each.gold]
    if not any(item.quote.speaker for item in gold):
        return None
    speech = [item for item in gold if not item.is_thought]
    pairs = [pair for pair in found if not pair.gold.is_thought]
    named = [pair.speaker_right for pair in pairs if pair.gold.is_named]
    right = sum(pair.speaker_right for pair in pairs)
    given = sum(len(each.predicted) for each in compared) - (len(found) - len(pairs))
    return SpeakerScores(
        names=PRF.of(right, predicted=given, gold=len(speech)),
        found=_share(len(pairs), len(speech)),
        right_of_found=_share(right, len(pairs)),
        named_right_of_found=_share(sum(named), len(named)),
        gold=len(speech),
        named=sum(item.is_named for item in speech),
        predicted=given,
    )


def _is_right_source(gold: _Item, predicted: _Item) -> bool:
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
