"""What a server allows, and how much it does at once: each default once."""

from typing import Any

from attrs import Attribute, field, frozen

from quoteattr.errors import ConfigError

__all__ = ["LOOPBACK", "Settings"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""The names under which a machine knows itself."""


def _positive(_: "Settings", attribute: "Attribute[Any]", value: float) -> None:
    if not value > 0:
        msg = f"{attribute.name} must be greater than 0, not {value!r}"
        raise ConfigError(msg)


@frozen(kw_only=True)
class Settings:
    """What a server allows, and how much it does at once.

    Attributes:
        jobs: How many texts are read at once, each in a process of its own.
        timeout: How many seconds a request may take to arrive, then to wait for a process, and
            then to be read by it.
        max_size: How many bytes a request may have.
        hosts: By which names the server may be called, without ports; ``"*"`` among them allows
            any. The names of this machine keep out web sites that pretend to be it.

    Raises:
        ConfigError: If a number is not greater than 0.

    Example:
        >>> Settings(hosts=(*LOOPBACK, "quotes.example.org")).max_size
        1000000
    """

    jobs: int = field(default=2, validator=_positive)
    timeout: float = field(default=60.0, validator=_positive)
    max_size: int = field(default=1_000_000, validator=_positive)
    hosts: tuple[str, ...] = LOOPBACK
