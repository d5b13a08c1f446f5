"""Looking at every plan's files without opening them, to find what nobody announced."""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING

from plans.domain.errors import PlanError
from plans.store.paths import JOURNAL, PLAN, is_namespace
from plans.store.root_folder import was_deleted
from plans.sync.decide import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.domain.plan import Plan
    from plans.store.plan_store import PlanStore
    from plans.store.sources.source_store import SourceStore

YOUNG_SECONDS = 2.0
"""A file may change again within its clock's grain: until it is older than this, no stat is trusted."""

ELSEWHERE = "~"
"""How the stamp of another program's list begins: one that is looked for no more is no plan that is gone."""


def all_stamps(store: PlanStore) -> dict[str, Stamp]:
    """Look at every plan there is. Raises OSError when the root, and with it everything, cannot be read."""
    found = {name: stamp for source in store.sources() for name, stamp in _source_stamps(source)}
    if found and not os.path.isdir(store.root):  # noqa: PTH112
        return found  # whoever has only other programs' lists needs no root
    return found | stamps(store.root)


def stamp_in(store: PlanStore, namespace: str) -> Stamp | None:
    """Name the version of a plan's files, wherever they are; None when there are none."""
    source = store.source_of(namespace)
    return stamp_of(store.root, namespace) if source is None else _source_stamp(source, namespace)


def deleted_in(store: PlanStore, plan: Plan) -> bool:
    """Tell whether somebody deleted a plan through us, from the root or from a source."""
    roots = [store.root, *(source.root for source in store.sources())]
    return any(was_deleted(root, plan.namespace, since=plan.updated_at, epoch=plan.epoch) for root in roots)


def stamps(root: str) -> dict[str, Stamp]:
    """Look at every plan under a root. Raises OSError when the root itself cannot be read."""
    with os.scandir(root) as entries:
        names = [entry.name for entry in entries if is_namespace(entry.name)]
    return {name: stamp for name in names if (stamp := stamp_of(root, name)) is not None}


def stamp_of(root: str, namespace: str) -> Stamp | None:
    """Name the version of a plan's files; None when there are none."""
    return _stamp(list(_facts(f"{root}/{namespace}")))


def identity(root: str) -> tuple[int, int] | None:
    """Name the folder that a root's path leads to now, through whatever links; None where there is none."""
    try:
        fact = os.stat(root)  # noqa: PTH116
    except OSError:
        return None
    return fact.st_dev, fact.st_ino


def _source_stamps(source: SourceStore) -> Iterator[tuple[str, Stamp]]:
    """Look at every list of a source; one that cannot be read is found when it can be."""
    try:
        names = source.namespaces()
    except PlanError:
        return
    for name in names:
        stamp = _source_stamp(source, name)
        if stamp is not None:
            yield name, stamp


def _source_stamp(source: SourceStore, namespace: str) -> Stamp | None:
    try:
        stamp = _stamp(source.lists.facts(namespace))
    except (PlanError, OSError):
        return None
    return stamp._replace(text=ELSEWHERE + stamp.text) if stamp and stamp.text else stamp


def _stamp(facts: list[os.stat_result]) -> Stamp | None:
    if not facts:
        return None
    changed_at = max(fact.st_mtime for fact in facts)
    appeared_at = max(changed_at, *(fact.st_ctime for fact in facts))
    if time.time() - changed_at < YOUNG_SECONDS:
        return Stamp("", changed_at, appeared_at)
    parts = (f"{fact.st_dev}:{fact.st_ino}:{fact.st_mtime_ns}:{fact.st_size}" for fact in facts)
    return Stamp(" ".join(parts), changed_at, appeared_at)


def _facts(folder: str) -> Iterator[os.stat_result]:
    for name in (PLAN, JOURNAL):
        try:
            fact = os.stat(f"{folder}/{name}", follow_symlinks=False)  # noqa: PTH116
        except OSError:
            continue
        if not stat.S_ISDIR(fact.st_mode):
            yield fact
