"""When a delivery is tried again: four times, each after four times as long, over about an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DELAYS: Final = (40_000, 160_000, 640_000, 2_560_000)
"""Milliseconds after each try."""
_JITTER: Final = 0.2


def next_try(
    tries: int, *, now: int, chance: Callable[[], float], delays: Sequence[int] = DELAYS
) -> int | None:
    """Give when to try again after so many tries (ms), None when that was enough.

    ``chance`` gives 0 … 1: a receiver that was away is not met by everything at once.
    """
    if tries > len(delays):
        return None
    return now + int(delays[tries - 1] * (1 + _JITTER * (2 * chance() - 1)))
