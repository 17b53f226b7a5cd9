"""The API: texts to quotes, and questions to the database."""

from collections.abc import Mapping
from typing import Annotated, Any

from attrs import asdict
from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from quoteattr import __version__
from quoteattr.config import Config
from quoteattr.quotes import Document
from quoteattr.store import Hit
from quoteattr.store.escapes import unescape
from quoteattr.web.access import Store, TheWorkers, found
from quoteattr.web.responses import JSON
from quoteattr.web.schemas import (
    DOCUMENT,
    FAILURES,
    Health,
    PageOfQuotes,
    SpeakerQuestion,
    SpeakerRecord,
    Speakers,
    Text,
    WhichQuotes,
)

__all__ = ["router"]

router = APIRouter(responses=FAILURES, default_response_class=JSON)


@router.post("/attribute", responses=DOCUMENT)
async def attribute(text: Text, workers: TheWorkers) -> Response:
    """Find the quotations in a text, with their speakers."""
    config = Config(medium=text.medium, min_confidence=text.min_confidence)
    document = await workers.read(text.text, id=text.id, config=config)
    written = await run_in_threadpool(document.to_json)  # of a long text this takes a while
    return Response(written, media_type="application/json")


@router.get("/quotes", response_model=PageOfQuotes)
def quotes(store: Store, which: Annotated[WhichQuotes, Query()]) -> Response:
    """Find quotes by what they say, who says it, where and when."""
    page = found(store, which)
    return JSON({"hits": [_hit(hit) for hit in page.hits], "next": page.next})


def _hit(hit: Hit) -> Mapping[str, Any]:
    [quote] = Document(hit.document, "", (hit.quote,)).to_dict()["quotes"]
    return {**asdict(hit, recurse=False), "quote": quote}


@router.get("/speakers", response_model=Speakers)
def speakers(store: Store, question: Annotated[SpeakerQuestion, Query()]) -> Response:
    """Find speakers by words of their names; who is quoted most comes first."""
    known = store.speakers.find(question.q, limit=question.limit)
    return JSON({"speakers": [asdict(speaker) for speaker in known]})


@router.get("/speakers/{id}", response_model=SpeakerRecord)
def speaker(store: Store, id: Annotated[int, Path(ge=1)]) -> Response:  # noqa: A002
    """Get a speaker by number."""
    return JSON(asdict(store.speakers.get(id)))


@router.get("/documents/{id:path}", responses=DOCUMENT)
def document(store: Store, id: str) -> Response:  # noqa: A002
    """Get a document with its text and its quotes.

    The id may be any text; write it percent-encoded, slashes too.
    """
    written = store.get(unescape(id)).to_json(with_text=True)
    return Response(written, media_type="application/json")


@router.get("/health", response_model=Health)
def health() -> Response:
    """Say that the server is there."""
    return JSON({"status": "ok", "version": __version__})
