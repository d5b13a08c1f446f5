"""What is done to a plan as a whole."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import PersonOnly, TooLarge
from plans.domain.expected import RevisionRequired, StaleRevision
from plans.domain.plan import Plan, PlanState
from plans.domain.revision import Line
from plans.domain.step import Status, Step
from plans.domain.verbs.planning import (
    PlanReplaced,
    WrongPlanState,
    abort,
    activate,
    archive,
    check_deletable,
    check_undecided,
    check_undisturbed,
    describe,
    restore,
    unarchive,
)
from plans.domain.verbs.shaping import add, edit, remove
from tests.domain.cast import ABC, ANA, DEF, FULL, NOW, gate, line_between, plan_of, saved, work


class TestDescribe:
    def test_a_person_says_everything(self) -> None:
        plan = describe(plan_of(), by=ANA, title=" New \n name", status="on  track", group="ops")
        assert (plan.title, plan.status, plan.group) == ("New name", "on track", "ops")

    def test_what_is_not_said_stays(self) -> None:
        plan = replace(plan_of(), status="late", group="ops")
        assert describe(plan, by=ANA) == plan

    def test_a_title_and_a_group_can_be_taken_away(self) -> None:
        plan = describe(replace(plan_of(), group="ops"), by=ANA, title=" ", group="")
        assert (plan.title, plan.group_name) == ("", "payments")

    @pytest.mark.parametrize("by", [ABC, FILE])
    def test_a_session_says_the_status_only(self, by: Actor) -> None:
        assert describe(plan_of(), by=by, status="late").status == "late"
        for words in ({"title": "Mine"}, {"group": "mine"}):
            with pytest.raises(PersonOnly, match="rename or regroup a plan they did not create"):
                describe(plan_of(), by=by, **words)

    def test_the_session_that_made_the_plan_names_it(self) -> None:
        made = replace(plan_of(), created_by=str(ABC))
        assert describe(made, by=ABC, title="Mine", group="mine").title == "Mine"

    @pytest.mark.parametrize("words", [{"title": "x" * 2049}, {"status": "x" * 201}, {"group": "x" * 201}])
    def test_words_have_their_limits(self, words: dict[str, str]) -> None:
        with pytest.raises(TooLarge):
            describe(plan_of(), by=ANA, **words)


class TestStates:
    def test_a_draft_is_started(self) -> None:
        draft = replace(plan_of(work()), stored_state=PlanState.DRAFT)
        assert activate(draft, by=ANA).state is PlanState.ACTIVE

    def test_starting_a_started_plan_changes_nothing(self) -> None:
        assert activate(plan_of(work()), by=ANA) == plan_of(work())

    def test_an_aborted_plan_is_not_started_again(self) -> None:
        with pytest.raises(WrongPlanState, match="The plan is aborted; it cannot be started") as refused:
            activate(abort(plan_of(work()), by=ANA), by=ANA)
        assert "Restore" in refused.value.advice

    @pytest.mark.parametrize("state", [PlanState.DRAFT, PlanState.ACTIVE, PlanState.ABORTED])
    def test_an_abort_leaves_the_steps_as_they_are(self, state: PlanState) -> None:
        plan = replace(plan_of(work(1, Status.IN_PROGRESS), work(2)), stored_state=state)
        aborted = abort(plan, by=ANA)
        assert (aborted.state, aborted.steps) == (PlanState.ABORTED, plan.steps)

    def test_a_plan_that_is_done_cannot_be_aborted(self) -> None:
        with pytest.raises(WrongPlanState, match="The plan is done; it cannot be aborted") as refused:
            abort(plan_of(work(1, Status.COMPLETED)), by=ANA)
        assert refused.value.message == str(refused.value)
        assert refused.value.facts() == {"state": "done"}

    def test_archiving_and_bringing_back(self) -> None:
        away = archive(plan_of(work()), by=ANA)
        assert away.archived
        assert unarchive(away, by=ANA) == plan_of(work())


class TestRestore:
    def test_steps_order_and_words_are_as_they_were(self) -> None:
        old = plan_of(work(1), FULL_2, work(3))
        now = saved(old, edit(old, 1, by=ANA, title="Other", notes="x"))
        now = saved(now, remove(now, 2, by=ANA))
        now = saved(now, archive(describe(now, by=ANA, title="New", status="late", group="ops"), by=ANA))
        now = saved(now, abort(now, by=ANA))
        back = saved(now, restore(now, old, by=ANA))
        assert [replace(step, revision=9, updated_at=0, updated_by="") for step in back.steps] == list(
            old.steps
        )
        assert (back.title, back.status, back.group, back.archived) == ("Ledger", "", "", False)
        assert (back.state, back.removed) == (PlanState.ACTIVE, ())

    def test_later_steps_become_tombstones_and_numbers_used_since_stay_used(self) -> None:
        old = plan_of(work(1))
        now = saved(old, add(old, by=ANA, at=NOW, title="b"))
        back = saved(now, restore(now, old, by=ANA))
        assert ([step.number for step in back.steps], back.removed, back.next_number) == ([1], (2,), 3)

    def test_a_step_that_stayed_the_same_keeps_its_revision(self) -> None:
        old = plan_of(work(1), work(2))
        now = saved(old, edit(old, 2, by=ANA, title="Other"))
        back = saved(now, restore(now, old, by=ANA))
        assert [step.revision for step in back.steps] == [9, 12]

    def test_what_a_newer_program_wrote_since_is_carried_along(self) -> None:
        old = plan_of(replace(work(), beyond={"colour": "red"}))
        now = plan_of(replace(work(), beyond={"colour": "blue", "deadline": 7}))
        assert restore(now, old, by=ANA).step(1).beyond == {"colour": "red", "deadline": 7}


FULL_2 = replace(FULL, number=2)


def made_by_abc(*steps: Step) -> Plan:
    return replace(plan_of(*steps), created_by=str(ABC))


def asking(*, by: Actor) -> Step:
    step = work(1, Status.BLOCKED)
    assert step.request is not None
    return replace(step, request=replace(step.request, by=str(by)))


class TestDelete:
    def test_a_person_deletes_any_plan(self) -> None:
        check_deletable(plan_of(FULL), by=ANA)

    def test_a_session_deletes_what_it_made_while_nothing_was_decided(self) -> None:
        check_deletable(replace(plan_of(work()), created_by=str(ABC)), by=ABC)

    @pytest.mark.parametrize(
        ("plan", "by"),
        [
            (replace(plan_of(FULL), created_by=str(ABC)), ABC),
            (replace(plan_of(work()), created_by=str(ABC)), DEF),
            (replace(plan_of(work()), created_by="file"), FILE),
            (made_by_abc(asking(by=ANA)), ABC),
            (made_by_abc(replace(gate(), created_by=str(ANA))), ABC),
        ],
        ids=["decisions", "another's", "a file's", "a person's hold", "a person's gate"],
    )
    def test_anything_else_is_a_persons(self, plan: Plan, by: Actor) -> None:
        with pytest.raises(PersonOnly, match="did not create or that holds decisions"):
            check_deletable(plan, by=by)

    def test_its_own_questions_and_gates_are_no_persons(self) -> None:
        check_deletable(made_by_abc(asking(by=ABC), replace(gate(2), created_by=str(ABC))), by=ABC)

    def test_what_a_person_decided_counts_though_it_was_cleared_since(self) -> None:
        before = plan_of(work())
        after = before.with_step(replace(before.step(1), decision=FULL.decision))
        check_undecided([line_between(after, before)])
        with pytest.raises(PersonOnly, match="holds decisions"):
            check_undecided([line_between(before, after), line_between(after, before)])

    def test_only_the_very_plan_that_was_looked_at(self) -> None:
        plan = plan_of(work())
        check_deletable(plan, by=ANA, epoch=plan.epoch)
        with pytest.raises(PlanReplaced, match="is another one than you looked at"):
            check_deletable(plan, by=ANA, epoch="of another history")


class TestUndisturbed:
    """What sessions do to a plan meanwhile stops nobody; what people do, does."""

    def test_it_must_be_said_what_was_looked_at(self) -> None:
        with pytest.raises(RevisionRequired):
            check_undisturbed(plan_of(work()), None, (), verb="delete")

    def test_sessions_may_go_on_working(self) -> None:
        check_undisturbed(plan_of(work()), 8, [line(9, ABC)], verb="delete")

    def test_what_a_person_did_since_is_told(self) -> None:
        with pytest.raises(StaleRevision) as refused:
            check_undisturbed(plan_of(work()), 7, [line(8, ANA), line(9, ABC)], verb="delete")
        facts = refused.value.facts()
        assert (facts["expected"], facts["actual"], facts["by"]) == (7, 8, str(ANA))

    def test_a_revision_that_is_still_to_come_was_never_seen(self) -> None:
        plan = plan_of(work())
        with pytest.raises(StaleRevision) as refused:
            check_undisturbed(plan, plan.revision + 1, (), verb="delete")
        assert refused.value.actual == plan.revision


def line(rev: int, by: Actor) -> Line:
    return Line(rev=rev, at=NOW, by=str(by), verb="edit", step=1, set={"1": {"title": "x"}})


PERSONS_VERBS: list[Callable[[Plan, Actor], Plan]] = [
    lambda plan, by: activate(plan, by=by),
    lambda plan, by: abort(plan, by=by),
    lambda plan, by: archive(plan, by=by),
    lambda plan, by: unarchive(plan, by=by),
    lambda plan, by: restore(plan, plan, by=by),
]


@pytest.mark.parametrize("by", [ABC, FILE])
@pytest.mark.parametrize("verb", PERSONS_VERBS, ids=["activate", "abort", "archive", "unarchive", "restore"])
def test_only_a_person_starts_stops_puts_away_and_restores(
    verb: Callable[[Plan, Actor], Plan], by: Actor
) -> None:
    with pytest.raises(PersonOnly):
        verb(replace(plan_of(work()), created_by=str(by)), by)
