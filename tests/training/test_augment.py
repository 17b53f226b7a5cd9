"""Altered copies: what each kind of alteration does, and that labels stay where they belong."""

import re

import pytest

pytest.importorskip("faker")

from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from quoteattr.quotes import Document, Evidence, Kind, Quote, Span, Speaker, TextWarning
from quoteattr.quotes import WarningCode as Code
from quoteattr.training import augment
from quoteattr.training.augment import Edit, Style, alter, apply, restyle
from strategies import documents, prose

KINDS = {name: kind for name, (_, kind) in augment._KINDS.items()}


def labelled(text: str, *quotes: tuple[str, str, str]) -> Document:
    """A document with a quote for each content, cue and source, at their first places."""

    def found(part: str) -> tuple[Span, ...]:
        at = text.index(part)
        return (Span.of(text, at, at + len(part)),) if part else ()

    made = (Quote(found(content), found(cue), found(source)) for content, cue, source in quotes)
    return Document("a", text, tuple(made))


def spans(document: Document) -> list[Span]:
    """The spans of all quotes, in their order."""
    return [s for each in document.quotes for s in (*each.content, *each.cue, *each.source)]


def parts(document: Document) -> list[tuple[int, str]]:
    """Where each span starts and what it holds, of which the text is the judge."""
    return [(span.start, document.text[span.start : span.end]) for span in spans(document)]


def copies(kind: str, document: Document) -> dict[str, Document]:
    """The copies that a kind makes with many seeds, by their texts."""
    made = (KINDS[kind](document, default_rng(seed)) for seed in range(600))
    return {copy.text: copy for copy in made}


@pytest.mark.parametrize(
    ("edits", "text", "expected"),
    [
        ([], "Ann said no.", [(9, "no"), (4, "said"), (0, "Ann")]),
        ([(0, 3, "Bo")], "Bo said no.", [(8, "no"), (3, "said"), (0, "Bo")]),
        ([(9, 11, "it"), (4, 8, "is")], "Ann is it.", [(7, "it"), (4, "is"), (0, "Ann")]),
        ([(1, 6, "xy")], "Axyid no.", [(6, "no"), (1, "xyid"), (0, "Axy")]),
        ([(3, 9, " ")], "Ann no.", [(4, "no"), (3, " "), (0, "Ann")]),
        ([(4, 9, "")], "Ann no.", [(4, "no"), (0, "Ann")]),
        ([(8, 11, "")], "Ann said.", []),
    ],
)
def test_apply_moves_each_span_with_its_words(
    edits: list[Edit], text: str, expected: list[tuple[int, str]]
) -> None:
    """Edges inside a replaced stretch move outwards; what is empty then is dropped."""
    document = apply(labelled("Ann said no.", ("no", "said", "Ann")), edits)
    assert (document.text, parts(document)) == (text, expected)


def test_apply_drops_what_is_about_the_old_text() -> None:
    """Evidence and warnings go; all else of a document and its quotes stays."""
    span = Span.of("Ann: no", 0, 3)
    quote = Quote((span,), speaker=Speaker("Ann"), evidence=(Evidence(span, "source"),))
    warning = TextWarning(Code.UNCLOSED_MARK, "unclosed")
    document = apply(Document("a", "Ann: no", (quote,), (warning,), {"b": 1}), [])
    kept = Quote((span,), speaker=Speaker("Ann"))
    assert document == Document("a", "Ann: no", (kept,), meta={"b": 1})


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("straight", '"It’s \'no\'," she said. Boys’ "yes.'),
        ("single", "‘It’s “no”,’ she said. Boys’ ‘yes."),
        ("guillemet", "«It’s “no”,» she said. Boys’ «yes."),
        ("low", "„It’s ‚no‘,“ she said. Boys’ „yes."),
    ],
)
def test_restyle_writes_other_marks_and_keeps_apostrophes(style: Style, text: str) -> None:
    """Outer marks, inner ones, and one that never closes."""
    article = labelled("“It’s ‘no’,” she said. Boys’ “yes.", ("“It’s ‘no’,”", "said", "she"))
    document = restyle(article, style)
    assert document.text == text
    assert parts(document) == [(0, text[:12]), (17, "said"), (13, "she")]
    assert text in copies("style", article)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes,” Ann said. “No” it is.", [(0, "Yes,”"), (10, "said"), (6, "Ann")]),
        ("“Yes, Ann said. “No” it is.", [(0, "“Yes,"), (10, "said"), (6, "Ann")]),
        ("Yes,” Ann said. “No it is.", [(0, "Yes,”"), (10, "said"), (6, "Ann")]),
    ],
)
def test_lost_marks_lack_one_side(text: str, expected: list[tuple[int, str]]) -> None:
    """The content loses that mark and no more."""
    article = labelled("“Yes,” Ann said. “No” it is.", ("“Yes,”", "said", "Ann"))
    assert parts(copies("lost marks", article)[text]) == expected


