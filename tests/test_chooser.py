"""Which candidate a source stands for: probabilities from weights, and the files they come from."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoteattr.candidates import Candidate, Choices, Signs
from quoteattr.chooser import SETTINGS, WAYS, Chooser, load, log_odds
from quoteattr.confidence import Logistic
from quoteattr.errors import ModelFileError
from quoteattr.modelfiles import write

WEIGHTS = {"pronoun": {"near": 2.0, "far": -1.0}, "description": {"near": -2.0}, "turn": {}}
CHOOSER = Chooser("tiny", WEIGHTS, {"pronoun": Logistic(0.0, (1.0, 1.0))})


def given_of(kind: str, *signs: Signs) -> Choices:
    """Candidates with some signs."""
    return Choices((0, 2), kind, tuple(Candidate(None, None, each) for each in signs))


def test_probabilities() -> None:
    """Weights add up to scores, and the scores' exponentials to 1."""
    weighed = CHOOSER(given_of("pronoun", {"near": 1, "far": 1}, {"near": 0.5}, {}))
    assert weighed == pytest.approx([math.e / (2 * math.e + 1)] * 2 + [1 / (2 * math.e + 1)])


def test_weights_are_the_kind_s() -> None:
    """A sign can speak for one kind of source and against the other."""
    signs: tuple[Signs, Signs] = ({"near": 1}, {})
    near, nobody = CHOOSER(given_of("pronoun", *signs))
    assert near > nobody
    near, nobody = CHOOSER(given_of("description", *signs))
    assert near < nobody


def test_unknown_sign() -> None:
    """A sign without a weight changes nothing."""
    assert CHOOSER(given_of("pronoun", {"odd": 9}, {})) == [0.5, 0.5]


SIGNS = st.dictionaries(st.sampled_from(["near", "far", "odd"]), st.floats(-1e6, 1e6))


@given(st.sampled_from(["pronoun", "description"]), st.lists(SIGNS, min_size=1, max_size=20))
def test_any_signs(kind: str, signs: list[dict[str, float]]) -> None:
    """Whatever the signs, there is a probability for each candidate; they add up to 1."""
    weighed = CHOOSER(given_of(kind, *signs))
    assert len(weighed) == len(signs)
    assert all(0 <= each <= 1 for each in weighed)
    assert sum(weighed) == pytest.approx(1)


@given(st.floats(0, 1))
def test_log_odds(probability: float) -> None:
    """The log odds are finite, symmetric, and those of .999 at most."""
    odds = log_odds(probability)
    assert abs(odds) <= math.log(999) + 1e-9
    assert log_odds(1 - probability) == pytest.approx(-odds)
    assert (odds > 0) == (probability > 0.5) or odds == pytest.approx(0)


def test_log_odds_of_certainty() -> None:
    """What is certain has finite log odds."""
    assert log_odds(1) == pytest.approx(math.log(999))
    assert log_odds(0.75) == pytest.approx(math.log(3))


@given(*[st.floats(0, 1)] * 3)
def test_confidence(source: float, choice: float, other: float) -> None:
    """The confidence is a probability, and none lower for a surer choice."""
    less, more = sorted((choice, other))
    values = [CHOOSER.confidence("pronoun", source, each) for each in (less, more)]
    assert 0 <= values[0] <= values[1] <= 1


# Files


VALUES: dict[str, Any] = {
    "name": "tiny",
    "weights": WEIGHTS,
    "confidences": {way: {"bias": 0.0, "weights": [1.0, 1.0]} for way in WAYS},
}


def written(folder: Path, ways: Sequence[str] = WAYS) -> Path:
    """A folder with the files of a chooser that knows some ways to find a speaker."""
    confidences = {way: VALUES["confidences"][way] for way in ways}
    values = {**VALUES, "confidences": confidences}
    write(folder, {SETTINGS: json.dumps(values).encode()})
    return folder


def test_load(tmp_path: Path) -> None:
    """What was written is what is loaded, once."""
    folder = written(tmp_path / "model")
    loaded, choices = load(folder), given_of("pronoun", {"near": 1}, {"far": 1}, {})
    assert loaded.name == "tiny"
    assert loaded(choices) == CHOOSER(choices)
    assert loaded.confidence("pronoun", 0.7, 0.6) == CHOOSER.confidence("pronoun", 0.7, 0.6)
    assert load(folder) is loaded


def test_shipped() -> None:
    """What ships has a name, and weights for all kinds of sources."""
    chooser = load()
    assert chooser.name
    assert sorted(chooser.weights) == ["description", "pronoun", "turn"]
    assert load() is chooser


def test_altered_file(tmp_path: Path) -> None:
    """A file that was altered is refused, by name."""
    path = written(tmp_path) / SETTINGS
    path.write_text(path.read_text("utf-8").replace("2.0", "3.0"), encoding="utf-8")
    with pytest.raises(ModelFileError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"the model file {str(path)!r} is not the file that its checksum describes; "
        "copy the folder anew, or train the model again"
    )


def test_missing_ways(tmp_path: Path) -> None:
    """A model that knows nothing of some ways to find a speaker is refused when it is loaded."""
    path = written(tmp_path, sorted(set(WAYS) - {"pronoun", "continued"})) / SETTINGS
    with pytest.raises(ModelFileError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"the model file {str(path)!r} has no confidences for continued, pronoun; "
        "copy the folder anew, or train the model again"
    )


def test_missing_kinds(tmp_path: Path) -> None:
    """So is one without weights for some kinds of sources, which would choose by chance."""
    write(tmp_path, {SETTINGS: json.dumps({**VALUES, "weights": {"pronoun": {}}}).encode()})
    with pytest.raises(ModelFileError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"the model file {str(tmp_path / SETTINGS)!r} has no weights for description, turn; "
        "copy the folder anew, or train the model again"
    )


def test_missing_file(tmp_path: Path) -> None:
    """A file that is missing is named."""
    (written(tmp_path) / SETTINGS).unlink()
    with pytest.raises(ModelFileError, match=rf"{SETTINGS}' can't be read; copy the folder anew"):
        load(tmp_path)
