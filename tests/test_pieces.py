"""Word pieces: where they stand, and what they tell of marks, capitals and depth."""

import functools

import numpy as np
import pytest
from hypothesis import given
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from quoteattr import tagger
from quoteattr.marks import pair
from quoteattr.pieces import BREAK, FEATURES, Pieces, pieces
from strategies import prose, texts
from timing import growth


def cut(text: str) -> Pieces:
    """The pieces of a text, as the shipped tokenizer cuts it."""
    return pieces(text, pair(text), tagger.load().tokenizer)


def names(made: Pieces) -> list[str | None]:
    """What the vocabulary calls each piece."""
    return [tagger.load().tokenizer.id_to_token(number) for number in made.ids.tolist()]


def cases(text: str) -> list[int]:
    """The capital letters of each piece."""
    return [feature // 3 for feature in cut(text).features.tolist()]


def depths(text: str) -> list[int]:
    """How deep in quoted text each piece stands."""
    return [feature % 3 for feature in cut(text).features.tolist()]


# Places


def test_places() -> None:
    """Each piece stands where its letters do."""
    made = cut("“We’re unready,”\nsaid Lee.")
    assert names(made) == [
        *("“", "we", "'", "re", "un", "##rea", "##dy", ",", "”"),
        *(BREAK, "said", "lee", "."),
    ]
    assert made.starts.tolist() == [0, 1, 3, 4, 7, 9, 12, 14, 15, 17, 17, 22, 25]
    assert made.ends.tolist() == [1, 3, 4, 6, 9, 12, 14, 15, 16, 17, 21, 25, 26]
    assert np.flatnonzero(made.follows).tolist() == [5, 6]
    assert len(made) == 13


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One.", ["one", "."]),
        ("One. Two.", ["one", ".", "two", "."]),
        ("One.\nTwo.\r\n\r\nThree.", ["one", ".", BREAK, "two", ".", BREAK, "three", "."]),
        ("\n\nOne.\n\n", ["one", "."]),
        ("One goes\non here.", ["one", "goes", "on", "here", "."]),
    ],
)
def test_breaks(text: str, words: list[str]) -> None:
    """A break stands between two paragraphs and nowhere else."""
    assert names(cut(text)) == words


def test_words_over_a_break() -> None:
    """No word goes on in the next paragraph."""
    assert not cut("One\n\nTwo").follows.any()


def test_unknown_break() -> None:
    """A tokenizer that doesn't know the break can't be the network's own."""
    other = Tokenizer(WordLevel({"a": 0}, "a"))
    assert pieces("A", pair("A"), other).ids.tolist() == [0]
    with pytest.raises(ValueError, match=r"^the tokenizer knows no piece '\[unused1\]'$"):
        pieces("A\n\nA", pair("A\n\nA"), other)


# Marks


@pytest.mark.parametrize(
    "text",
    [
        "He said \"we 'are' ready\" now",
        "He said ``we ‘are’ ready'' now",
        "He said «we ‹are› ready» now",
        "He said « we ‹ are › ready » now",
        "He said »we ›are‹ ready« now",
        "He said „we ‚are‘ ready“ now",
        "He said ‘we “are” ready’ now",
        "He said 'we \"are\" ready' now",
        "He said 「we 『are』 ready」 now",
    ],
)
def test_marks_of_every_style_read_the_same(text: str) -> None:
    """The network sees one style of marks, whatever the text has."""
    made, plain = cut(text), cut("He said “we ‘are’ ready” now")
    assert names(plain) == ["he", "said", "“", "we", "‘", "are", "’", "ready", "”", "now"]
    assert made.ids.tolist() == plain.ids.tolist()
    assert made.features.tolist() == plain.features.tolist()
    assert text[made.starts[3] : made.ends[7]].strip(" ").startswith("we")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The dogs’ bowl isn’t there", "The dogs' bowl isn't there"),
        ("’Tis O’Neill’s", "'Tis O'Neill's"),
        ("‘It’s over,’ he said", "“It's over,” he said"),
    ],
)
def test_apostrophes_are_plain(text: str, plain: str) -> None:
    """Apostrophes read as straight ones, beside single quotation marks too."""
    assert names(cut(text)) == names(cut(plain))
    assert "'" in names(cut(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No.", [0, 0]),
        ("A “b” c", [0, 1, 1, 1, 0]),
        ("“A ‘b’”", [1, 1, 2, 2, 2, 1]),
        ("“A ‘b “c”’”", [1, 1, 2, 2, 2, 2, 2, 2, 1]),
        ("“A”“b”", [1] * 6),
        ("“A\n\nb", [1, 1, 0, 0]),
        ("the dogs’ bowl", [0] * 4),
    ],
)
def test_depths(text: str, expected: list[int]) -> None:
    """Marks stand as deep as what they enclose; more than two levels count as two."""
    assert depths(text) == expected


