"""Who says what is quoted: cue and source of quoted text, by the parse and by position.

A quotation in marks is one item in the sentence around it, its frame: what stands inside it may
lead the parser astray. In a frame a cue leads in (*X said: “…”*), follows as a tag (*“…,” said
X*), or governs a clause of which the quoted words are a part (*X said that it is “…”*).
"""

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING, cast

from attrs import frozen

from quoteattr.cues import (
    ENDS,
    NOUNS,
    SUBJECTS,
    cue_span,
    is_cue,
    is_naming,
    is_negated,
    is_thought,
    lead_cue,
    outer_cue,
    subject_of,
    tag_cue,
)
from quoteattr.frames import REACH, Frame, end_of, last_character, leading_tokens, start_of
from quoteattr.marks import MarkPair, Offsets

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Tokens

__all__ = ["Quotation", "Rule", "find", "find_before", "find_byline", "find_inside", "find_lead"]


class Rule(Enum):
    """How a cue and the quoted words stand to each other."""

    LEAD = auto()
    """*X said: “…”*"""
    TAG = auto()
    """*“…,” said X*"""
    COMPLEMENT = auto()
    """*X said that it is “…”*"""
    ASIDE = auto()
    """*It is, X said, “…”*, or *according to X*"""
    RUN_ON = auto()
    """*X said that it is so. “…”*"""
    LABEL = auto()
    """*X: “…”*"""
    BYLINE = auto()
    """*“…” — X*"""
    CONTINUED = auto()
    """A paragraph of quoted text alone, after one with a quotation."""
    BARE = auto()
    """Quoted text alone elsewhere, such as a headline."""


MEASURED = {
    Rule.LEAD: (0.71, 0.86),
    Rule.TAG: (0.94, 0.98),
    Rule.COMPLEMENT: (0.78, 0.90),
    Rule.ASIDE: (0.82, 0.98),
    Rule.RUN_ON: (0.92, 0.92),
    Rule.LABEL: (0.88, 0.86),
    Rule.BYLINE: (0.88, 0.86),
    Rule.CONTINUED: (0.76, 0.55),
    Rule.BARE: (0.42, 0.0),
}
"""How often a rule's content, and then its source, is right on PolNeAR's training articles.

A content is right if it overlaps a labelled one by half of their union; a continued one, which
PolNeAR joins to what it continues, if it stands in a labelled one, and its source if that has the
source before. There were 13 run-ons, and but 6 bylines, for which the figures of labels stand.
"""


@frozen
class Quotation:
    """A quotation whose speaker is still to be found.

    Attributes:
        content: The reported words, in their order.
        cue: The cue, or None.
        source: The mention of the speaker, or None.
        verb: The lemma of the cue's verb, or ``""``.
        rule: How it was found.
    """

    content: tuple[Offsets, ...]
    cue: Offsets | None
    source: Offsets | None
    verb: str
    rule: Rule

    @property
    def confidence(self) -> float:
        """How often this rule's content is right, 0 to 1."""
        return MEASURED[self.rule][0]

    @property
    def source_confidence(self) -> float:
        """How often the source is right where this rule's content is, 0 to 1."""
        return MEASURED[self.rule][1]


def _governing_cue(doc: "Doc", pair: MarkPair) -> "Token | None":
    """The cue in whose clause the quoted words stand, by the parse."""
    child = _root(pair, doc)
    for ancestor in () if child is None else child.ancestors:
        if not pair.start <= ancestor.idx < pair.end and is_cue(ancestor):
            is_reported = not is_negated(ancestor) and not _is_circumstance(child)
            return ancestor if is_reported else None
        child = ancestor
    return None


def _root(pair: MarkPair, doc: "Doc") -> "Token | None":
    """The first quoted word that depends on none of the others."""
    inside = doc.char_span(pair.start, pair.end, alignment_mode="expand")
    if inside is None:
        return None
    for token in inside:
        is_free = token.head == token or not inside.start <= token.head.i < inside.end
        if is_free and not token.is_punct and not token.is_space:
            return token
    return None


_OF_CONTENT = frozenset({"as", "of", "against", "to", "for"})


def _is_circumstance(child: "Token | None") -> bool:
    """Whether a cue's dependent tells when, where or how it was said, or who said it, not what."""
    if child is None or child.dep_ in {*SUBJECTS, "advcl", "npadvmod", "agent", "conj"}:
        return True
    return child.dep_ == "prep" and child.lower_ not in _OF_CONTENT


