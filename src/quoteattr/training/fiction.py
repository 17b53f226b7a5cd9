"""Labels of novels for the tagger: ``python -m quoteattr.training.fiction --corpus … --out …``.

PDNC (Vishnubhotla, Hammond & Hirst 2022) has the expression that refers to a quotation's speaker,
*said Miss Bartlett*, but doesn't tell its cue from its source: spaCy's parse does. Reports without
quotation marks it has none: there the shipped tagger's own findings are learnt again.
"""

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from attrs import evolve
from rich.progress import track

from quoteattr import corpora, formats, marks, tagger, wordlists
from quoteattr.cli.failures import exit_codes, standard_error
from quoteattr.marks import MarkPair, Offsets, paragraphs
from quoteattr.pipeline import load
from quoteattr.quotations import assemble
from quoteattr.quotes import AttributionType, Document, Quote, Span
from quoteattr.training.augment import apply
from quoteattr.training.examples import split

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Token

__all__ = ["HELD", "LEARNT", "app", "labelled", "main", "reported", "said", "stretches"]

LEARNT, HELD = "learnt.jsonl", "held.jsonl"
"""The files that are written."""
_COUNT = 8
"""How many stretches of a novel are taken, at equal distances."""
_LENGTH = 6_000
"""Of a stretch, in characters, at least."""
_BEGIN = 30_000
"""Up to where novels are left for benchmarks."""
_AROUND = 400
"""How far from a quotation, in characters, the words that refer to its speaker may stand."""
_GAP = 60
"""How much may stand in between."""
_SURE = 0.4
"""The confidence that something reported must have."""
_WORD = re.compile(r"\w+(?:['’]\w+)*|&")
_JOINT = r"[^\w]+"
_OPENING, _CLOSING = "\"'“‘", "\"'”’"
_QUOTED = '"Yes"'
_ASIDE = frozenset({"relcl", "advcl", "acl"})


def said(expression: str, *, is_before: bool, nlp: "Language") -> tuple[Offsets, Offsets] | None:
    """The cue and the source in an expression that refers to a quotation's speaker.

    Args:
        expression: The words.
        is_before: Whether they stand before the quotation.
        nlp: Parses them, beside a short quotation.

    Returns:
        Offsets of the verb and of its subject in the expression; None if one of them is missing.

    Example:
        >>> import quoteattr
        >>> said("said Miss Lee", is_before=False, nlp=quoteattr.load().nlp)
        ((0, 4), (5, 13))
    """
    words = " ".join(re.split(r"\s", expression))
    begin = 0 if is_before else len(_QUOTED) + 2
    doc = nlp(f"{words}, {_QUOTED}." if is_before else f"{_QUOTED}, {words}.")
    inside = [each for each in doc if begin <= each.idx and each.idx < begin + len(words)]
    verb = _verb(inside, is_before=is_before)
    subject = verb and _subject(verb, inside)
    if verb is None or subject is None:
        return None
    first, last = _phrase(subject, verb, inside)
    start, end = first.idx - begin, last.idx + len(last) - begin
    return (verb.idx - begin, verb.idx + len(verb) - begin), (start, end)


def _verb(inside: Sequence["Token"], *, is_before: bool) -> "Token | None":
    """The verb nearest to the quotation, rather one of saying."""
    verbs = [each for each in inside if each.pos_ in {"VERB", "AUX"}]
    speech = wordlists.load("cues")["speech"]
    verbs = [each for each in verbs if each.lemma_.lower() in speech] or verbs
    return verbs[-1 if is_before else 0] if verbs else None


def _subject(verb: "Token", inside: Sequence["Token"]) -> "Token | None":
    """Who does it: the subject of the verb, or of one that it goes along with."""
    while True:
        for child in verb.children:
            if child.dep_ in {"nsubj", "nsubjpass"} and child in inside:
                return child
        if verb.dep_ not in {"conj", "xcomp", *_ASIDE} or verb.head not in inside:
            return None
        verb = verb.head


def _phrase(subject: "Token", verb: "Token", inside: Sequence["Token"]) -> tuple["Token", "Token"]:
    """The first and the last word of a subject, without what clauses say about it."""
    clauses = (child for child in subject.subtree if child.dep_ in _ASIDE)
    left_out = {each for child in clauses for each in child.subtree} | {verb}
    places = {each.i for each in subject.subtree if each in inside} - {e.i for e in left_out}
    first = last = subject.i
    while first - 1 in places:
        first -= 1
    while last + 1 in places:
        last += 1
    doc = subject.doc
    while last > subject.i and doc[last].is_punct:
        last -= 1
    return doc[first], doc[last]


