"""A peer that writes at the worst moment: before our lock, under it, after the commit, after the rename."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from plans.domain.errors import PlanExists, TooLarge
from plans.domain.plan import Plan
from plans.domain.step import Status
from plans.domain.verbs import shaping, working
from plans.store import journal, renaming
from plans.store.orders import Order
from tests.peer.plan_store import as_bytes
from tests.store.scene import ABC, ANN, START, Scene, make_scene, step


def once(doing: Callable[[], object]) -> Callable[[], None]:
    """Do it the first time only."""
    left = [doing]

    def run() -> None:
        if left:
            left.pop()()

    return run


def after_the_commit(monkeypatch: pytest.MonkeyPatch, doing: Callable[[], object]) -> None:
    """Let something happen between the journal's line and the rewrite of plan.json."""
    real = journal.append

    def append(*args: object, **named: object) -> int:
        size = real(*args, **named)  # type: ignore[arg-type]
        doing()
        return size

    monkeypatch.setattr(journal, "append", append)


def verbs(scene: Scene) -> list[str]:
    return [line.verb for line in scene.store.lines("work")]


def test_a_peer_that_writes_before_we_have_the_lock_is_adopted_first(plan: Scene) -> None:
    peer = once(lambda: plan.peer.merge("work", [step("test", "completed")], "agent:x"))
    runs: list[int] = []

    def claimed(p: Plan) -> Plan:
        runs.append(p.revision)
        peer()
        return working.claim(p, 1, by=ABC)

    changed = plan.change(claimed, "claim", by=ABC)
    assert runs == [1, 2]
    assert verbs(plan) == ["create", "adopt", "claim"]
    assert changed.plan.step(2).status is Status.COMPLETED
    assert [s["status"] for s in plan.steps] == ["in_progress", "completed", "pending"]
    assert plan.store.verify("work") == []


def test_an_edit_that_the_peer_made_meanwhile_makes_no_second_revision(plan: Scene) -> None:
    peer = once(lambda: plan.rewrite([step("build all"), step("test"), step("ship")]))

    def renamed(p: Plan) -> Plan:
        peer()
        return shaping.edit(p, 1, by=ANN, title="build all")

    changed = plan.change(renamed)
    assert (changed.line, changed.plan.revision) == (None, 2)
    assert verbs(plan) == ["create", "adopt"]
    assert plan.store.verify("work") == []


def test_a_create_that_meets_a_peers_new_plan_is_refused(scene: Scene) -> None:
    peer = once(lambda: scene.peer.merge("work", [step("theirs")], "agent:x"))

    def filled(p: Plan) -> Plan:
        peer()
        return shaping.add(p, by=ANN, at=START, title="ours")

    with pytest.raises(PlanExists):
        scene.store.create("work", filled, Order(by=ABC, verb="create"))
    assert [s.title for s in scene.plan.steps] == ["theirs"]
    assert scene.fresh_store().read("work").plan.created_by == "file"


