"""Libraries that come with an extra."""

import re
import sys
from typing import Any

import pytest

from quoteattr import frames, spark
from quoteattr.errors import MissingExtraError
from quoteattr.extras import require


def test_what_is_there() -> None:
    """Of a library that can be imported nothing is said."""
    require("json", extra="arrow")


@pytest.mark.parametrize(("library", "extra"), [("pyarrow", "arrow"), ("pyspark", "spark")])
def test_what_is_missing(library: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the library and the command that brings it."""
    monkeypatch.setitem(sys.modules, library, None)
    expected = (
        f"this needs {library}, which is not installed; install it with: "
        f"pip install 'quoteattr[{extra}]'"
    )
    with pytest.raises(MissingExtraError, match=f"^{re.escape(expected)}$"):
        require(library, extra=extra)


def test_what_needs_them_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables and Spark say which extra they need, whatever they are called with."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    for call in (lambda: frames.to_arrow([]), frames.quote_type):
        with pytest.raises(MissingExtraError, match=re.escape("'quoteattr[arrow]'")):
            call()
    nothing: Any = None
    with pytest.raises(MissingExtraError, match=re.escape("'quoteattr[spark]'")):
        spark.attribute_column(nothing, "text")