def test_no_marks_leave_unmarked_speech() -> None:
    """Apostrophes stay."""
    article = labelled("“It’s ‘no’,” she said, “now.”", ("“It’s ‘no’,”", "said", "she"))
    document = KINDS["no marks"](article, default_rng(0))
    assert document.text == "It’s no, she said, now."
    assert parts(document) == [(0, "It’s no,"), (13, "said"), (9, "she")]


def test_names_change_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full names, last names alone and possessives; initials and titles stay."""
    names = {"en": (["Ann"], ["Smith"])}
    monkeypatch.setattr(augment, "_world", lambda locale: names.get(locale, (["Gül"], ["Əli"])))
    text = "President Ann M. Lee said no. Lee’s dog left. The Lee Post won, said Mr. Lee (58)."
    article = labelled(text, ("no", "said", "President Ann M. Lee"), ("won", "said Mr", "Lee (58)"))
    document = KINDS["names"](article, default_rng(0))
    assert document.text == text.replace("Ann", "Gül").replace("Lee", "Əli")
    assert parts(document) == [
        *((26, "no"), (21, "said"), (0, "President Gül M. Əli")),
        *((59, "won"), (64, "said Mr"), (73, "Əli (58)")),
    ]


@pytest.mark.parametrize("source", ["Twitter", "he", "The Ann Post", "the Ann Arbor Times", ""])
def test_names_of_others_than_people_stay(source: str) -> None:
    """Neither a title nor a first name precedes them, or an article does."""
    article = labelled(f"{source} says no. Bob Lee left.", ("no", "says", source))
    assert copies("names", article) == {article.text: article}


def test_a_family_keeps_one_last_name() -> None:
    """First names differ, and each person keeps the new one."""
    article = labelled("Lee met Ann Lee and Bob Lee. Ann Lee said no.", ("no", "said", "Lee"))
    words = KINDS["names"](article, default_rng(1)).text.split()
    lee, _, ann, _, _, bob, *_ = words
    assert words == f"{lee} met {ann} {lee} and {bob} {lee}. {ann} {lee} said no.".split()
    assert len({lee, ann, bob, "Lee", "Ann", "Bob"}) == 6


@pytest.mark.parametrize("locale", [*augment._LOCALES, "en"])
def test_every_locale_has_names_of_one_word(locale: str) -> None:
    """Enough of them, with a capital."""
    for names in augment._world(locale):
        assert len(names) >= 15
        assert all(name[0].isupper() and len(name.split()) == 1 for name in names)


def test_titles_change_inside_and_outside_of_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source grows with its title; a general, who is none here, keeps it."""
    monkeypatch.setattr(augment, "_OFFICES", ("Minister of {}",))
    monkeypatch.setattr(augment, "_COUNTRIES", ("Kenya",))
    monkeypatch.setattr(augment, "_CIVIL", ("Dr",))
    text = "U.S. President Ann Lee and Mr. Lee won, Sen. Lee says. Secretary General Bo left."
    article = labelled(text, ("won", "says", "Sen. Lee"), ("Bo left", "and", "President Ann Lee"))
    document = KINDS["titles"](article, default_rng(0))
    assert document.text == (
        "Minister of Kenya Ann Lee and Dr Lee won, Minister of Kenya Lee says. "
        "Secretary General Bo left."
    )
    assert parts(document) == [
        *((37, "won"), (64, "says"), (42, "Minister of Kenya Lee")),
        *((88, "Bo left"), (26, "and"), (0, "Minister of Kenya Ann Lee")),
    ]


def test_a_title_and_name_keep_their_new_title() -> None:
    """Otherwise one person would have several offices."""
    for text in copies("titles", labelled("President Lee met Sen. Bo and President Lee.")):
        assert re.fullmatch(r"(.+) Lee met (.+) Bo and \1 Lee\.", text)


def test_verbs_vary_where_they_are_the_whole_cue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by chance, past for past and present for present."""
    monkeypatch.setattr(augment, "_VERBS", {"said": ("pointed out",), "says": ("notes",)})
    article = labelled(
        "“Yes,” he said. “No,” says she. It said so, they said to us.",
        *(("“Yes,”", "said", "he"), ("“No,”", "says", "she"), ("so", "said to us", "they")),
    )
    made = copies("verbs", article)
    assert len(made) == 4
    text = "“Yes,” he pointed out. “No,” notes she. It said so, they said to us."
    assert parts(made[text]) == [
        *((0, "“Yes,”"), (10, "pointed out"), (7, "he")),
        *((23, "“No,”"), (29, "notes"), (35, "she")),
        *((48, "so"), (57, "said to us"), (52, "they")),
    ]


@pytest.mark.parametrize(
    ("text", "swapped", "cue", "source"),
    [
        ("“Yes,” Ann Lee said.", "“Yes,” said Ann Lee.", (7, "said"), (12, "Ann Lee")),
        ("“Yes,” said Ann Lee.", "“Yes,” Ann Lee said.", (15, "said"), (7, "Ann Lee")),
        ("‘Yes’, said Ann Lee.", "‘Yes’, Ann Lee said.", (15, "said"), (7, "Ann Lee")),
    ],
)
def test_order_exchanges_cue_and_source(
    text: str, swapped: str, cue: tuple[int, str], source: tuple[int, str]
) -> None:
    """Every quote that shares the two goes along."""
    article = labelled(text, (text[:5], "said", "Ann Lee"), (text, "said", "Ann Lee"))
    made = copies("order", article)
    assert made.keys() == {text, swapped}
    assert parts(made[swapped]) == [(0, text[:5]), cue, source, (0, swapped), cue, source]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("“Yes.” Ann said no.", [("no", "said", "Ann")]),
        ("“Yes,” Ann has said.", [("“Yes,”", "said", "Ann")]),
        ("“Yes,” Ann told us.", [("“Yes,”", "told", "Ann")]),
        ("“Yes,” Ann Lee said.", [("“Yes,”", "said", "Ann Lee"), ("Yes", "", "Lee")]),
        ("“Yes,” someone said.", [("“Yes,”", "said", "")]),
    ],
)
def test_order_stays_where_words_would_be_torn(
    text: str, quotes: list[tuple[str, str, str]]
) -> None:
    """A new sentence, words between, a verb with an object, or another span's edge."""
    assert copies("order", labelled(text, *quotes)).keys() == {text}


