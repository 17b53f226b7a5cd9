"""Files of any format: the format by the name, folders, and nothing half-written."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quoteattr.errors import ConfigError, FileReadError, FileWriteError, FormatError
from quoteattr.formats import Format, load, save
from quoteattr.formats.offsets import Unit
from quoteattr.quotes import Document, Quote, Span
from strategies import documents_without

SEEDS = Path(__file__).parents[2] / "seeds"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ANY = ["a.jsonl", "a.jsonl.gz", "a.xml", "a.xml.gz", "a.parquet"]
"""Names of all formats that hold everything."""


@pytest.mark.parametrize("name", ANY)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(document=documents_without(NOT_XML))
def test_there_and_back(tmp_path: Path, name: str, document: Document) -> None:
    """What is saved under a name is loaded from it, and nothing else is left in the folder."""
    path = tmp_path / name
    save([document], path)
    assert list(load(path)) == [document]
    assert list(tmp_path.iterdir()) == [path]
    path.unlink()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(some=st.lists(documents_without(NOT_XML), min_size=1, max_size=4))
def test_a_folder_there_and_back(tmp_path: Path, some: list[Document]) -> None:
    """A folder holds all documents, whatever their ids, each in a file of its own."""
    path = tmp_path / "out"
    save(some, path, form=Format.TEI)
    assert sorted(map(repr, load(path))) == sorted(map(repr, some))
    for file in path.iterdir():
        file.unlink()
    path.rmdir()


def test_the_seeds_as_brat(tmp_path: Path) -> None:
    """A folder of brat files is written as it was read, to the byte."""
    save(load(SEEDS), tmp_path / "out", form=Format.BRAT)
    for path in (tmp_path / "out").iterdir():
        assert path.read_bytes() == (SEEDS / path.name).read_bytes()
    assert len(list((tmp_path / "out").iterdir())) == 10


def test_one_brat_file(tmp_path: Path) -> None:
    """An .ann file gets its .txt beside it."""
    document = Document("a", "“No.”", (Quote((Span(0, 5, "“No.”"),)),))
    save([document], tmp_path / "b.ann")
    assert (tmp_path / "b.txt").read_bytes() == "“No.”".encode()
    [again] = load(tmp_path / "b.ann")
    assert [quote.content for quote in again.quotes] == [document.quotes[0].content]


@pytest.mark.parametrize(("text", "character"), [("\ufeffNo", "U+FEFF at 0"), ("\ud800", "U+D800")])
def test_texts_that_no_text_file_holds(tmp_path: Path, text: str, character: str) -> None:
    """A lone surrogate, or a byte order mark at the head, would move the offsets: refused."""
    with pytest.raises(FormatError, match=re.escape(f"can't hold the character {character}")):
        save([Document("a", text)], tmp_path / "a.ann")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        (["news/a.txt", "other/a.txt", "A"], ["A-3", "a", "a-2"]),
        (["https://example.org/x?y=1"], ["x_y_1"]),
        (["", "..", "/", "é ü"], ["_", "document", "document-2", "document-3"]),
        (["x" * 300], ["x" * 100]),
    ],
)
def test_names_of_files(tmp_path: Path, ids: list[str], names: list[str]) -> None:
    """Files are named by ids as far as any system has such names, no two alike but for case."""
    save([Document(id_, "") for id_ in ids], tmp_path / "out", form=Format.TEI)
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == names


def _fails() -> Iterator[Document]:
    yield Document("a", "No.")
    msg = "no more"
    raise FormatError(msg)


@pytest.mark.parametrize(
    ("name", "form"), [("a.jsonl", None), ("a.csv.gz", None), ("a.parquet", None), ("a", "tei")]
)
def test_nothing_is_left_of_a_failure(tmp_path: Path, name: str, form: str | None) -> None:
    """Where the documents end in an error, there is no file, no folder and no part of one."""
    with pytest.raises(FormatError, match="no more"):
        save(_fails(), tmp_path / name, form=Format(form) if form else None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.jsonl", "a.ann", "folder"])
def test_what_is_there_stays(tmp_path: Path, name: str) -> None:
    """A file or folder that is there is not written over."""
    path = tmp_path / name
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileWriteError, match=r"is there already; name another file"):
        save([Document("a", "")], path, form=None if "." in name else Format.BRAT)
    assert path.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    """A file in a folder that is not there can't be written."""
    with pytest.raises(FileWriteError, match=r"can't write '.*': No such file or directory; mend"):
        save([], tmp_path / "none" / "a.jsonl")


@pytest.mark.parametrize(("number", "word"), [(0, "none"), (2, "several")])
@pytest.mark.parametrize("name", ["a.xml", "a.ann"])
def test_one_document_a_file(tmp_path: Path, name: str, number: int, word: str) -> None:
    """A file that holds one document is refused any other number."""
    with pytest.raises(FormatError, match=f"holds one document, and there are {word}; name a"):
        save([Document("a", "")] * number, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.csv", "a.ann", "a.xml", "a.parquet"])
def test_offsets_that_a_format_does_not_tell(tmp_path: Path, name: str) -> None:
    """Only JSON Lines say what their offsets count."""
    with pytest.raises(ConfigError, match="offsets in utf-8 go with the format jsonl, which says"):
        save([Document("a", "")], tmp_path / name, offsets=Unit.UTF_8)


def test_unknown_names(tmp_path: Path) -> None:
    """A name that tells no format is refused with those that do, a missing file as such."""
    path = tmp_path / "a.docx"
    with pytest.raises(FileReadError, match="there is no such file"):
        load(path)
    path.touch()
    for attempt in (lambda: load(path), lambda: save([], tmp_path / "b.docx")):
        with pytest.raises(FormatError, match=r"in no format known here; expected \.jsonl, "):
            attempt()


def test_inline_cannot_be_read(tmp_path: Path) -> None:
    """The inline form is refused before anything is read."""
    with pytest.raises(
        FormatError, match="tei-inline can only be written; what can be read is tei"
    ):
        load(tmp_path / "a.xml", form=Format.TEI_INLINE)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (None, "holds no .ann file; expected .jsonl, "),
        ("tei", "holds no .xml file; expected .jsonl, "),
        ("csv", "is a folder, and csv is read from a file; name the file"),
    ],
)
def test_an_empty_folder(tmp_path: Path, form: str | None, message: str) -> None:
    """A folder without files of the format is the wrong one."""
    with pytest.raises(FormatError, match=re.escape(message)):
        list(load(tmp_path, form=Format(form) if form else None))


def test_a_folder_of_both(tmp_path: Path) -> None:
    """Where both kinds of files are in a folder, brat is read unless TEI is asked for."""
    save([Document("x", "brat")], tmp_path / "a.ann")
    save([Document("x", "TEI")], tmp_path / "a.xml")
    assert [document.text for document in load(tmp_path)] == ["brat"]
    assert [document.text for document in load(tmp_path, form=Format.TEI)] == ["TEI"]


def test_zipped_files_are_the_same_each_time(tmp_path: Path) -> None:
    """No name and no time is in a gzipped file: the same documents give the same bytes."""
    paths = [tmp_path / name for name in ("a.jsonl.gz", "b.jsonl.gz")]
    for path in paths:
        save([Document("a", "No.")], path)
    one, other = (path.read_bytes() for path in paths)
    assert one == other
    assert one[3:8] == bytes(5)  # RFC 1952: no name, and no time
    assert gzip.decompress(paths[0].read_bytes()).startswith(b'{"schema": 1')
