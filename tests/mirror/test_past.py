"""Any revision can be had from the mirror's lines, exactly as it was."""

import pytest
from msgspec.structs import replace

from plans.domain.errors import PlanNotFound
from plans.domain.plan import Plan
from plans.domain.revision import fold, fold_all
from plans.domain.step import Status
from plans.domain.tenure import Ending
from plans.mirror import reading
from plans.mirror.applying import forget
from plans.mirror.past import RevisionNotFound, past_of, picture_at, plan_at
from tests.mirror.stage import NAMESPACE, Story, set_step, steps

pytestmark = pytest.mark.django_db


def told() -> Story:
    """A plan with everything that changes one: words, statuses, an order, a step that comes and goes."""
    story = Story(*steps(4))
    story.change(set_step(1, status=Status.IN_PROGRESS, owner="session-a"), verb="claim")
    story.change(set_step(1, active_form="writing", progress=None), verb="say")
    story.change(lambda plan: plan.with_steps(plan.steps[::-1]), verb="move")
    story.change(lambda plan: replace(plan, title="Ledger", created_at=7), verb="adopt")
    story.change(lambda plan: plan.with_steps(plan.steps[1:]), verb="remove")
    return story.change(set_step(1, status=Status.COMPLETED), verb="complete")


def test_every_revision_is_the_one_that_was() -> None:
    story = told()
    story.mirror()
    plan = Plan(namespace=NAMESPACE, epoch="e1", created_at=1)
    for line in story.lines:
        plan = fold(plan, line)
        assert plan_at(NAMESPACE, line.rev) == plan
    assert plan == story.plan


def test_before_the_first_revision_there_is_nothing() -> None:
    told().mirror()
    assert plan_at(NAMESPACE, 0) == Plan(namespace=NAMESPACE, epoch="e1", created_at=1)


def test_an_older_revision_says_so_and_cannot_be_written() -> None:
    told().mirror()
    picture = picture_at(NAMESPACE, 2)
    assert picture.is_past
    assert not picture.writable
    assert picture.standings[1].column == "run"


@pytest.mark.parametrize("revision", [-1, 8])
def test_a_revision_that_never_was_is_refused(revision: int) -> None:
    told().mirror()
    with pytest.raises(RevisionNotFound, match="it is at 7"):
        plan_at(NAMESPACE, revision)


def test_a_plan_that_is_not_there_is_refused() -> None:
    with pytest.raises(PlanNotFound):
        plan_at("no.such", 1)


def test_what_comes_later_is_read_when_it_is_asked_for() -> None:
    story = told()
    known = story.mirror()
    assert past_of(NAMESPACE).newest == 7
    story.change(set_step(2, title="Another"))
    story.mirror(known)
    assert past_of(NAMESPACE).newest == 8
    assert plan_at(NAMESPACE, 8) == story.plan
    assert plan_at(NAMESPACE, 7).step(2).title == "Step 2"


def test_a_plan_that_took_the_name_of_another_has_its_own_past() -> None:
    told().mirror()
    assert plan_at(NAMESPACE, 7).title == "Ledger"
    other = Story(*steps(1), epoch="e2")
    other.mirror()
    assert plan_at(NAMESPACE, 1).steps == other.plan.steps
    with pytest.raises(RevisionNotFound):
        plan_at(NAMESPACE, 7)


def test_a_journal_that_was_cut_and_grew_again_is_read_again() -> None:
    told().mirror()
    assert past_of(NAMESPACE).newest == 7
    forget(NAMESPACE)
    again = told().change(set_step(2, title="Grown again"))
    again.lines[6] = replace(again.lines[6], note="Another line than before")
    again.mirror()
    assert [line.note for line in past_of(NAMESPACE).lines][6] == "Another line than before"


def test_lines_that_are_judged_anew_are_read_again() -> None:
    """Red where only the last line is looked at: the replay goes on showing decisions that nobody signed."""
    story = Story(*steps(2))
    story.change(set_step(1, title="Approved"), verb="approve").change(set_step(2, title="Later"))
    story.mirror()
    assert [line.forged for line in past_of(NAMESPACE).lines] == [(), (), ()]
    story.lines[1] = replace(story.lines[1], forged=(1,))
    story.mirror()
    assert [line.forged for line in past_of(NAMESPACE).lines] == [(), (1,), ()]


def test_a_plan_as_it_was_is_of_the_copy_that_was_read() -> None:
    told().mirror()
    assert picture_at(NAMESPACE, 2).history == reading.versions([NAMESPACE])[NAMESPACE][0]


def test_a_long_history_gives_every_revision_in_whatever_order_it_is_asked_for() -> None:
    story = Story(*steps(3))
    for rev in range(2, 1_300):
        story.change(set_step(1 + rev % 3, title=f"As of {rev}"))
    story.mirror()
    for rev in (1_299, 1, 512, 513, 1_024, 700, 511):
        plan = plan_at(NAMESPACE, rev)
        assert plan.revision == rev
        assert plan == fold_all(Plan(namespace=NAMESPACE, epoch="e1", created_at=1), story.lines[:rev])


def test_the_story_grows_with_the_lines() -> None:
    story = told()
    known = story.mirror()
    assert [tenure.ending for tenure in past_of(NAMESPACE).story.tenures] == [Ending.COMPLETED]
    story.change(set_step(2, status=Status.IN_PROGRESS, owner="session-b"))
    story.mirror(known)
    assert len(past_of(NAMESPACE).story.tenures) == 2


def test_only_the_past_of_a_few_plans_is_kept() -> None:
    for number in range(6):
        Story(*steps(1), namespace=f"plan.{number}", epoch=f"e{number}").mirror()
        assert plan_at(f"plan.{number}", 1).epoch == f"e{number}"
    assert plan_at("plan.0", 1).epoch == "e0"
