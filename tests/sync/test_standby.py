"""Only one worker writes a mirror; the others wait for its lock."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import psycopg
import pytest

from plans.sync import standby
from plans.sync.standby import AdvisoryLock, FileLock, lock_for, taken
from plans.sync.worker_thread import WorkerThread
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from pathlib import Path


def test_a_lock_in_a_file_is_one_workers_until_it_lets_go(tmp_path: Path) -> None:
    one, other = FileLock(str(tmp_path / "sync.lock")), FileLock(str(tmp_path / "sync.lock"))
    assert (one.take(), one.is_held(), other.take(), other.is_held()) == (True, True, False, False)
    other.release()
    assert (one.take(), other.take()) == (True, False)  # who has it does not wait for itself
    one.release()
    assert other.take()
    other.release()


def test_a_lock_whose_file_was_removed_is_lost_and_taken_by_one(tmp_path: Path) -> None:
    """Red where the descriptor alone counts: the next worker makes another file, and both copy."""
    path = tmp_path / "sync.lock"
    one, other = FileLock(str(path)), FileLock(str(path))
    assert one.take()
    path.unlink()
    assert other.take()
    assert (one.is_held(), one.take(), other.is_held()) == (False, False, True)
    other.release()
    assert one.take()
    one.release()


def test_a_lock_that_cannot_be_asked_for_keeps_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    lock, free = FileLock(str(tmp_path / "sync.lock")), os.dup(0)
    os.close(free)
    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "flock", refused)
        with pytest.raises(OSError, match="No locks available"):
            lock.take()
    again = os.dup(0)
    os.close(again)
    assert (again, lock.take()) == (free, True)
    lock.release()


async def test_who_waits_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "_LOOK_SECONDS", 0.01)
    path, said, looks = str(tmp_path / "sync.lock"), [], 0
    first = FileLock(path)
    assert first.take()

    class Counted(FileLock):
        def take(self) -> bool:
            nonlocal looks
            looks += 1
            if looks == 3:
                first.release()
            return super().take()

    thread, second = WorkerThread(), Counted(path)
    async with asyncio.timeout(PATIENCE):
        await taken(thread, second, lambda: said.append("waiting"))
    assert (said, second.is_held()) == (["waiting"], True)
    second.release()
    await thread.close()


@pytest.mark.parametrize(("vendor", "kind"), [("sqlite", FileLock), ("postgresql", AdvisoryLock)])
def test_each_database_has_its_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vendor: str, kind: type[object]
) -> None:
    monkeypatch.setattr(standby, "connection", SimpleNamespace(vendor=vendor, settings_dict={}))
    assert isinstance(lock_for(str(tmp_path)), kind)


def test_a_lock_in_postgresql_is_one_workers_until_it_lets_go(postgres_url: str) -> None:
    one, other = _advisory(postgres_url), _advisory(postgres_url)
    assert (one.is_held(), one.take(), one.is_held(), other.take()) == (False, True, True, False)
    assert other.take() is False  # over the connection it has
    one.release()
    one.release()
    until(other.take)  # the server lets go once it has seen that the connection is closed
    other.release()


def test_a_lock_in_postgresql_is_gone_with_its_connection(postgres_url: str) -> None:
    lock = _advisory(postgres_url)
    assert lock.take()
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    until(lambda: not lock.is_held())  # the server has been asked to end it, and does so soon
    until(lock.take)
    lock.release()


def _advisory(url: str) -> AdvisoryLock:
    found = psycopg.conninfo.conninfo_to_dict(url)
    words = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return AdvisoryLock({name: found.get(word, "") for name, word in words.items()})
