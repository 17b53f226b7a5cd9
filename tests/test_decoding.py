"""From readings made by hand to attributions."""

import functools
import itertools
import math
import re
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoteattr import tagger
from quoteattr.confidence import SIGNS
from quoteattr.decoding import CONTENT, Attribution, _best_tags, _spans, decode
from quoteattr.marks import Offsets, pair
from quoteattr.pieces import Pieces, pieces
from quoteattr.reading import Links, Reading, Scorer, read
from strategies import prose, scorers, texts
from timing import growth

Targets: TypeAlias = dict[int, dict[int, float]]
Found: TypeAlias = tuple[list[str], str | None, str | None]

TAGS = ".CcVvSs"
"""Outside; the first and the other pieces of content, of cues (verbs, mostly) and of sources."""
SURE = 0.94
"""How probable the tags of a reading made by hand are; all others are 0.01."""


def cut(text: str) -> Pieces:
    """The pieces of a text: its words; *-* goes before one that goes on with the one before."""
    places = np.array([word.span() for word in re.finditer(r"-?\w+|[^\w\s]", text)])
    follows = np.array([text[start] == "-" for start, _ in places])
    return Pieces(places[:, 0] * 0, places[:, 0] * 0, places[:, 0], places[:, 1], follows)


def links(length: int, targets: Targets) -> Links:
    """Links of some pieces; the others surely have none."""
    rows = [targets.get(number, {-1: 1.0}) for number in range(length)]
    return Links(
        np.cumsum([0, *map(len, rows)]),
        np.array([target for row in rows for target in row]),
        np.array([share for row in rows for share in row.values()], np.float32),
    )


def reading(tags: str, cues: Targets, sources: Targets) -> Reading:
    """A reading with a letter of `TAGS` for each piece."""
    shares = np.full((len(tags), len(TAGS)), 0.01, np.float32)
    shares[np.arange(len(tags)), [TAGS.index(tag) for tag in tags]] = SURE
    return Reading(np.log(shares), links(len(tags), cues), links(len(tags), sources))


def to(target: int, *numbers: int) -> Targets:
    """Sure links from some pieces to one."""
    return {number: {target: 1.0} for number in numbers}


def found(text: str, read_as: Reading) -> list[Found]:
    """Contents, cue and source of each attribution."""

    def words(place: Offsets | None) -> str | None:
        return place and text[slice(*place)]

    return [
        ([text[start:end] for start, end in made.content], words(made.cue), words(made.source))
        for made in decode(cut(text), read_as)
    ]


# What belongs together

READY = "We are ready said Ann Lee"


@pytest.mark.parametrize(
    ("text", "tags", "cues", "sources", "expected"),
    [
        (READY, "CccVSs", to(3, 0, 1, 2), to(4, 3), [(["We are ready"], "said", "Ann Lee")]),
        (READY, "CccVSs", to(3, 0, 1, 2), {}, [(["We are ready"], "said", None)]),
        (READY, "CccVSs", {}, {}, [(["We are ready"], None, None)]),
        (READY, "CccVSs", {}, to(5, 0, 1, 2), [(["We are ready"], None, "Ann Lee")]),
        (READY, "CccVSs", {}, to(4, 3), [(["We are ready"], None, None)]),
        (READY, "Ccc.Ss", to(3, 0, 1, 2), to(4, 3), [(["We are ready"], "said", "Ann Lee")]),
        (READY, "CccV..", to(3, 0, 1, 2), to(4, 3), [(["We are ready"], "said", "Ann")]),
        (READY, "...VSs", {}, to(4, 3), []),
        (READY, "......", to(3, 0, 1, 2), to(4, 3), []),
        (READY, "CcCVSs", to(3, 0, 1, 2), to(4, 3), [(["We are", "ready"], "said", "Ann Lee")]),
        (READY, "CcCVSs", to(3, 0, 1), {}, [(["We are"], "said", None), (["ready"], None, None)]),
    ],
)
def test_attributions(
    text: str, tags: str, cues: Targets, sources: Targets, expected: list[Found]
) -> None:
    """Contents go with the cue that they are linked to, and with its source or their own."""
    assert found(text, reading(tags, cues, sources)) == expected


def test_contents_of_one_cue_are_one_attribution() -> None:
    """A content before the cue and another one behind its source belong together."""
    read_as = reading("CVSsCc", to(1, 0, 4, 5), to(2, 1))
    text = "Yes said Ann Lee we go"
    assert found(text, read_as) == [(["Yes", "we go"], "said", "Ann Lee")]


