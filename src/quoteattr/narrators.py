"""Who says *I* outside everybody else's words: the author, or who is interviewed."""

import bisect
import itertools
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from quoteattr.marks import Offsets, paragraphs
from quoteattr.names import Name
from quoteattr.quotes import SpeakerType

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Narrators"]

_BYLINE = re.compile(r"by", re.IGNORECASE)
_FOLLOW = re.compile(r"follow", re.IGNORECASE)
_OF_COLUMN = re.compile(r":\s+(?!\W)(?!.*\b(?:I|[Mm]y|[Ww]e|[Oo]ur)\b)")
"""After the columnist at the head of a title; who says *I* there is quoted."""
_HOME = re.compile(r"[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,2}(?:, [A-Z][\w. ]{0,15})?\.?")
"""Where who wrote a letter lives: *Long Beach, Calif.*"""
_SEEN = 10
_WORK = frozenset({"be", "write", "teach", "work", "edit", "cover", "host", "serve", "direct"})
_TURN = re.compile(r"^(Q|A|Question|Answer)\s*[:.]\s", re.MULTILINE)
_ENDS = 6
"""In how many paragraphs at either end of a text its author is looked for."""


class Narrators:
    """Who speaks in the first person in a text, outside the words that it reports."""

    def __init__(self, doc: "Doc", names: Iterable[Name], *, is_story: bool = False) -> None:
        """Find the author, and whose answers there are.

        Args:
            doc: The parsed text.
            names: The names in it.
            is_story: Whether it tells a story, in which it is not its author who says *I*.
        """
        self._turns = [(turn.start(), turn[1][0]) for turn in _TURN.finditer(doc.text)]
        full = [name for name in names if name.type is SpeakerType.PERSON and len(name.words) > 1]
        places = paragraphs(doc.text)
        self._author = None if is_story else _author(doc, full, places)
        self._letters = _signatures(doc.text, full, places)
        self._answerer = _first(full, places[:_ENDS]) if self._turns else None

    def at(self, place: int) -> Name | None:
        """Who says *I* at a place.

        Args:
            place: The place, in characters.

        Returns:
            The name of whom the interview is with, within an answer; of who signed, in a letter;
            of the author outside both; None if the text does not say.
        """
        letter = bisect.bisect_right(self._letters, place, key=lambda name: name.start)
        if letter < len(self._letters):
            return self._letters[letter]
        number = bisect.bisect_right(self._turns, place, key=lambda turn: turn[0])
        if not number:
            return self._author
        return self._answerer if self._turns[number - 1][1] == "A" else None


def _author(doc: "Doc", full: Sequence[Name], places: Sequence[Offsets]) -> Name | None:
    """Whom a byline names, or a note at the end, or what stands before the title."""
    text = doc.text  # spaCy puts it together anew each time
    early = places[min(_ENDS, len(places)) - 1][1] if places else 0
    notes = {start for start, _ in places[-_ENDS:]}
    late = min(notes, default=0)
    ways = (
        lambda name: name.start < early and _BYLINE.fullmatch(_line(text, name)),
        lambda name: name.start in notes and _is_told(doc, name),
        lambda name: name.start > late and _FOLLOW.fullmatch(_line(text, name)),
        lambda name: not name.start and _OF_COLUMN.match(text, name.end),
    )
    return next((name for is_author in ways for name in full if is_author(name)), None)


def _line(text: str, name: Name) -> str:
    """What stands before a name in its line, as far as it matters."""
    return text[max(name.start - _SEEN, 0) : name.start].rpartition("\n")[2].strip()


def _is_told(doc: "Doc", name: Name) -> bool:
    """Whether a sentence says what somebody is or does: *Ann Lee is a columnist*."""
    span = doc.char_span(name.start, name.end)
    if span is None or span.root.dep_ != "nsubj":
        return False
    verb = span.root.head
    return verb.lemma_ in _WORK and verb.tag_ == "VBZ" and verb.dep_ == "ROOT"


def _signatures(text: str, full: Iterable[Name], places: Sequence[Offsets]) -> list[Name]:
    """The names under letters: each a paragraph by itself, and the next one is a place."""
    after = {start: text[slice(*behind)] for (start, _), behind in itertools.pairwise(places)}
    ends = {start: text[start:end] for start, end in places}
    return [
        name
        for name in full
        if ends.get(name.start, "").strip(" .\n") == name.text.strip(".")
        and _HOME.fullmatch(after.get(name.start, "").strip())
    ]


def _first(full: Sequence[Name], places: Sequence[Offsets]) -> Name | None:
    return next((name for name in full if name.start < places[-1][1]), None) if places else None
