"""The peers of quoteattr that can be installed: textacy, and plain rules over spaCy's parse.

Both find direct quotations only, and neither looks further for the speaker than the words that
stand there: these are the name.
"""

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from quoteattr.config import Config
from quoteattr.extras import require
from quoteattr.quotes import Document, Kind, Quote, Span, Speaker

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

__all__ = ["Finder", "by_rules", "by_textacy", "paragraphs", "whole"]

Rules = Callable[["Doc"], Iterable[Quote]]
Part = tuple[int, str]


class _GaveUpError(Exception):
    """spaCy or textacy can't do with a text; a fault in our own rules is none of these."""


@frozen
class Finder:
    """Finds quotes by rules over spaCy's parse.

    Attributes:
        rules: What finds them in a parsed text.
        parts: How a text is cut before.
        versions: Names and versions of what finds them.
    """

    rules: Rules
    parts: Callable[[str], Iterable[Part]]
    versions: Mapping[str, str]

    def find(self, document: Document) -> Document:
        """Find the quotes in a document.

        Args:
            document: The document.

        Returns:
            The same with its quotes. A part on which the rules give up, as textacy's do on an odd
            number of quotation marks, has none; how many did is in ``meta["failed"]``.
        """
        found = [self._found(*part) for part in self.parts(document.text)]
        quotes = sorted(quote for each in found for quote in each or ())
        meta = {"failed": found.count(None)}
        return evolve(document, quotes=tuple(quotes), meta=meta, model=self.versions)

    def _found(self, start: int, part: str) -> list[Quote] | None:
        """The quotes of a part of a text, which starts there; None if the rules give up."""
        try:
            return [_moved(quote, start) for quote in self.rules(_parsed(part))]
        except _GaveUpError:
            return None


def whole(text: str) -> Iterator[Part]:
    """Don't cut a text.

    Args:
        text: The text.

    Yields:
        It, and where it begins.
    """
    yield 0, text


def paragraphs(text: str) -> Iterator[Part]:
    r"""Cut a text into paragraphs: at empty lines if it has any, else into its lines.

    Args:
        text: The text.

    Yields:
        Each that has something in it, and where it begins.

    Example:
        >>> list(paragraphs("No,\nno.\n\nYes."))
        [(0, 'No,\nno.'), (9, 'Yes.')]
    """
    between = _EMPTY_LINE if _EMPTY_LINE.search(text) else _LINE_END
    start = 0
    for end, after in [*(gap.span() for gap in between.finditer(text)), (len(text), 0)]:
        if text[start:end].strip():
            yield start, text[start:end]
        start = after


def by_textacy() -> Rules:
    """Load textacy's `direct_quotations`, as it comes.

    Returns:
        What finds quotes in a parsed text.

    Raises:
        MissingExtraError: If textacy is not installed.
    """
    require("textacy", extra="bench")
    from textacy.extract.triples import direct_quotations  # noqa: PLC0415 - heavy, and an extra

    def rules(doc: "Doc") -> Iterator[Quote]:
        with _giving_up():
            found = list(direct_quotations(doc))
        for speaker, cue, content in found:
            span = Span.of(doc.text, content.start_char, content.end_char)
            yield _quote(span, _spans(cue), _spans(speaker))

    return rules


def by_rules(doc: "Doc") -> Iterator[Quote]:
    """Find direct quotations by the plainest rules that work.

    What stands in double quotation marks is a quotation if there is a verb of speech in the
    sentences that it touches, outside all marks, with a subject: the nearest verb is the cue, and
    its subject with all that depends on it the source.

    Args:
        doc: The parsed text.

    Yields:
        The quotations.
    """
    quoted = [Span.of(doc.text, *found.span()) for found in _QUOTED.finditer(doc.text)]
    verbs = [token for token in doc if token.lemma_ in _VERBS and not _is_within(token, quoted)]
    for span in quoted:
        near = [verb for verb in verbs if _shares_sentence(verb, span) and _subjects(verb)]
        if near:
            cue = min(near, key=functools.partial(_distance, span))
            [subject, *_] = _subjects(cue)
            yield _quote(span, _spans([cue]), _spans(subject.subtree))


_EMPTY_LINE = re.compile(r"\n\s*\n")
_LINE_END = re.compile(r"\n")
_QUOTED = re.compile('“[^“”]+”|"[^"\n]+"')
_VERBS = frozenset(
    "add admit announce answer argue ask claim comment declare deny explain insist note observe "  # noqa: SIM905 - a list is 30 lines
    "remark reply report respond say state tell think tweet warn write".split()
)


def _is_within(token: "Token", spans: Iterable[Span]) -> bool:
    return any(span.start <= token.idx < span.end for span in spans)


def _shares_sentence(verb: "Token", span: Span) -> bool:
    return verb.sent.start_char < span.end and span.start < verb.sent.end_char


def _subjects(verb: "Token") -> list["Token"]:
    return [child for child in verb.children if child.dep_ == "nsubj"]


def _distance(span: Span, verb: "Token") -> int:
    return max(span.start - verb.idx, verb.idx - span.end)


def _quote(content: Span, cue: tuple[Span, ...], source: tuple[Span, ...]) -> Quote:
    name = " ".join(span.text for span in source)
    return Quote((content,), cue, source, Speaker(name), kind=Kind.DIRECT)


def _spans(tokens: Iterable["Token"]) -> tuple[Span, ...]:
    """Tokens as spans, of which one holds those that stand side by side."""
    ordered = enumerate(sorted(tokens, key=lambda token: token.i))
    runs = itertools.groupby(ordered, key=lambda numbered: numbered[1].i - numbered[0])
    return tuple(_span([token for _, token in run]) for _, run in runs)


def _span(run: Sequence["Token"]) -> Span:
    return Span.of(run[0].doc.text, run[0].idx, run[-1].idx + len(run[-1]))


def _moved(quote: Quote, by: int) -> Quote:
    def moved(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(span.start + by, span.end + by, span.text) for span in spans)

    content, cue, source = map(moved, (quote.content, quote.cue, quote.source))
    return evolve(quote, content=content, cue=cue, source=source)


def _parsed(text: str) -> "Doc":
    with _giving_up():
        return _parser()(text)


@contextmanager
def _giving_up() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise _GaveUpError from error


@functools.cache
def _parser() -> "Language":
    import spacy  # noqa: PLC0415 - heavy, and not needed before the first text

    return spacy.load(Config().model)
