"""Which expected revisions are taken, and what a stale one is told."""

import pytest
from msgspec.structs import replace

from plans.domain.actor import Actor
from plans.domain.errors import StepNotFound
from plans.domain.expected import RevisionRequired, StaleRevision, check_expected, check_own, explained
from plans.domain.plan import Plan
from plans.domain.revision import Line, diff, fold, line_of
from plans.domain.step import Progress, Status
from plans.domain.verbs.planning import describe
from plans.domain.verbs.shaping import edit, move
from plans.domain.verbs.working import say
from tests.domain.cast import ABC, ANA, BEN, NOW, plan_of, work

PLAN = plan_of(work(1), work(2), revision=10)


class TestAStep:
    @pytest.mark.parametrize("expected", [9, 10])
    def test_its_own_revision_up_to_the_plans_is_taken(self, expected: int) -> None:
        check_expected(PLAN, expected, verb="edit", step=1, required=True)

    @pytest.mark.parametrize("expected", [-1, 0, 8, 11])
    def test_an_older_and_an_impossible_one_are_stale(self, expected: int) -> None:
        with pytest.raises(StaleRevision, match=f"Step 1 changed: you sent revision {expected}, it is at 9"):
            check_expected(PLAN, expected, verb="edit", step=1, required=True)

    def test_a_missing_one_is_asked_for_where_it_is_required(self) -> None:
        with pytest.raises(RevisionRequired, match="Force complete needs the revision you last read"):
            check_expected(PLAN, None, verb="force_complete", step=1, required=True)
        check_expected(PLAN, None, verb="claim", step=1, required=False)

    def test_one_that_is_sent_though_not_required_is_checked_all_the_same(self) -> None:
        with pytest.raises(StaleRevision):
            check_expected(PLAN, 8, verb="claim", step=1, required=False)

    def test_an_unknown_step_is_not_found(self) -> None:
        with pytest.raises(StepNotFound):
            check_expected(PLAN, 10, verb="edit", step=7, required=True)


class TestThePlan:
    def test_the_whole_plan_is_guarded_by_its_newest_revision(self) -> None:
        check_expected(PLAN, 10, verb="restore", step=None, required=True)
        for expected in (9, 11):
            with pytest.raises(StaleRevision, match="The plan changed"):
                check_expected(PLAN, expected, verb="restore", step=None, required=True)

    @pytest.mark.parametrize("expected", [1, 5, 10])
    def test_its_own_words_have_their_own_revision(self, expected: int) -> None:
        check_own(PLAN, expected, verb="describe")

    @pytest.mark.parametrize("expected", [0, 11])
    def test_older_words_are_stale(self, expected: int) -> None:
        with pytest.raises(StaleRevision) as refused:
            check_own(PLAN, expected, verb="describe")
        assert refused.value.actual == 1

    def test_a_missing_one_is_asked_for(self) -> None:
        with pytest.raises(RevisionRequired):
            check_own(PLAN, None, verb="describe")


class Told:
    """A plan and the lines that made it what it is."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines: list[Line] = []

    def then(self, after: Plan, *, by: Actor, moved: int | None = None) -> None:
        line = line_of(
            diff(self.plan, after, moved=moved),
            rev=self.plan.revision + 1,
            at=NOW + len(self.lines),
            by=str(by),
            verb="edit",
        )
        self.lines.append(line)
        self.plan = fold(self.plan, line)

    def facts(self, *, expected: int, step: int | None) -> dict[str, object]:
        stale = StaleRevision(expected=expected, actual=99, step=step)
        return explained(stale, self.lines).facts()


@pytest.fixture
def told() -> Told:
    return Told(plan_of(work(1, Status.IN_PROGRESS), work(2), work(3)))


class TestWhatAStaleCallerIsTold:
    def test_the_fields_that_changed_since_who_did_it_last_and_when(self, told: Told) -> None:
        told.then(edit(told.plan, 1, by=ANA, notes="n"), by=ANA)
        told.then(edit(told.plan, 1, by=ANA, title="a"), by=ANA)
        told.then(edit(told.plan, 1, by=BEN, title="b", phase="p"), by=BEN)
        told.then(edit(told.plan, 2, by=ANA, title="c"), by=ANA)
        assert told.facts(expected=11, step=1) == {
            "expected": 11,
            "actual": 99,
            "step": 1,
            "changed": ["title", "phase"],
            "by": "person:ben",
            "at": NOW + 2,
        }

    def test_a_new_place_is_a_change(self, told: Told) -> None:
        told.then(move(told.plan, 2, by=ANA, after=3), by=ANA, moved=2)
        assert told.facts(expected=10, step=2)["changed"] == ["order"]

    def test_a_new_place_is_told_beside_other_changes(self, told: Told) -> None:
        told.then(move(edit(told.plan, 2, by=ANA, title="b"), 2, by=ANA, after=3), by=ANA, moved=2)
        assert told.facts(expected=10, step=2)["changed"] == ["title", "order"]

    def test_a_step_that_was_away_meanwhile_was_changed_by_who_brought_it_back(self, told: Told) -> None:
        old = told.plan
        told.then(replace(old, steps=old.steps[1:]), by=ANA)
        told.then(replace(told.plan, steps=old.steps), by=BEN)
        facts = told.facts(expected=10, step=1)
        assert (facts["changed"], facts["by"]) == (["title", "status", "owner", "order"], "person:ben")

    def test_a_worker_that_only_reports_is_not_named_for_the_change(self, told: Told) -> None:
        told.then(edit(told.plan, 1, by=ANA, title="a"), by=ANA)
        told.then(say(told.plan, 1, by=ABC, progress=Progress(1, 2)), by=ABC)
        facts = told.facts(expected=10, step=1)
        assert (facts["changed"], facts["by"], facts["at"]) == (["title"], "person:ana", NOW)

    def test_the_plans_own_words_are_named_without_the_files_times(self, told: Told) -> None:
        told.then(replace(describe(told.plan, by=ANA, title="New"), core_at=NOW), by=ANA)
        told.then(replace(edit(told.plan, 1, by=BEN, title="a"), core_at=NOW + 1), by=BEN)
        facts = told.facts(expected=10, step=None)
        assert (facts["changed"], facts["by"]) == (["title"], "person:ana")

    def test_a_whole_plan_that_changed_in_its_steps_says_so(self, told: Told) -> None:
        told.then(edit(told.plan, 1, by=ANA, title="a"), by=ANA)
        told.then(move(told.plan, 2, by=BEN, after=3), by=BEN)
        facts = told.facts(expected=10, step=None)
        assert (facts["changed"], facts["by"], facts["at"]) == (["steps"], "person:ben", NOW + 1)

    def test_an_impossible_revision_has_nothing_to_tell(self, told: Told) -> None:
        facts = told.facts(expected=50, step=1)
        assert (facts["changed"], facts["by"], facts["at"]) == ([], "", 0)
