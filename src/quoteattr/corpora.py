"""Corpora in their published forms, as documents with gold quotes.

PolNeAR_ has news articles, with quotations of all kinds, their cues and their sources, but no
speakers.

LitBank_ has the beginnings of a hundred novels and stories, with spaces between all words and a
sentence a line; what it tells of speakers are the labels of its coreference. The `Project
Dialogism Novel Corpus`_ (PDNC) has whole novels. Both label direct quotations only, with their
speakers, but without the words that say so.

A speaker's `aliases` are the other names of the character, so that a predicted name can be held
against all of them.

.. _PolNeAR: https://github.com/networkdynamics/PolNeAR
.. _LitBank: https://github.com/dbamman/litbank
.. _Project Dialogism Novel Corpus: https://github.com/Priya22/project-dialogism-novel-corpus
"""

import ast
import csv
import io
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from quoteattr import formats
from quoteattr.errors import FormatError
from quoteattr.quotes import AttributionType, Document, Kind, Quote, Span, Speaker
from quoteattr.readers import read_text

__all__ = ["cut", "litbank", "load", "pdnc", "polnear", "referring"]


def load(path: str | Path) -> list[Document]:
    """Read gold documents: a corpus in its published form, or a file of quotes.

    Args:
        path: The folder of a corpus, as `polnear`, `litbank` and `pdnc` take it, or what
            `quoteattr.formats.load` reads.

    Returns:
        The documents with their quotes.

    Raises:
        FileReadError: If a file is missing or can't be read.
        FileDecodeError: If a file is not UTF-8.
        FormatError: If the path tells no format, or a file does not follow its format.
    """
    for read, pattern in _PATTERNS.items():
        if any(Path(path).glob(pattern)):
            return read(path)
    return list(formats.load(path))


def cut(document: Document, most: int) -> Document:
    r"""Cut a text off, such as that of a novel that takes long.

    Args:
        document: The document.
        most: About how many characters to keep: the text ends at the last empty line before. 0
            keeps all.

    Returns:
        The document's head, with the quotes that stand in it.

    Example:
        >>> cut(Document("a", "One.\n\nTwo.\n\nThree."), 12).text
        'One.\n\nTwo.'
    """
    text = document.text
    if not 0 < most < len(text):
        return document
    end = text.rfind("\n\n", 0, most)
    end = most if end < 0 else end
    quotes = tuple(each for each in document.quotes if _end(each) <= end)
    return evolve(document, text=text[:end], quotes=quotes)


def _end(quote: Quote) -> int:
    return max(span.end for span in (*quote.content, *quote.cue, *quote.source))


def polnear(folder: str | Path) -> list[Document]:
    """Read a part of PolNeAR.

    Of an article that several have labelled, the labels of the first by name count.

    Args:
        folder: One of the unpacked corpus's parts, such as ``data/dev``, with ``attributions`` and
            ``text`` in it.

    Returns:
        The documents, in the order of their files. Each has its article's name as its id.

    Raises:
        FileReadError: If a file is missing or can't be read.
        FileDecodeError: If a file is not UTF-8.
        FormatError: If the folder is no part of the corpus, or a line is malformed.
    """
    files: dict[str, Path] = {}
    for path in _found(folder, "a part of PolNeAR", _PATTERNS[polnear]):
        files.setdefault(path.stem.rpartition("_")[0], path)
    return [_article(name, path) for name, path in files.items()]


def litbank(folder: str | Path) -> list[Document]:
    """Read LitBank's quotations.

    A character that the text names bears these names; one that it doesn't is `named=False` and
    bears its descriptions. A name or description ends before its first comma.

    Args:
        folder: The unpacked corpus, with ``quotations/tsv`` and ``coref/brat`` in it.

    Returns:
        The documents, in the order of their files. Each has its file's name as its id.

    Raises:
        FileReadError: If a file is missing or can't be read.
        FileDecodeError: If a file is not UTF-8.
        FormatError: If the folder is not the corpus, or a line is malformed.
    """
    found = _found(folder, "LitBank", _PATTERNS[litbank])
    return [_excerpt(path, Path(folder, "coref", "brat", path.name)) for path in found]


