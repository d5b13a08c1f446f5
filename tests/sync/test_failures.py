"""Databases that refuse, locks that are lost, files that are held: the worker says so and goes on."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from plans.domain.verbs import shaping
from plans.mirror import reading
from plans.mirror.models import Plan, Session
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.sync import attendance, copying, lookout, worker
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from plans.sync.rebuilding import differences, rebuild
from plans.sync.standby import FileLock
from plans.sync.sweeping import stamp_of
from plans.sync.telling import Teller
from plans.sync.worker import SyncWorker
from tests.sync.stage import ABC, Stage, asked, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from plans.domain.revision import Line

pytestmark = pytest.mark.django_db(transaction=True)

NS = "payments.ledger"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def titled(stage: Stage, title: str) -> None:
    stage.change(NS, lambda plan: shaping.edit(plan, 1, by=ABC, title=title))


def aged(stage: Stage) -> None:
    """Let the files be of a minute ago."""
    for name in ("plan.json", "journal.jsonl"):
        then = time.time() - 60
        os.utime(stage.root / NS / name, (then, then))


def has_title(title: str) -> bool:
    return reading.picture(NS).plan.step(1).title == title


@asynccontextmanager
async def refusing(table: str, deed: str) -> AsyncIterator[None]:
    """Let the database refuse to write to a table."""
    await asked(
        _execute, f"CREATE TRIGGER refuse BEFORE {deed} ON {table} BEGIN SELECT RAISE(FAIL, 'no room'); END"
    )
    try:
        yield
    finally:
        await asked(_execute, "DROP TRIGGER refuse")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a plan's lock as another process of ours does."""
    with (path / ".board.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


async def test_a_database_that_refuses_for_a_while_gets_everything_afterwards(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.create(NS, "One")
    async with stage.working():
        async with refusing("plans_revisionevent", "INSERT"):
            titled(stage, "Two")
            await until(lambda: f"Copying {NS!r} failed; trying again" in caplog.text)
        await until(lambda: has_title("Two"))


async def test_sessions_that_could_not_be_written_are_written_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(attendance, "LOOK_SECONDS", 0.05)
    async with stage.working():
        stage.sessions.beat("known-before")
        await until(lambda: Session.objects.filter(session="known-before").exists())
        async with refusing("plans_session", "INSERT"):
            stage.sessions.beat("late-one")
            await until(lambda: "Copying the sessions failed; trying again" in caplog.text)
        await until(lambda: Session.objects.filter(session="late-one").exists())


class Fickle(FileLock):
    """A lock that is lost once, as PostgreSQL's with its connection."""

    is_lost = False

    def is_held(self) -> bool:
        if self.is_lost:
            self.is_lost = False
            self.release()
        return super().is_held()


async def test_a_worker_that_lost_its_lock_waits_for_it_and_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "_WATCH_LOCK_SECONDS", 0.02)
    stage.create(NS, "One")
    lock = Fickle(str(stage.home / "sync.lock"))
    async with running(
        SyncWorker(store=stage.store, sessions=stage.sessions, teller=teller(stage), lock=lock)
    ):
        lock.is_lost = True
        await until(lambda: "made this the only worker is gone" in caplog.text)
        titled(stage, "Two")
        await until(lambda: has_title("Two"))


class Unanswering(FileLock):
    """A lock whose server does not answer at first, as PostgreSQL's while it starts."""

    fails = 2

    def take(self) -> bool:
        if self.fails:
            self.fails -= 1
            raise ConnectionRefusedError
        return super().take()


async def test_a_worker_whose_lock_cannot_be_asked_for_asks_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "_RESTART_SECONDS", 0.02)
    stage.create(NS, "One")
    lock = Unanswering(str(stage.home / "sync.lock"))
    async with running(
        SyncWorker(store=stage.store, sessions=stage.sessions, teller=teller(stage), lock=lock)
    ):
        assert caplog.text.count("The worker failed; starting again") == 2
        assert await asked(has_title, "One")


async def test_what_runs_beside_the_worker_and_fails_starts_it_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "_RESTART_SECONDS", 0.02)
    starts: list[int] = []

    async def beside() -> None:
        starts.append(1)
        if len(starts) == 1:
            raise RuntimeError
        await asyncio.Event().wait()

    stage.create(NS, "One")
    lock = FileLock(str(stage.home / "sync.lock"))
    made = SyncWorker(
        store=stage.store, sessions=stage.sessions, teller=teller(stage), lock=lock, beside=beside
    )
    async with running(made):
        await until(lambda: len(starts) == 2)
        assert "The worker failed; starting again" in caplog.text
        titled(stage, "Two")
        await until(lambda: has_title("Two"))


