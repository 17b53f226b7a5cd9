"""The program that prints how well speakers are told: its figures are those of what is labelled."""

import json
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from quoteattr.parsing import parsed
from quoteattr.pipeline import load
from quoteattr.quotes import AttributionType, Document, Quote, Span, Speaker
from test_corpora import write_litbank, write_pdnc

pytest.importorskip("torch", reason="the program needs the extra train")

PROGRAM = Path(__file__).parents[1] / "benchmarks" / "speakers.py"
SPEAKERS = runpy.run_path(str(PROGRAM))
TEXT = (
    "Ann Lee met Mary Kahn and Bob Roe on Monday. “We will wait for you,” she said.\n\n"
    "“Not today,” said Roe.\n"
)
WORDS = "“We will wait for you,”", "“Not today,”"
SOURCES = "she", "Roe"
Run = Callable[..., tuple[str, dict[str, dict[str, list[dict[str, Any]]]]]]


def place(words: str) -> list[int]:
    """Where words stand in the text, for the last time."""
    start = TEXT.rindex(words)
    return [start, start + len(words)]


def label(kind: str, source: str, name: str) -> dict[str, object]:
    """A label of a source."""
    return {"span": place(source), "kind": kind, "speaker": [place(name)], "named": True}


@pytest.fixture(name="corpus")
def _corpus(tmp_path: Path) -> Path:
    """A file with two labelled articles."""
    quotes = [
        {"content": [place(words)], "source": [place(source)]}
        for words, source in zip(WORDS, SOURCES, strict=True)
    ]
    records = [{"id": name, "text": TEXT, "quotes": quotes} for name in ("a", "b")]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


