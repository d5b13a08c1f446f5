"""Editing a step: its words, needs and extra values; what a session may tighten and never loosen."""

import pytest
from msgspec.structs import replace

from plans.domain.errors import NeedsRefused, PersonOnly, TooLarge, WrongInput, WrongState
from plans.domain.revision import fold
from plans.domain.step import Review, Risk, Status, Step
from plans.domain.verbs.shaping import Changes, edit, remove
from tests.domain.cast import ABC, ANA, FULL, all_but, gate, line_between, order, plan_of, work
from tests.domain.walks import through_json


class TestEdit:
    def test_every_detail_can_be_changed(self) -> None:
        plan = plan_of(work(1), work(2))
        changes = Changes(
            title="New",
            notes="n",
            needs=(2,),
            phase="p",
            review=Review.REQUIRED,
            risk=Risk.PRODUCTION,
            critical=True,
            extra={"budget": 3},
        )
        step = edit(plan, 1, by=ANA, **changes).step(1)
        assert {name: getattr(step, name) for name in changes} == changes

    def test_what_is_not_named_stays(self) -> None:
        step = edit(plan_of(FULL), 1, by=ANA, title="New").step(1)
        assert step == replace(FULL, title="New", revision=9)

    def test_saying_the_same_changes_nothing(self) -> None:
        plan = plan_of(FULL)
        same = Changes(title=FULL.title, notes=FULL.notes, needs=(), phase=FULL.phase, extra={})
        assert edit(plan, 1, by=ANA, **same) is plan
        assert edit(plan, 1, by=ANA) is plan

    def test_a_title_that_a_peer_made_too_long_may_stay(self) -> None:
        plan = plan_of(replace(work(), title="x" * 5000))
        assert edit(plan, 1, by=ANA, title="x" * 5000, notes="n").step(1).notes == "n"
        with pytest.raises(TooLarge):
            edit(plan, 1, by=ANA, title="x" * 4999)

    @pytest.mark.parametrize("status", [Status.PENDING, Status.IN_PROGRESS, Status.BLOCKED])
    def test_needs_may_be_added_while_the_step_is_not_finished(self, status: Status) -> None:
        assert edit(plan_of(work(1, status), work(2)), 1, by=ANA, needs=(2,)).step(1).needs == (2,)

    @pytest.mark.parametrize("status", all_but(Status.PENDING, Status.IN_PROGRESS, Status.BLOCKED))
    def test_a_finished_step_cannot_be_made_to_wait(self, status: Status) -> None:
        plan = plan_of(work(1, status, 3), work(2), work(3))
        with pytest.raises(WrongState, match="cannot be made to wait for others"):
            edit(plan, 1, by=ANA, needs=(2, 3))
        assert edit(plan, 1, by=ANA, needs=()).step(1).needs == ()

    def test_a_circle_is_refused_naming_the_edge(self) -> None:
        plan = plan_of(work(1, Status.PENDING, 2), work(2, Status.PENDING, 3), work(3))
        with pytest.raises(NeedsRefused, match="step 1 already waits for step 3") as refused:
            edit(plan, 3, by=ANA, needs=(1,))
        assert refused.value.edge == (3, 1)


