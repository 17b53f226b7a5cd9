"""`quoteattr evaluate`: how good predicted quotes are, measured by gold ones."""

import json
from collections.abc import Set as AbstractSet
from typing import Annotated

import typer

from quoteattr import formats
from quoteattr.characters import printable
from quoteattr.cli.failures import exit_codes, standard_error
from quoteattr.evaluate import evaluate as compare

__all__ = ["evaluate"]

_FORMATS = ".jsonl, .csv, .xml (TEI), .parquet or .ann (brat), or a folder of .ann or .xml files"


@exit_codes()
def evaluate(
    gold: Annotated[str, typer.Argument(metavar="GOLD", help=f"The right quotes: {_FORMATS}.")],
    predicted: Annotated[
        str, typer.Argument(metavar="PRED", help="The quotes to be measured, likewise.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Compare predicted quotes with gold ones; a document's id tells which belong together.

    PRED may leave out the texts, since GOLD has them.
    A document of GOLD that PRED lacks counts as one without quotes.
    """
    right = list(formats.load(gold))
    texts = {document.id: document.text for document in right}
    found = list(formats.load(predicted, texts=texts))
    _warn(texts.keys() - {document.id for document in found}, len(texts))
    scores = compare(right, found)
    typer.echo(json.dumps(scores.to_dict(), indent=2) if as_json else scores)


def _warn(missing: AbstractSet[str], count: int) -> None:
    if missing:
        which = f"{len(missing)} of {count} documents of the gold, such as {min(missing)!r}"
        message = f"quoteattr: nothing is predicted for {which}; that counts as no quotes"
        standard_error().print(printable(message))
