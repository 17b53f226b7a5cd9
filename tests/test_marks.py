"""Quotation marks: what pairs, how deep, what stays loose and why."""

import textwrap

import pytest
from hypothesis import given

from quoteattr.marks import Closing, MarkPair, Marks, Why, kind_of, pair, paragraphs
from quoteattr.quotes import Kind, Span
from strategies import prose, texts
from timing import growth

CLOSED, CONTINUED, RECOVERED = Closing.CLOSED, Closing.CONTINUED, Closing.RECOVERED

MARKS = ("``", "''", *"“”„‟\"‘’‚‛'«»‹›「」『』")


def paired(text: str) -> list[str]:
    """The text of each pair, its marks included."""
    return [text[made.start : made.end] for made in pair(text).pairs]


def loose(text: str) -> list[tuple[int, Why]]:
    """Where each loose mark stands, and why."""
    return [(mark.start, mark.why) for mark in pair(text).loose]


@pytest.mark.parametrize(
    "text",
    [
        *("“Yes,” he said.", '"Yes," he said.', "‘Yes,’ he said.", "'Yes,' he said."),
        *(
            "«Oui», dit-il.",
            "« Oui », dit-il.",
            "‹Oui›, dit-il.",
            "»Ja«, sagte er.",
            "›Ja‹, so er.",
        ),
        *("„Ja“, sagte er.", "„Tak”, rzekł.", "‚Ja‘, sagte er.", "”Ja”, sa han.", "’Ja’, sa han."),
        *("»Ja», sa han.", "「はい」と言った。", "『はい』と言った。", "``Yes,'' he said."),
        *("''Yes,'' he said.", '“Yes," he said.', '"Yes,” he said.', "‟Yes,” he said."),
    ],
)
def test_every_style_pairs(text: str) -> None:
    """Marks of every style, in either direction, make one pair from the first to the last."""
    [made] = pair(text).pairs
    assert (made.start, made.depth, made.closing) == (0, 0, CLOSED)
    assert text[made.inner_start : made.inner_end].strip(" ,") in {
        "Yes",
        "Oui",
        "Ja",
        "Tak",
        "はい",
    }
    assert pair(text).loose == ()


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “yes” and “no”.", ["“yes”", "“no”"]),
        ('"A" "B" "C"', ['"A"', '"B"', '"C"']),
        ("“A,” he said, “B.”", ["“A,”", "“B.”"]),
        ("(“Yes”)—“no”—[‘so’]", ["“Yes”", "“no”", "‘so’"]),
        ("他说：“是”。", ["“是”"]),
        ('"Yes,"he said.', ['"Yes,"']),
        ("“”", ["“”"]),
        ("No marks.", []),
        ("", []),
    ],
)
def test_side_by_side(text: str, quoted: list[str]) -> None:
    """Marks pair with the next that closes, whatever stands around them."""
    assert paired(text) == quoted
    assert {made.depth for made in pair(text).pairs} <= {0}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“He said ‘no’ to it.”", [("“He said ‘no’ to it.”", 0), ("‘no’", 1)]),
        ("‘He said “no” to it.’", [("‘He said “no” to it.’", 0), ("“no”", 1)]),
        ("\"He said 'no' to it.\"", [("\"He said 'no' to it.\"", 0), ("'no'", 1)]),
        ("'He said \"no\" to it.'", [("'He said \"no\" to it.'", 0), ('"no"', 1)]),
        ("“‘No’”", [("“‘No’”", 0), ("‘No’", 1)]),
        ("“A “B” C”", [("“A “B” C”", 0), ("“B”", 1)]),
        ("«A “B ‘C’”»", [("«A “B ‘C’”»", 0), ("“B ‘C’”", 1), ("‘C’", 2)]),
    ],
)
def test_nested(text: str, quoted: list[tuple[str, int]]) -> None:
    """Marks inside marks make pairs of greater depth."""
    found = pair(text)
    assert [(text[made.start : made.end], made.depth) for made in found.pairs] == quoted
    assert found.outer == found.pairs[:1]
    assert found.loose == ()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "the dogs’ bowl",
            "the dogs' bowl",
            "the ’90s",
            "the '90s were",
            "’Tis late",
            "'Tis late",
        ),
        *(
            "O’Neill left",
            "O'Neill left",
            "it’s",
            "it's",
            "rock 'n' roll",
            "rock ’n’ roll",
            "O‘Neill",
        ),
        *("James’ home", "goin’ home", "goin' home", "give 'em that", "the ’80s and ’90s", "’"),
    ],
)
def test_apostrophes(text: str) -> None:
    """Apostrophes are told from single quotation marks."""
    found = pair(text)
    assert found.pairs == ()
    assert found.loose
    assert {mark.why for mark in found.loose} == {Why.APOSTROPHE}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("It’s the ‘end’ of it", ["‘end’"]),
        ("‘It’s over,’ he said", ["‘It’s over,’"]),
        ("‘The dogs’ bowl is empty,’ he said", ["‘The dogs’ bowl is empty,’"]),
        ("‘The ’90s were great,’ she said", ["‘The ’90s were great,’"]),
        ("‘’Tis late,’ he said", ["‘’Tis late,’"]),
        ("'Twas the 'best' time", ["'best'"]),
        ("the teachers' 'union' is", ["'union'"]),
        ("“O’Neill’s dogs’ bowl,” he said", ["“O’Neill’s dogs’ bowl,”"]),
    ],
)
def test_apostrophes_beside_single_marks(text: str, quoted: list[str]) -> None:
    """Apostrophes neither open nor close what single marks quote."""
    assert paired(text) == quoted
    assert {mark.why for mark in pair(text).loose} == {Why.APOSTROPHE}


