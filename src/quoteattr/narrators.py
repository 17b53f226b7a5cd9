"""Who says *I* outside everybody else's words: the author, or who is interviewed."""

import bisect
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from quoteattr.marks import Offsets, paragraphs
from quoteattr.names import Name
from quoteattr.quotes import SpeakerType

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Narrators"]

_BYLINE = re.compile(r"by\s*$", re.IGNORECASE)
_TURN = re.compile(r"^(Q|A|Question|Answer)\s*[:.]\s", re.MULTILINE)
_ENDS = 6
"""In how many paragraphs at either end of a text its author is looked for."""


class Narrators:
    """Who speaks in the first person in a text, outside the words that it reports."""

    def __init__(self, doc: "Doc", names: Iterable[Name]) -> None:
        """Find the author, and whose answers there are.

        Args:
            doc: The parsed text.
            names: The names in it.
        """
        self._turns = [(turn.start(), turn[1][0]) for turn in _TURN.finditer(doc.text)]
        full = [name for name in names if name.type is SpeakerType.PERSON and len(name.words) > 1]
        places = paragraphs(doc.text)
        self._author = _author(doc, full, places)
        self._answerer = _first(full, places[:_ENDS]) if self._turns else None

    def at(self, place: int) -> Name | None:
        """Who says *I* at a place.

        Args:
            place: The place, in characters.

        Returns:
            The name of whom the interview is with, within an answer; that of the author outside
            an interview; None if the text does not say.
        """
        number = bisect.bisect_right(self._turns, place, key=lambda turn: turn[0])
        if not number:
            return self._author
        return self._answerer if self._turns[number - 1][1] == "A" else None


def _author(doc: "Doc", full: Sequence[Name], places: Sequence[Offsets]) -> Name | None:
    """Whom a byline names, or a note at the end that says what its author is."""
    text = doc.text  # spaCy puts it together anew each time
    for name in full:
        is_early = name.start < places[min(_ENDS, len(places)) - 1][1]
        line = text[max(name.start - _ENDS, 0) : name.start].rpartition("\n")[2]
        if is_early and _BYLINE.match(line.strip() + " "):
            return name
    starts = {start for start, _ in places[-_ENDS:]}
    return next((name for name in full if name.start in starts and _is_told(doc, name)), None)


def _is_told(doc: "Doc", name: Name) -> bool:
    """Whether a sentence says what somebody is, as in *Ann Lee is a columnist*."""
    span = doc.char_span(name.start, name.end)
    if span is None or span.root.dep_ != "nsubj":
        return False
    verb = span.root.head
    return verb.lemma_ in {"be", "write", "teach", "work"} and verb.dep_ == "ROOT"


def _first(full: Sequence[Name], places: Sequence[Offsets]) -> Name | None:
    return next((name for name in full if name.start < places[-1][1]), None) if places else None
