"""The data contract: spans, speakers, quotes and documents, and their JSON.

Everything here is a frozen attrs class. Offsets are characters (indices of a Python `str`) of the
original text, half-open: ``text[span.start:span.end] == span.text``.
"""

import functools
import importlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from importlib import resources
from typing import Any, NoReturn, get_args, get_origin

import cattrs
import cattrs.v
from attrs import Attribute, field, frozen, resolve_types
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from quoteattr.characters import escape_surrogates
from quoteattr.errors import FormatError

__all__ = [
    "SCHEMA_VERSION",
    "AttributionType",
    "Document",
    "Evidence",
    "Kind",
    "Medium",
    "Quote",
    "Span",
    "Speaker",
    "SpeakerType",
    "TextWarning",
    "WarningCode",
    "json_schema",
]

SCHEMA_VERSION = 1
"""The version of the JSON that `Document.to_json` writes and `Document.from_json` reads."""


class _Term(str, Enum):
    """An enum whose members are, and print as, their own JSON value."""

    def __str__(self) -> str:
        return str(self.value)


class Kind(_Term):
    """How much of a quotation stands inside quotation marks (Pareti et al. 2013).

    Example:
        >>> print(Kind.DIRECT, Kind("mixed") is Kind.MIXED)
        direct True
    """

    DIRECT = "direct"
    """Every word, a leading *that* aside."""
    MIXED = "mixed"
    """Some words."""
    INDIRECT = "indirect"
    """None."""


class Medium(_Term):
    """Whether something was uttered or thought (Semino & Short 2004)."""

    SPEECH = "speech"
    """Said or written."""
    THOUGHT = "thought"
    """Believed, hoped, planned."""


class SpeakerType(_Term):
    """What kind of entity speaks."""

    PERSON = "person"
    ORGANIZATION = "organization"
    GROUP = "group"
    """Several speakers together, or people in the plural."""
    DOCUMENT = "document"
    UNKNOWN = "unknown"


class AttributionType(_Term):
    """How the text gives the speaker (the referring expressions of Vishnubhotla et al. 2022)."""

    EXPLICIT = "explicit"
    """By name."""
    ANAPHORIC = "anaphoric"
    """By a pronoun or a description."""
    IMPLICIT = "implicit"
    """Not at all; it follows from the context."""


class WarningCode(_Term):
    """What a `TextWarning` is about."""

    UNCLOSED_MARK = "unclosed_mark"
    """A quotation mark that never closes; its quotation was ended where the paragraph ends."""
    UNOPENED_MARK = "unopened_mark"
    """A closing quotation mark that nothing opened; it was passed over."""
    SUBSTITUTED = "substituted"
    """Characters that spaCy can't read, such as lone surrogates; it was given others instead."""
    COREFERENCE = "coreference"
    """A sentence that coreference has left out, or what went wrong with it."""


@frozen(order=True)
class Span:
    """A stretch of the original text.

    Attributes:
        start: Index of the first character.
        end: Index after the last character.
        text: The characters themselves, ``document.text[start:end]``.

    Raises:
        ValueError: If the offsets are negative, reversed, or don't measure `text`.

    Example:
        >>> Span.of("He said yes.", 3, 7)
        Span(start=3, end=7, text='said')
    """

    start: int
    end: int
    text: str

    def __attrs_post_init__(self) -> None:
        if self.start < 0 or self.end - self.start != len(self.text):
            msg = f"a span from {self.start} to {self.end} can't hold {len(self.text)} characters"
            raise ValueError(msg)

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "Span":
        """Cut a span out of a text.

        Args:
            text: The whole text.
            start: Index of the first character.
            end: Index after the last character.

        Returns:
            The span, with its text.
        """
        return cls(start, end, text[start:end])


@frozen
class Evidence:
    """One mention on the way from a quotation's source to its speaker.

    Attributes:
        span: The mention.
        why: What it shows, in a word or two, such as ``"source"`` or ``"fullest name"``.
    """

    span: Span
    why: str


