"""Speakers across documents, and what people decide about them."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from attrs import evolve
from sqlalchemy import text

from quoteattr import formats
from quoteattr.errors import ConfigError, FileReadError, FormatError, NotInStoreError, QueryError
from quoteattr.quotes import Document, Speaker, SpeakerType
from quoteattr.store import Decision, Filters, QuoteStore
from store_by_hand import document, person, together

SEEDS = Path(__file__).parents[2] / "seeds"


def counts(store: QuoteStore, query: str | None = None) -> list[tuple[str, int]]:
    """Speakers and how many quotes they have, in the order of their names."""
    return sorted((each.name, each.quotes) for each in store.speakers.find(query))


def saying(*names: Speaker | str) -> list[Document]:
    """Documents “a”, “b”, …, in each of which one of these says something."""
    return [document(id_, [("Yes", name)]) for id_, name in zip("abcdefgh", names, strict=False)]


def number_in(store: QuoteStore, id_: str) -> int:
    """The number of the one speaker in a document."""
    query = text(
        "SELECT speaker_id FROM voices JOIN quotes ON quotes.id = quote_id "
        "JOIN documents ON documents.number = document_number WHERE documents.id = :id"
    )
    with store._engine.connect() as connection:
        return int(connection.execute(query, {"id": id_}).scalar_one())


def test_one_speaker_in_two_seeds(store: QuoteStore) -> None:
    """Kıran and Aliyev are one each, with all that both texts have of them."""
    gold = list(formats.load(SEEDS))
    store.add(gold)
    for words, name in (("Kiran", "Yavuz Selim Kıran"), ("aliyev", "Ilham Aliyev")):
        [found] = store.speakers.find(words)
        said = [quote for each in gold for quote in each.quotes if str(quote.speaker) == name]
        assert (found.name, found.quotes, found.documents) == (name, len(said), 2)


def test_who_is_quoted_in_the_seeds(store: QuoteStore) -> None:
    """Every speaker is there once, but for the single names, which are one in each text."""
    gold = list(formats.load(SEEDS))
    store.add(gold)
    expected: dict[tuple[str, str], int] = {}
    for each in gold:
        for quote in each.quotes:
            if quote.speaker:
                is_full = quote.speaker.named and " " in quote.speaker.name
                key = (quote.speaker.name, "" if is_full else each.id)
                expected[key] = expected.get(key, 0) + 1
    assert counts(store) == sorted((name, number) for (name, _), number in expected.items())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Ann Lee", "ANN LEE", "ann-lee", "Änn Lee."], [("Ann Lee", 4)]),
        (["Lee", "Lee", "LEE"], [("LEE", 1), ("Lee", 1), ("Lee", 1)]),
        (["Ann Lee", "Lee"], [("Ann Lee", 1), ("Lee", 1)]),
        (["Ann Lee", "Ann Bo Lee"], [("Ann Bo Lee", 1), ("Ann Lee", 1)]),
        (["Łukasz Øst", "Lukasz Ost"], [("Łukasz Øst", 2)]),
    ],
)
def test_who_is_one(store: QuoteStore, names: list[str], expected: list[tuple[str, int]]) -> None:
    """A full name is one speaker in all documents; a single name is one in its own."""
    store.add(saying(*names))
    assert counts(store) == expected


def test_types_stay_apart(store: QuoteStore) -> None:
    """A company of the same name is somebody else."""
    firm = Speaker("Ann Lee", SpeakerType.ORGANIZATION)
    store.add(saying("Ann Lee", firm))
    assert [each.type for each in store.speakers.find()] == ["person", "organization"]


def test_descriptions_stay_apart(store: QuoteStore) -> None:
    """A senior official is somebody else in each document, however many words there are."""
    official = person("senior official", named=False)
    store.add(saying(official, official))
    assert counts(store) == [("senior official", 1)] * 2


def test_a_single_name_is_one_in_its_document(store: QuoteStore) -> None:
    """However often it stands there."""
    store.add([document("a", [("Yes", "Lee"), ("No", "lee"), ("Hm", "Roe")])])
    assert counts(store) == [("Lee", 2), ("Roe", 1)]


def test_members_are_registered_each_for_themselves(store: QuoteStore) -> None:
    """What two say together each of them has said; the group is no speaker of its own."""
    store.add(saying(together("Ann Lee", "Bo Roe"), "Ann Lee"))
    assert counts(store) == [("Ann Lee", 2), ("Bo Roe", 1)]
    [hit] = store.search(filters=Filters(speaker="Roe")).hits
    assert hit.speakers == ("Ann Lee", "Bo Roe")
    assert store.stats().quotes == 2


def test_members_of_members(store: QuoteStore) -> None:
    """A group in a group is its members, too."""
    inner = together("Ann Lee", "Bo Roe")
    outer = Speaker("all", SpeakerType.GROUP, members=(inner, person("Cy Day")))
    store.add(saying(outer))
    assert [name for name, _ in counts(store)] == ["Ann Lee", "Bo Roe", "Cy Day"]


def test_find_by_other_names(store: QuoteStore) -> None:
    """Each form that a text has leads to the speaker; words that no name has lead nowhere."""
    store.add(saying(person("Yavuz Selim Kıran", "Mr Kıran", "the deputy minister"), "Bo Roe"))
    for words in ("kiran", "Yav* Sel*", '"selim kiran"', "DEPUTY minister"):
        assert counts(store, words) == [("Yavuz Selim Kıran", 1)]
    assert counts(store, "yavuz deputy") == []
    assert counts(store, "nobody") == []
    [found] = store.speakers.find("kiran")
    assert found.aliases == ("Yavuz Selim Kıran", "Mr Kıran", "the deputy minister")


def test_find_no_more_than(store: QuoteStore) -> None:
    """With a limit there are the first ones only, of those who have the words."""
    store.add(saying("Ann Lee", "Bo Lee", "Ann Lee", "Al Roe", "Bo Lee", "Ann Lee"))
    assert [each.name for each in store.speakers.find(limit=2)] == ["Ann Lee", "Bo Lee"]
    assert [each.name for each in store.speakers.find("lee", limit=1)] == ["Ann Lee"]
    assert len(store.speakers.find(limit=100)) == 3


def test_find_refuses_what_search_refuses(store: QuoteStore) -> None:
    """A malformed query is one here, too."""
    with pytest.raises(QueryError, match="never ends"):
        store.speakers.find('"ann')


def test_get(store: QuoteStore) -> None:
    """By number or by name, whatever its case and accents."""
    store.add(saying("Yavuz Selim Kıran"))
    found = store.speakers.get("yavuz selim kiran")
    assert found == store.speakers.get(found.id)
    assert (found.name, found.quotes, found.role) == ("Yavuz Selim Kıran", 1, None)


def test_get_nobody(store: QuoteStore) -> None:
    """The message names who is not there, and how to look."""
    for who in ("Ann Lee", 7):
        with pytest.raises(NotInStoreError) as caught:
            store.speakers.get(who)
        assert str(caught.value) == (
            f"there is no speaker {who!r}; `quoteattr db speakers`, or speakers.find(), lists "
            "them, by words of their names"
        )


def test_get_one_of_several(store: QuoteStore) -> None:
    """The message lists the numbers of those who are meant."""
    store.add(saying("Lee", "Lee", Speaker("Lee", SpeakerType.ORGANIZATION)))
    numbers = [number_in(store, id_) for id_ in "abc"]
    with pytest.raises(NotInStoreError) as caught:
        store.speakers.get("Lee")
    assert str(caught.value) == (
        f"3 speakers are called 'Lee'; take one's number: {numbers[0]} (person in 'a'), "
        f"{numbers[1]} (person in 'b'), {numbers[2]} (organization in 'c')"
    )


def test_merge(store: QuoteStore) -> None:
    """Two become one, with the name of the first and the names of both."""
    store.add(saying("Jens Stoltenberg", "Stoltenberg", "Stoltenberg"))
    decision = store.speakers.merge("Jens Stoltenberg", number_in(store, "b"))
    details = {"merged": "Stoltenberg"}
    assert decision == Decision(1, "merge", number_in(store, "a"), decision.other, details)
    assert counts(store) == [("Jens Stoltenberg", 2), ("Stoltenberg", 1)]
    assert len(store.search(filters=Filters(speaker="Jens")).hits) == 2
    assert store.speakers.get("Jens Stoltenberg").aliases == ("Jens Stoltenberg", "Stoltenberg")


def test_merge_of_one(store: QuoteStore) -> None:
    """Who is one already can't be merged."""
    store.add(saying("Ann Lee"))
    with pytest.raises(ConfigError, match=r"^'Ann Lee' and 'ann lee' are one speaker already, nu"):
        store.speakers.merge("Ann Lee", "ann lee")


