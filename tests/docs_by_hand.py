"""Parsed texts made by hand, so that no release of a model can break a test."""

import functools
from typing import TYPE_CHECKING

from attrs import frozen
from spacy.lang.en import English
from spacy.tokens import Doc

if TYPE_CHECKING:
    from spacy.vocab import Vocab

__all__ = ["by_hand"]


@functools.cache
def _vocab() -> "Vocab":
    """English without a model: it knows only what a word looks like."""
    return English().vocab


@frozen
class _Word:
    """A word with its fields, those left out empty."""

    text: str
    tag: str
    dep: str
    head: str
    label: str


def _table(rows: str) -> dict[str, str]:
    """What stands before each colon for each word behind it."""
    split = (row.split(": ") for row in rows.strip().splitlines())
    return {form: value for value, forms in split for form in forms.split()}


_POS = _table("""
NOUN: NN NNS
PROPN: NNP NNPS
PRON: PRP PRP$ WP WDT EX
VERB: VB VBD VBG VBN VBP VBZ
AUX: MD
DET: DT
ADP: IN RP
CCONJ: CC
ADV: RB
ADJ: JJ
NUM: CD
INTJ: UH
PART: TO POS
PUNCT: .
SPACE: _SP
""")
_LEMMAS = _table("""
be: is are was were be been
have: has had
say: said saying
tell: told
ask: asked
add: adding added
call: called
describe: described
believe: believes
welcome: welcomed
leave: left leaving
know: knew knows
fail: failed
official: officials
""")


def by_hand(text: str, parse: str) -> Doc:
    """Build a parsed text.

    Args:
        text: The text.
        parse: Its tokens in their order, each as ``word/tag/dependency/head/entity label``. The
            head is the nearest token of that form. A bare token is punctuation under the root of
            its sentence. A label that starts with ``B-`` begins a new entity right after another
            one. White space needs no token.

    Returns:
        What a spaCy pipeline would return.
    """
    rows, spaces = _aligned(text, [_word(field) for field in parse.split()])
    words = [row.text for row in rows]
    assert "".join(w + " " * s for w, s in zip(words, spaces, strict=True)) == text
    return Doc(
        _vocab(),
        words=words,
        spaces=spaces,
        tags=[row.tag for row in rows],
        pos=[_pos(row) for row in rows],
        lemmas=[_LEMMAS.get(word.lower(), word.lower()) for word in words],
        deps=[row.dep for row in rows],
        heads=[_head(rows, at) for at in range(len(rows))],
        ents=_entities(rows),
    )


def _word(fields: str) -> _Word:
    text, *given = fields.split("/")
    tag, dep, head, label = [*given, *[""] * (4 - len(given))]
    return _Word(text, tag or ".", dep or "punct", head, label)


def _aligned(text: str, words: list[_Word]) -> tuple[list[_Word], list[bool]]:
    """The words, with tokens for white space beyond single spaces, and which have one behind."""
    rows: list[_Word] = []
    spaces: list[bool] = []
    place = 0
    for word in words:
        at = text.index(word.text, place)
        _fill(text[place:at], rows, spaces)
        rows.append(word)
        spaces.append(False)
        place = at + len(word.text)
    _fill(text[place:], rows, spaces)
    return rows, spaces


def _fill(gap: str, rows: list[_Word], spaces: list[bool]) -> None:
    assert not gap.strip(), f"the parse leaves out {gap!r}"
    if gap.startswith(" ") and rows:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        rows.append(_Word(gap, "_SP", "dep", "", ""))
        spaces.append(False)


def _pos(row: _Word) -> str:
    if row.dep in {"aux", "auxpass"} or _LEMMAS.get(row.text.lower()) == "be":
        return "AUX"
    return "SCONJ" if row.dep == "mark" else _POS[row.tag]


def _head(rows: list[_Word], at: int) -> int:
    row = rows[at]
    if row.dep == "ROOT":
        return at
    if not row.head:
        return _root(rows, _neighbour(rows, at))
    heads = [number for number, other in enumerate(rows) if other.text == row.head]
    return min((number for number in heads if number != at), key=lambda number: abs(number - at))


def _neighbour(rows: list[_Word], at: int) -> int:
    """The word behind an opening mark, the one before any other; at an edge the only one."""
    words = [number for number, row in enumerate(rows) if row.head or row.dep == "ROOT"]
    before = [number for number in words if number < at][-1:]
    after = [number for number in words if number > at][:1]
    first, *_ = [*after, *before] if rows[at].text in _OPENING else [*before, *after]
    return first


def _root(rows: list[_Word], at: int) -> int:
    while rows[at].dep != "ROOT":
        at = _head(rows, at)
    return at


_OPENING = frozenset("“‘(«")


def _entities(rows: list[_Word]) -> list[str]:
    tags: list[str] = []
    last = ""
    for row in rows:
        label = row.label.removeprefix("B-")
        goes_on = label == last and label == row.label
        tags.append(f"{'I' if goes_on else 'B'}-{label}" if label else "O")
        last = label
    return tags
