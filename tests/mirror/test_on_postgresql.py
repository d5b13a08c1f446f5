"""What pages ask of the mirror, on PostgreSQL: the same tests once more, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROOMS = ("tests/mirror", "tests/people")
PAGES = ("needs", "sessions", "activity", "activity_words", "search", "plan_list")


@pytest.mark.timeout(600)
def test_the_mirror_and_the_pages_over_it_are_the_same_on_postgresql(postgres_url: str) -> None:
    environment = os.environ | {"PLANBOARD_TEST_MIRROR_URL": postgres_url}
    pages = [f"tests/web/test_{page}.py" for page in PAGES]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not postgresql"]
    done = subprocess.run(
        [*command, *ROOMS, *pages],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
