"""Names to paths: which names are refused, and folders opened so that no link leads out of the root."""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from plans.domain.errors import PlanError, PlanNotFound, StorageFailed, WrongInput

if TYPE_CHECKING:
    from types import TracebackType

PLAN = "plan.json"
JOURNAL = "journal.jsonl"
SNAPSHOT = "snapshot.json"
BOARD_LOCK = ".board.lock"
PEER_LOCK = ".lock"
TRASH = ".trash"
SESSIONS = ".sessions"

PATTERN = r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}"
_NAMESPACE = re.compile(PATTERN)
_WINDOWS = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.IGNORECASE)

_SMALL = 4_096
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FileRefused(PlanError):
    """A file cannot be read as it is: a link, not a regular file, too large, out of the root."""

    code = "unreadable"
    advice = "Put a regular plan.json in its place."


def check_namespace(name: str) -> str:
    """Return the name; raises WrongInput in the words of the peers' own reader (PlanStore)."""
    shown = f'Invalid plan namespace: "{name}"'
    advice = "Use letters, digits, dots, dashes and underscores; start with a letter or digit."
    if not name:
        raise WrongInput(shown, advice=advice)
    if not _NAMESPACE.fullmatch(name):
        raise WrongInput(f"{shown} — must match /^{PATTERN}$/", advice=advice)
    if name.endswith("."):
        raise WrongInput(f"{shown} — trailing dot or space not allowed", advice=advice)
    if _WINDOWS.fullmatch(name):
        raise WrongInput(f"{shown} — matches Windows reserved device name", advice=advice)
    return name


def is_namespace(name: str) -> bool:
    """Tell whether a folder name can be a plan's."""
    return bool(_NAMESPACE.fullmatch(name)) and not name.endswith(".") and not _WINDOWS.fullmatch(name)


