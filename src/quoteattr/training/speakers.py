"""Trains what weighs the candidates for a source, from labels that say who it stands for.

Use it as ``python -m quoteattr.training.speakers --corpus CORPUS --labels LABELS --out FOLDER``.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import torch
import typer
from attrs import asdict, evolve, frozen
from rich.logging import RichHandler
from rich.progress import track

from quoteattr import coref, marks, speakers, tagger
from quoteattr import corpora as corpora_of_fiction
from quoteattr.candidates import Candidate, Choices
from quoteattr.chooser import KINDS, SETTINGS, WAYS, Chooser, log_odds
from quoteattr.cli.failures import standard_error
from quoteattr.confidence import Logistic
from quoteattr.config import Config
from quoteattr.entities import Entity
from quoteattr.evaluate import is_same_speaker, judge
from quoteattr.modelfiles import write
from quoteattr.names import gender_of_noun
from quoteattr.parsing import parsed
from quoteattr.pipeline import load
from quoteattr.quotations import Origin, Quotation, assemble
from quoteattr.quotes import Document, Quote, Span, Speaker
from quoteattr.training.calibrate import logistic
from quoteattr.training.examples import corpora, split
from quoteattr.training.labels import Label, labelled, read, source_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from quoteattr.marks import Offsets

__all__ = [
    "Case",
    "Lesson",
    "Outcome",
    "Teacher",
    "app",
    "cases",
    "confidences",
    "fit",
    "given",
    "halves",
    "is_one_of",
    "main",
    "novel",
    "outcomes",
    "train",
    "weights",
]

_STEPS = 150
_ROUNDS = 2
_PULL = 0.02
_COMMON = 3
"""In how many cases a sign must be met to be learnt."""
_FEWEST = 15
"""From fewer outcomes of one way nothing is learnt about it alone."""
_NAME = "chooser-polnear-1"
_UNTOLD = {way: Logistic(0.0, (0.0, 1.0)) for way in WAYS}
Weights = dict[str, dict[str, float]]
"""A weight for each sign, by kind of source."""
Labels = Mapping[str, Sequence[Label]]
"""Labels by document."""


@frozen(eq=False)
class Case:
    """A source with its candidates, and which of them are right."""

    document: str
    choices: Choices
    right: tuple[bool, ...]


class Teacher:
    """Weighs as labels say, and keeps what was asked.

    Attributes:
        cases: The sources that have labels, in the order in which they came.
    """

    def __init__(
        self, document: Document, labels: Iterable[Label], chooser: Chooser | None = None
    ) -> None:
        """Prepare for one document; a chooser that is given decides in place of the labels."""
        self.cases: list[Case] = []
        self._chooser = chooser
        self._document = document
        self._labels = {label.span: label for label in labels}

    def __call__(self, given: Choices) -> list[float]:
        """All for the first right candidate; for nobody if none is, or nothing is known."""
        label = self._labels.get(given.source)
        right = self._right(given, label) if label else ()
        if label:
            self.cases.append(Case(self._document.id, given, right))
        if self._chooser is not None:
            return self._chooser(given)
        last = len(given.candidates) - 1
        return _all_for(right.index(True) if any(right) else last, last + 1)

    def _right(self, given: Choices, label: Label) -> tuple[bool, ...]:
        """Which candidates are right."""
        start, end = given.source
        words, gold = self._document.text[start:end], label.of(self._document.text)
        return tuple(
            _is_right(each, given.kind, words, gold) or _is_described(each, label)
            for each in given.candidates
        )

    def confidence(self, way: str, source: float, choice: float) -> float:
        """Nothing that is known here."""
        del way, source, choice
        return 1.0


def _all_for(chosen: int, count: int) -> list[float]:
    return [float(number == chosen) for number in range(count)]


def _is_right(candidate: Candidate, kind: str, words: str, gold: Speaker | None) -> bool:
    """Whether a candidate is the speaker; nobody behind a description is what it says itself."""
    if candidate.entity is not None:
        told = Speaker(candidate.entity.name, named=candidate.entity.named)
        return gold is not None and is_one_of(gold, told) and _can_be(candidate.entity, gold)
    if kind != "description" or gold is None:
        return gold is None
    return not gold.named or is_one_of(gold, Speaker(words))


def _can_be(entity: Entity, gold: Speaker) -> bool:
    """Whether no title says that it is another one: *Mr. Lee* is not his wife."""
    titles = (name.partition(" ")[0].lower().rstrip(".") for name in (gold.name, *gold.aliases))
    genders = {gender_of_noun(title) for title in titles} - {None}
    return entity.gender is None or not genders or entity.gender in genders


def is_one_of(gold: Speaker | None, told: Speaker | None) -> bool:
    """Whether a speaker is the right one, by any of the right one's names.

    Args:
        gold: The right speaker, or None for nobody.
        told: The other one.

    Returns:
        What `is_same_speaker` says of one of the names.
    """
    names = (gold.name, *gold.aliases) if gold else ()
    same = (is_same_speaker(evolve(gold, name=name), told) for name in names if gold)
    return any(same) if gold else told is None


def _is_described(candidate: Candidate, label: Label) -> bool:
    """Whether a candidate without a name begins where the label's description does."""
    entity = candidate.entity
    if entity is None or entity.named or label.named or len(label.speaker) != 1:
        return False
    [(start, end)] = label.speaker
    return any(one.start <= start < one.end <= end + 1 for one in entity.mentions)