async def test_events_that_were_lost_are_made_up_for_by_a_look_at_everything(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout.Lookout, "plan_touched", lambda *_, core: None)  # noqa: ARG005
    stage.create(NS, "One")
    async with stage.working() as working:
        titled(stage, "Two")
        working.lookout.events_lost()
        await until(lambda: has_title("Two"))


async def test_a_system_that_announces_nothing_is_noticed_and_said_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lookout.Lookout, "plan_touched", lambda *_, core: None)  # noqa: ARG005
    monkeypatch.setattr(lookout, "MISSES", 1)
    stage.create(NS, "One")
    aged(stage)
    with caplog.at_level(logging.WARNING):
        async with stage.working() as working:
            await until(lambda: not working._agenda.expects(NS))
            titled(stage, "Two")
            aged(stage)
            working.lookout.events_lost()
            await until(lambda: "does not announce changes" in working.lookout.note)
            await until(lambda: has_title("Two"))
            working.lookout._deaf("this file system does not announce changes")
    assert caplog.text.count("does not announce changes") == 1


async def test_a_root_that_goes_under_the_sweep_is_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(lookout, "watch", lambda *_: Deaf())
    stage.create(NS, "One")
    async with stage.working() as working:
        assert working.lookout.note == ""
        stage.root.rename(stage.home / "away")
        await until(lambda: "cannot be read (No such file or directory)" in working.lookout.note)
        (stage.home / "away").rename(stage.root)


class Deaf:
    """A way of hearing that never hears anything, and does not know it."""

    async def listen(self, started: object) -> None:
        assert callable(started)
        started()
        await asyncio.Event().wait()


def test_plans_that_do_not_fit_into_memory_together_are_copied_all_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "KEPT_STEPS", 3)
    copier = Copier(stage.store)
    for name in ("one.plan", NS, "three.plan"):
        stage.create(name, "A", "B")
        copier.write(copier.look(Errand(name), patient=True))
    titled(stage, "Two")
    copier.write(copier.look(Errand(NS), patient=True))
    assert has_title("Two")
    assert list(differences(stage.store)) == []


def test_a_plan_that_never_was_is_no_news(stage: Stage) -> None:
    found = Copier(stage.store).look(Errand("never.was"), patient=True)
    assert (found.gone, found.is_news) == (True, False)


def test_a_peers_change_is_taken_in_whatever_led_to_the_look(stage: Stage) -> None:
    stage.create(NS, "One")
    copier = Copier(stage.store)
    copier.write(copier.look(Errand(NS), patient=True))
    stage.peer_writes(NS, _renamed)
    found = copier.look(Errand(NS, core=False), patient=True)
    assert found.news is not None
    assert [line.verb for line in found.news.lines] == ["adopt"]


def test_a_plan_that_somebody_holds_is_looked_at_again(stage: Stage) -> None:
    stage.create(NS, "One")
    copier = Copier(PlanStore(stage.root, clock=stage.clock, lock_wait=0.01))
    copier.write(copier.look(Errand(NS), patient=True))
    stage.peer_writes(NS, _renamed)
    with held(stage.root / NS):
        found = copier.look(Errand(NS, core=True), patient=True)
    assert (found.retry, found.news) == (True, None)
    copier.write(copier.look(Errand(NS, core=True), patient=True))
    assert has_title("By a peer")


class Hasty(PlanStore):
    """A plan to which something is added between any two readings of it."""

    left = 1_000

    def lines(self, namespace: str, *, after: int = 0) -> list[Line]:
        if self.left:
            self.left -= 1
            other = PlanStore(self.root, clock=self.clock)
            number = other.read(namespace).plan.next_number
            other.change(
                namespace,
                lambda plan: shaping.add(plan, by=ABC, at=1, title=f"Step {number}"),
                Order(by=ABC, verb="add"),
            )
        return super().lines(namespace, after=after)


def test_a_plan_that_changes_faster_than_it_can_be_read_is_looked_at_again(stage: Stage) -> None:
    stage.create(NS, "One")
    store = Hasty(stage.root, clock=stage.clock)
    assert Copier(store).look(Errand(NS), patient=True).retry
    store.left = 1
    found = Copier(store).look(Errand(NS), patient=True)
    assert found.news is not None
    assert found.news.plan.revision == found.news.lines[-1].rev


