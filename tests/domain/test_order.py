"""The fewest moves from one order to another, and what one move does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.order import moves, place

ORDERS = st.lists(st.integers(1, 40), unique=True, max_size=12)


def applied(before: list[int], steps: tuple[tuple[int, int | None], ...]) -> list[int]:
    order = list(before)
    for number, after in steps:
        place(order, number, after)
    return order


@given(st.data())
def test_the_moves_lead_from_one_order_to_the_other(data: st.DataObject) -> None:
    before = data.draw(ORDERS)
    after = data.draw(st.permutations(before))
    assert applied(before, moves(before, after)) == after


@given(st.data())
def test_one_moved_step_is_one_move_of_that_step(data: st.DataObject) -> None:
    before = data.draw(ORDERS.filter(len))
    number = data.draw(st.sampled_from(before))
    after = [other for other in before if other != number]
    index = data.draw(st.integers(0, len(after)))
    after.insert(index, number)
    expected = () if after == before else ((number, after[index - 1] if index else None),)
    assert moves(before, after, likely=number) == expected


@given(st.data())
def test_a_wrong_guess_of_what_moved_does_no_harm(data: st.DataObject) -> None:
    before = data.draw(ORDERS)
    after = data.draw(st.permutations(before))
    assert applied(before, moves(before, after, likely=data.draw(st.integers(1, 40)))) == after


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [], ()),
        ([1, 2, 3], [1, 2, 3], ()),
        ([1, 2, 3], [3, 1, 2], ((3, None),)),
        ([1, 2, 3], [2, 3, 1], ((1, 3),)),
        ([1, 2, 3, 4, 5], [1, 5, 2, 3, 4], ((5, 1),)),
    ],
)
def test_what_stays_in_order_is_not_moved(
    before: list[int], after: list[int], expected: tuple[tuple[int, int | None], ...]
) -> None:
    assert moves(before, after) == expected


def test_behind_a_vanished_step_it_stays_where_it_is() -> None:
    assert applied([1, 2, 3], ((3, 7),)) == [1, 2, 3]
