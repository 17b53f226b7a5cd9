"""Files of any format: the format by the name, folders, and nothing half-written."""

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quoteattr.errors import ConfigError, FileReadError, FileWriteError, FormatError
from quoteattr.formats import Format, load, save
from quoteattr.formats.files import _new_name
from quoteattr.formats.offsets import Unit
from quoteattr.quotes import Document, Quote, Span
from strategies import documents_without
from timing import growth

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
        (["a", "a", "a-2", "a"], ["a", "a-2", "a-2-2", "a-3"]),
    ],
)
def test_names_of_files(tmp_path: Path, ids: list[str], names: list[str]) -> None:
    """Files are named by ids as far as any system has such names, no two alike but for case."""
    save([Document(id_, "") for id_ in ids], tmp_path / "out", form=Format.TEI)
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == names


def test_names_take_linear_time() -> None:
    """Ids that have no letters of their own are all named alike but for a number."""

    def named(ids: str) -> None:
        names: dict[str, int] = {}
        for id_ in ids:
            _new_name(id_, names)

    assert growth(named, "新" * 4_000, limit=2.6) <= 2.6


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


def _late(path: Path) -> Iterator[Document]:
    yield Document("a", "No.")
    path.write_text("mine", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "late"),
    [("a.jsonl", "a.jsonl"), ("a.ann", "a.ann"), ("a.ann", "a.txt"), ("folder", "folder")],
)
def test_what_comes_meanwhile_stays(tmp_path: Path, name: str, late: str) -> None:
    """What appears while a file is written is not written over, nor does an .ann go with it."""
    with pytest.raises(FileWriteError, match=rf"{late}' is there already; name another file"):
        save(_late(tmp_path / late), tmp_path / name, form=None if "." in name else Format.TEI)
    assert (tmp_path / late).read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "a.ann").exists() == (late == "a.ann")
    assert not list(tmp_path.glob(".*"))


def test_two_at_once(tmp_path: Path) -> None:
    """Of two that write one file the first to end has it, whole; the other is told so."""
    path = tmp_path / "a.jsonl"
    first, second = (Document(id_, id_ * 100_000) for id_ in "ab")

    def meanwhile() -> Iterable[Document]:
        yield second
        save([first], path)
        yield second

    with pytest.raises(FileWriteError, match="is there already; name another file"):
        save(meanwhile(), path)
    assert list(load(path)) == [first]
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_nowhere_stays(tmp_path: Path) -> None:
    """A symbolic link is there, even if what it leads to is not."""
    path = tmp_path / "a.jsonl"
    path.symlink_to("none")
    with pytest.raises(FileWriteError, match="is there already; name another file"):
        save([Document("a", "")], path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("x" * 5000 + ".jsonl", "File name too long"),
        ("x" * 5000 + "/a.jsonl", "File name too long"),
        ("a\0b.jsonl", "embedded null"),
        ("a\0b.parquet", "embedded null"),
    ],
)
def test_paths_that_no_system_has(path: str, reason: str) -> None:
    """A path too long, or with a NUL in it, is refused in words of our own both ways."""
    with pytest.raises(FileWriteError, match=rf"can't write '.*{reason}.*; mend that, or name"):
        save([Document("a", "")], path)
    with pytest.raises(FileReadError, match=r"can't read 'x|can't read 'a\\x00b\..*embedded null"):
        list(load(path))


def test_a_text_for_a_path() -> None:
    """A long text given for a path is no file, and no reason to fail in other words."""
    with pytest.raises(FileReadError, match="there is no such file; check the path"):
        load("x" * 5000)


def test_a_long_name(tmp_path: Path) -> None:
    """A name as long as a system takes can be written, though what is written beside has one."""
    path = tmp_path / f"{'🙂' * 62}.jsonl"
    save([Document("a", "")], path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "form", "told"),
    [
        ("z.xml", Format.BRAT, "tei"),
        ("z.ann", Format.TEI, "brat"),
        ("z.csv", Format.JSONL, "csv"),
        ("z.jsonl.gz", Format.TEI_INLINE, "jsonl"),
    ],
)
def test_a_name_of_another_format(tmp_path: Path, name: str, form: Format, told: str) -> None:
    """A name that tells one format is not given to a file of another."""
    with pytest.raises(ConfigError) as caught:
        save([Document("a", "")], tmp_path / name, form=form)
    assert str(caught.value) == (
        f"'{tmp_path / name}' is the name of a file of {told}, not {form}; name another file"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "form"), [("a.json", Format.JSONL), ("a.xml", Format.TEI_INLINE)])
def test_names_that_tell_no_other_format(tmp_path: Path, name: str, form: Format) -> None:
    """A name with any other ending will do, and one of TEI does for both forms of it."""
    save([Document("a", "No.")], tmp_path / name, form=form)
    assert "No." in (tmp_path / name).read_text(encoding="utf-8")


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    """A file in a folder that is not there can't be written."""
    with pytest.raises(FileWriteError, match=r"can't write '.*': No such file or directory; mend"):
        save([], tmp_path / "none" / "a.jsonl")


@pytest.mark.parametrize(("number", "word"), [(0, "none"), (2, "several")])
@pytest.mark.parametrize("name", ["a.xml", "a.ann"])
def test_one_document_a_file(tmp_path: Path, name: str, number: int, word: str) -> None:
    """A file that holds one document is refused any other number."""
    with pytest.raises(ConfigError, match=f"holds one document, and there are {word}; name a"):
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
    with pytest.raises(FormatError, match=r"in no format known here; expected \.jsonl, "):
        load(path)
    with pytest.raises(ConfigError, match=r"in no format known here; expected \.jsonl, "):
        save([], tmp_path / "b.docx")


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
