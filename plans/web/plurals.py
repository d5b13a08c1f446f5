"""How many of something there are, in words."""

from __future__ import annotations


def counted(count: int, one: str, *, many: str = "") -> str:
    """Say “1 step” or “12 steps”; ``many`` where an s is not enough."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
