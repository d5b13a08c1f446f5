"""Hearing of other programs' lists where things go wrong: folders that go, queues that overflow, limits."""

from __future__ import annotations

import asyncio
import errno
import os
import platform
import shutil
from typing import TYPE_CHECKING

import asyncinotify
import pytest
from asyncinotify import Inotify, Mask

from plans.sync import file_events_sources, inotify_sources
from plans.sync.elsewhere import Folders, folders
from plans.sync.file_events_sources import FileEventsSources
from plans.sync.inotify_sources import InotifySources
from plans.sync.sweeping import ELSEWHERE, all_stamps, stamp_in
from plans.sync.watch import WatchFailed, watch_sources
from tests.sources.scene import add_step, make_machine, put_document, put_list
from tests.sync.test_watch import Heard, listening
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.sources.scene import Machine

PLAN = "docker.release"
TASKS = "claude.release-train"
TRAIN = "constructed/release-train"
NOTHING = Folders({}, {}, {})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return make_machine(tmp_path)


def nobody_can_list(machine: Machine) -> None:
    """Put a link to itself where docker-agent's plans are."""
    machine.documents.parent.mkdir()
    machine.documents.symlink_to(machine.documents)


@pytest.mark.parametrize(("system", "way"), [("Linux", InotifySources), ("Darwin", FileEventsSources)])
def test_each_system_has_its_way(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, system: str, way: type[object]
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    assert isinstance(watch_sources(machine.store(), Heard()), way)


def test_lists_are_looked_at_without_a_root_and_without_both_somebody_is_told(machine: Machine) -> None:
    store = machine.store()
    machine.root.rmdir()
    with pytest.raises(FileNotFoundError):
        all_stamps(store)
    put_document(machine, "release")
    assert set(all_stamps(store)) == {PLAN}


def test_a_source_that_cannot_be_listed_hides_no_other(machine: Machine) -> None:
    nobody_can_list(machine)
    store = machine.store()
    list_ = put_list(machine, TRAIN)
    for file in (machine.tasks / list_).iterdir():
        os.utime(file, (1, 1))
    stamps = all_stamps(store)
    assert set(stamps) == {TASKS}
    assert stamps[TASKS].text.startswith(ELSEWHERE)
    assert set(folders(store).lists) == {str(machine.tasks / list_)}


def test_a_list_that_is_gone_has_no_stamp(machine: Machine) -> None:
    file = machine.documents / f"{put_document(machine, 'release')}.json"
    store = machine.store()
    assert stamp_in(store, PLAN) is not None
    file.unlink()
    assert stamp_in(store, PLAN) is None


def test_a_list_that_goes_while_others_are_looked_at_hides_none(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_document(machine, "release")
    store = machine.store()
    (source,) = [source for source in store.sources() if source.place == str(machine.documents)]
    monkeypatch.setattr(source.lists, "namespaces", lambda: ["docker.gone", PLAN])
    monkeypatch.setattr(store, "sources", lambda: [source])
    assert set(all_stamps(store)) == {PLAN}


def test_a_journal_whose_folder_comes_or_goes_means_to_look_at_its_plan(machine: Machine) -> None:
    put_document(machine, "release")
    store = machine.store()
    add_step(store, PLAN, "One more")
    heard, known = Heard(), folders(store)
    (journal,) = known.journals
    known.heard(heard, journal, "journal.jsonl")
    known.heard(heard, journal, "something.else")
    assert heard.plans == [(PLAN, False)]
    known.heard(heard, *os.path.split(journal))
    assert heard.plans == [(PLAN, False), (PLAN, True)]


async def test_a_queue_that_overflows_means_to_look_at_everything(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()

    async def full(_: Inotify) -> asyncinotify.Event:
        return asyncinotify.Event(watch=None, mask=Mask.Q_OVERFLOW, cookie=0, name=None)

    monkeypatch.setattr(Inotify, "get", full)
    with Inotify() as inotify:
        await InotifySources(machine.store(), heard)._hear(inotify)
    assert (heard.lost, heard.plans) == (1, [])


async def test_folders_that_nobody_announced_are_found_after_a_while(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where nothing is looked up again after ``_RENEW_SECONDS``."""
    monkeypatch.setattr(inotify_sources, "_RENEW_SECONDS", 0.01)
    heard, known = Heard(), [NOTHING]
    monkeypatch.setattr(inotify_sources, "folders", lambda _: known[0])
    put_document(machine, "release")
    store = machine.store()
    there = folders(store)
    async with listening(InotifySources(store, heard)):
        known[0] = there
        async with asyncio.timeout(PATIENCE):
            while (PLAN, True) not in heard.plans:
                (machine.documents / "release.json").touch()
                await asyncio.sleep(0.01)


async def test_folders_that_are_looked_for_no_more_are_heard_of_no_more(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_document(machine, "release")
    source = InotifySources(machine.store(), Heard())
    with Inotify() as inotify:
        await source._renew(inotify)
        assert str(machine.documents) in source._watched
        monkeypatch.setattr(inotify_sources, "folders", lambda _: NOTHING)
        shutil.rmtree(machine.documents)  # the system takes that watch away by itself
        await source._renew(inotify)
        assert source._watched == {}


async def test_a_folder_that_goes_before_it_is_watched_is_no_fault_and_a_limit_is(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Folders(dict.fromkeys([str(machine.folder / "gone")]), {}, {})  # type: ignore[arg-type]
    monkeypatch.setattr(inotify_sources, "folders", lambda _: gone)
    source = InotifySources(machine.store(), Heard())
    with Inotify() as inotify:
        await source._renew(inotify)
        assert source._watched == {}

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Inotify, "add_watch", refuse)
    with pytest.raises(WatchFailed, match="max_user_watches"):
        await source.listen(lambda: None)


@pytest.mark.parametrize(("number", "is_told"), [(errno.EINVAL, False), (errno.EBADF, True)])
async def test_a_watch_that_went_by_itself_is_no_fault(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, *, number: int, is_told: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    put_document(machine, "release")
    source = InotifySources(machine.store(), Heard())
    with Inotify() as inotify:
        await source._renew(inotify)
        monkeypatch.setattr(inotify_sources, "folders", lambda _: NOTHING)
        with monkeypatch.context() as patch:
            patch.setattr(Inotify, "rm_watch", refuse)
            if is_told:
                with pytest.raises(OSError, match="Bad file descriptor"):
                    await source._renew(inotify)
            else:
                await source._renew(inotify)


async def test_without_inotify_and_any_folder_they_are_looked_for_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_events_sources, "_RENEW_SECONDS", 0.01)
    heard, known = Heard(), [NOTHING]
    monkeypatch.setattr(file_events_sources, "folders", lambda _: known[0])
    put_document(machine, "release")
    there = folders(machine.store())
    async with listening(FileEventsSources(machine.store(), heard)):
        known[0] = there
        async with asyncio.timeout(PATIENCE):
            while (PLAN, True) not in heard.plans:
                (machine.documents / "release.json").touch()
                await asyncio.sleep(0.01)


async def test_without_inotify_what_the_system_refuses_is_said(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> Folders:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(file_events_sources, "folders", refuse)
    with pytest.raises(WatchFailed, match="Too many open files"):
        await FileEventsSources(machine.store(), Heard()).listen(lambda: None)


async def test_without_inotify_a_watcher_that_ends_is_begun_anew(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_document(machine, "release")
    store, begun = machine.store(), list[tuple[str, ...]]()
    file = str(machine.documents / "release.json")
    monkeypatch.setattr(file_events_sources, "folders", lambda _: Folders({}, folders(store).lists, {}))

    async def ends(*paths: str, **_: object) -> AsyncIterator[set[tuple[int, str]]]:
        begun.append(paths)
        if len(begun) == 3:
            raise OSError(errno.EMFILE, "Too many open files")
        yield {(2, file)}

    monkeypatch.setattr(file_events_sources, "awatch", ends)
    heard = Heard()
    with pytest.raises(WatchFailed):
        await FileEventsSources(store, heard).listen(lambda: None)
    assert begun == [(str(machine.documents),)] * 3
    assert heard.plans == [(PLAN, True)] * 2
