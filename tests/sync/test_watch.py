"""Hearing of changes, on either way of hearing: every event only says which plan to look at."""

from __future__ import annotations

import asyncio
import errno
import os
import platform
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncinotify
import pytest

from plans.sync.file_events import FileEventsWatch
from plans.sync.inotify import InotifyWatch
from plans.sync.watch import KEYS, WatchFailed, watch
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from plans.sync.watch import Ears, Watch

NS = "payments.ledger"
WAYS: dict[str, Callable[[str, Ears], Watch]] = {"inotify": InotifyWatch, "watchfiles": FileEventsWatch}


class Heard:
    """Notes what is heard."""

    def __init__(self) -> None:
        self.plans: list[tuple[str, bool]] = []
        self.sessions = 0
        self.lost = 0
        self._news = asyncio.Event()

    def plan_touched(self, namespace: str, *, core: bool) -> None:
        self.plans.append((namespace, core))
        self._news.set()

    def session_touched(self) -> None:
        self.sessions += 1
        self._news.set()

    def events_lost(self) -> None:
        self.lost += 1
        self._news.set()

    def forget(self) -> None:
        self.plans.clear()
        self.sessions = 0

    async def plan(self, namespace: str, *, core: bool) -> None:
        await self.until(lambda: (namespace, core) in self.plans)

    async def until(self, claim: object) -> None:
        assert callable(claim)
        async with asyncio.timeout(PATIENCE):
            while not claim():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def listening(way: Watch) -> AsyncIterator[asyncio.Task[None]]:
    started = asyncio.Event()
    task = asyncio.create_task(way.listen(started.set))
    waiting = asyncio.create_task(started.wait())
    try:
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        yield task
    finally:
        waiting.cancel()
        task.cancel()
        await asyncio.gather(task, waiting, return_exceptions=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / NS).mkdir(parents=True)
    return tmp_path / "root"


def made(kind: str, root: Path, ears: Ears) -> Watch:
    return WAYS[kind](str(root), ears)


@pytest.mark.parametrize("kind", WAYS)
async def test_a_journal_that_grows_and_a_plan_json_that_is_replaced_are_heard(kind: str, root: Path) -> None:
    heard = Heard()
    (root / NS / "journal.jsonl").touch()
    async with listening(made(kind, root, heard)):
        with (root / NS / "journal.jsonl").open("a") as journal:
            journal.write("line\n")
        await heard.plan(NS, core=False)
        (root / NS / "draft").write_text("{}")
        os.replace(root / NS / "draft", root / NS / "plan.json")  # noqa: PTH105
        await heard.plan(NS, core=True)
        heard.forget()
        (root / NS / "plan.json").unlink()
        await heard.plan(NS, core=True)


@pytest.mark.parametrize("kind", WAYS)
async def test_a_plan_that_appears_later_is_heard_from_then_on(kind: str, root: Path) -> None:
    heard = Heard()
    async with listening(made(kind, root, heard)):
        (root / "new.plan").mkdir()
        await heard.plan("new.plan", core=True)
        heard.forget()
        (root / "new.plan" / "journal.jsonl").write_text("line\n")
        await heard.until(lambda: heard.plans)


@pytest.mark.parametrize("kind", WAYS)
async def test_heartbeats_are_heard_and_other_files_are_not(kind: str, root: Path) -> None:
    heard = Heard()
    (root / ".sessions").mkdir()
    async with listening(made(kind, root, heard)):
        (root / NS / ".lock").touch()
        (root / NS / "snapshot.json").write_text("{}")
        (root / "README.txt").write_text("hello")
        (root / ".trash").mkdir()
        (root / ".sessions" / "abc.json").write_text("{}")
        await heard.until(lambda: heard.sessions)
        assert not any(name.startswith(".") for name, _ in heard.plans)


@pytest.mark.parametrize("kind", WAYS)
async def test_other_trusted_keys_mean_something_for_every_plan(kind: str, root: Path) -> None:
    heard = Heard()
    async with listening(made(kind, root, heard)):
        (root / "draft").write_text("{}")
        os.replace(root / "draft", root / KEYS)  # noqa: PTH105 - as it is published
        await heard.until(lambda: heard.lost)


@pytest.mark.parametrize("kind", WAYS)
async def test_a_root_that_is_not_there_is_said(kind: str, tmp_path: Path) -> None:
    with pytest.raises(WatchFailed):
        await made(kind, tmp_path / "nowhere", Heard()).listen(lambda: None)