def _parenthetical(frame: Frame) -> "Token | None":
    """The cue of *X said* where commas set it off, or ends the sentence, or of *according to X*."""
    for token in frame.tokens:
        if token.lower_ == "according":
            return token
        subject = subject_of(token) if is_cue(token) else None
        if subject is None or subject.left_edge.i == 0 or token.i + 1 == len(token.doc):
            continue
        first, last = min(subject.left_edge.i, token.i), max(subject.right_edge.i, token.i)
        before, after = token.doc[first - 1], token.doc[min(last + 1, len(token.doc) - 1)]
        if before.is_punct and after.is_punct and last - first < REACH:
            return token
    return None


def _preceding_cue(before: Sequence["Token"]) -> "Token | None":
    """The last cue with a subject before quoted words, where the parse has lost the connection."""
    cues = (token for token in reversed(before) if is_cue(token))
    cue = next(cues, None)
    is_lead = cue is not None and subject_of(cue) is not None and not is_negated(cue)
    return cue if is_lead else None


# Sources


def _source(cue: "Token", frame: Frame) -> "Token | None":
    """The head of the noun phrase that says who speaks: by the parse, else by position."""
    if cue.lower_ == "according":
        return next((token for token in cue.subtree if token.dep_ == "pobj"), None)
    inverted = _inverted_source(cue, frame)
    if inverted is not None:
        return inverted
    agent = next((child for child in cue.children if child.dep_ == "agent"), None)
    if agent is not None:
        return next((child for child in agent.children if child.dep_ == "pobj"), None)
    if any(child.dep_ in {"auxpass", "nsubjpass"} for child in cue.children):
        return None
    return _inherited_subject(cue, frame) or _neighbour(cue, frame)


def _inverted_source(cue: "Token", frame: Frame) -> "Token | None":
    """The noun right behind a cue that follows a quotation: *“…,” said X*."""
    at = frame.items.index(cue) if cue in frame.items else 0
    is_behind = at > 0 and isinstance(frame.items[at - 1], MarkPair)
    following = leading_tokens(frame.items[at + 1 :])
    if not is_behind or not following or cue.tag_ == "VBG" or following[0].dep_ == "mark":
        return None
    subject = subject_of(cue)
    is_inverted = subject is not None and subject in following
    return subject if is_inverted else _head_of_run(following)


def _head_of_run(tokens: Sequence["Token"]) -> "Token | None":
    """The last of the first nouns in a row."""
    nouns = dropwhile(lambda token: token.pos_ not in NOUNS, tokens)
    row = list(takewhile(lambda token: token.pos_ in NOUNS or token.text in _IN_NAMES, nouns))
    return next((token for token in reversed(row) if token.pos_ in NOUNS), None)


_IN_NAMES = frozenset({"-", "'s", "’s"})


def _inherited_subject(cue: "Token", frame: Frame) -> "Token | None":
    """The subject of a verb, or of the verb that it depends on: *He left, saying …*."""
    outside = frame.tokens
    for token in [cue, *cue.ancestors]:
        subject = subject_of(token)
        if subject is not None and subject in outside:
            return _reporter(token, outside) if cue.tag_ == "VBG" and token != cue else subject
        if token.dep_ == "acl":
            return token.head
        if token.dep_ not in {"conj", "xcomp", "advcl", "pcomp", "prep"}:
            return None
    return None


def _reporter(verb: "Token", outside: Sequence["Token"]) -> "Token | None":
    """The subject of a verb; in *X said that Y is Z, adding …* X's, since X is who adds."""
    head = verb.head
    is_reported = verb.dep_ == "ccomp" and is_cue(head) and head in outside
    outer = subject_of(head) if is_reported else None
    return outer if outer is not None and outer in outside else subject_of(verb)


def _neighbour(cue: "Token", frame: Frame) -> "Token | None":
    """The first noun between a quotation and its cue, else the nearest before or behind it."""
    at = frame.items.index(cue) if cue in frame.items else 0
    before = leading_tokens(reversed(frame.items[:at]))[::-1]
    after = leading_tokens(frame.items[at + 1 :])
    return _head_of_run(before) or _head_of_run(after)


def _phrase(head: "Token", cue: "Token", frame: Frame) -> Offsets:
    """The noun phrase of a head, with title and apposition, without a relative clause."""
    clauses = [
        child
        for child in head.subtree
        if child.dep_ in {"relcl", "advcl"} or (child.dep_ == "acl" and child.i > head.i)
    ]
    dropped = {token.i for clause in clauses for token in clause.subtree} | {cue.i}
    outside = {token.i for token in frame.tokens}
    kept = {token.i for token in head.subtree if token.i in outside - dropped}
    first = last = head.i
    while first - 1 in kept:
        first -= 1
    while last + 1 in kept:
        last += 1
    doc = head.doc
    while last > head.i and doc[last].is_punct and doc[last].text not in {")", "]"}:
        last -= 1
    while first < head.i and doc[first].is_punct:
        first += 1
    return doc[first].idx, end_of(doc[last])