def pdnc(folder: str | Path) -> list[Document]:
    """Read the Project Dialogism Novel Corpus.

    The corpus calls its spans those of bytes, but they are of characters; its texts are ASCII. A
    quotation's `attribution` is its type in the corpus. Whether a character has a name or a
    description the corpus doesn't say: all are `named`.

    Args:
        folder: The unpacked corpus, with ``data/<novel>`` in it.

    Returns:
        The documents, a novel each, in the order of their folders, whose names are the ids.

    Raises:
        FileReadError: If a file is missing or can't be read.
        FileDecodeError: If a file is not UTF-8.
        FormatError: If the folder is not the corpus, or a row is malformed.
    """
    return [_novel(path) for path in _found(folder, "PDNC", _PATTERNS[pdnc])]


def referring(folder: str | Path) -> list[tuple[Document, list[str]]]:
    """Read PDNC with the words by which each quotation's speaker is referred to.

    Args:
        folder: The unpacked corpus, as `pdnc` takes it.

    Returns:
        Each novel as `pdnc` has it; and its expressions, such as *said Miss Bartlett*, in the order
        of its quotes, empty where there is none.

    Raises:
        FileReadError: If a file is missing or can't be read.
        FileDecodeError: If a file is not UTF-8.
        FormatError: If the folder is not the corpus, or a row is malformed.
    """
    return [_referred(path) for path in _found(folder, "PDNC", _PATTERNS[pdnc])]


def _found(folder: str | Path, corpus: str, pattern: str) -> list[Path]:
    paths = sorted(Path(folder).glob(pattern))
    if not paths:
        msg = (
            f"{str(folder)!r} is not {corpus}: there is no {pattern} in it; name the folder that "
            "its archive unpacks to"
        )
        raise FormatError(msg)
    return paths


@frozen
class _Place:
    """A line of a file, for messages."""

    path: Path
    line: int

    def wrong(self, reason: str) -> FormatError:
        return FormatError(f"{self.path}, line {self.line}: {reason}")


def _cut(text: str, start: int, end: int, words: str, place: _Place) -> Span:
    """A span of the text, which must have the words that the corpus says it has."""
    is_inside = 0 <= start < end <= len(text)
    if not is_inside or text[start:end].split() != words.split():
        reason = f"the text has {text[start:end]!r} from {start} to {end}, not {words!r}"
        raise place.wrong(reason)
    return Span.of(text, start, end)


# PolNeAR


def _article(name: str, path: Path) -> Document:
    [document] = formats.brat.read(path)
    return evolve(document, id=name, quotes=tuple(sorted(document.quotes)))


# LitBank


def _excerpt(path: Path, coreference: Path) -> Document:
    text = read_text(path.with_suffix(".txt"))
    characters = _Characters(coreference)
    contents: dict[str, Span] = {}
    speakers: dict[str, Speaker] = {}
    for place, (key, name, *rest) in _lines(path, {"QUOTE": 7, "ATTRIB": 3}):
        if key == "QUOTE":
            contents[name] = _tokens(text, rest, place)
        elif name in contents:
            speakers[name] = characters.speaker(rest[0])
        else:
            reason = f"there is no quotation {name!r} above"
            raise place.wrong(reason)
    quotes = (
        Quote((content,), speaker=speakers.get(name), kind=Kind.DIRECT)
        for name, content in contents.items()
    )
    return Document(path.stem, text, tuple(sorted(quotes)))


def _lines(path: Path, counts: Mapping[str, int]) -> Iterator[tuple[_Place, list[str]]]:
    """The fields of each line, of which there must be as many as its first one tells."""
    for place, line in _numbered(path):
        fields = line.split("\t")
        if counts.get(fields[0]) != len(fields):
            kinds = " or ".join(f"{key} with {count}" for key, count in counts.items())
            reason = f"expected {kinds} fields between tabs, got {line!r}"
            raise place.wrong(reason)
        yield place, fields


