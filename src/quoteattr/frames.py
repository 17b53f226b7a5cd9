"""Frames: the sentences of a text, in which a quotation in marks is one item.

What stands inside the marks may lead the parser astray, so a frame ends only outside of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from attrs import field, frozen

from quoteattr.cues import ENDS, tag_cue
from quoteattr.marks import MarkPair, Marks, Offsets, paragraphs

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = [
    "REACH",
    "Frame",
    "end_of",
    "frames",
    "frames_inside",
    "last_character",
    "leading_tokens",
    "start_of",
]


@frozen
class Frame:
    """A sentence in which quoted text counts as one item.

    Attributes:
        text: The whole text in which it stands.
        items: The tokens and the quoted stretches, in their order; white space left out.
        tokens: The words that stand outside quotation marks.
        quoted: The quoted stretches.
    """

    text: str = field(repr=False)
    items: tuple["Token | MarkPair", ...]
    tokens: tuple["Token", ...] = field(init=False, repr=False)
    quoted: tuple[MarkPair, ...] = field(init=False, repr=False)

    @tokens.default
    def _tokens(self) -> tuple["Token", ...]:
        return tuple(item for item in self.items if not isinstance(item, MarkPair))

    @quoted.default
    def _quoted(self) -> tuple[MarkPair, ...]:
        return tuple(item for item in self.items if isinstance(item, MarkPair))


def frames(doc: "Doc", text: str, marks: Marks) -> list[list[Frame]]:
    """Divide a text into the frames of its quotations.

    Args:
        doc: The text as spaCy has parsed it.
        text: The text itself, of equal length.
        marks: Its quotation marks.

    Returns:
        The frames of each paragraph. Paragraphs that one quotation runs through count as one.
    """
    items = _items(doc, marks.outer)
    divided: list[list[Frame]] = []
    number = 0
    for _, end in _blocks(text, marks.outer):
        first = number
        while number < len(items) and start_of(items[number]) < end:
            number += 1
        divided.append([Frame(text, part) for part in _sentences(items[first:number], text)])
    return divided


def frames_inside(doc: "Doc", text: str, marks: Marks) -> list[Frame]:
    """Divide what stands inside quotations into the frames of the quotations nested in it.

    Args:
        doc: The text as spaCy has parsed it.
        text: The text itself, of equal length.
        marks: Its quotation marks.

    Returns:
        The frames that hold a nested quotation, in their order.
    """
    divided: list[Frame] = []
    for outer, nested in _families(marks.pairs):
        inside = doc.char_span(outer.inner_start, outer.inner_end, alignment_mode="contract")
        if nested and inside is not None:
            parts = _sentences(_items(inside, nested), text)
            divided += [frame for part in parts if (frame := Frame(text, part)).quoted]
    return divided


def _families(pairs: Iterable[MarkPair]) -> Iterator[tuple[MarkPair, list[MarkPair]]]:
    """Each outermost pair with the pairs right in it."""
    outer: MarkPair | None = None
    nested: list[MarkPair] = []
    for made in pairs:
        if made.depth == 0:
            if outer is not None:
                yield outer, nested
            outer, nested = made, []
        elif made.depth == 1:
            nested.append(made)
    if outer is not None:
        yield outer, nested


def start_of(item: "Token | MarkPair") -> int:
    """Where an item starts, in characters."""
    return item.start if isinstance(item, MarkPair) else item.idx


def end_of(item: "Token | MarkPair") -> int:
    """Where an item ends, in characters, exclusive."""
    return item.end if isinstance(item, MarkPair) else item.idx + len(item)


def _blocks(text: str, pairs: Sequence[MarkPair]) -> Iterator[Offsets]:
    """The paragraphs, joined where one pair runs through them."""
    first: int | None = None
    number = 0
    for start, end in paragraphs(text):
        first = start if first is None else first
        while number < len(pairs) and pairs[number].end <= end:
            number += 1
        if number == len(pairs) or pairs[number].start >= end:
            yield first, end
            first = None


def _items(tokens: Iterable["Token"], pairs: Sequence[MarkPair]) -> list["Token | MarkPair"]:
    """The tokens that stand outside the pairs, and the pairs, in their order."""
    outside: list[Token | MarkPair] = []
    number = 0
    for token in tokens:
        while number < len(pairs) and pairs[number].end <= token.idx:
            number += 1
        inside = number < len(pairs) and pairs[number].start <= token.idx
        if not inside and not token.is_space:
            outside.append(token)
    return sorted([*outside, *pairs], key=start_of)


_CLOSING_MARKS = "\"”’'»› "
REACH = 30
"""How many items a tag may take."""
_LONGEST = 300
"""How many items a frame may have: looking from each to each other must not take long."""


def _sentences(
    items: Sequence["Token | MarkPair"], text: str
) -> Iterator[tuple["Token | MarkPair", ...]]:
    """Cut the items of a paragraph after each sentence, or at its greatest length."""
    first = 0
    for number, item in enumerate(items, start=1):
        is_last = number in {len(items), first + _LONGEST}
        if is_last or _ends_sentence(item, items[number : number + REACH], text):
            yield tuple(items[first:number])
            first = number


def _ends_sentence(
    item: "Token | MarkPair", following: Sequence["Token | MarkPair"], text: str
) -> bool:
    after = following[0]
    if not isinstance(item, MarkPair):
        is_stop = item.text[-1] in ENDS and item.is_punct
        return is_stop if isinstance(after, MarkPair) else bool(after.is_sent_start)
    last = last_character(item, text)
    if last not in ENDS:
        return False
    if isinstance(after, MarkPair):
        return True
    return after.text[0].isupper() and not _is_bare_tag(following, last)


def last_character(pair: MarkPair, text: str) -> str:
    """The last character of quoted text, inner closing marks aside."""
    return text[pair.inner_start : pair.inner_end].rstrip(_CLOSING_MARKS)[-1:]


def _is_bare_tag(following: Sequence["Token | MarkPair"], last: str) -> bool:
    """Whether *“No?” Mr. Lee asked.* goes on, where *“No.” Mr. Lee left.* begins anew."""
    tokens = leading_tokens(following)
    cue = tag_cue(tokens)
    if cue is None:
        return False
    rest = [token for token in tokens if token.i > cue.i]
    return last != "." or not rest or rest[0].text[-1] in ENDS


def leading_tokens(items: Iterable["Token | MarkPair"]) -> list["Token"]:
    """The tokens before the first quoted stretch."""
    tokens = takewhile(lambda item: not isinstance(item, MarkPair), items)
    return cast("list[Token]", list(tokens))
