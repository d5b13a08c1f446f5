"""A writer died around its rewrite of plan.json, and a peer wrote since, from the old state or the new."""

from pathlib import Path

import pytest

from plans.domain.step import Flag, Kind, Review, Status
from plans.domain.verbs import shaping, working
from plans.store.orders import Guard, Order
from tests.store.scene import ABC, ANN, DEF, Scene, make_scene, step


@pytest.fixture
def torn(tmp_path: Path) -> Scene:
    return make_scene(tmp_path / "root", "build", "test", "ship")


def die_before_rewrite(scene: Scene, doing: object) -> None:
    """Make a change as a writer that dies between the commit and the rewrite of plan.json."""
    old = (scene.folder / "plan.json").read_bytes()
    doing()  # type: ignore[operator]
    die_after_rewrite(scene)
    (scene.folder / "plan.json").write_bytes(old)


def die_after_rewrite(scene: Scene) -> None:
    """Leave the mark of a writer that died before it could say that all is done."""
    (scene.folder / ".board.lock").write_text("1-1-dead")


def now(scene: Scene) -> Scene:
    """Go on as another process."""
    return Scene(scene.root, scene.fresh_store(), scene.peer)


def assert_both_changes_stand(torn: Scene) -> None:
    """Let a peer complete a step from the file that our claim of another one is not in."""
    torn.peer.merge("work", [step("test", "completed")], "agent:x")
    after = now(torn)
    after.store.adopt("work")
    assert [s["status"] for s in after.steps] == ["in_progress", "completed", "pending"]
    assert after.step(1).owner == "session-abc"
    assert after.store.verify("work") == []


def test_a_peer_that_started_from_the_old_file_does_not_undo_our_change(torn: Scene) -> None:
    die_before_rewrite(torn, lambda: torn.claim(1))
    assert_both_changes_stand(torn)


def test_nor_do_two_peers_between_two_deaths(torn: Scene) -> None:
    die_before_rewrite(torn, lambda: torn.claim(1))
    torn.peer.merge("work", [step("test", "completed")], "agent:x")
    after = now(torn)
    die_before_rewrite(after, lambda: after.store.adopt("work"))
    after.peer.merge("work", [step("ship", "completed")], "agent:y")
    last = now(after)
    last.store.adopt("work")
    assert [s["status"] for s in last.steps] == ["in_progress", "completed", "completed"]
    assert last.step(1).owner == "session-abc"
    assert last.store.verify("work") == []


def test_nor_when_the_second_death_is_read_back_from_a_snapshot(torn: Scene) -> None:
    die_before_rewrite(torn, lambda: torn.claim(1))
    torn.peer.merge("work", [step("test", "completed")], "agent:x")
    after = now(torn)
    die_before_rewrite(after, lambda: after.store.adopt("work"))
    after.store.close()
    after.peer.merge("work", [step("ship", "completed")], "agent:y")
    last = now(after)
    assert last.plan.step(1).status is Status.IN_PROGRESS
    last.store.adopt("work")
    assert [s["status"] for s in last.steps] == ["in_progress", "completed", "completed"]


def test_nor_when_our_change_is_read_back_from_a_snapshot(torn: Scene) -> None:
    """Red where the plan after our change counts as what stood in plan.json before it."""
    die_before_rewrite(torn, lambda: torn.claim(1))
    torn.store.close()
    assert_both_changes_stand(torn)


def test_a_peer_that_started_from_the_new_file_is_compared_with_it(torn: Scene) -> None:
    """The rename had been done: our step stays the same one, even if the peer renamed its neighbours."""
    torn.edit(1, title="build all", notes="kept")
    die_after_rewrite(torn)
    torn.rewrite([step("build all"), step("check"), step("ship it")])
    after = now(torn)
    after.store.adopt("work")
    assert (after.plan.steps[0].number, after.plan.steps[0].notes) == (1, "kept")


def test_a_peer_that_removed_our_new_step_after_the_rewrite_is_followed(torn: Scene) -> None:
    torn.add("deploy")
    die_after_rewrite(torn)
    torn.rewrite([step("build"), step("test"), step("ship"), step("cheer")])
    after = now(torn)
    after.store.adopt("work")
    assert [s.title for s in after.plan.steps if s.title != "deploy"] == ["build", "test", "ship", "cheer"]


