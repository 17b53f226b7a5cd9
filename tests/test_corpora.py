"""Published corpora: what is read of them, and what is said of files that are not as they were."""

import os
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from quoteattr import corpora
from quoteattr.errors import FileReadError, FormatError
from quoteattr.quotes import AttributionType, Document, Kind, Quote, Span, Speaker

CORPORA = os.environ.get("QUOTEATTR_CORPORA", "")

ARTICLE = "Lee’s aide says “we can.”\n\nIt was done, as reported.\n"
LABELS = """\
T1\tSource 0 10\tLee’s aide
T2\tCue 11 15\tsays
T3\tContent 17 19;20 23\twe can
T4\tAttribution 11 15\tsays
E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1
T5\tCue 40 51\tas reported
T6\tContent 27 38\tIt was done
T7\tAttribution-no-source 40 51\tas reported
E2\tAttribution-no-source:T7 Content:T6 Cue:T5
"""

EXCERPT = "“ No , ” said Ann Lee .\nThe old man sighed : “ Well . \u2003 Then ,\nlet us go . ”\n"
COREFERENCE = """\
T1\tAnn_Lee-0 14 21\tAnn Lee
T2\tPROP_PER 14 21\tAnn Lee
T3\tthe_old_man-1 24 35\tThe old man
T4\tNOM_PER 24 35\tThe old man
R1\tcop Arg1:T1 Arg2:T3
"""
QUOTATIONS = """\
QUOTE\tQ2\t1\t5\t2\t4\t“ Well . \u2003 Then , let us go . ”
QUOTE\tQ1\t0\t0\t0\t3\t“ No , ”
ATTRIB\tQ1\tAnn_Lee-0
ATTRIB\tQ2\tthe_old_man-1
"""

NOVEL = '"Well,"  said Ann,\n"let us\n\ngo."\n\n"No."\n'
CAST = (
    "Character ID,Main Name,Aliases,Gender,Category\n"
    "0,Ann Lee,\"{'Mrs. Lee', 'Ann', 'Ann Lee'}\",F,major\n"
    "1,Bob,['Bob'],M,minor\n"
    "2,_unknowable,{'_unknowable'},X,minor\n"
)
HEADER = "quoteID,quoteText,subQuotationList,quoteByteSpans,speaker,addressees,quoteType\n"
WELL = (
    'Q0,"Well, let us\n\ngo.","[\'Well,\', \'let us  go.\']","[[1, 6], [20, 31]]",'
    "Ann Lee,[],Explicit\n"
)
NO = "Q1,No.,['No.'],\"[[35, 38]]\",Bob,[],Implicit\n"


def write_litbank(folder: Path, **files: str) -> Path:
    """A LitBank of one text, with other files than the usual ones if some are given."""
    contents = {"text": EXCERPT, "coreference": COREFERENCE, "quotations": QUOTATIONS, **files}
    for part in "quotations/tsv", "coref/brat":
        (folder / part).mkdir(parents=True)
    (folder / "quotations/tsv/1_a_brat.txt").write_text(contents["text"], encoding="utf-8")
    (folder / "quotations/tsv/1_a_brat.ann").write_text(contents["quotations"], encoding="utf-8")
    (folder / "coref/brat/1_a_brat.ann").write_text(contents["coreference"], encoding="utf-8")
    return folder


def write_polnear(folder: Path, **files: str) -> Path:
    """A part of PolNeAR with a text that two have labelled, and one that one has."""
    for part in "attributions", "text":
        (folder / part).mkdir(parents=True)
    for name, text in {"b_2016": ARTICLE, "a_2016": "“No,” he said.\n"}.items():
        (folder / "text" / f"{name}.txt").write_text(text, encoding="utf-8")
    labels = {"b_2016_4e07": LABELS, "b_2016_d473": "", "a_2016_5fec": "", **files}
    for name, lines in labels.items():
        (folder / "attributions" / f"{name}.ann").write_text(lines, encoding="utf-8")
    return folder


