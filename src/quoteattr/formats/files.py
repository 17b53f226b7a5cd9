"""Files of any format: which one it is, reading it, and writing it whole or not at all."""

import gzip
import io
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from quoteattr.characters import SURROGATES
from quoteattr.errors import (
    ConfigError,
    FileReadError,
    FileWriteError,
    FormatError,
    QuoteattrError,
)
from quoteattr.formats import brat, csv, jsonl, parquet, tei
from quoteattr.formats.common import refuse_characters
from quoteattr.formats.offsets import Unit
from quoteattr.quotes import Document

__all__ = ["Format", "load", "save", "write"]


class Format(str, Enum):
    """The formats that documents with their quotes come in."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    BRAT = "brat"
    TEI = "tei"
    TEI_INLINE = "tei-inline"
    """Can only be written."""

    def __str__(self) -> str:
        return str(self.value)


_SUFFIXES = {
    ".jsonl": Format.JSONL,
    ".jsonl.gz": Format.JSONL,
    ".ann": Format.BRAT,
    ".xml": Format.TEI,
    ".xml.gz": Format.TEI,
    ".csv": Format.CSV,
    ".csv.gz": Format.CSV,
    ".parquet": Format.PARQUET,
}
_KNOWN = f"{', '.join(_SUFFIXES)} or a folder of .ann or .xml files"
_FOLDERS = {Format.BRAT: ".ann", Format.TEI: ".xml", Format.TEI_INLINE: ".xml"}
"""The formats with one document a file, of which there may be a folder."""


def load(
    path: str | Path, *, texts: Mapping[str, str] | None = None, form: Format | None = None
) -> Iterator[Document]:
    """Read documents with their quotes, one at a time.

    Args:
        path: A file of JSON Lines (``.jsonl``), CSV (``.csv``), TEI (``.xml``), each gzipped or
            not, or Parquet (``.parquet``), a brat file (``.ann``, with its ``.txt`` beside it), or
            a folder of brat or TEI files, which are read in the order of their names. ``"-"`` is
            standard input.
        texts: Texts by document id, for CSV, and for records of JSON Lines without one.
        form: The format; if None, the path tells it.

    Returns:
        The documents.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.
        FormatError: If the path tells no format, the format can't be read, or the file does not
            follow it.
        MissingExtraError: If it is Parquet, and pyarrow is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "gold.jsonl")
        ...     _ = path.write_text('{"id": "a", "text": "No.", "quotes": []}')
        ...     [document] = load(path)
        >>> document.text
        'No.'
    """
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a name is too long
        return _load_folder(str(path), form)
    match form or _told_by(path):
        case Format.JSONL:
            return jsonl.read(path, texts=texts)
        case Format.CSV:
            return csv.read(path, texts=texts)
        case Format.TEI:
            return tei.read(path)
        case Format.BRAT:
            return brat.read(path)
        case Format.PARQUET:
            return parquet.read(path)
        case Format.TEI_INLINE:
            msg = "tei-inline can only be written; what can be read is tei, the stand-off form"
            raise FormatError(msg)
        case None:
            if not os.path.exists(path):  # noqa: PTH110 - see above
                msg = f"can't read {str(path)!r}: there is no such file; check the path"
                raise FileReadError(msg)
            raise FormatError(_unknown(path))


def save(
    documents: Iterable[Document],
    path: str | Path,
    *,
    form: Format | None = None,
    offsets: Unit = Unit.CHARACTERS,
) -> None:
    """Write documents with their quotes to a new file, or to a new folder of files.

    It is written beside, and gets its name when it is whole: where something fails, nothing is
    left.

    Args:
        documents: The documents. For all formats but brat and TEI one at a time is held.
        path: The file. brat and TEI have one document a file; for several, a folder is meant by
            any path that doesn't end as a file of theirs, and the files in it are named by the
            documents' ids.
        form: The format; if None, the path tells it.
        offsets: What they count; only JSON Lines can have others than characters.

    Raises:
        ConfigError: If the path tells no format, or another one than `form`, or the format can't
            have such offsets, or a file of it not as many documents.
        FileWriteError: If the path is there already, or can't be written.
        FormatError: If the format can't hold a document.
        MissingExtraError: If it is Parquet, and pyarrow is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save([Document("news/a.txt", "No.")], Path(folder, "out"), form=Format.TEI)
        ...     sorted(path.name for path in Path(folder, "out").iterdir())
        ['a.xml']
    """
    told, final = _told_by(path), Path(path)
    chosen = _chosen(path, form, told)
    if chosen in _FOLDERS and not told:
        _save_folder(documents, final, chosen, offsets)
    elif chosen is Format.BRAT:
        _check(chosen, offsets)
        _save_brat(documents, final)
    else:
        with _beside(final) as partial, _opened(partial, zipped=final.suffix == ".gz") as stream:
            write(documents, stream, chosen, offsets=offsets)


def write(
    documents: Iterable[Document],
    stream: BinaryIO,
    form: Format,
    *,
    offsets: Unit = Unit.CHARACTERS,
) -> None:
    """Write documents with their quotes to an open file.

    Args:
        documents: The documents; for TEI, one.
        stream: Where to, an open binary file, which stays open.
        form: The format; not brat, which has two files a document.
        offsets: What they count; only JSON Lines can have others than characters.

    Raises:
        ConfigError: If the format can't have such offsets, or not as many documents.
        FormatError: If the format can't hold a document.
        MissingExtraError: If it is Parquet, and pyarrow is not installed.
    """
    _check(form, offsets)
    if form is Format.PARQUET:
        parquet.write(documents, stream)
        return
    text = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    try:
        _write_text(documents, text, form, offsets)
    finally:
        text.detach()


def _write_text(documents: Iterable[Document], stream: TextIO, form: Format, offsets: Unit) -> None:
    match form:
        case Format.JSONL:
            jsonl.write(documents, stream, with_text=True, offsets=offsets)
        case Format.CSV:
            csv.write(documents, stream)
        case Format.TEI:
            tei.write(_only(documents, form), stream)
        case Format.TEI_INLINE:
            tei.write_inline(_only(documents, form), stream)
        case _:
            msg = "brat has two files a document, an .ann and a .txt; name a file or a folder"
            raise ConfigError(msg)


def _check(form: Format, offsets: Unit) -> None:
    if offsets is not Unit.CHARACTERS and form is not Format.JSONL:
        msg = f"offsets in {offsets} go with the format jsonl, which says what they are, not {form}"
        raise ConfigError(msg)


def _only(documents: Iterable[Document], form: Format) -> Document:
    some = list(islice(documents, 2))
    if len(some) != 1:
        number = "several" if some else "none"
        msg = f"a file of {form} holds one document, and there are {number}; name a folder"
        raise ConfigError(msg)
    return some[0]


# Which format


def _told_by(path: str | Path) -> Format | None:
    name = str(path)
    return next((form for end, form in _SUFFIXES.items() if name.endswith(end)), None)


def _chosen(path: str | Path, form: Format | None, told: Format | None) -> Format:
    """The format to write: the one that is asked for, or else the one that the path tells."""
    chosen = form or told
    if chosen is None:
        raise ConfigError(_unknown(path))
    if told and told.value != chosen.value.removesuffix("-inline"):
        msg = f"{str(path)!r} is the name of a file of {told}, not {chosen}; name another file"
        raise ConfigError(msg)
    return chosen


def _unknown(path: str | Path) -> str:
    return f"{str(path)!r} is in no format known here; expected {_KNOWN}"


# Folders


def _load_folder(folder: str, form: Format | None) -> Iterator[Document]:
    for each, suffix in ((Format.BRAT, ".ann"), (Format.TEI, ".xml")):
        names = sorted(path.name for path in Path(folder).glob(f"*{suffix}"))
        if names and form in {each, None}:
            # Not by Path, which would drop a leading "./": the ids are paths as given.
            paths = (f"{folder.removesuffix('/')}/{name}" for name in names)
            yield from (document for path in paths for document in load(path, form=each))
            return
    if form not in {*_FOLDERS, None}:
        msg = f"{folder!r} is a folder, and {form} is read from a file; name the file"
    else:
        wanted = _FOLDERS[form or Format.BRAT]
        msg = f"the folder {folder!r} holds no {wanted} file; expected {_KNOWN}"
    raise FormatError(msg)


def _save_folder(documents: Iterable[Document], folder: Path, form: Format, offsets: Unit) -> None:
    names: dict[str, int] = {}
    with _beside(folder) as partial:
        partial.mkdir()
        for document in documents:
            name = _new_name(document.id, names)
            save([document], partial / f"{name}{_FOLDERS[form]}", form=form, offsets=offsets)


_LONGEST = 100
"""Characters of a name, which file systems limit."""


def _new_name(id_: str, names: dict[str, int]) -> str:
    """A file name that an id tells, and that no other one has, whatever the case of its letters.

    It is added to the names, which have the number that was last given to each.
    """
    last = id_.removesuffix(".txt").rstrip("/").rpartition("/")[2]
    plain = re.sub(r"[^\w.-]+", "_", last, flags=re.ASCII).lstrip(".")[:_LONGEST] or "document"
    name = plain
    while name.casefold() in names:
        names[plain.casefold()] += 1
        name = f"{plain}-{names[plain.casefold()]}"
    names[name.casefold()] = 1
    return name


# Files


_NOT_BRAT = re.compile(f"\\A\ufeff|{SURROGATES.pattern}")
"""What a text in UTF-8 can't hold; a byte order mark at its head is not taken for text."""


