"""The courier: looks what newly needs a person and sends what is due, beside the worker, in its own thread.

It runs where the worker runs and while that is the only one, so one process sends, however many show pages.
"""

from __future__ import annotations

import asyncio
import logging
from random import random
from typing import TYPE_CHECKING, Final

from plans.notices import posting
from plans.notices.retries import DELAYS, next_try
from plans.people.deliveries import (
    TEST,
    any_waits,
    give_up_left,
    note_try,
    take_due,
    take_up_again,
    webhooks_due,
)
from plans.people.noticed import has_left
from plans.sync.worker_thread import WorkerThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx

    from plans.notices.noticing import Watch
    from plans.notices.targets import Targets
    from plans.people.deliveries import Delivery

log = logging.getLogger(__name__)

EVERY: Final = 1.0
"""Seconds between two looks."""
_LATE: Final = "Not tried again: nobody is needed any more."


class Courier:
    """Sends; each webhook one after the other, so that one that hangs keeps nobody else waiting."""

    def __init__(
        self,
        watch: Watch,
        *,
        targets: Targets,
        clock: Callable[[], int],
        delays: Sequence[int] = DELAYS,
        seconds: float = posting.SECONDS,
    ) -> None:
        self._watch, self._targets, self._clock = watch, targets, clock
        self._delays, self._seconds = delays, seconds
        self._rounds: dict[int, asyncio.Task[None]] = {}
        self._is_unsure = True

    async def run(self) -> None:
        """Work until cancelled."""
        thread = WorkerThread()
        try:
            async with posting.client() as client:
                while True:
                    await self._once(thread, client)
                    await asyncio.sleep(EVERY)
        finally:
            await self._end_rounds()
            await thread.close()

    async def _once(self, thread: WorkerThread, client: httpx.AsyncClient) -> None:
        """Look and send; whatever fails here must not stop the worker beside it."""
        self._rounds = {webhook: task for webhook, task in self._rounds.items() if not task.done()}
        try:
            await self._take_up(thread)
            await thread.do(lambda: self._watch.look(now=self._clock()))
            due = await thread.do(self._due)
        except Exception:
            log.exception("Webhooks could not be looked after; trying again")
            await thread.reconnect()
            return
        for webhook in due:
            if webhook not in self._rounds:
                self._rounds[webhook] = asyncio.create_task(self._round(webhook, thread, client))

    def _due(self) -> list[int]:
        """Name the webhooks for which something is to be sent now."""
        if not any_waits():
            return []
        give_up_left()
        return webhooks_due(self._clock())

    async def _take_up(self, thread: WorkerThread) -> None:
        """Take up again what somebody began to send and never said what came of it."""
        if self._is_unsure and not self._rounds:
            count = await thread.do(lambda: take_up_again(now=self._clock()))
            self._is_unsure = False
            if count:
                log.info("Taken up again for webhooks: %d", count)

    async def _round(self, webhook: int, thread: WorkerThread, client: httpx.AsyncClient) -> None:
        """Send all that is due for one webhook."""
        try:
            while (found := await thread.do(lambda: take_due(webhook, now=self._clock()))) is not None:
                await self._send(found, thread, client)
        except Exception:
            self._is_unsure = True
            log.exception("A round of webhook %d failed; trying again", webhook)

    async def _send(self, delivery: Delivery, thread: WorkerThread, client: httpx.AsyncClient) -> None:
        if await thread.do(lambda: _is_late(delivery)):
            await thread.do(lambda: note_try(delivery, due_at=None, error=_LATE))
            return
        outcome = await posting.post(
            delivery, client=client, targets=self._targets, now=self._clock(), seconds=self._seconds
        )
        due_at = next_try(delivery.tries, now=self._clock(), chance=random, delays=self._delays)
        await thread.do(lambda: note_try(delivery, due_at=due_at, **outcome))
        if outcome["error"]:
            log.warning("Webhook %d, try %d: %s", delivery.webhook_id, delivery.tries, outcome["error"])

    async def _end_rounds(self) -> None:
        """What is being sent now is tried again after the next start."""
        for task in self._rounds.values():
            task.cancel()
        await asyncio.gather(*self._rounds.values(), return_exceptions=True)


def _is_late(delivery: Delivery) -> bool:
    """Tell whether a person dealt with it while it could not be told."""
    return delivery.tries > 1 and delivery.kind != TEST and has_left(delivery.namespace, delivery.number)
