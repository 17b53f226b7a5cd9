"""How a failure looks on the command line: its line, and its exit code."""

import pytest
import typer

from quoteattr.cli.failures import exit_codes
from quoteattr.errors import (
    ConfigError,
    FormatError,
    ModelFileError,
    ModelNotFoundError,
    QuoteattrError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FormatError("no\nJSON"), 1),
        (ConfigError("no\nJSON"), 2),
        (ModelNotFoundError("no\nJSON"), 2),
        (ModelFileError("no\nJSON"), 2),
    ],
)
def test_exit_code(error: QuoteattrError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with an input ends with 1; with the set-up or the options with 2."""
    with pytest.raises(typer.Exit) as ended, exit_codes():
        raise error
    assert ended.value.exit_code == code
    assert capsys.readouterr() == ("", "quoteattr: no JSON\n")


def test_interrupted() -> None:
    """Ctrl-C ends with 130."""
    with pytest.raises(typer.Exit) as ended, exit_codes():
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130
