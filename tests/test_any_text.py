"""Any text: whatever stands in it, the answer is right in itself, and comes in linear time."""

import gzip
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import check, check_json
from fuzz import everything, misled
from odd_texts import KINDS
from quoteattr import Attributor, Quote, candidates, coref, parsing, register
from quoteattr.modelfiles import shipped
from quoteattr.quotes import WarningCode
from quoteattr.ranking import Network
from strategies import prose, texts
from timing import growth

TEXT = "“We are ready,” said Ann Lee. “Nobody knows the hour.”"
CONTENTS = ["“We are ready,”", "“Nobody knows the hour.”"]


@pytest.fixture(scope="module", name="attributor")
def _attributor() -> Attributor:
    return everything()


def brief(quote: Quote) -> tuple[str | None, list[str]]:
    """A quote's speaker and contents."""
    speaker = quote.speaker.name if quote.speaker else None
    return speaker, [span.text for span in quote.content]


# Shapes of text that somebody has thought of

SHAPES: Mapping[str, str] = {
    "empty": "",
    "white space": " \t\r\n\v\f\x1c\x85\xa0\u1680\u2003\u2028\u2029\u202f\u3000" * 99,
    "lone surrogates": f"\ud800{TEXT}\udfff \udc00\ud800 “\ud83d” said \ud83d\ude00.",
    "NUL": f"\0{TEXT}\0 “\0No,\0” said\0 Bo\0 Ray.",
    "controls": "".join(map(chr, range(0x20))) + TEXT.replace(" ", "\x1b[31m \x07"),
    "right to left": f"\u202e{TEXT}\u202c «מוכנים», said שרה. \u2067“نعم” said \u200fنور\u2069.",
    "combining": TEXT.replace("e", "e\u0301\u0489") + "“a" + "\u0300" * 999 + "” said Zoe\u0308.",
    "emoji": "“😀👩\u200d👩\u200d👧🇦🇿👍🏽,” said 😀 Lee. 😀" + "🤷🏽\u200d♀️" * 500,
    "joiners": TEXT.replace("e", "\u200be\u200d").replace(" ", " \u2060\ufeff"),
    "CRLF": f"{TEXT}\r\n\r\n“So,” she said.\r\n",
    "CR": f"{TEXT}\r\r“So,” she said.\r",
    "line separators": f"{TEXT}\u2028“So,” she said.\u2029“No,” Bo Ray\x85said.\v\f",
    "HTML": f"<!DOCTYPE html><p class='a'>{TEXT}</p><br/>&ldquo;No&rdquo; <b>she</b> said.",
    "binary": (shipped("coref") / "network.npz").read_bytes()[:3_000].decode("latin-1"),
    "only marks": "“”\"‘’'«»‹›„‚「」『』``''" * 99,
    "nested marks": "“" * 5_000 + "No" + "”" * 5_000,
    "nested kinds": "“‘" * 1_100 + "No" + "’”" * 1_100,
    "unclosed": "“‘«" * 999,
    "long word": f"“{'a' * 99_999},” said {'A' * 99_999}. {TEXT}",
    "no space": TEXT.replace(" ", "") * 99,
    "pronouns": "he " * 3_000,
    "names": ", ".join(f"Ann{chr(97 + at % 26)} Lee{chr(97 + at % 25)}" for at in range(499)),
    "names that speak": "Ann Lee and " * 300 + "Bo Ray said: “No.”",
    "nested speech": "Ann Lee said that Bo Ray thinks that she told him that “" * 99,
    "special pieces": f"[CLS] [SEP] {TEXT} [PAD] [UNK] [MASK] [unused1] ##ly </s>",
    "special pieces apart": f"[CLS] [SEP]\n\n{TEXT}\n\n[PAD] [UNK] [MASK] [unused1] ##ly </s>",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(attributor: Attributor, shape: str) -> None:
    """Nothing raises; spans are exact, quotes in order, answers the same, JSON lossless."""
    check_json(check(attributor, SHAPES[shape]))


@pytest.mark.parametrize("shape", ["CRLF", "CR", "line separators", "special pieces apart"])
def test_quotes_in_odd_surroundings(attributor: Attributor, shape: str) -> None:
    """What stands around a quotation leaves it as it is."""
    quotes = attributor(SHAPES[shape]).quotes
    assert ("Ann Lee", CONTENTS) in map(brief, quotes)


@pytest.mark.parametrize("word", ["-", "/", "of", "Jr.", "de", "’s", "(", "I", "he", "“", "Mr."])
def test_first_and_last_word(attributor: Attributor, word: str) -> None:
    """A word that looks to its neighbours may be the first one of a text, and the last one."""
    document = check(attributor, f"{word}\nAnn Lee said that she was ready.\n{word}")
    assert ("Ann Lee", ["that she was ready"]) in map(brief, document.quotes)


@pytest.mark.parametrize("before", ["", "\ud800", "\0", "\ufeff", "\U0001f600", "e\u0301 ", "\xa0"])
@pytest.mark.parametrize("after", ["", "\udfff", "\0", "\x85", " \u200b"])
def test_odd_characters(attributor: Attributor, before: str, after: str) -> None:
    """Characters that no model has seen leave the quotation beside them as it is."""
    [quote] = attributor(f"{before} {TEXT}{after}").quotes
    assert quote.speaker is not None
    assert quote.speaker.name == "Ann Lee"
    assert quote.content[0].text.endswith("“We are ready,”")


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\r\n\r\n", "\0", "\ud800\udc00", "of", "-", "/", "’s", "“", "”", "."]
)
def test_texts_without_quotes(attributor: Attributor, text: str) -> None:
    """Where nothing is said, nothing is found."""
    document = attributor(text)
    assert (document.text, document.quotes) == (text, ())


