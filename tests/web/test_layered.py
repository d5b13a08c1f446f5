"""The laws of a drawing, for any graph."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from plans.web.layered import SIZES, Layout, layout
from plans.web.settling import rising

if TYPE_CHECKING:
    from plans.web.layered import Edge, Node

type Graph = tuple[tuple[Node, ...], tuple[Edge, ...]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a graph without circles: an edge goes from a node to one further on in the list."""
    nodes = draw(st.lists(st.integers(-50, 200), unique=True, max_size=28))
    pairs = list(combinations(nodes, 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=60)) if pairs else []
    shuffled = draw(st.permutations(nodes))
    return tuple(shuffled), tuple(edges)


@st.composite
def tangles(draw: st.DrawFn) -> Graph:
    """Draw a graph that may have circles, as the needs of a damaged file."""
    nodes = draw(st.lists(st.integers(1, 40), unique=True, min_size=2, max_size=12))
    ends = st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)).filter(lambda edge: edge[0] != edge[1])
    return tuple(nodes), tuple(draw(st.lists(ends, unique=True, max_size=30)))


def boxes(drawn: Layout) -> list[tuple[int, int, int, int]]:
    return [(spot.x, spot.y, spot.x + SIZES.width, spot.y + SIZES.height) for spot in drawn.spots.values()]


@given(graphs())
def test_every_node_and_every_edge_is_drawn(graph: Graph) -> None:
    nodes, edges = graph
    drawn = layout(nodes, edges)
    assert set(drawn.spots) == set(nodes)
    assert set(drawn.edges) == set(edges)


@given(graphs())
def test_an_edge_starts_and_ends_at_its_nodes_and_goes_right(graph: Graph) -> None:
    drawn = layout(*graph)
    for (start, end), points in drawn.edges.items():
        left, right = drawn.spots[start], drawn.spots[end]
        assert left.layer < right.layer
        assert points[0] == (left.x + SIZES.width, left.y + SIZES.height // 2)
        assert points[-1] == (right.x, right.y + SIZES.height // 2)
        assert all(here[0] < there[0] for here, there in pairwise(points))


@given(graphs())
def test_no_edge_crosses_a_node(graph: Graph) -> None:
    drawn = layout(*graph)
    for points in drawn.edges.values():
        for at, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
            bends = at % 2 == 0
            assert bends or y1 == y2
            for left, top, right, bottom in boxes(drawn):
                beside = x2 <= left or right <= x1
                # A bend keeps between its ends, so what is beside them is beside it.
                assert beside if bends else beside or not top < y1 < bottom


@given(graphs())
def test_no_two_nodes_touch_and_all_lie_on_the_sheet(graph: Graph) -> None:
    drawn = layout(*graph)
    for one, other in combinations(boxes(drawn), 2):
        assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
    for left, top, right, bottom in boxes(drawn):
        assert left >= SIZES.pad <= top
        assert right <= drawn.width
        assert bottom <= drawn.height
    for points in drawn.edges.values():
        assert all(0 <= y <= drawn.height for _, y in points)


@given(graphs())
def test_lanes_of_different_nodes_never_run_into_each_other(graph: Graph) -> None:
    drawn = layout(*graph)
    lanes: dict[tuple[int, int], int] = {}
    for (start, _), points in drawn.edges.items():
        for x, y in points[1:-1:2]:
            assert lanes.setdefault((x, y), start) == start


@given(graphs())
def test_the_same_graph_is_drawn_the_same(graph: Graph) -> None:
    layout.cache_clear()
    first = layout(*graph)
    layout.cache_clear()
    assert layout(*graph) == first


@given(graphs())
def test_a_layer_is_the_longest_way_to_a_node_that_needs_something(graph: Graph) -> None:
    nodes, edges = graph
    layer = {node: spot.layer for node, spot in layout(nodes, edges).spots.items()}
    for node in nodes:
        before = [layer[start] for start, end in edges if end == node]
        after = [layer[end] for start, end in edges if start == node]
        if before:
            assert layer[node] >= max(before) + 1
        elif after:
            assert layer[node] == min(after) - 1


@given(tangles())
def test_a_circle_is_drawn_without_the_edges_that_would_go_back(graph: Graph) -> None:
    nodes, edges = graph
    drawn = layout(nodes, edges)
    assert set(drawn.spots) == set(nodes)
    assert set(drawn.edges) <= set(edges)
    assert all(drawn.spots[start].layer < drawn.spots[end].layer for start, end in drawn.edges)


@given(st.lists(st.floats(-1e6, 1e6)))
def test_wishes_are_met_as_far_as_the_order_lets_them(wishes: list[float]) -> None:
    found = rising(wishes)
    assert len(found) == len(wishes)
    assert all(one <= other + 1e-6 for one, other in pairwise(found))
    if sorted(wishes) == wishes:
        assert found == wishes


def test_what_is_tied_to_nothing_stands_in_rows() -> None:
    drawn = layout(tuple(range(1, 41)), ())
    assert len({spot.layer for spot in drawn.spots.values()}) == 6
    assert drawn.height < 41 * SIZES.height / 3


def test_an_edge_over_many_layers_keeps_to_its_lane() -> None:
    chain = tuple((at, at + 1) for at in range(1, 6))
    points = layout((1, 2, 3, 4, 5, 6), (*chain, (1, 6))).edges[1, 6]
    assert len(points) == 10


def test_nothing_is_an_empty_sheet() -> None:
    drawn = layout((), ())
    assert not drawn.spots
    assert not drawn.edges


def test_two_lines_that_need_not_cross_do_not() -> None:
    drawn = layout((1, 2, 3, 4, 5), ((1, 4), (2, 3), (1, 5)))
    down = sorted(drawn.spots, key=lambda node: drawn.spots[node].y)
    assert (down.index(1) < down.index(2)) == (down.index(4) < down.index(3))
    assert (down.index(1) < down.index(2)) == (down.index(5) < down.index(3))
