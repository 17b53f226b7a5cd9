"""How much memory quoteattr takes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "memory.py"


def test_an_article_takes_less_than_600_megabytes(tmp_path: Path) -> None:
    """A process that attributes a real article stays small, spaCy included.

    The benchmark's own process stands between: on Linux one begins with the peak of its parent.
    """
    pytest.importorskip("resource", reason="this platform doesn't tell a process's peak memory")
    written = tmp_path / "peaks.json"
    command = (sys.executable, str(BENCHMARK), "--stream", "200", "--json", str(written))
    subprocess.run(command, check=True, timeout=600)  # noqa: S603
    peaks = json.loads(written.read_text(encoding="utf-8"))
    assert peaks["import"] < peaks["load"] <= peaks["attribute"] < 600
    assert peaks["attribute"] <= peaks["20 texts"] <= peaks["200 texts"] < 600
