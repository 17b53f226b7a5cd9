"""The pages, asked over HTTP: where their forms and links lead."""

from urllib.parse import urlencode

import httpx
import pytest

BROWSER = {"accept": "text/html,application/xhtml+xml"}


def got(server: str, path: str) -> httpx.Response:
    """What a browser gets."""
    return httpx.get(f"{server}{path}", headers=BROWSER)


def sent(server: str, path: str, **form: str) -> httpx.Response:
    """What a browser gets that sends a form."""
    headers = {**BROWSER, "content-type": "application/x-www-form-urlencoded"}
    return httpx.post(f"{server}{path}", content=urlencode(form), headers=headers, timeout=60)


def number_of(server: str, name: str) -> int:
    """The number of the speaker of a name."""
    found = httpx.get(f"{server}/browse/named", params={"name": name})
    assert found.status_code == 303
    return int(found.headers["location"].rpartition("/")[2])


def test_to_a_speaker_by_name(server: str) -> None:
    """A name leads to its speaker; one that is nobody's leads to a search for it."""
    assert number_of(server, "ANN LEE") == number_of(server, "Ann Lee")
    found = httpx.get(f"{server}/browse/named", params={"name": 'Al "Bo" Nobody'})
    assert found.headers["location"] == "/browse/speakers?q=%22Al++Bo++Nobody%22"


def test_to_a_quote(server: str) -> None:
    """A quote's place leads to it; where there is none, to its document."""
    for start, place in ((0, "#quote-1"), (5, "")):
        asked: dict[str, str | int] = {"document": "news/5.txt", "start": start}
        found = httpx.get(f"{server}/browse/quote", params=asked)
        assert found.headers["location"] == f"/browse/documents/news%2F5.txt{place}"


def test_merge_and_undo(own_server: str) -> None:
    """A merge leads back to the speaker and is one decision, which can be undone once."""
    ann, lee = number_of(own_server, "Ann Lee"), number_of(own_server, "Lee")
    merged = sent(own_server, f"/browse/speakers/{ann}/merge", other=str(lee))
    assert merged.headers["location"] == f"/browse/speakers/{ann}#decisions"
    assert f"number {lee}, is the same as" in got(own_server, f"/browse/speakers/{ann}").text
    assert got(own_server, f"/browse/speakers/{lee}").status_code == 404
    undone = sent(own_server, "/browse/decisions/1/undo", speaker=str(ann))
    assert undone.headers["location"] == f"/browse/speakers/{ann}"
    assert got(own_server, f"/browse/speakers/{lee}").status_code == 200
    again = sent(own_server, "/browse/decisions/1/undo")
    assert again.status_code == 404
    assert "there is no decision 1 to undo" in again.text


@pytest.mark.parametrize(
    ("other", "status", "message"),
    [
        ("", 422, "expected the number of the other speaker"),
        ("Lee", 422, "expected the number of the other speaker"),
        ("1", 422, "are one speaker already"),
        ("12345", 404, "there is no speaker 12345"),
        ("9" * 18, 404, "there is no speaker 999"),
        ("9" * 5000, 422, "expected the number of the other speaker"),
    ],
)
def test_what_cant_be_merged(server: str, other: str, status: int, message: str) -> None:
    """A merge that can't be says why, and changes nothing."""
    refused = sent(server, "/browse/speakers/1/merge", other=other)
    assert refused.status_code == status
    assert message in refused.text
    assert "Nothing has been decided" in got(server, "/browse/decisions").text


def test_line_ends_of_a_form(server: str) -> None:
    """A text is shown with the line ends that it had before a browser sent it."""
    page = sent(server, "/", text="“Yes,” said Ann.\r\n“No,” said Bo.\rEnd").text
    assert "“Yes,” said Ann.\n“No,” said Bo.\rEnd</textarea>" in page


def test_a_form_without_a_text(server: str) -> None:
    """An empty text has no quotations; a medium that isn't one is named."""
    assert "0 quotations" in sent(server, "/").text
    assert "Input should be &#39;speech&#39;" in sent(server, "/", medium="loud").text


def test_many_filters_and_pages(server: str) -> None:
    """A search keeps its fields over its pages; empty ones are left out."""
    page = got(server, "/browse/quotes?q=talk&speaker=lee&outlet=&since=2023-01-01&order=date")
    assert 'value="2023-01-01"' in page.text
    assert (
        "/browse/quotes?q=talk&amp;speaker=lee&amp;since=2023-01-01&amp;order=date&amp;after="
        in (page.text)
    )
