"""From scores of windows to one reading, by scorers whose scores are known."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoteattr import tagger
from quoteattr.pieces import FEATURES, Pieces
from quoteattr.reading import CLS, SEP, WINDOW, Links, Reading, Scorer, read, stretches
from strategies import scorers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Integers: TypeAlias = NDArray[np.int64]

BESIDE, MOST = 16, WINDOW - 2 * 16
"""How much stands on each side of a stretch in its window, and what that leaves to read."""
LENGTHS = [0, 1, MOST, MOST + 1, WINDOW, 2 * MOST, 2 * MOST + 1, 3000]


def numbered(length: int, breaks: Sequence[int] = ()) -> Pieces:
    """Pieces whose numbers in the vocabulary are their places, after those of other use."""
    places = np.arange(length)
    ends = places + 1 - np.isin(places, breaks)
    return Pieces(places + 1000, places % FEATURES, places, ends, places < 0)


def linked(cues: "Floats") -> "tuple[Floats, Floats, Floats]":
    """Scores of a window with the same links to cues and sources, and no tags."""
    return np.zeros((len(cues), 7), np.float32), cues, cues


def targets(links: Links) -> list[list[int]]:
    """The targets of each piece."""
    return [
        links.targets[start:end].tolist()
        for start, end in zip(links.offsets, links.offsets[1:], strict=False)
    ]


# Stretches


@pytest.mark.parametrize(
    ("length", "breaks", "edges"),
    [
        *((0, [], [0, 0]), (1, [], [0, 1]), (MOST, [], [0, MOST]), (MOST, [200], [0, MOST])),
        (MOST + 1, [], [0, 175, 351]),
        (MOST + 1, [100, 170, 181, 300], [0, 170, 351]),
        (500, [149, 351], [0, 250, 500]),
        (500, [150, 251, 350], [0, 251, 500]),
        (500, [150, 349, 350], [0, 349, 500]),
        (1000, [], [0, MOST, 675, 1000]),
        (1000, [60, 175, 350, 351], [0, 350, 675, 1000]),
        (1000, [60, 175, 351], [0, 175, 351, 675, 1000]),
        (1000, [60, 174, 351, 700], [0, 350, 700, 1000]),
    ],
)
def test_stretches(length: int, breaks: list[int], edges: list[int]) -> None:
    """They end where paragraphs do, as late as can be, the last but one in the middle."""
    found = stretches(length, np.array(breaks, np.int64))
    assert found == [*itertools.pairwise(edges)]


@given(st.integers(0, 5_000), st.sets(st.integers(1, 5_000)))
def test_stretches_cover_the_text(length: int, breaks: set[int]) -> None:
    """Each piece stands in one of them; they are few, and fit into windows."""
    found = stretches(length, np.array(sorted(each for each in breaks if each < length), np.int64))
    starts, ends = np.array(found).T
    assert (starts[0], ends[-1]) == (0, length)
    assert starts[1:].tolist() == ends[:-1].tolist()
    assert (ends - starts <= MOST).all()
    assert (ends - starts)[:-2].min(initial=MOST) >= MOST // 2
    cut = {*ends[:-2].tolist()} - breaks
    assert not any(breaks & {*range(edge - MOST // 2, edge + 1)} for edge in cut)


@given(st.sets(st.integers(1, 3_000)), st.integers(1, 1_500))
def test_stretches_depend_on_what_is_near(breaks: set[int], length: int) -> None:
    """What follows far behind changes nothing."""
    paragraphs = np.array(sorted(breaks), np.int64)
    whole = stretches(3_001, paragraphs)
    part = stretches(length, paragraphs[paragraphs < length])
    assert [each for each in part if each[1] < length - 2 * MOST] == [
        each for each in whole if each[1] < length - 2 * MOST
    ]


@pytest.mark.parametrize("breaks", [(), (170, 420, 700)])
@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_scored(length: int, breaks: tuple[int, ...]) -> None:
    """Each stretch is scored once, with the pieces beside it and between those of the ends."""
    pieces = numbered(length, breaks)
    scored: list[tuple[list[int], list[int]]] = []

    def score(ids: "Integers", features: "Integers") -> "tuple[Floats, Floats, Floats]":
        scored.append((ids.tolist(), features.tolist()))
        return linked(np.zeros((len(ids), len(ids)), np.float32))

    read(pieces, score)
    assert scored == [
        (
            [CLS, *pieces.ids[max(0, start - BESIDE) : end + BESIDE].tolist(), SEP],
            [0, *pieces.features[max(0, start - BESIDE) : end + BESIDE].tolist(), 0],
        )
        for start, end in stretches(length, pieces.breaks)
    ]


def central(ids: "Integers", features: "Integers") -> "tuple[Floats, Floats, Floats]":
    """Scores that tell of each piece what it is and how far it stands from the window's ends."""
    del features
    length = len(ids)
    tags, cues, sources = linked(np.zeros((length, length), np.float32))
    places = np.arange(length)
    tags[:, 1] = ids
    tags[:, 2] = np.minimum(places, length - 1 - places)
    return tags, cues, sources


