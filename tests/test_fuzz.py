"""The fuzz program: its texts are odd, and it sees what is wrong with an answer."""

import ast
import io
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve, frozen

import fuzz
from fuzz import Examined, Run, Worker, again, command_line, examine, faults, printed, together
from odd_texts import KINDS, make
from quoteattr import Document, Quote, Span, Speaker
from quoteattr.formats import csv
from quoteattr.quotes import Evidence, TextWarning, WarningCode

PROGRAM = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"
TEXT = "“Yes,” said Ann Lee. “So.”"
YES = Span(0, 6, "“Yes,”")
QUOTE = Quote((YES,), source=(Span(12, 19, "Ann Lee"),), speaker=Speaker("Ann Lee"))
RIGHT = Document("", TEXT, (QUOTE,))
SO = evolve(QUOTE, content=(Span(21, 26, "“So.”"),))
NOWHERE = Span(0, 2, "No")


def document(*quotes: Quote) -> Document:
    """The text with other quotes."""
    return Document("", TEXT, quotes)


# What is wrong with an answer


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (evolve(RIGHT, text=f"{TEXT} "), "the document has another text"),
        (document(evolve(QUOTE, content=(NOWHERE,))), "is not what stands there"),
        (document(evolve(QUOTE, cue=(NOWHERE,))), "is not what stands there"),
        (document(evolve(QUOTE, source=(NOWHERE,))), "is not what stands there"),
        (document(evolve(QUOTE, source=(Span(3, 3, ""),))), "is not what stands there"),
        (document(evolve(QUOTE, evidence=(Evidence(NOWHERE, "x"),))), "is not what stands there"),
        (
            evolve(RIGHT, warnings=(TextWarning(WarningCode.SUBSTITUTED, "x", NOWHERE),)),
            "is not what stands there",
        ),
        (document(SO, QUOTE), "the quotes are not in their order"),
        (document(evolve(QUOTE, content=(*SO.content, YES))), "are not one behind the other"),
        (document(evolve(QUOTE, confidence=1.1)), "1.1 is no confidence"),
        (document(evolve(QUOTE, speaker=Speaker("Ann", confidence=-1))), "-1 is no confidence"),
        (document(evolve(QUOTE, speaker=Speaker(" "))), "has no name"),
        (
            document(evolve(QUOTE, speaker=Speaker("A; B", members=(Speaker(""),)))),
            "has no name",
        ),
        (evolve(RIGHT, meta={"a": (1,)}), "its JSON reads as another document"),
    ],
)
def test_faults(wrong: Document, fault: str) -> None:
    """Whatever is wrong with an answer is a fault, and a right one has none."""
    found = list(faults(wrong, TEXT))
    assert found
    assert fault in found[0]
    assert list(faults(RIGHT, TEXT)) == list(faults(document(QUOTE, SO), TEXT)) == []


@frozen
class Answers:
    """Gives one answer after the other, the last one for ever."""

    left: list[Document | Exception]

    def __call__(self, text: str) -> Document:
        """The next answer."""
        del text
        answer = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([ValueError("no luck")], "ValueError: no luck"),
        ([RIGHT, document()], "the second answer is another one"),
        ([document(SO, QUOTE)], "the quotes are not in their order"),
    ],
)
def test_examine(
    monkeypatch: pytest.MonkeyPatch, answers: Sequence[Document | Exception], fault: str
) -> None:
    """An exception, another answer and a wrong one are faults."""
    monkeypatch.setattr(fuzz, "everything", lambda: Answers([*answers]))
    [found] = examine(TEXT).faults
    assert fault in found


def test_examine_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a text that takes too long, and one whose double takes far more than twice as long."""

    def squared(text: str) -> Document:
        sum(range(len(text) ** 2 // 20))
        return Document("", text)

    monkeypatch.setattr(fuzz, "everything", lambda: squared)
    monkeypatch.setattr(fuzz, "START", -1e3)
    slow, growing = examine("a" * fuzz.DOUBLED).faults
    assert slow.startswith("it takes ")
    assert growing.startswith("twice the text takes ")


def test_nothing_to_complain_of() -> None:
    """The real thing has no faults, not even with noise for a network."""
    examined = examine(TEXT)
    assert examined.document is not None
    assert (examined.faults, len(examined.document.quotes)) == ((), 1)
    misled = examine(TEXT * 9, noise=1)
    assert misled.faults == ()
    assert misled.document != examined.document


def test_process_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that doesn't answer is given up, and the next text goes to another one."""
    with closing(Worker()) as worker:
        monkeypatch.setattr(fuzz, "HANGS", 0)
        assert worker(TEXT, None).faults == ("it hangs or dies: no answer in 0 s",)
        monkeypatch.undo()
        assert worker(TEXT, None).faults == ()


