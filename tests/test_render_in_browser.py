"""Pages as Chromium shows them: nothing runs, nothing is fetched, nothing is hard to reach."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from quoteattr import render
from quoteattr.quotes import Document, Quote, Speaker
from render_by_hand import crowd, odd, spans

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="the browser needs playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

Scheme = Literal["light", "dark"]
_OWN_TEXT = """() => {
    const text = document.querySelector(".qa-text").cloneNode(true);
    text.querySelectorAll(".qa-label, .qa-card, .qa-hidden").forEach(aside => aside.remove());
    text.querySelectorAll("[data-code]").forEach(
        odd => odd.replaceWith(String.fromCharCode(odd.dataset.code)));
    return [...text.querySelectorAll("p")].map(paragraph => paragraph.textContent).join("");
}"""


@pytest.fixture(scope="module", name="browser")
def _browser() -> "Iterator[Browser]":
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium to look at pages with")
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


Opener = Callable[..., "Page"]


@pytest.fixture(name="opened")
def _opened(browser: "Browser", tmp_path: Path) -> Iterator[Opener]:
    """Opens a document's page from a file, and sees to it that it does nothing else."""
    pages: list[Page] = []
    faults: list[str] = []

    def opened(html: str, *, width: int = 1200, scheme: Scheme = "light") -> "Page":
        file = tmp_path / f"{len(pages)}.html"
        file.write_text(html, encoding="utf-8", newline="")
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        pages.append(page)
        page.on("request", lambda request: faults.append(f"asked for {request.url}"))
        page.on("dialog", lambda dialog: faults.append(f"said {dialog.message}"))
        page.on("console", lambda message: faults.append(f"logged {message.text}"))
        page.goto(file.as_uri())
        faults.remove(f"asked for {file.as_uri()}")
        return page

    yield opened
    for page in pages:
        page.close()
    assert faults == []


@pytest.mark.parametrize("document", [odd(), crowd(3)], ids=["odd", "crowd"])
def test_text_is_the_text(opened: Opener, document: Document) -> None:
    """The browser has the text to the last character, even those that HTML can't hold."""
    shown = opened(render.page(document)).evaluate(_OWN_TEXT)
    assert shown.encode("utf-16", "surrogatepass") == document.text.encode(
        "utf-16", "surrogatepass"
    )


def test_card_on_hover(opened: Opener) -> None:
    """A card is shown while the pointer is on its quote, and only the inner one's in a quote."""
    page = opened(render.page(odd()))
    assert not page.is_visible("#card-1")
    page.hover("#quote-1 > .qa-content >> nth=0")
    page.wait_for_selector("#card-1", state="visible")
    assert "Ann Lee" in page.inner_text("#card-1")
    assert "direct speech" in page.inner_text("#card-1")
    page.hover("#quote-2 > .qa-content >> nth=0")
    page.wait_for_selector("#card-2", state="visible")
    page.wait_for_selector("#card-1", state="hidden")


def test_pointer_reaches_the_card(opened: Opener) -> None:
    """The card stays while the pointer goes to it, and its link leads to the mention."""
    page = opened(render.page(crowd(1)))
    page.hover("#quote-1 > .qa-content")
    page.wait_for_selector("#card-1", state="visible")
    content, card = page.locator("#quote-1 > .qa-content"), page.locator("#card-1")
    low, high = content.bounding_box(), card.bounding_box()
    assert low is not None
    assert high is not None
    assert high["y"] <= low["y"] + low["height"]
    page.click("#card-1 a")
    assert page.url.endswith(page.get_attribute("#card-1 a", "href") or "none")
    assert page.inner_text(":target") == "Aoa Lee"


def test_card_by_keyboard(opened: Opener) -> None:
    """A label that has the focus shows its card; its links come next, and Enter keeps it open."""
    page = opened(render.page(crowd(2)))
    page.focus("header a")
    page.keyboard.press("Tab")
    assert page.is_visible("#card-1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#at-")
    assert page.is_visible("#card-1")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#card-1').matches(':popover-open')")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('#card-1').matches(':popover-open')")


