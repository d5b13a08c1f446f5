"""What the worker counts: with a real root, real files, and a real hub."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from plans.live import hub as hubs
from plans.live.hub import Hub
from plans.live.news import News
from plans.metrics import figures
from plans.mirror import reading
from tests.live.stage import PlainBrush, Shelf
from tests.sync.stage import Stage, asked, until
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)

NS = "payments.ledger"


class Page:
    """A socket that counts what it is sent."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def send(self, text: str) -> None:
        self.texts.append(text)

    async def close(self, code: int) -> None:
        raise AssertionError(code)


class Mirror(Shelf):
    """The mirror itself, as another process reads it."""

    async def read(self, namespace: str) -> News | None:
        return News(await asked(reading.picture, namespace))


def copied() -> dict[tuple[str, ...], int]:
    return dict(figures.REVISIONS.read())


def more(before: dict[tuple[str, ...], int], *words: str) -> int:
    return copied().get(words, 0) - before.get(words, 0)


def completed(content: dict[str, object]) -> None:
    steps = content["steps"]
    assert isinstance(steps, list)
    steps[0]["status"] = "completed"


async def test_revisions_are_counted_by_verb_and_author_and_adoptions_apart(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.create(NS, "Build")
    before, adopted = copied(), figures.ADOPTIONS.total
    mirrored = sum(figures.TO_MIRROR.read().counts)
    async with stage.working():
        assert copied() == before  # what was there before the worker is nobody's lateness
        await asked(stage.claim, NS, 1)
        await until(lambda: more(before, "claim", "session") == 1)
        await asked(stage.peer_writes, NS, completed)
        await until(lambda: figures.ADOPTIONS.total == adopted + 1)

    assert more(before, "adopt", "session") == 1
    assert sum(figures.TO_MIRROR.read().counts) == mirrored + 2


async def test_a_file_that_is_put_in_place_with_an_old_time_is_not_that_late(tmp_path: Path) -> None:
    """Red where lateness counts from the time that a copy (cp -p, rsync -t) took along."""
    stage = Stage(tmp_path)
    stage.create(NS, "Build")
    path, draft = stage.root / NS / "plan.json", stage.root / NS / "plan.json.draft"
    draft.write_text(path.read_text().replace('"pending"', '"completed"'))
    for file in (draft, path.with_name("journal.jsonl")):
        os.utime(file, (1_500_000_000, 1_500_000_000))
    adopted, mirrored = figures.ADOPTIONS.total, figures.TO_MIRROR.read()
    async with stage.working():
        draft.replace(path)
        await until(lambda: figures.ADOPTIONS.total == adopted + 1)
        now = figures.TO_MIRROR.read()

    assert sum(now.counts) == sum(mirrored.counts) + 1
    assert now.total - mirrored.total < 2 * PATIENCE


async def test_the_time_to_the_frame_is_taken_only_where_a_page_is_open(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.create(NS, "Build", "Ship")
    shelf = Shelf()
    hub = Hub(layer=lambda: stage.layer, source=shelf, brush=PlainBrush())
    seen = sum(figures.TO_FRAME.read().counts)
    before = copied()
    async with stage.working(hub):
        await asked(stage.claim, NS, 1)
        await until(lambda: more(before, "claim", "session") == 1)
        assert sum(figures.TO_FRAME.read().counts) == seen

        shown = await asked(reading.picture, NS)
        shelf.news[NS] = News(shown)
        await hub.join(NS, Page()).heard(f'{{"type":"hello","epoch":"{shown.history}","rev":2}}')
        await until(lambda: hub._open[NS].version == shown.version)
        await asked(stage.claim, NS, 2)
        await until(lambda: sum(figures.TO_FRAME.read().counts) == seen + 1)
    await hub.stop()


async def test_the_time_to_the_frame_is_taken_by_processes_that_read_the_mirror_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where only the worker's own process takes it: with more than one, nobody's boards were measured.

    What the look of every second finds before the poke comes is nobody's measure: here it finds nothing.
    """
    monkeypatch.setattr(hubs, "LOOK_SECONDS", PATIENCE)
    stage = Stage(tmp_path)
    stage.create(NS, "Build", "Ship")
    hub = Hub(layer=lambda: stage.layer, source=Mirror(), brush=PlainBrush())
    async with stage.working():
        shown = await asked(reading.picture, NS)
        await hub.join(NS, Page()).heard(f'{{"type":"hello","epoch":"{shown.history}","rev":1}}')
        await until(lambda: hub._open[NS].version == shown.version)
        seen = sum(figures.TO_FRAME.read().counts)
        await asked(stage.claim, NS, 1)
        await until(lambda: sum(figures.TO_FRAME.read().counts) == seen + 1)
    await hub.stop()


async def test_the_worker_says_what_it_does(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.create(NS, "Build")
    async with stage.working():
        await until(lambda: figures.WORKER.read()["working"] == 1)
        assert figures.WORKER.read() == {"starting": 0, "standby": 0, "catching up": 0, "working": 1}
        await until(lambda: figures.QUEUE.read() == {"": 0})  # it looks once more when it begins to hear
        assert figures.HEARING.read() == {"": 1}

        second = asyncio.create_task(stage.worker().run())
        await until(lambda: figures.WORKER.read()["standby"] == 1)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
