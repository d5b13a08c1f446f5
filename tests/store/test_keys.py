"""Idempotency keys: the same request once, whoever repeats it and whenever."""

import pytest

from plans.domain.actor import Actor
from plans.domain.errors import KeyReused
from plans.domain.plan import Plan
from plans.domain.verbs import shaping
from plans.store import snapshot
from plans.store.orders import Changed, Guard, Order
from plans.store.plan_store import PlanStore
from plans.store.snapshot import Key
from tests.store.scene import ABC, ANN, DEF, START, Scene, ticking


def keyed(
    scene: Scene, title: str, key: str, *, by: Actor = ABC, body: str = "", verb: str = "add"
) -> Changed:
    return scene.store.change(
        "work",
        lambda plan: shaping.add(plan, by=by, at=START, title=title),
        Order(by=by, verb=verb, key=key, body=body or title),
    )


def test_a_repeated_request_gets_the_first_result_and_changes_nothing(plan: Scene) -> None:
    first = keyed(plan, "deploy", "k1")
    plan.add("something else")
    before = (plan.folder / "journal.jsonl").read_bytes()
    for scene in (plan, Scene(plan.root, plan.fresh_store(), plan.peer)):
        again = keyed(scene, "deploy", "k1")
        assert (again.line, again.repeated) == (first.line, True)
        assert again.plan.revision == 3
    assert (plan.folder / "journal.jsonl").read_bytes() == before


def test_the_same_key_with_another_body_is_refused(plan: Scene) -> None:
    keyed(plan, "deploy", "k1")
    with pytest.raises(KeyReused, match="'k1' was already used for another request"):
        keyed(plan, "deploy twice", "k1")


def test_a_key_belongs_to_its_author_verb_and_plan(plan: Scene) -> None:
    keyed(plan, "deploy", "k1")
    assert not keyed(plan, "other", "k1", by=DEF).repeated
    assert not keyed(plan, "other", "k1", verb="import").repeated


def test_a_key_is_known_long_after_through_the_snapshot(plan: Scene) -> None:
    first = keyed(plan, "deploy", "k1")
    for number in range(70):
        plan.edit(1, notes=f"note {number}")
    fresh = Scene(plan.root, plan.fresh_store(), plan.peer)
    assert len(fresh.store.lines("work", after=68)) == 4
    again = keyed(fresh, "deploy", "k1")
    assert (again.line, again.repeated) == (first.line, True)
    with pytest.raises(KeyReused):
        keyed(Scene(plan.root, plan.fresh_store(), plan.peer), "other", "k1")


def test_a_keyed_request_that_changes_nothing_still_writes_a_line(plan: Scene) -> None:
    order = Order(by=ANN, verb="edit", key="k", body="b")
    changed = plan.store.change("work", lambda p: p, order)
    assert changed.line is not None
    assert changed.line.rev == 2
    assert plan.store.change("work", lambda p: p, order).repeated


def test_a_request_without_key_that_changes_nothing_writes_no_line(plan: Scene) -> None:
    changed = plan.store.change("work", lambda p: p, Order(by=ANN, verb="edit"))
    assert (changed.line, changed.plan.revision) == (None, 1)


def test_a_repeated_create_gets_the_first_result(scene: Scene) -> None:
    def filled(plan: Plan) -> Plan:
        return shaping.add(plan, by=ANN, at=START, title="only")

    order = Order(by=ANN, verb="create", key="k", body="b")
    first = scene.store.create("work", filled, order)
    again = scene.store.create("work", filled, order)
    assert (again.line, again.repeated) == (first.line, True)


def test_a_repeated_restore_gets_the_first_result(plan: Scene) -> None:
    plan.add("more")
    order = Order(by=ANN, verb="restore", guard=Guard.PLAN, expected=2, key="k", body="b")
    first = plan.store.restore("work", 1, order)
    assert plan.store.restore("work", 1, order).line == first.line


def test_a_repeated_request_is_recognised_before_its_revision_is_found_stale(plan: Scene) -> None:
    def noted(p: Plan) -> Plan:
        return shaping.edit(p, 1, by=ANN, notes="once")

    order = Order(by=ANN, verb="edit", step=1, guard=Guard.STEP, expected=1, key="k", body="b")
    plan.store.change("work", noted, order)
    plan.edit(1, notes="and again")
    assert plan.store.change("work", noted, order).repeated


def test_what_is_repeated_was_flushed_to_the_disk_first(plan: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    keyed(plan, "deploy", "k1")
    other = PlanStore(plan.root, clock=ticking())
    other.read("work")
    flushed: list[str] = []
    monkeypatch.setattr("plans.store.journal.settle", lambda folder: flushed.append(folder.namespace))
    assert keyed(Scene(plan.root, other, plan.peer), "deploy", "k1").repeated
    assert flushed == ["work"]


def test_a_snapshot_keeps_the_young_and_the_newest_keys() -> None:
    day = 24 * 3600 * 1000
    keys = [Key(str(ABC), "add", f"k{at}", "", at, at) for at in range(10_010)]
    known = {(key.by, key.verb, key.key): key for key in keys}
    assert snapshot.kept(known, now=10) == tuple(keys[-10_000:])
    assert snapshot.kept(known, now=day + 5_000) == tuple(keys[5_001:])
    assert snapshot.kept(known, now=day + 10_007) == tuple(keys[-1_000:]), "whatever a clock says"
