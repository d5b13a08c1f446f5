"""The last half hour of a session's heartbeats: one bit for each half minute in which one was heard."""

from __future__ import annotations

CELL_MS = 30_000
CELLS = 60
"""Half an hour; with its sign it is the longest row of bits that every database keeps as a number."""
LASTS_CELLS = 3
"""Heartbeats 90 s apart are still alive, so each one covers its own cell and the next two."""
_ALL = (1 << CELLS) - 1


def beaten(beats: int, *, before: int | None, at: int) -> int:
    """Add a heartbeat at ``at`` (ms); bit 0 of ``beats`` is the cell of ``before``, then that of ``at``.

    A time before the last one starts a new row: a clock was set back, and what was heard is no guide.
    """
    ahead = 0 if before is None else at // CELL_MS - before // CELL_MS
    if before is None or not 0 <= ahead < CELLS:
        return 1
    return ((beats << ahead) | 1) & _ALL


def heard(beats: int, *, at: int | None, now: int) -> list[tuple[int, int]]:
    """List the stretches of life in the last half hour, oldest first, as cells: 0 to 60, the end excluded."""
    if at is None:
        return []
    age = now // CELL_MS - at // CELL_MS
    cells = [CELLS - 1 - age - back for back in range(CELLS - 1, -1, -1) if beats >> back & 1]
    stretches: list[tuple[int, int]] = []
    for cell in cells:
        start, end = max(cell, 0), min(cell + LASTS_CELLS, CELLS)
        if start >= end:
            continue
        if stretches and stretches[-1][1] >= start:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches
