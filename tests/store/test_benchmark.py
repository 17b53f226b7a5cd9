"""The program that measures the store: what it prints is what it has measured."""

import json
import runpy
import sys
from pathlib import Path

import pytest

from quoteattr.quotes import Document, Quote, Span
from quoteattr.store import QuoteStore

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "store.py"


def test_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It builds both databases, copies the large one row by row, and times all searches."""
    text = "Bernie Sanders said the people pay."
    quote = Quote((Span.of(text, 20, 34),), source=(Span.of(text, 0, 14),))
    lines = [
        Document(f"paper_2015-11-0{day}_title", text, (quote,)).to_json(with_text=True)
        for day in (1, 2)
    ]
    (tmp_path / "polnear-train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    written = tmp_path / "figures.json"
    program = runpy.run_path(str(PROGRAM))
    monkeypatch.setitem(program["real_articles"].__globals__, "CORPUS", "polnear-train.jsonl")
    options = ["--corpora", str(tmp_path), "--quotes", "50", "--few", "10", "--json", str(written)]
    monkeypatch.setattr(sys, "argv", ["store.py", *options])
    program["main"]()
    figures = json.loads(written.read_text(encoding="utf-8"))
    assert figures["quotes"] == 50
    assert figures["load_ratio"] == figures["load_s"] / figures["bare_s"] > 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "50 quotes"
    assert printed[1].endswith(f"ratio {figures['load_ratio']:.2f}")
    assert len(printed) == len(figures["searches"]) + 3


def test_the_bare_copy_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database that is compared with has the same rows, the index included."""
    program = runpy.run_path(str(PROGRAM))
    text = "Ann Lee said yes."
    quote = Quote((Span.of(text, 13, 16),), source=(Span.of(text, 0, 7),))
    article = Document("paper_2015-11-01_title", text, (program["with_speaker"](quote),))
    monkeypatch.setitem(program["load"].__globals__, "PART", 2)
    one_path, bare_path = tmp_path / "one.db", tmp_path / "bare.db"
    program["load"](one_path, bare_path, program["archive"]([article], 5))
    with (
        QuoteStore(one_path) as one,
        QuoteStore(bare_path) as bare,
    ):
        assert list(bare.documents()) == list(one.documents())
        assert bare.search("yes").hits == one.search("yes").hits
        assert len(bare.search("yes").hits) == 5
