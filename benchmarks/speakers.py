"""How well quoteattr tells who is speaking, on labels made by reading; and what that costs.

Each part can be left out. Those of the test need the articles of PolNeAR, whose speakers
``benchmarks/speakers`` labels without their text; what isn't given isn't measured.

given
    The labelled pronouns and descriptions of PolNeAR dev, each with its gold quotation: how often
    the speaker is right, beside simpler ways to tell.
whole
    The same from the bare text to the end: what isn't found is wrong.
agreement
    How often two who labelled the same sources agree.
seeds
    The seeds, from the bare text to the end.
litbank, pdnc
    Fiction, from the bare text to the end: direct quotations. A name is right if it is one of the
    character's.
confidence
    Whether the confidences of speakers mean what they say, on articles held back.
cost
    The time that it takes to tell the speakers, as a share of spaCy's.

Intervals are of 95%: 2,000 draws of whole articles with one seed (Efron 1979). A speaker is right
as `quoteattr.evaluate` has it. The program needs the extra ``train``.

Run it from a checkout, with ``OMP_NUM_THREADS=1`` for the cost: ``python benchmarks/speakers.py
--corpus polnear-dev.jsonl.gz polnear-train.jsonl.gz --litbank litbank --pdnc pdnc``.
"""

import argparse
import collections
import functools
import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from attrs import asdict, evolve, field, frozen
from rich.console import Console
from rich.progress import track

import quoteattr
from quoteattr import chooser, coref, corpora, formats, marks, speakers, tagger
from quoteattr.entities import Entities, gender_of_pronoun
from quoteattr.evaluate import Judged, evaluate, judge
from quoteattr.names import all_in, people_among
from quoteattr.parsing import parsed
from quoteattr.quotations import Quotation, assemble
from quoteattr.quotes import (
    AttributionType,
    Document,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
)
from quoteattr.register import Names
from quoteattr.reliability import measured
from quoteattr.scene import SUBJECTS, is_person
from quoteattr.training.labels import Label, read, source_of
from quoteattr.training.speakers import Outcome, given, halves, is_one_of, outcomes

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from quoteattr.marks import Offsets

ROOT = Path(__file__).parents[1]
SEED, DRAWS, PASSES = 0, 2000, 3
MOST = 60_000
SURE = 0.8
FIRST_PERSON = frozenset({"i", "me", "my", "we", "us", "our", "you", "your"})

Row = dict[str, object]
Tables = dict[str, list[Row]]
"""By title, rows of cells by column."""
T = TypeVar("T")


@frozen
class Inputs:
    """What there is to measure on.

    Attributes:
        articles: Labelled articles, by id.
        labels: The folder of their speakers' labels.
        seeds: The folder of the seeds.
        litbank: LitBank's folder, or None.
        pdnc: PDNC's folder, or None.
        most: How many characters of each novel are read; 0 for all.
        joined: Whether the lines of fiction are joined to paragraphs.
    """

    articles: Mapping[str, Document] = field(factory=dict)
    labels: Path = ROOT / "benchmarks" / "speakers"
    seeds: Path = ROOT / "seeds"
    litbank: Path | None = None
    pdnc: Path | None = None
    most: int = MOST
    joined: bool = False

    def labelled(self, name: str) -> list[tuple[Document, list[Label]]]:
        """The articles of a file of labels, each with its labels; none if one is missing."""
        labels = read(self.labels / f"{name}.jsonl")
        if not labels.keys() <= self.articles.keys():
            return []
        return [(self.articles[key], each) for key, each in labels.items()]


def tracked(some: Sequence[T], what: str) -> Iterable[T]:
    """Something to go through, with its progress on standard error."""
    return track(some, what, console=Console(stderr=True), transient=True)


@functools.cache
def attributor() -> quoteattr.Attributor:
    """The whole pipeline."""
    return quoteattr.load(medium="all")


@functools.cache
def parse(text: str) -> "Doc":
    """A text as spaCy has parsed it, kept for the next part."""
    return parsed(attributor().nlp, text)


@functools.cache
def attributed(text: str, name: str) -> Document:
    """A text with the quotes that are found in it, kept likewise."""
    return attributor()(text, id=name)


# Right, wrong or none


