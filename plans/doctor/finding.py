"""One thing that was looked at: whether it is well, what it means, and the command that changes it."""

from __future__ import annotations

from enum import StrEnum
from shlex import quote as quoted
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN: Final = 3
"""How many names a sentence lists before it counts the rest."""


class Level(StrEnum):
    """How bad it is; only what is broken makes the command fail."""

    WELL = "ok"
    ADVICE = "advice"
    """The board works, and would work better."""
    BROKEN = "broken"
    """Something is not seen, not saved or not safe until it is changed."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; ``command`` can be copied into a shell, and is empty where none helps."""

    topic: str
    level: Level
    message: str
    advice: str = ""
    command: str = ""


def well(topic: str, message: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(topic=topic, level=Level.WELL, message=message)


def advice(topic: str, message: str, *, do: str, command: str = "") -> Finding:
    """Say what would be better."""
    return Finding(topic=topic, level=Level.ADVICE, message=message, advice=do, command=command)


def broken(topic: str, message: str, *, do: str, command: str = "") -> Finding:
    """Say what does not work."""
    return Finding(topic=topic, level=Level.BROKEN, message=message, advice=do, command=command)


def shell(*words: str) -> str:
    """Write a command whose words survive the shell."""
    return " ".join(quoted(word) for word in words)


def several(names: Sequence[str]) -> str:
    """List the first names and count the others."""
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def counted(number: int, thing: str) -> str:
    """Count things of a regular plural."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