def test_articles_are_left_out() -> None:
    """A source that starts with one starts with its next word."""
    article = labelled("The man and the boy ate an egg.", ("an egg", "ate", "the boy"))
    made = copies("articles", article)
    assert len(made) == 4
    assert parts(made["The man and boy ate egg."]) == [(20, "egg"), (16, "ate"), (12, "boy")]


@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
def test_paragraphs_are_joined_or_set_apart(gap: str) -> None:
    """A line that was wrapped is no paragraph."""
    article = labelled("One.\n\nHe said\nthat two. \nThree.", ("two. \nThree.", "said", "He"))
    text = f"One.{gap}He said\nthat two.{gap}Three."
    moved = len(gap) - 2
    assert parts(copies("paragraphs", article)[text]) == [
        *((19 + moved, f"two.{gap}Three."), (9 + moved, "said"), (6 + moved, "He")),
    ]


def test_some_paragraphs_are_joined() -> None:
    """Not only all of them."""
    made = copies("paragraphs", Document("a", "One.\n\nTwo.\n\nThree."))
    assert {"One. Two.\n\nThree.", "One.\n\nTwo. Three."} <= made.keys()


@pytest.mark.parametrize(
    ("text", "spaced"),
    [
        ("It’s us—no. Yes.", "It's us—no. Yes."),
        ("It's us. “Yes.", "It’s us. “Yes."),
        ("Us—no.", "Us -- no."),
        ("Us -- no.", "Us—no."),
        ("Us. Yes.", "Us.  Yes."),
        ("Us. Yes.", "Us.\xa0Yes."),
    ],
)
def test_spaces_apostrophes_and_dashes_vary(text: str, spaced: str) -> None:
    """One kind of them in a document."""
    last = text[-3:]
    document = copies("spaces", labelled(text, (last, "", "")))[spaced]
    assert parts(document) == [(len(spaced) - 3, last)]


def test_alter_finds_kinds_anew_and_forgets_speakers() -> None:
    """A quote that has lost its marks is no direct one, and a renamed speaker another one."""
    span = Span.of("“Yes.”", 0, 6)
    article = Document("a", "“Yes.”", (Quote((span,), speaker=Speaker("Ann"), kind=Kind.DIRECT),))
    made = {copy.text: copy for copy in (alter(article, default_rng(n)) for n in range(300))}
    assert made["Yes."].quotes == (Quote((Span(0, 4, "Yes."),), kind=Kind.INDIRECT),)
    assert made["«Yes.»"].quotes == (Quote((Span(0, 6, "«Yes.»"),), kind=Kind.DIRECT),)


def test_alter_makes_many_different_copies() -> None:
    """Few are like the original."""
    article = labelled(
        "“Yes, it’s the end,” said Ann Lee.\n\nMr. Lee left.", ("“Yes", "said", "Ann Lee")
    )
    texts = [alter(article, default_rng(seed)).text for seed in range(100)]
    assert texts.count(article.text) < 20
    assert len(set(texts)) > 60


articles = documents() | prose().flatmap(lambda text: documents(text=text, min_size=1))


@given(articles, st.integers(0, 2**32), st.sampled_from([*KINDS, "all"]))
def test_labels_are_exact_in_every_copy(document: Document, seed: int, kind: str) -> None:
    """No span holds other words than its own, no quote appears, and the seed decides alone."""
    altered = KINDS.get(kind, alter)
    copy = altered(document, default_rng(seed))
    assert [span.text for span in spans(copy)] == [words for _, words in parts(copy)]
    assert len(copy.quotes) <= len(document.quotes)
    assert copy == altered(document, default_rng(seed))


@given(prose(), st.integers(0, 2**32))
def test_a_document_without_quotes_stays_without(text: str, seed: int) -> None:
    """Nothing is made up."""
    assert alter(Document("a", text), default_rng(seed)).quotes == ()
