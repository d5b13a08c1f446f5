"""Heartbeat files on disk: their names, and reading and writing them without following links."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

FOLDER = ".sessions"
SUFFIX = ".json"
NAME_BYTES = 200
"""A quoted id longer than this is named by its sha256 instead: file systems allow 255 bytes."""
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Why nothing can be opened for a while."""
_LIMIT = 16 * 1024
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
_PRIVATE, _SHARED = 0o700, 0o070
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_DRAFT_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def file_name(session_id: str) -> str:
    """Name a session's file: the id percent-quoted, so that no id can name a path."""
    quoted = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in session_id.encode())
    if len(quoted) > NAME_BYTES:
        import hashlib  # noqa: PLC0415 - start-up time: hardly any id is so long

        quoted = hashlib.sha256(session_id.encode()).hexdigest()
    return quoted + SUFFIX


def id_of(name: str) -> str | None:
    """Read the id back from a file's name; None where the name holds none, or only a hash of it."""
    quoted = name.removesuffix(SUFFIX)
    head, *rest = quoted.encode(errors="replace").split(b"%")
    try:
        session_id = b"".join(
            (head, *(bytes.fromhex(part[:2].decode()) + part[2:] for part in rest))
        ).decode()
    except ValueError:
        return None
    return session_id if session_id and file_name(session_id) == name else None


def open_folder(root: str, *, create: bool) -> int:
    """Open the folder of heartbeats; the root itself is never made here. Raises OSError."""
    path = os.path.join(root, FOLDER)  # noqa: PTH118 - start-up time: no pathlib
    if create:
        with suppress(FileExistsError):
            os.mkdir(path, _PRIVATE)  # noqa: PTH102
            owner = os.stat(root)  # noqa: PTH116
            group = owner.st_mode & _SHARED
            os.chmod(path, _PRIVATE | (group if group == _SHARED else 0))  # noqa: PTH101
            made = os.open(path, _FOLDER_FLAGS)
            _give_to_owner(made, owner)
            return made
    return os.open(path, _FOLDER_FLAGS)


def read_file(folder: int, name: str) -> tuple[bytes, int] | None:
    """Give a regular file's bytes and its mtime in ms; None where there is no such file, or it is broken.

    Raises OSError where the process can open no file at all: that says nothing of this one.
    """
    try:
        fd = os.open(name, _READ_FLAGS, dir_fd=folder)
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise
        return None
    try:
        facts = os.fstat(fd)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _LIMIT:
            return None
        return os.read(fd, _LIMIT), facts.st_mtime_ns // 1_000_000
    except OSError:
        return None
    finally:
        os.close(fd)


def write_file(folder: int, name: str, data: bytes, *, at: int) -> None:
    """Put a file in place in one step, with ``at`` (ms) as its mtime. Raises OSError."""
    draft = f".beat-{os.urandom(6).hex()}.tmp"
    fd = os.open(draft, _DRAFT_FLAGS, 0o600, dir_fd=folder)
    try:
        try:
            owner = os.fstat(folder)
            os.fchmod(fd, 0o600 | owner.st_mode & 0o060)
            _give_to_owner(fd, owner)
            if os.write(fd, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.utime(fd, ns=(at * 1_000_000, at * 1_000_000))
        finally:
            os.close(fd)
        os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(draft, dir_fd=folder)
        raise


def touch_file(folder: int, name: str, *, at: int) -> None:
    """Set a file's mtime to ``at`` (ms). Raises OSError."""
    os.utime(name, ns=(at * 1_000_000, at * 1_000_000), dir_fd=folder, follow_symlinks=False)


def remove_file(folder: int, name: str) -> None:
    """Remove a file; one that is gone already is fine. Raises OSError."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _give_to_owner(fd: int, owner: os.stat_result) -> None:
    """Give what root makes to whose the folder above is: the board, which reads it, runs as them."""
    if os.geteuid() == 0 and owner.st_uid != 0:
        with suppress(PermissionError):
            os.fchown(fd, owner.st_uid, owner.st_gid)