def test_cues_share_a_source() -> None:
    """Two attributions may have the same source; they come in the order of their contents."""
    read_as = reading("SsVCVC", to(2, 3) | to(4, 5), to(0, 2) | to(1, 4))
    assert found("Ann Lee said yes adding no", read_as) == [
        (["yes"], "said", "Ann Lee"),
        (["no"], "adding", "Ann Lee"),
    ]


def test_order() -> None:
    """The cue that comes first may have the content that comes last."""
    read_as = reading("VVCC", to(1, 2) | to(0, 3), {})
    assert found("said adding yes no", read_as) == [
        (["yes"], "adding", None),
        (["no"], "said", None),
    ]


@pytest.mark.parametrize(
    ("shares", "cue"),
    [
        ({3: 0.6, -1: 0.4}, "said"),
        ({3: 0.4, -1: 0.6}, None),
        ({3: 0.2, 4: 0.2, 5: 0.3, -1: 0.3}, "said so"),
        ({3: 0.25, 5: 0.45, -1: 0.3}, "adds"),
        ({2: 0.25, 3: 0.4, -1: 0.35}, "said"),
        ({2: 0.8, 3: 0.2}, "then"),
        ({2: 0.8, -1: 0.2}, "then"),
        ({2: 0.15, 3: 0.1, -1: 0.05}, "said"),
        ({2: 0.15, -1: 0.1}, None),
        ({}, None),
    ],
)
def test_the_most_links_win(shares: dict[int, float], cue: str | None) -> None:
    """A span has the links to all its pieces; a piece of none has to be probable by itself."""
    tags = "C.." + ("Vv" if cue == "said so" else "V.") + "V"
    [(_, found_cue, _)] = found("Yes he then said so adds", reading(tags, {0: shares}, {}))
    assert found_cue == cue


def test_pieces_of_a_content_decide_together() -> None:
    """The links of a content are the mean of those of its pieces."""
    cues = {0: {3: 0.6, 4: 0.4}, 1: {3: 0.6, 4: 0.4}, 2: {4: 1.0}}
    assert found("we are ready said adds", reading("CccVV", cues, {})) == [
        (["we are ready"], "adds", None)
    ]


@pytest.mark.parametrize(
    ("text", "tags", "target", "cue"),
    [
        ("Yes re -plied Ann", "C..S", 1, "re -plied"),
        ("Yes re -plied Ann", "C..S", 2, "re -plied"),
        ("Yes we said no", "CCVC", 1, None),
        ("Yes said Ann no", "C.SC", 2, None),
    ],
)
def test_links_to_words(text: str, tags: str, target: int, cue: str | None) -> None:
    """A link makes a span of a whole word, and only of what the tags leave out."""
    assert found(text, reading(tags, to(target, 0), {}))[0] == (["Yes"], cue, None)


def test_breaks_are_no_words() -> None:
    """No span ends with a break between paragraphs or is one."""
    text = "Yes.\n\nNo.\n\nSo he said."
    made = pieces(text, pair(text), tagger.load().tokenizer)
    read_as = reading("CccCcC.SV.", to(8, 0, 1, 2, 3, 4, 5), to(7, 8))
    [each] = decode(made, read_as)
    assert [text[start:end] for start, end in each.content] == ["Yes.", "No."]


@pytest.mark.parametrize(
    ("share", "cue"), [(0.5, "points out that"), (0.15, "points"), (0.02, "points")]
)
def test_links_make_spans(share: float, cue: str) -> None:
    """Where the tags show nothing, a link does, as far as the pieces may go on with a span."""
    read_as = reading("C.....", to(1, 0), {})
    read_as.tags[2:4, TAGS.index("v")] = math.log(share)
    assert found("Yes points out that he goes", read_as) == [(["Yes"], cue, None)]


# Spans


def scored(*rows: dict[str, float]) -> Reading:
    """A reading with the shares of some tags for each piece, and no links."""
    shares = [[row.get(tag, 1e-6) for tag in TAGS] for row in rows]
    nothing = links(len(rows), {})
    return Reading(np.log(np.array(shares, np.float32)), nothing, nothing)


