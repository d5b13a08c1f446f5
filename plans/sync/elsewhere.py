"""Hearing of other programs' lists: which folders are watched, and which plan an event there is about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.errors import PlanError
from plans.store.paths import JOURNAL

if TYPE_CHECKING:
    from plans.store.plan_store import PlanStore
    from plans.store.sources.source_store import SourceStore
    from plans.sync.watch import Ears


class Folders(NamedTuple):
    """The folders to be watched that are there now."""

    places: dict[str, SourceStore]
    """Where lists, or their journals, come and go."""
    lists: dict[str, SourceStore]
    """Where a list's files are; it may be a place, too."""
    journals: dict[str, str]
    """Where a plan's journal is, with its namespace."""

    def all(self) -> set[str]:
        return {*self.places, *self.lists, *self.journals}

    def heard(self, ears: Ears, folder: str, name: str) -> bool:
        """Tell whom it concerns that ``name`` was touched; True when other folders may be there now."""
        namespace = self.journals.get(folder)
        if namespace is not None and name == JOURNAL:
            ears.plan_touched(namespace, core=False)
        whole = self.journals.get(f"{folder}/{name}")
        if whole is not None:  # its folder came or went
            ears.plan_touched(whole, core=True)
        source = self.lists.get(folder) or self.places.get(folder)
        if source is not None and folder != source.root:
            touched = source.lists.of_path(f"{folder}/{name}")
            if touched is not None:
                ears.plan_touched(touched, core=True)
        return folder in self.places


def folders(store: PlanStore) -> Folders:
    """Look which folders there are."""
    found = Folders({}, {}, {})
    for source in store.sources():
        _add(found, source)
    return found


def _add(found: Folders, source: SourceStore) -> None:
    found.places.update(dict.fromkeys(_there(source.place, source.root), source))
    try:
        namespaces = source.namespaces()
    except PlanError:
        return  # found by a sweep when it can be read
    for namespace in namespaces:
        files, journal = source.lists.folders(namespace)
        found.lists.update(dict.fromkeys(_there(files), source))
        found.journals.update(dict.fromkeys(_there(journal), namespace))


def _there(*paths: str) -> list[str]:
    return [path for path in paths if os.path.isdir(path)]  # noqa: PTH112
