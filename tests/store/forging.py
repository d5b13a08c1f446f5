"""A plan with everything that waits for a person, and whoever may write its files but has no key."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.actions import deciding, planning, working
from plans.actions.desk import Desk
from plans.actions.drafts import PlanDraft, StepDraft
from plans.domain.revision import Line
from plans.domain.sealing import Place, openings, statement
from plans.domain.step import Kind, RequestKind, Review, Status
from plans.security.decision_seals import DecisionSeals
from plans.sessions.heartbeats import Sessions
from plans.store import journal
from plans.store.plan_store import PlanStore
from tests.store.scene import ABC, ANN, START, ticking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plans.domain.plan import Plan

ASKS, GATE, BEHIND, REVIEWED, OTHER_GATE, HELD = 1, 2, 3, 4, 5, 6
NAME = "work"

type Values = dict[str, object]


def seals_of(home: Path, root: Path) -> DecisionSeals:
    return DecisionSeals(home=str(home), root=str(root), older=set)


def desk_at(root: Path, seals: DecisionSeals | None) -> Desk:
    store = PlanStore(root, clock=ticking(START + 1_000_000), seals=seals)
    return Desk(store=store, sessions=Sessions(root, clock=ticking(START)))


@dataclass(frozen=True)
class Forger:
    """The board's desk, and a hand in the plan's folder."""

    home: Path
    root: Path
    desk: Desk

    @property
    def folder(self) -> Path:
        return self.root / NAME

    @property
    def plan(self) -> Plan:
        """The plan as a process sees it that knows nothing yet."""
        return self.fresh().store.read(NAME).plan

    def fresh(self) -> Desk:
        return desk_at(self.root, seals_of(self.home, self.root))

    # What is done as it should be

    def approve(self, number: int, *, note: str = "") -> Line:
        revision = self.desk.store.read(NAME).plan.revision
        changed = deciding.approve_step(self.desk, NAME, number, by=ANN, expected=revision, note=note)
        assert changed.line is not None
        return changed.line

    def undo(self, number: int) -> None:
        revision = self.desk.store.read(NAME).plan.revision
        deciding.undo_decision(self.desk, NAME, number, by=ANN, expected=revision)

    # What is not

    def append(
        self, verb: str, values: dict[int, Values | None], *, by: str = "person:ann", **more: object
    ) -> None:
        """Write a line with the right number and checksum."""
        line = Line(
            rev=len(desk_at(self.root, None).store.lines(NAME)) + 1,
            at=START,
            by=by,
            verb=verb,
            step=next(iter(values)),
            set={str(number): new for number, new in values.items()},
            was={str(number): {} for number in values},
        )
        self.write(replace(line, **more))

    def write(self, line: Line) -> None:
        with (self.folder / "journal.jsonl").open("ab") as file:
            file.write(journal.encode_line(line))

    def signed_by(self, home: Path, line: Line, plan: Plan, *, place: Place | None = None) -> Line:
        """Sign a line as somebody with the key of that home would."""
        steps = {step.number: step for step in plan.steps}
        numbers = openings(line, steps, used=plan.removed)
        words = statement(line, steps, numbers=numbers, place=place or Place(plan.namespace, plan.epoch))
        return replace(line, sig=seals_of(home, home).sign(words))

    def change_journal(self, edit: Callable[[Line], Line]) -> None:
        """Write the whole journal anew, each line changed and its checksum right."""
        path = self.folder / "journal.jsonl"
        raws = path.read_bytes().split(b"\n")[:-1]
        lines = [journal.as_line(raw, number) for number, raw in enumerate(raws[1:], 2)]
        path.write_bytes(raws[0] + b"\n" + b"".join(journal.encode_line(edit(line)) for line in lines))
        (self.folder / "snapshot.json").unlink(missing_ok=True)

    def change_file(self, edit: Callable[[dict[str, object]], None]) -> None:
        """Write plan.json as a peer does."""
        path = self.folder / "plan.json"
        value = json.loads(path.read_bytes())
        edit(value)
        (self.folder / "draft").write_text(json.dumps(value))
        (self.folder / "draft").rename(path)

    def copy_to(self, name: str) -> None:
        """Take the whole folder for another plan."""
        shutil.copytree(self.folder, self.root / name, ignore=shutil.ignore_patterns(".board.lock"))


def decision(plan: Plan, number: int, **more: object) -> Values:
    """Say yes in somebody's name."""
    step = plan.step(number)
    said: Values = {
        "verdict": "approved",
        "by": "person:ann",
        "at": START,
        "note": "",
        "request": step.request.id if step.request else None,
        "revision": plan.revision + 1,
        "seen": plan.revision,
        "undo_to": step.status.value,
        "text": "",
    }
    return said | more


def opened(plan: Plan, number: int) -> Values:
    """Give what an approval sets."""
    done = Status.IN_PROGRESS if number in {ASKS, HELD} else Status.COMPLETED
    return {"status": done.value, "decision": decision(plan, number)}


def nobody(forger: Forger, number: int) -> None:
    """Claim an approval that nobody signed."""
    forger.append("approve", {number: opened(forger.plan, number)})


def make_forger(tmp_path: Path, *, signs: bool = True) -> Forger:
    """Make a plan: a request, a gate with a step behind it, a review, another gate, and a person's hold."""
    home, root = tmp_path / "home", tmp_path / "root"
    root.mkdir(parents=True)
    if signs:
        seals_of(home, root).ready()  # as every start of the board does
    desk = desk_at(root, seals_of(home, root) if signs else None)
    drafts = (
        StepDraft(title="Migrate the writers", notes="All of them."),
        StepDraft(title="Open to customers", kind=Kind.GATE),
        StepDraft(title="Tell the customers", needs=(GATE,)),
        StepDraft(title="Check the sums", review=Review.REQUIRED),
        StepDraft(title="Open to partners", kind=Kind.GATE),
        StepDraft(title="Wait for the auditors"),
    )
    planning.create_plan(desk, NAME, sent=PlanDraft(steps=drafts), by=ANN)
    for number in (ASKS, REVIEWED):
        working.claim_step(desk, NAME, number, by=ABC)
    working.block_step(desk, NAME, ASKS, kind=RequestKind.APPROVAL, text="May I?", by=ABC)
    seen = working.complete_step(desk, NAME, REVIEWED, by=ABC).plan.revision
    deciding.hold_step(desk, NAME, HELD, text="Not before Friday.", by=ANN, expected=seen)
    return Forger(home, root, desk)
