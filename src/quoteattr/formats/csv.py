"""CSV: one quote a row, for spreadsheets and data frames."""

import csv
from collections.abc import Iterable
from typing import TextIO

from quoteattr.formats.common import escape_surrogates
from quoteattr.quotes import Document, Quote, Span

__all__ = ["COLUMNS", "write"]

COLUMNS = (
    "id",
    "speaker",
    "speaker_type",
    "named",
    "kind",
    "medium",
    "confidence",
    "attribution",
    "text",
    "start",
    "end",
    "cue",
    "source",
)
"""The header. Cells about a speaker are empty where there is none; start and end are characters."""


def write(documents: Iterable[Document], stream: TextIO) -> None:
    r"""Write a header, and a row for each quote of each document.

    Args:
        documents: The documents.
        stream: Where to, a text file in UTF-8 that was opened with ``newline=""``. Rows end with
            ``"\r\n"``, as RFC 4180 has it; lone surrogates and NULs are written out, such as
            ``\ud800`` and ``\u0000``.

    Example:
        >>> import io
        >>> text = "“Yes,” said Ann."
        >>> quote = Quote((Span.of(text, 0, 6),), source=(Span.of(text, 12, 15),))
        >>> stream = io.StringIO()
        >>> write([Document("a", text, (quote,))], stream)
        >>> stream.getvalue().splitlines()[1]
        'a,,,,indirect,speech,1.0,,"“Yes,”",0,6,,Ann'
    """
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for document in documents:
        for quote in document.quotes:
            writer.writerow(map(_cell, _row(document, quote)))


def _row(document: Document, quote: Quote) -> tuple[str, ...]:
    return (
        document.id,
        *_speaker(quote),
        str(quote.kind),
        str(quote.medium),
        str(quote.confidence),
        str(quote.attribution or ""),
        quote.text,
        str(quote.start),
        str(quote.end),
        _words(quote.cue),
        _words(quote.source),
    )


def _cell(text: str) -> str:
    # Python 3.10 can't write a NUL to CSV, and few programs can read one.
    return escape_surrogates(text).replace("\0", "\\u0000")


def _speaker(quote: Quote) -> tuple[str, str, str]:
    if quote.speaker is None:
        return ("", "", "")
    named = "true" if quote.speaker.named else "false"
    return (quote.speaker.name, str(quote.speaker.type), named)


def _words(spans: tuple[Span, ...]) -> str:
    return " ".join(span.text for span in spans)
