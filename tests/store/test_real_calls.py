"""What the kernel sees of a change: no call that our own fault tests do not know, and faults put in there."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.store.plan_store import PlanStore
from tests.peer.plan_store import PeerStore
from tests.store.interrupted import DOING, interrupted
from tests.store.scene import START, Scene, ticking
from tests.store.test_crash_points import check_after_crash, done, prepared
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

STRACE = shutil.which("strace")
pytestmark = [
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
    pytest.mark.usefixtures("short_watch"),
]
LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
TRACED = Path(__file__).with_name("traced.py")
_CALL = re.compile(r"^(\w+)\((.*)")
NAMES = {
    "openat": "open", "fsync": "fsync", "fdatasync": "fsync", "write": "write", "pwrite64": "pwrite",
    "ftruncate": "ftruncate", "renameat": "rename", "rename": "rename", "linkat": "link", "link": "link",
    "unlinkat": "unlink", "unlink": "unlink", "mkdir": "mkdir", "mkdirat": "mkdir", "fchmod": "fchmod",
    "fchown": "fchown", "chmod": "chmod", "truncate": "truncate", "utimensat": "utime", "flock": "flock",
    "pread64": "pread", "getdents64": "listdir",
}  # fmt: skip
LOOKING = ("open", "listdir", "pread")
"""Calls that may be made once more or less: a young file is read again. What is opened and changed shows."""


@contextmanager
def waiting(root: Path, doing: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process that is about to make a change."""
    command = [sys.executable, str(TRACED), str(root), doing]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        if process.poll() is None:
            process.kill()


@contextmanager
def traced(process: subprocess.Popen[str], *words: str) -> Iterator[None]:
    """Attach strace, which says so, and let the change be made."""
    assert STRACE is not None
    with subprocess.Popen([STRACE, "-f", "-p", str(process.pid), *words], stderr=subprocess.PIPE) as tracer:
        assert tracer.stderr is not None
        first = tracer.stderr.readline()
        if b"attached" not in first:
            tracer.kill()
            pytest.skip(f"this machine lets nobody look: {first.decode().strip()}")
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        yield
        process.wait(PATIENCE)
        tracer.stderr.read()


def seen_calls(log: Path, root: Path) -> Counter[str]:
    """Count the calls that touched the root, by the names that Python gives them."""
    found: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        call = _CALL.match(re.sub(r"^\d+ +", "", line))
        if call is None or str(root) not in line:
            continue
        name = NAMES.get(call[1], "")
        if call[1] == "renameat2":
            name = "swap" if "RENAME_EXCHANGE" in line else "place"
        if name:
            found[name] += 1
    return found


@pytest.mark.parametrize("doing", DOING)
def test_the_kernel_sees_no_call_that_is_not_counted(tmp_path: Path, doing: str) -> None:
    root, log = tmp_path / "root", tmp_path / "log"
    prepared(root, doing)
    shutil.copytree(root, tmp_path / "copy")
    with waiting(root, doing) as process, traced(process, "-y", "-o", str(log)):
        pass
    interrupted(str(tmp_path / "copy"), doing, 0, "EIO")
    report = json.loads((tmp_path / "copy.report").read_text())
    counted = Counter(report["first"]["calls"])
    seen = seen_calls(log, root)
    assert seen["fsync"]
    assert {name: seen[name] for name in seen if name not in LOOKING} == {
        name: counted[name] for name in counted if name in NAMES.values() and name not in LOOKING
    } | {name: counted[name] for name in ("swap", "place") if name in counted}


SHORT = [("fsync", 1), ("fsync", 2), ("renameat2", 1), ("renameat2", 2), ("unlinkat", 1)]
ALL = [
    (call, when)
    for call in (
        "openat",
        "write",
        "pwrite64",
        "ftruncate",
        "fsync",
        "renameat2",
        "unlinkat",
        "flock",
        "close",
    )
    for when in range(1, 13)
]
ERRORS = ("EIO", "ENOSPC", "EROFS") if LONG else ("EIO",)


@pytest.mark.torture
@pytest.mark.timeout(7_200 if LONG else 300)
@pytest.mark.parametrize(("call", "when"), ALL if LONG else SHORT)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_that_the_kernel_gives_loses_nothing(
    tmp_path: Path, call: str, when: int, error: str
) -> None:
    root = tmp_path / "root"
    prepared(root, "claim")
    inject = f"inject={call}:error={error}:when={when}"
    with (
        waiting(root, "claim") as process,
        traced(process, "-e", f"trace={call}", "-e", inject, "-o", "/dev/null"),
    ):
        assert process.stdout is not None
        said = process.stdout.readline()
    scene = Scene(root, PlanStore(root, clock=ticking(START + 2_000_000)), PeerStore(root))
    if said:  # else the answer itself could not be written
        assert done(scene, "claim") is ("error" not in json.loads(said))
    DOING["claim"](scene.store)
    assert sum(line.key == "k" for line in scene.store.lines("work")) == 1
    assert scene.store.verify("work") == []
    assert not (scene.folder / ".lock").exists()


@pytest.mark.torture
@pytest.mark.timeout(7_200 if LONG else 300)
@pytest.mark.parametrize(("call", "when"), ALL if LONG else [("fsync", 2), ("renameat2", 2)])
def test_who_is_killed_within_a_call_leaves_all_or_nothing(tmp_path: Path, call: str, when: int) -> None:
    root = tmp_path / "root"
    prepared(root, "claim")
    inject = f"inject={call}:signal=KILL:when={when}"
    with (
        waiting(root, "claim") as process,
        traced(process, "-e", f"trace={call}", "-e", inject, "-o", "/dev/null"),
    ):
        pass
    assert process.returncode in (0, -signal.SIGKILL)
    check_after_crash(root, "claim", "die")