def write_pdnc(
    folder: Path, *rows: str, cast: str = CAST, header: str = HEADER, text: str = NOVEL
) -> Path:
    """A PDNC of one novel with some rows."""
    novel = folder / "data" / "ANovel"
    novel.mkdir(parents=True)
    (novel / "novel_text.txt").write_text(text, encoding="utf-8")
    (novel / "character_info.csv").write_text(cast, encoding="utf-8")
    (novel / "quotation_info.csv").write_text(header + "".join(rows), encoding="utf-8")
    return folder


# PolNeAR


def test_polnear(tmp_path: Path) -> None:
    """Articles come by name, with the labels of the first who labelled each, and its own text."""
    documents = corpora.polnear(write_polnear(tmp_path))
    assert [document.id for document in documents] == ["a_2016", "b_2016"]
    one, other = documents[1].quotes
    assert [span.text for span in one.content] == ["we", "can"]
    assert ([span.text for span in one.source], one.cue[0].text) == (["Lee’s aide"], "says")
    assert (other.text, other.source, other.speaker) == ("It was done", (), None)
    assert documents[1].text == ARTICLE
    assert documents[0].quotes == ()


def test_broken_polnear(tmp_path: Path) -> None:
    """A malformed line is an error that names it."""
    folder = write_polnear(tmp_path, a_2016_5fec="T1\tSource 0 99\tNo\n")
    with pytest.raises(FormatError, match=r"a_2016_5fec\.ann, line 1: 0 to 99 is no span"):
        corpora.polnear(folder)


# What a path is


def test_load(tmp_path: Path) -> None:
    """A folder tells by what is in it which corpus it is; all else is a file of quotes."""
    polnear = write_polnear(tmp_path / "p")
    litbank = write_litbank(tmp_path / "l")
    pdnc = write_pdnc(tmp_path / "n", WELL, NO)
    assert corpora.load(str(polnear)) == corpora.polnear(polnear)
    assert corpora.load(litbank) == corpora.litbank(litbank)
    assert corpora.load(pdnc) == corpora.pdnc(pdnc)
    document = Document("a", "No.")
    (tmp_path / "mine.jsonl").write_text(document.to_json(with_text=True), encoding="utf-8")
    assert corpora.load(tmp_path / "mine.jsonl") == [document]


@pytest.mark.parametrize("name", ["missing", "missing.jsonl"])
def test_load_nothing(tmp_path: Path, name: str) -> None:
    """A path where nothing is is an error that says so."""
    with pytest.raises(FileReadError, match=f"can't read '.*{name}'"):
        corpora.load(tmp_path / name)


def test_cut() -> None:
    """A text is cut at an empty line; what ends behind it, its source included, is left out."""
    text = "“A.”\n\n“B.”\n“C.”"
    quotes = tuple(Quote((Span.of(text, start, start + 4),)) for start in (0, 6, 11))
    document = Document("a", text, quotes)
    assert corpora.cut(document, 8) == Document("a", "“A.”", quotes[:1])
    assert corpora.cut(document, 5) == Document("a", "“A.”\n", quotes[:1])
    far = evolve(quotes[0], source=(Span.of(text, 11, 15),))
    assert corpora.cut(evolve(document, quotes=(far,)), 8).quotes == ()
    for most in 0, 100:
        assert corpora.cut(document, most) is document


# LitBank


def test_litbank(tmp_path: Path) -> None:
    """Quotes have the text's own offsets, in its order, with the labels' speakers."""
    [document] = corpora.litbank(write_litbank(tmp_path))
    assert (document.id, document.text) == ("1_a_brat", EXCERPT)
    assert [(quote.text, quote.speaker) for quote in document.quotes] == [
        ("“ No , ”", Speaker("Ann Lee")),
        ("“ Well . \u2003 Then ,\nlet us go . ”", Speaker("The old man", named=False)),
    ]
    assert {quote.kind for quote in document.quotes} == {Kind.DIRECT}


