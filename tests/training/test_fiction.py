"""Novels with the words that refer to speakers become documents with cues and sources."""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import evolve
from typer.testing import CliRunner

from quoteattr import formats
from quoteattr.pipeline import load
from quoteattr.quotes import AttributionType, Document, Quote, Span
from quoteattr.training.fiction import HELD, LEARNT, app, labelled, reported, said, stretches

if TYPE_CHECKING:
    from spacy.language import Language


@pytest.fixture(scope="module", name="nlp")
def _nlp() -> "Language":
    return load().nlp


@pytest.mark.parametrize(
    ("expression", "is_before", "words"),
    [
        ("said Miss Lee", False, ("said", "Miss Lee")),
        ("she asked", False, ("asked", "she")),
        ("the old man replied", False, ("replied", "the old man")),
        ("said Ann,\nlaying down her knife", False, ("said", "Ann")),
        ("Ann turned and said", True, ("said", "Ann")),
        ("Bob Ray,\nwho had come late, shouted", True, ("shouted", "Bob Ray")),
        ("said the girl who had waited for him", False, ("said", "the girl")),
        ("Ann", False, None),
        ("said", False, None),
    ],
)
def test_said(
    expression: str,
    is_before: bool,  # noqa: FBT001 - as pytest passes it
    words: tuple[str, str] | None,
    nlp: "Language",
) -> None:
    """The verb is the cue, and its subject the source, without clauses about it."""
    found = said(expression, is_before=is_before, nlp=nlp)
    assert (found and tuple(expression[start:end] for start, end in found)) == words


def novel(text: str, *quotes: tuple[str, str]) -> tuple[Document, list[str]]:
    """A novel with quotes, of which the words and the expression are given, as PDNC has it."""
    made = []
    for words, expression in quotes:
        start = text.index(words)
        kind = AttributionType.EXPLICIT if expression else AttributionType.IMPLICIT
        made.append(Quote((Span.of(text, start, start + len(words)),), attribution=kind))
    return Document("novel", text, tuple(made)), [expression for _, expression in quotes]


def found(document: Document) -> list[tuple[str, str, str]]:
    """The content, the cue and the source of each quote."""
    return [
        (each.text, "".join(span.text for span in each.cue), "".join(s.text for s in each.source))
        for each in document.quotes
    ]


STORY = (
    '"The bridge is safe," said Ann Lee, who had built it.\n\n"Who says so?"\n\n'
    'Then the Captain\nasked: "Do you swim?"\n'
)


def test_labelled(nlp: "Language") -> None:
    """Quotes have their marks, and those that say who speaks their cues and sources."""
    document = labelled(
        *novel(
            STORY,
            ("The bridge is safe,", "said Ann Lee"),
            ("Who says so?", ""),
            ("Do you swim?", "the Captain asked"),
        ),
        nlp,
    )
    assert document.text == STORY
    assert found(document) == [
        ('"The bridge is safe,"', "said", "Ann Lee"),
        ('"Who says so?"', "", ""),
        ('"Do you swim?"', "asked", "the Captain"),
    ]


@pytest.mark.parametrize("expression", ["said Bob", "", "Ann Lee", "...", "asked"])
def test_words_that_are_not_found(expression: str, nlp: "Language") -> None:
    """A paragraph goes where nobody can say what to learn from it."""
    told, expressions = novel(STORY, ("The bridge is safe,", expression), ("Who says so?", ""))
    first, second = told.quotes
    explicit = evolve(first, attribution=AttributionType.EXPLICIT)
    document = labelled(evolve(told, quotes=(explicit, second)), expressions, nlp)
    assert document.text == STORY[STORY.index("\n\n") + 1 :]
    assert found(document) == [('"Who says so?"', "", "")]


def test_the_nearest_place_counts(nlp: "Language") -> None:
    """Of several places with the same words the nearest is meant, and none far away."""
    text = 'said she, and then: "No," said she. ' + "It rained all day long. " * 5 + '"Yes."'
    document = labelled(*novel(text, ("No,", "said she"), ("Yes.", "said she")), nlp)
    assert document.text == ""
    document = labelled(*novel(text, ("No,", "said she"), ("Yes.", "")), nlp)
    assert [span.start for span in document.quotes[0].source] == [text.index("said she.") + 5]


