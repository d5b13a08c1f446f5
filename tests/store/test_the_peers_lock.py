"""That the peer here waits, takes and gives up as the real one: others of our claims stand on it."""

import json
import os
from pathlib import Path

import pytest

from tests.peer.checking import PeerError
from tests.peer.locking import locked
from tests.store.scene import SAMPLES, dead_pid

ROWS = json.loads((SAMPLES / "lock_tokens.json").read_text())["rows"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['content']} {row['age']}")
def test_a_found_lock_is_treated_as_observed(tmp_path: Path, row: dict[str, str]) -> None:
    content = row["content"].replace("<live pid>", str(os.getpid())).replace("<dead pid>", str(dead_pid()))
    lock = tmp_path / ".lock"
    lock.write_text(content)
    written = lock.stat().st_mtime - int(row["age"]) / 1000
    os.utime(lock, (written, written))
    slept: list[float] = []
    if row["does"] == "takes it at once":
        with locked(tmp_path, sleep=slept.append):
            assert lock.read_text().startswith(f"{os.getpid()}-")
        assert (slept, lock.exists()) == ([], False)
        return
    with (
        pytest.raises(PeerError, match="Failed to acquire plan lock"),
        locked(tmp_path, sleep=slept.append),
    ):
        pass
    assert sum(slept) == pytest.approx(3.0)
    assert lock.read_text() == content


def test_the_first_version_steals_a_live_lock_after_ten_seconds(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    lock.write_text(f"{os.getpid()}-1-aaaaaaaa")
    written = lock.stat().st_mtime - 10.1
    os.utime(lock, (written, written))
    with locked(tmp_path, version=1, sleep=lambda _: pytest.fail("it waited")):
        pass


def test_a_release_leaves_the_next_holders_lock(tmp_path: Path) -> None:
    with locked(tmp_path):
        (tmp_path / ".lock").write_text("9-1-bbbbbbbb")
    assert (tmp_path / ".lock").exists()
