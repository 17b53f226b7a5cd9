"""The processes that read texts: slow, killed and busy ones."""

import asyncio
from collections.abc import Awaitable, Callable

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
        await asyncio.sleep(0.5)
        kill(workers)
        with pytest.raises(TextError, match=r"^the process that read the text has ended .* -9; "):
            await reading
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


def test_a_text_fails(expected: Document) -> None:
    """What goes wrong with a text is said, and the process reads the next."""

    async def work(workers: Workers) -> Document:
        nothing: str = None  # type: ignore[assignment]
        message = "^the text has failed: InputTypeError: expected a str, got NoneType$"
        with pytest.raises(TextError, match=message):
            await read(workers, nothing)
        return await read(workers)

    assert read_by_one(60, work) == expected
