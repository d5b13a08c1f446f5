"""Two locks: ours among ourselves, and the peers' file, which is never stolen and never left behind."""

import os
import re
import threading
import time
from pathlib import Path

import pytest

from plans.domain.errors import Busy, StorageFailed
from plans.store import atomic_write, changing, lock_watch, peer_lock, peer_locking, plan_file
from plans.store.paths import Folder
from tests.peer.locking import locked
from tests.store.scene import Scene, dead_pid
from tests.store.workers import nursery
from tests.waiting import PATIENCE, SOON, until

pytestmark = pytest.mark.usefixtures("old_machine")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting 5 s for a peer becomes 0.2 s."""
    monkeypatch.setattr(peer_locking, "PEER_WAIT", 0.2)


def peers_lock(scene: Scene, token: str, *, age: float = 0) -> Path:
    path = scene.folder / ".lock"
    path.write_text(token)
    written = time.time() - age
    os.utime(path, (written, written))
    return path


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("age", [0, 30, 3600])
def test_a_live_lock_is_waited_for_and_never_stolen(plan: Scene, age: float) -> None:
    path = peers_lock(plan, f"{os.getpid()}-1-aaaaaaaa", age=age)
    before = state(plan, path)
    started = time.monotonic()
    with pytest.raises(Busy) as busy:
        plan.claim(1)
    waited = time.monotonic() - started
    assert waited >= 0.2
    told = re.search(rf"locked by process {os.getpid()}, for (\d+) s", busy.value.message)
    assert told, busy.value.message
    assert age <= int(told[1]) <= age + waited + SOON
    assert "Try again" in busy.value.advice
    assert state(plan, path) == before


def state(scene: Scene, path: Path) -> tuple[object, ...]:
    facts = path.stat()
    return facts.st_ino, facts.st_mtime_ns, path.read_text(), (scene.folder / "journal.jsonl").read_bytes()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("content", ["", "garbage", "0-1-aaaaaaaa", "-5-1-a", "99999999999999999999-1-a"])
def test_a_lock_of_an_unknown_holder_is_not_touched(plan: Scene, content: str) -> None:
    path = peers_lock(plan, content, age=3600)
    with pytest.raises(Busy, match="is locked by"):
        plan.claim(1)
    with pytest.raises(Busy, match="which may be alive"):
        plan.store.unlock("work")
    assert path.read_text() == content


@pytest.mark.usefixtures("impatient", "short_watch")
def test_a_dead_peers_lock_is_removed_only_when_a_person_asks(plan: Scene) -> None:
    path = peers_lock(plan, f"{dead_pid()}-1-aaaaaaaa", age=30)
    with pytest.raises(Busy) as busy:
        plan.claim(1)
    assert "planboard unlock work" in busy.value.advice
    assert path.exists()
    assert plan.store.peer_lock("work") is not None
    assert plan.store.unlock("work")
    assert plan.store.peer_lock("work") is None
    assert not plan.store.unlock("work")
    assert plan.claim(1).plan.revision == 2


def test_a_dead_peers_lock_must_stand_unchanged_for_a_while(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(lock_watch, "monotonic", lambda: now)
    token = f"{dead_pid()}-1-aaaaaaaa"
    path = peers_lock(plan, token, age=3600)
    assert plan.store.peer_lock("work")
    with pytest.raises(lock_watch.StandsTooShortly, match="after 20 s without change") as young:
        plan.store.unlock("work")
    assert young.value.facts() == {"retry_after": 20}

    now += young.value.left
    peers_lock(plan, token, age=3599)  # it is not dead where this was written
    with pytest.raises(lock_watch.StandsTooShortly) as young:
        plan.store.unlock("work")
    assert path.exists()

    now += young.value.left
    assert plan.store.unlock("work")
    assert not path.exists()


def test_a_lock_of_a_live_process_is_not_removed_by_a_person_either(plan: Scene) -> None:
    peers_lock(plan, f"{os.getpid()}-1-aaaaaaaa", age=3600)
    with pytest.raises(Busy, match=f"locked by process {os.getpid()}, which may be alive"):
        plan.store.unlock("work")


def test_a_lock_that_was_taken_anew_meanwhile_is_put_back(plan: Scene) -> None:
    peers_lock(plan, f"{dead_pid()}-1-aaaaaaaa", age=30)
    with Folder(str(plan.root), "work") as folder:
        seen = peer_lock.look(folder)
        assert seen is not None
        (plan.folder / ".lock").unlink()
        path = peers_lock(plan, f"{os.getpid()}-2-bbbbbbbb")
        assert not peer_locking.remove_abandoned(folder, seen)
        assert path.read_text() == f"{os.getpid()}-2-bbbbbbbb"
        path.unlink()
        assert not peer_locking.remove_abandoned(folder, seen)
    assert not list(plan.folder.glob(".lock*"))


def test_a_notes_edit_needs_no_peers_lock(plan: Scene) -> None:
    path = peers_lock(plan, f"{os.getpid()}-1-aaaaaaaa")
    assert plan.edit(1, notes="quiet").line is not None
    assert path.exists()


def test_a_change_waits_until_the_peer_is_done(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer_locking, "PEER_WAIT", PATIENCE)
    done: list[int] = []

    def change() -> None:
        done.append(plan.claim(1).plan.revision)

    with locked(plan.folder):
        thread = threading.Thread(target=change)
        thread.start()
        until(lambda: (plan.folder / ".board.lock").read_text().startswith(f"{os.getpid()}-"))
        assert not done
    thread.join(timeout=PATIENCE)
    assert done == [2]


def test_our_lock_names_us_and_is_given_back(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[tuple[str, int]] = []
    real = atomic_write.replace_file

    def seen(folder: Folder, *args: object, **named: object) -> os.stat_result:
        facts = (plan.folder / ".lock").stat()
        held.append(((plan.folder / ".lock").read_text(), facts.st_mode & 0o777))
        return real(folder, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(plan_file, "replace_file", seen)
    plan.claim(1)
    token, mode = held[0]
    assert mode == 0o600
    pid, at, tail = token.split("-")
    assert (int(pid), at.isdigit(), len(tail)) == (os.getpid(), True, 8)
    assert not (plan.folder / ".lock").exists()


def test_an_edit_that_would_hold_the_peers_too_long_gives_up(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "HOLD_LIMIT", -1.0)
    with pytest.raises(Busy, match="The disk is too slow"):
        plan.claim(1)
    assert plan.plan.revision == 1
    assert not (plan.folder / ".lock").exists()


def test_our_own_leftover_is_removed_at_once(plan: Scene, tmp_path: Path) -> None:
    with nursery() as workers:
        hit, found = 0, False
        while not found:
            hit += 1
            status = workers.run("interrupted", root=str(plan.root), doing="claim", hit=hit, how="die")
            found = (plan.folder / ".lock").exists()
            assert found or status != 0
    assert (plan.folder / ".lock").exists()
    plan.change(lambda p: p, "edit", key="any", body="b")  # Busy where it is waited for
    assert not (plan.folder / ".lock").exists()
    assert tmp_path.exists()


def test_a_peers_lock_is_not_taken_for_our_leftover(plan: Scene) -> None:
    (plan.folder / ".board.lock").write_text(f"{dead_pid()}-1-aaaaaaaa")
    path = peers_lock(plan, f"{dead_pid()}-1-bbbbbbbb")
    plan.edit(1, notes="quiet")
    assert path.exists()


def test_a_lock_file_we_may_not_read_counts_as_held(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Peers make their lock 0600: the board as another user of the group cannot look into it."""
    monkeypatch.setattr(peer_locking, "PEER_WAIT", 0.1)
    peers_lock(plan, f"{os.getpid()}-1-aaaaaaaa")
    real = Folder.open

    def denied(folder: Folder, name: str, *args: int) -> int | None:
        if name == ".lock":
            message = f"Could not open {name}: permission was denied"
            raise StorageFailed(message) from PermissionError(13, "denied")
        return real(folder, name, *args)

    monkeypatch.setattr(Folder, "open", denied)
    with pytest.raises(Busy, match="is locked by another program"):
        plan.claim(1)
