"""From attributions and quotation marks to quotations: what is snapped, split, joined and added."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from quoteattr import tagger
from quoteattr.confidence import SIGNS, Calibration, Logistic
from quoteattr.decoding import Attribution
from quoteattr.marks import MarkPair, Marks, Offsets, pair
from quoteattr.quotations import Origin, Quotation, assemble
from quoteattr.reading import Scorer
from quoteattr.tagger import Tagger
from strategies import attributions, prose, scorers, texts
from timing import growth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BARE, BYLINE, CONTINUED = Origin.BARE, Origin.BYLINE, Origin.CONTINUED
LABEL, NESTED, TAGGER = Origin.LABEL, Origin.NESTED, Origin.TAGGER

REST = (0.0,) * (len(SIGNS) - 1)
CALIBRATION = Calibration(Logistic(0, (1.0, *REST)), Logistic(0, (*REST, 1.0)))
"""Of the first sign and of the last."""


@frozen
class Told(Tagger):
    """A tagger that finds what it was told."""

    attributions: Sequence[Attribution] = ()
    within: Sequence[Attribution] = ()

    def __call__(self, text: str, marks: Marks) -> list[Attribution]:
        """The attributions."""
        del text, marks
        return list(self.attributions)

    def nested(self, text: str, within: Iterable[MarkPair]) -> list[Attribution]:
        """Those within quoted text."""
        del text, within
        return list(self.within)


def unread(
    ids: "NDArray[np.int64]", features: "NDArray[np.int64]"
) -> "tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]":
    """Scores that nothing asks for."""
    raise NotImplementedError(ids, features)


def assembled(text: str, *told: Attribution, within: Sequence[Attribution] = ()) -> list[Quotation]:
    """The quotations of a text with such attributions."""
    tokenizer = Tokenizer(WordLevel({}, ""))
    found = pair(text)
    teller = Told("told", tokenizer, unread, CALIBRATION, told, within)
    return assemble(text, found, teller, within=found.outer)


def said(
    text: str, *contents: str, cue: str | None = None, source: str | None = None, sure: float = 0.0
) -> Attribution:
    """An attribution of what stands in a text, as sure as the log odds say."""

    def place(words: str) -> Offsets:
        start = text.index(words)
        return start, start + len(words)

    return Attribution(
        tuple(map(place, contents)),
        place(cue) if cue else None,
        place(source) if source else None,
        (sure, *REST),
    )


def contents(text: str, made: Sequence[Quotation]) -> list[tuple[Origin, list[str]]]:
    """The origin and the contents of each quotation."""
    return [(each.origin, [text[start:end] for start, end in each.content]) for each in made]


def found(text: str, *told: Attribution) -> list[tuple[Origin, list[str]]]:
    """The origin and the contents of each quotation of a text with such attributions."""
    return contents(text, assembled(text, *told))


# What the tagger finds


def test_quotation_of_an_attribution() -> None:
    """Cue and source are the tagger's, and the confidences are read off its signs."""
    text = "“We are ready,” said Ann Lee."
    told = Attribution(((0, 15),), (16, 20), (21, 28), (math.log(4), *REST[1:], math.log(9)))
    [made] = assembled(text, told)
    assert (made.content, made.cue, made.source, made.origin) == (
        *(((0, 15),), (16, 20), (21, 28), TAGGER),
    )
    assert (made.confidence, made.source_confidence) == pytest.approx((0.8, 0.9))


