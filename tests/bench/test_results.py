"""The figures of the benchmark, from documents to JSON and pictures."""

import hashlib
import io
import json
import sys
from typing import Any

import pytest
from attrs import evolve

from quoteattr import bench
from quoteattr.bench.results import METRICS, Point, digest
from quoteattr.errors import ConfigError, FormatError, MissingExtraError
from quoteattr.evaluate import evaluate
from quoteattr.quotes import Document, Kind, Quote, Span, Speaker

TEXT = "“Yes, we can do it,” said Ann. “No, you can’t,” said Bob. Cem said that it rained."
YES = Quote(
    (Span.of(TEXT, 0, 20),),
    (Span.of(TEXT, 21, 25),),
    (Span.of(TEXT, 26, 29),),
    Speaker("Ann Lee", aliases=("Annie", "Ann")),
    Kind.DIRECT,
    confidence=0.9,
)
NO = Quote(
    (Span.of(TEXT, 31, 47),),
    (Span.of(TEXT, 48, 52),),
    (Span.of(TEXT, 53, 56),),
    Speaker("Bob"),
    Kind.DIRECT,
    confidence=0.5,
)
RAIN = Quote((Span.of(TEXT, 67, 81),), source=(Span.of(TEXT, 58, 61),), confidence=0.3)
GOLD = [Document("a", TEXT, (YES, NO)), Document("b", TEXT, (YES,))]
RIGHT = bench.System("right", lambda document: document)
NOTHING = bench.System("nothing", lambda document: document, given="gold roster", kinds="direct")


def results(*found: tuple[bench.System, list[Document]], gold: list[Document] = GOLD) -> Any:  # noqa: ANN401 - JSON
    """The results as JSON has them."""
    return json.loads(bench.measure("mine", gold, found).to_json())


def empty(documents: list[Document]) -> list[Document]:
    """The documents without quotes."""
    return [evolve(document, quotes=()) for document in documents]


def with_name(name: str) -> list[Document]:
    """The gold with another name for Ann."""
    named = evolve(YES, speaker=Speaker(name))
    return [evolve(document, quotes=(named, *document.quotes[1:])) for document in GOLD]


def test_measure() -> None:
    """Each system has the scores of `evaluate`, what it was given, and intervals around them."""
    found = results((RIGHT, GOLD), (NOTHING, empty(GOLD)))
    right, nothing = found["systems"]
    assert right["scores"] == evaluate(GOLD, GOLD).to_dict()
    assert nothing["scores"] == evaluate(GOLD, empty(GOLD)).to_dict()
    assert (nothing["given"], nothing["kinds"]) == ("gold roster", "direct")
    assert set(right["intervals"]) == set(METRICS)
    assert right["intervals"]["attribution"] == {"value": 1, "low": 1, "high": 1}
    assert nothing["intervals"]["speaker"] == {"value": 0, "low": 0, "high": 0}


def test_leads() -> None:
    """The first system is compared with each of the others."""
    found = results((RIGHT, GOLD), (NOTHING, empty(GOLD)))
    [lead] = found["leads"]
    assert (lead["of"], lead["over"]) == ("right", "nothing")
    assert lead["differences"]["attribution"]["by"] == {"value": 1, "low": 1, "high": 1}
    assert lead["differences"]["attribution"]["p"] == pytest.approx(0.5, abs=0.05)


def test_gold_and_versions() -> None:
    """The results have what was measured, and with what."""
    found = results((RIGHT, GOLD))
    assert found["gold"] == {
        "name": "mine",
        "documents": 2,
        "quotations": 3,
        "sha256": digest(GOLD),
    }
    assert (found["draws"], found["seed"]) == (2000, 0)
    assert set(found["versions"]) == {"python", "quoteattr", "numpy"}


def test_what_the_gold_does_not_say() -> None:
    """Without cues, sources or speakers in the gold there is no figure for them, and no curve."""
    bare = [Document("a", TEXT, (Quote(YES.content),))]
    [system] = results((RIGHT, GOLD), gold=bare)["systems"]
    assert set(system["intervals"]) == {"content exact", "content soft", "direct found"}
    assert system["curve"] == []


def test_any_name_is_right() -> None:
    """Where the gold has several names of a speaker any of them is right, and no other."""
    for name, expected in (("Annie", 1), ("Ann Lee", 1), ("Bob", 1 / 3)):
        [system] = results((RIGHT, with_name(name)))["systems"]
        value = system["intervals"]["speaker of found"]["value"]
        assert value == pytest.approx(expected, abs=1e-6)