async def test_a_folder_that_is_replaced_goes_on_being_heard(root: Path) -> None:
    heard = Heard()
    async with listening(InotifyWatch(str(root), heard)):
        shutil.copytree(root / NS, root.parent / "copy")
        shutil.rmtree(root / NS)
        (root.parent / "copy").rename(root / NS)
        await heard.until(lambda: heard.plans)
        await asyncio.sleep(0)
        heard.forget()
        (root / NS / "plan.json").write_text("{}")
        await heard.plan(NS, core=True)


async def test_a_folder_that_is_renamed_is_heard_under_its_new_name_only(root: Path) -> None:
    heard = Heard()
    async with listening(InotifyWatch(str(root), heard)):
        (root / NS).rename(root / "other.plan")
        await heard.plan("other.plan", core=True)
        await heard.plan(NS, core=True)
        heard.forget()
        (root / "other.plan" / "plan.json").write_text("{}")
        await heard.plan("other.plan", core=True)
        assert (NS, True) not in heard.plans


@pytest.mark.parametrize("kind", WAYS)
async def test_a_root_that_is_moved_away_is_said(kind: str, root: Path) -> None:
    async with listening(made(kind, root, Heard())) as task:
        shutil.move(root, root.parent / "elsewhere")
        with pytest.raises(WatchFailed, match="moved or removed"):
            await asyncio.wait_for(task, PATIENCE)


async def test_what_is_written_while_a_folder_is_renamed_is_heard_under_its_new_name(root: Path) -> None:
    heard = Heard()
    async with listening(InotifyWatch(str(root), heard)):
        (root / NS).rename(root / "other.plan")
        (root / "other.plan" / "plan.json").write_text("{}")  # its events stand behind those of the rename
        await heard.plan("other.plan", core=True)
        heard.forget()
        (root / "other.plan" / "journal.jsonl").write_text("line\n")
        await heard.plan("other.plan", core=False)


async def test_a_folder_that_is_moved_away_and_removed_at_once_disturbs_no_other(root: Path) -> None:
    heard = Heard()
    (root / "other.plan").mkdir()
    async with listening(InotifyWatch(str(root), heard)):
        (root / NS).rename(root.parent / "away")
        (root.parent / "away").rmdir()
        await heard.plan(NS, core=True)
        (root / "other.plan" / "plan.json").write_text("{}")
        await heard.plan("other.plan", core=True)


async def test_the_first_heartbeat_of_all_is_heard(root: Path) -> None:
    heard = Heard()
    async with listening(InotifyWatch(str(root), heard)):
        (root / ".sessions").mkdir()
        await heard.until(lambda: heard.sessions)


async def test_a_limit_that_is_met_later_ends_the_hearing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with listening(InotifyWatch(str(root), Heard())) as task:
        monkeypatch.setattr(asyncinotify.Inotify, "add_watch", refuse)
        (root / "new.plan").mkdir()
        with pytest.raises(WatchFailed, match="max_user_watches"):
            await asyncio.wait_for(task, PATIENCE)


async def test_links_and_files_in_the_root_are_not_watched(root: Path) -> None:
    (root / "a.file").touch()
    (root / "a.link").symlink_to(root / NS)
    heard = Heard()
    async with listening(InotifyWatch(str(root), heard)):
        (root / NS / "plan.json").write_text("{}")
        await heard.plan(NS, core=True)
        assert {name for name, _ in heard.plans} == {NS}


async def test_a_queue_that_overflows_means_to_look_at_everything(root: Path) -> None:
    heard = Heard()
    for name in ("plan.json", "journal.jsonl"):
        (root / NS / name).touch()
    async with listening(InotifyWatch(str(root), heard)):
        for _ in range(10_000):  # more events than the kernel keeps, while nobody reads
            os.utime(root / NS / "plan.json")
            os.utime(root / NS / "journal.jsonl")
        await heard.until(lambda: heard.lost)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "max_user_watches"),
        (errno.EMFILE, "max_user_instances"),
        (errno.EPERM, "not permitted"),
    ],
)
async def test_a_systems_limit_is_said_with_what_would_help(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int, advice: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(asyncinotify.Inotify, "add_watch", refuse)
    with pytest.raises(WatchFailed, match=advice):
        await InotifyWatch(str(root), Heard()).listen(lambda: None)


@pytest.mark.parametrize(("system", "way"), [("Linux", InotifyWatch), ("Darwin", FileEventsWatch)])
def test_each_system_has_its_way(monkeypatch: pytest.MonkeyPatch, system: str, way: type[object]) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    assert isinstance(watch("root", Heard()), way)
