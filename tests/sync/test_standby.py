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

from plans.metrics import figures
from plans.sync import decide, standby, worker
from plans.sync.standby import AdvisoryLock, FileLock, lock_for, taken
from plans.sync.telling import Teller
from plans.sync.worker import SyncWorker
from plans.sync.worker_thread import WorkerThread
from tests.sync.copied import NS, has_title, titled
from tests.sync.stage import asked
from tests.sync.stage import until as soon
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sync.stage import Stage


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


class Lent(FileLock):
    """A lock that another worker has now and then, as PostgreSQL's when a connection breaks."""

    is_lent = False

    def take(self) -> bool:
        return not self.is_lent and super().take()

    def is_held(self) -> bool:
        return not self.is_lent and super().is_held()


@pytest.mark.django_db(transaction=True)
async def test_what_changed_while_another_worker_copied_was_neither_missed_nor_late(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where a worker that begins again takes its first look for a later one.

    Files that seem to announce nothing would be looked for every 2 s from then on, for nothing.
    """
    monkeypatch.setattr(worker, "_WATCH_LOCK_SECONDS", 0.02)
    monkeypatch.setattr(standby, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(decide, "SETTLE_SECONDS", 0.1)
    plans = (NS, "search.index")
    for name in plans:
        stage.create(name, "One")
    lock = Lent(str(stage.home / "sync.lock"))
    one = SyncWorker(
        store=stage.store, sessions=stage.sessions, teller=Teller(lambda: stage.layer), lock=lock
    )
    task = asyncio.create_task(one.run())
    try:
        async with asyncio.timeout(PATIENCE):
            await one.idle.wait()
            await soon(lambda: not any(map(one._agenda.expects, plans)))
            lock.is_lent = True
            await soon(lambda: dict(figures.WORKER.read())["standby"])
            copied = figures.TO_MIRROR.read()
            for name in plans:
                await asked(_changed_long_ago, stage, name)
            lock.is_lent = False
            await soon(lambda: has_title("Two"))
            await soon(lambda: dict(figures.WORKER.read())["working"])
            await one.idle.wait()
        assert (one.lookout.note, figures.TO_MIRROR.read()) == ("", copied)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _changed_long_ago(stage: Stage, name: str) -> None:
    titled(stage, "Two", name)
    for file in (stage.root / name).iterdir():
        os.utime(file, (1, 1))


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
