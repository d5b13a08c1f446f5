"""What a peer's write does to our plan, and what it cannot do."""

from pathlib import Path

import pytest

from plans.domain.actor import FILE
from plans.domain.step import Status
from plans.domain.verbs import assigning, shaping, working
from plans.store.orders import Changed
from tests.store.scene import ABC, ANN, START, Scene, make_scene, step


def adopted(scene: Scene) -> Changed:
    changed = scene.store.adopt("work")
    assert changed is not None
    assert changed.plan == scene.fresh_store().read("work").plan
    assert scene.store.verify("work") == []
    return changed


def numbers(scene: Scene) -> list[int]:
    return [step.number for step in scene.plan.steps]


def titles(scene: Scene) -> list[str]:
    return [step.title for step in scene.plan.steps]


def statuses(scene: Scene) -> list[object]:
    return [step["status"] for step in scene.steps]


def test_a_renamed_step_keeps_its_number_and_all_that_is_ours(plan: Scene) -> None:
    plan.edit(2, notes="how to test", needs=(1,), extra={"timeout": 5})
    plan.reassign(2, "session-def")
    was = plan.step(2)
    plan.rewrite([step("build"), step("test it all"), step("ship")])
    now = adopted(plan).plan.step(2)
    assert now.title == "test it all"
    assert (now.notes, now.needs, now.owner, now.extra) == (was.notes, was.needs, was.owner, was.extra)


@pytest.mark.parametrize("at", [0, 2])
def test_a_step_renamed_at_either_end_is_recognised(plan: Scene, at: int) -> None:
    steps = [step("build"), step("test"), step("ship")]
    steps[at] = step("renamed")
    plan.rewrite(steps)
    assert adopted(plan).plan.step(at + 1).title == "renamed"
    assert numbers(plan) == [1, 2, 3]


def test_two_neighbours_renamed_at_once_are_new_steps(plan: Scene) -> None:
    plan.rewrite([step("compile"), step("check"), step("ship")])
    adopted(plan)
    assert numbers(plan) == [4, 5, 3]
    assert plan.plan.removed == (1, 2)


def test_equal_texts_are_told_apart_by_their_place(tmp_path: Path) -> None:
    scene = make_scene(tmp_path / "root", "wait", "build", "wait", "wait")
    scene.rewrite([step("wait"), step("build"), step("wait", "completed"), step("wait")])
    adopted(scene)
    assert [s.number for s in scene.plan.steps if s.status is Status.COMPLETED] == [3]
    scene.rewrite([step("wait"), step("wait", "completed"), step("build")])
    adopted(scene)
    assert numbers(scene) == [1, 3, 2]
    assert scene.plan.removed == (4,)


def test_a_peers_order_is_taken_over(plan: Scene) -> None:
    plan.rewrite([step("ship"), step("build"), step("test")])
    assert adopted(plan).line is not None
    assert numbers(plan) == [3, 1, 2]


def test_new_steps_get_the_next_numbers_where_they_stand(plan: Scene) -> None:
    plan.rewrite([step("build"), step("lint"), step("test"), step("ship"), step("cheer")])
    adopted(plan)
    assert numbers(plan) == [1, 4, 2, 3, 5]
    assert plan.step(4).created_by == str(FILE)


def test_a_removed_step_is_a_tombstone_and_its_number_is_never_used_again(plan: Scene) -> None:
    plan.edit(3, needs=(2,))
    plan.rewrite([step("build"), step("ship")])
    adopted(plan)
    assert plan.plan.removed == (2,)
    assert plan.plan.status_of(2) is Status.CANCELLED
    assert plan.step(3).needs == (2,)
    plan.rewrite([step("build"), step("ship"), step("test")])
    adopted(plan)
    assert numbers(plan) == [1, 3, 4]


def test_the_session_that_starts_a_step_becomes_its_owner(plan: Scene) -> None:
    plan.peer.merge("work", [step("build", "in_progress", activeForm="Building")], "agent:main:main")
    line = adopted(plan).line
    built = plan.step(1)
    assert line is not None
    assert (line.by, line.verb, line.step) == ("session:agent:main:main", "adopt", 1)
    assert (built.owner, built.active_form, built.attempts) == ("agent:main:main", "Building", 1)


def test_a_persons_choice_of_owner_stands_and_the_worker_is_named(plan: Scene) -> None:
    plan.reassign(1, "session-def")
    plan.peer.merge("work", [step("build", "in_progress")], "session-abc")
    adopted(plan)
    assert (plan.step(1).owner, plan.step(1).worker) == ("session-def", "session-abc")
    plan.peer.merge("work", [step("build", "pending")], "session-abc")
    adopted(plan)
    assert (plan.step(1).owner, plan.step(1).worker) == ("session-def", None)


