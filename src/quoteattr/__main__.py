"""`python -m quoteattr` is the command `quoteattr`."""

from quoteattr.cli import run

if __name__ == "__main__":
    run()
