"""The lines of the track as SVG paths: who waits for whom."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from plans.domain.step import Status
from plans.web.nodes import node_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plans.domain.picture import Picture
    from plans.web.folding import Graph

type Points = Sequence[tuple[int, int]]


class EdgeView(msgspec.Struct, frozen=True, kw_only=True):
    """A line from a step to one that waits for it."""

    id: str
    d: str
    look: str
    """``done``: nothing waits there any more; ``longest``: part of the longest chain left; or ``plain``."""


def edge_views(
    picture: Picture, drawn: Graph, lines: Mapping[tuple[int, int], Points], *, chain: Sequence[int]
) -> tuple[EdgeView, ...]:
    """Draw the lines; the heavy ones of the chain come last, so that they lie on top."""
    longest = set(pairwise(drawn.node_of[number] for number in chain))
    still = {drawn.node_of[s.number] for s in picture.plan.steps if s.status is not Status.COMPLETED}
    found = []
    for edge in sorted(lines, key=longest.__contains__):
        look = "longest" if edge in longest else "plain" if edge[0] in still else "done"
        ends = f"{node_id(edge[0])}-{node_id(edge[1])}"
        found.append(EdgeView(id=f"edge-{ends}", d=path(lines[edge]), look=look))
    return tuple(found)


def path(points: Points) -> str:
    """Write a line that bends from its first point to the second, runs straight to the third, and so on."""
    parts = [f"M{points[0][0]} {points[0][1]}"]
    for at in range(0, len(points) - 1, 2):
        (x1, y1), (x2, y2) = points[at], points[at + 1]
        middle = (x1 + x2) // 2
        parts.append(f"C{middle} {y1} {middle} {y2} {x2} {y2}")
        if at + 2 < len(points):
            parts.append(f"H{points[at + 2][0]}")
    return "".join(parts)
