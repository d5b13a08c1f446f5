"""Whether the clock fits the files: what was written in the future was written by a wrong clock."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from plans.doctor.finding import advice, several, well
from plans.store.paths import JOURNAL, PLAN, SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

_SKEW_MS: Final = 2_000
_DO: Final = (
    "This machine's clock was wrong then or is wrong now, or another machine's is. "
    "Order never depends on clocks; ages and who counts as alive do."
)


def clock(place: Place) -> Iterator[Finding]:
    """Compare the clock with what files say of when they were written."""
    ahead = {name: age for name in place.own if (age := _ahead(place, name)) > _SKEW_MS}
    beats = _beats_ahead(place)
    command = "timedatectl status"
    if ahead:
        most = max(ahead.values()) / 1000
        message = f"files of {several(sorted(ahead))} are up to {most:,.0f} s newer than now"
        yield advice("clock", message, do=_DO, command=command)
    if beats > _SKEW_MS:
        message = f"a session's heartbeat is {beats / 1000:,.0f} s newer than now"
        yield advice("clock", message, do=_DO, command=command)
    if not ahead and beats <= _SKEW_MS:
        yield well("clock", "no file is newer than now")


def _ahead(place: Place, name: str) -> float:
    folder = f"{place.root}/{name}"
    return max((_newer(f"{folder}/{file}", place.now) for file in (PLAN, JOURNAL)), default=0.0)


def _beats_ahead(place: Place) -> float:
    folder = f"{place.root}/{SESSIONS}"
    with suppress(OSError):
        return max((_newer(f"{folder}/{name}", place.now) for name in os.listdir(folder)), default=0.0)  # noqa: PTH208
    return 0.0


def _newer(path: str, now: int) -> float:
    """Tell how many ms a file is newer than now; negative for what is older."""
    with suppress(OSError):
        return os.stat(path, follow_symlinks=False).st_mtime_ns / 1e6 - now  # noqa: PTH116
    return 0.0
