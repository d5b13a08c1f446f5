"""A program's version that we displaced in the last instant, between our last look and our rename."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from plans.domain.step import Status
from plans.store import atomic_write, renaming
from plans.store.atomic_write import draft_name
from plans.store.paths import PLAN
from tests.peer.plan_store import as_bytes
from tests.store.scene import step
from tests.store.test_meanwhile import once, verbs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.store.scene import Scene


@pytest.fixture
def before_the_swap(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen when nothing but the rename itself is left to do."""

    def happens(doing: Callable[[], object]) -> None:
        real = renaming.swap

        def swap(folder: int, one: str, other: str) -> bool:
            if other == PLAN:
                doing()
            return real(folder, one, other)

        monkeypatch.setattr(renaming, "swap", swap)

    return happens


type Happens = Callable[[Callable[[], object]], None]

THEIRS = [step("build"), step("test", "completed"), step("ship")]


def drafts(scene: Scene) -> list[str]:
    return [path.name for path in scene.folder.iterdir() if path.name.endswith(".tmp")]


def test_what_a_peer_renamed_into_place_is_adopted(plan: Scene, before_the_swap: Happens) -> None:
    before_the_swap(once(lambda: plan.rewrite(THEIRS)))
    changed = plan.claim(1)
    assert changed.late == ""
    assert [s["status"] for s in plan.steps] == ["in_progress", "completed", "pending"]
    assert verbs(plan) == ["create", "claim", "adopt"]
    assert plan.step(2).status is Status.COMPLETED
    assert plan.store.verify("work") == []
    assert drafts(plan) == []


def test_what_a_peer_wrote_into_the_file_itself_is_adopted(plan: Scene, before_the_swap: Happens) -> None:
    def write() -> None:
        """As an editor that writes in place; size and time stay what they were."""
        path = plan.folder / PLAN
        facts = path.stat()
        path.write_bytes(path.read_bytes().replace(b'"test"', b'"TEST"'))
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    before_the_swap(once(write))
    plan.claim(1)
    assert [s["step"] for s in plan.steps] == ["build", "TEST", "ship"]
    assert plan.step(1).status is Status.IN_PROGRESS
    assert plan.store.verify("work") == []


def test_rubbish_that_came_is_left_and_named(plan: Scene, before_the_swap: Happens) -> None:
    before_the_swap(once(lambda: (plan.folder / PLAN).write_bytes(b"<<<<<<< ours")))
    changed = plan.claim(1)
    assert "is not valid JSON" in changed.late
    assert (plan.folder / PLAN).read_bytes() == b"<<<<<<< ours"
    assert plan.step(1).status is Status.IN_PROGRESS


def test_a_peer_that_never_stops_is_never_overwritten(plan: Scene, before_the_swap: Happens) -> None:
    written = iter(range(100))
    before_the_swap(lambda: plan.rewrite([step("build"), step("test"), step(f"ship {next(written)}")]))
    changed = plan.claim(1)
    assert changed.late == "Another program keeps rewriting plan.json"
    assert plan.plan.steps[2].title.startswith("ship ")
    assert plan.step(1).status is Status.IN_PROGRESS


