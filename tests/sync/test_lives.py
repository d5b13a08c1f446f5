"""Who is alive: sessions that fall silent and come back, and the worker itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from plans.domain.verbs import working
from plans.mirror import reading
from plans.mirror.documents import INDEXED_LENGTH
from plans.mirror.models import Session
from plans.sessions.heartbeats import Session as Heard
from plans.sync import lookout, worker
from plans.sync.lives import Lives
from plans.sync.watch import WatchFailed
from tests.sync.copied import NS
from tests.sync.stage import ABC, Stage, asked, taken, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.sync.watch import Ears, Watch

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


async def test_who_was_heard_in_another_root_is_not_alive_in_this_one(stage: Stage) -> None:
    """Red where rows that nobody judges stay as they are: a board counted them as alive for a week."""
    await asked(Session.objects.create, session="elsewhere", liveness="live", beat_at=stage.clock())
    stage.sessions.beat("session-abc")
    async with stage.working():
        await until(lambda: _liveness() == "live")
        await until(lambda: Session.objects.get(session="elsewhere").liveness == "unknown")


async def test_a_worker_that_starts_again_hears_everybody_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where only touched files are read: nobody would be alive until the next heartbeat."""
    monkeypatch.setattr(worker, "_RESTART_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_WATCH_LOCK_SECONDS", 0.01)
    stage.sessions.beat("session-abc")
    async with stage.working() as working:
        await until(lambda: _liveness() == "live")
        before = working._lives
        (stage.home / "sync.lock").unlink()
        await until(lambda: working._lives is not before)
        await until(lambda: working._lives.named(["session-abc"]))
        await asked(Session.objects.all().delete)
        working._lives.write_again()
        await until(lambda: _liveness() == "live")


async def test_heartbeats_that_nobody_announces_are_found_by_looking(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where only announced ones are read: one between the first look and the watch is never heard."""
    monkeypatch.setattr(lookout, "watch", deaf)
    monkeypatch.setattr(lookout, "QUICK_SWEEP_SECONDS", 0.05)
    async with stage.working():
        await until(reading.sync_state)
        stage.sessions.beat("session-abc")
        await until(lambda: _liveness() == "live")
        stage.clock.now += 1_000
        stage.sessions.beat("session-abc")
        await until(lambda: Session.objects.get(session="session-abc").beat_at == stage.clock.now)


def deaf(_root: str, _ears: Ears) -> Watch:
    message = "this file system does not announce changes"
    raise WatchFailed(message)


@pytest.mark.parametrize("ms", [-1, 253_402_300_800_000, 2**62, 10**30])
def test_a_time_that_no_date_can_be_is_no_sign_of_life(ms: int) -> None:
    """Red where it is kept: the pages of sessions could not write it, and would not open."""
    lives = Lives({})
    lives.heard({"session-abc": Heard(id="session-abc", started=ms, beat_at=ms)})
    (life,) = lives.unwritten()
    assert (life.started, life.beat_at) == (None, None)
    assert lives.judge(1_790_000_000_000) == {"session-abc"}


async def test_a_name_of_any_length_in_a_peers_file_is_a_session_that_can_be_kept(stage: Stage) -> None:
    """Longer ones than an index holds would stop the rows of all sessions on PostgreSQL."""
    stage.create(NS, "One")
    async with stage.working():
        stage.peer_writes(NS, _completed_by("x" * 5_000))
        stage.sessions.beat("session-abc")
        await until(lambda: Session.objects.filter(session="session-abc", liveness="live").exists())
        await until(lambda: Session.objects.filter(session__startswith="xxx").exists())
    longest = max([len(row.session) async for row in Session.objects.all()])
    assert longest <= INDEXED_LENGTH


def _completed_by(name: str) -> Callable[[dict[str, object]], None]:
    def edit(content: dict[str, object]) -> None:
        steps = content["steps"]
        assert isinstance(steps, list)
        steps[0] |= {"status": "completed", "updatedBy": name}

    return edit
