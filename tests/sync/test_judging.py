"""Where other signatures count than when the mirror was written, the worker judges everything anew."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING

import pytest

from plans.domain.step import Flag, Status
from plans.metrics import figures
from plans.mirror import models, reading
from plans.mirror.judged import Judged, judged_by, note_judged
from plans.mirror.models import Worker
from plans.mirror.session_rows import write_worker
from plans.store.orders import Order
from plans.store.paths import TRASH
from plans.store.plan_store import PlanStore
from plans.sync.copying import Copier
from plans.sync.decide import Agenda, Errand
from plans.sync.rebuilding import differences
from plans.sync.standby import FileLock
from plans.sync.telling import Teller
from plans.sync.worker import LOCK_WAIT, SyncWorker
from tests.store.forging import GATE, NAME, make_forger, seals_of
from tests.sync.stage import ABC, Stage, asked, taken, until

if TYPE_CHECKING:
    from pathlib import Path

    from plans.live.hub import Hub
    from plans.security.decision_seals import DecisionSeals
    from tests.store.forging import Forger

pytestmark = pytest.mark.django_db(transaction=True)


class SealedStage(Stage):
    """A root whose plans another board decides in, too."""

    def __init__(self, folder: Path, forger: Forger) -> None:
        super().__init__(folder)
        self.root, self.home = forger.root, forger.home

    @property
    def seals(self) -> DecisionSeals:
        return seals_of(self.home, self.root)

    def worker(self, hub: Hub | None = None) -> SyncWorker:
        store = PlanStore(self.root, clock=self.clock, lock_wait=LOCK_WAIT, seals=self.seals)
        lock = FileLock(str(self.home / "sync.lock"))
        return SyncWorker(
            store=store, sessions=self.sessions, teller=Teller(lambda: self.layer, hub), lock=lock
        )


@pytest.fixture
def sealed(tmp_path: Path) -> SealedStage:
    """Make a plan whose gate another board approved, which this one does not believe yet."""
    (tmp_path / "stage").mkdir()
    forger = make_forger(tmp_path / "theirs")
    forger.approve(GATE)
    ours = tmp_path / "ours"
    seals_of(ours, tmp_path / "nowhere").ready()
    stage = SealedStage(tmp_path / "stage", forger)
    stage.home = ours
    return stage


def other_key(stage: SealedStage) -> str:
    return seals_of(stage.root.parent / "home", stage.root).keys[0]


def mirrored() -> tuple[Status, Flag | None]:
    step = reading.picture(NAME).plan.step(GATE)
    return step.status, step.flag


def agrees(stage: SealedStage) -> None:
    store = PlanStore(stage.root, clock=stage.clock, seals=stage.seals)
    assert list(differences(store)) == []


async def test_a_key_that_is_trusted_later_shows_its_decisions_at_once(sealed: SealedStage) -> None:
    """Red without ``Judging``: the mirror shows the forgery until somebody rebuilds it."""
    heard = await sealed.hears()
    async with sealed.working():
        assert await asked(mirrored) == (Status.PENDING, Flag.FORGED)
        counted = figures.REVISIONS.read()
        taken(heard)
        sealed.seals.believe(other_key(sealed))
        await until(lambda: mirrored() == (Status.COMPLETED, None))
        told = await heard.get()
        assert (told.namespace, told.state) == (NAME, True), "other processes read it again"
        await asked(agrees, sealed)
        assert figures.REVISIONS.read() == counted, "nothing new happened"


async def test_a_worker_that_was_not_there_judges_when_it_starts(sealed: SealedStage) -> None:
    async with sealed.working():
        await until(lambda: judged_by().trust == sealed.seals.trust)
    sealed.seals.believe(other_key(sealed))
    async with sealed.working():
        await until(lambda: mirrored() == (Status.COMPLETED, None))
        await until(lambda: judged_by().trust == sealed.seals.trust)


async def test_where_nothing_changed_nothing_is_judged_again(sealed: SealedStage) -> None:
    async with sealed.working():
        await until(lambda: judged_by().trust == sealed.seals.trust)
    heard = await sealed.hears()
    async with sealed.working() as worker:
        worker.lookout.events_lost()
        await until(worker.idle.is_set)
        assert not [told for told in taken(heard) if told.state]


async def test_a_plan_that_cannot_be_read_stays_as_it_was_until_it_can(sealed: SealedStage) -> None:
    async with sealed.working():
        path = sealed.root / NAME / "plan.json"
        whole = path.read_bytes()
        path.write_text("<<<<<<< ours")
        await until(lambda: reading.picture(NAME).problem is not None)
        sealed.seals.believe(other_key(sealed))
        await until(lambda: reading.picture(NAME).problem is not None)
        assert await asked(mirrored) == (Status.PENDING, Flag.FORGED)
        path.write_bytes(whole)
        await until(lambda: mirrored() == (Status.COMPLETED, None))


def break_plan(stage: SealedStage) -> bytes:
    """Leave the plan with another board's approval as no program can read it."""
    path = stage.root / NAME / "plan.json"
    whole = path.read_bytes()
    path.write_text("<<<<<<< ours")
    return whole


