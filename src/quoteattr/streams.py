"""One text after the other, in this process or in several; what fails leaves a `Failure`.

Each process has its own models. It is given a batch of texts at a time and sends back each result
as soon as it is there, so that one which is killed costs one text only, and it is known which.
"""

import itertools
import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from attrs import define, field, frozen

from quoteattr.errors import ConfigError, InputTypeError, TextError
from quoteattr.quotes import Document

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    _Pipe = Connection[Any, Any]

__all__ = ["BATCH_SIZE", "ErrorsChoice", "Failure", "Reader", "read", "with_contexts"]

BATCH_SIZE = 16
"""How many texts a process is given at a time."""
_PATIENCE = 5
"""How many seconds a process that has closed its end has to tell its exit code."""
_AHEAD = 2
"""How many batches for each process are read at most before the first of them is yielded."""

ErrorsChoice = Literal["raise", "yield"]
"""What becomes of a failure: it is raised and ends the stream, or stands in its place."""


class Reader(Protocol):
    """Makes documents of texts."""

    def __call__(self, text: str, *, id: str) -> Document:  # noqa: A002 - as in `Document`
        """Make a document of a text, or raise."""


@frozen
class Failure:
    """What stands in a stream for a document whose text has failed.

    Attributes:
        index: The text's place in the stream, from 0.
        error: The name of the exception's class, such as ``"InputTypeError"``; ``"TextError"`` if
            the process that read the text has ended.
        message: What the exception says.
        traceback: Where it was raised, as Python prints it; empty if that is not known.

    Example:
        >>> print(Failure(7, "InputTypeError", "expected a str, got int"))
        text 7: expected a str, got int
    """

    index: int
    error: str
    message: str
    traceback: str = field(default="", eq=False, repr=False)

    def __str__(self) -> str:
        kind = "" if self.error in {"InputTypeError", "TextError"} else f"{self.error}: "
        return f"text {self.index}: {kind}{self.message}"


_Result = Document | Failure


def read(
    reader: Reader,
    texts: Iterable[str],
    *,
    batch_size: int = BATCH_SIZE,
    n_process: int = 1,
    errors: ErrorsChoice = "raise",
) -> Iterator[_Result]:
    """Read one text after the other.

    Args:
        reader: Makes documents of texts.
        texts: The texts.
        batch_size: How many of them a process is given at a time; a single one takes them one by
            one.
        n_process: How many processes read them; 1 is this one, -1 is one for each core.
        errors: Whether a failure is raised or yielded.

    Returns:
        What has become of each text, in their order. To close it ends the processes.

    Raises:
        ConfigError: If an option has a value that it can't have, or the reader can't be sent to
            another process.
        InputTypeError: If failures are raised and a text is not a `str`.
        TextError: If failures are raised and anything else has failed; or if a process has ended
            before it was ready.
    """
    _check(batch_size, n_process, errors)
    if n_process == 1:
        results = _alone(reader, texts)
    else:
        size = (os.cpu_count() or 1) if n_process == -1 else n_process
        results = _Team(reader, batch_size, size).read(texts)
    return _raising(results) if errors == "raise" else results


def _check(batch_size: int, n_process: int, errors: str) -> None:
    if batch_size < 1:
        msg = f"batch_size must be a number of texts, at least 1, not {batch_size!r}"
        raise ConfigError(msg)
    if n_process < 1 and n_process != -1:
        msg = f"n_process must be a number of processes, or -1 for all cores, not {n_process!r}"
        raise ConfigError(msg)
    if errors not in get_args(ErrorsChoice):
        msg = f"errors must be 'raise' or 'yield', not {errors!r}"
        raise ConfigError(msg)


def with_contexts(
    pairs: Iterable[Any], read: Callable[[Iterator[Any]], Iterator[_Result]]
) -> Iterator[tuple[_Result, Any]]:
    """Read texts that come with something of the caller's.

    Args:
        pairs: Each text with whatever belongs to it.
        read: What reads texts.

    Yields:
        What has become of each text, with what belongs to it.

    Raises:
        InputTypeError: If something is not a pair.
    """
    contexts: deque[Any] = deque()

    def texts() -> Iterator[Any]:
        for index, pair in enumerate(pairs):
            if not isinstance(pair, tuple) or len(pair) != 2:  # noqa: PLR2004 - a pair
                msg = f"text {index}: expected a tuple (text, context), got {type(pair).__name__}"
                raise InputTypeError(msg)
            contexts.append(pair[1])
            yield pair[0]

    for result in read(texts()):
        yield result, contexts.popleft()


class _Origin(Exception):  # noqa: N818 - it only shows where a failure was raised
    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _raising(results: Generator[_Result, None, None]) -> Iterator[Document]:
    """Let documents through, and raise at the first failure."""
    with closing(results):
        for result in results:
            if isinstance(result, Failure):
                error = InputTypeError if result.error == "InputTypeError" else TextError
                origin = _Origin(result.traceback) if result.traceback else None
                raise error(str(result)) from origin
            yield result


def _alone(reader: Reader, texts: Iterable[Any]) -> Generator[_Result, None, None]:
    for index, text in enumerate(texts):
        yield _result(reader, index, text)


def _result(reader: Reader, index: int, text: str) -> _Result:
    try:
        return reader(text, id=str(index))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is but one text's
        return Failure(index, type(error).__name__, str(error), traceback.format_exc())


