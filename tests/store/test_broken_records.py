"""Records that are broken where nobody looked: told as refusals, never written over, never lost."""

from __future__ import annotations

import zlib

import pytest

from plans.domain.errors import PersonOnly, Unreadable
from plans.domain.expected import StaleRevision
from plans.domain.problem import Trouble
from plans.domain.verbs import shaping
from plans.store.orders import Guard, Order
from tests.store.scene import ABC, ANN, Scene, step
from tests.store.test_journal import damaged, filled, journal, rewritten


@pytest.fixture
def hidden(plan: Scene) -> Scene:
    """A plan whose second revision is damaged, which the snapshot hides from who reads the newest one."""
    filled(plan, 70)
    damaged(plan, 3, b"note 0", b"note X")
    return Scene(plan.root, plan.fresh_store(), plan.peer)


def test_damage_behind_a_snapshot_refuses_whoever_reads_that_far(hidden: Scene) -> None:
    """Red where DamagedJournal is no refusal: pages and commands end with an error of the program."""
    store = hidden.store
    assert store.read("work").plan.revision == 71
    for reading in (lambda: store.lines("work"), lambda: store.at("work", 2)):
        with pytest.raises(Unreadable, match="damaged at line 3") as refused:
            reading()
        assert "planboard verify" in refused.value.advice
    assert [line.rev for line in store.lines("work", after=66)] == [67, 68, 69, 70, 71]
    assert store.verify("work") == ["The journal is damaged at line 3: its checksum does not fit"]


def test_a_peers_change_that_needs_the_damaged_line_is_refused_and_kept(hidden: Scene) -> None:
    damaged(hidden, 40, b"note", b"Note")
    hidden.peer.merge("work", [step("test", "completed")], "agent:x")
    written = (hidden.folder / "plan.json").read_bytes()
    with pytest.raises(Unreadable, match="damaged at line 40"):
        hidden.store.adopt("work")
    with pytest.raises(Unreadable, match="damaged at line 40"):
        hidden.claim(1)
    assert (hidden.folder / "plan.json").read_bytes() == written


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"v":2}',
        b'{"v":3,"plan":7,"size":"all"}',
        b"[" * 100_000,
    ],
)
def test_a_snapshot_of_another_shape_is_ignored_however_right_its_checksum(plan: Scene, body: bytes) -> None:
    """Red where it is converted without care: an older version could read no plan of a newer one."""
    plan.claim(1)
    (plan.folder / "snapshot.json").write_bytes(b"%b\n%08x" % (body, zlib.crc32(body)))
    assert plan.fresh_store().read("work").plan == plan.plan
    assert plan.store.verify("work") == []


@pytest.mark.parametrize(
    "values",
    [
        {"set": {"1": {"status": "paused"}}},
        {"set": {"one": {"notes": "x"}}},
        {"set": {"0_1": {"notes": "x"}}},
        {"set": {"7": None}},
        {"set": {"plan": {"stored_state": "lost"}}},
        {"set": {}, "moved": [[9, None]]},
        {"set": {"9" * 5_000: {"notes": "x"}}},
    ],
)
def test_a_whole_line_that_says_what_no_plan_can_be_is_damage(plan: Scene, values: dict[str, object]) -> None:
    """Red where folding is believed to go well: the reader ends with an error of the program."""
    plan.claim(1)
    plan.claim(2)
    rewritten(plan, 3, **values)
    store = plan.fresh_store()
    reading = store.read("work")
    assert reading.problem is not None
    assert reading.problem.kind == Trouble.DAMAGED
    assert reading.problem.message.startswith("The journal is damaged at line 3: it says what cannot be")
    assert reading.plan.revision == 1
    assert store.verify("work") == [reading.problem.message]


def test_a_deleted_plan_takes_its_damaged_journal_along_as_it_is(plan: Scene) -> None:
    """Red where the deletion writes a last line: everything behind the damage would be cut off."""
    plan.claim(1)
    plan.claim(2)
    damaged(plan, 3, b"session-abc", b"session-xyz")
    whole = journal(plan).read_bytes()
    store = plan.fresh_store()
    with pytest.raises(StaleRevision):
        store.delete("work", Order(by=ANN, verb="delete", guard=Guard.PLAN, expected=0))
    there = store.delete("work", Order(by=ANN, verb="delete", guard=Guard.PLAN, expected=1))
    assert (plan.root / there / "journal.jsonl").read_bytes() == whole


def test_a_deleted_plan_takes_a_broken_plan_json_along_as_it_is(plan: Scene) -> None:
    (plan.folder / "plan.json").write_bytes(b'{"mine": "by hand",')
    there = plan.store.delete("work", Order(by=ANN, verb="delete", guard=Guard.PLAN, expected=1))
    assert (plan.root / there / "plan.json").read_bytes() == b'{"mine": "by hand",'


def test_a_session_deletes_no_plan_whose_decisions_nobody_can_read(scene: Scene) -> None:
    order = Order(by=ABC, verb="create")
    scene.store.create("work", lambda plan: shaping.add(plan, by=ABC, at=1, title="ask"), order)
    scene.claim(1)
    scene.block(1)
    damaged(scene, 3, b"session-abc", b"session-xyz")
    store = scene.fresh_store()
    with pytest.raises((Unreadable, PersonOnly)):
        store.delete("work", Order(by=ABC, verb="delete", guard=Guard.PLAN, expected=1))
    assert scene.folder.is_dir()


def test_verify_names_a_plan_json_that_cannot_be_read_before_it_has_a_journal(scene: Scene) -> None:
    scene.folder.mkdir()
    (scene.folder / "plan.json").write_bytes(b"{")
    assert "is not valid JSON" in scene.store.verify("work")[0]
    (scene.folder / "plan.json").unlink()
    assert scene.store.verify("work") == []