def given(document: Document) -> list[Quotation]:
    """The quotes of a document as quotations whose sources are known.

    Args:
        document: The document, such as a gold one.

    Returns:
        The quotations.
    """
    return sorted((_given(quote) for quote in document.quotes), key=lambda each: each.content)


def _given(quote: Quote) -> Quotation:
    def place(spans: Sequence[object]) -> "Offsets | None":
        return (spans[0].start, spans[-1].end) if spans else None  # type: ignore[attr-defined]

    content = tuple((span.start, span.end) for span in quote.content)
    cue, source = place(quote.cue), place(quote.source)
    return Quotation(content, cue, source, Origin.TAGGER, 1.0, 1.0)


def cases(
    document: Document, doc: "Doc", labels: Sequence[Label], chooser: Chooser | None = None
) -> list[Case]:
    """What there is to learn from a document.

    Args:
        document: The document with its gold quotes.
        doc: Its text as spaCy has parsed it.
        labels: Its labels.
        chooser: Who decides about the speakers before; by default the labels.

    Returns:
        The labelled sources that are pronouns or descriptions.
    """
    return _cases(Lesson(document, doc, given(document), labels), chooser)


@frozen(eq=False)
class Lesson:
    """A text with its quotations and who their sources stand for.

    Attributes:
        document: The text.
        doc: The text as spaCy has parsed it.
        quotations: Its quotations.
        labels: Who their sources stand for.
    """

    document: Document
    doc: "Doc"
    quotations: Sequence[Quotation]
    labels: Sequence[Label]


def novel(document: Document, nlp: "Language", *, most: int = 240_000) -> Lesson:
    """The beginning of a novel, with the quotations that the network finds in it.

    Args:
        document: The novel with its gold quotes and their speakers; it has no gold sources.
        nlp: The pipeline that parses it.
        most: How many characters to take.

    Returns:
        The novel. The source of a quotation that overlaps a gold one by a half or more stands for
        the gold one's speaker.
    """
    text = document.text[:most]
    gold = Document(document.id, text, tuple(each for each in document.quotes if each.end <= most))
    pairs = marks.pair(text)
    quotations = assemble(text, pairs, tagger.load(), within=pairs.outer)
    found = tuple(_quote(each, text) for each in quotations)
    labels = [
        Label(source_of(judged.quote), "source", places[:1], named=True, others=places[1:])
        for judged in judge(gold, Document(document.id, text, found))
        if judged.gold is not None and judged.gold.speaker is not None
        for places in [_places(text, judged.gold.speaker)]
    ]
    return Lesson(gold, parsed(nlp, text), quotations, [each for each in labels if each.speaker])


def _quote(quotation: Quotation, text: str) -> Quote:
    def spans(*places: "Offsets | None") -> tuple[Span, ...]:
        return tuple(Span.of(text, *place) for place in places if place is not None)

    return Quote(spans(*quotation.content), spans(quotation.cue), spans(quotation.source))


def _places(text: str, speaker: Speaker) -> list["Offsets"]:
    """Where the text first has each name of a character, in any case, the longest name first."""
    names = sorted({speaker.name, *speaker.aliases}, key=lambda name: (-len(name), name))
    words = (r"\s+".join(map(re.escape, name.split())) for name in names)
    found = (re.search(rf"\b{each}\b", text, re.IGNORECASE) for each in words)
    return [each.span() for each in found if each is not None and each.group()]


def _cases(lesson: Lesson, chooser: Chooser | None) -> list[Case]:
    document, doc, quotations = lesson.document, lesson.doc, lesson.quotations
    teacher = Teacher(document, lesson.labels, chooser)
    found = marks.pair(document.text)
    clusters = coref.ask(coref.load(), doc, speakers.wanted(doc, quotations)).clusters
    speakers.resolve(doc, document.text, found, quotations, teacher, clusters=clusters)
    return teacher.cases


