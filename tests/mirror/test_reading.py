"""What pages ask, and that following a plan equals reading it whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from msgspec.structs import replace

from plans.domain.picture import Life
from plans.domain.rights import EVERY_PLAN
from plans.domain.step import Status, Step
from plans.mirror import models, reading, session_rows
from plans.mirror.applying import forget
from plans.mirror.following import Follower
from tests.mirror.stage import NAMESPACE, Story, set_step, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.picture import Picture
    from plans.domain.plan import Plan

type Edit = Callable[[Plan], Plan]


@pytest.mark.django_db
class TestPages:
    def test_all_plans_with_their_counts_take_one_query(self) -> None:
        for name in ("b.two", "a.one"):
            story = Story(*steps(4), namespace=name)
            story.change(set_step(1, status=Status.COMPLETED)).change(
                set_step(2, status=Status.FAILED)
            ).mirror()
        with CaptureQueriesContext(connection) as captured:
            rows = reading.plan_rows(EVERY_PLAN)
        assert len(captured) == 1
        assert [
            (row.namespace, row.group, row.todo, row.run, row.ask, row.done, row.total) for row in rows
        ] == [
            ("a.one", "a", 2, 0, 1, 1, 4),
            ("b.two", "b", 2, 0, 1, 1, 4),
        ]

    def test_a_board_takes_three_queries_whatever_its_size(self) -> None:
        Story(*(replace(step, owner="abc") for step in steps(500))).mirror()
        with CaptureQueriesContext(connection) as captured:
            reading.picture(NAMESPACE)
        assert len(captured) == 3

    def test_a_steps_history_is_its_own_newest_first(self) -> None:
        story = Story(*steps(12))
        story.change(set_step(1, title="A")).change(set_step(11, title="B")).change(
            set_step(1, title="C")
        ).mirror()
        assert [line.rev for line in reading.events(NAMESPACE, step=1)] == [4, 2, 1]
        assert [line.rev for line in reading.events(NAMESPACE, step=11)] == [3, 1]
        assert [line.rev for line in reading.events(NAMESPACE, limit=2)] == [4, 3]
        assert [line.rev for line in reading.events(NAMESPACE, before=3)] == [2, 1]

    def test_lives_of_a_plan_are_those_of_its_open_steps(self) -> None:
        first, second, third = steps(3)
        Story(
            replace(first, status=Status.IN_PROGRESS, owner="abc", worker="def"),
            replace(second, status=Status.COMPLETED, owner="done"),
            third,
        ).mirror()
        session_rows.write_lives([Life(session=name, beat_at=5) for name in ("abc", "def", "done", "other")])
        assert set(reading.picture(NAMESPACE).lives) == {"abc", "def"}

    def test_sessions_come_with_what_they_work_on(self) -> None:
        Story(Step(number=1, title="x", status=Status.IN_PROGRESS, owner="abc")).mirror()
        session_rows.write_lives([Life(session="abc", beat_at=5), Life(session="idle", beat_at=9)])
        rows = reading.sessions(EVERY_PLAN)
        assert [(row.life.session, [task.number for task in row.tasks]) for row in rows] == [
            ("idle", []),
            ("abc", [1]),
        ]

    def test_progress_is_the_last_change_of_each_session(self) -> None:
        story = Story(*steps(1))
        story.change(set_step(1, title="A"), by="person:local").change(set_step(1, title="B")).mirror()
        assert reading.last_progress() == {"session:abc": 3_000}

    def test_revisions_of_many_plans_take_one_query(self) -> None:
        Story(namespace="a.one").mirror()
        with CaptureQueriesContext(connection) as captured:
            found = reading.revisions(["a.one", "no.such"])
        assert (len(captured), found) == (1, {"a.one": ("e1", 1)})

    def test_a_worker_that_never_ran_is_none(self) -> None:
        assert reading.sync_state() is None


@pytest.mark.django_db
class TestFollowing:
    def test_only_changed_steps_are_read_again(self) -> None:
        story = Story(*steps(100))
        known = story.mirror()
        follower = Follower()
        before = follower.read(NAMESPACE)
        assert before is not None
        story.change(set_step(7, title="New")).mirror(known)
        after = follower.read(NAMESPACE)
        assert after is not None
        assert after.plan == story.plan
        kept = [a is b for a, b in zip(before.plan.steps, after.plan.steps, strict=True)]
        assert kept.count(False) == 1

    def test_another_history_or_a_deleted_plan_is_noticed(self) -> None:
        Story(*steps(3)).mirror()
        follower = Follower()
        follower.read(NAMESPACE)
        assert follower.revision(NAMESPACE) == 1
        other = Story(*steps(2), epoch="e2")
        other.mirror()
        found = follower.read(NAMESPACE)
        assert found is not None
        assert found.plan == other.plan
        forget(NAMESPACE)
        assert follower.read(NAMESPACE) is None
        assert follower.revision(NAMESPACE) is None


def added(at: int) -> Edit:
    def edit(plan: Plan) -> Plan:
        number, where = plan.next_number, at % (len(plan.steps) + 1)
        fresh = Step(number=number, title=f"New {number}")
        return replace(plan, steps=(*plan.steps[:where], fresh, *plan.steps[where:]), next_number=number + 1)

    return edit


def removed(at: int) -> Edit:
    return lambda plan: plan.with_steps(step for index, step in enumerate(plan.steps) if index != at)


def moved(at: int) -> Edit:
    return lambda plan: plan.with_steps((*plan.steps[at:], *plan.steps[:at]))


def with_status(at: int, status: Status) -> Edit:
    return lambda plan: plan.with_steps(
        replace(step, status=status) if index == at else step for index, step in enumerate(plan.steps)
    )


def with_needs(at: int) -> Edit:
    def edit(plan: Plan) -> Plan:
        return plan.with_steps(
            replace(step, needs=tuple(sorted(n for n in plan.positions if n < step.number)[-2:]))
            if index == at
            else step
            for index, step in enumerate(plan.steps)
        )

    return edit


PLACES = st.integers(0, 9)
EDITS = st.one_of(
    PLACES.map(added),
    PLACES.map(removed),
    PLACES.map(moved),
    PLACES.map(with_needs),
    st.builds(with_status, PLACES, st.sampled_from(Status)),
)


def comparable(picture: Picture | None) -> Picture | None:
    """Who needs a step is a set."""
    return picture and replace(picture, users={need: sorted(users) for need, users in picture.users.items()})


class TestLaw(TestCase):
    """Whatever happens to a plan, one that followed it knows what one that reads it now knows."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(EDITS, st.booleans(), st.booleans()), max_size=12))
    def test_following_equals_reading_whole(self, story_of: list[tuple[Edit, bool, bool]]) -> None:
        story = Story(*steps(4))
        known = story.mirror()
        follower = Follower()
        for edit, mirrored, looked in story_of:
            if edit(story.plan) != story.plan:
                story.change(edit)
            if mirrored:
                known = story.mirror(known)
            if looked:
                follower.read(NAMESPACE)
        story.mirror(known)
        assert comparable(follower.read(NAMESPACE)) == comparable(reading.picture(NAMESPACE))
        assert reading.picture(NAMESPACE).plan == story.plan
        assert models.Step.objects.filter(removed=False).count() == len(story.plan.steps)
