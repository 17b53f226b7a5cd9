"""Texts in: bytes to text, files to records, and what is said when that fails."""

import csv
import datetime as dt
import gzip
import io
import json
import os
import sys
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from quoteattr.errors import FileDecodeError, FileReadError, FormatError, QuoteattrError
from quoteattr.formats import save
from quoteattr.quotes import Document, Quote, Span
from quoteattr.readers import (
    Record,
    find_files,
    holds_one_text,
    read_lines,
    read_records,
    read_text,
)
from strategies import texts

CRLF = "“Yes,” said Ann.\r\nKıran Əli\n"


class _Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_line_ends_are_kept(tmp_path: Path) -> None:
    """CRLF stays CRLF, and the path may be a str or a Path."""
    path = tmp_path / "a.txt"
    path.write_bytes(CRLF.encode())
    assert read_text(path) == read_text(str(path)) == CRLF


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    """One mark at the head goes; another one is text."""
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeff\ufeffa\ufeff".encode())
    assert read_text(path) == "\ufeffa\ufeff"
    assert list(read_lines(path)) == ["\ufeffa\ufeff"]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_empty_text(tmp_path: Path, data: bytes) -> None:
    """Nothing, with a byte order mark or without, is the empty text."""
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert read_text(path) == ""


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash is standard input, read as bytes and left open."""
    stdin = _Stdin(b"\xef\xbb\xbf" + CRLF.encode())
    monkeypatch.setattr(sys, "stdin", stdin)
    assert read_text("-") == CRLF
    assert not stdin.buffer.closed


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    """A name in .gz is a gzipped file."""
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(CRLF.encode()))
    assert read_text(path) == CRLF
    assert "".join(read_lines(path)) == CRLF


def test_lines_end_at_line_feeds_only(tmp_path: Path) -> None:
    """Other line ends, which JSON may hold raw, end no line."""
    path = tmp_path / "a.jsonl"
    path.write_bytes("1\u2028\x85\r\n\n2\r3".encode())
    assert list(read_lines(path)) == ["1\u2028\x85\r\n", "\n", "2\r3"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts().filter(lambda text: text.isascii() or _encodes(text)))
def test_reading_gives_what_was_written(tmp_path: Path, text: str) -> None:
    """Any text that UTF-8 can hold comes back, whole or in lines."""
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode())
    assert read_text(path) == text.removeprefix("\ufeff")
    assert "".join(read_lines(path)) == text.removeprefix("\ufeff")


def _encodes(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _read_error(path: Path | str) -> str:
    with pytest.raises(FileReadError) as caught:
        read_text(path)
    with pytest.raises(FileReadError) as caught_later:
        list(read_lines(path))
    assert str(caught.value) == str(caught_later.value)
    return str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    """The message names the file and says what to do."""
    path = tmp_path / "no.txt"
    assert _read_error(path) == f"can't read '{path}': there is no such file; check the path"


def test_a_folder(tmp_path: Path) -> None:
    """A folder is told from a file, and its files are suggested."""
    assert _read_error(tmp_path) == (
        f"can't read '{tmp_path}': it is a folder, but a file was expected; "
        f"name the files in it, such as {tmp_path}/*.txt"
    )


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is closed to us comes with the command that opens it."""
    path = tmp_path / "it's.txt"
    path.touch()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    message = _read_error(path)
    assert message.startswith(f'can\'t read "{path}": permission denied; make it readable')
    assert message.endswith("""/it'"'"'s.txt'""")
    assert "chmod u+r '" in message


def test_a_text_for_a_path() -> None:
    """Who passes the text itself hears where texts go."""
    assert _read_error("“Yes,” said Ann Lee. " * 300) == (
        "can't read '“Yes,” said Ann Lee. “Yes,” said Ann Lee. “Yes,” s…': this is too long for a "
        "path; a text itself goes to standard input, with the path -"
    )


def test_an_impossible_path() -> None:
    """A NUL in a path is no built-in surprise."""
    assert "can't read 'a\\x00b': " in _read_error("a\0b")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"plain", "Not a gzipped file"),
        (gzip.compress(b"text")[:-9], "end-of-stream"),
        (gzip.compress(b"text")[:10] + b"\xff" * 20, "decompressing"),
    ],
)
def test_a_broken_gzip_file(tmp_path: Path, data: bytes, why: str) -> None:
    """Neither a plain file nor a cut nor a spoilt one is read as gzip."""
    path = tmp_path / "a.gz"
    path.write_bytes(data)
    message = _read_error(path)
    assert message.startswith(f"can't read '{path}': ")
    assert why in message


