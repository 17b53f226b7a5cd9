"""Quotation marks: which ones open, which close, and which are none.

A scanner over raw text that knows nothing of words. It pairs “ ”, ", ‘ ’, ', « », ‹ ›, „ “,
‚ ‘, 「 」, 『 』 and `` '', in either direction; tells apostrophes and inch signs from marks;
follows the news convention that a quotation over several paragraphs reopens in each and closes
once; and recovers marks that never close at the end of their paragraph. Time is linear.
"""

import bisect
import functools
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import TypeAlias

from attrs import define, field, frozen

from quoteattr.quotes import Kind, Span

__all__ = [
    "Closing",
    "LooseMark",
    "MarkPair",
    "Marks",
    "Offsets",
    "Why",
    "kind_of",
    "pair",
    "paragraphs",
]


Offsets: TypeAlias = tuple[int, int]
"""Start and end, in characters, half-open."""


class Closing(Enum):
    """How a pair of quotation marks ends."""

    CLOSED = auto()
    """By a mark."""
    CONTINUED = auto()
    """With its paragraph; the next one opens with a mark again."""
    RECOVERED = auto()
    """With its paragraph, or where the next quotation begins; the closing mark is missing."""


class Why(Enum):
    """Why a mark belongs to no pair that a mark closes."""

    APOSTROPHE = auto()
    PRIME = auto()
    """An inch, foot, minute or second sign."""
    UNCLOSED = auto()
    UNOPENED = auto()


