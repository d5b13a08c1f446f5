"""How lines of a text are named that a plan cannot keep: those that are neither heading nor step nor note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED: Final = 5
"""Lines that are named; of more only their number is told."""
_SHOWN: Final = 120
"""Letters shown of a line."""


def named(lost: Sequence[tuple[int, str]]) -> list[str]:
    """Name lines, each with its number (from 1), in words that are still to be cleaned."""
    said = [
        f"line {number} is no step, heading or note and was left out: {line.strip()[:_SHOWN]}"
        for number, line in lost[:_NAMED]
    ]
    more = len(lost) - len(said)
    return [*said, *([f"{more} more such line{'s were' if more > 1 else ' was'} left out"] if more else [])]
