"""One thread for everything of the worker that blocks: files, their locks, every write to the mirror."""

from __future__ import annotations

import asyncio
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable


class _Job(NamedTuple):
    work: Callable[[], object]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[object]
    ended: asyncio.Event
    """Set even when nobody waits for the result any more."""

    def succeed(self, result: object) -> None:
        self.ended.set()
        if not self.done.cancelled():
            self.done.set_result(result)

    def fail(self, error: BaseException) -> None:
        self.ended.set()
        if not self.done.cancelled():
            self.done.set_exception(error)


class WorkerThread:
    """The thread and its own database connection.

    A standard executor would do; its chain of futures takes as long as the work itself.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="planboard-sync", daemon=True)
        self._thread.start()

    async def do[T](self, work: Callable[[], T]) -> T:
        """Do something there; when cancelled meanwhile, wait for its end: nothing stays half done."""
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future(), asyncio.Event())
        self._jobs.put(job)
        try:
            result: T = await job.done  # type: ignore[assignment]  # what this very work returns
        except asyncio.CancelledError:
            await job.ended.wait()
            raise
        return result

    async def reconnect(self) -> None:
        """Close the connection; the next work opens another."""
        await self.do(_disconnect)

    async def close(self) -> None:
        """End the connection and the thread."""
        await self.reconnect()
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                result = job.work()
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                job.loop.call_soon_threadsafe(job.fail, error)
            else:
                job.loop.call_soon_threadsafe(job.succeed, result)


def _disconnect() -> None:
    """Close the connection of the thread that calls; ``connection.close`` would name the caller's own."""
    connection.close()