def test_of_two_versions_that_come_around_our_rename_the_later_one_stands(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, swaps = renaming.swap, []

    def swap(folder: int, one: str, other: str) -> bool:
        swaps.append(other)
        if len(swaps) < 3:
            plan.rewrite([step("build"), step("test"), step(f"ship {len(swaps)}")])
        return real(folder, one, other)

    monkeypatch.setattr(renaming, "swap", swap)
    plan.claim(1)
    assert [s["step"] for s in plan.steps] == ["build", "test", "ship 2"]
    assert plan.step(1).status is Status.IN_PROGRESS
    assert plan.store.verify("work") == []


def test_a_file_that_was_removed_in_the_last_instant_is_not_brought_back(
    plan: Scene, before_the_swap: Happens
) -> None:
    before_the_swap(once((plan.folder / PLAN).unlink))
    assert plan.claim(1).late == "plan.json of work is gone"
    assert not (plan.folder / PLAN).exists()


def test_a_file_that_came_while_we_created_one_is_not_overwritten(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = renaming.place

    def place(folder: int, draft: str, name: str) -> None:
        if name == PLAN and not (scene.folder / PLAN).exists():
            data = {"namespace": "work", "steps": [step("theirs")], "createdAt": 1, "updatedAt": 1}
            (scene.folder / PLAN).write_bytes(as_bytes(data))
        real(folder, draft, name)

    monkeypatch.setattr(renaming, "place", place)
    changed = scene.create("ours")
    assert changed.late == ""
    assert {s["step"] for s in scene.steps} == {"ours", "theirs"}
    assert scene.store.verify("work") == []


def leave_swapped(scene: Scene, aside: bytes) -> None:
    """Die right after the swap: plan.json is ours, and under the draft's name is what it displaced."""
    ours = (scene.folder / PLAN).read_bytes()
    (scene.folder / draft_name(ours)).write_bytes(aside)
    (scene.folder / ".board.lock").write_text("1-1-dead")


def test_who_dies_right_after_the_swap_leaves_a_peers_version_to_be_found(plan: Scene) -> None:
    theirs = as_bytes(plan.core | {"steps": THEIRS})
    plan.claim(1)
    leave_swapped(plan, theirs)
    store = plan.fresh_store()
    store.adopt("work")
    assert [s["status"] for s in plan.steps] == ["in_progress", "completed", "pending"]
    assert store.verify("work") == []
    assert drafts(plan) == []


def test_what_was_to_be_displaced_is_only_removed(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    old = (plan.folder / PLAN).read_bytes()
    plan.claim(1)
    leave_swapped(plan, old)
    monkeypatch.setattr(renaming, "swap", lambda *_: pytest.fail("it was known"))
    plan.fresh_store().adopt("work")
    assert verbs(plan) == ["create", "claim"]
    assert plan.steps[0]["status"] == "in_progress"
    assert drafts(plan) == []


@pytest.mark.parametrize("aside", [b"", b"{"])
def test_a_draft_that_was_not_finished_is_only_removed(plan: Scene, aside: bytes) -> None:
    old = (plan.folder / PLAN).read_bytes()
    plan.claim(1)
    (plan.folder / draft_name(b"what it was to hold")).write_bytes(aside)
    (plan.folder / ".board.lock").write_text("1-1-dead")
    plan.fresh_store().adopt("work")
    assert plan.steps[0]["status"] == "in_progress"
    assert old != (plan.folder / PLAN).read_bytes()
    assert drafts(plan) == []


def test_where_names_cannot_be_swapped_a_look_right_before_the_rename_must_do(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renaming, "_system", lambda: None)
    plan.claim(1)
    plan.complete(1)
    assert plan.steps[0]["status"] == "completed"
    assert drafts(plan) == []
    real = atomic_write.drafted
    peer = once(lambda: plan.rewrite([step("build", "completed"), step("test"), step("theirs")]))

    def drafted(*args: object, **named: object) -> object:
        if "instead_of" in named:
            peer()
        return real(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(atomic_write, "drafted", drafted)
    plan.claim(2)
    assert [s["step"] for s in plan.steps] == ["build", "test", "theirs"]
    assert plan.step(2).status is Status.IN_PROGRESS
    assert plan.store.verify("work") == []


def test_a_system_without_such_renames_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    renaming._system.cache_clear()
    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
    try:
        assert renaming._system() is None
    finally:
        renaming._system.cache_clear()


@pytest.mark.parametrize(("number", "can"), [(0, True), (38, False), (22, False)])
def test_a_refusal_of_the_kind_itself_is_no_failure(
    plan: Scene, monkeypatch: pytest.MonkeyPatch, number: int, *, can: bool
) -> None:
    monkeypatch.setattr(renaming, "_system", lambda: lambda *_: number)
    assert renaming.swap(0, "a", "b") is can
    assert plan.folder.exists()
    monkeypatch.setattr(renaming, "_system", lambda: lambda *_: 5)
    with pytest.raises(OSError, match="Input/output error"):
        renaming.swap(0, "a", "b")
