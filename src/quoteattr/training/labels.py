"""Labels that say who a source stands for, apart from the text that they are about.

A file has one JSON object a line, for one article: ``{"id": …, "sources": [{"span": [start, end],
"kind": …, "speaker": [[start, end], …] or null, "named": …, "sure": …, "others": [[start, end],
…]}, …]}``, the last three if need be. Offsets are characters of the article's text, half-open; no
word of it is repeated.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from quoteattr.errors import FormatError
from quoteattr.marks import Offsets
from quoteattr.quotes import Document, Quote, Speaker, SpeakerType

__all__ = ["Label", "labelled", "read", "source_of"]


def _offsets(spans: Sequence[Sequence[int]] | None) -> tuple[Offsets, ...]:
    return tuple((start, end) for start, end in spans or ())


@frozen
class Label:
    """Who a source stands for.

    Attributes:
        span: The source; without words where the quotation has none, at the content's start.
        kind: ``"pronoun"``, ``"description"``, ``"source"`` for any, ``"none"`` for no words.
        speaker: Where the text has the fullest name or description of each who speaks; empty if
            nobody does or nobody can tell.
        named: Whether that is a name.
        sure: Whether another careful reader would hardly say otherwise.
        others: Where the text has other names of the one who speaks.
    """

    span: Offsets
    kind: str
    speaker: tuple[Offsets, ...] = field(converter=_offsets)
    named: bool = False
    sure: bool = True
    others: tuple[Offsets, ...] = field(default=(), converter=_offsets)

    def of(self, text: str) -> Speaker | None:
        """The speaker.

        Args:
            text: The article's text.

        Returns:
            The speaker, or None for nobody.
        """
        names, others = (
            [text[slice(*each)] for each in places] for places in (self.speaker, self.others)
        )
        kind = SpeakerType.GROUP if len(names) > 1 else SpeakerType.UNKNOWN
        aliases = tuple(others)
        return Speaker("; ".join(names), kind, named=self.named, aliases=aliases) if names else None


def read(path: str | Path) -> dict[str, list[Label]]:
    """Read a file of labels.

    Args:
        path: The file.

    Returns:
        The labels of each article, by its id.

    Raises:
        FormatError: If a line is no such object.
    """
    labels: dict[str, list[Label]] = {}
    with Path(path).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            name, found = _line(line, f"{path}, line {number}")
            labels.setdefault(name, []).extend(found)
    return labels


def _line(line: str, place: str) -> tuple[str, list[Label]]:
    try:
        record = json.loads(line)
        return record["id"], [_label(each) for each in record["sources"]]
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{place}: no labels of speakers: {error!r}"
        raise FormatError(msg) from error


def _label(record: Mapping[str, Any]) -> Label:
    start, end = record["span"]
    return Label(**{**record, "span": (start, end)})


def source_of(quote: Quote) -> Offsets:
    """The place by which a quotation's label is found.

    Args:
        quote: The quotation.

    Returns:
        Its source from first to last character; without one the start of its content, twice.
    """
    if not quote.source:
        return quote.start, quote.start
    return quote.source[0].start, quote.source[-1].end


def labelled(document: Document, labels: Sequence[Label]) -> Document:
    """A document with the speakers that labels give, and only the quotes that they speak of.

    Args:
        document: The document with its quotes.
        labels: Its labels.

    Returns:
        The document.
    """
    by_place = {label.span: label for label in labels}
    quotes = [
        evolve(quote, speaker=by_place[source_of(quote)].of(document.text))
        for quote in document.quotes
        if source_of(quote) in by_place
    ]
    return evolve(document, quotes=tuple(quotes))
