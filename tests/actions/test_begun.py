"""What a session may say of the steps of a plan that it creates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan
from plans.domain.actor import person, session
from plans.domain.errors import PersonOnly

if TYPE_CHECKING:
    from plans.actions.desk import Desk

ABC = session("session-abc")


def test_a_session_begins_no_step_of_another(desk: Desk) -> None:
    sent = PlanDraft(steps=(StepDraft(title="Build", owner="session-def"),))
    with pytest.raises(PersonOnly, match="assign a step to another session"):
        create_plan(desk, "payments.new", sent=sent, by=ABC)
    assert create_plan(desk, "payments.new", sent=sent, by=person("ada")).plan.step(1).owner == "session-def"


def test_a_session_may_begin_its_own(desk: Desk) -> None:
    sent = PlanDraft(steps=(StepDraft(title="Build", owner=ABC.name),))
    assert create_plan(desk, "payments.new", sent=sent, by=ABC).plan.step(1).owner == ABC.name