def test_failures_and_models() -> None:
    """How often a system gave up is summed; what found the quotes is named."""
    failed = [evolve(each, meta={"failed": 2}, model={"theirs": "1"}) for each in GOLD]
    [system] = results((RIGHT, failed))["systems"]
    assert (system["failed"], system["model"]) == (4, {"theirs": "1"})


def test_failed_of_others() -> None:
    """What another program means by *failed*, and is no number, counts for nothing."""
    failed = [evolve(each, meta={"failed": "yes"}) for each in GOLD]
    [system] = results((RIGHT, failed))["systems"]
    assert system["failed"] == 0


def test_order_does_not_matter() -> None:
    """Predictions may come in any order."""
    assert results((RIGHT, GOLD[::-1]))["systems"] == results((RIGHT, GOLD))["systems"]


def curve_of(*quotes: Quote) -> tuple[Point, ...]:
    """The curve of predicted quotes for a text of which two are right."""
    gold = [Document("a", TEXT, (YES, NO))]
    found = bench.measure("mine", gold, [(RIGHT, [Document("a", TEXT, quotes)])])
    return found.systems[0].curve


def test_curve() -> None:
    """The surer ones are kept first; those of equal confidence together."""
    assert curve_of(YES, NO, RAIN) == (Point(1 / 3, 0), Point(2 / 3, 0), Point(1, 1 / 3))
    equal = [evolve(quote, confidence=0.7) for quote in (YES, NO, RAIN)]
    assert curve_of(*equal) == (Point(1, 1 / 3),)
    assert curve_of() == ()


def test_digest_is_of_texts_and_quotes() -> None:
    """The checksum does not go by order and ids, but by the texts and their quotes."""
    moved = [
        evolve(each, id=f"x{each.id}", quotes=each.quotes[::-1], meta={"a": 1})
        for each in GOLD[::-1]
    ]
    assert digest(moved) == digest(GOLD)
    assert len({digest(each) for each in (GOLD, empty(GOLD), GOLD[:1], [])}) == 4
    assert digest([]) == hashlib.sha256(b"").hexdigest()


REFUSED = [
    ([], [RIGHT], FormatError, "the gold 'mine' holds no document; expected some"),
    (GOLD * 2, [RIGHT], FormatError, "there are 2 documents of the gold called 'a'; give each"),
    (GOLD, [], ConfigError, "there is no system to be measured by the gold 'mine'; give one"),
    (GOLD, [RIGHT, RIGHT], ConfigError, "there are 2 systems called 'right'; give each a name"),
]


@pytest.mark.parametrize(("gold", "systems", "error", "message"), REFUSED)
def test_refused(
    gold: list[Document], systems: list[bench.System], error: type[Exception], message: str
) -> None:
    """Gold that can't be measured by, and systems that can't be told apart, are refused."""
    with pytest.raises(error, match=message):
        bench.check("mine", gold, systems)
    with pytest.raises(error, match=message):
        bench.measure("mine", gold, [(system, gold) for system in systems])


def test_other_texts() -> None:
    """A prediction for another text is refused."""
    with pytest.raises(FormatError, match="the text of document 'a' is not the same"):
        results((RIGHT, [Document("a", "Yes."), *GOLD[1:]]))


def test_called() -> None:
    """Files and folders are called by their names without endings."""
    named = [bench.called(path) for path in ("a/mine.jsonl.gz", "seeds/", "seeds/../mine", ".b")]
    assert named == ["mine", "seeds", "mine", ".b"]


def drawn(found: bench.Results) -> str:
    """The picture of results."""
    stream = io.StringIO()
    bench.plot(found, stream)
    return stream.getvalue()


def test_plot() -> None:
    """The picture is the same each time, has every system and score, and no date."""
    pytest.importorskip("matplotlib", reason="Matplotlib comes with the extra bench")
    found = bench.measure("mine", GOLD, [(RIGHT, GOLD), (NOTHING, empty(GOLD))])
    picture = drawn(found)
    assert drawn(found) == picture
    assert "<dc:date>" not in picture
    for words in ("right", "nothing", "attribution", "mine: scores", "share of quotes kept"):
        assert f">{words}" in picture


def test_plot_shows_the_values() -> None:
    """Other figures give another picture, a gold without sources included."""
    pytest.importorskip("matplotlib", reason="Matplotlib comes with the extra bench")
    bare = [Document("a", TEXT, (Quote(YES.content),))]
    golds = [(GOLD, GOLD), (GOLD, empty(GOLD)), (bare, GOLD)]
    pictures = {drawn(bench.measure("mine", gold, [(RIGHT, found)])) for gold, found in golds}
    assert len(pictures) == 3


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Matplotlib is missing the message has the extra that brings it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'quoteattr\[bench\]'"):
        drawn(bench.measure("mine", GOLD, [(RIGHT, GOLD)]))