MENTIONS = [
    (
        "Ann_Lee___the_widow_s_child-0",
        ["PROP Ann Lee , the widow's child", "NOM the girl", "PROP Ann", "PRON She", "PROP Ann"],
        Speaker("Ann Lee", aliases=("Ann",)),
    ),
    ("MRS__LEE-0", ["NOM her mother", "PROP Mrs. Lee"], Speaker("Mrs. Lee")),
    (
        "the_man-12",
        ["PRON he", "NOM a stranger", "NOM the man"],
        Speaker("the man", named=False, aliases=("a stranger",)),
    ),
    ("I-2", ["PRON I"], Speaker("I", named=False)),
    ("narrator-2", ["PRON I"], Speaker("narrator", named=False)),
    ("narrator-2", [], Speaker("narrator", named=False)),
]


@pytest.mark.parametrize(("label", "mentions", "expected"), MENTIONS)
def test_litbank_names(tmp_path: Path, label: str, mentions: list[str], expected: Speaker) -> None:
    """A character bears its names, or else its descriptions; that of the label first."""
    lines = []
    for number, mention in enumerate(mentions):
        kind, _, words = mention.partition(" ")
        lines.append(f"T{number}\t{label} {number} {number + 1}\t{words}")
        lines.append(f"T{number}9\t{kind}_PER {number} {number + 1}\t{words}")
    quotations = f"QUOTE\tQ1\t0\t0\t0\t3\t“ No , ”\nATTRIB\tQ1\t{label}\n"
    folder = write_litbank(tmp_path, coreference="\n".join(lines), quotations=quotations)
    [document] = corpora.litbank(folder)
    assert [quote.speaker for quote in document.quotes] == [expected]


FIRST = QUOTATIONS.splitlines(keepends=True)[1]
BROKEN_LITBANK = [
    (
        FIRST.replace("\t3\t", "\t3 "),
        r"line 1: expected QUOTE with 7 or ATTRIB with 3 fields between tabs, got 'QUOTE\\tQ1\\t",
    ),
    (FIRST + "\nNOTE\tQ1\tx\n", r"line 3: expected QUOTE with 7 or ATTRIB with 3 fields"),
    (FIRST.replace("No", "Yes"), r"line 1: the text has '“ No , ”' from 0 to 8, not '“ Yes , ”'"),
    (FIRST.replace("\t3\t", "\t9\t"), r"line 1: the text has no tokens 0 0 0 9 \(line, token;"),
    (FIRST.replace("\t3\t", "\t-1\t"), r"line 1: the text has no tokens 0 0 0 -1 \(line, token;"),
    (FIRST.replace("\t0\t0\t", "\t0\tO\t"), r"line 1: the text has no tokens 0 O 0 3 \(line, "),
    (FIRST + "ATTRIB\tQ9\tAnn-0\n", r"line 2: there is no quotation 'Q9' above"),
]


@pytest.mark.parametrize(("quotations", "message"), BROKEN_LITBANK)
def test_broken_litbank(tmp_path: Path, quotations: str, message: str) -> None:
    """A malformed line is an error that names it."""
    with pytest.raises(FormatError, match=rf"1_a_brat\.ann, {message}"):
        corpora.litbank(write_litbank(tmp_path, quotations=quotations))


def test_broken_coreference(tmp_path: Path) -> None:
    """So is a malformed mention."""
    folder = write_litbank(tmp_path, coreference="T1\tAnn_Lee-0 14\tAnn Lee\n")
    message = r"1_a_brat\.ann, line 1: expected a mention \(T1, tab, label start end, tab, words\)"
    with pytest.raises(FormatError, match=message):
        corpora.litbank(folder)


def test_litbank_without_coreference(tmp_path: Path) -> None:
    """Without its coreference the corpus is not whole."""
    (write_litbank(tmp_path) / "coref/brat/1_a_brat.ann").unlink()
    with pytest.raises(FileReadError, match=r"1_a_brat\.ann': there is no such file"):
        corpora.litbank(tmp_path)


