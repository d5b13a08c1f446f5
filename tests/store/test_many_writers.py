"""Many processes on one plan: each change once, nothing lost, and peers among them lose nothing either."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from plans.domain.step import Status
from plans.store.plan_store import PlanStore
from tests.store.saved_changes import check_saved, read_saved
from tests.store.scene import Scene
from tests.store.test_kills import real_scene
from tests.store.workers import nursery, start_peer
from tests.store.writer import now
from tests.waiting import PATIENCE


def write_together(scene: Scene, saved: Path, writers: int, count: int) -> None:
    names = [f"writer-{number}" for number in range(writers)]
    with nursery() as workers:
        status = workers.run(
            "together",
            root=str(scene.root),
            namespace="work",
            names=names,
            count=count,
            saved=str(saved),
        )
    assert status == 0


@pytest.mark.timeout(300)
def test_sixteen_processes_with_two_hundred_changes_each_make_3200_revisions(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    scene, saved = real_scene(tmp_path / "root"), tmp_path / "saved"
    write_together(scene, saved, 16, 200)
    notes = read_saved(saved)
    assert len(notes) == 3_200
    plan = check_saved(PlanStore(scene.root, clock=now), "work", notes)
    assert plan.revision == 3_201
    assert sorted(note.revision for note in notes) == list(range(2, 3_202))
    assert Counter(note.mark.split("/")[0] for note in notes) == {f"writer-{n}": 200 for n in range(16)}
    assert scene.store.verify("work") == []
    assert scene.plan == plan
    assert not (scene.folder / ".lock").exists()
    half = Counter(note.mark.split("/")[0] for note in sorted(notes)[:1_600])
    record_property(
        "changes of the slowest and fastest among the first half", (min(half.values()), max(half.values()))
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", [1, 3])
def test_peers_that_merge_meanwhile_and_we_lose_nothing(tmp_path: Path, version: int) -> None:
    scene, saved = real_scene(tmp_path / "root"), tmp_path / "saved"
    merges = 12
    peers = [start_peer(scene.root, f"peer-{number}", merges, version) for number in range(4)]
    write_together(scene, saved, 4, 40)
    texts = [peer.communicate(timeout=PATIENCE)[0].split("\n")[:-1] for peer in peers]
    assert [peer.returncode for peer in peers] == [0] * 4
    scene.store.adopt("work")
    plan = check_saved(PlanStore(scene.root, clock=now), "work", read_saved(saved))
    assert len(read_saved(saved)) == 160
    titled = {step.title: step for step in plan.steps}
    for written in texts:
        assert len(written) == merges
        assert {titled[text].status for text in written[:-1]} == {Status.COMPLETED}
        assert titled[written[-1]].status is Status.IN_PROGRESS
    assert len(titled) == len(plan.steps) == 1 + 4 * 5 + 4 * merges
    assert scene.store.verify("work") == []
