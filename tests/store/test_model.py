"""The store against a model of it in plain Python, whatever is done to it in whichever order."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from attrs import Factory, define, evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from quoteattr.quotes import Document, Quote, Speaker, SpeakerType
from quoteattr.store import Added, Filters, QuoteStore
from quoteattr.store.index import parse
from quoteattr.store.words import fold, words
from store_by_hand import document, person, together

IDS = ["a", "b", "c", "d"]
SPEAKERS = [
    person("Ann Lee"),
    person("Ann Roe"),
    person("Bo Day"),
    person("Lee"),
    person("Roe"),
    Speaker("Ann Lee", SpeakerType.ORGANIZATION),
    person("the official", named=False),
    together("Ann Lee", "Lee"),
    together("Bo Day", "Bo Day"),
    None,
]
SAID = ["Energy security", "Security", "Énergie now", "No; energy", "It's 5%"]
QUERIES = ["energy", "secur*", '"energy security"', "energy now", "its", "it's", "5", "ener* no*"]

Home = tuple[object, ...]
Place = tuple[str, int]


def members(speaker: Speaker | None) -> Iterator[Speaker]:
    """The speakers of a quote, each for themselves."""
    if speaker is not None:
        yield from speaker.members or (speaker,)


def home_of(speaker: Speaker, id_: str) -> Home:
    """Who a speaker is as long as nobody decides anything."""
    is_full = speaker.named and len(speaker.name.split()) > 1
    return (speaker.name, speaker.type, None if is_full else id_)


@define
class Decided:
    """A decision in the model: whom it moves where, in which documents."""

    source: Home | None
    target: Home
    documents: frozenset[str] = frozenset(IDS)
    name: str | None = None
    holds: bool = True


@define
class Model:
    """What the store should have in it."""

    documents: dict[str, Document] = Factory(dict)
    log: dict[int, Decided] = Factory(dict)
    names: dict[Home, str] = Factory(dict)

    def speaker(self, home: Home, id_: str) -> Home:
        """Who that is, by all decisions that hold."""
        for each in self.log.values():
            if each.holds and each.source == home and id_ in each.documents:
                home = each.target
        return home

    def name(self, speaker: Home) -> str:
        """What the speaker is called."""
        name = self.names.get(speaker, str(speaker[0]))
        for each in self.log.values():
            if each.holds and each.target == speaker and each.name is not None:
                name = each.name
        return name

    def said(self) -> dict[Home, frozenset[Place]]:
        """Where each speaker's quotes are."""
        found: dict[Home, set[Place]] = {}
        for id_, each in self.documents.items():
            for quote in each.quotes:
                for member in members(quote.speaker):
                    speaker = self.speaker(home_of(member, id_), id_)
                    found.setdefault(speaker, set()).add((id_, quote.start))
        return {speaker: frozenset(places) for speaker, places in found.items()}

    def quotes(self) -> Iterator[tuple[Place, Quote]]:
        """All quotes, with their places."""
        for id_, each in self.documents.items():
            yield from (((id_, quote.start), quote) for quote in each.quotes)


def has(quote: Quote, query: str) -> bool:
    """Whether a quote has what is looked for."""
    there = f" {' '.join(word.folded for word in words(quote.text))} "
    asked = (f" {' '.join(t.words)}{'' if t.is_prefix else ' '}" for t in parse(query))
    return all(each in there for each in asked)


def documents() -> st.SearchStrategy[Document]:
    """Documents of few sentences by few speakers."""
    pairs = st.tuples(st.sampled_from(SAID), st.sampled_from(SPEAKERS))
    several = st.lists(pairs, max_size=4, unique_by=lambda pair: pair[0])
    return st.builds(document, st.sampled_from(IDS), several)


