"""The door to plans on disk: what the reading door has, and every way to change, adopt, restore, delete.

The story of one change is told in changing.py.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import Busy, PlanError, PlanExists, PlanNotFound
from plans.domain.verbs.planning import restore
from plans.store import changing, journal, network, peer_lock, peer_locking, root_folder, snapshot
from plans.store.board_lock import board_lock
from plans.store.held_plan import Bench, HeldPlan
from plans.store.known import as_snapshot
from plans.store.orders import Changed, Order
from plans.store.plan_file import PlanFile
from plans.store.plan_reader import PlanReader
from plans.store.trust import refuse_damage

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from plans.domain.plan import Plan
    from plans.store.orders import Reading
    from plans.store.paths import Folder
    from plans.store.seals import Seals

LOCK_WAIT = 10.0
"""Seconds a change waits for the plan's board lock unless the store was told otherwise; then Busy."""
_CLOSING_WAIT = 0.5
"""Seconds the end of the process waits for a plan's lock to save what it knows of it."""
_READING_WAIT = 0.1
"""Seconds a reader waits to take in what peers wrote: whoever holds the lock has done so."""


class PlanStore(PlanReader):
    """Plans under one root folder; may be shared between threads, and between any processes."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        clock: Callable[[], int],
        lock_wait: float = LOCK_WAIT,
        allow_network: bool = False,
        seals: Seals | None = None,
    ) -> None:
        """``clock`` gives ms since the epoch; ``lock_wait`` is how long a change waits for others, s."""
        super().__init__(root, clock=clock, seals=seals)
        self._lock_wait = lock_wait
        self._allow_network = allow_network

    def read(self, namespace: str) -> Reading:
        """Read a plan; a peer's change is made a revision first, and none is told before it stands.

        The number of a change that is no revision yet may become another change's, and an edit that names it
        would pass for one that has seen that. While somebody else writes, the last revision is told. Raises
        Busy where there is none yet, and what ``look`` raises.
        """
        reading = self.look(namespace)
        if reading.adopted or reading.problem is not None or not self.is_writable(namespace):
            return reading
        try:
            with self._held(namespace, wait=_READING_WAIT if reading.recorded else self._lock_wait):
                pass  # whoever holds a plan has taken in what peers wrote
        except Busy:
            if reading.recorded is None:
                raise
        except PlanError:  # nothing can be written here, and so no edit can name a number
            return reading
        again = self.look(namespace)
        plan = again.plan if again.adopted else again.recorded or again.plan
        return replace(again, plan=plan, warnings=again.warnings or reading.warnings)

    def change(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        """Change a plan: the only way anything is written. ``edit`` must be pure: it may run twice.

        When this returns, the change is on disk. Raises what ``edit`` raises, PlanNotFound, StaleRevision,
        RevisionRequired, KeyReused, TooLarge, Busy, Unreadable, StorageFailed.
        """
        with self._held(namespace) as held:
            if held.is_nothing:
                raise PlanNotFound(namespace)
            refuse_damage(namespace, held.known, held.standing)
            return changing.repeated(held, order) or changing.change(held, edit, order)

    def create(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        """Create a plan; ``edit`` gets it empty. Raises PlanExists, WrongInput, and what change raises."""
        self._refuse_network()
        root_folder.make_folder(self.root, namespace)

        def on_nothing(plan: Plan) -> Plan:
            if plan.revision:  # a peer made it while we took its lock
                raise PlanExists(namespace)
            return edit(plan)

        with self._held(namespace, creator=order.by) as held:
            if held.known is not None:
                repeated = changing.repeated(held, order)
                if repeated is not None:
                    return repeated
                raise PlanExists(namespace)
            if not held.is_nothing:
                refuse_damage(namespace, None, held.standing)
            return changing.change(held, on_nothing, order)

    def adopt(self, namespace: str) -> Changed | None:
        """Make a peer's change a revision, and finish what a dead writer left; None when all was well.

        Raises Unreadable, Busy, StorageFailed, PlanNotFound.
        """
        with self._held(namespace) as held:
            if held.is_nothing:
                raise PlanNotFound(namespace)
            refuse_damage(namespace, held.known, held.standing)
            before = self._known.get(namespace)
            held.roll_forward(wait=peer_locking.PEER_WAIT)
            known, late = held.known, held.file.late
            if before is not None and known is not None and before.size == known.size and not late:
                return None
            line = known.tail[-1] if known is not None and known.tail else None
            return Changed(plan=held.plan, line=line, late=late, warnings=held.standing.warnings)

    def restore(self, namespace: str, revision: int, order: Order) -> Changed:
        """Make a new revision with an older one's content; also puts back a vanished plan.json."""
        old = self.at(namespace, revision)
        with self._held(namespace) as held:
            refuse_damage(namespace, held.known, held.standing, mending=True)
            return changing.repeated(held, order) or changing.change(
                held, lambda plan: restore(plan, old, by=order.by), order
            )

    def delete(self, namespace: str, order: Order, *, epoch: str | None = None) -> str:
        """Move a plan's folder into the trash; returns where it is now.

        With an ``epoch`` only the plan that has it: another one may have taken its name. Raises PlanReplaced.
        Broken files go as they are: what can still be saved of them is not written over.
        """
        with self._held(namespace) as held:
            if held.is_nothing:
                raise PlanNotFound(namespace)
            held.check_deletable(by=order.by, epoch=epoch)
            if held.standing.problem is None:
                changing.change(held, lambda plan: plan, order)
            else:
                changing.refuse_stale(held, order)
            there = root_folder.move_to_trash(held.folder, at=self.clock())
        self._known.pop(namespace, None)
        self._seen.pop(namespace, None)
        return there

    def had_namesake(self, namespace: str) -> bool:
        """Tell whether another plan of this name lies in the trash."""
        return root_folder.was_deleted(self.root, namespace, since=0)

    def unlock(self, namespace: str) -> bool:
        """Remove a lock whose process is dead and that has stood for 20 s; False when there was none.

        Raises Busy for a live one, StandsTooShortly for one that this process has not seen for so long.
        """
        with self._folder(namespace) as folder, board_lock(folder, wait=self._lock_wait):
            seen = peer_lock.look(folder)
            if seen is None:
                return False
            peer_locking.refuse_live(folder, seen)
            self._locks.refuse_young(namespace, seen)
            return peer_locking.remove_abandoned(folder, seen)

    def close(self, *, seconds: float = math.inf) -> None:
        """Write snapshots of what changed since the last ones, as far as one comes within so many seconds."""
        deadline = time.monotonic() + seconds
        for namespace, known in list(self._known.items()):
            if time.monotonic() >= deadline:
                return
            if known.tail and known.plan.revision % snapshot.EVERY:
                try:
                    with self._folder(namespace) as folder, board_lock(folder, wait=_CLOSING_WAIT):
                        journal.settle(folder)
                        snapshot.save(folder, as_snapshot(known, now=self.clock()))
                except PlanError:
                    continue  # a snapshot only saves time

    @contextmanager
    def _held(
        self, namespace: str, *, creator: Actor = FILE, wait: float | None = None
    ) -> Iterator[HeldPlan]:
        """Hold a plan's board lock, with the plan brought up to date; remember what was learned.

        ``creator`` makes it, where it is not there yet: whoever else is first to touch a file did not.
        """
        self._refuse_network()
        patience = self._lock_wait if wait is None else wait
        with self._folder(namespace) as folder, board_lock(folder, wait=patience):
            if not folder.in_place():  # it was deleted while we waited
                raise PlanNotFound(namespace)
            held = self._hold(folder, creator)
            try:
                held.catch_up()
                yield held
            finally:
                held.file.rest()
                if held.known is not None:
                    self._known[namespace] = held.known
                self._seen[namespace] = held.file.disk

    def _hold(self, folder: Folder, creator: Actor) -> HeldPlan:
        """Start from what this process knows of a plan."""
        namespace = folder.namespace
        file = PlanFile(folder, self._seen.get(namespace), clock=self.clock)
        blank = self._blank(namespace, creator)
        return HeldPlan(folder, self._known.get(namespace), file, blank=blank, bench=self._bench)

    @property
    def _bench(self) -> Bench:
        return Bench(sign=self._seals, judge=self._judge)

    def _refuse_network(self) -> None:
        if not self._allow_network:
            network.refuse_network_root(self.root)
