"""The strip of a session's last half hour: a line where its heart was heard, bars where it changed a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.pulse import CELL_MS, CELLS, heard
from plans.web.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plans.domain.picture import Life

WIDTH = 148
_BAR = 3.4
_BARS = 30
_TOP = 12.0
_LEVEL = 14.5
_HEIGHTS = (4, 6, 9)
"""Of one change in a minute, of two, of more."""


class PulseView(msgspec.Struct, frozen=True, kw_only=True):
    """Three paths of an SVG that is 148 by 20; empty where there is nothing to draw."""

    beats: str
    silence: str
    bars: str
    said: str


def pulse_view(life: Life, bars: Mapping[int, int], *, now: int) -> PulseView:
    """Draw a session's strip; ``bars`` counts its changes by minute, 0 is the oldest of 30."""
    stretches = heard(life.beats, at=life.beat_at, now=now)
    born = max(_cell(life.started, now), 0) if life.started else 0
    start = min([born, *(begin for begin, _ in stretches[:1])])
    silence = _between(stretches, start=start) if life.beat_at is not None else []
    return PulseView(
        beats=_lines(stretches, gap=0),
        silence=_lines(silence, gap=1),
        bars="".join(_bar(minute, count) for minute, count in sorted(bars.items()) if 0 <= minute < _BARS),
        said=_said(sum(bars.values())),
    )


def _cell(at: int, now: int) -> int:
    return CELLS - 1 - (now // CELL_MS - at // CELL_MS)


def _between(stretches: Iterable[tuple[int, int]], *, start: int) -> list[tuple[int, int]]:
    """List what lies between the stretches, from ``start`` on."""
    gaps = []
    for begin, end in (*stretches, (CELLS, CELLS)):
        if begin > start:
            gaps.append((start, begin))
        start = max(start, end)
    return gaps


def _lines(cells: Iterable[tuple[int, int]], *, gap: int) -> str:
    scale = WIDTH / CELLS
    return "".join(f"M{start * scale + 2 * gap:g} {_LEVEL}H{end * scale - gap:g}" for start, end in cells)


def _bar(minute: int, count: int) -> str:
    height = _HEIGHTS[min(count, len(_HEIGHTS)) - 1]
    return f"M{minute * WIDTH / _BARS:.1f} {_TOP - height:g}h{_BAR}v{height}h-{_BAR}z"


def _said(changes: int) -> str:
    return f"{counted(changes, 'change')} in the last 30 minutes"
