"""`quoteattr evaluate`: scores printed from files."""

import json
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from quoteattr import formats
from quoteattr.cli.app import app
from quoteattr.evaluate import evaluate
from quoteattr.quotes import Document

SEEDS = Path(__file__).parents[2] / "seeds"


def predict(folder: Path, *, with_text: bool) -> Path:
    """Predictions for the seeds: every second quotation of the gold, in JSON Lines."""
    documents = [Document(gold.id, gold.text, gold.quotes[::2]) for gold in formats.load(SEEDS)]
    path = folder / "predicted.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        formats.jsonl.write(documents, stream, with_text=with_text)
    return path


def run(*arguments: object) -> tuple[int, str]:
    """Run the command: its exit code and all it printed."""
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)])
    return result.exit_code, result.output


def test_gold_against_itself() -> None:
    """Gold agrees with itself; a real process says so, with code 0."""
    command = (sys.executable, "-m", "quoteattr", "evaluate", str(SEEDS), str(SEEDS))
    finished = subprocess.run(command, capture_output=True, check=True, timeout=60)  # noqa: S603
    assert "attribution      P 1.000  R 1.000  F1 1.000" in finished.stdout.decode()
    assert finished.stderr == b""


def test_scores_are_printed(tmp_path: Path) -> None:
    """What is printed are the scores that Python gives, with the texts from the gold."""
    predicted = predict(tmp_path, with_text=False)
    texts = {document.id: document.text for document in formats.load(SEEDS)}
    scores = evaluate(formats.load(SEEDS), formats.load(predicted, texts=texts))
    assert scores.content_exact.recall < 1
    assert run(SEEDS, predicted) == (0, f"{scores}\n")


def test_scores_as_json(tmp_path: Path) -> None:
    """`--json` prints the same as data."""
    predicted = predict(tmp_path, with_text=True)
    code, output = run(SEEDS, predicted, "--json")
    assert code == 0
    assert json.loads(output) == evaluate(formats.load(SEEDS), formats.load(predicted)).to_dict()


def test_documents_without_a_prediction(tmp_path: Path) -> None:
    """They count as without quotes, and it is said that they do."""
    gold = list(formats.load(SEEDS))
    path = tmp_path / "predicted.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        formats.jsonl.write(gold[:3], stream)
    code, output = run(SEEDS, path)
    which = repr(min(document.id for document in gold[3:]))
    assert code == 0
    assert output == (
        f"quoteattr: nothing is predicted for 2 of 5 documents of the gold, such as {which}; that "
        f"counts as no quotes\n{evaluate(gold, gold[:3])}\n"
    )


def test_missing_gold() -> None:
    """A missing file is one line of error and code 1."""
    message = "quoteattr: can't read 'missing.jsonl': there is no such file; check the path\n"
    assert run("missing.jsonl", SEEDS) == (1, message)


def test_unknown_format(tmp_path: Path) -> None:
    """A file in no known format is refused with the known ones."""
    path = tmp_path / "gold.docx"
    path.touch()
    code, output = run(path, SEEDS)
    assert code == 1
    assert f"{str(path)!r} is in no format known here; expected .jsonl, .jsonl.gz, .ann" in output


def test_malformed_line(tmp_path: Path) -> None:
    """A malformed line is named by its number."""
    path = tmp_path / "predicted.jsonl"
    path.write_text('{"id": "a", "text": "", "quotes": []}\n{"id":\n', encoding="utf-8")
    code, output = run(SEEDS, path)
    assert code == 1
    assert f"{path}, line 2: not JSON" in output


def test_prediction_without_gold(tmp_path: Path) -> None:
    """A prediction without text whose id the gold doesn't have is named, with the ids it has."""
    path = tmp_path / "predicted.jsonl"
    path.write_text('{"id": "elsewhere.txt", "quotes": []}\n', encoding="utf-8")
    code, output = run(SEEDS, path)
    assert code == 1
    assert "document 'elsewhere.txt' holds no text" in output
    assert "aliyev-ots-summit.txt" in output


def test_one_argument() -> None:
    """Both files are needed."""
    code, output = run(SEEDS)
    assert code == 2
    assert "Missing argument" in output
    assert "PRED" in output