@pytest.mark.parametrize(
    ("text", "primes"),
    [
        ('a 5" disk', [3]),
        ('a 27" and a 30" screen', [4, 14]),
        ("45° 30' 15\"", [6, 10]),
        ('a 5" “floppy” disk', [3]),
    ],
)
def test_inch_and_minute_signs(text: str, primes: list[int]) -> None:
    """A straight mark right behind a number is a unit."""
    assert loose(text) == [(place, Why.PRIME) for place in primes]


def test_number_at_the_end_of_a_quotation() -> None:
    """A straight mark behind a number closes a quotation that is open."""
    text = 'He said "we need 20" and left.'
    assert paired(text) == ['"we need 20"']


@pytest.mark.parametrize("mark", ["“", '"'])
@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n\r\n", "\n \n"])
def test_quotation_reopens_in_each_paragraph(mark: str, between: str) -> None:
    """A quotation over several paragraphs reopens in each and closes once."""
    close = "”" if mark == "“" else mark
    blocks = [f"{mark}One.", f"{mark}Two.", f"{mark}Three.{close}"]
    text = between.join(blocks) + " He left."
    found = pair(text)
    assert [text[made.start : made.end] for made in found.pairs] == blocks
    assert [made.closing for made in found.pairs] == [CONTINUED, CONTINUED, CLOSED]
    assert {made.depth for made in found.pairs} == {0}
    assert found.loose == ()


def test_quotation_closes_in_the_next_paragraph() -> None:
    """A quotation may also close in the next paragraph without having reopened there."""
    text = "“One.\n\nTwo.” He left."
    assert paired(text) == ["“One.\n\nTwo.”"]
    assert pair(text).pairs[0].closing is CLOSED
    assert pair(text).loose == ()


def test_quotation_does_not_skip_a_paragraph() -> None:
    """A paragraph without marks ends a quotation that is still open."""
    text = "“One.\n\nTwo.\n\n“Three.”"
    assert paired(text) == ["“One.", "“Three.”"]
    assert loose(text) == [(0, Why.UNCLOSED)]


@pytest.mark.parametrize(
    ("text", "quoted", "unclosed"),
    [
        ("He said, “One. Two. \nThree.", "“One. Two.", 9),
        ('He said, "One. Two.\n\nThree.', '"One. Two.', 9),
        ("the so-called «end", "«end", 14),
        ("“", "“", 0),
        ("“Yes, “Bob” said", "“Yes,", 0),
        ("“A ‘B” C", "‘B", 3),
        ("“A.” “B", "“B", 5),
    ],
)
def test_unclosed_marks_are_recovered(text: str, quoted: str, unclosed: int) -> None:
    """A quotation that never closes ends with its paragraph, or where the next one forces it."""
    [made] = [made for made in pair(text).pairs if made.closing is RECOVERED]
    assert text[made.start : made.end] == quoted
    assert made.end == made.inner_end
    assert loose(text) == [(unclosed, Why.UNCLOSED)]