def fit(learnt: Sequence[Case], pull: float) -> dict[str, float]:
    """The weights under which the right candidates are likeliest.

    Args:
        learnt: Cases of one kind. Those without a right candidate teach nothing.
        pull: What draws each weight towards 0 (L2), beside the mean loss of a hundred cases.

    Returns:
        A weight for each sign, in alphabetical order.
    """
    learnt = [case for case in learnt if any(case.right)]
    signs = _common(learnt)
    if not signs:
        return {}
    values, owners, right = _arrays(learnt, signs)
    weights = torch.zeros(len(signs), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimizer.zero_grad()
        scores = values @ weights
        all_, best = (_log_sums(each, owners, len(learnt)) for each in (scores, scores + right))
        total = (all_ - best).mean() + 50 * pull / len(learnt) * weights.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total.item()

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return {
        sign: round(float(weight), 4) for sign, weight in zip(signs, weights.detach(), strict=True)
    }


def _common(learnt: Sequence[Case]) -> list[str]:
    """The signs that several cases have, in alphabetical order."""
    counts = Counter(
        sign
        for case in learnt
        for sign in {sign for each in case.choices.candidates for sign in each.signs}
    )
    return sorted(sign for sign, count in counts.items() if count >= _COMMON)


def _arrays(
    learnt: Sequence[Case], signs: Sequence[str]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The signs of all candidates, whose case each is, and minus much for those who are wrong."""
    columns = {sign: number for number, sign in enumerate(signs)}
    rows = sum(len(case.right) for case in learnt)
    values, row = torch.zeros(rows, len(signs), dtype=torch.float64), 0
    for case in learnt:
        for candidate in case.choices.candidates:
            for sign, strength in candidate.signs.items():
                if sign in columns:
                    values[row, columns[sign]] = strength
            row += 1
    owners = torch.tensor([number for number, case in enumerate(learnt) for _ in case.right])
    wrong = [0.0 if each else -_NEVER for case in learnt for each in case.right]
    return values, owners, torch.tensor(wrong, dtype=torch.float64)


_NEVER = 1e4


def _log_sums(scores: torch.Tensor, owners: torch.Tensor, count: int) -> torch.Tensor:
    """The logarithm of the sum of exponentials of each case's scores."""
    least = torch.full((count,), -2 * _NEVER, dtype=torch.float64)
    highest = least.scatter_reduce(0, owners, scores.detach(), "amax")
    shifted = torch.exp(scores - highest[owners])
    return highest + torch.zeros(count, dtype=torch.float64).scatter_add(0, owners, shifted).log()


def weights(
    documents: Sequence[Document],
    parsed: Mapping[str, "Doc"],
    labels: Labels,
    novels: Sequence[Lesson] = (),
) -> Weights:
    """The weights of all signs, for pronouns, for descriptions and for turns.

    They are fitted twice: once while the speakers before each source are those of the labels, and
    then while they are those that the first weights choose, as they will be (Ross et al. 2011).

    Args:
        documents: Documents with gold quotes.
        parsed: Their texts as spaCy has parsed them, by id.
        labels: Their labels, by id.
        novels: Texts of another kind to learn from, too.

    Returns:
        A weight for each sign, by kind of source.
    """
    fitted: Weights = {}
    for _ in range(_ROUNDS):
        chooser = Chooser("", fitted, _UNTOLD) if fitted else None
        found = [
            case
            for each in documents
            if each.id in labels
            for case in cases(each, parsed[each.id], labels[each.id], chooser)
        ]
        found += [case for each in novels for case in _cases(each, chooser)]
        for kind in KINDS:
            fitted[kind] = fit([case for case in found if case.choices.kind == kind], _PULL)
    return fitted


@frozen
class Outcome:
    """A speaker that was told, and whether it is right.

    Attributes:
        way: How it was found.
        source: Probability that the source is right.
        choice: Probability of the choice.
        is_right: Whether the speaker is right.
    """

    way: str
    source: float
    choice: float
    is_right: bool


class _Witness:
    """Weighs as a chooser does, and keeps what each confidence was asked for."""

    def __init__(self, chooser: Chooser) -> None:
        self._chooser = chooser
        self.asked: list[tuple[str, float, float]] = []

    def __call__(self, given: Choices) -> list[float]:
        return self._chooser(given)

    def confidence(self, way: str, source: float, choice: float) -> float:
        """The number of the question, as something that the quote keeps."""
        self.asked.append((way, source, choice))
        return float(len(self.asked) - 1)


def outcomes(
    documents: Sequence[Document], parsed: Mapping[str, "Doc"], labels: Labels, chooser: Chooser
) -> list[Outcome]:
    """How often speakers are right, from the text to the end.

    Args:
        documents: Documents that neither the network nor the chooser has learnt from.
        parsed: Their texts as spaCy has parsed them, by id.
        labels: Their labels, by id; all quotes of a document have one.
        chooser: Weighs the candidates.

    Returns:
        An outcome for each quotation that is found and has a speaker.
    """
    found: list[Outcome] = []
    for document in documents:
        if document.id not in labels:
            continue
        witness, text = _Witness(chooser), document.text
        pairs = marks.pair(text)
        doc = parsed[document.id]
        within = speakers.reporting(doc, pairs.outer)
        quotations = assemble(text, pairs, tagger.load(), within=within)
        same = coref.ask(coref.load(), doc, speakers.wanted(doc, quotations))
        quotes = speakers.resolve(doc, text, pairs, quotations, witness, clusters=same.clusters)
        kept = tuple(each for each in quotes if each.confidence >= Config().min_confidence)
        gold = labelled(document, labels[document.id])
        for judged in judge(gold, Document(document.id, text, kept)):
            speaker = judged.quote.speaker
            if speaker is not None and judged.gold is not None:
                asked = witness.asked[int(speaker.confidence)]
                is_right = is_same_speaker(judged.gold.speaker, speaker)
                found.append(Outcome(*asked, is_right))
    return found


def confidences(found: Sequence[Outcome]) -> dict[str, Logistic]:
    """What makes probabilities of how sure sources and choices are.

    Args:
        found: What came of speakers that were told.

    Returns:
        A logistic regression for each way of finding one (Platt 1999); the same for those that are
        too rare.
    """
    ways = {way: [each for each in found if each.way == way] for way in WAYS}
    return {way: _confidence(each if len(each) >= _FEWEST else found) for way, each in ways.items()}


def _confidence(found: Sequence[Outcome]) -> Logistic:
    signs = np.array([[log_odds(each.source), log_odds(each.choice)] for each in found])
    return logistic(signs.reshape(-1, 2), np.array([each.is_right for each in found], np.bool_))


def halves(documents: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """Divide documents in two, always the same way.

    Args:
        documents: The documents.

    Returns:
        Those whose outcomes confidences are fitted on, and those on which they are measured, in
        which nobody may look for faults to mend.
    """
    return split(documents, len(documents) // 2)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    corpus: Annotated[list[str], typer.Option(help="Labelled documents, as for the tagger.")],
    labels: Annotated[
        list[Path], typer.Option(help="Who their sources stand for, to learn from.", dir_okay=False)
    ],
    held: Annotated[
        Path,
        typer.Option(help="The same for all quotes of documents held back.", dir_okay=False),
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the model goes.")],
    fiction: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The Project Dialogism Novel Corpus, to learn from."),
    ] = None,
) -> None:
    """Train the chooser and write the files that quoteattr ships."""
    handler = RichHandler(console=standard_error(), show_path=False)
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler])
    documents = corpora(corpus)
    learnt, kept = _together(map(read, labels)), read(held)
    nlp, wanted = load().nlp, learnt.keys() | kept.keys()
    texts = {each.id: parsed(nlp, each.text) for each in documents if each.id in wanted}
    novels = _novels(fiction, nlp) if fiction else []
    train(documents, texts, learnt=learnt, held=kept, novels=novels, out=out)


def _novels(folder: Path, nlp: "Language") -> list[Lesson]:
    told = corpora_of_fiction.pdnc(folder)
    return [novel(each, nlp) for each in track(told, "Novels", console=standard_error())]


def train(  # noqa: PLR0913 - all that a chooser comes from
    documents: Sequence[Document],
    parsed: Mapping[str, "Doc"],
    *,
    learnt: Labels,
    held: Labels,
    out: Path,
    novels: Sequence[Lesson] = (),
) -> Chooser:
    """Train the chooser and write its files.

    Args:
        documents: Documents with gold quotes.
        parsed: Their texts as spaCy has parsed them, by id.
        learnt: Labels to learn from, by document.
        held: Labels of all quotes of documents that were held back.
        out: Where to write.
        novels: Texts of another kind to learn from, too.

    Returns:
        The chooser.
    """
    aside = [each for each in documents if each.id in held]
    others = {key: each for key, each in learnt.items() if key not in held}
    fitted = weights(documents, parsed, others, novels)
    fitting, _ = halves(aside)
    told = outcomes(fitting, parsed, held, Chooser("", fitted, _UNTOLD))
    chooser = Chooser(_NAME, fitted, confidences(told))
    values = {
        "name": chooser.name,
        "confidences": {way: asdict(each) for way, each in chooser.confidences.items()},
        "weights": chooser.weights,
    }
    write(out, {SETTINGS: (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode()})
    return chooser


def _together(read_: Iterable[Labels]) -> Labels:
    return {key: each for labels in read_ for key, each in labels.items()}


if __name__ == "__main__":
    app(prog_name="python -m quoteattr.training.speakers")
