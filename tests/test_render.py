"""Documents as HTML, read back by Python's own parser; a browser reads them in a module beside."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quoteattr import render
from quoteattr.quotes import Document, Quote, Span, Speaker
from render_by_hand import HOSTILE, Shown, crowd, odd, spans
from strategies import documents
from timing import growth

_ELEMENTS = {
    *("html", "meta", "title", "link", "style", "body", "main", "nav", "header", "section", "div"),
    *("h1", "h2", "p", "ol", "ul", "li", "span", "mark", "bdi", "strong", "a", "button", "br"),
}
_ATTRIBUTES = {
    *("class", "id", "href", "dir", "type", "popover", "popovertarget", "role", "data-code"),
    *("aria-label", "aria-hidden"),
    *("lang", "charset", "name", "content", "http-equiv", "rel"),  # of the page's head
}


@given(documents())
def test_text_comes_back(document: Document) -> None:
    """The text is there to the last character, and only known elements and attributes are."""
    shown = Shown.of(render.page(document))
    assert shown.text == document.text
    assert {tag for tag, _ in shown.tags} <= _ELEMENTS
    assert {name for _, attributes in shown.tags for name in attributes} <= _ATTRIBUTES


@given(documents())
def test_page_encodes(document: Document) -> None:
    """A page is UTF-8 without control characters, whatever is in names and metadata."""
    html = render.page(document).encode("utf-8").decode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", html)


@given(st.lists(documents(), min_size=1, max_size=3))
def test_links_lead_somewhere(several: list[Document]) -> None:
    """Ids are unique, also over several documents, and each link and button leads to one."""
    shown = Shown.of(render.page(*several))
    assert max(Counter(shown.ids()).values()) == 1
    assert shown.targets() <= set(shown.ids())


@given(documents())
def test_contents_are_marked(document: Document) -> None:
    """Every character of a content is in a mark, and no other."""
    wanted = Counter(
        place
        for quote in document.quotes
        for span in quote.content
        for place in range(span.start, span.end)
    )
    length = sum(map(len, Shown.of(render.article(document)).marked["qa-content"]))
    # Only line ends between paragraphs may be left out.
    breaks = sum(count for place, count in wanted.items() if document.text[place].isspace())
    assert wanted.total() - breaks <= length <= wanted.total()


def _quoted(text: str, *contents: str, speaker: str | None = None) -> Quote:
    return Quote(spans(text, *contents), speaker=Speaker(speaker) if speaker else None)


def test_ids_of_quotes_and_speakers() -> None:
    """Quotes are numbered in their order, speakers by how much they say, the unknown last."""
    text = "a b c d e"
    said = zip(text.split(), ["Bo", None, "Ann", None, "Ann"], strict=True)
    quotes = tuple(_quoted(text, word, speaker=name) for word, name in said)
    html = render.article(Document("a", text, quotes))
    ids = Shown.of(html).ids()
    assert [each for each in ids if each.startswith("quote-")] == [
        f"quote-{n}" for n in range(1, 6)
    ]
    listed = re.findall(r'<li id="speaker-(\d)">.*?qa-name">(.*?)</span>', html, re.DOTALL)
    assert [(number, re.sub("<.*?>", "", name)) for number, name in listed] == [
        ("1", "Ann"),
        ("2", "Bo"),
        ("3", "speaker unknown"),
    ]


def test_discontinuous_and_nested() -> None:
    """The stretches of a content are marks of their own; one in another is a mark in it."""
    marked = Shown.of(render.article(odd())).marked
    assert marked["qa-content"][:4] == [
        "“We are ready,”",
        "‘It is late,’",
        "‘let us begin.’",
        "“and Bo Roe told me: ‘It is late,’ he said, ‘let us begin.’ He means it.”",
    ]
    assert marked["qa-cue"] == ["said", "told me", "قالت"]
    assert marked["qa-source"] == ["Lee, smiling", "Bo Roe", "ليلى"]


def test_overlap_is_cut() -> None:
    """Where two contents overlap without nesting, one is cut in two; each has one label."""
    text = "one two three"
    quotes = (_quoted(text, "one two", speaker="A"), _quoted(text, "two three", speaker="B"))
    html = render.article(Document("a", text, quotes))
    assert Shown.of(html).marked["qa-content"] == ["two", "one two", " three"]
    assert html.count('class="qa-label"') == html.count("popover role") == 2


def test_paragraphs() -> None:
    """Paragraphs stand between blank lines; without blank lines each line is one."""
    assert render.article(Document("a", "a\nb\n\nc")).count('<p dir="auto">') == 2
    assert render.article(Document("a", "a\r\n \r\nb\r\rc")).count('<p dir="auto">') == 3
    assert render.article(Document("a", "a\r\nb\n")).count('<p dir="auto">') == 3


def test_content_over_paragraphs() -> None:
    """A content that goes on in the next paragraph has a label there, too, and one card."""
    text = "“a\n\n“b” c"
    html = render.article(Document("a", text, (_quoted(text, "“a\n\n“b”"),)))
    assert re.findall("by speaker unknown (begins|goes on)", html) == ["begins", "goes on"]
    assert html.count("popover role") == html.count("end of quotation 1") == 1


def test_hostile_text_is_text() -> None:
    """Markup in a text, a title, an id, a name or a warning is written, not obeyed."""
    html = render.page(odd())
    assert HOSTILE not in html
    assert "49" not in html
    assert not {tag for tag, _ in Shown.of(html).tags} & {"script", "img"}


def test_odd_characters_are_written_out() -> None:
    """Characters that HTML can't hold are written as in Python, in the text as in names."""
    text = "a\0\ud800b"
    html = render.page(Document("id\x1b", text, (_quoted(text, text, speaker="x\udfff"),)))
    for written in r'"0">\x00<', r'"55296">\ud800<', r">id\x1b</h1>", r"x\udfff":
        assert written in html


