"""The reference of the command line, from the commands themselves: an extension for Sphinx."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from typer.main import get_command

from quoteattr.cli.app import app as cli

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_PLACE = "%COMMANDS%"
_LITERAL = re.compile(r"""(?<!\S)(--[\w-]+|'[^']+'|`[^`]+`|\.\w+|postgresql\S+)""")
"""What a help text has as it is typed."""


def setup(app: "Sphinx") -> dict[str, bool]:
    """Put the commands into the page that has a place for them."""
    app.connect("source-read", _insert)
    return {"parallel_read_safe": True}


def _insert(_: "Sphinx", __: str, source: list[str]) -> None:
    source[0] = source[0].replace(_PLACE, "\n".join(_command("quoteattr", get_command(cli))))


def _command(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - Typer has a Click of its own
    """A command and its subcommands, in Markdown."""
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    subcommands: dict[str, Any] = getattr(command, "commands", {})
    usage = [
        name,
        "[OPTION]…" if options else "",
        *map(_argument, arguments),
        "COMMAND …" if subcommands else "",
    ]
    yield f"## {name}\n"
    yield f"```text\n{' '.join(filter(None, usage))}\n```\n"
    yield f"{_text(command.help)}\n"
    if command.params:
        yield "| | |\n| --- | --- |"
        yield from (f"| `{_argument(each)}` | {_help(each)} |" for each in arguments)
        yield from (f"| {_option(each)} | {_help(each)} |" for each in options)
        yield ""
    for each, subcommand in subcommands.items():
        yield from _command(f"{name} {each}", subcommand)


def _argument(argument: Any) -> str:  # noqa: ANN401 - see _command
    name = argument.metavar or argument.name.upper()
    shown = f"{name}…" if argument.nargs == -1 else str(name)
    return shown if argument.required else f"[{shown}]"


def _option(option: Any) -> str:  # noqa: ANN401 - see _command
    value = "" if option.is_flag else f" {option.metavar or option.type.name.upper()}"
    shown = (f"`{name}{value}`" for name in (*option.opts, *option.secondary_opts))
    return ", ".join(shown).replace("|", r"\|")


def _help(parameter: Any) -> str:  # noqa: ANN401 - see _command
    told = isinstance(parameter.show_default, str)
    default = parameter.show_default if told else parameter.default
    is_shown = parameter.show_default and not parameter.required and not callable(default)
    is_shown = is_shown and default not in {None, False, ()}
    shown = default if told else f"`{default}`"
    text = _text(parameter.help)
    return f"{text} Default: {shown}." if is_shown else text


def _text(help_: str | None) -> str:
    """A help text in Markdown."""
    marked = _LITERAL.sub(lambda found: f"`{found[0].strip('`')}`", (help_ or "").strip())
    return marked.replace("|", r"\|").replace("<", r"\<")
