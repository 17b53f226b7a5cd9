"""The shipped network: its files, and what it reads the same whatever surrounds it."""

import json
import re
import shutil
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import quoteattr
from quoteattr.decoding import Attribution
from quoteattr.errors import ModelFileError
from quoteattr.marks import pair
from quoteattr.modelfiles import write
from quoteattr.tagger import CHECKSUMS, NETWORK, SETTINGS, TOKENIZER, load, scorer
from strategies import prose, texts

SHIPPED = Path(quoteattr.__file__).parent / "data" / "tagger"
FILES = (NETWORK, TOKENIZER, SETTINGS, CHECKSUMS)
REMEDY = "copy the folder anew, or train the model again"

READY = "“We are ready,” said Ann Lee."


def tagged(text: str) -> list[Attribution]:
    """What the shipped network finds in a text."""
    return load()(text, pair(text))


def words(text: str, attribution: Attribution) -> tuple[list[str], str | None, str | None]:
    """Contents, cue and source of an attribution."""
    cue, source = (place and text[slice(*place)] for place in (attribution.cue, attribution.source))
    return [text[start:end] for start, end in attribution.content], cue, source


# Files


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of the shipped files."""
    copy = tmp_path / "tagger"
    shutil.copytree(SHIPPED, copy)
    yield copy
    shutil.rmtree(copy)


def test_loaded_once() -> None:
    """The tagger is loaded at the first call and kept."""
    assert load() is load()


def test_load_from_a_folder(folder: Path) -> None:
    """A model may stand in any folder."""
    other = load(folder)
    assert other is load(folder)
    assert other is not load()
    assert (other.name, other.calibration) == (load().name, load().calibration)
    assert other(READY, pair(READY)) == tagged(READY)


@pytest.mark.parametrize("name", FILES)
def test_missing_file(folder: Path, name: str) -> None:
    """A file that is missing is named, with what to do."""
    (folder / name).unlink()
    with pytest.raises(ModelFileError) as caught:
        load(folder)
    message = f"the model file {str(folder / name)!r} can't be read; {REMEDY}"
    assert str(caught.value) == message


def test_missing_folder(tmp_path: Path) -> None:
    """Where there is no model, that is said of the file that is read first."""
    with pytest.raises(ModelFileError, match=rf"{CHECKSUMS}' can't be read; copy"):
        load(tmp_path / "nowhere")


def test_other_calibration(folder: Path) -> None:
    """A model whose confidences need other signs is refused when it is loaded."""
    settings = json.loads((folder / SETTINGS).read_text("utf-8"))
    settings["calibration"]["source"]["weights"].pop()
    contents = {name: (folder / name).read_bytes() for name in (NETWORK, TOKENIZER)}
    write(folder, {**contents, SETTINGS: json.dumps(settings).encode()})
    with pytest.raises(ModelFileError) as caught:
        load(folder)
    what = f"the model file {str(folder / SETTINGS)!r} has 7 calibration weights instead of 8"
    assert str(caught.value) == f"{what}; {REMEDY}"


def flip(path: Path, at: int) -> None:
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", [NETWORK, TOKENIZER, SETTINGS])
@pytest.mark.parametrize("at", [0, 100, -1])
def test_altered_file(folder: Path, name: str, at: int) -> None:
    """A file in which one bit is another is named, with what to do."""
    flip(folder / name, at)
    with pytest.raises(ModelFileError) as caught:
        load(folder)
    what = f"the model file {str(folder / name)!r} is not the file that its checksum describes"
    assert str(caught.value) == f"{what}; {REMEDY}"


@pytest.mark.parametrize("at", [0, 70, -2])
def test_altered_checksums(folder: Path, at: int) -> None:
    """Checksums that were altered describe some file no longer."""
    flip(folder / CHECKSUMS, at)
    with pytest.raises(ModelFileError, match="is not the file that its checksum describes"):
        load(folder)


def test_checksums_are_those_of_sha256sum() -> None:
    """The checksums have a line for each other file, as ``sha256sum --check`` wants it."""
    lines = (SHIPPED / CHECKSUMS).read_text("ascii").splitlines()
    named = [re.fullmatch(r"[0-9a-f]{64}  (\S+)", line) for line in lines]
    assert sorted(match[1] for match in named if match) == sorted(FILES[:3])


@pytest.mark.parametrize("name", [TOKENIZER, SETTINGS])
def test_json(name: str) -> None:
    """The tokenizer and the settings are JSON."""
    assert isinstance(json.loads((SHIPPED / name).read_text("utf-8")), dict)


def test_network_is_onnx() -> None:
    """The network is one in ONNX, of operators that ONNX and its runtime define."""
    onnx = pytest.importorskip("onnx")
    model = onnx.load_model_from_string((SHIPPED / NETWORK).read_bytes())
    onnx.checker.check_model(model)
    assert {entry.domain for entry in model.opset_import} <= {"", "ai.onnx.ml", "com.microsoft"}
    assert [each.name for each in model.graph.input] == ["ids", "features"]
    assert [each.name for each in model.graph.output] == ["tags", "cues", "sources"]


def test_no_pickles() -> None:
    """No file is a pickle or an archive, such as could run code."""
    for path in SHIPPED.iterdir():
        content = path.read_bytes()
        assert not content.startswith((b"\x80", b"PK\x03\x04", b"\x1f\x8b")), path
        assert b"_rebuild_tensor" not in content, path


# The network


def test_scores() -> None:
    """Scores are of the shapes that reading wants, and the same each time."""
    ids, features = np.array([101, 2057, 2024, 102]), np.zeros(4, np.int64)
    scores = load().score(ids, features)
    assert [part.shape for part in scores] == [(4, 7), (4, 4), (4, 4)]
    again = scorer((SHIPPED / NETWORK).read_bytes())(ids, features)
    for part, same in zip(scores, again, strict=True):
        assert np.array_equal(part, same)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (READY, (["“We are ready,”"], "said", "Ann Lee")),
        (
            "Ann Lee said that the bridge would open in May.",
            (["that the bridge would open in May"], "said", "Ann Lee"),
        ),
    ],
)
def test_finds(text: str, found: tuple[list[str], str, str]) -> None:
    """Plain quotations are found, direct and indirect."""
    assert [words(text, each) for each in tagged(text)] == [found]


@pytest.mark.parametrize("text", ["", " ", "\n", "\ud800", "\0"])
def test_nothing_to_read(text: str) -> None:
    """Where there is nothing to read there are no attributions."""
    assert tagged(text) == []
    assert load().nested(text, pair(text).outer) == []


@settings(max_examples=30)
@given(texts() | prose())
def test_any_text(text: str) -> None:
    """No text raises."""
    tagged(text)
    load().nested(text, pair(text).outer)


# Marks of other styles


@pytest.mark.parametrize(
    ("opening", "closing"), [('"', '"'), ("«", "»"), ("„", "“"), ("»", "«"), ("‘", "’"), ("'", "'")]
)
def test_marks_of_every_style(opening: str, closing: str) -> None:
    """Other quotation marks change nothing, to the last bit."""
    text = f"{READY} He left.\n\nBo Ray called it “a bad idea” and went home."
    other = text.replace("“", opening).replace("”", closing)
    assert tagged(text)
    assert tagged(other) == tagged(text)


# Within quoted text


def test_nested() -> None:
    """Quoted text is read by itself once more; its attributions stand where it does."""
    outer = "Mr. Ray told me: ‘We will not go there today or tomorrow.’ I believe him."
    text = f"It rained. “{outer}” said Ann Lee."
    inner = tagged(outer)
    assert inner
    assert load().nested(text, pair(text).outer) == [each.moved(12) for each in inner]


def test_short_quoted_text_is_not_read() -> None:
    """Quoted text of a few words has no room for a quotation within."""
    text = "“‘No,’ Bo Ray said,” Ann Lee said."
    assert load().nested(text, pair(text).outer) == []


# Whatever else is read

NAMES = ("Ann Lee", "Bo Ray", "Mayor Cy Day", "The ministry", "She", "A spokesman", "Dr. Eve Fox")
FRAMES = (
    "“We are ready,” said {}. “Nobody knows the hour.”",
    "{} said that the bridge would open in May.",
    "According to {}, it was “a very long night” for all.\n\n“It is over.”",
    "The so-called “deal” failed, {} told reporters: “It is bad.”",
)
STREAM = [frame.format(name) for frame in FRAMES for name in NAMES]


@pytest.fixture(scope="module", name="attributor")
def _attributor() -> quoteattr.Attributor:
    """What finds quotations of all media."""
    return quoteattr.load(medium="all")


@pytest.mark.parametrize("size", [1, 7, 64])
def test_streams(attributor: quoteattr.Attributor, size: int) -> None:
    """A text has the same quotes, to the last bit, alone and in a stream of any length."""
    stream = list(islice(cycle(STREAM), size))
    documents = list(attributor.pipe(stream))
    assert any(document.quotes for document in documents)
    for text, document in reversed(list(zip(stream, documents, strict=True))):
        assert attributor(text).quotes == document.quotes


def test_alone_or_after_others(folder: Path) -> None:
    """What a tagger reads first it reads the same after other texts."""
    fresh = load(folder)
    text = STREAM[0]
    first = fresh(text, pair(text))
    for other in STREAM:
        fresh(other, pair(other))
    assert fresh(text, pair(text)) == first == tagged(text)


# Long texts

FILLER = "The road was long, and the night was cold and dark. "
ARTICLE = "\n\n".join([*STREAM[:4], "It rained all day."])


@pytest.mark.parametrize("more", [1, 40])
def test_far_away_text_changes_nothing(more: int) -> None:
    """What stands windows away changes nothing, to the last bit."""
    text = f"{ARTICLE}\n\n{FILLER * 60}"
    found, after_more = tagged(text), tagged(f"{text}\n\n{STREAM[1] * more}")
    near = [each for each in found if each.content[0][0] < len(ARTICLE)]
    assert len(near) >= 3
    assert near == after_more[: len(near)]
    assert len(after_more) > len(found)


def test_every_window_is_read() -> None:
    """Quotations are found at the start, in the middle and at the end of a long text."""
    text = f"\n\n{FILLER * 50}\n\n".join([READY] * 3)
    found = [words(text, each) for each in tagged(text)]
    assert [(content, cue) for content, cue, _ in found] == [(["“We are ready,”"], "said")] * 3