def test_whom_a_merge_has_swallowed(store: QuoteStore) -> None:
    """The name that was merged leads to the one that stayed."""
    store.add(saying("Ann Lee", "Ann Roe"))
    merged = number_in(store, "b")
    store.speakers.merge("Ann Lee", "Ann Roe")
    assert store.speakers.get("Ann Roe").name == "Ann Lee"
    with pytest.raises(NotInStoreError):
        store.speakers.get(merged)


def test_split(store: QuoteStore) -> None:
    """In these documents it is somebody else of the same name."""
    store.add(saying("John Smith", "John Smith", "John Smith"))
    decision = store.speakers.split("John Smith", "b", "c")
    assert decision.other is not None
    assert store.speakers.decisions() == [decision]
    assert number_in(store, "b") == number_in(store, "c") == decision.other
    assert counts(store) == [("John Smith", 1), ("John Smith", 2)]
    store.speakers.rename(decision.other, "John Smith (footballer)")
    assert counts(store, "footballer") == [("John Smith (footballer)", 2)]
    assert len(store.search(filters=Filters(speaker="smith")).hits) == 3


@pytest.mark.parametrize("ids", [(), ("b",), ("nowhere", "b")])
def test_split_of_nothing(store: QuoteStore, ids: tuple[str, ...]) -> None:
    """Where a speaker says nothing there is nobody to split off."""
    store.add(saying("Ann Lee", "Bo Roe"))
    listed = ", ".join(map(repr, ids)) or "no documents at all"
    with pytest.raises(NotInStoreError, match=f"has no quote in {listed}; check the ids"):
        store.speakers.split("Ann Lee", *ids)
    assert store.speakers.decisions() == []


