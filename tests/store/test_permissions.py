"""Rights that change under a running store: one clear refusal, nothing changed, and it goes by itself."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import StorageFailed
from tests.store.scene import Scene, make_scene, step, tree_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65_534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")


@contextmanager
def as_root() -> Iterator[None]:
    """Be who may change all rights, as an administrator beside the store."""
    os.seteuid(0)
    try:
        yield
    finally:
        os.seteuid(NOBODY)


@pytest.fixture
def plan() -> Iterator[Scene]:
    """A plan of another user's, in a folder that is theirs; this process is that user."""
    place = Path(tempfile.mkdtemp())
    os.chown(place, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield make_scene(place / "root", "build", "test")
    finally:
        os.seteuid(0)
        shutil.rmtree(place)


def close_folder(scene: Scene) -> None:
    scene.folder.chmod(0o500)


def close_journal(scene: Scene) -> None:
    (scene.folder / "journal.jsonl").chmod(0o400)


def close_lock(scene: Scene) -> None:
    (scene.folder / ".board.lock").chmod(0o000)


def close_root(scene: Scene) -> None:
    scene.root.chmod(0o000)


def give_away(scene: Scene) -> None:
    with as_root():
        os.chown(scene.folder, 0, 0)
        for path in scene.folder.iterdir():
            os.chown(path, 0, 0)


def give_journal_away(scene: Scene) -> None:
    with as_root():
        os.chown(scene.folder / "journal.jsonl", 0, 0)


CLOSING = [close_folder, close_journal, close_lock, close_root, give_away, give_journal_away]


def put_right(scene: Scene) -> None:
    with as_root():
        scene.root.chmod(0o700)
        scene.folder.chmod(0o700)
        for path in (scene.folder, *scene.folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
            path.chmod(0o700 if path.is_dir() else 0o600)


def bytes_of(scene: Scene) -> dict[str, bytes]:
    with as_root():
        return {path.name: path.read_bytes() for path in scene.folder.iterdir()}


@pytest.mark.parametrize("close", CLOSING)
def test_rights_that_are_taken_refuse_an_edit_and_lose_nothing(
    plan: Scene, close: Callable[[Scene], None]
) -> None:
    plan.claim(1)
    before = bytes_of(plan)
    close(plan)
    with pytest.raises(StorageFailed, match="permission was denied") as refused:
        plan.claim(2)
    assert "Nothing was changed" in refused.value.advice
    assert bytes_of(plan) == before
    put_right(plan)
    assert plan.claim(2).late == ""
    assert [one["status"] for one in plan.steps] == ["in_progress", "in_progress"]
    assert plan.store.verify("work") == []


def test_a_plan_json_that_may_not_be_read_is_named_and_left(plan: Scene) -> None:
    plan.claim(1)
    (plan.folder / "plan.json").chmod(0o000)
    for doing in (lambda: plan.store.read("work"), lambda: plan.claim(2)):
        with pytest.raises(StorageFailed, match=r"plan\.json: permission was denied"):
            doing()
    put_right(plan)
    assert plan.claim(2).plan.revision == 3


def test_a_plan_that_may_only_be_read_is_read(plan: Scene) -> None:
    plan.claim(1)
    good = plan.plan
    close_folder(plan)
    before = tree_hash(plan.root)
    assert plan.fresh_store().read("work").plan == good
    assert plan.store.read("work").problem is None
    assert tree_hash(plan.root) == before
    put_right(plan)


def test_a_peers_change_that_cannot_be_taken_in_yet_is_shown_and_taken_in_later(plan: Scene) -> None:
    plan.claim(1)
    plan.rewrite([step("build", "in_progress"), step("test", "completed")])
    close_journal(plan)
    assert plan.plan.step(2).status == "completed"
    assert not plan.store.read("work").adopted
    with pytest.raises(StorageFailed, match="permission was denied"):
        plan.store.adopt("work")
    put_right(plan)
    plan.store.adopt("work")
    assert plan.store.read("work").adopted
    assert plan.store.verify("work") == []