# Contents

_JOINTS = " \t\n\r\xa0,;:—–-"


def _complement(cue: "Token", pair: MarkPair, frame: Frame) -> Offsets:
    """The quoted text with the words around it that the cue governs too."""
    start, end = pair.start, pair.end
    for child in cue.children:
        left, right = child.left_edge, end_of(child.right_edge)
        is_beside = child.dep_ in {*SUBJECTS, "aux", "auxpass", "agent", "punct", "advmod", "prt"}
        is_around = left.idx < pair.end and right > pair.start
        if not is_beside and left.i > cue.i and (is_around or is_naming(cue)):
            is_object_of = child.dep_ == "prep" and child.lower_ != "as"
            start = min(start, end_of(child) if is_object_of else left.idx)
            end = max(end, right)
    that = next((t for t in frame.tokens if cue.i < t.i and t.lower_ == "that"), None)
    if start == pair.start and that is not None and that.idx < start:
        start = that.idx
    return start, _before_next_cue(cue, pair.end, end, frame)


def _before_next_cue(cue: "Token", start: int, end: int, frame: Frame) -> int:
    """Where a content must end, so that it doesn't reach into the next cue's clause."""
    for token in frame.tokens:
        is_next = start <= token.idx < end and _follows_on(token, cue) and is_cue(token)
        if is_next:
            subject = subject_of(token)
            is_left = subject is not None and cue.i < subject.i < token.i
            at = subject.left_edge if subject is not None and is_left else token
            before = at.nbor(-1) if at.i else at
            return max(start, before.idx if before.pos_ == "CCONJ" else at.idx)
    return end


def _follows_on(token: "Token", cue: "Token") -> bool:
    """Whether a verb goes on after a cue: *said A, adding B*, *said A and called it B*."""
    is_participle = token.tag_ == "VBG" and token.i > 0 and token.nbor(-1).text == ","
    return is_participle or (token.dep_ == "conj" and token.head == cue)


def _trimmed(text: str, start: int, end: int, keep: int) -> Offsets:
    """Offsets without joints at the edges, nor a full stop outside quotation marks."""
    while start < end and text[start] in _JOINTS:
        start += 1
    while end > max(start, keep) and text[end - 1] in _JOINTS + ".":
        end -= 1
    return start, end


def _merged(pieces: Iterable[Offsets], text: str) -> tuple[Offsets, ...]:
    """The pieces in their order, those that touch joined."""
    joined: list[Offsets] = []
    for start, end in sorted(pieces):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


# Quotations


def find(frame: Frame, doc: "Doc") -> list[Quotation]:
    """Find the cues and sources of the quoted text in a frame.

    Args:
        frame: The frame.
        doc: The parsed text.

    Returns:
        A quotation for each cue, label or byline, in their order.
    """
    groups: dict[Token, list[tuple[Rule, MarkPair]]] = {}
    for number, item in enumerate(frame.items):
        if isinstance(item, MarkPair):
            rule, cue = _judge(frame, number, doc)
            if cue is not None:
                groups.setdefault(cue, []).append((rule, item))
    for cue, members in list(groups.items()):
        reporting = _reporting_cue(cue, frame)
        if reporting is not None:
            groups.setdefault(reporting, [(Rule.COMPLEMENT, pair) for _, pair in members])
    found = [_quotation(cue, members, frame) for cue, members in groups.items()]
    return found or _without_cue(frame)


def _reporting_cue(cue: "Token", frame: Frame) -> "Token | None":
    """The cue that reports a cue in turn: *X said that Y called it “…”*."""
    child = cue
    for ancestor in cue.ancestors:
        is_reported = child.dep_ == "ccomp" and ancestor.i < child.left_edge.i
        if is_reported and is_cue(ancestor) and ancestor in frame.tokens:
            return None if is_negated(ancestor) else ancestor
        child = ancestor
    return None


