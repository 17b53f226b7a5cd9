"""The API, asked over HTTP."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import jsonschema
import pytest

import quoteattr
from quoteattr.quotes import Document, json_schema
from quoteattr.store import QuoteStore
from web_by_hand import HOSTILE

TEXT = "“We are ready,” said Ann Lee. “Let us begin.” Bo Berg hopes that it will rain."


def attributed(server: str, text: str, **more: object) -> httpx.Response:
    """What the server says of a text."""
    return httpx.post(f"{server}/attribute", json={"text": text, **more}, timeout=120)


def refusal(response: httpx.Response) -> tuple[int, str]:
    """The status and the message of a refusal, which has the one shape."""
    answer = response.json()
    assert set(answer) == {"error", "message"}
    return response.status_code, answer["message"]


def test_attribute_gives_what_python_does(server: str) -> None:
    """The answer is the document's JSON, as the library writes it, and follows the schema."""
    answer = attributed(server, TEXT, id="a/b").json()
    assert answer == quoteattr.load()(TEXT, id="a/b").to_dict()
    assert [each["speaker"]["name"] for each in answer["quotes"]] == ["Ann Lee"]
    jsonschema.validate(answer, json_schema())


def test_attribute_takes_options(server: str) -> None:
    """A request says which quotations it wants."""
    thoughts = attributed(server, TEXT, medium="thought").json()["quotes"]
    assert [each["medium"] for each in thoughts] == ["thought"]
    assert attributed(server, TEXT, min_confidence=1).json()["quotes"] == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "body text: Field required"),
        ({"text": 7}, "body text: Input should be a valid string"),
        ({"text": "", "colour": "red"}, "body colour: Extra inputs are not permitted"),
        ({"text": "", "medium": "x"}, "body medium: Input should be 'speech', 'thought' or 'all'"),
        (
            {"text": "", "min_confidence": 2},
            "body min_confidence: Input should be less than or equal to 1",
        ),
    ],
)
def test_malformed_requests(server: str, body: dict[str, Any], message: str) -> None:
    """A malformed request is told which field is wrong, and why."""
    response = httpx.post(f"{server}/attribute", json=body)
    assert refusal(response) == (422, f"{message}; /openapi.json has what is expected")


def test_no_json(server: str) -> None:
    """What is not JSON is refused, too."""
    kind = {"content-type": "application/json"}
    response = httpx.post(f"{server}/attribute", content=b'{"text', headers=kind)
    assert refusal(response)[0] == 422
    assert "JSON" in refusal(response)[1]


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/nowhere", 404, "there is nothing at this address; /openapi.json"),
        ("DELETE", "/quotes", 405, "this address takes another method; /openapi.json"),
        ("GET", "/speakers/0", 422, "path id: Input should be greater than or equal to 1"),
        ("GET", "/speakers/12345", 404, "there is no speaker 12345"),
        ("GET", f"/speakers/{2**70}", 422, "a number has more than 64 bits"),
        ("GET", "/documents/no/such", 404, "there is no document 'no/such' in the database"),
        ("GET", "/quotes?limit=1000", 422, "query limit: Input should be less than or equal"),
        ("GET", "/quotes?since=2024", 422, "since must be a date such as '2024-01-31'"),
        ("GET", "/quotes?since=2024-02-30", 422, "since must be a date such as '2024-01-31'"),
        ("GET", "/quotes?after=[1,2]", 422, "after must be the `next` of a page"),
        ("GET", "/quotes?q=%22open", 422, "in '\"open' the phrase that opens"),
        ("GET", "/quotes?order=relevance", 422, "the order 'relevance' needs words"),
        ("GET", "/quotes?colour=red", 422, "query colour: Extra inputs are not permitted"),
    ],
)
def test_what_is_refused(server: str, method: str, path: str, status: int, message: str) -> None:
    """Each refusal has its status and says what is wrong."""
    found = refusal(httpx.request(method, f"{server}{path}"))
    assert found[0] == status
    assert found[1].startswith(message)


def pages(server: str, **parameters: str | float) -> Iterator[list[Any]]:
    """The pages of a search, each a list of hits."""
    after: str | None = ""
    while after is not None:
        asked = {**parameters, **({"after": after} if after else {})}
        answer = httpx.get(f"{server}/quotes", params=asked).json()
        yield answer["hits"]
        after = answer["next"]


