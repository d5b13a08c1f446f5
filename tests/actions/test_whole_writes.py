"""Whole plans that are created and written over, at their full size and by the rules of each verb."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.actions.copying import duplicate_plan
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import add_steps, create_plan, write_plan
from plans.actions.shaping import remove_step
from plans.actions.working import claim_step
from plans.actions.writing import appended, filled, rewritten
from plans.domain.errors import (
    NeedsRefused,
    NotYours,
    PersonOnly,
    PlanError,
    StepNotFound,
    TooLarge,
    WrongInput,
)
from plans.domain.graph import check_plan
from plans.domain.limits import STEPS
from plans.domain.plan import Plan
from plans.domain.step import Kind, Progress, Status
from tests.actions.cast import ADA, NOW, PLAN, SCOUT, SMITH
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.actions.desk import Desk

SAME = (StepDraft(title="one"), StepDraft(title="two"), StepDraft(title="three"))
TITLES = st.sampled_from(["one", "two", "three", "four", "two"])
DRAFTS = st.lists(
    st.builds(
        StepDraft,
        title=TITLES,
        needs=st.lists(st.integers(1, 6), max_size=2).map(tuple),
        status=st.sampled_from(Status),
        kind=st.sampled_from(Kind),
    ),
    max_size=6,
)


def test_steps_that_need_later_ones_are_created(desk: Desk) -> None:
    steps = (StepDraft(title="last", needs=(2,)), StepDraft(title="first"))
    assert create_plan(desk, "new", sent=PlanDraft(steps=steps), by=ADA).plan.step(1).needs == (2,)


@pytest.mark.parametrize("needs", [(1,), (3,), (2,)])
def test_needs_that_cannot_be_are_refused(desk: Desk, needs: tuple[int, ...]) -> None:
    steps = (StepDraft(title="a", needs=needs), StepDraft(title="b", needs=(1,)))
    with pytest.raises(NeedsRefused):
        create_plan(desk, "new", sent=PlanDraft(steps=steps), by=ADA)


def test_writing_back_what_was_read_makes_no_revision(desk: Desk) -> None:
    changed = write_plan(desk, PLAN, sent=PlanDraft(title="Plan", steps=SAME), by=ADA, expected=1)
    assert (changed.line, changed.plan.revision) == (None, 1)


def test_equal_titles_are_matched_in_their_order(desk: Desk) -> None:
    twins = tuple(StepDraft(title="same", notes=str(n)) for n in range(3))
    create_plan(desk, "twins", sent=PlanDraft(steps=twins), by=ADA)

    sent = PlanDraft(steps=(StepDraft(title="same"), StepDraft(title="same", notes="changed")))
    written = write_plan(desk, "twins", sent=sent, by=ADA, expected=1).plan

    assert [(step.number, step.notes) for step in written.steps] == [(1, "0"), (2, "changed")]


def test_a_person_writes_every_status_that_a_verb_leads_to(desk: Desk) -> None:
    def write(*statuses: Status) -> list[Status]:
        steps = tuple(
            StepDraft(title=old.title, status=status) for old, status in zip(SAME, statuses, strict=True)
        )
        revision = desk.store.read(PLAN).plan.revision
        plan = write_plan(desk, PLAN, sent=PlanDraft(steps=steps), by=ADA, expected=revision).plan
        return [step.status for step in plan.steps]

    done, dropped, todo = Status.COMPLETED, Status.CANCELLED, Status.PENDING
    assert write(done, dropped, todo) == [done, dropped, todo]
    assert write(done, todo, dropped) == [done, todo, dropped]
    with pytest.raises(WrongInput, match="comes from asking"):
        write(done, Status.BLOCKED, dropped)
    with pytest.raises(PlanError):
        write(done, Status.IN_PROGRESS, dropped)


def test_a_session_works_by_whole_writes(desk: Desk) -> None:
    begun = StepDraft(
        title="one",
        status=Status.IN_PROGRESS,
        owner="ledger-smith",
        active_form="on it",
        progress=Progress(1, 2),
    )
    plan = write_plan(desk, PLAN, sent=PlanDraft(steps=(begun, *SAME[1:])), by=SMITH, expected=1).plan
    first = plan.step(1)
    assert (first.owner, first.active_form, first.progress) == ("ledger-smith", "on it", Progress(1, 2))

    back = StepDraft(title="one", status=Status.PENDING)
    plan = write_plan(desk, PLAN, sent=PlanDraft(steps=(back, *SAME[1:])), by=SMITH, expected=2).plan
    assert plan.step(1).owner is None


def test_a_session_neither_takes_nor_gives_steps_by_a_whole_write(desk: Desk) -> None:
    claim_step(desk, PLAN, 1, by=SMITH)
    taken = StepDraft(title="one", status=Status.FAILED)
    with pytest.raises(NotYours):
        write_plan(desk, PLAN, sent=PlanDraft(steps=(taken, *SAME[1:])), by=SCOUT, expected=2)
    given_away = StepDraft(title="two", owner="ledger-smith")
    with pytest.raises(PersonOnly):
        write_plan(desk, PLAN, sent=PlanDraft(steps=(SAME[0], given_away, SAME[2])), by=SCOUT, expected=2)


def test_a_person_gives_steps_by_a_whole_write(desk: Desk) -> None:
    steps = (SAME[0], StepDraft(title="two", owner="ledger-smith"), SAME[2])
    written = write_plan(desk, PLAN, sent=PlanDraft(steps=steps), by=ADA, expected=1).plan
    assert written.step(2).owner == "ledger-smith"


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        ((StepDraft(title="x", number=9),), StepNotFound),
        ((StepDraft(title="x", number=1), StepDraft(title="y", number=1)), WrongInput),
        ((StepDraft(title="one", kind=Kind.GATE), *SAME[1:]), WrongInput),
        ((*SAME, *(StepDraft(title="x") for _ in range(5_000))), TooLarge),
    ],
)
def test_a_write_that_cannot_be_is_refused(
    desk: Desk, steps: tuple[StepDraft, ...], refusal: type[PlanError]
) -> None:
    with pytest.raises(refusal):
        write_plan(desk, PLAN, sent=PlanDraft(steps=steps), by=ADA, expected=1)
    assert desk.store.read(PLAN).plan.revision == 1


@given(before=DRAFTS, after=DRAFTS, by=st.sampled_from([ADA, SMITH]))
def test_a_write_is_refused_or_makes_a_legal_plan_in_the_order_sent(
    before: list[StepDraft], after: list[StepDraft], by: object
) -> None:
    actor = ADA if by is ADA else SMITH
    try:
        plan = filled(Plan(namespace="p", epoch="e", created_by=str(actor)), before, by=actor, at=NOW)
        written = rewritten(plan, after, by=actor, at=NOW)
    except PlanError:
        return
    check_plan(written)
    assert [step.title for step in written.steps] == [draft.title for draft in after]
    assert all(step.owner for step in written.steps if step.status is Status.IN_PROGRESS)
    assert not any(step.is_gate and step.status is Status.IN_PROGRESS for step in written.steps)


def test_a_large_plan_is_created_and_written_over_in_seconds(desk: Desk) -> None:
    steps = tuple(StepDraft(title=f"step {n}", needs=(n - 1,) if n > 1 else ()) for n in range(1, 2_501))
    started = time.thread_time()

    create_plan(desk, "large", sent=PlanDraft(steps=steps), by=ADA)
    changed = write_plan(desk, "large", sent=PlanDraft(steps=(*steps[1:], steps[0])), by=ADA, expected=1)

    assert changed.plan.steps[-1].number == 1
    assert time.thread_time() - started < PATIENCE


def test_extra_values_that_are_not_sent_go_and_others_stay(desk: Desk) -> None:
    first = StepDraft(title="one", extra={"timeout": "10m", "retry": 2})
    create_plan(desk, "extra", sent=PlanDraft(steps=(first,)), by=ADA)

    sent = PlanDraft(steps=(StepDraft(title="one", extra={"retry": 3, "budget": None}),))
    written = write_plan(desk, "extra", sent=sent, by=ADA, expected=1).plan
    kept = write_plan(desk, "extra", sent=PlanDraft(steps=(StepDraft(title="one"),)), by=ADA, expected=2).plan

    assert written.step(1).extra == kept.step(1).extra == {"retry": 3}


def test_an_extra_value_of_another_type_is_written(desk: Desk) -> None:
    create_plan(desk, "extra", sent=PlanDraft(steps=(StepDraft(title="one", extra={"a": 1}),)), by=ADA)
    sent = PlanDraft(steps=(StepDraft(title="one", extra={"a": True}),))
    assert write_plan(desk, "extra", sent=sent, by=ADA, expected=1).plan.step(1).extra["a"] is True


def test_needs_of_a_known_step_are_written_over(desk: Desk) -> None:
    steps = (*SAME[:2], StepDraft(title="three", needs=(2,)))
    assert write_plan(desk, PLAN, sent=PlanDraft(steps=steps), by=ADA, expected=1).plan.step(3).needs == (2,)


def test_a_list_is_added_behind_in_one_revision_and_counts_within_itself(desk: Desk) -> None:
    sent = (StepDraft(title="four"), StepDraft(title="five", needs=(1,)))
    plan = add_steps(desk, PLAN, sent=sent, by=ADA).plan
    assert [(step.number, step.needs) for step in plan.steps] == [
        (1, ()),
        (2, ()),
        (3, (1,)),
        (4, ()),
        (5, (4,)),
    ]
    assert plan.revision == 2


def test_a_copy_has_the_same_steps_with_their_numbers_and_none_begun(desk: Desk) -> None:
    claim_step(desk, PLAN, 1, by=SMITH)
    remove_step(desk, PLAN, 2, by=ADA, expected=2)

    copied = duplicate_plan(desk, PLAN, "copy", by=ADA)

    assert copied.line is not None
    assert copied.line.note == "A copy of payments.ledger at revision 3"
    found = [(step.number, step.title, step.needs, step.status, step.owner) for step in copied.plan.steps]
    assert found == [(1, "one", (), Status.PENDING, None), (3, "three", (1,), Status.PENDING, None)]
    assert duplicate_plan(desk, PLAN, "named", title="Another", by=ADA).plan.title == "Another"


def test_a_copy_does_not_wait_for_what_the_plan_removed(desk: Desk) -> None:
    remove_step(desk, PLAN, 1, by=ADA, expected=1)
    assert duplicate_plan(desk, PLAN, "copy", by=ADA).plan.step(3).needs == ()


@pytest.mark.parametrize("way", [filled, rewritten, appended])
def test_a_list_that_no_plan_has_room_for_is_refused_before_anything_is_done_with_it(
    way: Callable[..., Plan],
) -> None:
    """Red where room is looked for as steps are added: a write may hold a quarter of a million of them."""
    drafts = (StepDraft(title=""), *(StepDraft(title="x") for _ in range(STEPS)))
    with pytest.raises(TooLarge, match="at most 5,000 steps"):
        way(Plan(namespace=PLAN, epoch="e"), drafts, by=ADA, at=NOW)