@pytest.mark.parametrize(
    ("text", "told", "expected"),
    [
        ("“We are ready,” said Lee.", ["We are ready"], ["“We are ready,”"]),
        ("“We are ready,” said Lee.", ["“We are r"], ["“We are ready,”"]),
        ("“We are ready,” said Lee.", ["are ready"], ["“We are ready,”"]),
        ("“We are ready,” said Lee.", ["We"], ["We"]),
        ("``We are ready,'' said Lee.", ["We are ready"], ["``We are ready,''"]),
        ("“We,” said Lee, “are.”", ["We,", "are"], ["“We,”", "“are.”"]),
        ("“We are.” “All,” said Lee.", ["We are.", "All"], ["“We are.” “All,”"]),
        ("“We are.” “All,” said Lee.", ["are.” “All"], ["“We are.” “All,”"]),
        ("“We ‘will’ go,” said Lee.", ["We ‘will"], ["“We ‘will’ go,”"]),
        ("Lee said that it is “over.”", ["that it is “over"], ["that it is “over.”"]),
        ("Lee said it is “a far too bad idea.”", ["it is “a"], ["it is “a"]),
        ("Lee said it is over.", ["it is over"], ["it is over"]),
        ("“We are, Lee said, ready.”", ["“We are", "ready.”"], ["“We are", "ready.”"]),
        ("It is, Lee said, “over.”", ["It is,", ", “over"], ["It is", "“over.”"]),
        ("It is over – said Lee", ["It is over –"], ["It is over"]),
    ],
)
def test_contents_are_snapped(text: str, told: list[str], expected: list[str]) -> None:
    """Contents begin and end where the quoted text does of which they hold the most.

    Quoted text that holds the cue is left alone, and joints aren't part of a content.
    """
    attribution = said(text, *told, cue="said", source="Lee")
    assert found(text, attribution) == [(TAGGER, expected)]


@pytest.mark.parametrize(
    ("cue", "source", "expected"),
    [
        (None, None, ["“We are, Lee said, ready.”"]),
        ("said", None, ["“We are, Lee said, rea"]),
        (None, "Lee", ["“We are, Lee said, rea"]),
    ],
)
def test_quoted_text_with_cue_or_source(
    cue: str | None, source: str | None, expected: list[str]
) -> None:
    """Quoted text that holds the cue or the source isn't all content."""
    text = "“We are, Lee said, ready.”"
    origin = TAGGER if cue or source else BARE
    assert found(text, said(text, "“We are, Lee said, rea", cue=cue, source=source)) == [
        (origin, expected)
    ]


@pytest.mark.parametrize("told", ["!”", "“", "–", "…"])
def test_contents_without_words(told: str) -> None:
    """What has no words is no content."""
    text = "“No…!” – “” Lee said."
    assert found(text, said(text, told, cue="said")) == []


def test_content_without_cue() -> None:
    """Content without a cue counts in marks only; but a cue needs no source."""
    text = "It is over. “It is bad”, it is said. ``We go,'' too."
    assert found(text, said(text, "It is over")) == []
    assert found(text, said(text, "“It is bad")) == [(TAGGER, ["“It is bad”"])]
    assert found(text, said(text, "We go")) == [(TAGGER, ["``We go,''"])]
    assert found(text, said(text, "It is over", cue="said")) == [(TAGGER, ["It is over"])]


def test_order() -> None:
    """Quotations come in the order of their contents, whatever they were found by."""
    text = "Lee: “We are.”\nRay said no.\n“Yes.” — Fox"
    made = assembled(text, said(text, "no", cue="said"))
    assert contents(text, made) == [(LABEL, ["“We are.”"]), (TAGGER, ["no"]), (BYLINE, ["“Yes.”"])]


# Paragraphs


@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n\r\n"])
def test_continued_in_the_next_paragraph(between: str) -> None:
    """Quoted text that goes on in the next paragraph is another quotation of the same speaker."""
    text = f"Lee said: “We are.{between}“All of us.{between}“Now.” He left."
    made = assembled(text, said(text, text[10:-9], cue="said", source="Lee", sure=math.log(4)))
    assert contents(text, made) == [
        *((TAGGER, ["“We are."]), (CONTINUED, ["“All of us."]), (CONTINUED, ["“Now.”"])),
    ]
    assert [(each.cue, each.source) for each in made] == [((4, 8), (0, 3)), *[(None, None)] * 2]
    assert [each.confidence for each in made] == pytest.approx([0.8] * 3)


