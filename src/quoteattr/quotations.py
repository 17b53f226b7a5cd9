"""From quotation marks and findings to quotations: runs joined, cueless ones kept."""

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from quoteattr import rules
from quoteattr.frames import Frame, frames
from quoteattr.marks import Marks, Offsets
from quoteattr.rules import Finding

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Quotation", "assemble"]


@frozen
class Quotation:
    """A quotation whose speaker is still to be found.

    Attributes:
        content: The reported words: one stretch, or several where the cue interrupts them.
        finding: Its cue and source; None if it has neither.
        continues: Whether the speaker is that of the quotation before.
    """

    content: tuple[Offsets, ...]
    finding: Finding | None = None
    continues: bool = False


def assemble(doc: "Doc", marks: Marks) -> list[Quotation]:
    """Find the quotations of a text.

    Args:
        doc: The parsed text.
        marks: Its quotation marks.

    Returns:
        The quotations, in their order.
    """
    found: list[Quotation] = []
    is_quoted = False
    for block in frames(doc, marks):
        in_block = _in_paragraph(block, doc, continues=is_quoted)
        found += in_block
        is_quoted = bool(in_block)
    return found


def _in_paragraph(block: list[Frame], doc: "Doc", *, continues: bool) -> list[Quotation]:
    """The quotations of a paragraph; the one before may have ended with a quotation."""
    found: list[Quotation] = []
    is_run = False
    for last, frame in zip([None, *block], block, strict=False):
        if not _is_bare(frame):
            found += [Quotation(finding.content, finding) for finding in rules.find(frame, doc)]
        elif is_run:
            found[-1] = _extended(found[-1], frame)
        elif last is not None and (finding := rules.find_before(last, frame)) is not None:
            found.append(Quotation(finding.content, finding))
        else:
            found += _without_source(frame, doc, continues=continues and not found)
        is_run = bool(found and frame.quoted and found[-1].content[-1][1] >= frame.quoted[0].start)
    return found


def _is_bare(frame: Frame) -> bool:
    """Whether a frame has quoted text and no words around it."""
    return bool(frame.quoted) and all(token.is_punct for token in frame.tokens)


def _extended(quotation: Quotation, frame: Frame) -> Quotation:
    """A quotation that runs on after its cue's sentence: *“A,” he said. “B.”*."""
    return evolve(quotation, content=(*quotation.content, *_stretches(frame)))


def _without_source(frame: Frame, doc: "Doc", *, continues: bool) -> list[Quotation]:
    """A quotation with neither cue nor source: a sentence, or a continued one; else a title."""
    content = _stretches(frame)
    span = doc.char_span(content[0][0], content[-1][1], alignment_mode="expand")
    is_sentence = span is not None and any(token.tag_ in _FINITE for token in span)
    return [Quotation(content, None, continues)] if continues or is_sentence else []


_FINITE = frozenset({"VBD", "VBP", "VBZ", "MD"})


def _stretches(frame: Frame) -> tuple[Offsets, ...]:
    return tuple((pair.start, pair.end) for pair in frame.quoted)
