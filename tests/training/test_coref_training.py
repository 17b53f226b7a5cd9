"""Training of what ranks antecedents: it learns, it repeats itself, and ends as files that load."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import spacy
from typer.testing import CliRunner

from quoteattr import coref
from quoteattr.antecedents import Passage
from quoteattr.config import Config
from quoteattr.modelfiles import CHECKSUMS
from quoteattr.ranking import MEMBERS, Network, Table
from quoteattr.training.coref import (
    Example,
    Plan,
    Text,
    accuracy,
    app,
    examples,
    parsed,
    split,
    texts,
    train,
)

STORY = "Ann Lee met Bob Kahn. He said she was late."
MENTIONS = ((0, 7, "Ann-1"), (12, 20, "Bob-2"), (22, 24, "he-2"), (30, 33, "she-1"))
SIDES = ("lefthand_deps_to_", "righthand_deps_to_")
FEATURES = (
    *("tags", "morphs", "ent_types", "parent_tags", "parent_morphs"),
    *(f"{side}{whom}" for side in SIDES for whom in ("children", "parents")),
    *(f"parent_{side}children" for side in SIDES),
)


def write_corpus(folder: Path, count: int = 10) -> Path:
    """A folder with copies of the story in brat's files, entities numbered as in LitBank."""
    folder.mkdir()
    labels = {"1": "Ann-1", "2": "Bob-2"}
    lines = [
        f"T{number}\t{labels[label[-1]]} {start} {end}\t{STORY[start:end]}"
        for number, (start, end, label) in enumerate(MENTIONS)
    ]
    lines += ["T8\tNOM_PER 0 3\tAnn", "R1\tcop Arg1:T0 Arg2:T1", ""]
    for number in range(count):
        (folder / f"{number}.txt").write_text(STORY, encoding="utf-8")
        (folder / f"{number}.ann").write_text("\n".join(lines), encoding="utf-8")
    return folder


def run(corpus: Path, out: Path, **others: object) -> tuple[int, str]:
    """Run the command: its exit code and all it printed."""
    given = {"corpus": corpus, "out": out, **others}
    options = [word for name, each in given.items() for word in (f"--{name}", str(each))]
    result = CliRunner().invoke(app, options)
    return result.exit_code, " ".join(result.output.split())


# Texts


def test_texts(tmp_path: Path) -> None:
    """Texts come with their mentions; mentions without a number, and relations, are left out."""
    [first, second] = texts(write_corpus(tmp_path / "brat", 2))
    assert (first.id, second.id, first.text) == ("0", "1", STORY)
    assert [each[:2] for each in first.mentions] == [each[:2] for each in MENTIONS]
    assert [each[2] for each in first.mentions] == ["Ann-1", "Bob-2", "Bob-2", "Ann-1"]


def test_no_texts(tmp_path: Path) -> None:
    """A folder without texts is an error that names it."""
    message = (
        f"quoteattr: there are no texts (*.txt with *.ann) in {str(tmp_path)!r}; check the path"
    )
    assert run(tmp_path, tmp_path / "out") == (1, message)


@pytest.mark.parametrize("line", ["T1", "T1\tAnn-1\tAnn", "T1\tAnn-1 0 x\tAnn", "T1\tA 0 2;4 6\tA"])
def test_malformed_line(tmp_path: Path, line: str) -> None:
    """A line that is no mention is named with its number."""
    corpus = write_corpus(tmp_path / "brat", 1)
    path = corpus / "0.ann"
    path.write_text(f"T0\tAnn-1 0 3\tAnn\n{line}\n", encoding="utf-8")
    code, printed = run(corpus, tmp_path / "out")
    assert code == 1
    message = rf"quoteattr: line 2 of {str(path)!r} is no mention such as 'T1\tAnn-1 0 3\tAnn'"
    assert printed == message


@pytest.mark.parametrize(
    ("count", "sizes"), [(100, [80, 10, 10]), (25, [21, 2, 2]), (9, [9, 0, 0])]
)
def test_split(count: int, sizes: list[int]) -> None:
    """Two tenths are held back, the same ones in whatever order the texts come."""
    found = [Text(str(number), "", ()) for number in range(count)]
    parts = split(found)
    assert [len(part) for part in parts] == sizes
    assert split(found[::-1]) == parts
    assert sorted((each for part in parts for each in part), key=lambda each: int(each.id)) == found


# Examples


def story() -> tuple[Text, Passage]:
    """The story with its mentions, and parsed."""
    text = Text("a", STORY, tuple((start, end, label[-1]) for start, end, label in MENTIONS))
    [passage] = parsed([text], spacy.load(Config().model))
    return text, passage


