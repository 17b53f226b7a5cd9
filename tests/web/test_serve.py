"""`quoteattr serve`: how it starts, what it says, how it ends."""

import math
import multiprocessing
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from quoteattr.errors import ConfigError, MissingExtraError
from quoteattr.web import Settings, create_app
from shell import run, start


def said(*arguments: str) -> tuple[int, str]:
    """The exit code of a server that doesn't start, and what it says on standard error."""
    finished = run("serve", *arguments)
    return finished.returncode, finished.stderr.decode("utf-8")


def test_port_is_taken() -> None:
    """A port that somebody else has is named."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, message = said("--port", str(port))
    expected = f"quoteattr: can't listen at '127.0.0.1', port {port}: Address already in use"
    assert (code, message[: len(expected)]) == (2, expected)
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--db", "nowhere.db"], "quoteattr: there is no database 'nowhere.db'"),
        (["--host", "no such host"], "quoteattr: can't listen at 'no such host', port 8000: "),
        (["--timeout", "0"], "quoteattr: timeout must be greater than 0 and at most 1000000, "),
        (["--timeout", "inf"], "quoteattr: timeout must be greater than 0 and at most 1000000, "),
        (["--max-size", "-1"], "quoteattr: max_size must be greater than 0, not -1"),
    ],
)
def test_what_cant_be(arguments: list[str], message: str) -> None:
    """What the server can't do is said in a line, before it starts."""
    code, printed = said(*arguments)
    assert (code, printed[: len(message)]) == (2, message)


def test_warns_of_the_network() -> None:
    """Where other machines can reach it, the server says that it asks for no password."""
    everywhere = ("--host", "0.0.0.0", "--port", "0")  # noqa: S104 - what it warns of
    process = start("serve", *everywhere, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    port = re.findall(r":(\d+)/", process.stdout.readline().decode())[0]
    address = f"http://127.0.0.1:{port}/health"
    response = httpx.get(address, headers={"host": "any.example"})
    process.send_signal(signal.SIGINT)
    _, warned = process.communicate(timeout=60)
    assert response.status_code == 200
    assert "asks nobody for a password" in warned.decode()


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    lists = Path(f"/proc/{process}/task").glob("*/children")  # one for each thread
    return [int(child) for path in lists for child in path.read_text().split()]


def is_there(process: int) -> bool:
    """Whether a process still runs."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for a process's children")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_all_processes_end(how: signal.Signals) -> None:
    """However the server is stopped, in the middle of a text, its processes end with it."""
    process = start("serve", "--port", "0", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    address = re.findall(r"http://\S+(?=/ )", process.stdout.readline().decode())[0]
    httpx.post(f"{address}/attribute", json={"text": "Yes."}, timeout=60)
    started = children(process.pid)
    with pytest.raises(httpx.TimeoutException):
        httpx.post(f"{address}/attribute", json={"text": "“We,” said Ann Lee. " * 4000}, timeout=1)
    process.send_signal(how)
    _, complaints = process.communicate(timeout=60)
    assert complaints == b""
    assert process.returncode == {signal.SIGINT: 130}.get(how, -how)
    until = time.monotonic() + 60
    while any(map(is_there, started)) and time.monotonic() < until:
        time.sleep(0.1)
    assert len(started) >= 2
    assert not any(map(is_there, started))


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without FastAPI the message says what to install."""
    monkeypatch.setitem(sys.modules, "fastapi", None)
    expected = (
        "this needs fastapi, which is not installed; install it with: pip install 'quoteattr[web]'"
    )
    with pytest.raises(MissingExtraError, match=f"^{re.escape(expected)}$"):
        create_app()


@pytest.mark.parametrize("name", ["jobs", "max_size"])
def test_settings_that_cant_be(name: str) -> None:
    """A number that must be positive says so."""
    values: dict[str, int] = {name: 0}
    with pytest.raises(ConfigError, match=f"^{name} must be greater than 0, not 0$"):
        Settings(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("timeout", [0.0, -1.0, 1e10, math.inf, math.nan])
def test_timeouts_that_cant_be(timeout: float) -> None:
    """Nobody can wait for no time, nor for longer than a system can count."""
    message = f"timeout must be greater than 0 and at most 1000000, not {timeout!r}"
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        Settings(timeout=timeout)


def test_the_longest_timeout() -> None:
    """A process can be waited for as long as a server may be told to wait."""
    here, there = multiprocessing.Pipe()
    with here, there:
        there.send("yes")
        assert here.poll(Settings(timeout=1_000_000).timeout)
