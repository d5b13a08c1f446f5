"""Which format the files of `<home>` have: an older version must not misread what a newer one keeps."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from plans.domain.errors import PlanError
from plans.security.home_owner import give_to_owner

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "format"
FORMAT: Final = 1
"""Of keys, login codes and what is kept of other programs' lists. The database has migrations of its own."""
_LONGEST: Final = 9
"""Digits of a number that some version may have written; Python refuses to read one of thousands."""


class NewerHome(PlanError):
    """A later version of this program has used this home."""

    code = "newer_home"

    def __init__(self, home: Path, found: int) -> None:
        message = f"{home} was used by a newer version of Planboard (format {found}; this one knows {FORMAT})"
        super().__init__(message, advice="Update Planboard, or name another --home.")


def refuse_newer(home: Path) -> None:
    """Leave a home alone whose files may mean something else here. Raises NewerHome."""
    found = format_of(home)
    if found > FORMAT:
        raise NewerHome(home, found)


def settle_format(home: Path) -> None:
    """Refuse a newer home, and mark one that is older or new. Raises NewerHome."""
    refuse_newer(home)
    if format_of(home) < FORMAT:
        with suppress(OSError):  # a home that cannot be written is refused by what has to write there
            draft = home / f".{FILE}-{os.getpid()}.tmp"
            draft.unlink(missing_ok=True)
            with draft.open("x", encoding="ascii") as file:  # through no link that somebody put there
                give_to_owner(draft)
                file.write(f"{FORMAT}\n")
            draft.replace(home / FILE)


def format_of(home: Path) -> int:
    """Read the mark; 0 where there is none: the first versions made none."""
    try:
        written = (home / FILE).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return 0
    if not written.isdecimal():
        return 0
    return int(written) if len(written) <= _LONGEST else 10**_LONGEST
