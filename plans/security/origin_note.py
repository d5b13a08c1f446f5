"""Where this home's board was opened last, so that `planboard login` prints a link that works; no Django."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from plans.security.home_owner import give_to_owner

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "origin"
_MODE: Final = 0o600


def note_origin(home: Path, origin: str) -> None:
    """Keep the board's address; a home that cannot be written only costs the note."""
    with suppress(OSError):
        draft = home / f".{FILE}-{os.getpid()}.tmp"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _MODE)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            give_to_owner(draft)
            file.write(origin)
        draft.replace(home / FILE)


def noted_origin(home: Path) -> str | None:
    """Give the address that was kept, None when there is none."""
    try:
        return (home / FILE).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None