@pytest.mark.parametrize(
    ("text", "rows", "contents"),
    [
        ("he goes", [{".": 0.9}, {"c": 0.6, "C": 0.3, ".": 0.1}], ["goes"]),
        ("he goes", [{".": 0.9}, {"c": 0.6, "C": 0.1, ".": 0.3}], []),
        ("he goes", [{"c": 0.9, "C": 0.1}, {".": 1}], ["he"]),
        ("he goes", [{"V": 0.9, "C": 0.1}, {"c": 0.9, "v": 0.1}], ["he goes"]),
        ("he goes", [{"C": 0.9}, {"C": 0.9}], ["he", "goes"]),
        ("un -ready", [{"C": 0.9, ".": 0.1}, {".": 0.6, "c": 0.4}], ["un -ready"]),
        ("un -ready", [{".": 0.9, "C": 0.1}, {"c": 0.6, ".": 0.4}], []),
        ("un -ready", [{"C": 0.9, ".": 0.1}, {"C": 0.9, "c": 0.1}], ["un -ready"]),
        ("a un -ready", [{"C": 1}, {".": 0.6, "c": 0.4}, {"c": 0.9}], ["a un -ready"]),
    ],
)
def test_spans(text: str, rows: list[dict[str, float]], contents: list[str]) -> None:
    """The most probable spans start with a first piece and end where words do."""
    assert found(text, scored(*rows)) == [([content], None, None) for content in contents]


def is_possible(tags: tuple[int, ...], follows: list[bool]) -> bool:
    """Whether tags make spans and cut no word."""
    for last, tag, within in zip((0, *tags), tags, follows, strict=False):
        is_inside = tag in {2, 4, 6}
        goes_on = (tag - last in {0, 1} and last > 0) if is_inside else tag == last == 0
        if (is_inside or within) and not goes_on:
            return False
    return True


