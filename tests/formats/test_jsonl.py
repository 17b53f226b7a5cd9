"""JSON Lines: what is read, what is written, what is refused."""

import gzip
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quoteattr.errors import FileDecodeError, FileReadError, FormatError
from quoteattr.formats import jsonl, load
from quoteattr.formats.offsets import Unit
from quoteattr.quotes import Document, Kind, Medium, Quote, Span, Speaker, SpeakerType
from strategies import documents

TEXT = "“Yes,” said Ann. Bob says no, and calls it “bad.”"
MINIMAL = {
    "id": "a",
    "text": TEXT,
    "quotes": [
        {"content": [[0, 6]], "source": [[12, 15]], "cue": [[7, 11]]},
        {"content": [[26, 28]], "source": [[17, 20]], "cue": [[21, 25]]},
        {"content": [[40, 49]]},
    ],
}
CORPORA = os.environ.get("QUOTEATTR_CORPORA")


def written(path: Path, *records: object) -> Path:
    """A file of JSON Lines."""
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


def speaker_of(tmp_path: Path, **facts: object) -> Speaker | None:
    """The speaker that is read from a quote with these facts."""
    record = {"id": "a", "text": TEXT, "quotes": [{"content": [[0, 6]], **facts}]}
    [document] = jsonl.read(written(tmp_path / "a.jsonl", record))
    return document.quotes[0].speaker


def error_of(path: Path, texts: dict[str, str] | None = None) -> str:
    """The message with which a file is refused."""
    with pytest.raises(FormatError) as caught:
        list(jsonl.read(path, texts=texts))
    return str(caught.value)


@given(st.lists(documents(), max_size=2))
def test_written_documents_are_read_back(some: list[Document]) -> None:
    """What is written with its text comes back equal, one line a document."""
    stream = io.StringIO()
    jsonl.write(some, stream, with_text=True)
    lines = stream.getvalue().encode().split(b"\n")
    assert lines.pop() == b""
    assert [Document.from_json(line.decode()) for line in lines] == some


def test_files_are_read_back(tmp_path: Path) -> None:
    """A file written without texts is read with the texts at hand, empty lines passed over."""
    some = [
        Document("a", TEXT, (Quote((Span.of(TEXT, 0, 6),), kind=Kind.DIRECT),)),
        Document("b", ""),
    ]
    path = tmp_path / "some.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        jsonl.write(some[:1], stream)
        stream.write("\n \n")
        jsonl.write(some[1:], stream)
    assert list(jsonl.read(path, texts={"b": "", "a": TEXT, "c": "?"})) == some


def test_gzip(tmp_path: Path) -> None:
    """A file in .jsonl.gz is unpacked."""
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(MINIMAL).encode()))
    assert [document.id for document in load(path)] == ["a"]


def test_documents_are_read_one_by_one(tmp_path: Path) -> None:
    """The documents before a malformed line come out."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(MINIMAL) + "\n{", encoding="utf-8")
    some = jsonl.read(path)
    assert next(some).id == "a"
    with pytest.raises(FormatError, match="line 2: not JSON"):
        next(some)


def test_a_minimal_record(tmp_path: Path) -> None:
    """Missing kinds follow from the marks; all else has its default."""
    [document] = jsonl.read(written(tmp_path / "a.jsonl", MINIMAL))
    direct, indirect, bad = document.quotes
    assert [quote.kind for quote in document.quotes] == [Kind.DIRECT, Kind.INDIRECT, Kind.MIXED]
    assert (direct.text, direct.cue[0].text, direct.source[0].text) == ("“Yes,”", "said", "Ann")
    assert (indirect.medium, indirect.speaker) == (Medium.SPEECH, None)
    assert (bad.text, bad.cue, bad.source) == ("it “bad.”", (), ())
    assert (document.warnings, document.model) == ((), {})


def test_a_given_kind_is_kept(tmp_path: Path) -> None:
    """The marks decide only where the record doesn't."""
    quotes = [{"content": [[0, 6]], "kind": "indirect"}, {"content": [[0, 6]]}]
    [document] = jsonl.read(written(tmp_path / "a.jsonl", {**MINIMAL, "quotes": quotes}))
    assert [quote.kind for quote in document.quotes] == [Kind.INDIRECT, Kind.DIRECT]


def test_a_given_medium_is_kept(tmp_path: Path) -> None:
    """A thought stays one."""
    quotes = [{"content": [[0, 6]], "medium": "thought"}]
    [document] = jsonl.read(written(tmp_path / "a.jsonl", {**MINIMAL, "quotes": quotes}))
    assert document.quotes[0].medium is Medium.THOUGHT


