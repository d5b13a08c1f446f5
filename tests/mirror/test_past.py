"""Any revision can be had from the mirror's lines, exactly as it was."""

import pytest
from msgspec.structs import replace

from plans.domain.errors import PlanNotFound
from plans.domain.plan import Plan
from plans.domain.revision import fold
from plans.domain.step import Status
from plans.mirror.past import RevisionNotFound, picture_at, plan_at
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
