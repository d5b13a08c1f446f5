"""Replace a file in one step: draft beside it, flushed to disk, renamed over it."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from plans.store.paths import storage_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.store.paths import Folder

NEW_FILE = 0o600
_SHARED = 0o060


class Overtaken(Exception):
    """The last look before the rename found something else than expected."""


def replace_file(
    folder: Folder,
    name: str,
    data: bytes,
    *,
    durable: bool = True,
    may_replace: Callable[[], bool] | None = None,
) -> os.stat_result:
    """Write ``data`` as ``name``; keeps the old file's mode and group. Returns the new file's stat.

    ``may_replace`` is asked immediately before the rename; when it says no, Overtaken is raised and
    nothing was changed. Raises StorageFailed.
    """
    try:
        with drafted(folder, data, instead_of=name, durable=durable) as draft:
            if may_replace is not None and not may_replace():
                raise Overtaken
            return _renamed(folder, draft, name)
    except OSError as error:
        raise storage_failed(error, "write", f"{folder.path}/{name}") from error


def _renamed(folder: Folder, draft: str, name: str) -> os.stat_result:
    """Rename, which changes the file's ctime; a peer that replaces it at once must not pass for ours."""
    ours = os.stat(draft, dir_fd=folder.fd, follow_symlinks=False)
    os.rename(draft, name, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
    found = os.stat(name, dir_fd=folder.fd, follow_symlinks=False)
    return found if found.st_ino == ours.st_ino else ours


@contextmanager
def drafted(
    folder: Folder, data: bytes, *, instead_of: str | None = None, durable: bool = False
) -> Iterator[str]:
    """Write a file under a name that nobody looks at, and give that name; it is gone afterwards."""
    draft = f".board-{os.urandom(4).hex()}.tmp"
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
        yield draft
    finally:
        with suppress(OSError):
            os.unlink(draft, dir_fd=folder.fd)


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
        return
    os.fchmod(fd, old.st_mode & 0o777)
    if os.fstat(fd).st_gid != old.st_gid:
        with suppress(PermissionError):
            os.fchown(fd, -1, old.st_gid)