def test_not_utf_8(tmp_path: Path) -> None:
    """The message has the file, the byte, its offset and the command that converts it."""
    path = tmp_path / "my caf.txt"
    path.write_bytes("un café".encode("cp1252"))
    with pytest.raises(FileDecodeError) as caught:
        read_text(path)
    assert str(caught.value) == (
        f"'{path}' is not UTF-8: byte 0xe9 at offset 6; convert it first, such as with: "
        f"iconv -f cp1252 -t utf-8 '{path}'"
    )


def test_surrogates_are_not_utf_8(tmp_path: Path) -> None:
    """Decoding is strict: an encoded surrogate is refused."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"ab\xed\xa0\x80")
    with pytest.raises(FileDecodeError, match="byte 0xed at offset 2"):
        read_text(path)


def test_utf_16_is_guessed(tmp_path: Path) -> None:
    """A file that begins with the mark of UTF-16 is converted from that."""
    path = tmp_path / "a.txt"
    path.write_bytes("text".encode("utf-16"))
    with pytest.raises(FileDecodeError, match=r"at offset 0; .*iconv -f utf-16 -t utf-8 .*a\.txt$"):
        read_text(path)


def test_standard_input_not_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input has no path that a command could take."""
    monkeypatch.setattr(sys, "stdin", _Stdin(b"\xff"))
    with pytest.raises(FileDecodeError) as caught:
        read_text("-")
    assert str(caught.value) == (
        "standard input is not UTF-8: byte 0xff at offset 0; convert it first, such as with: "
        "iconv -f cp1252 -t utf-8"
    )


def test_a_late_line_not_utf_8(tmp_path: Path) -> None:
    """The offset counts from the head of the file, and the lines before come out."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ntwo\nthr\xe9e")
    lines = read_lines(path)
    assert [next(lines), next(lines)] == ["one\n", "two\n"]
    with pytest.raises(FileDecodeError, match="byte 0xe9 at offset 11;"):
        next(lines)


# Files


def _found(*paths: str | Path, within: Path) -> list[str]:
    return [str(Path(path).relative_to(within)) for path in find_files(paths)]


@pytest.fixture(name="archive")
def _archive(tmp_path: Path) -> Path:
    """A folder with folders, some of whose files are texts."""
    for name in (
        "b.txt",
        "a.TXT",
        "c.jsonl.gz",
        "notes.md",
        ".hidden.txt",
        "2/x.csv",
        "10/y.parquet",
    ):
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "archive" / ".git").mkdir()
    (tmp_path / "archive" / ".git" / "z.txt").touch()
    return tmp_path / "archive"


def test_a_folder_stands_for_its_texts(archive: Path) -> None:
    """Those in it come first, then those of its folders, each by name; hidden ones don't."""
    expected = ["a.TXT", "b.txt", "c.jsonl.gz", "10/y.parquet", "2/x.csv"]
    assert _found(archive, within=archive) == expected


