"""Commands that several threads of a test run in one process do not get into each other's way."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests import command

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_who_runs_a_command_beside_another_finds_the_whole_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Red where it is read while the other one exchanges it: a name is gone before its value is read."""
    monkeypatch.setattr(command, "main", lambda _words: 0)
    with ThreadPoolExecutor(2) as threads:
        said = [threads.submit(command.say, variables={}) for _ in range(2_000)]
        assert {one.result().code for one in said} == {0}
