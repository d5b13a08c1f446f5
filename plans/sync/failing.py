"""Plans that cannot be copied: tried again ever more rarely, and said where people look for them."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

from django.db.utils import InterfaceError, OperationalError

from plans.metrics import figures
from plans.sync.decide import LAST_BROKEN_RETRY, LAST_RETRY
from plans.sync.setbacks import Setbacks, named

if TYPE_CHECKING:
    from plans.sync.copying import Copier
    from plans.sync.decide import Agenda
    from plans.sync.lives import Lives
    from plans.sync.telling import Teller
    from plans.sync.worker_thread import WorkerThread

_HOPELESS: Final = 3
"""So often in a row a plan fails in the same way before its page says so."""
_PASSING: Final = (OperationalError, InterfaceError, OSError)
"""A database or a disk that does not answer: it soon may, and all that waited is copied then."""


class Failing:
    """What one worker cannot copy."""

    def __init__(self, agenda: Agenda, copier: Copier, *, thread: WorkerThread, teller: Teller) -> None:
        self._agenda, self._copier, self._thread, self._teller = agenda, copier, thread, teller
        self._setbacks = Setbacks()

    async def met(self, namespace: str, error: Exception, lives: Lives) -> None:
        """Try a plan again later; what goes on failing is told to everybody who has it open."""
        figures.WORKER_FAILURES.add()
        times = self._setbacks.tell(_copying(namespace), error)
        passing = isinstance(error, _PASSING)
        self._agenda.failed(namespace, monotonic(), at_most=LAST_RETRY if passing else LAST_BROKEN_RETRY)
        await self._forget()
        if times >= _HOPELESS:
            await self._say(namespace, error, lives)

    def over(self, namespace: str) -> None:
        """A plan was copied."""
        self._setbacks.over(_copying(namespace))

    async def _say(self, namespace: str, error: Exception, lives: Lives) -> None:
        try:
            found = await self._thread.do(lambda: self._copier.give_up(namespace, named(error)))
            await self._thread.do(lambda: self._copier.write(found))
        except Exception as worse:  # noqa: BLE001 - the database itself is in trouble, and that is told
            self._setbacks.tell(f"Saying that {namespace!r} cannot be copied failed", worse)
            await self._forget()
            return
        self._teller.show(found, lives)
        await self._teller.poke(found)

    async def _forget(self) -> None:
        """Start from what the mirror has: what was written of it is not known any more."""
        await self._thread.do(self._copier.clear)
        await self._thread.reconnect()


def _copying(namespace: str) -> str:
    return f"Copying {namespace!r} failed"
