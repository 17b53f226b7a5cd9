"""Scores: against the reference scorer, and against small cases computed by hand."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import astuple, evolve
from hypothesis import given
from hypothesis import strategies as st

import reference_score
from quoteattr import formats
from quoteattr.errors import FormatError
from quoteattr.evaluate import PRF, Counts, KindScore, Scores, evaluate, judge
from quoteattr.quotes import Document, Kind, Medium, Quote, Span, Speaker
from strategies import names, spans, texts

SEEDS = Path(__file__).parents[1] / "seeds"
TEXT = 'Ann said “we can do it,” but Bob Roe of Acme thinks that it is "a bad idea indeed."'
NOTHING = PRF(0, 0, 0)
ALL = PRF(1, 1, 1)


def quote(content: str, *, source: str = "", cue: str = "", name: str = "", **rest: Any) -> Quote:  # noqa: ANN401
    """A quote of `TEXT` by its words."""

    def place(words: str) -> tuple[Span, ...]:
        start = TEXT.index(words)
        return (Span.of(TEXT, start, start + len(words)),) if words else ()

    speaker = Speaker(name, named=rest.pop("named", True)) if name else None
    return Quote(place(content), place(cue), place(source), speaker=speaker, **rest)


ANN = quote("“we can do it,”", source="Ann", cue="said", name="Ann Lee")
BOB = quote(
    'that it is "a bad idea indeed."',
    source="Bob Roe of Acme",
    cue="thinks",
    name="Bob Roe",
    medium=Medium.THOUGHT,
)


def scores_of(gold: Sequence[Quote], predicted: Sequence[Quote]) -> Scores:
    """The scores of one document with `TEXT`."""
    documents = (Document("a", TEXT, tuple(some)) for some in (gold, predicted))
    return evaluate(*([document] for document in documents))


def listed(document: Document) -> list[Document]:
    """The document as the only one."""
    return [document]


def names_right(gold: Quote, predicted: Quote) -> bool:
    """Whether the predicted speaker counts as right."""
    speaker = scores_of([gold], [predicted]).speaker
    assert speaker is not None
    return speaker.right_of_found == 1


def as_record(document: Document) -> dict[str, Any]:
    """A document as the reference scorer reads gold: the speaker is a name or null."""

    def offsets(places: Sequence[Span]) -> list[list[int]]:
        return [[span.start, span.end] for span in places]

    return {
        "id": document.id,
        "text": document.text,
        "quotes": [
            {
                "content": offsets(quote.content),
                "cue": offsets(quote.cue),
                "source": offsets(quote.source),
                "speaker": quote.speaker.name if quote.speaker else None,
                "named": quote.speaker.named if quote.speaker else True,
                "medium": str(quote.medium),
            }
            for quote in document.quotes
        ],
    }


def assert_same_as_reference(gold: Sequence[Document], predicted: Sequence[Document]) -> None:
    """Hold `evaluate` to the reference scorer."""
    scores = evaluate(gold, predicted)
    records = [as_record(document) for document in gold]
    given_quotes = {document.id: as_record(document)["quotes"] for document in predicted}
    expected = reference_score.score(records, given_quotes)
    for name in ("content_exact", "cue", "attribution", "quoted"):
        assert astuple(getattr(scores, name)) == expected[name], name
    # The same numbers summed in another order.
    assert astuple(scores.content_soft) == pytest.approx(expected["content_soft"], abs=1e-12)
    assert scores.source_accuracy == expected["source_acc"]
    for kind, score in expected["kinds"].items():
        assert getattr(scores, kind) == KindScore(**score)
    assert astuple(scores.counts) == tuple(expected["n"].values())
    assert_same_speakers(scores, records, given_quotes)


def assert_same_speakers(
    scores: Scores, gold: list[dict[str, Any]], predicted: dict[str, Any]
) -> None:
    """Hold the speakers' scores to the reference scorer, where the gold gives any."""
    expected, _ = reference_score.speaker_score(gold, predicted)
    if scores.speaker is None:
        assert expected["n"]["named"] == 0
        return
    assert astuple(scores.speaker) == (
        expected["speaker"],
        expected["found"],
        expected["right_of_found"],
        expected["named_right_of_found"],
        expected["n"]["g"],
        expected["n"]["named"],
        expected["n"]["p"],
    )


