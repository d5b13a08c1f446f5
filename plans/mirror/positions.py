"""Where rows stand: sparse numbers, so that a moved step changes no row but its own."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from plans.domain.order import moves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GAP = 1 << 32
"""Between neighbours at first: the same place can be halved 32 times before everybody moves once."""


def placed(order: Sequence[int], known: Mapping[int, int]) -> dict[int, int]:
    """Give every number in ``order`` a position, keeping as many of the known ones as possible."""
    if len(order) == len(known) and all(a == b for a, b in zip(order, known, strict=True)):
        return dict(known)
    here = set(order)
    kept = [number for number in sorted(known, key=known.__getitem__) if number in here]
    moved = {number for number, _ in moves(kept, [number for number in order if number in known])}
    steady = {number: known[number] for number in kept if number not in moved}
    return _fill(order, steady) or {number: index * GAP for index, number in enumerate(order)}


def _fill(order: Sequence[int], steady: Mapping[int, int]) -> dict[int, int] | None:
    """Place the others between their steady neighbours; None when a gap is used up."""
    positions: dict[int, int] = {}
    run: list[int] = []
    left: int | None = None
    for number in order:
        if number not in steady:
            run.append(number)
            continue
        positions |= _spread(run, left, steady[number])
        positions[number] = left = steady[number]
        run = []
    positions |= _spread(run, left, None)
    return positions if all(a < b for a, b in pairwise(positions.values())) else None


def _spread(run: Sequence[int], left: int | None, right: int | None) -> dict[int, int]:
    """Spread numbers evenly between two positions, or outwards where there is no neighbour."""
    if right is None:
        start = 0 if left is None else left + GAP
        return {number: start + index * GAP for index, number in enumerate(run)}
    if left is None:
        return {number: right - (len(run) - index) * GAP for index, number in enumerate(run)}
    width = (right - left) // (len(run) + 1)
    return {number: left + (index + 1) * width for index, number in enumerate(run)}
