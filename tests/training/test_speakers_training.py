"""Training of what weighs candidates: it learns, repeats itself, and ends as files that load."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

pytest.importorskip("torch")

from docs_by_hand import by_hand
from quoteattr import chooser
from quoteattr.chooser import SETTINGS, WAYS, Chooser
from quoteattr.pipeline import load
from quoteattr.quotes import Document, Quote, Span, Speaker
from quoteattr.training.labels import Label
from quoteattr.training.speakers import (
    Case,
    Outcome,
    app,
    cases,
    confidences,
    fit,
    given,
    halves,
    is_one_of,
    novel,
    outcomes,
    train,
    weights,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc

NAMES = {"she": "Ann Lee", "he": "Bob Ray"}
LEFT = "{0}/NNP/compound/{1}/PERSON {1}/NNP/nsubj/left/PERSON left/VBD/ROOT. "
STORY = (
    LEFT.format("Ann", "Lee")
    + "The/DT/det/mayor mayor/NN/nsubj/is is/VBZ/ROOT Bob/NNP/compound/Ray/PERSON "
    + "Ray/NNP/attr/is/PERSON. “We are/VBP/ccomp/said ready,” said/VBD/ROOT {}. "
)
SOURCES = {
    "she": "she/PRP/nsubj/said",
    "he": "he/PRP/nsubj/said",
    "the mayor": "the/DT/det/mayor mayor/NN/nsubj/said",
    "the envoy": "the/DT/det/envoy envoy/NN/nsubj/said",
}
SPEAKERS = {"she": "Ann Lee", "he": "Bob Ray", "the mayor": "Bob Ray", "the envoy": "the envoy"}
EVEN = Chooser("even", {"pronoun": {}, "description": {}}, {})


def made_up(source: str, number: int) -> tuple[Document, "Doc", list[Label]]:
    """A document with a quote, its parse, and the label of the quote's source."""
    doc = by_hand(STORY.format(SOURCES[source]))
    text = doc.text

    def place(words: str, start: int = 0) -> Span:
        at = text.index(words, start)
        return Span.of(text, at, at + len(words))

    cue = place("said")
    said_by, speaker = (
        place(source, cue.end),
        place(SPEAKERS[source], cue.end * (source == "the envoy")),
    )
    quote = Quote((place("“We are ready,”"),), (cue,), (said_by,))
    kind = "pronoun" if source in NAMES else "description"
    named = source != "the envoy"
    label = Label((said_by.start, said_by.end), kind, [(speaker.start, speaker.end)], named=named)
    return Document(f"{source} {number}", text, (quote,)), doc, [label]


MADE = [made_up(source, number) for number in range(3) for source in SOURCES]
DOCUMENTS = [document for document, _, _ in MADE]
PARSED = {document.id: doc for document, doc, _ in MADE}
LABELS = {document.id: labels for document, _, labels in MADE}


def learnt(kind: str) -> list[Case]:
    """The cases of the made-up corpus."""
    found = [case for document, doc, labels in MADE for case in cases(document, doc, labels)]
    return [case for case in found if case.choices.kind == kind]


def chosen(weigher: Chooser, case: Case) -> str | None:
    """The name of the candidate that is found most probable."""
    weighed = weigher(case.choices)
    entity = case.choices.candidates[weighed.index(max(weighed))].entity
    return entity.name if entity else None


# What there is to learn


def test_given() -> None:
    """The quotes of a document become quotations that are sure."""
    document = DOCUMENTS[0]
    [quotation] = given(document)
    content, cue, source = (
        [(span.start, span.end) for span in spans]
        for spans in (document.quotes[0].content, document.quotes[0].cue, document.quotes[0].source)
    )
    assert quotation.content == tuple(content)
    assert [quotation.cue, quotation.source] == [*cue, *source]
    assert (quotation.confidence, quotation.source_confidence) == (1, 1)


@pytest.mark.parametrize(
    ("source", "right"),
    [("she", ["Ann Lee"]), ("he", ["Bob Ray"]), ("the mayor", ["Bob Ray"]), ("the envoy", [None])],
)
def test_cases(source: str, right: list[str | None]) -> None:
    """A case has the candidates of a source; the right ones are those of the label."""
    document, doc, labels = made_up(source, 0)
    [case] = cases(document, doc, labels)
    pairs = zip(case.choices.candidates, case.right, strict=True)
    names = [each.entity.name if each.entity else None for each, is_right in pairs if is_right]
    assert (case.document, names) == (document.id, right)


