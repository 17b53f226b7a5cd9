"""JSON Lines: one document a line, as `quoteattr.quotes.json_schema` describes it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from quoteattr.errors import FormatError
from quoteattr.formats.common import to_document
from quoteattr.quotes import Document
from quoteattr.readers import read_lines

__all__ = ["read", "write"]


def read(path: str | Path, *, texts: Mapping[str, str] | None = None) -> Iterator[Document]:
    """Read documents, one at a time.

    Records may say less than quoteattr's own: an id, a text and the content of each quote are
    enough. A missing kind follows from the quotation marks; a speaker may be a plain name, with
    ``"named"`` beside it, ``"A; B"`` for two, or a list.

    Args:
        path: A file of JSON Lines, gzipped if its name ends in ``.gz``.
        texts: Texts by document id, for the records without one.

    Yields:
        The documents, in their order in the file. Empty lines are passed over.

    Raises:
        FileReadError: If there is no such file, or it can't be read.
        FileDecodeError: If its bytes are not UTF-8.
        FormatError: If a line is malformed, or there is no text for it; the message has the line's
            number.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "gold.jsonl")
        ...     _ = path.write_text('{"id": "a", "quotes": [{"content": [[0, 5]]}]}')
        ...     [document] = read(path, texts={"a": "“No,” said Ann."})
        >>> document.quotes
        (<Quote 0:5 direct, None: '“No,”'>,)
    """
    for number, line in enumerate(read_lines(path), start=1):
        if line.strip():
            try:
                document = _document(line, texts)
            except FormatError as error:
                msg = f"{path}, line {number}: {error}"
                raise FormatError(msg) from error
            yield document


def write(documents: Iterable[Document], stream: TextIO, *, with_text: bool = False) -> None:
    """Write documents, a line each.

    Args:
        documents: The documents.
        stream: Where to, an open text file in UTF-8.
        with_text: Whether to include the texts, without which the way back needs them.

    Example:
        >>> import sys
        >>> write([Document("a", "No.")], sys.stdout)
        {"schema": 1, "id": "a", "model": {}, "warnings": [], "quotes": []}
    """
    stream.writelines(document.to_json(with_text=with_text) + "\n" for document in documents)


def _document(line: str, texts: Mapping[str, str] | None) -> Document:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        msg = f"not JSON: {error}"
        raise FormatError(msg) from error
    has_text = not isinstance(record, Mapping) or "text" in record
    return to_document(record, text=None if has_text else _text(record, texts or {}))


def _text(record: Mapping[str, object], texts: Mapping[str, str]) -> str | None:
    """The text of a record without one; None, which is refused, if no texts were given at all."""
    text = texts.get(str(record.get("id")))
    if text is None and texts:
        msg = (
            f"document {record.get('id')!r} holds no text, and none of the {len(texts)} texts at "
            f"hand has its id; they have ids such as {next(iter(texts))!r}"
        )
        raise FormatError(msg)
    return text
