"""quoteattr: finds the quotations in a text, says who is speaking, and returns typed quotes.

Example:
    >>> from quoteattr import attribute
    >>> for quote in attribute("“We will wait,” Ann Lee said."):
    ...     print(quote)
    Ann Lee: “We will wait,”
"""

import logging

from quoteattr.config import Config, MediumChoice
from quoteattr.errors import (
    ConfigError,
    FileDecodeError,
    FileReadError,
    FormatError,
    InputTypeError,
    ModelFileError,
    ModelNotFoundError,
    QuoteattrError,
)
from quoteattr.pipeline import Attributor, attribute, load
from quoteattr.quotes import (
    AttributionType,
    Document,
    Evidence,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
    TextWarning,
    WarningCode,
    json_schema,
)

__version__ = "0.1.0"

__all__ = [
    "AttributionType",
    "Attributor",
    "Config",
    "ConfigError",
    "Document",
    "Evidence",
    "FileDecodeError",
    "FileReadError",
    "FormatError",
    "InputTypeError",
    "Kind",
    "Medium",
    "MediumChoice",
    "ModelFileError",
    "ModelNotFoundError",
    "Quote",
    "QuoteattrError",
    "Span",
    "Speaker",
    "SpeakerType",
    "TextWarning",
    "WarningCode",
    "attribute",
    "json_schema",
    "load",
]

logging.getLogger("quoteattr").addHandler(logging.NullHandler())
