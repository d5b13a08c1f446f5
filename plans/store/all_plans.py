"""All plans of this board: those of the root, and the lists of other programs that were found here.

Whoever asks need not know which is which. Plans of the root pay one look at the first part of their name.
"""

from __future__ import annotations

import math
import time
from functools import cached_property
from typing import TYPE_CHECKING, override

from plans.domain.errors import PlanError
from plans.store import root_folder
from plans.store.plan_store import LOCK_WAIT, PlanStore
from plans.store.sources.kinds import KINDS

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.store.orders import Changed, Order, Reading
    from plans.store.peer_lock import PeerLock
    from plans.store.seals import Seals
    from plans.store.sources.finding import Found, Sources
    from plans.store.sources.source_store import SourceStore


class AllPlans(PlanStore):
    """The root's plans and the sources' plans, as one store."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        sources: Callable[[], Sources],
        clock: Callable[[], int],
        lock_wait: float = LOCK_WAIT,
        allow_network: bool = False,
        seals: Seals | None = None,
    ) -> None:
        """``sources`` opens them when they are first needed: most commands need none."""
        super().__init__(root, clock=clock, lock_wait=lock_wait, allow_network=allow_network, seals=seals)
        self._open = sources

    @cached_property
    def _sources(self) -> Sources:
        return self._open()

    # Which plans there are

    @override
    def source_of(self, namespace: str) -> SourceStore | None:
        """Find the store of a plan that is another program's list; None for a plan of the root."""
        if namespace.partition(".")[0] not in KINDS:
            return None
        return self._sources.of(namespace)

    @override
    def sources(self) -> list[SourceStore]:
        return self._sources.stores

    def found(self) -> list[Found]:
        """Say which sources were looked for, where, and what was found."""
        return self._sources.found()

    @override
    def namespaces(self) -> list[str]:
        elsewhere = [name for store in self.sources() for name in _readable(store)]
        if elsewhere and not root_folder.is_there(self.root):
            return sorted(elsewhere)
        return sorted([*super().namespaces(), *elsewhere])

    @override
    def exists(self, namespace: str) -> bool:
        return super().exists(namespace) or self.source_of(namespace) is not None

    @override
    def is_writable(self, namespace: str) -> bool:
        source = self.source_of(namespace)
        return source is None or source.is_writable(namespace)

    # Reading

    @override
    def read(self, namespace: str) -> Reading:
        source = self.source_of(namespace)
        return super().read(namespace) if source is None else source.read(namespace)

    @override
    def look(self, namespace: str) -> Reading:
        source = self.source_of(namespace)
        return super().look(namespace) if source is None else source.look(namespace)

    @override
    def lines(self, namespace: str, *, after: int = 0, limit: int | None = None) -> list[Line]:
        source = self.source_of(namespace)
        found = super().lines if source is None else source.lines
        return found(namespace, after=after, limit=limit)

    @override
    def each_line(self, namespace: str) -> Iterator[Line]:
        source = self.source_of(namespace)
        return super().each_line(namespace) if source is None else source.each_line(namespace)

    @override
    def at(self, namespace: str, revision: int) -> Plan:
        source = self.source_of(namespace)
        return super().at(namespace, revision) if source is None else source.at(namespace, revision)

    @override
    def settle(self, namespace: str) -> None:
        source = self.source_of(namespace)
        return super().settle(namespace) if source is None else source.settle(namespace)

    @override
    def verify(self, namespace: str) -> list[str]:
        source = self.source_of(namespace)
        return super().verify(namespace) if source is None else source.verify(namespace)

    @override
    def peer_lock(self, namespace: str) -> PeerLock | None:
        return super().peer_lock(namespace) if self.source_of(namespace) is None else None

    # Changing

    @override
    def change(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        source = self.source_of(namespace)
        return (
            super().change(namespace, edit, order)
            if source is None
            else source.change(namespace, edit, order)
        )

    @override
    def create(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        if namespace.partition(".")[0] in KINDS:
            keeper = self._sources.keeper_of(namespace)
            if keeper is not None:
                return keeper.create(namespace, edit, order)
        return super().create(namespace, edit, order)

    @override
    def adopt(self, namespace: str) -> Changed | None:
        source = self.source_of(namespace)
        return super().adopt(namespace) if source is None else source.adopt(namespace)

    @override
    def restore(self, namespace: str, revision: int, order: Order) -> Changed:
        source = self.source_of(namespace)
        return (
            super().restore(namespace, revision, order)
            if source is None
            else source.restore(namespace, revision, order)
        )

    @override
    def delete(self, namespace: str, order: Order, *, epoch: str | None = None) -> str:
        source = self.source_of(namespace)
        return (
            super().delete(namespace, order, epoch=epoch)
            if source is None
            else source.delete(namespace, order, epoch=epoch)
        )

    @override
    def had_namesake(self, namespace: str) -> bool:
        stores = self.sources() if namespace.partition(".")[0] in KINDS else []
        return super().had_namesake(namespace) or any(store.had_namesake(namespace) for store in stores)

    @override
    def unlock(self, namespace: str) -> bool:
        return super().unlock(namespace) if self.source_of(namespace) is None else False

    @override
    def close(self, *, seconds: float = math.inf) -> None:
        deadline = time.monotonic() + seconds
        super().close(seconds=seconds)
        if "_sources" in self.__dict__:
            for store in self.sources():
                store.close(seconds=deadline - time.monotonic())


def _readable(store: SourceStore) -> list[str]:
    """Name a source's plans; one that cannot be read does not hide the others (``found`` says why)."""
    try:
        return store.namespaces()
    except PlanError:
        return []
