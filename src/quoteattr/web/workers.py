"""Processes that read texts, so that a slow one holds up neither the server nor other texts.

A text that takes too long is given up by ending its process, since nothing else stops it; another
process takes its place.
"""

import asyncio
import logging
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, final

import anyio
from anyio import CapacityLimiter, to_thread
from attrs import define, evolve, field

from quoteattr.config import Config
from quoteattr.errors import ServerBusyError, TextError, TextTimeoutError
from quoteattr.pipeline import Attributor, load
from quoteattr.quotes import Document
from quoteattr.web.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    _Pipe = Connection[Any, Any]

__all__ = ["Workers"]

_LOG = logging.getLogger(__name__)


def _work(connection: "_Pipe") -> None:
    """Read texts until the server's end of the pipe closes, as it does even if that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's, which ends this process
    with suppress(EOFError, OSError):
        attributor = load()
        connection.send(None)
        while True:
            connection.send(_answer(attributor, *connection.recv()))


def _answer(attributor: Attributor, text: str, id_: str, config: Config) -> Document | str:
    try:
        return evolve(attributor, config=config)(text, id=id_)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is but one text's
        return f"{type(error).__name__}: {error}"


def _started() -> "tuple[SpawnProcess, _Pipe]":
    # Not by a fork, which would copy the locks that the server's threads hold.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with theirs:  # were it open here, too, nobody would notice that the process ends
        process = context.Process(target=_work, args=(theirs,), daemon=True)
        process.start()
    return process, ours


@define(eq=False)
class _Worker:
    """A process that reads one text at a time; used by one thread at a time."""

    process: "SpawnProcess | None" = None
    connection: "_Pipe | None" = None

    def start(self) -> "_Pipe":
        """Have a process that is ready, be it a new one."""
        if self.connection and self.process and self.process.is_alive():
            return self.connection
        try:
            self.process, self.connection = _started()
        except OSError as error:
            msg = f"no process can be started for the text: {error.strerror}; try again later"
            raise TextError(msg) from error
        with self._watched():
            self.connection.recv()
        return self.connection

    def read(self, text: str, id_: str, config: Config, timeout: float) -> Document:
        connection = self.start()
        with self._watched():
            connection.send((text, id_, config))
            if not connection.poll(timeout):
                self.end()
                msg = (
                    f"the text took longer than {timeout:g} seconds and was given up; send a "
                    "shorter one, or give the server a longer timeout"
                )
                raise TextTimeoutError(msg)
            answer = connection.recv()
        if isinstance(answer, Document):
            return answer
        _LOG.error("a text has failed: %r", answer)
        msg = "the text has failed, and the server's log says why"
        raise TextError(msg)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Say so if the process ends meanwhile."""
        try:
            yield
        except TextTimeoutError:
            raise
        except (EOFError, OSError) as error:
            self.end()
            code = self.process.exitcode if self.process else None
            msg = (
                f"the process that read the text has ended with exit code {code}; if that is -9, "
                "the machine may be out of memory"
            )
            raise TextError(msg) from error

    def end(self) -> None:
        if self.process:
            self.process.kill()
            self.process.join()


@final
@define(eq=False)
class Workers:
    """The processes of a server; all of it is used on one event loop.

    Attributes:
        settings: How many there are, and for how long each may read.
    """

    settings: Settings
    _all: list[_Worker] = field(init=False)
    _threads: CapacityLimiter = field(init=False)
    _idle: "asyncio.Queue[_Worker]" = field(factory=asyncio.Queue)
    _tasks: "set[asyncio.Task[None]]" = field(factory=set)
    _is_open: bool = True

    async def __aenter__(self) -> "Workers":
        self._threads = CapacityLimiter(self.settings.jobs)
        self._all = [_Worker() for _ in range(self.settings.jobs)]
        for worker in self._all:
            self._release(worker)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; texts that are being read, or wait for it, are given up."""
        self._is_open = False
        for worker in self._all:
            worker.end()

    async def read(self, text: str, *, id: str, config: Config) -> Document:  # noqa: A002
        """Find the quotations in a text, in one of the processes.

        Args:
            text: The text.
            id: The caller's name for it.
            config: How to look.

        Returns:
            The text with its quotes.

        Raises:
            ServerBusyError: If no process was free in time, or the server is stopped.
            TextTimeoutError: If the text takes too long.
            TextError: If anything else has failed.
        """
        worker = await self._free()
        try:
            self._check_open()
            return await to_thread.run_sync(
                worker.read, text, id, config, self.settings.timeout, limiter=self._threads
            )
        except TextError:
            self._check_open()
            raise
        finally:
            self._release(worker)

    def _check_open(self) -> None:
        if not self._is_open:
            msg = "the server is being stopped; try again when it is there again"
            raise ServerBusyError(msg)

    async def _free(self) -> _Worker:
        timeout = self.settings.timeout
        try:
            with anyio.fail_after(timeout):
                return await self._idle.get()
        except TimeoutError:
            msg = f"all processes have been busy for {timeout:g} seconds; try again later"
            raise ServerBusyError(msg) from None

    def _release(self, worker: _Worker) -> None:
        """Let a worker be used again, once it has a process."""
        task = asyncio.create_task(self._ready(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ready(self, worker: _Worker) -> None:
        try:
            with suppress(TextError):  # it will be tried again, and said, when there is a text
                if self._is_open:
                    await to_thread.run_sync(worker.start, limiter=self._threads)
        finally:
            self._idle.put_nowait(worker)
