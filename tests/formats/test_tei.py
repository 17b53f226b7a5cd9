"""TEI: what comes back, what is refused, and whether it is TEI."""

import contextlib
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quoteattr.errors import FileDecodeError, FormatError
from quoteattr.formats import load, tei
from quoteattr.quotes import (
    AttributionType,
    Document,
    Evidence,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
    TextWarning,
    WarningCode,
)
from strategies import documents, documents_without

SEEDS = Path(__file__).parents[2] / "seeds"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TEXT = "“No,” said Ann & Bo,\r\n“never.” <It’s> “so.”"
ANN, BO = (Speaker(name, SpeakerType.PERSON, confidence=0.5) for name in ("Ann", "Bo"))
BOTH = Speaker("Ann; Bo", SpeakerType.GROUP, members=(ANN, BO), confidence=0.25)
FULL = Quote(
    (Span.of(TEXT, 0, 5), Span.of(TEXT, 22, 30)),
    cue=(Span.of(TEXT, 6, 10),),
    source=(Span.of(TEXT, 11, 19),),
    speaker=BOTH,
    kind=Kind.DIRECT,
    confidence=0.75,
    attribution=AttributionType.EXPLICIT,
    evidence=(Evidence(Span.of(TEXT, 11, 19), "source"),),
)
NESTED = Quote((Span.of(TEXT, 23, 28),), speaker=ANN, kind=Kind.MIXED, medium=Medium.THOUGHT)
SPACES = {"t": "http://www.tei-c.org/ns/1.0"}
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def written(document: Document) -> str:
    """A document as TEI, as it comes out of a file."""
    stream = io.StringIO(newline="")
    tei.write(document, stream)
    return stream.getvalue().encode().decode()


def parsed(xml: str) -> ET.Element:
    """The root of an XML text."""
    return ET.fromstring(xml)  # noqa: S314 - our own XML


def inline(document: Document) -> ET.Element:
    """A document as TEI with `said` elements, parsed."""
    stream = io.StringIO(newline="")
    tei.write_inline(document, stream)
    return parsed(stream.getvalue())


def read(folder: Path, xml: str) -> Document:
    """The document of a TEI file."""
    path = folder / "a.xml"
    path.write_bytes(xml.encode())
    [document] = load(path)
    return document


def error_of(folder: Path, xml: str) -> str:
    """The message with which a file is refused, without its path."""
    with pytest.raises(FormatError) as caught:
        read(folder, xml)
    assert str(caught.value).startswith(f"{folder}/a.xml: ")
    return str(caught.value).removeprefix(f"{folder}/a.xml: ")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents_without(NOT_XML))
def test_written_documents_are_read_back(tmp_path: Path, document: Document) -> None:
    """All of a document comes back: its spans, speakers, evidence, warnings, data and line ends."""
    assert read(tmp_path, written(document)) == document


@given(documents())
def test_what_xml_cannot_hold_is_named(document: Document) -> None:
    """A document is written in characters of XML alone, or refused with one that it really has."""
    try:
        assert not NOT_XML.search(written(document))
    except FormatError as error:
        found = re.search(r"the character U\+([0-9A-F]{4,6}) ", str(error))
        assert found
        character = chr(int(found[1], 16))
        assert NOT_XML.match(character)
        assert json.dumps(character)[1:-1] in json.dumps(document.to_dict(with_text=True))


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (Document("a", "Yes\0"), "U+0000 at 3 in its text"),
        (Document("a", "\ufffe"), "U+FFFE at 0 in its text"),
        (Document("a\x1b", ""), r"U+001B in 'a\x1b'"),
        (Document("a", "x", (Quote((Span(0, 1, "x"),), speaker=Speaker("\ud800")),)), "U+D800 in"),
    ],
)
def test_a_character_that_xml_cannot_hold(document: Document, where: str) -> None:
    """The message names the document, the character, where it stands, and what can be done."""
    with pytest.raises(FormatError) as caught:
        written(document)
    assert str(caught.value).startswith(f"the document {document.id!r} can't be written as TEI, ")
    assert f"which can't hold the character {where}" in str(caught.value)
    assert str(caught.value).endswith("; replace it, or write JSON Lines, which hold it")


