"""Who is there and what happened, asked of the mirror."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from plans.domain.happening import Happening
from plans.domain.picture import Life
from plans.domain.plan import PlanState
from plans.domain.rights import EVERY_PLAN
from plans.domain.step import Status, Step
from plans.mirror import activity, roll_call
from plans.mirror.activity import Wanted
from plans.mirror.session_rows import write_lives
from tests.mirror.stage import NAMESPACE, Story, set_step, steps

pytestmark = pytest.mark.django_db


def work(number: int, owner: str = "abc", status: Status = Status.IN_PROGRESS, **values: object) -> Step:
    return replace(Step(number=number, title=f"Step {number}"), owner=owner, status=status, **values)


class TestEverybody:
    def test_each_comes_with_the_open_steps_it_has(self) -> None:
        Story(work(1), work(2, status=Status.COMPLETED), work(3, "def", active_form="running")).mirror()
        write_lives([Life(session=name, beats=5, beat_at=1) for name in ("abc", "def", "idle")])
        found = {one.life.session: one for one in roll_call.everybody(EVERY_PLAN)}
        assert {name: [step.key for step in one.held] for name, one in found.items()} == {
            "abc": [(NAMESPACE, 1)],
            "def": [(NAMESPACE, 3)],
            "idle": [],
        }
        assert found["def"].held[0].active_form == "running"
        assert found["abc"].life.beats == 5

    def test_two_statements_whatever_there_is(self) -> None:
        Story(*(work(number, f"s{number}") for number in range(1, 200))).mirror()
        write_lives([Life(session=f"s{number}") for number in range(1, 200)])
        with CaptureQueriesContext(connection) as captured:
            assert len(roll_call.everybody(EVERY_PLAN)) == 199
        assert len(captured) == 2

    def test_plans_that_were_put_aside_hold_nobody(self) -> None:
        write_lives([Life(session="abc")])
        Story(work(1), namespace="a.one").change(lambda plan: replace(plan, archived=True)).mirror()
        aborted = Story(work(1), namespace="a.two")
        aborted.change(lambda plan: replace(plan, stored_state=PlanState.ABORTED)).mirror()
        assert [one.held for one in roll_call.everybody(EVERY_PLAN)] == [()]

    def test_one_is_found_by_its_steps_or_by_what_it_did_too(self) -> None:
        Story(work(1, "owner")).change(set_step(1, title="New"), by="session:author").mirror()
        owner, author = roll_call.attendee(EVERY_PLAN, "owner"), roll_call.attendee(EVERY_PLAN, "author")
        assert owner is not None
        assert [step.number for step in owner.held] == [1]
        assert author is not None
        assert (author.life.progress_at, author.held) == (2_000, ())
        assert roll_call.attendee(EVERY_PLAN, "nobody") is None

    def test_what_waits_is_told_with_its_needs(self) -> None:
        first, second, third = steps(3)
        Story(first, replace(second, needs=(1,)), replace(third, needs=(1, 2))).mirror()
        with CaptureQueriesContext(connection) as captured:
            assert roll_call.waiting([]) == {}
        assert not captured.captured_queries
        assert roll_call.waiting([NAMESPACE]) == {(NAMESPACE, 2): (1,), (NAMESPACE, 3): (1, 2)}

    def test_progress_is_counted_by_the_minute(self) -> None:
        story = Story(*steps(1))  # revision n is made at n seconds
        for number in range(130):
            story.change(set_step(1, title=f"{number}"), by="session:abc" if number % 2 else "person:ada")
        story.mirror()
        bars = roll_call.progress(EVERY_PLAN, now=131_000)
        assert bars == {"abc": {27: 30, 28: 30, 29: 6}}
        assert roll_call.progress(EVERY_PLAN, now=131_000, name="abc") == bars
        assert roll_call.progress(EVERY_PLAN, now=131_000, name="def") == {}
        assert roll_call.progress(EVERY_PLAN, now=131_000 + 28 * roll_call.MINUTE) == {"abc": {0: 30, 1: 6}}


class TestActivity:
    def test_events_of_all_plans_come_newest_first_and_go_on_where_they_ended(self) -> None:
        one, two = Story(*steps(1), namespace="a.one"), Story(*steps(1), namespace="b.two")
        for number in range(3):
            for story in (one, two):
                story.change(set_step(1, title=f"{number}"))
        one.mirror()
        two.mirror()
        found = activity.older(Wanted(sight=EVERY_PLAN), before=None, limit=3)
        found += activity.older(Wanted(sight=EVERY_PLAN), before=found[-1].place, limit=30)
        assert [(event.namespace, event.line.rev) for event in found] == [
            (namespace, revision) for revision in (4, 3, 2, 1) for namespace in ("b.two", "a.one")
        ]
        assert activity.older(Wanted(sight=EVERY_PLAN), before=found[-1].place, limit=3) == []

    def test_they_are_narrowed_down(self) -> None:
        story = Story(*steps(2))
        story.change(set_step(1, title="Needle % in_hay"), by="person:ada")
        story.change(set_step(2, status=Status.COMPLETED), verb="complete")
        story.mirror()

        def revisions(wanted: Wanted) -> list[int]:
            return [event.line.rev for event in activity.older(wanted, before=None, limit=9)]

        assert revisions(Wanted(sight=EVERY_PLAN, who="person:ada")) == [2]
        assert revisions(Wanted(sight=EVERY_PLAN, sort=Happening.STATUS)) == [3]
        assert revisions(Wanted(sight=EVERY_PLAN, words=("needle", "% IN_hay"))) == [2]
        assert revisions(Wanted(sight=EVERY_PLAN, plan="no.such")) == []
        assert revisions(Wanted(sight=EVERY_PLAN, group="payments")) == [3, 2, 1]

    def test_titles_are_those_of_now(self) -> None:
        story = Story(*steps(2)).change(set_step(1, title="New"))
        story.change(lambda plan: plan.with_steps(plan.steps[:1])).mirror()
        assert activity.titles([(NAMESPACE, 1), (NAMESPACE, 2)]) == {(NAMESPACE, 1): "New"}
        assert activity.titles([]) == {}

    def test_a_whole_old_history_is_no_news(self) -> None:
        fresh = Story(*steps(1), namespace="a.one")
        known = fresh.mirror()
        for number in range(100):
            fresh.change(set_step(1, title=f"{number}"))
        fresh.mirror(known)
        mark = activity.newest(EVERY_PLAN)
        Story(*steps(1), namespace="b.two").mirror()  # as if it had been brought back
        assert activity.newer(Wanted(sight=EVERY_PLAN), after=mark, limit=9, now=mark.at) == []
        assert activity.newest(EVERY_PLAN).row > mark.row

    def test_nothing_yet_is_a_place_too(self) -> None:
        assert str(activity.newest(EVERY_PLAN)) == "0-0"

    def test_figures_take_a_statement_each(self) -> None:
        story = Story(*steps(1))
        for number in range(5):
            story.change(set_step(1, title=f"{number}"))
        story.mirror()
        with CaptureQueriesContext(connection) as captured:
            assert activity.tally(Wanted(sight=EVERY_PLAN), since=3_000) == [("session:abc", "edit", 4)]
            assert activity.by_hour(Wanted(sight=EVERY_PLAN), now=activity.HOUR + 1, hours=3) == [0, 6, 0]
        assert len(captured) == 2
