from pathlib import Path

import pytest

from plans.store import peer_lock
from plans.store.paths import Folder
from tests.store.scene import Scene, make_scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A root without plans."""
    return make_scene(tmp_path / "root")


@pytest.fixture
def plan(tmp_path: Path) -> Scene:
    """A root with the plan ``work`` of three steps at revision 1."""
    return make_scene(tmp_path / "root", "build", "test", "ship")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The folder ``work``, empty."""
    (tmp_path / "work").mkdir()
    return Folder(str(tmp_path), "work")


@pytest.fixture
def old_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine have been on for long: a lock from before its start would be a dead one's."""
    monkeypatch.setattr(peer_lock, "started_ns", lambda: 0)
