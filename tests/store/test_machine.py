"""Any order of edits, peers' merges, deaths and restarts: one law, nothing saved is lost or made up."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from plans.domain.actor import Actor
from plans.domain.errors import PlanError
from plans.domain.expected import StaleRevision
from plans.domain.plan import Plan
from plans.domain.step import Kind, RequestKind, Review, Status
from plans.domain.verbs import assigning, deciding, shaping, working
from plans.store import projection
from plans.store.orders import Changed, Guard, Order
from plans.store.plan_store import PlanStore
from plans.store.seals import Seals
from tests import figures
from tests.store.scene import ABC, ANN, DEF, START, Scene, make_scene, step, ticking

if TYPE_CHECKING:
    from plans.domain.revision import Line

LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
SHOWN = pytest.mark.shows("machine", failed="broken")
PICK = st.integers(0, 30)
PEERS = st.sampled_from(["agent:one", "agent:two", "session-abc", None])
STATUSES = st.sampled_from(["pending", "in_progress", "completed", "cancelled"])


class StoreMachine(RuleBasedStateMachine):
    """A plan with a person, two sessions and peers; the model knows what was acknowledged."""

    counted_as = "stores"
    seals: Seals | None = None
    """Who signs what the person decides; None: nobody, and nobody asks for it."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="machine-"))
        self.clock = ticking()
        self.lines: list[Line] = []
        self.notes: dict[int, str] = {}
        self.asking: set[int] = set()
        self.gates: set[int] = set()

    @initialize()
    def begin(self) -> None:
        self.scene: Scene = make_scene(self.place / "root", "first", "second")
        self.reopen()
        self.lines = self.scene.store.lines("work")

    def teardown(self) -> None:
        shutil.rmtree(self.place)
        figures.record("machine", **{self.counted_as: 1})

    # What people and sessions do

    def number(self, pick: int) -> int:
        steps = self.scene.plan.steps
        return steps[pick % len(steps)].number

    def change(self, edit: Callable[[Plan], Plan], order: Order) -> Changed | None:
        """Make a change that the rules may refuse; what is acknowledged is remembered."""
        try:
            changed = self.scene.store.change("work", edit, order)
        except PlanError:
            return None
        self.catch_up()
        if changed.line is not None:
            assert changed.line in self.lines
            assert not changed.late
        return changed

    def catch_up(self) -> None:
        """Lines are only ever added."""
        now = self.scene.store.lines("work")
        assert now[: len(self.lines)] == self.lines
        self.lines = now

    @rule(kind=st.sampled_from(Kind), review=st.sampled_from(Review))
    def add(self, kind: Kind, review: Review) -> None:
        title = f"ours {len(self.lines)}"
        changed = self.change(
            lambda plan: shaping.add(plan, by=ANN, at=START, title=title, kind=kind, review=review),
            Order(by=ANN, verb="add"),
        )
        if changed is not None and kind is Kind.GATE:
            self.gates.add(next(s.number for s in changed.plan.steps if s.title == title))

    @rule(pick=PICK, by=st.sampled_from([ABC, DEF]), doing=st.sampled_from(["claim", "complete", "release"]))
    def work(self, pick: int, by: Actor, doing: str) -> None:
        number = self.number(pick)
        if doing == "complete":
            changed = self.change(
                lambda plan: working.complete(plan, number, by=by, at=START),
                Order(by=by, verb=doing),
            )
        else:
            verb = working.claim if doing == "claim" else working.release
            changed = self.change(
                lambda plan: verb(plan, number, by=by),
                Order(by=by, verb=doing),
            )
        if changed is not None and doing == "release":
            self.asking.discard(number)
        if changed is not None and changed.plan.step(number).asks:
            self.asking.add(number)

    @rule(pick=PICK)
    def ask(self, pick: int) -> None:
        number = self.number(pick)
        kind = RequestKind.APPROVAL
        changed = self.change(
            lambda plan: deciding.block(plan, number, by=ABC, at=START, kind=kind, text="May I?"),
            Order(by=ABC, verb="block"),
        )
        if changed is not None:
            self.asking.add(number)

    @rule(pick=PICK, seen=st.integers(0, 3))
    def approve(self, pick: int, seen: int) -> None:
        number = self.number(pick)
        revision = self.scene.plan.revision - seen
        fits = self.scene.step(number).revision <= revision
        changed = self.change(
            lambda plan: deciding.approve(plan, number, by=ANN, at=START, seen=revision),
            Order(by=ANN, verb="approve", step=number, guard=Guard.STEP, expected=revision),
        )
        assert fits or changed is None
        if changed is not None:
            self.asking.discard(number)
            self.gates.discard(number)

    @rule(pick=PICK, back=st.integers(0, 3))
    def note(self, pick: int, back: int) -> None:
        number = self.number(pick)
        expected = self.scene.plan.revision - back
        fits = self.scene.step(number).revision <= expected
        text = f"note {len(self.lines)}"
        order = Order(by=ANN, verb="edit", step=number, guard=Guard.STEP, expected=expected)
        if not fits:
            with pytest.raises(StaleRevision):
                self.scene.store.change("work", lambda p: shaping.edit(p, number, by=ANN, notes=text), order)
            return
        self.change(lambda p: shaping.edit(p, number, by=ANN, notes=text), order)
        self.notes[number] = text

    @rule(pick=PICK, after=PICK)
    def move(self, pick: int, after: int) -> None:
        number, other = self.number(pick), self.number(after)
        self.change(lambda p: shaping.move(p, number, by=ANN, after=other), Order(by=ANN, verb="move"))

    @rule(pick=PICK, owner=st.sampled_from(["session-abc", "session-def", None]))
    def reassign(self, pick: int, owner: str | None) -> None:
        number = self.number(pick)
        changed = self.change(
            lambda p: assigning.reassign(p, number, by=ANN, owner=owner), Order(by=ANN, verb="reassign")
        )
        if changed is not None and not changed.plan.step(number).asks:
            self.asking.discard(number)

    # What peers do

    @rule(pick=PICK, status=STATUSES, session=PEERS)
    def peer_updates(self, pick: int, status: str, session: str | None) -> None:
        texts = [str(s["step"]) for s in self.scene.steps]
        self.scene.peer.merge("work", [step(texts[pick % len(texts)], status)], session)

    @rule(status=STATUSES, session=PEERS)
    def peer_adds(self, status: str, session: str | None) -> None:
        self.scene.peer.merge("work", [step(f"theirs {len(self.scene.steps)}", status)], session)

    @rule()
    def adopt(self) -> None:
        self.scene.store.adopt("work")
        self.catch_up()
        assert self.scene.store.verify("work") == []
        self.file_says_what_the_plan_says()

    def file_says_what_the_plan_says(self) -> None:
        projected = projection.projected(self.scene.plan).steps
        assert [(s.text, s.status) for s in projected] == [(s["step"], s["status"]) for s in self.scene.steps]

    # What machines do

    @rule()
    def reopen(self) -> None:
        store = PlanStore(self.scene.root, clock=self.clock, seals=self.seals)
        self.scene = Scene(self.scene.root, store, self.scene.peer)

    @rule()
    def close(self) -> None:
        self.scene.store.close()

    @rule(torn=st.binary(max_size=20).filter(lambda data: b"\n" not in data))
    def die_while_writing(self, torn: bytes) -> None:
        with (self.scene.folder / "journal.jsonl").open("ab") as file:
            file.write(torn)
        self.reopen()

    @rule()
    def die_after_the_rewrite(self) -> None:
        (self.scene.folder / ".board.lock").write_text("1-1-dead")
        self.reopen()

    @precondition(lambda self: self.scene.store.read("work").adopted)
    @rule()
    def die_before_the_rewrite(self) -> None:
        """Add a step as a writer that dies between the commit and the rename."""
        self.adopt()
        old = (self.scene.folder / "plan.json").read_bytes()
        self.add(Kind.WORK, Review.NONE)
        (self.scene.folder / "plan.json").write_bytes(old)
        self.die_after_the_rewrite()

    # What always holds

    @invariant()
    def everybody_reads_the_same(self) -> None:
        fresh = PlanStore(self.scene.root, clock=ticking())
        reading = fresh.read("work")
        assert reading.problem is None
        assert reading.plan.steps == self.scene.store.read("work").plan.steps or not reading.adopted
        assert self.scene.peer.read("work") is not None

    @invariant()
    def nothing_of_ours_is_lost(self) -> None:
        plan = self.scene.plan
        assert {number: plan.step(number).notes for number in self.notes} == self.notes
        assert all(plan.step(number).asks for number in self.asking)
        assert all(plan.step(number).status is Status.PENDING for number in self.gates)
        self.catch_up()
        assert len(self.lines) + (not self.scene.store.read("work").adopted) == plan.revision


StoreMachine.TestCase.settings = settings(
    max_examples=20_000 if LONG else 500,
    stateful_step_count=30 if LONG else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestStore = SHOWN(pytest.mark.torture(pytest.mark.timeout(14_400 if LONG else 300)(StoreMachine.TestCase)))
