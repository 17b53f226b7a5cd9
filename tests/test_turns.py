"""Whose turn it is where a paragraph has nothing but quoted words."""

import pytest

from quoteattr.marks import pair
from quoteattr.quotations import Origin, Quotation
from quoteattr.turns import Turns

SOURCED, ALONE = Origin.TAGGER, Origin.CONTINUED
TALK = ["“No,” said Ann.", "“Why?” said Bo.", "“So.”", "“Ah.”", "“Well.”"]


def turns(*lines: str) -> tuple[Turns, list[Quotation]]:
    """Those of paragraphs with a quotation each, and the quotations."""
    text, found, at = "\n\n".join(lines), [], 0
    for line in lines:
        is_alone = line.endswith(("”", "?", "!")) or "”" not in line
        content = (at, at + line.find("”") + 1 if "”" in line else at + len(line))
        origin = ALONE if is_alone and line.startswith("“") else SOURCED
        found.append(Quotation((content,), None, None, origin, 0.9, 0.9))
        at += len(line) + 2
    return Turns(text, pair(text), found), found


def speakers(lines: list[str], *known: str | None) -> list[str | None]:
    """Who speaks in each paragraph, if that is known of the first ones."""
    found, _ = turns(*lines)
    names = list(known)
    for number in range(len(known), len(lines)):
        before = found.before(number, names)
        names.append(None if before is None else names[before])
    return names


def test_turns() -> None:
    """In a conversation two take turns."""
    assert speakers(TALK, "Ann", "Bo") == ["Ann", "Bo", "Ann", "Bo", "Ann"]


@pytest.mark.parametrize(
    ("known", "then"),
    [
        ((None, "Bo"), [None, "Bo", None]),
        (("Ann", None), ["Ann", None, "Ann"]),
        (("Ann", "Ann"), [None, "Ann", None]),
        ((None, None), [None, None, None]),
    ],
)
def test_who_takes_turns_is_half_known(
    known: tuple[str | None, str | None], then: list[str | None]
) -> None:
    """Whose every second turn it is doesn't hang on who speaks in between, if it is another."""
    assert speakers(TALK, *known) == [*known, *then]


def backwards(lines: list[str], *known: str | None) -> list[str | None]:
    """Who speaks in each paragraph, if that is known of the last ones."""
    found, _ = turns(*lines)
    names = [*[None] * (len(lines) - len(known)), *known]
    for number in range(len(lines) - len(known) - 1, -1, -1):
        after = found.after(number, names)
        names[number] = None if after is None else names[after]
    return names


@pytest.mark.parametrize(
    ("known", "before"),
    [
        (("Ann", "Bo"), ["Bo", "Ann", "Bo"]),
        ((None, "Bo"), ["Bo", None, "Bo"]),
        (("Bo", "Bo"), [None, "Bo", None]),
    ],
)
def test_turns_before_anybody_is_named(
    known: tuple[str | None, str | None], before: list[str | None]
) -> None:
    """Who is named only later has had every second turn before."""
    talk = [*TALK[2:], *TALK[:2]]
    assert backwards(talk, *known) == [*before, *known]


def test_who_goes_on_before_anybody_is_named() -> None:
    """Who doesn't close a quotation in its paragraph has the next one, too: no turns."""
    talk = [*TALK[2:], "“I say this", *TALK[:2]]
    assert backwards(talk, "Ann", "Bo")[3] is None


def test_no_turns_before_a_name_in_news() -> None:
    """Two paragraphs of quoted words alone are no conversation."""
    assert backwards([*TALK[2:4], *TALK[:2]], "Ann", "Bo") == [None, None, "Ann", "Bo"]


def test_news() -> None:
    """Two paragraphs of quoted words alone are no conversation: the speaker goes on."""
    assert speakers(TALK[:4], "Ann", "Bo") == ["Ann", "Bo", "Bo", "Bo"]


def test_paragraph_that_goes_on() -> None:
    """In a conversation, too, a paragraph that doesn't close its quotation goes on."""
    talk = [*TALK, "“I say this", "“and that.”"]
    assert speakers(talk, "Ann", "Bo")[-3:] == ["Ann", "Bo", "Bo"]


def test_narration_between() -> None:
    """After a paragraph without quoted words it is nobody's turn."""
    found, _ = turns(*TALK)
    assert found.are_taken(2)
    text = "\n\n".join([*TALK[:2], "They waited.", *TALK[2:]])
    _, quotations = turns(*TALK)
    shift = len("They waited.") + 2
    moved = [
        Quotation(
            tuple((start + shift, end + shift) for start, end in each.content),
            *(None, None, each.origin, 0.9, 0.9),
        )
        for each in quotations[2:]
    ]
    apart = Turns(text, pair(text), [*quotations[:2], *moved])
    assert apart.before(2, ["Ann", "Bo"]) is None


def test_lines() -> None:
    """In a text without empty lines nobody knows where turns end: the speaker goes on."""
    text = "\n".join(TALK)
    starts = [text.index(line) for line in TALK]
    spans = [(start, start + line.index("”") + 1) for start, line in zip(starts, TALK, strict=True)]
    origins = [SOURCED, SOURCED, ALONE, ALONE, ALONE]
    found = [
        Quotation((span,), None, None, origin, 0.9, 0.9)
        for span, origin in zip(spans, origins, strict=True)
    ]
    lines = Turns(text, pair(text), found)
    assert not lines.are_taken(2)
    assert lines.before(2, ["Ann", "Bo"]) == 1


def test_first_of_all() -> None:
    """Before the first quotation there is none."""
    found, _ = turns(*TALK)
    assert found.before(0, []) is None
