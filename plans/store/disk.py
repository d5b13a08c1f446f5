"""What stands in plan.json now, compared with what we last knew to stand there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from plans.domain.errors import PlanError, StorageFailed
from plans.domain.problem import Problem, Trouble
from plans.store.bad_file import BadFile
from plans.store.formats import openclaw
from plans.store.paths import PLAN
from plans.store.versions import StatKey, Version, is_settled, stat_key

if TYPE_CHECKING:
    from plans.store.formats.openclaw import Core
    from plans.store.paths import Folder


class Disk(Struct, frozen=True, kw_only=True):
    """One look at plan.json: ``sha`` is None when there is no such file or it could not be read."""

    key: StatKey | None = None
    sha: str | None = None
    data: bytes = b""
    problem: Problem | None = None

    @property
    def version(self) -> Version:
        """Which version of the file this was."""
        return Version(self.key, self.data)


def look(folder: Folder, before: Disk | None) -> Disk:
    """Look at plan.json; unchanged and settled files are not read again."""
    facts = folder.stat(PLAN)
    if facts is None:
        return Disk()
    if before is not None and before.key == stat_key(facts) and is_settled(facts.st_mtime_ns):
        return before
    try:
        found = folder.read(PLAN, openclaw.MAX_BYTES)
    except StorageFailed:
        raise
    except PlanError as refused:
        return Disk(key=stat_key(facts), problem=Problem(kind=Trouble.UNREADABLE, message=refused.message))
    if found is None:
        return Disk()
    data, facts = found
    same = before is not None and before.sha is not None and before.data == data
    return Disk(key=stat_key(facts), sha=before.sha if before and same else sha256(data), data=data)


def parse(disk: Disk, namespace: str) -> tuple[Core, tuple[str, ...]] | Problem:
    """Read what was found; gives the problem instead when the peers' reader would refuse it too."""
    if disk.problem is not None:
        return disk.problem
    if disk.sha is None:
        return Problem(kind=Trouble.MISSING, message=f"plan.json of {namespace} is gone")
    try:
        return openclaw.parse(disk.data, namespace)
    except BadFile as bad:
        return bad.problem


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