@pytest.mark.parametrize(("text", "place"), [("”", 0), ("Yes.” He left.", 4), ("Yes,'' no", 4)])
def test_unopened_marks(text: str, place: int) -> None:
    """A closing mark that nothing opened is loose."""
    assert pair(text).pairs == ()
    assert loose(text) == [(place, Why.UNOPENED)]


@pytest.mark.parametrize("text", ["“A good year, “said Ann.", '"A good year, "said Ann.'])
def test_mark_that_opens_where_it_should_close(text: str) -> None:
    """A mark that faces the wrong way closes all the same, if the comma before it says so."""
    assert paired(text) == [text.removesuffix("said Ann.")]
    assert pair(text).loose == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n\t", []),
        ("One.", [(0, 4)]),
        ("One.\nTwo.", [(0, 4), (5, 9)]),
        ("One.\r\n\r\n  Two. \n", [(0, 4), (10, 14)]),
        ("One goes\non here.", [(0, 17)]),
        ("One goes\r\non here.", [(0, 18)]),
        ("One goes\n\non here.", [(0, 8), (10, 18)]),
        ("One ends.\non here.", [(0, 9), (10, 18)]),
        ("One\u2028Two\u2029Three", [(0, 3), (4, 7), (8, 13)]),
    ],
)
def test_paragraphs(text: str, found: list[tuple[int, int]]) -> None:
    """A line is a paragraph, unless it was wrapped."""
    assert paragraphs(text) == found


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        (0, 18, [(3, 10), (15, 16)]),
        (0, 2, []),
        (0, 3, []),
        (0, 4, [(3, 4)]),
        (5, 7, [(5, 7)]),
        (9, 15, [(9, 10)]),
        (10, 15, []),
        (4, 16, [(4, 10), (15, 16)]),
    ],
)
def test_quoted(start: int, end: int, parts: list[tuple[int, int]]) -> None:
    """`quoted` gives what of a stretch stands between outermost marks."""
    assert list(pair("A “b ‘c’ d” e “f” ").quoted(start, end)) == parts


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (["“No,”"], Kind.DIRECT),
        (["No"], Kind.DIRECT),
        (["“No,”", "“never.”"], Kind.DIRECT),
        (["that “it”"], Kind.DIRECT),
        (["that “it” is"], Kind.MIXED),
        (["that"], Kind.INDIRECT),
        (["“No,”", "that “it”"], Kind.MIXED),
        (["is"], Kind.INDIRECT),
        (["."], Kind.INDIRECT),
        ([], Kind.INDIRECT),
    ],
)
def test_kind_of(content: list[str], kind: Kind) -> None:
    """A content is direct if all its words but a leading *that* are quoted, mixed if some are."""
    text = "“No,” he said, “never.” He said that “it” is."
    spans = [Span.of(text, at := text.index(part), at + len(part)) for part in content]
    assert kind_of(spans, pair(text)) is kind


def test_kind_of_recovered_text() -> None:
    """One mark is enough: what it opens is quoted as far as the text was recovered."""
    text = "He said, “One. Two."
    assert kind_of([Span.of(text, 9, len(text))], pair(text)) is Kind.DIRECT


# What holds for any text


def places_of_marks(text: str) -> list[tuple[int, int]]:
    """Where the marks stand, found without the scanner."""
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(text):
        mark = next((mark for mark in MARKS if text.startswith(mark, place)), "")
        if mark:
            found.append((place, place + len(mark)))
        place += len(mark) or 1
    return found


