"""The difference between two plans, the line that records it, and what folding it gives."""

import msgspec
import pytest
from msgspec.structs import replace

from plans.domain.plan import PlanState
from plans.domain.revision import Delta, Line, Values, diff, fold, fold_all, line_of
from plans.domain.step import Status, Step, field_values, with_values
from plans.domain.verbs.shaping import add, edit, move, remove
from plans.domain.verbs.working import say
from tests.domain.cast import ABC, ANA, FULL, NOW, line_between, order, plan_of, saved, work


def adopted(values: dict[str, Values | None], was: dict[str, Values | None] | None = None) -> Line:
    """Make a line that our own verbs would not write."""
    return Line(rev=11, at=0, by="file", verb="adopt", set=values, was=was or {})


def test_equal_plans_differ_in_nothing() -> None:
    plan = plan_of(FULL, work(2))
    assert diff(plan, plan_of(FULL, work(2))).is_empty
    assert not diff(plan, move(plan, 2, by=ANA, after=None)).is_empty


@pytest.mark.parametrize("field", ["extra", "beyond"])
def test_values_that_are_equal_to_python_only_differ(field: str) -> None:
    was, now = (replace(work(), **{field: {"a": value, "b": 2}}) for value in (1, True))
    now = replace(now, **{field: dict(reversed(getattr(now, field).items()))})
    assert diff(plan_of(was), plan_of(now)).set["1"] == (
        {"extra": {"a": True, "b": 2}} if field == "extra" else {"a": True, "b": 2}
    )
    same = replace(was, **{field: {"b": 2, "a": 1}})
    assert diff(plan_of(was), plan_of(same)).is_empty


def test_only_changed_fields_are_recorded_with_what_they_were() -> None:
    plan = plan_of(FULL, work(2))
    delta = diff(plan, edit(plan, 2, by=ANA, title="New"))
    assert delta == Delta({"2": {"title": "New"}}, {"2": {"title": "Step 2"}})


def test_a_new_step_was_nothing_and_a_removed_one_is_nothing() -> None:
    plan = plan_of(work(1), work(2))
    edited = add(remove(plan, 1, by=ANA), by=ANA, at=NOW, title="c")
    delta = diff(plan, edited)
    assert delta.set == {"3": {"title": "c", "created_by": "person:ana", "created_at": NOW}, "1": None}
    assert delta.was == {"3": None, "1": {"title": "Step 1"}}


def test_bookkeeping_is_no_difference() -> None:
    plan = plan_of(work())
    assert diff(plan, plan_of(replace(work(), revision=3, updated_at=7, updated_by="x"))).is_empty


def test_a_line_names_the_only_step_it_sets() -> None:
    plan = plan_of(work(1), work(2))
    assert line_between(plan, edit(plan, 2, by=ANA, title="New")).step == 2
    both = edit(edit(plan, 1, by=ANA, title="a"), 2, by=ANA, title="b")
    assert line_between(plan, both).step is None
    assert line_between(plan, both, step=1).step == 1


def test_a_line_touches_what_it_sets_and_what_it_moves() -> None:
    line = Line(
        rev=1, at=0, by="file", verb="adopt", set={"plan": {}, "7": {}, "3": None}, moved=((5, None),)
    )
    assert (line.touches(), line.named()) == ((3, 5, 7), [7, 3])


