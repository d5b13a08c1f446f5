"""A disk that refuses, or a writer that dies, at each single call of an edit of another program's list."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import PlanError
from plans.store.formats import folder_lock
from tests.sources.test_power_loss import TITLES, edit, prepared
from tests.store.system_calls import CRASHED, SystemCalls
from tests.store.test_power_loss import disk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sources.scene import Machine

__all__ = ["disk"]
LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
ERRORS = ["EIO", "ENOSPC", "EACCES", "EROFS", "ENOSPC+", "EROFS+"] if LONG else ["EIO"]
DEATHS = ["die", "tear"] if LONG else ["die"]


def told(machine: Machine, namespace: str, hit: int, how: str) -> tuple[str, int]:
    """Edit with the chosen call hit; gives what the caller was told, and how many calls there were."""
    store = machine.store()
    calls = SystemCalls(hit, how)
    calls.install()
    try:
        done = edit(store, namespace)
    except PlanError as refused:
        return f"{type(refused).__name__}: {refused.message}", len(calls.names)
    finally:
        calls.remove()
    return "late" if done.late else "", len(calls.names)


def in_a_child(machine: Machine, namespace: str, hit: int, how: str) -> int:
    """Edit in a process of its own, which dies at the chosen call; gives its exit status."""
    pid = os.fork()
    if not pid:
        status = 99
        try:
            told(machine, namespace, hit, how)
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def check(machine: Machine, namespace: str, where: object) -> None:
    """The next edit goes through, once; files and journal say the same, and nothing of ours is left."""
    number, title = TITLES[namespace]
    store = machine.store()
    assert store.read(namespace).problem is None, where
    edit(store, namespace)
    store.adopt(namespace)
    assert store.read(namespace).plan.step(number).title == title, where
    assert sum(line.key == "k" for line in store.lines(namespace)) == 1, where
    assert store.verify(namespace) == [], where
    folder = machine.tasks / "release-train" if namespace.startswith("claude") else machine.documents
    assert not (folder / ".lock.lock").exists(), where
    for file in folder.glob("*.json"):
        json.loads(file.read_bytes())


def again(machine: Machine, stage: Path) -> None:
    """Set the stage anew, in the same place: a place has its journals by its path."""
    shutil.rmtree(machine.folder)
    shutil.copytree(stage, machine.folder)


@pytest.mark.torture
@pytest.mark.parametrize("how", ERRORS)
@pytest.mark.parametrize("namespace", TITLES)
def test_a_refusing_disk_loses_nothing_and_is_named(disk: Path, namespace: str, how: str) -> None:
    machine = prepared(disk / "machine", namespace)
    machine.store().adopt(namespace)
    shutil.copytree(machine.folder, disk / "stage")
    hit, count, refused = 0, 1, 0
    while hit <= count:
        hit += 1
        again(machine, disk / "stage")
        said, count = told(machine, namespace, hit, how)
        refused += bool(said)
        assert said.partition(":")[0] in {"", "late", "StorageFailed", "Busy", "PlanNotFound", "Unreadable"}
        check(machine, namespace, (hit, how, said))
    assert refused > 10


@pytest.mark.torture
@pytest.mark.parametrize("how", DEATHS)
@pytest.mark.parametrize("namespace", TITLES)
def test_a_writer_that_dies_at_any_call_leaves_all_or_nothing(
    disk: Path, namespace: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who dies right after making Claude Code's lock leaves it for 10 s, by that lock's own rule."""
    monkeypatch.setattr(folder_lock, "STALE_SECONDS", -10.0)
    machine = prepared(disk / "machine", namespace)
    machine.store().adopt(namespace)
    shutil.copytree(machine.folder, disk / "stage")
    hit, status = 0, CRASHED
    while status == CRASHED:
        hit += 1
        again(machine, disk / "stage")
        status = in_a_child(machine, namespace, hit, how)
        check(machine, namespace, (hit, how))
    assert status == 0
    assert hit > 30
