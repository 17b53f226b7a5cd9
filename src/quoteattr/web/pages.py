"""The pages: a text and its quotes, and the database to be browsed, with forms and links alone."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from attrs import frozen
from fastapi import APIRouter, Depends, Path, Query, Request
from markupsafe import Markup
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from quoteattr import render
from quoteattr.config import Config
from quoteattr.errors import ConfigError, NotInStoreError, QueryError
from quoteattr.quotes import Document, Kind, Medium
from quoteattr.store import Filters, Hit, Page, as_speaker
from quoteattr.store.escapes import escape, unescape
from quoteattr.web.access import Store, TheWorkers, found
from quoteattr.web.responses import ICON, STYLE, address, page
from quoteattr.web.schemas import Text, WhichQuotes
from quoteattr.web.timeline import timeline

__all__ = ["router"]

router = APIRouter(default_response_class=Response)

_FORM = "application/x-www-form-urlencoded"
_SEE_OTHER = 303
_FIRST = 10
"""How many quotes stand on the page of a speaker."""
_MOST = 200
"""How many speakers stand on a page."""


async def _form(request: Request) -> Mapping[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        raise HTTPException(415, f"expected a form, which has the content type {_FORM}")
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


Form = Annotated[Mapping[str, str], Depends(_form)]
SpeakerNumber = Annotated[int, Path(ge=1)]


@router.get("/style.css")
def style() -> Response:
    """The look of all pages."""
    return Response(f"{render.STYLE}\n{STYLE}", media_type="text/css")


@router.get("/icon.svg")
def icon() -> Response:
    """What browsers show in a tab."""
    return Response(ICON, media_type="image/svg+xml")


# A text of one's own


@router.get("/")
def paste(request: Request) -> Response:
    """A form for a text."""
    return page(request, "text.html", text="", medium=Config().medium, article=None, count=0)


@router.post("/")
async def show(request: Request, form: Form, workers: TheWorkers) -> Response:
    """The text with its quotes."""
    # Browsers send all line ends as CRLF, whichever the text had.
    text = form.get("text", "").replace("\r\n", "\n")
    medium = form.get("medium", Config().medium)
    try:
        asked = Text.model_validate({"text": text, "medium": medium})
    except ValidationError as error:
        raise ConfigError(_said(error)) from error
    document = await workers.read(text, id="", config=Config(medium=asked.medium))
    return await run_in_threadpool(_result, request, document, medium)


def _result(request: Request, document: Document, medium: str) -> Response:
    return page(
        request,
        "text.html",
        text=document.text,
        medium=medium,
        article=_article(document),
        count=len(document.quotes),
    )


def _article(document: Document) -> Markup:
    return Markup(render.article(document))  # noqa: S704 - it has escaped what it was given


# Quotes


@router.get("/browse/quotes")
def quotes(request: Request, store: Store) -> Response:
    """What was found, and the form to look for it."""
    asked = {name: value for name, value in request.query_params.items() if value}
    try:
        which = WhichQuotes.model_validate(asked)
        result, fault = found(store, which), None
    except (ConfigError, QueryError) as error:
        result, fault = Page((), None), str(error)
    except ValidationError as error:
        result, fault = Page((), None), _said(error)
    asked.pop("after", None)
    return page(
        request,
        "quotes.html",
        status=422 if fault else 200,
        asked=asked,
        fault=fault,
        kinds={str(kind): kind for kind in Kind},
        media={str(medium): medium for medium in Medium},
        hits=list(map(_shown, result.hits)),
        is_first="after" not in request.query_params,
        first=_query(asked),
        more=result.next and _query({**asked, "after": result.next}),
    )


def _said(error: ValidationError) -> str:
    return "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())


def _query(parameters: Mapping[str, str]) -> str:
    return urlencode({name: escape(value) for name, value in parameters.items()})


@frozen
class _Shown:
    """A quote as a page shows it: `parts` are pieces of it, each with whether it was looked for."""

    hit: Hit
    parts: tuple[tuple[str, bool], ...]

    @property
    def link(self) -> str:
        """The address of the quote in its document."""
        place = urlencode({"document": escape(self.hit.document), "start": self.hit.quote.start})
        return f"/browse/quote?{place}"


def _shown(hit: Hit) -> _Shown:
    return _Shown(hit, tuple(_parts(hit)))


def _parts(hit: Hit) -> Iterator[tuple[str, bool]]:
    text, end = hit.quote.text, 0
    for start, stop in hit.highlights:
        yield text[end:start], False
        yield text[start:stop], True
        end = stop
    yield text[end:], False


@router.get("/browse/quote")
def in_context(store: Store, document: str, start: int) -> Response:
    """To a quote in its document."""
    id_ = unescape(document)
    numbered = enumerate(store.get(id_).quotes, start=1)
    place = next((f"#quote-{which}" for which, quote in numbered if quote.start == start), "")
    return RedirectResponse(f"/browse/documents/{address(id_)}{place}", _SEE_OTHER)


@router.get("/browse/documents/{id:path}")
def document(request: Request, store: Store, id: str) -> Response:  # noqa: A002
    """A document with its quotes."""
    kept = store.get(unescape(id))
    return page(request, "document.html", document=kept, article=_article(kept))


# Speakers


@router.get("/browse/speakers")
def speakers(request: Request, store: Store, q: str = "") -> Response:
    """Who is quoted most, of all or of those with some name."""
    try:
        known, fault = store.speakers.find(q or None, limit=_MOST + 1), None
    except QueryError as error:
        known, fault = [], str(error)
    return page(
        request,
        "speakers.html",
        status=422 if fault else 200,
        q=q,
        fault=fault,
        speakers=known[:_MOST],
        is_more=len(known) > _MOST,
    )


@router.get("/browse/named")
def named(store: Store, name: str) -> Response:
    """To the speaker of a name, or to all who have it in theirs."""
    try:
        place = f"/browse/speakers/{store.speakers.get(unescape(name)).id}"
    except NotInStoreError:
        place = f"/browse/speakers?{_query({'q': _phrase(unescape(name))})}"
    return RedirectResponse(place, _SEE_OTHER)


def _phrase(name: str) -> str:
    """A query for a whole name."""
    words = re.sub(r'["“”„*]', " ", name).strip()
    return f'"{words}"' if words else ""


@router.get("/browse/speakers/{id}")
def speaker(
    request: Request,
    store: Store,
    id: SpeakerNumber,  # noqa: A002
    q: Annotated[str | None, Query()] = None,
) -> Response:
    """A speaker: names, quotes over time, the latest of them, and who else may be the same."""
    known = store.speakers.get(id)
    filters = Filters(speaker=id)
    latest = store.search(None, filters, limit=_FIRST)
    words = known.name.split()[-1:] if q is None else [q]
    others, fault = [], None
    try:
        same = store.speakers.find(" ".join(words), limit=_FIRST + 1)
        others = [each for each in same if each.id != id]
    except QueryError as error:
        fault = str(error) if q else None
    return page(
        request,
        "speaker.html",
        speaker=known,
        line=timeline(store.by_month(None, filters)),
        hits=list(map(_shown, latest.hits)),
        is_more=latest.next is not None,
        q=" ".join(words),
        fault=fault,
        others=others[:_FIRST],
        decisions=[
            each
            for each in store.speakers.decisions()
            if not each.undone and id in {each.speaker, each.other}
        ],
    )


@router.post("/browse/speakers/{id}/merge")
def merge(store: Store, id: SpeakerNumber, form: Form) -> Response:  # noqa: A002
    """Decide that another speaker is this one."""
    other = as_speaker(form.get("other", ""))
    if isinstance(other, str):
        msg = "expected the number of the other speaker; choose one on the page"
        raise ConfigError(msg)
    store.speakers.merge(id, other)
    return RedirectResponse(f"/browse/speakers/{id}#decisions", _SEE_OTHER)


# What people have decided


@router.get("/browse/decisions")
def decisions(request: Request, store: Store) -> Response:
    """All that was decided, the latest first."""
    return page(request, "decisions.html", decisions=store.speakers.decisions()[::-1])


@router.post("/browse/decisions/{number}/undo")
def undo(store: Store, number: Annotated[int, Path(ge=1)], form: Form) -> Response:
    """Undo a decision, and go back to where it was shown."""
    store.speakers.undo(number)
    back = as_speaker(form.get("speaker", ""))
    place = f"/browse/speakers/{back}" if isinstance(back, int) else "/browse/decisions"
    return RedirectResponse(place, _SEE_OTHER)
