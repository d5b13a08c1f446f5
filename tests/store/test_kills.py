"""Writers are killed at random moments while others and a peer go on."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from plans.domain.step import Status
from plans.store.plan_store import PlanStore
from tests import figures
from tests.peer.checking import PeerPlan
from tests.store.saved_changes import Saved, check_saved, read_saved
from tests.store.scene import Scene, make_scene
from tests.store.workers import Nursery, nursery, start_peer
from tests.store.writer import now
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.usefixtures("short_watch")

WRITERS = 3
KILLS = 2_000 if os.environ.get("PLANBOARD_TEST_TORTURE") else 200


class Crew:
    """Writers that are replaced as they die."""

    def __init__(self, workers: Nursery, scene: Scene, saved: Path) -> None:
        self.workers, self.scene, self.saved = workers, scene, saved
        self.started = 0
        self.pids = [self.start() for _ in range(WRITERS)]

    def start(self) -> int:
        self.started += 1
        return self.workers.start(
            "until_killed",
            root=str(self.scene.root),
            namespace="work",
            name=f"writer-{self.started}",
            saved=str(self.saved),
        )

    def kill_one(self) -> None:
        """Kill a writer at a random moment, and put another in its place."""
        at = random.randrange(len(self.pids))  # noqa: S311 - which one, and when: no secret
        time.sleep(random.expovariate(1 / 0.02))
        os.kill(self.pids[at], signal.SIGKILL)
        self.pids[at] = self.start()

    def has_more_than(self, size: int) -> bool:
        return self.size() > size

    def size(self) -> int:
        return self.saved.stat().st_size if self.saved.exists() else 0


def kill_again_and_again(scene: Scene, saved: Path, kills: int) -> float:
    """Kill so many writers; after each the plan is whole and a change is saved. Gives the longest wait, s."""
    longest = 0.0
    with nursery() as workers:
        crew = Crew(workers, scene, saved)
        until(crew.size)
        for _ in range(kills):
            before = crew.size()
            crew.kill_one()
            started = time.monotonic()
            assert whole(scene)
            until(partial(crew.has_more_than, before))
            longest = max(longest, time.monotonic() - started)
        until(lambda: whole_merges(scene) > 5)
        for pid in crew.pids:
            os.kill(pid, signal.SIGKILL)
    return longest


def whole_merges(scene: Scene) -> int:
    """Count what the peer has done and gone on from."""
    steps = scene.store.read("work").plan.steps
    return sum(step.title.startswith("peer ") and step.status is Status.COMPLETED for step in steps)


def whole(scene: Scene) -> PeerPlan | None:
    assert scene.store.read("work").problem is None
    return scene.peer.read("work")


def real_scene(root: Path) -> Scene:
    scene = make_scene(root, "first")
    return Scene(root, PlanStore(root, clock=now), scene.peer)


def texts_of(peer: subprocess.Popen[str]) -> list[str]:
    peer.terminate()
    out, _ = peer.communicate(timeout=PATIENCE)
    assert peer.returncode == -signal.SIGTERM
    return out.split("\n")[:-1]


@pytest.mark.torture
@pytest.mark.shows("kills", failed="lost")
@pytest.mark.timeout(7_200 if KILLS > 200 else 300)
def test_no_saved_change_is_lost_when_writers_are_killed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    scene, saved = real_scene(tmp_path / "root"), tmp_path / "saved"
    with start_peer(scene.root, "peer", 100_000) as peer:
        longest = kill_again_and_again(scene, saved, KILLS)
        written = texts_of(peer)
    record_property("longest wait for the next saved change, s", longest)
    remove_the_stopped_peers_lock(scene)
    scene.store.adopt("work")
    scene.add("after all")
    assert not (scene.folder / ".lock").exists()
    assert scene.store.verify("work") == []
    plan = check_saved(PlanStore(scene.root, clock=now), "work", read_saved(saved))
    titled = {step.title: step.status for step in plan.steps}
    assert len(written) > 5
    assert {titled[text] for text in written[:-2]} == {Status.COMPLETED}
    figures.record("kills", kills=KILLS, torn=0, stuck=longest)


def remove_the_stopped_peers_lock(scene: Scene) -> None:
    """The peer was ended by us, perhaps with its lock in hand."""
    held = scene.store.peer_lock("work")
    if held is not None and not held.holder_lives:
        scene.store.unlock("work")


def test_a_checker_of_saved_changes_finds_a_lost_one(tmp_path: Path) -> None:
    scene = real_scene(tmp_path / "root")
    with pytest.raises(AssertionError):
        check_saved(scene.store, "work", [Saved(2, "add", "nobody/0")])
