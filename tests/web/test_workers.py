"""The processes that read texts: slow, killed and busy ones."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest

import quoteattr
from quoteattr.config import Config
from quoteattr.errors import ServerBusyError, TextError, TextTimeoutError
from quoteattr.quotes import Document
from quoteattr.web.settings import Settings
from quoteattr.web.workers import Workers

TEXT = "“We are ready,” said Ann Lee."
LONG = f"{TEXT} " * 20_000


@pytest.fixture(scope="module", name="expected")
def _expected() -> Document:
    return quoteattr.load()(TEXT, id="a")


def read_by_one(timeout: float, work: Callable[[Workers], Awaitable[Document]]) -> Document:
    """What is read where there is a single process, which ends."""

    async def reading() -> Document:
        async with Workers(Settings(jobs=1, timeout=timeout)) as workers:
            await ready(workers)
            document = await work(workers)
        [worker] = workers._all
        assert worker.process
        assert not worker.process.is_alive()
        return document

    return asyncio.run(reading())


async def ready(workers: Workers) -> None:
    """Wait until the process is there, however long a busy machine takes."""
    workers._idle.put_nowait(await workers._idle.get())


async def read(workers: Workers, text: str = TEXT) -> Document:
    """What is read in a text."""
    return await workers.read(text, id="a", config=Config())


def kill(workers: Workers) -> None:
    """Kill the process, as a machine that is out of memory does."""
    [worker] = workers._all
    assert worker.process
    worker.process.kill()
    worker.process.join()


def test_a_slow_text_is_given_up(expected: Document) -> None:
    """A text that takes too long raises, and another process reads the next."""

    async def work(workers: Workers) -> Document:
        with pytest.raises(TextTimeoutError, match=r"^the text took longer than 5 seconds and "):
            await read(workers, LONG)
        await ready(workers)
        return await read(workers)

    assert read_by_one(5, work) == expected


def test_a_process_is_killed_over_a_text(expected: Document) -> None:
    """If a process ends over a text, that fails, and another process reads the next."""

    async def work(workers: Workers) -> Document:
        reading = asyncio.create_task(read(workers, LONG))
        while not workers._threads.borrowed_tokens:  # noqa: ASYNC110 - until a thread is at it
            await asyncio.sleep(0.01)
        while not reading.done():
            [worker] = workers._all
            assert worker.process
            worker.process.kill()  # be it the one that takes the place of the first
            await asyncio.sleep(0.1)
        with pytest.raises(TextError, match=r"^the process that read the text has ended .* -9; "):
            await reading
        return await read(workers)

    assert read_by_one(60, work) == expected


@contextmanager
def no_more_files() -> Iterator[None]:
    """Nothing can be opened meanwhile, by which the system keeps processes from being started."""
    resource = pytest.importorskip("resource", reason="needs a Unix")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_no_process_can_be_started(expected: Document) -> None:
    """If the system has no room for a process, a text fails, and the next is read when it has."""

    async def work(workers: Workers) -> Document:
        kill(workers)
        with no_more_files():
            message = "^no process can be started for the text: Too many open files; try again "
            for _ in range(2):
                with pytest.raises(TextError, match=message):
                    await read(workers)
            await ready(workers)
        return await read(workers)

    assert read_by_one(60, work) == expected


def test_a_process_is_killed_between_texts(expected: Document) -> None:
    """If a process ends between texts, no text fails."""

    async def work(workers: Workers) -> Document:
        kill(workers)
        return await read(workers)

    assert read_by_one(60, work) == expected


def test_all_are_busy(expected: Document) -> None:
    """A text waits for a process no longer than it may."""

    async def work(workers: Workers) -> Document:
        worker = await workers._idle.get()
        with pytest.raises(ServerBusyError, match=r"^all processes have been busy for 5 seconds; "):
            await read(workers)
        workers._idle.put_nowait(worker)
        return await read(workers)

    assert read_by_one(5, work) == expected


def test_a_text_fails(expected: Document, caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong with a text is in the log alone, and the process reads the next."""

    async def work(workers: Workers) -> Document:
        nothing: str = None  # type: ignore[assignment]
        message = "^the text has failed, and the server's log says why$"
        with pytest.raises(TextError, match=message):
            await read(workers, nothing)
        return await read(workers)

    assert read_by_one(60, work) == expected
    logged = "a text has failed: 'InputTypeError: expected a str, got NoneType'"
    assert caplog.messages == [logged]
