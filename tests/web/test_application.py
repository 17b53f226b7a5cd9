"""The application without a socket: what a server before it keeps out, and odd databases."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from quoteattr.errors import ModelFileError, QuoteattrError, StoreError, StoreVersionError
from quoteattr.quotes import Document
from quoteattr.store import QuoteStore
from quoteattr.web import create_app
from store_by_hand import document


def asked(app: FastAPI, path: str, **headers: str) -> httpx.Response:
    """What an application answers in the end, after any redirection."""

    async def asking() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", follow_redirects=True
        ) as client:
            return await client.get(path, headers=headers)

    return asyncio.run(asking())


@contextmanager
def kept(documents: Iterable[Document], folder: Path) -> Iterator[FastAPI]:
    """An application over a database with some documents."""
    with QuoteStore(folder / "quotes.db") as store:
        store.add(documents)
        yield create_app(store)


@pytest.mark.parametrize("digits", [10, 19, 5000])
def test_said_to_be_too_large(digits: int) -> None:
    """A body that is said to be too large is not waited for, however long the number is."""
    response = asked(create_app(), "/health", **{"content-length": "9" * digits})
    assert response.status_code == 413
    assert response.json()["message"].startswith("a request may have 1000000 bytes at most")


@pytest.mark.parametrize(
    ("error", "status"), [(StoreError, 503), (StoreVersionError, 503), (ModelFileError, 500)]
)
def test_faults_of_the_server(error: type[QuoteattrError], status: int) -> None:
    """What is not the client's fault is not called so."""
    app = create_app()

    @app.get("/fault")
    def fault() -> None:
        raise error

    response = asked(app, "/fault")
    assert (response.status_code, response.json()["error"]) == (status, error.__name__)


@pytest.mark.parametrize("id_", [".", ".."])
def test_ids_that_browsers_take_for_steps(id_: str, tmp_path: Path) -> None:
    """A quote leads to its document where the id would lead out of its folder."""
    with kept([document(id_, [("It is a step", "Ann Lee")])], tmp_path) as app:
        path = f"/browse/quote?document={id_}&start=0"
        page = asked(app, path)
        written = str(page.url).rpartition("/")[2].partition("#")[0]
        answer = asked(app, f"/documents/{written}")
    assert (page.status_code, page.url.fragment) == (200, "quote-1")
    assert "It is a step" in page.text
    assert answer.json()["id"] == id_


def test_more_speakers_than_a_page_has(tmp_path: Path) -> None:
    """A page has 200 speakers, and says so if there are others."""
    names = [*(f"Ann Lee {number}" for number in range(200)), "Bo Berg"]
    with kept([document(name, [("Yes", name)]) for name in names], tmp_path) as app:
        everybody = asked(app, "/browse/speakers").text
        some = asked(app, "/browse/speakers?q=ann").text
    for page in (everybody, some):
        assert page.count('<th scope="row">') == 200
    assert "And others: search for a name to see them." in everybody
    assert "And others" not in some