@frozen
class MarkPair:
    """A stretch of quoted text.

    Attributes:
        start: Where the opening mark starts, in characters.
        end: Where the closing mark ends, exclusive; where there is none, where the quoted text
            ends.
        inner_start: Where the quoted text starts.
        inner_end: Where the quoted text ends, exclusive.
        depth: How many other pairs it stands in.
        closing: How it ends.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    depth: int
    closing: Closing


@frozen
class LooseMark:
    """A mark that belongs to no pair that a mark closes.

    Attributes:
        start: Where it starts, in characters.
        end: Where it ends, exclusive.
        why: What it is instead, or what it lacks.
    """

    start: int
    end: int
    why: Why


@frozen
class Marks:
    """The quotation marks of a text.

    Attributes:
        pairs: The pairs, by their start.
        loose: All other marks, by their start. Those that are `Why.UNCLOSED` also stand at the
            start of a pair that was recovered.
        outer: The pairs that stand in no other one.
    """

    pairs: tuple[MarkPair, ...]
    loose: tuple[LooseMark, ...]
    outer: tuple[MarkPair, ...] = field(init=False, eq=False, repr=False)

    @outer.default
    def _outer(self) -> tuple[MarkPair, ...]:
        return tuple(made for made in self.pairs if made.depth == 0)

    def quoted(self, start: int, end: int) -> Iterator[Offsets]:
        """Which parts of a stretch of text stand between quotation marks.

        Args:
            start: Where the stretch starts, in characters.
            end: Where it ends, exclusive.

        Yields:
            Start and end of each part, in their order.
        """
        first = bisect.bisect_right(self.outer, start, key=lambda made: made.inner_end)
        for number in range(first, len(self.outer)):
            made = self.outer[number]
            if made.inner_start >= end:
                return
            yield max(start, made.inner_start), min(end, made.inner_end)


_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")
_THAT = re.compile(r"that\b", re.IGNORECASE)
_SENTENCE_ENDS = frozenset(".!?:;…)]*" + "\"”’'»“")
_NARROWEST, _WIDEST = 40, 120
"""To how many characters lines are wrapped."""
_FEWEST_WRAPPED = 4
"""How many of its lines must follow right upon another one."""
_LONG = 0.9
"""The share of those lines that are no longer than it was wrapped to."""
_MOST = 0.75
"""The share of those lines before which there was no room for their first word."""


def paragraphs(text: str) -> list[tuple[int, int]]:
    r"""Where the paragraphs of a text stand.

    A line is a paragraph, unless the text was wrapped and it goes on with the line right before it.
    It does where that one had no room for its first word, if nearly all lines of the text are such;
    and in any text where it starts with a lower-case letter and the one before doesn't end like a
    sentence.

    Args:
        text: Any text.

    Returns:
        Start and end of each, in characters, half-open, without the white space around it.

    Example:
        >>> paragraphs("One.\n\nTwo goes\non here.\n")
        [(0, 4), (6, 23)]
    """
    lines = list(_lines(text))
    joints = [_joint(text, *pair) for pair in itertools.pairwise(lines)]
    width = _width(joints)
    found = [(line.start, line.end) for line in lines[:1]]
    for line, joint in zip(lines[1:], joints, strict=True):
        if joint and (joint.is_open or joint.full > width):
            found[-1] = found[-1][0], line.end
        else:
            found.append((line.start, line.end))
    return found


@frozen
class _Line:
    """A line that is not empty: where it begins, and where the words in it do and end."""

    first: int
    start: int
    end: int


def _lines(text: str) -> Iterator[_Line]:
    first = 0
    breaks = (found.span() for found in _BREAK.finditer(text))
    for end, after in itertools.chain(breaks, [(len(text), len(text))]):
        line = text[first:end]
        if body := line.strip():
            start = first + line.index(body[0])
            yield _Line(first, start, start + len(body))
        first = after


@frozen
class _Joint:
    """Where a line follows right upon another one.

    Attributes:
        length: Of the line before, in characters.
        full: What its length would be with the next line's first word.
        is_open: Whether its sentence goes on in the next line, by their looks.
    """

    length: int
    full: int
    is_open: bool


def _joint(text: str, before: _Line, line: _Line) -> _Joint | None:
    if len(_BREAK.findall(text, before.end, line.start)) != 1:
        return None
    length = before.end - before.first
    word, *_ = text[line.start : line.end].split(maxsplit=1)
    is_open = text[line.start].islower() and text[before.end - 1] not in _SENTENCE_ENDS
    return _Joint(length, length + 1 + len(word), is_open)


def _width(joints: Sequence[_Joint | None]) -> float:
    """The length up to which lines go in a text that was wrapped; infinite in any other."""
    given = [joint for joint in joints if joint]
    if len(given) < _FEWEST_WRAPPED:
        return math.inf
    width = sorted(joint.length for joint in given)[int(_LONG * len(given))]
    are_most = sum(joint.full > width for joint in given) >= _MOST * len(given)
    return width if _NARROWEST <= width <= _WIDEST and are_most else math.inf


# One letter a family: only marks of one family can pair.
_FAMILY = {
    **dict.fromkeys(("“", "”", "„", "‟", '"', "``", "''"), "double"),
    **dict.fromkeys(("‘", "’", "‚", "‛", "'"), "single"),
    **dict.fromkeys("«»", "guillemet"),
    **dict.fromkeys("‹›", "small guillemet"),
    **dict.fromkeys("「」", "corner"),
    **dict.fromkeys("『』", "white corner"),
}
_OPENS = frozenset(("“", "„", "‟", "``", "‘", "‚", "‛", "«", "‹", "「", "『"))
_CLOSES = frozenset(("”", "’", "»", "›", "」", "』"))
_PARTNERS = {
    "”": ("“", "„", "‟", "”"),
    "“": ("„",),
    '"': ('"',),
    "''": ("``", "''"),
    "’": ("‘", "‛", "‚", "’"),
    "‘": ("‚",),
    "'": ("'",),
    "»": ("«", "»"),
    "«": ("»",),
    "›": ("‹", "›"),
    "‹": ("›",),
    "」": ("「",),
    "』": ("『",),
}
_MARK = re.compile("``|''|[“”„‟\"‘’‚‛'«»‹›「」『』]")
_BEFORE_OPENING = frozenset("([{<*_-–—―/=|>¿¡:,;") | frozenset("“”„‟\"‘’‚‛'«»‹›「『`")
_AFTER_CLOSING = frozenset(".,;:!?…)]}>*_-–—―/|<“”\"‘’'«»‹›」』&[(")
_ENDS_SPEECH = frozenset(".,!?…;:—–-)")
_ELISION = re.compile(
    r"\d\ds?\b|(?:tis|twas|twere|twill|em|cause|cuz|till?|bout|round|n|neath|ere|im|er)\b",
    re.IGNORECASE,
)


@define
class _Mark:
    """A mark as it stands in its paragraph, with what its surroundings allow it to be."""

    start: int
    end: int
    form: str
    family: str
    can_open: bool
    can_close: bool
    before: str
    after: str


def _marks(text: str, start: int, end: int) -> Iterator[_Mark]:
    for found in _MARK.finditer(text, start, end):
        at, after_at, form = found.start(), found.end(), found.group()
        before = text[at - 1] if at > start else " "
        after = text[after_at] if after_at < end else " "
        left_free = before.isspace() or before in _BEFORE_OPENING
        right_free = after.isspace() or after in _AFTER_CLOSING
        can_open = left_free and not after.isspace()
        can_close = right_free and not before.isspace()
        yield _Mark(at, after_at, form, _FAMILY[form], can_open, can_close, before, after)


@define
class _Draft:
    """A pair in the making."""

    opening: _Mark
    inner_end: int
    end: int
    closing: Closing


class _Paragraph:
    """Pairs the marks of one paragraph, from left to right, with a stack of the open ones."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.marks = list(_marks(text, start, end))
        self.open: list[_Mark] = []
        self.open_at: dict[str, list[int]] = {}
        self.drafts: list[_Draft] = []
        self.loose: list[LooseMark] = []
        self.closings = self._coming_closings()
        for index, mark in enumerate(self.marks):
            self._take(index, mark)
        self._finish()

    def _coming_closings(self) -> list[tuple[bool, bool]]:
        """For each mark, whether a single one, and surely one, closes before the next opens."""
        coming: list[tuple[bool, bool]] = []
        some = sure = False
        for mark in reversed(self.marks):
            coming.append((some, sure))
            if mark.family != "single" or _is_inside_word(mark):
                continue
            if mark.can_close:
                some, sure = True, sure or mark.before in _ENDS_SPEECH
            elif mark.can_open and not self._is_elision(mark):
                some = sure = False
        return coming[::-1]

    def _take(self, index: int, mark: _Mark) -> None:
        why = self._not_a_quotation_mark(index, mark)
        if why:
            self._lose(mark, why)
        elif self._opens(mark):
            self._push(mark)
        elif (partner := self._partner(mark)) is not None:
            self._close(partner, mark)
        elif mark.family == "single":
            self._lose(mark, Why.APOSTROPHE)
        else:
            self._lose(mark, Why.UNOPENED)

    def _lose(self, mark: _Mark, why: Why) -> None:
        self.loose.append(LooseMark(mark.start, mark.end, why))

    def _not_a_quotation_mark(self, index: int, mark: _Mark) -> Why | None:
        if mark.family == "single":
            return self._not_a_single_mark(index, mark)
        is_inch = mark.form in {'"', "''"} and mark.before.isdecimal() and not mark.after.isalnum()
        return Why.PRIME if is_inch and not self.open_at.get(mark.form) else None

    def _not_a_single_mark(self, index: int, mark: _Mark) -> Why | None:
        is_open = self._partner(mark) is not None
        some, sure = self.closings[index]
        if _is_inside_word(mark) or self._is_elision(mark):
            return Why.APOSTROPHE
        if mark.form == "'" and mark.before.isdecimal() and not is_open:
            return Why.PRIME
        if mark.can_open and not mark.can_close and mark.form not in _OPENS and not some:
            return Why.APOSTROPHE
        is_ending = mark.before in "sSnN" and mark.after.isspace() and mark.can_close
        is_and = self.text[mark.start - 2 : mark.start] in {"'n", "’n"}
        return Why.APOSTROPHE if is_ending and (sure or is_and) else None

    def _is_elision(self, mark: _Mark) -> bool:
        return mark.can_open and bool(_ELISION.match(self.text, mark.end))

    def _opens(self, mark: _Mark) -> bool:
        """Whether a mark opens: by its form, unless its surroundings forbid it."""
        is_open = self._partner(mark) is not None
        if mark.form in _OPENS and any(self.open_at.get(o) for o in _PARTNERS.get(mark.form, ())):
            return mark.can_open and not mark.can_close
        if mark.form in _OPENS:
            return mark.can_open or not (mark.can_close and self._is_open(mark.family))
        if mark.form in _CLOSES:
            return mark.can_open and not mark.can_close and not self._is_open(mark.family)
        if is_open:
            return mark.can_open and not mark.can_close
        return mark.can_open or not mark.can_close

    def _is_open(self, family: str) -> bool:
        return any(self.open_at.get(form) for form in _FORMS[family])

    def _partner(self, mark: _Mark) -> int | None:
        """The place in the stack of the mark that this one can close: its own form's, else any."""
        own = _PARTNERS.get(mark.form, ())
        for forms in (own, _FORMS[mark.family]):
            places = [at[-1] for form in forms if (at := self.open_at.get(form))]
            if places:
                return max(places)
        return None

    def _push(self, mark: _Mark) -> None:
        self.open_at.setdefault(mark.form, []).append(len(self.open))
        self.open.append(mark)

    def _pop(self) -> _Mark:
        mark = self.open.pop()
        self.open_at[mark.form].pop()
        return mark

    def _close(self, place: int, closing: _Mark) -> None:
        while len(self.open) > place + 1:
            self._give_up(self._pop(), closing.start)
        self._pair(self._pop(), closing)

    def _pair(self, opening: _Mark, closing: _Mark) -> None:
        self.drafts.append(_Draft(opening, closing.start, closing.end, Closing.CLOSED))

    def _give_up(self, mark: _Mark, end: int) -> None:
        if mark.form in {"'", "’"}:
            self._lose(mark, Why.APOSTROPHE)
        else:
            self.drafts.append(_Draft(mark, end, end, Closing.RECOVERED))

    def _finish(self) -> None:
        """Close what can be closed after all, and give up the rest."""
        while self.open:
            mark = self.open.pop()
            if self.open and self._closes_after_all(self.open[-1], mark):
                self._pair(self.open.pop(), mark)
            else:
                self._give_up(mark, self.end)

    def _closes_after_all(self, opening: _Mark, mark: _Mark) -> bool:
        """Whether a mark opens where one should close: *“An experience, “said Aliyev*."""
        before = self.text[mark.start - 2 : mark.start].strip()[-1:]
        is_misplaced = before in _ENDS_SPEECH and mark.after.islower()
        return opening.family == mark.family and is_misplaced


