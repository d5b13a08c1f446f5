"""A desk over a fresh root with one plan, and a clock that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions.desk import Desk
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan
from plans.sessions.heartbeats import Sessions
from plans.store.plan_store import PlanStore
from tests.actions.cast import ADA, PLAN, Clock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """Make a plan of three steps; the third needs the first."""
    made = Desk(store=PlanStore(tmp_path, clock=clock), sessions=Sessions(tmp_path, clock=clock))
    steps = (StepDraft(title="one"), StepDraft(title="two"), StepDraft(title="three", needs=(1,)))
    create_plan(made, PLAN, sent=PlanDraft(title="Plan", steps=steps), by=ADA)
    return made
