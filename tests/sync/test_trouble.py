"""Damaged, lost and late files, events and roots: what the copy does then."""

from __future__ import annotations

import asyncio
import json
import os
import shutil

import pytest

from plans.domain.verbs import working
from plans.mirror import reading
from plans.mirror.applying import empty
from plans.mirror.models import Session
from plans.store.plan_store import PlanStore
from plans.sync import lookout as lookouts
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from plans.sync.sweeping import identity
from tests.sync.copied import NS, problem, revision, same, status_of
from tests.sync.stage import ABC, Stage, asked, until
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


def has_place() -> bool:
    found = problem()
    return found is not None and found.line is not None


async def test_garbage_keeps_the_last_good_version_with_the_place_of_the_error(stage: Stage) -> None:
    stage.create(NS, "One")
    good = (stage.root / NS / "plan.json").read_text()
    async with stage.working():
        (stage.root / NS / "plan.json").write_text(good[:40] + "\n  oops")
        await until(has_place)  # it may be looked at while it is being written, too
        picture = await asked(reading.picture, NS)
        assert picture.problem is not None
        assert picture.problem.column is not None
        assert not picture.writable
        assert picture.plan.step(1).title == "One"
        (stage.root / NS / "plan.json").write_text(good)
        await until(lambda: problem() is None)
        assert (await asked(reading.picture, NS)).writable


def test_a_file_that_is_unreadable_only_while_it_is_written_is_no_news(stage: Stage) -> None:
    stage.create(NS, "One")
    copier = Copier(stage.store)
    copier.write(copier.look(Errand(NS), patient=True))
    path = stage.root / NS / "plan.json"
    good = path.read_text()
    path.write_text(good[:30])
    hasty = copier.look(Errand(NS, core=True), patient=False)
    assert (hasty.retry, hasty.is_news) == (True, False)
    patient = copier.look(Errand(NS, core=True), patient=True)
    assert (patient.retry, patient.is_news) == (True, True)
    path.write_text(good)
    again = copier.look(Errand(NS, core=True), patient=False)
    assert (again.retry, again.is_news) == (False, False)


async def test_one_unreadable_plan_does_not_stop_the_others(stage: Stage) -> None:
    stage.create("bad.plan", "One")
    stage.create(NS, "One")
    (stage.root / "bad.plan" / "plan.json").write_text("{")
    (stage.root / "worse.plan").mkdir()
    os.mkfifo(stage.root / "worse.plan" / "plan.json")
    async with stage.working():
        stage.claim(NS, 1)
        await until(lambda: revision() == 2)
        await until(lambda: problem("bad.plan"))
        await until(lambda: problem("worse.plan"))


async def test_a_folder_that_just_disappeared_is_not_an_order_to_forget(stage: Stage) -> None:
    stage.create(NS, "One")
    async with stage.working():
        (stage.root / NS).rename(stage.home / "elsewhere")
        await until(problem)
        picture = await asked(reading.picture, NS)
        assert picture.problem is not None
        assert picture.problem.kind == "gone"
        assert picture.plan.step(1).title == "One"
        (stage.home / "elsewhere").rename(stage.root / NS)
        await until(lambda: problem() is None)


