"""The command as a shell runs it: in a process of its own, with pipes or a terminal."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["COMMAND", "Finished", "in_terminal", "records", "run", "serving", "start", "words"]

COMMAND = (sys.executable, "-m", "quoteattr")

Finished = subprocess.CompletedProcess[bytes]


def run(*arguments: str, **options: Any) -> Finished:  # noqa: ANN401 - whatever subprocess takes
    """Run the command with its output in pipes."""
    return subprocess.run(  # noqa: S603 - our own command
        (*COMMAND, *arguments), capture_output=True, check=False, timeout=120, **options
    )


def records(finished: Finished) -> list[dict[str, Any]]:
    """The JSON Lines that a command printed."""
    return [json.loads(line) for line in finished.stdout.decode("utf-8").splitlines()]


def words(output: str) -> str:
    """A message without the frame around it and the line breaks in it."""
    return " ".join(re.sub("[│╭╮╰╯─]", " ", output).split())


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
    """Start the command."""
    return subprocess.Popen((*COMMAND, *arguments), **options)  # noqa: S603 - our own command


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[str]:
    """A server at a free port, stopped at the end as Ctrl-C does; its address."""
    process = start(
        *("serve", "--port", "0", *arguments),
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    try:
        assert process.stdout is not None
        yield re.findall(r"http://\S+(?=/ )", process.stdout.readline().decode())[0]
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        finally:
            process.kill()
            process.communicate()


def in_terminal(*arguments: str, stream: str, columns: int = 100) -> tuple[str, int]:
    """Run the command with one stream on a pseudo-terminal: what that shows, and the exit code."""
    terminal, end = pty.openpty()
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: end}
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    with start(*arguments, env=environment, **streams) as process:
        os.close(end)
        shown = b"".join(_chunks(terminal))
        os.close(terminal)
    return shown.decode("utf-8"), process.returncode


def _chunks(terminal: int) -> Iterator[bytes]:
    try:
        while chunk := os.read(terminal, 4096):
            yield chunk
    except OSError:  # Linux says so when the other end is closed
        return
