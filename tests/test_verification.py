"""What a text says of a quote that is given: verbatim, altered, spliced, another's or absent."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoteattr import Attributor, Document, Quote, Span, Speaker, Verdict, load, verify
from quoteattr.errors import InputTypeError
from timing import growth

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))
TEXT = (
    "“We will not wait for ever,” Ann Lee said. “Let us begin tonight.” "
    "The hall was full of people. “It is cold outside, and we are all tired,” Dr. Bob Roe and "
    "Cy Day said. "
    "“We are all tired … and hungry,” somebody said."
)


def quoted(*contents: str, speaker: Speaker | None) -> Quote:
    """A quote in the text, by its spans."""
    starts = [TEXT.index(content) for content in contents]
    spans = [
        Span.of(TEXT, start, start + len(content))
        for start, content in zip(starts, contents, strict=True)
    ]
    return Quote(tuple(spans), speaker=speaker)


LEE = Speaker("Ann Lee", aliases=("Lee",))
BOTH = Speaker(
    "Bob Roe; Cy Day", members=(Speaker("Bob Roe", aliases=("Dr. Roe",)), Speaker("Cy Day"))
)
DOCUMENT = Document(
    "",
    TEXT,
    (
        quoted("“We will not wait for ever,”", "“Let us begin tonight.”", speaker=LEE),
        quoted("“It is cold outside, and we are all tired,”", speaker=BOTH),
        quoted("“We are all tired … and hungry,”", speaker=None),
    ),
)


@pytest.mark.parametrize(
    ("quote", "speaker", "verdict", "spans"),
    [
        ("We will not wait for ever", "Ann Lee", "verbatim", ["We will not wait for ever"]),
        ("'WE WILL NOT WAIT – for éver!'", "Lee", "verbatim", ["We will not wait for ever"]),
        (
            "“We will not wait for ever. Let us begin tonight.”",
            "Mayor Ann Lee",
            "verbatim",
            ["We will not wait for ever", "Let us begin tonight"],
        ),
        ("Let us begin", "President Lee", "verbatim", ["Let us begin"]),
        ("Let us begin", None, "verbatim", ["Let us begin"]),
        ("tonight", "Lee", "verbatim", ["tonight"]),
        ("We are all tired", "Cy Day", "verbatim", ["we are all tired"]),
        ("We are all tired", "Dr. Roe", "verbatim", ["we are all tired"]),
        ("we are all tired… and hungry", None, "verbatim", ["We are all tired … and hungry"]),
        ("We will wait for ever", "Lee", "altered", ["We will not wait for ever"]),
        ("We will not really wait for ever", "Lee", "altered", ["We will not wait for ever"]),
        ("We will never wait for ever", "Lee", "altered", ["We will not wait for ever"]),
        ("Let us all begin tonight", "Lee", "altered", ["Let us begin tonight"]),
        ("It's cold outside, and we're all tired", "Roe", "altered", None),
        (
            "We will not wait … let us begin",
            "Ann Lee",
            "spliced",
            ["We will not wait", "Let us begin"],
        ),
        (
            "we are all tired, it is cold outside",
            "Bob Roe",
            "spliced",
            ["we are all tired", "It is cold outside"],
        ),
        (
            "We will not wait for ever, and we are all tired",
            None,
            "spliced",
            ["We will not wait for ever", "and we are all tired"],
        ),
        (
            "We will not wait for ever, and we are all tired",
            "Lee",
            "misattributed",
            ["We will not wait for ever", "and we are all tired"],
        ),
        ("Let us begin tonight", "Cy Day", "misattributed", ["Let us begin tonight"]),
        ("Let us all begin tonight", "Cy Day", "misattributed", ["Let us begin tonight"]),
        ("Let us begin tonight", "Mary Lee", "misattributed", ["Let us begin tonight"]),
        ("Let us begin tonight", "“”", "misattributed", ["Let us begin tonight"]),
        (
            "The hall was full of people",
            "Ann Lee",
            "misattributed",
            ["The hall was full of people"],
        ),
        ("The hall was full of people", None, "verbatim", ["The hall was full of people"]),
        ("and hungry", "Ann Lee", "misattributed", ["and hungry"]),
        ("The moon is made of green cheese", "Ann Lee", "absent", []),
        ("ever we tonight said", "Ann Lee", "absent", []),
        ("", "Ann Lee", "absent", []),
        ("“…”", None, "absent", []),
    ],
)
def test_verdicts(quote: str, speaker: str | None, verdict: str, spans: list[str] | None) -> None:
    """Each verdict, with the places of the words."""
    found = verify(quote, speaker, DOCUMENT)
    assert str(found.verdict) == verdict
    if spans is not None:
        assert [span.text for span in found.spans] == spans
    assert all(TEXT[span.start : span.end] == span.text for span in found.spans)


def test_quotes() -> None:
    """The quotes in which the words stand tell who says them."""
    found = verify("Let us begin tonight", "Cy Day", DOCUMENT)
    assert [str(quote.speaker) for quote in found.quotes] == ["Ann Lee"]
    assert verify("The hall was full of people", None, DOCUMENT).quotes == ()


def test_usual_words() -> None:
    """A quote that begins like many others is found among them, and so is whose it is."""
    text = "It is the end of one. " * 60 + "It is the end of the road for us all."
    found = verify("It is the end of the road for us all", None, Document("", text))
    assert found.verdict is Verdict.VERBATIM
    text = "“I do not know” " * 60
    names = ["Ann"] * 59 + ["Bob"]
    spans = (Span.of(text, start, start + 15) for start in range(0, len(text), 16))
    pairs = zip(spans, names, strict=True)
    quotes = [Quote((span,), speaker=Speaker(name)) for span, name in pairs]
    found = verify("I do not know", "Bob", Document("", text, tuple(quotes)))
    assert (found.verdict, found.spans[0].start) == (Verdict.VERBATIM, 16 * 59 + 1)


def test_a_name_without_words() -> None:
    """A speaker of whose name no word is left is not anybody."""
    document = Document("", "“No,” — said.", (Quote((Span(0, 5, "“No,”"),), speaker=Speaker("—")),))
    assert verify("No", "Cara", document).verdict is Verdict.MISATTRIBUTED


def test_figures_and_signs_are_words() -> None:
    """Another number or another currency is another quote."""
    document = Document("", "“It will cost us $7 million in all,” she said.")
    assert verify("It will cost us $7 million", None, document).verdict is Verdict.VERBATIM
    for other in ("It will cost us $9 million in all", "It will cost us €7 million in all"):
        assert verify(other, None, document).verdict is Verdict.ALTERED


def test_the_speakers_own_words_come_first() -> None:
    """Where two say the same, it is the speaker's; where the writer does too, it is the quoted."""
    text = "It is late, all said. “It is late,” said Ann. “It is late,” said Bob."
    quotes = [
        Quote((Span.of(text, start, start + 13),), speaker=Speaker(name))
        for start, name in ((22, "Ann"), (46, "Bob"))
    ]
    document = Document("", text, tuple(quotes))
    for speaker, start in (("Bob", 47), ("Ann", 23), (None, 23)):
        found = verify("It is late", speaker, document)
        assert (found.verdict, found.spans[0].start) == (Verdict.VERBATIM, start)


