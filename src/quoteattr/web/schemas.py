"""What the API takes and gives, as its OpenAPI document describes it."""

from typing import Annotated, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from quoteattr import __version__
from quoteattr.config import Config, MediumChoice
from quoteattr.quotes import Kind, Medium, json_schema
from quoteattr.store import Filters, Order, as_speaker

__all__ = [
    "DOCUMENT",
    "FAILURES",
    "Health",
    "PageOfQuotes",
    "SpeakerQuestion",
    "SpeakerRecord",
    "Speakers",
    "Text",
    "WhichQuotes",
    "openapi",
]

_DEFAULTS = Config()


class Text(BaseModel):
    """A text whose quotations are to be found, and how to look for them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(description="The text.", examples=["“We are ready,” said Ann Lee."])
    id: str = Field("", description="Your name for the text.")
    medium: MediumChoice = Field(_DEFAULTS.medium, description="Which quotations to keep.")
    min_confidence: float = Field(
        _DEFAULTS.min_confidence,
        ge=0,
        le=1,
        description="Quotations that are less probable than this are left out.",
    )


def _speaker(given: object) -> object:
    """A speaker as the database takes one: a number, if it can be one; else words of a name."""
    return as_speaker(given) if isinstance(given, str) else given


_WORDS: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "null"}]}
_DATE: dict[str, Any] = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}


class WhichQuotes(BaseModel):
    """Which quotes to look for."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(
        None,
        description="What they say: words, all of which they must have, “phrases” in quotation "
        "marks, and beginnings of words, `secur*`.",
        examples=["energy secur*"],
    )
    speaker: Annotated[int | str | None, BeforeValidator(_speaker)] = Field(
        None,
        description="Who says it: words that one of the speaker’s names must have, or the number.",
        examples=["Stoltenberg"],
        json_schema_extra=_WORDS,
    )
    outlet: str | None = Field(None, description="Where it was published, just as it is spelt.")
    since: str | None = Field(
        None, description="Published on this day or later.", json_schema_extra=_DATE
    )
    until: str | None = Field(
        None, description="Published on this day or earlier.", json_schema_extra=_DATE
    )
    kind: Kind | None = Field(None, description="How much of it stands in quotation marks.")
    medium: Medium | None = Field(None, description="Speech or thought.")
    min_confidence: float = Field(
        0.0, ge=0, le=1, description="Those with this confidence, or a higher one."
    )
    order: Order | None = Field(
        None, description="The best first, or the newest; without `q` it is always the newest."
    )
    limit: int = Field(20, ge=1, le=100, description="How many at most.")
    after: str | None = Field(
        None, description="Go on after a page of the same search: what it had as `next`."
    )

    @property
    def filters(self) -> Filters:
        """The same without the words, as the database takes it."""
        return Filters(
            speaker=self.speaker,
            outlet=self.outlet,
            since=self.since,
            until=self.until,
            kind=self.kind,
            medium=self.medium,
            min_confidence=self.min_confidence,
        )


class SpeakerQuestion(BaseModel):
    """Which speakers to look for."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, description="Words that one of the names must have.")
    limit: int = Field(20, ge=1, le=1000, description="How many at most.")


class Hit(BaseModel):
    """A quote that was found."""

    document: str = Field(description="The id of its document.")
    quote: Annotated[dict[str, Any], Field(json_schema_extra={"$comment": "quote"})]
    speakers: list[str] = Field(description="Who says it, by the names across documents.")
    title: str | None
    url: str | None
    published: str | None
    outlet: str | None
    before: str = Field(description="What stands before it.")
    after: str = Field(description="What stands after it.")
    highlights: list[tuple[int, int]] = Field(
        description="Where in the quote’s text the words stand that were looked for."
    )


class PageOfQuotes(BaseModel):
    """Some of the quotes that were found."""

    hits: list[Hit]
    next: str | None = Field(description="What to pass as `after` for the next page.")


class SpeakerRecord(BaseModel):
    """A speaker across documents."""

    id: int = Field(description="The number in this database.")
    name: str
    type: str
    role: str | None
    wikidata: str | None
    aliases: list[str] = Field(description="All names.")
    quotes: int = Field(description="How many quotes.")
    documents: int = Field(description="In how many documents.")


class Speakers(BaseModel):
    """The speakers that were found, who is quoted most comes first."""

    speakers: list[SpeakerRecord]


class Health(BaseModel):
    """That the server is there."""

    status: str
    version: str


class Failure(BaseModel):
    """What is wrong with a request."""

    error: str = Field(description="The kind of failure.")
    message: str = Field(description="What came, what was expected, what to do.")


FAILURES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Failure, "description": "What is wrong with the request."},
    "5XX": {"model": Failure, "description": "What is wrong with the server, or takes too long."},
}
"""What every operation of the API may answer."""

_REFERENCE = "#/components/schemas/"
DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document, as JSON Lines have it.",
        "content": {"application/json": {"schema": {"$ref": f"{_REFERENCE}document"}}},
    }
}
"""An answer that is a document."""


def openapi(app: FastAPI) -> dict[str, Any]:
    """Describe an API.

    Args:
        app: The application.

    Returns:
        Its OpenAPI document, which has the JSON Schema of quoteattr's documents in it.
    """
    described = get_openapi(title="quoteattr", version=__version__, routes=app.routes)
    schemas = described["components"]["schemas"]
    document = _moved(json_schema())
    schemas.update(document.pop("$defs"), document=document)
    schemas["Hit"]["properties"]["quote"] = {"$ref": f"{_REFERENCE}quote"}
    return described


def _moved(schema: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """A schema whose definitions stand where OpenAPI has them."""
    if isinstance(schema, list):
        return [_moved(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {key: _moved(each) for key, each in schema.items() if key != "$schema"}
    if "$ref" in moved:
        moved["$ref"] = moved["$ref"].replace("#/$defs/", _REFERENCE)
    return moved
