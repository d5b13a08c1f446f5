"""A peer that writes from an older reading undoes nothing unseen: ours is kept once, else it is flagged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plans.domain import history
from plans.domain.step import Flag, Status
from plans.domain.verbs import shaping
from plans.store.orders import Guard, Order
from tests.peer.merging import merge_steps
from tests.store.scene import ANN, DEF, Scene, step
from tests.store.test_doubtful_rewrites import die_before_rewrite
from tests.store.test_meanwhile import verbs

if TYPE_CHECKING:
    from tests.peer.checking import PeerPlan


class Sleeper:
    """A peer that read the plan, and writes when the plan has long gone on."""

    def __init__(self, scene: Scene) -> None:
        read = scene.peer.read("work")
        assert read is not None
        self.scene, self.read = scene, read

    def writes(self, *sent: dict[str, object], by: str = "agent:x") -> PeerPlan:
        """Merge into what it read, as its program does, and write that."""
        now = time.time_ns() // 1_000_000
        steps = self.read["steps"]
        assert isinstance(steps, list)
        plan = self.read | {"steps": merge_steps(steps, list(sent), by, now=now), "updatedAt": now}
        self.scene.peer.write("work", plan)
        return plan


@pytest.fixture
def sleeper(plan: Scene) -> Sleeper:
    return Sleeper(plan)


def statuses(scene: Scene) -> list[object]:
    return [one["status"] for one in scene.steps]


def titles(scene: Scene) -> list[str]:
    return [one.title for one in scene.plan.steps]


def flags(scene: Scene) -> dict[int, Flag]:
    return {one.number: one.flag for one in scene.plan.steps if one.flag}


def adopt(scene: Scene) -> tuple[int, ...]:
    """Take over what stands there; gives the steps in which ours was kept."""
    changed = scene.store.adopt("work")
    assert scene.store.verify("work") == []
    assert changed is not None
    assert changed.line is not None
    return changed.line.kept


def test_an_edit_that_the_peer_had_not_read_stands_beside_its_own(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    plan.complete(1)
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == (1,)
    assert statuses(plan) == ["completed", "completed", "pending"]
    assert (plan.step(1).status, plan.step(1).owner, flags(plan)) == (Status.COMPLETED, "session-abc", {})
    line = plan.store.lines("work")[-1]
    said = "agent:x changed the plan's file (step 2) from an older reading; step 1 was kept as saved"
    assert history.sentence(line) == said


def test_a_reader_sees_it_so_before_anybody_has_written_it(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    sleeper.writes(step("test", "completed"))
    shown = plan.fresh_store().read("work").plan
    assert [one.status for one in shown.steps] == ["in_progress", "completed", "pending"]


def test_what_the_peer_only_carries_along_makes_it_no_author(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    sleeper.writes()
    assert adopt(plan) == (1,)
    line = plan.store.lines("work")[-1]
    assert (line.by, line.set.keys() - {"plan"}) == ("file", set())
    assert history.deed(line) == "changed the plan's file from an older reading; step 1 was kept as saved"


def test_the_same_once_more_is_taken_as_meant_and_flagged(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == (1,)
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == ()
    assert plan.step(1).status is Status.PENDING
    assert flags(plan) == {1: Flag.UNDONE_BY_PEER}
    assert verbs(plan) == ["create", "claim", "adopt", "adopt"]


def test_a_newer_edit_is_kept_anew(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    sleeper.writes(step("test", "completed"))
    adopt(plan)
    plan.complete(1)
    plan.claim(3, DEF)
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == (1, 3)
    assert statuses(plan) == ["completed", "completed", "in_progress"]


def test_a_person_who_edits_the_step_has_seen_the_flag(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    for _ in range(2):
        sleeper.writes(step("test", "completed"))
        adopt(plan)
    plan.change(lambda p: shaping.edit(p, 2, by=ANN, notes="another"), "edit")
    assert flags(plan) == {1: Flag.UNDONE_BY_PEER}
    plan.change(lambda p: shaping.edit(p, 1, by=ANN, title="build"), "edit")
    assert flags(plan) == {}


def test_a_step_that_we_added_since_stays_and_the_second_time_it_goes(plan: Scene, sleeper: Sleeper) -> None:
    plan.add("deploy")
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == (4,)
    assert [one["step"] for one in plan.steps] == ["build", "test", "ship", "deploy"]
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == ()
    assert titles(plan) == ["build", "test", "ship"]


def test_a_step_added_in_the_middle_comes_back_to_its_place(plan: Scene, sleeper: Sleeper) -> None:
    plan.add("lint", after=1)
    plan.add("format", after=1)
    plan.claim(1)
    sleeper.writes(step("cheer"))
    assert set(adopt(plan)) == {1, 4, 5}
    assert titles(plan) == ["build", "format", "lint", "test", "ship", "cheer"]


def test_a_step_that_a_person_takes_out_of_the_file_by_hand_is_gone(plan: Scene) -> None:
    plan.add("deploy")
    plan.rewrite(plan.steps[:3])
    assert adopt(plan) == ()
    assert titles(plan) == ["build", "test", "ship"]


def test_a_plan_that_a_peer_writes_anew_is_its_own(plan: Scene) -> None:
    plan.add("deploy")
    plan.rewrite([step("something"), step("else"), step("altogether")], updatedAt=1_999_999_999_999)
    assert adopt(plan) == ()
    assert titles(plan) == ["something", "else", "altogether"]


def test_a_step_that_a_peers_file_had_and_has_no_more_was_removed(plan: Scene) -> None:
    plan.add("deploy")
    plan.peer.merge("work", [step("test", "completed")], "agent:x")
    plan.store.adopt("work")
    plan.rewrite(plan.steps[:3], updatedAt=1_999_999_999_999)
    assert adopt(plan) == ()
    assert titles(plan) == ["build", "test", "ship"]


def remove(scene: Scene, number: int) -> None:
    order = Order(by=ANN, verb="remove", guard=Guard.STEP, step=number, expected=scene.plan.revision)
    scene.store.change("work", lambda p: shaping.remove(p, number, by=ANN), order)


def test_a_step_that_we_removed_stays_removed_and_the_second_time_comes_back_flagged(
    plan: Scene, sleeper: Sleeper
) -> None:
    remove(plan, 3)
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == (3,)
    assert titles(plan) == ["build", "test"]
    assert [one["step"] for one in plan.steps] == ["build", "test"]
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == ()
    assert titles(plan) == ["build", "test", "ship"]
    assert flags(plan) == {4: Flag.UNDONE_BY_PEER}


def test_steps_that_we_renamed_keep_their_names_and_numbers(plan: Scene, sleeper: Sleeper) -> None:
    plan.edit(1, title="compile", notes="ours")
    plan.edit(2, title="check")
    sleeper.writes(step("ship", "in_progress"))
    assert adopt(plan) == (1, 2)
    assert titles(plan) == ["compile", "check", "ship"]
    assert [one.number for one in plan.plan.steps] == [1, 2, 3]


def test_what_both_changed_is_as_the_peer_says_and_flagged(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    plan.claim(2, DEF)
    plan.complete(2, DEF)
    sleeper.writes(step("test", "in_progress"))
    assert adopt(plan) == (1,)
    assert plan.step(1).status is Status.IN_PROGRESS
    assert plan.step(2).status is Status.IN_PROGRESS
    assert flags(plan) == {2: Flag.UNDONE_BY_PEER}


def test_what_both_changed_alike_is_no_conflict(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    plan.claim(2)
    sleeper.writes(step("test", "in_progress"), by="session-abc")
    assert adopt(plan) == (1,)
    assert flags(plan) == {}


def test_an_older_file_put_back_as_it_was_counts_and_is_flagged(plan: Scene) -> None:
    old = (plan.folder / "plan.json").read_bytes()
    plan.claim(1)
    plan.claim(2)
    (plan.folder / "plan.json").write_bytes(old)
    assert adopt(plan) == ()
    assert statuses(plan) == ["pending", "pending", "pending"]
    assert flags(plan) == dict.fromkeys((1, 2), Flag.UNDONE_BY_PEER)


def test_a_step_that_a_peer_stamps_anew_is_its_word(plan: Scene) -> None:
    plan.claim(1)
    plan.peer.merge("work", [step("build", "pending")], "agent:x")
    assert adopt(plan) == ()
    assert (plan.step(1).status, flags(plan)) == (Status.PENDING, {})


def test_what_a_writer_without_stamps_undoes_is_flagged(plan: Scene) -> None:
    plan.claim(1)
    plan.claim(2)
    plan.rewrite([step("build"), step("test", "completed"), step("ship")])
    assert adopt(plan) == ()
    assert (plan.step(1).status, plan.step(2).status) == (Status.PENDING, Status.COMPLETED)
    assert flags(plan) == {1: Flag.UNDONE_BY_PEER}


def test_equal_steps_are_each_kept(scene: Scene) -> None:
    scene.create("wait", "wait", "wait", "go")
    sleeper = Sleeper(scene)
    scene.claim(1)
    scene.claim(3)
    sleeper.writes(step("go", "in_progress"))
    assert adopt(scene) == (1, 3)
    assert statuses(scene) == ["in_progress", "pending", "in_progress", "in_progress"]


def test_another_peers_change_is_not_ours_to_defend(plan: Scene, sleeper: Sleeper) -> None:
    plan.peer.merge("work", [step("build", "completed")], "agent:y")
    plan.store.adopt("work")
    sleeper.writes(step("test", "completed"))
    assert adopt(plan) == ()
    assert statuses(plan) == ["pending", "completed", "pending"]
    assert flags(plan) == {}


def test_a_flag_that_says_more_is_not_replaced(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    plan.change(lambda p: p.with_step(replace(p.step(1), flag=Flag.REMOVED_BY_PEER)), "edit")
    for _ in range(2):
        sleeper.writes(step("test", "completed"))
        adopt(plan)
    assert flags(plan) == {1: Flag.REMOVED_BY_PEER}


def test_who_dies_before_ours_is_written_again_loses_it_to_no_second_sleeper(
    plan: Scene, sleeper: Sleeper
) -> None:
    plan.claim(1)
    plan.add("deploy")
    remove(plan, 3)
    theirs = sleeper.writes(step("test", "completed"))
    die_before_rewrite(plan, lambda: plan.store.adopt("work"))
    after = Scene(plan.root, plan.fresh_store(), plan.peer)
    steps = theirs["steps"]
    assert isinstance(steps, list)
    merged = merge_steps(steps, [step("cheer")], "agent:z", now=5)
    after.peer.write("work", theirs | {"steps": merged, "updatedAt": 5})
    after.store.adopt("work")
    assert after.store.verify("work") == []
    assert {one.title: str(one.status) for one in after.plan.steps if one.title != "ship"} == {
        "build": "in_progress",
        "test": "completed",
        "deploy": "pending",
        "cheer": "pending",
    }


def test_a_reading_from_before_a_snapshot_is_known_too(plan: Scene, sleeper: Sleeper) -> None:
    plan.claim(1)
    for number in range(62):
        plan.edit(2, notes=f"note {number}")
    assert (plan.folder / "snapshot.json").exists()
    sleeper.writes(step("test", "completed"))
    assert adopt(Scene(plan.root, plan.fresh_store(), plan.peer)) == (1,)
    assert statuses(plan) == ["in_progress", "completed", "pending"]