@pytest.mark.parametrize(
    "asked", [{}, {"q": "talk energy"}, {"speaker": "lee", "q": '"about gas"'}]
)
def test_quotes_page_by_page(server: str, database: Path, asked: dict[str, str]) -> None:
    """The pages together are what the database finds, with nothing twice."""
    found = [hit for page in pages(server, limit=7, **asked) for hit in page]
    with QuoteStore(database) as store:
        filters = quoteattr.store.Filters(speaker=asked.get("speaker"))
        hits = store.search(asked.get("q"), filters, limit=1000).hits
    assert [hit["quote"]["text"] for hit in found] == [hit.quote.text for hit in hits]
    assert found


def test_filters(server: str) -> None:
    """Each filter narrows what is found."""
    asked = {"since": "2023-02-01", "until": "2023-02-28", "outlet": "The Daily", "kind": "direct"}
    [hits] = pages(server, **asked, medium="speech", min_confidence=0.5, limit=100)
    assert {hit["published"][:7] for hit in hits} == {"2023-02"}
    assert {hit["outlet"] for hit in hits} == {"The Daily"}


def test_a_hit(server: str) -> None:
    """A hit has the quote, its speakers, its document and its context."""
    [[hit]] = pages(server, q='"energy for the 5"')
    assert hit["document"] == "news/5.txt"
    assert hit["speakers"] == ["Ann Lee"]
    assert [hit["quote"]["text"][slice(*each)] for each in hit["highlights"]] == [
        "energy for the 5"
    ]
    assert (hit["title"], hit["before"], hit["after"]) == ("Article 5", "", " Ann Lee said.")


def test_speakers(server: str) -> None:
    """Speakers are found by words of a name, and by number."""
    answer = httpx.get(f"{server}/speakers", params={"q": "lee", "limit": 1}).json()
    [speaker] = answer["speakers"]
    assert (speaker["name"], speaker["quotes"]) == ("Ann Lee", 67)
    assert httpx.get(f"{server}/speakers/{speaker['id']}").json() == speaker
    quotes = [len(hits) for hits in pages(server, speaker=speaker["id"], limit=100)]
    assert sum(quotes) == 67


IDS = ["news/0.txt", HOSTILE, "../up/a b?#%2F.txt", "arabic.txt"]


@pytest.mark.parametrize("id_", IDS)
def test_documents_of_any_id(server: str, database: Path, id_: str) -> None:
    """A document is found by its id, whatever is in it, once that is percent-encoded."""
    answer = httpx.get(f"{server}/documents/{quote(id_, safe='')}")
    with QuoteStore(database) as store:
        assert Document.from_json(answer.text) == store.get(id_)


def test_document_that_utf8_cant_hold(server: str, database: Path) -> None:
    """Lone surrogates and NUL in an id are written as the database does, and are answered."""
    written = quote("odd ␛d800 ␛241b0000.txt", safe="")
    answer = httpx.get(f"{server}/documents/{written}")
    with QuoteStore(database) as store:
        assert Document.from_json(answer.text) == store.get("odd \ud800 ␛0000.txt")
    [[hit]] = pages(server, speaker="odd")
    assert hit["speakers"] == ["Al \ud800 Odd"]


SQL = ["'; DROP TABLE quotes; --", "x' UNION SELECT 1,2,3--", "NEAR(a b)"]


@pytest.mark.parametrize("words", SQL)
@pytest.mark.parametrize("asked", ["q", "speaker", "outlet"])
def test_sql_in_queries(server: str, words: str, asked: str) -> None:
    """What looks like SQL is but words that nobody said; it does no harm."""
    before = [*pages(server, limit=100)]
    answer = httpx.get(f"{server}/quotes", params={asked: words})
    assert (answer.status_code, answer.json()["hits"]) == (200, [])
    assert [*pages(server, limit=100)] == before
    assert before[0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ('" OR 1=1 --', "at character 1 never ends"),
        ("a AND *", "at character 7 doesn't end a word"),
    ],
)
@pytest.mark.parametrize("asked", ["q", "speaker"])
def test_sql_that_is_no_query(server: str, words: str, message: str, asked: str) -> None:
    """Where it breaks the rules of queries, the answer says where."""
    status, said = refusal(httpx.get(f"{server}/quotes", params={asked: words}))
    assert status == 422
    assert message in said


