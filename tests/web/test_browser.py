"""The pages in a real browser: pasted into, clicked, searched, paged, gone back, merged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from web_by_hand import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

TEXT = (
    "“We are ready,” said Ann Lee. “Let us begin.”\n\n"
    "“Not yet,” Bo Berg replied. He added that it was late."
)


@contextmanager
def opened(browser: "Browser", server: str, **options: Any) -> "Iterator[Page]":  # noqa: ANN401
    """A page, in whose time nothing is asked of others, no script speaks and nothing is blocked."""
    context = browser.new_context(base_url=server, **options)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    try:
        yield page
        assert {urlsplit(url).netloc for url in asked} == {urlsplit(server).netloc}
        assert [each for each in said if "status of 4" not in each] == []
    finally:
        context.close()


@pytest.fixture(name="page")
def _page(browser: "Browser", server: str) -> "Iterator[Page]":
    with opened(browser, server) as page:
        yield page


def follow(link: "Locator") -> None:
    """Click on what leads to another page, and wait until that is there."""
    with link.page.expect_navigation():
        link.click()


def paste(page: "Page", text: str) -> None:
    """Paste a text and send it."""
    page.goto("/")
    page.get_by_label("Text").fill(text)
    follow(page.get_by_role("button", name="Find the quotations"))


def search(page: "Page", **fields: str) -> None:
    """Fill the search form and send it."""
    page.goto("/")
    follow(page.get_by_role("link", name="Quotes", exact=True))
    for label, value in fields.items():
        page.get_by_label(label.capitalize(), exact=True).fill(value)
    follow(page.get_by_role("button", name="Search"))


def quotes(page: "Page") -> list[str]:
    """The quotes that a page lists."""
    return page.locator(".web-hit blockquote").all_inner_texts()


def test_paste(page: "Page") -> None:
    """A text that is pasted is shown with its quotes and speakers, and can be changed."""
    paste(page, TEXT)
    assert page.get_by_role("heading", level=1).inner_text() == "3 quotations"
    names = page.locator(".qa-speakers .qa-name").all_inner_texts()
    assert sorted(names) == ["Ann Lee", "Bo Berg"]
    assert page.get_by_label("Text").input_value() == TEXT


def test_a_card_opens(page: "Page") -> None:
    """A click on a quote's label shows what is known of it."""
    paste(page, TEXT)
    page.get_by_role("button", name="quotation 1 by").first.click()
    card = page.locator("[id$=card-1]")
    assert card.is_visible()
    assert "direct speech" in card.inner_text()


def test_hostile_text_is_text(page: "Page") -> None:
    """What looks like HTML in a text appears as it was pasted."""
    paste(page, f"“{HOSTILE}” said Ann Lee.")
    assert "<script>alert(1)</script>" in page.locator(".qa-text").inner_text()
    assert page.get_by_label("Text").input_value() == f"“{HOSTILE}” said Ann Lee."


def test_hostile_database_is_text(page: "Page") -> None:
    """So it does in a database, from the search over the document to the speaker."""
    search(page, words="script alert")
    assert "<script>alert(1)</script>" in quotes(page)[0]
    follow(page.locator(".web-where a"))
    assert "<script>alert(1)</script>" in page.get_by_role("heading", level=1).inner_text()
    page.go_back()
    follow(page.locator(".web-who a"))
    assert "<script>alert(1)</script>" in page.get_by_role("heading", level=1).inner_text()


def test_search_page_and_go_back(page: "Page") -> None:
    """A search finds and marks words; the next page has others; back shows the first again."""
    search(page, words="talk energy", speaker="lee")
    assert page.get_by_label("Words").input_value() == "talk energy"
    first = quotes(page)
    assert all("energy" in quote and "Ann Lee" in quote for quote in first)
    assert set(page.locator(".web-hit mark").all_inner_texts()) == {"talk", "energy"}
    page.get_by_label("Words").fill("talk")
    follow(page.get_by_role("button", name="Search"))
    first = quotes(page)
    follow(page.get_by_role("link", name="Next page"))
    second = quotes(page)
    assert len(first) == len(second) == 20
    assert not set(first) & set(second)
    page.go_back()
    assert quotes(page) == first
    page.go_forward()
    follow(page.get_by_role("link", name="To the first page"))
    assert quotes(page) == first


