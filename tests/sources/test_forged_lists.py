"""The journal of another program's list is judged as any is; what the list's own files say is no forgery.

Seen red with ``SourceStore._judge`` giving None, and, for what the files may say, with it giving the seals as
they are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from plans import wiring
from plans.actions import deciding, working
from plans.actions.desk import Desk
from plans.actions.proving import Standing, prove
from plans.domain.graph import open_needs
from plans.domain.revision import Line
from plans.domain.step import Flag, Kind, RequestKind, Review, Status
from plans.environment import Environment
from plans.security.decision_seals import DecisionSeals
from plans.sessions.heartbeats import Sessions
from plans.store import snapshot
from plans.store.catching_up import replayed
from plans.store.known import as_snapshot
from plans.store.paths import Folder
from tests.sources.projects import make_project
from tests.sources.scene import ABC, ANN, START, Machine, add_step
from tests.store.forgeries import WAYS
from tests.store.forging import ASKS, BEHIND, GATE, HELD, OTHER_GATE, REVIEWED, Forger, Values, nobody

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from plans.domain.plan import Plan

LIST = "claude.work"


@dataclass(frozen=True)
class ListForger(Forger):
    """The board's desk, and a hand in the folder of our journal."""

    machine: Machine

    @property
    def folder(self) -> Path:
        (found,) = (self.home / "sources").glob("*/*/*/journal.jsonl")
        return found.parent

    @property
    def plan(self) -> Plan:
        return self.fresh().store.read(LIST).plan

    def fresh(self) -> Desk:
        return desk_of(self.machine)

    def approve(self, number: int, *, note: str = "") -> Line:
        expected = self.plan.revision
        changed = deciding.approve_step(self.fresh(), LIST, number, by=ANN, expected=expected, note=note)
        assert changed.line is not None
        return changed.line

    def append(
        self, verb: str, values: dict[int, Values | None], *, by: str = "person:ann", **more: object
    ) -> None:
        said = {str(number): new for number, new in values.items()}
        was: dict[str, Any] = {str(number): {} for number in values}
        rev, step = self.plan.revision + 1, next(iter(values))
        self.write(Line(rev=rev, at=START, by=by, verb=verb, step=step, set=said, was=was, **more))  # type: ignore[arg-type]

    def task(self, number: int, **changes: object) -> None:
        """Change a task's file as Claude Code does."""
        path = self.machine.tasks / "work" / f"{number}.json"
        path.write_text(json.dumps(json.loads(path.read_bytes()) | changes, indent=2))


def desk_of(machine: Machine) -> Desk:
    return Desk(store=machine.store(), sessions=Sessions(machine.root, clock=lambda: START))


@pytest.fixture
def forger(machine: Machine) -> ListForger:
    """Make a list like the plan of tests/store/forging.py, of which Claude Code wrote the first task."""
    (machine.tasks / "work").mkdir(parents=True)
    first = {"id": "1", "subject": "Migrate the writers", "description": "All of them.", "status": "pending"}
    (machine.tasks / "work" / "1.json").write_text(json.dumps(first | {"blocks": [], "blockedBy": []}))
    machine.seals.ready()
    desk = desk_of(machine)
    add_step(machine.store(), LIST, "Open to customers", kind=Kind.GATE)
    add_step(machine.store(), LIST, "Tell the customers", needs=(GATE,))
    add_step(machine.store(), LIST, "Check the sums", review=Review.REQUIRED)
    add_step(machine.store(), LIST, "Open to partners", kind=Kind.GATE)
    add_step(machine.store(), LIST, "Wait for the auditors")
    for number in (ASKS, REVIEWED):
        working.claim_step(desk, LIST, number, by=ABC)
    working.block_step(desk, LIST, ASKS, kind=RequestKind.APPROVAL, text="May I?", by=ABC)
    working.complete_step(desk, LIST, REVIEWED, by=ABC)
    seen = desk.store.read(LIST).plan.revision
    deciding.hold_step(desk, LIST, HELD, text="Not before Friday.", by=ANN, expected=seen)
    return ListForger(machine.folder / "home", machine.root, desk, machine)


@pytest.mark.parametrize(
    ("forge", "number"),
    [*((forge, ASKS) for forge in WAYS), *((nobody, number) for number in (GATE, REVIEWED, HELD))],
)
def test_a_line_that_nobody_signed_opens_nothing(
    forger: ListForger, forge: Callable[[Forger, int], None], number: int
) -> None:
    before = forger.plan.step(number)
    forge(forger, number)
    after = forger.plan.step(number)
    assert (after.status, after.decision, after.request) == (before.status, None, before.request)
    assert after.flag is Flag.FORGED
    assert open_needs(forger.plan, forger.plan.step(BEHIND)) == (GATE,)
    assert forger.fresh().store.lines(LIST)[-1].forged == (number,)
    assert any("nobody signed" in said for said in forger.fresh().store.verify(LIST))


@pytest.mark.parametrize("number", [ASKS, GATE])
def test_what_a_person_signed_opens_and_is_proved(forger: ListForger, number: int) -> None:
    forger.approve(number)
    step = forger.plan.step(number)
    assert step.decision is not None
    assert step.flag is None
    assert prove(forger.fresh(), LIST, number).standing is Standing.SIGNED
    assert forger.fresh().store.verify(LIST) == []


