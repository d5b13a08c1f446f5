"""Why a step may not need another: the way from the one to the other, which the new edge would close."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def ways_to(number: int, users: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Tell for every step that waits for this one, directly or not, through which of its needs it does.

    ``users`` maps a step to those that need it. The ways are the shortest there are. O(steps + needs).
    """
    nexts: dict[int, int] = {}
    reached = [number]
    for at in reached:  # grows while it is walked: a queue
        for user in users.get(at, ()):
            if user not in nexts and user != number:
                nexts[user] = at
                reached.append(user)
    return nexts


def way(start: int, nexts: Mapping[int, int]) -> tuple[int, ...]:
    """Walk from a step to the one that ``nexts`` leads to; only the start itself where it leads nowhere."""
    walked = [start]
    while walked[-1] in nexts:
        walked.append(nexts[walked[-1]])
    return tuple(walked)
