"""Hypothesis strategies: the texts, spans, speakers, quotes and documents of all property tests."""

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from quoteattr.confidence import SIGNS
from quoteattr.decoding import Attribution
from quoteattr.quotes import (
    AttributionType,
    Document,
    Evidence,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
    TextWarning,
    WarningCode,
)
from quoteattr.reading import Scorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quoteattr.marks import Offsets

__all__ = [
    "attributions",
    "characters",
    "documents",
    "documents_without",
    "names",
    "prose",
    "quotes",
    "scorers",
    "spans",
    "speakers",
    "texts",
    "warnings",
]

_MARKS = ["“", "”", '"', "‘", "’", "'", "«", "»", "‹", "›", "„", "‚", "「", "」", "``", "''"]
_LETTERS = ["a", "I", "é", "ß", "人", "7", "_", "said", "Ann", "Lee", "that", "he", "no", "Mr."]
_BREAKS = [" ", " ", " ", "\n", "\n\n", "\r\n", "\r", "\t", "\u2028", "\x85", ". ", ", ", "-", "!"]
_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")

characters = st.characters(exclude_categories=())
"""Any character, lone surrogates and NUL included."""


def texts(*, min_size: int = 0, max_size: int = 40) -> st.SearchStrategy[str]:
    """Texts of marks, letters, words, line ends and any Unicode.

    Args:
        min_size: Least number of pieces, of a character or a few each.
        max_size: Greatest number of pieces.

    Returns:
        The strategy.
    """
    pieces = st.sampled_from([*_MARKS, *_LETTERS, *_BREAKS, "\0"]) | characters
    return st.lists(pieces, min_size=min_size, max_size=max_size).map("".join)


@st.composite
def spans(draw: st.DrawFn, text: str, *, min_size: int = 0) -> Span:
    """Spans of a text.

    Args:
        draw: Given by Hypothesis.
        text: The text.
        min_size: Least number of characters.

    Returns:
        The strategy.
    """
    start = draw(st.integers(0, len(text) - min_size))
    end = draw(st.integers(start + min_size, len(text)))
    return Span.of(text, start, end)


def names() -> st.SearchStrategy[str]:
    """Names, some of them alike but for case and titles, some of them of two people.

    Two lone surrogates that make one character together are left out: JSON can't tell.

    Returns:
        The strategy.
    """
    usual = ["Ann Lee", "ann lee", "Dr. Ann Lee", "Lee’s", "Ann Lee; Bo", "Bo; Ann Lee", "the man"]
    other = texts(min_size=1, max_size=4).filter(lambda name: not _SURROGATE_PAIR.search(name))
    return st.sampled_from(usual) | other


def _probabilities() -> st.SearchStrategy[float]:
    return st.floats(0, 1)


def speakers(*, members: bool = True) -> st.SearchStrategy[Speaker]:
    """Speakers, with members or without.

    Args:
        members: Whether they may have members.

    Returns:
        The strategy.
    """
    several = st.lists(speakers(members=False), max_size=2) if members else st.just([])
    return st.builds(
        Speaker,
        name=names(),
        type=st.sampled_from(SpeakerType),
        named=st.booleans(),
        aliases=st.lists(names(), max_size=2).map(tuple),
        confidence=_probabilities(),
        members=several.map(tuple),
    )


def quotes(text: str, *, min_size: int = 0) -> st.SearchStrategy[Quote]:
    """Quotes of a text.

    Args:
        text: The text.
        min_size: Least number of characters of each span.

    Returns:
        The strategy.
    """
    some = spans(text, min_size=min_size)
    return st.builds(
        Quote,
        content=st.lists(some, min_size=1, max_size=3).map(tuple),
        cue=st.lists(some, max_size=2).map(tuple),
        source=st.lists(some, max_size=2).map(tuple),
        speaker=st.none() | speakers(),
        kind=st.sampled_from(Kind),
        medium=st.sampled_from(Medium),
        confidence=_probabilities(),
        attribution=st.none() | st.sampled_from(AttributionType),
        evidence=st.lists(st.builds(Evidence, some, names()), max_size=2).map(tuple),
    )


def warnings(text: str) -> st.SearchStrategy[TextWarning]:
    """Warnings about a text.

    Args:
        text: The text.

    Returns:
        The strategy.
    """
    return st.builds(TextWarning, st.sampled_from(WarningCode), names(), st.none() | spans(text))


