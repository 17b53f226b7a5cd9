"""Parsed texts and names made by hand, so that no release of a model can break a test."""

import functools
import re
from typing import TYPE_CHECKING

from attrs import evolve, frozen
from hypothesis import strategies as st
from spacy.lang.en import English
from spacy.tokens import Doc

from quoteattr.chooser import Chooser
from quoteattr.confidence import Logistic
from quoteattr.names import Name
from quoteattr.quotes import SpeakerType

if TYPE_CHECKING:
    from spacy.vocab import Vocab

__all__ = ["WEIGHER", "by_hand", "docs", "person"]

WEIGHER = Chooser(
    "by hand",
    {
        "pronoun": {
            "coreference": 8.0,
            "same gender": 4.0,
            "other gender": -8.0,
            "one person": 4.0,
            "several joint": 4.0,
            "several group": 3.0,
            "chain": 2.0,
            "speaker 0": 2.0,
            "nearest 0": 2.0,
            "nearest subject 0": 1.0,
            "after": -2.0,
            "in its own words": -8.0,
        },
        "turn": {
            "2 turns before": 4.0,
            "2 turns behind": 4.0,
            "4 turns behind": 4.0,
            "1 turns before": -4.0,
            "1 turns behind": -4.0,
        },
        "description": {
            "role": 8.0,
            "words in common": 2.0,
            "vice": -4.0,
            "other gender": -8.0,
            "nearest 0": 1.0,
            "itself alone": 4.0,
        },
    },
    {
        **dict.fromkeys(
            (
                *("full name", "surname", "single name", "other name", "several names"),
                *("itself", "first person", "continued", "turn", "repeated"),
            ),
            Logistic(0.0, (1.0, 0.0)),
        ),
        **dict.fromkeys(("pronoun", "description"), Logistic(0.0, (1.0, 1.0))),
    },
)
"""Weighs candidates by few signs, so that no training can break a test.

A speaker who is named or goes on is as sure as the source; otherwise the choice counts too.
"""


@functools.cache
def _vocab() -> "Vocab":
    """English without a model: it knows only what a word looks like."""
    return English().vocab


