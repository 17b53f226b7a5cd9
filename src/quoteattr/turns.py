"""Whose turn it is where a paragraph has nothing but quoted words."""

import bisect
import re
from collections.abc import Iterable, Sequence

from quoteattr.marks import Closing, Marks, paragraphs
from quoteattr.quotations import Origin, Quotation

__all__ = ["Turns"]

_ALONE = frozenset({Origin.CONTINUED, Origin.BARE})
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_BOTH = 2
"""How many take turns."""
_FEWEST = 2
"""How many paragraphs of a conversation follow upon one of their kind at least."""


class Turns:
    """The paragraphs of a text that have nothing but quoted words.

    News lets somebody go on in such a paragraph. In a conversation, as novels have it, two take
    turns. It is one if several such paragraphs follow each other, and each closes its quotation;
    but not in a text without empty lines, where each line may be but a sentence of somebody's.

    Args:
        text: The text.
        marks: Its quotation marks.
        quotations: Its quotations, in their order.
    """

    def __init__(self, text: str, marks: Marks, quotations: Sequence[Quotation]) -> None:
        starts = [start for start, _ in paragraphs(text)]

        def paragraph(at: int) -> int:
            return bisect.bisect_right(starts, at) - 1

        self._paragraphs = [paragraph(each.content[0][0]) for each in quotations]
        self._nested = [each.origin is Origin.NESTED for each in quotations]
        self._alone = [each.origin in _ALONE for each in quotations]
        self._open = {
            paragraph(pair.start) for pair in marks.outer if pair.closing is Closing.CONTINUED
        }
        origins = zip(self._paragraphs, quotations, strict=True)
        alone = {place for place, each in origins if each.origin in _ALONE}
        followed = (place for place in alone - self._open if place + 1 in alone)
        has_paragraphs = _EMPTY_LINE.search(text) is not None
        self._is_conversation = has_paragraphs and sum(1 for _ in followed) >= _FEWEST

    def are_taken(self, number: int) -> bool:
        """Whether somebody else than in the paragraph before speaks in a quotation without source.

        Args:
            number: The quotation.

        Returns:
            False where the speaker goes on.
        """
        return self._is_conversation and self._paragraphs[number] - 1 not in self._open

    def before(self, number: int, names: Sequence[str | None]) -> int | None:
        """The quotation before of the one who speaks in a quotation without source.

        Args:
            number: The quotation.
            names: Who speaks in those before it, as far as that is known.

        Returns:
            The last one where the speaker goes on. Where turns are taken, one two paragraphs before
            whose speaker is known and doesn't speak in between as well; None if there is none.
        """
        earlier = range(number - 1, -1, -1)
        if self.are_taken(number):
            return self._across(number, earlier, names)
        return next((each for each in earlier if not self._nested[each]), None)

    def after(self, number: int, names: Sequence[str | None]) -> int | None:
        """The quotation after of the one who speaks in a quotation without source.

        Args:
            number: The quotation.
            names: Who speaks in each, as far as that is known.

        Returns:
            Where turns are taken, one two paragraphs after, as `before` has it; or None.
        """
        place = self._paragraphs[number]
        goes_on = not self._open.isdisjoint({place, place + 1})
        if goes_on or not (self._is_conversation and self._alone[number]):
            return None
        return self._across(number, range(number + 1, len(names)), names)

    def _across(
        self, number: int, others: Iterable[int], names: Sequence[str | None]
    ) -> int | None:
        """The first of others that is somebody's two paragraphs away, across another's turn."""
        between: set[str | None] = set()
        for each in others:
            away = abs(self._paragraphs[each] - self._paragraphs[number])
            if away > _BOTH:
                break
            if away == 1 and not self._nested[each]:
                between.add(names[each])
            is_there = away == _BOTH and not self._nested[each] and names[each] is not None
            if is_there and between:
                return None if names[each] in between else each
        return None