@pytest.fixture(name="run")
def _run(corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """What the program prints of some parts, and the JSON that it writes."""
    folder = corpus.parent
    she, roe = label("pronoun", "she", "Ann Lee"), label("source", "Roe", "Bob Roe")
    wrong = label("pronoun", "she", "Bob Roe")
    labels = {"test": ("a", [she]), "second": ("a", [wrong]), "held": ("ab", [she, roe])}
    for name, (ids, sources) in labels.items():
        lines = (json.dumps({"id": each, "sources": sources}) for each in ids)
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")

    def run(parts: Sequence[str], *options: object) -> tuple[str, Any]:
        written = folder / "figures.json"
        given = ("--labels", folder, "--json", written, *options, "--parts", *parts)
        monkeypatch.setattr(sys, "argv", ["speakers.py", *map(str, given)])
        runpy.run_path(str(PROGRAM), run_name="__main__")
        return capsys.readouterr().out, json.loads(written.read_text(encoding="utf-8"))

    return run


def rows(tables: dict[str, list[dict[str, Any]]], column: str) -> dict[str, dict[str, Any]]:
    """The rows of a part's only table, by one of its columns."""
    [table] = tables.values()
    return {row[column]: row for row in table}


def test_given(run: Run, corpus: Path) -> None:
    """Each way to tell who *she* is has its rows; the nearest person is somebody else."""
    printed, figures = run(["given"], "--corpus", corpus)
    [table] = figures["given"].values()
    found = {row["way"]: (row["n"], row["right"]) for row in table if row["sources"] == "he, she"}
    assert list(found) == ["quoteattr", "nearest person", "nearest subject", "coreferee"]
    assert found["quoteattr"] == found["nearest subject"] == (1, 1.0)
    assert found["nearest person"] == (1, 0.0)
    title, columns, *lines = printed.splitlines()
    assert title == "given: pronouns and descriptions, the quotations given"
    assert columns.split() == list(table[0])
    assert lines[0].split()[:4] == ["quoteattr", "he,", "she", "1"]


def test_whole(run: Run, corpus: Path) -> None:
    """From the text to the end what is found is right, too."""
    _, figures = run(["whole"], "--corpus", corpus)
    row = rows(figures["whole"], "sources")["he, she"]
    assert (row["n"], row["found"], row["right of found"], row["right"]) == (1, 1.0, 1.0, 1.0)


def test_agreement(run: Run, corpus: Path) -> None:
    """Two who disagree about the only source agree about none."""
    _, figures = run(["agreement"], "--corpus", corpus)
    row = rows(figures["agreement"], "sources")["all"]
    assert (row["n"], row["right"], row["low"], row["high"]) == (1, 0.0, 0.0, 0.0)


def test_fiction(run: Run, tmp_path: Path) -> None:
    """Corpora of fiction are read, and their characters found by any name."""
    text = '"We have to go home now," said Ann, "before it rains."\n\n"No."\n'
    well = "Q0,x,\"['We have to go home now,', 'before it rains.']\",\"[[1, 24], [37, 53]]\","
    no = "Q1,No.,['No.'],\"[[57, 60]]\",Bob,[],Implicit\n"
    rows_ = f"{well}Ann Lee,[],Explicit\n", no
    pdnc = write_pdnc(tmp_path / "pdnc", *rows_, text=text)
    litbank = write_litbank(tmp_path / "litbank")
    _, figures = run(["litbank", "pdnc"], "--litbank", litbank, "--pdnc", pdnc)
    assert rows(figures["litbank"], "sources")["named"]["right"] == 1.0
    by_type = rows(figures["pdnc"], "sources")
    assert (by_type["explicit"]["found"], by_type["explicit"]["right"]) == (1.0, 1.0)
    assert (by_type["implicit"]["right"], by_type["all"]["n"]) == (0.0, 2)


def test_confidence(run: Run, corpus: Path) -> None:
    """It measures the half of the articles that nothing was fitted on."""
    _, figures = run(["confidence"], "--corpus", corpus)
    [numbers] = figures["confidence"]["confidence: of speakers"]
    assert (numbers["articles"], numbers["n"], numbers["right"]) == (1, 2, 1.0)
    assert sum(row["n"] for row in figures["confidence"]["confidence: by tenths"]) == 2
    assert numbers["calibration_error"] == pytest.approx(1 - numbers["confidence"])


def test_cost(run: Run, corpus: Path) -> None:
    """The cost is the time of the one divided by that of the other."""
    _, figures = run(["cost"], "--corpus", corpus)
    [row] = figures["cost"]["cost: processor time"]
    assert row["texts"] == 1
    assert row["speakers/spaCy"] == row["speakers, s"] / row["spaCy, s"]
    assert row["coreference/spaCy"] < row["speakers/spaCy"]


def test_seeds(run: Run) -> None:
    """The seeds' figures are those of `evaluate`, and add up by kind."""
    if not (PROGRAM.parents[1] / "seeds").is_dir():
        pytest.skip("the labelled articles are in a checkout only")
    _, figures = run(["seeds"])
    [scores] = figures["seeds"]["seeds: speakers"]
    by_kind = {row["sources"]: row for row in figures["seeds"]["seeds: by kind"]}
    assert by_kind["all"]["n"] == scores["gold"]
    assert by_kind["all"]["right of found"] == pytest.approx(scores["right_of_found"])
    assert sum(by_kind[kind]["n"] for kind in ("direct", "mixed", "indirect")) == scores["gold"]


def test_what_is_not_given_is_not_measured(run: Run, tmp_path: Path) -> None:
    """Each part says what it lacks."""
    printed, figures = run(["given", "confidence", "pdnc", "seeds"], "--seeds", tmp_path / "none")
    assert figures == {}
    assert printed.split("\n\n")[:-1] == [
        "given: not measured, since --corpus lacks articles of test.jsonl",
        "confidence: not measured, since --corpus lacks articles of held.jsonl",
        "pdnc: not measured, since --pdnc names no folder",
        f"seeds: not measured, since there is no folder {str(tmp_path / 'none')!r}",
    ]


ANN = Speaker("Ann Lee", aliases=("Miss Lee", "Annie"))
OUTCOMES = [
    (ANN, Speaker("Ann Lee"), "right"),
    (ANN, Speaker("annie"), "right"),
    (ANN, Speaker("Lee"), "right"),
    (ANN, Speaker("Ann"), "wrong"),
    (ANN, None, "none"),
    (None, None, "right"),
    (None, Speaker("Ann"), "wrong"),
]


@pytest.mark.parametrize(("gold", "told", "expected"), OUTCOMES)
def test_outcome(gold: Speaker | None, told: Speaker | None, expected: str) -> None:
    """Any of the character's names is right."""
    assert SPEAKERS["outcome"](gold, told) == expected


def test_interval() -> None:
    """The interval holds the share, is the same at each call, and shrinks with more articles."""
    outcomes = ["right", "right", "wrong", "lost"]

    def interval(count: int) -> tuple[float, float]:
        told = [SPEAKERS["Told"](str(n), "", outcomes[n % 4]) for n in range(count)]
        low, high = SPEAKERS["interval"](told)
        return low, high

    low, high = interval(20)
    assert 0.2 < low < 0.5 < high < 0.8
    assert interval(20) == (low, high)
    assert interval(200)[1] - interval(200)[0] < high - low


def test_whole_articles_are_drawn() -> None:
    """Sources of one article are drawn together, so that more of them tell no more."""
    told = [SPEAKERS["Told"](name, "", name) for name in ("right", "wrong") for _ in range(50)]
    assert SPEAKERS["interval"](told) == (0.0, 1.0)


def test_nearest() -> None:
    """The nearest person of the gender, or the nearest such subject."""
    text = "Ann Lee saw Mary Roe and Bob Kahn. The senator waved. She smiled."
    doc = parsed(load().nlp, text)
    entities, source = SPEAKERS["entities_of"](doc), (text.index("She"), text.index(" smiled"))
    for is_subject, name in (True, "Ann Lee"), (False, "Mary Roe"):
        found = SPEAKERS["nearest"](entities, doc, source, is_subject=is_subject)
        assert found == Speaker(name)
    assert SPEAKERS["nearest"](entities, doc, (0, 7), is_subject=False) is None


def test_joined() -> None:
    """Lines are joined, paragraphs are not, and spans are still slices."""
    text = "“Yes,\nwe\ncan.”\n\nShe left.\n"
    document = Document(
        "a", text, (Quote((Span.of(text, 0, 14),), attribution=AttributionType.IMPLICIT),)
    )
    moved = SPEAKERS["joined"](document)
    assert moved.text == "“Yes, we can.”\n\nShe left. "
    assert moved.quotes[0].text == "“Yes, we can.”"
    assert moved.quotes[0].attribution is AttributionType.IMPLICIT


def test_table() -> None:
    """Columns are as wide as their widest cell; what there is nothing to compute from is a dash."""
    table = SPEAKERS["table"]("Title", [{"name": "a", "share": 0.5}, {"name": "bc", "share": None}])
    assert table.splitlines() == ["Title", "name  share", "   a  0.500", "  bc      –"]
