"""What stood in plan.json before our last change is told from the last lines, not from the whole journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.domain.revision import diff, fold, line_of
from plans.domain.verbs import shaping
from plans.store import catching_up, past
from plans.store.past import undone
from tests.domain.walks import Wish, content, start, walked, walks
from tests.store.scene import ANN, START, Scene, step
from tests.store.test_doubtful_rewrites import die_after_rewrite, die_before_rewrite, now
from tests.store.test_journal import filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.store.known import Known
    from plans.store.paths import Folder
    from plans.store.seals import Judge


@settings(max_examples=200)
@given(walks, st.data())
def test_lines_that_are_taken_back_leave_what_was_or_are_not_enough(
    walk: list[Wish], data: st.DataObject
) -> None:
    legs = [leg for leg in walked(walk) if leg.line]
    plans = [start(), *(leg.after for leg in legs)]
    lines = [leg.line for leg in legs if leg.line]
    since = data.draw(st.integers(0, len(lines)))
    before = undone(plans[-1], lines[since:])
    if before is not None:
        told, was = content(before).steps, content(plans[since]).steps
        assert [replace(step, beyond={}) for step in told] == [replace(step, beyond={}) for step in was]


def a_plan(*titles: str) -> Plan:
    plan = start()
    for title in titles:
        plan = changed(plan, shaping.add(plan, by=ANN, at=START, title=title))[0]
    return plan


def changed(plan: Plan, edited: Plan) -> tuple[Plan, Line]:
    line = line_of(
        diff(plan, edited), rev=plan.revision + 1, at=START + plan.revision, by=str(ANN), verb="edit"
    )
    return fold(plan, line), line


def test_a_change_and_a_new_step_are_taken_back() -> None:
    before = a_plan("build", "test")
    edited, first = changed(before, shaping.edit(before, before.steps[0].number, by=ANN, title="build all"))
    after, second = changed(edited, shaping.add(edited, by=ANN, at=START, title="ship"))
    told = undone(after, [first, second])
    assert told is not None
    assert [step.title for step in told.steps] == [step.title for step in before.steps]


@pytest.mark.parametrize(
    "edit",
    [
        lambda plan: shaping.remove(plan, plan.steps[0].number, by=ANN),
        lambda plan: shaping.move(plan, plan.steps[0].number, by=ANN, after=plan.steps[1].number),
        lambda plan: replace(plan, title="another plan"),
    ],
    ids=["removed", "moved", "the plan's own"],
)
def test_what_lines_do_not_tell_whole_is_not_taken_back(edit: Callable[[Plan], Plan]) -> None:
    before = a_plan("build", "test")
    after, line = changed(before, edit(before))
    assert undone(after, [line]) is None


def test_a_line_that_says_what_cannot_be_is_not_taken_back() -> None:
    before = a_plan("build", "test")
    number = before.steps[0].number
    after, line = changed(before, shaping.edit(before, number, by=ANN, title="build all"))
    for was in ({}, {str(number): {"title": 7}}):
        assert undone(after, [replace(line, was=was)]) is None


@pytest.fixture
def no_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    def replayed(*_: object) -> None:
        pytest.fail("all of the journal was read")

    monkeypatch.setattr(past, "replayed", replayed)


def test_it_is_read_where_the_last_line_moved_a_step(plan: Scene) -> None:
    plan.change(lambda p: shaping.move(p, 3, by=ANN, after=1), "move")
    plan.store.close()
    die_after_rewrite(plan)
    plan.peer.merge("work", [step("test", "completed")], "agent:x")
    after = now(plan)
    after.store.adopt("work")
    assert [(s["step"], s["status"]) for s in after.steps] == [
        ("build", "pending"),
        ("ship", "pending"),
        ("test", "completed"),
    ]


@pytest.mark.usefixtures("no_replay")
def test_a_long_journal_is_not_read_to_tell_what_a_peer_started_from(plan: Scene) -> None:
    filled(plan, 64)
    die_before_rewrite(plan, lambda: plan.claim(1))
    plan.store.close()
    plan.peer.merge("work", [step("test", "completed")], "agent:x")
    after = now(plan)
    after.store.adopt("work")
    assert [s["status"] for s in after.steps] == ["in_progress", "completed", "pending"]
    assert after.step(1).owner == "session-abc"


def test_it_is_read_where_the_last_lines_do_not_reach_so_far(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []

    def replayed(folder: Folder, judge: Judge | None = None) -> Known | None:
        read.append(folder)
        return catching_up.replayed(folder, judge)

    monkeypatch.setattr(past, "replayed", replayed)
    plan.claim(1)
    filled(plan, past.LINES)
    plan.store.close()
    die_after_rewrite(plan)
    plan.peer.merge("work", [step("test", "completed")], "agent:x")
    after = now(plan)
    after.store.adopt("work")
    assert [s["status"] for s in after.steps] == ["in_progress", "completed", "pending"]
    assert read