@frozen
class Told:
    """What was told of a source.

    Attributes:
        article: Its article's id.
        sort: What kind of source it is.
        outcome: ``"right"``, ``"wrong"``, ``"none"``; ``"lost"`` if the quotation isn't found.
    """

    article: str
    sort: str
    outcome: str


def outcome(gold: Speaker | None, told: Speaker | None) -> str:
    """What came of a source: of several names of the right speaker any will do."""
    if is_one_of(gold, told):
        return "right"
    return "none" if told is None else "wrong"


def interval(told: Iterable[Told]) -> tuple[float, float]:
    """Where the share that is right lies, with a probability of 95%."""
    articles: dict[str, list[bool]] = {}
    for each in told:
        articles.setdefault(each.article, []).append(each.outcome == "right")
    right, n = (np.array([count(one) for one in articles.values()]) for count in (sum, len))
    drawn = np.random.default_rng(SEED).integers(len(n), size=(DRAWS, len(n)))
    low, high = np.quantile(right[drawn].sum(axis=1) / n[drawn].sum(axis=1), (0.025, 0.975))
    return float(low), float(high)


def shares(told: Sequence[Told], **cells: object) -> Row:
    """A row with the shares of each outcome."""
    low, high = interval(told)
    counts = {name: sum(one.outcome == name for one in told) for name in ("right", "wrong", "none")}
    found = sum(counts.values())
    return {
        **cells,
        "n": len(told),
        **{name: count / len(told) for name, count in counts.items()},
        "low": low,
        "high": high,
        "found": found / len(told),
        "right of found": counts["right"] / found if found else None,
    }


PRONOUNS = ("he, she", "they, it", "I, we")
DESCRIPTIONS = ("of one named", "of one unnamed")
GROUPS = {
    **{name: (name,) for name in PRONOUNS},
    "pronouns": PRONOUNS,
    **{name: (name,) for name in DESCRIPTIONS},
    "descriptions": DESCRIPTIONS,
    "all": PRONOUNS + DESCRIPTIONS,
}


def by_group(
    told: Sequence[Told], groups: Mapping[str, Sequence[str]], **cells: object
) -> list[Row]:
    """Rows for groups of sources, as far as there are any."""
    chosen = ((name, [one for one in told if one.sort in sorts]) for name, sorts in groups.items())
    return [shares(some, **cells, sources=name) for name, some in chosen if some]


def sort_of(label: Label, text: str) -> str:
    """What kind of source a label is of."""
    if label.kind != "pronoun":
        return DESCRIPTIONS[0 if label.named else 1]
    word = text[slice(*label.span)].lower()
    if gender_of_pronoun(word):
        return PRONOUNS[0]
    return PRONOUNS[2 if word in FIRST_PERSON else 1]


# The test, with what each source says given

Way = Callable[["Doc", "Offsets"], Speaker | None]


def measure_given(inputs: Inputs) -> Tables:
    """Whom sources stand for, when the quotations are known."""
    told: dict[str, list[Told]] = {}
    for document, labels in tracked(inputs.labelled("test"), "given"):
        doc, text = parse(document.text), document.text
        for name, way in ways(document, doc).items():
            for label in labels:
                fate = outcome(label.of(text), way(doc, label.span))
                told.setdefault(name, []).append(Told(document.id, sort_of(label, text), fate))
    rows = [row for name, each in told.items() for row in by_group(each, GROUPS, way=name)]
    keys = ("way", "sources", "n", "right", "low", "high", "wrong", "none")
    return {"given: pronouns and descriptions, the quotations given": only(rows, *keys)}


def ways(document: Document, doc: "Doc") -> dict[str, Way]:
    """The ways to tell a speaker: ours, and simpler ones."""
    known = given(document)
    same = coref.ask(coref.load(), doc, speakers.wanted(doc, known)).clusters
    pairs = marks.pair(document.text)
    quotes = speakers.resolve(doc, document.text, pairs, known, chooser.load(), clusters=same)
    by_source = {source_of(quote): quote.speaker for quote in reversed(quotes)}
    entities = entities_of(doc)
    return {
        "quoteattr": lambda _, source: by_source.get(source),
        "nearest person": functools.partial(nearest, entities, is_subject=False),
        "nearest subject": functools.partial(nearest, entities, is_subject=True),
        "coreferee": functools.partial(clustered, entities, same),
    }


