"""What the benchmark measures: our rules and textacy on small texts, predictions from files."""

import sys
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from spacy.tokens import Doc
from spacy.vocab import Vocab

from quoteattr import bench
from quoteattr.bench import peers
from quoteattr.bench.systems import NAMES, UNSTATED
from quoteattr.characters import SURROGATES
from quoteattr.errors import ConfigError, FormatError, MissingExtraError
from quoteattr.formats import jsonl
from quoteattr.quotes import Document, Kind, Quote, Span
from strategies import prose, texts

TEXT = (
    '“We are all ready,” Ann Lee said.\n\nHe wore a 24" coat.\n\n“Not before noon,” said Bob Roe.'
)


def parts(document: Document) -> list[tuple[str, str, str]]:
    """The content, the cue and the source of each quote."""

    def words(spans: tuple[Span, ...]) -> str:
        return " ".join(span.text for span in spans)

    return [(quote.text, words(quote.cue), words(quote.source)) for quote in document.quotes]


ANN = ("“We are all ready,”", "said", "Ann Lee")
BOB = ("“Not before noon,”", "said", "Bob Roe")


def found_by(name: str, text: str) -> Document:
    """What a system finds in a text."""
    [document] = bench.find(bench.load(name), [Document("a", text)])
    assert (document.id, document.text) == ("a", text)
    return document


def test_rules() -> None:
    """What stands in marks beside a verb of speech with a subject; offsets are the text's own."""
    document = found_by("spacy-rules", TEXT)
    assert parts(document) == [ANN, BOB]
    assert {str(quote.speaker) for quote in document.quotes} == {"Ann Lee", "Bob Roe"}
    assert {quote.kind for quote in document.quotes} == {Kind.DIRECT}


@pytest.mark.parametrize(
    "text",
    [
        "The “Not before noon” sign was red.",
        "Ann Lee said nothing about it. The sign was new. It read “Not before noon”.",
        "“Ann Lee said that she was ready.”",
        "Ann Lee said that she was ready.",
        "",
    ],
)
def test_rules_want_marks_and_a_verb(text: str) -> None:
    """Without marks, or a verb of speech in the same sentence outside of them, there is nothing."""
    assert parts(found_by("spacy-rules", text)) == []


def test_rules_take_the_nearest_verb() -> None:
    """Of two verbs the one that stands nearer to the marks counts, with all of its subject."""
    text = "Bob Roe asked, and the old mayor of Kars replied, “Not before noon.”"
    assert parts(found_by("spacy-rules", text)) == [
        ("“Not before noon.”", "replied", "the old mayor of Kars")
    ]


def test_rules_take_the_subject_apart() -> None:
    """Of a subject that the parse tears apart each piece is a span, in the order of the text."""
    words = ["Lee", "“", "No", "now", ".", "”", "said", "Ann"]
    heads = [7, 2, 6, 2, 2, 2, 6, 6]
    deps = ["compound", "punct", "ccomp", "advmod", "punct", "punct", "ROOT", "nsubj"]
    lemmas = [word.lower().replace("said", "say") for word in words]
    doc = Doc(Vocab(), words=words, heads=heads, deps=deps, lemmas=lemmas)
    [quote] = peers.by_rules(doc)
    assert [span.text for span in quote.source] == ["Lee", "Ann"]
    assert str(quote.speaker) == "Lee Ann"


@settings(max_examples=50)
@given(prose())
def test_rules_never_give_up(text: str) -> None:
    """On a text that spaCy can read there is always an answer, and each span is a slice of it."""
    document = found_by("spacy-rules", text)
    assert document.meta["failed"] == bool(SURROGATES.search(text))
    for quote in document.quotes:
        for span in (*quote.content, *quote.cue, *quote.source):
            assert text[span.start : span.end] == span.text


def test_faults_of_our_own_rules_are_raised() -> None:
    """Rules that fail by a fault of theirs have not given up."""

    def faulty(_: Doc) -> list[Quote]:
        return [Quote(())]

    finder = peers.Finder(faulty, peers.whole, {})
    with pytest.raises(ValueError, match=r"^a quote needs at least one span of content$"):
        finder.find(Document("a", "Yes."))


def test_textacy_gives_up_on_a_text() -> None:
    """An odd number of marks, of which an inch is one, makes textacy give up on the whole text."""
    pytest.importorskip("textacy", reason="textacy comes with the extra bench")
    document = found_by("textacy", TEXT)
    assert (parts(document), document.meta["failed"]) == ([], 1)
    assert found_by("textacy", TEXT.replace('"', " inch")).meta["failed"] == 0


