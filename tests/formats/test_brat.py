"""brat standoff: the seeds' dialect, PolNeAR's, and what is malformed."""

import io
import json
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings

from quoteattr.errors import FileDecodeError, FileReadError, FormatError
from quoteattr.formats import brat, load
from quoteattr.marks import kind_of, pair
from quoteattr.quotes import Document, Kind, Medium, Quote, Span, Speaker, SpeakerType
from strategies import documents

SEEDS = Path(__file__).parents[2] / "seeds"
TEXT = "“A,” Ann said,\r\n“B.” Bob hopes so."
# As PolNeAR has it: arguments in any order, a type of its own, no attributes and no notes.
PLAIN = """\
T1\tSource 5 8\tAnn
T2\tCue 9 13\tsaid
T3\tContent 0 4;16 20\t“A,” “B.”
T4\tAttribution 9 13\tsaid
E1\tAttribution:T4 Source:T1 Content:T3 Cue:T2
T5\tDiscard 14 16\t 
T6\tCue 25 30\thopes
T7\tContent 31 33\tso
T8\tAttribution-no-source 25 30\thopes
E2\tAttribution-no-source:T8 Content:T7 Cue:T6
"""  # noqa: W291


def ann(folder: Path, lines: str, text: str = TEXT) -> Path:
    """An .ann file with its .txt."""
    path = folder / "a.ann"
    path.with_suffix(".txt").write_bytes(text.encode())
    path.write_bytes(lines.encode())
    return path


def quotes_of(folder: Path, lines: str) -> tuple[Quote, ...]:
    """The quotes that an .ann file holds."""
    [document] = brat.read(ann(folder, lines))
    return document.quotes


def error_of(path: Path) -> str:
    """The message with which a file is refused, without its path."""
    with pytest.raises(FormatError) as caught:
        list(brat.read(path))
    assert str(caught.value).startswith(f"{path}, ")
    return str(caught.value).removeprefix(f"{path}, ")


def lines_of(*quotes: Quote, text: str = TEXT) -> list[str]:
    """The lines that are written for quotes."""
    stream = io.StringIO()
    brat.write(Document("a", text, quotes), stream)
    return stream.getvalue().splitlines()


def test_the_plain_dialect(tmp_path: Path) -> None:
    """Roles come in any order; without more, a quotation is speech by nobody, its kind known."""
    assert quotes_of(tmp_path, PLAIN) == (
        Quote(
            (Span(0, 4, "“A,”"), Span(16, 20, "“B.”")),
            cue=(Span(9, 13, "said"),),
            source=(Span(5, 8, "Ann"),),
            kind=Kind.DIRECT,
        ),
        Quote((Span(31, 33, "so"),), cue=(Span(25, 30, "hopes"),), kind=Kind.INDIRECT),
    )


def test_medium_and_speaker(tmp_path: Path) -> None:
    """The medium is an attribute, the speaker a note; either may come in any place."""
    facts = {"speaker": "some man", "named": False}
    lines = (
        f"A1\tMedium E2 thought\n{PLAIN}"
        f"#1\tAnnotatorNotes E2\t{json.dumps(facts)}\n"
        '#2\tAnnotatorNotes E1\t{"speaker": "Ann; Bob"}\n'
    )
    first, second = quotes_of(tmp_path, lines)
    assert (first.medium, second.medium) == (Medium.SPEECH, Medium.THOUGHT)
    assert second.speaker == Speaker("some man", named=False)
    assert first.speaker == Speaker(
        "Ann; Bob", SpeakerType.GROUP, members=(Speaker("Ann"), Speaker("Bob"))
    )


def test_nobody(tmp_path: Path) -> None:
    """A note may say that there is no speaker."""
    [quote, _] = quotes_of(tmp_path, PLAIN + '#1\tAnnotatorNotes E1\t{"speaker": null}\n')
    assert quote.speaker is None