@pytest.mark.parametrize("given_speaker", [None, "", " ; ", []])
def test_nobody(tmp_path: Path, given_speaker: object) -> None:
    """Null, an empty name and an empty list are nobody."""
    assert speaker_of(tmp_path, speaker=given_speaker) is None
    assert speaker_of(tmp_path) is None


@pytest.mark.parametrize("given_speaker", ["Ann Lee", ["Ann Lee"], [{"name": "Ann Lee"}]])
def test_a_plain_name(tmp_path: Path, given_speaker: object) -> None:
    """A name is a speaker with that name."""
    assert speaker_of(tmp_path, speaker=given_speaker) == Speaker("Ann Lee")


def test_a_description(tmp_path: Path) -> None:
    """Whether it is a name may stand beside it."""
    expected = Speaker("senior official", named=False)
    assert speaker_of(tmp_path, speaker="senior official", named=False) == expected
    assert speaker_of(tmp_path, speaker={"name": "senior official"}, named=False) == expected


def test_a_speaker_in_part(tmp_path: Path) -> None:
    """What an object leaves out has its default; its own word counts before its neighbour's."""
    given_speaker = {"name": "Acme", "type": "organization", "named": True}
    expected = Speaker("Acme", SpeakerType.ORGANIZATION)
    assert speaker_of(tmp_path, speaker=given_speaker, named=False) == expected


@pytest.mark.parametrize(
    "given_speaker",
    ["Ann; Bob Roe", " Ann ;Bob Roe;", ["Ann", "Bob Roe"], ["Ann", {"name": "Bob Roe"}]],
)
def test_two_who_speak_together(tmp_path: Path, given_speaker: object) -> None:
    """Two are a group with both as members."""
    members = (Speaker("Ann"), Speaker("Bob Roe"))
    expected = Speaker("Ann; Bob Roe", SpeakerType.GROUP, members=members)
    assert speaker_of(tmp_path, speaker=given_speaker) == expected


def test_two_without_names(tmp_path: Path) -> None:
    """A group of descriptions is not named, and neither are its members."""
    speaker = speaker_of(tmp_path, speaker="a man; a woman", named=False)
    assert speaker is not None
    assert [speaker.named, *(member.named for member in speaker.members)] == [False] * 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nope", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[" * 100_000, "not JSON: maximum recursion depth exceeded"),
        ("[]", "expected a JSON object for a document, got list"),
        ('{"id": "a", "text": "b", "quotes": [{}]}', "a quote needs at least one span of content"),
        (
            '{"id": "a", "text": "b", "quotes": [{"content": [[0, 2]]}]}',
            "a span from 0 to 2 can't hold 1 characters @ document 'a'",
        ),
        (
            '{"id": "a", "text": "b", "quotes": [{"content": [[0, 1]], "speaker": 5}]}',
            "expected object, got 5 @ document 'a'.quotes[0].speaker",
        ),
        (
            '{"id": "a", "text": "b", "quotes": [{"content": [[0, 1]], "speaker": ["A", null]}]}',
            "@ document 'a'.quotes[0].speaker",
        ),
        (
            '{"id": "a", "text": "b", "quotes": [{"content": [[0, 1]], "medium": "sung"}]}',
            "'sung' is not a valid Medium @ document 'a'.quotes[0].medium",
        ),
        (
            '{"id": "a", "text": "b", "quotes": ["x"]}',
            "expected object, got 'x' @ document 'a'.quotes[0]",
        ),
        ('{"schema": 9, "id": "a", "text": "b"}', "this document follows schema 9;"),
        ('{"text": "b", "quotes": []}', "required field missing @ document None.id"),
    ],
)
def test_malformed_lines(tmp_path: Path, line: str, message: str) -> None:
    """The message has the file, the line's number, and what is wrong with it."""
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps(MINIMAL)}\n\n{line}\n", encoding="utf-8")
    error = error_of(path)
    assert error.startswith(f"{path}, line 3: ")
    assert message in error


def test_no_text(tmp_path: Path) -> None:
    """Without a text, and without texts at hand, the record is at fault."""
    path = written(tmp_path / "a.jsonl", {"id": "a", "quotes": []})
    assert error_of(path) == (
        f"{path}, line 1: the record holds no text; write it with the text (extract "
        "--with-text, or with_text=True), or say where the text is (convert --texts, or text=) "
        "@ document 'a'"
    )


def test_no_such_text(tmp_path: Path) -> None:
    """With texts at hand it is rather the id that is another one."""
    path = written(tmp_path / "a.jsonl", {"id": "a.txt", "quotes": []})
    assert error_of(path, {"seeds/a.txt": TEXT, "seeds/b.txt": TEXT}) == (
        f"{path}, line 1: document 'a.txt' holds no text, and none of the 2 texts at hand has its "
        "id; they have ids such as 'seeds/a.txt'"
    )


