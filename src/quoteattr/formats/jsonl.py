"""JSON Lines: one document a line, as `quoteattr.quotes.json_schema` describes it.

Where offsets count something else than characters, the field ``schema`` says what, as in
``"1+utf-16"``: whoever expects the schema 1 is to refuse such a line, not to misread it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from quoteattr.characters import escape_surrogates
from quoteattr.errors import FormatError
from quoteattr.formats.common import text_of, to_document
from quoteattr.formats.offsets import Unit, to_characters, to_units
from quoteattr.quotes import SCHEMA_VERSION, Document
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


def write(
    documents: Iterable[Document],
    stream: TextIO,
    *,
    with_text: bool = False,
    offsets: Unit = Unit.CHARACTERS,
) -> None:
    """Write documents, a line each.

    Args:
        documents: The documents.
        stream: Where to, an open text file in UTF-8.
        with_text: Whether to include the texts, without which the way back needs them.
        offsets: What they count. `read` tells by the line itself.

    Example:
        >>> import sys
        >>> write([Document("a", "No.")], sys.stdout)
        {"schema": 1, "id": "a", "model": {}, "warnings": [], "quotes": []}
        >>> write([Document("a", "No.")], sys.stdout, offsets=Unit.UTF_16)
        {"schema": "1+utf-16", "id": "a", "model": {}, "warnings": [], "quotes": []}
    """
    for document in documents:
        if offsets is Unit.CHARACTERS:
            line = document.to_json(with_text=with_text)
        else:
            line = _in_units(document.to_dict(with_text=with_text), document.text, offsets)
        stream.write(line + "\n")


def _document(line: str, texts: Mapping[str, str] | None) -> Document:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        msg = f"not JSON: {error}"
        raise FormatError(msg) from error
    if not isinstance(record, Mapping):
        return to_document(record)  # which says what is wrong with it
    text = None if "text" in record else text_of(str(record.get("id")), texts)
    unit = _UNITS.get(str(record.get("schema")))
    return to_document(_in_characters(record, text, unit) if unit else record, text=text)


_UNITS = {f"{SCHEMA_VERSION}+{unit}": unit for unit in (Unit.UTF_8, Unit.UTF_16)}
"""What offsets count, by what the field ``schema`` says."""


def _in_units(record: dict[str, Any], text: str, unit: Unit) -> str:
    moved = _moved(record, to_units(text, unit))
    line = json.dumps({**moved, "schema": f"{SCHEMA_VERSION}+{unit}"}, ensure_ascii=False)
    return escape_surrogates(line)


def _in_characters(record: Mapping[str, Any], text: str | None, unit: Unit) -> Mapping[str, Any]:
    given = record.get("text", text)
    # A text may be a list of its pieces, so that lone surrogates stay apart.
    whole = "".join(map(str, given)) if isinstance(given, str | list) else ""
    moved = _moved(dict(record), to_characters(whole, unit))
    return {**moved, "schema": SCHEMA_VERSION}


def _moved(record: Any, move: Callable[[int], int]) -> Any:  # noqa: ANN401 - JSON is anything
    """A record with its offsets moved: they are all that stands as a list of two whole numbers."""
    if isinstance(record, dict):
        return {key: each if key == "meta" else _moved(each, move) for key, each in record.items()}
    if not isinstance(record, list):
        return record
    is_span = [type(each) for each in record] == [int, int]
    return [move(each) if is_span else _moved(each, move) for each in record]
