"""Quotes of a column of texts, on a Spark cluster.

It needs PySpark, which the extra ``spark`` brings, and Java.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from quoteattr.config import MediumChoice
from quoteattr.errors import ConfigError, InputTypeError
from quoteattr.extras import require
from quoteattr.frames import quote_type, to_records
from quoteattr.pipeline import Attributor, load
from quoteattr.quotes import Document
from quoteattr.streams import Failure

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

__all__ = ["attribute_column"]

_ROWS = 64
"""How many texts' quotes are held at once; Spark's own batches have thousands."""


def attribute_column(
    frame: "DataFrame",
    column: str,
    *,
    model: str | None = None,
    medium: MediumChoice | None = None,
    min_confidence: float | None = None,
) -> "DataFrame":
    """Find the quotations in a column of texts.

    Each worker process loads the model once, and keeps it for its later tasks.

    Args:
        frame: The frame.
        column: The name of the column with the texts, which must be strings.
        model: As for `load`. It must be installed on all machines, this one included.
        medium: As for `load`.
        min_confidence: As for `load`.

    Returns:
        The frame with two more columns. ``quotes`` is an array of structs with the fields of
        `Quote`, ``error`` a string. For a text that fails, such as a null, `quotes` is null and
        `error` says why; for every other text `error` is null.

    Raises:
        ConfigError: If the frame has no such column, or one called ``quotes`` or ``error``, or if
            `medium` or `min_confidence` can't be.
        InputTypeError: If `frame` is no Spark frame, or the column holds no strings.
        MissingExtraError: If PySpark or pyarrow is not installed.
        ModelFileError: If a file of the network is missing or altered.
        ModelNotFoundError: If the model is not installed.
    """
    require("pyspark", extra="spark")
    from pyspark.sql.types import StructType  # noqa: PLC0415 - heavy, and not everybody has it

    _check(frame, column)
    loader = functools.partial(load, model, medium=medium, min_confidence=min_confidence)
    loader()  # so that what can't be loaded shows here, and not in the middle of a job
    results = frame.sparkSession.createDataFrame(_results().empty_table()).schema
    schema = StructType([*frame.schema.fields, *results.fields])
    return frame.mapInArrow(functools.partial(_attributed, column=column, loader=loader), schema)


def _check(frame: object, column: str) -> None:
    from pyspark.sql import DataFrame  # noqa: PLC0415 - see attribute_column
    from pyspark.sql.types import StringType  # noqa: PLC0415 - see attribute_column

    if not isinstance(frame, DataFrame):
        hint = "make one of it: spark.createDataFrame(frame)"
        msg = f"expected a Spark frame, got {type(frame).__name__}; {hint}"
        raise InputTypeError(msg)
    kinds = {field.name: field.dataType for field in frame.schema}
    if column not in kinds:
        msg = f"the frame has no column {column!r}; it has {_listed(kinds)}"
        raise ConfigError(msg)
    if not isinstance(kinds[column], StringType):
        texts = [name for name, kind in kinds.items() if isinstance(kind, StringType)]
        msg = (
            f"expected strings in the column {column!r}, got {kinds[column].simpleString()}; "
            f"columns of strings: {_listed(texts)}"
        )
        raise InputTypeError(msg)
    for name in kinds:
        if name.lower() in _results().names:  # Spark's names have no case
            hint = f"rename it first: frame.withColumnRenamed({name!r}, …)"
            msg = f"the frame already has a column {name!r}; {hint}"
            raise ConfigError(msg)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names)) or "none"


def _results() -> "pa.Schema":
    """The columns that are added."""
    import pyarrow as pa  # noqa: PLC0415 - see attribute_column

    quotes = pa.list_(pa.field("item", quote_type(), nullable=False))
    return pa.schema([("quotes", quotes), ("error", pa.string())])


def _attributed(
    batches: "Iterable[pa.RecordBatch]", *, column: str, loader: Callable[[], Attributor]
) -> "Iterator[pa.RecordBatch]":
    """What a worker makes of a partition."""
    attributor = loader()
    for batch in batches:
        for start in range(0, batch.num_rows, _ROWS):
            yield _with_quotes(batch.slice(start, _ROWS), column, attributor)


def _with_quotes(batch: "pa.RecordBatch", column: str, attributor: Attributor) -> "pa.RecordBatch":
    import pyarrow as pa  # noqa: PLC0415 - see attribute_column

    texts: list[Any] = batch.column(column).to_pylist()  # nulls are None, and fail
    rows = [_row(result) for result in attributor.pipe(texts, errors="yield")]
    added = pa.RecordBatch.from_pylist(rows, schema=_results())
    names = [*batch.schema.names, *added.schema.names]
    return pa.RecordBatch.from_arrays([*batch.columns, *added.columns], names=names)


def _row(result: Document | Failure) -> dict[str, Any]:
    if isinstance(result, Failure):
        return {"error": f"{result.error}: {result.message}"}
    return {"quotes": to_records(result.quotes)}
