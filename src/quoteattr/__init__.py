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
    ComponentError,
    ConfigError,
    FileDecodeError,
    FileReadError,
    FileWriteError,
    FormatError,
    InputTypeError,
    MissingExtraError,
    ModelFileError,
    ModelNotFoundError,
    NotInStoreError,
    QueryError,
    QuoteattrError,
    ServerBusyError,
    StoreError,
    StoreVersionError,
    TextError,
    TextTimeoutError,
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
from quoteattr.streams import Failure
from quoteattr.verification import Verdict, Verification, verify

__version__ = "0.1.0"

__all__ = [
    "AttributionType",
    "Attributor",
    "ComponentError",
    "Config",
    "ConfigError",
    "Document",
    "Evidence",
    "Failure",
    "FileDecodeError",
    "FileReadError",
    "FileWriteError",
    "FormatError",
    "InputTypeError",
    "Kind",
    "Medium",
    "MediumChoice",
    "MissingExtraError",
    "ModelFileError",
    "ModelNotFoundError",
    "NotInStoreError",
    "QueryError",
    "Quote",
    "QuoteattrError",
    "ServerBusyError",
    "Span",
    "Speaker",
    "SpeakerType",
    "StoreError",
    "StoreVersionError",
    "TextError",
    "TextTimeoutError",
    "TextWarning",
    "Verdict",
    "Verification",
    "WarningCode",
    "attribute",
    "json_schema",
    "load",
    "verify",
]

logging.getLogger("quoteattr").addHandler(logging.NullHandler())
