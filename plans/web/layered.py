"""Where the nodes and edges of a graph stand: layers from left to right, and lanes for edges that pass by.

Layers by longest path; an edge over several layers has a dummy node in each one between, whose thin lane it
keeps to. Edges bend only in the gutters between layers, where no node is: so none ever crosses a node.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import msgspec

from plans.web.settling import Slots, ordered, placed

type Node = int
type Edge = tuple[Node, Node]

_LOOSE_COLUMNS = 6
"""What is tied to nothing stands in at least so many columns below the rest, not in one endless one."""


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """Measures in the units of the drawing."""

    width: int = 152
    height: int = 60
    gutter: int = 58
    """Between two layers: where edges bend."""
    gap: int = 22
    """Between two nodes of a layer."""
    lane: int = 16
    """For an edge that passes a layer."""
    pad: int = 20


class Spot(NamedTuple):
    """The left upper corner of a node, and its layer."""

    x: int
    y: int
    layer: int


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing. An edge bends from its first point to the second, runs straight to the third, and so on."""

    spots: dict[Node, Spot]
    edges: dict[Edge, tuple[tuple[int, int], ...]]
    """Of a circle, which only a damaged file can hold, one edge is missing."""
    width: int
    height: int


SIZES = Sizes()


@lru_cache(maxsize=64)
def layout(nodes: tuple[Node, ...], edges: tuple[Edge, ...], sizes: Sizes = SIZES) -> Layout:
    """Lay a graph out; the same graph is laid out the same. O(sweeps x (nodes + layers that edges span)).

    Kept for the graphs seen last: most changes of a plan are of what a node says, not of where it stands.
    """
    tied = {node for edge in edges for node in edge}
    kept, layer = _layers([node for node in nodes if node in tied], edges)
    slots, chains = _slots(layer, kept)
    rows = ordered(slots)
    half = {True: (sizes.height + sizes.gap) / 2, False: sizes.lane / 2}
    centres = placed(rows, slots, half=[half[slot < len(layer)] for slot in range(len(slots.layer))])
    found = _Drawing(sizes, slots.layer, centres, depth=len(rows))
    spots = {node: found.spot(slot) for slot, node in enumerate(layer)}
    spots |= _loose([node for node in nodes if node not in tied], below=found, sizes=sizes)
    return Layout(
        spots=spots,
        edges={edge: found.route(chain) for edge, chain in chains.items()},
        width=max((spot.x for spot in spots.values()), default=0) + sizes.width + sizes.pad,
        height=max((*(spot.y + sizes.height for spot in spots.values()), found.bottom)) + sizes.pad,
    )


def _layers(nodes: list[Node], edges: tuple[Edge, ...]) -> tuple[list[Edge], dict[Node, int]]:
    """Give each node its layer, and the edges that go to the right: all, unless some go in a circle."""
    after: dict[Node, list[Node]] = {node: [] for node in nodes}
    missing = dict.fromkeys(nodes, 0)
    for start, end in edges:
        after[start].append(end)
        missing[end] += 1
    layer = dict.fromkeys(nodes, 0)
    waiting = dict.fromkeys(nodes)
    while waiting:
        free = [node for node in waiting if not missing[node]] or [next(iter(waiting))]
        for node in free:  # grows while it is walked: a queue
            del waiting[node]
            for end in after[node]:
                missing[end] -= 1
                if end in waiting:
                    layer[end] = max(layer[end], layer[node] + 1)
                    free += [end] * (not missing[end])
    kept = [(start, end) for start, end in edges if layer[start] < layer[end]]
    return kept, _pulled(layer, kept)


def _pulled(layer: dict[Node, int], edges: list[Edge]) -> dict[Node, int]:
    """Move what needs nothing next to the first that needs it."""
    needing = {end for _, end in edges}
    nearest: dict[Node, int] = {}
    for start, end in edges:
        if start not in needing:
            nearest[start] = min(nearest.get(start, layer[end]), layer[end])
    return layer | {node: first - 1 for node, first in nearest.items()}


def _slots(layer: dict[Node, int], edges: list[Edge]) -> tuple[Slots, dict[Edge, list[int]]]:
    """Number the nodes and the dummies of long edges; edges of one node share these as long as they can."""
    slots = Slots(list(layer.values()))
    number = {node: slot for slot, node in enumerate(layer)}
    lanes: dict[tuple[Node, int], int] = {}
    chains: dict[Edge, list[int]] = {}
    for start, end in edges:
        chain = [number[start]]
        for passed in range(layer[start] + 1, layer[end]):
            if (start, passed) not in lanes:
                lanes[start, passed] = slots.add(passed)
            chain.append(lanes[start, passed])
        chain.append(number[end])
        slots.link(chain)
        chains[start, end] = chain
    return slots, chains


class _Drawing:
    """Turns layers and heights into points, the uppermost node at the padding."""

    def __init__(self, sizes: Sizes, layer: list[int], centres: list[float], *, depth: int) -> None:
        self._sizes, self._layer, self.depth = sizes, layer, depth
        reach = (sizes.height + sizes.gap) / 2
        low = min(centres, default=reach) - reach
        self._centres = [round(centre - low - sizes.gap / 2) + sizes.pad for centre in centres]
        self.bottom = max(self._centres, default=0) + (sizes.height // 2 if centres else 0)

    def spot(self, slot: int) -> Spot:
        layer = self._layer[slot]
        return Spot(self.left(layer), self._centres[slot] - self._sizes.height // 2, layer)

    def left(self, layer: int) -> int:
        return self._sizes.pad + layer * (self._sizes.width + self._sizes.gutter)

    def route(self, chain: list[int]) -> tuple[tuple[int, int], ...]:
        points: list[tuple[int, int]] = []
        for slot in chain:
            left, y = self.left(self._layer[slot]), self._centres[slot]
            points += [(left, y), (left + self._sizes.width, y)]
        return tuple(points[1:-1])


def _loose(nodes: list[Node], *, below: _Drawing, sizes: Sizes) -> dict[Node, Spot]:
    """Set what is tied to nothing in rows below the rest."""
    columns = max(_LOOSE_COLUMNS, below.depth)
    top = below.bottom + (2 * sizes.gap if below.depth else sizes.pad)
    return {
        node: Spot(below.left(at % columns), top + at // columns * (sizes.height + sizes.gap), at % columns)
        for at, node in enumerate(nodes)
    }
