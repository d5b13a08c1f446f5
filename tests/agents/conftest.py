"""A root with one plan of three steps, and a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans import wiring
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan
from plans.domain.actor import person
from plans.environment import Environment
from tests.agents.shell import PLAN, Shell

if TYPE_CHECKING:
    from pathlib import Path

    from plans.actions.desk import Desk

STEPS = (
    StepDraft(title="Map every writer"),
    StepDraft(title="Measure reads"),
    StepDraft(title="Choose the key", needs=(1, 2)),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "plans"
    root.mkdir(mode=0o700)
    return root


@pytest.fixture
def shell(root: Path) -> Shell:
    return Shell(root)


@pytest.fixture
def desk(root: Path) -> Desk:
    """Give what a person at the board works at: the same files."""
    settings = {"PLANBOARD_ROOT": str(root), "PLANBOARD_HOME": str(root.parent / "home")}
    settings |= {"PLANBOARD_SOURCES": "none"}
    return wiring.desk(Environment.read(settings))


@pytest.fixture
def plan(desk: Desk) -> str:
    """Make a plan of three steps; the third needs the others."""
    create_plan(desk, PLAN, sent=PlanDraft(title="Ledger", steps=STEPS), by=person("ada"))
    return PLAN