# PDNC


def test_pdnc(tmp_path: Path) -> None:
    """Quotes have the text's own offsets, in its order, their types and the other names."""
    [document] = corpora.pdnc(write_pdnc(tmp_path, NO, WELL))
    assert (document.id, document.text) == ("ANovel", NOVEL)
    first, second = document.quotes
    assert [span.text for span in first.content] == ["Well,", "let us\n\ngo."]
    assert first.speaker == Speaker("Ann Lee", aliases=("Ann", "Mrs. Lee"))
    assert (second.text, second.speaker) == ("No.", Speaker("Bob"))
    types = [quote.attribution for quote in document.quotes]
    assert types == [AttributionType.EXPLICIT, AttributionType.IMPLICIT]
    assert {quote.kind for quote in document.quotes} == {Kind.DIRECT}


def test_referring(tmp_path: Path) -> None:
    """What refers to a speaker comes in the order of the quotes; implicit ones have nothing."""
    header = HEADER.replace("\n", ",referringExpression\n")
    rows = NO.replace("\n", ",nan\n"), WELL.removesuffix("\n") + ",said Ann\n"
    folder = write_pdnc(tmp_path, *rows, header=header)
    assert corpora.referring(folder) == [(*corpora.pdnc(folder), ["said Ann", ""])]


def test_referring_without_expressions(tmp_path: Path) -> None:
    """A corpus that doesn't have them says so."""
    message = r"quotation_info\.csv, line 1: there is no column referringExpression$"
    with pytest.raises(FormatError, match=message):
        corpora.referring(write_pdnc(tmp_path, NO))


SPEAKERS = [
    ("Mrs. Lee", Speaker("Ann Lee", aliases=("Ann", "Mrs. Lee"))),
    ("Bob ", Speaker("Bob")),
    ("The Maid", Speaker("The Maid")),
    ("_unknowable", None),
    ("nan", None),
]


@pytest.mark.parametrize(("name", "expected"), SPEAKERS)
def test_pdnc_speakers(tmp_path: Path, name: str, expected: Speaker | None) -> None:
    """A speaker is found by any name; there may be none, and one who is not listed."""
    [document] = corpora.pdnc(write_pdnc(tmp_path, NO.replace("Bob", name)))
    assert [quote.speaker for quote in document.quotes] == [expected]


def test_main_names_go_first(tmp_path: Path) -> None:
    """Who has a name as the main one bears it, whoever else has it as another."""
    cast = CAST + "3,Ann,['Ann'],F,minor\n"
    [document] = corpora.pdnc(write_pdnc(tmp_path, NO.replace("Bob", "Ann"), cast=cast))
    assert [quote.speaker for quote in document.quotes] == [Speaker("Ann")]


@pytest.mark.parametrize("kind", ["nan", ""])
def test_pdnc_without_a_type(tmp_path: Path, kind: str) -> None:
    """A few quotations have no type."""
    [document] = corpora.pdnc(write_pdnc(tmp_path, NO.replace("Implicit", kind)))
    assert [quote.attribution for quote in document.quotes] == [None]


BROKEN_PDNC = [
    (NO.replace("38", "39"), r"line 2: the text has 'No\.\"' from 35 to 39, not 'No\.'"),
    (NO.replace("38", "380"), r"line 2: the text has '.*' from 35 to 380, not 'No\.'"),
    (WELL + NO.replace("35", "-6"), r"line 5: the text has '.*' from -6 to 38, not 'No\.'"),
    (NO.replace(", 38", ""), r"line 2: expected \[\[start, end\], …\] in quoteByteSpans, got '\["),
    (NO.replace("38", "38.5"), r"line 2: expected \[\[start, end\], …\] in quoteByteSpans"),
    (NO.replace("]]", "]"), r"line 2: expected \[\[start, end\], …\] in quoteByteSpans"),
    (NO.replace("['No.']", "No."), r"line 2: expected a list of words in subQuotationList, got "),
    (NO.replace("['No.']", "[1]"), r"line 2: expected a list of words in subQuotationList"),
    (NO.replace("['No.']", "[]"), r"line 2: 1 spans in quoteByteSpans for 0 parts in subQuotat"),
    ("Q1,No.\n", r"line 2: expected \[\[start, end\], …\] in quoteByteSpans, got ''"),
    (
        NO.replace("Implicit", "Shouted"),
        r"line 2: expected Explicit, Anaphoric or Implicit in quoteType, got 'Shouted'",
    ),
]


