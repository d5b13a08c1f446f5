"""The help of the demo is its own, and asking for it starts nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path


def test_who_asks_what_the_demo_does_is_told_and_no_plan_is_made(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "plans.agents.demo", "--help"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    told = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert "throw-away root" in told.stdout
    assert "planboard up" in told.stdout
    assert "created" not in told.stdout
    assert not list(tmp_path.iterdir())
