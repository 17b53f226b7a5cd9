"""TEI P5 with stand-off annotation: the text as it is, and beside it who says what in it.

This is what a document looks like, without its header::

    <standOff>
      <interpGrp type="kind"><interp xml:id="direct">…</interp> … </interpGrp> …
      <listPerson>
        <person xml:id="s1" role="person"><persName type="name">Ann Lee</persName></person>
      </listPerson>
      <spanGrp xml:id="q1" type="quotation" cert="0.959" ana="#direct #speech #explicit">
        <span type="content" target="#string-range(text,0,15)"/>
        <span type="cue" target="#string-range(text,16,4)"/>
        <span type="source" target="#string-range(text,21,7)"/>
      </spanGrp>
      <linkGrp type="speaker"><link target="#q1 #s1" cert="0.988"/></linkGrp>
    </standOff>
    <text>
      <body><ab xml:id="text" xml:space="preserve">“We are ready,” said Ann Lee.</ab></body>
    </text>

`string-range(ID, OFFSET, LENGTH, OFFSET, LENGTH, …)` is one of the pointers of the `TEI
Guidelines`_; it counts characters, as quoteattr does.

.. _TEI Guidelines: https://tei-c.org/release/doc/tei-p5-doc/en/html/SA.html#SATSSR
"""

import contextlib
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, TextIO
from xml.etree import ElementTree as ET

from attrs import evolve, frozen

from quoteattr.errors import FormatError
from quoteattr.formats.common import refuse_characters, refuse_nested, to_document
from quoteattr.quotes import (
    AttributionType,
    Document,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
    TextWarning,
)
from quoteattr.readers import read_text

__all__ = ["read", "write", "write_inline"]

