"""The power fails at any moment of a change: what was told is there, nothing else is harmed, all goes on."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.domain.step import Flag
from plans.store import peer_lock, writer_mark
from plans.store.plan_store import PlanStore
from tests.peer.plan_store import PeerStore
from tests.store.interrupted import DOING
from tests.store.power_loss import Recording, Tree, put, states
from tests.store.scene import START, Scene, ticking
from tests.store.test_crash_points import done, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("short_watch", "another_boot")
LEFT = {"plan.json", "journal.jsonl", ".board.lock", "snapshot.json"}


@pytest.fixture
def disk() -> Iterator[Path]:
    """Give a folder in memory, where flushing costs nothing: the model says what is flushed."""
    memory = Path("/dev/shm")  # noqa: S108
    place = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield place
    shutil.rmtree(place)


@pytest.fixture
def another_boot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever was there before count as left by an earlier start of the machine."""
    monkeypatch.setattr(time, "clock_gettime_ns", lambda _: -3_600_000_000_000)
    assert peer_lock.started_ns() > time.time_ns()


def recorded(root: Path, doing: str, *, skip: int = 0) -> Recording:
    """Do it, and note how it came to the disk."""
    prepared(root, doing)
    store = PlanStore(root, clock=ticking(START + 1_000_000))
    with Recording(root, skip=skip) as recording:
        DOING[doing](store)
        recording.told()
    return recording


def restarted(tree: Tree) -> Tree:
    """Give what the next start of the machine finds: the mark is of the one before."""
    rest = writer_mark._rest().encode()
    return {path: data if data is None else data.replace(rest, b"before") for path, data in tree.items()}


def check(root: Path, doing: str, *, told: bool) -> None:
    """Find everything that was told, and nothing twice; then it is done again and all is well."""
    scene = Scene(root, PlanStore(root, clock=ticking(START + 2_000_000)), PeerStore(root))
    if doing != "create":
        assert scene.store.read("work").problem is None
        assert PeerStore(root).read("work") is not None
        assert [line.rev for line in scene.store.lines("work")][:1] == [1]
    stands = done(scene, doing)
    assert stands or not told or doing == "adopt", "what was told is lost"
    if scene.folder.is_dir() and scene.store.peer_lock("work") is not None:
        scene.store.unlock("work")
    changed = DOING[doing](scene.store)
    assert done(scene, doing)
    if doing != "adopt":
        assert changed is not None
        assert changed.repeated == stands
        assert sum(line.key == "k" for line in scene.store.lines("work")) == 1
    if doing.startswith("adopt"):
        assert scene.plan.step(2).flag is Flag.FORGED, "nobody is told what the peer claimed"
    assert scene.store.verify("work") == []
    assert PeerStore(root).read("work") is not None
    assert {path.name for path in scene.folder.iterdir()} <= LEFT


def failures(disk: Path, recording: Recording, doing: str, *, most: int = 1) -> tuple[int, list[str]]:
    """Try every state that may be found; gives how many there are, and what was wrong with them."""
    wrong: list[str] = []
    count = 0
    for count, (tree, told) in enumerate(states(recording), 1):
        root = disk / f"found-{count}"
        put(restarted(tree), root)
        try:
            check(root, doing, told=told)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            shown = {path: len(data or b"") for path, data in tree.items()}
            wrong.append(f"{type(error).__name__}: {error}; told: {told}; found: {shown}")
            if len(wrong) == most:
                break
        shutil.rmtree(root)
    return count, wrong


@pytest.mark.parametrize("doing", DOING)
def test_after_a_power_failure_at_any_moment_what_was_told_is_there(disk: Path, doing: str) -> None:
    recording = recorded(disk / "root", doing)
    count, wrong = failures(disk, recording, doing)
    assert wrong == []
    assert count >= (5 if doing == "note" else 50)


LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
FLUSHES = {"create": 4, "claim": 2, "note": 1, "adopt": 2, "adopt and claim": 4}


@pytest.mark.torture
@pytest.mark.parametrize(
    ("doing", "skip"), [(doing, skip) for doing, flushes in FLUSHES.items() for skip in range(1, flushes + 1)]
)
def test_each_flush_is_needed(disk: Path, doing: str, skip: int) -> None:
    """That the model finds a loss where a flush is left out."""
    if doing == "adopt and claim" and not LONG:
        pytest.skip("what it does is done by the others, too")
    recording = recorded(disk / "root", doing, skip=skip)
    assert recording.flushes == FLUSHES[doing]
    assert failures(disk, recording, doing)[1]
