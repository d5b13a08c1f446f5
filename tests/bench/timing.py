"""Interleaved measuring: a floor and ours in turn, medians, and the ratio of the two."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table: medians, and what is allowed."""

    name: str
    floor_name: str
    floor: float
    ours: float
    must: float
    """The ratio (or, without a floor, the value) that must be reached."""
    unit: str = "ms"
    is_held: bool = True
    """Whether it must be reached; else it is only told (docs/decisions/file-to-dom.md)."""

    @property
    def ratio(self) -> float:
        return self.ours / self.floor if self.floor else self.ours

    @property
    def verdict(self) -> str:
        if self.ratio <= self.must:
            return "within"
        return "OVER" if self.is_held else "over, known"

    @property
    def is_missed(self) -> bool:
        return self.is_held and self.ratio > self.must


def timed(deed: Callable[[], object]) -> float:
    """Run something once; gives ms."""
    began = time.perf_counter()
    deed()
    return (time.perf_counter() - began) * 1000


def interleaved(
    floor: Callable[[], object],
    ours: Callable[[], object],
    *,
    rounds: int,
    warm_up: int = 3,
    after: Callable[[], object] = lambda: None,
) -> tuple[float, float]:
    """Run floor and ours in turn; gives both medians, ms. ``after`` tidies up, unmeasured."""
    pairs = []
    for _ in range(warm_up + rounds):
        pairs.append((timed(floor), timed(ours)))
        after()
    del pairs[:warm_up]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def table(figures: list[Figure]) -> str:
    """Write the figures as text."""
    rows = [("what", "floor", "ours", "ratio", "must reach", "")]
    rows += [
        (
            figure.name,
            f"{figure.floor:.2f} {figure.unit}" if figure.floor else "–",
            f"{figure.ours:.2f} {figure.unit}" if figure.unit else f"{figure.ours:,.0f}",
            f"{figure.ratio:.2f}x" if figure.floor else "–",
            f"≤ {figure.must:.3g}x" if figure.floor else f"≤ {figure.must:,.0f} {figure.unit}",
            figure.verdict,
        )
        for figure in figures
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
