"""Offsets in bytes and in UTF-16 units, there and back, against what encoding says."""

from time import perf_counter

import pytest
from hypothesis import given

from quoteattr.errors import FormatError
from quoteattr.formats.offsets import Unit, to_characters, to_units
from strategies import texts

BYTES = {Unit.UTF_8: ("utf-8", 1), Unit.UTF_16: ("utf-16-le", 2)}


def encoded(text: str, unit: Unit) -> int:
    """How many units a text has, as encoding it says, one character after the other."""
    if unit is Unit.CHARACTERS:
        return len(text)
    name, size = BYTES[unit]
    return sum(len(character.encode(name, "surrogatepass")) // size for character in text)


@pytest.mark.parametrize("unit", Unit)
@given(text=texts())
def test_each_offset_there_and_back(unit: Unit, text: str) -> None:
    """An offset is the length of what stands before it, and comes back."""
    there, back = to_units(text, unit), to_characters(text, unit)
    for offset in range(len(text) + 1):
        assert there(offset) == encoded(text[:offset], unit)
        assert back(there(offset)) == offset


@pytest.mark.parametrize("unit", [Unit.UTF_8, Unit.UTF_16])
@given(text=texts(min_size=1))
def test_offsets_between_characters_alone(unit: Unit, text: str) -> None:
    """Of all units exactly those between two characters have an offset; the others are refused."""
    ends = {encoded(text[:offset], unit) for offset in range(len(text) + 1)}
    back = to_characters(text, unit)
    for offset in range(encoded(text, unit) + 1):
        if offset in ends:
            back(offset)
        else:
            with pytest.raises(FormatError, match=f"the offset {offset} stands within a"):
                back(offset)


def test_beyond_the_text() -> None:
    """An offset beyond the text stays beyond it: whoever cuts the span refuses it."""
    assert to_characters("🙂", Unit.UTF_16)(9) == 8


def test_many_offsets_in_a_long_text() -> None:
    """Hundreds of thousands of wide characters and of offsets take seconds, not hours."""
    text = "🙂" * 300_000
    begin = perf_counter()
    there, back = to_units(text, Unit.UTF_8), to_characters(text, Unit.UTF_8)
    assert all(back(there(offset)) == offset for offset in range(len(text)))
    assert perf_counter() - begin < 60