def test_malformed_search(page: "Page") -> None:
    """A malformed search says so, and keeps what was typed."""
    search(page, words='"open')
    assert "phrase" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Words").input_value() == '"open'


def test_quote_in_its_context(page: "Page") -> None:
    """A link leads from a quote to its place in the document; back leads to the search."""
    search(page, words="anything", speaker="lee")
    follow(page.locator(".web-where a"))
    assert page.get_by_role("heading", level=1).inner_text() == "../up/a b?#%2F.txt"
    assert "A path may be anything" in page.locator(":target").inner_text()
    page.go_back()
    assert len(quotes(page)) == 1


def test_speaker(page: "Page") -> None:
    """A speaker's page has names, counts, a plot with its figures, and quotes."""
    page.goto("/browse/speakers?q=berg")
    follow(page.get_by_role("link", name="Bo Berg"))
    assert "34 quotes in 34 documents" in page.locator("main").inner_text()
    assert page.get_by_role("img", name="Quotes by month").is_visible()
    assert page.locator(".web-chart rect").count() == 8
    page.get_by_text("The figures", exact=True).click()
    figures = page.locator("details td").all_inner_texts()
    assert sum(map(int, figures)) == 34
    follow(page.get_by_role("link", name="All 34 quotes"))
    assert all("Bo Berg" in quote for quote in quotes(page))


def test_merge_and_undo(browser: "Browser", own_server: str) -> None:
    """Speakers are merged by hand, and the merge is undone."""
    with opened(browser, own_server) as page:
        page.goto("/browse/speakers?q=ann")
        follow(page.get_by_role("link", name="Ann Lee"))
        page.get_by_role("radio", name="Lee 1 quote").check()
        follow(page.get_by_role("button", name="Merge"))
        assert "67 quotes" in page.locator("main").inner_text()
        assert page.locator(".web-names").inner_text() == "Lee"
        follow(page.get_by_role("link", name="Decisions"))
        follow(page.get_by_role("button", name="Undo decision 1"))
        assert "(undone)" in page.locator("main").inner_text()
        page.goto("/browse/speakers?q=lee")
        assert page.locator("tbody tr").count() == 2


def test_without_scripts(browser: "Browser", server: str) -> None:
    """All that needs no script works where none can run."""
    with opened(browser, server, java_script_enabled=False) as page:
        paste(page, TEXT)
        assert page.get_by_role("heading", level=1).inner_text() == "3 quotations"
        search(page, words="peace")
        assert len(quotes(page)) == 20


def test_keyboard(page: "Page") -> None:
    """The first key leads past the navigation; a search is sent by Enter."""
    page.goto("/browse/quotes")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("gas")
    page.keyboard.press("Enter")
    page.wait_for_url("**/browse/quotes?q=gas*")
    assert page.locator(".web-hit mark").first.inner_text() == "gas"


def test_without_a_database(browser: "Browser", strict_server: str) -> None:
    """The pages of a database say how to make one."""
    with opened(browser, strict_server) as page:
        page.goto("/browse/speakers")
        assert "quoteattr db build" in page.get_by_role("alert").inner_text()


# How it looks

Visit = Callable[["Page"], object]


def the_result(page: "Page") -> None:
    """A text with its quotes."""
    paste(page, TEXT)


def the_search(page: "Page") -> None:
    """What was found."""
    search(page, words="energy")


def the_speaker(page: "Page") -> None:
    """A speaker, with a plot and a form."""
    page.goto("/browse/speakers?q=ann")
    follow(page.get_by_role("link", name="Ann Lee"))
    page.get_by_text("The figures", exact=True).click()


VISITS: list[Visit] = [the_result, the_search, the_speaker]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("visit", VISITS)
def test_accessible(browser: "Browser", server: str, visit: Visit, scheme: str) -> None:
    """The axe finds no fault on the three main pages, in light and in dark."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs the extra test"
    )
    with opened(browser, server, color_scheme=scheme) as page:
        visit(page)
        found = axe.Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("visit", VISITS)
def test_fits_a_phone(browser: "Browser", server: str, visit: Visit, tmp_path: Path) -> None:
    """Nothing sticks out of a narrow window, and a page can be printed."""
    with opened(browser, server, viewport={"width": 360, "height": 700}) as page:
        visit(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.pdf(path=tmp_path / "page.pdf")
        page.emulate_media(media="print")
        assert not page.get_by_role("navigation", name="Pages").is_visible()
