"""What systems get wrong, by type, and a page of HTML with examples.

The page has sentences of the texts. It is made where the texts are, for whoever has them.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from attrs import frozen

from quoteattr.bench.systems import System
from quoteattr.evaluate import Judged, is_same_speaker, judge
from quoteattr.quotes import Document, Medium, Quote
from quoteattr.render import environment

__all__ = ["Mistake", "Type", "mistakes", "page"]


class Type(str, Enum):
    """What is wrong. A quote has at most one of the last four, the first that fits."""

    MISSED = "missed"
    """A gold quotation that was not found."""
    INVENTED = "invented"
    """A predicted one that is none."""
    SOURCE = "wrong source"
    """Found, but somebody else's."""
    SPEAKER = "wrong speaker"
    """Found with the right source, but it leads to the wrong speaker."""
    LIMITS = "wrong limits"
    """Found with the right source, but it begins or ends elsewhere."""


@frozen
class Mistake:
    """Something that a system got wrong.

    Attributes:
        type: What is wrong with it.
        document: The document.
        gold: The gold quotation, or None if there is none.
        found: The predicted one, or None.
    """

    type: Type
    document: Document
    gold: Quote | None
    found: Quote | None


def mistakes(gold: Document, found: Document) -> Iterator[Mistake]:
    """Tell what is wrong in a document.

    Args:
        gold: The right quotes.
        found: The predicted ones.

    Yields:
        The mistakes, those of a type in the order of the text.

    Raises:
        FormatError: If the texts differ.

    Example:
        >>> from quoteattr.quotes import Span
        >>> text = "Ann says no."
        >>> gold = Document("a", text, (Quote((Span.of(text, 9, 11),)),))
        >>> [mistake.type.value for mistake in mistakes(gold, Document("a", text))]
        ['missed']
    """
    judged = judge(gold, found)
    known = {id(each.gold) for each in judged}
    for quote in gold.quotes:
        if id(quote) not in known:
            yield Mistake(Type.MISSED, gold, quote, None)
    for each in judged:
        wrong = _wrong(each)
        if wrong:
            yield Mistake(wrong, gold, each.gold, each.quote)


def _wrong(judged: Judged) -> Type | None:
    if judged.gold is None:
        return Type.INVENTED
    if not judged.is_right:
        return Type.SOURCE
    if _is_told_wrong(judged.gold, judged.quote):
        return Type.SPEAKER
    return None if judged.is_exact else Type.LIMITS


def _is_told_wrong(gold: Quote, found: Quote) -> bool:
    is_labelled = gold.speaker is not None and gold.medium is Medium.SPEECH
    return is_labelled and not is_same_speaker(gold.speaker, found.speaker)


def page(
    name: str, gold: Sequence[Document], found: Iterable[tuple[System, Sequence[Document]]]
) -> str:
    """Write a page with what each system gets wrong, by type, with examples.

    Args:
        name: What the gold is called.
        gold: The documents with the right quotes.
        found: Each system, with the documents in which it has looked for quotes.

    Returns:
        The page, in HTML, with everything that is not its own escaped.

    Raises:
        FormatError: If a text is not the same on both sides.
    """
    systems = {system.name: _by_type(gold, documents) for system, documents in found}
    template = environment().get_template("mistakes.html")
    return template.render(name=name, systems=systems, types=Type, shown=_SHOWN, pieces=_pieces)


_SHOWN = 50
"""How many examples of a type are shown."""
_CONTEXT = 100
"""How many characters are shown before and after a quotation."""


def _by_type(gold: Iterable[Document], found: Iterable[Document]) -> dict[Type, list[Mistake]]:
    by_id = {document.id: document for document in found}
    wrong = [each for document in gold for each in mistakes(document, by_id[document.id])]
    return {kind: [each for each in wrong if each.type is kind] for kind in Type}


def _pieces(document: Document, quote: Quote) -> Iterator[tuple[str, str]]:
    """The text around a quote, cut where its parts begin and end: each piece with its part."""
    parts = [("content", quote.content), ("cue", quote.cue), ("source", quote.source)]
    named = [(span.start, span.end, part) for part, spans in parts for span in spans]
    start = max(0, min(named)[0] - _CONTEXT)
    end = min(len(document.text), max(each[1] for each in named) + _CONTEXT)
    edges = sorted({start, end, *(edge for each in named for edge in each[:2])})
    for begin, stop in itertools.pairwise(edges):
        within = [part for first, last, part in named if first <= begin and stop <= last]
        yield " ".join(within), document.text[begin:stop]
