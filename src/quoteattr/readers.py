"""Texts in: files and standard input, as UTF-8."""

import contextlib
import gzip
import shlex
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from quoteattr.errors import FileDecodeError, FileReadError

__all__ = ["read_lines", "read_text"]


def read_text(path: str | Path) -> str:
    r"""Read a whole text.

    Args:
        path: A file in UTF-8, gzipped if its name ends in ``.gz``; ``"-"`` is standard input.

    Returns:
        The text as it stands; only a byte order mark at its head is dropped, and line ends are
        kept as they are.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "article.txt")
        ...     _ = path.write_bytes("\ufeff“Yes,” said Ann.\r\n".encode())
        ...     read_text(path)
        '“Yes,” said Ann.\r\n'
    """
    with _reading(path), _open(path) as file:
        data = file.read()
    return _decode(data, path)


def read_lines(path: str | Path) -> Iterator[str]:
    r"""Read a text line by line, holding one line at a time.

    Args:
        path: A file in UTF-8, gzipped if its name ends in ``.gz``; ``"-"`` is standard input.

    Yields:
        Each line with its end; only ``"\n"`` ends one. A byte order mark at the head is dropped.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "two.jsonl")
        ...     _ = path.write_bytes(b"1\r\n2")
        ...     list(read_lines(path))
        ['1\r\n', '2']
    """
    offset = 0
    for line in _byte_lines(path):
        yield _decode(line, path, offset=offset)
        offset += len(line)


def _byte_lines(path: str | Path) -> Iterator[bytes]:
    with _reading(path), _open(path) as file:
        yield from file


def _open(path: str | Path) -> AbstractContextManager[BinaryIO | gzip.GzipFile]:
    if str(path) == "-":
        return contextlib.nullcontext(sys.stdin.buffer)
    if str(path).endswith(".gz"):
        return gzip.open(path, "rb")
    return Path(path).open("rb")


@contextlib.contextmanager
def _reading(path: str | Path) -> Iterator[None]:
    """Say what is wrong with a file in words of our own."""
    try:
        yield
    # A path with a NUL in it is a ValueError, and a broken gzip file one of the last two.
    except (OSError, ValueError, EOFError, zlib.error) as error:
        msg = f"can't read {_name(path)}: {_reason(error, path)}"
        raise FileReadError(msg) from error


def _reason(error: Exception, path: str | Path) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; check the path"
    # Not by the error's class: Windows says PermissionError of a folder.
    if isinstance(error, OSError) and Path(path).is_dir():
        pattern = str(Path(path) / "*.txt")
        return f"it is a folder, but a file was expected; name the files in it, such as {pattern}"
    if isinstance(error, PermissionError):
        return f"permission denied; make it readable, such as with: chmod u+r {_quoted(path)}"
    return str(error)


def _decode(data: bytes, path: str | Path, *, offset: int = 0) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte, at = data[error.start], offset + error.start
        msg = (
            f"{_name(path)} is not UTF-8: byte 0x{byte:02x} at offset {at}; "
            f"convert it first, such as with: {_conversion(data, path)}"
        )
        raise FileDecodeError(msg) from error
    return text if offset else text.removeprefix("\ufeff")


def _conversion(data: bytes, path: str | Path) -> str:
    """A command that may turn the file into UTF-8, with a guess at what it is."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "cp1252"
    command = f"iconv -f {encoding} -t utf-8"
    return command if str(path) == "-" else f"{command} {_quoted(path)}"


def _name(path: str | Path) -> str:
    return "standard input" if str(path) == "-" else repr(str(path))


def _quoted(path: str | Path) -> str:
    return shlex.quote(str(path))
