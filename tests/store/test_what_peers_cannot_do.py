"""A peer opens no gate, answers no request, and finishes nothing that a person must look at."""

import pytest
from msgspec.structs import replace

from plans.domain.step import Flag, Kind, RequestKind, Review, Status
from plans.domain.verbs import deciding
from tests.store.scene import ANN, START, Scene, step
from tests.store.test_adoption import adopted, numbers, statuses, titles


def gated(scene: Scene) -> Scene:
    scene.change(lambda p: p.with_step(replace(p.step(2), kind=Kind.GATE)), "edit")
    return scene


@pytest.mark.parametrize("status", ["in_progress", "completed", "cancelled"])
def test_a_peer_opens_no_gate(plan: Scene, status: str) -> None:
    gated(plan)
    plan.peer.merge("work", [step("test", status)], "agent:x")
    plan.store.adopt("work")
    assert plan.step(2).status is Status.PENDING
    assert plan.store.verify("work") == []
    assert statuses(plan)[1] == "pending"


def test_a_gate_that_a_peer_removed_stays_and_is_flagged(plan: Scene) -> None:
    gated(plan)
    plan.rewrite([step("build"), step("ship")])
    adopted(plan)
    assert numbers(plan) == [1, 2, 3]
    assert plan.step(2).flag is Flag.REMOVED_BY_PEER
    assert [s["step"] for s in plan.steps] == ["build", "test", "ship"]


@pytest.mark.parametrize("status", ["pending", "in_progress", "cancelled"])
def test_an_open_request_survives_whatever_a_peer_writes(plan: Scene, status: str) -> None:
    plan.claim(1)
    plan.block(1)
    plan.peer.merge("work", [step("build", status)], "agent:x")
    plan.store.adopt("work")
    assert plan.step(1).asks
    assert plan.step(1).status is Status.BLOCKED
    assert statuses(plan)[0] == "in_progress"


def test_an_asking_step_that_a_peer_removed_stays_and_is_flagged(plan: Scene) -> None:
    plan.claim(1)
    plan.block(1)
    plan.rewrite([step("test"), step("ship")])
    adopted(plan)
    assert (plan.step(1).flag, plan.step(1).asks) == (Flag.REMOVED_BY_PEER, True)
    assert titles(plan) == ["build", "test", "ship"]


def test_finished_without_approval_waits_for_a_person_and_is_flagged(plan: Scene) -> None:
    plan.claim(1)
    plan.block(1)
    asked = plan.step(1).request
    plan.peer.merge("work", [step("build", "completed")], "session-abc")
    adopted(plan)
    now = plan.step(1)
    assert (now.status, now.flag, now.request) == (
        Status.IN_REVIEW,
        Flag.FINISHED_WITHOUT_APPROVAL,
        asked,
    )
    assert statuses(plan)[0] == "in_progress"


def test_what_must_be_reviewed_is_not_finished_by_a_peer(plan: Scene) -> None:
    plan.edit(1, review=Review.REQUIRED)
    plan.peer.merge("work", [step("build", "completed")], "agent:x")
    revision = adopted(plan).plan.revision
    now = plan.step(1)
    assert now.request is not None
    assert (now.status, now.request.kind, now.request.id) == (
        Status.IN_REVIEW,
        RequestKind.REVIEW,
        revision,
    )
    assert now.owner == "agent:x"
    plan.change(lambda p: deciding.approve(p, 1, by=ANN, at=START, seen=revision), "approve")
    assert statuses(plan)[0] == "completed"