@frozen
class Speaker:
    """Who speaks: an entity, not a mention of it.

    Attributes:
        name: The fullest name that the text gives, without title; for two who speak together
            their names joined by ``"; "``; for somebody never named the fullest description.
        type: What kind of entity it is.
        named: Whether the text names it; False for a description such as *senior official*.
        aliases: The other forms in this text, in their order.
        confidence: Probability that this is the right speaker, 0 to 1.
        members: The speakers of a group, each for itself.

    Example:
        >>> print(Speaker("Ilham Aliyev", SpeakerType.PERSON, aliases=("Aliyev",)))
        Ilham Aliyev
    """

    name: str
    type: SpeakerType = SpeakerType.UNKNOWN
    named: bool = True
    aliases: tuple[str, ...] = ()
    confidence: float = 1.0
    members: "tuple[Speaker, ...]" = ()

    def __str__(self) -> str:
        return self.name


def _not_empty(quote: "Quote", attribute: "Attribute[Any]", value: Sequence[Span]) -> None:
    del quote
    if not value:
        msg = f"a quote needs at least one span of {attribute.name}"
        raise ValueError(msg)


@functools.total_ordering
@frozen(repr=False)
class Quote:
    """One quotation and who says it.

    Quotes compare by value, sort by position in the text and are hashable.

    Attributes:
        content: What was said: one span, or several where the cue interrupts it.
        cue: The words that say that it was said; may be empty.
        source: The mention of the speaker nearest to the cue, as it stands; may be empty.
        speaker: Who that is, or None if nobody can tell.
        kind: Whether the content stands in quotation marks.
        medium: Speech or thought.
        confidence: Probability that this is a quotation, with these spans, 0 to 1.
        attribution: How the text gives the speaker, whoever that is; None if it gives none.
        evidence: The mentions on the way from the source to the speaker, in that order.

    Raises:
        ValueError: If `content` is empty.

    Example:
        >>> text = "“Yes,” said Ann."
        >>> quote = Quote((Span.of(text, 0, 6),), source=(Span.of(text, 12, 15),),
        ...               speaker=Speaker("Ann"), kind=Kind.DIRECT)
        >>> print(quote)
        Ann: “Yes,”
        >>> quote.start, quote.end, quote.text
        (0, 6, '“Yes,”')
    """

    content: tuple[Span, ...] = field(validator=_not_empty)
    cue: tuple[Span, ...] = ()
    source: tuple[Span, ...] = ()
    speaker: Speaker | None = None
    kind: Kind = Kind.INDIRECT
    medium: Medium = Medium.SPEECH
    confidence: float = 1.0
    attribution: AttributionType | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def text(self) -> str:
        """The content as one string; its spans are joined by a space."""
        return " ".join(span.text for span in self.content)

    @property
    def start(self) -> int:
        """Where the content starts, in characters."""
        return min(span.start for span in self.content)

    @property
    def end(self) -> int:
        """Where the content ends, in characters, exclusive."""
        return max(span.end for span in self.content)

    def __str__(self) -> str:
        return f"{self.speaker or 'unknown'}: {self.text}"

    def __repr__(self) -> str:
        speaker = self.speaker and self.speaker.name
        return f"<Quote {self.start}:{self.end} {self.kind}, {speaker!r}: {self.text!r}>"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Quote):
            return NotImplemented
        return self._position() < other._position()

    def _position(self) -> tuple[object, ...]:
        # The representation decides between different quotes at one place: any order will do, but
        # it must be one that equality agrees with.
        return (self.start, self.end, self.content, self.cue, self.source, _fields(self))


def _fields(quote: Quote) -> str:
    rest = (quote.speaker, quote.kind, quote.medium, quote.confidence, quote.attribution)
    return repr((*rest, quote.evidence))


@frozen
class TextWarning:
    """Something about a text that its reader may want to know.

    Attributes:
        code: What it is about.
        message: The same in words.
        span: Where, or None if it concerns the whole text.
    """

    code: WarningCode
    message: str
    span: Span | None = None