def some_quotes(text: str) -> st.SearchStrategy[Quote]:
    """Quotes of a text that differ in what scores look at."""
    some = spans(text)
    return st.builds(
        Quote,
        content=st.lists(some, min_size=1, max_size=2).map(tuple),
        cue=st.lists(some, max_size=2).map(tuple),
        source=st.lists(some, max_size=2).map(tuple),
        speaker=st.none() | st.builds(Speaker, names(), named=st.booleans()),
        medium=st.sampled_from(Medium),
    )


@st.composite
def changed(draw: st.DrawFn, text: str, quote: Quote) -> Quote:
    """A quote with one thing about it as in another one."""
    other = draw(some_quotes(text))
    name = draw(st.sampled_from(["content", "cue", "source", "speaker", "medium"]))
    return evolve(quote, **{name: getattr(other, name)})


@st.composite
def gold_and_predicted(draw: st.DrawFn) -> tuple[Document, Document]:
    """A gold document, and a prediction that is a little like it."""
    text = draw(texts(min_size=5, max_size=30))
    gold = draw(st.lists(some_quotes(text), max_size=4))
    if not draw(st.booleans()):
        gold = [evolve(quote, speaker=None) for quote in gold]
    similar = [draw(changed(text, quote)) for quote in gold if draw(st.booleans())]
    predicted = draw(st.permutations([*similar, *draw(st.lists(some_quotes(text), max_size=2))]))
    name = draw(st.sampled_from("abcdefgh"))
    return Document(name, text, tuple(gold)), Document(name, text, tuple(predicted))


@given(st.lists(gold_and_predicted(), max_size=2, unique_by=lambda pair: pair[0].id), st.data())
def test_same_as_the_reference(pairs: list[tuple[Document, Document]], data: st.DataObject) -> None:
    """Both scorers give the same on random gold and predictions, some of them missing."""
    gold = [pair[0] for pair in pairs]
    predicted = [pair[1] for pair in pairs if data.draw(st.integers(0, 5))]
    assert_same_as_reference(gold, predicted)


