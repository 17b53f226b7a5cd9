"""Take `docs/view*.png`, the pictures of `quoteattr view` in these pages and in the README.

It needs Chromium, and Playwright, which the extra `test` brings.
"""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import frozen
from playwright.sync_api import sync_playwright

import quoteattr
from quoteattr import render
from quoteattr.readers import read_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]


@frozen
class Picture:
    """A picture of a seed's page."""

    name: str
    text: str
    quote: int
    """The quote whose card is open."""
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture("view", "turkey-azerbaijan-webinar", 4, 1180, 680),
    Picture("view-dark", "stoltenberg-baku-visit", 2, 1180, 620, "dark"),
    Picture("view-narrow", "kiran-shusha-anniversary", 2, 390, 760),
)


def main() -> None:
    """Take the pictures."""
    attributor = quoteattr.load()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for picture in PICTURES:
            name = f"seeds/{picture.text}.txt"
            _take(browser, picture, render.page(attributor(read_text(ROOT / name), id=name)))


def _take(browser: "Browser", picture: Picture, html: str) -> None:
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.scheme
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_text(html, encoding="utf-8")
        page.goto(file.as_uri())
        page.click(f"#quote-{picture.quote} > .qa-label button")
        page.mouse.move(0, 0)
        page.screenshot(path=ROOT / "docs" / f"{picture.name}.png")
    page.close()


if __name__ == "__main__":
    main()
