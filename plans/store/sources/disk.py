"""What stands in a source's files now: read into a sheet, or what is wrong with them."""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING

from plans.domain.problem import Problem, Trouble
from plans.store.bad_file import BadFile
from plans.store.disk import Disk, sha256
from plans.store.format import Writable
from plans.store.paths import storage_failed
from plans.store.sheet import Sheet, encoded
from plans.store.sources.seeing import as_seen
from plans.store.versions import StatKey, Version, is_settled, stat_key

if TYPE_CHECKING:
    from plans.store.format import Files, Spot

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_PAUSES = (0.005, 0.02)
"""Seconds between looks at files that a program may be writing just now."""
_PRESENT = (0, 0, 0, 0, 0)

type Keys = dict[str, StatKey]


class SourceDisk(Disk, frozen=True, kw_only=True):
    """One look at a list: ``sha`` and ``data`` are those of the sheet as it is compared."""

    keys: Keys = {}  # noqa: RUF012 - a frozen struct
    """Which version of each file was read."""
    files: Files = {}  # noqa: RUF012
    sheet: Sheet = Sheet()

    def version_of(self, name: str) -> Version:
        """Which version of a file this was."""
        return Version(self.keys.get(name), self.files.get(name, b""))


ABSENT = SourceDisk()


class _Refused(Exception):
    """A file is not one that is read at all."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} {why}")
        self.file = os.path.basename(path)  # noqa: PTH119


def look(spot: Spot, before: SourceDisk | None) -> SourceDisk:
    """Look at a list's files; unchanged and settled ones are not read again. Raises StorageFailed."""
    folder = spot.folder
    try:
        found = spot.files()
        if found is None:
            return ABSENT
        keys = _stats(folder, found)
        kept = _kept(keys, before)
        if before is not None and before.key is not None and len(kept) == len(before.keys) == len(keys):
            return before
        files, keys = _read_all(folder, sorted(keys), kept=kept, limit=spot.form.max_bytes)
        if found and not files:  # all of it went since
            return ABSENT
    except _Refused as refused:
        problem = Problem(kind=Trouble.UNREADABLE, message=str(refused), file=refused.file)
        return SourceDisk(key=_PRESENT, problem=problem)
    except OSError as error:
        raise storage_failed(error, "read", folder) from error
    return _parsed(spot, files, keys)


def settled_look(spot: Spot, before: SourceDisk | None) -> SourceDisk:
    """Look at a list's files; one that cannot be read may only be being written, and is read again."""
    for pause in _PAUSES:
        seen = look(spot, before)
        if seen.problem is None or not isinstance(spot.form, Writable):
            return seen
        time.sleep(pause)
    return look(spot, before)


def stats(spot: Spot) -> list[os.stat_result]:
    """Look at a list's files without opening them. Raises OSError."""
    folder = spot.folder
    found = []
    for file in spot.files() or ():
        fact = _stat(f"{folder}/{file}")
        if fact is not None:
            found.append(fact)
    return found


def problem_of(disk: SourceDisk, label: str) -> Problem | None:
    """Say what is wrong with what was found."""
    if disk.problem is None and disk.key is None:
        message = f"{label} keeps this list no more; what it held last is shown"
        return Problem(kind=Trouble.MISSING, message=message, file="The list")
    return disk.problem


def _parsed(spot: Spot, files: Files, keys: Keys) -> SourceDisk:
    try:
        sheet = spot.form.parse(files, spot.name)
    except BadFile as bad:
        return SourceDisk(key=_PRESENT, keys=keys, files=files, problem=bad.problem)
    data = encoded(as_seen(sheet, spot.form))
    return SourceDisk(key=_PRESENT, sha=sha256(data), data=data, keys=keys, files=files, sheet=sheet)


def _stats(folder: str, names: list[str]) -> Keys:
    facts = {name: _stat(f"{folder}/{name}") for name in names}
    return {name: stat_key(fact) for name, fact in facts.items() if fact is not None}


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path, follow_symlinks=False)  # noqa: PTH116
    except FileNotFoundError:
        return None


def _kept(keys: Keys, before: SourceDisk | None) -> dict[str, tuple[bytes, StatKey]]:
    """Give the files that need not be read again: unchanged, and old enough for coarse clocks."""
    if before is None:
        return {}
    return {
        name: (before.files[name], key)
        for name, key in keys.items()
        if before.keys.get(name) == key and is_settled(key[2]) and name in before.files
    }


def _read_all(
    folder: str, names: list[str], *, kept: dict[str, tuple[bytes, StatKey]], limit: int
) -> tuple[dict[str, bytes], Keys]:
    files: dict[str, bytes] = {}
    keys: Keys = {}
    for name in names:
        found = kept.get(name) or _read(f"{folder}/{name}", limit)
        if found is not None:  # else it went since
            files[name], keys[name] = found
    return files, keys


def _read(path: str, limit: int) -> tuple[bytes, StatKey] | None:
    try:
        fd = os.open(path, _FLAGS)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _Refused(path, "is a symbolic link, which is not followed") from None
        raise
    try:
        facts = os.fstat(fd)
        if not stat.S_ISREG(facts.st_mode):
            raise _Refused(path, "is not a regular file")
        if facts.st_size > limit:
            raise _Refused(path, f"has {facts.st_size:,} bytes; {limit:,} is the most")
        with os.fdopen(os.dup(fd), "rb") as file:
            return file.read(limit + 1), stat_key(facts)
    finally:
        os.close(fd)