def test_paths_stay_as_given(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leading `./` is kept, for the paths are ids."""
    monkeypatch.chdir(archive)
    assert list(find_files(["./2", "2/", "./2/*"])) == ["./2/x.csv", "2/x.csv", "./2/x.csv"]


def test_named_files_are_taken(archive: Path) -> None:
    """Whatever their name, in the order given, and twice if given twice."""
    paths = [archive / "notes.md", archive / ".hidden.txt", archive / "notes.md"]
    assert list(find_files(paths)) == list(map(str, paths))


def test_a_pattern_stands_for_files(archive: Path) -> None:
    """It may go into folders; these themselves are left out, so that nothing comes twice."""
    assert _found(archive / "**" / "*.[ct]*", within=archive) == ["2/x.csv", "b.txt"]
    everything = ["10/y.parquet", "2/x.csv", "a.TXT", "b.txt", "c.jsonl.gz", "notes.md"]
    assert _found(archive / "**", within=archive) == everything


def test_a_file_that_looks_like_a_pattern(tmp_path: Path) -> None:
    """A name with brackets is first of all a name."""
    for name in "a[1].txt", "a1.txt":
        (tmp_path / name).touch()
    assert _found(tmp_path / "a[1].txt", within=tmp_path) == ["a[1].txt"]


def test_links_are_no_trap(archive: Path) -> None:
    """A folder that leads back to itself is not gone round in; a link to a file is a file."""
    (archive / "2" / "round").symlink_to(archive)
    (archive / "2" / "w.txt").symlink_to(archive / "b.txt")
    assert _found(archive / "2", within=archive) == ["2/w.txt", "2/x.csv"]


def test_a_closed_folder_is_not_passed_over(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that can't be listed is given back, for its reading to fail."""
    scandir = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("10"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert _found(archive, within=archive) == ["a.TXT", "b.txt", "c.jsonl.gz", "2/x.csv", "10"]


@pytest.mark.parametrize("path", ["-", "no.txt", "no/*.txt", "a\0b", "a\0/*"])
def test_what_stands_for_no_file_comes_back(path: str) -> None:
    """Standard input does, and what reading will refuse."""
    assert list(find_files([path])) == [path]


def test_an_empty_folder(tmp_path: Path) -> None:
    """The message says what was looked for."""
    (tmp_path / "notes.md").touch()
    [path] = find_files([tmp_path])
    [message] = _errors(path)
    assert message == (
        f"can't read '{tmp_path}': it is a folder with no file in it that ends in .txt, .jsonl, "
        ".csv, .parquet; name the files themselves"
    )


# Records

Rows = Sequence[Mapping[str, object]]


def _write_json_lines(rows: Rows, path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _write_csv(rows: Rows, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _write_parquet(rows: Rows, path: Path) -> None:
    parquet.write_table(pa.Table.from_pylist(list(rows)), path)


WRITERS = {".jsonl": _write_json_lines, ".csv": _write_csv, ".parquet": _write_parquet}


def _errors(path: str | Path, **fields: str) -> list[str]:
    """What is said of the records that can't be read."""
    return [str(each) for each in read_records(path, **fields) if isinstance(each, QuoteattrError)]


def _records(path: str | Path, **fields: str) -> list[Record]:
    """The records that can be read."""
    return [each for each in read_records(path, **fields) if isinstance(each, Record)]


def test_a_file_is_one_record(tmp_path: Path) -> None:
    """Its id is the path as given."""
    path = tmp_path / "notes.md"
    path.write_bytes(CRLF.encode())
    assert holds_one_text(path)
    assert list(read_records(path)) == [Record(str(path), CRLF)]


def test_standard_input_is_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its id is the dash."""
    monkeypatch.setattr(sys, "stdin", _Stdin(CRLF.encode()))
    assert list(read_records("-")) == [Record("-", CRLF)]


def _in_a_cell(text: str) -> bool:
    # Python 3.10 reads no NUL in CSV.
    return _encodes(text) and "\0" not in text


@pytest.mark.parametrize("suffix", WRITERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(st.tuples(st.integers(), texts().filter(_in_a_cell)), min_size=1))
def test_records_come_back(tmp_path: Path, suffix: str, written: list[tuple[int, str]]) -> None:
    """What any table holds is read in its order, whatever is in the texts."""
    path = tmp_path / f"table{suffix}"
    WRITERS[suffix]([{"note": "x", "id": str(n), "text": text} for n, text in written], path)
    assert not holds_one_text(path)
    assert list(read_records(path)) == [Record(str(n), text) for n, text in written]


@pytest.mark.parametrize("suffix", WRITERS)
def test_fields_have_any_name(tmp_path: Path, suffix: str) -> None:
    """The fields with the text and the id can be named; a whole number is an id."""
    path = tmp_path / f"table{suffix.upper()}"
    WRITERS[suffix]([{"body": "No.", "id": "x", "n": 7}], path)
    assert list(read_records(path, text_field="body", id_field="n")) == [Record("7", "No.")]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_nameless_record_is_named_by_its_place(tmp_path: Path, suffix: str) -> None:
    """The place is the line, in Parquet the row; an empty id is none."""
    path = tmp_path / f"table{suffix}"
    WRITERS[suffix]([{"text": "No.\n", "id": ""}, {"text": "Yes.", "id": ""}], path)
    places = {".jsonl": (1, 2), ".csv": (2, 4), ".parquet": (1, 2)}[suffix]
    assert [record.id for record in _records(path)] == [f"{path}:{place}" for place in places]
    assert _records(path, id_field="no") == _records(path)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_gzipped_tables(tmp_path: Path, suffix: str) -> None:
    """Tables of text may be gzipped; where the file is cut off, what came before is kept."""
    path = tmp_path / f"table{suffix}"
    WRITERS[suffix]([{"id": str(n), "text": "No."} for n in range(5000)], path)
    packed = path.with_name(f"{path.name}.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert not holds_one_text(packed)
    assert _records(packed) == _records(path)
    packed.write_bytes(packed.read_bytes()[:-1000])
    *before, error = read_records(packed)
    assert before
    assert before == _records(path)[: len(before)]
    assert "end-of-stream" in str(error)


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_text_must_be_there(tmp_path: Path, suffix: str) -> None:
    """The message has the file, the line of a record, the fields that are there and the remedy."""
    path = tmp_path / f"table{suffix}"
    WRITERS[suffix]([{"id": "a", "body": "No."}], path)
    where = {".jsonl": f"'{path}', line 1", ".csv": f"'{path}', line 1", ".parquet": f"'{path}'"}
    [message] = _errors(path)
    assert message == (
        f"{where[suffix]}: there is no field 'text' in ['id', 'body']; "
        "name the one that holds the text: --text-field, text_field="
    )


def test_bad_lines_fail_alone(tmp_path: Path) -> None:
    """Of JSON Lines each that can't be used is named with its line; the others are read."""
    path = tmp_path / "a.jsonl"
    lines = [
        b'\xef\xbb\xbf{"id": "a", "text": "\\ud800 \xc3\xa9"}\r',
        b"",
        b'{"id": "b", "text": ',
        b'["a text"]',
        b'{"id": "c", "text": null}',
        b'{"id": 1.5, "text": "No."}',
        b"[" * 100_000,
        b'{"id": "caf\xe9", "text": "No."}',
        b'{"id": "d", "text": ""}',
    ]
    path.write_bytes(b"\n".join(lines))
    assert _records(path) == [Record("a", "\ud800 é"), Record("d", "")]
    reasons = [
        "line 3: not JSON: Expecting value",
        "line 4: expected a JSON object, got list",
        "line 5: the field 'text' must be a string, not null",
        "line 6: the field 'id' must be a string or a whole number, not float",
        "line 7: not JSON: maximum recursion depth exceeded",
    ]
    *messages, last = _errors(path)
    for message, reason in zip(messages, reasons, strict=True):
        assert message.startswith(f"'{path}', {reason}")
    offset = sum(len(line) + 1 for line in lines[:7]) + lines[7].index(b"\xe9")
    assert last.startswith(f"'{path}' is not UTF-8: byte 0xe9 at offset {offset}; convert it first")


def test_a_table_of_quotes(tmp_path: Path) -> None:
    """CSV as quoteattr writes it has quotes where texts are expected; they are not read as such."""
    path = tmp_path / "quotes.csv"
    save([Document("a", "No.", (Quote((Span(0, 2, "No"),)),))], path)
    [error] = read_records(path)
    assert str(error) == (
        f"{str(path)!r}, line 1: this is a table of quotes, as quoteattr writes it, without the "
        "texts that they are from; name those texts, or a file of quotes with them, such as from: "
        "quoteattr extract --with-text"
    )
    [record] = read_records(path, text_field="content_spans")
    assert record == Record("a", "[[0, 2]]")


def test_a_csv_row_of_another_length(tmp_path: Path) -> None:
    """A comma that is not quoted would cut a text short; the message says what to do."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n\n1,Yes, said Ann.\n2\n3,"Yes,\nno."\n4,No.\n')
    assert _records(path) == [Record("3", "Yes,\nno."), Record("4", "No.")]
    remedy = "a cell with a comma in it needs quotation marks around it"
    assert _errors(path) == [
        f"'{path}', line 3: the row's length is 3, the header's 2; {remedy}",
        f"'{path}', line 4: the row's length is 1, the header's 2; {remedy}",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_with_any_line_end(tmp_path: Path, end: str) -> None:
    """Rows may end as on any system, after a byte order mark, too; in cells line ends are kept."""
    path = tmp_path / "a.csv"
    path.write_bytes(f'\ufefftext{end}"One{end}two"{end}Three'.encode())
    expected = [Record(f"{path}:2", f"One{end}two"), Record(f"{path}:4", "Three")]
    assert list(read_records(path)) == expected


def test_a_csv_with_a_mark_too_few(tmp_path: Path) -> None:
    """A cell that never ends is not taken for a text, and one with marks of its own neither."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n1,No.\n2,"Yes, said Ann.\n3,No.\n')
    assert _records(path) == [Record("1", "No.")]
    rest = "from here on the file was not read"
    assert _errors(path) == [f"'{path}', line 4: not CSV: unexpected end of data; {rest}"]
    path.write_bytes(b'id,text\n1,"\\"Yes,\\" said Ann."\n')
    reason = "not CSV: ',' expected after '\"'"
    assert _errors(path) == [f"'{path}', line 2: {reason}; {rest}"]


def test_an_empty_table(tmp_path: Path) -> None:
    """JSON Lines may be empty; CSV has at least its header."""
    for suffix, count in (".jsonl", 0), (".csv", 1):
        path = tmp_path / f"a{suffix}"
        path.touch()
        assert [type(each) for each in read_records(path)] == [FormatError] * count


def test_a_long_text_in_csv(tmp_path: Path) -> None:
    """A text may be longer than Python's own limit for a cell."""
    path = tmp_path / "a.csv"
    _write_csv([{"text": "No. " * 100_000}], path)
    assert [len(record.text) for record in _records(path)] == [400_000]


def test_parquet_in_parts(tmp_path: Path) -> None:
    """Of a row group of 40 megabytes only a small part is held at a time."""
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"{n:05}" * 1000 for n in range(8000)]})
    parquet.write_table(table, path, use_dictionary=False, compression="none")
    size = table.nbytes
    del table
    before = pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in read_records(path)]
    assert len(held) == 8000
    assert max(held) < size / 5