def test_a_group_in_a_group() -> None:
    """A member of a group can't be a group itself."""
    outer = Speaker("Ann; Bo; Cy", SpeakerType.GROUP, members=(BOTH,))
    with pytest.raises(FormatError, match="the members of a group have none themselves: 'Ann; Bo'"):
        written(Document("a", TEXT, (Quote(FULL.content, speaker=outer),)))


def test_what_is_written() -> None:
    """The header is whole, and pointers lead where TEI says they do."""
    warning = TextWarning(WarningCode.COREFERENCE, "left out")
    document = Document("a", TEXT, (FULL, NESTED), (warning,), {"title": "T"}, {"tagger": "t"})
    root = parsed(written(document))
    assert root.tag == "{http://www.tei-c.org/ns/1.0}TEI"
    assert [each.tag.partition("}")[2] for each in root] == ["teiHeader", "standOff", "text"]
    header = "t:teiHeader/t:fileDesc/"
    for part in ("t:titleStmt/t:title", "t:publicationStmt/t:p", "t:sourceDesc/t:bibl/t:idno"):
        assert root.findtext(header + part, "", SPACES)
    spans = root.findall(".//t:spanGrp[@type='quotation']/t:span", SPACES)
    assert [(span.get("type"), span.get("target"), span.text) for span in spans] == [
        ("content", "#string-range(text,0,5,22,8)", None),
        ("cue", "#string-range(text,6,4)", None),
        ("source", "#string-range(text,11,8)", None),
        ("evidence", "#string-range(text,11,8)", "source"),
        ("content", "#string-range(text,23,5)", None),
    ]
    groups = root.findall(".//t:spanGrp[@type='quotation']", SPACES)
    assert groups[0].attrib == {
        XML_ID: "q1",
        "type": "quotation",
        "cert": "0.75",
        "ana": "#direct #speech #explicit",
    }


@given(documents_without(NOT_XML))
def test_ids_and_pointers(document: Document) -> None:
    """Each id stands once, and each pointer to one leads somewhere."""
    root = parsed(written(document))
    ids = [id_ for each in root.iter() if (id_ := each.get(XML_ID))]
    assert len(ids) == len(set(ids))
    names = ("target", "ana", "active", "passive")
    pointers = " ".join(each.get(name, "") for each in root.iter() for name in names).split()
    ends = {pointer.removeprefix("#string-range(").partition(",")[0] for pointer in pointers}
    assert {end.removeprefix("#") for end in ends} <= set(ids)


def test_speakers_are_listed_once() -> None:
    """Somebody who says two things is one person, however sure that is each time."""
    quotes = [Quote(NESTED.content, speaker=Speaker("Ann", confidence=p / 10)) for p in (3, 9)]
    root = parsed(written(Document("a", TEXT, tuple(quotes))))
    [person] = root.findall(".//t:person", SPACES)
    assert person.findtext("t:persName", namespaces=SPACES) == "Ann"
    links = root.findall(".//t:link", SPACES)
    assert [(link.get("target"), link.get("cert")) for link in links] == [
        ("#q1 #s1", "0.3"),
        ("#q2 #s1", "0.9"),
    ]


def test_markup_in_the_text_is_passed_over(tmp_path: Path) -> None:
    """Whoever marks up names in the text moves no offset."""
    document = Document("a", TEXT, (FULL,))
    xml = written(document)
    assert " said Ann &amp;" in xml
    assert read(tmp_path, xml.replace("Ann &amp;", "<name>Ann<lb/></name> &amp;")) == document


