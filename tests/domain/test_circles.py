"""Which steps wait for a step, and by which way: what a step may not need, and why."""

from plans.domain.circles import way, ways_to


def test_where_two_ways_lead_to_a_step_the_shorter_one_is_told() -> None:
    users = {1: [2, 3], 2: [4], 3: [4, 5], 4: [5]}
    nexts = ways_to(1, users)
    assert way(5, nexts) == (5, 3, 1)
    assert way(4, nexts) == (4, 2, 1)


def test_a_step_that_waits_for_nothing_has_no_way() -> None:
    assert way(3, ways_to(1, {1: [2]})) == (3,)


def test_a_circle_that_is_there_already_is_walked_once() -> None:
    nexts = ways_to(1, {1: [2], 2: [3], 3: [1]})
    assert way(3, nexts) == (3, 2, 1)
