"""The power fails while other programs' lists are written: an edit that was told is in our journal."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from plans.domain.verbs import shaping
from plans.store.orders import Order
from tests.sources.scene import ANN, Machine, put_document, put_list
from tests.store.power_loss import Recording, put, states
from tests.store.test_power_loss import another_boot, disk, restarted

if TYPE_CHECKING:
    from pathlib import Path

    from plans.store.all_plans import AllPlans
    from plans.store.orders import Changed

__all__ = ["another_boot", "disk"]
pytestmark = pytest.mark.usefixtures("another_boot")
TITLES = {"claude.release-train": (5, "Cut it anew"), "docker.release": (3, "Publish it")}


def edit(store: AllPlans, namespace: str) -> Changed:
    number, title = TITLES[namespace]
    order = Order(by=ANN, verb="edit", step=number, key="k", body="edit")
    return store.change(namespace, lambda plan: shaping.edit(plan, number, by=ANN, title=title), order)


def prepared(folder: Path, namespace: str) -> Machine:
    machine = Machine(folder)
    machine.root.mkdir(parents=True)
    (folder / "home").mkdir()
    machine.tasks.mkdir(parents=True)
    if namespace.startswith("claude"):
        put_list(machine, "constructed/release-train")
        return machine
    put_document(machine, "release")
    return machine


@pytest.mark.parametrize("namespace", TITLES)
@pytest.mark.parametrize("known", [False, True])
def test_after_a_power_failure_at_any_moment_what_was_told_is_there(
    disk: Path,
    namespace: str,
    *,
    known: bool,
) -> None:
    machine = prepared(disk / "machine", namespace)
    if known:
        machine.store().adopt(namespace)
    with Recording(machine.folder) as recording:
        edit(machine.store(), namespace)
        recording.told()
    count = 0
    for tree, told in states(recording):
        count += 1
        shutil.rmtree(machine.folder)  # a place has its journals by its path
        put(restarted(tree), machine.folder)
        found = {path: len(data or b"") for path, data in tree.items() if "claude/tasks" not in path}
        check(Machine(machine.folder), namespace, told=told, found=found)
    assert count > 20


def check(machine: Machine, namespace: str, *, told: bool, found: object) -> None:
    """Find what was told; then it is done again, once, and files and journal say the same."""
    number, title = TITLES[namespace]
    store = machine.store()
    assert store.read(namespace).problem is None, found
    assert not told or any(line.key == "k" for line in store.lines(namespace)), (
        f"lost {found} {[line.verb for line in store.lines(namespace)]}"
    )
    edit(store, namespace)
    store.adopt(namespace)
    assert sum(line.key == "k" for line in store.lines(namespace)) == 1, found
    assert store.read(namespace).plan.step(number).title == title, found
    assert store.verify(namespace) == [], found
    if namespace.startswith("claude"):
        for task in (machine.tasks / "release-train").glob("*.json"):
            json.loads(task.read_bytes())
