"""Where a value stands in a JSON text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.actions.json_places import line_and_column, offset_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def paths(value: object) -> list[tuple[str | int, ...]]:
    """List the way to every value within."""
    pairs: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    return [()] + [(name, *rest) for name, child in pairs for rest in paths(child)]


@given(VALUES, st.sampled_from([None, 1]))
def test_every_value_is_found_where_it_begins(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    for path in paths(value):
        meant = value
        for name in path:
            meant = meant[name]  # type: ignore[index]
        found, _ = json.JSONDecoder().raw_decode(text, offset_of(text, path))
        assert found == meant


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["a", "none"], (1, 7)),
        (["none"], (1, 1)),
        ([0], (1, 1)),
        (["a", "b", 3], (2, 6)),
        (["a", "b", "c"], (2, 6)),
    ],
)
def test_a_way_that_leads_nowhere_is_followed_as_far_as_it_goes(
    path: list[str | int], place: tuple[int, int]
) -> None:
    text = '{"a": {\n"b": [1, 2]}}'
    assert line_and_column(text, offset_of(text, path)) == place
