"""How soon the board shows what it did not hear of: measured, with the intervals as they are."""

from __future__ import annotations

import errno
import os
import time
from typing import TYPE_CHECKING

import pytest

from plans.domain.verbs import shaping
from plans.mirror import reading
from plans.sync import lookout
from plans.sync.watch import WatchFailed
from tests import figures
from tests.sync.stage import ABC, Stage, until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.torture]

NS = "payments.ledger"
SAVES = 8_000


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.create(NS, "One")
    return stage


def titled(stage: Stage, title: str) -> float:
    """Save a title; gives when that was done, s."""
    stage.change(NS, lambda plan: shaping.edit(plan, 1, by=ABC, title=title))
    return time.monotonic()


async def shown(title: str, *, since: float) -> float:
    """Wait until the mirror has a title; gives for how long one waited, s."""
    await until(lambda: reading.picture(NS).plan.step(1).title == title, seconds=90)
    return time.monotonic() - since


async def test_after_an_overflow_the_newest_state_is_shown(stage: Stage) -> None:
    async with stage.working() as working:
        for _ in range(SAVES):  # more events than the kernel keeps, while the worker cannot read
            for name in ("plan.json", "journal.jsonl", ".board.lock"):
                os.utime(stage.root / NS / name)
        waited = await shown("Two", since=titled(stage, "Two"))
        assert working.lookout.note == ""
    figures.record("watching", overflow=waited)


async def test_without_notifications_a_change_is_shown_by_quick_sweeps(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "watch", lambda *_: Refused())
    async with stage.working() as working:
        await until(lambda: bool(working.lookout.note))
        waited = await shown("Two", since=titled(stage, "Two"))
    figures.record("watching", unnotified=waited)


async def test_a_lost_event_is_made_up_for_by_the_sweep(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout.Lookout, "plan_touched", lambda *_, core: None)  # noqa: ARG005
    async with stage.working():
        waited = await shown("Two", since=titled(stage, "Two"))
    figures.record("watching", swept=waited)


class Refused:
    """A system that lets nobody watch."""

    async def listen(self, started: object) -> None:  # noqa: ARG002
        raise WatchFailed(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
