"""What the formats share: minimal records made whole, and text that UTF-8 can hold."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from attrs import evolve

from quoteattr.marks import kind_of, pair
from quoteattr.quotes import Document, Quote, SpeakerType

__all__ = ["escape_surrogates", "to_document"]


def to_document(record: object, *, text: str | None = None) -> Document:
    """Make a document from a record that may say less than quoteattr's own.

    Of a quote only its content is needed. A missing kind follows from the quotation marks. The
    speaker may also be a plain name, ``"A; B"`` for two who speak together, or a list of names or
    objects; ``"named"`` may stand beside it.

    Args:
        record: The data, a mapping.
        text: The document's text, if it is not in the record.

    Returns:
        The document.

    Raises:
        FormatError: If the record does not follow the schema so far, or there is no text.

    Example:
        >>> record = {"id": "a", "text": "Ann says no.", "quotes": [{"content": [[9, 11]],
        ...           "speaker": "Ann"}]}
        >>> to_document(record).quotes
        (<Quote 9:11 indirect, 'Ann': 'no'>,)
    """
    whole = record
    if isinstance(record, Mapping) and isinstance(record.get("quotes"), list):
        whole = {**record, "quotes": [_with_speaker(raw) for raw in record["quotes"]]}
    document = Document.from_dict(whole, text=text)
    # Whatever was no mapping of mappings has been refused by now.
    raws = cast("Mapping[str, Any]", record).get("quotes", ())
    return _with_kinds(document, raws)


def escape_surrogates(text: str) -> str:
    r"""Write lone surrogates out, as JSON does.

    Args:
        text: Any text.

    Returns:
        A text that encodes to UTF-8.

    Example:
        >>> print(escape_surrogates("caf\u00e9 \ud800"))
        café \ud800
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _with_kinds(document: Document, raws: Sequence[Mapping[str, Any]]) -> Document:
    if all("kind" in raw for raw in raws):
        return document
    marks = pair(document.text)

    def known(quote: Quote, raw: Mapping[str, Any]) -> Quote:
        return quote if "kind" in raw else evolve(quote, kind=kind_of(quote.content, marks))

    return evolve(document, quotes=tuple(map(known, document.quotes, raws)))


def _with_speaker(raw: object) -> object:
    """A quote with its speaker as an object; what is malformed is left for the schema to refuse."""
    if not isinstance(raw, Mapping):
        return raw
    return {**raw, "speaker": _speaker(raw.get("speaker"), named=raw.get("named", True))}


def _speaker(given: object, *, named: object) -> object:
    if isinstance(given, Mapping):
        return {"named": named, **given}
    if isinstance(given, str):
        names = [name.strip() for name in given.split(";")]
        return _group([{"name": name, "named": named} for name in names if name])
    if isinstance(given, list):
        return _group([_speaker(member, named=named) for member in given])
    return given


def _group(members: Sequence[object]) -> object:
    """Nobody, the one speaker, or several as one."""
    if len(members) <= 1:
        return members[0] if members else None
    known = [member for member in members if isinstance(member, Mapping) and "name" in member]
    if len(known) < len(members):
        return members
    name = "; ".join(str(member["name"]) for member in known)
    named = all(member["named"] for member in known)
    return {"name": name, "type": SpeakerType.GROUP, "named": named, "members": known}
