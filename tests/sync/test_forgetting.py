"""Sessions that fell silent for good are forgotten, and what was heard of the others is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.domain import actor
from plans.domain.pulse import CELL_MS
from plans.domain.verbs import assigning
from plans.mirror import models
from plans.sessions.heartbeats import FORGET_AFTER
from plans.store.orders import Order
from plans.sync.lives import Lives
from plans.sync.rebuilding import rebuild
from tests.sync.stage import Stage, asked, until

if TYPE_CHECKING:
    from plans.domain.plan import Plan

NS = "payments.ledger"
WEEK = FORGET_AFTER

pytestmark = pytest.mark.django_db(transaction=True)


def known() -> set[str]:
    return set(models.Session.objects.values_list("session", flat=True))


def pulse(name: str) -> int | None:
    return models.Session.objects.filter(session=name).values_list("beats", flat=True).first()


def give(stage: Stage, owner: str) -> Plan:
    ada = actor.person("ada")
    order = Order(by=ada, verb="reassign", step=1)
    return stage.store.change(NS, lambda plan: assigning.reassign(plan, 1, by=ada, owner=owner), order).plan


async def test_a_week_of_silence_forgets_a_session_its_row_and_its_file(stage: Stage) -> None:
    stage.create(NS, "One")
    stage.sessions.beat("gone")
    stage.sessions.beat("holds-a-step")
    give(stage, "holds-a-step")
    stage.clock.now += WEEK - 1_000
    stage.sessions.beat("alive")
    async with stage.working():
        await until(lambda: known() == {"session-abc", "gone", "holds-a-step", "alive"})
    stage.clock.now += 2_000
    async with stage.working():
        await until(lambda: known() == {"holds-a-step", "alive"})
        assert set(await asked(stage.sessions.all)) == {"holds-a-step", "alive"}


async def test_who_comes_back_is_known_again(stage: Stage) -> None:
    stage.sessions.beat("session-abc")
    stage.clock.now += WEEK + 1
    async with stage.working():
        await until(lambda: not stage.sessions.all())
        stage.sessions.beat("session-abc")
        await until(lambda: known() == {"session-abc"})


async def test_heartbeats_are_kept_for_half_an_hour_over_a_new_start_and_a_rebuilt_mirror(
    stage: Stage,
) -> None:
    stage.sessions.beat("session-abc")
    async with stage.working():
        await until(lambda: pulse("session-abc") == 0b1)
        stage.clock.now += 2 * CELL_MS
        stage.sessions.beat("session-abc")
        await until(lambda: pulse("session-abc") == 0b101)
    stage.clock.now += CELL_MS
    stage.sessions.beat("session-abc")
    async with stage.working():
        await until(lambda: pulse("session-abc") == 0b1011)
    await asked(lambda: list(rebuild(stage.store, stage.sessions)))
    assert await asked(pulse, "session-abc") == 0b1011


def test_a_forgotten_session_is_not_written_again() -> None:
    lives = Lives({"session:abc": 5, "session:def": 50})
    lives.forget(lives.silent_since(10))
    assert [life.session for life in lives.unwritten()] == ["def"]
    lives.write_again()
    assert [life.session for life in lives.unwritten()] == ["def"]
