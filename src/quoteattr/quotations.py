"""From quotation marks to quotations: runs joined, those without a cue kept."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import evolve

from quoteattr import rules
from quoteattr.frames import Frame, frames, frames_inside
from quoteattr.marks import Marks, Offsets
from quoteattr.rules import Quotation, Rule

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["assemble"]


def assemble(doc: "Doc", text: str, marks: Marks) -> list[Quotation]:
    """Find the quotations of a text.

    Args:
        doc: The text as spaCy has parsed it.
        text: The text itself, of equal length.
        marks: Its quotation marks.

    Returns:
        The quotations, in their order, then those nested in them.
    """
    found: list[Quotation] = []
    bare, before = Rule.BARE, None
    for paragraph, following in pairwise([*frames(doc, text, marks), []]):
        byline = _byline(paragraph, following)
        here = [byline] if byline else _in_paragraph(paragraph, doc, bare, before)
        found += here
        bare = Rule.CONTINUED if here else Rule.BARE
        before = paragraph[-1] if paragraph else None
    nested = [made for frame in frames_inside(doc, text, marks) for made in rules.find(frame, doc)]
    inside = [made for pair in marks.outer for made in rules.find_inside(pair, doc, text)]
    known = {made.cue for made in nested}
    return found + nested + [made for made in inside if made.cue not in known]


def _byline(paragraph: Sequence[Frame], following: Sequence[Frame]) -> Quotation | None:
    """A paragraph of quoted text alone whose speaker stands on the next line."""
    if len(paragraph) != 1 or len(following) != 1 or not _is_bare(paragraph[0]):
        return None
    return rules.find_byline(paragraph[0], following[0])


def _in_paragraph(
    paragraph: Sequence[Frame], doc: "Doc", bare: Rule, before: Frame | None
) -> list[Quotation]:
    """The quotations of a paragraph.

    `bare` is what quoted text alone at its head is, `before` the sentence before it.
    """
    found: list[Quotation] = []
    runs_on = False
    for last, frame in zip([None, *paragraph], paragraph, strict=False):
        if not _is_bare(frame):
            found += rules.find(frame, doc)
        elif runs_on:
            found[-1] = _extended(found[-1], frame)
        elif last is not None and (reported := rules.find_before(last, frame)) is not None:
            found.append(reported)
        elif last is None and before is not None and (led := rules.find_lead(before, frame)):
            found.append(led)
        else:
            found += _without_source(frame, doc, Rule.BARE if found else bare)
        runs_on = bool(found and frame.quoted) and _reaches(found[-1], frame)
    return found


def _extended(quotation: Quotation, frame: Frame) -> Quotation:
    """A quotation that runs on after its cue's sentence: *“A,” he said. “B.”*."""
    end = quotation.content[-1][1]
    more = [stretch for stretch in _stretches(frame) if stretch[0] >= end]
    return evolve(quotation, content=(*quotation.content, *more))


def _is_bare(frame: Frame) -> bool:
    """Whether a frame has quoted text and no words around it."""
    return bool(frame.quoted) and all(token.is_punct for token in frame.tokens)


def _reaches(quotation: Quotation, frame: Frame) -> bool:
    return quotation.content[-1][1] > frame.quoted[0].start


def _without_source(frame: Frame, doc: "Doc", rule: Rule) -> list[Quotation]:
    """Quoted text with neither cue nor source, unless it is a title."""
    content = _stretches(frame)
    span = doc.char_span(content[0][0], content[-1][1], alignment_mode="expand")
    is_sentence = span is not None and any(token.tag_ in _FINITE for token in span)
    is_quotation = is_sentence or rule is Rule.CONTINUED
    return [Quotation(content, None, None, "", rule)] if is_quotation else []


_FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})


def _stretches(frame: Frame) -> tuple[Offsets, ...]:
    return tuple((pair.start, pair.end) for pair in frame.quoted)
