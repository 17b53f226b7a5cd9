"""The program that measures peers, and whether what the documentation shows of it is current."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

import peers
from quoteattr import bench, corpora
from quoteattr.bench.results import digest
from quoteattr.bench.systems import NAMES
from quoteattr.quotes import Document, Kind, Quote, Span
from runtime import IS_OTHER

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
TEXT = "“We are all ready,” Ann Lee said."
SLACK = 0.02
"""How much a figure may differ, since processors do: about two of the seeds' 95 quotations."""


def test_pages_are_current() -> None:
    """The tables of the documentation and the README are those of the results."""
    for path, page in peers.pages().items():
        assert path.read_text(encoding="utf-8") == page


def test_pages_have_all_tables() -> None:
    """Each gold that was measured has its table, and the README has that of all systems."""
    pages = peers.pages()
    for path in peers.RESULTS.glob("*.json"):
        table = peers.table(json.loads(path.read_text(encoding="utf-8")))
        assert table in pages[peers.DOCS]
    assert all(f"| {name} | " in pages[peers.README] for name in NAMES)


@pytest.fixture(scope="module", name="seeds")
def _seeds() -> tuple[dict[str, Any], list[Document]]:
    """The results on the seeds as they are stored, and the seeds."""
    if not SEEDS.is_dir():
        pytest.skip("the labelled articles are in a checkout only")
    stored = json.loads((peers.RESULTS / "seeds.json").read_text(encoding="utf-8"))
    return stored, corpora.load(SEEDS)


def test_seeds_are_those_measured(seeds: tuple[dict[str, Any], list[Document]]) -> None:
    """The stored results are of the seeds as they are."""
    stored, gold = seeds
    assert stored["gold"]["sha256"] == digest(gold)
    assert [system["name"] for system in stored["systems"]] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_results_on_the_seeds_are_current(
    seeds: tuple[dict[str, Any], list[Document]], name: str
) -> None:
    """Measured again, each system does on the seeds what the stored results say."""
    if name.startswith("textacy") and not importlib.util.find_spec("textacy"):
        pytest.skip("textacy comes with the extra bench")
    if name == "quoteattr" and IS_OTHER:
        pytest.skip("the results are of ONNX Runtime 1.31 and later; an older one is installed")
    stored, gold = seeds
    [expected] = [system for system in stored["systems"] if system["name"] == name]
    system = bench.load(name)
    measured = bench.measure("seeds", gold, [(system, list(bench.find(system, gold)))])
    [found] = json.loads(measured.to_json())["systems"]
    assert found["failed"] == expected["failed"]
    assert found["intervals"].keys() == expected["intervals"].keys()
    for metric, interval in found["intervals"].items():
        assert interval == pytest.approx(expected["intervals"][metric], abs=SLACK), metric


def test_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured goes to the results and into a picture, of the head of the texts alone."""
    pytest.importorskip("matplotlib", reason="Matplotlib comes with the extra bench")
    text = f"{TEXT}\n\n{TEXT}"
    quotes = tuple(Quote((Span.of(text, at, at + 19),), kind=Kind.DIRECT) for at in (0, 35))
    path = tmp_path / "mine.jsonl"
    path.write_text(Document("a", text, quotes).to_json(with_text=True), encoding="utf-8")
    monkeypatch.setattr(peers, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(peers, "DOCS", tmp_path / "benchmark.md")
    monkeypatch.setattr(peers, "NAMES", ("spacy-rules",))
    peers.measure(str(path), 40)
    results = json.loads((tmp_path / "results" / "mine.json").read_text(encoding="utf-8"))
    assert results["gold"]["quotations"] == 1
    assert results["systems"][0]["intervals"]["direct found"]["value"] == 1
    assert (tmp_path / "benchmark-mine.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_replaced() -> None:
    """Only what stands between a name's markers is replaced."""
    begin = "<!-- a: made by benchmarks/peers.py -->\n"
    page = f"A\n{begin}old\n<!-- end of a -->\nB\n"
    assert peers.replaced(page, "a", r"\1") == f"A\n{begin}\n\\1\n\n<!-- end of a -->\nB\n"
    assert peers.replaced(page, "b", "new") == page


def test_no_corpus_text_is_stored() -> None:
    """The stored results have figures and names, and no sentence of a text."""
    for path in peers.RESULTS.glob("*.json"):
        assert max(map(len, path.read_text(encoding="utf-8").splitlines())) < 100
