"""What goes wrong: each type of mistake, and the page that shows them."""

from html.parser import HTMLParser

import pytest
from attrs import evolve
from hypothesis import given, settings

from quoteattr import bench
from quoteattr.bench.mistakes import Mistake, Type, mistakes
from quoteattr.errors import FormatError
from quoteattr.evaluate import evaluate
from quoteattr.quotes import Document, Medium, Quote, Span, Speaker
from strategies import documents

TEXT = "“We are ready to go,” said Ann. Bob <b>says</b> no & leaves."
READY = Quote(
    (Span.of(TEXT, 0, 21),),
    (Span.of(TEXT, 22, 26),),
    (Span.of(TEXT, 27, 30),),
    Speaker("Ann Lee"),
)
LEAVES = Quote((Span.of(TEXT, 53, 59),), source=(Span.of(TEXT, 32, 35),))
GOLD = Document("<i>a</i>", TEXT, (READY,))
MINE = bench.System("<mine>", lambda document: document)


def types(*found: Quote, gold: Quote = READY) -> list[str]:
    """What is wrong with predicted quotes, in words."""
    wrong = mistakes(evolve(GOLD, quotes=(gold,)), evolve(GOLD, quotes=found))
    return [each.type.value for each in wrong]


def test_types() -> None:
    """Each type of mistake; of several the first that fits."""
    shorter = (Span.of(TEXT, 4, 21),)
    nobody = evolve(READY, speaker=None)
    assert types(READY) == []
    assert types() == ["missed"]
    assert types(READY, LEAVES) == ["invented"]
    assert types(LEAVES) == ["missed", "invented"]
    assert types(evolve(READY, source=LEAVES.source)) == ["wrong source"]
    assert types(nobody) == ["wrong speaker"]
    assert types(evolve(nobody, content=shorter)) == ["wrong speaker"]
    assert types(evolve(READY, content=shorter)) == ["wrong limits"]


def test_speakers_that_are_not_labelled() -> None:
    """Who speaks can't be wrong where the gold doesn't say, and isn't scored for thoughts."""
    assert types(READY, gold=evolve(READY, speaker=None)) == []
    thought = evolve(READY, medium=Medium.THOUGHT)
    assert types(evolve(READY, speaker=Speaker("Bob")), gold=thought) == []


def test_both_sides_are_there() -> None:
    """A mistake has the gold and the predicted quote, so far as there are any."""
    found = evolve(GOLD, quotes=(LEAVES,))
    assert list(mistakes(GOLD, found)) == [
        Mistake(Type.MISSED, GOLD, READY, None),
        Mistake(Type.INVENTED, GOLD, None, LEAVES),
    ]


@settings(max_examples=50)
@given(documents(), documents())
def test_counts_are_those_of_the_scores(gold: Document, other: Document) -> None:
    """What is missed, invented and found adds up to what `evaluate` counts."""
    gold = evolve(gold, quotes=tuple(q for q in gold.quotes if any(map(str.isalnum, q.text))))
    found = evolve(gold, quotes=gold.quotes[::2])
    wrong = [each.type for each in mistakes(gold, found)]
    counts = evaluate([gold], [found]).counts
    assert counts.gold - wrong.count(Type.MISSED) == counts.predicted - wrong.count(Type.INVENTED)
    if other.text != gold.text:
        with pytest.raises(FormatError, match="the text of document"):
            list(mistakes(gold, evolve(other, id=gold.id)))


class Reader(HTMLParser):
    """A page's tags, and its text by the class of the element around it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.marked: dict[str, str] = {}
        self._part = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the tag, and the class of what follows."""
        self.tags.add(tag)
        self._part = dict(attrs).get("class") or ""

    def handle_data(self, data: str) -> None:
        """Add the text to that of its class."""
        self.marked[self._part] = self.marked.get(self._part, "") + data


def test_page() -> None:
    """The page shows the text with its parts marked, all escaped, and counts the mistakes."""
    page = bench.page("<gold>", [GOLD], [(MINE, [evolve(GOLD, quotes=(LEAVES,))])])
    reader = Reader(page)
    assert not {"b", "i", "mine", "gold", "script"} & reader.tags
    assert "&lt;b&gt;" in page
    assert reader.marked["content"].endswith("“We are ready to go,”leaves")
    assert reader.marked["cue"].endswith("said")
    assert reader.marked["source"].endswith("AnnBob")
    assert "missed: 1, at most 50 shown" in page
    assert "invented: 1" in page
    assert "wrong source:" not in page


def test_page_shows_some() -> None:
    """Of many mistakes of a type all are counted, and fifty shown."""
    many = [evolve(GOLD, id=str(number)) for number in range(60)]
    page = bench.page("gold", many, [(MINE, [evolve(each, quotes=()) for each in many])])
    assert "missed: 60, at most 50 shown" in page
    assert page.count("<article>") == 50


@settings(max_examples=20)
@given(documents())
def test_page_of_any_text(document: Document) -> None:
    """Any document can be shown, and nothing in it becomes a tag."""
    page = bench.page("gold", [document], [(MINE, [evolve(document, quotes=())])])
    plain = bench.page("gold", [GOLD], [(MINE, [evolve(GOLD, quotes=())])])
    assert Reader(page).tags <= Reader(plain).tags