def test_quoted_text_over_two_paragraphs() -> None:
    """Quoted text that opens once and closes in the next paragraph is a quotation in each."""
    text = "Lee said: “We are.\n\nAll of us.” He left."
    told = said(text, "We are.\n\nAll of us", cue="said")
    assert found(text, told) == [(TAGGER, ["“We are."]), (CONTINUED, ["All of us.”"])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Yes.”\n\nThey left.", BARE),
        ("They left.\n\n“Yes.”", BARE),
        ("“No,” said Ann Lee.\n\n“Yes.”", CONTINUED),
        ("“No,” said Ann Lee.\n\nThey left.\n\n“Yes.”", BARE),
        ("“No,” said Ann Lee.\n\nShe left. “Yes.”", TAGGER),
        ("“No,” said Ann Lee.\n\n“Yes.” She left.", TAGGER),
    ],
)
def test_what_the_tagger_finds_without_cue(text: str, expected: Origin) -> None:
    """Quoted words that the network finds are, alone in a paragraph, what they'd be without it."""
    told = [said(text, "Yes.", sure=2.0)]
    told += [said(text, "No,", cue="said", source="Ann Lee")] if "No" in text else []
    made = assembled(text, *told)[-1]
    assert (made.origin, made.cue, made.source) == (expected, None, None)
    assert made.confidence == pytest.approx(1 / (1 + math.exp(-2)), abs=0.001)


@pytest.mark.parametrize("cue", ["said", None])
def test_strays_into_another_paragraph(cue: str | None) -> None:
    """What goes on in another paragraph without marks is no quotation."""
    text = "“It is over,” Lee said.\n\nThe road is long. “Good night.” He left."
    told = said(text, "It is over", "The road is long", cue=cue)
    assert found(text, told) == [(TAGGER, ["“It is over,”"])]


def test_parts_of_a_paragraph_stay_together() -> None:
    """All contents of one paragraph are one quotation, the next paragraph's another."""
    text = "“We,” Lee said, “are.\n\n“All,” he said, “of us.”"
    told = said(text, "“We,”", "“are.", "“All,”", "“of us.”", cue="said")
    assert found(text, told) == [(TAGGER, ["“We,”", "“are."]), (CONTINUED, ["“All,”", "“of us.”"])]


# Quoted text in which the tagger sees nothing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We are,” Lee said. “We go.”", ["“We are,”", "“We go.”"]),
        ("“We are,” Lee said. “We go.” He left.", ["“We are,”", "“We go.”"]),
        ("“We are,” said Lee. “We go?”", ["“We are,”", "“We go?”"]),
        ("“We are,” said Lee! “We go!”", ["“We are,”", "“We go!”"]),
        ("“We are,” said Lee, “We go.”", ["“We are,”"]),
        ("“We are,” said Lee. He left. “We go.”", ["“We are,”"]),
        ("“We are,” said Lee. He called it “a go.”", ["“We are,”"]),
        ("“We are,” said Lee. “A go” is bad.", ["“We are,”"]),
        ("“We go.” Then “We are,” said Lee.", ["“We are,”"]),
        ("“We are,” said Lee. “We go.” “Now.”", ["“We are,”", "“We go.”", "“Now.”"]),
        ("“We are,” said Lee. “We go.” He left. “Now.”", ["“We are,”", "“We go.”"]),
        ("Lee said: “We are.” “We go.”", ["“We are.”", "“We go.”"]),
    ],
)
def test_runs_on(text: str, expected: list[str]) -> None:
    """A quoted sentence right behind the cue's goes on with the quotation."""
    told = said(text, "We are", cue="said", source="Lee")
    assert found(text, told) == [(TAGGER, expected)]


