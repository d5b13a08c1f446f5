"""Replace a file in one step: draft beside it, flushed to disk, renamed over it.

A plain rename destroys whatever stands there, also what a program put there since the last look, however
short ago that was. So where the version that may be replaced is known, the two names are swapped: then the
other program's version is still there, under the draft's name, and the names are swapped back.
"""

from __future__ import annotations

import os
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from plans.store import renaming
from plans.store.paths import give_to_owner, storage_failed
from plans.store.versions import is_settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.store.paths import Folder
    from plans.store.versions import Version

NEW_FILE = 0o600
_SHARED = 0o060
_SWAPS = 9
"""How often names are swapped back at most, while other programs keep putting files there."""


class Overtaken(Exception):
    """The last look before the rename, or the first after it, found something else than expected."""


def replace_file(
    folder: Folder,
    name: str,
    data: bytes,
    *,
    durable: bool = True,
    seen: Version | None = None,
    may_replace: Callable[[], bool] | None = None,
) -> os.stat_result:
    """Write ``data`` as ``name``; keeps the old file's mode, group and owner. Returns the new file's stat.

    With ``seen`` only that version is replaced, and ``may_replace`` is asked immediately before the rename;
    in any other case Overtaken is raised and what stood there stands there still. Raises StorageFailed.
    """
    try:
        with drafted(folder, data, instead_of=name, durable=durable) as draft:
            if may_replace is not None and not may_replace():
                raise Overtaken
            ours = os.stat(draft, dir_fd=folder.fd, follow_symlinks=False)
            _rename(folder, draft, name, seen=seen, ours=ours.st_ino)
            return _as_renamed(folder, name, ours)
    except OSError as error:
        raise storage_failed(error, "write", f"{folder.path}/{name}") from error


def _rename(folder: Folder, draft: str, name: str, *, seen: Version | None, ours: int) -> None:
    if seen is None:
        os.rename(draft, name, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
        return
    try:
        if seen.key is None:
            renaming.place(folder.fd, draft, name)
        elif renaming.swap(folder.fd, draft, name):
            _swap_back_unless_seen(folder, draft, name, seen=seen, ours=ours)
        else:
            os.rename(draft, name, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
    except (FileExistsError, FileNotFoundError):  # it came, or it went
        raise Overtaken from None


def _swap_back_unless_seen(folder: Folder, draft: str, name: str, *, seen: Version, ours: int) -> None:
    """Look at what we displaced; what we had not seen gets its name back, and Overtaken is raised."""
    displaced = os.stat(draft, dir_fd=folder.fd, follow_symlinks=False)
    if seen.is_file(displaced) and (is_settled(displaced.st_mtime_ns) or _holds(folder, draft, seen.data)):
        return
    placed, aside = ours, displaced.st_ino
    for _ in range(_SWAPS):
        renaming.swap(folder.fd, draft, name)
        found = os.stat(draft, dir_fd=folder.fd, follow_symlinks=False).st_ino
        if found == placed:
            break
        placed, aside = aside, found  # yet another version came meanwhile, and is the one that counts
    raise Overtaken


def _holds(folder: Folder, name: str, data: bytes) -> bool:
    found = folder.read(name, len(data))
    return found is not None and found[0] == data


def _as_renamed(folder: Folder, name: str, ours: os.stat_result) -> os.stat_result:
    """Look again, for a rename changes the ctime; a peer's file that replaced ours at once is not ours."""
    found = os.stat(name, dir_fd=folder.fd, follow_symlinks=False)
    return found if found.st_ino == ours.st_ino else ours


@contextmanager
def drafted(
    folder: Folder, data: bytes, *, instead_of: str | None = None, durable: bool = False
) -> Iterator[str]:
    """Write a file under a name that nobody looks at, and give that name; it is gone afterwards."""
    draft = write_draft(folder, data, instead_of=instead_of, durable=durable)
    try:
        yield draft
    finally:
        drop(folder, draft)


def write_draft(folder: Folder, data: bytes, *, instead_of: str | None = None, durable: bool = False) -> str:
    """Write a file under a name that nobody looks at, and give that name; what fails leaves none."""
    draft = draft_name(data)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(draft, flags, NEW_FILE, dir_fd=folder.fd)
    try:
        try:
            if instead_of is not None:
                _dress(fd, folder, instead_of)
            write_all(fd, data)
            if durable:
                os.fsync(fd)
        finally:
            os.close(fd)
    except BaseException:
        drop(folder, draft)
        raise
    return draft


def drop(folder: Folder, draft: str) -> None:
    """Remove a draft, if it is still there."""
    with suppress(OSError):
        os.unlink(draft, dir_fd=folder.fd)


def draft_name(data: bytes) -> str:
    """Name a draft after what it holds, so that what is found under it tells whether names were swapped."""
    return f".board-{os.urandom(4).hex()}-{zlib.crc32(data):08x}.tmp"


def is_draft(name: str) -> bool:
    return name.startswith(".board-") and name.endswith(".tmp")


def is_named_after(draft: str, data: bytes) -> bool:
    """Tell whether a draft of this name was written with these bytes."""
    return draft.endswith(f"-{zlib.crc32(data):08x}.tmp")


def write_all(fd: int, data: bytes) -> None:
    """Write every byte; a short write (a nearly full disk) is continued until the system refuses."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def new_mode(folder: Folder) -> int:
    """Choose a new file's mode: private, or shared with the group where the folder is."""
    shared = folder.facts().st_mode & _SHARED == _SHARED
    return NEW_FILE | _SHARED if shared else NEW_FILE


def _dress(fd: int, folder: Folder, name: str) -> None:
    old = folder.stat(name)
    if old is None:
        os.fchmod(fd, new_mode(folder))
        give_to_owner(fd, folder.facts())
        return
    made = os.fstat(fd)
    if made.st_mode & 0o777 != old.st_mode & 0o777:
        os.fchmod(fd, old.st_mode & 0o777)
    if made.st_gid != old.st_gid:
        with suppress(PermissionError):
            os.fchown(fd, -1, old.st_gid)
    give_to_owner(fd, old)
