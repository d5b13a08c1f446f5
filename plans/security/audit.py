"""Who came in, who decided, who changed what others may do: ``<home>/audit.jsonl``; no Django here.

A file and not a table: the database is a mirror, which may be deleted and made again. Lines are only ever
appended, each by one write that is on disk before ``note`` returns, so several processes may do it at once.
A file that has grown is put aside under the next number, and the oldest goes. Its owner alone reads it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
from typing import TYPE_CHECKING, Final

from plans.domain.errors import StorageFailed
from plans.security.home_owner import give_to_owner

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE: Final = "audit.jsonl"
LARGEST: Final = 10 * 1024 * 1024
"""Bytes after which a file is put aside."""
KEPT: Final = 9
"""Files put aside that are kept."""
_ASIDE: Final = re.compile(r"audit-\d{6,}\.jsonl", re.ASCII)
_MODE: Final = 0o600
_OTHERS: Final = 0o077
_LONGEST: Final = 500
"""Characters of a value that are kept: a stranger chooses the name that does not exist."""

type Fact = str | int | bool | None
type Entry = dict[str, Fact]


class NotNoted(StorageFailed):
    """The audit log cannot be written. What would let somebody in, or do more, is not done then."""

    code = "not_noted"
    advice = "Nothing was changed. Make room or repair that file's permissions, then try again."

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"The audit log {path} cannot be written: {error.strerror}")


def note(
    home: Path,
    what: str,
    *,
    who: str,
    now: int,
    facts: Mapping[str, Fact] | None = None,
    largest: int = LARGEST,
) -> None:
    """Append one event and wait until it is on disk. Raises NotNoted.

    ``who`` is ``person:ada`` or ``terminal:ada``, ``now`` in ms.
    """
    said = {name: _short(value) for name, value in (facts or {}).items() if value is not None}
    entry: Entry = {"at": now, "who": _short(who), "what": what, **said}
    line = json.dumps(entry, ensure_ascii=True) + "\n"  # nothing in it can look like another line
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        while not _appended(home, line.encode("ascii"), largest):
            pass  # whoever wrote ten whole files between our two calls dropped the one we had open
    except OSError as error:
        raise NotNoted(home / FILE, error) from error


def put_aside(home: Path) -> list[Path]:
    """List the files that were put aside, the oldest first."""
    return sorted((path for path in home.glob("audit-*") if _ASIDE.fullmatch(path.name)), key=_number)


def _appended(home: Path, line: bytes, largest: int) -> bool:
    """Append a line; False where its file was dropped meanwhile. Raises OSError."""
    if _size(home / FILE) >= largest:
        _put_aside(home, largest)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(home / FILE, flags, _MODE)
    try:
        if os.fstat(descriptor).st_mode & _OTHERS:
            os.fchmod(descriptor, _MODE)
        give_to_owner(home / FILE)
        _write(descriptor, line)
        _flush_folder(home)  # the file may be new, by us or by somebody who has not come so far
        return os.fstat(descriptor).st_nlink > 0
    finally:
        os.close(descriptor)


def _write(descriptor: int, line: bytes) -> None:
    """Write it whole and wait for the disk. Behind half a line that a full disk left, a new one begins."""
    size = os.fstat(descriptor).st_size
    is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    whole = b"\n" + line if is_torn else line
    if os.write(descriptor, whole) < len(whole):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(descriptor)


def _put_aside(home: Path, largest: int) -> None:
    """Give the grown file the next number, unless another process is at it.

    Whoever has it open meanwhile writes into it under its new name. Where it cannot be done it grows on.
    """
    folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _size(home / FILE) < largest:
            return
        old = put_aside(home)
        number = _number(old[-1]) + 1 if old else 1
        (home / FILE).rename(home / f"audit-{number:06}.jsonl")
        for dropped in old[: max(0, len(old) + 1 - KEPT)]:
            dropped.unlink()
    except OSError:
        pass
    finally:
        os.close(folder)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _short(value: Fact) -> Fact:
    return value[:_LONGEST] if isinstance(value, str) else value
