"""The door to plans on disk: read them, change them, adopt what peers wrote, list them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plans.domain.actor import FILE, Actor
from plans.domain.errors import PlanError, PlanExists, PlanNotFound, StorageFailed, WrongInput
from plans.domain.plan import Plan
from plans.domain.verbs.planning import check_deletable, restore
from plans.store import comparing, disk, journal, lock, network, snapshot, verifying
from plans.store.held_plan import HeldPlan
from plans.store.known import Known, as_snapshot, history, read_known
from plans.store.orders import Changed, Order, Reading
from plans.store.paths import (
    JOURNAL,
    PLAN,
    TRASH,
    Folder,
    check_namespace,
    is_namespace,
    storage_failed,
)
from plans.store.trust import refuse_damage
from plans.store.writer_mark import writer_at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.domain.revision import Line
    from plans.store.disk import Disk

_LOCK_WAIT = 10.0


class PlanStore:
    """Plans under one root folder; may be shared between threads, and between any processes."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        clock: Callable[[], int],
        lock_wait: float = _LOCK_WAIT,
        allow_network: bool = False,
    ) -> None:
        """``clock`` gives ms since the epoch; ``lock_wait`` is how long a change waits for others, s."""
        self.root = os.path.abspath(root)  # noqa: PTH100 - the command line avoids importing pathlib
        self.clock = clock
        self._lock_wait = lock_wait
        self._allow_network = allow_network
        self._known: dict[str, Known] = {}
        self._seen: dict[str, Disk] = {}

    # Reading

    def namespaces(self) -> list[str]:
        """List the plans: folders that hold a plan.json or a journal. Raises StorageFailed."""
        try:
            with os.scandir(self.root) as entries:
                names = [entry.name for entry in entries if is_namespace(entry.name)]
        except OSError as error:
            raise self._root_failed(error) from error
        return sorted(name for name in names if self.exists(name))

    def exists(self, namespace: str) -> bool:
        """Tell whether there is a plan, readable or not."""
        path = f"{self.root}/{namespace}"
        if os.path.lexists(f"{path}/{PLAN}") or not os.path.lexists(f"{path}/{JOURNAL}"):
            return os.path.lexists(f"{path}/{PLAN}")
        try:
            with Folder(self.root, namespace) as folder:
                return journal.begun(folder)
        except PlanError:
            return True

    def read(self, namespace: str) -> Reading:
        """Read a plan without any lock; a peer's change shows before it is a revision. Never writes.

        Raises PlanNotFound, FileRefused (no journal yet and no readable plan.json), StorageFailed.
        """
        with Folder(self.root, namespace) as folder:
            known = self._catch_up(folder)
            seen = disk.look(folder, self._seen.get(namespace))
            if known is None and seen.key is None:
                raise PlanNotFound(namespace)
            blank, now = self._blank(namespace, FILE), self.clock()
            certain = not writer_at_work(folder)
            standing = comparing.standing(folder, known or blank, seen, certain=certain, at=now)
        self._seen[namespace] = seen
        return Reading(
            plan=comparing.as_shown(known, standing, blank=blank, at=now),
            problem=standing.problem,
            warnings=standing.warnings,
            adopted=standing.peer is None,
        )

    def lines(self, namespace: str, *, after: int = 0) -> list[Line]:
        """List the revisions after one, oldest first, up to a damaged line. Raises PlanNotFound."""
        with Folder(self.root, namespace) as folder:
            return history(folder, self._catch_up(folder), after=after)

    def at(self, namespace: str, revision: int) -> Plan:
        """Give the plan as it was at a revision. Raises PlanNotFound, WrongInput for one that never was."""
        with Folder(self.root, namespace) as folder:
            known = self._catch_up(folder)
            if known is None:
                raise PlanNotFound(namespace)
            if not 0 <= revision <= known.plan.revision:
                message = f"{namespace} has no revision {revision}; it is at {known.plan.revision}"
                raise WrongInput(message)
            if revision == known.plan.revision:
                return known.plan
            return verifying.folded(folder, revision)

    def settle(self, namespace: str) -> None:
        """Wait until what was read is on disk: before a decision is reported to whom it concerns."""
        with Folder(self.root, namespace) as folder:
            journal.settle(folder)

    # Writing

    def change(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        """Change a plan: the only way anything is written. ``edit`` must be pure: it may run twice.

        When this returns, the change is on disk. Raises what ``edit`` raises, PlanNotFound, StaleRevision,
        RevisionRequired, KeyReused, TooLarge, Busy, Unreadable, StorageFailed.
        """
        with self._held(namespace, order.by) as held:
            if held.known is None and held.disk.key is None:
                raise PlanNotFound(namespace)
            refuse_damage(namespace, held.known, held.standing)
            return held.repeated(order) or held.change(edit, order)

    def create(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        """Create a plan; ``edit`` gets it empty. Raises PlanExists, WrongInput, and what change raises."""
        self._make_folder(namespace)

        def on_nothing(plan: Plan) -> Plan:
            if plan.revision:
                raise PlanExists(namespace)
            return edit(plan)

        with self._held(namespace, order.by) as held:
            if held.known is not None:
                repeated = held.repeated(order)
                if repeated is not None:
                    return repeated
                raise PlanExists(namespace)
            if held.disk.key is not None:
                refuse_damage(namespace, None, held.standing)
            return held.change(on_nothing, order)

    def adopt(self, namespace: str) -> Changed | None:
        """Make a peer's change a revision, and finish what a dead writer left; None when all was well.

        Raises Unreadable, Busy, StorageFailed, PlanNotFound.
        """
        with self._held(namespace, FILE) as held:
            if held.known is None and held.disk.key is None:
                raise PlanNotFound(namespace)
            refuse_damage(namespace, held.known, held.standing)
            before = self._known.get(namespace)
            held.roll_forward(wait=lock.PEER_WAIT)
            if (
                before is not None
                and held.known is not None
                and before.size == held.known.size
                and not held.late
            ):
                return None
            line = held.known.tail[-1] if held.known is not None and held.known.tail else None
            return Changed(plan=held.plan, line=line, late=held.late)

    def restore(self, namespace: str, revision: int, order: Order) -> Changed:
        """Make a new revision with an older one's content; also puts back a vanished plan.json."""
        old = self.at(namespace, revision)
        with self._held(namespace, order.by) as held:
            refuse_damage(namespace, held.known, held.standing, mending=True)
            return held.repeated(order) or held.change(lambda plan: restore(plan, old, by=order.by), order)

    def delete(self, namespace: str, order: Order) -> str:
        """Move a plan's folder into the trash; returns where it is now."""
        with self._held(namespace, order.by) as held:
            check_deletable(held.plan, by=order.by)
            held.change(lambda plan: plan, order)
            trash = f"{self.root}/{TRASH}"
            there = f"{trash}/{namespace}-{self.clock()}"
            try:
                os.makedirs(trash, mode=0o700, exist_ok=True)  # noqa: PTH103
                os.rename(held.folder.path, there)  # noqa: PTH104
            except OSError as error:
                raise storage_failed(error, "move", held.folder.path) from error
        self._known.pop(namespace, None)
        self._seen.pop(namespace, None)
        return there

    # Care

    def verify(self, namespace: str) -> list[str]:
        """Replay a plan's journal and say what does not fit: checksums, hashes, snapshot, plan.json."""
        with Folder(self.root, namespace) as folder:
            return verifying.verify(folder)

    def peer_lock(self, namespace: str) -> lock.PeerLock | None:
        """Look at the peers' lock of a plan; None when nobody holds it."""
        with Folder(self.root, namespace) as folder:
            return lock.look(folder)

    def unlock(self, namespace: str) -> bool:
        """Remove a lock whose process is dead; refuses a live one (Busy). False when there was none."""
        with Folder(self.root, namespace) as folder, lock.board_lock(folder, wait=self._lock_wait):
            seen = lock.look(folder)
            if seen is None:
                return False
            lock.refuse_live(folder, seen)
            return lock.remove_abandoned(folder, seen)

    def close(self) -> None:
        """Write snapshots of what changed since the last ones."""
        for namespace, known in list(self._known.items()):
            if known.tail and known.plan.revision % snapshot.EVERY:
                try:
                    with Folder(self.root, namespace) as folder, lock.board_lock(folder, wait=0.5):
                        snapshot.save(folder, as_snapshot(known, now=self.clock()))
                except PlanError:
                    continue  # a snapshot only saves time

    # Inside

    @contextmanager
    def _held(self, namespace: str, by: Actor) -> Iterator[HeldPlan]:
        self._refuse_network()
        with Folder(self.root, namespace) as folder, lock.board_lock(folder, wait=self._lock_wait):
            if not folder.in_place():
                raise PlanNotFound(namespace)
            held = HeldPlan(
                folder,
                self._known.get(namespace),
                self._seen.get(namespace),
                blank=self._blank(namespace, by),
                clock=self.clock,
            )
            try:
                held.catch_up()
                yield held
            finally:
                held.rest()
                if held.known is not None:
                    self._known[namespace] = held.known
                self._seen[namespace] = held.disk

    def _refuse_network(self) -> None:
        if not self._allow_network:
            network.refuse_network_root(self.root)

    def _catch_up(self, folder: Folder) -> Known | None:
        known = read_known(folder, self._known.get(folder.namespace))
        if known is not None:
            self._known[folder.namespace] = known
        return known

    def _blank(self, namespace: str, by: Actor) -> Plan:
        return Plan(namespace=namespace, epoch="", created_at=self.clock(), created_by=str(by))

    def _make_folder(self, namespace: str) -> None:
        check_namespace(namespace)
        self._refuse_network()
        self._refuse_other_case(namespace)
        try:
            os.mkdir(f"{self.root}/{namespace}", 0o700)  # noqa: PTH102
            fd = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
        except FileExistsError:
            return
        except OSError as error:
            raise self._root_failed(error) from error

    def _refuse_other_case(self, namespace: str) -> None:
        try:
            names = os.listdir(self.root)  # noqa: PTH208
        except OSError as error:
            raise self._root_failed(error) from error
        for name in names:
            if name != namespace and name.casefold() == namespace.casefold() and self.exists(name):
                message = f"{namespace!r} differs from the plan {name!r} only in case"
                raise WrongInput(message, advice="Choose a name that differs in more than case.")

    def _root_failed(self, error: OSError) -> StorageFailed:
        if isinstance(error, FileNotFoundError):
            advice = "Create the folder, or name another one with --root or PLANBOARD_ROOT."
            return StorageFailed(f"There is no plan folder {self.root}", advice=advice)
        return storage_failed(error, "read", self.root)