def test_other_annotations_are_passed_over(tmp_path: Path) -> None:
    """Relations, equivalences, other events, other attributes and people's notes don't disturb."""
    others = (
        "R1\tSame Arg1:T1 Arg2:T2\n*\tEquiv T1 T2\nE9\tOther:T2 Thing:T1\nA5\tSure E1\nM1\tNot E2\n"
        "N1\tReference T1 Wikipedia:534366\tAnn\n#1\tAnnotatorNotes E1\tor is it?\n"
        "#2\tAnnotatorNotes T1\t{odd}\n#3\tAnnotatorNotes E1\t{sic}\n"
        '#4\tAnnotatorNotes E2\t{"why": "so"}\n\n'
    )
    assert quotes_of(tmp_path, others + PLAIN) == quotes_of(tmp_path, PLAIN)


@pytest.mark.parametrize("role", ["Kind", "Speaker", "Evidence", "Place"])
def test_other_roles_are_passed_over(tmp_path: Path, role: str) -> None:
    """An event may have roles of one's own; no quote has them."""
    lines = PLAIN.replace("Attribution:T4 ", f"Attribution:T4 {role}:T1 ")
    assert quotes_of(tmp_path, lines) == quotes_of(tmp_path, PLAIN)


def test_numbered_roles(tmp_path: Path) -> None:
    """A second argument of one role has a number and belongs to the same quotation."""
    lines = "T1\tContent 0 4\tx\nT2\tContent 16 20\tx\nE1\tAttribution:T1 Content:T1 Content2:T2\n"
    [quote] = quotes_of(tmp_path, lines)
    assert quote.text == "“A,” “B.”"


def test_line_ends_of_windows(tmp_path: Path) -> None:
    """An .ann file with CRLF is the same."""
    assert quotes_of(tmp_path, PLAIN.replace("\n", "\r\n")) == quotes_of(tmp_path, PLAIN)


def test_an_empty_file(tmp_path: Path) -> None:
    """No annotations are no quotes, and that is a document."""
    assert quotes_of(tmp_path, "") == ()


@pytest.mark.parametrize("as_given", ["./a.ann", "a.ann"])
def test_the_id_is_the_path_of_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_given: str
) -> None:
    """The id is what the command line gives the same text: its path as given."""
    ann(tmp_path, PLAIN)
    monkeypatch.chdir(tmp_path)
    [document] = load(as_given)
    assert document.id == as_given.replace(".ann", ".txt")
    assert document.text == TEXT


def test_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is read in the order of its names; only .ann files count."""
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.txt").write_text(name, encoding="utf-8")
    for name in ("b", "a"):
        (tmp_path / f"{name}.ann").touch()
    monkeypatch.chdir(tmp_path)
    assert [(document.id, document.text) for document in load(".")] == [
        ("./a.txt", "a"),
        ("./b.txt", "b"),
    ]
    assert [document.id for document in load(f"{tmp_path}/")] == [
        f"{tmp_path}/a.txt",
        f"{tmp_path}/b.txt",
    ]


def test_an_empty_folder(tmp_path: Path) -> None:
    """A folder without .ann files is the wrong one."""
    with pytest.raises(FormatError) as caught:
        list(load(tmp_path))
    assert str(caught.value).startswith(f"the folder '{tmp_path}' holds no .ann file; expected ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "T1 Content 0 4 x",
            (
                "expected an id such as T1, E1, A1 or #1, a tab, a type and what it is about; "
                "got 'T1 Content 0 4 x'"
            ),
        ),
        ("X1\tContent 0 4\tx", "expected an id such as T1, E1"),
        ("T1\tContent", "expected an id such as T1, E1"),
        (
            "T1\tContent 0-4\tx",
            "expected offsets such as '0 5' or '0 5;9 12' after the type, got '0-4'",
        ),
        ("T1\tContent 0 4;\tx", "got '0 4;'"),
        (f"T1\tContent 0 {'9' * 5000}\tx", "expected offsets such as '0 5'"),
        ("T1\tContent 4 4\tx", "4 to 4 is no span of the text, which has 34 characters"),
        ("T1\tContent 4 2\tx", "4 to 2 is no span of the text"),
        ("T1\tContent 0 35\tx", "0 to 35 is no span of the text"),
        ("E1\tAttribution:T3 Cue:T2", "E1 has no Content; a quotation needs one"),
        (
            "E1\tAttribution:T3 Content:T9",
            "'Content:T9' names no text-bound annotation; expected ROLE:T1 and a line for T1",
        ),
        ("E1\tAttribution:T3 Content", "'Content' names no text-bound annotation"),
        ("A1\tMedium E7 speech", "the medium belongs to 'E7', which is no Attribution event"),
        ("A1\tMedium E8 sung", "the medium must be one of speech, thought; got 'sung'"),
        ("A1\tMedium E8", "the medium must be one of speech, thought; got ''"),
        ('#1\tAnnotatorNotes E8\t{"speaker": ', "the note is not JSON: Expecting value"),
    ],
)
def test_malformed_lines(tmp_path: Path, line: str, message: str) -> None:
    """The message has the file, the line's number, and why."""
    head = "T2\tCue 9 13\tsaid\nT3\tContent 0 4\t“A,”\n\nE8\tAttribution:T2 Content:T3\n"
    error = error_of(ann(tmp_path, head + line + "\n"))
    assert error.startswith("line 5: ")
    assert message in error


