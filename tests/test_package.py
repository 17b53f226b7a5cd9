"""The package as a whole: what it ships, what it loads, what may import what."""

import ast
import importlib
import importlib.util
import inspect
import logging
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_origin

import pytest

import quoteattr

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "quoteattr"
FOUND = pkgutil.walk_packages(quoteattr.__path__, prefix="quoteattr.")
MODULES = sorted({found.name for found in FOUND} - {"quoteattr.__main__"})

# The module table of docs/architecture.md: each imports only what stands before it, or itself.
ROOMS = (
    "errors",
    "extras",
    "characters",
    "quotes",
    "config",
    "marks",
    "modelfiles",
    "wordlists",
    "pieces",
    "reading",
    "confidence",
    "decoding",
    "tagger",
    "quotations",
    "antecedents",
    "ranking",
    "coref",
    "names",
    "register",
    "entities",
    "scene",
    "candidates",
    "chooser",
    "narrators",
    "turns",
    "speakers",
    "parsing",
    "streams",
    "pipeline",
    "verification",
    "readers",
    "frames",
    "formats",
    "render",
    "spark",
    "store",
    "comparing",
    "evaluate",
    "reliability",
    "component",
    "corpora",
    "bench",
    "web",
    "cli",
    "training",
)
WITHOUT_SPACY = (
    *("readers", "formats", "frames", "render", "store", "evaluate", "reliability", "corpora"),
)
CHOOSER = ("chooser.json", "SHA256SUMS")
COREF = ("network.npz", "features.json", "settings.json", "SHA256SUMS")
NETWORK = ("network.onnx", "tokenizer.json", "settings.json", "SHA256SUMS")


def python(code: str) -> str:
    """What a new interpreter prints when it runs the code."""
    command = (sys.executable, "-c", code)
    finished = subprocess.run(command, capture_output=True, check=True, timeout=120)  # noqa: S603
    assert finished.stderr == b""
    return finished.stdout.decode("utf-8")


@pytest.fixture(scope="module", name="built")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("built")
    command = (sys.executable, "-m", "hatchling", "build", "--directory", str(folder))
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120)  # noqa: S603
    return folder


def test_wheel_has_what_it_needs_and_nothing_else(built: Path) -> None:
    """The wheel has the modules, the typing marker, the data, and its own description."""
    network = {f"data/tagger/{name}" for name in (*NETWORK, "README.md", "LICENSE-Apache-2.0.txt")}
    coref = {f"data/coref/{name}" for name in (*COREF, "README.md")}
    chooser = {f"data/speakers/{name}" for name in (*CHOOSER, "README.md")}
    [path] = built.glob("*.whl")
    info = f"quoteattr-{quoteattr.__version__}.dist-info"
    own = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    lists = {f"data/{name}.txt" for name in ("cues", "genders", "names")}
    data = {"py.typed", "data/document.schema.json"} | lists | network | coref | chooser
    pages = ("article.html", "mistakes.html", "page.html", "style.css")
    data |= {f"data/templates/{name}" for name in pages}
    data |= {f"web/templates/{found.name}" for found in (SOURCE / "web/templates").iterdir()}
    modules = {str(found.relative_to(SOURCE)) for found in SOURCE.rglob("*.py")}
    names = {f"quoteattr/{name}" for name in modules | data} | {f"{info}/{name}" for name in own}
    with zipfile.ZipFile(path) as wheel:
        assert set(wheel.namelist()) == names


def test_wheel_is_small(built: Path) -> None:
    """The wheel, weights and all, has less than 45 megabytes."""
    [path] = built.glob("*.whl")
    assert path.stat().st_size < 45_000_000


def test_source_distribution_leaves_the_seeds_out(built: Path) -> None:
    """The source distribution has sources, tests and docs, and nothing of the seeds."""
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = [Path(*Path(name).parts[1:]) for name in archive.getnames()]
    assert {name.parts[0] for name in names} == {
        *("src", "tests", "docs", "benchmarks"),
        *("README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", ".gitignore", "PKG-INFO"),
    }
    seeds = {path.name for path in (ROOT / "seeds").iterdir()} - {"README.md"}
    assert not seeds & {name.name for name in names}
    assert not [name for name in names if name.suffix == ".ann"]


LIBRARIES = ("coreferee", "numpy", "onnxruntime", "spacy", "tokenizers", "torch")
HEAVY = f"sorted(set({LIBRARIES}) & set(sys.modules))"


def test_import_is_light() -> None:
    """Importing quoteattr loads none of the heavy libraries."""
    assert python(f"import sys, quoteattr; print({HEAVY})") == "[]\n"


def test_help_is_light() -> None:
    """Neither does its help."""
    code = f"""
import sys
from quoteattr.cli.app import app
for arguments in ["--help"], ["extract", "--help"], ["evaluate", "--help"]:
    app(arguments, standalone_mode=False)
print({HEAVY})
"""
    assert python(code).endswith("\n[]\n")


@pytest.mark.parametrize("room", WITHOUT_SPACY)
def test_these_need_no_spacy(room: str) -> None:
    """What reads, writes and scores quotes never imports spaCy, not even by another module."""
    assert python(f"import sys, quoteattr.{room}; print({HEAVY})") == "[]\n"


