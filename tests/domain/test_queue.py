"""The order of what needs a person: by what it holds up and how long it waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.domain.alike import alike
from plans.domain.picture import Life, picture_of
from plans.domain.plan import Plan, PlanState
from plans.domain.queue import (
    FIVE_MINUTES,
    STALE_IN_QUEUE,
    Ask,
    AskingPlan,
    Candidate,
    Reason,
    Waiting,
    asking_plan,
    queue,
    urgency,
)
from plans.domain.step import Kind, Request, RequestKind, Risk, Status, Step

MINUTE = 60_000
NOW = 100 * MINUTE


def asking(number: int, *, since: int = 0, text: str = "May I?", **fields: object) -> Step:
    kind, came_from = RequestKind.APPROVAL, Status.IN_PROGRESS
    request = Request(id=number, kind=kind, text=text, by="session:a", at=since, came_from=came_from)
    values = {"title": f"Step {number}", "status": Status.BLOCKED, "request": request} | fields
    return Step(number=number, **values)  # type: ignore[arg-type]


def asked_as(number: int, kind: RequestKind) -> Step:
    step = asking(number)
    assert step.request
    return replace(step, request=replace(step.request, kind=kind))


def plan_of(*steps: Step, namespace: str = "a.one") -> Plan:
    return Plan(namespace=namespace, epoch="e", revision=9, steps=steps)


def in_queue(*plans: Plan, lives: dict[str, Life] | None = None, busy: tuple[str, ...] = ()) -> list[Ask]:
    found = [asking_plan(picture_of(plan, lives=lives), now=NOW) for plan in plans]
    return queue(found, not_stopped=busy)


def numbers(asks: list[Ask]) -> list[int]:
    return [ask.step.number for ask in asks]


def waiting(number: int, *needs: int, owner: str | None = None) -> Step:
    return Step(number=number, title="", needs=needs, owner=owner)


def test_the_queue_holds_each_kind_and_says_why() -> None:
    lives = {"gone": Life(session="gone", liveness="stale", beat_at=NOW - STALE_IN_QUEUE)}
    plan = plan_of(
        asking(1),
        asked_as(2, RequestKind.INPUT),
        asked_as(3, RequestKind.PROBLEM),
        replace(asking(4), status=Status.IN_REVIEW, request=None),
        Step(number=5, title="", kind=Kind.GATE),
        Step(number=6, title="", status=Status.FAILED),
        Step(number=7, title="", status=Status.IN_PROGRESS, owner="gone"),
        Step(number=8, title="", status=Status.BLOCKED),
        Step(number=9, title="", status=Status.IN_PROGRESS, owner="at work"),
        Step(number=10, title="", status=Status.COMPLETED),
        waiting(11, 9),
        Step(number=12, title=""),
    )
    found = {ask.step.number: ask.reason for ask in in_queue(plan, lives=lives)}
    assert found == {
        1: Reason.APPROVAL,
        2: Reason.INPUT,
        3: Reason.PROBLEM,
        4: Reason.REVIEW,
        5: Reason.GATE,
        6: Reason.FAILED,
        7: Reason.STALE,
        8: Reason.PROBLEM,
    }


def test_an_owner_is_given_ten_minutes_of_silence() -> None:
    lives = {"gone": Life(session="gone", liveness="stale", beat_at=NOW - STALE_IN_QUEUE + 1)}
    plan = plan_of(Step(number=1, title="", status=Status.IN_PROGRESS, owner="gone"))
    assert in_queue(plan, lives=lives) == []
    assert in_queue(plan, lives={"gone": replace(lives["gone"], liveness="live", beat_at=0)}) == []


def test_an_owner_who_fell_silent_before_the_clock_was_set_back_is_given_ten_minutes_too() -> None:
    """Red where a heartbeat from the future has just come: a day may pass before anybody is told."""
    plan = plan_of(Step(number=1, title="", status=Status.IN_PROGRESS, owner="gone"))
    gone = Life(session="gone", liveness="stale", beat_at=NOW + STALE_IN_QUEUE - 1)
    assert in_queue(plan, lives={"gone": gone}) == []
    (ask,) = in_queue(plan, lives={"gone": replace(gone, beat_at=NOW + STALE_IN_QUEUE)})
    assert ask.reason is Reason.STALE


def test_a_plan_that_is_put_aside_needs_nobody() -> None:
    assert in_queue(replace(plan_of(asking(1)), archived=True)) == []
    assert in_queue(replace(plan_of(asking(1)), stored_state=PlanState.ABORTED)) == []


def test_what_holds_up_more_steps_comes_first() -> None:
    plan = plan_of(asking(1), asking(2), waiting(3, 2), waiting(4, 3))
    first, second = in_queue(plan)
    assert (first.step.number, first.behind) == (2, 2)
    assert (second.step.number, second.behind) == (1, 0)


def test_a_step_behind_by_two_ways_counts_once_and_a_circle_ends() -> None:
    diamond = plan_of(asking(1), waiting(2, 1), waiting(3, 1), waiting(4, 2, 3))
    assert in_queue(diamond)[0].behind == 3
    circle = plan_of(asking(1), waiting(2, 1, 3), waiting(3, 2))
    assert in_queue(circle)[0].behind == 2


def test_work_that_goes_on_all_the_same_is_not_held_up() -> None:
    plan = plan_of(asking(1), replace(waiting(2, 1), status=Status.IN_PROGRESS), waiting(3, 2))
    assert in_queue(plan)[0].behind == 0


def test_a_stopped_session_weighs_three_steps() -> None:
    stops = plan_of(asking(1, owner="abc"), namespace="a.one")
    holds = plan_of(asking(2), waiting(3, 2), waiting(4, 2), waiting(5, 2), namespace="b.two")
    first, second = in_queue(stops, holds)
    assert urgency(first, now=NOW) == urgency(second, now=NOW)
    assert (first.stopped, second.behind) == (1, 3)


def test_a_session_with_other_work_is_not_stopped_and_one_that_is_named_twice_counts_once() -> None:
    plan = plan_of(asking(1, owner="abc"), waiting(2, 1, owner="abc"), waiting(3, 1, owner="def"))
    assert in_queue(plan)[0].stopped == 2
    assert in_queue(plan, busy=("abc",))[0].stopped == 1


def test_five_minutes_weigh_one_step_and_ties_go_by_age() -> None:
    older = plan_of(asking(1, since=0))
    holding = plan_of(asking(2, since=FIVE_MINUTES), waiting(3, 2), namespace="b.two")
    assert numbers(in_queue(holding, older)) == [1, 2]
    younger = plan_of(asking(1, since=1))
    assert numbers(in_queue(holding, younger)) == [2, 1]


def bare_plan(namespace: str, *, since: int = 0) -> AskingPlan:
    return AskingPlan(
        namespace=namespace,
        title="",
        group="",
        revision=1,
        writable=True,
        candidates=(Candidate(step=asking(1), since=since),),
        waiting=(Waiting(2, None, (1,)),),
    )


asks = st.builds(
    Ask,
    plan=st.builds(bare_plan, st.sampled_from("abc")),
    step=st.builds(Step, number=st.integers(1, 5), title=st.just("")),
    reason=st.sampled_from(Reason),
    since=st.integers(0, NOW),
    behind=st.integers(0, 20),
    stopped=st.integers(0, 5),
)


@given(st.lists(asks, min_size=2, max_size=6), st.integers(0, 10 * NOW))
def test_the_order_never_changes_by_waiting(found: list[Ask], later: int) -> None:
    now = sorted(found, key=lambda ask: -urgency(ask, now=NOW))
    assert now == sorted(found, key=lambda ask: -urgency(ask, now=NOW + later))


@given(asks, st.integers(1, 9))
def test_more_of_anything_is_more_urgent(ask: Ask, more: int) -> None:
    for grown in (
        replace(ask, behind=ask.behind + more),
        replace(ask, stopped=ask.stopped + more),
        replace(ask, since=ask.since - more),
    ):
        assert urgency(grown, now=NOW) > urgency(ask, now=NOW)


@given(st.permutations(range(6)), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_the_order_does_not_depend_on_who_was_read_first(order: list[int], since: list[int]) -> None:
    plans = [bare_plan(f"plan.{at}", since=since[at]) for at in range(6)]
    assert queue(plans) == queue(plans[at] for at in order)
    assert len(queue(plans)) == 6


class TestAlike:
    def test_the_same_words_of_the_same_kind_and_risk_are_one_question(self) -> None:
        one = plan_of(asking(1), asking(2), asking(3, text="Other?"))
        two = plan_of(asking(1), asking(2, risk=Risk.PRODUCTION), namespace="b.two")
        groups = [[ask.key for ask in group] for group in alike(in_queue(one, two))]
        assert groups == [[("a.one", 1), ("a.one", 2), ("b.two", 1)], [("a.one", 3)], [("b.two", 2)]]

    def test_gates_reviews_and_failures_stand_alone(self) -> None:
        plan = plan_of(
            *(Step(number=n, title="", kind=Kind.GATE) for n in (1, 2)),
            *(Step(number=n, title="", status=Status.FAILED) for n in (3, 4)),
            *(replace(asked_as(n, RequestKind.REVIEW), status=Status.IN_REVIEW) for n in (5, 6)),
        )
        assert [len(group) for group in alike(in_queue(plan))] == [1] * 6
