"""What the formats share: minimal records made whole, and what a format can't hold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from attrs import evolve

from quoteattr.errors import FormatError
from quoteattr.marks import kind_of, pair
from quoteattr.quotes import Document, Quote, SpeakerType

if TYPE_CHECKING:
    import re

__all__ = [
    "refuse_characters",
    "refuse_nested",
    "text_of",
    "to_document",
]


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


def text_of(id_: str, texts: Mapping[str, str] | None) -> str | None:
    """The text of a document whose record has none.

    Args:
        id_: The document's id.
        texts: Texts by id, if there are any at hand.

    Returns:
        The text, or None if none are at hand.

    Raises:
        FormatError: If there are some, but none with this id.

    Example:
        >>> text_of("b.txt", {"a.txt": "No."})
        Traceback (most recent call last):
        quoteattr.errors.FormatError: document 'b.txt' holds no text, and none of the 1 texts at
        hand has its id; they have ids such as 'a.txt'
    """
    if not texts:
        return None
    if id_ not in texts:
        msg = (
            f"document {id_!r} holds no text, and none of the {len(texts)} texts at hand has its "
            f"id; they have ids such as {next(iter(texts))!r}"
        )
        raise FormatError(msg)
    return texts[id_]


def refuse_characters(document: Document, forbidden: "re.Pattern[str]", form: str) -> None:
    r"""Make sure that a format can hold a document's text and names.

    The meta data and the model's are left out: they are written as JSON, which has escapes.

    Args:
        document: The document.
        forbidden: The characters that the format can't hold.
        form: The format's name, for the message.

    Raises:
        FormatError: If one of them is there.

    Example:
        >>> from quoteattr.characters import SURROGATES
        >>> refuse_characters(Document("a", "No\ud800"), SURROGATES, "Parquet")
        Traceback (most recent call last):
        quoteattr.errors.FormatError: the document 'a' can't be written as Parquet, which can't hold
        the character U+D800 at 2 in its text; replace it, or write JSON Lines, which hold it
    """
    if found := forbidden.search(document.text):
        where = f"at {found.start()} in its text"
    else:
        places = ((forbidden.search(each), each) for each in _strings(document))
        first = next((place for place in places if place[0]), None)
        if first is None:
            return
        found, where = first[0], f"in {first[1]!r}"
    character = f"U+{ord(found.group()):04X}" if found else ""
    msg = (
        f"the document {document.id!r} can't be written as {form}, which can't hold the character "
        f"{character} {where}; replace it, or write JSON Lines, which hold it"
    )
    raise FormatError(msg)


def refuse_nested(document: Document, form: str) -> None:
    """Make sure that no member of a group is a group itself.

    Args:
        document: The document.
        form: The name of a format that can't hold such a group, for the message.

    Raises:
        FormatError: If there is one.
    """
    groups = (quote.speaker.members for quote in document.quotes if quote.speaker)
    for member in (member for members in groups for member in members):
        if member.members:
            msg = (
                f"the document {document.id!r} can't be written as {form}, where the members of a "
                f"group have none themselves: {member.name!r} has some; write JSON Lines, which "
                "hold them"
            )
            raise FormatError(msg)


def _strings(document: Document) -> Iterator[str]:
    """All strings of a document but those of its text, its meta data and its model."""
    record = document.to_dict()
    left: list[Any] = [record[key] for key in ("id", "quotes", "warnings")]
    while left:
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)


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