@frozen
class _Word:
    """A token with its fields, those left out empty."""

    text: str
    tag: str = ""
    dep: str = ""
    head: str = ""
    label: str = ""
    space: bool = False


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
X: XX
""")
_LEMMAS = _table("""
be: is are was were be been
have: has had
say: said
express: expressed
call: called
believe: believes
leave: left
edit: edits
official: officials
""")


_TOKEN = re.compile(
    r"""
    (?P<word> [\w.$]+ ([’'] \w+)? | [^\w\s] ) (?P<fields> (?: /[\w$]* )+ )  # annotated
    | \w+ | [^\w\s~] | (?P<gap> \s+ )
    """,
    re.VERBOSE,
)
_OPENING = frozenset("“‘(«")


def by_hand(annotated: str) -> Doc:
    """Build a parsed text.

    Args:
        annotated: The text, with an annotation right behind each word that needs one:
            ``word/tag/dependency/head/entity label``. The head is the nearest token of that form.
            Other words depend on the nearest annotated one, punctuation on the root of its
            sentence. A label that starts with ``B_`` begins a new entity right after another one.
            A ``~`` stands between an annotation and a word right behind it.

    Returns:
        What a spaCy pipeline would return for the text without the annotations.
    """
    rows = _rows(annotated)
    return _doc(rows, [_head(rows, at) for at in range(len(rows))])


def person(text: str, start: int = 0) -> Name:
    """A person's name.

    Args:
        text: The name.
        start: Where it stands.

    Returns:
        The name, as if it stood there in a text.
    """
    return Name(text, start, start + len(text), SpeakerType.PERSON)


def _doc(rows: list[_Word], heads: list[int]) -> Doc:
    return Doc(
        _vocab(),
        words=[row.text for row in rows],
        spaces=[row.space for row in rows],
        tags=[row.tag for row in rows],
        pos=[_pos(row) for row in rows],
        lemmas=[_LEMMAS.get(row.text.lower(), row.text) for row in rows],
        deps=[row.dep for row in rows],
        heads=heads,
        ents=_entities(rows),
    )


def _rows(annotated: str) -> list[_Word]:
    rows: list[_Word] = []
    for found in _TOKEN.finditer(annotated):
        gap = found["gap"] or ""
        if gap.startswith(" ") and rows and not rows[-1].space:
            rows[-1] = evolve(rows[-1], space=True)
            gap = gap[1:]
        if gap:
            rows.append(_Word(gap, "_SP", "dep"))
        elif found["word"]:
            tag, *others = found["fields"].split("/")[1:]
            rows.append(_Word(found["word"], tag or ".", *others))
        elif not found["gap"]:
            tag, dep = ("XX", "dep") if found[0].isalnum() else (".", "punct")
            rows.append(_Word(found[0], tag, dep))
    return rows


def _pos(row: _Word) -> str:
    if row.dep in {"aux", "auxpass"} or _LEMMAS.get(row.text.lower()) == "be":
        return "AUX"
    return "SCONJ" if row.dep == "mark" else _POS[row.tag]


def _head(rows: list[_Word], at: int) -> int:
    row = rows[at]
    if row.dep == "ROOT":
        return at
    if row.head:
        alike = [number for number, other in enumerate(rows) if other.text == row.head]
        return min((number for number in alike if number != at), key=lambda n: abs(n - at))
    words = [number for number, other in enumerate(rows) if other.head or other.dep == "ROOT"]
    if not words:
        return at
    if row.tag == "XX":
        return min(words, key=lambda number: (abs(number - at), -number))
    return _root(rows, _neighbour(words, at, is_opening=row.text in _OPENING))


def _neighbour(words: list[int], at: int, *, is_opening: bool) -> int:
    """The word behind an opening mark, the one before any other; at an edge the only one."""
    before = [number for number in words if number < at][-1:]
    after = [number for number in words if number > at][:1]
    return next(iter([*after, *before] if is_opening else [*before, *after]))


def _root(rows: list[_Word], at: int) -> int:
    while rows[at].dep != "ROOT":
        at = _head(rows, at)
    return at


def _entities(rows: list[_Word]) -> list[str]:
    tags: list[str] = []
    last = ""
    for row in rows:
        label = row.label.removeprefix("B_")
        goes_on = label == last and label == row.label
        tags.append(f"{'I' if goes_on else 'B'}-{label}" if label else "O")
        last = label
    return tags


_WORDS = st.sampled_from(
    [
        *("“", "”", "“", "”", '"', "‘", "’", ",", ",", ".", ".", ":", "—", "?", "\n", "\n\n", " "),
        *("said", "said", "adding", "called", "believes", "according", "to", "that", "who", "not"),
        *(
            "Ann",
            "Lee",
            "Mr.",
            "President",
            "Ministry",
            "of",
            "the",
            "official",
            "they",
            "and",
            "is",
        ),
    ]
)
_TAGS = ["VBD", "VBG", "VBN", "NN", "NNS", "NNP", "PRP", "WP", "IN", "DT", "CC", "."]
_DEPS = [
    *("nsubj", "nsubjpass", "ccomp", "dobj", "oprd", "prep", "pobj", "agent", "appos", "conj"),
    *("acl", "relcl", "advcl", "aux", "auxpass", "neg", "prt", "mark", "amod", "punct", "dep"),
]
_LABELS = ["", "", "PERSON", "ORG", "GPE", "B_PERSON"]


@st.composite
def docs(draw: st.DrawFn) -> Doc:
    """Parsed texts of quotations that no parser would return.

    Args:
        draw: Given by Hypothesis.

    Returns:
        The strategy.
    """
    tags, deps, labels = map(st.sampled_from, (_TAGS, _DEPS, _LABELS))
    row = st.builds(_Word, _WORDS, tags, deps, st.just(""), labels, st.booleans())
    rows = [
        evolve(row, tag="_SP") if row.text.isspace() else row
        for row in draw(st.lists(row, max_size=25))
    ]
    heads = _tree(draw, len(rows))
    return _doc(
        [evolve(row, dep="ROOT") if heads[at] == at else row for at, row in enumerate(rows)], heads
    )


def _tree(draw: st.DrawFn, size: int) -> list[int]:
    """A head for each token; one that is its own is a root."""
    order = draw(st.permutations(range(size)))
    places = [draw(st.integers(0, place)) for place in range(size)]
    heads = dict(zip(order, (order[place] for place in places), strict=True))
    return [heads[at] for at in range(size)]
