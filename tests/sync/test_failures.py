"""Databases that refuse, locks that are lost, events that never come: the worker says so and goes on."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from plans.domain.problem import Trouble
from plans.domain.revision import Line
from plans.metrics import figures
from plans.mirror import reading
from plans.mirror.models import Plan, Session
from plans.store.journal import encode_line
from plans.store.orders import Order
from plans.sync import attendance, lookout, worker
from plans.sync.setbacks import Setbacks
from plans.sync.standby import FileLock
from plans.sync.telling import Teller
from plans.sync.worker import SyncWorker
from tests.sync.copied import NS, has_title, problem, titled
from tests.sync.stage import ABC, Stage, asked, until
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


pytestmark = pytest.mark.django_db(transaction=True)


def aged(stage: Stage) -> None:
    """Let the files be of a minute ago."""
    for name in ("plan.json", "journal.jsonl"):
        then = time.time() - 60
        os.utime(stage.root / NS / name, (then, then))


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


async def test_a_database_that_refuses_for_a_while_gets_everything_afterwards(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.create(NS, "One")
    async with stage.working():
        async with refusing("plans_revisionevent", "INSERT"):
            titled(stage, "Two")
            await until(lambda: f"Copying {NS!r} failed; trying again" in caplog.text)
        await until(lambda: has_title("Two"))


async def test_a_plan_that_cannot_be_copied_says_so_and_the_log_has_its_story_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Red where failures are only logged: the page shows an old revision as the newest, for ever."""
    stage.create(NS, "One")
    stage.create("other.plan", "One")
    async with stage.working() as working:
        async with refusing("plans_revisionevent", "INSERT"):
            titled(stage, "Two")
            await until(lambda: (found := problem()) is not None and found.kind == Trouble.NOT_COPIED)
            picture = await asked(reading.picture, NS)
            assert picture.problem is not None
            assert "IntegrityError: no room" in picture.problem.message
            assert f"`planboard verify {NS}`" in picture.problem.message
            assert (picture.plan.step(1).title, picture.writable) == ("One", False)
            assert figures.FAILING.read() == {"": 1}
            await until(lambda: "4 times in a row: IntegrityError: no room" in caplog.text)
            assert caplog.text.count("Traceback") == 1 + caplog.text.count("The above exception")
            assert await asked(problem, "other.plan") is None
        titled(stage, "Three")
        await until(lambda: has_title("Three") and problem() is None)
        assert (await asked(reading.picture, NS)).writable
        await until(lambda: not working._agenda.failing())


async def test_a_plan_of_which_nothing_could_be_copied_yet_is_there_and_says_so(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage.working():
        async with refusing("plans_step", "INSERT"):
            stage.create(NS, "One")
            await until(lambda: (found := problem()) is not None and found.kind == Trouble.NOT_COPIED)
            assert (await asked(reading.picture, NS)).plan.steps == ()
        titled(stage, "Two")
        await until(lambda: problem() is None and has_title("Two"))
    assert "is not the one that was copied" not in caplog.text


async def test_a_plan_whose_trouble_cannot_be_said_either_is_copied_when_it_can(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.create(NS, "One")
    async with stage.working():
        async with refusing("plans_plan", "UPDATE"):
            titled(stage, "Two")
            await until(lambda: f"Saying that {NS!r} cannot be copied failed" in caplog.text)
        titled(stage, "Three")
        await until(lambda: has_title("Three"))


async def test_a_line_with_a_number_that_no_database_holds_is_told_and_fails_nobody(stage: Stage) -> None:
    """Red where journals are read without bounds: OverflowError, again and again."""
    stage.create(NS, "One")
    failures = figures.WORKER_FAILURES.total
    async with stage.working():
        line = Line(rev=2, at=10**30, by=str(ABC), verb="edit", set={"1": {"notes": "x"}})
        with (stage.root / NS / "journal.jsonl").open("ab") as journal:
            journal.write(encode_line(line))
        await until(problem)
        picture = await asked(reading.picture, NS)
        assert picture.problem is not None
        assert (picture.problem.kind, picture.plan.revision) == (Trouble.DAMAGED, 1)
        assert "line 3: Expected `int` <= 8640000000000000 - at `$.at`" in picture.problem.message
    assert figures.WORKER_FAILURES.total == failures


def test_what_repeats_is_told_whole_once_and_then_ever_more_rarely(caplog: pytest.LogCaptureFixture) -> None:
    setbacks = Setbacks()
    error = ExceptionGroup("in a task", [ValueError("no\nroom")])
    assert [setbacks.tell("It failed", error) for _ in range(9)] == list(range(1, 10))
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "It failed; trying again",
        *(f"It failed; trying again ({n} times in a row: ValueError: no)" for n in (2, 4, 8)),
    ]
    assert [bool(record.exc_info) for record in caplog.records] == [True, False, False, False]
    assert setbacks.tell("It failed", ValueError()) == 1
    setbacks.over("It failed")
    assert setbacks.tell("It failed", ValueError()) == 1


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
        assert caplog.text.count("The worker failed; trying again") == 2
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
        assert "The worker failed; trying again" in caplog.text
        titled(stage, "Two")
        await until(lambda: has_title("Two"))


async def test_what_fails_again_after_it_had_gone_well_is_told_whole_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "_LAST_RESTART_SECONDS", 0.0)  # so any time is long
    starts: list[int] = []

    async def beside() -> None:
        starts.append(1)
        if len(starts) < 3:
            raise RuntimeError
        await asyncio.Event().wait()

    lock = FileLock(str(stage.home / "sync.lock"))
    made = SyncWorker(
        store=stage.store, sessions=stage.sessions, teller=teller(stage), lock=lock, beside=beside
    )
    async with running(made):
        await until(lambda: len(starts) == 3)
    told = [record for record in caplog.records if "The worker failed; trying again" in record.message]
    assert [record.exc_info is not None for record in told] == [True, True]


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
    monkeypatch.setattr(lookout, "watch", lambda *_: Mute())  # no look at what begins to be heard, either
    monkeypatch.setattr(lookout, "MISSES", 1)
    monkeypatch.setattr(lookout, "SWEEP_SECONDS", 10 * PATIENCE)  # none between a change and its ageing
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
        await until(lambda: not working.lookout.note)  # it is still listened to, and nobody else would say so


class Mute:
    """A way of hearing that never says that it has begun."""

    async def listen(self, _started: object) -> None:
        await asyncio.Event().wait()


class Deaf(Mute):
    """A way of hearing that never hears anything, and does not know it."""

    async def listen(self, started: object) -> None:
        assert callable(started)
        started()
        await super().listen(started)


async def test_a_plan_made_anew_under_a_deleted_ones_name_is_copied(stage: Stage) -> None:
    plan = stage.create(NS, "One")
    async with stage.working():
        stage.clock.now += 1
        await asked(stage.store.delete, NS, Order(by=ABC, verb="delete", expected=plan.revision))
        await until(lambda: not Plan.objects.exists())
        stage.create(NS, "Two")
        await until(lambda: Plan.objects.exists() and has_title("Two"))


def teller(stage: Stage) -> Teller:
    return Teller(lambda: stage.layer)


@asynccontextmanager
async def running(made: SyncWorker) -> AsyncIterator[None]:
    task = asyncio.create_task(made.run())
    try:
        async with asyncio.timeout(PATIENCE):
            await made.idle.wait()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