def test_rename(store: QuoteStore) -> None:
    """The new name counts, and the old one is an alias still."""
    store.add(saying("Yavuz Kiran"))
    store.speakers.rename("Yavuz Kiran", "Yavuz Selim Kıran")
    assert counts(store, "selim") == counts(store, "yavuz") == [("Yavuz Selim Kıran", 1)]
    assert store.speakers.get("Yavuz Kiran").name == "Yavuz Selim Kıran"
    [hit] = store.search().hits
    assert hit.speakers == ("Yavuz Selim Kıran",)
    assert str(hit.quote.speaker) == "Yavuz Kiran"


def test_rename_to_nothing(store: QuoteStore) -> None:
    """A name needs a character."""
    with pytest.raises(ConfigError, match="must have a character that is no space, not ' '"):
        store.speakers.rename("Ann Lee", " ")


def decide_much(store: QuoteStore) -> None:
    """Decisions of each kind."""
    store.speakers.merge("Jens Stoltenberg", number_in(store, "b"))
    store.speakers.split("John Smith", "d")
    store.speakers.rename("Bo Roe", "Bo R. Roe")


MANY = ("Jens Stoltenberg", "Stoltenberg", "John Smith", "John Smith", "Bo Roe", "Stoltenberg")


def test_decisions_outlive_a_new_run(store: QuoteStore) -> None:
    """Whether the new model replaces the quotes, or all is deleted and added again."""
    some = saying(*MANY)
    store.add(some)
    decide_much(store)
    decided = counts(store)
    assert decided != counts_of(MANY)
    store.add([evolve(each, model={"quoteattr": "0.2.0"}) for each in some])
    assert counts(store) == decided
    store.delete([each.id for each in some])
    assert counts(store) == []
    store.add(reversed(some))
    assert counts(store) == decided


