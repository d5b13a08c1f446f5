"""Whose the files of `<home>` are: what root makes there belongs to whom the folder belongs; no Django here.

A keeper types a command as root, and the board runs as another user: a private file of root's would be one
that the board can neither read nor write.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def give_to_owner(path: str | Path, *, is_new: bool = False) -> None:
    """Give a file or a folder to the owner of the folder it is in, where root runs this.

    A link, or a file that has other names, may be one of the machine's: it stays whose it is. So does what
    holds something already, for the owner may have moved it there; ``is_new``: it was not there before.
    Raises OSError where there is none.
    """
    if os.geteuid() != 0:
        return
    found = os.lstat(path)
    owner = os.stat(os.path.dirname(path))  # noqa: PTH116, PTH120 - the command line avoids importing pathlib
    is_made = stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and (is_new or found.st_size == 0)
    is_bare = stat.S_ISDIR(found.st_mode) and not os.listdir(path)  # noqa: PTH208
    if (is_made or is_bare) and found.st_uid != owner.st_uid:
        with suppress(PermissionError):  # root of a container has users whose files it cannot give
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
