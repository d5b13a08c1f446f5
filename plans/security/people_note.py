"""How a board hears that somebody's account was changed at the terminal: a file's time; no Django here.

Requests look at the database each time. Sockets are open for hours and look again when they are told to, or
after a minute; between two processes without Redis nothing but this file tells them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from plans.security.home_owner import give_to_owner

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "people_changed"
_MODE: Final = 0o600


def note_change(home: Path) -> None:
    """Say that accounts changed; a home that cannot be written costs a minute."""
    with suppress(OSError):
        descriptor = os.open(home / FILE, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, _MODE)
        os.close(descriptor)
        give_to_owner(home / FILE)
        os.utime(home / FILE, follow_symlinks=False)


def last_change(home: Path) -> int:
    """Give when accounts changed last, in ns; 0 for never."""
    try:
        return os.lstat(home / FILE).st_mtime_ns
    except OSError:
        return 0
