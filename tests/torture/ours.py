"""A process of ours: a session with steps of its own, races for shared ones, and a person beside it."""

from __future__ import annotations

import importlib
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

from plans.domain.actor import person, session
from plans.domain.errors import PlanError
from plans.domain.step import Progress, RequestKind, Status
from plans.domain.verbs import deciding, shaping, working
from tests.torture import faults
from tests.torture.calling import PLAN, Caller, now
from tests.torture.log import Log

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.plan import Plan
    from plans.domain.step import Step

SHARED, PRIZES, OWN = 3, 3, 6
"""Steps that everybody edits, steps that everybody claims, steps of each session."""


def work(  # noqa: PLR0913 - what a process needs to know
    *,
    place: str,
    name: str,
    who: str,
    turns: int,
    seed: str,
    bug: str = "",
    death: str = "",
    again: str = "",
) -> None:
    """Make so many calls; ``death`` is how it dies in the middle, ``again`` a key that was not answered."""
    folder = Path(place)
    caller = Caller(folder, Log(folder / "logs", who))
    prepare(folder, bug)
    worker = Worker(caller, name, random.Random(seed))  # noqa: S311 - no secret
    if again:
        worker.add_with_key(again)
    dies_at = turns // 2 if death else -1
    for turn in range(turns):
        if turn == dies_at:
            faults.DEATHS[death]()
        worker.turn()
    caller.store.close()


def prepare(folder: Path, bug: str) -> None:
    """Note what is flushed, and put a bug into the store of this process."""
    faults.note_what_is_flushed(folder / "notes")
    if bug:
        importlib.import_module(f"tests.torture.bugs.{bug}").install()


def open_plan(*, place: str, who: str, bug: str = "") -> None:
    """Make the plan, with the steps that everybody races for."""
    folder = Path(place)
    caller = Caller(folder, Log(folder / "logs", who))
    prepare(folder, bug)
    ann = person("ann")
    titles = [f"shared {number}" for number in range(SHARED)] + [
        f"prize {number}" for number in range(PRIZES)
    ]

    def filled(plan: Plan) -> Plan:
        for title in titles:
            plan = shaping.add(plan, by=ann, at=now(), title=title)
        return plan

    caller.change("create", filled, ann)


def finish(*, place: str, who: str, bug: str = "") -> None:
    """Take in what peers did last, and bring the files to rest."""
    folder = Path(place)
    caller = Caller(folder, Log(folder / "logs", who))
    prepare(folder, bug)
    for _ in range(3):
        try:
            caller.store.adopt(PLAN)
        except PlanError:
            continue
    caller.read()
    caller.store.close()


class Worker:
    """Knows which calls there are, and takes one at random at each turn."""

    def __init__(self, caller: Caller, name: str, chance: random.Random) -> None:
        self.caller, self.name, self.chance = caller, name, chance
        self.me, self.ann = session(name), person(f"ann-{name}")
        self._keys = 0
        self._ways: tuple[tuple[int, Callable[[Plan], object]], ...] = (
            (5, self._work_on_mine),
            (5, self._edit_shared),
            (3, self._race_for_a_prize),
            (2, self._decide),
            (1, self._send_twice),
        )

    def turn(self) -> None:
        """Read, and do something from what was read."""
        plan = self.caller.read()
        if plan is None:
            return
        weights, ways = zip(*self._ways, strict=True)
        self.chance.choices(ways, weights)[0](plan)

    def _add(self, title: str, key: str = "") -> None:
        self.caller.change(
            "add",
            lambda plan: shaping.add(plan, by=self.me, at=now(), title=title),
            self.me,
            on=title,
            sent={"title": title},
            key=key,
        )

    def add_with_key(self, key: str) -> None:
        """Add a step under a key; whoever sends it again adds nothing."""
        self._add(f"keyed {key}", key)

    def _send_twice(self, plan: Plan) -> None:
        if sum(step.title.startswith(f"keyed {self.name}") for step in plan.steps) >= OWN:
            return
        self._keys += 1
        key = f"{self.caller.log.who}:{self._keys}"
        self.add_with_key(key)
        self.add_with_key(key)

    def _work_on_mine(self, plan: Plan) -> None:
        mine = [step for step in plan.steps if step.title.startswith(f"{self.name} ")]
        if len(mine) < OWN:
            self._add(f"{self.name} {os.getpid()} {len(mine)}")
        elif open_ones := [step for step in mine if step.is_open]:
            self._go_on(self.chance.choice(open_ones))
        else:
            self._remove(self.chance.choice(mine))

    def _remove(self, step: Step) -> None:
        self.caller.change(
            "remove",
            lambda p: shaping.remove(p, step.number, by=self.ann),
            self.ann,
            on=step,
            expected=step.revision,
        )

    def _go_on(self, step: Step) -> None:
        number = step.number
        if step.status is Status.PENDING:
            self.caller.change("claim", lambda p: working.claim(p, number, by=self.me), self.me, on=step)
        elif step.status is Status.BLOCKED:
            self.caller.read_decision(step)
        elif step.decision is not None or self.chance.random() < 0.2:
            self.caller.read_decision(step)
            self._complete(step)
        elif self.chance.random() < 0.5:
            said = Progress(self.chance.randrange(1_000), 1_000)
            self.caller.change(
                "say", lambda p: working.say(p, number, by=self.me, progress=said), self.me, on=step
            )
        else:
            kind = RequestKind.APPROVAL
            self.caller.change(
                "block",
                lambda p: deciding.block(p, number, by=self.me, at=now(), kind=kind, text="May I?"),
                self.me,
                on=step,
            )

    def _complete(self, step: Step) -> None:
        self.caller.change(
            "complete",
            lambda p: working.complete(p, step.number, by=self.me, at=now()),
            self.me,
            on=step,
        )

    def _edit_shared(self, plan: Plan) -> None:
        shared = [step for step in plan.steps if step.title.startswith("shared ")]
        step = self.chance.choice(shared)
        notes = f"{self.caller.log.who} {self.caller.log.count}"
        self.caller.change(
            "edit",
            lambda p: shaping.edit(p, step.number, by=self.ann, notes=notes),
            self.ann,
            on=step,
            expected=self.chance.choice((step.revision, plan.revision)),
            sent={"notes": notes},
        )

    def _race_for_a_prize(self, plan: Plan) -> None:
        step = self.chance.choice([step for step in plan.steps if step.title.startswith("prize ")])
        number = step.number
        if step.owner == self.name:
            self.caller.change("release", lambda p: working.release(p, number, by=self.me), self.me, on=step)
        else:
            self.caller.change("claim", lambda p: working.claim(p, number, by=self.me), self.me, on=step)

    def _decide(self, plan: Plan) -> None:
        asking = [step for step in plan.steps if step.asks]
        if not asking:
            return
        step, seen = self.chance.choice(asking), plan.revision
        verb, decide = self.chance.choice((("approve", deciding.approve), ("reject", deciding.reject)))
        note = f"{self.caller.log.who} {self.caller.log.count}"
        self.caller.change(
            verb,  # type: ignore[arg-type]
            lambda p: decide(p, step.number, by=self.ann, at=now(), note=note, seen=seen),
            self.ann,
            on=step,
            expected=step.revision,
            sent={"note": note, "verdict": "approved" if verb == "approve" else "rejected"},
        )