def test_a_speaker_of_another_type(tmp_path: Path) -> None:
    """A note whose JSON is not as agreed is refused with its place."""
    path = ann(tmp_path, PLAIN + '#1\tAnnotatorNotes E1\t{"speaker": 5}\n')
    assert error_of(path).endswith(f"@ document '{tmp_path}/a.txt'.quotes[0].speaker")


def test_a_missing_text(tmp_path: Path) -> None:
    """An .ann file without its .txt says which file is missing."""
    path = ann(tmp_path, PLAIN)
    path.with_suffix(".txt").unlink()
    with pytest.raises(FileReadError, match=r"a\.txt': there is no such file"):
        list(brat.read(path))


def test_not_utf_8(tmp_path: Path) -> None:
    """An .ann file in another encoding is refused."""
    path = ann(tmp_path, PLAIN)
    path.write_bytes(PLAIN.encode("cp1252"))
    with pytest.raises(FileDecodeError, match="iconv -f cp1252"):
        list(brat.read(path))


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.ann")), ids=lambda path: path.stem)
def test_the_seeds_are_written_as_they_are(path: Path) -> None:
    """Read and written again, the gold is the same to the byte."""
    [document] = brat.read(path)
    stream = io.StringIO(newline="")
    brat.write(document, stream)
    assert stream.getvalue().encode() == path.read_bytes()


def test_the_seeds() -> None:
    """The gold has what its README says: five texts, nested and interrupted quotations."""
    gold = list(load(SEEDS))
    quotes = [quote for document in gold for quote in document.quotes]
    assert [Path(document.id).name for document in gold] == sorted(
        path.name for path in SEEDS.glob("*.txt")
    )
    assert len(quotes) == 95
    assert any(len(quote.content) > 1 for quote in quotes)
    assert sum(quote.speaker is None for quote in quotes) == 1
    assert {quote.medium for quote in quotes} == set(Medium)
    assert {quote.kind for quote in quotes} == set(Kind)


def test_what_is_written() -> None:
    """A span of two quotations is written once; the trigger stands where the cue does."""
    source = (Span.of(TEXT, 5, 8),)
    ann_lee = Speaker("Ann Lee", SpeakerType.PERSON, aliases=("Ann",))
    first = Quote((Span.of(TEXT, 0, 4),), (Span.of(TEXT, 9, 13),), source, ann_lee)
    second = Quote((Span.of(TEXT, 16, 20),), (), source, medium=Medium.THOUGHT)
    assert lines_of(first, second) == [
        "T1\tContent 0 4\t“A,”",
        "T2\tCue 9 13\tsaid",
        "T3\tSource 5 8\tAnn",
        "T4\tAttribution 9 13\tsaid",
        "E1\tAttribution:T4 Content:T1 Cue:T2 Source:T3",
        "A1\tMedium E1 speech",
        '#1\tAnnotatorNotes E1\t{"speaker": "Ann Lee", "named": true}',
        "T5\tContent 16 20\t“B.”",
        "T6\tAttribution 16 20\t“B.”",
        "E2\tAttribution:T6 Content:T5 Source:T3",
        "A2\tMedium E2 thought",
        '#2\tAnnotatorNotes E2\t{"speaker": null}',
    ]