def test_textacy_by_paragraph() -> None:
    """By paragraph it gives up on one paragraph only; the offsets are those of the text."""
    pytest.importorskip("textacy", reason="textacy comes with the extra bench")
    document = found_by("textacy-paragraphs", TEXT)
    assert (parts(document), document.meta["failed"]) == ([ANN, BOB], 1)
    for quote in document.quotes:
        for span in (*quote.content, *quote.cue, *quote.source):
            assert TEXT[span.start : span.end] == span.text
    assert document.model["textacy"].startswith("0.13")


def test_a_text_that_spacy_cannot_read() -> None:
    """A lone surrogate is too much for the peers; they give up, and the benchmark goes on."""
    document = found_by("spacy-rules", TEXT + "\ud800")
    assert (document.quotes, document.meta["failed"]) == ((), 1)


def test_without_textacy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where textacy is missing the message has the extra that brings it."""
    monkeypatch.setitem(sys.modules, "textacy", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'quoteattr\[bench\]'"):
        bench.load("textacy")


def test_quoteattr() -> None:
    """Our own system is the library with all media, and says what found the quotes."""
    document = found_by("quoteattr", TEXT)
    assert [str(quote.speaker) for quote in document.quotes] == ["Ann Lee", "Bob Roe"]
    assert document.model["quoteattr"]


def test_unknown_system() -> None:
    """A name that isn't known is refused with those that are."""
    message = f"there is no system 'booknlp'; expected one of {', '.join(NAMES)}"
    with pytest.raises(ConfigError, match=message):
        bench.load("booknlp")


def test_systems_see_no_gold() -> None:
    """A system gets the id and the text, and nothing of the labels."""
    gold = Document("a", TEXT, (Quote((Span.of(TEXT, 0, 5),)),), meta={"speaker": "Ann"})
    seen: list[Document] = []

    def find(document: Document) -> Document:
        seen.append(document)
        return evolve(document, id="elsewhere")

    [document] = bench.find(bench.System("mine", find), [gold])
    assert seen == [Document("a", TEXT)]
    assert document.id == "a"


def predictions(path: Path, *documents: Document) -> Path:
    """A file of predictions without their texts."""
    with path.open("w", encoding="utf-8") as stream:
        jsonl.write(documents, stream)
    return path


GOLD = [Document("a", TEXT), Document("b", "No.")]
ONE = Quote((Span.of(TEXT, 0, 19),), kind=Kind.DIRECT)


def test_predictions(tmp_path: Path) -> None:
    """Predictions are found by id, called as their file, and need not have every document."""
    found = Document("a", TEXT, (ONE,), model={"given": "gold mentions"})
    system = bench.from_file(predictions(tmp_path / "theirs.v2.jsonl", found), GOLD)
    assert (system.name, system.given, system.kinds) == ("theirs", "gold mentions", "direct")
    assert [document.quotes for document in bench.find(system, GOLD)] == [(ONE,), ()]


def test_predictions_that_do_not_say(tmp_path: Path) -> None:
    """Where the predictions don't say what their system was given, the table doesn't either."""
    path = predictions(tmp_path / "theirs.jsonl", Document("a", TEXT))
    assert bench.from_file(path, GOLD).given == UNSTATED


def test_predictions_of_other_documents(tmp_path: Path) -> None:
    """Predictions for none of the documents are refused with an id of each side."""
    path = tmp_path / "theirs.jsonl"
    path.write_text(Document("c", "").to_json(with_text=True), encoding="utf-8")
    with pytest.raises(FormatError, match="has no document of the gold: it has ids such as 'c', "):
        bench.from_file(path, GOLD)


def test_paragraphs() -> None:
    """Paragraphs stand between empty lines; in a text without any each line is one."""
    assert list(peers.paragraphs("\n a \nb\r\nc")) == [(1, " a "), (5, "b\r"), (8, "c")]
    assert list(peers.paragraphs("a\nb\n \n\nc\n\n")) == [(0, "a\nb"), (7, "c")]
    assert list(peers.paragraphs(" \n\n")) == []


@given(texts())
def test_paragraphs_lose_nothing(text: str) -> None:
    """Each is a part of the text, in its order, and together they have all its words."""
    cut = list(peers.paragraphs(text))
    assert all(text[start:].startswith(part) for start, part in cut)
    assert all(start + len(part) <= after for (start, part), (after, _) in pairwise(cut))
    assert " ".join(part for _, part in cut).split() == text.split()