@frozen
class Document:
    """A text with its quotes.

    Attributes:
        id: The caller's name for the text; the command line uses the record's own, or the path.
        text: The original text, unchanged.
        quotes: Its quotes, in their order in the text.
        warnings: What was odd about the text.
        meta: Anything that the caller wants to keep with it; must be JSON.
        model: Names and versions of what found the quotes.

    Example:
        >>> document = Document("a", "“Yes,” said Ann.")
        >>> Document.from_json(document.to_json(with_text=True)) == document
        True
    """

    id: str
    text: str
    quotes: tuple[Quote, ...] = ()
    warnings: tuple[TextWarning, ...] = ()
    meta: Mapping[str, Any] = field(factory=dict)
    model: Mapping[str, str] = field(factory=dict)

    def to_dict(self, *, with_text: bool = False) -> dict[str, Any]:
        """The document as JSON-ready data, as `json_schema` describes it.

        Args:
            with_text: Whether to include the text, without which the way back needs it.

        Returns:
            Nested dicts and lists. `meta` is left out if it is empty.
        """
        values = _CONVERTER.unstructure(self)
        record = {key: values[key] for key in ("id", "model", "warnings", "quotes")}
        if self.meta:
            record["meta"] = values["meta"]
        if with_text:
            record["text"] = _surrogate_pieces(self.text) or self.text
        return {"schema": SCHEMA_VERSION, **record}

    def to_json(self, *, with_text: bool = False) -> str:
        """The document as one line of JSON Lines, without the newline.

        Args:
            with_text: Whether to include the text, without which the way back needs it.

        Returns:
            JSON that encodes to UTF-8 whatever the text; only lone surrogates are escaped.
        """
        line = json.dumps(self.to_dict(with_text=with_text), ensure_ascii=False)
        return escape_surrogates(line)

    @classmethod
    def from_dict(cls, record: object, *, text: str | None = None) -> "Document":
        """Make a document from what `to_dict` gave.

        Args:
            record: The data, a mapping.
            text: The document's text, if it is not in the record.

        Returns:
            The document.

        Raises:
            FormatError: If the record does not follow the schema, or there is no text.
        """
        if not isinstance(record, Mapping):
            msg = f"expected a JSON object for a document, got {type(record).__name__}"
            raise FormatError(msg)
        version = record.get("schema", SCHEMA_VERSION)
        if version != SCHEMA_VERSION:
            msg = (
                f"this document follows schema {version!r}; this version of quoteattr reads "
                f"schema {SCHEMA_VERSION}"
            )
            raise FormatError(msg)
        try:
            return _CONVERTER.structure(_with_spans(record, text), cls)
        except _MALFORMED as error:
            path = f"document {record.get('id')!r}"
            reasons = cattrs.transform_error(error, path=path, format_exception=_reason)
            raise FormatError("; ".join(reasons)) from error

    @classmethod
    def from_json(cls, line: str, *, text: str | None = None) -> "Document":
        """Make a document from a line of JSON Lines.

        Args:
            line: What `to_json` gave.
            text: The document's text, if it is not in the line.

        Returns:
            The document.

        Raises:
            FormatError: If the line is not JSON, does not follow the schema, or there is no text.
        """
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            msg = f"not JSON: {error}"
            raise FormatError(msg) from error
        return cls.from_dict(record, text=text)

    def _repr_html_(self) -> str:
        """The document as a notebook shows it."""
        # By name, since what shows documents stands below what they are.
        html: str = importlib.import_module("quoteattr.render").cell(self)
        return html


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a line of JSON Lines.

    Returns:
        The schema, a new dict at each call.

    Example:
        >>> json_schema()["title"]
        'quoteattr document'
    """
    path = resources.files("quoteattr") / "data" / "document.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


_SURROGATE_SPLIT = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")


def _surrogate_pieces(text: str) -> list[str]:
    """The pieces of a text in which two lone surrogates meet, else nothing.

    JSON would read the two as one character, which would move every later offset.
    """
    pieces = _SURROGATE_SPLIT.split(text)
    return pieces if len(pieces) > 1 else []


def _with_spans(record: Mapping[str, Any], text: str | None) -> dict[str, Any]:
    """A copy of the record with its text as one string and its offsets as spans.

    What is malformed stays as it is: the converter says what it is and where.
    """
    given = record.get("text", text)
    if given is None:
        msg = (
            "the record holds no text; write it with the text (extract --with-text, or "
            "with_text=True), or say where the text is (convert --texts, or text=)"
        )
        raise FormatError(msg)
    whole = _joined(given)

    def span(offsets: Any) -> Any:
        return Span.of(whole, *offsets) if _are_offsets(offsets) else offsets

    def with_span(raw: Any) -> Any:
        has_span = isinstance(raw, Mapping) and "span" in raw
        return {**raw, "span": span(raw["span"])} if has_span else raw

    def quote(raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        roles = {key: _each(span, raw.get(key, ())) for key in ("content", "cue", "source")}
        return {**raw, **roles, "evidence": _each(with_span, raw.get("evidence", ()))}

    return {
        **record,
        "text": whole,
        "quotes": _each(quote, record.get("quotes", ())),
        "warnings": _each(with_span, record.get("warnings", ())),
    }


def _joined(text: Any) -> str:
    """A text that JSON may have in pieces, as one string."""
    pieces = [text] if isinstance(text, str) else text
    if not _is_list(pieces) or not all(isinstance(piece, str) for piece in pieces):
        msg = f"the text must be a string, or a list of strings to be joined; got {_short(text)}"
        raise FormatError(msg)
    return "".join(pieces)


def _each(change: Callable[[Any], Any], items: Any) -> Any:
    """A list with each item changed; what is no list is left for the converter to refuse."""
    return [change(item) for item in items] if _is_list(items) else items


def _is_list(value: Any) -> bool:
    # Tuples come from whatever keeps documents without JSON, such as spaCy's MessagePack.
    return isinstance(value, list | tuple)


def _are_offsets(value: Any) -> bool:
    return _is_list(value) and [type(each) for each in value] == [int, int]  # a bool is no int


def _reason(error: BaseException, wanted: type[Any] | None) -> str:
    """Why a value was refused: the class's own words for a value error, else those of cattrs."""
    own = type(error) in {FormatError, ValueError}
    return str(error) if own else cattrs.v.format_exception(error, wanted)


