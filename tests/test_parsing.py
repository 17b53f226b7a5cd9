"""What spaCy is given of a text, and what it remembers."""

import multiprocessing
import os
import threading

import pytest
from hypothesis import given
from spacy.pipeline import Lemmatizer

from quoteattr import load
from quoteattr.parsing import _KEPT, _PART, _TURN, _parts, _readable, memory, parsed
from strategies import prose, texts

# Python 3.12 and later warn of a fork of whatever has threads, as NumPy may.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

BREAKS = "\n\r\u2028\u2029"


@given(texts() | prose())
def test_nothing_is_lost(text: str) -> None:
    """What spaCy reads is as long as the text."""
    assert len(parsed(load().nlp, text).text) == len(_readable(text)) == len(text)


@given(texts() | prose())
def test_parts_make_the_text(text: str) -> None:
    """The parts, one after the other, are the text, but for how its lines are broken."""
    parts = "".join(_parts(text))
    assert len(parts) == len(text)
    pairs = zip(parts, text, strict=True)
    assert all(part == char or (part == " " and char in BREAKS) for part, char in pairs)


@pytest.mark.parametrize(
    "piece", ["a", "a b. ", "He left. “No.” ", "ab ", "“", "word.\n", "She said so.\r\n\r\n"]
)
def test_parts_are_short(piece: str) -> None:
    """A part has a greatest length; it ends with a sentence or a word, if there is any."""
    text = piece * 20_000
    parts = list(_parts(text))
    assert "".join(parts) == text
    assert max(map(len, parts)) <= _PART
    assert all(part.endswith(piece[-1]) for part in parts)


def test_parts_are_paragraphs() -> None:
    """A paragraph that is not too long is one part."""
    assert list(_parts("One.\n\nTwo.\nThree.")) == ["One.\n\n", "Two.\n", "Three."]


def test_parts_are_without_breaks_in_paragraphs() -> None:
    """The parser sees a name in one piece, wherever the line was broken."""
    assert list(_parts("One goes\r\non here.\nTwo.")) == ["One goes  on here.\n", "Two."]


def test_new_words_are_forgotten() -> None:
    """When spaCy knows enough words, it forgets those that it meets for the first time."""
    nlp = load().nlp
    words = " ".join(f"qx{number}z" for number in range(_KEPT))
    nlp.make_doc(words)
    known = len(nlp.vocab.strings)
    with memory(nlp):
        assert len(nlp.make_doc("zzzyyy met xxxyyy.")) == 4
        assert len(nlp.vocab.strings) > known
    assert len(nlp.vocab.strings) == known
    text = "“We are ready,” said Zebulon Quxley. “Let us wait.”"
    assert [str(quote) for quote in load()(text).quotes] == [
        "Zebulon Quxley: “We are ready,” “Let us wait.”"
    ]
    assert len(nlp.vocab.strings) == known
    lemmatizer = nlp.get_pipe("lemmatizer")
    assert isinstance(lemmatizer, Lemmatizer)
    assert lemmatizer.cache == {}


def test_within_a_memory_of_the_callers() -> None:
    """A caller may let spaCy forget at a place of the caller's own choice."""
    nlp = load().nlp
    nlp.make_doc(" ".join(f"qx{number}z" for number in range(_KEPT)))
    with nlp.memory_zone(), memory(nlp), memory(nlp):
        doc = nlp.make_doc("zzzyyy met xxxyyy.")
    assert len(doc) == 4


def _ask(answers: "multiprocessing.SimpleQueue[int]") -> None:
    with memory(load().nlp):
        answers.put(len(load().nlp.make_doc("It is late.")))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform doesn't fork")
def test_a_fork_waits_for_its_turn() -> None:
    """A process that is forked while another thread reads can read, too."""
    nlp, stop = load().nlp, threading.Event()

    def busy() -> None:
        while not stop.is_set():
            with memory(nlp):
                nlp.make_doc("Another thread reads this.")

    context = multiprocessing.get_context("fork")
    thread = threading.Thread(target=busy)
    thread.start()
    try:
        for _ in range(10):
            answers: multiprocessing.SimpleQueue[int] = context.SimpleQueue()
            process = context.Process(target=_ask, args=(answers,), daemon=True)
            process.start()
            process.join(30)
            assert process.exitcode == 0
            assert answers.get() == 4
    finally:
        stop.set()
        thread.join()
    assert _TURN.acquire(blocking=False)
    _TURN.release()