def test_a_peer_that_knows_nothing_of_our_new_step_does_not_remove_it(torn: Scene) -> None:
    die_before_rewrite(torn, lambda: torn.add("deploy"))
    torn.peer.merge("work", [step("cheer")], "agent:x")
    after = now(torn)
    after.store.adopt("work")
    assert sorted(s.title for s in after.plan.steps) == ["build", "cheer", "deploy", "ship", "test"]


def test_a_removal_that_no_peer_has_seen_stays(torn: Scene) -> None:
    die_before_rewrite(
        torn,
        lambda: torn.store.change(
            "work",
            lambda p: shaping.remove(p, 2, by=ANN),
            Order(by=ANN, verb="remove", guard=Guard.STEP, step=2, expected=1),
        ),
    )
    torn.peer.merge("work", [step("ship", "completed")], "agent:x")
    after = now(torn)
    after.store.adopt("work")
    assert [s.title for s in after.plan.steps] == ["build", "ship"]
    assert [s["step"] for s in after.steps] == ["build", "ship"]


def test_what_a_peer_may_not_do_is_set_right_once_across_a_death(torn: Scene) -> None:
    torn.edit(1, review=Review.REQUIRED)
    torn.peer.merge("work", [step("build", "completed")], "agent:x")
    after = now(torn)
    die_before_rewrite(after, lambda: after.store.adopt("work"))
    after.peer.merge("work", [step("cheer")], "agent:x")
    last = now(after)
    last.store.adopt("work")
    assert (last.step(1).status, last.step(1).flag) == (Status.IN_REVIEW, Flag.FINISHED_WITHOUT_APPROVAL)
    assert last.steps[0]["status"] == "in_progress"
    assert last.store.verify("work") == []


def test_a_lost_mark_counts_as_doubt(torn: Scene) -> None:
    """After a power failure the mark may be gone, while the journal's line is safe."""
    die_before_rewrite(torn, lambda: torn.claim(1))
    (torn.folder / ".board.lock").write_bytes(b"")
    after = now(torn)
    assert after.plan.step(1).status is Status.IN_PROGRESS
    after.store.adopt("work")
    assert after.steps[0]["status"] == "in_progress"
    (after.folder / ".board.lock").unlink()
    assert now(after).plan == after.plan


def test_a_quiet_change_rolls_an_unfinished_rewrite_forward(torn: Scene) -> None:
    die_before_rewrite(torn, lambda: torn.claim(1))
    assert "behind the journal" in torn.fresh_store().verify("work")[0]
    after = now(torn)
    changed = after.edit(2, notes="quiet")
    assert (changed.line is not None, changed.late) == (True, "")
    assert after.steps[0]["status"] == "in_progress"
    assert after.store.verify("work") == []


def test_a_file_that_we_finished_and_a_peer_put_back_is_the_peers_word(torn: Scene) -> None:
    old = (torn.folder / "plan.json").read_bytes()
    torn.claim(1, DEF)
    (torn.folder / "plan.json").write_bytes(old)
    torn.store.adopt("work")
    assert torn.step(1).status is Status.PENDING


def test_a_gate_is_a_gate_across_a_death(torn: Scene) -> None:
    torn.change(lambda p: shaping.add(p, by=ANN, at=1, title="gate", kind=Kind.GATE), "add")
    die_before_rewrite(
        torn,
        lambda: torn.store.change("work", lambda p: working.claim(p, 1, by=ABC), Order(by=ABC, verb="claim")),
    )
    torn.peer.merge("work", [step("gate", "completed")], "agent:x")
    after = now(torn)
    after.store.adopt("work")
    assert after.step(4).status is Status.PENDING
    assert after.steps[3]["status"] == "pending"
    assert after.step(1).status is Status.IN_PROGRESS


def test_a_step_that_both_completed_is_completed_once(torn: Scene) -> None:
    torn.claim(1)
    die_before_rewrite(torn, lambda: torn.complete(1))
    torn.peer.merge("work", [step("build", "completed")], "agent:x")
    after = now(torn)
    after.store.adopt("work")
    assert (after.step(1).status, after.step(1).owner) == (Status.COMPLETED, "session-abc")
    assert after.store.verify("work") == []
