"""From a file to the mirror: a real root, a real store, real inotify, a real database."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plans.domain.errors import PlanNotFound
from plans.domain.step import Progress, Status
from plans.domain.verbs import shaping, working
from plans.live import messages
from plans.mirror import checking, reading
from plans.mirror.applying import empty
from plans.mirror.documents import problem_from
from plans.mirror.models import Plan, Session, Step
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.sync import lookout as lookouts
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from tests.sync.stage import ABC, Stage, asked, until

if TYPE_CHECKING:
    from pathlib import Path

    from plans.domain.picture import Problem

pytestmark = pytest.mark.django_db(transaction=True)

NS = "payments.ledger"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def revision(namespace: str = NS) -> int:
    return reading.revisions([namespace]).get(namespace, ("", -1))[1]


def problem(namespace: str = NS) -> Problem | None:
    row = Plan.objects.filter(namespace=namespace).first()
    return problem_from(row.problem) if row else None


def status_of(number: int) -> str:
    return reading.picture(NS).plan.step(number).status


def assert_true_copy(stage: Stage, namespace: str = NS) -> None:
    assert checking.differences(stage.store.read(namespace).plan, stage.store.lines(namespace)) == []


async def same(stage: Stage, namespace: str = NS) -> None:
    await asked(assert_true_copy, stage, namespace)


async def test_what_is_there_at_the_start_is_copied_history_included(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    stage.claim(NS, 1)
    async with stage.working():
        await same(stage)
        events = await asked(lambda: reading.events(NS))
        assert [line.verb for line in events] == ["claim", "create"]


async def test_a_change_by_another_process_is_copied(stage: Stage) -> None:
    stage.create(NS, "One")
    async with stage.working():
        stage.claim(NS, 1)
        await until(lambda: status_of(1) == "in_progress")
        await same(stage)


async def test_a_change_by_a_peer_becomes_one_revision_and_is_copied(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    before = stage.change(NS, lambda plan: shaping.edit(plan, 2, by=ABC, notes="Keep me"))
    async with stage.working():
        stage.peer_writes(NS, lambda content: _complete(content, 0))
        await until(lambda: status_of(1) == "completed")
        await same(stage)
    plan = stage.store.read(NS).plan
    assert plan.revision == before.revision + 1
    assert plan.step(2).notes == "Keep me"


async def test_steps_that_a_peer_only_stamped_again_are_no_news(stage: Stage) -> None:
    stage.create(NS, *(f"Step {n}" for n in range(1, 11)))
    heard = await stage.hears()

    def merged(content: dict[str, object]) -> None:
        for step in _steps(content):
            step |= {"updatedAt": stage.clock.now + 5_000, "updatedBy": "peer"}
        _complete(content, 3)

    async with stage.working():
        _taken(heard)
        stage.peer_writes(NS, merged)
        async with asyncio.timeout(20):
            changed = await heard.get()
        assert changed.steps == (4,)
        await until(lambda: status_of(4) == "completed")
        await same(stage)
    stage.hearing.cancel()


async def test_a_new_plan_and_a_new_peers_folder_are_found(stage: Stage) -> None:
    async with stage.working():
        stage.create(NS, "One")
        folder = stage.root / "peer.plan"
        folder.mkdir()
        shutil.copy(stage.root / NS / "plan.json", folder / "draft")
        text = (folder / "draft").read_text().replace(f'"{NS}"', '"peer.plan"')
        (folder / "plan.json").write_text(text)
        await until(lambda: revision() == 1 and revision("peer.plan") == 1)
        await same(stage)
        await same(stage, "peer.plan")


async def test_ready_steps_are_marked_in_the_rows_as_their_needs_complete(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    stage.change(NS, lambda plan: shaping.edit(plan, 2, by=ABC, needs=(1,)))
    async with stage.working():
        assert await asked(_row, 2) == ("waiting", "todo", 1)
        stage.claim(NS, 1)
        stage.change(NS, lambda plan: working.complete(plan, 1, by=ABC, at=1), verb="complete")
        await until(lambda: _row(2) == ("ready", "todo", 1))
        await same(stage)


async def test_other_processes_are_poked_with_the_steps_that_changed(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    heard = await stage.hears()
    async with stage.working():
        while not heard.empty():
            heard.get_nowait()
        plan = stage.claim(NS, 2)
        async with asyncio.timeout(20):
            changed = await heard.get()
        assert changed == messages.Changed(NS, plan.epoch, 2, (2,))
    stage.hearing.cancel()


async def test_garbage_keeps_the_last_good_version_with_the_place_of_the_error(stage: Stage) -> None:
    stage.create(NS, "One")
    good = (stage.root / NS / "plan.json").read_text()
    async with stage.working():
        (stage.root / NS / "plan.json").write_text(good[:40] + "\n  oops")
        await until(problem)
        picture = await asked(reading.picture, NS)
        assert picture.problem is not None
        assert picture.problem.line is not None
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


async def test_a_plan_that_was_deleted_through_us_leaves_the_mirror(stage: Stage) -> None:
    plan = stage.create(NS, "One")
    async with stage.working():
        stage.clock.now += 1
        await asked(stage.store.delete, NS, Order(by=ABC, verb="delete", expected=plan.revision))
        await until(lambda: revision() == -1)
    with pytest.raises(PlanNotFound):
        await asked(reading.picture, NS)


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


async def test_an_end_of_the_journal_that_was_lost_is_not_kept_in_the_mirror(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    journal = stage.root / NS / "journal.jsonl"
    saved = {path: path.read_bytes() for path in (journal, journal.with_name("plan.json"))}
    stage.claim(NS, 1)
    async with stage.working():
        assert await asked(status_of, 1) == "in_progress"
    for path, data in saved.items():  # as after a power cut
        path.write_bytes(data)
    stage.store = PlanStore(stage.root, clock=stage.clock)
    stage.claim(NS, 2)
    async with stage.working():
        await same(stage)
        assert await asked(status_of, 1) == "pending"


async def test_an_emptied_mirror_is_filled_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookouts, "SWEEP_SECONDS", 0.2)
    stage.create(NS, "One", "Two")
    stage.claim(NS, 1)
    async with stage.working():
        await asked(empty)
        await until(lambda: revision() == 2)
        await same(stage)
        stage.change(NS, lambda plan: working.complete(plan, 1, by=ABC, at=1), verb="complete")
        await until(lambda: revision() == 3)
        await same(stage)


async def test_a_move_changes_one_row(stage: Stage) -> None:
    stage.create(NS, *(f"Step {n}" for n in range(1, 30)))
    async with stage.working():
        at = await asked(_ats)
        stage.change(NS, lambda plan: shaping.move(plan, 20, by=ABC, after=3), verb="move")
        await until(lambda: revision() == 2)
        assert [number for number, now in (await asked(_ats)).items() if now != at[number]] == [20]
        await same(stage)


async def test_a_removed_step_is_gone_and_whoever_read_before_hears_of_it(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    async with stage.working():
        stage.change(NS, lambda plan: shaping.remove(plan, 1, by=ABC), verb="remove")
        await until(lambda: revision() == 2)
        await same(stage)
        assert await asked(_removed) == [1]


async def test_text_that_no_database_holds_is_shown_with_replacement_characters(stage: Stage) -> None:
    stage.create(NS, "One")
    async with stage.working():
        stage.peer_writes(NS, lambda content: _title(content, "cut \ud83d in half \x00 here"))
        await until(lambda: "cut" in reading.picture(NS).plan.step(1).title)
        await same(stage)
        assert (await asked(reading.picture, NS)).plan.step(1).title == "cut � in half � here"


async def test_everything_a_caller_set_is_in_the_mirror(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    extra: dict[str, object] = {"timeout": 30, "retry": {"max": 3}, "validate": ["a", None, 1.5]}
    stage.change(
        NS,
        lambda plan: plan.with_step(
            replace(plan.step(2), extra=extra, progress=Progress(2, 7), status=Status.BLOCKED, needs=(1,))
        ),
    )
    async with stage.working():
        await same(stage)
        assert (await asked(reading.picture, NS)).plan.step(2).extra == extra


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


async def test_a_second_worker_waits_until_the_first_is_gone(stage: Stage) -> None:
    stage.create(NS, "One")
    second = stage.worker()
    async with stage.working():
        waiting = asyncio.create_task(second.run())
        stage.claim(NS, 1)
        await until(lambda: revision() == 2)
        assert not second.idle.is_set()
    async with asyncio.timeout(20):
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


async def test_a_session_goes_stale_and_comes_back(stage: Stage) -> None:
    stage.create(NS, "One")
    stage.claim(NS, 1)
    stage.sessions.beat("session-abc", agent="claude", pid=7)
    heard = await stage.hears()
    async with stage.working():
        await until(lambda: _liveness() == "live")
        stage.clock.now += 91_000
        await until(lambda: _liveness() == "stale")
        life = (await asked(reading.picture, NS)).lives["session-abc"]
        assert (life.agent, life.pid) == ("claude", 7)
        assert life.progress_at is not None
        stage.sessions.beat("session-abc")
        await until(lambda: _liveness() == "live")
        await asyncio.sleep(0)
        assert any(changed.state and changed.namespace == NS for changed in _taken(heard))
    stage.hearing.cancel()


async def test_a_session_without_heartbeats_is_quiet_after_ten_minutes(stage: Stage) -> None:
    stage.create(NS, "One")
    stage.claim(NS, 1)
    async with stage.working():
        await until(lambda: _liveness() == "unknown")
        stage.clock.now += 600_000
        await until(lambda: _liveness() == "quiet")
        stage.change(NS, lambda plan: working.say(plan, 1, by=ABC, active_form="Running tests"), verb="say")
        await until(lambda: _liveness() == "unknown")


async def test_the_worker_shows_life(stage: Stage) -> None:
    async with stage.working():
        await until(reading.sync_state)
        state = await asked(reading.sync_state)
        assert state is not None
        assert (state.mode, state.note, state.beat_at) == ("notify", "", stage.clock.now)


def _complete(content: dict[str, object], index: int) -> None:
    _steps(content)[index]["status"] = "completed"


def _title(content: dict[str, object], title: str) -> None:
    _steps(content)[0]["step"] = title


def _steps(content: dict[str, object]) -> list[dict[str, object]]:
    steps = content["steps"]
    assert isinstance(steps, list)
    return steps


def _row(number: int) -> tuple[object, ...]:
    return Step.objects.filter(number=number).values_list("condition", "column", "wave").get()


def _ats() -> dict[int, int]:
    return dict(Step.objects.values_list("number", "at"))


def _removed() -> list[int]:
    return list(Step.objects.filter(removed=True).values_list("number", flat=True))


def _liveness() -> str | None:
    return Session.objects.filter(session="session-abc").values_list("liveness", flat=True).first()


def _taken(heard: asyncio.Queue[messages.Changed]) -> list[messages.Changed]:
    return [heard.get_nowait() for _ in range(heard.qsize())]