def test_a_text_of_its_own_counts(tmp_path: Path) -> None:
    """The record's text goes before the one at hand, so that a difference can be seen."""
    [document] = jsonl.read(written(tmp_path / "a.jsonl", MINIMAL), texts={"a": "other"})
    assert document.text == TEXT


def test_not_utf_8(tmp_path: Path) -> None:
    """A file in another encoding is named, with the place."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "a", "text": "\xe9", "quotes": []}')
    with pytest.raises(FileDecodeError, match="byte 0xe9 at offset 21; convert it first"):
        list(jsonl.read(path))


def test_load_tells_formats_by_their_names(tmp_path: Path) -> None:
    """A name of no known format is refused, with those that are known."""
    path = tmp_path / "gold.docx"
    path.touch()
    with pytest.raises(FormatError) as caught:
        load(path)
    assert str(caught.value) == (
        f"'{path}' is in no format known here; expected .jsonl, .jsonl.gz, .ann, .xml, .xml.gz, "
        ".csv, .csv.gz, .parquet or a folder of .ann or .xml files"
    )


def test_load_of_what_is_not_there(tmp_path: Path) -> None:
    """A path that leads nowhere is a missing file, whatever its name."""
    for name in ("gold", "gold.jsonl", "gold.ann"):
        with pytest.raises(
            FileReadError, match=f"/{name}': there is no such file; check the path$"
        ):
            list(load(tmp_path / name))


@pytest.mark.skipif(not CORPORA, reason="QUOTEATTR_CORPORA names no folder of corpora")
@pytest.mark.parametrize(("name", "count"), [("dev", 2192), ("train", 19822)])
def test_polnear(name: str, count: int) -> None:
    """Every record of PolNeAR is read, each with its exact slices."""
    quotes = [
        quote
        for document in load(Path(str(CORPORA), f"polnear-{name}.jsonl.gz"))
        for quote in document.quotes
    ]
    assert len(quotes) == count
    assert {quote.kind for quote in quotes} == set(Kind)


@pytest.mark.parametrize("unit", [Unit.UTF_8, Unit.UTF_16])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents(), max_size=2))
def test_other_offsets_there_and_back(tmp_path: Path, unit: Unit, some: list[Document]) -> None:
    """A file says what its offsets count, and so comes back equal, with its texts or without."""
    texts = {document.id: document.text for document in some}
    for with_text in (True, False):
        path = tmp_path / "a.jsonl"
        with path.open("w", encoding="utf-8") as stream:
            jsonl.write(some, stream, with_text=with_text, offsets=unit)
        if with_text or len(texts) == len(some):
            assert list(load(path, texts=texts)) == some


def test_offsets_as_others_count() -> None:
    """A quote after an emoji stands where JavaScript and Rust find it."""
    text = "🙂 “No,” said Ann."
    document = Document("a", text, (Quote((Span.of(text, 2, 7),)),), meta={"pair": [4, 9]})
    for unit, encoding, size in ((Unit.UTF_16, "utf-16-le", 2), (Unit.UTF_8, "utf-8", 1)):
        stream = io.StringIO()
        jsonl.write([document], stream, offsets=unit)
        record = json.loads(stream.getvalue())
        [[start, end]] = record["quotes"][0]["content"]
        data = text.encode(encoding)
        assert data[start * size : end * size].decode(encoding) == "“No,”"
        assert record["schema"] == f"1+{unit}"
        assert record["meta"] == {"pair": [4, 9]}


def test_other_offsets_are_not_misread() -> None:
    """Who knows only characters refuses a line whose offsets count something else."""
    stream = io.StringIO()
    jsonl.write([Document("a", "🙂")], stream, with_text=True, offsets=Unit.UTF_16)
    with pytest.raises(FormatError, match=r"this document follows schema '1\+utf-16'"):
        Document.from_json(stream.getvalue())


@pytest.mark.parametrize("text", [None, 5, [], ["🙂", 5], {}, "🙂 No"])
@pytest.mark.parametrize("quotes", [5, [5], [{"content": [[0, -7]]}], [{"content": [[0, 99]]}]])
def test_malformed_lines_with_other_offsets(tmp_path: Path, text: object, quotes: object) -> None:
    """What is malformed is refused with its line, whatever its offsets count."""
    record = {"schema": "1+utf-8", "id": "a", "text": text, "quotes": quotes}
    assert "line 1: " in error_of(written(tmp_path / "a.jsonl", record))


def test_an_offset_within_a_character(tmp_path: Path) -> None:
    """An offset that splits an emoji is refused with its line."""
    quotes = [{"content": [[1, 3]]}]
    record = {"schema": "1+utf-16", "id": "a", "text": "🙂 No", "quotes": quotes}
    error = error_of(written(tmp_path / "a.jsonl", record))
    assert "line 1: the offset 1 stands within a character of the text; do the offsets" in error