def test_a_claimed_step_changes_hands_when_another_session_starts_it_anew(plan: Scene) -> None:
    plan.claim(1)
    plan.peer.merge("work", [step("build", "pending")], "agent:x")
    adopted(plan)
    plan.peer.merge("work", [step("build", "in_progress")], "agent:x")
    adopted(plan)
    assert (plan.step(1).owner, plan.step(1).attempts) == ("agent:x", 2)


def test_new_stamps_alone_are_no_revision(plan: Scene) -> None:
    plan.claim(1)
    before = plan.plan.revision
    plan.peer.merge("work", [step("build", "in_progress")], "agent:other")
    assert plan.store.adopt("work") is None
    assert plan.store.read("work").plan.revision == before
    stamped = plan.steps[0]
    plan.edit(2, notes="quiet")
    assert plan.steps[0] == stamped
    plan.claim(2)
    assert plan.steps[0] == stamped
    assert plan.store.verify("work") == []


def test_a_new_activity_is_a_revision_of_the_plan_but_not_of_the_step(plan: Scene) -> None:
    plan.claim(1)
    was = plan.step(1).revision
    plan.peer.merge("work", [step("build", "in_progress", activeForm="Linking")], "session-abc")
    assert adopted(plan).plan.revision == was + 1
    assert (plan.step(1).revision, plan.step(1).active_form) == (was, "Linking")


def test_a_peer_that_sends_a_finished_step_again_changes_nothing(plan: Scene) -> None:
    plan.peer.merge("work", [step("build", "completed")], "agent:x")
    adopted(plan)
    plan.peer.merge("work", [step("build", "completed")], "agent:y")
    assert plan.store.adopt("work") is None
    assert plan.step(1).owner == "agent:x"


def test_a_peer_may_revive_and_cancel(plan: Scene) -> None:
    plan.peer.merge("work", [step("build", "cancelled")], "agent:x")
    adopted(plan)
    assert plan.step(1).status is Status.CANCELLED
    plan.peer.merge("work", [step("build", "pending")], None)
    assert adopted(plan).line is not None
    assert plan.step(1).status is Status.PENDING


@pytest.mark.parametrize("status", ["pending", "in_progress", "completed"])
@pytest.mark.parametrize("lost", [Status.FAILED, Status.CANCELLED])
def test_a_step_that_a_peer_revives_has_no_reason_any_more(plan: Scene, lost: Status, status: str) -> None:
    """Red before: why it had failed was said of it still when it was completed."""
    plan.claim(1)
    if lost is Status.FAILED:
        plan.change(lambda plan: working.fail(plan, 1, by=ABC, reason="No disk."), "fail", by=ABC)
    else:
        plan.change(lambda plan: assigning.cancel(plan, 1, by=ANN, reason="No need."), "cancel")
    plan.peer.merge("work", [step("test", "in_progress")], "agent:x")
    assert adopted(plan).plan.step(1).reason
    plan.peer.merge("work", [step("build", status)], "agent:x")
    assert (adopted(plan).plan.step(1).status, plan.step(1).reason) == (status, "")


def test_a_step_that_its_program_puts_back_stays_its_own(plan: Scene) -> None:
    for status in ("in_progress", "pending"):
        plan.peer.merge("work", [step("build", status)], "agent:x")
        adopted(plan)
    assert (plan.step(1).status, plan.step(1).owner) == (Status.PENDING, "agent:x")


def test_a_change_of_ours_adopts_the_peers_first_as_its_own_revision(plan: Scene) -> None:
    plan.peer.merge("work", [step("build", "completed")], "agent:x")
    plan.claim(2)
    lines = plan.store.lines("work")
    assert [(line.verb, line.by) for line in lines] == [
        ("create", str(ANN)),
        ("adopt", "session:agent:x"),
        ("claim", str(ABC)),
    ]
    assert statuses(plan) == ["completed", "in_progress", "pending"]


def test_an_edit_of_another_step_that_meets_a_peer_keeps_both(plan: Scene) -> None:
    plan.peer.merge("work", [step("new of theirs")], "agent:x")
    plan.change(lambda p: shaping.add(p, by=ANN, at=START, title="new of ours"), "add")
    assert titles(plan) == ["build", "test", "ship", "new of theirs", "new of ours"]
    assert numbers(plan) == [1, 2, 3, 4, 5]


def test_a_first_plan_of_a_peer_is_taken_over_with_its_times(scene: Scene) -> None:
    written = scene.peer.merge("work", [step("a"), step("b", "in_progress")], "agent:x")
    adopted(scene)
    assert (scene.plan.created_at, scene.plan.core_at) == (written["createdAt"], written["updatedAt"])
    assert (scene.plan.revision, scene.step(2).owner) == (1, "agent:x")
    assert scene.core == written


def test_a_person_never_appears_in_the_peers_file(plan: Scene) -> None:
    plan.claim(1)
    plan.edit(1, title="build all")
    plan.reassign(1, "session-def")
    assert "ann" not in (plan.folder / "plan.json").read_text()
    assert plan.steps[0]["updatedBy"] == "session-abc"