@given(texts())
def test_offsets_are_in_range_and_sorted(text: str) -> None:
    """Every pair lies in the text, its inside in itself, and starts behind the one before."""
    found = pair(text)
    for made in found.pairs:
        assert 0 <= made.start < made.inner_start <= made.inner_end <= made.end <= len(text)
        assert (made.inner_end < made.end) == (made.closing is CLOSED)
    starts = [made.start for made in found.pairs]
    assert starts == sorted(set(starts))
    assert [mark.start for mark in found.loose] == sorted({mark.start for mark in found.loose})


def check_nesting(pairs: tuple[MarkPair, ...]) -> None:
    """No two pairs cross, and the depth is the number of pairs around."""
    around: list[MarkPair] = []
    for made in pairs:
        while around and around[-1].end <= made.start:
            around.pop()
        for outer in around:
            assert outer.inner_start <= made.start
            assert made.end <= outer.inner_end
        assert made.depth == len(around)
        around.append(made)


@given(texts().map(lambda text: " ".join(text.split())))
def test_pairs_nest_within_a_paragraph(text: str) -> None:
    """Pairs stand side by side or in one another."""
    check_nesting(pair(text).pairs)


@given(texts())
def test_every_mark_is_accounted_for_once(text: str) -> None:
    """Every mark opens a pair, or closes one, or is loose; a recovered pair's mark is unclosed."""
    found = pair(text)
    opening = [(made.start, made.inner_start) for made in found.pairs]
    closing = [(made.inner_end, made.end) for made in found.pairs if made.closing is CLOSED]
    other = [(mark.start, mark.end) for mark in found.loose if mark.why is not Why.UNCLOSED]
    assert sorted(opening + closing + other) == places_of_marks(text)
    unclosed = [mark.start for mark in found.loose if mark.why is Why.UNCLOSED]
    assert unclosed == [made.start for made in found.pairs if made.closing is RECOVERED]


NOVEL = (
    "“Not at all,” answered Lee. “You forget that I am married, and that the one thing of charm in "
    "marriage is that it makes a life of deception necessary. I never know where Mrs. Lee is. When "
    "we meet, which we do at the house of Ann Ray or Bo Fox, we tell each other absurd stories.”"
)


@pytest.mark.parametrize("width", [45, 60, 72, 100])
def test_wrapped_paragraphs(width: int) -> None:
    """Lines that were wrapped are one paragraph, with whatever letter the next one begins."""
    wrapped = ["\n".join(textwrap.wrap(NOVEL, width))] * 3
    found = [block.split() for block in words_of("\n\n".join([*wrapped, "No.\nYes."]))]
    assert found == [*[NOVEL.split()] * 3, ["No."], ["Yes."]]


def test_lines_that_were_not_wrapped() -> None:
    """Lines with room for the next one's first word are paragraphs, as are those of a poem."""
    lines = ["Who has said so to you was wrong", "Ann said no", "But I do know that Bo Ray said so"]
    assert words_of("\n".join(lines * 5)) == lines * 5


@pytest.mark.parametrize("width", [20, 150])
def test_lines_of_odd_lengths_were_not_wrapped(width: int) -> None:
    """Nobody wraps a text to so few or so many characters: these lines are paragraphs."""
    lines = [line.capitalize() for line in textwrap.wrap(NOVEL * 5, width)]
    assert words_of("\n".join(lines)) == lines


def words_of(text: str) -> list[str]:
    """The paragraphs of a text."""
    return [text[start:end] for start, end in paragraphs(text)]


@given(texts())
def test_same_answer_twice(text: str) -> None:
    """The same text has the same pairs."""
    assert pair(text) == pair(text)


@given(texts())
def test_paragraphs_hold_all_that_is_not_space(text: str) -> None:
    """Paragraphs stand in their order, don't overlap, and leave out nothing but white space."""
    found = paragraphs(text)
    edges = [place for block in found for place in block]
    assert edges == sorted(set(edges))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)
    inside = "".join(text[start:end] for start, end in found)
    assert "".join(inside.split()) == "".join(text.split())


@given(prose())
def test_prose_is_all_paired(text: str) -> None:
    """In well-formed prose every double mark is in a pair, and only apostrophes are loose."""
    found = pair(text)
    check_nesting(found.pairs)
    assert {made.closing for made in found.pairs} <= {CLOSED, CONTINUED}
    assert {mark.why for mark in found.loose} <= {Why.APOSTROPHE}
    doubles = [made for made in found.pairs if text[made.start] == "“"]
    assert len(doubles) == text.count("“")
    assert sum(made.closing is CLOSED for made in doubles) == text.count("”")


