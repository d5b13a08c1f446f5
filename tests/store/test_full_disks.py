"""Real disks that refuse: a small one that fills up, a read-only one, a network one; needs root to mount."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from plans.domain.errors import StorageFailed
from plans.domain.plan import Plan
from plans.domain.verbs import shaping
from plans.store import network
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from tests import figures
from tests.store.scene import ABC, ANN, START, Scene, make_scene, ticking


@contextmanager
def mounted(place: Path, options: str) -> Iterator[Path]:
    """Mount a small file system in memory; where that is not allowed the claim is not checked, but in CI."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    refused = os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode
    if refused:
        if os.environ.get("CI") == "true":
            pytest.fail("in CI a file system can be mounted")
        pytest.skip("mounting a file system needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "disk", "size=256k,mode=0700") as place:
        yield place


def noted(plan: Plan, text: str) -> Plan:
    return shaping.edit(plan, 1, by=ANN, notes=text)


def refused_for_room(scene: Scene, edit: Callable[[Plan], Plan]) -> bool:
    """Try a change; a refusal says that the disk is full and that nothing was changed."""
    told: list[StorageFailed] = []
    try:
        scene.store.change("work", edit, Order(by=ANN, verb="edit"))
    except StorageFailed as refused:
        told.append(refused)
    assert all("disk is full" in one.message and "Nothing was changed" in one.advice for one in told)
    return bool(told)


def fill(place: Path) -> Path:
    """Take all the room there is."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return filler


@pytest.mark.torture
@pytest.mark.shows("disk_full", failed="lost")
def test_a_full_disk_acknowledges_nothing_loses_nothing_and_recovers(small_disk: Path) -> None:
    scene = make_scene(small_disk / "root", "build", "test", "ship")
    scene.claim(1)
    good = scene.plan
    filler = fill(small_disk)
    refused = 0
    for number in range(40):
        text = f"{number} " + "long " * 400
        refusal = refused_for_room(scene, partial(noted, text=text))
        refused += refusal
        good = good if refusal else scene.plan
        assert scene.fresh_store().read("work").plan == good
    assert refused > 30
    assert scene.peer.read("work") is not None
    filler.unlink()
    scene.claim(2)
    assert scene.plan.step(2).owner == "session-abc"
    assert scene.store.verify("work") == []
    assert sorted(path.name for path in scene.folder.iterdir()) == [
        ".board.lock",
        "journal.jsonl",
        "plan.json",
    ]
    figures.record("disk_full", refused=refused, recovered=1)


@pytest.mark.torture
@pytest.mark.shows("disk_full", failed="lost")
def test_a_disk_that_fills_while_peers_watch_never_shows_half_a_file(small_disk: Path) -> None:
    scene = make_scene(small_disk / "root", "build")
    refused, number = 0, 0
    while refused < 5:
        number += 1
        title = f"{number} " + "word " * 300
        refused += refused_for_room(scene, partial(shaping.add, by=ABC, at=START, title=title))
        assert scene.peer.read("work") is not None
    saved = scene.store.lines("work")
    (small_disk / "root" / "work" / "snapshot.json").unlink(missing_ok=True)
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    scene.add("after all")
    assert scene.store.lines("work")[: len(saved)] == saved
    assert len(scene.steps) == len(scene.plan.steps) == len(saved) + 1
    assert scene.store.verify("work") == []
    figures.record("disk_full", refused=refused, recovered=1)


def test_a_read_only_root_can_be_read_and_says_why_it_cannot_be_written(small_disk: Path) -> None:
    scene = make_scene(small_disk / "root", "build")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    store = scene.fresh_store()
    assert store.read("work").plan == scene.plan
    attempts: list[Callable[[], object]] = [
        lambda: Scene(scene.root, store, scene.peer).claim(1),
        lambda: store.create("new", lambda p: p, Order(by=ANN, verb="create")),
    ]
    for doing in attempts:
        with pytest.raises(StorageFailed, match="the file system is read-only") as refused:
            doing()
        assert "Nothing was changed" in refused.value.advice
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert Scene(scene.root, store, scene.peer).claim(1).plan.revision == 2


def test_a_disk_that_becomes_read_only_under_a_running_store_loses_nothing(small_disk: Path) -> None:
    scene = make_scene(small_disk / "root", "build", "test")
    scene.claim(1)
    good = scene.plan
    attempts: list[Callable[[], object]] = [
        lambda: scene.claim(2),
        lambda: scene.edit(1, notes="x"),
        lambda: scene.block(1),
    ]
    for _ in range(2):
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        for doing in attempts:
            with pytest.raises(StorageFailed, match="the file system is read-only") as refused:
                doing()
            assert "Nothing was changed" in refused.value.advice
        assert scene.plan == good
        assert scene.store.read("work").problem is None
        assert scene.store.verify("work") == []
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert scene.claim(2).late == ""
    assert [one["status"] for one in scene.steps] == ["in_progress", "in_progress"]
    assert scene.store.verify("work") == []


def test_a_missing_root_is_named_with_what_to_do(tmp_path: Path) -> None:
    store = PlanStore(tmp_path / "nowhere", clock=ticking())
    for doing in (store.namespaces, lambda: store.create("work", lambda p: p, Order(by=ANN, verb="create"))):
        with pytest.raises(StorageFailed, match=f"There is no plan folder {tmp_path}/nowhere") as refused:
            doing()
        assert "PLANBOARD_ROOT" in refused.value.advice


def test_a_root_on_a_network_file_system_is_refused_unless_it_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "file_system", lambda _: "nfs4")
    root = tmp_path / "root"
    with pytest.raises(StorageFailed, match=r"is on a network file system \(nfs4\)") as refused:
        make_scene(root, "build")
    assert "PLANBOARD_ALLOW_NETWORK_ROOT" in refused.value.advice
    store = PlanStore(root, clock=ticking(), allow_network=True)
    store.create("work", lambda p: shaping.add(p, by=ANN, at=1, title="x"), Order(by=ANN, verb="create"))
    assert store.namespaces() == ["work"]


def test_the_kind_of_a_file_system_is_read_from_the_system(small_disk: Path) -> None:
    (small_disk / "root").mkdir()
    assert network.file_system(str(small_disk / "root")) == "tmpfs"
    assert network.file_system("/proc") == "proc"


def test_a_shared_folder_keeps_its_group_and_modes(tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "root")
    scene.folder.mkdir()
    scene.folder.chmod(0o2770)
    scene.create("build")
    files = ("plan.json", "journal.jsonl", ".board.lock")
    assert {name: (scene.folder / name).stat().st_mode & 0o777 for name in files} == dict.fromkeys(
        files, 0o660
    )
    (scene.folder / "plan.json").chmod(0o640)
    scene.claim(1)
    assert (scene.folder / "plan.json").stat().st_mode & 0o777 == 0o640
    assert scene.folder.stat().st_mode & 0o7777 == 0o2770


def test_a_folder_of_ours_is_private(tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "root", "build")
    assert scene.folder.stat().st_mode & 0o777 == 0o700
    for path in scene.folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a file away needs root")
def test_another_group_of_the_file_is_kept(tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "root", "build")
    os.chown(scene.folder / "plan.json", -1, 1)
    scene.claim(1)
    assert (scene.folder / "plan.json").stat().st_gid == 1
