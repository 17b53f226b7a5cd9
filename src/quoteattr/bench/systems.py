"""What the benchmark measures: systems that find quotes in a text, and what each is given.

A system takes a document without quotes and gives it back with those that it finds. Ours and its
peers are given the bare text; predictions in a file may have been given more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from attrs import evolve, frozen

from quoteattr import formats
from quoteattr.bench import peers
from quoteattr.config import Config
from quoteattr.errors import ConfigError, FormatError
from quoteattr.pipeline import load as load_attributor
from quoteattr.quotes import Document

__all__ = ["NAMES", "UNSTATED", "System", "called", "find", "from_file", "load"]

UNSTATED = "not stated"
"""What a system is given, if its predictions don't say."""
_TEXT = "text"


@frozen
class System:
    """Something that finds quotes.

    Attributes:
        name: What it is called in tables.
        find: Takes a document without quotes; returns it with those that it finds. What found
            them stands in its `model`, and how often that gave up in ``meta["failed"]``.
        given: What it is given: the text alone, or gold mentions, a gold roster of characters, …
        kinds: The kinds of quotations that it looks for.
    """

    name: str
    find: Callable[[Document], Document]
    given: str = _TEXT
    kinds: str = "all"


def load(name: str) -> System:
    """Load a system.

    Args:
        name: One of `NAMES`.

    Returns:
        The system.

    Raises:
        ConfigError: If there is no such system.
        MissingExtraError: If it needs a library that is not installed.

    Example:
        >>> load("spacy-rules").kinds
        'direct'
        >>> load("spacy")
        Traceback (most recent call last):
        quoteattr.errors.ConfigError: there is no system 'spacy'; expected one of quoteattr,
        spacy-rules, textacy, textacy-paragraphs
    """
    if name not in _SYSTEMS:
        msg = f"there is no system {name!r}; expected one of {', '.join(NAMES)}"
        raise ConfigError(msg)
    return _SYSTEMS[name](name)


def from_file(path: str | Path, gold: Sequence[Document]) -> System:
    """Make a system of predictions that somebody has made elsewhere.

    Args:
        path: The predictions, in any format that `quoteattr.formats.load` reads. Their `model`
            may say under ``"given"`` what the system was given beside the text.
        gold: The documents that it was to find quotes in; a document's id tells which are the same.

    Returns:
        The system, called as the file. A document that it doesn't have has no quotes.

    Raises:
        FileReadError: If the file is missing or can't be read.
        FileDecodeError: If it is not UTF-8.
        FormatError: If it is malformed, or has no document of the gold.
    """
    texts = {document.id: document.text for document in gold}
    found = {document.id: document for document in formats.load(path, texts=texts)}
    known = [document for document in found.values() if document.id in texts]
    if not known:
        msg = (
            f"{str(path)!r} has no document of the gold: it has ids such as "
            f"{next(iter(found), None)!r}, and the gold such as {next(iter(texts), None)!r}; give "
            "a document the same id in both"
        )
        raise FormatError(msg)
    given = known[0].model.get("given", UNSTATED)
    kinds = ", ".join(sorted({str(quote.kind) for each in known for quote in each.quotes}))
    return System(called(path), lambda document: found.get(document.id, document), given, kinds)


def called(path: str | Path) -> str:
    """What a file or a folder is called: its name, without what follows a dot.

    Args:
        path: The path.

    Returns:
        The name.

    Example:
        >>> called("corpora/mine.jsonl.gz")
        'mine'
    """
    name = Path(path).resolve().name
    return name.partition(".")[0] or name


def find(system: System, gold: Iterable[Document]) -> Iterator[Document]:
    """Let a system find the quotes in the gold's texts.

    Args:
        system: The system; it sees ids and texts only.
        gold: The documents.

    Yields:
        The documents with what it found, in their order.
    """
    for document in gold:
        yield evolve(system.find(Document(document.id, document.text)), id=document.id)


def _quoteattr(name: str) -> System:
    attributor = load_attributor(medium="all")
    return System(name, lambda document: attributor(document.text))


def _rules(name: str) -> System:
    return _peer(name, peers.Finder(peers.by_rules, peers.whole, _versions()))


def _textacy(name: str) -> System:
    return _peer(name, peers.Finder(peers.by_textacy(), peers.whole, _versions("textacy")))


def _textacy_paragraphs(name: str) -> System:
    return _peer(name, peers.Finder(peers.by_textacy(), peers.paragraphs, _versions("textacy")))


def _peer(name: str, finder: peers.Finder) -> System:
    return System(name, finder.find, kinds="direct")


def _versions(*packages: str) -> Mapping[str, str]:
    model = Config().model
    return {name: metadata.version(name) for name in (*packages, "spacy", model)}


_SYSTEMS: Mapping[str, Callable[[str], System]] = {
    "quoteattr": _quoteattr,
    "spacy-rules": _rules,
    "textacy": _textacy,
    "textacy-paragraphs": _textacy_paragraphs,
}
NAMES = tuple(_SYSTEMS)
"""The systems that `load` knows."""
