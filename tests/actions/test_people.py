"""What people do, through the same actions that pages call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions import assigning, deciding, planning, shaping, working
from plans.actions.assigning import LiveOwner
from plans.actions.drafts import PlanDraft
from plans.domain.actor import session
from plans.domain.errors import KeyReused, PersonOnly, PlanError, WrongInput
from plans.domain.expected import RevisionRequired, StaleRevision
from plans.domain.plan import PlanState
from plans.domain.step import RequestKind, Status, Verdict
from plans.domain.verbs.planning import WrongPlanState
from plans.sessions.heartbeats import STALE_AFTER
from tests.actions.cast import ADA, NOW, PLAN, SCOUT, SMITH, Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.actions.desk import Changed, Desk, Terms


def test_taking_a_step_from_a_live_session_must_be_confirmed(desk: Desk, clock: Clock) -> None:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    clock.now += 4_000

    with pytest.raises(LiveOwner, match="sent a heartbeat 4 s ago") as warned:
        assigning.reassign_step(desk, PLAN, 1, by=ADA, expected=2, owner="schema-scout")

    assert warned.value.facts() == {"step": 1, "owner": "ledger-smith", "beat_at": NOW}
    changed = assigning.reassign_step(desk, PLAN, 1, by=ADA, expected=2, owner="schema-scout", confirmed=True)
    assert changed.plan.step(1).owner == "schema-scout"


def test_taking_a_step_from_a_stale_session_needs_no_second_word(desk: Desk, clock: Clock) -> None:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    clock.now += STALE_AFTER

    changed = assigning.reassign_step(desk, PLAN, 1, by=ADA, expected=2, owner=None)

    assert changed.plan.step(1).owner is None


def test_a_step_that_nobody_works_on_is_given_at_once(desk: Desk) -> None:
    desk.sessions.beat("ledger-smith")
    given = assigning.reassign_step(desk, PLAN, 1, by=ADA, expected=1, owner="ledger-smith")
    assert given.plan.step(1).owner == "ledger-smith"
    again = assigning.reassign_step(desk, PLAN, 1, by=ADA, expected=2, owner="schema-scout")
    assert again.plan.step(1).owner == "schema-scout"


def test_a_step_that_stays_whose_it_is_needs_no_second_word(desk: Desk) -> None:
    given = assigning.reassign_step(desk, PLAN, 1, by=ADA, expected=1, owner="ledger-smith").plan
    desk.sessions.beat("ledger-smith")
    again = assigning.reassign_step(desk, PLAN, 1, by=ADA, expected=given.revision, owner="ledger-smith")
    assert again.line is None


def test_a_person_sends_no_heartbeat_for_an_agent(desk: Desk) -> None:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    desk.sessions.forget(["ledger-smith"], before=NOW + 1)
    with pytest.raises(PlanError):
        working.say(desk, PLAN, 1, by=ADA, active_form="as if I were it")
    assert desk.sessions.all() == {}


def test_people_leave_no_heartbeats(desk: Desk) -> None:
    assigning.comment_step(desk, PLAN, 1, by=ADA, text="Looks good")
    assert desk.sessions.all() == {}


def test_a_claim_and_every_other_deed_shows_that_the_session_lives(desk: Desk, clock: Clock) -> None:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    clock.now += 60_000
    assigning.comment_step(desk, PLAN, 2, by=SMITH, text="hm")

    known = desk.sessions.get("ledger-smith")
    assert known is not None
    assert known.beat_at == NOW + 60_000


def test_a_heart_that_cannot_beat_does_not_undo_the_claim(desk: Desk) -> None:
    from pathlib import Path  # noqa: PLC0415

    Path(desk.sessions.root, ".sessions").write_text("in the way")

    changed = working.claim_step(desk, PLAN, 1, by=SMITH)

    assert changed.plan.step(1).owner == "ledger-smith"
    assert "heartbeat could not be written" in changed.late


def test_decisions_go_to_the_text_that_was_seen(desk: Desk) -> None:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    asked = working.block_step(desk, PLAN, 1, by=SMITH, kind=RequestKind.APPROVAL, text="Go?")
    seen = asked.plan.step(1).revision
    shaping.edit_step(desk, PLAN, 1, by=SMITH, expected=seen, title="something else")

    with pytest.raises(StaleRevision):
        deciding.approve_step(desk, PLAN, 1, by=ADA, expected=seen)
    with pytest.raises(RevisionRequired):
        deciding.approve_step(desk, PLAN, 1, by=ADA)

    approved = deciding.approve_step(desk, PLAN, 1, by=ADA, expected=seen + 1, note="yes")
    decision = approved.plan.step(1).decision
    assert decision is not None
    assert (decision.verdict, decision.seen, decision.at, decision.request) == (
        Verdict.APPROVED,
        seen + 1,
        NOW,
        seen,
    )
    undone = deciding.undo_decision(desk, PLAN, 1, by=ADA, expected=decision.revision)
    assert undone.plan.step(1).status is Status.BLOCKED


def test_a_held_step_goes_on_when_it_is_approved(desk: Desk) -> None:
    held = deciding.hold_step(desk, PLAN, 1, by=ADA, expected=1, text="Wait for the audit")
    assert held.plan.step(1).status is Status.BLOCKED
    approved = deciding.approve_step(desk, PLAN, 1, by=ADA, expected=2)
    assert approved.plan.step(1).status is Status.PENDING


def test_a_question_is_answered_and_a_rejection_sends_back(desk: Desk) -> None:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    working.block_step(desk, PLAN, 1, by=SMITH, kind=RequestKind.INPUT, text="Which?")
    replied = deciding.reply_step(desk, PLAN, 1, by=ADA, expected=3, note="that one")
    assert replied.plan.step(1).status is Status.IN_PROGRESS
    working.block_step(desk, PLAN, 1, by=SMITH, kind=RequestKind.APPROVAL, text="Like this?")
    rejected = deciding.reject_step(desk, PLAN, 1, by=ADA, expected=5, note="no")
    assert rejected.plan.step(1).status is Status.IN_PROGRESS


PERSON_VERBS: list[Callable[[Desk, Terms], object]] = [
    lambda desk, terms: deciding.approve_step(desk, PLAN, 1, **terms),
    lambda desk, terms: deciding.reject_step(desk, PLAN, 1, note="no", **terms),
    lambda desk, terms: deciding.reply_step(desk, PLAN, 1, note="so", **terms),
    lambda desk, terms: deciding.undo_decision(desk, PLAN, 1, **terms),
    lambda desk, terms: deciding.hold_step(desk, PLAN, 1, text="stop", **terms),
    lambda desk, terms: assigning.reassign_step(desk, PLAN, 1, owner="schema-scout", **terms),
    lambda desk, terms: assigning.retry_step(desk, PLAN, 1, **terms),
    lambda desk, terms: assigning.cancel_step(desk, PLAN, 1, **terms),
    lambda desk, terms: working.force_complete_step(desk, PLAN, 1, **terms),
    lambda desk, terms: planning.activate_plan(desk, PLAN, **terms),
    lambda desk, terms: planning.abort_plan(desk, PLAN, **terms),
    lambda desk, terms: planning.archive_plan(desk, PLAN, **terms),
    lambda desk, terms: planning.unarchive_plan(desk, PLAN, **terms),
    lambda desk, terms: planning.restore_plan(desk, PLAN, revision=1, **terms),
    lambda desk, terms: planning.delete_plan(desk, PLAN, **terms),
    lambda desk, terms: planning.unlock_plan(desk, PLAN, by=terms["by"]),
    lambda desk, terms: planning.describe_plan(desk, PLAN, title="Mine", **terms),
]


@pytest.mark.parametrize("verb", PERSON_VERBS)
def test_no_session_can_do_what_only_a_person_may(desk: Desk, verb: Callable[[Desk, Terms], object]) -> None:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    working.block_step(desk, PLAN, 1, by=SMITH, kind=RequestKind.APPROVAL, text="Go?")
    before = desk.store.read(PLAN).plan

    with pytest.raises(PersonOnly):
        verb(desk, {"by": SMITH, "expected": 3})

    assert desk.store.read(PLAN).plan == before


STOPS: list[Callable[[Desk, Terms], Changed]] = [
    lambda desk, terms: deciding.hold_step(desk, PLAN, 1, text="stop", **terms),
    lambda desk, terms: working.release_step(desk, PLAN, 1, **terms),
    lambda desk, terms: working.fail_step(desk, PLAN, 1, reason="no", **terms),
]


@pytest.mark.parametrize("verb", STOPS)
def test_a_person_stops_only_what_was_read(desk: Desk, verb: Callable[[Desk, Terms], Changed]) -> None:
    """Red without a guard for people: a step that asks something else by now would be stopped."""
    working.claim_step(desk, PLAN, 1, by=SMITH)
    with pytest.raises(RevisionRequired):
        verb(desk, {"by": ADA})
    with pytest.raises(StaleRevision):
        verb(desk, {"by": ADA, "expected": 1})
    assert desk.store.read(PLAN).plan.step(1).status is Status.IN_PROGRESS
    assert verb(desk, {"by": ADA, "expected": 2}).plan.step(1).status is not Status.IN_PROGRESS


@pytest.mark.parametrize("verb", STOPS[1:])
def test_the_owner_stops_its_step_without_a_revision(
    desk: Desk, verb: Callable[[Desk, Terms], Changed]
) -> None:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    assert verb(desk, {"by": SMITH}).plan.step(1).status is not Status.IN_PROGRESS


def test_the_life_of_a_plan(desk: Desk) -> None:
    assert planning.archive_plan(desk, PLAN, by=ADA, expected=1).plan.archived
    assert not planning.unarchive_plan(desk, PLAN, by=ADA, expected=2).plan.archived
    described = planning.describe_plan(desk, PLAN, by=ADA, expected=3, title="T", status="s", group="g")
    assert (described.plan.title, described.plan.status, described.plan.group) == ("T", "s", "g")
    assert planning.abort_plan(desk, PLAN, by=ADA, expected=4).plan.state is PlanState.ABORTED
    with pytest.raises(WrongPlanState):
        planning.activate_plan(desk, PLAN, by=ADA, expected=5)
    restored = planning.restore_plan(desk, PLAN, revision=1, by=ADA, expected=5)
    assert (restored.plan.title, restored.plan.state) == ("Plan", PlanState.ACTIVE)


def test_a_draft_is_started_by_a_person(desk: Desk) -> None:
    planning.create_plan(desk, "new", sent=PlanDraft(draft=True), by=SMITH)
    assert planning.activate_plan(desk, "new", by=ADA, expected=1).plan.state is PlanState.ACTIVE


def test_the_shape_of_a_plan(desk: Desk) -> None:
    added = shaping.add_step(desk, PLAN, by=ADA, title="four", after=1, notes="n")
    assert added.line is not None
    assert added.line.step == 4
    moved = shaping.move_step(desk, PLAN, 4, by=ADA, expected=2, after=None)
    assert [step.number for step in moved.plan.steps] == [4, 1, 2, 3]
    removed = shaping.remove_step(desk, PLAN, 4, by=ADA, expected=3)
    assert removed.plan.removed == (4,)


def test_finished_and_lost_steps(desk: Desk) -> None:
    forced = working.force_complete_step(desk, PLAN, 1, by=ADA, expected=1, note="seen it done")
    assert forced.plan.step(1).status is Status.COMPLETED
    assert forced.line is not None
    assert (forced.line.verb, forced.line.note) == ("force_complete", "seen it done")
    cancelled = assigning.cancel_step(desk, PLAN, 2, by=ADA, expected=1, reason="not needed")
    assert cancelled.plan.step(2).reason == "not needed"
    assert assigning.retry_step(desk, PLAN, 2, by=ADA, expected=3).plan.step(2).status is Status.PENDING


DEEDS: list[Callable[[Desk, Terms], Changed]] = [
    lambda desk, terms: working.force_complete_step(desk, PLAN, 1, **terms),
    lambda desk, terms: assigning.cancel_step(desk, PLAN, 1, reason="r", **terms),
    lambda desk, terms: assigning.comment_step(desk, PLAN, 1, text="t", **terms),
    lambda desk, terms: deciding.hold_step(desk, PLAN, 1, text="t", **terms),
    lambda desk, terms: shaping.edit_step(desk, PLAN, 1, title="new", **terms),
    lambda desk, terms: shaping.add_step(desk, PLAN, title="new", **terms),
    lambda desk, terms: shaping.move_step(desk, PLAN, 1, after=2, **terms),
    lambda desk, terms: shaping.remove_step(desk, PLAN, 1, **terms),
    lambda desk, terms: planning.describe_plan(desk, PLAN, status="s", **terms),
    lambda desk, terms: planning.archive_plan(desk, PLAN, **terms),
]


@pytest.mark.parametrize("deed", DEEDS)
def test_a_repeated_request_is_done_once_whatever_revision_it_names_now(
    desk: Desk, deed: Callable[[Desk, Terms], Changed]
) -> None:
    first = deed(desk, {"by": ADA, "expected": 1, "key": "k"})
    again = deed(desk, {"by": ADA, "expected": 2, "key": "k"})

    assert (first.repeated, again.repeated) == (False, True)
    assert again.line == first.line
    assert again.plan.revision == 2


def test_another_request_under_the_same_key_is_refused(desk: Desk) -> None:
    assigning.comment_step(desk, PLAN, 1, by=ADA, text="one", key="k")
    with pytest.raises(KeyReused):
        assigning.comment_step(desk, PLAN, 1, by=ADA, text="two", key="k")
    with pytest.raises(KeyReused):
        assigning.comment_step(desk, PLAN, 2, by=ADA, text="one", key="k")


@pytest.mark.parametrize("key", ["", "a\nb", "x" * 201])
def test_a_key_is_short_printable_text(desk: Desk, key: str) -> None:
    with pytest.raises(WrongInput):
        assigning.comment_step(desk, PLAN, 1, by=ADA, text="one", key=key)


def test_half_characters_are_refused_in_keyed_requests_too(desk: Desk) -> None:
    with pytest.raises(WrongInput, match="half a character"):
        assigning.comment_step(desk, PLAN, 1, by=ADA, text="\ud800", key="k")


def test_a_refused_deed_changes_nothing(desk: Desk) -> None:
    before = desk.store.read(PLAN).plan
    with pytest.raises(PlanError):
        working.claim_step(desk, PLAN, 3, by=SCOUT)
    with pytest.raises(WrongInput):
        assigning.reassign_step(desk, PLAN, 1, by=ADA, expected=1, owner="bad\nid")
    assert desk.store.read(PLAN).plan == before
    assert session("x").is_session
