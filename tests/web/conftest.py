"""A real server over a real database, and a real browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quoteattr.quotes import Document
from quoteattr.store import QuoteStore
from shell import serving
from store_by_hand import document
from web_by_hand import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

for _library in ("fastapi", "uvicorn", "httpx"):
    pytest.importorskip(_library, reason="the server needs the extra web, its tests the extra test")

_SUBJECTS = ("energy", "peace", "trade", "security", "gas")


def _articles() -> Iterator[Document]:
    """A hundred documents of two years, by two people."""
    for number in range(100):
        words = f"We talk about {_SUBJECTS[number % 5]} for the {number}. time"
        month, name = number % 24, ("Ann Lee", "Bo Berg")[number % 3 == 0]
        yield document(
            f"news/{number}.txt",
            [(words, name)],
            title=f"Article {number}",
            outlet="The Daily",
            published=f"{2023 + month // 12}-{1 + month % 12:02}-{1 + number % 28:02}",
        )


def _odd_documents() -> Iterator[Document]:
    """Documents whose texts, names and ids hold anything."""
    yield document(HOSTILE, [(HOSTILE, HOSTILE)], title=HOSTILE, outlet=HOSTILE)
    yield document("../up/a b?#%2F.txt", [("A path may be anything", "Ann Lee")])
    yield document("odd \ud800 ␛0000.txt", [("It has \ud800 and \0", "Al \ud800 Odd")])
    yield document("arabic.txt", [("السلام أولا", "محمد علي")])


@pytest.fixture(scope="session", name="database")
def _database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database, which tests leave as it was."""
    path = tmp_path_factory.mktemp("web") / "quotes.db"
    with QuoteStore(path) as store:
        store.add([*_articles(), *_odd_documents()])
    return path


@pytest.fixture(name="own_server")
def _own_server(tmp_path: Path) -> Iterator[str]:
    """The address of a server with a database of one's own."""
    path = tmp_path / "quotes.db"
    with QuoteStore(path) as store:
        store.add([*_articles(), document("single.txt", [("Nobody knows", "Lee")])])
    with serving("--db", str(path), "--jobs", "1") as address:
        yield address


@pytest.fixture(scope="session", name="serve")
def _serve() -> Callable[..., AbstractContextManager[str]]:
    """What starts a server."""
    return serving


@pytest.fixture(scope="session", name="server")
def _server(database: Path) -> Iterator[str]:
    """The address of a server with the database."""
    with serving("--db", str(database)) as address:
        yield address


@pytest.fixture(scope="session", name="strict_server")
def _strict_server() -> Iterator[str]:
    """The address of a server without a database that has little patience."""
    with serving("--timeout", "10", "--max-size", "600000") as address:
        yield address


_CHROMIUM = shutil.which("chromium")


# Not for longer than a module: it leaves an event loop running, beside which no other can.
@pytest.fixture(scope="module", name="browser")
def _browser() -> "Iterator[Browser]":
    """A headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra test")
    if _CHROMIUM is None:
        pytest.skip("no Chromium is installed; Debian's package is chromium")
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=_CHROMIUM, args=flags)
        yield browser
        browser.close()