def test_decisions_hold_for_what_comes_later(store: QuoteStore) -> None:
    """A full name that was merged is merged in new documents, too; a single name isn't."""
    store.add(saying("Ann Lee", "Ann Roe", "Roe"))
    store.speakers.merge("Ann Lee", "Ann Roe")
    store.speakers.merge("Ann Lee", "Roe")
    store.add([document("new", [("Yes", "Ann Roe"), ("No", "Roe"), ("Hm", "Ann Lee")])])
    assert counts(store) == [("Ann Lee", 5), ("Roe", 1)]


def counts_of(names: Iterable[str]) -> list[tuple[str, int]]:
    """How often names are quoted if nobody has decided anything."""
    full = [name for name in names if " " in name]
    pairs = {(name, full.count(name)) for name in full}
    return sorted([*pairs, *((name, 1) for name in names if " " not in name)])


def test_undo_all(store: QuoteStore) -> None:
    """Once all is undone it is as it was, whatever the order."""
    store.add(saying(*MANY))
    before = store.speakers.find()
    decide_much(store)
    for number in (1, 3, 2):
        store.speakers.undo(number)
    assert store.speakers.find() == before
    assert [each.undone for each in store.speakers.decisions()] == [True] * 3


def test_undo_one(store: QuoteStore) -> None:
    """All others hold as if the one had never been."""
    store.add(saying("Ann Lee", "Ann Roe", "Ann Day"))
    first = store.speakers.merge("Ann Roe", "Ann Day")
    store.speakers.rename("Ann Roe", "Ann the Second")
    store.speakers.merge("Ann Lee", "Ann Roe")
    assert counts(store) == [("Ann Lee", 3)]
    store.speakers.undo(first.number)
    assert counts(store) == [("Ann Day", 1), ("Ann Lee", 2)]


def test_undo_what_is_not_there(store: QuoteStore) -> None:
    """A decision can be undone once."""
    store.add(saying("Ann Lee"))
    store.speakers.undo(store.speakers.rename("Ann Lee", "Ann").number)
    for number in (1, 7):
        with pytest.raises(NotInStoreError) as caught:
            store.speakers.undo(number)
        assert str(caught.value) == (
            f"there is no decision {number} to undo; `quoteattr db decisions`, or "
            "speakers.decisions(), lists those that hold"
        )


@pytest.mark.parametrize("number", [2**63, -(2**80)])
def test_numbers_of_any_size(store: QuoteStore, number: int) -> None:
    """A number that no database can hold is said to be one."""
    store.add(saying("Ann Lee"))
    asks: list[Callable[[], object]] = [
        lambda: store.speakers.get(number),
        lambda: store.speakers.undo(number),
        lambda: store.search(filters=Filters(speaker=number)),
    ]
    for ask in asks:
        with pytest.raises(ConfigError) as caught:
            ask()
        assert str(caught.value) == (
            "a number has more than 64 bits, so no speaker or decision has it; check it"
        )


ALIASES = """name,aliases,wikidata,role
Jens Stoltenberg,Stoltenberg; Jens Stoltenbourg,Q57665,NATO Secretary General
NATO,North Atlantic Treaty Organization,Q7184,
"""


@pytest.fixture(name="aliases")
def _aliases(tmp_path: Path) -> Path:
    """An alias file."""
    path = tmp_path / "aliases.csv"
    path.write_text(ALIASES, encoding="utf-8")
    return path