@st.composite
def documents(draw: st.DrawFn, *, text: str | None = None, min_size: int = 0) -> Document:
    """Documents with their quotes.

    Args:
        draw: Given by Hypothesis.
        text: Their text; any if None.
        min_size: Least number of characters of the text and of each span.

    Returns:
        The strategy.
    """
    whole = draw(texts(min_size=min_size)) if text is None else text
    meta = st.dictionaries(names(), st.none() | st.booleans() | st.integers() | names(), max_size=2)
    return Document(
        id=draw(names()),
        text=whole,
        quotes=tuple(draw(st.lists(quotes(whole, min_size=min_size), max_size=3))),
        warnings=tuple(draw(st.lists(warnings(whole), max_size=2))),
        meta=draw(meta),
        model=draw(st.dictionaries(names(), names(), max_size=1)),
    )


_CLAUSES = ["It’s over", "Nobody knows", "The ‘old’ way won", "We are 20", "The dogs’ bowl is here"]
_FRAMES = [
    "{0}.",
    "“{0},” Ann said.",
    "Ann said: “{0}.”",
    "“{0},” said Ann, “{1}. {0}.”",
    "(“{0}!”) Ann called it “{1}”—“{0}.”",
    "“Bo said: ‘{0},’” Ann said. “{1}?”",
    "“{0}.\n\n“{1}.” Ann left.",
]


def prose() -> st.SearchStrategy[str]:
    """Well-formed prose with curly quotation marks: nested, and over paragraphs.

    Returns:
        The strategy.
    """
    clause = st.sampled_from(_CLAUSES)
    sentence = st.builds(str.format, st.sampled_from(_FRAMES), clause, clause)
    paragraph = st.lists(sentence, min_size=1, max_size=4).map(" ".join)
    return st.lists(paragraph, min_size=1, max_size=4).map("\n".join)


def attributions(text: str) -> st.SearchStrategy[list[Attribution]]:
    """Attributions whose spans stand anywhere in a text, from the start of a word to an end.

    Args:
        text: The text.

    Returns:
        The strategy.
    """
    words = [word.span() for word in re.finditer(r"\S+", text)]
    if not words:
        return st.just([])
    pairs = st.tuples(st.sampled_from(words), st.sampled_from(words))
    places: st.SearchStrategy[Offsets] = pairs.map(lambda ends: (min(ends)[0], max(ends)[1]))
    one = st.builds(
        Attribution,
        content=st.lists(places, min_size=1, max_size=3).map(sorted).map(tuple),
        cue=st.none() | places,
        source=st.none() | places,
        signs=st.tuples(*[st.floats(-7, 7)] * len(SIGNS)),
    )
    return st.lists(one, max_size=3)


def scorers() -> st.SearchStrategy[Scorer]:
    """Scorers that say anything of a window, more or less decidedly, but always the same.

    Returns:
        The strategy.
    """
    return st.builds(_scorer, st.integers(0, 2**32), st.sampled_from([0.1, 1.0, 5.0, 20.0]))


def _scorer(seed: int, strength: float) -> Scorer:
    def score(
        ids: "NDArray[np.int64]", features: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]":
        del features
        length, random = len(ids), np.random.default_rng(seed)
        tags, cues, sources = (
            (strength * random.normal(size=(length, width))).astype(np.float32)
            for width in (7, length, length)
        )
        return tags, cues, sources

    return score


def documents_without(
    forbidden: "re.Pattern[str]", *, min_size: int = 0
) -> st.SearchStrategy[Document]:
    """Documents in which some characters don't stand, neither in the text nor in any name.

    Args:
        forbidden: The characters. A question mark stands for each.
        min_size: Least number of characters of the text and of each span.

    Returns:
        The strategy.
    """

    def replaced(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
        if isinstance(value, str):
            return forbidden.sub("?", value)
        if isinstance(value, dict):
            return {replaced(key): replaced(each) for key, each in value.items()}
        return list(map(replaced, value)) if isinstance(value, list) else value

    def without(document: Document) -> Document:
        return Document.from_dict(replaced(document.to_dict(with_text=True)))

    return documents(min_size=min_size).map(without)
