"""Examples: which labels the pieces get, and how windows and batches are cut."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from quoteattr.decoding import CONTENT, CUE, SOURCE, decode
from quoteattr.pieces import Pieces
from quoteattr.quotes import Document, Quote, Span
from quoteattr.reading import CLS, SEP, WINDOW, read
from quoteattr.training.examples import UNKNOWN, Batch, Example, batches, example, split
from training.tiny import DOCUMENTS, TOKENIZER, found, gold, labelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quoteattr.reading import Scorer

WORDED = labelled(
    "a",
    "“We won,” said Ann Lee, “and fairly.” It was called “luck”.",
    (("“We won,”", "“and fairly.”"), "said", "Ann Lee"),
    (("“luck”",), "called", ""),
)
EXPECTED = [  # piece, tag, cue, source
    ("“", CONTENT, "said", "Ann"),
    ("We", CONTENT + 1, "said", "Ann"),
    ("won", CONTENT + 1, "said", "Ann"),
    (",", CONTENT + 1, "said", "Ann"),
    ("”", CONTENT + 1, "said", "Ann"),
    ("said", CUE, "said", "Ann"),
    ("Ann", SOURCE, None, None),
    ("Lee", SOURCE + 1, None, None),
    (",", 0, None, None),
    ("“", CONTENT, "said", "Ann"),
    ("and", CONTENT + 1, "said", "Ann"),
    ("fairly", CONTENT + 1, "said", "Ann"),
    (".", CONTENT + 1, "said", "Ann"),
    ("”", CONTENT + 1, "said", "Ann"),
    ("It", 0, None, None),
    ("was", 0, None, None),
    ("calle", CUE, "calle", "none"),
    ("d", CUE + 1, "calle", "none"),
    ("“", CONTENT, "calle", "none"),
    ("luck", CONTENT + 1, "calle", "none"),
    ("”", CONTENT + 1, "calle", "none"),
    (".", 0, None, None),
]


def rows(document: Document) -> list[tuple[str, int, str | None, str | None]]:
    """The pieces of a document with their labels, links as the pieces that they lead to."""
    made = example(document, TOKENIZER)
    places = zip(made.pieces.starts, made.pieces.ends, strict=True)
    words = [document.text[start:end] for start, end in places]
    names: dict[int, str | None] = {**dict(enumerate(words)), -1: "none", UNKNOWN: None}
    labels = zip(words, made.tags.tolist(), made.cues.tolist(), made.sources.tolist(), strict=True)
    return [(word, tag, names[cue], names[source]) for word, tag, cue, source in labels]


def test_labels() -> None:
    """The pieces of content and cue lead to the cue's and the source's first piece, or to none."""
    assert rows(WORDED) == EXPECTED


def test_a_span_ends_inside_a_piece() -> None:
    """A piece that shares a character with a span belongs to it."""
    document = Document("a", "called off", (Quote((Span(1, 2, "a"),)),))
    assert [tag for _, tag, _, _ in rows(document)] == [CONTENT, 0, 0]


def test_a_span_without_pieces() -> None:
    """A cue and a source of mere spaces are none."""
    blank = (Span(2, 3, " "),)
    document = Document("a", "so .", (Quote((Span(0, 2, "so"),), cue=blank, source=blank),))
    assert rows(document) == [("so", CONTENT, "none", "none"), (".", 0, None, None)]


def test_no_pieces() -> None:
    """A blank text gives no windows, and so no batches."""
    examples = [example(Document("a", text), TOKENIZER) for text in ("", " \n")]
    assert [len(each.pieces) for each in examples] == [0, 0]
    assert list(batches(examples, 100, default_rng(1))) == []


def oracle(batch: Batch) -> "Scorer":
    """What scores the one window of a batch as its labels say."""

    def scores(labels: "NDArray[np.int64]", choices: int) -> "NDArray[np.float32]":
        """High where the label is; all alike where it is unknown."""
        made = np.zeros((labels.shape[1], choices), np.float32)
        made[labels[0][:, None] == np.arange(choices)] = 20
        return made

    def score(
        ids: "NDArray[np.int64]", features: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]":
        assert (ids.tolist(), features.tolist()) == (
            batch.ids[0].tolist(),
            batch.features[0].tolist(),
        )
        return scores(batch.tags, 7), scores(batch.cues, len(ids)), scores(batch.sources, len(ids))

    return score


@pytest.mark.parametrize("document", [*DOCUMENTS, WORDED], ids=lambda document: document.id)
def test_labels_are_what_decoding_reads(document: Document) -> None:
    """A network that scores just as the labels say finds just the quotes that they were made of."""
    made = example(document, TOKENIZER)
    [batch] = batches([made], 1_000, default_rng(1))
    assert found(decode(made.pieces, read(made.pieces, oracle(batch)))) == gold(document)


FIRST = 1_000
"""The number of the first piece of made-up examples; each further one has the next number."""


@st.composite
def made_up(draw: st.DrawFn) -> Example:
    """An example of up to three windows, its labels made up."""
    length = draw(st.integers(1, 3 * WINDOW))
    rng = default_rng(draw(st.integers(0, 99)))
    links = [-1, UNKNOWN, *range(length)]
    return Example(
        Pieces(
            np.arange(length) + FIRST,
            rng.integers(0, 12, length),
            np.arange(length),
            np.arange(length) + 1,
            np.zeros(length, np.bool_),
        ),
        rng.integers(0, 7, length),
        rng.choice(links, length),
        rng.choice(links, length),
    )


def expected_links(targets: Sequence[int], start: int, end: int) -> list[int]:
    """Links as a window counts them: 0 is none, 1 its first piece."""
    inside = {target: target - start + 1 for target in range(start, end)}
    return [inside.get(target, 0 if target == -1 else UNKNOWN) for target in targets]


@given(made_up(), st.integers(1, 2_000), st.integers(0, 99))
def test_each_piece_once(whole: Example, size: int, seed: int) -> None:
    """The windows have each piece once; a link that leads out of its window is unknown."""
    seen: list[int] = []
    for batch in batches([whole], size, default_rng(seed)):
        for row, length in enumerate(batch.lengths):
            inner = slice(1, length - 1)
            numbers = batch.ids[row, inner] - FIRST
            start, end = numbers[0], numbers[-1] + 1
            seen += numbers.tolist()
            assert batch.ids[row, [0, length - 1]].tolist() == [CLS, SEP]
            assert batch.features[row, inner].tolist() == whole.pieces.features[start:end].tolist()
            assert batch.tags[row, inner].tolist() == whole.tags[start:end].tolist()
            for ours, theirs in ((batch.cues, whole.cues), (batch.sources, whole.sources)):
                expected = expected_links(theirs[start:end].tolist(), start, end)
                assert ours[row, inner].tolist() == expected
    assert sorted(seen) == list(range(len(whole.pieces)))


@given(st.lists(made_up(), max_size=5), st.integers(1, 2_000), st.integers(0, 99))
def test_batches(examples: list[Example], size: int, seed: int) -> None:
    """A batch keeps within its size unless one window is more; padding and edges cost nothing."""
    for batch in batches(examples, size, default_rng(seed)):
        windows, longest = batch.ids.shape
        assert longest == max(batch.lengths) <= WINDOW + 2
        assert windows == 1 or batch.ids.size <= size
        beyond = np.arange(longest) >= batch.lengths[:, None]
        assert not batch.ids[beyond].any()
        assert not batch.features[beyond].any()
        beyond |= np.arange(longest) >= batch.lengths[:, None] - 1
        beyond[:, 0] = True
        for labels in (batch.tags, batch.cues, batch.sources):
            assert (labels[beyond] == UNKNOWN).all()


def arrays(examples: Sequence[Example], seed: int) -> list[list[list[int]]]:
    """The pieces of all batches."""
    return [batch.ids.tolist() for batch in batches(examples, 400, default_rng(seed))]


def test_the_generator_decides() -> None:
    """The same seed gives the same batches, another one others."""
    whole = example(evolve(WORDED, text=WORDED.text * 60), TOKENIZER)
    assert arrays([whole] * 3, 1) == arrays([whole] * 3, 1)
    assert arrays([whole] * 3, 1) != arrays([whole] * 3, 2)


def test_any_batch_can_be_the_first() -> None:
    """Batches are cut by length, but come in an order by chance."""
    examples = [example(evolve(WORDED, text=WORDED.text * times), TOKENIZER) for times in (1, 2, 3)]
    first = [next(batches(examples, 1, default_rng(seed))) for seed in range(30)]
    assert {len(batch.ids[0]) for batch in first} == {24, 46, 68}


@given(st.permutations([Document(f"{number}.txt", "") for number in range(8)]))
def test_split_holds_the_same_back(documents: list[Document]) -> None:
    """Which documents are held back depends on nothing but the ids; both parts keep their order."""
    learnt, held = split(documents, 3)
    assert {document.id for document in held} == {"1.txt", "2.txt", "7.txt"}
    assert learnt == [document for document in documents if document not in held]
    assert held == [document for document in documents if document in held]


def test_more_held_back() -> None:
    """Who holds more documents back holds the same ones back, and others."""
    few, more = (split(DOCUMENTS, held)[1] for held in (2, 3))
    assert all(document in more for document in few)
    assert [len(split(DOCUMENTS, held)[0]) for held in (0, 2, 5, 9)] == [5, 3, 0, 0]
