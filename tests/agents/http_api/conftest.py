"""A ledger in real files, and agents with tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan
from plans.agents.http_api import asking
from plans.django_wiring import desk as desk_of
from plans.security.rates import Pace
from tests.agents.http_api.caller import ADA, PLAN, Agent

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from plans.actions.desk import Desk

STEPS = (
    StepDraft(title="Map every writer"),
    StepDraft(title="Measure reads"),
    StepDraft(title="Choose the key", needs=(1, 2)),
)


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Desk:
    """Work at a root of the test's own."""
    root = tmp_path / "root"
    root.mkdir(mode=0o700)
    settings.PLANBOARD = replace(
        settings.PLANBOARD, root_folder=str(root), home_folder=str(tmp_path / "home")
    )
    return desk_of()


@pytest.fixture(autouse=True)
def fresh_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test use up another one's writes."""
    monkeypatch.setattr(asking, "WRITES", Pace())
    monkeypatch.setattr(asking, "HEARTBEATS", Pace())


@pytest.fixture
def plan(desk: Desk) -> str:
    """Make a plan of three steps; the third needs the others."""
    create_plan(desk, PLAN, sent=PlanDraft(title="Ledger", steps=STEPS), by=ADA)
    return PLAN


@pytest.fixture
def agent(plan: str, db: None) -> Agent:  # noqa: ARG001 - tokens need a database
    return Agent()