_NAMESPACE = "http://www.tei-c.org/ns/1.0"
_IN = {"": _NAMESPACE}
_XML_ID = "xml:id"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
"""How the parser calls that."""
_TERMS: dict[str, tuple[type[Enum], str]] = {
    "kind": (Kind, "how much of a quotation stands inside quotation marks"),
    "medium": (Medium, "whether something was uttered or thought"),
    "attribution": (AttributionType, "how the text gives the speaker"),
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 can't hold, not even escaped."""


def read(path: str | Path) -> Iterator[Document]:
    """Read the document of a TEI file as `write` makes it.

    Markup that was put into the text since then is passed over: offsets count characters only.

    Args:
        path: The file, in UTF-8, gzipped if its name ends in ``.gz``.

    Yields:
        The one document.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.
        FormatError: If it is no XML, has a document type, or holds no quotations as `write` has
            them.

    Example:
        >>> import tempfile
        >>> text = "“Yes,” said Ann."
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "a.xml")
        ...     with path.open("w", encoding="utf-8", newline="") as stream:
        ...         write(Document("a", text, (Quote((Span.of(text, 0, 6),)),)), stream)
        ...     [document] = read(path)
        >>> document.quotes
        (<Quote 0:6 indirect, None: '“Yes,”'>,)
    """
    try:
        document = to_document(_record(_parsed(read_text(path))))
    except FormatError as error:
        msg = f"{path}: {error}"
        raise FormatError(msg) from error
    yield document


def write(document: Document, stream: TextIO) -> None:
    """Write a document: all that there is of it.

    Args:
        document: The document.
        stream: Where to, an open text file in UTF-8.

    Raises:
        FormatError: If XML can't hold one of its characters, or a member of a group is a group.
    """
    root = _begin(document)
    standoff = ET.SubElement(root, "standOff")
    _list_terms(standoff)
    ids = _speaker_ids(document.quotes)
    _list_speakers(standoff, ids)
    for number, quote in enumerate(document.quotes, start=1):
        _add_quote(standoff, quote, f"q{number}")
    _link_speakers(standoff, document.quotes, ids)
    _add_warnings(standoff, document.warnings)
    _add_text(root).text = document.text
    _print(root, stream)


def write_inline(document: Document, stream: TextIO) -> None:
    """Write a document with its quotations as ``said`` elements in the text; it can't be read back.

    A quotation may stand within another, but not overlap it. The parts of an interrupted one are
    chained by ``next`` and ``prev``. Cues, sources, evidence, warnings and the confidence of
    speakers are left out.

    Args:
        document: The document.
        stream: Where to, an open text file in UTF-8.

    Raises:
        FormatError: If two quotations overlap, hundreds stand within one another, XML can't hold
            one of the document's characters, or a member of a group is a group.

    Example:
        >>> import io
        >>> text = "“Yes,” said Ann."
        >>> quote = Quote((Span.of(text, 0, 6),), speaker=Speaker("Ann"), kind=Kind.DIRECT)
        >>> stream = io.StringIO()
        >>> write_inline(Document("a", text, (quote,)), stream)
        >>> print(stream.getvalue().splitlines()[-4].strip())
        <ab xml:id="text" xml:space="preserve"><said who="#s1" direct="true" aloud="true"
        cert="1.0" xml:id="q1.1">“Yes,”</said> said Ann.</ab>
    """
    root = _begin(document)
    ids = _speaker_ids(document.quotes)
    if ids:
        profile = ET.SubElement(root[0], "profileDesc")
        _list_speakers(ET.SubElement(profile, "particDesc"), ids)
    _fill(_add_text(root), document, _parts(document, ids))
    try:
        _print(root, stream)
    except RecursionError as error:
        reason = "more of its quotations stand within one another than can be written"
        raise _not_inline(document, reason) from error


# Writing


def _begin(document: Document) -> ET.Element:
    """The root with its header."""
    refuse_characters(document, _NOT_XML, "TEI")
    refuse_nested(document, "TEI")
    root = ET.Element("TEI", {"xmlns": _NAMESPACE})
    header = ET.SubElement(root, "teiHeader")
    file = ET.SubElement(header, "fileDesc")
    title = ET.SubElement(ET.SubElement(file, "titleStmt"), "title")
    title.text = f"Quotations in {document.id}"
    ET.SubElement(ET.SubElement(file, "publicationStmt"), "p").text = "Not published."
    source = ET.SubElement(ET.SubElement(file, "sourceDesc"), "bibl")
    ET.SubElement(source, "idno").text = document.id
    if document.model or document.meta:
        data = {"model": dict(document.model), "meta": dict(document.meta)}
        ET.SubElement(header, "xenoData").text = json.dumps(data)
    return root


def _list_terms(parent: ET.Element) -> None:
    for name, (terms, meaning) in _TERMS.items():
        group = ET.SubElement(parent, "interpGrp", {"type": name})
        ET.SubElement(group, "desc").text = meaning
        for term in terms:
            ET.SubElement(group, "interp", {_XML_ID: term.value}).text = term.value


def _speaker_ids(quotes: Iterable[Quote]) -> dict[Speaker, str]:
    """An id for each speaker, whatever its confidence; members come before their group."""
    speakers = (quote.speaker for quote in quotes if quote.speaker)
    each = (_anyhow(one) for speaker in speakers for one in (*speaker.members, speaker))
    return {speaker: f"s{number}" for number, speaker in enumerate(dict.fromkeys(each), start=1)}


def _anyhow(speaker: Speaker) -> Speaker:
    return evolve(speaker, confidence=1.0)


def _list_speakers(parent: ET.Element, ids: dict[Speaker, str]) -> None:
    if not ids:
        return  # TEI has no empty lists
    people = ET.SubElement(parent, "listPerson")
    for speaker, id_ in ids.items():
        _add_speaker(people, speaker, id_)
    for speaker, id_ in ids.items():
        for member in speaker.members:
            ends = {"active": f"#{id_}", "passive": f"#{ids[_anyhow(member)]}"}
            facts = {"name": "hasMember", **ends, "cert": str(member.confidence)}
            ET.SubElement(people, "relation", facts)


_ENTITIES = {SpeakerType.ORGANIZATION: "org", SpeakerType.GROUP: "personGrp"}


def _add_speaker(people: ET.Element, speaker: Speaker, id_: str) -> None:
    tag = _ENTITIES.get(speaker.type, "person")
    entity = ET.SubElement(people, tag, {_XML_ID: id_, "role": speaker.type.value})
    name = "orgName" if tag == "org" else "persName"
    kind = "name" if speaker.named else "description"
    ET.SubElement(entity, name, {"type": kind}).text = speaker.name
    for alias in speaker.aliases:
        ET.SubElement(entity, name, {"type": "alias"}).text = alias


def _add_quote(parent: ET.Element, quote: Quote, id_: str) -> None:
    terms = filter(None, (quote.kind, quote.medium, quote.attribution))
    facts = {"cert": str(quote.confidence), "ana": " ".join(f"#{term}" for term in terms)}
    group = ET.SubElement(parent, "spanGrp", {_XML_ID: id_, "type": "quotation", **facts})
    for role in _ROLES:
        if spans := getattr(quote, role):
            ET.SubElement(group, "span", {"type": role, "target": _range(*spans)})
    for step in quote.evidence:
        place = {"type": "evidence", "target": _range(step.span)}
        ET.SubElement(group, "span", place).text = step.why


_ROLES = ("content", "cue", "source")


def _range(*spans: Span) -> str:
    numbers = (f"{span.start},{span.end - span.start}" for span in spans)
    return f"#string-range(text,{','.join(numbers)})"


def _link_speakers(parent: ET.Element, quotes: Iterable[Quote], ids: dict[Speaker, str]) -> None:
    if not ids:
        return
    links = ET.SubElement(parent, "linkGrp", {"type": "speaker"})
    for number, quote in enumerate(quotes, start=1):
        if quote.speaker:
            ends = f"#q{number} #{ids[_anyhow(quote.speaker)]}"
            cert = str(quote.speaker.confidence)
            ET.SubElement(links, "link", {"target": ends, "cert": cert})


def _add_warnings(parent: ET.Element, warnings: Iterable[TextWarning]) -> None:
    group = ET.Element("spanGrp", {"type": "warning"})
    for warning in warnings:
        target = _range(warning.span) if warning.span else "#text"
        place = {"type": warning.code.value, "target": target}
        ET.SubElement(group, "span", place).text = warning.message
    if len(group):
        parent.append(group)


def _add_text(root: ET.Element) -> ET.Element:
    """The element for the text, still empty; all else is there, so it is indented now."""
    body = ET.SubElement(ET.SubElement(root, "text"), "body")
    text = ET.SubElement(body, "ab", {_XML_ID: "text", "xml:space": "preserve"})
    ET.indent(root)
    return text


def _print(root: ET.Element, stream: TextIO) -> None:
    xml = ET.tostring(root, encoding="unicode")
    # A parser makes a line feed of a bare carriage return.
    stream.write(f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'.replace("\r", "&#13;"))


# Writing inline


@frozen
class _Part:
    """A stretch of the text as an element."""

    start: int
    end: int
    element: ET.Element


def _parts(document: Document, ids: dict[Speaker, str]) -> list[_Part]:
    """The spans of all quotations, in their order, those that hold others before these."""
    parts = []
    for number, quote in enumerate(document.quotes, start=1):
        elements = [ET.Element("said", _said(quote, ids)) for _ in quote.content]
        names = [f"q{number}.{part}" for part in range(1, len(elements) + 1)]
        for element, name in zip(elements, names, strict=True):
            element.set(_XML_ID, name)
        for one, another in itertools.pairwise(elements):
            one.set("next", f"#{another.get(_XML_ID)}")
            another.set("prev", f"#{one.get(_XML_ID)}")
        spans = zip(quote.content, elements, strict=True)
        parts += [_Part(span.start, span.end, element) for span, element in spans]
    return sorted(parts, key=lambda part: (part.start, -part.end))


_IS_DIRECT = {Kind.DIRECT: "true", Kind.INDIRECT: "false", Kind.MIXED: "unknown"}


def _said(quote: Quote, ids: dict[Speaker, str]) -> dict[str, str]:
    who = {"who": f"#{ids[_anyhow(quote.speaker)]}"} if quote.speaker else {}
    aloud = "true" if quote.medium is Medium.SPEECH else "false"
    facts = {"direct": _IS_DIRECT[quote.kind], "aloud": aloud, "cert": str(quote.confidence)}
    return who | facts


def _fill(whole: ET.Element, document: Document, parts: Iterable[_Part]) -> None:
    """Put a text into an element, with its parts in their places."""
    text, done = document.text, 0
    around = [_Part(0, len(text), whole)]
    for part in parts:
        while len(around) > 1 and around[-1].end <= part.start:
            done = _close(around.pop(), text, done)
        if part.end > around[-1].end:
            raise _overlap(document, around[-1], part)
        _append(around[-1].element, text[done : part.start])
        done = part.start
        around[-1].element.append(part.element)
        around.append(part)
    while around:
        done = _close(around.pop(), text, done)


def _close(part: _Part, text: str, done: int) -> int:
    _append(part.element, text[done : part.end])
    return part.end


def _append(element: ET.Element, text: str) -> None:
    if len(element):
        element[-1].tail = text
    else:
        element.text = text


def _overlap(document: Document, one: _Part, another: _Part) -> FormatError:
    places = f"{one.start} to {one.end} and from {another.start} to {another.end}"
    return _not_inline(document, f"its quotations from {places} overlap, and XML elements can't")


def _not_inline(document: Document, reason: str) -> FormatError:
    msg = f"the document {document.id!r} can't be written as inline TEI: {reason}"
    return FormatError(f"{msg}; write stand-off TEI")


# Reading


def _parsed(xml: str) -> ET.Element:
    # Only a document type can declare entities, which may grow without bounds or lie elsewhere.
    if "<!DOCTYPE" in xml:
        msg = "it has a document type, <!DOCTYPE …>, which is not read for safety; take it out"
        raise FormatError(msg)
    try:
        return ET.fromstring(xml)  # noqa: S314 - see above
    except (ET.ParseError, ValueError) as error:
        msg = f"not XML: {error}"
        raise FormatError(msg) from error


def _record(root: ET.Element) -> dict[str, Any]:
    """A document as a record of JSON, which is what knows what documents may hold."""
    texts = [each for each in root.iterfind("text//*", _IN) if each.get(_ID) == "text"]
    standoff = root.find("standOff", _IN)
    if standoff is None or not texts:
        msg = (
            "it holds no standOff, or no element with the xml:id 'text' beside it; expected "
            "stand-off TEI as quoteattr writes it (TEI with said elements can't be read)"
        )
        raise FormatError(msg)
    speakers = _quoted_speakers(standoff, _speakers(standoff))
    quotes = standoff.iterfind("spanGrp[@type='quotation']", _IN)
    warnings = standoff.iterfind("spanGrp[@type='warning']/span", _IN)
    return {
        **_data(root),
        "id": _words_of(root.find("teiHeader/fileDesc/sourceDesc/bibl/idno", _IN)),
        "text": "".join(texts[0].itertext()),
        "quotes": [_quote(each) | {"speaker": speakers.get(each.get(_ID))} for each in quotes],
        "warnings": [_warning(each) for each in warnings],
    }


def _data(root: ET.Element) -> dict[str, Any]:
    """What a document's `model` and `meta` hold."""
    found = root.find("teiHeader/xenoData", _IN)
    if found is None:
        return {}
    try:
        data = json.loads(_words_of(found))
    except (ValueError, RecursionError) as error:
        msg = f"its xenoData is not JSON: {error}"
        raise FormatError(msg) from error
    is_known = isinstance(data, dict) and data.keys() <= {"model", "meta"}
    return data if is_known else {}


def _words_of(element: ET.Element | None) -> str:
    return "" if element is None else "".join(element.itertext())


def _speakers(standoff: ET.Element) -> dict[str, dict[str, Any]]:
    """The speakers by their ids, groups with their members."""
    people = standoff.findall("listPerson/*", _IN)
    speakers = {id_: _speaker(each) for each in people if (id_ := each.get(_ID))}
    # A group within a group could hold itself.
    alone = {id_: dict(speaker) for id_, speaker in speakers.items()}
    for relation in people:
        if relation.get("name") == "hasMember":
            group = _named(speakers, relation.get("active", ""))
            member = _named(alone, relation.get("passive", ""))
            group.setdefault("members", []).append(member | _cert(relation))
    return speakers


def _speaker(entity: ET.Element) -> dict[str, Any]:
    names = [(each.get("type"), _words_of(each)) for each in entity]
    main = next((name for name in names if name[0] != "alias"), (None, ""))
    return {
        "name": main[1],
        "type": entity.get("role", SpeakerType.UNKNOWN.value),
        "named": main[0] != "description",
        "aliases": [name for kind, name in names if kind == "alias"],
    }


def _named(there: Mapping[str, dict[str, Any]], pointer: str) -> dict[str, Any]:
    if pointer[1:] not in there:
        msg = f"{pointer!r} points to nobody in listPerson; expected one of its ids, such as '#s1'"
        raise FormatError(msg)
    return there[pointer[1:]]


def _quoted_speakers(
    standoff: ET.Element, speakers: Mapping[str, dict[str, Any]]
) -> dict[str | None, dict[str, Any]]:
    """The speakers by the ids of their quotes."""
    found: dict[str | None, dict[str, Any]] = {}
    for link in standoff.iterfind("linkGrp[@type='speaker']/link", _IN):
        quote, _, speaker = link.get("target", "").partition(" ")
        found[quote[1:]] = _named(speakers, speaker) | _cert(link)
    return found


def _quote(group: ET.Element) -> dict[str, Any]:
    quote: dict[str, Any] = {"evidence": [], **_cert(group), **_terms(group.get("ana", ""))}
    for span in group.iterfind("span", _IN):
        role, places = span.get("type", ""), _places(span)
        if role == "evidence":
            quote["evidence"] += [{"span": place, "why": _words_of(span)} for place in places]
        elif role in _ROLES:
            quote.setdefault(role, []).extend(places)
    return quote


def _terms(pointers: str) -> dict[str, str]:
    given = [pointer[1:] for pointer in pointers.split()]
    known = {term.value: name for name, (terms, _) in _TERMS.items() for term in terms}
    return {known[term]: term for term in given if term in known}


def _cert(element: ET.Element) -> dict[str, float]:
    given = element.get("cert", "1")
    with contextlib.suppress(ValueError):
        if 0 <= (confidence := float(given)) <= 1:
            return {"confidence": confidence}
    msg = f"the cert must be a number from 0 to 1, got {given!r}"
    raise FormatError(msg)


_RANGE = re.compile(r"#string-range\(text((?:,[0-9]{1,15},[0-9]{1,15})+)\)")


def _places(span: ET.Element) -> list[list[int]]:
    found = _RANGE.fullmatch(span.get("target", ""))
    if not found:
        msg = f"expected a target such as '#string-range(text,0,6)', got {span.get('target')!r}"
        raise FormatError(msg)
    numbers = list(map(int, found[1][1:].split(",")))
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return [[start, start + length] for start, length in pairs]


def _warning(span: ET.Element) -> dict[str, Any]:
    is_anywhere = span.get("target") == "#text"
    place = None if is_anywhere else _places(span)[0]
    return {"code": span.get("type"), "message": _words_of(span), "span": place}
