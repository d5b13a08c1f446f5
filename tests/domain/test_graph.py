"""What needs make of the steps, and the edges that are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.domain.errors import NeedsRefused
from plans.domain.graph import (
    Condition,
    check_needs,
    check_plan,
    condition,
    conditions,
    doomed_steps,
    is_ready,
    remaining_waves,
    topological,
    waves,
)
from plans.domain.plan import Plan
from plans.domain.step import Status, Step
from tests.domain.cast import all_but, plan_of, work

P = Status.PENDING


def chain(*statuses: Status) -> Plan:
    """Make a plan in which each step needs the one before it."""
    return plan_of(*(work(n, status, *range(n - 1, 0, -1)[:1]) for n, status in enumerate(statuses, start=1)))


class TestConditions:
    def test_a_step_without_needs_is_ready(self) -> None:
        assert conditions(plan_of(work())) == {1: Condition.READY}

    def test_needs_that_are_completed_do_not_count(self) -> None:
        plan = chain(Status.COMPLETED, P, P)
        assert conditions(plan) == {2: Condition.READY, 3: Condition.WAITING}
        assert [is_ready(plan, step) for step in plan.steps] == [False, True, False]

    @pytest.mark.parametrize("lost", [Status.FAILED, Status.CANCELLED])
    def test_a_lost_need_dooms_all_that_wait_for_it(self, lost: Status) -> None:
        assert conditions(chain(lost, P, P)) == {2: Condition.DOOMED, 3: Condition.DOOMED}

    def test_a_removed_need_dooms_too(self) -> None:
        plan = replace(plan_of(work(2, P, 1), work(3, P, 2)), removed=(1,))
        assert doomed_steps(plan) == {2, 3}

    @pytest.mark.parametrize(
        "status", [Status.IN_PROGRESS, Status.BLOCKED, Status.IN_REVIEW, Status.COMPLETED]
    )
    def test_doom_stops_at_a_step_that_went_on_all_the_same(self, status: Status) -> None:
        plan = chain(Status.FAILED, status, P)
        assert doomed_steps(plan) == frozenset()

    def test_doom_reaches_a_step_once_though_it_comes_by_two_ways(self) -> None:
        plan = plan_of(work(1, Status.FAILED), work(2, P, 1), work(3, P, 1), work(4, P, 2, 3))
        assert doomed_steps(plan) == {2, 3, 4}

    @pytest.mark.parametrize("status", all_but(P))
    def test_only_a_pending_step_has_one(self, status: Status) -> None:
        step = work(1, status)
        assert condition(plan_of(step), step) is None


class TestWaves:
    def test_a_wave_is_the_longest_way_from_a_step_without_needs(self) -> None:
        plan = plan_of(work(4, P, 3, 1), work(1), work(2, P, 1), work(3, P, 2))
        assert waves(plan) == {1: 0, 2: 1, 3: 2, 4: 3}
        assert topological(plan) == [1, 2, 3, 4]

    def test_a_removed_need_counts_for_nothing(self) -> None:
        assert waves(replace(plan_of(work(2, P, 1)), removed=(1,))) == {2: 0}

    def test_only_open_steps_remain(self) -> None:
        plan = plan_of(work(1, Status.COMPLETED), work(3, P, 2), work(2, P, 1), work(4, P, 1))
        assert remaining_waves(plan) == [[2, 4], [3]]
        assert remaining_waves(plan_of()) == []


class TestRefusedEdges:
    def test_repeats_are_dropped(self) -> None:
        assert check_needs(plan_of(work(1), work(2), work(3)), 1, (3, 2, 3)) == (3, 2)

    def test_a_step_never_needs_itself(self) -> None:
        with pytest.raises(NeedsRefused, match="Step 1 cannot need itself") as refused:
            check_needs(plan_of(work(1)), 1, (1,))
        assert refused.value.facts() == {"edge": [1, 1]}

    def test_an_unknown_step_is_never_needed(self) -> None:
        with pytest.raises(NeedsRefused, match="there is no such step") as refused:
            check_needs(plan_of(work(1)), 1, (7,))
        assert refused.value.edge == (1, 7)

    def test_a_removed_step_stays_needed_but_is_not_needed_anew(self) -> None:
        plan = replace(plan_of(work(2, P, 1), work(3)), removed=(1,))
        assert check_needs(plan, 2, (1, 3)) == (1, 3)
        with pytest.raises(NeedsRefused):
            check_needs(plan, 3, (1,))

    def test_a_long_way_round_is_a_circle_too(self) -> None:
        with pytest.raises(NeedsRefused, match="step 4 already waits for step 1") as refused:
            check_needs(chain(P, P, P, P), 1, (4,))
        assert refused.value.edge == (1, 4)

    def test_many_needs_are_looked_at_in_one_walk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Red where each is walked from by itself: a step that needs a thousand would take a minute."""
        plan = plan_of(*(work(n, P, *range(max(1, n - 3), n)) for n in range(1, 301)), work(301))
        looked, real = [], Plan.step

        def step(self: Plan, number: int) -> Step:
            looked.append(number)
            return real(self, number)

        monkeypatch.setattr(Plan, "step", step)
        assert len(check_needs(plan, 301, tuple(range(1, 301)))) == 300
        assert len(looked) < 1_000