def test_stretches() -> None:
    """They are of whole paragraphs, at equal distances, with the quotes that stand in them."""
    lines = [f'"Line {number}," said Ann. ' + "x" * 470 for number in range(400)]
    text = "\n\n".join(lines)
    starts = [text.index(f'"Line {number},"') for number in range(400)]
    quotes = tuple(Quote((Span.of(text, start, text.index(",", start) + 2),)) for start in starts)
    parts = list(stretches(Document("novel", text, quotes)))
    assert [part.id for part in parts] == [f"novel-{number}" for number in range(8)]
    for part in parts:
        assert 5_000 < len(part.text) < 7_000
        assert part.text.startswith('"Line')
        assert part.text in text
        assert part.text.endswith("x" * 470)
        assert len(part.quotes) == part.text.count("said")
        assert all(each.text.startswith('"Line') for each in part.quotes)
    at = [text.index(part.text) for part in parts]
    assert at[0] >= 30_000
    assert max(second - first for first, second in pairwise(at)) < 25_000


@pytest.mark.parametrize("text", ["", "Short.", "One.\n\nTwo." * 100])
def test_short_novels_have_no_stretches(text: str) -> None:
    """Their beginnings are left alone."""
    assert list(stretches(Document("novel", text))) == []


def test_reported() -> None:
    """What is told without marks comes along, but not what is labelled already."""
    text = (
        'Ann Lee said that the bridge was safe and nobody had to worry.\n\n"Who told you that?" '
        "asked Bob.\n"
    )
    start, end = text.index('"'), text.index(" asked")
    known = Quote((Span.of(text, start, end),), cue=(Span.of(text, end + 1, end + 6),))
    document = reported(Document("part", text, (known,)))
    assert found(document) == [
        ("that the bridge was safe and nobody had to worry", "said", "Ann Lee"),
        ('"Who told you that?"', "asked", ""),
    ]


def test_command(tmp_path: Path) -> None:
    """The parts of each novel are written, those of novels that are held back apart."""
    pdnc, out = tmp_path / "pdnc", tmp_path / "out"
    for name in "abc":
        write_novel(pdnc / "data" / name)
    given = ["--corpus", str(pdnc), "--out", str(out), "--held", "1"]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    learnt, held = (list(formats.load(out / name)) for name in (LEARNT, HELD))
    assert len({each.id.split("-")[0] for each in learnt}) == 2
    assert len({each.id.split("-")[0] for each in held}) == 1
    for document in [*learnt, *held]:
        assert document.quotes
        assert {each.source[0].text for each in document.quotes} == {"Ann"}


def write_novel(folder: Path) -> None:
    """A long novel in which Ann says the same all the time."""
    line = '"The bridge is safe," said Ann.'
    text = "\n\n".join([line] * 1_300)
    rows = [
        f'Q,x,"[\'The bridge is safe,\']","[[{start}, {start + 19}]]",Ann,[],Explicit,said Ann\n'
        for start in range(1, len(text), len(line) + 2)
    ]
    folder.mkdir(parents=True)
    (folder / "novel_text.txt").write_text(text, encoding="utf-8")
    (folder / "character_info.csv").write_text("Main Name,Aliases\nAnn,['Ann']\n")
    header = "quoteID,quoteText,subQuotationList,quoteByteSpans,speaker,addressees,quoteType"
    table = header + ",referringExpression\n" + "".join(rows)
    (folder / "quotation_info.csv").write_text(table, encoding="utf-8")


def test_command_without_corpus(tmp_path: Path) -> None:
    """What is not the corpus is one line of error; nothing is written."""
    result = CliRunner().invoke(app, ["--corpus", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert " ".join(result.output.split()).startswith(f"quoteattr: {str(tmp_path)!r} is not PDNC")
    assert not (tmp_path / "out").exists()