def test_labels_are_unique() -> None:
    """Thirty speakers have thirty labels, and no two look the same."""
    html = render.article(crowd(30))
    badges = re.findall('<span class="qa-badge (.*?)">(?:<bdi>)?(.*?)<', html)
    assert len({label for _, label in badges}) == len({look for look, _ in badges}) == 30


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Ann Lee", "AL"),
        ("Secretary of State Ann Maria Lee", "SL"),
        ("Turkey", "TU"),
        ("the old man", "TM"),
        ("Ann Lee; Bo Roe", "AL+BR"),
        ("ليلى", "لي"),
        ("!\ud800", "#"),
        ("ß", "SS"),
    ],
)
def test_label(name: str, label: str) -> None:
    """A label is made of initials."""
    assert list(render._labels([name, name, None])) == [label, f"{label}2", "?"]


def test_no_quotes() -> None:
    """A text without quotes is shown, and says so."""
    html = render.page(Document("a", "Nothing."))
    assert "No quotations found." in html
    assert "no quotations" in html
    assert Shown.of(html).text == "Nothing."


def test_title() -> None:
    """A page is called what it is told, else by the title of its document, else by its id."""
    titled = Document("a.txt", "", meta={"title": "A & B", "outlet": "The Daily"})
    assert '<h1 dir="auto" id="title">Other</h1>' in render.page(titled, title="Other")
    assert '<h1 dir="auto" id="title">A &amp; B</h1>' in render.page(titled)
    assert "<bdi>The Daily</bdi>" in render.page(titled)
    assert '<h1 dir="auto" id="title">a.txt</h1>' in render.page(Document("a.txt", ""))


def test_several_documents() -> None:
    """Several documents stand on one page, under a list of links to them."""
    html = render.page(crowd(2), Document("b", "No."))
    assert re.findall('<a href="#(document-.-title)"><bdi>(.*?)</bdi></a> (.*?)</li>', html) == [
        ("document-1-title", "crowd", "2 quotations"),
        ("document-2-title", "b", "no quotations"),
    ]
    assert 'id="document-1-quote-2"' in html
    assert "<title>2 texts – quotations</title>" in html


def test_same_again() -> None:
    """The same document gives the same HTML."""
    assert render.page(odd()) == render.page(odd())


def test_in_a_notebook() -> None:
    """A cell brings its style, and its ids differ from those of another document's cell."""
    first, second = odd()._repr_html_(), crowd(2)._repr_html_()
    assert first.startswith("<style>")
    ids = [Shown.of(html).ids() for html in (first, second)]
    assert not set(ids[0]) & set(ids[1])


def test_style_keeps_to_itself() -> None:
    """Every rule of the CSS begins with one of our two classes, and nothing is loaded."""
    css = re.sub(r"/\*.*?\*/", "", render.STYLE, flags=re.DOTALL)
    css = re.sub(r"@keyframes qa-\w+ \{.*?\}\s*\}", "", css, flags=re.DOTALL)
    selectors = [
        selector.strip()
        for rule in re.findall(r"[^{}]+(?=\{)", css)
        for selector in rule.split(";")[-1].split(",")
        if not rule.strip().startswith("@")
    ]
    assert len(selectors) > 40
    assert {re.split(r"[ :\[>]", selector)[0] for selector in selectors} == {
        ".quoteattr",
        ".qa-page",
    }
    assert "url(" not in css
    assert "@import" not in css


def test_time_is_linear() -> None:
    """Twice the text with twice the quotes takes twice the time."""

    def shown(text: str) -> str:
        places = [(found.start(), found.end()) for found in re.finditer("“.*?”", text)]
        quotes = tuple(Quote((Span.of(text, *place),), speaker=Speaker("Ann")) for place in places)
        return render.page(Document("a", text, quotes))

    text = "“We are ready,” said Ann Lee.\n\nNobody answered.\n" * 2000
    assert growth(shown, text, limit=2.6) <= 2.6


def test_a_megabyte_without_quotes() -> None:
    """A text of a single line, and one of empty lines, come back whole."""
    for text in "x" * 1_000_000, "\n" * 1_000_000:
        html = render.article(Document("a", text))
        assert len(html) < 1_100_000