def entities_of(doc: "Doc") -> Entities:
    """Whom a text mentions."""
    names = all_in(doc)
    groups = [name for name in names if name.type is SpeakerType.ORGANIZATION]
    return Entities(doc, names, Names([*people_among(names, ()), *groups]))


def nearest(
    entities: Entities, doc: "Doc", source: "Offsets", *, is_subject: bool
) -> Speaker | None:
    """The nearest named person before a source whose gender it allows."""
    gender = gender_of_pronoun(doc.text[slice(*source)].lower())
    found = [
        entity
        for mention, entity in zip(entities.mentions, entities.entities, strict=True)
        if mention.end <= source[0] and (mention.place in SUBJECTS or not is_subject)
        if entity.named and is_person(entity, gender)
    ]
    return Speaker(found[-1].name) if found else None


def clustered(
    entities: Entities, clusters: Iterable[Sequence["Offsets"]], doc: "Doc", source: "Offsets"
) -> Speaker | None:
    """Whom coreference says that a source stands for."""
    mentions = next((cluster for cluster in clusters if source in cluster), ())
    spans = (doc.char_span(*place, alignment_mode="expand") for place in mentions)
    found = [entities.at(span.root.i) for span in spans if span is not None]
    return next((Speaker(each.name) for each in found if each is not None and each.named), None)


# The test, from the text to the end


def measure_whole(inputs: Inputs) -> Tables:
    """Whom sources stand for, from the bare text to the end."""
    told = [
        Told(document.id, sort_of(label, document.text), each)
        for document, labels in tracked(inputs.labelled("test"), "whole")
        for label, each in zip(labels, found_of(document, labels), strict=True)
    ]
    keys = ("sources", "n", "right", "low", "high", "found", "right of found")
    title = "whole: pronouns and descriptions, from the text to the end"
    return {title: only(by_group(told, GROUPS), *keys)}


def found_of(document: Document, labels: Iterable[Label]) -> Iterator[str]:
    """What came of the first quotation of each label."""
    found = partners(document)
    first = {source_of(quote): quote for quote in reversed(document.quotes)}
    for label in labels:
        quote = found.get(first[label.span])
        yield "lost" if quote is None else outcome(label.of(document.text), quote.speaker)


def partners(gold: Document) -> dict[Quote, Quote]:
    """The gold quotes that are found, each with what is found."""
    judged = judge(gold, attributed(gold.text, gold.id))
    return {each.gold: each.quote for each in judged if each.gold is not None}


# Two labellers


def measure_agreement(inputs: Inputs) -> Tables:
    """How often two labellers agree."""
    told = []
    first = {(each.id, one.span): one for each, some in inputs.labelled("test") for one in some}
    for document, labels in inputs.labelled("second"):
        for label in labels:
            one, text = first[document.id, label.span], document.text
            fate = outcome(one.of(text), label.of(text))
            told.append(Told(document.id, sort_of(one, text), fate))
    rows = by_group(told, GROUPS)
    return {"agreement: of two labellers": only(rows, "sources", "n", "right", "low", "high")}


# Documents with all speakers labelled


def fates(document: Document, sort: Callable[[Quote], str], *, media: bool = False) -> list[Told]:
    """What comes of each gold quotation of speech; if media count, not as thought."""
    found = partners(document)

    def fate(gold: Quote) -> str:
        quote = found.get(gold)
        if quote is None:
            return "lost"
        told = outcome(gold.speaker, quote.speaker)
        is_thought = media and quote.medium is Medium.THOUGHT
        return "wrong" if told == "right" and is_thought else told

    speech = (each for each in document.quotes if each.medium is Medium.SPEECH)
    return [Told(document.id, sort(each), fate(each)) for each in speech]


FATES = ("sources", "n", "found", "right of found", "right", "low", "high", "wrong", "none")