def test_each_runs_on() -> None:
    """A quoted sentence may run on where another quotation follows in its paragraph."""
    text = "“We are,” said Lee. “We go.” Ray added: “No.” “Never.”"
    told = said(text, "We are", cue="said", source="Lee"), said(text, "“No.”", cue="added")
    expected = [(TAGGER, ["“We are,”", "“We go.”"]), (TAGGER, ["“No.”", "“Never.”"])]
    assert found(text, *told) == expected
    assert found(text, *reversed(told)) == expected


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ann Lee: “We are ready.”", "Ann Lee"),
        ("Ann Lee: “No.”", "Ann Lee"),
        ("Ann Lee:“No.” He left.", "Ann Lee"),
        ("Ann Lee (Baku): “We are ready.”", "Ann Lee"),
        ("Ministry of the Interior: “We are ready.”", "Ministry of the Interior"),
        ("It rained.\nLEE: “No.”", "LEE"),
    ],
)
def test_label(text: str, speaker: str) -> None:
    """A name and a colon at the head of a paragraph say who speaks."""
    [made] = assembled(text)
    start, end = made.source or (0, 0)
    assert text[start:end] == speaker
    assert (made.origin, made.cue) == (LABEL, None)
    assert text[made.content[0][0]] == "“"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“We are ready.” — Ann Lee", "Ann Lee"),
        ("“No.” – Ann Lee.", "Ann Lee"),
        ("“No.” -- Ann Lee, Mayor of Baku", "Ann Lee, Mayor of Baku"),
        ("“No.” ~ Ann Lee", "Ann Lee"),
        ("“No.”\n— Ann Lee", "Ann Lee"),
        ("“No.”\n\n— Ann Lee\n\nIt rained.", "Ann Lee"),
        ("It rained.\n“No.” — Ann Lee\nIt rained.", "Ann Lee"),
    ],
)
def test_byline(text: str, speaker: str) -> None:
    """A name behind a dash says who has said what stands before, or on the line before."""
    [made] = assembled(text)
    start, end = made.source or (0, 0)
    assert text[start:end] == speaker
    assert (made.origin, made.cue) == (BYLINE, None)
    assert text[made.content[0][0]] == "“"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Baku and Ankara thwart threats”", [(BARE, ["“Baku and Ankara thwart threats”"])]),
        ("It rained.\n“We go home now.”\nHe left.", [(BARE, ["“We go home now.”"])]),
        ("“We go home now”.", [(BARE, ["“We go home now”"])]),
        ("“War and Peace”", []),
        ("“We go home now” is a book.", []),
        ("A book: “we go home now”", []),
        ("The so-called “deal” failed.", []),
        ("The “long and very bad” deal failed.", []),
        ("Ann Lee and “the old and bad deal”: “no”", []),
        ("no: “We go home now.”", []),
        ("“No.” — he left.", []),
        ("“No.” — Ann Lee left! Bo Ray came.", []),
        ("“No.”\nHe left. — Ann Lee", []),
        ("“”", []),
        ("", []),
        (" \n ", []),
    ],
)
def test_alone(text: str, expected: list[tuple[Origin, list[str]]]) -> None:
    """Quoted text alone is a quotation, such as a headline; titles and scare quotes aren't."""
    assert found(text) == expected
    assert all(made.cue is made.source is None for made in assembled(text))


@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n\r\n"])
def test_alone_behind_a_quotation(between: str) -> None:
    """A paragraph of quoted text alone goes on with the quotation of the one before."""
    text = f"“We are,” Lee said.{between}“We go.”{between}“Now!”{between}He left.{between}“No.”"
    made = assembled(text, said(text, "We are", cue="said", source="Lee"))
    assert contents(text, made) == [
        *((TAGGER, ["“We are,”"]), (CONTINUED, ["“We go.”"]), (CONTINUED, ["“Now!”"])),
    ]
    assert [(each.cue, each.source) for each in made[1:]] == [(None, None)] * 2


