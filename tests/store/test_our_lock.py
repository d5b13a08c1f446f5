"""Our own lock: the kernel frees it, threads and processes wait for it, readers never do."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from plans.domain.errors import Busy, PlanNotFound
from plans.store import board_lock
from plans.store.orders import Order
from plans.store.paths import Folder
from plans.store.plan_store import PlanStore
from tests.store.scene import ANN, Scene, ticking
from tests.waiting import PATIENCE


@contextmanager
def board_lock_held(folder: Path) -> Iterator[int]:
    """Hold our own lock from another process."""
    code = (
        "import fcntl,sys,time; f=open(sys.argv[1],'a'); fcntl.flock(f,fcntl.LOCK_EX);"
        "print('held',flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder / ".board.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process.pid
        if process.poll() is None:
            process.kill()


def test_a_writer_that_waits_too_long_for_us_is_refused_and_readers_never_wait(plan: Scene) -> None:
    store = PlanStore(plan.root, clock=ticking(), lock_wait=0.2)
    with board_lock_held(plan.folder):
        with pytest.raises(Busy, match="Another program has been writing work for 0 s"):
            store.change("work", lambda p: p, Order(by=ANN, verb="edit"))
        assert store.read("work").plan.revision == 1
        assert store.verify("work") == []


def test_the_kernel_frees_our_lock_when_its_process_is_killed(plan: Scene) -> None:
    with board_lock_held(plan.folder) as pid:
        os.kill(pid, signal.SIGKILL)
        assert plan.claim(1).line is not None  # within the ten seconds that a change waits


def test_a_lock_that_is_free_soon_is_waited_for_without_more_ado(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    fd = os.open(plan.folder / ".board.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(fd, fcntl.LOCK_EX)
    pauses: list[float] = []

    def free_at_the_third(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            os.close(fd)

    monkeypatch.setattr(time, "sleep", free_at_the_third)
    monkeypatch.setattr(FileLock, "acquire", lambda _: pytest.fail("it was not long"))
    monkeypatch.setattr(board_lock, "_SHORT_WAIT", PATIENCE)
    with Folder(str(plan.root), "work") as folder, board_lock.board_lock(folder, wait=PATIENCE):
        assert pauses == [0.001, 0.002, 0.004]


def test_who_waits_for_long_gets_the_lock_in_the_end(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = threading.Event()
    real = FileLock.acquire

    def acquire(lock: FileLock) -> object:
        waits.set()
        return real(lock)

    monkeypatch.setattr(FileLock, "acquire", acquire)
    monkeypatch.setattr(board_lock, "_SHORT_WAIT", 0.0)
    with board_lock_held(plan.folder) as pid:

        def end() -> None:
            waits.wait(PATIENCE)
            os.kill(pid, signal.SIGKILL)

        ends = threading.Thread(target=end)
        ends.start()
        assert plan.claim(1).line is not None
        ends.join(PATIENCE)


def test_threads_of_one_process_exclude_each_other(plan: Scene) -> None:
    patient = replace(plan, store=PlanStore(plan.root, clock=ticking(), lock_wait=PATIENCE))
    threads = [threading.Thread(target=lambda: [patient.add("x") for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert plan.plan.revision == 41
    assert plan.store.verify("work") == []


def test_a_deleted_plan_is_in_the_trash_and_its_name_is_free(plan: Scene) -> None:
    order = Order(by=ANN, verb="delete")
    where = Path(plan.store.delete("work", order))
    assert where.parent == plan.root / ".trash"
    assert (where / "plan.json").exists()
    assert plan.store.namespaces() == []
    assert plan.create("anew").plan.revision == 1


def test_a_folder_without_a_plan_is_not_deleted(plan: Scene) -> None:
    (plan.root / "empty").mkdir()
    with pytest.raises(PlanNotFound):
        plan.store.delete("empty", Order(by=ANN, verb="delete"))
    assert (plan.root / "empty").is_dir()


def test_a_folder_that_was_moved_away_while_we_waited_is_not_written(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Folder, "in_place", lambda _: False)
    with pytest.raises(PlanNotFound):
        plan.claim(1)
