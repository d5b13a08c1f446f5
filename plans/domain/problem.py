"""What is wrong with a plan's files, as whoever looked at them tells everybody who shows the plan."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Trouble(StrEnum):
    """Why a plan's files cannot be taken as they are."""

    UNREADABLE = "unreadable"
    MISSING = "missing"
    EMPTIED = "emptied"
    DAMAGED = "damaged"
    GONE = "gone"
    """Its whole folder is not there any more."""
    NOT_COPIED = "not_copied"
    """Its files may be sound; what the board makes of them fails."""


class Problem(Struct, frozen=True, kw_only=True):
    """What is wrong, in one sentence, and where; what is shown meanwhile is the last good version."""

    kind: str
    """A ``Trouble``, or the code of the refusal that whoever looked was given."""
    message: str
    line: int | None = None
    """Where it is, from 1, if it is a place in a file."""
    column: int | None = None
    excerpt: str = ""
    before: tuple[str, ...] = ()
    """The lines above that one."""
    after: tuple[str, ...] = ()
    file: str = ""
    """What is wrong, where it is not plan.json: another program's file, or its list."""
