"""A writer dies at each single system call of a change: the old state or the new one, never a torn one."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from plans.domain.step import Kind, Status
from plans.store.plan_store import PlanStore
from tests import figures
from tests.peer.plan_store import PeerStore
from tests.store.interrupted import DOING, NOTES
from tests.store.scene import START, Scene, make_scene, ticking
from tests.store.system_calls import CRASHED
from tests.store.workers import Nursery, nursery

pytestmark = pytest.mark.usefixtures("short_watch")


@pytest.fixture(scope="module")
def workers() -> Iterator[Nursery]:
    with nursery() as running:
        yield running


def prepared(place: Path, doing: str) -> Scene:
    """Set the stage for a change: nothing, a plan, or a plan that a peer changed."""
    if doing == "create":
        return make_scene(place)
    scene = make_scene(place, "build", "test", "ship")
    scene.claim(3)
    if doing.startswith("adopt"):
        scene.change(lambda plan: plan.with_step(replace(plan.step(2), kind=Kind.GATE)), "edit")
        scene.peer.merge("work", [{"step": "test", "status": "completed"}], "agent:peer")
        scene.peer.merge("work", [{"step": "from the peer", "status": "pending"}], "agent:peer")
    return scene


def done(scene: Scene, doing: str) -> bool:
    """Tell whether the change is there."""
    store = PlanStore(scene.root, clock=ticking(START + 2_000_000))
    if doing == "create":
        return store.exists("work") and bool(store.lines("work"))
    plan = store.read("work").plan
    if doing == "note":
        return plan.step(2).notes == NOTES
    if doing == "adopt":
        return len(store.lines("work")) > 3
    return plan.step(1).status is Status.IN_PROGRESS


def check_whole(scene: Scene) -> None:
    """Nothing is torn for a peer or for us, before anyone has repaired anything."""
    assert PeerStore(scene.root).read("work") is not None
    assert scene.store.read("work").problem is None


def restart_machine(scene: Scene) -> None:
    """After a power failure the clock has gone on, and a lock may be left without what was written in it."""
    lock = scene.folder / ".lock"
    if lock.exists():
        assert lock.read_bytes() == b""
        os.utime(lock, (1, 1))
        assert scene.store.unlock("work")


@pytest.mark.torture
@pytest.mark.shows("crash_points", failed="broken")
@pytest.mark.parametrize("how", ["die", "tear", "power"])
@pytest.mark.parametrize("doing", DOING)
def test_a_change_cut_short_anywhere_is_there_or_not(
    tmp_path: Path, workers: Nursery, doing: str, how: str
) -> None:
    stage = tmp_path / "stage"
    prepared(stage, doing)
    hit, status = 0, CRASHED
    while status == CRASHED:
        hit += 1
        root = tmp_path / f"at-{hit}"
        shutil.copytree(stage, root)
        status = workers.run("interrupted", root=str(root), doing=doing, hit=hit, how=how)
        if status == CRASHED:
            check_after_crash(root, doing, how)
        shutil.rmtree(root)
    assert status == 0
    assert hit > 15
    figures.record("crash_points", points=hit - 1)


def check_after_crash(root: Path, doing: str, how: str) -> None:
    scene = Scene(root, PlanStore(root, clock=ticking(START + 2_000_000)), PeerStore(root))
    stands = done(scene, doing)
    if doing != "create":
        check_whole(scene)
    if how == "power":
        restart_machine(scene)
    told = DOING[doing](scene.store)
    assert done(scene, doing)
    if told is not None and told.line is not None and doing != "adopt":
        assert told.repeated == stands
        assert sum(line.key == "k" for line in scene.store.lines("work")) == 1
    assert not (scene.folder / ".lock").exists()
    assert scene.store.verify("work") == []
    says = [step["status"] for step in scene.steps]
    if doing.startswith("adopt"):
        assert says[1] == "pending", "a gate is opened by a person only"
        assert "from the peer" in [step.title for step in scene.plan.steps]
    left = {path.name for path in scene.folder.iterdir()}
    assert left <= {"plan.json", "journal.jsonl", ".board.lock", "snapshot.json"}


def test_the_calls_of_a_change_are_the_expected_ones(tmp_path: Path, workers: Nursery) -> None:
    root = tmp_path / "root"
    prepared(root, "claim")
    assert workers.run("interrupted", root=str(root), doing="claim", hit=0, how="die") == 0
    report = json.loads(Path(f"{root}.report").read_text())
    names = report["first"]["calls"]
    assert names.count("fsync") >= 2, "the journal's line and the draft"
    assert names.index("fsync") < names.index("swap")