async def test_a_replaced_journal_is_another_history_and_copied_whole(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    stage.claim(NS, 1)
    async with stage.working():
        epoch = (await asked(reading.revisions, [NS]))[NS][0]
        shutil.rmtree(stage.root / NS)
        Stage.create(stage, NS, "Other")
        await until(lambda: reading.revisions([NS])[NS][0] != epoch)
        await same(stage)


async def test_an_end_of_the_journal_that_was_lost_is_not_kept_in_the_mirror_and_is_said(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.create(NS, "One", "Two")
    journal = stage.root / NS / "journal.jsonl"
    saved = {path: path.read_bytes() for path in (journal, journal.with_name("plan.json"))}
    stage.claim(NS, 1)
    async with stage.working():
        assert await asked(status_of, 1) == "in_progress"
    assert caplog.text == ""
    for path, data in saved.items():  # as after a power cut
        path.write_bytes(data)
    stage.store = PlanStore(stage.root, clock=stage.clock)
    stage.claim(NS, 2)
    async with stage.working():
        await same(stage)
        assert await asked(status_of, 1) == "pending"
    assert f"The journal of {NS} is not the one that was copied (revision 2 then, 2 now)" in caplog.text


async def test_an_emptied_mirror_is_filled_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookouts, "SWEEP_SECONDS", 0.2)
    stage.create(NS, "One", "Two")
    stage.claim(NS, 1)
    async with stage.working():
        await until(Session.objects.exists)
        await asked(empty)
        await until(lambda: revision() == 2)
        await until(Session.objects.exists)  # though nobody who is asleep is heard again
        await same(stage)
        stage.change(NS, lambda plan: working.complete(plan, 1, by=ABC, at=1), verb="complete")
        await until(lambda: revision() == 3)
        await same(stage)


async def test_what_takes_long_to_be_copied_at_first_was_not_missed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where a sweep counts a plan that is copied just then: two, and nothing seems to be announced."""
    monkeypatch.setattr(lookouts, "SWEEP_SECONDS", 0)
    for number in range(20):
        stage.create(f"{NS}.{number}", "One")
        for file in (stage.root / f"{NS}.{number}").iterdir():
            os.utime(file, (1, 1))
    async with stage.working() as worker:
        assert worker.lookout.note == ""


async def test_a_lost_event_is_found_by_a_sweep(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookouts, "SWEEP_SECONDS", 0.2)
    monkeypatch.setattr(lookouts.Lookout, "plan_touched", lambda *_, core: None)  # noqa: ARG005
    stage.create(NS, "One")
    async with stage.working():
        stage.claim(NS, 1)
        await until(lambda: revision() == 2)


async def test_a_missing_root_is_said_and_found_when_it_comes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookouts, "QUICK_SWEEP_SECONDS", 0.1)
    worker = stage.worker()
    stage.root.rename(stage.home / "later")
    task = asyncio.create_task(worker.run())
    try:
        await until(lambda: str(stage.root) in worker.lookout.note or "No such" in worker.lookout.note)
        (stage.home / "later").rename(stage.root)
        await until(lambda: not worker.lookout.note)
        stage.create(NS, "One")
        await until(lambda: revision() == 1)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_root_that_is_a_link_is_heard_where_it_leads_after_it_was_switched(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where the watch stays with the folder of the start: all that follows is found by sweeps alone."""
    monkeypatch.setattr(lookouts, "SWEEP_SECONDS", 0.2)
    stage.create(NS, "One")
    old, new = stage.home / "old", stage.home / "new"
    stage.root.rename(old)
    shutil.copytree(old, new)
    stage.root.symlink_to(old)
    async with stage.working() as worker:
        stage.claim(NS, 1)
        await until(lambda: revision() == 2)
        (stage.home / "link").symlink_to(new)
        (stage.home / "link").rename(stage.root)  # in one step, as who deploys does it
        await until(lambda: revision() == 1)
        await until(lambda: worker.lookout._watched == identity(str(new)))
        monkeypatch.setattr(lookouts, "SWEEP_SECONDS", 3_600.0)
        worker.lookout.events_lost()  # from here on only what is heard
        heard: list[str] = []
        touched = worker.lookout.plan_touched

        def hear(namespace: str, *, core: bool) -> None:
            heard.append(namespace)
            touched(namespace, core=core)

        monkeypatch.setattr(worker.lookout, "plan_touched", hear)
        stage.claim(NS, 1)
        await until(lambda: revision() == 2)
        await same(stage)
        await until(lambda: heard)
    assert not worker.lookout.note


async def test_a_second_worker_waits_until_the_first_is_gone(stage: Stage) -> None:
    stage.create(NS, "One")
    second = stage.worker()
    async with stage.working():
        waiting = asyncio.create_task(second.run())
        stage.claim(NS, 1)
        await until(lambda: revision() == 2)
        assert not second.idle.is_set()
    async with asyncio.timeout(PATIENCE):
        await second.idle.wait()
    stage.change(NS, lambda plan: working.complete(plan, 1, by=ABC, at=1), verb="complete")
    await until(lambda: revision() == 3)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_what_a_dead_writer_left_is_finished_without_anybody_asking(stage: Stage) -> None:
    stage.create(NS, "One")
    path = stage.root / NS / "plan.json"
    before = path.read_bytes()
    stage.claim(NS, 1)
    path.write_bytes(before)  # as if the writer had died after its commit, before its rename
    (stage.root / NS / ".board.lock").write_text("999999-1-0123abcd")
    async with stage.working():
        await until(lambda: json.loads(path.read_text())["steps"][0]["status"] == "in_progress")
        assert await asked(status_of, 1) == "in_progress"
