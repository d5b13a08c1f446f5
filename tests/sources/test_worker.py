"""Other programs' lists in the mirror: found, followed, and let go, by the worker that watches the root."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from channels.layers import InMemoryChannelLayer

from plans.domain.errors import PlanNotFound
from plans.mirror import checking, reading
from plans.mirror.documents import problem_from
from plans.mirror.models import Plan
from plans.sessions.heartbeats import Sessions
from plans.store.orders import Order
from plans.sync import lookout as lookouts
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from plans.sync.file_events_sources import FileEventsSources
from plans.sync.inotify_sources import InotifySources
from plans.sync.standby import FileLock
from plans.sync.telling import Teller
from plans.sync.worker import SyncWorker
from plans.wiring import now_ms
from tests.sources.scene import ANN, Machine, add_step, make_machine, put_document, put_list
from tests.sync.stage import asked, until
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = "claude.release-train"
TRAIN = "constructed/release-train"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(lookouts, "SWEEP_SECONDS", 3600.0)  # nothing is found but by being told
    return make_machine(tmp_path, now_ms)


@asynccontextmanager
async def working(machine: Machine, *words: str) -> AsyncIterator[SyncWorker]:
    """Run a worker until all that is there has been copied, and while the test goes on."""
    store, layer = machine.store(*words), InMemoryChannelLayer()
    (machine.folder / "home").mkdir(exist_ok=True)
    worker = SyncWorker(
        store=store,
        sessions=Sessions(machine.root, clock=store.clock),
        teller=Teller(lambda: layer),
        lock=FileLock(str(machine.folder / "home" / "sync.lock")),
    )
    task = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(PATIENCE):
            await worker.idle.wait()
        yield worker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def titles(namespace: str) -> list[str]:
    try:
        picture = reading.picture(namespace)
    except PlanNotFound:
        return []
    return [step.title for step in picture.plan.steps]


def kind_of_problem(namespace: str) -> str:
    row = Plan.objects.filter(namespace=namespace).first()
    problem = problem_from(row.problem) if row else None
    return problem.kind if problem else ""


async def test_lists_are_found_and_followed(machine: Machine) -> None:
    folder = machine.tasks / put_list(machine, TRAIN)
    async with working(machine):
        assert await asked(titles, PLAN)
        task = json.loads((folder / "6.json").read_bytes())
        (folder / "6.json").write_text(json.dumps(task | {"subject": "Tell all"}))
        await until(lambda: "Tell all" in titles(PLAN))
        await asked(add_step, machine.store(), PLAN, "From another process of ours")
        await until(lambda: "From another process of ours" in titles(PLAN))
        store = machine.store()
        assert await asked(checking.differences, store.read(PLAN).plan, store.lines(PLAN)) == []


def test_a_warning_comes_with_the_change_that_calls_for_it(machine: Machine) -> None:
    """Red where an adopted change is shown with the warnings from before it."""
    file = machine.tasks / put_list(machine, TRAIN) / "6.json"
    copier = Copier(machine.store())
    task = json.loads(file.read_bytes())
    for title, status, warned in (
        ("Tell all", "pending", False),
        ("Ask all", "odd", True),
        ("Go", "pending", False),
    ):
        file.write_text(json.dumps(task | {"subject": title, "status": status}))
        copier.write(copier.look(Errand(PLAN, core=True), patient=True))
        assert title in titles(PLAN)
        assert any("unknown status" in told for told in reading.picture(PLAN).warnings) is warned


async def test_a_list_that_comes_later_is_found_at_once(machine: Machine) -> None:
    machine.tasks.mkdir(parents=True)
    machine.documents.mkdir(parents=True)
    async with working(machine):
        put_list(machine, TRAIN)
        put_document(machine, "release")
        await until(lambda: titles(PLAN) and titles("docker.release"))


async def test_a_broken_task_is_shown_until_it_is_mended(machine: Machine) -> None:
    file = machine.tasks / put_list(machine, TRAIN) / "6.json"
    async with working(machine):
        good = file.read_bytes()
        file.write_bytes(good[:40])
        await until(lambda: kind_of_problem(PLAN) == "unreadable")
        assert "Announce" in await asked(titles, PLAN)
        file.write_bytes(good)
        await until(lambda: not kind_of_problem(PLAN))


async def test_a_document_that_never_could_be_read_is_shown_so(machine: Machine) -> None:
    put_document(machine, "truncated", kind="invalid")
    async with working(machine):
        await until(lambda: kind_of_problem("docker.truncated") == "unreadable")


async def test_a_list_that_is_gone_is_shown_so_until_it_is_forgotten(machine: Machine) -> None:
    folder = machine.tasks / put_list(machine, TRAIN)
    async with working(machine):
        shutil.rmtree(folder)
        await until(lambda: kind_of_problem(PLAN) == "missing")
        await asked(machine.store().delete, PLAN, Order(by=ANN, verb="delete"))
        await until(lambda: not titles(PLAN))


async def test_a_list_that_is_looked_for_no_more_leaves_the_boards(machine: Machine) -> None:
    put_list(machine, TRAIN)
    put_document(machine, "release")
    async with working(machine):
        await until(lambda: Plan.objects.filter(namespace=PLAN, stamp__startswith="~").exists())
    async with working(machine, "-claude"):
        await until(lambda: not titles(PLAN))
        assert await asked(titles, "docker.release")
    async with working(machine):
        await until(lambda: titles(PLAN))


@pytest.mark.parametrize("state", ["just written", "gone there", "not to be copied"])
async def test_a_list_leaves_the_boards_in_whatever_state_it_was_seen_last(
    machine: Machine, state: str
) -> None:
    """Red where nothing but a version of its files tells whose it is: it would be shown as gone for ever."""
    folder = machine.tasks / put_list(machine, TRAIN)
    seen = Copier(machine.store())
    if state == "just written":
        (folder / "1.json").touch()
    await asked(lambda: seen.write(seen.look(Errand(PLAN), patient=True)))
    if state == "gone there":
        shutil.rmtree(folder)
        await asked(lambda: seen.write(seen.look(Errand(PLAN), patient=True)))
    elif state == "not to be copied":
        await asked(lambda: seen.write(seen.give_up(PLAN, "ValueError")))
    assert await asked(titles, PLAN)

    later = Copier(machine.store("-claude"))
    assert (await asked(lambda: later.look(Errand(PLAN), patient=True))).gone
    assert not await asked(titles, PLAN)


async def test_without_inotify_changes_are_heard_too(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookouts, "watch_sources", FileEventsSources)
    file = machine.documents / f"{put_document(machine, 'release')}.json"
    async with working(machine):
        text = json.loads(file.read_bytes())
        file.write_text(json.dumps(text | {"content": "- [ ] other"}))
        await until(lambda: titles("docker.release") == ["other"])


async def test_a_limit_of_the_system_is_said_and_lists_are_looked_at_more_often(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plans.sync.inotify_sources.LIMITS", {28: "no more watches"})

    async def refuse(*_: object) -> None:
        raise OSError(28, "")

    monkeypatch.setattr(InotifySources, "_renew", refuse)
    folder = machine.tasks / put_list(machine, TRAIN)
    async with working(machine) as worker:
        await until(lambda: "no more watches" in worker.lookout.note)
        (folder / "5.json").unlink()
        await until(lambda: "Cut the release" not in titles(PLAN))
