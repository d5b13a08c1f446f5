"""Renames that overwrite nothing unseen: two names swapped, or a name taken only where nobody has it.

Linux has them (renameat2); where the system or the file system has not, an ordinary rename or link must do.
"""

from __future__ import annotations

import errno
import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NO_REPLACE, _EXCHANGE = 1, 2
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.EPERM})
"""The system is too old, the file system has it not, or a sandbox forbids it."""


def swap(folder: int, one: str, other: str) -> bool:
    """Let two files of a folder change names in one step; False where that cannot be. Raises OSError."""
    return _renamed(folder, one, other, how=_EXCHANGE)


def place(folder: int, draft: str, name: str) -> None:
    """Give a draft its name, unless somebody has it: then FileExistsError. Raises OSError."""
    if not _renamed(folder, draft, name, how=_NO_REPLACE):
        os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.unlink(draft, dir_fd=folder)


def _renamed(folder: int, one: str, other: str, *, how: int) -> bool:
    rename = _system()
    if rename is None:
        return False
    number = rename(folder, one.encode(), other.encode(), how)
    if number in _CANNOT:
        return False
    if number:
        raise OSError(number, os.strerror(number), other)
    return True


@cache
def _system() -> Callable[[int, bytes, bytes, int], int] | None:
    """Find the system's function; it gives the errno, 0 when all went well."""
    import ctypes  # noqa: PLC0415 - who only reads need not wait for it

    try:
        found = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    found.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)

    def rename(folder: int, one: bytes, other: bytes, how: int) -> int:  # noqa: PLR0917 - as C has it
        return ctypes.get_errno() if found(folder, one, folder, other, how) else 0

    return rename