# Letters


@pytest.mark.parametrize(
    ("word", "case"),
    [
        *((",", 0), ("7", 0), ("😀", 0)),
        *(("we", 1), ("ß", 1), ("ﬁ", 1)),
        *(("We", 2), ("A", 2), ("İ", 2), ("É", 2)),
        *(("WE", 3), ("USA", 3), ("人", 3)),
    ],
)
def test_cases(word: str, case: int) -> None:
    """Capital letters are told of beside the pieces, which have none."""
    assert cases(word) == [case]
    assert names(cut(word)) == names(cut(word.lower()))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\0", "\ud800", "\u200b"])
def test_nothing_to_read(text: str) -> None:
    """Text without a letter or a sign has no pieces."""
    made = cut(text)
    assert len(made) == 0
    assert {part.shape for part in (made.ids, made.features, made.starts, made.follows)} == {(0,)}


@pytest.mark.parametrize(("text", "end"), [("😀", 1), ("a" * 500, 500), ("\U0010ffff", 1)])
def test_unknown_words(text: str, end: int) -> None:
    """What is in no vocabulary is one piece, as long as it stands there."""
    made = cut(f"{text} no")
    assert (made.starts.tolist(), made.ends.tolist()) == ([0, end + 1], [end, end + 3])


@pytest.mark.parametrize("text", ["a\ud800 b", "\udfff\ud800a b", "a b\udc00"])
def test_lone_surrogates(text: str) -> None:
    """Lone surrogates are passed over, and move nothing."""
    made = cut(text)
    assert names(made) == ["a", "b"]
    assert [text[start] for start in made.starts] == ["a", "b"]


@pytest.mark.parametrize("name", ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"])
def test_names_of_special_pieces(name: str) -> None:
    """The name of a special piece in a text is a word in brackets."""
    assert names(cut(f"a {name} b")) == ["a", "[", *names(cut(name[1:-1])), "]", "b"]


# What holds for all texts


@given(texts() | prose())
def test_any_text(text: str) -> None:
    """No text raises; its pieces stand in it, in order, and all have their values."""
    made = cut(text)
    places = np.column_stack([made.starts, made.ends])
    assert ((places >= 0) & (places <= len(text))).all()
    assert (np.diff(places, axis=0) >= 0).all()
    assert (made.starts <= made.ends).all()
    assert ((made.features >= 0) & (made.features < FEATURES)).all()
    assert len({len(made), *map(len, (made.features, made.starts, made.ends, made.follows))}) == 1


@given(texts() | prose())
def test_only_breaks_are_empty(text: str) -> None:
    """Every piece has letters or a sign of the text, but for the breaks."""
    made = cut(text)
    for name, start, end in zip(names(made), made.starts, made.ends, strict=True):
        assert bool(text[start:end].strip()) is (name != BREAK)


@given(texts() | prose())
def test_what_follows(text: str) -> None:
    """What goes on with a word is what the vocabulary has as the inside of words."""
    made = cut(text)
    inside = [name is not None and name.startswith("##") for name in names(made)]
    assert made.follows.tolist() == inside


@pytest.mark.parametrize("shape", ["“a” ", "“a\n", "a"])
def test_time_is_linear(shape: str) -> None:
    """Twice the text takes about twice the time, once its marks are known."""
    marks, tokenizer = functools.cache(pair), tagger.load().tokenizer
    text = shape * (20_000 // len(shape))
    assert growth(lambda given: pieces(given, marks(given), tokenizer), text, limit=2.6) <= 2.6