_FORMS: dict[str, tuple[str, ...]] = {
    family: tuple(form for form, own in _FAMILY.items() if own == family)
    for family in set(_FAMILY.values())
}


def _is_inside_word(mark: _Mark) -> bool:
    return mark.before.isalnum() and mark.after.isalnum()


def pair(text: str) -> Marks:
    """Pair the quotation marks of a text.

    Args:
        text: Any text, of any length.

    Returns:
        The pairs, with their depth, and the marks that are in none, with the reason.

    Example:
        >>> text = "“It’s a ‘no’,” he said."
        >>> [text[p.start:p.end] for p in pair(text).pairs]
        ['“It’s a ‘no’,”', '‘no’']
        >>> pair(text).loose
        (LooseMark(start=3, end=4, why=<Why.APOSTROPHE: 1>),)
    """
    blocks = [_Paragraph(text, start, end) for start, end in paragraphs(text)]
    for block, following in itertools.pairwise(blocks):
        _join(block, following)
    pairs = list(_nested(text, [draft for block in blocks for draft in block.drafts]))
    loose = [mark for block in blocks for mark in block.loose]
    loose += [
        LooseMark(made.start, made.inner_start, Why.UNCLOSED)
        for made in pairs
        if made.closing is Closing.RECOVERED
    ]
    return Marks(tuple(pairs), tuple(sorted(loose, key=lambda mark: mark.start)))


