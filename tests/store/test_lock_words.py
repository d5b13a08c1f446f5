"""Locks one by one: what they answer, and in which words they refuse."""

import errno
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import Busy, StorageFailed
from plans.store import lock_watch, peer_lock, peer_locking
from plans.store.formats import folder_lock
from plans.store.lock_watch import LockWatch, StandsTooShortly
from plans.store.paths import Folder
from plans.store.peer_lock import PeerLock
from tests.store.scene import dead_pid, written

if TYPE_CHECKING:
    from collections.abc import Callable

NOWHERE = PeerLock(token="1-1-aaaaaaaa", device=1, inode=1, modified_ns=1, size=1)


def looked_at(folder: Folder) -> PeerLock:
    found = peer_lock.look(folder)
    assert found is not None
    return found


class TestPeersLock:
    def test_it_is_described_by_its_file(self, folder: Folder) -> None:
        facts = written(folder, ".lock", b"12-1-\xff").stat()
        seen = looked_at(folder)
        assert (seen.token, seen.size) == ("12-1-\ufffd", 6)
        assert (seen.device, seen.inode, seen.modified_ns) == (facts.st_dev, facts.st_ino, facts.st_mtime_ns)

    @pytest.mark.parametrize("make", ["folder", "link", "pipe"])
    def test_anything_but_a_file_in_its_place_is_refused(self, folder: Folder, make: str) -> None:
        place = Path(folder.path) / ".lock"
        makers: dict[str, Callable[[], object]] = {
            "folder": place.mkdir,
            "link": lambda: place.symlink_to("elsewhere"),
            "pipe": lambda: os.mkfifo(place),
        }
        makers[make]()
        with pytest.raises(StorageFailed) as refused:
            peer_lock.look(folder)
        assert refused.value.message == f"Lock path is not a regular file: {folder.path}/.lock"
        assert refused.value.advice == "Nothing was changed. Remove what stands in the lock's place."

    def test_one_that_may_not_be_read_is_described_without_its_holder(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def closed(*_: object, **__: object) -> int:
            raise PermissionError(errno.EACCES, "Permission denied")

        facts = written(folder, ".lock", "12-1-aaaaaaaa").stat()
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", closed)
            seen = looked_at(folder)
            (Path(folder.path) / ".lock").unlink()
            assert peer_lock.look(folder) is None
        assert (seen.token, seen.inode, seen.pid) == ("", facts.st_ino, None)

    def test_who_waits_in_vain_is_told_for_whom_and_what_to_do(self, folder: Folder) -> None:
        nobody = peer_locking._busy(folder, None, 5.0)
        assert nobody.message == "plan.json of work is locked by another program; waited 5 s"
        assert nobody.advice == "Nothing was changed. Try again in a few seconds."
        written(folder, ".lock", f"{os.getpid()}-1-aaaaaaaa")
        alive = peer_locking._busy(folder, looked_at(folder), 5.0)
        assert f"locked by process {os.getpid()}, for 0 s; waited 5 s" in alive.message
        assert alive.advice == "Nothing was changed. Try again in a few seconds."
        written(folder, ".lock", f"{dead_pid()}-1-aaaaaaaa")
        dead = peer_locking._busy(folder, looked_at(folder), 5.0)
        assert dead.advice == "That process has ended. Remove its lock with `planboard unlock work`."

    def test_only_our_own_is_removed_by_its_token(self, folder: Folder) -> None:
        assert not peer_locking.remove_if_ours(folder, "ours")
        lock = written(folder, ".lock", "theirs")
        assert not peer_locking.remove_if_ours(folder, "ours")
        assert not peer_locking.remove_if_ours(folder, "")
        assert lock.exists()
        lock.write_text("ours")
        assert peer_locking.remove_if_ours(folder, "ours")
        assert not lock.exists()

    def test_a_live_or_unknown_holder_is_named(self, folder: Folder) -> None:
        written(folder, ".lock", f"{os.getpid()}-1-aaaaaaaa")
        with pytest.raises(Busy, match=f"locked by process {os.getpid()}, which may be alive") as live:
            peer_locking.refuse_live(folder, looked_at(folder))
        assert live.value.advice == "Wait for it, or end that process first."
        written(folder, ".lock", "no token")
        with pytest.raises(
            Busy, match="locked by a program that did not say which process it is, which may be alive"
        ):
            peer_locking.refuse_live(folder, looked_at(folder))

    def test_a_link_to_the_abandoned_lock_is_not_that_lock(self, folder: Folder) -> None:
        lock = written(folder, ".lock", f"{dead_pid()}-1-aaaaaaaa")
        seen = looked_at(folder)
        lock.rename(lock.with_name("moved"))
        lock.symlink_to("moved")
        assert not peer_locking.remove_abandoned(folder, seen)
        assert (lock.with_name("moved")).exists()


class TestWatch:
    def test_a_lock_that_went_is_forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = iter([0.0, 5.0, 7.0, 30.0])
        monkeypatch.setattr(lock_watch, "monotonic", lambda: next(clock))
        watch = LockWatch()
        assert watch.meet("work", NOWHERE) == 0.0
        assert watch.meet("work", None) == 0.0
        assert watch.meet("work", NOWHERE) == 0.0
        assert watch.meet("work", NOWHERE) == 23.0

    def test_it_counts_for_each_plan_and_says_how_long_still(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = iter([0.0, 15.5, 25.0, 25.0])
        monkeypatch.setattr(lock_watch, "monotonic", lambda: next(clock))
        watch = LockWatch()
        watch.meet("work", NOWHERE)
        with pytest.raises(StandsTooShortly) as young:
            watch.refuse_young("work", NOWHERE)
        assert young.value.message == "The lock of process 1 on work is removed after 20 s without change"
        assert young.value.advice == "Nothing was changed. Try again in 5 s."
        assert young.value.facts() == {"retry_after": 5}
        watch.refuse_young("work", NOWHERE)
        with pytest.raises(StandsTooShortly, match="on other is"):
            watch.refuse_young("other", NOWHERE)


class TestFolderLock:
    def lock(self, tmp_path: Path, *, age: float) -> Path:
        path = tmp_path / "tasks.lock"
        path.mkdir()
        at = time.time() - age
        os.utime(path, (at, at))
        return path

    def test_it_is_had_once_and_given_back(self, tmp_path: Path) -> None:
        with folder_lock.locked(str(tmp_path), "tasks.lock", what="the list", wait=1):
            path = tmp_path / "tasks.lock"
            assert path.is_dir()
            with (
                pytest.raises(Busy, match="Another program has locked the list for longer than 0 s"),
                folder_lock.locked(str(tmp_path), "tasks.lock", what="the list", wait=0.02),
            ):
                pass
            assert path.is_dir()
        assert not path.exists()

    def test_one_that_nobody_touched_for_ten_seconds_is_taken(self, tmp_path: Path) -> None:
        before = self.lock(tmp_path, age=11).stat().st_mtime
        with folder_lock.locked(str(tmp_path), "tasks.lock", what="the list", wait=0):
            assert (tmp_path / "tasks.lock").stat().st_mtime > before
        assert list(tmp_path.iterdir()) == []

    def test_one_that_was_touched_is_waited_for(self, tmp_path: Path) -> None:
        path = self.lock(tmp_path, age=0)
        assert not folder_lock._taken_from_the_dead(str(path))
        assert path.is_dir()

    def test_one_that_is_gone_may_be_tried_for_at_once(self, tmp_path: Path) -> None:
        assert folder_lock._taken_from_the_dead(str(tmp_path / "none"))

    def test_one_that_somebody_else_took_meanwhile_is_put_back(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = self.lock(tmp_path, age=11)
        real = os.rename

        def overtaken(source: str, target: str) -> None:
            if not target.endswith("tasks.lock"):
                path.rmdir()
                path.mkdir()
            real(source, target)

        monkeypatch.setattr(os, "rename", overtaken)
        assert not folder_lock._taken_from_the_dead(str(path))
        assert [found.name for found in tmp_path.iterdir()] == ["tasks.lock"]

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            ("file", "is not a folder"),
            ("link", "is not a folder"),
            ("filled", "is a folder that holds something"),
        ],
    )
    def test_what_is_no_such_lock_stays(self, tmp_path: Path, make: str, words: str) -> None:
        path = tmp_path / "tasks.lock"
        if make == "file":
            path.write_text("somebody's")
        elif make == "link":
            (tmp_path / "else").mkdir()
            path.symlink_to("else")
        else:
            path.mkdir()
            (path / "inside").touch()
        os.utime(path, (1, 1), follow_symlinks=False)
        with pytest.raises(StorageFailed) as refused:
            folder_lock._taken_from_the_dead(str(path))
        assert refused.value.message == f"What stands where a lock is made {words}: {path}"
        assert refused.value.advice == "Nothing was changed. Remove what stands in the lock's place."
        assert path.exists()

    def test_a_leftover_of_ours_goes_and_nothing_else(self, tmp_path: Path) -> None:
        path = self.lock(tmp_path, age=0)
        folder_lock.release_leftover(str(tmp_path), "tasks.lock", "another")
        assert path.exists()
        folder_lock.release_leftover(str(tmp_path), "tasks.lock", folder_lock._identity(str(path)))
        assert not path.exists()
        folder_lock.release_leftover(str(tmp_path), "tasks.lock", "gone")