@pytest.mark.parametrize(("rows", "message"), BROKEN_PDNC)
def test_broken_pdnc(tmp_path: Path, rows: str, message: str) -> None:
    """A malformed row is an error that names the line on which it begins."""
    with pytest.raises(FormatError, match=rf"quotation_info\.csv, {message}"):
        corpora.pdnc(write_pdnc(tmp_path, rows))


def test_broken_cast(tmp_path: Path) -> None:
    """So is a malformed character."""
    cast = CAST.replace("['Bob']", "Bob")
    message = r"character_info\.csv, line 3: expected a list of words in Aliases, got 'Bob'"
    with pytest.raises(FormatError, match=message):
        corpora.pdnc(write_pdnc(tmp_path, NO, cast=cast))


def test_missing_column(tmp_path: Path) -> None:
    """So is a table without a column that is needed."""
    folder = write_pdnc(tmp_path, NO, header=HEADER.replace("quoteType", "type"))
    message = r"quotation_info\.csv, line 1: there is no column quoteType$"
    with pytest.raises(FormatError, match=message):
        corpora.pdnc(folder)


OTHERS = [
    (corpora.polnear, "a part of PolNeAR"),
    (corpora.litbank, "LitBank"),
    (corpora.pdnc, "PDNC"),
]


@pytest.mark.parametrize(("read", "name"), OTHERS)
def test_other_folders(tmp_path: Path, read: Callable[[Path], list[Document]], name: str) -> None:
    """A folder that is not the corpus, or not there, is an error that says what is missing."""
    for folder in tmp_path, tmp_path / "nowhere":
        with pytest.raises(
            FormatError, match=rf"{folder}' is not {name}: there is no \w+/.* in it"
        ):
            read(folder)


# The real ones


@pytest.fixture(name="unpacked")
def _unpacked(tmp_path: Path) -> Callable[[str], Path]:
    """Unpacks a corpus."""

    def unpacked(name: str) -> Path:
        with tarfile.open(Path(CORPORA) / f"{name}.tar.gz") as archive:
            archive.extractall(tmp_path, filter="data")
        return tmp_path / name

    return unpacked


@pytest.mark.skipif(not CORPORA, reason="QUOTEATTR_CORPORA names no folder of corpora")
def test_real_litbank(unpacked: Callable[[str], Path]) -> None:
    """All quotations of LitBank are read, each with its speaker."""
    documents = corpora.litbank(unpacked("litbank"))
    check_slices(documents)
    speakers = [quote.speaker for each in documents for quote in each.quotes]
    assert (len(documents), len(speakers), None in speakers) == (100, 1765, False)


@pytest.mark.skipif(not CORPORA, reason="QUOTEATTR_CORPORA names no folder of corpora")
def test_real_pdnc(unpacked: Callable[[str], Path]) -> None:
    """All quotations of PDNC are read, of all types."""
    documents = corpora.pdnc(unpacked("pdnc"))
    check_slices(documents)
    types = Counter(quote.attribution for each in documents for quote in each.quotes)
    assert len(documents) == 21
    assert types == {
        AttributionType.EXPLICIT: 8814,
        AttributionType.ANAPHORIC: 6949,
        AttributionType.IMPLICIT: 10241,
        None: 24,
    }


def check_slices(documents: list[Document]) -> None:
    """Every span is a slice of its text."""
    for document in documents:
        for quote in document.quotes:
            for span in quote.content:
                assert document.text[span.start : span.end] == span.text
