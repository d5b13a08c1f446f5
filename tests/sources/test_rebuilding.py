"""The mirror made again where other programs' lists cannot be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plans.sessions.heartbeats import Sessions
from plans.sync.rebuilding import differences, rebuild
from plans.wiring import now_ms
from tests.sources.scene import make_machine, put_list

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_list_that_never_could_be_read_is_mirrored_as_that(tmp_path: Path) -> None:
    machine = make_machine(tmp_path, now_ms)
    (machine.tasks / put_list(machine, "constructed/release-train") / "3.json").write_text("{")
    store = machine.store()
    (rebuilt,) = rebuild(store, Sessions(machine.root, clock=store.clock))
    assert "not valid JSON" in rebuilt.problem
    assert list(differences(machine.store())) == []


def test_a_list_that_changed_meanwhile_is_called_a_list(tmp_path: Path) -> None:
    machine = make_machine(tmp_path, now_ms)
    folder = machine.tasks / put_list(machine, "constructed/release-train")
    list(rebuild(machine.store(), Sessions(machine.root, clock=now_ms)))
    (task,) = folder.glob("1.json")
    task.write_text(json.dumps(json.loads(task.read_text()) | {"subject": "Something else"}))

    ((_, said),) = differences(machine.store())

    assert said == "Another program changed this list, and the worker has not seen it yet"
