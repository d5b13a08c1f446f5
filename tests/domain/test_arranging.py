"""Adding, ordering and removing steps, and who may change the shape of a plan at all."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import NeedsRefused, NotYours, StepNotFound, TooLarge
from plans.domain.limits import STEPS
from plans.domain.plan import Plan
from plans.domain.step import Kind, Review, Risk, Status, Step
from plans.domain.verbs.shaping import add, edit, move, remove
from tests.domain.cast import ABC, ANA, DEF, NOW, order, plan_of, saved, work


class TestAdd:
    @pytest.mark.parametrize("by", [ABC, ANA])
    def test_a_step_comes_last_with_the_next_number_and_its_author(self, by: Actor) -> None:
        plan = add(plan_of(work(3)), by=by, at=NOW, title="  Write\n docs ")
        assert order(plan) == [3, 4]
        assert plan.step(4) == Step(number=4, title="Write docs", created_by=str(by), created_at=NOW)
        assert plan.next_number == 5

    def test_a_step_may_stand_behind_another_one(self) -> None:
        assert order(add(plan_of(work(1), work(2)), by=ANA, at=NOW, title="c", after=1)) == [1, 3, 2]

    def test_adding_in_the_middle_touches_no_other_step(self) -> None:
        plan = plan_of(work(1), work(2), work(3))
        grown = saved(plan, add(plan, by=ANA, at=NOW, title="d", after=1))
        assert order(grown) == [1, 4, 2, 3]
        assert [grown.step(number).revision for number in (1, 4, 2, 3)] == [9, 11, 9, 9]

    def test_a_number_is_never_used_again(self) -> None:
        plan = plan_of(work(1), work(2))
        plan = saved(plan, remove(plan, 2, by=ANA))
        assert order(add(plan, by=ANA, at=NOW, title="c")) == [1, 3]

    def test_all_details_are_kept(self) -> None:
        plan = add(
            plan_of(work(1)),
            by=ABC,
            at=NOW,
            title="Check",
            kind=Kind.GATE,
            notes="a\r\nb",
            needs=(1, 1),
            phase="Go  live",
            review=Review.REQUIRED,
            risk=Risk.PRODUCTION,
            critical=True,
            extra={"timeout": 5, "nothing": None},
        )
        assert plan.step(2) == Step(
            number=2,
            title="Check",
            kind=Kind.GATE,
            notes="a\nb",
            needs=(1,),
            phase="Go live",
            review=Review.REQUIRED,
            risk=Risk.PRODUCTION,
            critical=True,
            extra={"timeout": 5},
            created_by="session:session-abc",
            created_at=NOW,
        )

    def test_what_it_stands_behind_must_exist(self) -> None:
        with pytest.raises(StepNotFound):
            add(plan_of(), by=ANA, at=NOW, title="a", after=7)

    def test_unknown_and_own_needs_are_refused(self) -> None:
        for need in (1, 7):
            with pytest.raises(NeedsRefused) as refused:
                add(plan_of(), by=ANA, at=NOW, title="a", needs=(need,))
            assert refused.value.facts() == {"edge": [1, need]}

    def test_a_plan_is_full_at_its_limit(self) -> None:
        full = plan_of(*(Step(number=number, title="a") for number in range(1, STEPS + 1)))
        with pytest.raises(TooLarge, match="A plan holds at most 5,000 steps"):
            add(full, by=ANA, at=NOW, title="b")


class TestMove:
    @pytest.mark.parametrize(
        ("number", "after", "expected"),
        [(3, None, [3, 1, 2]), (1, 3, [2, 3, 1]), (1, 2, [2, 1, 3]), (3, 1, [1, 3, 2]), (2, 1, [1, 2, 3])],
    )
    def test_a_step_goes_right_behind_another_or_first(
        self, number: int, after: int | None, expected: list[int]
    ) -> None:
        plan = plan_of(work(1), work(2), work(3))
        assert order(move(plan, number, by=ANA, after=after)) == expected

    @pytest.mark.parametrize(("number", "after"), [(1, None), (2, 1), (2, 2)])
    def test_where_it_stands_already_changes_nothing(self, number: int, after: int | None) -> None:
        plan = plan_of(work(1), work(2))
        assert move(plan, number, by=ANA, after=after) is plan

    def test_an_unknown_neighbour_is_not_found(self) -> None:
        with pytest.raises(StepNotFound, match="There is no step 7"):
            move(plan_of(work(1)), 1, by=ANA, after=7)


class TestRemove:
    def test_a_step_leaves_a_tombstone_that_counts_as_cancelled(self) -> None:
        plan = remove(plan_of(work(1), work(2, Status.PENDING, 1)), 1, by=ANA)
        assert (order(plan), plan.removed) == ([2], (1,))
        assert plan.status_of(1) is Status.CANCELLED

    @pytest.mark.parametrize("by", [ABC, ANA])
    def test_its_owner_and_a_person_may(self, by: Actor) -> None:
        assert remove(plan_of(work(1, Status.IN_PROGRESS)), 1, by=by).steps == ()


SHAPING: list[Callable[[Plan, Actor], Plan]] = [
    lambda plan, by: edit(plan, 1, by=by, title="New"),
    lambda plan, by: move(plan, 1, by=by, after=2),
    lambda plan, by: remove(plan, 1, by=by),
]


@pytest.mark.parametrize("verb", SHAPING, ids=["edit", "move", "remove"])
class TestWhoShapes:
    @pytest.mark.parametrize(
        ("owner", "created_by", "by", "allowed"),
        [
            (None, "person:ben", ANA, True),
            (ABC, "", ABC, True),
            (ABC, str(DEF), DEF, False),
            (None, str(ABC), ABC, True),
            (None, str(ANA), ABC, False),
            (None, "person:session-abc", ABC, False),
            (None, "file", FILE, False),
            (None, "", FILE, False),
        ],
    )
    def test_people_and_owners_and_makers_of_what_nobody_owns(
        self,
        verb: Callable[[Plan, Actor], Plan],
        owner: Actor | None,
        created_by: str,
        by: Actor,
        *,
        allowed: bool,
    ) -> None:
        plan = plan_of(replace(work(owner=owner), created_by=created_by), work(2))
        if allowed:
            assert verb(plan, by) != plan
            return
        with pytest.raises(NotYours):
            verb(plan, by)

    def test_an_unknown_step_is_not_found(self, verb: Callable[[Plan, Actor], Plan]) -> None:
        with pytest.raises(StepNotFound):
            verb(plan_of(work(2)), ANA)