def _judge(frame: Frame, number: int, doc: "Doc") -> tuple[Rule, "Token | None"]:
    """By which rule a quoted stretch belongs to which cue."""
    pair = cast("MarkPair", frame.items[number])
    before = leading_tokens(reversed(frame.items[:number]))[::-1]
    after = leading_tokens(frame.items[number + 1 : number + 1 + REACH])
    lead = lead_cue(before)
    is_set_off = bool(before) and before[-1].text in {",", ":"}
    if lead is not None and (is_set_off or not _is_beside(lead, pair, doc)):
        outer = outer_cue(lead)
        return (Rule.LEAD if outer == lead else Rule.COMPLEMENT), outer
    is_joined = last_character(pair, frame.text) in {*ENDS, *_JOINTS}
    tag = tag_cue(after) if is_joined or (after and after[0].is_punct) else None
    if tag is not None:
        return Rule.TAG, tag
    governing = _governing_cue(doc, pair)
    if governing is not None:
        return Rule.COMPLEMENT, outer_cue(governing)
    aside = _parenthetical(frame)
    if aside is not None and not _is_beside(aside, pair, doc):
        return Rule.ASIDE, aside
    preceding = _preceding_cue(before)
    is_beside = preceding is not None and _is_beside(preceding, pair, doc)
    return Rule.COMPLEMENT, None if is_beside else preceding


def _is_beside(cue: "Token", pair: MarkPair, doc: "Doc") -> bool:
    """Whether quoted words only tell when or where a cue's words were said: *on “Face the Day”*."""
    root = _root(pair, doc)
    path = [] if root is None else [root, *root.ancestors]
    if cue not in path or cue == path[0]:
        return False
    return _is_circumstance(path[path.index(cue) - 1])


def _quotation(cue: "Token", members: Sequence[tuple[Rule, MarkPair]], frame: Frame) -> Quotation:
    head = _source(cue, frame)
    source = None if head is None else _phrase(head, cue, frame)
    text = frame.text
    trimmed = [
        _trimmed(text, start, end, pair.end if pair.end <= end else 0)
        for rule, pair in members
        for start, end in _contents(rule, cue, pair, source, frame)
    ]
    # Of a garbled sentence nothing may be left but what stands between the marks.
    kept = [piece for piece in trimmed if piece[0] < piece[1]]
    content = _merged(kept or [(pair.start, pair.end) for _, pair in members], text)
    return Quotation(content, cue_span(cue), source, cue.lemma_.lower(), members[0][0])


def _contents(
    rule: Rule, cue: "Token", pair: MarkPair, source: Offsets | None, frame: Frame
) -> list[Offsets]:
    first, last = start_of(frame.items[0]), end_of(frame.items[-1])
    if rule is Rule.LEAD and frame.text[cue.idx : pair.start].rstrip()[-1:] in {",", ":"}:
        return [*_naming_words(cue, pair, frame.text), (pair.start, pair.end)]
    if rule is Rule.LEAD:
        return [_complement(cue, pair, frame)]
    if rule is Rule.TAG:
        return [(first if frame.quoted[0] is pair else pair.start, pair.end)]
    tag_start = min(cue.idx, source[0] if source else cue.idx)
    tag_end = max(end_of(cue), source[1] if source else 0)
    if tag_start >= pair.end:
        return [(first, tag_start)]
    if rule is not Rule.ASIDE:
        return [_complement(cue, pair, frame)]
    words = [token for token in frame.tokens if token.idx < tag_start and not token.is_punct]
    return [(first, tag_start), (tag_end, last)] if len(words) > 1 else [(tag_end, last)]


def _naming_words(cue: "Token", pair: MarkPair, text: str) -> list[Offsets]:
    """What stands between a naming cue and its colon: *called X a milestone: “…”*."""
    between = text[end_of(cue) : pair.start].rstrip()
    if not is_naming(cue) or not between.endswith(":") or not between[:-1].strip():
        return []
    return [(end_of(cue), end_of(cue) + len(between) - 1)]


# Attribution without a cue of the quoted text's own


def find_before(frame: Frame, following: Frame) -> Quotation | None:
    """Find the cue of quoted text that follows on reported words: *He said that A. “B.”*.

    Args:
        frame: A sentence without quoted text.
        following: The quoted text right after it.

    Returns:
        A quotation whose content is both, or None if nothing is reported in `frame`.
    """
    cue = next((token for token in frame.tokens if _reports(token)), None)
    head = None if cue is None else _source(cue, frame)
    if cue is None or head is None:
        return None
    clause = next(child for child in cue.children if child.dep_ == "ccomp")
    reported = clause.left_edge.idx, end_of(clause.right_edge)
    source = _phrase(head, cue, frame)
    if reported[0] < cue.idx:
        reported = reported[0], min(cue.idx, source[0])
    reported = _trimmed(frame.text, *reported, 0)
    quoted = [(pair.start, pair.end) for pair in following.quoted]
    content = _merged([reported, *quoted] if reported[0] < reported[1] else quoted, frame.text)
    return Quotation(content, cue_span(cue), source, cue.lemma_.lower(), Rule.RUN_ON)


