"""Cues: which words can be one, and where one stands to quoted text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quoteattr import wordlists
from quoteattr.marks import Offsets

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = [
    "ENDS",
    "NOUNS",
    "SUBJECTS",
    "cue_span",
    "is_clause",
    "is_cue",
    "is_naming",
    "is_negated",
    "is_thought",
    "lead_cue",
    "outer_cue",
    "subject_of",
    "tag_cue",
]

ENDS = frozenset(".!?…")

NOUNS = frozenset({"NOUN", "PROPN", "PRON"})
SUBJECTS = frozenset({"nsubj", "nsubjpass"})


def is_cue(token: "Token") -> bool:
    """Whether a word can introduce reported speech or thought: by its lemma and part of speech."""
    if token.lower_ == "according":
        return True
    if token.pos_ != "VERB" or token.dep_ in {"amod", "compound"}:
        return False
    return any(token.lemma_.lower() in words for words in wordlists.load("cue_verbs").values())


def is_naming(cue: "Token") -> bool:
    """Whether a cue says what somebody is called."""
    return cue.lemma_.lower() in wordlists.load("cue_verbs")["naming"]


def is_thought(cue: "Token") -> bool:
    """Whether a cue reports what is thought, not uttered."""
    return cue.lemma_.lower() in wordlists.load("cue_verbs")["thought"]


def is_negated(cue: "Token") -> bool:
    """Whether a cue says that something was not said."""
    return any(child.dep_ == "neg" for child in cue.children)


def subject_of(token: "Token") -> "Token | None":
    """The head of a verb's own subject, if it has one."""
    return next((child for child in token.children if child.dep_ in SUBJECTS), None)


def is_clause(token: "Token") -> bool:
    """Whether a token is the verb of a clause that is no relative one."""
    is_verb = token.pos_ in {"VERB", "AUX"} and token.dep_ not in {"relcl", "acl", "aux", "auxpass"}
    return is_verb and subject_of(token) is not None


def tag_cue(tokens: Sequence["Token"]) -> "Token | None":
    """The cue of *said X* or *X said* at the head of what follows a quotation."""
    for number, token in enumerate(tokens):
        is_end = token.is_punct and token.text[-1] in ENDS
        if is_end or token.pos_ in {"CCONJ", "SCONJ"} or token.tag_ == "WP":
            return None
        if is_cue(token) and _has_own_source(token, tokens, number):
            return token
        if is_clause(token):
            return None
    return None


def _has_own_source(cue: "Token", tokens: Sequence["Token"], number: int) -> bool:
    if cue.lower_ == "according":
        return True
    subject = subject_of(cue)
    if subject is not None and subject.i >= tokens[0].i:
        return True
    is_after_noun = any(token.pos_ in NOUNS for token in tokens[:number])
    after = tokens[number + 1].pos_ if number + 1 < len(tokens) else ""
    return cue.tag_ != "VBG" and (is_after_noun or after in {*NOUNS, "DET"})


def lead_cue(tokens: Sequence["Token"]) -> "Token | None":
    """The cue of *X said:* at the end of what stands before a quotation."""
    for token in reversed(tokens):
        if is_cue(token):
            return None if is_negated(token) else token
        is_barrier = token.dep_ in {*SUBJECTS, "expl"} or is_clause(token)
        if is_barrier and tokens[-1].text != ":":
            return None
    return None


def outer_cue(cue: "Token") -> "Token":
    """The cue itself; of a thought that is reported in turn, the cue that reports it."""
    for ancestor in cue.ancestors if is_thought(cue) else ():
        if is_cue(ancestor) and not is_thought(ancestor):
            return ancestor
    return cue


def cue_span(cue: "Token") -> Offsets:
    """The cue with its auxiliaries and particles, and with what completes the act of saying."""
    doc = cue.doc
    first = last = cue.i
    if cue.lower_ == "according":
        last = min(cue.i + 1, len(doc) - 1)
    parts = {c.i for c in cue.children if c.dep_ in {"aux", "auxpass", "prt"}}
    adverbs = {c.i for c in cue.children if c.dep_ == "advmod"}
    while first - 1 in parts | adverbs:
        first -= 1
    while first in adverbs:
        first += 1
    while last + 1 in parts:
        last += 1
    span = doc[first : _completed(cue, last) + 1]
    return span.start_char, span.end_char


_OCCASIONS = frozenset(
    {"statement", "interview", "speech", "letter", "email", "tweet", "post", "memo", "filing"}
)


_HAVE_HEARERS = frozenset({"tell", "remind", "assure", "warn", "advise"})


def _completed(cue: "Token", last: int) -> int:
    """The last token of what completes the act of saying: *told reporters*, *said in a letter*."""
    for child in cue.children:
        if child.left_edge.i == last + 1:
            is_hearer = cue.lemma_ in _HAVE_HEARERS and child.dep_ in {"dobj", "dative"}
            said_to = child if is_hearer and child.tag_ == "NNS" else None
            occasions = [t for t in child.children if t.dep_ == "pobj" and t.lower_ in _OCCASIONS]
            end = said_to or (occasions[0] if occasions and child.lower_ == "in" else None)
            return last if end is None or end.i - last > _LONGEST_COMPLETION else end.i
    return last


_LONGEST_COMPLETION = 3
