"""The worker's one thread: what it began it ends, whoever waits for it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from plans.sync.worker_thread import WorkerThread
from tests.waiting import PATIENCE


async def test_work_that_fails_fails_where_it_is_waited_for() -> None:
    thread = WorkerThread()
    with pytest.raises(ZeroDivisionError):
        await thread.do(lambda: 1 // 0)
    assert await thread.do(lambda: 7) == 7
    await thread.close()


@pytest.mark.parametrize("fails", [False, True])
async def test_who_is_told_to_stop_waits_until_nothing_is_half_done(*, fails: bool) -> None:
    thread, began, may_end, ended = WorkerThread(), threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        may_end.wait(PATIENCE)
        ended.set()
        if fails:
            raise RuntimeError

    waiting = asyncio.create_task(thread.do(work))
    await asyncio.to_thread(began.wait, PATIENCE)
    waiting.cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, PATIENCE)
    assert ended.is_set()
    await thread.close()
