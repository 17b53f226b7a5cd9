"""How well quoteattr does on articles that others have labelled."""

import os
from pathlib import Path

import pytest

import quoteattr
from quoteattr import formats
from quoteattr.evaluate import evaluate

CORPORA = os.environ.get("QUOTEATTR_CORPORA", "")


@pytest.mark.skipif(not CORPORA, reason="QUOTEATTR_CORPORA names no folder of corpora")
def test_polnear() -> None:
    """On PolNeAR's development articles quoted text and its sources are found, and little else."""
    gold = list(formats.load(Path(CORPORA) / "polnear-dev.jsonl.gz"))
    attributor = quoteattr.load(medium="all")
    scores = evaluate(gold, (attributor(given.text, id=given.id) for given in gold))
    assert scores.quoted.f1 >= 0.84
    assert scores.attribution.precision >= 0.60
