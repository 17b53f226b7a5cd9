"""The exceptions of quoteattr.

Every one is a `QuoteattrError` and, at the leaves, a built-in exception too, so that code which
knows nothing of quoteattr can catch it:

    QuoteattrError
    ├── InputTypeError      (TypeError)    what was passed is not a text, a document, …
    ├── ConfigError         (ValueError)   an option has a value that it can't have
    ├── FileReadError       (OSError)      a file is missing or can't be read
    ├── FileDecodeError     (ValueError)   a file's bytes are not UTF-8
    ├── FileWriteError      (OSError)      a file can't be written
    ├── FormatError         (ValueError)   JSON Lines, brat or another format is malformed
    ├── ModelFileError      (RuntimeError) a file of the network is missing or altered
    ├── ModelNotFoundError  (ImportError)  the spaCy model that was asked for is not installed
    ├── MissingExtraError   (ImportError)  a library that an extra brings is not installed
    ├── ComponentError      (ValueError)   a spaCy pipeline lacks a component that is needed
    ├── TextError           (RuntimeError) a text of a stream has failed, or its process has ended
    ├── TextTimeoutError    (TimeoutError) a text has taken longer than a server allows
    ├── ServerBusyError     (TimeoutError) all processes of a server were busy for too long
    ├── StoreError          (OSError)      a quote database is missing, locked, read-only, full, …
    ├── StoreVersionError   (ValueError)   a database is not ours, or of another version
    ├── NotInStoreError     (LookupError)  a quote database has no such document or speaker
    └── QueryError          (ValueError)   what to search for is malformed
"""

__all__ = [
    "ComponentError",
    "ConfigError",
    "FileDecodeError",
    "FileReadError",
    "FileWriteError",
    "FormatError",
    "InputTypeError",
    "MissingExtraError",
    "ModelFileError",
    "ModelNotFoundError",
    "NotInStoreError",
    "QueryError",
    "QuoteattrError",
    "ServerBusyError",
    "StoreError",
    "StoreVersionError",
    "TextError",
    "TextTimeoutError",
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


class FileWriteError(QuoteattrError, OSError):
    """A file that can't be written."""


class FormatError(QuoteattrError, ValueError):
    """A record or a file that does not follow its format."""


class ModelNotFoundError(QuoteattrError, ImportError):
    """A spaCy model that is not installed."""


class MissingExtraError(QuoteattrError, ImportError):
    """A library that is not installed, because it comes with an extra."""


class ComponentError(QuoteattrError, ValueError):
    """A spaCy pipeline without a component that is needed."""


class TextError(QuoteattrError, RuntimeError):
    """A text of a stream on which something has failed, or whose process has ended."""


class TextTimeoutError(QuoteattrError, TimeoutError):
    """A text that takes longer than a server allows."""


class ServerBusyError(QuoteattrError, TimeoutError):
    """A server whose processes were all busy for too long."""


class ModelFileError(QuoteattrError, RuntimeError):
    """A file of the shipped network that is missing or altered."""


class StoreError(QuoteattrError, OSError):
    """A quote database that is missing, locked, read-only or full, or can't be reached."""


class StoreVersionError(QuoteattrError, ValueError):
    """A database that is not quoteattr's, or of an older or newer version."""


class NotInStoreError(QuoteattrError, LookupError):
    """A document or speaker that a quote database doesn't have, or has several of."""


class QueryError(QuoteattrError, ValueError):
    """Words to search for that are malformed."""