class Folder:
    """An open namespace folder; everything in it is reached by descriptor, never by following a link."""

    def __init__(self, root: str, namespace: str) -> None:
        """Open the folder; raises PlanNotFound, FileRefused for links and files, StorageFailed."""
        self.root = root
        self.namespace = check_namespace(namespace)
        self.path = os.path.join(root, namespace)  # noqa: PTH118 - the command line avoids importing pathlib
        self.fd = self._open()
        self.lock_fd: int | None = None
        """Our own lock's file, while it is held and known: the writer's mark stands in it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.fd)

    def _open(self) -> int:
        try:
            return os.open(self.path, _FOLDER_FLAGS | os.O_NOFOLLOW)
        except FileNotFoundError:
            raise PlanNotFound(self.namespace) from None
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                return self._open_odd()
            raise storage_failed(error, "open", self.path) from error

    def _open_odd(self) -> int:
        """Deal with a namespace that is a link or a file, in the peers' words."""
        file = os.path.join(self.path, PLAN)  # noqa: PTH118
        if not os.path.islink(self.path):  # noqa: PTH114
            message = f"Plan path symlink rejected (ENOTDIR): {file}"
            raise FileRefused(message)
        real, root = os.path.realpath(self.path), os.path.realpath(self.root)
        if not os.path.exists(real):  # noqa: PTH110
            raise PlanNotFound(self.namespace)
        if not real.startswith(root + os.sep):
            message = f"Plan path escapes base directory via parent symlink: {file} (resolves to {real})"
            raise FileRefused(message)
        other = os.path.basename(real)  # noqa: PTH119
        message = f'Plan namespace mismatch on read: expected "{self.namespace}", found "{other}"'
        raise FileRefused(message)

    def in_place(self) -> bool:
        """Tell whether this folder is still the one its path names (a delete moves it away)."""
        here = self.facts()
        try:
            there = os.stat(self.path, follow_symlinks=False)  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise storage_failed(error, "look at", self.path) from error
        return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)

    def stat(self, name: str) -> os.stat_result | None:
        """Look at a file without opening it; None when there is none."""
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise storage_failed(error, "look at", f"{self.path}/{name}") from error

    def facts(self) -> os.stat_result:
        """Look at the folder itself."""
        try:
            return os.fstat(self.fd)
        except OSError as error:
            raise storage_failed(error, "look at", self.path) from error

    def open(self, name: str, flags: int = _FILE_FLAGS, mode: int = 0o600) -> int | None:
        """Open a file here; None when there is none. Links are refused, for writing hard ones too."""
        try:
            fd = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=self.fd)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                message = f"Plan path symlink rejected (ELOOP): {self.path}/{name}"
                raise FileRefused(message) from None
            raise storage_failed(error, "open", f"{self.path}/{name}") from error
        if flags & (os.O_WRONLY | os.O_RDWR):
            self._refuse_shared(fd, name)
        return fd

    def _refuse_shared(self, fd: int, name: str) -> None:
        """Refuse to write into a file that has another name: it may be one of somebody else's."""
        path = f"{self.path}/{name}"
        try:
            names = os.fstat(fd).st_nlink
        except OSError as error:
            os.close(fd)
            raise storage_failed(error, "look at", path) from error
        if names > 1:
            os.close(fd)
            message = (
                f"{path} has another name elsewhere (a hard link): what is written here would stand there"
            )
            from shlex import quote  # noqa: PLC0415 - start-up time: it hardly ever happens

            advice = f"Make it a file of its own: cp -p {quote(path)} x && mv x {quote(path)}"
            raise FileRefused(message, advice=advice)

    def open_or_make(self, name: str, mode: int) -> int:
        """Open a file for reading and writing; a new one gets exactly this mode, whatever the umask says."""
        fd = self.open(name, os.O_RDWR)
        if fd is not None:
            return fd
        fd = self.open(name, os.O_RDWR | os.O_CREAT, mode)
        if fd is None:
            raise PlanNotFound(self.namespace)  # the folder was deleted under us
        try:
            os.fchmod(fd, mode)
            give_to_owner(fd, self.facts())
        except PermissionError:
            return fd  # another user of the group made it meanwhile
        except OSError as error:
            os.close(fd)
            raise storage_failed(error, "write", f"{self.path}/{name}") from error
        return fd

    def read(self, name: str, limit: int) -> tuple[bytes, os.stat_result] | None:
        """Read a whole regular file of at most ``limit`` bytes, with its stat; None when there is none."""
        fd = self.open(name)
        if fd is None:
            return None
        try:
            facts = os.fstat(fd)
            if not stat.S_ISREG(facts.st_mode):
                message = f"Plan path is not a regular file: {self.path}/{name}"
                raise FileRefused(message)
            data = _read_up_to(fd, limit + 1, expected=facts.st_size)
        except OSError as error:
            raise storage_failed(error, "read", f"{self.path}/{name}") from error
        finally:
            os.close(fd)
        if len(data) > limit:
            message = f"Plan file exceeds max size {limit} bytes (got {max(facts.st_size, len(data))})"
            raise FileRefused(message)
        return data, facts


def storage_failed(error: OSError, doing: str, path: str) -> StorageFailed:
    """Say in one sentence what the system refused."""
    why = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: "permission was denied",
        errno.EPERM: "permission was denied",
        errno.EIO: "the disk reported an error",
    }.get(error.errno or 0, os.strerror(error.errno) if error.errno else str(error))
    return StorageFailed(f"Could not {doing} {path}: {why}")


def give_to_owner(fd: int, like: os.stat_result) -> None:
    """Give what root makes to whose file, or folder, it stands for: the programs that use it run as them.

    A file that holds something is not new: it may be one of root's that was moved here.
    """
    made = os.fstat(fd)
    is_new = stat.S_ISDIR(made.st_mode) or made.st_size == 0
    if os.geteuid() == 0 and is_new and made.st_uid != like.st_uid:
        with suppress(PermissionError):
            os.fchown(fd, like.st_uid, like.st_gid)


def _read_up_to(fd: int, limit: int, *, expected: int) -> bytes:
    """Read a file; one that is as long as it was ``expected`` to be is not asked for more."""
    chunks: list[bytes] = []
    left = limit
    while left and (chunk := os.read(fd, min(left, max(expected + 1, _SMALL)))):
        if len(chunk) == expected and not chunks:
            return chunk
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)