def spoiled(gold: Document) -> Document:
    """A document whose quotes are by turns dropped, kept, cut, and attributed to the next."""

    def some() -> Iterator[Quote]:
        for number, quote in enumerate(gold.quotes):
            following = gold.quotes[(number + 1) % len(gold.quotes)]
            start, end = quote.content[0].start, quote.content[0].end
            if number % 4 == 1:
                yield quote
            elif number % 4 == 2:
                cut = Span.of(gold.text, start, start + 2 * (end - start) // 3)
                yield evolve(quote, content=(cut,), cue=())
            elif number % 4 == 3:
                yield evolve(quote, source=following.source, speaker=following.speaker)

    return evolve(gold, quotes=tuple(some()))


def test_same_as_the_reference_on_the_seeds() -> None:
    """Both scorers give the same on real gold and a spoiled copy of it."""
    gold = list(formats.load(SEEDS))
    predicted = [spoiled(document) for document in gold]
    assert 0 < evaluate(gold, predicted).attribution.f1 < 1
    assert_same_as_reference(gold, predicted)


def test_gold_against_itself() -> None:
    """Gold is all right by its own measure."""
    gold = list(formats.load(SEEDS))
    scores = evaluate(gold, gold)
    assert {scores.content_exact, scores.content_soft, scores.cue} == {ALL}
    assert (scores.attribution, scores.quoted, scores.source_accuracy) == (ALL, ALL, 1)
    assert scores.speaker is not None
    assert scores.speaker.names.recall == scores.speaker.right_of_found == 1
    assert scores.counts.gold == scores.counts.predicted == 95


def test_hand_computed() -> None:
    """One of two quotations found with its source, the other with the wrong one."""
    wrong = evolve(BOB, source=ANN.source, cue=())
    scores = scores_of([ANN, BOB], [ANN, wrong])
    assert (scores.content_exact, scores.content_soft) == (ALL, ALL)
    assert scores.attribution == scores.cue == PRF(0.5, 0.5, 0.5)
    assert scores.source_accuracy == 0.5
    assert scores.quoted == PRF(0.5, 0.5, 0.5)
    assert scores.direct == KindScore(1, found=1, right=1)
    assert scores.mixed == KindScore(1, found=1, right=0)
    assert scores.indirect == KindScore(0, found=0, right=0)
    assert scores.counts == Counts(gold=2, predicted=2, quoted_gold=2, quoted_predicted=2)


def test_soft_content() -> None:
    """Half of the letters, and the whole of them in a content twice as long."""
    gold, half = quote("we can do it"), quote("we can")
    scores = scores_of([gold], [half])
    assert scores.content_exact == NOTHING
    assert (scores.content_soft.precision, scores.content_soft.recall) == (1, 5 / 9)
    assert scores.attribution == ALL, "5 of 9 letters are half, and both sources are empty"
    assert scores_of([gold], [quote("we ca")]).attribution == NOTHING


def test_marks_and_punctuation_do_not_count() -> None:
    """Contents that differ in marks alone are the same."""
    assert scores_of([ANN], [quote("we can do it", source="Ann")]).content_exact == ALL


def test_contents_without_letters_do_not_count() -> None:
    """A quote of nothing but marks is neither gold nor predicted."""
    assert scores_of([quote("“")], [quote("“")]).counts == Counts(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("gold", "predicted", "right"),
    [
        ("Ann", "Ann", True),
        ("Ann", "", False),
        ("", "Ann", False),
        ("", "", True),
        ("Ann", "Bob", False),
        ("Bob Roe of Acme", "Roe", True),
        ("Roe", "Bob Roe of Acme", True),
        ("Roe", "but Bob Roe of Acme", False),
    ],
)
def test_sources(gold: str, predicted: str, *, right: bool) -> None:
    """A word in common, and no more than twice the words and two; or neither has one."""
    scores = scores_of([quote("we can", source=gold)], [quote("we can", source=predicted)])
    assert scores.attribution == (ALL if right else NOTHING)


@pytest.mark.parametrize(
    ("gold", "predicted", "right"),
    [
        ("", "", True),
        ("said", "", False),
        ("", "said", False),
        ("thinks that it", "thinks", True),
        ("Acme thinks that it", "thinks", False),
        ("thinks", "thinks that it", True),
    ],
)
def test_cues(gold: str, predicted: str, *, right: bool) -> None:
    """Half of the words of both in common; two empty ones agree."""
    scores = scores_of([quote("we can", cue=gold)], [quote("we can", cue=predicted)])
    assert scores.cue == (ALL if right else NOTHING)


@pytest.mark.parametrize(
    ("gold", "predicted", "right"),
    [
        ("Ann Lee", "ANN LEE", True),
        ("Ann Lee", "President Ann Lee", True),
        ("the Acme", "Acme", True),
        ("Ann Lee", "Ann Lee’s", True),
        ("Ann Lee", "Lee", False),
        ("Ann Lee", "", False),
        ("Ann Lee; Bob", "Bob; Ann Lee", True),
        ("Ann Lee; Bob", "Ann Lee", False),
        ("The President", "President", True),
    ],
)
def test_names(gold: str, predicted: str, *, right: bool) -> None:
    """Case, titles, a leading article and the order of several don't matter; the rest does."""
    assert names_right(quote("we can", name=gold), quote("we can", name=predicted)) is right


@pytest.mark.parametrize(
    ("predicted", "right"), [("official", True), ("top official", True), ("officials", False)]
)
def test_descriptions(predicted: str, *, right: bool) -> None:
    """Of a speaker without a name the last word must be the same."""
    gold = quote("we can", name="senior official", named=False)
    assert names_right(gold, quote("we can", name=predicted)) is right


def test_nobody_is_somebody_wrong() -> None:
    """Where the gold has no speaker, the prediction must not have one either."""
    nobody = evolve(BOB, speaker=None, medium=Medium.SPEECH)
    some = scores_of([ANN, nobody], [ANN, evolve(BOB, medium=Medium.SPEECH)]).speaker
    none = scores_of([ANN, nobody], [ANN, nobody]).speaker
    assert some is not None
    assert none is not None
    assert (some.names, none.names) == (PRF(0.5, 0.5, 0.5), ALL)
    assert (some.named_right_of_found, some.named) == (1, 1)


def test_thoughts_and_speakers() -> None:
    """Gold thoughts neither count nor cost; speech that is predicted as thought is wrong."""
    found = scores_of([ANN, BOB], [ANN, BOB]).speaker
    assert found is not None
    assert (found.names, found.gold, found.predicted) == (ALL, 1, 1)
    assert not names_right(ANN, evolve(ANN, medium=Medium.THOUGHT))


def test_no_speakers_in_the_gold() -> None:
    """Gold without speakers gives no score of them."""
    assert scores_of([evolve(ANN, speaker=None)], [ANN]).speaker is None
    assert scores_of([], [ANN]).speaker is None


def test_kinds_go_by_common_marks() -> None:
    """The kinds of the table are by the marks, whatever the quotes say of themselves."""
    scores = scores_of([evolve(ANN, kind=Kind.INDIRECT), quote("thinks")], [])
    assert (scores.direct.n, scores.mixed.n, scores.indirect.n) == (1, 0, 1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("“one two three”", 1),
        ('"one two three"', 1),
        ("``one two three''", 1),
        ("''one two three''", 1),
        ("«one two three»", 1),
        ("„one two three“", 1),
        ("„one two three”", 1),
        ("‘one two three’", 0),
        ("‹one two three›", 0),
        ('"one two\nthree"', 0),
        ("“one two three", 0),
        ("“one" + " two" * 500 + "”", 0),
    ],
)
def test_marks_of_stretches(text: str, count: int) -> None:
    """Closed marks of the common forms, not too far apart, enclose a stretch."""
    whole = Quote((Span(0, len(text), text),), source=(Span.of(text, 1, 4),))
    scores = evaluate([Document("a", text, (whole,))], [])
    assert scores.counts.quoted_gold == scores.direct.n == count