@given(st.sampled_from(LENGTHS) | st.integers(0, 3000))
def test_each_piece_is_read_in_its_stretch(length: int) -> None:
    """Each piece is read once, in its order, never at the edge of a window but of the text's."""
    tags = read(numbered(length), central).tags
    ids, distances = np.rint(tags[:, 1] - tags[:, 0]), np.rint(tags[:, 2] - tags[:, 0])
    assert ids.tolist() == list(range(1000, 1000 + length))
    places = np.arange(length)
    least = np.minimum(np.minimum(places, length - 1 - places), BESIDE)
    assert (distances > least).all()


# Tags


def test_tags_are_logarithms_of_probabilities() -> None:
    """Scores become shares of one, however large they are."""
    scores = np.array([[0] * 7, [0] * 7, [1000, 0, 0, 0, 0, 0, 1000], [0] * 7], np.float32)
    links = np.zeros((4, 4), np.float32)
    reading = read(numbered(2), lambda _, __: (scores, links, links))
    shares = np.exp(reading.tags)
    assert shares == pytest.approx(np.array([[1 / 7] * 7, [0.5, 0, 0, 0, 0, 0, 0.5]]))


# Links


def to_the_one_before(ids: "Integers", features: "Integers") -> "tuple[Floats, Floats, Floats]":
    """Scores that link each piece to the one before, the first to none."""
    del features
    return linked(np.eye(len(ids), k=-1, dtype=np.float32) * 50)


@pytest.mark.parametrize("length", LENGTHS)
def test_links_hold_for_the_whole_text(length: int) -> None:
    """A link's target is its number in the text, not in the window; -1 is none."""
    reading = read(numbered(length), to_the_one_before)
    assert targets(reading.cues) == [[place - 1] for place in range(length)]
    assert reading.sources.targets.tolist() == reading.cues.targets.tolist()
    assert reading.cues.shares.tolist() == pytest.approx([1] * length)


def from_shares(*rows: list[float]) -> "Floats":
    """The scores of a window that have such shares, with no share for its end."""
    return np.log(np.array([[*row, 1e-30] for row in rows], np.float32))


def test_improbable_links_are_forgotten() -> None:
    """Links with less than two in a hundred are forgotten; the others keep their shares."""
    nowhere = [1.0, 1e-30, 1e-30]
    scores = from_shares(nowhere, [0.9, 0.085, 0.015], [0.015, 0.025, 0.96], nowhere)
    links = read(numbered(2), lambda _, __: linked(scores)).cues
    assert targets(links) == [[-1, 0], [0, 1]]
    assert links.shares.tolist() == pytest.approx([0.9, 0.085, 0.025, 0.96])


def test_cues_are_not_sources() -> None:
    """The links to cues and those to sources are kept apart."""
    first, second = np.eye(4, k=-1, dtype=np.float32), np.eye(4, dtype=np.float32)
    reading = read(numbered(2), lambda _, __: (linked(first)[0], first * 50, second * 50))
    assert targets(reading.cues) == [[-1], [0]]
    assert targets(reading.sources) == [[0], [1]]


def test_nothing_is_linked_to_the_windows_end() -> None:
    """The end of a window is no target, however high its score."""
    scores = np.zeros((5, 5), np.float32)
    scores[:, -1], scores[:, 2] = 100, 50
    links = read(numbered(3), lambda _, __: linked(scores)).cues
    assert targets(links) == [[1]] * 3
    assert links.shares.tolist() == pytest.approx([1] * 3)


def test_pooled() -> None:
    """The shares of a stretch are the means of those of its pieces."""
    links = Links(
        np.array([0, 2, 3, 3, 4]),
        np.array([-1, 3, 3, 0]),
        np.array([0.25, 0.75, 0.5, 1], np.float32),
    )
    assert links.pooled(0, 1) == {-1: 0.25, 3: 0.75}
    assert links.pooled(0, 2) == {-1: 0.125, 3: 0.625}
    assert links.pooled(2, 3) == {}
    assert links.pooled(1, 4) == pytest.approx({3: 1 / 6, 0: 1 / 3})


# What holds for all readings


def check(reading: Reading, length: int) -> None:
    """A reading has a row for each piece, probabilities, and targets in the text."""
    assert np.exp(reading.tags).sum(axis=1).tolist() == pytest.approx([1] * length, rel=1e-3)
    for links in (reading.cues, reading.sources):
        assert len(links.offsets) == length + 1
        assert links.offsets[-1] == len(links.targets) == len(links.shares)
        assert ((links.targets >= -1) & (links.targets < length)).all()
        for start in range(length):
            assert sum(links.pooled(start, start + 1).values()) <= 1.001


@pytest.mark.parametrize("length", LENGTHS[:-1])
def test_the_network_reads(length: int) -> None:
    """The shipped network gives what a reading is made from."""
    check(read(numbered(length), tagger.load().score), length)


@given(st.sampled_from(LENGTHS[:5]), scorers())
def test_any_scores(length: int, score: Scorer) -> None:
    """No scores raise; what comes of them is a reading."""
    check(read(numbered(length), score), length)