@pytest.fixture(name="attributor", scope="module")
def _attributor() -> Attributor:
    return load(medium="all")


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_what_is_found_is_verbatim(attributor: Attributor, path: Path) -> None:
    """Each quote that is found in an article is verbatim, and its speaker's own."""
    document = attributor(path.read_text(encoding="utf-8"))
    assert document.quotes
    for quote in document.quotes:
        found = verify(quote.text, quote.speaker.name if quote.speaker else None, document)
        assert found.verdict is Verdict.VERBATIM, quote


def test_text() -> None:
    """A text is attributed first."""
    text = "“We are ready for you,” said Ann Lee. Bob Roe laughed."
    assert verify("We are ready for you", "Ann Lee", text).verdict is Verdict.VERBATIM
    assert verify("We are ready for you", "Bob Roe", text).verdict is Verdict.MISATTRIBUTED


WORDS = st.lists(st.sampled_from("abcdéİß7$…"), max_size=40).map(" ".join)


@given(text=WORDS, data=st.data())
def test_any_stretch_is_verbatim(text: str, data: st.DataObject) -> None:
    """Words that stand in a row are verbatim, whichever they are."""
    words = text.split()
    start = data.draw(st.integers(0, len(words)))
    quote = " ".join(words[start : start + data.draw(st.integers(1, 12))])
    found = verify(quote, None, Document("", text))
    is_empty = not quote.replace("…", "").strip()
    assert found.verdict is (Verdict.ABSENT if is_empty else Verdict.VERBATIM)


@given(quote=st.text() | WORDS, speaker=st.none() | st.text(), text=st.text() | WORDS)
def test_any_text(quote: str, speaker: str | None, text: str) -> None:
    """Nothing raises; the spans slice, and there are some unless the words are absent."""
    found = verify(quote, speaker, Document("", text))
    assert all(text[span.start : span.end] == span.text for span in found.spans)
    assert bool(found.spans) is (found.verdict is not Verdict.ABSENT)


@pytest.mark.parametrize(
    ("quote", "speaker", "message"),
    [
        (b"No.", None, "quote must be a str, not bytes"),
        ("No.", 7, "speaker must be a str or None, not int"),
    ],
)
def test_other_types(quote: str, speaker: str, message: str) -> None:
    """What is no text is said to be none."""
    with pytest.raises(InputTypeError, match=f"^{message}$"):
        verify(quote, speaker, DOCUMENT)


@pytest.mark.parametrize("text", ["He said that he would. ", "he "], ids=["sentences", "one word"])
def test_time_is_linear(text: str) -> None:
    """A text twice as long takes about twice as long, also where all words are the same."""
    quote = "he said that he would not, and that he " * 5
    assert growth(lambda it: verify(quote, None, Document("", it)), text * 5_000, limit=2.6) <= 2.6
    # And so does a quote.
    document = Document("", text * 5_000)
    assert growth(lambda it: verify(it, None, document), text * 1_000, limit=2.6) <= 2.6