def _numbered(path: Path) -> Iterator[tuple[_Place, str]]:
    """The lines of a file that are not empty."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            yield _Place(path, number), line.removesuffix("\r")


def _tokens(text: str, fields: Sequence[str], place: _Place) -> Span:
    """The span from one token to another, each given by its line and its number there."""
    *numbers, words = fields
    lines = text.split("\n")
    try:
        first_line, first, last_line, last = map(int, numbers)
        start, _ = _token(lines, first_line, first)
        _, end = _token(lines, last_line, last)
    except (ValueError, IndexError) as error:
        reason = (
            f"the text has no tokens {' '.join(numbers)} (line, token; line, token; both from 0)"
        )
        raise place.wrong(reason) from error
    return _cut(text, start, end, words, place)


def _token(lines: Sequence[str], line: int, number: int) -> tuple[int, int]:
    if line < 0 or number < 0:
        raise IndexError
    before = sum(len(each) + 1 for each in lines[:line])
    start, end = [found.span() for found in re.finditer("[^ ]+", lines[line])][number]
    return before + start, before + end


class _Characters:
    """The characters of an excerpt, by the labels that its coreference gives them."""

    def __init__(self, path: Path) -> None:
        kinds: dict[str, str] = {}
        mentions: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for place, line in _numbered(path):
            if not line.startswith("T"):
                continue
            found = _MENTION.fullmatch(line)
            if found is None:
                reason = f"expected a mention (T1, tab, label start end, tab, words), got {line!r}"
                raise place.wrong(reason)
            label, offsets, words = found.groups()
            if _KIND.fullmatch(label):
                kinds[offsets] = label.partition("_")[0]
            else:
                mentions[label][offsets] = words
        self._kinds, self._mentions = kinds, mentions

    def speaker(self, label: str) -> Speaker:
        """The character that a label stands for; a label is words with a number at their end."""
        mentions = self._mentions.get(label, {})
        names = [mentions[each] for each in mentions if self._kinds.get(each) == "PROP"]
        described = [mentions[each] for each in mentions if self._kinds.get(each) == "NOM"]
        plain = label.rpartition("-")[0]
        given = [each for each in mentions.values() if _plain(each) == plain.casefold()][:1]
        known = [*given, *(names or described)] or [" ".join(plain.split("_"))]
        name, *aliases = _once(map(_short, known))
        return Speaker(name, named=bool(names), aliases=tuple(aliases))


_MENTION = re.compile(r"T\d+\t(\S+) (\d+ \d+)\t(.+)")
_KIND = re.compile("(?:PROP|NOM|PRON)_[A-Z]{3}")
_NO_LETTER = re.compile(r"[^\w-]")


def _plain(words: str) -> str:
    """Words as labels have them."""
    return _NO_LETTER.sub("_", words).casefold()


def _once(names: Iterable[str]) -> Iterable[str]:
    """The names, without those that differ from one before in their case alone."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.casefold(), name)
    return found.values()


def _short(name: str) -> str:
    """A name or a description up to its first comma, in which words stand apart."""
    return " ".join(name.partition(" ,")[0].split())


# PDNC


_COLUMNS = ("subQuotationList", "quoteByteSpans", "speaker", "quoteType")
_EXPRESSION = "referringExpression"


def _novel(path: Path) -> Document:
    return _told(path, _COLUMNS)[0]


def _referred(path: Path) -> tuple[Document, list[str]]:
    document, rows = _told(path, (*_COLUMNS, _EXPRESSION))
    kinds = (each.attribution for each in document.quotes)
    has_one = [kind not in {None, AttributionType.IMPLICIT} for kind in kinds]
    return document, [row[_EXPRESSION] * has for row, has in zip(rows, has_one, strict=True)]


