"""Sparse positions: the order of rows, and how few of them a change touches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plans.mirror.positions import GAP, placed

orders = st.lists(st.integers(1, 30), unique=True)


def changed(before: dict[int, int], now: dict[int, int]) -> set[int]:
    return {number for number in now if now[number] != before.get(number)}


def test_a_moved_step_changes_only_its_own_position() -> None:
    before = placed([1, 2, 3, 4, 5], {})
    assert changed(before, placed([1, 4, 2, 3, 5], before)) == {4}
    assert changed(before, placed([5, 1, 2, 3, 4], before)) == {5}
    assert changed(before, placed([2, 3, 4, 5, 1], before)) == {1}


def test_new_steps_stand_where_they_belong_and_removed_ones_leave_a_gap() -> None:
    before = placed([1, 2, 3], {})
    now = placed([1, 8, 9, 3], before)
    assert changed(before, now) == {8, 9}
    assert sorted(now, key=now.__getitem__) == [1, 8, 9, 3]


def test_an_unchanged_order_changes_nothing() -> None:
    before = placed([3, 1, 2], {})
    assert placed([3, 1, 2], before) == before


def test_when_a_gap_is_used_up_everybody_moves_once() -> None:
    positions = placed([1, 2], {})
    for number in range(3, 60):
        order = sorted(positions, key=positions.__getitem__)
        order.insert(1, number)
        positions = placed(order, positions)
        assert sorted(positions, key=positions.__getitem__) == order
    assert max(positions.values()) <= 60 * GAP


@given(orders, orders)
def test_positions_always_say_the_order(before: list[int], now: list[int]) -> None:
    known = placed(before, {})
    positions = placed(now, known)
    assert sorted(positions, key=positions.__getitem__) == now
    assert len(set(positions.values())) == len(now)


@given(orders)
def test_the_order_comes_back_from_the_positions(order: list[int]) -> None:
    assert list(placed(order, {})) == order