async def test_a_plan_that_cannot_be_read_does_not_have_all_others_judged_at_every_start(
    sealed: SealedStage,
) -> None:
    """Red where nothing is noted until everything was judged: each start copied the whole root again."""
    PlanStore(sealed.root, clock=sealed.clock, seals=sealed.seals).create(
        "sound", lambda plan: plan, Order(by=ABC, verb="create")
    )
    async with sealed.working():
        break_plan(sealed)
        await until(lambda: reading.picture(NAME).problem is not None)
        sealed.seals.believe(other_key(sealed))
        await until(lambda: judged_by() == Judged(sealed.seals.trust, frozenset({NAME})))
    heard = await sealed.hears()
    async with sealed.working():
        assert "sound" not in {told.namespace for told in taken(heard)}


async def test_a_plan_that_can_be_read_again_is_judged_as_it_is_owed(sealed: SealedStage) -> None:
    """Red where the names of those that could not be read are not kept, or stay owed for ever."""
    async with sealed.working():
        whole = break_plan(sealed)
        await until(lambda: reading.picture(NAME).problem is not None)
        sealed.seals.believe(other_key(sealed))
        await until(lambda: judged_by().owed == {NAME})
    (sealed.root / NAME / "plan.json").write_bytes(whole)
    async with sealed.working():
        await until(lambda: mirrored() == (Status.COMPLETED, None))
        await until(lambda: judged_by() == Judged(sealed.seals.trust))


async def test_a_plan_that_was_deleted_meanwhile_is_owed_nothing(sealed: SealedStage) -> None:
    async with sealed.working():
        break_plan(sealed)
        await until(lambda: reading.picture(NAME).problem is not None)
        sealed.seals.believe(other_key(sealed))
        await until(lambda: judged_by().owed == {NAME})
    (sealed.root / TRASH).mkdir(mode=0o700)
    (sealed.root / NAME).rename(sealed.root / TRASH / f"{NAME}-{time_ns() // 1_000_000}")
    async with sealed.working():
        await until(lambda: judged_by() == Judged(sealed.seals.trust))


@pytest.mark.django_db
def test_a_plan_that_nobody_may_read_while_it_is_judged_anew_keeps_its_steps(sealed: SealedStage) -> None:
    """Red where it is copied whole with what is wrong: the board shows a plan without any step."""
    store = PlanStore(sealed.root, clock=sealed.clock, seals=sealed.seals)
    copier = Copier(store)
    copier.write(copier.look(Errand(NAME), patient=True))
    journal, away = sealed.root / NAME / "journal.jsonl", sealed.root / "away"
    journal.rename(away)
    journal.symlink_to(away)
    found = copier.look(Errand(NAME, anew="others"), patient=True)
    assert found.retry, "it is looked at again soon"
    copier.write(found)
    shown = reading.picture(NAME)
    assert shown.problem is not None
    assert "link" in shown.problem.message
    assert len(shown.plan.steps) == 6
    away.replace(journal)
    copier.write(copier.look(Errand(NAME, anew="others"), patient=True))
    assert reading.picture(NAME).problem is None


def test_what_is_believed_changes_while_a_plan_is_judged() -> None:
    """Red where ``judged`` does not look at what was believed when the errand began."""
    agenda = Agenda()
    agenda.judge(["a"], "one")
    errand = agenda.next(0.0)
    assert errand is not None
    assert errand.anew == "one"
    agenda.judge(["a"], "two")
    agenda.judged(errand)
    assert agenda.owed() == {"a"}
    again = agenda.next(0.0)
    assert again is not None
    agenda.judged(again)
    assert not agenda.owed()


@pytest.mark.django_db
def test_a_sign_of_life_keeps_what_was_judged_by() -> None:
    judged = Judged("one", frozenset({"a", "b"}))
    assert not note_judged(judged)
    row = {"host": "here", "pid": 1, "mode": "notify"}
    write_worker(Worker(beat_at=1, **row))
    assert note_judged(judged)
    write_worker(Worker(beat_at=2, **row))
    assert judged_by() == judged


@pytest.mark.django_db
def test_whoever_reads_while_a_plan_is_written_anew_sees_all_of_it(
    sealed: SealedStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where the plan's row and its steps are read apart: the board shows a plan without any step."""
    store = PlanStore(sealed.root, clock=sealed.clock, seals=sealed.seals)
    copier = Copier(store)
    copier.write(copier.look(Errand(NAME), patient=True))
    real, writes = models.Step.objects.filter, iter([True])

    def filtered(**wanted: object) -> object:
        if next(writes, False):
            copier.write(copier.look(Errand(NAME, anew="others"), patient=True))
        return real(**wanted)

    monkeypatch.setattr(models.Step.objects, "filter", filtered)
    assert len(reading.picture(NAME).plan.steps) == 6