def _told(path: Path, columns: Iterable[str]) -> tuple[Document, list[dict[str, str]]]:
    """A novel, and the rows of its quotes."""
    text = read_text(path.with_name("novel_text.txt"))
    characters = _cast(path.with_name("character_info.csv"))
    found = [(_quote(text, place, row, characters), row) for place, row in _rows(path, columns)]
    found.sort(key=operator.itemgetter(0))
    quotes, rows = zip(*found, strict=True) if found else ((), ())
    return Document(path.parent.name, text, tuple(quotes)), [*rows]


def _rows(path: Path, columns: Iterable[str]) -> Iterator[tuple[_Place, dict[str, str]]]:
    """The rows of a CSV file, each with the line on which it begins."""
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), restval="")
    missing = [each for each in columns if each not in (reader.fieldnames or ())]
    if missing:
        reason = f"there is no column {', '.join(missing)}"
        raise _Place(path, 1).wrong(reason)
    line = reader.line_num
    for row in reader:
        yield _Place(path, line + 1), row
        line = reader.line_num


def _value(row: Mapping[str, str], column: str) -> object:
    """What a cell holds, in Python's own notation; None if it isn't that."""
    try:
        return ast.literal_eval(row[column])
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _words(row: Mapping[str, str], column: str, place: _Place) -> list[str]:
    found = _value(row, column)
    if not isinstance(found, list | set) or not all(isinstance(each, str) for each in found):
        reason = f"expected a list of words in {column}, got {row[column]!r}"
        raise place.wrong(reason)
    return sorted(found) if isinstance(found, set) else found


def _offsets(row: Mapping[str, str], column: str, place: _Place) -> list[tuple[int, int]]:
    found = _value(row, column)
    try:
        return [(operator.index(start), operator.index(end)) for start, end in found]  # type: ignore[attr-defined] # whatever it is: a TypeError
    except (TypeError, ValueError) as error:
        reason = f"expected [[start, end], …] in {column}, got {row[column]!r}"
        raise place.wrong(reason) from error


def _cast(path: Path) -> dict[str, Speaker]:
    """The characters of a novel, by their main names and, where nobody else's, by the others."""
    characters: dict[str, Speaker] = {}
    for place, row in _rows(path, ("Main Name", "Aliases")):
        name = row["Main Name"].strip()
        aliases = (each for each in _words(row, "Aliases", place) if each != name)
        characters[name] = Speaker(name, aliases=tuple(aliases))
    for speaker in list(characters.values()):
        for alias in speaker.aliases:
            characters.setdefault(alias, speaker)
    return characters


def _quote(
    text: str, place: _Place, row: Mapping[str, str], characters: Mapping[str, Speaker]
) -> Quote:
    spans = _offsets(row, "quoteByteSpans", place)
    parts = _words(row, "subQuotationList", place)
    if not spans or len(spans) != len(parts):
        reason = f"{len(spans)} spans in quoteByteSpans for {len(parts)} parts in subQuotationList"
        raise place.wrong(reason)
    return Quote(
        tuple(_cut(text, *span, part, place) for span, part in zip(spans, parts, strict=True)),
        speaker=_speaker(row["speaker"].strip(), characters),
        kind=Kind.DIRECT,
        attribution=_attribution(row["quoteType"], place),
    )


def _speaker(name: str, characters: Mapping[str, Speaker]) -> Speaker | None:
    """A character; one that is in no list has no other names."""
    return None if name in _NOBODY else characters.get(name) or Speaker(name)


_NOBODY = frozenset({"_unknowable", "nan", ""})
"""For a speaker whom no reader can tell, and for none."""


def _attribution(kind: str, place: _Place) -> AttributionType | None:
    """A quotation's type; a few have none."""
    try:
        return None if kind in {"nan", ""} else AttributionType(kind.lower())
    except ValueError as error:
        reason = f"expected Explicit, Anaphoric or Implicit in quoteType, got {kind!r}"
        raise place.wrong(reason) from error


_PATTERNS: Mapping[Callable[[str | Path], list[Document]], str] = {
    polnear: "attributions/*_*.ann",
    litbank: "quotations/tsv/*.ann",
    pdnc: "data/*/quotation_info.csv",
}
"""By what each corpus is known."""
