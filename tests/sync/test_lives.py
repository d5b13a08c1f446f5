"""Who is alive: sessions that fall silent and come back, and the worker itself."""

from __future__ import annotations

import asyncio

import pytest

from plans.domain.verbs import working
from plans.mirror import reading
from plans.mirror.models import Session
from tests.sync.copied import NS
from tests.sync.stage import ABC, Stage, asked, taken, until

pytestmark = pytest.mark.django_db(transaction=True)


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
        assert any(changed.state and changed.namespace == NS for changed in taken(heard))
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


def _liveness() -> str | None:
    return Session.objects.filter(session="session-abc").values_list("liveness", flat=True).first()
