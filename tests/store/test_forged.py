"""Whatever somebody without the key writes into a plan's files: it opens nothing, and is shown as forged.

Seen red with `PLANBOARD_TEST_WEAKENED=signatures`, which believes any signature, and with
`PLANBOARD_TEST_WEAKENED=openings`, which asks for none.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plans.actions import deciding, planning, shaping, working
from plans.actions.waiting import WaitTimedOut, wait_for_decision
from plans.domain.errors import NotReady
from plans.domain.expected import StaleRevision
from plans.domain.graph import open_needs
from plans.domain.sealing import text_hash
from plans.domain.step import Flag, Status
from plans.security.decision_seals import DecisionSeals
from plans.store import snapshot
from plans.store.disk import sha256
from plans.store.known import as_snapshot
from plans.store.paths import Folder
from tests.store.forgeries import WAYS
from tests.store.forging import (
    ASKS,
    BEHIND,
    GATE,
    HELD,
    NAME,
    REVIEWED,
    Forger,
    Values,
    desk_at,
    make_forger,
    nobody,
    opened,
    seals_of,
)
from tests.store.scene import ABC, ANN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plans.domain.plan import Plan
    from plans.domain.revision import Line

WEAKENED = os.environ.get("PLANBOARD_TEST_WEAKENED", "")


@pytest.fixture(autouse=True)
def _weakened(monkeypatch: pytest.MonkeyPatch) -> None:
    if WEAKENED == "signatures":
        monkeypatch.setattr(DecisionSeals, "holds", lambda *_: True)
    if WEAKENED == "openings":
        monkeypatch.setattr("plans.store.seals.openings", lambda *_, **__: ())


@pytest.fixture
def forger(tmp_path: Path) -> Forger:
    return make_forger(tmp_path)


@pytest.mark.parametrize("number", [ASKS, GATE, REVIEWED, HELD])
@pytest.mark.parametrize("forge", WAYS)
def test_a_line_that_nobody_signed_opens_nothing(
    forger: Forger, forge: Callable[[Forger, int], None], number: int
) -> None:
    before = forger.plan.step(number)
    forge(forger, number)
    after = forger.plan.step(number)
    assert (after.status, after.decision, after.request) == (before.status, None, before.request)
    assert after.flag is Flag.FORGED
    assert open_needs(forger.plan, forger.plan.step(BEHIND)) == (GATE,)
    line = forger.fresh().store.lines(NAME)[-1]
    assert line.forged == (number,)
    assert any("nobody signed" in said for said in forger.fresh().store.verify(NAME))


@pytest.mark.parametrize("forge", WAYS)
def test_no_session_is_told_of_an_approval_that_nobody_signed(
    forger: Forger, forge: Callable[[Forger, int], None]
) -> None:
    forge(forger, ASKS)
    with pytest.raises(WaitTimedOut):
        wait_for_decision(forger.fresh(), NAME, ASKS, by=ABC, seconds=0)


@pytest.mark.parametrize("number", [ASKS, GATE, REVIEWED, HELD])
def test_what_a_person_signed_opens(forger: Forger, number: int) -> None:
    forger.approve(number)
    step = forger.plan.step(number)
    assert step.status in {Status.IN_PROGRESS, Status.COMPLETED, Status.PENDING}
    assert step.decision is not None
    assert step.flag is None
    assert forger.fresh().store.verify(NAME) == []


def test_a_decision_that_was_taken_back_does_not_come_back(forger: Forger) -> None:
    line = forger.approve(GATE)
    forger.undo(GATE)
    forger.write(replace(line, rev=forger.plan.revision + 1))
    assert forger.plan.step(GATE).status is Status.PENDING
    assert forger.plan.step(GATE).flag is Flag.FORGED


def test_a_decision_about_a_plan_is_none_about_the_one_made_anew(forger: Forger) -> None:
    """The same steps under the same name at the same revision: only the epoch tells them apart."""
    line = forger.approve(GATE)
    planning.delete_plan(forger.desk, NAME, by=ANN, expected=line.rev)
    again = make_forger(forger.home.parent / "again")
    again.folder.rename(forger.folder)
    assert forger.plan.revision == line.rev - 1
    forger.write(line)
    assert forger.plan.step(GATE).status is Status.PENDING


def test_a_copied_folder_is_not_approved(forger: Forger) -> None:
    forger.approve(GATE)
    forger.copy_to("copy")
    copied = forger.fresh().store.read("copy").plan
    assert copied.step(GATE).status is Status.PENDING
    assert copied.step(GATE).flag is Flag.FORGED


def test_text_that_was_changed_beneath_an_approval_is_not_approved(forger: Forger) -> None:
    """CVE-2025-54136: the name stays, the content changes."""
    forger.approve(GATE)

    def other(line: Line) -> Line:
        if line.rev != 1:
            return line
        step = line.set[str(GATE)] or {}
        return replace(line, set={**line.set, str(GATE): {**step, "title": "Wipe the disks"}})

    forger.change_journal(other)
    assert forger.plan.step(GATE).title == "Wipe the disks"
    assert forger.plan.step(GATE).status is Status.PENDING
    assert forger.plan.step(GATE).flag is Flag.FORGED


def test_what_was_edited_after_it_was_read_is_not_approved(forger: Forger) -> None:
    seen = forger.plan.revision
    shaping.edit_step(forger.desk, NAME, ASKS, by=ABC, expected=seen, title="Wipe the disks")
    with pytest.raises(StaleRevision):
        deciding.approve_step(forger.desk, NAME, ASKS, by=ANN, expected=seen)


def test_a_decision_holds_the_text_it_was_about(forger: Forger) -> None:
    seen = text_hash(forger.plan.step(ASKS))
    forger.approve(ASKS)
    shaping.edit_step(forger.desk, NAME, ASKS, by=ABC, expected=forger.plan.revision, title="Wipe the disks")
    step = forger.plan.step(ASKS)
    assert step.decision is not None
    assert step.decision.text == seen != text_hash(step)


LOOSENED: dict[str, dict[int, Values | None]] = {
    "the gate is no gate any more": {GATE: {"kind": "work"}},
    "what waits for it waits no more": {BEHIND: {"needs": []}},
    "nobody need look at it": {REVIEWED: {"review": "none"}},
    "the hold is another request": {HELD: {"request": None}},
    "the hold is over": {HELD: {"status": "pending", "request": None}},
}


@pytest.mark.parametrize("by", ["person:ann", "session:session-abc", "file"])
@pytest.mark.parametrize("what", LOOSENED)
def test_nobody_is_let_past_by_a_line_that_nobody_signed(forger: Forger, what: str, by: str) -> None:
    before = forger.plan
    forger.append("edit", LOOSENED[what], by=by)
    for number in LOOSENED[what]:
        assert replace_marks(forger.plan, number) == replace_marks(before, number)
        assert forger.plan.step(number).flag is Flag.FORGED


def replace_marks(plan: Plan, number: int) -> object:
    return replace(plan.step(number), flag=None, revision=0, updated_at=0, updated_by="", stamp_at=None)


def test_a_removed_gate_does_not_come_back_as_done_work(forger: Forger) -> None:
    forger.append("remove", {GATE: None})
    forger.append("add", {GATE: {"title": "Open to customers", "status": "completed"}}, was={str(GATE): None})
    assert open_needs(forger.plan, forger.plan.step(BEHIND)) == (GATE,)


def test_a_new_gate_is_not_open_from_the_start(forger: Forger) -> None:
    new: Values = {"title": "Open to all", "kind": "gate", "status": "completed"}
    forger.append("add", {7: new}, was={"7": None})
    assert forger.plan.step(7).status is Status.PENDING
    assert forger.plan.step(7).is_gate


def test_a_forgery_stays_marked_until_a_person_deals_with_it(forger: Forger) -> None:
    nobody(forger, ASKS)
    forger.append("edit", {ASKS: {"flag": None}})
    working.release_step(forger.fresh(), NAME, ASKS, by=ABC)
    working.claim_step(forger.fresh(), NAME, ASKS, by=ABC)
    assert forger.plan.step(ASKS).flag is Flag.FORGED
    working.release_step(forger.desk, NAME, ASKS, by=ANN, expected=forger.plan.revision)
    assert forger.plan.step(ASKS).flag is None


def test_a_line_that_calls_itself_forged_accuses_nobody(forger: Forger) -> None:
    """Red where a line is believed what only whoever judges it may say."""
    forger.append("edit", {BEHIND: {"notes": "Their own"}}, forged=(BEHIND,))
    fresh = forger.fresh().store
    assert fresh.read(NAME).plan.step(BEHIND).notes == "Their own"
    assert fresh.read(NAME).plan.step(BEHIND).flag is None
    assert not any(line.forged for line in fresh.lines(NAME))
    assert fresh.verify(NAME) == []
    nobody_judges = desk_at(forger.root, None).store
    assert not any(line.forged for line in nobody_judges.lines(NAME))


def test_a_gate_that_was_forged_can_be_opened_by_a_person(forger: Forger) -> None:
    nobody(forger, GATE)
    forger.approve(GATE)
    step = forger.plan.step(GATE)
    assert (step.status, step.flag) == (Status.COMPLETED, None)


def test_plan_json_opens_no_gate_and_is_corrected(forger: Forger) -> None:
    forger.change_file(_all_completed)
    plan = forger.plan
    assert plan.step(GATE).flag is Flag.FORGED
    assert plan.step(GATE).status is Status.PENDING
    forger.fresh().store.adopt(NAME)
    assert (
        '"step": "Open to customers",\n      "status": "pending"' in (forger.folder / "plan.json").read_text()
    )


def test_a_line_and_plan_json_together_open_no_gate_either(forger: Forger) -> None:
    forger.change_file(_all_completed)
    core = sha256((forger.folder / "plan.json").read_bytes())
    forger.append("approve", {GATE: opened(forger.plan, GATE)}, core=core)
    assert forger.plan.step(GATE).status is Status.PENDING
    forger.fresh().store.adopt(NAME)
    assert (
        '"step": "Open to customers",\n      "status": "pending"' in (forger.folder / "plan.json").read_text()
    )


def _all_completed(core: dict[str, object]) -> None:
    steps = core["steps"]
    assert isinstance(steps, list)
    for step in steps:
        step["status"] = "completed"


def test_a_snapshot_of_another_user_says_nothing(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody(forger, GATE)
    believes_all = desk_at(forger.root, None).store
    believes_all.read(NAME)
    known = believes_all._known[NAME]
    trust = seals_of(forger.home, forger.root).trust
    with Folder(str(forger.root), NAME) as folder:
        snapshot.save(folder, replace(as_snapshot(known, now=0), trust=trust, opened=True))
    assert forger.plan.step(GATE).status is Status.COMPLETED  # one's own is what one has read oneself
    monkeypatch.setattr("plans.store.snapshot.os.geteuid", lambda: os.getuid() + 1)
    assert forger.plan.step(GATE).status is Status.PENDING


def test_nobody_is_believed_where_no_key_is_known(forger: Forger, tmp_path: Path) -> None:
    forger.approve(GATE)
    (forger.root / ".decision_keys.json").unlink()
    stranger = desk_at(forger.root, seals_of(tmp_path / "nobody", forger.root))
    assert stranger.store.read(NAME).plan.step(GATE).status is Status.PENDING
    with pytest.raises(NotReady):
        working.claim_step(stranger, NAME, BEHIND, by=ABC)


def test_who_cannot_read_the_key_believes_the_published_half(forger: Forger, tmp_path: Path) -> None:
    forger.approve(GATE)
    stranger = desk_at(forger.root, seals_of(tmp_path / "nobody", forger.root))
    working.claim_step(stranger, NAME, BEHIND, by=ABC)
    assert forger.plan.step(BEHIND).status is Status.IN_PROGRESS
