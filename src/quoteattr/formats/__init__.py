"""Quotes in and out: a module a format, and `offsets` for what an offset may count.

The formats that can be read have ``read(path)``, an iterator of documents; all have ``write``,
which takes documents and an open file. brat and TEI have one file a document, so theirs takes one.
`load` and `save` choose the format by the name of a file. None of them needs spaCy.
"""

from quoteattr.formats import brat, csv, jsonl, offsets, parquet, tei
from quoteattr.formats.files import Format, load, save

__all__ = ["Format", "brat", "csv", "jsonl", "load", "offsets", "parquet", "save", "tei"]