def test_health_and_openapi(server: str) -> None:
    """The server says that it is there, and describes the API alone."""
    health = {"status": "ok", "version": quoteattr.__version__}
    assert httpx.get(f"{server}/health").json() == health
    paths = httpx.get(f"{server}/openapi.json").json()["paths"]
    assert set(paths) == {
        *("/attribute", "/quotes", "/speakers", "/speakers/{id}", "/documents/{id}", "/health")
    }


@pytest.mark.parametrize("path", ["/quotes", "/speakers", "/speakers/1", "/documents/a"])
def test_without_a_database(strict_server: str, path: str) -> None:
    """Without a database the answer says how to make one."""
    status, message = refusal(httpx.get(f"{strict_server}{path}"))
    assert status == 404
    assert "quoteattr db build quotes.db FOLDER" in message


# Many, slow, large and broken requests


def test_fifty_at_once(server: str) -> None:
    """Fifty requests at once are answered as they are one by one."""
    texts = [f"“We are {number},” said Ann Lee. Bo Berg denied it." for number in range(50)]
    alone = [attributed(server, text).json() for text in texts]
    with ThreadPoolExecutor(50) as pool:
        together = list(pool.map(lambda text: attributed(server, text).json(), texts))
    assert together == alone
    assert all(answer["quotes"] for answer in together)


def test_fifty_searches_at_once(server: str) -> None:
    """Fifty questions to the database at once are answered as they are one by one."""

    def searched(number: int) -> str:
        return httpx.get(f"{server}/quotes", params={"q": str(number)}, timeout=120).text

    alone = list(map(searched, range(50)))
    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(searched, range(50))) == alone
    assert len(set(alone)) == 50


SLOW = "“We are ready,” said Ann Lee. " * 16_000


def test_slow_text_blocks_nobody(strict_server: str) -> None:
    """While a text is slow others are read; it is given up in time, and then all is as before."""
    attributed(strict_server, TEXT)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(attributed, strict_server, SLOW)
        time.sleep(0.5)
        quick = attributed(strict_server, TEXT)
        assert quick.status_code == 200
        assert not slow.done()
        status, message = refusal(slow.result())
    assert (status, message[:40]) == (504, "the text took longer than 10 seconds and")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: attributed(strict_server, TEXT).json(), range(4)))
    assert answers == [quick.json()] * 4


def test_too_large(strict_server: str) -> None:
    """A body beyond the limit is refused."""
    status, message = refusal(attributed(strict_server, "x" * 600_000))
    assert (status, message[:32]) == (413, "a request may have 600000 bytes ")


def connected(server: str) -> socket.socket:
    """A connection of one's own to the server."""
    address = urlsplit(server)
    return socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=60)


HEAD = "POST /attribute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def test_too_large_without_saying_so(strict_server: str) -> None:
    """A body whose length is not told is counted as it comes."""
    with connected(strict_server) as client:
        client.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"%x\r\n%s\r\n" % (50_000, b"x" * 50_000)
        for _ in range(13):
            client.sendall(chunk)
        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_slow_to_arrive(strict_server: str) -> None:
    """A body that doesn't arrive in time is waited for no longer."""
    with connected(strict_server) as client:
        client.sendall(f"{HEAD}Content-Length: 100\r\n\r\nx".encode())
        assert client.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_cut_off(
    serve: Callable[..., AbstractContextManager[str]], database: Path, tmp_path: Path
) -> None:
    """Requests that are cut off, before or after they are whole, leave nothing behind."""
    body = json.dumps({"text": TEXT * 50}).encode()
    head = f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode()
    before = database.read_bytes()
    with serve("--db", str(database), "--jobs", "1", TMPDIR=str(tmp_path)) as server:
        expected = attributed(server, TEXT).json()
        kept = sorted(tmp_path.iterdir())  # what libraries keep there from the start
        for sent in (head, head + body[:1000], head + body):
            with connected(server) as client:
                client.sendall(sent)
        assert attributed(server, TEXT).json() == expected
        assert sorted(tmp_path.iterdir()) == kept
    assert database.read_bytes() == before


def test_no_connection_stays_open(strict_server: str) -> None:
    """Clients that go away in the middle of a request don't use up the server."""
    for _ in range(300):
        with connected(strict_server) as client:
            client.sendall(f"{HEAD}Content-Length: 100\r\n\r\nx".encode())
    until = time.monotonic() + 5  # which is before the server would give up on their requests
    while httpx.get(f"{strict_server}/health").status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.05)