@pytest.mark.parametrize("role", ["kind", "confidence", "speaker", "note"])
def test_other_spans_are_passed_over(tmp_path: Path, role: str) -> None:
    """A span of a type of one's own belongs to no quotation."""
    document = Document("a", TEXT, (FULL,))
    other = f'<span type="{role}" target="#string-range(text,0,2)" /></spanGrp>'
    assert read(tmp_path, written(document).replace("</spanGrp>", other)) == document


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<TEI", "<!DOCTYPE TEI><TEI", "it has a document type, <!DOCTYPE …>, which is not read"),
        ("</TEI>", "", "not XML: no element found: line"),
        ("standOff", "annotation", "it holds no standOff, or no element with the xml:id 'text'"),
        ('xml:id="text"', "", "it holds no standOff, or no element with the xml:id 'text'"),
        ("(text,0,5,22,8)", "(text,0)", "expected a target such as '#string-range(text,0,6)', got"),
        ("(text,0,5,22,8)", "(text,90,5)", "a span from 90 to 95 can't hold 0 characters"),
        ('type="content"', 'type="words"', "content"),
        ('"#q1 #s3"', '"#q1 #s9"', "'#s9' points to nobody in listPerson; expected one of its ids"),
        ('passive="#s1"', 'passive="#s9"', "'#s9' points to nobody in listPerson"),
        ('cert="0.75"', 'cert="high"', "the cert must be a number from 0 to 1, got 'high'"),
        ('cert="0.75"', 'cert="nan"', "the cert must be a number from 0 to 1, got 'nan'"),
        ('cert="0.75"', 'cert="7"', "the cert must be a number from 0 to 1, got '7'"),
        ('cert="0.75"', 'cert="-0.1"', "the cert must be a number from 0 to 1, got '-0.1'"),
        ('role="group"', 'role="audience"', "speaker.type"),
        ('{"model"', '{"model', "its xenoData is not JSON: "),
    ],
)
def test_malformed_files(tmp_path: Path, old: str, new: str, message: str) -> None:
    """What is wrong is said with the path of the file."""
    xml = written(Document("a", TEXT, (FULL,), model={"tagger": "t"}))
    assert xml.count(old) >= 1
    assert message in error_of(tmp_path, xml.replace(old, new))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents_without(NOT_XML), st.data())
def test_damaged_files(tmp_path: Path, document: Document, data: st.DataObject) -> None:
    """A file from which something was lost, or to which something came, is read or refused."""
    xml = written(document)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(xml))] * 2)))
    piece = data.draw(st.sampled_from(["", "#", "1", '"', "<a>", "</a>", "-", xml[:start]]))
    path = tmp_path / "a.xml"
    path.write_bytes((xml[:start] + piece + xml[end:]).encode())
    with contextlib.suppress(FormatError):
        assert len(list(tei.read(path))) == 1


_ROLES = ["kind", "confidence", "speaker"]
"""What a span may be called that a quote has, too."""


@pytest.mark.parametrize("new", ["", "0", "nan", "a b", "#s1", "#text", "-1", "9" * 400, *_ROLES])
def test_any_attribute_may_be_odd(tmp_path: Path, new: str) -> None:
    """Whatever one attribute says, the file is read or refused, and refused in words of our own."""
    warnings = (TextWarning(WarningCode.UNCLOSED_MARK, "odd", Span.of(TEXT, 0, 1)),)
    xml = written(Document("a", TEXT, (FULL, NESTED), warnings))
    path = tmp_path / "a.xml"
    for place in re.finditer('(?<= )[a-z:]+="([^"]*)"', xml):
        path.write_bytes((xml[: place.start(1)] + new + xml[place.end(1) :]).encode())
        with contextlib.suppress(FormatError):
            assert len(list(tei.read(path))) == 1


def test_no_entities_are_expanded(tmp_path: Path) -> None:
    """A file that would grow to gigabytes, or fetch another one, is refused unread."""
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    for inside in (f'<!ENTITY b0 "no">{bomb}', '<!ENTITY b11 SYSTEM "file:///etc/passwd">'):
        xml = f"<!DOCTYPE TEI [{inside}]><TEI>&b11;</TEI>"
        assert error_of(tmp_path, xml).startswith("it has a document type")


