"""The door for looking at plans on disk: it takes no lock, writes nothing, and waits for nobody."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING

from plans.domain.actor import FILE, Actor
from plans.domain.errors import PlanNotFound, WrongInput
from plans.domain.plan import Plan
from plans.store import comparing, disk, journal, peer_lock, root_folder, verifying
from plans.store.catching_up import history, read_known
from plans.store.lock_watch import LockWatch
from plans.store.orders import Reading
from plans.store.paths import Folder
from plans.store.writer_mark import writer_at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.domain.revision import Line
    from plans.store.disk import Disk
    from plans.store.known import Known
    from plans.store.peer_lock import PeerLock
    from plans.store.seals import Judge, Seals
    from plans.store.sources.source_store import SourceStore


class PlanReader:
    """Plans under one root folder, to be read; may be shared between threads.

    What was read is remembered, so that the next reading folds new journal lines only. Two threads that
    read at once may each remember what they saw: both are true, and who is behind catches up.
    """

    def __init__(
        self, root: str | os.PathLike[str], *, clock: Callable[[], int], seals: Seals | None = None
    ) -> None:
        """``clock`` gives ms since the epoch; without ``seals`` decisions are neither signed nor checked."""
        self.root = os.path.abspath(root)  # noqa: PTH100 - the command line avoids importing pathlib
        self.clock = clock
        self._known: dict[str, Known] = {}
        self._seen: dict[str, Disk] = {}
        self._locks = LockWatch()
        self._seals = seals

    def namespaces(self) -> list[str]:
        """List the plans: folders that hold a plan.json or a journal. Raises StorageFailed."""
        return root_folder.namespaces(self.root)

    def exists(self, namespace: str) -> bool:
        """Tell whether there is a plan, readable or not."""
        return root_folder.exists(self.root, namespace)

    def look(self, namespace: str) -> Reading:
        """Look at a plan and change nothing; a peer's change shows before it is a revision.

        Raises PlanNotFound, FileRefused (no journal yet and no readable plan.json), StorageFailed.
        """
        with self._folder(namespace) as folder:
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
            recorded=known.plan if known is not None else None,
            adopted=standing.peer is None,
        )

    def lines(self, namespace: str, *, after: int = 0, limit: int | None = None) -> list[Line]:
        """List the first ``limit`` revisions after one, oldest first, up to a damaged line.

        Raises PlanNotFound.
        """
        with self._folder(namespace) as folder:
            return list(islice(history(folder, self._catch_up(folder), after=after), limit))

    def each_line(self, namespace: str) -> Iterator[Line]:
        """Give all revisions one by one, however many. Raises PlanNotFound when the first is asked for."""
        with self._folder(namespace) as folder:
            yield from history(folder, self._catch_up(folder), after=0)

    def at(self, namespace: str, revision: int) -> Plan:
        """Give the plan as it was at a revision. Raises PlanNotFound, WrongInput for one that never was."""
        with self._folder(namespace) as folder:
            known = self._catch_up(folder)
            if known is None:
                raise PlanNotFound(namespace)
            if not 0 <= revision <= known.plan.revision:
                message = f"{namespace} has no revision {revision}; it is at {known.plan.revision}"
                raise WrongInput(message)
            if revision == known.plan.revision:
                return known.plan
            return verifying.folded(folder, revision, self._judge)

    def is_writable(self, namespace: str) -> bool:  # noqa: ARG002 - a plan of the root always is
        """Tell whether a plan is more than a view of another program's list."""
        return True

    def source_of(self, namespace: str) -> SourceStore | None:  # noqa: ARG002
        """Find the store of a plan that is another program's list; None for a plan of the root."""
        return None

    def sources(self) -> list[SourceStore]:
        """List the stores of other programs' lists."""
        return []

    def settle(self, namespace: str) -> None:
        """Wait until what was read is on disk: before a decision is reported to whom it concerns."""
        with self._folder(namespace) as folder:
            journal.settle(folder)

    def verify(self, namespace: str) -> list[str]:
        """Replay a plan's journal and say what does not fit: checksums, hashes, snapshot, plan.json."""
        with self._folder(namespace) as folder:
            return verifying.verify(folder, self._judge)

    def peer_lock(self, namespace: str) -> PeerLock | None:
        """Look at the peers' lock of a plan; None when nobody holds it."""
        with self._folder(namespace) as folder:
            found = peer_lock.look(folder)
        self._locks.meet(namespace, found)
        return found

    def _folder(self, namespace: str) -> Folder:
        """Open where a plan's journal is; raises PlanNotFound, FileRefused, StorageFailed."""
        try:
            return Folder(self.root, namespace)
        except PlanNotFound:  # somebody else deleted it, and names are rarely given again
            self._known.pop(namespace, None)
            self._seen.pop(namespace, None)
            raise

    def _catch_up(self, folder: Folder) -> Known | None:
        known = read_known(folder, self._known.get(folder.namespace), self._judge)
        if known is not None:
            self._known[folder.namespace] = known
        return known

    @property
    def seals(self) -> Seals | None:
        """Say who signs what people decide, and whose signatures count; None: nobody asks for any."""
        return self._seals

    @property
    def _judge(self) -> Judge | None:
        """Say who judges lines that others may have written."""
        return self._seals

    def _blank(self, namespace: str, by: Actor) -> Plan:
        """Give the plan before its first revision."""
        return Plan(namespace=namespace, epoch="", created_at=self.clock(), created_by=str(by))
