"""What `planboard doctor` says of who holds or left a lock."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from plans.sync.standby import LOCK_FILE, FileLock
from tests.command import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doctor.scene import Patient

HOLD = (
    "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.flock(f, 2); print(flush=True); sys.stdin.read()"
)


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[str]]:
    """A process that does nothing."""
    process = subprocess.Popen(["sleep", "600"], text=True)
    yield process
    process.kill()
    process.wait()


class Holding:
    """A process that holds the lock on a file."""

    def __init__(self, path: Path) -> None:
        path.touch()
        words = [sys.executable, "-c", HOLD, str(path)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> int:
        assert self.process.stdout is not None
        self.process.stdout.readline()
        return self.process.pid

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


@pytest.mark.usefixtures("short_watch")
def test_a_lock_that_a_dead_program_left_is_broken_until_it_is_removed(
    patient: Patient,
) -> None:
    (patient.plan() / ".lock").write_text("4194303-1-aaaaaaaa")

    found = patient.trouble()

    assert (found["topic"], found["level"]) == ("locks", "broken")
    assert "the lock of process 4194303 on work was left behind" in found["message"]
    assert found["command"] == f"planboard unlock work --root {patient.root}"
    words = found["command"].split()[1:]
    assert say(*words, variables=patient.variables).code == 0
    assert not patient.troubles()


def test_who_holds_a_peers_lock_for_long_is_named(patient: Patient, holder: subprocess.Popen[str]) -> None:
    lock = patient.plan() / ".lock"
    lock.write_text(f"{holder.pid}-1-aaaaaaaa")
    long_ago = time.time() - 30
    os.utime(lock, (long_ago, long_ago))

    found = patient.trouble()

    assert f"process {holder.pid} has held the lock on work for 3" in found["message"]
    assert found["level"] == "advice"


def test_who_stopped_while_writing_is_named(patient: Patient) -> None:
    lock = patient.plan() / ".board.lock"
    with Holding(lock) as pid:
        lock.write_text(f"{pid}-1-aaaaaaaa")

        found = patient.trouble("--quick")

    assert found["message"].startswith(f"process {pid} has been writing work for ")
    assert found["command"] == f"kill -CONT {pid}"


def test_a_running_board_is_named_and_not_disturbed(patient: Patient) -> None:
    lock = patient.home / "sync.lock"
    with Holding(lock) as pid:
        _, found = patient.examined()

        assert f"runs as process {pid}" in [each["message"] for each in found]
    with lock.open() as free:
        fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_who_copies_into_a_named_sqlite_database_is_told(patient: Patient) -> None:
    """Red before: the doctor spoke of a lock in the database, and the worker's is a file there, too."""
    settings = {"PLANBOARD_DATABASE_URL": f"sqlite:///{patient.home}/other.sqlite3"}
    with closing(sqlite3.connect(patient.home / "other.sqlite3")) as database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.commit()
    lock = FileLock(f"{patient.home}/{LOCK_FILE}")
    assert lock.take()

    _, found = patient.examined("--quick", **settings)

    lock.release()
    assert [each["message"] for each in found if each["topic"] == "board"] == [
        f"runs as process {os.getpid()}"
    ]