def measure_seeds(inputs: Inputs) -> Tables:
    """The seeds: all that `evaluate` says of speakers, and by kind."""
    documents = list(formats.load(inputs.seeds))
    predicted = [attributed(each.text, each.id) for each in tracked(documents, "seeds")]
    scores = asdict(evaluate(documents, predicted))["speaker"]
    names: Row = {"names": "seeds", **scores.pop("names")}
    told = [one for each in documents for one in fates(each, kind_of, media=True)]
    told_by_name = [one for each in documents for one in fates(each, naming, media=True)]
    rows = [
        *by_group(told, {str(kind): (str(kind),) for kind in Kind}),
        *by_group(told_by_name, NAMED),
    ]
    by_kind = only(rows, *FATES)
    return {"seeds: names": [names], "seeds: speakers": [scores], "seeds: by kind": by_kind}


NAMED = {"named": ("named",), "unnamed": ("unnamed",), "all": ("named", "unnamed")}


def kind_of(quote: Quote) -> str:
    """Its kind."""
    return str(quote.kind)


def naming(quote: Quote) -> str:
    """Whether the text names who speaks."""
    return "named" if quote.speaker and quote.speaker.named else "unnamed"


# Fiction


def measure_litbank(inputs: Inputs) -> Tables:
    """LitBank's quotations, by whether the text names the speaker."""
    documents = corpora.litbank(inputs.litbank or "")
    return fiction("litbank", documents, inputs, naming, NAMED)


def measure_pdnc(inputs: Inputs) -> Tables:
    """PDNC's quotations, by how the text gives the speaker."""
    documents = [corpora.cut(each, inputs.most) for each in corpora.pdnc(inputs.pdnc or "")]
    types = [*map(str, AttributionType), "no type"]
    groups = {**{each: (each,) for each in types}, "all": types}
    return fiction("pdnc", documents, inputs, lambda one: str(one.attribution or "no type"), groups)


def fiction(
    name: str,
    documents: Iterable[Document],
    inputs: Inputs,
    sort: Callable[[Quote], str],
    groups: Mapping[str, Sequence[str]],
) -> Tables:
    """What comes of the direct quotations of some fiction."""
    some = [joined(each) if inputs.joined else each for each in documents]
    told = [one for document in tracked(some, name) for one in fates(document, sort)]
    layout = "lines joined" if inputs.joined else "the text as it stands"
    return {f"{name}: direct quotations, {layout}": only(by_group(told, groups), *FATES)}


def joined(document: Document) -> Document:
    """A text whose paragraphs have no line ends in them, of equal length."""
    text = re.sub(r"(?<!\n)\n(?!\n)", " ", document.text)
    quotes = (
        evolve(each, content=tuple(Span.of(text, one.start, one.end) for one in each.content))
        for each in document.quotes
    )
    return evolve(document, text=text, quotes=tuple(quotes))


# Confidence


def measure_confidence(inputs: Inputs) -> Tables:
    """Whether confidences of speakers mean what they say."""
    held = inputs.labelled("held")
    labels = {document.id: each for document, each in held}
    _, aside = halves([document for document, _ in held])
    texts = {each.id: parse(each.text) for each in tracked(aside, "confidence")}
    told = [as_judged(each) for each in outcomes(aside, texts, labels, chooser.load())]
    numbers = measured(told, len(told)).to_dict()
    bins = numbers.pop("bins")
    del numbers["coverage"], numbers["gold"]
    sure = [each.is_right for each in told if each.quote.confidence >= SURE]
    numbers = {
        "articles": len(aside),
        **numbers,
        f"share from {SURE}": len(sure) / len(told) if told else None,
        "right of these": statistics.fmean(sure) if sure else None,
    }
    return {"confidence: of speakers": [numbers], "confidence: by tenths": bins}


def as_judged(told: Outcome) -> Judged:
    """A speaker's confidence, and whether it is right, as those of a quote."""
    confidence = chooser.load().confidence(told.way, told.source, told.choice)
    quote = Quote((Span(0, 1, " "),), confidence=confidence)
    return Judged(quote, is_found=True, is_right=told.is_right)


# Cost


