"""`quoteattr db speakers`, `merge`, `undo` and more: who speaks, and what people decide of it."""

from typing import Annotated

import typer

from quoteattr.cli.db_output import Database, opened, show
from quoteattr.cli.failures import exit_codes

__all__ = ["aliases", "decisions", "merge", "rename", "speakers", "split", "undo"]

_WHO = "the number, or a name if only one has it"
_Speaker = Annotated[str, typer.Argument(metavar="SPEAKER", help=f"The speaker: {_WHO}.")]


@exit_codes()
def speakers(
    database: Database,
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="WORDS",
            help="Words that one of the speaker's names must have; 'Stolt*' is a beginning. "
            "Without it, all speakers.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """List speakers with their names and how often they are quoted, who is most comes first."""
    with opened(database) as store:
        show(store.speakers.find(query))


@exit_codes()
def merge(
    database: Database,
    speaker: Annotated[
        str, typer.Argument(metavar="A", help=f"The one that stays, with its name: {_WHO}.")
    ],
    other: Annotated[str, typer.Argument(metavar="B", help="The one that becomes part of it.")],
) -> None:
    """Decide that two speakers are one."""
    from quoteattr.store import as_speaker  # noqa: PLC0415 - heavy, and not for other commands

    with opened(database) as store:
        show([store.speakers.merge(as_speaker(speaker), as_speaker(other))])


@exit_codes()
def split(
    database: Database,
    speaker: _Speaker,
    documents: Annotated[
        list[str],
        typer.Argument(metavar="ID", help="Of the documents in which it is somebody else."),
    ],
) -> None:
    """Decide that a name means somebody else in some documents."""
    from quoteattr.store import as_speaker  # noqa: PLC0415 - heavy, and not for other commands

    with opened(database) as store:
        show([store.speakers.split(as_speaker(speaker), *documents)])


@exit_codes()
def rename(
    database: Database,
    speaker: _Speaker,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The new name; the old ones stay aliases.")
    ],
) -> None:
    """Decide what a speaker is called."""
    from quoteattr.store import as_speaker  # noqa: PLC0415 - heavy, and not for other commands

    with opened(database) as store:
        show([store.speakers.rename(as_speaker(speaker), name)])


@exit_codes()
def aliases(
    database: Database,
    path: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="CSV with the header name,aliases,wikidata,role; aliases have ; between them.",
        ),
    ],
) -> None:
    """Load names that mean the same speaker, in whichever document."""
    with opened(database) as store:
        show(store.speakers.load(path))


@exit_codes()
def decisions(database: Database) -> None:
    """List what people have decided about speakers, what was undone, too."""
    with opened(database) as store:
        show(store.speakers.decisions())


@exit_codes()
def undo(
    database: Database,
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", min=1, help="Of the decision, as `decisions` has it.")
    ],
) -> None:
    """Undo a decision; all others hold as if it had never been."""
    with opened(database) as store:
        store.speakers.undo(number)
