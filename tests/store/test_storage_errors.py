"""A disk that refuses: at any single call, or from one call on; full, read-only, not permitted, broken."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from plans.store.plan_store import PlanStore
from tests.peer.plan_store import PeerStore
from tests.store.interrupted import DOING
from tests.store.scene import START, Scene, ticking
from tests.store.test_crash_points import done, prepared
from tests.store.workers import Nursery, nursery

SENTENCES = {
    "ENOSPC": "the disk is full",
    "EROFS": "the file system is read-only",
    "EACCES": "permission was denied",
    "EIO": "the disk reported an error",
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Nursery]:
    with nursery() as running:
        yield running


@pytest.mark.parametrize("how", ["ENOSPC", "EIO", "EACCES", "ENOSPC+", "EROFS+"])
@pytest.mark.parametrize("doing", DOING)
def test_a_refusing_disk_loses_nothing_and_is_named(
    tmp_path: Path, workers: Nursery, doing: str, how: str
) -> None:
    stage = tmp_path / "stage"
    prepared(stage, doing)
    calls = count_calls(tmp_path, workers, stage, doing)
    assert calls > 15
    for hit in range(1, calls + 1):
        root = tmp_path / f"at-{hit}"
        shutil.copytree(stage, root)
        status = workers.run("interrupted", root=str(root), doing=doing, hit=hit, how=how)
        assert status == 0, f"at call {hit}: something else than a refusal came out of the store"
        check_told(root, doing, how)
        shutil.rmtree(root)


def count_calls(tmp_path: Path, workers: Nursery, stage: Path, doing: str) -> int:
    root = tmp_path / "counted"
    shutil.copytree(stage, root)
    assert workers.run("interrupted", root=str(root), doing=doing, hit=0, how="EIO") == 0
    return len(json.loads(Path(f"{root}.report").read_text())["first"]["calls"])


def check_told(root: Path, doing: str, how: str) -> None:
    report = json.loads(Path(f"{root}.report").read_text())
    first, second = report["first"], report["second"]
    where = f"{doing} {how} after {first['calls'][-3:]}"
    scene = Scene(root, PlanStore(root, clock=ticking(START + 2_000_000)), PeerStore(root))
    if "error" in first:
        assert first["error"] in ("StorageFailed", "Busy"), where
        assert SENTENCES[how.rstrip("+")] in first["message"], where
        assert "Nothing was changed" in first["advice"], where
        assert "error" not in second, (where, second)
        assert how == "EROFS+" or doing == "adopt" or second["revision"] is not None, where
    assert done(scene, doing), where
    keyed = [line for line in scene.store.lines("work") if line.key == "k"]
    assert len(keyed) == (doing != "adopt"), where
    DOING[doing](scene.store)
    assert scene.store.verify("work") == [], where
    assert not (scene.folder / ".lock").exists(), where
    assert PeerStore(root).read("work") is not None


@pytest.mark.parametrize("how", ["EIO", "EACCES"])
def test_a_failing_read_is_a_refusal_too(tmp_path: Path, workers: Nursery, how: str) -> None:
    root = tmp_path / "root"
    prepared(root, "adopt")
    calls = count_calls(tmp_path, workers, root, "read")
    refused = 0
    for hit in range(1, calls + 1):
        assert workers.run("interrupted", root=str(root), doing="read", hit=hit, how=how) == 0
        first = json.loads(Path(f"{root}.report").read_text())["first"]
        refused += "error" in first
        assert first.get("error", "StorageFailed") == "StorageFailed"
    assert refused


def test_a_change_that_could_not_be_written_shows_to_nobody(tmp_path: Path, workers: Nursery) -> None:
    stage = tmp_path / "stage"
    before = prepared(stage, "note").plan
    calls = count_calls(tmp_path, workers, stage, "note")
    for hit in range(1, calls + 1):
        root = tmp_path / f"at-{hit}"
        shutil.copytree(stage, root)
        assert workers.run("interrupted", root=str(root), doing="note once", hit=hit, how="EIO") == 0
        report = json.loads(Path(f"{root}.report").read_text())
        plan = PlanStore(root, clock=ticking()).read("work").plan
        assert (plan == before) == ("error" in report["first"])
        shutil.rmtree(root)