def measure_cost(inputs: Inputs) -> Tables:
    """The time that speakers take, and coreference's part, beside the bare spaCy pipe's."""
    texts = [document.text for document, _ in inputs.labelled("test")]
    ready = [
        (text, parse(text), assemble(text, pairs, tagger.load(), within=pairs.outer))
        for text in tracked(texts, "cost")
        for pairs in [marks.pair(text)]
    ]
    passes = [
        (seconds_of_spacy(texts), *seconds_of_speakers(ready))
        for _ in tracked(range(PASSES), "cost")
    ]
    spacy, coreference, rest = map(statistics.median, zip(*passes, strict=True))
    row: Row = {
        "texts": len(texts),
        "spaCy, s": spacy,
        "speakers, s": coreference + rest,
        "of it coreference, s": coreference,
        "speakers/spaCy": (coreference + rest) / spacy,
        "coreference/spaCy": coreference / spacy,
    }
    return {"cost: processor time": [row]}


def seconds_of_spacy(texts: Iterable[str]) -> float:
    """The time that spaCy takes."""
    begin = time.process_time()
    collections.deque(attributor().nlp.pipe(texts), maxlen=0)
    return time.process_time() - begin


def seconds_of_speakers(
    ready: Iterable[tuple[str, "Doc", Sequence[Quotation]]],
) -> tuple[float, float]:
    """The time that coreference takes, and that of all else about speakers."""
    coreference = rest = 0.0
    for text, doc, found in ready:
        pairs, begin = marks.pair(text), time.process_time()
        same = coref.ask(coref.load(), doc, speakers.wanted(doc, found))
        middle = time.process_time()
        speakers.resolve(doc, text, pairs, found, chooser.load(), clusters=same.clusters)
        coreference += middle - begin
        rest += time.process_time() - middle
    return coreference, rest


# The program

PARTS: dict[str, Callable[[Inputs], Tables]] = {
    "given": measure_given,
    "whole": measure_whole,
    "agreement": measure_agreement,
    "seeds": measure_seeds,
    "litbank": measure_litbank,
    "pdnc": measure_pdnc,
    "confidence": measure_confidence,
    "cost": measure_cost,
}


def missing(part: str, inputs: Inputs) -> str:
    """What a part lacks; nothing if it can be measured."""
    if part in {"litbank", "pdnc"}:
        return "" if getattr(inputs, part) else f"--{part} names no folder"
    if part == "seeds":
        return "" if inputs.seeds.is_dir() else f"there is no folder {str(inputs.seeds)!r}"
    file = {"confidence": "held", "agreement": "second"}.get(part, "test")
    return "" if inputs.labelled(file) else f"--corpus lacks articles of {file}.jsonl"


def only(rows: Iterable[Row], *columns: str) -> list[Row]:
    """Some columns of a table."""
    return [{column: row[column] for column in columns} for row in rows]


def table(title: str, rows: Sequence[Row]) -> str:
    """A table as text; all rows have the columns of the first."""
    lines = [[*rows[0]], *([shown(cell) for cell in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = (
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join([title, *aligned])


def shown(cell: object) -> str:
    """A cell as text."""
    if cell is None:
        return "–"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def parse_arguments() -> argparse.Namespace:
    """The program's arguments."""
    parser = argparse.ArgumentParser(description="Score speakers against labels made by reading.")
    default = Inputs()
    parser.add_argument(
        "--corpus", type=Path, nargs="+", default=[], metavar="FILE", help="PolNeAR's dev and train"
    )
    for name in ("labels", "seeds", "litbank", "pdnc"):
        value = getattr(default, name)
        parser.add_argument(f"--{name}", type=Path, metavar="FOLDER", default=value)
    parser.add_argument("--most", type=int, default=MOST, help="characters of each novel; 0: all")
    parser.add_argument("--join-lines", action="store_true", help="of fiction, to paragraphs")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="which")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def main() -> None:
    """Print the figures."""
    arguments = parse_arguments()
    articles = {each.id: each for path in arguments.corpus for each in formats.load(path)}
    folders = (arguments.labels, arguments.seeds, arguments.litbank, arguments.pdnc)
    inputs = Inputs(articles, *folders, arguments.most, arguments.join_lines)
    figures: dict[str, Tables] = {}
    for part in arguments.parts:
        if lack := missing(part, inputs):
            print(f"{part}: not measured, since {lack}\n")
            continue
        figures[part] = PARTS[part](inputs)
        for title, rows in figures[part].items():
            print(table(title, rows), end="\n\n", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
