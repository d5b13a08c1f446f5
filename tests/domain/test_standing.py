"""What is derived of steps: columns, conditions, waves, and that keeping it up equals deriving it anew."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.domain.graph import Condition, conditions, waves
from plans.domain.picture import Picture, after, changed_standings, in_columns, picture_of, repaint, with_plan
from plans.domain.plan import Plan
from plans.domain.standing import Column, stand, standings
from plans.domain.step import Kind, Status, Step


def plan_of(*steps: Step) -> Plan:
    return Plan(namespace="payments.ledger", epoch="e", steps=steps, next_number=len(steps) + 1)


def step(number: int, status: Status = Status.PENDING, *needs: int, kind: Kind = Kind.WORK) -> Step:
    return Step(number=number, title=f"step {number}", status=status, needs=needs, kind=kind)


def test_every_status_has_its_column() -> None:
    plan = plan_of(*(step(index, status) for index, status in enumerate(Status, start=1)))
    columns = {plan.step(number).status: standing.column for number, standing in stand(plan).items()}
    assert columns == {
        Status.PENDING: Column.TODO,
        Status.IN_PROGRESS: Column.RUN,
        Status.BLOCKED: Column.ASK,
        Status.IN_REVIEW: Column.ASK,
        Status.FAILED: Column.ASK,
        Status.COMPLETED: Column.DONE,
        Status.CANCELLED: Column.DONE,
    }


def test_a_gate_needs_a_person_only_once_its_needs_are_completed() -> None:
    work = step(1, Status.IN_PROGRESS)
    gate = step(2, Status.PENDING, 1, kind=Kind.GATE)
    assert stand(plan_of(work, gate))[2].column is Column.TODO
    finished = replace(work, status=Status.COMPLETED)
    assert stand(plan_of(finished, gate))[2].column is Column.ASK


def test_to_do_shows_ready_steps_before_waiting_ones_in_plan_order() -> None:
    plan = plan_of(step(1, Status.PENDING, 2), step(2), step(3, Status.PENDING, 2), step(4))
    picture = picture_of(plan)
    assert in_columns(picture)[Column.TODO] == [2, 4, 1, 3]
    assert [after(picture, number) for number in (2, 4, 1, 3)] == [None, 2, 4, 1]


def test_what_a_lost_need_dooms_is_doomed_at_once() -> None:
    picture = picture_of(plan_of(step(1), step(2, Status.PENDING, 1), step(3, Status.PENDING, 2)))
    failed = picture.plan.with_step(step(1, Status.FAILED))
    later = with_plan(picture, failed, [1])
    assert [later.standings[number].condition for number in (2, 3)] == [Condition.DOOMED, Condition.DOOMED]
    assert later.counts == {Column.TODO: 2, Column.RUN: 0, Column.ASK: 1, Column.DONE: 0}


def test_needs_in_a_circle_do_not_hang_the_board() -> None:
    circle = plan_of(step(1, Status.PENDING, 2), step(2, Status.PENDING, 1), step(3, Status.PENDING, 2))
    picture = with_plan(picture_of(circle), circle, [1])
    assert set(picture.standings) == {1, 2, 3}


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    numbers = draw(st.lists(st.integers(1, 9), unique=True, min_size=1))
    steps = []
    for number in numbers:
        needs = draw(st.lists(st.sampled_from([n for n in range(10) if n < number]), unique=True, max_size=3))
        steps.append(
            step(
                number,
                draw(st.sampled_from(Status)),
                *(n for n in needs if n),
                kind=draw(st.sampled_from(Kind)),
            )
        )
    return plan_of(*steps)


def differing(before: Plan, now: Plan) -> list[int]:
    numbers = [*before.positions, *now.positions]
    old, new = ({item.number: item for item in plan.steps} for plan in (before, now))
    return [number for number in dict.fromkeys(numbers) if old.get(number) != new.get(number)]


@given(plans(), plans())
def test_keeping_up_with_a_change_equals_deriving_everything_again(before: Plan, now: Plan) -> None:
    kept_up = repaint(picture_of(before), now, differing(before, now))
    assert kept_up.picture == picture_of(now)
    derived = changed_standings(picture_of(before).standings, picture_of(now).standings)
    assert set(kept_up.touched) == {*differing(before, now), *derived}


@given(plans())
def test_derived_facts_agree_with_the_graph(plan: Plan) -> None:
    standings = stand(plan)
    assert {n: s.condition for n, s in standings.items() if s.condition} == conditions(plan)
    assert {number: standing.wave for number, standing in standings.items()} == waves(plan)


@given(plans())
def test_each_card_stands_below_the_one_before_it(plan: Plan) -> None:
    picture = picture_of(plan)
    assert_order(picture)
    assert changed_standings(picture.standings, dict(picture.standings)) == []


def assert_order(picture: Picture) -> None:
    for column, numbers in in_columns(picture).items():
        assert picture.counts[column] == len(numbers)
        assert [after(picture, number) for number in numbers] == [None, *numbers][: len(numbers)]


def test_what_was_derived_is_kept_with_the_plan_and_not_with_a_changed_one() -> None:
    plan = plan_of(step(1), step(2, Status.PENDING, 1))

    known = standings(plan)

    assert known == stand(plan)
    assert standings(plan) is known
    changed = plan.with_step(replace(plan.step(1), status=Status.COMPLETED))
    assert standings(changed) == stand(changed) != known
    assert plan == replace(plan)
