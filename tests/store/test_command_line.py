"""`quoteattr db` on a database of each kind: what the store's own tests show holds there, too."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from quoteattr.cli.app import app

TEXTS = {
    "a": "“Energy security matters,” said Yavuz Selim Kıran. “We know that,” Kıran said.\n",
    "b": "“Security is all,” said Ann Lee.\n",
}


def db(command: str, *arguments: str) -> list[dict[str, Any]]:
    """The JSON Lines that a command prints."""
    result = CliRunner().invoke(app, ["db", command, *arguments])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_build_search_merge_export(database: str, tmp_path: Path) -> None:
    """Texts go in once, quotes and speakers are found, and the documents come out."""
    path = tmp_path / "texts.jsonl"
    lines = (json.dumps({"id": id_, "text": text}) + "\n" for id_, text in TEXTS.items())
    path.write_text("".join(lines), encoding="utf-8")
    assert db("build", database, str(path)) == [{"new": 2, "changed": 0, "same": 0}]
    assert db("build", database, str(path)) == [{"new": 0, "changed": 0, "same": 2}]
    [found] = db("search", database, '"energy secur*"', "--speaker", "kiran")
    assert (found["document"], found["speakers"]) == ("a", ["Yavuz Selim Kıran"])
    [decision] = db("merge", database, "Ann Lee", "Yavuz Selim Kıran")
    [speaker] = db("speakers", database)
    assert (speaker["id"], speaker["name"]) == (decision["speaker"], "Ann Lee")
    db("undo", database, str(decision["number"]))
    assert len(db("most-quoted", database)) == 2
    exported = db("export", database)
    assert [(each["id"], each["text"]) for each in exported] == list(TEXTS.items())
