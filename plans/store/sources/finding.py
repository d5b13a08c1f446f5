"""The sources of this machine: which programs' lists were looked for, where, and what was found."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from plans.domain.errors import PlanError
from plans.store import root_folder
from plans.store.format import Writable
from plans.store.paths import is_namespace
from plans.store.sources.kinds import format_of
from plans.store.sources.lists import Names
from plans.store.sources.source_store import SourceStore, Terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.store.seals import Seals
    from plans.store.sources.choosing import Choice


class Found(Struct, frozen=True, kw_only=True):
    """One place that was looked at."""

    kind: str
    label: str
    place: str
    why: str
    """Why it was looked at: by a setting, or because the program keeps its lists there."""
    problem: str = ""
    """Why nothing of it is shown; empty when it is."""
    editable: bool = True
    namespaces: tuple[str, ...] = ()


class Where(Struct, frozen=True, kw_only=True):
    """Where sources are looked for."""

    root: str
    home: str
    here: str
    """The folder that the program was started in."""
    variables: Mapping[str, str]


class Sources:
    """The stores of all places where lists may be; a place may come and go."""

    def __init__(
        self,
        choice: Choice,
        where: Where,
        *,
        clock: Callable[[], int],
        lock_wait: float,
        seals: Seals | None = None,
    ) -> None:
        """``clock`` gives ms; ``lock_wait`` is how long a change waits for others, s."""
        self._choice, self._where = choice, where
        terms = Terms(home=where.home, clock=clock, lock_wait=lock_wait, seals=seals)
        self.stores: list[SourceStore] = []
        for kind, named in choice.kinds.items():
            form = format_of(kind)
            for place in named or form.places(where.variables, where.here):
                store = SourceStore(
                    form,
                    place,
                    terms,
                    names=Names(self._taken_before(len(self.stores)), choice.takes),
                )
                self.stores.append(store)

    def of(self, namespace: str) -> SourceStore | None:
        """Find the store of a plan; None when it is no source's."""
        prefix = namespace.partition(".")[0]
        mine = [store for store in self.stores if store.form.prefix == prefix]
        if not mine or not is_namespace(namespace) or root_folder.exists(self._where.root, namespace):
            return None
        return next((store for store in mine if store.exists(namespace)), None)

    def keeper_of(self, namespace: str) -> SourceStore | None:
        """Name a source that is here and whose plans are called like that."""
        prefix = namespace.partition(".")[0]
        stores = (store for store in self.stores if store.form.prefix == prefix)
        return next((store for store in stores if os.path.isdir(store.place)), None)  # noqa: PTH112

    def found(self) -> list[Found]:
        """Say of every place what is there."""
        return [self._found(store) for store in self.stores]

    def _found(self, store: SourceStore) -> Found:
        problem, names = "", list[str]()
        try:
            names = store.namespaces()
        except PlanError as refused:
            problem = refused.message
        if not problem and not os.path.isdir(store.place):  # noqa: PTH112
            problem = "There is no such folder"
        named = self._choice.kinds.get(store.form.kind)
        return Found(
            kind=store.form.kind,
            label=store.form.label,
            place=store.place,
            why="PLANBOARD_SOURCES names it" if named else f"{store.form.label} keeps its lists there",
            problem=problem,
            editable=isinstance(store.form, Writable),
            namespaces=tuple(names),
        )

    def _taken_before(self, count: int) -> Callable[[str, str], bool]:
        """Tell which names the root and the sources before this one have."""

        def taken(namespace: str, name: str) -> bool:
            if root_folder.exists(self._where.root, namespace):
                return True
            return any(store.lists.claims(namespace, name) for store in self.stores[:count])

        return taken
