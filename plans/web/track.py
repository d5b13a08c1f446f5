"""The track as its template sees it: steps by dependency, from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from plans.domain.chain import longest_chain
from plans.web.addresses import as_seen, track_url
from plans.web.edges import EdgeView, edge_views
from plans.web.folding import Graph, graph
from plans.web.layered import SIZES, Layout, layout
from plans.web.matching import matching_steps
from plans.web.nodes import NodeView, Tied, stack_node, step_node
from plans.web.titles import title_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from plans.domain.picture import Picture

_MAPS = ((285, 96), (140, 220))
"""Width and height of the small map, of wide drawings and of tall ones."""
_LIVE = frozenset({"asking", "blocked", "running"})
_REM = 16


class ShapeView(msgspec.Struct, frozen=True, kw_only=True):
    """All nodes of one look on the small map, as one path."""

    look: str
    d: str


class WaveLink(msgspec.Struct, frozen=True, kw_only=True):
    """An unfolded wave, and where it is folded again."""

    name: str
    href: str


class TrackView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole drawing, its small map and its legend."""

    width: int
    height: int
    rem_width: float
    """In rem, so that the drawing grows with the text."""
    rem_height: float
    edges: tuple[EdgeView, ...]
    nodes: tuple[NodeView, ...]
    map_width: int
    map_height: int
    shapes: tuple[ShapeView, ...]
    first: str
    """The id of the node that the page shows first: where the plan lives, or what was chosen."""
    chain: int
    """Steps in the longest chain that is left."""
    chain_end: str
    unfolded: str
    """The keys of the waves that are unfolded, as addresses name them."""
    links: tuple[WaveLink, ...]
    is_at_wave_level: bool
    steps: int
    matching: int


class Asked(NamedTuple):
    """What the page's address asks for."""

    query: str = ""
    unfolded: tuple[int, ...] = ()
    """The keys of waves."""
    chosen: int = 0
    """The step that is open beside the drawing."""


def track_view(picture: Picture, asked: Asked) -> TrackView:
    """Draw a plan."""
    drawn = graph(picture, unfolded=asked.unfolded, shown=asked.chosen)
    sheet = layout(drawn.nodes, drawn.edges)
    matching = matching_steps(picture, asked.query)
    chain = longest_chain(picture.plan)
    nodes = tuple(_nodes(picture, drawn, sheet, asked=asked, matching=matching))
    scale = max(min(width / sheet.width, height / sheet.height) for width, height in _MAPS)
    return TrackView(
        width=sheet.width,
        height=sheet.height,
        rem_width=sheet.width / _REM,
        rem_height=sheet.height / _REM,
        edges=edge_views(picture, drawn, sheet.edges, chain=chain),
        nodes=nodes,
        map_width=round(sheet.width * scale),
        map_height=round(sheet.height * scale),
        shapes=tuple(_shapes(nodes)),
        first=_first(nodes),
        chain=len(chain),
        chain_end=title_in(picture.plan, chain[-1]) if chain else "",
        unfolded=",".join(str(wave.key) for wave in drawn.waves if wave.is_unfolded),
        links=tuple(_links(picture, drawn, asked)),
        is_at_wave_level=drawn.is_at_wave_level,
        steps=len(picture.plan.steps),
        matching=len(matching),
    )


def _nodes(
    picture: Picture, drawn: Graph, sheet: Layout, *, asked: Asked, matching: Collection[int]
) -> Iterator[NodeView]:
    before, after = _neighbours(sheet)
    wave_of = {number: wave for wave in drawn.waves for number in wave.numbers}
    bright = {drawn.node_of[number] for number in matching}
    open_keys = [wave.key for wave in drawn.waves if wave.is_unfolded]
    for node in drawn.nodes:
        tied = Tied(spot=sheet.spots[node], before=before.get(node, ()), after=after.get(node, ()))
        if node > 0:
            href = _url(picture, asked.query, open_keys, step=node)
            made = step_node(picture, node, tied, href=href, wave=wave_of[node])
        else:
            href = _url(picture, asked.query, [*open_keys, -node])
            made = stack_node(picture, wave_of[-node], tied, href=f"{href}#node{node}")
        yield replace(made, is_dim=node not in bright, is_chosen=node == asked.chosen)


def _url(picture: Picture, query: str, unfolded: Sequence[int], *, step: int = 0) -> str:
    keys = ",".join(map(str, sorted(unfolded)))
    return as_seen(picture, track_url(picture.plan.namespace, q=query, unfold=keys, step=step))


def _neighbours(sheet: Layout) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
    before: dict[int, tuple[int, ...]] = {}
    after: dict[int, tuple[int, ...]] = {}
    for start, end in sheet.edges:
        after[start] = (*after.get(start, ()), end)
        before[end] = (*before.get(end, ()), start)
    return before, after


def _shapes(nodes: Sequence[NodeView]) -> Iterator[ShapeView]:
    for look in sorted({node.look for node in nodes}):
        spots = [node for node in nodes if node.look == look]
        box = f"h{SIZES.width}v{SIZES.height}h-{SIZES.width}z"
        yield ShapeView(look=look, d="".join(f"M{node.x} {node.y}{box}" for node in spots))


def _first(nodes: Sequence[NodeView]) -> str:
    """Name the node to look at first: the chosen one, else the first where somebody is at work or needed."""
    for wanted in (
        [node for node in nodes if node.is_chosen],
        [node for node in nodes if node.look in _LIVE and (node.before or node.after)],
        [node for node in nodes if node.look in _LIVE],
        [node for node in nodes if node.look == "ready"],
        nodes,
    ):
        if wanted:
            return min(wanted, key=lambda node: (node.x, node.y)).id
    return ""


def _links(picture: Picture, drawn: Graph, asked: Asked) -> Iterator[WaveLink]:
    keys = [wave.key for wave in drawn.waves if wave.is_unfolded]
    for wave in drawn.waves:
        if wave.is_unfolded:
            others = [key for key in keys if key != wave.key]
            yield WaveLink(name=wave.name, href=_url(picture, asked.query, others))
