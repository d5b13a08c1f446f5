"""Files that agents name: only below the folders that were named at the start, and only regular ones.

Every folder on the way is opened by itself and no link is followed, so nothing changes between the look and
the use. A named pipe would hold its reader for ever and a device may act when it is opened: both are looked
at before they are opened. The texts in quotes are docker-agent's (formats.md, 3.3).
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.agents.mcp_server.refusals import WordedRefusal, worded
from plans.domain.errors import PlanError, Refusal, StorageFailed, TooLarge, WrongInput

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 10 * 1024 * 1024
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_DRAFT: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LINKS: Final = (errno.ELOOP, errno.EMLINK)


class NoFiles(PlanError):
    """The server was started without a folder for files."""

    refusal = Refusal.FORBIDDEN
    code = "no_files"
    advice = (
        "Send the text with write_plan, read it with read_plan, or ask a person to name a folder: "
        "`planboard mcp --files DIR`, or PLANBOARD_FILE_ROOTS for /mcp."
    )

    def __init__(self) -> None:
        super().__init__("This server was started without a folder for files")


class OutsideRoots(PlanError):
    """The path leads out of the folders that were named at the start."""

    refusal = Refusal.FORBIDDEN
    code = "outside_roots"

    def __init__(self, path: str, roots: tuple[str, ...]) -> None:
        super().__init__(
            f'path "{path}" is outside the folders this server may use',
            advice=f"Name a file below {' or '.join(roots)}.",
        )


class FileRoots(NamedTuple):
    """The folders that were named, and those that stay closed within them: the plans' own, the secrets'."""

    roots: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @classmethod
    def of(cls, folders: tuple[str, ...], *, closed: tuple[str, ...]) -> FileRoots:
        """Look once where the folders really are. Raises WrongInput for one that is not there."""
        for folder in folders:
            if not os.path.isdir(folder):  # noqa: PTH112 - start-up time: no pathlib
                message = f"{folder} is no folder, so no files can be there for agents"
                raise WrongInput(message, advice="Name a folder with --files or PLANBOARD_FILE_ROOTS.")
        return cls(tuple(map(os.path.realpath, folders)), tuple(map(os.path.realpath, closed)))

    def read(self, path: str) -> bytes:
        """Read a regular file of at most 10 MiB. Raises what is wrong with it, in docker-agent's words."""
        with self._folder_of(path) as (folder, name):
            _check_readable(_looked_at(folder, name, path), path)
            try:
                fd = os.open(name, _FILE, dir_fd=folder)
            except OSError as error:
                raise _refused(error, path) from error
            with open(fd, "rb") as file:  # noqa: PTH123 - a descriptor
                _check_readable(os.fstat(fd), path)
                return file.read(MOST_BYTES + 1)

    def write(self, path: str, data: bytes) -> str:
        """Write a file, over a regular one if there is one; gives its whole path."""
        with self._folder_of(path) as (folder, name):
            mode: int | None = None
            with suppress(FileMissing):
                there = _looked_at(folder, name, path)
                _check_regular(there, path)
                mode = stat.S_IMODE(there.st_mode)
            draft = f".{name[:60]}.{secrets.token_hex(4)}.tmp"
            try:
                _write_draft(folder, draft, data, mode=mode)
                os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError as error:
                with suppress(OSError):
                    os.unlink(draft, dir_fd=folder)
                raise _refused(error, path) from error
        return os.path.join(*self._place(path))  # noqa: PTH118

    @contextmanager
    def _folder_of(self, path: str) -> Iterator[tuple[int, str]]:
        """Open the folder that a file lies in; gives its descriptor and the file's name."""
        root, below = self._place(path)
        *folders, name = below.split("/")
        try:
            fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            for part in folders:
                outer, fd = fd, _opened(part, fd)
                os.close(outer)
        except OSError as error:
            raise _refused(error, path) from error
        try:
            yield fd, name
        finally:
            os.close(fd)

    def _place(self, path: str) -> tuple[str, str]:
        """Give the root and what is below it. Raises NoFiles, OutsideRoots, WrongInput."""
        if not path.strip() or "\0" in path:
            raise worded("path must not be empty", advice="Name a file.")
        if not self.roots:
            raise NoFiles
        whole = os.path.normpath(os.path.join(self.roots[0], path))  # noqa: PTH118
        for root in self.roots:
            if whole == root:
                raise worded(f'path "{path}" is a directory, not a file', advice="Name a file in it.")
            if _is_below(whole, root) and not any(_is_below(whole, closed) for closed in self.closed):
                return root, os.path.relpath(whole, root)
        raise OutsideRoots(path, self.roots)


class FileMissing(WordedRefusal):
    """There is no such file."""


def _opened(part: str, folder: int) -> int:
    try:
        return os.open(part, _FOLDER, dir_fd=folder)
    except OSError:
        os.close(folder)
        raise


def _looked_at(folder: int, name: str, path: str) -> os.stat_result:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        raise _refused(error, path) from error


def _check_regular(found: os.stat_result, path: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise worded(f'path "{path}" is a directory, not a file', advice="Name a file in it.")
    if stat.S_ISLNK(found.st_mode):
        raise worded(f'path "{path}" is a symbolic link', advice="Name the file itself.")
    if not stat.S_ISREG(found.st_mode):
        message = f'path "{path}" is not a regular file (e.g. a device or named pipe)'
        raise worded(message, advice="Name a regular file.")


def _check_readable(found: os.stat_result, path: str) -> None:
    _check_regular(found, path)
    if found.st_size > MOST_BYTES:
        message = f'file "{path}" is too large ({found.st_size} bytes; max {MOST_BYTES})'
        raise worded(message, advice="Name a smaller file.", kind=TooLarge)


def _write_draft(folder: int, draft: str, data: bytes, *, mode: int | None) -> None:
    """Write the file that is to take another one's place; ``mode`` is that of the other, if there is one."""
    fd = os.open(draft, _DRAFT, 0o666 if mode is None else 0o600, dir_fd=folder)
    with open(fd, "wb") as file:  # noqa: PTH123 - a descriptor
        if mode is not None:
            os.fchmod(fd, mode)
        file.write(data)
        file.flush()
        os.fsync(fd)


def _refused(error: OSError, path: str) -> PlanError:
    if error.errno == errno.ENOENT:
        missing = WrongInput(f'file "{path}" does not exist', advice="Name a file that is there.")
        return FileMissing(missing, missing.message)
    if error.errno in (*_LINKS, errno.ENOTDIR):
        return worded(
            f'path "{path}" leads through a link or a file',
            advice="Name a path of plain folders, without links.",
        )
    advice = "Nothing was changed. Check the folder's permissions and free space."
    return StorageFailed(f'file "{path}": {error.strerror or error}', advice=advice)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