# What is wrong with several answers


def test_together() -> None:
    """Another answer in threads or in processes is a fault."""
    right = fuzz.everything()(TEXT)
    assert list(together([TEXT], [right])) == []
    assert list(together([TEXT], [RIGHT])) == [
        ([TEXT], "in threads the answer is another one"),
        ([TEXT], "in two processes the answer is another one"),
    ]


def test_command_line() -> None:
    """So are other quotes on the command line; a text that UTF-8 can't hold is refused there."""
    attributor = fuzz.everything()
    texts = [TEXT, "\ud800", f"\ufeff{TEXT}", "a\u2028b"]
    given = [RIGHT, *map(attributor, texts[1:])]
    found = list(command_line(texts, given, "jsonl"))
    assert found == [([TEXT], "on the command line, as jsonl, it has other quotes")]


def test_printed() -> None:
    """JSON is read back, CSV has to have a row for each quote, and a table only to be there."""
    line, stream = RIGHT.to_json(), io.StringIO()
    assert list(printed(f"[\n{line}\n]\n", [RIGHT], "json")) == [(RIGHT, (QUOTE,))]
    assert list(printed("anything", [RIGHT], "table")) == []
    csv.write([RIGHT], stream)
    assert list(printed(stream.getvalue(), [RIGHT], "csv")) == []
    for wrong, output in ((stream.getvalue(), "csv"), (f"{line}\n", "jsonl"), (line, "jsonl")):
        with pytest.raises(ValueError, match="zip"):
            list(printed(wrong, [RIGHT, RIGHT], output))


def test_command_line_that_fails() -> None:
    """An exit code that was not due is a fault, with what stands on standard error."""
    [(texts, fault)] = command_line(["\ud800"], [Document("", "")], "jsonl")
    assert texts == ["\ud800"]
    assert fault.startswith("the command ends with 1, while 0 files can't be read: quoteattr: ")


# The texts


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: str) -> None:
    """Each kind has about the size that it should have, and the same seed gives the same text."""
    number = [*KINDS].index(kind)
    made = make(0, number, [TEXT, "He left."], 1_000)
    assert made[0] == kind
    assert kind == "nearly nothing" or 100 < len(made[1]) < 4_000
    assert made == make(0, number, [TEXT, "He left."], 1_000)


def test_seeds() -> None:
    """Other numbers and other seeds give other texts; few of them are long."""
    texts = {make(seed, number, [TEXT])[1] for seed in range(2) for number in range(300)}
    assert len(texts) > 500
    assert 1 <= sum(len(text) > 9_000 for text in texts) < 30


# The run


def test_run_that_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A text that fails is counted and saved as it is; from the file it can be tried again."""
    run = Run(3, tmp_path / "bad", with_cli=False)
    run.take("talk", f"\ud83d\ude00{TEXT}", None, Examined(None, 0.0, ("no luck",)))
    [path] = run.folder.iterdir()
    assert capsys.readouterr().out == (
        "seed 3, talk, 28 characters: no luck\n"
        f"  saved; to try again: python fuzz.py --again {path}\n"
    )
    assert ast.literal_eval(path.read_text()) == ([f"\ud83d\ude00{TEXT}"], None)
    once_more = Run(0, tmp_path, with_cli=False)
    again(once_more, path)
    assert (run.failed, once_more.failed, once_more.compared) == (1, 0, 1)
    assert once_more.tallies["again"].quotes == 1


def test_program(tmp_path: Path) -> None:
    """A short run finds no fault, and says what it has tried."""
    options = ("--texts", "12", "--seed", "0", "--cli", "--save", str(tmp_path / "bad"))
    finished = subprocess.run(  # noqa: S603 - our own program
        (sys.executable, str(PROGRAM), *options), capture_output=True, check=False, timeout=300
    )
    assert (finished.returncode, finished.stderr) == (0, b"")
    *kinds, total, compared = finished.stdout.decode().splitlines()[1:]
    assert {line[:15].strip() for line in kinds} <= set(KINDS)
    assert total.split()[:2] == ["all", "12"]
    assert compared.endswith("in two processes and in threads and on the command line; 0 failed")
    assert not (tmp_path / "bad").exists()


def test_program_that_finds_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It exits with 1."""
    monkeypatch.setattr(Worker, "__call__", lambda *_: Examined(None, 0.0, ("no luck",)))
    options = ["--texts", "30", "--save", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", [str(PROGRAM), *options])
    with pytest.raises(SystemExit) as caught:
        fuzz.main()
    assert caught.value.code == 1
    assert len(list(tmp_path.iterdir())) == fuzz.MOST_FAULTS
