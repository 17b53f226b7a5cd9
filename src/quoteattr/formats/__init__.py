"""Quotes in and out: a module a format.

Those that can be read have ``read(path)``, an iterator of documents; all have ``write``, which
takes documents (brat, with one file a document, takes one) and an open text file. None of them
needs spaCy.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from quoteattr.errors import FileReadError, FormatError
from quoteattr.formats import brat, csv, jsonl
from quoteattr.quotes import Document

__all__ = ["brat", "csv", "jsonl", "load"]


def load(path: str | Path, *, texts: Mapping[str, str] | None = None) -> Iterator[Document]:
    """Read documents with their quotes, in the format that the path tells.

    Args:
        path: A file of JSON Lines (``.jsonl``, ``.jsonl.gz``), a brat file (``.ann``, with its
            ``.txt`` beside it), or a folder of brat files, which are read in the order of their
            names.
        texts: Texts by document id, for records of JSON Lines without one.

    Returns:
        The documents, read one at a time.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.
        FormatError: If the path tells no format, or the file does not follow its format.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "gold.jsonl")
        ...     _ = path.write_text('{"id": "a", "text": "No.", "quotes": []}')
        ...     [document] = load(path)
        >>> document.text
        'No.'
    """
    name = str(path)
    if name.endswith((".jsonl", ".jsonl.gz")):
        return jsonl.read(path, texts=texts)
    if name.endswith(".ann"):
        return brat.read(path)
    if Path(path).is_dir():
        return _load_folder(name)
    if not Path(path).exists():
        msg = f"can't read {name!r}: there is no such file; check the path"
        raise FileReadError(msg)
    msg = f"{name!r} is in no format known here; expected {_KNOWN}"
    raise FormatError(msg)


_KNOWN = ".jsonl, .jsonl.gz, .ann (with its .txt beside it) or a folder of .ann files"


def _load_folder(folder: str) -> Iterator[Document]:
    paths = sorted(path.name for path in Path(folder).glob("*.ann"))
    if not paths:
        msg = f"the folder {folder!r} holds no .ann file; expected {_KNOWN}"
        raise FormatError(msg)
    for name in paths:
        # Not by Path, which would drop a leading "./": the ids are paths as given.
        yield from brat.read(f"{folder.removesuffix('/')}/{name}")