# Several processes

_Numbered = tuple[int, Any]
_ENDED = (
    "the process that read it has ended with exit code {}; if that is -9, the machine may be out "
    "of memory, of which fewer processes take less"
)
_NOT_READY = (
    "another process has ended with exit code {} before it could read anything; a program that "
    "uses several must start them under if __name__ == '__main__':"
)


def _work(reader: Reader, connection: "_Pipe", parents: "_Pipe") -> None:
    """Read texts until the parent's end closes, as it does even if the parent is killed."""
    parents.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which ends this process
    with suppress(EOFError, OSError):
        connection.send(None)
        while True:
            for index, text in connection.recv():
                connection.send(_result(reader, index, text))


@frozen(eq=False)
class _Worker:
    """Another process, with the texts that it has been given and not yet read."""

    process: "BaseProcess"
    connection: "_Pipe"
    todo: deque[_Numbered] = field(factory=deque)

    @classmethod
    def start(cls, reader: Reader) -> "_Worker":
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=_work, args=(reader, theirs, ours), daemon=True)
        try:
            process.start()
        except Exception as error:
            ours.close()
            msg = f"no other process can be started ({error}); with n_process=1 none is needed"
            raise ConfigError(msg) from error
        finally:
            theirs.close()  # were it open here, too, nobody would notice that the process ends
        return cls(process, ours)

    def wait_until_ready(self) -> None:
        try:
            self.connection.recv()
        except (EOFError, OSError):
            raise TextError(_NOT_READY.format(self.exit_code())) from None

    def give(self, texts: Iterable[_Numbered]) -> None:
        self.todo.extend(texts)
        with suppress(OSError):  # it has ended, as `take` will notice
            self.connection.send(tuple(self.todo))

    def take(self) -> _Result | None:
        """The next result, or None if the process has ended."""
        with suppress(EOFError, OSError):
            result: _Result = self.connection.recv()
            return result
        return None

    def exit_code(self) -> int | None:
        self.process.join(_PATIENCE)
        return self.process.exitcode

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


@define(eq=False)
class _Team:
    """Processes that read a stream together.

    Attributes:
        reader: Makes documents of texts.
        batch_size: How many texts a process is given at a time.
        size: How many processes there are.
        workers: The processes.
        left: Texts that a process had been given and not read when it ended.
        done: What has been read before its turn.
        turn: The number of the text whose result is yielded next.
        taken: How many texts have been taken from the stream.
    """

    reader: Reader
    batch_size: int
    size: int
    workers: list[_Worker] = field(factory=list)
    left: list[_Numbered] = field(factory=list)
    done: dict[int, _Result] = field(factory=dict)
    turn: int = 0
    taken: int = 0

    def read(self, texts: Iterable[Any]) -> Generator[_Result, None, None]:
        faults: list[Exception] = []
        stream = _until_fault(texts, faults)
        try:
            while True:
                self._hand_out(stream)
                if self.turn in self.done:
                    yield self.done.pop(self.turn)
                    self.turn += 1
                elif any(worker.todo for worker in self.workers):
                    self._collect()
                else:
                    break
        finally:
            for worker in self.workers:
                worker.end()
        for fault in faults:
            raise fault

    def _hand_out(self, stream: Iterator[_Numbered]) -> None:
        """Give a batch to each process that has nothing to do."""
        while sum(bool(worker.todo) for worker in self.workers) < self.size:
            batch = self._batch(stream)
            if not batch:
                break
            self._recruit()
            next(worker for worker in self.workers if not worker.todo).give(batch)

    def _batch(self, stream: Iterator[_Numbered]) -> list[_Numbered]:
        """Texts for a process; none if there are no more, or none may be taken yet."""
        if self.left:
            batch, self.left = self.left, []
            return batch
        if self.taken - self.turn > (_AHEAD * self.size - 1) * self.batch_size:
            return []
        batch = list(itertools.islice(stream, self.batch_size))
        self.taken += len(batch)
        for index, text in batch:
            if not isinstance(text, str):  # perhaps it can't even be sent to another process
                self.done[index] = _result(self.reader, index, text)
        return [each for each in batch if each[0] not in self.done]

    def _recruit(self) -> None:
        """Start the processes that are missing, all at once, since that takes seconds."""
        known = len(self.workers)
        while len(self.workers) < self.size:
            self.workers.append(_Worker.start(self.reader))
        for worker in self.workers[known:]:
            worker.wait_until_ready()

    def _collect(self) -> None:
        """Wait for results, and take what is there."""
        ready = wait([worker.connection for worker in self.workers if worker.todo])
        for worker in [each for each in self.workers if each.connection in ready]:
            index, _ = worker.todo.popleft()
            self.done[index] = worker.take() or self._bury(worker, index)

    def _bury(self, worker: _Worker, index: int) -> Failure:
        """Let go of a process that has ended over a text."""
        failure = Failure(index, TextError.__name__, _ENDED.format(worker.exit_code()))
        self.left.extend(worker.todo)
        self.workers.remove(worker)
        worker.end()
        return failure


def _until_fault(texts: Iterable[Any], faults: list[Exception]) -> Iterator[_Numbered]:
    """The texts with their numbers; an exception of theirs waits until all have been yielded."""
    try:
        yield from enumerate(texts)
    except Exception as fault:  # noqa: BLE001 - it is raised later
        faults.append(fault)
