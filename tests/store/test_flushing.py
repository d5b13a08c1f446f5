"""What must be on disk before it is told, and what may follow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from plans.domain.step import Status
from tests.store.scene import step

if TYPE_CHECKING:
    from tests.store.scene import Scene


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the name of every file that is flushed."""
    names: list[str] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        names.append(os.path.basename(os.readlink(f"/proc/self/fd/{fd}")))  # noqa: PTH115, PTH119
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    return names


def test_a_peers_change_is_taken_in_without_waiting_for_the_disk(plan: Scene, flushed: list[str]) -> None:
    plan.peer.merge("work", [step("test", "completed")], "agent:x")
    adopted = plan.store.adopt("work")
    assert adopted is not None
    assert adopted.plan.step(2).status is Status.COMPLETED
    assert flushed == []
    plan.store.settle("work")
    assert flushed == ["journal.jsonl"]


def test_our_next_edit_flushes_what_was_taken_in(plan: Scene, flushed: list[str]) -> None:
    plan.peer.merge("work", [step("test", "completed")], "agent:x")
    plan.store.adopt("work")
    plan.claim(1)
    assert flushed[0] == "journal.jsonl"
    assert plan.store.verify("work") == []
