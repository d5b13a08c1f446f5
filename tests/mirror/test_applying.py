"""Writing changes: how many statements they take, what rows they leave, what the database refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from plans.domain.errors import PlanNotFound
from plans.domain.picture import Life
from plans.domain.problem import Problem
from plans.domain.revision import Line
from plans.domain.step import Status, Step
from plans.mirror import checking, models, reading, session_rows
from plans.mirror.applying import empty, forget, write
from plans.mirror.documents import INDEXED_LENGTH
from plans.mirror.rows import event_row, paint
from tests.mirror.stage import NAMESPACE, Story, set_step, steps

if TYPE_CHECKING:
    from django.db.models import Model

    from plans.mirror.rows import Known

pytestmark = pytest.mark.django_db


def statements(known: Known, story: Story) -> list[str]:
    news = story.news()
    painted = paint(known, news)
    with CaptureQueriesContext(connection) as captured:
        write(known, painted, news)
    written = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in written if sql.startswith(("INSERT", "UPDATE", "DELETE", "SELECT"))]


@pytest.mark.parametrize("count", [10, 1_000, 5_000])
def test_one_changed_step_takes_three_statements_whatever_the_size(count: int) -> None:
    story = Story(*steps(count))
    known = story.mirror()
    story.change(set_step(count // 2, status=Status.IN_PROGRESS, owner="session-abc"), verb="claim")
    assert len(statements(known, story)) == 3


def test_a_moved_step_and_what_it_releases_take_three_statements_too() -> None:
    story = Story(*steps(50))
    story.change(
        lambda plan: plan.with_steps(replace(s, needs=(1,)) if s.number > 1 else s for s in plan.steps)
    )
    known = story.mirror()
    story.change(
        lambda plan: plan.with_steps([*plan.steps[1:], replace(plan.steps[0], status=Status.COMPLETED)])
    )
    assert len(statements(known, story)) == 3
    assert models.Step.objects.filter(condition="ready").count() == 49


def test_a_problem_alone_takes_one_statement() -> None:
    story = Story(*steps(3))
    known = story.mirror()
    problem = Problem(kind="unreadable", message="line 3: no comma", line=3, column=1)
    news = story.news(problem=problem)
    with CaptureQueriesContext(connection) as captured:
        write(known, paint(known, news), news)
    assert len([query for query in captured.captured_queries if query["sql"].startswith("UPDATE")]) == 1
    assert reading.picture(NAMESPACE).problem == problem


def test_rows_are_changed_in_place_never_made_again() -> None:
    story = Story(*steps(3))
    known = story.mirror()
    keys = dict(models.Step.objects.values_list("number", "pk"))
    story.change(set_step(2, title="Other"))
    story.mirror(known)
    assert dict(models.Step.objects.values_list("number", "pk")) == keys


def test_the_mirror_is_what_was_written() -> None:
    story = Story(*steps(5))
    known = story.mirror()
    story.change(set_step(2, status=Status.COMPLETED)).change(set_step(3, needs=(1, 2)))
    known = story.mirror(known)
    story.change(lambda plan: plan.with_steps(reversed(plan.steps[1:])), verb="move")
    story.mirror(known)
    assert checking.differences(story.plan, story.lines) == []
    assert reading.picture(NAMESPACE).plan == story.plan


def test_every_difference_is_found() -> None:
    story = Story(*steps(3))
    story.mirror()
    models.Step.objects.filter(number=2).update(condition="doomed")
    models.Step.objects.filter(number=3).update(position=-5)
    assert "order" in checking.differences(story.plan, story.lines)[0]
    models.Step.objects.filter(number=3).update(position=2**40)
    assert "step 2" in checking.differences(story.plan, story.lines)[0]
    models.RevisionEvent.objects.all().delete()
    assert "0 revisions instead of 1" in checking.differences(story.plan, story.lines)[-1]
    models.Plan.objects.update(revision=9)
    assert "revision 9" in checking.differences(story.plan, story.lines)[0]
    empty()
    assert checking.differences(story.plan, story.lines) == ["The mirror does not have the plan"]
    assert checking.strangers([NAMESPACE]) == []


def test_another_history_replaces_everything() -> None:
    Story(*steps(9)).mirror()
    other = Story(*steps(2), epoch="e2")
    other.mirror()
    assert checking.differences(other.plan, other.lines) == []
    assert models.Step.objects.count() == 2


def test_a_forgotten_plan_leaves_nothing_behind() -> None:
    Story(*steps(3)).mirror()
    forget(NAMESPACE)
    assert models.Step.objects.count() == models.RevisionEvent.objects.count() == 0
    with pytest.raises(PlanNotFound):
        reading.picture(NAMESPACE)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (models.Step, {"status": "resting"}),
        (models.Step, {"condition": "maybe"}),
        (models.Step, {"column": "backlog"}),
        (models.Step, {"revision": -1}),
        (models.Step, {"number": 0}),
        (models.Plan, {"revision": -1}),
        (models.Plan, {"state": "lost"}),
        (models.Plan, {"done": -1}),
        (models.RevisionEvent, {"revision": 0}),
    ],
)
def test_the_database_itself_refuses_what_cannot_be(model: type[Model], values: dict[str, object]) -> None:
    Story(*steps(1)).mirror()
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.update(**values)


def test_a_number_is_in_a_plan_once() -> None:
    known = Story(*steps(1)).mirror()
    row = models.Step.objects.get()
    row.pk = None
    assert row.plan_id == known.key
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_session_cannot_be_half_alive() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        session_rows.write_lives([Life(session="abc", liveness="undead")])


def test_writing_a_session_again_changes_its_row() -> None:
    session_rows.write_lives([Life(session="abc", beat_at=1), Life(session="def")])
    session_rows.write_lives([Life(session="abc", beat_at=2, liveness="live")])
    assert models.Session.objects.get(session="abc").beat_at == 2
    assert models.Session.objects.count() == 2


def test_names_that_become_equal_without_their_broken_halves_are_one_session() -> None:
    session_rows.write_lives([Life(session="a\ud800"), Life(session="a\udfff")])
    assert models.Session.objects.get().session == "a\ufffd"


def test_an_owner_too_long_for_an_index_is_kept_whole_in_the_document() -> None:
    Story(Step(number=1, title="x", owner="o" * 5_000, status=Status.IN_PROGRESS)).mirror()
    assert reading.picture(NAMESPACE).plan.step(1).owner == "o" * 5_000


def test_a_verb_of_any_length_fits_into_its_index() -> None:
    """Red where it is taken as it is: PostgreSQL refuses the row, and the plan is never copied again."""
    line = Line(rev=1, at=1, by="file", verb="x" * 10_000)
    assert len(event_row(line).verb) == INDEXED_LENGTH
