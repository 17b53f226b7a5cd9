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


@pytest.mark.parametrize("known", [("Ann", "Ann"), (None, "Bo"), ("Ann", None)])
def test_nobody_to_take_turns_with(known: tuple[str | None, str | None]) -> None:
    """Where it isn't known who the two are, nobody speaks."""
    assert speakers(TALK, *known) == [*known, None, None, None]


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
