"""From a file to the mirror: a real root, a real store, real inotify, a real database."""

from __future__ import annotations

import asyncio
import shutil

import pytest
from msgspec.structs import replace

from plans.domain.errors import PlanNotFound
from plans.domain.step import Progress, Status
from plans.domain.verbs import shaping, working
from plans.live import messages
from plans.mirror import reading
from plans.mirror.models import Step
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from tests.sync.copied import NS, revision, same, status_of
from tests.sync.stage import ABC, Stage, asked, taken, until
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


async def test_what_is_there_at_the_start_is_copied_history_included(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    stage.claim(NS, 1)
    async with stage.working():
        await same(stage)
        events = await asked(lambda: reading.events(NS))
        assert [line.verb for line in events] == ["claim", "create"]


async def test_a_worker_that_ends_leaves_snapshots_for_those_who_come_after(stage: Stage) -> None:
    """Red where nobody closes the store: each command replays what the worker knew."""
    stage.create(NS, "One")
    async with stage.working():
        stage.claim(NS, 1)
        await until(lambda: revision() == 2)
        assert not (stage.root / NS / "snapshot.json").exists()
    store = PlanStore(stage.root, clock=stage.clock)
    assert store.read(NS).plan == stage.store.read(NS).plan
    assert store._known[NS].tail == ()


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
        taken(heard)
        stage.peer_writes(NS, merged)
        async with asyncio.timeout(PATIENCE):
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
        stage.claim(NS, 2)
        async with asyncio.timeout(PATIENCE):
            changed = await heard.get()
        assert changed.at > 0
        version = (await asked(reading.picture, NS)).version
        assert replace(changed, at=0.0) == messages.Changed(NS, *version, (2,))
    stage.hearing.cancel()


async def test_a_plan_that_was_deleted_through_us_leaves_the_mirror(stage: Stage) -> None:
    plan = stage.create(NS, "One")
    async with stage.working():
        stage.clock.now += 1
        await asked(stage.store.delete, NS, Order(by=ABC, verb="delete", expected=plan.revision))
        await until(lambda: revision() == -1)
    with pytest.raises(PlanNotFound):
        await asked(reading.picture, NS)


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