def test_no_socket_at_run_time() -> None:
    """Finding quotes opens no socket and asks for no address."""
    code = """
import sys
def refuse(event, arguments):
    if event.startswith("socket."):
        raise AssertionError(event)
sys.addaudithook(refuse)
import quoteattr
print(*quoteattr.attribute("“We are ready,” said Ann Lee."))
"""
    assert python(code) == "Ann Lee: “We are ready,”\n"


PROBE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

int connect(int number, const struct sockaddr *address, socklen_t length) {
    if (address->sa_family != AF_UNIX) fprintf(stderr, "connects\n");
    int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
    return next(number, address, length);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
    fprintf(stderr, "asks for %s\n", name);
    return EAI_FAIL;
}
"""
"""Tells what native code does that Python can't see."""


@pytest.mark.skipif(sys.platform != "linux", reason="the probe is for Linux")
def test_no_native_code_calls_home(tmp_path: Path) -> None:
    """Neither does a library that isn't Python, such as ONNX Runtime, which would after seconds."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("the probe needs a C compiler")
    (tmp_path / "probe.c").write_text(PROBE, encoding="utf-8")
    build = (compiler, "-shared", "-fPIC", "-o", "probe.so", "probe.c", "-ldl")
    subprocess.run(build, cwd=tmp_path, check=True, timeout=60)  # noqa: S603
    code = """
import socket, sys, time
if sys.argv[1:]:
    socket.getaddrinfo("localhost", 1)
import quoteattr
quoteattr.attribute("“We are ready,” said Ann Lee.")
time.sleep(10)
"""
    environment = {**os.environ, "LD_PRELOAD": str(tmp_path / "probe.so")}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    options = {"env": environment, "capture_output": True, "timeout": 120}
    command = (sys.executable, "-c", code)
    assert subprocess.run(command, **options).stderr == b""  # type: ignore[call-overload] # noqa: PLW1510, S603
    told = subprocess.run((*command, "aloud"), **options).stderr  # type: ignore[call-overload] # noqa: PLW1510, S603
    assert b"asks for localhost" in told


def test_logger_is_silent() -> None:
    """The library's logger says nothing unless the program that uses it wants it to."""
    handlers = logging.getLogger("quoteattr").handlers
    assert [type(handler) for handler in handlers] == [logging.NullHandler]


def room_of(module: str) -> str:
    """The room of a module of ours: the first name after the package's."""
    return module.split(".")[1]


def imported(module: str) -> ModuleType:
    """A module of ours; one of training needs what its extra brings."""
    if module.startswith("quoteattr.training") and not importlib.util.find_spec("torch"):
        pytest.skip("training needs the extra train")
    return importlib.import_module(module)


def imports_of(module: str) -> Iterator[str]:
    """The modules of ours that a module imports, anywhere in it."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    path = Path(str(spec.origin))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("quoteattr."))
        elif isinstance(node, ast.ImportFrom) and node.module == "quoteattr":
            names = {f"quoteattr.{alias.name}" for alias in node.names}
            yield from names & set(MODULES)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("quoteattr."):
            yield str(node.module)


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_upwards(module: str) -> None:
    """A module imports only from rooms above its own in the module table, or from its own."""
    allowed = ROOMS[: ROOMS.index(room_of(module)) + 1]
    assert {room_of(imported) for imported in imports_of(module)} <= set(allowed)


def test_module_table_is_complete() -> None:
    """The table in the docs and the one here name the same rooms in the same order."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    documented = [row.removesuffix("/").removesuffix(".py") for row in rows]
    assert [room for room in documented if room != "data"] == list(ROOMS)
    assert {room_of(module) for module in MODULES} == set(ROOMS)


@pytest.mark.parametrize("module", ["quoteattr", *MODULES])
def test_exports_exist_and_are_documented(module: str) -> None:
    """Every name in `__all__` exists, and every function and class among them has a docstring."""
    loaded = imported(module)
    assert loaded.__doc__
    for name in loaded.__all__:
        value = getattr(loaded, name)
        is_alias = get_origin(value) is not None  # for Python 3.10 some are classes
        if inspect.isroutine(value) or (inspect.isclass(value) and not is_alias):
            assert inspect.getdoc(value), f"{module}.{name} has no docstring"


def test_top_level_names() -> None:
    """What users import from the package is all there, and listed."""
    wanted = {"Attributor", "Document", "Quote", "Span", "Speaker", "attribute", "load"}
    assert wanted <= set(quoteattr.__all__)


def test_readme_example_runs() -> None:
    """The README's Python example prints what stands under it."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    [(code, printed)] = re.findall("```python\n(.*?)```\n+```text\n(.*?)```", page, re.DOTALL)
    assert python(code) == printed


CONFIDENCE = re.compile(r'(?<="confidence": )[\d.]+')


def test_readme_output_is_real() -> None:
    """The README's JSON Lines are what the command prints; processors differ in the last digits."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    [(text, printed)] = re.findall(r"\$ echo '(.*?)' \| .*quoteattr extract - .*\n(.*\n)", page)
    command = (sys.executable, "-m", "quoteattr", "extract", "-")
    finished = subprocess.run(  # noqa: S603
        command, input=f"{text}\n".encode(), capture_output=True, check=True, timeout=120
    )
    output = finished.stdout.decode("utf-8")
    assert CONFIDENCE.sub("", output) == CONFIDENCE.sub("", printed)
    real, shown = (list(map(float, CONFIDENCE.findall(line))) for line in (output, printed))
    assert shown == pytest.approx(real, abs=0.01)
