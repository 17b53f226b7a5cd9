"""quoteattr: finds the quotations in a text, says who is speaking, and returns typed quotes."""

__version__ = "0.1.0"