def test_a_process_that_has_read_it_already_judges_what_comes(forger: ListForger) -> None:
    running = forger.fresh()
    assert running.store.read(LIST).plan.step(GATE).flag is None
    nobody(forger, GATE)
    step = running.store.read(LIST).plan.step(GATE)
    assert (step.status, step.flag) == (Status.PENDING, Flag.FORGED)


def test_a_snapshot_from_before_lists_were_judged_is_not_believed(forger: ListForger) -> None:
    nobody(forger, GATE)
    with Folder(str(forger.folder.parent), forger.folder.name) as folder:
        unjudged = replayed(folder)
        assert unjudged is not None
        assert unjudged.plan.step(GATE).status is Status.COMPLETED
        snapshot.save(folder, as_snapshot(unjudged, now=START))
    assert forger.plan.step(GATE).status is Status.PENDING


def test_what_claude_code_says_of_its_own_list_is_no_forgery(forger: ListForger) -> None:
    """It takes a need away, uses a number again, moves on; what waits for a person waits on."""
    store = forger.fresh().store
    forger.task(BEHIND, blockedBy=[])
    store.adopt(LIST)
    assert store.read(LIST).plan.step(BEHIND).needs == ()
    gone = json.loads((forger.machine.tasks / "work" / f"{BEHIND}.json").read_bytes())
    (forger.machine.tasks / "work" / f"{BEHIND}.json").unlink()
    store.adopt(LIST)
    assert not forger.plan.has_step(BEHIND)
    again = gone | {"status": "completed", "blockedBy": []}
    (forger.machine.tasks / "work" / f"{BEHIND}.json").write_text(json.dumps(again))
    forger.task(ASKS, status="completed")
    store.adopt(LIST)
    plan = forger.plan
    assert plan.step(BEHIND).status is Status.COMPLETED
    assert plan.step(ASKS).asks
    assert not [line for line in forger.fresh().store.lines(LIST) if line.forged]
    assert {step.flag for step in plan.steps} == {None, Flag.FINISHED_WITHOUT_APPROVAL}
    assert forger.fresh().store.verify(LIST) == []


def test_a_line_that_says_the_files_said_it_decides_nothing(forger: ListForger) -> None:
    opened: Values = {"status": "completed"}
    forger.append("adopt", {GATE: opened, BEHIND: {"needs": []}, OTHER_GATE: {"kind": "work"}}, by="file")
    plan = forger.plan
    assert plan.step(BEHIND).needs == ()
    assert [plan.step(number).flag for number in (GATE, BEHIND, OTHER_GATE)] == [
        Flag.FORGED,
        None,
        Flag.FORGED,
    ]
    assert plan.step(GATE).status is Status.PENDING
    assert plan.step(OTHER_GATE).is_gate


def test_a_session_takes_no_need_away_by_a_line_of_its_own(forger: ListForger) -> None:
    forger.append("edit", {BEHIND: {"needs": []}}, by="session:session-abc")
    assert forger.plan.step(BEHIND).needs == (GATE,)
    assert forger.plan.step(BEHIND).flag is Flag.FORGED


def test_a_view_goes_on_from_where_its_own_program_had_stopped(machine: Machine) -> None:
    """Red with ``openings`` for what is taken over: who says in beads that it is blocked asks nobody."""
    issues = make_project(machine.folder / "shop") / ".beads" / "issues.jsonl"
    store = machine.store(f"beads={issues.parent}")
    (namespace,) = store.namespaces()
    for status in ("blocked", "in_progress", "closed"):
        said = [json.loads(line) for line in issues.read_text().splitlines()]
        said[0]["status"] = status
        issues.write_text("".join(json.dumps(one) + "\n" for one in said))
        store.adopt(namespace)
    lines = machine.store(f"beads={issues.parent}").lines(namespace)
    assert len(lines) >= 3
    assert not [line for line in lines if line.forged]


def test_what_was_decided_in_a_list_before_there_was_a_key_counts(machine: Machine) -> None:
    """Red where only the root's plans are looked through when the key is made."""
    words = f"claude={machine.tasks}"
    settings = Environment.read(
        {
            "PLANBOARD_ROOT": str(machine.root),
            "PLANBOARD_HOME": str(machine.folder / "home"),
            "PLANBOARD_SOURCES": words,
        }
    )
    (machine.tasks / "work").mkdir(parents=True)
    first = {
        "id": "1",
        "subject": "Go?",
        "description": "",
        "status": "pending",
        "blocks": [],
        "blockedBy": [],
    }
    (machine.tasks / "work" / "1.json").write_text(json.dumps(first))
    unsigned = machine.store(words, signs=False)
    number = add_step(unsigned, LIST, "Open", kind=Kind.GATE).plan.steps[-1].number
    old = Desk(store=unsigned, sessions=Sessions(machine.root, clock=lambda: START))
    deciding.approve_step(old, LIST, number, by=ANN, expected=unsigned.read(LIST).plan.revision)
    seals = wiring.seals(settings)
    assert isinstance(seals, DecisionSeals)
    seals.ready()
    step = wiring.desk(settings).store.read(LIST).plan.step(number)
    assert (step.status, step.flag) == (Status.COMPLETED, None)
    assert prove(wiring.desk(settings), LIST, number).standing is Standing.UNSIGNED
