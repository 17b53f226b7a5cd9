"""What holds for the answer to any text: what the fuzz program asks for, and the JSON Schema."""

import jsonschema

from fuzz import faults
from quoteattr import Attributor, Document
from quoteattr.quotes import json_schema

__all__ = ["check", "check_json"]

_SCHEMA = jsonschema.Draft202012Validator(json_schema())


def check(attributor: Attributor, text: str) -> Document:
    """Look for quotes; check that all holds, and that the answer is the same twice.

    Args:
        attributor: What looks for them.
        text: The text.

    Returns:
        The answer.
    """
    document = attributor(text)
    assert list(faults(document, text)) == []
    assert all(warning.span is not None for warning in document.warnings)  # a fault has none
    assert attributor(text) == document
    return document


def check_json(document: Document) -> None:
    """Check that a document's JSON follows the schema, and that its way back is lossless.

    Args:
        document: The document.
    """
    _SCHEMA.validate(document.to_dict(with_text=True))
    assert Document.from_json(document.to_json(with_text=True)) == document
