import pytest

from plans.domain.actor import person
from plans.domain.picture import in_columns, picture_of
from plans.domain.plan import Plan
from plans.domain.standing import Column
from plans.domain.step import Status, Step
from plans.domain.verbs.shaping import move
from plans.web.moving import place_for

READY_1, DONE_2, READY_3, WAITING_4, READY_5, WAITING_6 = (
    Step(number=1, title="a"),
    Step(number=2, title="b", status=Status.COMPLETED),
    Step(number=3, title="c"),
    Step(number=4, title="d", needs=(3,)),
    Step(number=5, title="e"),
    Step(number=6, title="f", needs=(3,)),
)
PLAN = Plan(
    namespace="n", epoch="e", steps=(READY_1, DONE_2, READY_3, WAITING_4, READY_5, WAITING_6), next_number=7
)


def shown_after(number: int, to: str) -> list[int]:
    after = place_for(picture_of(PLAN), number, to=to)
    return in_columns(picture_of(move(PLAN, number, by=person("ada"), after=after)))[Column.TODO]


@pytest.mark.parametrize(
    ("number", "to", "shown"),
    [
        (3, "up", [3, 1, 5, 4, 6]),
        (3, "down", [1, 5, 3, 4, 6]),
        (1, "last", [3, 5, 1, 4, 6]),
        (5, "first", [5, 1, 3, 4, 6]),
        (6, "up", [1, 3, 5, 6, 4]),
        (4, "down", [1, 3, 5, 6, 4]),
    ],
)
def test_a_step_moves_past_the_neighbour_that_is_seen(number: int, to: str, shown: list[int]) -> None:
    assert shown_after(number, to) == shown


@pytest.mark.parametrize(
    ("number", "to"), [(1, "up"), (1, "first"), (5, "down"), (5, "last"), (4, "up"), (6, "down"), (2, "up")]
)
def test_at_the_edge_of_its_group_a_step_stays(number: int, to: str) -> None:
    after = place_for(picture_of(PLAN), number, to=to)

    assert move(PLAN, number, by=person("ada"), after=after) == PLAN
