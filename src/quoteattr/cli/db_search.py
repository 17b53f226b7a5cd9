"""`quoteattr db search`, `most-quoted` and `by-month`: questions to a database."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from attrs import frozen

from quoteattr.cli.db_output import Database, opened, show, show_page
from quoteattr.cli.failures import exit_codes
from quoteattr.quotes import Kind, Medium

if TYPE_CHECKING:
    from quoteattr.store import Filters, Order

__all__ = ["by_month", "most_quoted", "search"]

_Query = Annotated[
    str | None,
    typer.Argument(
        metavar="WORDS",
        help="What the quotes say: words, all of which they must have, '\"phrases\"' and "
        "beginnings of words, 'secur*'. Without it, all quotes.",
        show_default=False,
    ),
]
_Speaker = Annotated[
    str | None,
    typer.Option(metavar="WHO", help="Quotes of this speaker: words of a name, or the number."),
]
_Outlet = Annotated[
    str | None, typer.Option(metavar="NAME", help="Quotes in documents of this outlet.")
]
_Since = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Quotes of this day, such as 2024-01-31, or later."),
]
_Until = Annotated[str | None, typer.Option(metavar="DATE", help="Quotes of this day or earlier.")]
_Kind = Annotated[str | None, typer.Option(metavar="|".join(Kind), help="Quotes of this kind.")]
_Medium = Annotated[
    str | None, typer.Option(metavar="|".join(Medium), help="Quotes in this medium.")
]
_MinConfidence = Annotated[
    float, typer.Option(metavar="P", help="Quotes at least as probable as this, 0 to 1.")
]
_Limit = Annotated[int, typer.Option(metavar="N", min=1, max=1_000_000, help="How many at most.")]


@exit_codes()
def search(  # noqa: PLR0913 - each is an option of the command
    database: Database,
    query: _Query = None,
    *,
    speaker: _Speaker = None,
    outlet: _Outlet = None,
    since: _Since = None,
    until: _Until = None,
    kind: _Kind = None,
    medium: _Medium = None,
    min_confidence: _MinConfidence = 0.0,
    order: Annotated[
        str | None,
        typer.Option(
            metavar="relevance|date",
            help="The best first, or the newest.",
            show_default="relevance where there are WORDS, else date",
        ),
    ] = None,
    limit: _Limit = 20,
    after: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Go on after a page of the same search: its `next`."),
    ] = None,
) -> None:
    """Find quotes by what they say, who says it, where and when."""
    with opened(database) as store:
        filters = _filters(speaker, outlet, since, until, kind, medium, min_confidence)
        page = store.search(
            query, filters, order=cast("Order | None", order), limit=limit, after=after
        )
    show_page(page)


@exit_codes()
def most_quoted(  # noqa: PLR0913 - each is an option of the command
    database: Database,
    query: _Query = None,
    *,
    speaker: _Speaker = None,
    outlet: _Outlet = None,
    since: _Since = None,
    until: _Until = None,
    kind: _Kind = None,
    medium: _Medium = None,
    min_confidence: _MinConfidence = 0.0,
    limit: _Limit = 20,
) -> None:
    """Count quotes by speaker: who is quoted most, at all or about something."""
    with opened(database) as store:
        filters = _filters(speaker, outlet, since, until, kind, medium, min_confidence)
        show(store.most_quoted(query, filters, limit=limit))


@frozen
class _Month:
    month: str
    quotes: int


@exit_codes()
def by_month(  # noqa: PLR0913 - each is an option of the command
    database: Database,
    query: _Query = None,
    *,
    speaker: _Speaker = None,
    outlet: _Outlet = None,
    since: _Since = None,
    until: _Until = None,
    kind: _Kind = None,
    medium: _Medium = None,
    min_confidence: _MinConfidence = 0.0,
) -> None:
    """Count quotes by month of publication, such as one speaker's over time."""
    with opened(database) as store:
        filters = _filters(speaker, outlet, since, until, kind, medium, min_confidence)
        show(_Month(*each) for each in store.by_month(query, filters))


def _filters(speaker: str | None, *values: Any) -> "Filters":  # noqa: ANN401 - Filters checks them
    from quoteattr.store import Filters, as_speaker  # noqa: PLC0415 - heavy, not for all commands

    names = ("outlet", "since", "until", "kind", "medium", "min_confidence")
    return Filters(speaker=speaker and as_speaker(speaker), **dict(zip(names, values, strict=True)))