NAMED = ("Jens Stoltenberg", "Stoltenberg", "Jens Stoltenbourg", "NATO", "Bo Roe")


@pytest.mark.parametrize("loaded_first", [True, False])
def test_alias_file(store: QuoteStore, aliases: Path, *, loaded_first: bool) -> None:
    """Its names are one speaker each, with what it says of them, before and after."""
    some = saying(*NAMED)
    if loaded_first:
        assert len(store.speakers.load(aliases)) == 2
        store.add(some)
    else:
        store.add(some)
        assert len(store.speakers.load(aliases)) == 2
    assert counts(store) == [("Bo Roe", 1), ("Jens Stoltenberg", 3), ("NATO", 1)]
    found = store.speakers.get("stoltenberg")
    assert (found.name, found.role, found.wikidata, found.quotes) == (
        *("Jens Stoltenberg", "NATO Secretary General", "Q57665"),
        3,
    )
    store.add([document("later", [("Yes", Speaker("North Atlantic Treaty Organization"))])])
    assert store.speakers.get("NATO").quotes == 2
    assert store.speakers.get("NATO").role is None


def test_alias_file_twice(store: QuoteStore, aliases: Path) -> None:
    """What holds already is not decided again."""
    store.speakers.load(aliases)
    assert store.speakers.load(aliases) == []
    aliases.write_text(ALIASES + "Bo Roe,,Q1,\n", encoding="utf-8")
    [decision] = store.speakers.load(aliases)
    assert dict(decision.details) == {"name": "Bo Roe", "names": ["Bo Roe"], "wikidata": "Q1"}
    assert store.speakers.decisions()[-1] == decision


def test_alias_file_undone(store: QuoteStore, aliases: Path) -> None:
    """Its rows can be undone as any decision can, and loaded again."""
    store.add(saying(*NAMED))
    before = store.speakers.find()
    for decision in store.speakers.load(aliases):
        store.speakers.undo(decision.number)
    assert store.speakers.find() == before
    assert len(store.speakers.load(aliases)) == 2
    assert len(store.speakers.find()) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "must have a header with the column name, and may have aliases, wikidata and role;"),
        ("names\nAnn\n", "it has 'names'"),
        ("name,qid\nAnn,Q1\n", "it has 'name', 'qid'"),
        ("name,role\nAnn,x\n ,y\n", ", line 3: the name is empty; each row needs one"),
        (
            "name,aliases\nAnn,A,B,C\n",
            ", line 2: the row has 4 cells, the header 2; aliases stand in one cell",
        ),
        ('name\n"Ann', ", line 2: not CSV: unexpected end of data"),
    ],
)
def test_malformed_alias_files(
    store: QuoteStore, tmp_path: Path, content: str, message: str
) -> None:
    """The message names the file, and nothing of it is taken."""
    path = tmp_path / "aliases.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FormatError, match=re.escape(message)) as caught:
        store.speakers.load(path)
    assert str(path) in str(caught.value)
    assert store.speakers.decisions() == []


def test_no_alias_file(store: QuoteStore, tmp_path: Path) -> None:
    """A missing file is said to be missing."""
    with pytest.raises(FileReadError, match="there is no such file"):
        store.speakers.load(tmp_path / "nowhere.csv")


def test_names_that_cannot_be_held(store: QuoteStore) -> None:
    """Decisions about names with NUL and lone surrogates come back, too."""
    store.add(saying("Ann\0 Lee\ud800", "Bo Roe"))
    store.speakers.rename("Ann\0 Lee\ud800", "Ann\ud800\0")
    assert counts(store) == [("Ann\ud800\0", 1), ("Bo Roe", 1)]
    assert store.speakers.decisions()[0].details == {"name": "Ann\ud800\0"}
    store.speakers.split("Bo Roe", "b")
    assert store.speakers.decisions()[1].details["documents"] == ["b"]
