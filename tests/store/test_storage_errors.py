"""A disk that refuses: at any single call, or from one call on; full, read-only, not permitted, broken."""

import json
import shutil
from pathlib import Path

import pytest

from plans.store.plan_store import PlanStore
from tests import figures
from tests.peer.plan_store import PeerStore
from tests.store.interrupted import DOING, interrupted
from tests.store.scene import START, Scene, dead_pid, ticking
from tests.store.test_crash_points import done, prepared

pytestmark = pytest.mark.usefixtures("short_watch")

SENTENCES = {
    "ENOSPC": "the disk is full",
    "EROFS": "the file system is read-only",
    "EACCES": "permission was denied",
    "EIO": "the disk reported an error",
}


@pytest.mark.torture
@pytest.mark.shows("crash_points", failed="broken")
@pytest.mark.parametrize("how", ["ENOSPC", "EIO", "EACCES", "ENOSPC+", "EROFS+"])
@pytest.mark.parametrize("doing", DOING)
def test_a_refusing_disk_loses_nothing_and_is_named(tmp_path: Path, doing: str, how: str) -> None:
    stage = tmp_path / "stage"
    prepared(stage, doing)
    calls = count_calls(tmp_path, stage, doing)
    assert calls > 15
    for hit in range(1, calls + 1):
        root = tmp_path / f"at-{hit}"
        shutil.copytree(stage, root)
        interrupted(str(root), doing, hit, how)
        check_told(root, doing, how)
        shutil.rmtree(root)
    figures.record("crash_points", errors=calls)


def count_calls(tmp_path: Path, stage: Path, doing: str) -> int:
    root = tmp_path / "counted"
    shutil.copytree(stage, root)
    interrupted(str(root), doing, 0, "EIO")
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
def test_a_failing_read_is_a_refusal_too(tmp_path: Path, how: str) -> None:
    root = tmp_path / "root"
    prepared(root, "adopt")
    calls = count_calls(tmp_path, root, "read")
    refused = 0
    for hit in range(1, calls + 1):
        interrupted(str(root), "read", hit, how)
        first = json.loads(Path(f"{root}.report").read_text())["first"]
        refused += "error" in first
        assert first.get("error", "StorageFailed") == "StorageFailed"
    assert refused


def test_a_change_that_could_not_be_written_shows_to_nobody(tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    before = prepared(stage, "note").plan
    calls = count_calls(tmp_path, stage, "note")
    for hit in range(1, calls + 1):
        root = tmp_path / f"at-{hit}"
        shutil.copytree(stage, root)
        interrupted(str(root), "note once", hit, "EIO")
        report = json.loads(Path(f"{root}.report").read_text())
        plan = PlanStore(root, clock=ticking()).read("work").plan
        assert (plan == before) == ("error" in report["first"])
        shutil.rmtree(root)


@pytest.mark.parametrize("doing", ["unlock", "delete", "verify"])
def test_whatever_else_fails_is_a_refusal_too(tmp_path: Path, doing: str) -> None:
    stage = tmp_path / "stage"
    scene = prepared(stage, "claim")
    if doing == "unlock":
        (scene.folder / ".lock").write_text(f"{dead_pid()}-1-aaaaaaaa")
    calls = count_calls(tmp_path, stage, doing)
    for hit in range(1, calls + 1):
        root = tmp_path / f"at-{hit}"
        shutil.copytree(stage, root)
        interrupted(str(root), doing, hit, "EIO")
        first = json.loads(Path(f"{root}.report").read_text())["first"]
        assert first.get("error", "StorageFailed") == "StorageFailed"
        if not list((root / ".trash").glob("work-*")):
            assert PlanStore(root, clock=ticking()).read("work").plan.steps == scene.plan.steps
        shutil.rmtree(root)