@given(prose())
def test_a_quotation_on_its_own_pairs_the_same(text: str) -> None:
    """What stands in a pair of well-formed prose makes the same pair without its surroundings."""
    for made in pair(text).outer:
        if made.closing is CLOSED:
            assert paired(text[made.start : made.end])[0] == text[made.start : made.end]


# What a change of the text may change


def moved(found: Marks, places: list[int]) -> list[tuple[object, ...]]:
    """The marks with their places replaced."""
    pairs = [
        (places[made.start], places[made.end], made.depth, made.closing) for made in found.pairs
    ]
    return [*pairs, *((places[mark.start], places[mark.end], mark.why) for mark in found.loose)]


@given(prose())
def test_straight_marks_pair_as_curly_ones(text: str) -> None:
    """Double marks are the same pairs whether they are curly or straight."""
    assert pair(text.replace("“", '"').replace("”", '"')) == pair(text)


@given(texts().map(lambda text: text.replace("\r", "")))
def test_line_ends_only_move_marks(text: str) -> None:
    """CRLF for LF moves what stands behind it, and changes nothing else."""
    places = [place + text.count("\n", 0, place) for place in range(len(text) + 1)]
    crlf = text.replace("\n", "\r\n")
    assert moved(pair(crlf), list(range(len(crlf) + 1))) == moved(pair(text), places)


@given(texts())
def test_a_paragraph_appended_changes_nothing(text: str) -> None:
    """A paragraph without marks at the end leaves the marks as they are."""
    assert pair(text + "\n\nNobody came.") == pair(text)


@given(texts())
def test_a_paragraph_put_before_only_moves_marks(text: str) -> None:
    """A paragraph without marks at the head moves the marks by its length."""
    head = "Nobody came.\n\n"
    places = [place + len(head) for place in range(len(text) + 1)]
    longer = head + text
    assert moved(pair(longer), list(range(len(longer) + 1))) == moved(pair(text), places)


# Time

SHAPES = [
    *MARKS,
    *("“‘", "“”", "“a” ", "“a\n", "“ \n”", '"\n', "'a ", "‘s' ", "“    ", "“’\n\n", "a\n", " "),
    "“It’s a ‘no’,” he said. ",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_time_is_linear(shape: str) -> None:
    """Twice the text takes about twice the time, whatever the marks."""
    assert growth(pair, shape * (6_000 // len(shape)), limit=2.6) <= 2.6


@pytest.mark.slow
@pytest.mark.parametrize("shape", ['“” said. "', "“It’s a ‘no’,” he said.\n"])
def test_time_is_linear_in_ten_megabytes(shape: str) -> None:
    """Ten megabytes take about twice the time of five."""
    text = shape * (5_000_000 // len(shape.encode()))
    assert growth(pair, text, limit=2.2, tries=3) <= 2.2


@pytest.mark.parametrize(
    ("text", "depths"),
    [
        ("“One.\nThe ‘two’ here.” He left.", [0, 1]),
        ("“One.\nThe ‘two here.” He left.", [0, 1]),
    ],
)
def test_nested_over_paragraphs(text: str, depths: list[int]) -> None:
    """A pair in a quotation that closes in the next paragraph is nested in it."""
    pairs = pair(text).pairs
    assert [made.depth for made in pairs] == depths
    assert pairs[1].end <= pairs[0].inner_end


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“He said: ‘Fish ’n’ chips.’ Then left.”", "‘Fish ’n’ chips.’"),
        ("‘I’m goin’ home,’ she said", "‘I’m goin’ home,’"),
        ("„Er sagte ‚nein‘“, sagte sie.", "„Er sagte ‚nein‘“"),
    ],
)
def test_pairs_around_other_marks(text: str, quoted: str) -> None:
    """Apostrophes and nested marks don't end a quotation."""
    assert quoted in [text[made.start : made.end] for made in pair(text).pairs]