def _save_brat(documents: Iterable[Document], path: Path) -> None:
    # The one that is left first gets its name first: no .ann stands without its text.
    with _beside(path) as annotations, _beside(path.with_suffix(".txt")) as text:
        document = _only(documents, Format.BRAT)
        refuse_characters(Document(document.id, document.text), _NOT_BRAT, "brat")
        text.write_bytes(document.text.encode())
        with annotations.open("w", encoding="utf-8", newline="") as stream:
            brat.write(document, stream)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A path beside another one: what is written there gets the other's name, or is removed."""
    _refuse_present(path)
    # By chance, since somebody else may write the same file now.
    partial = path.with_name(f".{path.name[:_SHORT]}.{secrets.token_hex(8)}.part")
    try:
        yield partial
        _give_name(partial, path)
    except QuoteattrError:
        raise
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        # Not by Path, which raises where a name is too long.
        if os.path.isdir(partial):  # noqa: PTH112
            shutil.rmtree(partial)
        elif os.path.exists(partial):  # noqa: PTH110
            partial.unlink()


_SHORT = 50
"""Characters, of at most four bytes, which leave room for the rest of a name."""


def _refuse_present(path: Path) -> None:
    try:
        path.lstat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:  # ValueError if there is a NUL in it
        raise _unwritable(path, error) from error
    raise _present(path)


def _give_name(partial: Path, path: Path) -> None:
    try:
        path.hardlink_to(partial)  # to rename it would write over a file that is there by now
    except FileExistsError as error:
        raise _present(path) from error
    except OSError:  # folders have no such links, nor have some file systems
        _refuse_present(path)
        partial.rename(path)


def _present(path: Path) -> FileWriteError:
    return FileWriteError(f"{str(path)!r} is there already; name another file")


def _unwritable(path: Path, error: OSError | ValueError) -> FileWriteError:
    reason = getattr(error, "strerror", None) or error
    msg = f"can't write {str(path)!r}: {reason}; mend that, or name another file"
    return FileWriteError(msg)


@contextmanager
def _opened(path: Path, *, zipped: bool) -> Iterator[BinaryIO]:
    with path.open("wb") as file:
        if not zipped:
            yield file
            return
        # Without a name and a time in it, so that the same documents give the same bytes.
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as stream:
            yield cast("BinaryIO", stream)