def _refuse(value: Any, wanted: str) -> NoReturn:
    msg = f"expected {wanted}, got {_short(value)}"
    raise ValueError(msg)  # not a TypeError, whose words cattrs would replace


def _short(value: Any) -> str:
    """A value as a message has it: a long one, such as a whole document, by its beginning."""
    written = repr(value)
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}…"


_LONGEST = 200
"""Characters of a value that a message repeats."""


def _already(value: Any, cls: type[Any]) -> Any:
    """Let through what must be so in JSON."""
    if not isinstance(value, cls):
        _refuse(value, cls.__name__)
    return value


def _span(value: Any, _: type[Span]) -> Span:
    """Let through what `_with_spans` has built."""
    if not isinstance(value, Span):
        _refuse(value, "two whole numbers [start, end]")
    return value


def _string(value: Any, cls: type[str]) -> str:
    """A string; or a term, whose classes are strings."""
    return cls(_already(value, str))


def _probability(value: Any, _: type[float]) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= 1:
        _refuse(value, "a number from 0 to 1")
    return float(value)


def _make_converter() -> cattrs.Converter:
    resolve_types(Speaker)
    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    converter.register_unstructure_hook(Span, lambda span: [span.start, span.end])
    as_dict = make_dict_unstructure_fn(Quote, converter)
    converter.register_unstructure_hook(Quote, lambda q: {**as_dict(q), "text": q.text})
    # By default cattrs makes a string of anything, a list of a string, and so on.
    converter.register_structure_hook(Span, _span)
    converter.register_structure_hook(str, _string)
    converter.register_structure_hook(bool, _already)
    converter.register_structure_hook(float, _probability)
    converter.register_structure_hook_func(_is_tuple, functools.partial(_tuple, converter))
    converter.register_structure_hook_factory(
        {Quote, Speaker, Evidence, TextWarning}.__contains__, functools.partial(_maker, converter)
    )
    return converter


def _is_tuple(cls: Any) -> bool:
    return get_origin(cls) is tuple


def _tuple(converter: cattrs.Converter, value: Any, cls: Any) -> tuple[Any, ...]:
    if not _is_list(value):
        _refuse(value, "list")
    item, _ = get_args(cls)
    return tuple(converter.structure(value, list[item]))  # type: ignore[valid-type] # known now


def _maker(converter: cattrs.Converter, cls: type[Any]) -> Callable[[Any, Any], Any]:
    """What makes a class of an object."""
    make = make_dict_structure_fn(cls, converter)

    def made(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            _refuse(value, "object")
        return make(value, cls)

    return made


_CONVERTER = _make_converter()
_MALFORMED = (cattrs.BaseValidationError, AttributeError, KeyError, TypeError, ValueError)