class TestFold:
    def test_a_change_stamps_the_step_and_the_plan(self) -> None:
        plan = plan_of(work(1), work(2))
        now = saved(plan, edit(plan, 2, by=ANA, title="New"))
        step = now.step(2)
        assert (step.revision, step.updated_by, step.updated_at) == (11, "person:ana", NOW)
        assert (now.revision, now.updated_by, now.updated_at) == (11, "person:ana", NOW)
        assert now.step(1) == plan.step(1)

    def test_what_a_worker_says_makes_a_revision_of_the_plan_only(self) -> None:
        plan = plan_of(FULL)
        now = saved(plan, say(plan, 1, by=ABC, active_form="on"), by=ABC)
        assert (now.revision, now.step(1).revision, now.own_revision) == (11, 9, 1)
        assert now.step(1).updated_by == "session:session-abc"

    def test_the_moved_step_is_touched_and_its_neighbour_is_not(self) -> None:
        plan = plan_of(work(1), work(2))
        delta = diff(plan, move(plan, 1, by=ANA, after=2), moved=1)
        line = line_of(delta, rev=11, at=NOW, by=str(ANA), verb="move", step=1)
        now = fold(plan, line)
        assert line.touches() == (1,)
        assert order(now) == [2, 1]
        assert [now.step(number).revision for number in (1, 2)] == [11, 9]

    def test_a_step_that_moves_and_only_says_something_is_touched(self) -> None:
        plan = plan_of(work(1), FULL_2, work(3))
        moved = move(say(plan, 2, by=ABC, active_form="on"), 2, by=ANA, after=None)
        assert saved(plan, moved).step(2).revision == 11

    def test_a_step_that_comes_back_is_a_new_revision_of_it_and_no_tombstone(self) -> None:
        old = plan_of(FULL, work(2))
        gone = saved(old, remove(old, 1, by=ANA))
        assert (gone.removed, order(gone)) == ((1,), [2])
        back = saved(gone, replace(old, removed=()))
        assert (back.removed, order(back)) == ((), [1, 2])
        assert back.step(1) == replace(FULL, revision=12, updated_by="person:ana", updated_at=NOW)

    def test_the_plans_own_words_have_a_revision_of_their_own(self) -> None:
        plan = plan_of(work())
        assert saved(plan, replace(plan, title="New")).own_revision == 11
        quiet = saved(plan, replace(plan, core_at=NOW))
        assert (quiet.core_at, quiet.own_revision) == (NOW, 1)

    def test_the_plans_state_is_read_back_as_a_state(self) -> None:
        plan = plan_of(work())
        line = msgspec.json.decode(
            msgspec.json.encode(line_between(plan, replace(plan, stored_state=PlanState.ABORTED))), type=Line
        )
        assert fold(plan, line).stored_state is PlanState.ABORTED

    def test_no_lines_change_nothing(self) -> None:
        plan = plan_of(work())
        assert fold_all(plan, ()) is plan

    def test_numbers_in_lines_push_the_next_number(self) -> None:
        plan = fold(plan_of(), adopted({"41": {"title": "a"}}))
        assert plan.next_number == 42


FULL_2 = replace(FULL, number=2)


class TestNewerPrograms:
    def test_unknown_fields_of_a_step_are_carried_along(self) -> None:
        plan = plan_of(work())
        line = Line(
            rev=11, at=0, by="file", verb="x", set={"1": {"deadline": 7}}, was={"1": {"deadline": None}}
        )
        now = fold(plan, line)
        assert now.step(1).beyond == {"deadline": 7}
        assert saved(now, edit(now, 1, by=ANA, title="New")).step(1).beyond == {"deadline": 7}

    def test_they_come_back_with_a_removed_step(self) -> None:
        plan = plan_of(FULL)
        gone = saved(plan, remove(plan, 1, by=ANA))
        assert saved(gone, replace(plan, removed=())).step(1).beyond == FULL.beyond

    def test_unknown_fields_of_the_plan_are_carried_along_line_by_line(self) -> None:
        first = adopted({"plan": {"budget": 7}})
        second = replace(adopted({"plan": {"colour": "red"}}), rev=12)
        plan = replace(plan_of(work()), beyond={"deadline": 1})
        assert fold_all(plan, (first, second)).beyond == {"deadline": 1, "budget": 7, "colour": "red"}

    def test_bookkeeping_in_a_line_is_not_taken(self) -> None:
        line = Line(
            rev=11, at=0, by="file", verb="x", set={"1": {"number": 9, "revision": 99, "title": "New"}}
        )
        step = fold(plan_of(work()), line).step(1)
        assert (step.number, step.revision, step.title, step.beyond) == (1, 11, "New", {})

    def test_a_changed_unknown_field_is_a_difference(self) -> None:
        plan = plan_of(FULL)
        delta = diff(plan, plan_of(replace(FULL, beyond={"deadline": 8})))
        assert (delta.set, delta.was) == ({"1": {"deadline": 8}}, {"1": FULL.beyond})


class TestValues:
    @pytest.mark.parametrize("step", [FULL, work(), work(3, Status.IN_REVIEW, 1, 2)])
    def test_a_step_is_the_sum_of_its_values_as_json(self, step: Step) -> None:
        values = msgspec.json.decode(msgspec.json.encode(field_values(step)))
        assert with_values(Step(number=step.number, title=""), values) == step

    def test_values_that_are_defaults_are_not_written(self) -> None:
        assert field_values(work()) == {"title": "Step 1"}