def test_parquet_that_is_none(tmp_path: Path) -> None:
    """What PyArrow says of a broken file is said with its name, and of no file as always."""
    path = tmp_path / "a.parquet"
    assert _errors(path) == [f"can't read '{path}': there is no such file; check the path"]
    path.write_bytes(b"PAR1, or not")
    [message] = _errors(path)
    assert message.startswith(f"can't read '{path}': Parquet magic bytes not found")


def test_parquet_of_numbers(tmp_path: Path) -> None:
    """A text that is no string is refused row by row."""
    path = tmp_path / "a.parquet"
    _write_parquet([{"text": 7}, {"text": None}], path)
    reasons = [
        f"'{path}', row {n}: the field 'text' must be a string, not {kind}"
        for n, kind in ((1, "int"), (2, "null"))
    ]
    assert _errors(path) == reasons


def test_parquet_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyArrow is missing, the message says how to install it."""
    path = tmp_path / "a.parquet"
    _write_parquet([{"text": "No."}], path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    [message] = _errors(path)
    assert message == (
        f"can't read '{path}': this needs pyarrow, which is not installed; install it with: "
        "pip install 'quoteattr[arrow]'"
    )


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_memory_is_bounded(tmp_path: Path, suffix: str) -> None:
    """Of a table of 10 megabytes only a small part is held at a time."""
    path = tmp_path / f"a{suffix}"
    WRITERS[suffix]([{"text": "No. " * 1000}] * 2500, path)
    tracemalloc.start()
    assert sum(isinstance(each, Record) for each in read_records(path)) == 2500
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 10


def test_what_a_table_says_of_a_text(tmp_path: Path) -> None:
    """Title, address, date and outlet are kept, if they are strings or dates; nothing else is."""
    row = {"text": "No.", "title": "T", "url": "", "outlet": 7, "author": "A"}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({**row, "published": "2024-01-31"}), encoding="utf-8")
    wanted = {"title": "T", "published": "2024-01-31"}
    assert _records(path) == [Record(f"{path}:1", "No.", wanted)]
    path = tmp_path / "a.parquet"
    table = pa.Table.from_pylist(
        [{**row, "published": dt.datetime(2024, 1, 31, tzinfo=dt.timezone.utc)}]
    )
    parquet.write_table(table, path)
    wanted = {"title": "T", "published": "2024-01-31T00:00:00+00:00"}
    assert _records(path) == [Record(f"{path}:1", "No.", wanted)]