def _join(block: _Paragraph, following: _Paragraph) -> None:
    """Let the outermost open quotation go on in the next paragraph: it reopens or closes there."""
    last = [d for d in block.drafts if d.closing is Closing.RECOVERED and d.end == block.end]
    draft = min(last, key=lambda d: d.opening.start, default=None)
    first = draft and next((m for m in following.marks if m.family == draft.opening.family), None)
    if not draft or not first:
        return
    if first.start == following.start:
        draft.closing = Closing.CONTINUED
    elif (lost := LooseMark(first.start, first.end, Why.UNOPENED)) in following.loose and not any(
        d.opening.start < first.start < d.end and d.closing is Closing.CLOSED
        for d in following.drafts
    ):
        following.loose.remove(lost)
        draft.inner_end, draft.end, draft.closing = first.start, first.end, Closing.CLOSED


def _nested(text: str, drafts: list[_Draft]) -> Iterator[MarkPair]:
    """The pairs in their order, with their depth.

    One that was recovered ends where the next of its family begins, if that stands right in it.
    """
    drafts.sort(key=lambda draft: draft.opening.start)
    around: list[_Draft] = []
    depths: list[int] = []
    for draft in drafts:
        while around and around[-1].end <= draft.opening.start:
            around.pop()
        if around and _ends_before(around[-1], draft):
            cut = around.pop()
            cut.end = cut.inner_end = draft.opening.start
        if around and draft.end > around[-1].end:
            draft.end = draft.inner_end = around[-1].inner_end
        depths.append(len(around))
        around.append(draft)
    before_space = functools.cache(functools.partial(_before_space, text))
    for draft, depth in zip(drafts, depths, strict=True):
        opening = draft.opening
        if draft.closing is not Closing.CLOSED:
            draft.end = draft.inner_end = max(opening.end, before_space(draft.end))
        yield MarkPair(opening.start, draft.end, opening.end, draft.inner_end, depth, draft.closing)


def _before_space(text: str, end: int) -> int:
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _ends_before(draft: _Draft, following: _Draft) -> bool:
    is_open = draft.closing is not Closing.CLOSED
    return is_open and draft.opening.family == following.opening.family


def kind_of(content: Sequence[Span], marks: Marks) -> Kind:
    """How much of a content stands inside quotation marks.

    Args:
        content: The content's spans.
        marks: The quotation marks of its text.

    Returns:
        Direct if every word of it does, a leading *that* aside; mixed if some do.

    Example:
        >>> text = "He said that it is “over.”"
        >>> print(kind_of([Span.of(text, 8, 26)], pair(text)))
        mixed
    """
    inside = outside = False
    for number, span in enumerate(content):
        that = _THAT.match(span.text) if number == 0 else None
        at = span.start + (that.end() if that else 0)
        for start, end in [*marks.quoted(at, span.end), (span.end, span.end)]:
            outside = outside or _has_words(span, at, start)
            inside = inside or _has_words(span, start, end)
            at = max(at, end)
    if not inside:
        return Kind.INDIRECT
    return Kind.MIXED if outside else Kind.DIRECT


def _has_words(span: Span, start: int, end: int) -> bool:
    return any(char.isalnum() for char in span.text[start - span.start : end - span.start])