@pytest.mark.parametrize("marks", ["“”", '""', "‘’", "''", "«»", "「」"])
def test_deeply_nested_marks(attributor: Attributor, marks: str) -> None:
    """More marks in one another than Python nests calls are no problem."""
    check(attributor, marks[0] * 1_100 + "a" + marks[1] * 1_100)


@pytest.mark.parametrize("unit", ["a", " ", "\n", "😀", "\0"])
def test_a_megabyte_in_one_line(attributor: Attributor, unit: str) -> None:
    """A text may be longer than what spaCy takes at once, and have no space in it."""
    document = check(attributor, unit * 1_000_001 + f"\n{TEXT}")
    assert [speaker for speaker, _ in map(brief, document.quotes)] == ["Ann Lee"]


def test_processes_and_threads(attributor: Attributor) -> None:
    """In two processes, and in threads, the answers are the same."""
    short = [text for text in SHAPES.values() if len(text) < 3_000]
    expected = [attributor(text).quotes for text in short]
    with ThreadPoolExecutor(4) as threads:
        assert [each.quotes for each in threads.map(attributor, short)] == expected
    assert [each.quotes for each in attributor.pipe(short, n_process=2)] == expected


def test_coreference_that_fails(attributor: Attributor, capfd: pytest.CaptureFixture[str]) -> None:
    """Where it fails, the quotes are there still, with a warning, and nothing is printed."""
    backend = coref.load()
    [(weights, biases), *others] = backend.network.layers
    broken = evolve(backend, network=Network(((weights[:, 1:], biases), *others)))
    text = f"Bob Ray met Tom Fox. {TEXT} “So,” he said."
    document = evolve(attributor, coreference=broken)(text)
    assert [brief(quote)[1] for quote in document.quotes] == [CONTENTS, ["“So,”"]]
    [warning] = document.warnings
    assert warning.code is WarningCode.COREFERENCE
    assert warning.message.startswith("coreference has failed: ValueError: matmul")
    assert capfd.readouterr() == ("", "")
    check_json(document)


PAGE = Path(__file__).parents[1] / "docs" / "robustness.md"


@pytest.mark.parametrize(
    "limit",
    [
        f"at most {parsing._PART:,} characters at once",
        f"up to {coref._LONGEST} words with up to {coref._MOST_PRONOUNS} pronouns",
        f"{candidates._BACK} mentions before",
        f"{register._MOST_NAMESAKES} full names",
        f"{register._MOST_FORMS} forms of one name",
        f"texts of {len(KINDS)} kinds",
    ],
)
def test_documented_limits(limit: str) -> None:
    """The docs say the limits as they are."""
    assert limit in PAGE.read_text(encoding="utf-8")


# Whatever Hypothesis thinks of

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


@given(some_texts(), st.integers(0, 1_000))
def test_any_text_and_any_scores(attributor: Attributor, text: str, seed: int) -> None:
    """The same, whatever the network says."""
    check_json(check(misled(attributor, seed), text))


# Time


@pytest.mark.parametrize("shape", ["“a” ", "“We are,” said Ann Lee.\n", "Ann Lee said that “we "])
def test_time_is_linear(attributor: Attributor, shape: str) -> None:
    """Twice the text takes about twice the time."""
    assert growth(attributor, shape * (4_000 // len(shape)), limit=2.6) <= 2.6


_REPEATED = [
    *("“", '"', "''", "“‘’”", "“a” ", "a", "“We are,” said Ann Lee. ", "“We are,” he said.\n"),
    *("Mayor Bo Lee and ", "Bo Lee met Al Ray. “No,” the mayor said. “So,” they said. "),
]


@pytest.mark.parametrize("shape", _REPEATED)
def test_time_is_linear_with_any_scores(attributor: Attributor, shape: str) -> None:
    """So it does where attributions are everywhere."""
    text = shape * (10_000 // len(shape))
    assert growth(misled(attributor, 1), text, limit=2.6) <= 2.6


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["“", '"', "“‘’”", "“We are ready,” said Ann Lee. "])
def test_time_is_linear_in_a_megabyte(attributor: Attributor, shape: str) -> None:
    """A megabyte takes about twice the time of half of one."""
    text = shape * (500_000 // len(shape.encode()))
    assert growth(misled(attributor, 1), text, limit=2.6, tries=6) <= 2.6


@pytest.mark.slow
@pytest.mark.parametrize(
    "shape",
    ["“No,” he said. ", "Bob Kahn left. “No,” he said.\n", "Ann Lee, ", "When he left, he wept. "],
)
def test_time_is_linear_in_a_megabyte_of_people(attributor: Attributor, shape: str) -> None:
    """So it does where one person is spoken of again and again, or a list goes on and on."""
    text = shape * (500_000 // len(shape.encode()))
    assert growth(attributor, text, limit=2.6, tries=6) <= 2.6


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
