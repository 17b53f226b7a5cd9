"""How quoteattr does beside its peers: results as JSON, and the tables and pictures made of them.

Run it from a checkout: ``python benchmarks/peers.py seeds polnear-dev.jsonl.gz litbank pdnc``. Each
gold is measured and its results go to ``benchmarks/results``; then what the documentation and the
README show is made again from all that is there. Without arguments nothing is measured.
"""

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from quoteattr import bench, corpora
from quoteattr.bench.plots import plot
from quoteattr.bench.systems import NAMES

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
DOCS = ROOT / "docs" / "benchmark.md"
README = ROOT / "README.md"

NEWS = (
    *("quoted", "attribution", "attribution precision", "attribution recall", "source accuracy"),
    *("content exact", "content soft", "cue", "direct found", "direct right"),
    *("speaker", "speech found", "speaker of found"),
)
FICTION = ("speech found", "speaker of found", "named speaker of found")
"""What can be said where the gold has direct quotations only, and no sources."""
METRICS_OF = {"litbank": FICTION, "pdnc": FICTION}
TITLES = {"seeds": "seeds", "polnear-dev": "PolNeAR dev", "litbank": "LitBank", "pdnc": "PDNC"}
BRIEF = ("quoted", "attribution")
"""What the README shows."""


def measure(gold: str, most: int) -> None:
    """Measure all systems on a gold, and write the results and the picture.

    Args:
        gold: A file of quotes, or the folder of a corpus.
        most: How many characters of each text to read; 0 for all.
    """
    name, documents = bench.called(gold), [corpora.cut(each, most) for each in corpora.load(gold)]
    systems = [bench.load(each) for each in NAMES]
    found = [(system, list(bench.find(system, documents))) for system in systems]
    results = bench.measure(name, documents, found)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(results.to_json(), encoding="utf-8")
    if name not in METRICS_OF:
        picture = DOCS.with_name(f"benchmark-{name}.svg")
        with picture.open("w", encoding="utf-8", newline="") as stream:
            plot(results, stream)


def table(results: Mapping[str, Any]) -> str:
    """The tables of a gold's results in Markdown: the systems, and how far the first is ahead.

    Args:
        results: The results as JSON has them.

    Returns:
        The lines.
    """
    gold, systems, leads = results["gold"], results["systems"], results["leads"]
    metrics = METRICS_OF.get(gold["name"], NEWS)
    known = [metric for metric in metrics if metric in systems[0]["intervals"]]
    facts = {"given": "given", "finds": "kinds", "gave up": "failed"}
    return "\n".join(
        [
            _described(gold),
            "",
            *_heading(["", *(system["name"] for system in systems)]),
            *(_row([name, *(str(each[key]) for each in systems)]) for name, key in facts.items()),
            *(_row([each, *_intervals(systems, each)]) for each in known),
            "",
            *_heading(["quoteattr over", *(lead["over"] for lead in leads)]),
            *(_row([each, *_differences(leads, each)]) for each in known),
        ]
    )


def brief(every: Sequence[Mapping[str, Any]]) -> str:
    """The README's table: each system's F1 on several golds.

    Args:
        every: The results of each gold.

    Returns:
        The lines.
    """
    titles = [f"{TITLES[each['gold']['name']]}, {metric}" for each in every for metric in BRIEF]
    rows = [
        _row([system["name"], system["given"], system["kinds"], *_brief(every, system["name"])])
        for system in every[0]["systems"]
    ]
    return "\n".join([*_heading(["F1", "given", "finds", *titles]), *rows])


def _brief(every: Iterable[Mapping[str, Any]], name: str) -> Iterator[str]:
    """A system's figures on each gold."""
    for results in every:
        of_name = [system for system in results["systems"] if system["name"] == name]
        for metric in BRIEF:
            yield from _intervals(of_name, metric)


def replaced(page: str, name: str, lines: str) -> str:
    """A page with other lines between a name's two markers.

    Args:
        page: The page.
        name: What the markers name.
        lines: The lines.

    Returns:
        The page.
    """
    begin, end = f"<!-- {name}: made by benchmarks/peers.py -->\n", f"<!-- end of {name} -->"
    return re.sub(
        f"(?<={re.escape(begin)}).*(?={re.escape(end)})",
        lambda _: f"\n{lines}\n\n",
        page,
        flags=re.DOTALL,
    )


def pages() -> dict[Path, str]:
    """The documentation and the README as they should be by the results that are there."""
    every = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in RESULTS.glob("*.json")
    }
    docs = DOCS.read_text(encoding="utf-8")
    for name, results in every.items():
        docs = replaced(docs, name, table(results))
    readme = README.read_text(encoding="utf-8")
    lines = brief([every["seeds"], every["polnear-dev"]])
    return {DOCS: docs, README: replaced(readme, "peers", lines)}


def _described(gold: Mapping[str, Any]) -> str:
    return (
        f"{gold['quotations']:,} quotations in {gold['documents']} texts; SHA-256 of texts and "
        f"quotes: `{gold['sha256'][:16]}…`."
    )


def _intervals(systems: Iterable[Mapping[str, Any]], metric: str) -> Iterator[str]:
    for system in systems:
        yield _interval(system["intervals"][metric])


def _differences(leads: Iterable[Mapping[str, Any]], metric: str) -> Iterator[str]:
    for lead in leads:
        difference = lead["differences"][metric]
        yield f"{_interval(difference['by'], sign='+')}, p {difference['p']:.4f}"


def _interval(found: Mapping[str, float], *, sign: str = "") -> str:
    return f"{found['value']:{sign}.3f} ({found['low']:.3f} to {found['high']:.3f})"


def _heading(cells: Sequence[str]) -> list[str]:
    return [_row(cells), _row(["---"] * len(cells))]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure what is given, then make the pages again."""
    parser = argparse.ArgumentParser(description="Measure quoteattr beside its peers.")
    parser.add_argument("gold", nargs="*", help="a file of quotes, or the folder of a corpus")
    parser.add_argument("--most", type=int, default=0, help="characters of each text; 0: all")
    arguments = parser.parse_args()
    for gold in arguments.gold:
        print(f"measuring {bench.called(gold)}")
        measure(gold, arguments.most)
    for path, page in pages().items():
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