def test_short_stretches_are_not_quoted_speech() -> None:
    """Two words in quotation marks may be a title or a scare quote."""
    text = "Ann “said it” to Bob."
    document = Document("a", text, (Quote((Span.of(text, 4, 13),), source=(Span.of(text, 0, 3),)),))
    assert evaluate([document], [document]).counts.quoted_gold == 0


@pytest.mark.parametrize(("end", "attributed"), [(5, False), (7, True)])
def test_more_than_half_of_a_stretch(end: int, *, attributed: bool) -> None:
    """A stretch belongs to the content that holds more than half of its letters."""
    text = "“abcd ef gh,” said Ann."
    source = (Span.of(text, 19, 22),)
    document = Document("a", text, (Quote((Span.of(text, 0, end),), source=source),))
    assert evaluate([document], []).counts.quoted_gold == attributed


def test_a_missing_prediction_counts_as_empty() -> None:
    """Ids tell what belongs together; a prediction that the gold doesn't have is passed over."""
    gold = [Document("a", TEXT, (ANN,)), Document("b", TEXT, (ANN,))]
    scores = evaluate(gold, [Document("c", "?", ()), gold[1]])
    assert scores.attribution == PRF(1, 0.5, 2 / 3)
    assert evaluate([], gold).counts == Counts(0, 0, 0, 0)


