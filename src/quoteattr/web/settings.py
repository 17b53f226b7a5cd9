"""What a server allows, and how much it does at once: each default once."""

from collections.abc import Iterable
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


_LONGEST = 1_000_000
"""Systems wait for as many milliseconds as 31 bits can tell, which is a little over twice this."""


def _a_wait(_: "Settings", attribute: "Attribute[Any]", value: float) -> None:
    if not 0 < value <= _LONGEST:
        msg = f"{attribute.name} must be greater than 0 and at most {_LONGEST}, not {value!r}"
        raise ConfigError(msg)


def _lowered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(str.lower, names))


@frozen(kw_only=True)
class Settings:
    """What a server allows, and how much it does at once.

    Attributes:
        jobs: How many texts are read at once, each in a process of its own.
        timeout: How many seconds a request may take to arrive, then to wait for a process, and
            then to be read by it; 1,000,000 at most.
        max_size: How many bytes a request may have.
        hosts: By which names the server may be called, without ports, in any case; ``"*"`` among
            them allows any. The names of this machine keep out web sites that pretend to be it.

    Raises:
        ConfigError: If a number is not greater than 0, or `timeout` is too large.

    Example:
        >>> Settings(hosts=(*LOOPBACK, "quotes.example.org")).max_size
        1000000
    """

    jobs: int = field(default=2, validator=_positive)
    timeout: float = field(default=60.0, validator=_a_wait)
    max_size: int = field(default=1_000_000, validator=_positive)
    hosts: tuple[str, ...] = field(default=LOOPBACK, converter=_lowered)