def test_the_text_column_is_a_line() -> None:
    """Line ends become spaces, one for one, and a lone surrogate a question mark."""
    text = "a\r\nb\ud800"
    quote = Quote((Span.of(text, 0, 5),), speaker=Speaker("Kıran \ud800"))
    assert lines_of(quote, text=text)[0] == "T1\tContent 0 5\ta  b?"
    assert lines_of(quote, text=text)[-1].endswith('{"speaker": "Kıran \\ud800", "named": true}')


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents(min_size=1))
def test_written_documents_are_read_back(tmp_path: Path, document: Document) -> None:
    """Spans, media and speakers' names come back; kinds follow from the marks."""
    # A text file can't hold lone surrogates, nor tell a byte order mark at its head from text.
    text = document.text.encode(errors="replace").decode().replace("\ufeff", "?")
    quotes = [_cut_from(text, quote) for quote in document.quotes]
    path = tmp_path / "a.ann"
    path.with_suffix(".txt").write_bytes(text.encode())
    with path.open("w", encoding="utf-8", newline="") as stream:
        brat.write(Document("a", text, tuple(quotes)), stream)
    [again] = brat.read(path)
    assert (again.id, again.text) == (f"{tmp_path}/a.txt", text)
    for quote, same in zip(quotes, again.quotes, strict=True):
        assert (same.content, same.cue, same.source) == (quote.content, quote.cue, quote.source)
        assert (same.medium, same.kind) == (quote.medium, kind_of(quote.content, pair(text)))
        assert _facts(same.speaker) == _facts(quote.speaker)


def _cut_from(text: str, quote: Quote) -> Quote:
    def cut(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span.of(text, span.start, span.end) for span in spans)

    return evolve(
        quote, content=cut(quote.content), cue=cut(quote.cue), source=cut(quote.source), evidence=()
    )


def _facts(speaker: Speaker | None) -> tuple[list[str], bool] | None:
    """What brat keeps of a speaker: the names, and whether they are names."""
    names = [name.strip() for name in speaker.name.split(";")] if speaker else []
    known = [name for name in names if name]
    return (known, speaker.named) if speaker and known else None


def test_an_empty_span() -> None:
    """Brat has no empty spans; the message says where there is one."""
    quote = Quote((Span.of(TEXT, 0, 4),), cue=(Span.of(TEXT, 9, 9),))
    with pytest.raises(FormatError) as caught:
        lines_of(quote)
    assert str(caught.value) == (
        "the document 'a' can't be written as brat, which has no empty spans: there is one at 9; "
        "leave it out, or write JSON Lines, which hold it"
    )


def test_the_folders_of_polnear(tmp_path: Path) -> None:
    """PolNeAR has its texts in a folder beside, without the annotator in their names."""
    for name in ("attributions", "text"):
        (tmp_path / name).mkdir()
    (tmp_path / "text" / "nyt_a.txt").write_bytes(TEXT.encode())
    path = tmp_path / "attributions" / "nyt_a_4b22.ann"
    path.write_bytes(PLAIN.encode())
    [document] = load(path)
    assert document.id == str(tmp_path / "text" / "nyt_a.txt")
    assert (document.text, document.quotes) == (TEXT, quotes_of(tmp_path, PLAIN))


def test_parts_out_of_order(tmp_path: Path) -> None:
    """The parts of a span stay in the order in which they are given, as PolNeAR has some."""
    [quote] = quotes_of(tmp_path, "T1\tContent 16 20;0 4\tx\nE1\tAttribution:T1 Content:T1\n")
    assert quote.content == (Span.of(TEXT, 16, 20), Span.of(TEXT, 0, 4))


def test_quotations_of_litbank(tmp_path: Path) -> None:
    """LitBank's quotations are tables though their names end in .ann; the message says so."""
    path = ann(tmp_path, "QUOTE\tQ345\t34\t38\t36\t13\t“ A , ”\n")
    assert error_of(path).endswith(
        "; this looks like a quotation of LitBank, whose .ann files are tables: read its whole "
        "folder with quoteattr.corpora.litbank"
    )