def test_a_group_that_holds_itself(tmp_path: Path) -> None:
    """Groups whose members are groups end after one step; so nothing can go in circles."""
    xml = written(Document("a", TEXT, (FULL,))).replace('passive="#s1"', 'passive="#s3"')
    speaker = read(tmp_path, xml).quotes[0].speaker
    assert speaker
    assert [(each.name, each.members) for each in speaker.members] == [("Ann; Bo", ()), ("Bo", ())]


def test_another_encoding(tmp_path: Path) -> None:
    """A file must be UTF-8, whatever it says itself."""
    path = tmp_path / "a.xml"
    path.write_bytes('<?xml version="1.0" encoding="latin-1"?><TEI>é</TEI>'.encode("latin-1"))
    with pytest.raises(FileDecodeError):
        list(tei.read(path))


def test_inline() -> None:
    """A quotation may stand in another one, and go on later; `said` knows who and how."""
    root = inline(Document("a", TEXT, (FULL, NESTED)))
    text = root.find("t:text/t:body/t:ab", SPACES)
    assert text is not None
    assert "".join(text.itertext()) == TEXT
    found = [
        ("".join(said.itertext()), said.attrib) for said in text.iter(f"{{{SPACES['t']}}}said")
    ]
    both = {"who": "#s3", "direct": "true", "aloud": "true", "cert": "0.75"}
    ann = {"who": "#s1", "direct": "unknown", "aloud": "false", "cert": "1.0"}
    assert found == [
        ("“No,”", both | {XML_ID: "q1.1", "next": "#q1.2"}),
        ("“never.”", both | {XML_ID: "q1.2", "prev": "#q1.1"}),
        ("never", ann | {XML_ID: "q2.1"}),
    ]
    assert root.find("t:teiHeader/t:profileDesc/t:particDesc/t:listPerson", SPACES) is not None


def test_inline_cannot_overlap() -> None:
    """Two quotations that overlap are named by their places."""
    one, another = (Quote((Span.of(TEXT, *ends),)) for ends in ((0, 5), (3, 9)))
    with pytest.raises(FormatError) as caught:
        inline(Document("a", TEXT, (one, another)))
    assert str(caught.value) == (
        "the document 'a' can't be written as inline TEI: its quotations from 0 to 5 and from 3 "
        "to 9 overlap, and XML elements can't; write stand-off TEI"
    )


def test_inline_too_deep() -> None:
    """Quotations within one another a thousand times are too many for elements; it is said."""
    text = "x" * 2_400
    quotes = tuple(Quote((Span.of(text, n, len(text) - n),)) for n in range(1_200))
    with pytest.raises(FormatError) as caught:
        inline(Document("a", text, quotes))
    assert str(caught.value) == (
        "the document 'a' can't be written as inline TEI: more of its quotations stand within one "
        "another than can be written; write stand-off TEI"
    )


@given(documents_without(NOT_XML))
def test_inline_keeps_the_text(document: Document) -> None:
    """Each span is an element around its words, in the unchanged text; else two really overlap."""
    spans = [span for quote in document.quotes for span in quote.content]
    try:
        root = inline(document)
    except FormatError:
        pairs = [(a, b) for a in spans for b in spans]
        assert any(a.start < b.start < a.end < b.end for a, b in pairs)
        return
    text = root.find("t:text/t:body/t:ab", SPACES)
    assert text is not None
    assert "".join(text.itertext()) == document.text
    said = ["".join(each.itertext()) for each in text.iter(f"{{{SPACES['t']}}}said")]
    assert sorted(said) == sorted(span.text for span in spans)


def test_inline_cannot_be_read(tmp_path: Path) -> None:
    """A file with `said` elements is refused in words that say so."""
    xml = ET.tostring(inline(Document("a", TEXT, (FULL,))), encoding="unicode")
    assert "TEI with said elements can't be read" in error_of(tmp_path, xml)


def test_the_seeds(tmp_path: Path) -> None:
    """The gold of real texts comes back."""
    for document in load(SEEDS):
        assert read(tmp_path, written(document)) == document