class TestExtra:
    def test_keys_are_merged_and_none_deletes(self) -> None:
        step = edit(plan_of(FULL), 1, by=ANA, extra={"timeout": None, "budget": [1, 2]}).step(1)
        assert step.extra == {"retry": FULL.extra["retry"], "validate": ["make test"], "budget": [1, 2]}

    @pytest.mark.parametrize("name", ["title", "status", "owner", "revision", "beyond"])
    def test_a_field_of_the_step_is_no_extra_value(self, name: str) -> None:
        with pytest.raises(WrongInput, match=f"'{name}' is a field of the step itself"):
            edit(plan_of(work()), 1, by=ANA, extra={name: "completed"})

    @pytest.mark.parametrize(("was", "now"), [(1, True), (0, False), (1, 1.0), ([{"a": 1}], [{"a": True}])])
    def test_an_extra_value_of_another_type_is_another_value(self, was: object, now: object) -> None:
        plan = plan_of(replace(work(), extra={"a": was, "b": 2}))
        edited = edit(plan, 1, by=ANA, extra={"a": now})
        line = through_json(line_between(plan, edited))
        assert str(fold(plan, line).step(1).extra) == str({"a": now, "b": 2})
        assert edit(edited, 1, by=ANA, extra={"b": 2, "a": now}) is edited

    def test_extra_values_do_not_grow_without_end(self) -> None:
        """Red where each edit only has its own size: every revision of them stands in the journal whole."""
        plan = edit(plan_of(work()), 1, by=ANA, extra={"a": "x" * 200_000})
        with pytest.raises(TooLarge):
            edit(plan, 1, by=ANA, extra={"b": "x" * 200_000})
        assert edit(plan, 1, by=ANA, extra={"a": None, "b": "x" * 200_000}).step(1).extra.keys() == {"b"}

    @pytest.mark.parametrize("extra", [{"a\ud800": 1}, {"a": "\ud800"}])
    def test_names_hold_whole_characters_like_values(self, extra: dict[str, object]) -> None:
        with pytest.raises(WrongInput, match="half a character"):
            edit(plan_of(work()), 1, by=ANA, extra=extra)

    def test_values_nested_too_deep_are_refused(self) -> None:
        deep: object = 1
        for _ in range(33):
            deep = [deep]
        with pytest.raises(TooLarge):
            edit(plan_of(work()), 1, by=ANA, extra={"deep": deep})


STRICT = replace(
    work(1, Status.PENDING, 2, owner=ABC), review=Review.REQUIRED, risk=Risk.PRODUCTION, critical=True
)
LOOSER: list[Changes] = [
    {"needs": ()},
    {"review": Review.NONE},
    {"risk": Risk.NORMAL},
    {"critical": False},
]
TIGHTER: list[Changes] = [{"needs": (2, 3)}, {"risk": Risk.IRREVERSIBLE}, {"title": "New"}]


class TestSessionsOnlyTighten:
    @pytest.mark.parametrize("change", LOOSER, ids=str)
    def test_a_session_never_loosens_its_step(self, change: Changes) -> None:
        plan = plan_of(STRICT, work(2), work(3))
        with pytest.raises(PersonOnly, match="take away needs, a review, a risk or a critical mark"):
            edit(plan, 1, by=ABC, **change)
        assert edit(plan, 1, by=ANA, **change) != plan

    @pytest.mark.parametrize("change", TIGHTER, ids=str)
    def test_a_session_may_tighten_its_step(self, change: Changes) -> None:
        plan = plan_of(STRICT, work(2), work(3))
        assert edit(plan, 1, by=ABC, **change) != plan

    def test_a_session_may_ask_for_a_review(self) -> None:
        edited = edit(plan_of(work(owner=ABC)), 1, by=ABC, review=Review.REQUIRED, critical=True)
        assert (edited.step(1).review, edited.step(1).critical) == (Review.REQUIRED, True)

    @pytest.mark.parametrize(
        "step",
        [
            *(gate(), work(1, Status.BLOCKED), work(1, Status.IN_REVIEW), replace(FULL, request=None)),
            *(replace(work(), review=Review.REQUIRED), replace(work(), critical=True)),
        ],
        ids=["gate", "blocked", "in review", "decided", "to be reviewed", "critical"],
    )
    def test_a_session_never_removes_what_a_person_decides(self, step: Step) -> None:
        plan = plan_of(replace(step, owner=ABC.name))
        with pytest.raises(PersonOnly, match="remove a gate, a critical step, or one that asks, was decided"):
            remove(plan, 1, by=ABC)
        assert order(remove(plan, 1, by=ANA)) == []
