"""A plan.json that is gone, emptied or garbage: the last good version stays, never written over."""

import os
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import PlanError, Unreadable
from plans.domain.expected import StaleRevision
from plans.domain.problem import Trouble
from plans.domain.verbs import shaping
from plans.store.orders import Guard, Order
from tests.store.scene import ABC, ANN, Scene, step, tree_hash

if TYPE_CHECKING:
    from collections.abc import Callable


def restore(scene: Scene, expected: int | None = None) -> Order:
    return Order(
        by=ANN,
        verb="restore",
        guard=Guard.PLAN,
        expected=scene.plan.revision if expected is None else expected,
    )


def test_garbage_keeps_the_last_good_version_with_the_exact_place(plan: Scene) -> None:
    plan.claim(1)
    good = plan.plan
    text = (plan.folder / "plan.json").read_text()
    (plan.folder / "plan.json").write_text(text.replace('"test"', "test"))
    before = tree_hash(plan.root)
    reading = plan.store.read("work")
    assert reading.problem is not None
    assert (reading.plan, reading.problem.kind) == (good, Trouble.UNREADABLE)
    line = text.split("\n").index('      "step": "test",') + 1
    assert (reading.problem.line, reading.problem.column) == (line, 15)
    assert reading.problem.excerpt == '      "step": test,'
    assert [line.strip() for line in reading.problem.before] == ["},", "{"]
    assert len(reading.problem.after) == 2
    assert tree_hash(plan.root) == before


def test_garbage_is_never_written_over_and_the_error_goes_by_itself(plan: Scene) -> None:
    good = (plan.folder / "plan.json").read_bytes()
    (plan.folder / "plan.json").write_bytes(b"<<<<<<< ours")
    attempts: list[Callable[[], object]] = [
        lambda: plan.claim(1),
        lambda: plan.edit(1, notes="x"),
        lambda: plan.store.adopt("work"),
        lambda: plan.store.restore("work", 1, restore(plan)),
    ]
    for doing in attempts:
        with pytest.raises(Unreadable, match=r"not valid JSON.*line 1, column 1") as refused:
            doing()
        assert "Repair the file" in refused.value.advice
    assert (plan.folder / "plan.json").read_bytes() == b"<<<<<<< ours"
    assert plan.store.verify("work")
    (plan.folder / "plan.json").write_bytes(good)
    assert plan.store.read("work").problem is None
    assert plan.claim(1).plan.revision == 2
    assert plan.store.verify("work") == []


@pytest.mark.parametrize("kind", [Trouble.MISSING, Trouble.EMPTIED])
def test_a_vanished_or_emptied_plan_is_shown_and_can_be_put_back(plan: Scene, kind: Trouble) -> None:
    plan.claim(1)
    plan.edit(1, notes="kept")
    good = plan.plan
    if kind is Trouble.MISSING:
        (plan.folder / "plan.json").unlink()
    else:
        plan.rewrite([])
    reading = plan.store.read("work")
    assert reading.problem is not None
    assert (reading.plan, reading.problem.kind) == (good, kind)
    with pytest.raises(Unreadable) as refused:
        plan.change(lambda p: shaping.add(p, by=ABC, at=1, title="x"), "add", by=ABC)
    assert "planboard restore work --rev 3" in refused.value.advice
    restored = plan.store.restore("work", 3, restore(plan))
    assert restored.plan.steps == good.steps
    assert plan.store.read("work").problem is None
    assert [s["step"] for s in plan.steps] == ["build", "test", "ship"]
    assert plan.store.verify("work") == []


def test_a_plan_that_comes_back_by_itself_is_no_trouble_any_more(plan: Scene) -> None:
    text = (plan.folder / "plan.json").read_bytes()
    (plan.folder / "plan.json").unlink()
    assert plan.store.read("work").problem is not None
    (plan.folder / "plan.json").write_bytes(text)
    assert plan.store.read("work").problem is None
    assert plan.store.adopt("work") is None


def test_an_older_revision_is_restored_as_a_new_one(plan: Scene) -> None:
    plan.edit(1, title="build it", notes="later")
    plan.add("more")
    restored = plan.store.restore("work", 1, restore(plan))
    assert restored.plan.revision == 4
    assert [s.title for s in restored.plan.steps] == ["build", "test", "ship"]
    assert restored.plan.removed == (4,)
    assert plan.add("another").plan.steps[-1].number == 5
    assert plan.store.at("work", 3).step(4).title == "more"
    assert plan.store.verify("work") == []


def test_a_restore_from_a_stale_reading_is_refused(plan: Scene) -> None:
    plan.add("more")
    with pytest.raises(StaleRevision):
        plan.store.restore("work", 1, restore(plan, expected=1))


@pytest.mark.parametrize("revision", [-1, 2])
def test_a_revision_that_never_was_cannot_be_read(plan: Scene, revision: int) -> None:
    with pytest.raises(PlanError, match=f"work has no revision {revision}; it is at 1"):
        plan.store.at("work", revision)


def test_every_revision_can_be_read_again(plan: Scene) -> None:
    seen = [plan.plan, *(plan.claim(number).plan for number in (1, 2, 3))]
    assert [plan.fresh_store().at("work", rev) for rev in (1, 2, 3, 4)] == seen
    assert plan.store.at("work", 0).steps == ()


def test_a_duplicate_key_in_a_peers_file_is_a_warning(plan: Scene) -> None:
    text = (plan.folder / "plan.json").read_text()
    (plan.folder / "plan.json").write_text(text.replace('"createdAt"', '"createdAt": 1,\n  "createdAt"'))
    assert plan.store.read("work").warnings == ("A key stands twice in plan.json; the last one counts.",)


def test_a_file_changed_without_a_new_time_or_size_is_noticed(plan: Scene) -> None:
    path = plan.folder / "plan.json"
    facts = path.stat()
    plan.store.read("work")
    path.write_bytes(path.read_bytes().replace(b'"build"', b'"BUILD"'))
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert plan.plan.steps[0].title == "BUILD"


def test_a_plan_that_has_no_steps_left_on_purpose_is_no_trouble(scene: Scene) -> None:
    scene.create("only")
    scene.change(lambda p: shaping.remove(p, 1, by=ANN), "remove")
    assert scene.store.read("work").problem is None
    scene.rewrite([step("by a peer")])
    assert scene.plan.steps[0].title == "by a peer"
