"""Documents by hand, for the tests of the store."""

from collections.abc import Iterable

from quoteattr.quotes import Document, Kind, Quote, Span, Speaker, SpeakerType

__all__ = ["PERSON", "document", "person", "quote", "together"]

PERSON = SpeakerType.PERSON


def person(name: str, *aliases: str, named: bool = True) -> Speaker:
    """A person who speaks."""
    return Speaker(name, PERSON, named=named, aliases=aliases)


def together(*names: str) -> Speaker:
    """People who speak together."""
    members = tuple(map(person, names))
    return Speaker("; ".join(names), SpeakerType.GROUP, members=members)


def quote(text: str, words: str, speaker: Speaker | None = None) -> Quote:
    """The quote of these words, where they first stand in the text."""
    start = text.index(words)
    span = Span.of(text, start, start + len(words))
    return Quote((span,), speaker=speaker, kind=Kind.DIRECT)


def document(
    id_: str, said: Iterable[tuple[str, Speaker | str | None]], **meta: object
) -> Document:
    """A document in which these words are said, one after the other, each by somebody."""
    pairs = [(f"“{words}”", speaker) for words, speaker in said]
    text = " ".join(f"{words} {speaker} said." for words, speaker in pairs)
    quotes = [
        quote(text, words, person(speaker) if isinstance(speaker, str) else speaker)
        for words, speaker in pairs
    ]
    return Document(id_, text, tuple(quotes), meta=meta, model={"quoteattr": "0.1.0"})
