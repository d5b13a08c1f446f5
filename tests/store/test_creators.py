"""Who made a plan: whoever created it here, and nobody who was only the first to touch a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import NotYours, PersonOnly, PlanError, PlanExists, Unreadable
from plans.domain.verbs import deciding, planning, shaping, working
from plans.store.orders import Guard, Order
from tests.store.scene import ABC, ANN, START, Scene, step

if TYPE_CHECKING:
    from collections.abc import Callable


def claim(scene: Scene) -> None:
    scene.claim(1)


def fail_to_complete(scene: Scene) -> None:
    with pytest.raises(PlanError):
        scene.change(lambda plan: working.complete(plan, 1, by=ABC, at=START), "complete", by=ABC)


def fail_to_create(scene: Scene) -> None:
    with pytest.raises(PlanExists):
        scene.store.create("work", lambda plan: plan, Order(by=ABC, verb="create"))


def fail_to_delete(scene: Scene) -> None:
    with pytest.raises(PersonOnly):
        delete(scene, expected=1)


def delete(scene: Scene, *, expected: int) -> None:
    scene.store.delete("work", Order(by=ABC, verb="delete", guard=Guard.PEOPLE, expected=expected))


def ask_in_vain(scene: Scene, number: int) -> None:
    scene.block(number)
    asked = scene.plan.revision
    scene.change(
        lambda plan: deciding.reject(plan, number, by=ANN, at=START, seen=asked, note="Never."),
        "reject",
        guard=Guard.STEP,
        step=number,
        expected=asked,
    )


@pytest.mark.parametrize("touch", [claim, fail_to_complete, fail_to_create, fail_to_delete])
def test_who_touches_a_peers_plan_first_has_not_made_it(scene: Scene, touch: Callable[[Scene], None]) -> None:
    scene.peer.merge("work", [step("build")], "agent:main")
    touch(scene)
    assert scene.plan.created_by == "file"
    assert scene.fresh_store().read("work").plan.created_by == "file"
    with pytest.raises(PersonOnly, match="did not create"):
        delete(scene, expected=scene.plan.revision)
    with pytest.raises(PersonOnly, match="did not create"):
        scene.change(lambda plan: planning.describe(plan, by=ABC, title="mine"), by=ABC)


def test_nor_a_file_that_nobody_can_read(scene: Scene) -> None:
    scene.folder.mkdir()
    (scene.folder / "plan.json").write_text("{")
    with pytest.raises((PersonOnly, Unreadable)):
        delete(scene, expected=0)
    assert (scene.folder / "plan.json").read_text() == "{"


def test_a_session_deletes_what_it_made_until_a_person_decided(scene: Scene) -> None:
    """Red where asking once more, which clears the answer, is enough."""

    def made(titles: str) -> None:
        scene.store.create(
            "work",
            lambda plan: shaping.add(plan, by=ABC, at=START, title=titles),
            Order(by=ABC, verb="create"),
        )

    made("undecided")
    assert scene.fresh_store().read("work").plan.created_by == str(ABC)
    delete(scene, expected=1)
    made("decided")
    scene.claim(1)
    ask_in_vain(scene, 1)
    scene.block(1)
    assert scene.step(1).decision is None
    for store in (scene.store, scene.fresh_store()):
        with pytest.raises(PersonOnly, match="holds decisions"):
            store.delete(
                "work", Order(by=ABC, verb="delete", guard=Guard.PEOPLE, expected=scene.plan.revision)
            )
    assert scene.folder.is_dir()


@pytest.mark.parametrize("asks_again", [False, True])
def test_a_step_that_a_person_refused_is_not_taken_out(plan: Scene, *, asks_again: bool) -> None:
    """Red where asking for something else and letting it go, which clears the answer, is enough."""
    for _ in range(2):
        plan.change(lambda p: shaping.add(p, by=ABC, at=START, title="drop the table"), "add", by=ABC)
    plan.claim(4)
    ask_in_vain(plan, 4)
    if asks_again:
        plan.block(4)
        plan.change(lambda p: working.release(p, 4, by=ABC), "release", by=ABC)
    with pytest.raises(PersonOnly, match="was decided"):
        plan.change(lambda p: shaping.remove(p, 4, by=ABC), "remove", by=ABC)
    plan.change(lambda p: shaping.remove(p, 5, by=ABC), "remove", by=ABC)
    assert (plan.plan.has_step(4), plan.plan.has_step(5)) == (True, False)


def test_a_step_that_must_be_reviewed_is_not_left_out_either(plan: Scene) -> None:
    plan.add("deploy", critical=True)
    plan.claim(4)
    with pytest.raises(PersonOnly, match="critical"):
        plan.change(lambda p: shaping.remove(p, 4, by=ABC), "remove", by=ABC)
    with pytest.raises(NotYours):
        plan.change(lambda p: shaping.remove(p, 1, by=ABC), "remove", by=ABC)
