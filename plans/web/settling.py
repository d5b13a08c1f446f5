"""In which order the slots of a layer stand, and how high: near their neighbours, never over each other."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ORDER_SWEEPS = 4
_SWAP_SWEEPS = 3
_HEIGHT_SWEEPS = 12


class Slots:
    """The nodes of a layered graph and the dummies of its long edges, all as consecutive numbers."""

    def __init__(self, layer: list[int]) -> None:
        self.layer = layer
        self.before: list[list[int]] = [[] for _ in layer]
        """For each slot, its neighbours in the layer to the left."""
        self.after: list[list[int]] = [[] for _ in layer]

    def add(self, layer: int) -> int:
        """Add a dummy."""
        self.layer.append(layer)
        self.before.append([])
        self.after.append([])
        return len(self.layer) - 1

    def link(self, chain: list[int]) -> None:
        """Tie slots of neighbouring layers to each other."""
        for left, right in pairwise(chain):
            if right not in self.after[left]:
                self.after[left].append(right)
                self.before[right].append(left)


type Rows = list[list[int]]


def ordered(slots: Slots) -> Rows:
    """Order each layer by where its neighbours stand (barycentre), then swap where fewer lines cross so."""
    rows: Rows = [[] for _ in range(max(slots.layer, default=-1) + 1)]
    for slot, layer in enumerate(slots.layer):
        rows[layer].append(slot)
    at = [0] * len(slots.layer)
    for row in rows:
        _number(row, at)
    for sweep in range(_ORDER_SWEEPS):
        near = slots.after if sweep % 2 else slots.before
        for row in reversed(rows) if sweep % 2 else rows:
            wishes = {slot: _mean(near[slot], at, at[slot]) for slot in row}
            row.sort(key=wishes.__getitem__)
            _number(row, at)
    _untangle(rows, slots, at)
    return rows


def placed(rows: Rows, slots: Slots, *, half: list[float]) -> list[float]:
    """Give each slot the height of its centre: as near to its neighbours as the order and ``half`` let it."""
    offsets = [_stacked([half[slot] for slot in row]) for row in rows]
    centres = [0.0] * len(slots.layer)
    for row, offset in zip(rows, offsets, strict=True):
        middle = (offset[0] + offset[-1]) / 2
        for slot, down in zip(row, offset, strict=True):
            centres[slot] = down - middle
    both = list(zip(rows, offsets, strict=True))
    for sweep in range(_HEIGHT_SWEEPS):
        first, then = (slots.after, slots.before) if sweep % 2 else (slots.before, slots.after)
        for row, offset in reversed(both) if sweep % 2 else both:
            wishes = [
                _mean(first[slot] or then[slot], centres, centres[slot]) - down
                for slot, down in zip(row, offset, strict=True)
            ]
            for slot, down, start in zip(row, offset, rising(wishes), strict=True):
                centres[slot] = start + down
    return centres


def rising(wishes: list[float]) -> list[float]:
    """Change numbers as little as possible (least squares) so that none is below the one before it."""
    blocks: list[tuple[float, int]] = []
    for wish in wishes:
        total, count = wish, 1
        while blocks and blocks[-1][0] * count > total * blocks[-1][1]:
            before, many = blocks.pop()
            total, count = total + before, count + many
        blocks.append((total, count))
    return [total / count for total, count in blocks for _ in range(count)]


def _number(row: list[int], at: list[int]) -> None:
    for index, slot in enumerate(row):
        at[slot] = index


def _untangle(rows: Rows, slots: Slots, at: list[int]) -> None:
    """Swap neighbours of a layer whose lines cross less the other way round, while there are any."""
    for _ in range(_SWAP_SWEEPS):
        swaps = sum(_swap(row, slots, at) for row in rows)
        if not swaps:
            return


def _swap(row: list[int], slots: Slots, at: list[int]) -> int:
    """Swap in one layer; ``at`` follows. Gives how many were swapped."""
    swaps = 0
    for index in range(len(row) - 1):
        above, below = row[index], row[index + 1]
        crossing = sum(_crossing(near[above], near[below], at) for near in (slots.before, slots.after))
        if crossing > 0:
            row[index], row[index + 1] = below, above
            at[above], at[below] = at[below], at[above]
            swaps += 1
    return swaps


def _crossing(above: list[int], below: list[int], at: list[int]) -> int:
    """Count where lines to these neighbours cross, less where they would the other way round."""
    found = 0
    for one in above:
        here = at[one]
        for other in below:
            there = at[other]
            found += (here > there) - (here < there)
    return found


def _mean(near: list[int], at: Sequence[float], alone: float) -> float:
    return sum([at[slot] for slot in near]) / len(near) if near else alone


def _stacked(halves: list[float]) -> list[float]:
    """Give the centres of boxes that stand one below the other."""
    ends = accumulate(2 * half for half in halves)
    return [end - half for end, half in zip(ends, halves, strict=True)]
