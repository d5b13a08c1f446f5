"""Records that are broken where nobody looked: told as refusals, never written over, never lost."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import PersonOnly, TooLarge, Unreadable
from plans.domain.expected import StaleRevision
from plans.domain.problem import Trouble
from plans.domain.verbs import shaping
from plans.store.orders import Guard, Order
from tests.store.scene import ABC, ANN, START, Scene, step
from tests.store.test_journal import damaged, filled, journal, lines, rewritten

if TYPE_CHECKING:
    from plans.store.orders import Reading
    from plans.store.plan_store import PlanStore


@pytest.fixture
def hidden(plan: Scene) -> Scene:
    """A plan whose second revision is damaged, which the snapshot hides from who reads the newest one."""
    filled(plan, 70)
    damaged(plan, 3, b"note 0", b"note X")
    return Scene(plan.root, plan.fresh_store(), plan.peer)


def read_with_third_line(plan: Scene, values: dict[str, object]) -> tuple[PlanStore, Reading]:
    """Read a plan of three revisions, of which the last says something else, as another process does."""
    plan.claim(1)
    plan.claim(2)
    rewritten(plan, 3, **values)
    store = plan.fresh_store()
    return store, store.read("work")


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
        {"set": {"-5": {"title": "x"}}},
        {"set": {"0": {"title": "x"}}},
        {"set": {str(2**31): {"title": "x"}}},
        {"set": {"1": {"created_at": 10**30}}},
        {"set": {"1": {"comments": [{"at": -1, "by": "file", "text": "x"}]}}},
        {"set": {"1": {"needs": [2**31]}}},
        {"set": {"plan": {"title": 5}}},
        {"set": {"plan": {"archived": "no"}}},
        {"set": {"plan": {"core_at": 10**30}}},
    ],
)
def test_a_whole_line_that_says_what_no_plan_can_be_is_damage(plan: Scene, values: dict[str, object]) -> None:
    """Red where folding is believed to go well: the reader ends with an error of the program."""
    store, reading = read_with_third_line(plan, values)
    assert reading.problem is not None
    assert reading.problem.kind == Trouble.DAMAGED
    assert reading.problem.message.startswith("The journal is damaged at line 3: it says what cannot be")
    assert reading.plan.revision == 1
    assert store.verify("work") == [reading.problem.message]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"at": 10**30}, "Expected `int` <= 8640000000000000 - at `$.at`"),
        ({"at": -1}, "Expected `int` >= 0 - at `$.at`"),
        ({"step": 2**63}, "Expected `int` <= 2147483647 - at `$.step`"),
        ({"step": 0}, "Expected `int` >= 1 - at `$.step`"),
        ({"kept": [2**31]}, "Expected `int` <= 2147483647 - at `$.kept[0]`"),
    ],
)
def test_a_number_that_no_database_holds_is_damage_of_its_line(
    plan: Scene, values: dict[str, object], why: str
) -> None:
    """Red where a line's numbers have no bounds: whoever copies the plan fails, for ever."""
    store, reading = read_with_third_line(plan, values)
    assert reading.problem is not None
    assert reading.problem.message == f"The journal is damaged at line 3: {why}"
    assert (reading.problem.kind, reading.plan.revision) == (Trouble.DAMAGED, 1)
    assert store.verify("work") == [reading.problem.message]


def test_extra_values_may_be_of_any_size(plan: Scene) -> None:
    """Red where every number in a line is bounded: what callers keep is theirs."""
    numbers: list[object] = [2**63, -(10**30), 10**400]
    plan.change(lambda it: shaping.edit(it, 1, by=ANN, extra={"numbers": numbers}), step=1, expected=1)
    found = plan.fresh_store().read("work")
    assert found.problem is None
    assert found.plan.step(1).extra["numbers"] == numbers
    assert plan.store.verify("work") == []


@pytest.fixture
def at_its_end(plan: Scene) -> Scene:
    """A plan whose last step has the last number there is."""
    new, last, place = str(plan.plan.next_number), str(2**31 - 1), plan.plan.revision + 2
    plan.change(lambda it: shaping.add(it, by=ANN, at=START, title="The last"), verb="add")
    line = json.loads(lines(plan)[place - 1])
    values, was = (
        {last if key == new else key: of for key, of in line[name].items()} for name in ("set", "was")
    )
    rewritten(plan, place, step=int(last), set=values, was=was)
    return Scene(plan.root, plan.fresh_store(), plan.peer)


def test_a_plan_that_has_no_number_left_takes_no_step(at_its_end: Scene) -> None:
    """Red where the next number is not looked at: we write a line that we ourselves call damaged."""
    assert at_its_end.store.verify("work") == []
    whole = journal(at_its_end).read_bytes()
    with pytest.raises(TooLarge, match="has given a step the number 2,147,483,647"):
        at_its_end.change(lambda it: shaping.add(it, by=ANN, at=START, title="One more"), verb="add")
    assert journal(at_its_end).read_bytes() == whole
    at_its_end.claim(1)
    assert at_its_end.store.verify("work") == []


def test_a_peers_step_for_which_no_number_is_left_is_told_and_nothing_is_written(at_its_end: Scene) -> None:
    """Red where an adoption gives any number: the worker fails, or the journal is damaged."""
    whole = journal(at_its_end).read_bytes()
    at_its_end.peer.merge("work", [step("One more", "pending")], "agent:x")
    for look in (at_its_end.store.adopt, at_its_end.store.look):
        with pytest.raises(TooLarge, match="has given a step the number 2,147,483,647"):
            look("work")
    assert journal(at_its_end).read_bytes() == whole


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
