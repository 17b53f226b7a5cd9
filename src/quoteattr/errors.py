"""The exceptions of quoteattr.

Every one is a `QuoteattrError` and, at the leaves, a built-in exception too, so that code which
knows nothing of quoteattr can catch it:

    QuoteattrError
    ├── InputTypeError      (TypeError)    what was passed is not a text, a document, …
    ├── ConfigError         (ValueError)   an option has a value that it can't have
    ├── FileReadError       (OSError)      a file is missing or can't be read
    ├── FileDecodeError     (ValueError)   a file's bytes are not UTF-8
    ├── FormatError         (ValueError)   JSON Lines, brat or another format is malformed
    ├── ModelFileError      (RuntimeError) a file of the network is missing or altered
    └── ModelNotFoundError  (ImportError)  the spaCy model that was asked for is not installed
"""

__all__ = [
    "ConfigError",
    "FileDecodeError",
    "FileReadError",
    "FormatError",
    "InputTypeError",
    "ModelFileError",
    "ModelNotFoundError",
    "QuoteattrError",
]


class QuoteattrError(Exception):
    """The root of all exceptions that quoteattr raises on purpose."""


class InputTypeError(QuoteattrError, TypeError):
    """A value of another type than was expected, such as bytes for a text."""


class ConfigError(QuoteattrError, ValueError):
    """An option with a value that it can't have."""


class FileReadError(QuoteattrError, OSError):
    """A file that is missing or can't be read."""


class FileDecodeError(QuoteattrError, ValueError):
    """A file whose bytes are not UTF-8."""


class FormatError(QuoteattrError, ValueError):
    """A record or a file that does not follow its format."""


class ModelNotFoundError(QuoteattrError, ImportError):
    """A spaCy model that is not installed."""


class ModelFileError(QuoteattrError, RuntimeError):
    """A file of the shipped network that is missing or altered."""