def test_card_by_touch(browser: "Browser", tmp_path: Path) -> None:
    """A tap on a label, on each stretch of the quote, opens the card; one elsewhere closes it."""
    (tmp_path / "a.html").write_text(render.page(odd()), encoding="utf-8", newline="")
    page = browser.new_page(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 640})
    page.goto((tmp_path / "a.html").as_uri())
    for label in page.locator("[popovertarget=card-5]").all():
        label.tap()
        assert page.evaluate("document.querySelector('#card-5').matches(':popover-open')")
        page.tap("h1")
        assert not page.evaluate("document.querySelector('#card-5').matches(':popover-open')")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("document", [odd(), crowd(30)], ids=["odd", "crowd"])
def test_accessible(opened: Opener, document: Document, scheme: Scheme) -> None:
    """Axe finds no fault, with a card open or not, nor too little contrast in any colour."""
    page = opened(render.page(document), scheme=scheme)
    for _ in range(2):
        found = axe.Axe().run(page).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
        page.click("#quote-1 > .qa-label button")


@pytest.mark.parametrize("width", [320, 360, 800, 1200])
def test_nothing_overflows(opened: Opener, width: int) -> None:
    """A page is never wider than the window, whichever card is shown."""
    page = opened(render.page(odd()), width=width)
    for number in range(1, len(odd().quotes) + 1):
        page.hover(f"#quote-{number} > .qa-content >> nth=0")
        page.wait_for_selector(f"#card-{number}", state="visible")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.mouse.move(0, 0)


def test_several_documents_are_accessible(opened: Opener) -> None:
    """Nor does it on a page of several documents, or of none with quotes."""
    page = opened(render.page(odd(), crowd(2), Document("none", "Nothing.")))
    assert axe.Axe().run(page).response["violations"] == []


def test_direction_is_the_texts(opened: Opener) -> None:
    """A paragraph runs as its own first letters do, not as those of a label before them."""
    text = "«نحن جاهزون» قالت ليلى\n\n“We are ready,” said Ann."
    contents = spans(text, "«نحن جاهزون»", "“We are ready,”")
    quotes = tuple(Quote((span,), speaker=Speaker(f"{span.text} Lee")) for span in contents)
    page = opened(render.page(Document("a", text, quotes)))
    shown = "[...document.querySelectorAll('.qa-text p')].map(p => getComputedStyle(p).direction)"
    assert page.evaluate(shown) == ["rtl", "ltr"]


def test_label_stays_with_its_quote(opened: Opener) -> None:
    """A line never ends between a label and the first word of what it labels."""
    page = opened(render.page(crowd(26)), width=360)
    tops = page.evaluate("""() => [...document.querySelectorAll(".qa-quote")].map(quote => [
        quote.querySelector(".qa-label").getClientRects()[0].bottom,
        quote.querySelector(".qa-content").getClientRects()[0].bottom])""")
    assert all(abs(label - content) < 15 for label, content in tops)


def test_print(opened: Opener) -> None:
    """In print the cards are gone, the labels stay, and a list has the quotes with speakers."""
    page = opened(render.page(odd()))
    assert not page.is_visible(".qa-list")
    page.emulate_media(media="print")
    page.hover("#quote-1 > .qa-content >> nth=0")
    assert not page.is_visible("#card-1")
    assert page.is_visible("#quote-1 > .qa-label")
    assert "Ann Lee (direct speech): “We are ready,”" in page.inner_text(".qa-list")


def test_cells_in_one_notebook(opened: Opener) -> None:
    """Two documents in one notebook don't get in each other's way, nor change what is around."""
    around = "<!doctype html><title>Notebook</title><p id=around>Text <mark>marked</mark></p>"
    look = """() => JSON.stringify([...document.querySelectorAll("#around, #around *")]
        .map(each => ({...getComputedStyle(each)})))"""
    before = opened(around).evaluate(look)
    cells = crowd(1)._repr_html_(), odd()._repr_html_()
    page = opened(around + "".join(cells))
    assert page.evaluate(look) == before
    page.click(".quoteattr >> nth=1 >> .qa-label button >> nth=0")
    assert page.locator(":popover-open").count() == 1
    assert "Ann Lee" in page.inner_text(":popover-open")