def find_inside(pair: MarkPair, doc: "Doc", text: str) -> list[Quotation]:
    """Find what a quotation reports in turn of others, by name: *“… The mayor calls it a shame.”*.

    Args:
        pair: The quotation's marks.
        doc: The parsed text.
        text: The text itself.

    Returns:
        The quotations without marks of their own that are nested in it.
    """
    inside = doc.char_span(pair.inner_start, pair.inner_end, alignment_mode="contract")
    if inside is None:
        return []
    cues = [t for t in inside if is_cue(t) and not is_thought(t) and not is_negated(t)]
    found = (_reported_inside(cue, inside, text) for cue in cues)
    return [made for made in found if made is not None]


def _reported_inside(cue: "Token", inside: "Tokens", text: str) -> Quotation | None:
    frame = Frame(text, tuple(t for t in cue.sent if inside.start <= t.i < inside.end))
    subject = subject_of(cue)
    roles = {"dobj", "oprd", "ccomp", "xcomp"} if is_naming(cue) else {"ccomp"}
    parts = [child for child in cue.children if child.dep_ in roles and child.i > cue.i]
    is_named = subject is not None and subject.pos_ == "PROPN" and subject in frame.tokens
    if subject is None or not parts or not is_named:
        return None
    end = min(end_of(parts[-1].right_edge), end_of(frame.items[-1]))
    content = _trimmed(frame.text, parts[0].left_edge.idx, end, 0)
    if content[0] >= content[1]:
        return None
    source = _phrase(subject, cue, frame)
    return Quotation((content,), cue_span(cue), source, cue.lemma_.lower(), Rule.COMPLEMENT)


def _reports(token: "Token") -> bool:
    """Whether a token is the main cue of a sentence that reports a clause."""
    is_main = token.dep_ == "ROOT" and is_cue(token) and not is_negated(token)
    return is_main and any(child.dep_ == "ccomp" for child in token.children)


_DASHES = frozenset({"-", "–", "—", "―", "--"})
_LONGEST_NAME = 12


def _without_cue(frame: Frame) -> list[Quotation]:
    """*X: “…”* and *“…” — X*."""
    if len(frame.quoted) != 1 or not frame.tokens:
        return []
    pair, tokens = frame.quoted[0], frame.tokens
    content = ((pair.start, pair.end),)
    if frame.items[-1] is pair and tokens[-1].text == ":" and _is_name(tokens[:-1]):
        source = tokens[0].idx, end_of(tokens[-2])
        return [Quotation(content, None, source, "", Rule.LABEL)]
    if frame.items[0] is pair and _is_byline(tokens):
        source = tokens[1].idx, end_of(tokens[-1])
        return [Quotation(content, None, source, "", Rule.BYLINE)]
    return []


def find_lead(frame: Frame, following: Frame) -> Quotation | None:
    """Find the cue of quoted text in the paragraph before: *X said:* and then *“…”* alone.

    Args:
        frame: The last sentence of the paragraph before.
        following: The quoted text.

    Returns:
        A quotation, or None if no cue leads in.
    """
    leads = not frame.quoted and frame.tokens[-1].text == ":"
    cue = lead_cue(frame.tokens) if leads else None
    if cue is None:
        return None
    head = _source(cue, frame)
    source = None if head is None else _phrase(head, cue, frame)
    content = tuple((pair.start, pair.end) for pair in following.quoted)
    return Quotation(content, cue_span(cue), source, cue.lemma_.lower(), Rule.LEAD)


def find_byline(quoted: Frame, following: Frame) -> Quotation | None:
    """Find the byline on the line after quoted text.

    Args:
        quoted: The quoted text.
        following: The line after it.

    Returns:
        A quotation, or None if there is no byline.
    """
    if following.quoted or not _is_byline(following.tokens):
        return None
    source = following.tokens[1].idx, end_of(following.tokens[-1])
    content = tuple((pair.start, pair.end) for pair in quoted.quoted)
    return Quotation(content, None, source, "", Rule.BYLINE)


def _is_byline(tokens: Sequence["Token"]) -> bool:
    return len(tokens) > 1 and tokens[0].text in _DASHES and _is_name(tokens[1:])


def _is_name(tokens: Sequence["Token"]) -> bool:
    """Whether tokens are a name, perhaps with a description behind a comma."""
    if not tokens or len(tokens) > _LONGEST_NAME or not tokens[0].text[0].isupper():
        return False
    return all(token.pos_ not in {"VERB", "AUX"} for token in tokens)
