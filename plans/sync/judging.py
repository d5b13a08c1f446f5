"""Whose signatures the mirror was judged by: where others count now, every plan is copied anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from plans.mirror.judged import Judged, judged_by, note_judged
from plans.mirror.reading import count_plans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.store.plan_store import PlanStore
    from plans.sync.decide import Agenda
    from plans.sync.worker_thread import WorkerThread

log = logging.getLogger(__name__)


class Judging:
    """Notices that somebody else is believed than when the mirror was written."""

    def __init__(self, store: PlanStore, agenda: Agenda, thread: WorkerThread) -> None:
        self._store, self._agenda, self._thread = store, agenda, thread
        self._trust = ""
        self._noted = Judged()

    async def begin(self) -> None:
        """Read by whom the mirror was judged; an empty one is filled by what is believed now."""
        self._noted = await self._thread.do(judged_by)
        self._trust = self._noted.trust
        if not await self._thread.do(count_plans):
            self._trust = self._believed()
        elif self._noted.owed:
            self._agenda.judge(self._noted.owed, self._trust)

    def look(self, namespaces: Iterable[str]) -> None:
        """Have all plans copied anew if others are believed now: what journals say means something else."""
        trust = self._believed()
        if trust != self._trust:
            self._trust = trust
            self._agenda.judge(namespaces, trust)
            log.info("Other signatures count than before; what people decided is judged anew")

    async def noted(self) -> bool:
        """Note what has been judged, and which plans could not be; False where there is nothing to note."""
        now = Judged(self._trust, self._agenda.owed())
        if now == self._noted:
            return False
        if await self._thread.do(lambda: note_judged(now)):
            self._noted = now
        return self._noted == now

    def _believed(self) -> str:
        seals = self._store.seals
        return seals.trust if seals is not None else ""
