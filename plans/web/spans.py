"""Stretches of time: which one a timeline shows, where a moment stands in it, how long something took."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SPANS = {"15m": 15 * MINUTE, "1h": HOUR, "6h": 6 * HOUR, "1d": DAY, "7d": 7 * DAY}
"""By the word that an address says, how much a timeline can show (ms); what else it says is everything."""
ALL = "all"
_USUAL = "1d"
"""What is shown of a plan that is older than that."""
LEAST = 2 * SECOND
"""What a plan lasts at least, so that one that has just begun fills the picture as well."""
_TICKS = (
    *(SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND),
    *(
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        7 * DAY,
    ),
)
_MOST_TICKS = 10
_WHOLE = 100.0


class Extent(NamedTuple):
    """From when to when something lasted (ms)."""

    start: int
    end: int


class Window(NamedTuple):
    """The stretch that a timeline shows; ``earlier`` and ``later`` lie in its neighbours."""

    start: int
    end: int
    span: str
    earlier: int | None
    later: int | None

    def at(self, moment: int) -> float:
        """Place a moment, in percent of the width."""
        share = (moment - self.start) / (self.end - self.start)
        return round(_WHOLE * min(max(share, 0.0), 1.0), 2)

    def shows(self, extent: Extent) -> bool:
        """Tell whether any of it can be seen."""
        return extent.end >= self.start and extent.start <= self.end

    @property
    def apart(self) -> int:
        """Tell how far apart the times are that are marked (ms)."""
        length = self.end - self.start
        usual = next((tick for tick in _TICKS if length / tick <= _MOST_TICKS), None)
        return usual or -(-length // (_MOST_TICKS * DAY)) * DAY

    def ticks(self) -> Iterator[int]:
        """Give the round times that are marked."""
        first = -(-self.start // self.apart) * self.apart
        yield from range(first, self.end + 1, self.apart)


def window_of(extent: Extent, *, span: str, around: int) -> Window:
    """Choose what to show of a plan's whole extent, so that a moment is in it.

    Windows follow each other by halves: while somebody goes from moment to moment the picture stands still.
    """
    whole = Extent(extent.start, max(extent.end, extent.start + LEAST))
    span = span if span in {*SPANS, ALL} else _fitting(whole)
    length = SPANS.get(span, 0)
    if span == ALL or length >= whole.end - whole.start:
        margin = (whole.end - whole.start) // 50
        return Window(whole.start - margin, whole.end + margin, span, None, None)
    half = length // 2
    halves = -(-(min(max(around, whole.start), whole.end) - whole.start) // half)
    end = min(whole.start + max(halves + 1, 2) * half, whole.end + length // 25)
    start = end - length
    return Window(
        start,
        end,
        span,
        earlier=start if start > whole.start else None,
        later=end if end < whole.end else None,
    )


def closer(extent: Extent, window: Window) -> str:
    """Name the narrowest span that shows all of it and less than the window does, if there is one."""
    length = extent.end - extent.start
    fitting = [word for word, ms in SPANS.items() if length < ms < window.end - window.start]
    return fitting[0] if fitting else next(iter(SPANS))


def lasting(ms: int) -> str:
    """Say how long something took, in the two largest units: ``2 h 5 m``."""
    if ms < MINUTE:
        return f"{max(0, ms) // SECOND} s"
    for unit, name, part, part_name in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "m")):
        if ms >= unit:
            rest = ms % unit // part
            return f"{ms // unit} {name}{f' {rest} {part_name}' if rest else ''}"
    return f"{ms // MINUTE} m"


def _fitting(whole: Extent) -> str:
    return ALL if whole.end - whole.start <= SPANS[_USUAL] else _USUAL
