"""What the server lets in, and what its pages let run."""

import html.parser
from collections.abc import Callable
from contextlib import AbstractContextManager

import httpx
import pytest

from web_by_hand import HOSTILE

PATHS = [
    "/",
    "/style.css",
    "/health",
    "/nowhere",
    "/browse/quotes",
    "/speakers/12345",
    "/openapi.json",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_headers(server: str, path: str, accept: str) -> None:
    """Every answer, refusals too, forbids scripts, frames, guessed types and other sites."""
    headers = httpx.get(f"{server}{path}", headers={"accept": accept}).headers
    policy = headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_a_refusal_is_a_page_for_a_browser(server: str) -> None:
    """A browser gets a page that says what is wrong, a program JSON."""
    page = httpx.get(f"{server}/browse/speakers/12345", headers={"accept": "text/html,*/*"})
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "there is no speaker 12345" in page.text


def asked_as(server: str, host: str) -> int:
    """The status of an answer to who calls the server by some name."""
    return httpx.get(f"{server}/health", headers={"host": host}).status_code


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:9", "[::1]:80"])
def test_names_of_this_machine(server: str, host: str) -> None:
    """The server may be called by the names of its machine, at any port."""
    assert asked_as(server, host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "[::2]", "[", "", "@localhost:x@e"]
)
def test_other_names(server: str, host: str) -> None:
    """A web site that lets its own name point to this machine gets nothing."""
    assert asked_as(server, host) == 421


def test_names_that_were_allowed(serve: Callable[..., AbstractContextManager[str]]) -> None:
    """More names can be allowed, for a proxy in front, in whichever case."""
    with serve("--allowed-host", "Quotes.Example.org", "--jobs", "1") as server:
        assert asked_as(server, "quotes.example.org") == 200
        assert asked_as(server, "QUOTES.example.org") == 200
        assert asked_as(server, "localhost") == 200
        assert asked_as(server, "evil.example") == 421


ELSEWHERE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://[broken"},
    {"sec-fetch-site": "cross-site", "origin": "http://localhost"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("path", ["/", "/attribute", "/browse/speakers/1/merge"])
def test_forms_of_other_sites(server: str, path: str, headers: dict[str, str]) -> None:
    """What another site's page sends is refused, whatever it is."""
    response = httpx.post(f"{server}{path}", data={"other": "2"}, headers=headers)
    assert response.status_code == 403
    assert "comes from the page of another site" in response.json()["message"]


def test_own_forms(server: str) -> None:
    """What the server's own pages send, or a program, is let in."""
    host = {"host": "localhost:7", "origin": "http://localhost:7"}
    for headers in ({"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, host, {}):
        response = httpx.post(f"{server}/", data={"text": "Yes."}, headers=headers, timeout=60)
        assert response.status_code == 200


def test_only_forms_are_forms(server: str) -> None:
    """A form in another content type, such as one that needs temporary files, is refused."""
    response = httpx.post(f"{server}/", files={"text": b"Yes."})
    assert response.status_code == 415


class Elements(html.parser.HTMLParser):
    """Collects the elements of a page, and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.found.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """The elements of a page."""
    parser = Elements()
    parser.feed(page)
    return parser.found


def pages_with(server: str, client: httpx.Client) -> "list[httpx.Response]":
    """Pages that show what is hostile: as text, name, title, id, outlet, query, form and fault."""
    shown = [
        client.get(f"{server}/browse/quotes", params={"q": "script alert"}),
        client.get(f"{server}/browse/quotes", params={"q": HOSTILE, "outlet": HOSTILE}),
        client.get(f"{server}/browse/quotes", params={"since": HOSTILE, "after": HOSTILE}),
        client.get(f"{server}/browse/quotes", params={"speaker": HOSTILE}),
        client.get(f"{server}/browse/speakers", params={"q": "script"}),
        client.get(f"{server}/browse/speakers", params={"q": HOSTILE}),
        client.get(f"{server}/browse/named", params={"name": HOSTILE}),
        client.get(f"{server}/browse/quote", params={"document": HOSTILE, "start": 0}),
        client.get(f"{server}/browse/{HOSTILE}"),
        client.post(f"{server}/", data={"text": f"“{HOSTILE}” said Ann Lee."}),
        client.post(f"{server}/", data={"text": "", "medium": HOSTILE}),
    ]
    speaker = next(response for response in shown if "/browse/speakers/" in str(response.url))
    return [*shown, client.get(speaker.url, params={"q": HOSTILE})]


def test_nothing_hostile_comes_alive(server: str) -> None:
    """No page has a script, a handler, an inline style, or anything from elsewhere."""
    with httpx.Client(follow_redirects=True, headers={"accept": "text/html"}, timeout=60) as client:
        pages = pages_with(server, client)
    assert sum("alert(1)" in page.text for page in pages) >= 9
    for page in pages:
        assert page.status_code in {200, 404, 422}
        assert "{{ 7 * 7 }}" in page.text or "alert(" not in page.text
        for tag, attributes in elements(page.text):
            assert tag not in {"script", "iframe", "object", "embed", "style", "base"}
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            for name in {"href", "src", "action"} & set(attributes):
                assert str(attributes[name]).startswith(("/", "#"))
