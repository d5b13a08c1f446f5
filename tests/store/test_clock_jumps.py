"""The clock jumps, forward or back: revisions, keys, locks and peers' changes do not follow it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import Busy
from plans.domain.step import Status
from plans.domain.verbs import shaping, working
from plans.store import lock_watch, peer_locking, snapshot
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from tests.peer.plan_store import PeerStore
from tests.store.scene import ABC, ANN, START, Scene, make_scene, step

if TYPE_CHECKING:
    from pathlib import Path

    from plans.domain.plan import Plan
    from plans.store.orders import Changed

HOUR = 3_600_000
JUMPS = [-400 * 24 * HOUR, -2 * HOUR, -1, 26 * HOUR, 400 * 24 * HOUR]


class Clock:
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def plan(tmp_path: Path, clock: Clock) -> Scene:
    root = tmp_path / "root"
    root.mkdir()
    scene = Scene(root, PlanStore(root, clock=clock), PeerStore(root))
    scene.create("build", "test", "ship")
    return scene


def claimed(store: PlanStore, number: int) -> Changed:
    def claim(plan: Plan) -> Plan:
        return working.claim(plan, number, by=ABC)

    return store.change("work", claim, Order(by=ABC, verb="claim", key=f"claim {number}", body="b"))


@pytest.mark.parametrize("jump", JUMPS)
def test_revisions_go_on_one_by_one(plan: Scene, clock: Clock, jump: int) -> None:
    plan.claim(1)
    clock.now += jump
    plan.complete(1)
    plan.peer.merge("work", [step("test", "completed")], "agent:x")
    plan.store.adopt("work")
    clock.now -= jump
    plan.claim(3)
    assert [line.rev for line in plan.store.lines("work")] == [1, 2, 3, 4, 5]
    assert [one["status"] for one in plan.steps] == ["completed", "completed", "in_progress"]
    assert plan.fresh_store().read("work").plan == plan.plan
    assert plan.store.verify("work") == []


@pytest.mark.parametrize("jump", JUMPS)
def test_a_request_that_is_sent_again_after_a_jump_is_the_same_request(
    plan: Scene, clock: Clock, jump: int
) -> None:
    first = claimed(plan.store, 1)
    clock.now += jump
    for number in range(snapshot.EVERY):
        plan.edit(2, notes=f"note {number}")
    assert (plan.folder / "snapshot.json").exists()
    again = claimed(PlanStore(plan.root, clock=clock), 1)
    assert again.repeated
    assert again.line == first.line


@pytest.mark.parametrize("jump", JUMPS)
def test_a_peer_whose_clock_is_another_is_followed_all_the_same(plan: Scene, jump: int) -> None:
    plan.claim(1)
    stamps = {"updatedBy": "agent:x", "updatedAt": START + max(jump, -START)}
    first, _, last = plan.steps
    plan.rewrite([first, step("test", "completed", **stamps), last], updatedAt=stamps["updatedAt"])
    plan.store.adopt("work")
    assert plan.step(1).status is Status.IN_PROGRESS
    assert plan.step(2).status is Status.COMPLETED
    plan.change(lambda p: shaping.edit(p, 2, by=ANN, title="test it"), "edit")
    assert [one["step"] for one in plan.steps] == ["build", "test it", "ship"]
    assert plan.store.verify("work") == []


@pytest.mark.parametrize("jump", JUMPS)
def test_a_file_with_a_time_from_elsewhere_is_read_as_it_is(plan: Scene, jump: int) -> None:
    plan.store.read("work")
    path = plan.folder / "plan.json"
    path.write_bytes(path.read_bytes().replace(b'"build"', b'"BUILD"'))
    moment = time.time() + jump / 1000
    os.utime(path, (moment, moment))
    assert plan.plan.steps[0].title == "BUILD"
    plan.claim(1)
    assert plan.steps[0]["step"] == "BUILD"


@pytest.mark.usefixtures("old_machine")
@pytest.mark.parametrize("jump", JUMPS)
def test_a_living_peers_lock_is_not_taken_whatever_its_age_seems_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    scene = make_scene(tmp_path / "root", "build")
    monkeypatch.setattr(peer_locking, "PEER_WAIT", 0.1)
    monkeypatch.setattr(lock_watch, "QUIET_SECONDS", 3_600.0)
    lock = scene.folder / ".lock"
    lock.write_text(f"{os.getpid()}-1-aaaaaaaa")
    moment = time.time() - jump / 1000
    os.utime(lock, (moment, moment))
    with pytest.raises(Busy) as busy:
        scene.claim(1)
    assert "for -" not in busy.value.message
    with pytest.raises(Busy):
        scene.store.unlock("work")
    assert lock.exists()
