"""Labels of speakers: how they are read, what they say, and which quotes they speak of."""

import json
from pathlib import Path

import pytest

from quoteattr.errors import FormatError
from quoteattr.quotes import Document, Quote, Span, Speaker, SpeakerType
from quoteattr.training.labels import Label, labelled, read, source_of

TEXT = "Ann Lee left. “No,” she said. “Yes,” they said. “So.”"


def spans(*words: str) -> tuple[Span, ...]:
    """Where some words first stand."""
    return tuple(Span.of(TEXT, TEXT.index(each), TEXT.index(each) + len(each)) for each in words)


DOCUMENT = Document(
    "a",
    TEXT,
    (
        Quote(spans("“No,”"), spans("said"), spans("she")),
        Quote(spans("“Yes,”"), (), spans("they")),
        Quote(spans("“So.”")),
    ),
)
SHE, THEY, SO = (source_of(quote) for quote in DOCUMENT.quotes)


def write(folder: Path, *records: object) -> Path:
    """A file with a JSON object a line."""
    path = folder / "labels.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return path


def test_read(tmp_path: Path) -> None:
    """Labels come by article, those of several lines for one together."""
    she = {"span": [20, 23], "kind": "pronoun", "speaker": [[0, 7]], "named": True, "sure": False}
    none = {"span": [48, 48], "kind": "none", "speaker": None}
    path = write(
        tmp_path,
        {"id": "a", "sources": [she]},
        {"id": "b", "sources": []},
        {"id": "a", "sources": [none]},
    )
    first = Label((20, 23), "pronoun", ((0, 7),), named=True, sure=False)
    second = Label((48, 48), "none", (), named=False, sure=True)
    assert read(path) == {"a": [first, second], "b": []}


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ({"sources": []}, "KeyError('id')"),
        ({"id": "a"}, "KeyError('sources')"),
        ([], "TypeError('list indices must be integers or slices, not str')"),
        ({"id": "a", "sources": 3}, "TypeError(\"'int' object is not iterable\")"),
        (
            {"id": "a", "sources": [{"span": [1], "kind": "none", "speaker": None}]},
            "ValueError('not enough values to unpack (expected 2, got 1)')",
        ),
    ],
)
def test_malformed(tmp_path: Path, record: object, error: str) -> None:
    """A line that has no labels is named, and what is wrong with it."""
    path = write(tmp_path, {"id": "a", "sources": []}, record)
    with pytest.raises(FormatError) as caught:
        read(path)
    assert str(caught.value) == f"{path}, line 2: no labels of speakers: {error}"


@pytest.mark.parametrize(
    "label",
    [
        {"kind": "none", "speaker": None},
        {"span": [1, 2], "speaker": None},
        {"span": [1, 2], "kind": "none"},
        {"span": [1, 2], "kind": "none", "speaker": [[1]]},
        {"span": [1, 2], "kind": "none", "speaker": None, "speakers": None},
        3,
    ],
)
def test_malformed_label(tmp_path: Path, label: object) -> None:
    """A label without all its fields, or with another one, is refused."""
    path = write(tmp_path, {"id": "a", "sources": [label]})
    with pytest.raises(FormatError, match=r"labels\.jsonl, line 1: no labels of speakers: "):
        read(path)


def test_not_json(tmp_path: Path) -> None:
    """So is a line that is no JSON."""
    path = tmp_path / "labels.jsonl"
    path.write_text("“No,” she said.\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"line 1: no labels of speakers: JSONDecodeError"):
        read(path)


@pytest.mark.parametrize(
    ("speaker", "named", "expected"),
    [
        ([[0, 7]], True, Speaker("Ann Lee", SpeakerType.UNKNOWN)),
        ([[20, 23]], False, Speaker("she", SpeakerType.UNKNOWN, named=False)),
        ([[0, 3], [4, 7]], True, Speaker("Ann; Lee", SpeakerType.GROUP)),
        (None, False, None),
    ],
)
def test_speaker(speaker: list[list[int]] | None, named: bool, expected: Speaker | None) -> None:  # noqa: FBT001 - as in the file
    """A label's speaker has the name that stands in the text, or those of all who speak."""
    assert Label(SHE, "pronoun", speaker, named=named).of(TEXT) == expected


def test_source_of() -> None:
    """The place of a label is the source, or the start of the content."""
    assert [TEXT[start:end] for start, end in (SHE, THEY, SO)] == ["she", "they", ""]
    assert TEXT[SO[0] :] == "“So.”"


def test_labelled() -> None:
    """Quotes have the speakers of their labels; those without a label are left out."""
    labels = [
        Label(SO, "none", ()),
        Label(SHE, "pronoun", ((0, 7),), named=True),
        Label((1, 2), "pronoun", ()),
    ]
    document = labelled(DOCUMENT, labels)
    speakers = [(quote.text, quote.speaker) for quote in document.quotes]
    assert speakers == [("“No,”", Speaker("Ann Lee", SpeakerType.UNKNOWN)), ("“So.”", None)]
    assert labelled(DOCUMENT, []).quotes == ()
