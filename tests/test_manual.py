"""The manual: its commands do as it says, and it has every error and every command."""

import importlib
import importlib.util
import inspect
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from quoteattr import errors
from quoteattr.cli import failures
from quoteattr.cli.app import app
from runtime import IS_OTHER

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
NUMBER = re.compile(r"\d+")
COMMAND = re.compile(r"^\$ (quoteattr .*)\n((?:[^$].*\n)*)", re.MULTILINE)


@pytest.mark.parametrize(("tutorial", "count"), [("database", 10), ("benchmark", 4)])
def test_tutorials(tutorial: str, count: int, tmp_path: Path) -> None:
    """Each command of a tutorial, as it stands there, prints what stands there.

    With another ONNX Runtime, which may find a quote more, numbers may differ by one.
    """
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    page = (DOCS / f"tutorial-{tutorial}.md").read_text(encoding="utf-8")
    found = [each for block in CONSOLE.findall(page) for each in COMMAND.findall(block)]
    ran = [each for each in found if not each[0].startswith("quoteattr serve")]
    assert len(ran) >= count
    for command, output in ran:
        printed = shell(command, tmp_path)
        assert printed or re.search(r" (>|-o|db undo) ", command), command
        if output:
            assert NUMBER.sub("0", printed) == NUMBER.sub("0", output), command
            assert numbers(printed) == pytest.approx(numbers(output), abs=IS_OTHER), command


def numbers(printed: str) -> list[int]:
    """All numbers in what a command prints."""
    return list(map(int, NUMBER.findall(printed)))


def shell(command: str, folder: Path) -> str:
    """What a command prints in a shell."""
    program = f"{shlex.quote(sys.executable)} -m quoteattr"
    finished = subprocess.run(  # noqa: S602 - the manual's own, with patterns and pipes
        command.replace("quoteattr", program, 1),
        shell=True,
        cwd=folder,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr.decode()
    return finished.stdout.decode("utf-8")


@pytest.mark.parametrize("name", sorted(set(errors.__all__) - {"QuoteattrError"}))
def test_errors_are_in_the_manual(name: str) -> None:
    """Each error has its row, with the built-in one that it is, and its exit code."""
    error = getattr(errors, name)
    [built_in] = (base for base in error.__bases__ if base is not errors.QuoteattrError)
    rows = (DOCS / "errors.md").read_text(encoding="utf-8").splitlines()
    [row] = (row for row in rows if f"~quoteattr.errors.{name}`" in row)
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1] == f"`{built_in.__name__}`"
    assert all(cells[2:4])
    code = (
        failures.ExitCode.USAGE if issubclass(error, failures._SETUP) else failures.ExitCode.INPUT
    )
    assert cells[4] == str(int(code))


PACKAGES = ("quoteattr", "quoteattr.bench", "quoteattr.formats", "quoteattr.store", "quoteattr.web")


@pytest.mark.parametrize("package", PACKAGES)
def test_exports_are_in_the_manual(package: str) -> None:
    """What a package exports is on the page of the API: by name, or with all of its module."""
    if package == "quoteattr.web":
        pytest.importorskip("fastapi", reason="the server needs the extra web")
    loaded = importlib.import_module(package)
    exports = {name: getattr(loaded, name) for name in loaded.__all__}
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    listed = list(documented(page))
    for name, exported in exports.items():
        if inspect.ismodule(exported):
            assert f"automodule:: {exported.__name__}\n" in page
        else:
            homes = [sys.modules[module] for module, each in listed if each == name]
            assert any(getattr(home, name) is exported for home in homes), name


def documented(page: str) -> Iterator[tuple[str, str]]:
    """The names on the page of the API, with their modules, of those that are loaded."""
    for module, name in re.findall(r"auto(?:class|function|data):: (\S+)\.(\w+)\n", page):
        if module in sys.modules:
            yield module, name
    for module, names in re.findall(r"automodule:: (\S+)\n   :members:(.*)\n", page):
        if module in sys.modules:
            members = names.split(",") if names else sys.modules[module].__all__
            yield from ((module, name.strip()) for name in members)


def commands_page() -> ModuleType:
    """What makes the manual's page of commands."""
    spec = importlib.util.spec_from_file_location("commands", DOCS / "commands.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_commands_are_in_the_manual() -> None:
    """Its page has each command, each argument and each option, none without an explanation."""
    module = commands_page()
    page = "\n".join(module._command("quoteattr", get_command(app)))
    assert "None" not in page
    assert not re.findall(r"^\| .* \|\s*\|$", page, re.MULTILINE)
    for heading in ("extract", "view", "evaluate", "convert", "bench", "serve", "db search"):
        assert f"\n## quoteattr {heading}\n" in page
    assert "| `--min-confidence P` | Leave out quotations" in page
    assert "Default: `0.325`." in page


def test_help_breaks_no_sentence() -> None:
    """Where a line of a command's help ends in the source, a sentence ends, since it ends there."""
    for arguments in commands((), get_command(app)):
        result = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "200"})
        _, *lines = result.output.partition("╭")[0].split("\n")
        told = [line.strip() for line in lines if line.strip() and "Usage:" not in line]
        assert told
        assert all(line.endswith(".") for line in told), told


def commands(path: tuple[str, ...], command: Any) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - Typer has a Click of its own
    """The names of a command and of those below it, as they are typed."""
    yield path
    for name, each in getattr(command, "commands", {}).items():
        yield from commands((*path, name), each)