def labelled(document: Document, expressions: Sequence[str], nlp: "Language") -> Document:
    """Give quotations their marks, their cues and their sources.

    Args:
        document: A novel.
        expressions: What refers to the speaker of each of its quotes, as `corpora.referring` has
            it.
        nlp: Parses the expressions.

    Returns:
        The novel without the paragraphs in which a cue and its source are not to be found.
    """
    quotes, unknown = [], []
    for quote, expression in zip(document.quotes, expressions, strict=True):
        content = tuple(_marked(span, document.text) for span in quote.content)
        words = _words(expression, content, document.text, nlp)
        if words or quote.attribution == AttributionType.IMPLICIT:
            cue, source = words or ((), ())
            quotes.append(Quote(content, cue=cue, source=source))
        else:
            unknown.append((content[0].start, content[-1].end))
    gone = [
        (start, min(end + 1, len(document.text)), "")
        for start, end in paragraphs(document.text)
        if any(start < last and first < end for first, last in unknown)
    ]
    return apply(evolve(document, quotes=tuple(sorted(quotes))), gone)


def _marked(span: Span, text: str) -> Span:
    """A span with the quotation marks beside it."""
    is_opened = text[span.start - 1 : span.start] in {*_OPENING}
    is_closed = text[span.end : span.end + 1] in {*_CLOSING}
    return Span.of(text, span.start - is_opened, span.end + is_closed)


_Words: TypeAlias = tuple[tuple[Span], tuple[Span]]


def _words(expression: str, content: Sequence[Span], text: str, nlp: "Language") -> _Words | None:
    """The cue and the source of a quotation, from the place of the expression nearest to it."""
    start, end = content[0].start, content[-1].end
    words = _JOINT.join(map(re.escape, _WORD.findall(expression)))
    places = re.compile(rf"(?<!\w){words}(?!\w)").finditer(
        text, max(0, start - _AROUND), end + _AROUND
    )
    found = [
        (
            min(max(place.start() - span.end, span.start - place.end()) for span in content),
            place.span(),
        )
        for place in places
        if words
    ]
    found = [(away, place) for away, place in found if 0 <= away <= _GAP]
    if not found:
        return None
    _, (first, last) = min(found)
    parts = said(text[first:last], is_before=first < start, nlp=nlp)
    if parts is None:
        return None
    cue, source = (Span.of(text, first + begin, first + stop) for begin, stop in parts)
    return (cue,), (source,)


def stretches(novel: Document) -> Iterator[Document]:
    """Take parts of a novel, of whole paragraphs.

    Args:
        novel: The novel with its quotes.

    Yields:
        The parts, with the quotes that stand in them. Their ids are the novel's with a number.
    """
    places = paragraphs(novel.text)
    starts = [start for start, _ in places]
    step = (len(novel.text) - _BEGIN) // _COUNT
    for number in range(_COUNT):
        first = bisect.bisect_left(starts, _BEGIN + number * step)
        last = bisect.bisect_left(starts, _BEGIN + number * step + _LENGTH)
        if first < last:
            yield _part(novel, f"{novel.id}-{number}", starts[first], places[last - 1][1])


def _part(novel: Document, name: str, start: int, end: int) -> Document:
    inside = [each for each in novel.quotes if _lies_in(each, start, end)]
    alone = evolve(novel, id=name, quotes=tuple(inside))
    return apply(
        alone, [each for each in ((0, start, ""), (end, len(novel.text), "")) if each[0] < each[1]]
    )


def _lies_in(quote: Quote, start: int, end: int) -> bool:
    spans = (*quote.content, *quote.cue, *quote.source)
    return all(start <= span.start and span.end <= end for span in spans)


def reported(document: Document) -> Document:
    """Add what the shipped tagger finds outside quotation marks.

    Args:
        document: Part of a novel with its quotes.

    Returns:
        It with more quotes.
    """
    text, pairs = document.text, marks.pair(document.text)
    taken = [span for quote in document.quotes for span in (*quote.content, *quote.cue)]
    quoted: list[Span | MarkPair] = [*pairs.outer, *taken]
    found = [
        Quote(
            tuple(Span.of(text, *each) for each in one.content),
            cue=(Span.of(text, *one.cue),),
            source=(Span.of(text, *one.source),) if one.source else (),
        )
        for one in assemble(text, pairs, tagger.load(), within=())
        if one.cue and one.confidence >= _SURE and not _touch([*one.content, one.cue], quoted)
    ]
    return evolve(document, quotes=tuple(sorted([*document.quotes, *found])))


def _touch(some: Iterable[Offsets], others: Iterable[Span | MarkPair]) -> bool:
    return any(start < each.end and each.start < end for each in others for start, end in some)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
"""The command."""


@app.command()
@exit_codes()
def main(
    corpus: Annotated[
        Path, typer.Option(metavar="FOLDER", help="The Project Dialogism Novel Corpus.")
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help=f"Where {LEARNT} and {HELD} go.")],
    held: Annotated[int, typer.Option(min=0, help="Novels held back, to measure with.")] = 4,
) -> None:
    """Write labelled parts of novels, beyond their beginnings, that the tagger can learn from."""
    nlp, told = load().nlp, corpora.referring(corpus)
    made = {
        novel.id: [reported(part) for part in stretches(labelled(novel, expressions, nlp))]
        for novel, expressions in track(told, "Novels", console=standard_error())
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, novels in zip((LEARNT, HELD), split([novel for novel, _ in told], held), strict=True):
        formats.save((part for novel in novels for part in made[novel.id]), out / name)


if __name__ == "__main__":
    app(prog_name="python -m quoteattr.training.fiction")