@pytest.mark.parametrize("title", ["Mr.", "Mrs."])
def test_title_of_another(title: str) -> None:
    """Of a couple the one is right whom the label's title allows."""
    left = "{}/NNP/compound/Hall Hall/NNP/nsubj/left/PERSON left/VBD/ROOT. "
    said = f"“We are/VBP/ccomp/said ready,” said/VBD/ROOT {SOURCES['she']}."
    doc = by_hand(left.format("Mr.") + left.format("Mrs.") + said)
    source = Span.of(doc.text, doc.text.index("she"), len(doc.text) - 1)
    quote = Quote((Span.of(doc.text, doc.text.index("“"), doc.text.index(" said")),), (), (source,))
    hall = Span.of(doc.text, doc.text.index(title), doc.text.index(title) + len(f"{title} Hall"))
    label = Label((source.start, source.end), "pronoun", [(hall.start, hall.end)], named=True)
    [case] = cases(Document("a", doc.text, (quote,)), doc, [label])
    pairs = zip(case.choices.candidates, case.right, strict=True)
    names = [each.entity.name for each, is_right in pairs if is_right and each.entity]
    assert names == [f"{title} Hall"]


def test_source_without_a_label() -> None:
    """A source without a label is no case."""
    document, doc, _ = made_up("she", 0)
    assert cases(document, doc, []) == []


# What is learnt


@pytest.mark.parametrize("kind", ["pronoun", "description"])
def test_fit(kind: str) -> None:
    """The weights tell all cases right, which none would."""
    found = learnt(kind)
    weigher = Chooser("", {kind: fit(found, 0.01)}, {})
    expected = {
        "pronoun": ["Ann Lee", "Bob Ray"] * 3,
        "description": ["Bob Ray", None] * 3,
    }
    assert [chosen(weigher, case) for case in found] == expected[kind]
    assert [chosen(EVEN, case) for case in found] != expected[kind]


def test_pull() -> None:
    """The stronger the pull, the nearer to 0 are the weights."""
    weak, strong = (fit(learnt("pronoun"), pull) for pull in (0.01, 10))
    assert weak.keys() == strong.keys()
    assert sum(map(abs, strong.values())) < 0.5 * sum(map(abs, weak.values()))


def test_fit_twice() -> None:
    """The same cases give the same weights."""
    assert weights(DOCUMENTS, PARSED, LABELS) == weights(DOCUMENTS, PARSED, LABELS)


def test_case_without_a_right_candidate() -> None:
    """A case in which nobody is right teaches nothing."""
    found = learnt("pronoun")
    wrong = Case("a", found[0].choices, (False,) * len(found[0].right))
    assert fit([*found, wrong], 0.02) == fit(found, 0.02)


# Confidences


def some(way: str, count: int, right: int) -> list[Outcome]:
    """Outcomes of one way, so many of them right."""
    return [Outcome(way, 0.9, 0.9, number < right) for number in range(count)]


def test_confidences() -> None:
    """Each way has its own, near to how often it is right; those too rare have that of all."""
    found = [*some("pronoun", 100, 50), *some("surname", 300, 290), *some("itself", 3, 0)]
    learnt_ = confidences(found)
    assert sorted(learnt_) == sorted(WAYS)
    weigher = Chooser("", {}, learnt_)
    assert weigher.confidence("pronoun", 0.9, 0.9) == pytest.approx(0.5, abs=0.05)
    assert weigher.confidence("surname", 0.9, 0.9) == pytest.approx(0.967, abs=0.05)
    assert learnt_["itself"] == learnt_["description"]
    assert weigher.confidence("itself", 0.9, 0.9) == pytest.approx(340 / 403, abs=0.05)


def test_outcomes() -> None:
    """Speakers that are found in texts with labels are right or wrong."""
    found = outcomes(DOCUMENTS, PARSED, LABELS, Chooser("", weights(DOCUMENTS, PARSED, LABELS), {}))
    assert {each.way for each in found} <= {"pronoun", "itself", "description"}
    assert all(each.is_right for each in found)
    assert outcomes(DOCUMENTS, PARSED, {}, EVEN) == []


def test_halves() -> None:
    """Documents are divided in two, always the same way."""
    one, other = halves(DOCUMENTS)
    assert abs(len(one) - len(other)) <= 1
    assert {each.id for each in [*one, *other]} == set(PARSED)
    assert halves(DOCUMENTS) == (one, other)


# Files


def test_train(tmp_path: Path) -> None:
    """What was trained is what is loaded, and learns nothing from what is held back."""
    held = {each: LABELS[each] for each in sorted(LABELS)[::3]}
    made = train(DOCUMENTS, PARSED, learnt=LABELS, held=held, out=tmp_path)
    loaded = chooser.load(tmp_path)
    assert loaded == made
    for case in learnt("pronoun"):
        assert loaded(case.choices) == made(case.choices)
    rest = {each: labels for each, labels in LABELS.items() if each not in held}
    assert made.weights == weights(DOCUMENTS, PARSED, rest)


