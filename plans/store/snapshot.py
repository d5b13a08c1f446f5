"""The plan as of some revision, so that a reader need not replay the whole journal; disposable."""

from __future__ import annotations

import json
import os
import zlib
from contextlib import suppress

import msgspec

from plans.domain.errors import PlanError, StorageFailed
from plans.domain.plan import Plan
from plans.domain.revision import Line, Seen
from plans.store import json_text
from plans.store.atomic_write import replace_file
from plans.store.paths import SNAPSHOT, Folder

EVERY = 64
"""Revisions between two snapshots."""
_VERSION = 3
_LIMIT = 256 * 1024 * 1024
_KEEP_KEYS_MS = 24 * 3600 * 1000
KEEP_KEYS = 10_000
"""How many are kept at most."""
_KEEP_ANYWAY = 1_000
"""The newest keys are kept whatever their age seems to be: a clock that jumps must make no request new."""


class Key(msgspec.Struct, frozen=True):
    """An idempotency key that was used: its scope, the request's hash, and the revision it made."""

    by: str
    verb: str
    key: str
    body: str
    rev: int
    at: int


class CoreMark(msgspec.Struct, frozen=True):
    """The last line that changed plan.json: its revision, the sha256 before and after, and what stood."""

    rev: int = 0
    before: str | None = None
    after: str | None = None
    seen: Seen | None = None
    """Only after an adoption; else it is the plan just before that line."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What folding a journal up to ``size`` bytes gave."""

    v: int = _VERSION
    plan: Plan
    size: int
    seal: str
    """How the last line ends, its checksum: a journal that was put back may have another one in its place."""
    mark: CoreMark
    keys: tuple[Key, ...] = ()
    trust: str | None = None
    """By whose signatures the lines were judged; None: by nobody's."""
    opened: bool = False
    """Whether any of them had to be judged."""
    forged: tuple[Line, ...] = ()
    """Those that claim what nobody signed, without what they claim."""


def load(folder: Folder) -> Snapshot | None:
    """Read the snapshot; None when there is none, or when it cannot be trusted.

    One that another user wrote could say that a gate is open: whose files these are may write anything.
    """
    with suppress(PlanError, ValueError, RecursionError, msgspec.ValidationError):
        found = folder.read(SNAPSHOT, _LIMIT)
        if found is None or found[1].st_uid != os.geteuid():
            return None
        body, _, crc = found[0].rpartition(b"\n")
        if crc == b"%08x" % zlib.crc32(body):
            snapshot = msgspec.convert(json.loads(body), Snapshot)
            return snapshot if snapshot.v == _VERSION else None
    return None


def save(folder: Folder, snapshot: Snapshot) -> None:
    """Write the snapshot; a failure costs only time later and is no failure of the edit."""
    body = json_text.compact(msgspec.to_builtins(snapshot))
    with suppress(StorageFailed):
        replace_file(folder, SNAPSHOT, b"%b\n%08x" % (body, zlib.crc32(body)), durable=False)


def kept(keys: dict[tuple[str, str, str], Key], *, now: int) -> tuple[Key, ...]:
    """Choose the keys worth keeping: the newest 10,000 of the last 24 hours, and the newest 1,000."""
    used = list(keys.values())
    young = [key for key in used[:-_KEEP_ANYWAY] if key.at > now - _KEEP_KEYS_MS]
    return (*young, *used[-_KEEP_ANYWAY:])[-KEEP_KEYS:]
