"""A server over a database of each kind: its answers are what the database finds."""

import pytest

from quoteattr.quotes import Document
from quoteattr.store import QuoteStore
from shell import serving
from store_by_hand import document

httpx = pytest.importorskip("httpx", reason="the server needs the extra web, its tests test")


def test_server_over_each_database(database: str) -> None:
    """The API and the pages, over SQLite and over PostgreSQL."""
    said = [("We talk about gas", "Ann Lee"), ("Nobody talks", "Bo Berg")]
    written = [document(f"{number}.txt", said, title=f"Article {number}") for number in range(5)]
    with QuoteStore(database) as store:
        store.add(written)
        hits = [hit.quote.text for hit in store.search("talk gas", limit=100).hits]
    with serving("--db", database, "--jobs", "1") as address, httpx.Client(base_url=address) as get:
        first = get.get("/quotes", params={"q": "talk gas", "limit": 3}).json()
        rest = get.get("/quotes", params={"q": "talk gas", "after": first["next"]}).json()
        assert [hit["quote"]["text"] for hit in (*first["hits"], *rest["hits"])] == hits
        assert (len(hits), rest["next"]) == (5, None)
        [speaker] = get.get("/speakers", params={"q": "lee"}).json()["speakers"]
        assert (speaker["name"], speaker["quotes"]) == ("Ann Lee", 5)
        assert Document.from_json(get.get("/documents/3.txt").text) == written[3]
        page = get.get("/browse/quotes", params={"q": "talk gas"})
        assert (page.status_code, page.text.count("Ann Lee") >= 5) == (200, True)
        page = get.get(f"/browse/speakers/{speaker['id']}")
        assert (page.status_code, "Ann Lee" in page.text) == (200, True)
        page = get.get("/browse/documents/3.txt")
        assert (page.status_code, "Article 3" in page.text) == (200, True)
