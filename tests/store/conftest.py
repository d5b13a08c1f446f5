from pathlib import Path

import pytest

from tests.store.scene import Scene, make_scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A root without plans."""
    return make_scene(tmp_path / "root")


@pytest.fixture
def plan(tmp_path: Path) -> Scene:
    """A root with the plan ``work`` of three steps at revision 1."""
    return make_scene(tmp_path / "root", "build", "test", "ship")