class Comparison(RuleBasedStateMachine):
    """What is done to both, and whether they then say the same."""

    open_store: Callable[[], QuoteStore]

    def __init__(self) -> None:
        super().__init__()
        self.store = self.open_store()
        self.model = Model()

    def teardown(self) -> None:
        """Close the store."""
        self.store.close()

    @rule(some=st.lists(documents(), max_size=3, unique_by=lambda each: each.id))
    def add(self, some: list[Document]) -> None:
        """Add documents, some of which may be there, as they are or others."""
        known = self.model.documents
        kinds = Counter(
            "new" if each.id not in known else "same" if each == known[each.id] else "changed"
            for each in some
        )
        assert self.store.add(some) == Added(**kinds)
        known.update({each.id: each for each in some})

    @rule(id_=st.sampled_from(IDS))
    def run_again(self, id_: str) -> None:
        """Another model finds the same quotes in a document."""
        if id_ in self.model.documents:
            before = self.model.documents[id_]
            number = int(before.model.get("run", "0")) + 1
            after = evolve(before, model={"run": str(number)})
            assert self.store.add([after]) == Added(changed=1)
            self.model.documents[id_] = after

    @rule(ids=st.lists(st.sampled_from(IDS), max_size=2, unique=True))
    def delete(self, ids: list[str]) -> None:
        """Delete documents, be they there or not."""
        found = [self.model.documents.pop(id_, None) for id_ in ids]
        assert self.store.delete(ids) == len([each for each in found if each])

    def speakers(self) -> dict[tuple[str, frozenset[Place]], int]:
        """The store's speakers by name and quotes, with their numbers."""
        return {(each.name, self.places(each.id)): each.id for each in self.store.speakers.find()}

    def places(self, number: int) -> frozenset[Place]:
        """Where a speaker's quotes are."""
        hits = self.store.search(filters=Filters(speaker=number), limit=100).hits
        return frozenset((hit.document, hit.quote.start) for hit in hits)

    def known(self) -> list[tuple[Home, int]]:
        """The speakers of both who can't be mistaken for each other."""
        said = self.model.said()
        keys = [(self.model.name(home), places) for home, places in said.items()]
        numbers = self.speakers()
        return [
            (home, numbers[key])
            for home, key in sorted(zip(said, keys, strict=True), key=repr)
            if keys.count(key) == 1
        ]

    @precondition(lambda self: len(self.known()) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """Two speakers become one."""
        pairs = list(itertools.permutations(self.known(), 2))
        (kept, one), (merged, other) = data.draw(st.sampled_from(pairs))
        number = self.store.speakers.merge(one, other).number
        self.model.log[number] = Decided(merged, kept)

    @precondition(lambda self: self.known())
    @rule(data=st.data(), id_=st.sampled_from(IDS))
    def split(self, data: st.DataObject, id_: str) -> None:
        """A speaker is another one in a document."""
        home, one = data.draw(st.sampled_from(self.known()))
        if any(place[0] == id_ for place in self.model.said()[home]):
            number = self.store.speakers.split(one, id_).number
            target = (home[0], home[1], "split", number)
            self.model.names[target] = self.model.name(home)
            self.model.log[number] = Decided(home, target, frozenset([id_]))

    @precondition(lambda self: self.known())
    @rule(data=st.data(), name=st.sampled_from(["Ann", "Dr. X", "Bo Day"]))
    def rename(self, data: st.DataObject, name: str) -> None:
        """A speaker gets another name."""
        home, one = data.draw(st.sampled_from(self.known()))
        number = self.store.speakers.rename(one, name).number
        self.model.log[number] = Decided(None, home, name=name)

    @precondition(lambda self: any(each.holds for each in self.model.log.values()))
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        """A decision is undone."""
        holding = [number for number, each in self.model.log.items() if each.holds]
        number = data.draw(st.sampled_from(holding))
        self.store.speakers.undo(number)
        self.model.log[number].holds = False

    @rule(query=st.sampled_from(QUERIES))
    def search(self, query: str) -> None:
        """What has these words is found, and nothing else; page by page, too."""
        expected = {place for place, quote in self.model.quotes() if has(quote, query)}
        assert set(self.found(query)) == expected
        assert len(self.found(query)) == len(expected)

    def found(self, query: str) -> list[Place]:
        """The places of all hits."""
        page = self.store.search(query, limit=2)
        hits = list(page.hits)
        while page.next is not None:
            page = self.store.search(query, limit=2, after=page.next)
            hits.extend(page.hits)
        return [(hit.document, hit.quote.start) for hit in hits]

    @rule(query=st.sampled_from([None, *QUERIES]))
    def most_quoted(self, query: str | None) -> None:
        """The counts are those of the model."""
        that = {place for place, quote in self.model.quotes() if not query or has(quote, query)}
        expected = [
            (self.model.name(home), len(places & that), len({id_ for id_, _ in places & that}))
            for home, places in self.model.said().items()
            if places & that
        ]
        most = self.store.most_quoted(query, limit=100)
        assert sorted((e.name, e.quotes, e.documents) for e in most) == sorted(expected)
        counts = [each.quotes for each in most]
        assert counts == sorted(counts, reverse=True)

    @invariant()
    def same_documents(self) -> None:
        """All documents are there as they were added."""
        by_id = sorted(self.model.documents.items())
        assert [(each.id, each) for each in self.store.documents()] == by_id

    @invariant()
    def same_speakers(self) -> None:
        """The same speakers say the same."""
        found = Counter((each.name, self.places(each.id)) for each in self.store.speakers.find())
        said = self.model.said().items()
        assert found == Counter((self.model.name(home), places) for home, places in said)

    @invariant()
    def found_by_name(self) -> None:
        """Each speaker is found by each word of its name."""
        for each in self.store.speakers.find():
            for word in fold(each.name).split():
                assert each in self.store.speakers.find(word)


def compare(open_store: Callable[[], QuoteStore], examples: int) -> None:
    """Do things to a store and to the model."""
    run_state_machine_as_test(
        type("Comparison", (Comparison,), {"open_store": staticmethod(open_store)}),
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None),
    )


def fresh_files(folder: Path) -> Callable[[], QuoteStore]:
    """What opens another empty file each time."""
    numbers: Iterable[int] = itertools.count()
    names = (folder / f"{number}.db" for number in numbers)
    return lambda: QuoteStore(next(names))


def test_sqlite_is_as_the_model(tmp_path: Path) -> None:
    """A few runs."""
    compare(fresh_files(tmp_path), 10)


def test_postgresql_is_as_the_model(empty_postgres: Callable[[], str]) -> None:
    """The same rules, fewer runs."""
    compare(lambda: QuoteStore(empty_postgres()), 4)


@pytest.mark.slow
def test_sqlite_is_as_the_model_many_times(tmp_path: Path) -> None:
    """Many runs."""
    compare(fresh_files(tmp_path), 200)


@pytest.mark.slow
def test_postgresql_is_as_the_model_many_times(empty_postgres: Callable[[], str]) -> None:
    """The same rules, fewer runs."""
    compare(lambda: QuoteStore(empty_postgres()), 40)