def test_a_peer_without_lock_that_writes_after_the_commit_loses_nothing(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = [step("build"), step("test"), step("ship", "completed")]
    after_the_commit(monkeypatch, once(lambda: plan.rewrite(theirs)))
    changed = plan.claim(1)
    assert changed.line is not None
    assert (changed.line.verb, changed.late) == ("claim", "")
    assert [s["status"] for s in plan.steps] == ["in_progress", "pending", "completed"]
    assert verbs(plan) == ["create", "claim", "adopt"]
    assert plan.store.verify("work") == []


def test_a_peer_that_never_stops_writing_makes_us_late_and_the_next_change_catches_up(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = iter(range(100))
    after_the_commit(
        monkeypatch, lambda: plan.rewrite([step("build"), step("test"), step(f"ship {next(count)}")])
    )
    changed = plan.claim(1)
    assert changed.late == "Another program keeps rewriting plan.json"
    assert changed.plan.step(1).status is Status.IN_PROGRESS
    monkeypatch.undo()
    assert plan.edit(2, notes="quiet").late == ""
    assert plan.steps[0]["status"] == "in_progress"
    assert plan.store.verify("work") == []


def test_garbage_after_the_commit_does_not_make_the_change_look_refused(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (plan.folder / "plan.json").read_bytes()
    after_the_commit(monkeypatch, once(lambda: (plan.folder / "plan.json").write_bytes(b"{")))
    changed = plan.claim(1)
    assert "is not valid JSON" in changed.late
    assert plan.step(1).status is Status.IN_PROGRESS
    (plan.folder / "plan.json").write_bytes(old)
    plan.store.adopt("work")
    assert plan.steps[0]["status"] == "in_progress"
    assert plan.store.verify("work") == []


def test_a_lock_stolen_after_the_commit_keeps_us_from_the_file(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steal() -> None:
        (plan.folder / ".lock").unlink()
        (plan.folder / ".lock").write_text(f"{os.getpid()}-1-bbbbbbbb")

    after_the_commit(monkeypatch, once(steal))
    before = (plan.folder / "plan.json").read_bytes()
    assert plan.claim(1).late
    assert (plan.folder / "plan.json").read_bytes() == before
    assert (plan.folder / ".lock").exists()
    (plan.folder / ".lock").unlink()
    plan.store.adopt("work")
    assert plan.steps[0]["status"] == "in_progress"


def test_a_peer_that_replaces_the_file_right_after_our_rename_is_noticed(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = renaming.swap
    peer = once(lambda: plan.rewrite([step("build"), step("test"), step("theirs")]))

    def swap(folder: int, one: str, other: str) -> bool:
        swapped = real(folder, one, other)
        peer()
        return swapped

    monkeypatch.setattr(renaming, "swap", swap)
    plan.claim(1)
    assert plan.plan.steps[2].title == "theirs"


def test_a_file_that_vanishes_while_it_is_looked_at_is_gone(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan.claim(1)
    monkeypatch.setattr("plans.store.paths.Folder.read", lambda *_: None)
    problem = plan.fresh_store().read("work").problem
    assert problem is not None
    assert problem.message == "plan.json of work is gone"


# Sizes


def big_scene(root: Path, size: int) -> Scene:
    """Make a plan whose plan.json is a little under ``size`` bytes."""
    scene = make_scene(root)
    scene.folder.mkdir()
    title = "x" * 900
    one = len(as_bytes(step(title)).replace(b"\n", b"\n    ")) + 12
    steps = [step(f"{number:05} {title}") for number in range((size - 200) // one)]
    data = as_bytes({"namespace": "work", "steps": steps, "createdAt": 1, "updatedAt": 1})
    assert size - 2_000 < len(data) < size
    (scene.folder / "plan.json").write_bytes(data)
    return scene


def test_a_step_that_would_make_the_file_too_large_for_peers_is_refused(tmp_path: Path) -> None:
    scene = big_scene(tmp_path / "root", 1_048_576)
    before = (scene.folder / "plan.json").read_bytes()
    with pytest.raises(TooLarge, match="peers read at most 1,048,576") as refused:
        scene.add("y" * 2_000)
    assert "continue in another plan" in refused.value.advice
    assert (scene.folder / "plan.json").read_bytes() == before
    assert scene.peer.read("work") is not None


def test_a_claim_never_fails_for_size_after_a_step_could_be_added(tmp_path: Path) -> None:
    scene = big_scene(tmp_path / "root", 1_030_000)
    before = len(scene.plan.steps)
    with pytest.raises(TooLarge):
        add_until_full(scene)
    added = scene.plan.steps[before:]
    assert added
    for new in added[-5:]:
        scene.claim(new.number)
    assert scene.peer.read("work") is not None


def add_until_full(scene: Scene) -> None:
    for number in range(1_000):
        scene.add(f"{number} " + "x" * 900)


def test_notes_never_make_the_peers_file_larger(tmp_path: Path) -> None:
    scene = big_scene(tmp_path / "root", 1_048_576)
    before = (scene.folder / "plan.json").read_bytes()
    scene.edit(1, notes="n" * 60_000, extra={"k": "v" * 60_000})
    assert (scene.folder / "plan.json").read_bytes() == before
