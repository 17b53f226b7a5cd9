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

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import asdict, astuple, frozen

from quoteattr.comparing import Comparison, Pair, compare, is_same_speaker
from quoteattr.quotes import Document, Kind, Quote

__all__ = [
    "PRF",
    "Counts",
    "Judged",
    "KindScore",
    "Scores",
    "SpeakerScores",
    "Tally",
    "evaluate",
    "is_same_speaker",
    "judge",
    "tallies",
    "total",
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
        cls, right: float, *, predicted: float, gold: float, right_gold: float | None = None
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
class Tally:
    """What there is to compare in a document, and how much of it is right, counted.

    The tallies of several documents add up to that of all (`total`), from which `Scores.of`
    computes the scores.

    Attributes:
        gold: Gold quotations.
        predicted: Predicted quotations.
        content_exact: Partners whose letters are the same.
        content_soft: The shares that partners have in common, of the predicted.
        content_soft_gold: The same, of the gold.
        cue: Found, with the right cue.
        attribution: Found, with the right source.
        sourced: Found, where the gold has a source.
        sourced_right: Those of them whose source is right.
        quoted_gold: Stretches in quotation marks that the gold attributes.
        quoted_predicted: Those that the prediction attributes.
        quoted: Those that both do, to the right source.
        direct: Gold quotations in quotation marks.
        direct_found: Those of them that were found.
        direct_right: Those that were found with the right source.
        mixed: Gold quotations partly in quotation marks.
        mixed_found: Those of them that were found.
        mixed_right: Those that were found with the right source.
        indirect: Gold quotations without.
        indirect_found: Those of them that were found.
        indirect_right: Those that were found with the right source.
        speakers: Gold quotations with a speaker.
        speech: Gold quotations of speech.
        speech_named: Those of them whose speaker the text names.
        speech_predicted: Predicted quotations, those aside that were paired with gold thoughts.
        speech_found: Gold quotations of speech that were found.
        speaker: Those of them whose speaker is right.
        named_found: Those that were found and whose speaker the text names.
        named_right: Those of them whose speaker is right.
    """

    gold: float = 0
    predicted: float = 0
    content_exact: float = 0
    content_soft: float = 0
    content_soft_gold: float = 0
    cue: float = 0
    attribution: float = 0
    sourced: float = 0
    sourced_right: float = 0
    quoted_gold: float = 0
    quoted_predicted: float = 0
    quoted: float = 0
    direct: float = 0
    direct_found: float = 0
    direct_right: float = 0
    mixed: float = 0
    mixed_found: float = 0
    mixed_right: float = 0
    indirect: float = 0
    indirect_found: float = 0
    indirect_right: float = 0
    speakers: float = 0
    speech: float = 0
    speech_named: float = 0
    speech_predicted: float = 0
    speech_found: float = 0
    speaker: float = 0
    named_found: float = 0
    named_right: float = 0


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

    @classmethod
    def of(cls, tally: Tally) -> "Scores":
        """Compute the scores from what was counted.

        Args:
            tally: The counts, such as the `total` of all documents.

        Returns:
            The scores.
        """
        return cls(
            content_exact=_prf(tally, tally.content_exact),
            content_soft=_prf(tally, tally.content_soft, right_gold=tally.content_soft_gold),
            cue=_prf(tally, tally.cue),
            attribution=_prf(tally, tally.attribution),
            source_accuracy=_share(tally.sourced_right, tally.sourced),
            quoted=PRF.of(tally.quoted, predicted=tally.quoted_predicted, gold=tally.quoted_gold),
            direct=_kind_score(tally.direct, tally.direct_found, tally.direct_right),
            mixed=_kind_score(tally.mixed, tally.mixed_found, tally.mixed_right),
            indirect=_kind_score(tally.indirect, tally.indirect_found, tally.indirect_right),
            counts=_counts(tally),
            speaker=_speaker_scores(tally) if tally.speakers else None,
        )

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
        >>> from quoteattr.quotes import Span
        >>> text = "“Yes, we can,” said Ann."
        >>> quote = Quote((Span.of(text, 0, 14),), source=(Span.of(text, 20, 23),))
        >>> scores = evaluate([Document("a", text, (quote,))], [Document("a", text, (quote,))])
        >>> print(scores.quoted)
        P 1.000  R 1.000  F1 1.000
    """
    return Scores.of(total(tallies(gold, predicted)))


def tallies(gold: Iterable[Document], predicted: Iterable[Document]) -> list[Tally]:
    """Count in each document what is right, so that scores can be had of any of them together.

    Args:
        gold: As for `evaluate`.
        predicted: As for `evaluate`.

    Returns:
        The counts, one for each gold document, in their order.

    Raises:
        FormatError: If a document's text is not the same on both sides.

    Example:
        >>> from quoteattr.quotes import Span
        >>> text = "Ann says no."
        >>> gold = Document("a", text, (Quote((Span.of(text, 9, 11),)),))
        >>> [(each.gold, each.predicted) for each in tallies([gold], [])]
        [(1, 0)]
    """
    by_id = {document.id: document for document in predicted}
    return [_tally(compare(document, by_id.get(document.id))) for document in gold]


def total(tallied: Iterable[Tally]) -> Tally:
    """Add tallies up.

    Args:
        tallied: The tallies, such as those of all documents.

    Returns:
        Their sum.

    Example:
        >>> total([Tally(gold=1), Tally(gold=2, predicted=1)]).gold
        3
    """
    return Tally(*map(sum, zip(*(astuple(each) for each in tallied), strict=True)))


@frozen
class Judged:
    """A predicted quote, and whether it is right.

    Attributes:
        quote: The quote.
        is_found: Whether its content is: it and its gold partner overlap by a half or more.
        is_right: Whether its source is right, too.
        gold: That partner, or None if there is none.
        is_exact: Whether its content has the same letters as that of its partner.
    """

    quote: Quote
    is_found: bool
    is_right: bool
    gold: Quote | None = None
    is_exact: bool = False


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
        >>> from quoteattr.quotes import Span
        >>> text = "Ann says no."
        >>> gold = Document("a", text, (Quote((Span.of(text, 9, 11),)),))
        >>> [(each.is_found, each.is_right) for each in judge(gold, gold)]
        [(True, True)]
    """
    compared = compare(gold, predicted)
    pairs = {id(pair.predicted): pair for pair in compared.pairs if pair.is_found}
    return [_judged(item.quote, pairs.get(id(item))) for item in compared.predicted]


def _judged(quote: Quote, pair: Pair | None) -> Judged:
    if pair is None:
        return Judged(quote, is_found=False, is_right=False)
    gold = pair.gold.quote
    return Judged(
        quote, is_found=True, is_right=pair.source_right, gold=gold, is_exact=pair.is_exact
    )


def _tally(compared: Comparison) -> Tally:
    found = [pair for pair in compared.pairs if pair.is_found]
    sourced = [pair.source_right for pair in found if pair.gold.quote.source]
    return Tally(
        gold=len(compared.gold),
        predicted=len(compared.predicted),
        content_exact=sum(pair.is_exact for pair in compared.pairs),
        content_soft=sum(pair.shared / len(pair.predicted.letters) for pair in compared.pairs),
        content_soft_gold=sum(pair.shared / len(pair.gold.letters) for pair in compared.pairs),
        cue=sum(pair.cue_right for pair in found),
        attribution=sum(pair.source_right for pair in found),
        sourced=len(sourced),
        sourced_right=sum(sourced),
        quoted_gold=sum(stretch.in_gold for stretch in compared.stretches),
        quoted_predicted=sum(stretch.in_predicted for stretch in compared.stretches),
        quoted=sum(stretch.right for stretch in compared.stretches),
        **_kind_tally(compared, found),
        **_speaker_tally(compared, found),
    )


def _kind_tally(compared: Comparison, found: Iterable[Pair]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for kind in Kind:
        of_kind = [pair for pair in found if pair.gold.kind is kind]
        counted[f"{kind}"] = sum(item.kind is kind for item in compared.gold)
        counted[f"{kind}_found"] = len(of_kind)
        counted[f"{kind}_right"] = sum(pair.source_right for pair in of_kind)
    return counted


def _speaker_tally(compared: Comparison, found: Sequence[Pair]) -> dict[str, int]:
    speech = [item for item in compared.gold if not item.is_thought]
    pairs = [pair for pair in found if not pair.gold.is_thought]
    named = [pair.speaker_right for pair in pairs if pair.gold.is_named]
    return {
        "speakers": sum(item.quote.speaker is not None for item in compared.gold),
        "speech": len(speech),
        "speech_named": sum(item.is_named for item in speech),
        "speech_predicted": len(compared.predicted) - (len(found) - len(pairs)),
        "speech_found": len(pairs),
        "speaker": sum(pair.speaker_right for pair in pairs),
        "named_found": len(named),
        "named_right": sum(named),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _prf(tally: Tally, right: float, *, right_gold: float | None = None) -> PRF:
    return PRF.of(right, predicted=tally.predicted, gold=tally.gold, right_gold=right_gold)


def _kind_score(n: float, found: float, right: float) -> KindScore:
    return KindScore(int(n), found=_share(found, n), right=_share(right, n))


def _counts(tally: Tally) -> Counts:
    return Counts(
        gold=int(tally.gold),
        predicted=int(tally.predicted),
        quoted_gold=int(tally.quoted_gold),
        quoted_predicted=int(tally.quoted_predicted),
    )


def _speaker_scores(tally: Tally) -> SpeakerScores:
    return SpeakerScores(
        names=PRF.of(tally.speaker, predicted=tally.speech_predicted, gold=tally.speech),
        found=_share(tally.speech_found, tally.speech),
        right_of_found=_share(tally.speaker, tally.speech_found),
        named_right_of_found=_share(tally.named_right, tally.named_found),
        gold=int(tally.speech),
        named=int(tally.speech_named),
        predicted=int(tally.speech_predicted),
    )
