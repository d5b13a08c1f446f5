"""What a whole plan that is written says of steps at work: each is led there by the verbs, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from plans.actions import wire
from plans.actions.assigning import cancel_step, reassign_step
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import add_steps, create_plan, write_plan
from plans.actions.shaping import edit_step
from plans.actions.working import block_step, claim_step, say
from plans.domain.errors import NeedsRefused, NotYours, PersonOnly, SessionOnly, WrongInput, WrongState
from plans.domain.step import Progress, RequestKind, Status
from tests.actions.cast import ADA, PLAN, SCOUT, SMITH

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.domain.actor import Actor
    from plans.domain.step import Step


def written(desk: Desk, number: int, *, by: Actor, **fields: object) -> Step:
    """Write the plan as it was read, but for these fields of one step."""
    plan = desk.store.read(PLAN).plan
    read = wire.plan_draft(wire.plan_json(plan))
    steps = tuple(replace(step, **fields) if step.number == number else step for step in read.steps)
    sent = replace(read, steps=steps)
    return write_plan(desk, PLAN, sent=sent, by=by, expected=plan.revision).plan.step(number)


@pytest.fixture
def running(desk: Desk) -> Desk:
    """Give a desk on whose plan smith works on step 1."""
    claim_step(desk, PLAN, 1, by=SMITH)
    say(desk, PLAN, 1, by=SMITH, active_form="running", progress=Progress(1, 3))
    return desk


@pytest.mark.parametrize("owner", ["ledger-smith", None, UNSET])
@pytest.mark.parametrize("by", [SMITH, ADA])
def test_a_step_that_is_put_back_needs_no_other_change(running: Desk, owner: object, by: Actor) -> None:
    step = written(running, 1, by=by, status=Status.PENDING, owner=owner)
    assert (step.status, step.owner, step.active_form, step.progress) == (Status.PENDING, None, None, None)


def test_what_a_step_says_goes_with_it_when_it_is_put_back(running: Desk) -> None:
    step = written(running, 1, by=SMITH, status=Status.PENDING, progress=Progress(2, 3))
    assert (step.status, step.progress) == (Status.PENDING, None)


def test_a_person_puts_a_step_back_for_another_session(running: Desk) -> None:
    step = written(running, 1, by=ADA, status=Status.PENDING, owner="schema-scout")
    assert (step.status, step.owner) == (Status.PENDING, "schema-scout")


def test_a_person_retries_a_step_for_another_session(running: Desk) -> None:
    cancel_step(running, PLAN, 1, by=ADA, expected=running.store.read(PLAN).plan.revision)
    step = written(running, 1, by=ADA, status=Status.PENDING, owner="schema-scout")
    assert (step.status, step.owner) == (Status.PENDING, "schema-scout")


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED])
def test_the_last_progress_is_written_with_the_end(running: Desk, status: Status) -> None:
    step = written(running, 1, by=SMITH, status=status, progress=Progress(3, 3))
    assert (step.status, step.progress, step.active_form) == (status, Progress(3, 3), "running")


def test_a_step_is_begun_and_finished_in_one_write(desk: Desk) -> None:
    step = written(desk, 1, by=SMITH, status=Status.COMPLETED, progress=Progress(2, 2), active_form="done")
    assert (step.status, step.owner, step.progress) == (Status.COMPLETED, "ledger-smith", Progress(2, 2))
    assert step.active_form == "done"


def test_a_person_finishes_or_hands_on_what_a_session_began(running: Desk) -> None:
    assert written(running, 1, by=ADA, status=Status.COMPLETED).progress == Progress(1, 3)
    assert written(running, 2, by=ADA, owner="ada", status=Status.COMPLETED).owner == "ada"


@pytest.mark.parametrize("owner", ["schema-scout", None])
@pytest.mark.parametrize("status", [UNSET, Status.IN_PROGRESS])
def test_a_person_hands_on_a_step_at_work_by_its_owner_alone(
    running: Desk, owner: str | None, status: object
) -> None:
    """Red where the status that was read counts as one that is asked for."""
    step = written(running, 1, by=ADA, owner=owner, status=status)
    assert (step.status, step.owner, step.progress) == (Status.PENDING, owner, None)


@pytest.mark.parametrize("status", [UNSET, Status.BLOCKED])
def test_a_person_hands_on_a_step_that_asks(running: Desk, status: object) -> None:
    block_step(running, PLAN, 1, kind=RequestKind.INPUT, text="Which?", by=SMITH)
    step = written(running, 1, by=ADA, owner="schema-scout", status=status)
    assert (step.status, step.owner, step.request) == (Status.PENDING, "schema-scout", None)


def test_nobody_speaks_for_a_step_that_is_not_theirs(running: Desk) -> None:
    for by in (ADA, SCOUT):
        with pytest.raises(NotYours):
            written(running, 1, by=by, progress=Progress(2, 3))
    with pytest.raises(NotYours):
        written(running, 2, by=SMITH, active_form="soon")
    with pytest.raises(SessionOnly):
        written(running, 2, by=ADA, status=Status.IN_PROGRESS)


def test_nobody_takes_a_step_by_writing_their_name(running: Desk) -> None:
    """Red where it is answered and not done."""
    with pytest.raises(NotYours, match="Step 1 is assigned to ledger-smith"):
        written(running, 1, by=SCOUT, owner="schema-scout")
    with pytest.raises(NotYours, match="Step 2 is not assigned to you"):
        written(running, 2, by=SCOUT, owner="schema-scout")
    taken = written(running, 2, by=SCOUT, owner="schema-scout", status=Status.IN_PROGRESS)
    assert taken.owner == "schema-scout"


def test_a_session_gives_its_step_to_nobody_only_by_putting_it_back(running: Desk) -> None:
    with pytest.raises(PersonOnly):
        written(running, 1, by=SMITH, owner=None)


def test_more_than_all_is_no_progress(running: Desk) -> None:
    draft = StepDraft(title="x", progress=Progress(5, 3))
    with pytest.raises(WrongInput, match="5 of 3 is no progress"):
        written(running, 1, by=SMITH, progress=Progress(5, 3))
    with pytest.raises(WrongInput, match="5 of 3 is no progress"):
        create_plan(running, "another", sent=PlanDraft(steps=(draft,)), by=ADA)
    with pytest.raises(WrongInput, match="5 of 3 is no progress"):
        add_steps(running, PLAN, sent=(draft,), by=ADA)


def test_more_than_all_that_an_older_version_wrote_is_no_hindrance(running: Desk) -> None:
    say(running, PLAN, 1, by=SMITH, progress=Progress(5, 3))
    assert written(running, 1, by=SMITH, notes="new").progress == Progress(5, 3)


def test_a_need_is_turned_around(desk: Desk) -> None:
    edit_step(desk, PLAN, 2, by=ADA, expected=1, needs=(1,))
    read = wire.plan_draft(wire.plan_json(desk.store.read(PLAN).plan))
    first, second, third = read.steps
    sent = (replace(first, needs=(2,)), replace(second, needs=()), third)
    plan = write_plan(desk, PLAN, sent=PlanDraft(steps=sent), by=ADA, expected=2).plan
    assert [step.needs for step in plan.steps[:2]] == [(2,), ()]
    with pytest.raises(NeedsRefused):
        write_plan(desk, PLAN, sent=PlanDraft(steps=(sent[0], second, third)), by=ADA, expected=3)


def test_the_group_may_be_sent_as_it_is_shown(desk: Desk) -> None:
    shown = desk.store.read(PLAN).plan.group_name
    steps = wire.plan_draft(wire.plan_json(desk.store.read(PLAN).plan)).steps
    for group in (shown, ""):
        sent = PlanDraft(group=group, steps=steps)
        assert write_plan(desk, PLAN, sent=sent, by=SMITH, expected=1).plan.revision == 1
    with pytest.raises(PersonOnly):
        write_plan(desk, PLAN, sent=PlanDraft(group="mine", steps=steps), by=SMITH, expected=1)
    assert (
        write_plan(desk, PLAN, sent=PlanDraft(group="g", steps=steps), by=ADA, expected=1).plan.group == "g"
    )


def test_a_step_that_a_person_assigned_is_begun_by_its_session_only(desk: Desk) -> None:
    reassign_step(desk, PLAN, 2, owner="ledger-smith", by=ADA, expected=1)
    with pytest.raises(NotYours):
        written(desk, 2, by=SCOUT, status=Status.IN_PROGRESS)
    assert written(desk, 2, by=SMITH, status=Status.IN_PROGRESS).status is Status.IN_PROGRESS


def test_what_is_closed_says_nothing_any_more(running: Desk) -> None:
    written(running, 1, by=SMITH, status=Status.COMPLETED)
    with pytest.raises(WrongState):
        written(running, 1, by=SMITH, progress=Progress(2, 3))