def test_examples() -> None:
    """Each pronoun has its candidates, and which of them is right."""
    text, passage = story()
    he, she = examples(text, passage, Table(dict.fromkeys(FEATURES, ())))
    candidates = [
        [passage[mention.root_index].text for mention in passage.candidates(word)]
        for word in passage
        if word.text in {"He", "she"}
    ]
    right = [
        [name for name, is_right in zip(names, each.is_right, strict=True) if is_right]
        for names, each in zip(candidates, (he, she), strict=True)
    ]
    assert candidates[0][:2] == ["Lee", "Kahn"]
    assert right == [["Kahn"], ["Lee"]]
    assert he.rows.shape == (len(candidates[0]), 2 * 7 + 4)


def test_unknown_pronouns_teach_nothing() -> None:
    """Neither does a pronoun of which no candidate is right."""
    text, passage = story()
    table = Table(dict.fromkeys(FEATURES, ()))
    assert list(examples(Text("a", STORY, ()), passage, table)) == []
    assert list(examples(Text("a", STORY, text.mentions[2:3]), passage, table)) == []


# Learning


def riddles(count: int) -> list[Example]:
    """Pronouns whose right candidate is the one with a 1 in the second column."""
    generator = np.random.default_rng(1)
    rows = generator.integers(0, 5, (count, 4, 6)).astype(np.int16)
    right = generator.integers(0, 4, count)
    rows[:, :, 1] = np.arange(4) == right[:, None]
    return [
        Example(each, np.arange(4) == at, np.zeros(4, bool))
        for each, at in zip(rows, right, strict=True)
    ]


def test_learns() -> None:
    """It learns what makes a candidate right, ever better."""
    found = list(train(Plan(epochs=12, size=8, rate=0.01), riddles(300)))
    losses = [loss for loss, _ in found]
    assert losses[-1] < 0.05 < losses[0]
    assert accuracy(Network.of(found[-1][1]), riddles(300)) > 0.98
    assert accuracy(Network.of(found[-1][1]), riddles(400)[300:]) > 0.95


def test_same_seed_same_network() -> None:
    """Two runs by one plan are equal to the last bit; another seed gives another network."""
    runs = [list(train(Plan(epochs=2, seed=seed), riddles(50)))[-1][1] for seed in (1, 1, 2)]
    for name, array in runs[0].items():
        assert array.dtype == np.float16
        assert np.array_equal(array, runs[1][name])
    assert not np.array_equal(runs[0]["w0"], runs[2]["w0"])


def test_several_right() -> None:
    """Any of several right candidates will do: if all are right there is nothing to learn."""
    each = riddles(1)[0]
    both = Example(each.rows, np.ones(4, bool), each.is_uncertain)
    [(loss, _)] = train(Plan(epochs=1), [both])
    assert loss == pytest.approx(0, abs=1e-5)


def test_doubts_come_last() -> None:
    """The best candidate is one without a doubt, however likely others are."""
    [(_, arrays)] = train(Plan(epochs=1), riddles(50))
    network = Network.of(arrays)
    each = riddles(1)[0]
    likeliest = int(network(each.rows.astype(np.float32)).argmax())
    only = np.arange(4) == likeliest
    assert accuracy(network, [Example(each.rows, only, np.zeros(4, bool))]) == 1
    assert accuracy(network, [Example(each.rows, only, only)]) == 0


def test_shares() -> None:
    """What the networks say of a pronoun's candidates is a probability."""
    [(_, arrays)] = train(Plan(epochs=1), riddles(50))
    network = Network.of(arrays)
    assert network.width == 6
    assert len(network.layers[0][0]) == MEMBERS
    shares = network(riddles(1)[0].rows.astype(np.float32))
    assert shares.shape == (4,)
    assert shares.sum() == pytest.approx(1)


# The command


def test_command(tmp_path: Path) -> None:
    """A real process logs each epoch and writes a model that loads, the same at each run."""
    corpus = write_corpus(tmp_path / "brat")
    folders = [tmp_path / "deep" / "one", tmp_path / "two"]
    for out in folders:
        command = (sys.executable, "-m", "quoteattr.training.coref", "--corpus", corpus)
        given = (*command, "--out", out, "--epochs", "2")
        subprocess.run(given, capture_output=True, check=True, timeout=120)  # noqa: S603
    one, two = folders
    log = [json.loads(line) for line in (one / "log.jsonl").read_text().splitlines()]
    assert [line.get("epoch") for line in log] == [1, 2, None]
    assert [line["pronouns"] for line in log] == [16, 16, 2]
    assert coref.load(one).name == "coreferee-litbank-1"
    for name in (coref.NETWORK, coref.FEATURES, coref.SETTINGS, CHECKSUMS):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    settings = json.loads((one / coref.SETTINGS).read_text())
    assert settings["plan"]["epochs"] == 2


def test_too_few_texts(tmp_path: Path) -> None:
    """Without texts to choose by and to measure with, the numbers are named."""
    message = (
        "quoteattr: the corpus has 6 pronouns to learn from, 0 to choose the epoch by and 0 to "
        "measure with; each must be more: add texts (--corpus)"
    )
    out = tmp_path / "out"
    assert run(write_corpus(tmp_path / "brat", 3), out) == (2, message)
    assert not out.exists()
