"""The command line: parses, calls, prints. Nothing else in quoteattr prints or exits."""

from quoteattr.cli.app import run

__all__ = ["run"]
