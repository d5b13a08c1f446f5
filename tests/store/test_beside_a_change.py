"""What fails beside a change, or grows with many: the change itself stands, or never was."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import PlanNotFound, StorageFailed
from plans.domain.step import Status
from plans.domain.verbs import shaping
from plans.store import known, paths, snapshot
from plans.store.orders import Guard, Order
from tests.store.scene import ANN, Scene, make_scene
from tests.store.test_journal import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plans.domain.plan import Plan


@contextmanager
def flush_fails(monkeypatch: pytest.MonkeyPatch, *, after: int) -> Iterator[None]:
    """Let the disk refuse every flush after so many."""
    flush, flushed = os.fsync, 0

    def fails(fd: int) -> None:
        nonlocal flushed
        flushed += 1
        if flushed > after:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flush(fd)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fails)
        yield


def test_a_change_that_stands_is_told_even_if_no_snapshot_can_be_made(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where what fails behind the commit refuses the change: its author would make it twice."""
    filled(plan, snapshot.EVERY - 2)
    with flush_fails(monkeypatch, after=1):
        changed = plan.edit(1, notes="the 64th")
    assert changed.line is not None
    assert changed.line.rev == snapshot.EVERY
    assert not (plan.folder / "snapshot.json").exists()
    assert plan.fresh_store().read("work").plan.step(1).notes == "the 64th"


@pytest.mark.parametrize("after", [1, 2])
def test_a_deletion_is_told_when_it_is_on_disk(
    plan: Scene, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    order = Order(by=ANN, verb="delete", guard=Guard.PLAN, expected=1)
    with flush_fails(monkeypatch, after=after), pytest.raises(StorageFailed, match="Could not move"):
        plan.store.delete("work", order)
    assert plan.fresh_store().read("work").plan == plan.plan
    plan.store.delete("work", order)
    assert not plan.folder.exists()


def test_a_file_that_comes_in_parts_is_read_whole() -> None:
    """Red where a part as long as the file once was counts as all of it."""
    ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
    with ours, theirs:
        for part in (b"abc", b"defgh"):
            theirs.send(part)
        theirs.shutdown(socket.SHUT_WR)
        assert paths._read_up_to(ours.fileno(), 100, expected=5) == b"abcdefgh"


def test_what_was_known_of_a_plan_goes_with_it(plan: Scene) -> None:
    """Red where only the process that deleted it forgets: a board keeps what all agents ever made."""
    reader = plan.fresh_store()
    reader.read("work")
    plan.store.delete("work", Order(by=ANN, verb="delete", guard=Guard.PLAN, expected=1))
    with pytest.raises(PlanNotFound):
        reader.look("work")
    assert (reader._known, reader._seen) == ({}, {})


def test_keys_in_memory_are_no_more_than_are_kept(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_MOST_KEYS", 6)
    monkeypatch.setattr(snapshot, "KEEP_KEYS", 3)

    def say(number: int) -> bool:
        order = Order(by=ANN, verb="say", key=f"key {number}", body="b")
        return plan.store.change("work", lambda plan: plan, order).repeated

    assert not any(say(number) for number in range(20))
    assert 3 <= len(plan.store._known["work"].keys) <= 6
    assert all(say(number) for number in range(17, 20))


def test_many_steps_that_a_sleeping_peer_has_not_read_keep_their_places(tmp_path: Path) -> None:
    """Each of them looked for its place among all others: 4 s for 4,900, with the lock held."""
    scene = make_scene(tmp_path / "root", "first", "middle", "last")
    old = scene.steps

    def imported(plan: Plan) -> Plan:
        for number in range(2_000):
            plan = shaping.add(plan, by=ANN, at=1, title=f"new {number}")
        first, middle, last, *new = plan.steps
        return plan.with_steps([first, *new[::2], middle, *new[1::2], last])

    scene.change(imported, "add")
    wanted = [one.title for one in scene.plan.steps]
    old[0]["status"] = "completed"
    old[0]["updatedAt"] = 1
    scene.rewrite(old, updatedAt=1)
    scene.store.adopt("work")
    assert [one.title for one in scene.plan.steps] == wanted
    assert [one["step"] for one in scene.steps] == wanted
    assert scene.step(1).status is Status.COMPLETED
