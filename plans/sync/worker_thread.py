"""One thread for everything of the worker that blocks: files, their locks, every write to the mirror."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable


class WorkerThread:
    """The thread and its own database connection."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="planboard-sync")

    async def do[T](self, work: Callable[[], T]) -> T:
        """Do something there; when cancelled meanwhile, wait for its end: nothing stays half done."""
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            raise

    async def reconnect(self) -> None:
        """Close the connection; the next work opens another."""
        await self.do(_disconnect)

    async def close(self) -> None:
        """End the connection and the thread."""
        await self.reconnect()
        self._pool.shutdown()


def _disconnect() -> None:
    """Close the connection of the thread that calls; ``connection.close`` would name the caller's own."""
    connection.close()
