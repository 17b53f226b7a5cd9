"""From quotation marks to quotations: what runs on, what stands alone, what is none."""

import pytest

from docs_by_hand import by_hand
from quoteattr.marks import pair
from quoteattr.quotations import assemble
from quoteattr.rules import Rule

LEE_SAID = "Ann/NNP/compound/Lee Lee/NNP/nsubj/said said/VBD/ROOT"
SAID_LEE = "said/VBD/ROOT Ann/NNP/compound/Lee Lee/NNP/nsubj/said"
READY = "We are/VBP/ccomp/said ready"
READY_ALONE = "“We are/VBP/ROOT ready.”"


def assembled(annotated: str) -> list[tuple[Rule, list[str]]]:
    """The rule and the contents of each quotation."""
    doc = by_hand(annotated)
    found = assemble(doc, doc.text, pair(doc.text))
    contents = [[doc.text[start:end] for start, end in made.content] for made in found]
    return list(zip([made.rule for made in found], contents, strict=True))


@pytest.mark.parametrize(
    ("annotated", "found"),
    [
        (f"“{READY},” {SAID_LEE}.", [(Rule.TAG, ["“We are ready,”"])]),
        (
            f"“{READY},” {SAID_LEE}. {READY_ALONE}",
            [(Rule.TAG, ["“We are ready,”", "“We are ready.”"])],
        ),
        (
            f"“{READY},” {SAID_LEE}. {READY_ALONE} “No/UH/ROOT!”",
            [(Rule.TAG, ["“We are ready,”", "“We are ready.”", "“No!”"])],
        ),
        (
            f"{LEE_SAID}: “{READY}.” “No/UH/ROOT!”",
            [(Rule.LEAD, ["“We are ready.”", "“No!”"])],
        ),
        (
            f"{LEE_SAID} Nobody/NN/nsubj/knew knew/VBD/ccomp/said. {READY_ALONE} “No/UH/ROOT!”",
            [(Rule.RUN_ON, ["Nobody knew", "“We are ready.”", "“No!”"])],
        ),
    ],
)
def test_runs_on_in_the_paragraph(annotated: str, found: list[tuple[Rule, list[str]]]) -> None:
    """Quoted text alone goes on with the quotation right before it."""
    assert assembled(annotated) == found


def test_what_stands_between_ends_a_quotation() -> None:
    """Quoted text behind another sentence is a quotation of its own."""
    annotated = f"“{READY},” {SAID_LEE}. He/PRP/nsubj/left left/VBD/ROOT. {READY_ALONE}"
    found = [(Rule.TAG, ["“We are ready,”"]), (Rule.BARE, ["“We are ready.”"])]
    assert assembled(annotated) == found


@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n\r\n"])
def test_continued_in_the_next_paragraph(between: str) -> None:
    """A paragraph of quoted text alone after a quotation is one of the same speaker."""
    annotated = f"“{READY},” {SAID_LEE}.{between}{READY_ALONE}{between}“No/UH/ROOT.”"
    assert assembled(annotated) == [
        (Rule.TAG, ["“We are ready,”"]),
        (Rule.CONTINUED, ["“We are ready.”"]),
        (Rule.CONTINUED, ["“No.”"]),
    ]


def test_another_paragraph_ends_what_continues() -> None:
    """After a paragraph without a quotation nobody continues."""
    annotated = f"“{READY},” {SAID_LEE}.\n\nHe left/VBD/ROOT.\n\n{READY_ALONE}"
    found = [(Rule.TAG, ["“We are ready,”"]), (Rule.BARE, ["“We are ready.”"])]
    assert assembled(annotated) == found


@pytest.mark.parametrize(
    ("annotated", "found"),
    [
        (
            "“Baku and Ankara thwart/VBP/ROOT threats”",
            [(Rule.BARE, ["“Baku and Ankara thwart threats”"])],
        ),
        ("“They must/MD/aux/wait wait/VB/ROOT”", [(Rule.BARE, ["“They must wait”"])]),
        ("“War/NNP/ROOT and/CC/cc/War Peace/NNP/conj/War”", []),
        ("“Running/VBG/ROOT late”", []),
        ("“”", []),
    ],
)
def test_alone(annotated: str, found: list[tuple[Rule, list[str]]]) -> None:
    """Quoted text alone is a quotation, such as a headline, if it is a sentence; else a title."""
    assert assembled(annotated) == found


def test_byline_on_the_next_line() -> None:
    """A byline may stand on the line after the quoted text."""
    annotated = f"{READY_ALONE}\n—//punct/Lee Ann Lee/NNP/ROOT"
    assert assembled(annotated) == [(Rule.BYLINE, ["“We are ready.”"])]


@pytest.mark.parametrize(
    "annotated",
    [
        "",
        "\n",
        "Nobody knew/VBD/ROOT.",
        "The so-called/VBN/amod/deal “deal/NN/nsubj/failed” failed/VBD/ROOT.",
        "Her novel/NN/nsubj/failed “The Sea/NNP/appos/novel” failed/VBD/ROOT.",
    ],
)
def test_none(annotated: str) -> None:
    """Scare quotes, titles and text without marks are no quotations."""
    assert assembled(annotated) == []


def test_nested() -> None:
    """A quotation inside another one's content follows as one of its own, if it has a cue."""
    annotated = (
        f"“He/PRP/nsubj/said said/VBD/ccomp/said: ‘No/UH/ccomp/said.’ The ‘old’ way,” {LEE_SAID}."
    )
    assert assembled(annotated) == [
        (Rule.TAG, ["“He said: ‘No.’ The ‘old’ way,”"]),
        (Rule.LEAD, ["‘No.’"]),
    ]


def test_over_several_paragraphs() -> None:
    """A quotation that reopens in each paragraph is one of the speaker's in each."""
    annotated = f"{LEE_SAID}: “{READY}.\n\n“We are/VBP/ROOT late.\n\n“No/UH/ROOT.”"
    assert assembled(annotated) == [
        (Rule.LEAD, ["“We are ready."]),
        (Rule.CONTINUED, ["“We are late."]),
        (Rule.CONTINUED, ["“No.”"]),
    ]


def test_unclosed() -> None:
    """A quotation without its closing mark ends with its paragraph."""
    annotated = f"{LEE_SAID}: “{READY}. No/UH/ROOT.\n\nHe left/VBD/ROOT."
    assert assembled(annotated) == [(Rule.LEAD, ["“We are ready. No."])]
