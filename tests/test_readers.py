"""Texts in: bytes to text, and what is said when that fails."""

import gzip
import io
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from quoteattr.errors import FileDecodeError, FileReadError
from quoteattr.readers import read_lines, read_text
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
