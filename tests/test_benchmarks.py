"""The programs that print figures: what they print is what the library finds."""

import json
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import quoteattr
from quoteattr import formats
from quoteattr.evaluate import PRF, evaluate
from quoteattr.quotes import Document, Quote, Span
from quoteattr.reliability import reliability
from quoteattr.training.augment import Style, restyle
from strategies import prose, spans

ROOT = Path(__file__).parents[1]
TEXT = "“We will ‘wait’ for you,” Ann Lee said. Bob Roe thinks that it is late."
QUOTED = Document("a", TEXT, (Quote((Span.of(TEXT, 0, 25),), source=(Span.of(TEXT, 26, 33),)),))
STYLES = runpy.run_path(str(ROOT / "benchmarks" / "styles.py"))


@pytest.fixture(name="gold")
def _gold(tmp_path: Path) -> Path:
    """A file with one labelled text."""
    path = tmp_path / "gold.jsonl"
    path.write_text(QUOTED.to_json(with_text=True) + "\n", encoding="utf-8")
    return path


@pytest.fixture(name="run")
def _run(
    gold: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], tuple[str, Any]]:
    """What a program prints of that file, and the JSON that it writes."""

    def run(name: str) -> tuple[str, Any]:
        path, written = ROOT / "benchmarks" / name, gold.with_name("figures.json")
        monkeypatch.setattr(sys, "argv", [name, "--gold", str(gold), "--json", str(written)])
        runpy.run_path(str(path), run_name="__main__")
        return capsys.readouterr().out, json.loads(written.read_text(encoding="utf-8"))

    return run


def predicted(documents: list[Document]) -> list[Document]:
    """The same texts with the quotes that quoteattr finds."""
    attributor = quoteattr.load(medium="all")
    return [attributor(document.text, id=document.id) for document in documents]


def test_confidence(gold: Path, run: Callable[[str], tuple[str, Any]]) -> None:
    """It prints and writes the reliability of what is found."""
    documents = list(formats.load(gold))
    expected = reliability(documents, predicted(documents))
    assert expected.n
    assert run("confidence.py") == (f"{expected}\n", expected.to_dict())


def test_styles(gold: Path, run: Callable[[str], tuple[str, Any]]) -> None:
    """It prints and writes the scores of the plain texts, and of each style."""
    pytest.importorskip("faker")
    documents = list(formats.load(gold))
    printed, written = run("styles.py")
    names = ["plain", *get_args(Style), "altered"]
    assert written["plain"] == evaluate(documents, predicted(documents)).to_dict()
    assert list(written) == names
    assert [line.split()[0] for line in printed.splitlines()] == ["F1", *names]


def test_styles_without_faker(
    run: Callable[[str], tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where faker is missing it says so and measures the rest."""
    monkeypatch.setitem(sys.modules, "faker", None)
    printed, written = run("styles.py")
    assert printed.endswith(
        "altered: not measured, since faker is not installed; the extra train has it\n"
    )
    assert list(written) == ["plain", *get_args(Style)]


def test_styles_table() -> None:
    """The table has the differences from the plain texts."""
    scores = {"plain": evaluate([QUOTED], [QUOTED]), "low": evaluate([QUOTED], [])}
    assert STYLES["table"](scores).splitlines() == [
        "F1         attribution  change      quoted  change",
        "plain            1.000  +0.000       1.000  +0.000",
        "low              0.000  -1.000       0.000  -1.000",
    ]


@st.composite
def labelled(draw: st.DrawFn) -> Document:
    """Prose with quotes that have letters."""
    text = draw(prose())
    worded = spans(text, min_size=3).filter(lambda span: re.search(r"[^\W_]", span.text))
    some = worded.map(lambda span: (span,))
    drawn = draw(st.lists(st.builds(Quote, some, some, some), max_size=3))
    return Document("a", text, tuple(drawn))


@given(labelled(), st.sampled_from(get_args(Style)))
def test_quotes_move_back_to_the_plain_text(plain: Document, style: Style) -> None:
    """Gold labels that go to a text with other marks and back are the gold still."""
    moved = STYLES["moved"](restyle(plain, style), plain)
    assert moved.text == plain.text
    scores = evaluate([plain], [moved])
    everything = PRF(1, 1, 1) if scores.counts.gold else PRF(0, 0, 0)
    assert (scores.content_exact, scores.cue, scores.attribution) == (everything,) * 3


def test_quotes_of_the_seeds_move_back() -> None:
    """The same on real texts, where quoted text is right, too."""
    gold = list(formats.load(ROOT / "seeds"))
    moved = [STYLES["moved"](restyle(each, "single"), each) for each in gold]
    scores = evaluate(gold, moved)
    assert (scores.attribution, scores.quoted) == (PRF(1, 1, 1), PRF(1, 1, 1))


def test_speed(gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its parts take the time of the whole, and each has its ratio to bare spaCy's."""
    written = gold.with_name("figures.json")
    options = ("--texts", str(gold), "--passes", "1", "--parts-only", "--json", str(written))
    monkeypatch.setattr(sys, "argv", ["speed.py", *options])
    runpy.run_path(str(ROOT / "benchmarks" / "speed.py"), run_name="__main__")
    rows = {row["part"]: row for row in json.loads(written.read_text(encoding="utf-8"))["parts"]}
    spacy, whole = rows.pop("bare spaCy"), rows.pop("the whole")
    assert spacy["of spaCy's"] == 1
    assert whole["of spaCy's"] == pytest.approx(whole["s"] / spacy["s"])
    assert sum(row["s"] for row in rows.values()) == pytest.approx(whole["s"])
    assert {"parsing", "tagger", "quotations", "coreference", "speakers"} < rows.keys()
