"""`quoteattr db`: the quote database, a command for each thing that `quoteattr.store` can do."""

import typer

from quoteattr.cli.db_search import by_month, most_quoted, search
from quoteattr.cli.db_speakers import aliases, decisions, merge, rename, speakers, split, undo
from quoteattr.cli.db_texts import build, export, import_, migrate, stats

__all__ = ["db"]

db = typer.Typer(
    name="db",
    no_args_is_help=True,
    help="Keep quotes in a database: fill it, search it, say who is who.",
)
db.command()(build)
db.command("import")(import_)
db.command()(search)
db.command()(most_quoted)
db.command()(by_month)
db.command()(speakers)
db.command()(merge)
db.command()(split)
db.command()(rename)
db.command()(aliases)
db.command()(decisions)
db.command()(undo)
db.command()(stats)
db.command()(export)
db.command()(migrate)