def test_the_surest_are_labels() -> None:
    """Who is named in a set form is surer than who goes on, and that than what stands alone."""
    text = "“No.” — Bo Ray\n“Yes.”\nHe left.\n“We go home now.”\nAnn Lee: “Yes.”"
    byline, continued, bare, label = assembled(text)
    assert label.confidence == byline.confidence > continued.confidence > bare.confidence > 0
    assert label.source_confidence > continued.source_confidence > bare.source_confidence == 0


# Within quoted text

OUTER = "“Bo Ray said: ‘We will never go,’” Ann Lee told us."


@pytest.mark.parametrize(
    ("inner", "is_kept"),
    [
        (said(OUTER, "We will never", cue="said", source="Bo Ray", sure=math.log(5)), True),
        (said(OUTER, "We will never", cue="said", source="Bo Ray", sure=math.log(3)), False),
        (said(OUTER, "We will never", cue="said", sure=9), False),
        (said(OUTER, "We will never", source="Bo Ray", sure=9), False),
    ],
)
def test_nested(inner: Attribution, *, is_kept: bool) -> None:
    """Within quoted text a quotation counts if it is sure and has both cue and source."""
    outer = said(OUTER, "Bo Ray said: ‘We will never go,’", cue="told", source="Ann Lee")
    made = assembled(OUTER, outer, within=[inner])
    expected = [(TAGGER, ["“Bo Ray said: ‘We will never go,’”"]), (NESTED, ["‘We will never go,’"])]
    assert contents(OUTER, made) == expected[: 1 + is_kept]


# What holds for all texts


def check(text: str, made: Sequence[Quotation]) -> None:
    """Quotations are in order; their contents have words, stand in the text and don't overlap."""
    assert [each.content for each in made] == sorted(each.content for each in made)
    for each in made:
        edges = [edge for span in each.content for edge in span]
        assert edges == sorted(set(edges))
        assert 0 <= edges[0] < edges[-1] <= len(text)
        assert all(text[start:end].strip() == text[start:end] for start, end in each.content)
        assert 0 <= each.source_confidence <= 1
        assert 0 <= each.confidence <= 1


@given(st.data())
def test_any_attributions(data: st.DataObject) -> None:
    """No attributions raise, whatever the text."""
    text = data.draw(texts() | prose())
    told, within = data.draw(st.tuples(attributions(text), attributions(text)))
    check(text, assembled(text, *told, within=within))


@given(texts() | prose(), scorers())
def test_any_scores(text: str, score: Scorer) -> None:
    """No scores raise, whatever the text."""
    found, teller = pair(text), evolve(tagger.load(), score=score)
    check(text, assemble(text, found, teller, within=found.outer))


@given(st.data())
def test_each_quoted_text_is_in_one_quotation(data: st.DataObject) -> None:
    """What the tagger is told nothing of is in no two quotations."""
    text = data.draw(texts() | prose())
    held = [span for made in assembled(text) for span in made.content]
    assert len(held) == len(set(held))
    assert set(held) <= {(made.start, made.end) for made in pair(text).outer}


@pytest.mark.parametrize(
    "parts",
    [
        ("the “a b” of ",),
        ("“We go home now.”\n",),
        ("Ann: “a b”\n",),
        ("Ann ", "“a.” b "),
        ("“No” — Ann, ", "    ", "!"),
    ],
)
def test_time_is_linear(parts: tuple[str, ...]) -> None:
    """Twice the text takes about twice the time."""

    def assemble_many(times: str) -> None:
        assembled("".join(part * len(times) for part in parts))

    assert growth(assemble_many, "x" * 1_000, limit=2.6) <= 2.6


def test_time_of_a_quotation_that_runs_on() -> None:
    """So does the text of one quotation, to which each quoted sentence adds."""

    def assemble_one(times: str) -> None:
        [quotation] = assembled("Ann: “a.”" + " “b.”" * len(times))
        assert len(quotation.content) == len(times) + 1

    assert growth(assemble_one, "x" * 20_000, limit=3.5) <= 3.5