def label_file(path: Path, labels: dict[str, list[Label]]) -> Path:
    """A file of labels."""
    lines = [
        {
            "id": name,
            "sources": [
                {"span": each.span, "kind": each.kind, "speaker": each.speaker, "named": each.named}
                for each in of_one
            ],
        }
        for name, of_one in labels.items()
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_command(tmp_path: Path) -> None:
    """The command reads documents and labels, and writes files that load."""
    corpus, out = tmp_path / "corpus.jsonl", tmp_path / "out"
    lines = [document.to_json(with_text=True) + "\n" for document in DOCUMENTS]
    corpus.write_text("".join(lines), encoding="utf-8")
    paths = {
        "corpus": corpus,
        "labels": label_file(tmp_path / "learnt.jsonl", LABELS),
        "held": label_file(tmp_path / "held.jsonl", dict(list(LABELS.items())[:4])),
        "out": out,
    }
    given_ = [word for name, path in paths.items() for word in (f"--{name}", str(path))]
    result = CliRunner().invoke(app, given_)
    assert (result.exit_code, result.output) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == ["SHA256SUMS", SETTINGS]
    assert sorted(chooser.load(out).confidences) == sorted(WAYS)


def test_novel() -> None:
    """A novel's sources stand for the speakers of the gold quotes that they go with."""
    text = "Ann Lee left.\n\n“We are ready to go home now,” she said.\n\n“Far,” said Bo."
    said, late = "“We are ready to go home now,”", "“Far,”"
    quotes = tuple(
        Quote((Span.of(text, text.index(words), text.index(words) + len(words)),), speaker=who)
        for words, who in ((said, Speaker("Ann Lee", aliases=("Ann",))), (late, Speaker("Bo")))
    )
    lesson = novel(Document("a", text, quotes), load().nlp, most=text.index(late))
    [label] = lesson.labels
    assert text[slice(*label.span)] == "she"
    assert label.of(text) == Speaker("Ann Lee", aliases=("Ann",))
    assert lesson.doc.text == lesson.document.text == text[: text.index(late)]
    assert lesson.document.quotes == quotes[:1]


def test_any_name_of_a_character_is_right() -> None:
    """A label of a novel has all names that the text has, broken over lines or in another case."""
    text = "Ann\nLee left. Miss Lee, the stranger, was gone.\n\n“We are ready,” she said."
    speaker = Speaker("The Stranger", aliases=("Ann Lee", "Miss Lee", "Leeann"))
    quote = Quote((Span.of(text, text.index("“"), text.index(" she")),), speaker=speaker)
    [label] = novel(Document("a", text, (quote,)), load().nlp).labels
    gold = label.of(text)
    assert gold == Speaker("the stranger", aliases=("Miss Lee", "Ann\nLee"))
    assert is_one_of(gold, Speaker("Ann Lee"))
    assert is_one_of(gold, Speaker("stranger", named=False))
    assert not is_one_of(gold, Speaker("Bob Lee"))
    assert not is_one_of(gold, None)
    assert is_one_of(None, None)
    assert not is_one_of(None, Speaker("Ann Lee"))


def talk(first: str, second: str) -> Document:
    """A conversation in which two are named, and then answer each other."""
    words = ["Where were you last night?", "At home, of course,", "Nobody saw you there."]
    words += ["I was asleep all the time.", "And the window was open?", "It was very hot."]
    said = [f" asked {first}.", f" said {second}.", *[""] * 4]
    text = "\n\n".join(f"“{each}”{who}" for each, who in zip(words, said, strict=True))
    quotes = tuple(
        Quote(
            (Span.of(text, text.index(each) - 1, text.index(each) + len(each) + 1),),
            speaker=Speaker((first, second)[number % 2]),
        )
        for number, each in enumerate(words)
    )
    return Document(first, text, quotes)


def test_turns_of_a_novel() -> None:
    """A quotation without source stands for its gold speaker, at the place where it starts."""
    document = talk("Ann Lee", "Bob Ray")
    lesson = novel(document, load().nlp)
    assert [label.of(document.text) for label in lesson.labels] == [
        quote.speaker for quote in document.quotes
    ]
    starts = [quote.start for quote in document.quotes]
    assert [label.span for label in lesson.labels][2:] == [(at, at) for at in starts[2:]]


def test_novels_teach_turns() -> None:
    """Weights for turns come from conversations; without any there are none."""
    names = [("Ann Lee", "Bob Ray"), ("Mary Moore", "John Fox"), ("Rosa Diaz", "Tom Price")]
    lessons = [novel(talk(*pair), load().nlp) for pair in names]
    found = weights([], {}, {}, lessons)["turn"]
    assert found["2 turns before"] > 0 > found["1 turns before"]
    assert weights([], {}, {})["turn"] == {}


def test_novel_that_never_names_a_speaker() -> None:
    """A speaker whom the text never names is nobody's label."""
    text = "“We are ready to go home now,” she said."
    quote = Quote((Span.of(text, 0, 30),), speaker=Speaker("Ann Lee"))
    assert novel(Document("a", text, (quote,)), load().nlp).labels == []
