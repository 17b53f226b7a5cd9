"""brat standoff: an ``.ann`` file beside its ``.txt``, as brat_ and other annotation tools open it.

A quotation is an event of type ``Attribution`` with the roles ``Content``, ``Cue`` and ``Source``,
its medium an attribute, its speaker JSON in a note:

    T1  Content 51 113  the leaders of Turkic states …
    T2  Cue 45 50       urged
    T3  Source 0 34     Azerbaijani President Ilham Aliyev
    T4  Attribution 45 50  urged
    E1  Attribution:T4 Content:T1 Cue:T2 Source:T3
    A1  Medium E1 speech
    #1  AnnotatorNotes E1  {"speaker": "Ilham Aliyev", "named": true}

The event's trigger stands where the cue does, or the content where there is no cue.

.. _brat: https://brat.nlplab.org
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from attrs import frozen

from quoteattr.characters import escape_surrogates
from quoteattr.errors import FormatError
from quoteattr.formats.common import to_document
from quoteattr.quotes import Document, Medium, Quote, Span
from quoteattr.readers import read_text

__all__ = ["read", "write"]

_Offsets = list[tuple[int, int]]
_Mention = tuple[str, tuple[Span, ...]]


def read(path: str | Path) -> Iterator[Document]:
    r"""Read the document of an ``.ann`` file; its text is the ``.txt`` of the same name beside it.

    PolNeAR has the text elsewhere: that of ``attributions/a_4b22.ann``, where *4b22* is the
    annotator, is ``text/a.txt`` beside the folder. It is found there, too.

    The document's id is the path of the ``.txt``: the id that `quoteattr extract` gives the same
    text. Events whose type only begins with ``Attribution`` count too (PolNeAR has
    ``Attribution-no-source``). Without a ``Medium`` a quotation is speech; without a note in JSON
    it has no speaker; its kind follows from the quotation marks. Other annotations and other roles
    are passed over, and so is the text column: the offsets rule.

    Args:
        path: The ``.ann`` file.

    Yields:
        The one document, its quotes in the order of their events.

    Raises:
        FileReadError: If one of the two files is missing or can't be read.
        FileDecodeError: If one of them is not UTF-8.
        FormatError: If a line is malformed; the message has its number.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "a.ann")
        ...     _ = path.write_text("T1\tContent 0 4\t'No'\nE1\tAttribution:T1 Content:T1")
        ...     _ = path.with_suffix(".txt").write_text("'No' is all she said.")
        ...     [document] = read(path)
        >>> document.quotes
        (<Quote 0:4 direct, None: "'No'">,)
    """
    text_path = _text_path(str(path))
    lines = read_text(path).split("\n")
    text = read_text(text_path)
    try:
        annotations = [_Annotation.of(*line) for line in enumerate(lines, 1) if line[1].strip()]
        quotes = _quotes(annotations, len(text))
        document = to_document({"id": text_path, "text": text, "quotes": quotes})
    except FormatError as error:
        msg = f"{path}, {error}"
        raise FormatError(msg) from error
    yield document


def _text_path(path: str) -> str:
    beside = path.removesuffix(".ann") + ".txt"
    folder = Path(path).parent
    if folder.name == "attributions" and not Path(beside).exists():
        name = Path(path).stem.rpartition("_")[0]
        return str(folder.parent / "text" / f"{name}.txt")
    return beside


def write(document: Document, stream: TextIO) -> None:
    r"""Write the annotations of a document: what its ``.ann`` holds.

    Its ``.txt`` is the document's text, in UTF-8. Confidences, evidence and what is known of a
    speaker beyond its name have no place in this format.

    Args:
        document: The document.
        stream: Where to, an open text file in UTF-8. Line ends inside a span are written as
            spaces, and what UTF-8 can't hold as a question mark: the offsets rule.

    Raises:
        FormatError: If a span is empty.

    Example:
        >>> import io
        >>> stream = io.StringIO()
        >>> write(Document("a.txt", "“No.”", (Quote((Span(0, 5, "“No.”"),)),)), stream)
        >>> print(stream.getvalue().expandtabs(4))
        T1  Content 0 5 “No.”
        T2  Attribution 0 5 “No.”
        E1  Attribution:T2 Content:T1
        A1  Medium E1 speech
        #1  AnnotatorNotes E1   {"speaker": null}
        <BLANKLINE>
    """
    _refuse(document)
    ids: dict[_Mention, str] = {}
    for number, quote in enumerate(document.quotes, start=1):
        stream.writelines(f"{line}\n" for line in _quote_lines(quote, number, ids))


def _refuse(document: Document) -> None:
    spans = (span for quote in document.quotes for role in _roles(quote).values() for span in role)
    for span in spans:
        if not span.text:
            msg = (
                f"the document {document.id!r} can't be written as brat, which has no empty spans: "
                f"there is one at {span.start}; leave it out, or write JSON Lines, which hold it"
            )
            raise FormatError(msg)


def _roles(quote: Quote) -> dict[str, tuple[Span, ...]]:
    return {"Content": quote.content, "Cue": quote.cue, "Source": quote.source}


def _quote_lines(quote: Quote, number: int, ids: dict[_Mention, str]) -> Iterator[str]:
    """The lines of a quote; `ids` has the spans that are written already, and takes new ones."""
    spans = [item for item in _roles(quote).items() if item[1]]
    trigger = ("Attribution", quote.cue or quote.content)
    for mention in (*spans, trigger):
        if mention not in ids:
            ids[mention] = f"T{len(ids) + 1}"
            yield _span_line(ids[mention], *mention)
    arguments = " ".join(f"{role}:{ids[role, given]}" for role, given in spans)
    yield f"E{number}\tAttribution:{ids[trigger]} {arguments}"
    yield f"A{number}\tMedium E{number} {quote.medium}"
    yield f"#{number}\tAnnotatorNotes E{number}\t{_note(quote)}"


def _span_line(name: str, role: str, spans: Iterable[Span]) -> str:
    places = ";".join(f"{span.start} {span.end}" for span in spans)
    words = " ".join(_LINE_END.sub(" ", span.text) for span in spans)
    return f"{name}\t{role} {places}\t{words.encode('utf-8', 'replace').decode('utf-8')}"


def _note(quote: Quote) -> str:
    speaker = quote.speaker
    facts = {"speaker": speaker.name, "named": speaker.named} if speaker else {"speaker": None}
    return escape_surrogates(json.dumps(facts, ensure_ascii=False))


_LINE_END = re.compile(r"[\r\n]")
_SPEAKER = re.compile(r'\{.*"speaker"')
_NAME = re.compile(r"[TEAMRN#]\S+|\*")
_PLACES = re.compile(r"[0-9]{1,15} [0-9]{1,15}(?:;[0-9]{1,15} [0-9]{1,15})*")


_LITBANK = (
    "; this looks like a quotation of LitBank, whose .ann files are tables: read its whole folder "
    "with quoteattr.corpora.litbank"
)


@frozen
class _Annotation:
    """A line of an ``.ann`` file: ``ID <tab> TYPE REST [<tab> TAIL]``."""

    line: int
    id: str
    type: str
    rest: str
    tail: str

    @classmethod
    def of(cls, number: int, line: str) -> "_Annotation":
        name, _, body = line.rstrip("\r").partition("\t")
        head, _, tail = body.partition("\t")
        kind, _, rest = head.partition(" ")
        annotation = cls(number, name, kind, rest, tail)
        if not _NAME.fullmatch(name) or not rest:
            expected = "an id such as T1, E1, A1 or #1, a tab, a type and what it is about"
            hint = _LITBANK if name in {"QUOTE", "ATTRIB"} else ""
            msg = f"expected {expected}; got {line!r}{hint}"
            raise annotation.error(msg)
        return annotation

    def error(self, why: str) -> FormatError:
        return FormatError(f"line {self.line}: {why}")

    def is_a(self, letter: str, kind: str) -> bool:
        return self.id.startswith(letter) and self.type == kind


def _quotes(annotations: Iterable[_Annotation], length: int) -> list[dict[str, Any]]:
    """The quotes as minimal records; `length` is that of the text."""
    annotations = list(annotations)
    spans = {a.id: _offsets(a, length) for a in annotations if a.id.startswith("T")}
    quotes = {a.id: _event(a, spans) for a in annotations if _is_attribution(a)}
    for annotation in annotations:
        if annotation.is_a("A", "Medium"):
            _add_medium(annotation, quotes)
        elif annotation.is_a("#", "AnnotatorNotes") and annotation.rest in quotes:
            quotes[annotation.rest].update(_facts(annotation))
    return list(quotes.values())


def _is_attribution(annotation: _Annotation) -> bool:
    return annotation.id.startswith("E") and annotation.type.startswith("Attribution")


def _offsets(annotation: _Annotation, length: int) -> _Offsets:
    if not _PLACES.fullmatch(annotation.rest):
        msg = (
            f"expected offsets such as '0 5' or '0 5;9 12' after the type, got {annotation.rest!r}"
        )
        raise annotation.error(msg)
    pairs = [pair.split(" ") for pair in annotation.rest.split(";")]
    offsets = [(int(start), int(end)) for start, end in pairs]
    for start, end in offsets:
        if not start < end <= length:
            msg = f"{start} to {end} is no span of the text, which has {length} characters"
            raise annotation.error(msg)
    return offsets


_ROLES = ("content", "cue", "source")


def _event(annotation: _Annotation, spans: Mapping[str, _Offsets]) -> dict[str, Any]:
    quote: dict[str, Any] = {}
    for argument in annotation.rest.split():
        role, _, name = argument.partition(":")
        if name not in spans:
            msg = f"{argument!r} names no text-bound annotation; expected ROLE:T1 and a line for T1"
            raise annotation.error(msg)
        # brat numbers the second and later arguments of one role: Content2.
        plain = role.rstrip("0123456789").lower()
        if plain in _ROLES:
            quote.setdefault(plain, []).extend(spans[name])
    if "content" not in quote:
        msg = f"{annotation.id} has no Content; a quotation needs one"
        raise annotation.error(msg)
    return quote


def _add_medium(annotation: _Annotation, quotes: Mapping[str, dict[str, Any]]) -> None:
    event, _, medium = annotation.rest.partition(" ")
    if event not in quotes:
        msg = f"the medium belongs to {event!r}, which is no Attribution event"
        raise annotation.error(msg)
    if medium not in set(Medium):
        msg = f"the medium must be one of {', '.join(Medium)}; got {medium!r}"
        raise annotation.error(msg)
    quotes[event]["medium"] = medium


def _facts(annotation: _Annotation) -> dict[str, object]:
    """The speaker that a note gives. Other notes are for people to read."""
    if not _SPEAKER.match(annotation.tail):
        return {}
    try:
        note = json.loads(annotation.tail)
    except (ValueError, RecursionError) as error:
        msg = f"the note is not JSON: {error}"
        raise annotation.error(msg) from error
    return {key: note[key] for key in ("speaker", "named") if key in note}