class TestWholePlan:
    @pytest.mark.parametrize(
        "plan", [plan_of(), chain(P, P, P), replace(plan_of(work(2, P, 1)), removed=(1,))]
    )
    def test_sound_needs_are_taken(self, plan: Plan) -> None:
        check_plan(plan)

    def test_a_need_of_itself_is_named(self) -> None:
        with pytest.raises(NeedsRefused, match="Step 2 cannot need itself") as refused:
            check_plan(plan_of(work(1), work(2, P, 1, 2)))
        assert refused.value.edge == (2, 2)

    def test_an_unknown_need_is_named(self) -> None:
        with pytest.raises(NeedsRefused, match="Step 2 cannot need step 7: there is no such step") as refused:
            check_plan(plan_of(work(1), work(2, P, 1, 7)))
        assert refused.value.edge == (2, 7)

    def test_the_named_edge_is_part_of_the_circle(self) -> None:
        behind = work(1, P, 2)
        plan = plan_of(behind, work(2, P, 5, 4), work(3, P, 2), work(4, P, 3), work(5))
        with pytest.raises(NeedsRefused, match="they would wait for each other") as refused:
            check_plan(plan)
        assert refused.value.edge in {(2, 4), (3, 2), (4, 3)}


EDGES = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=9)


@given(EDGES)
def test_adding_edges_one_by_one_refuses_exactly_what_the_whole_plan_refuses(
    edges: list[tuple[int, int]],
) -> None:
    plan = plan_of(*(work(number) for number in range(1, 7)))
    for number, need in edges:
        step = plan.step(number)
        trial = plan.with_step(replace(step, needs=tuple(dict.fromkeys((*step.needs, need)))))
        if refused_edge(trial) is None:
            plan = trial
            check_needs(plan, number, plan.step(number).needs)
            continue
        with pytest.raises(NeedsRefused) as refused:
            check_needs(plan, number, trial.step(number).needs)
        assert refused.value.edge == (number, need)


def refused_edge(plan: Plan) -> tuple[int, int] | None:
    try:
        check_plan(plan)
    except NeedsRefused as refused:
        return refused.edge
    return None


@given(EDGES)
def test_a_whole_plan_is_refused_for_an_edge_it_has(edges: list[tuple[int, int]]) -> None:
    needs: dict[int, list[int]] = {number: [] for number in range(1, 7)}
    for number, need in dict.fromkeys(edges):
        needs[number].append(need)
    plan = plan_of(*(work(number, P, *its) for number, its in needs.items()))
    edge = refused_edge(plan)
    if edge is None:
        assert len(topological(plan)) == len(plan.steps)
        return
    number, need = edge
    assert need in needs[number]
    assert leads_to(needs, need, number)


def leads_to(needs: dict[int, list[int]], start: int, goal: int) -> bool:
    seen, queue = {start}, [start]
    while queue:
        fresh = [n for n in needs[queue.pop()] if n not in seen]
        seen.update(fresh)
        queue.extend(fresh)
    return goal in seen