def test_a_root_that_can_only_be_read_is_shown_with_that_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.create(NS, "One")
    copier = Copier(stage.store)
    copier.write(copier.look(Errand(NS), patient=True))
    real = os.open

    def only_read(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & os.O_ACCMODE:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", only_read)
    found = copier.look(Errand(NS, core=True), patient=True)
    monkeypatch.undo()
    copier.write(found)
    picture = reading.picture(NS)
    assert picture.problem is not None
    assert "the file system is read-only" in picture.problem.message
    assert not picture.writable
    assert picture.plan.step(1).title == "One"


@pytest.mark.parametrize("is_known", [True, False])
def test_a_journal_that_cannot_be_opened_keeps_the_last_good_version(stage: Stage, *, is_known: bool) -> None:
    stage.create(NS, "One")
    copier = Copier(PlanStore(stage.root, clock=stage.clock))
    if is_known:
        copier.write(copier.look(Errand(NS), patient=True))
    journal = stage.root / NS / "journal.jsonl"
    journal.unlink()
    journal.mkdir()
    copier = Copier(PlanStore(stage.root, clock=stage.clock))
    found = copier.look(Errand(NS, core=True), patient=True)
    copier.write(found)
    picture = reading.picture(NS)
    assert picture.problem is not None
    assert not picture.writable
    assert [step.title for step in picture.plan.steps] == (["One"] if is_known else [])


def test_a_rebuild_passes_over_what_somebody_writes_and_says_so(stage: Stage) -> None:
    stage.create(NS, "One")
    stage.create("other.plan", "One")
    stage.peer_writes(NS, _renamed)
    store = PlanStore(stage.root, clock=stage.clock, lock_wait=0.01)
    with held(stage.root / NS):
        told = {built.namespace: built.problem for built in rebuild(store, stage.sessions)}
    assert told == {NS: "Somebody is writing it; start the board to copy it then", "other.plan": ""}
    assert list(Plan.objects.values_list("namespace", flat=True)) == ["other.plan"]


def test_every_way_in_which_the_mirror_differs_is_named(stage: Stage) -> None:
    for name in ("gone.plan", NS, "peer.plan", "bad.plan"):
        stage.create(name, "One")
    list(rebuild(stage.store, stage.sessions))
    (stage.root / "gone.plan").rename(stage.home / "away")
    titled(stage, "Two")
    stage.peer_writes("peer.plan", _renamed)
    (stage.root / "bad.plan" / "journal.jsonl").unlink()
    (stage.root / "bad.plan" / "journal.jsonl").mkdir()
    told = dict(differences(PlanStore(stage.root, clock=stage.clock)))
    assert set(told) == {"gone.plan", NS, "peer.plan", "bad.plan"}
    assert told["gone.plan"] == "The mirror has a plan that has no files"
    assert told[NS] == "The mirror is at revision 1, the files are at 2"
    assert told["peer.plan"] == "Another program changed plan.json, and the worker has not seen it yet"


def test_a_plan_that_goes_while_all_are_compared_is_no_difference(stage: Stage) -> None:
    stage.create(NS, "One")
    stage.create("then.gone", "One")
    list(rebuild(stage.store, stage.sessions))
    titled(stage, "Two")
    told = differences(stage.store)
    assert next(told)[0] == NS
    (stage.root / "then.gone").rename(stage.home / "away")
    assert list(told) == []


async def test_a_plan_made_anew_under_a_deleted_ones_name_is_copied(stage: Stage) -> None:
    plan = stage.create(NS, "One")
    async with stage.working():
        stage.clock.now += 1
        await asked(stage.store.delete, NS, Order(by=ABC, verb="delete", expected=plan.revision))
        await until(lambda: not Plan.objects.exists())
        stage.create(NS, "Two")
        await until(lambda: Plan.objects.exists() and has_title("Two"))


def test_a_folder_in_place_of_a_file_is_no_version_of_it(stage: Stage) -> None:
    (stage.root / NS / "plan.json").mkdir(parents=True)
    assert stamp_of(str(stage.root), NS) is None


def _renamed(content: dict[str, object]) -> None:
    steps = content["steps"]
    assert isinstance(steps, list)
    steps[0]["step"] = "By a peer"


def teller(stage: Stage) -> Teller:
    return Teller(lambda: stage.layer)


@asynccontextmanager
async def running(made: SyncWorker) -> AsyncIterator[None]:
    task = asyncio.create_task(made.run())
    try:
        async with asyncio.timeout(60):
            await made.idle.wait()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
