"""The live sample: pretend sessions that obey every rule, and a person who decides."""

from pathlib import Path

from plans.actions.assigning import reassign_step
from plans.actions.deciding import approve_step, reject_step
from plans.actions.desk import Desk
from plans.actions.planning import archive_plan, delete_plan
from plans.actions.sample import NAMESPACE, open_sample, play
from plans.domain.actor import person
from plans.domain.plan import Plan
from plans.domain.step import Status

ADA = person("ada")


def plan(desk: Desk) -> Plan:
    return desk.store.read(NAMESPACE).plan


def played(desk: Desk, turns: int) -> Plan:
    for turn in range(turns):
        assert play(desk, turn)
    return plan(desk)


def until_asked(desk: Desk, number: int) -> Plan:
    """Play until a step asks; a few rounds of all sessions are enough."""
    for turn in range(200):
        if plan(desk).step(number).status is Status.BLOCKED:
            return plan(desk)
        assert play(desk, turn)
    raise AssertionError


def test_it_moves_and_asks_by_itself_within_few_moves(desk: Desk) -> None:
    open_sample(desk, by=ADA)
    assert any(step.status is Status.IN_PROGRESS for step in played(desk, 5).steps)
    asked = until_asked(desk, 3)
    assert asked.step(3).request is not None
    assert asked.step(6).status is Status.PENDING


def test_an_approval_starts_what_waited_and_the_gate_ends_it(desk: Desk) -> None:
    open_sample(desk, by=ADA)
    asked = until_asked(desk, 3)
    approve_step(desk, NAMESPACE, 3, by=ADA, expected=asked.step(3).revision)
    now = played(desk, 150)
    assert now.step(3).status is Status.COMPLETED
    assert now.step(7).status is Status.COMPLETED
    approve_step(desk, NAMESPACE, 8, by=ADA, expected=now.step(8).revision)
    turns = 0
    while play(desk, turns) and turns < 100:
        turns += 1
    assert all(not step.is_open for step in plan(desk).steps)


def test_after_a_rejection_it_is_asked_again(desk: Desk) -> None:
    open_sample(desk, by=ADA)
    asked = until_asked(desk, 3)
    reject_step(desk, NAMESPACE, 3, by=ADA, expected=asked.step(3).revision, note="Keep the best ten")
    again = until_asked(desk, 3).step(3)
    assert again.request is not None
    assert "Keep the best ten" in again.request.text


def test_a_person_may_take_a_step_away(desk: Desk) -> None:
    open_sample(desk, by=ADA)
    owned = next(step for step in played(desk, 5).steps if step.owner)
    terms = {"expected": plan(desk).step(owned.number).revision, "confirmed": True}
    reassign_step(desk, NAMESPACE, owned.number, owner="real-one", by=ADA, **terms)  # type: ignore[arg-type]
    assert played(desk, 40).step(owned.number).owner == "real-one"


def test_it_ends_where_the_plan_is_put_away_or_gone(desk: Desk) -> None:
    open_sample(desk, by=ADA)
    open_sample(desk, by=ADA)
    archive_plan(desk, NAMESPACE, by=ADA, expected=plan(desk).revision)
    assert not play(desk, 0)
    delete_plan(desk, NAMESPACE, by=ADA, expected=plan(desk).revision)
    assert not play(desk, 0)


def test_a_step_that_was_given_to_a_pretend_session_is_taken_by_it(desk: Desk) -> None:
    open_sample(desk, by=ADA)
    reassign_step(desk, NAMESPACE, 2, owner="sample-namer", by=ADA, expected=plan(desk).revision)
    assert played(desk, 4).step(2).status is Status.IN_PROGRESS


def test_it_looks_again_later_while_its_file_cannot_be_written(desk: Desk) -> None:
    open_sample(desk, by=ADA)
    path = Path(desk.store.root, NAMESPACE, "plan.json")
    good = path.read_text()

    path.write_text("{")
    before = plan(desk).revision
    assert played(desk, 3).revision == before

    path.write_text(good)
    assert played(desk, 3).revision > before


def test_it_looks_again_later_while_its_files_cannot_be_read(desk: Desk) -> None:
    open_sample(desk, by=ADA)
    before, folder = plan(desk).revision, Path(desk.store.root, NAMESPACE)
    aside = folder.rename(folder.with_suffix(".aside"))
    folder.write_text("no folder")
    assert play(desk, 0)
    folder.unlink()
    aside.rename(folder)
    assert played(desk, 3).revision > before