@given(
    st.lists(st.lists(st.floats(-20, 0), min_size=7, max_size=7), min_size=1, max_size=4),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_best_tags(rows: list[list[float]], within: list[bool]) -> None:
    """Of all sequences that are possible, the most probable one is found."""
    scores, follows = np.array(rows, np.float32), [False, *within][: len(rows)]
    tags = _best_tags(scores, np.array(follows))
    assert is_possible(tuple(tags), follows)
    every = itertools.product(range(7), repeat=len(rows))
    sums = [
        sum(map(lambda row, tag: row[tag], rows, some))
        for some in every
        if is_possible(some, follows)
    ]
    assert sum(map(lambda row, tag: row[tag], rows, tags)) == pytest.approx(max(sums), abs=1e-3)


# Signs


def log_odds(share: float) -> float:
    """The logarithm of the odds of a probability."""
    return math.log(share / (1 - share))


def test_signs() -> None:
    """What is known of an attribution's sureness is the mean or the least of the shares."""
    cues = {0: {3: 0.7, -1: 0.3}, 1: {3: 0.9, -1: 0.1}, 2: {3: 0.8, -1: 0.2}}
    pieces = cut(READY)
    pieces.features[:2] = 1  # in quotation marks
    [made] = decode(pieces, reading("CccVSs", cues, {3: {4: 0.2, 5: 0.5, -1: 0.3}}))
    shares = {
        "content": SURE + 0.01,
        "edges": SURE,
        "cue": SURE + 0.01,
        "cue link": 0.8,
        "source": SURE + 0.01,
        "source link": 0.7,
    }
    expected = {name: log_odds(share) for name, share in shares.items()}
    expected |= {"length": math.log(3), "quoted": 2 / 3}
    assert dict(zip(SIGNS, made.signs, strict=True)) == pytest.approx(expected, rel=1e-4)


def test_signs_of_several_contents() -> None:
    """The least sure edge and the least sure link count, and the length of all."""
    cues = {0: {1: 0.9, -1: 0.1}, 4: {1: 0.6, -1: 0.4}, 5: {1: 0.6, -1: 0.4}}
    read_as = reading("CVSsCc", cues, {})
    read_as.tags[4] = np.log([0.1, 0.7, 0.04, 0.04, 0.04, 0.04, 0.04])
    [made] = decode(cut("Yes said Ann Lee we go"), read_as)
    signs = dict(zip(SIGNS, made.signs, strict=True))
    assert signs["edges"] == pytest.approx(log_odds(0.7), rel=1e-4)
    assert signs["cue link"] == pytest.approx(log_odds(0.6), rel=1e-4)
    assert signs["length"] == math.log(3)


def test_signs_of_what_is_missing() -> None:
    """No cue and no source tell nothing; that nothing is linked does."""
    read_as = reading("Cc", {0: {-1: 0.9}, 1: {-1: 0.7}}, {0: {-1: 0.6}})
    [made] = decode(cut("yes no"), read_as)
    signs = dict(zip(SIGNS, made.signs, strict=True))
    assert (signs["cue"], signs["source"]) == (0, 0)
    assert signs["cue link"] == pytest.approx(log_odds(0.8), rel=1e-4)
    assert signs["source link"] == pytest.approx(log_odds(0.8), rel=1e-4)


def test_signs_have_bounds() -> None:
    """What is certain is as certain as can be, not infinitely so."""
    certain = np.log(np.eye(7, dtype=np.float32)[[1, 3]] + np.float32(1e-30))
    everything = Reading(certain, links(2, to(1, 0)), links(2, {}))
    [made] = decode(cut("yes said"), everything)
    *signs, length, quoted = made.signs
    assert max(signs) == pytest.approx(log_odds(0.999)) == pytest.approx(6.9068, abs=1e-4)
    assert length == quoted == 0


# Attributions


@pytest.mark.parametrize("by", [0, 7])
def test_moved(by: int) -> None:
    """An attribution in a part of a text stands further back in the whole."""
    made = Attribution(((0, 3), (9, 11)), (4, 8), (12, 15), (0.5,))
    content = (by, by + 3), (by + 9, by + 11)
    assert made.moved(by) == Attribution(content, (by + 4, by + 8), (by + 12, by + 15), (0.5,))


def test_moved_without_cue_and_source() -> None:
    """What is missing stays so."""
    assert Attribution(((0, 3),), None, None, ()).moved(2) == Attribution(((2, 5),), None, None, ())


# Time


def many(text: str) -> tuple[Pieces, Reading]:
    """A text of as many attributions as it has times `READY`."""
    times = text.count(READY)
    starts = range(0, times * 6, 6)
    cues = {start + number: {start + 3: 1.0} for start in starts for number in range(3)}
    sources = {start + 3: {start + 4: 1.0} for start in starts}
    return cut(text), reading("CccVSs" * times, cues, sources)


def test_time_is_linear() -> None:
    """Twice the text takes about twice the time, once it is read."""
    known = functools.cache(many)
    assert len(decode(*known(f"{READY} " * 3))) == 3
    assert growth(lambda text: decode(*known(text)), f"{READY} " * 1000, limit=2.6) <= 2.6


# What holds for all readings


@given(texts() | prose(), scorers())
def test_any_reading(text: str, score: Scorer) -> None:
    """No reading raises; spans stand in the text, in order, and their signs are numbers."""
    made = pieces(text, pair(text), tagger.load().tokenizer)
    decoded = decode(made, read(made, score))
    for each in decoded:
        places = [*each.content, each.cue, each.source]
        assert all(0 <= place[0] < place[1] <= len(text) for place in places if place)
        assert list(each.content) == sorted(set(each.content))
        assert len(each.signs) == len(SIGNS)
        assert np.isfinite(each.signs).all()
    assert [each.content for each in decoded] == sorted(each.content for each in decoded)


@given(texts() | prose(), scorers())
def test_spans_are_words_of_their_own(text: str, score: Scorer) -> None:
    """No two spans overlap and none cuts a word, whatever the links say."""
    made = pieces(text, pair(text), tagger.load().tokenizer)
    decoded = decode(made, read(made, score))
    cues = {each.cue for each in decoded if each.cue}
    sources = {each.source for each in decoded if each.source}
    places = sorted([*cues, *sources, *(place for each in decoded for place in each.content)])
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(places))
    starts = set(made.starts[~made.follows].tolist())
    assert all(start in starts and text[start:end].strip() for start, end in places)


@given(texts() | prose(), scorers())
def test_every_content_is_claimed_once(text: str, score: Scorer) -> None:
    """Each span of content is in one attribution, and each cue has one."""
    made = pieces(text, pair(text), tagger.load().tokenizer)
    read_as = read(made, score)
    decoded = decode(made, read_as)
    spans = _spans(_best_tags(read_as.tags, made.follows), made)[CONTENT]
    places = [(made.starts[start], made.ends[end - 1]) for start, end in spans]
    assert sorted(place for each in decoded for place in each.content) == places
    cues = [each.cue for each in decoded if each.cue]
    assert len(cues) == len(set(cues))