def test_equally_good_partners() -> None:
    """Of equally good partners the last are paired, so that the result is defined."""
    twice = [evolve(ANN, source=()), ANN]
    assert scores_of(twice, [ANN]).attribution.precision == 1
    assert scores_of(twice[::-1], [ANN]).attribution.precision == 0


@pytest.mark.parametrize("compare", [lambda *sides: evaluate(*map(listed, sides)), judge])
def test_other_texts_do_not_compare(compare: Callable[[Document, Document], object]) -> None:
    """Offsets of another text, such as one with other line ends, are refused."""
    other = Document("a", TEXT + "\r", (ANN,))
    with pytest.raises(FormatError) as caught:
        compare(Document("a", TEXT, (ANN,)), other)
    assert str(caught.value) == (
        f"the text of document 'a' is not the same in the gold ({len(TEXT)} characters) and in the "
        f"prediction ({len(TEXT) + 1}), so that offsets don't compare; predict from the gold's own "
        "text"
    )


def test_judge() -> None:
    """Each predicted quote is right, found with a wrong source, or neither, in the given order."""
    wrong, nothing = evolve(BOB, source=ANN.source), quote("Acme")
    predicted = Document("a", TEXT, (nothing, wrong, quote("“"), ANN))
    judged = judge(Document("a", TEXT, (ANN, BOB)), predicted)
    assert [each.quote for each in judged] == [nothing, wrong, ANN], "marks alone are no quote"
    assert [each.is_found for each in judged] == [False, True, True]
    assert [each.is_right for each in judged] == [False, False, True]


def test_judge_pairs_one_to_one() -> None:
    """Of two predictions of one gold quote a single one is found."""
    judged = judge(Document("a", TEXT, (ANN,)), Document("a", TEXT, (ANN, ANN)))
    assert sorted(each.is_found for each in judged) == [False, True]


@given(gold_and_predicted())
def test_judge_agrees_with_the_scores(pair: tuple[Document, Document]) -> None:
    """The quotes that are right are those that the scores count."""
    judged = judge(*pair)
    scores = evaluate(*map(listed, pair))
    right = sum(each.is_right for each in judged)
    assert scores.attribution == PRF.of(right, predicted=len(judged), gold=scores.counts.gold)
    assert all(each.is_found or not each.is_right for each in judged)


def test_scores_print_as_a_table() -> None:
    """Each score has its line."""
    assert str(scores_of([ANN, BOB], [ANN])).splitlines() == [
        "content exact    P 1.000  R 0.500  F1 0.667",
        "content soft     P 1.000  R 0.500  F1 0.667",
        "cue              P 1.000  R 0.500  F1 0.667",
        "attribution      P 1.000  R 0.500  F1 0.667",
        "source accuracy  1.000",
        "quoted           P 1.000  R 0.500  F1 0.667",
        "direct           found 1.000  right 1.000  of 1",
        "mixed            found 0.000  right 0.000  of 1",
        "indirect         found 0.000  right 0.000  of 0",
        "speaker          P 1.000  R 1.000  F1 1.000",
        "  of those found right 1.000",
        "  named, found   right 1.000",
        "quotations       2 gold, 1 predicted",
        "quoted stretches 2 gold, 1 predicted",
    ]


def test_scores_without_speakers_print_shorter() -> None:
    """No line speaks of speakers if the gold has none."""
    lines = str(scores_of([], [])).splitlines()
    assert len(lines) == 11
    assert not any("speaker" in line for line in lines)


def test_scores_as_data() -> None:
    """Scores go into JSON, and compare by value."""
    scores = scores_of([ANN], [ANN])
    data = json.loads(json.dumps(scores.to_dict()))
    assert data["quoted"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert data["counts"]["gold"] == 1
    assert data["speaker"]["names"]["f1"] == 1.0
    assert scores == scores_of([ANN], [ANN])
    assert scores != scores_of([ANN], [])
