"""Peers as processes that are stopped, or killed, with the lock in their hand, and wake up much later."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import Busy
from plans.domain.step import Flag, Status
from plans.store import peer_locking
from tests.peer.plan_store import PeerStore
from tests.store.scene import Scene, make_scene, step
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("old_machine")

SLEEPER = Path(__file__).parents[1] / "peer" / "sleeper.py"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(peer_locking, "PEER_WAIT", 0.2)
    return make_scene(tmp_path / "root", "build", "test", "ship")


@contextmanager
def asleep(scene: Scene, text: str) -> Iterator[subprocess.Popen[str]]:
    """Start a peer that has the lock and has read, and stop it."""
    command = [sys.executable, str(SLEEPER), str(scene.root), "work", "agent:sleeper", text]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asleep\n"
        process.send_signal(signal.SIGSTOP)
        try:
            yield process
        finally:
            process.kill()


def wake(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGCONT)
    process.communicate("go on\n", timeout=PATIENCE)
    assert process.returncode == 0


def let_time_pass(scene: Scene, seconds: float) -> None:
    """Make the lock so old; the sleeper does not touch it."""
    moment = time.time() - seconds
    os.utime(scene.folder / ".lock", (moment, moment))


def test_a_stopped_peers_lock_is_never_taken_by_us_and_its_holder_is_named(plan: Scene) -> None:
    with asleep(plan, "test") as peer:
        let_time_pass(plan, 4_000)
        with pytest.raises(Busy, match=f"locked by process {peer.pid}"):
            plan.claim(1)
        assert plan.edit(1, notes="needs no lock").late == ""
        with pytest.raises(Busy, match="which may be alive"):
            plan.store.unlock("work")
        wake(peer)
    assert plan.claim(1).late == ""
    plan.store.adopt("work")
    assert [one["status"] for one in plan.steps] == ["in_progress", "completed", "pending"]
    assert plan.store.verify("work") == []


@pytest.mark.parametrize(("version", "age"), [(1, 11), (3, 301)])
def test_after_another_peer_stole_it_the_sleeper_that_wakes_undoes_nothing_of_ours(
    plan: Scene, version: int, age: float
) -> None:
    thief = PeerStore(plan.root, version=1 if version == 1 else 3)
    with asleep(plan, "test") as peer:
        let_time_pass(plan, age)
        thief.merge("work", [step("cheer", "in_progress")], "agent:thief")
        assert not (plan.folder / ".lock").exists()
        assert plan.claim(1).late == ""
        plan.complete(1)
        plan.add("deploy")
        wake(peer)
    plan.store.adopt("work")
    assert plan.step(1).status is Status.COMPLETED
    assert plan.step(1).owner == "session-abc"
    assert plan.step(2).status is Status.COMPLETED, "the sleeper's own change"
    assert "deploy" in [one.title for one in plan.plan.steps]
    assert all(one.flag is None for one in plan.plan.steps)
    assert plan.store.verify("work") == []


def test_a_sleeper_that_meant_the_same_step_is_flagged(plan: Scene) -> None:
    with asleep(plan, "test") as peer:
        (plan.folder / ".lock").unlink()  # somebody who lost patience
        plan.claim(1)
        plan.claim(2)
        plan.change(lambda p: p.with_step(p.step(2)), "edit")
        wake(peer)
    plan.store.adopt("work")
    assert plan.step(1).status is Status.IN_PROGRESS
    assert plan.step(2).status is Status.COMPLETED
    assert plan.step(2).flag is Flag.UNDONE_BY_PEER


@pytest.mark.usefixtures("short_watch")
def test_a_peer_that_is_killed_with_the_lock_stops_edits_until_a_person_removes_it(plan: Scene) -> None:
    with asleep(plan, "test") as peer:
        peer.kill()
        peer.wait(PATIENCE)
        with pytest.raises(Busy) as busy:
            plan.claim(1)
        assert "planboard unlock work" in busy.value.advice
        assert plan.edit(1, notes="needs no lock").late == ""
        assert plan.store.unlock("work")
    assert plan.claim(1).late == ""
    assert plan.store.verify("work") == []


def test_other_peers_take_a_dead_peers_lock_by_their_own_rule_and_we_go_on(plan: Scene) -> None:
    with asleep(plan, "test") as peer:
        peer.kill()
        peer.wait(PATIENCE)
    let_time_pass(plan, 61)
    plan.peer.merge("work", [step("cheer")], "agent:next")
    assert plan.claim(1).late == ""
    assert [one.title for one in plan.plan.steps] == ["build", "test", "ship", "cheer"]
    assert plan.store.verify("work") == []
