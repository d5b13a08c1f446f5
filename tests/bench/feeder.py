"""Many sessions at work in many plans, at a steady pace: ``feeder ROOT HOME PLANS STEPS RATE``.

A person who decides does so with the key of the board's home. Prints a line when the plans are there, works
until its input ends, and prints how many changes it made in a second.
"""

from __future__ import annotations

import select
import sys
import time
from functools import partial
from itertools import count, cycle
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.actor import person, session
from plans.domain.step import RequestKind
from plans.domain.verbs import deciding, shaping, working
from plans.security.decision_seals import DecisionSeals
from plans.sessions.heartbeats import Sessions
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from tests.bench.edits import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan

YOU = person("local")
A_PLAN = 4
"""Sessions at work in each plan."""
SAYINGS = 8
"""How often a session says what it does before it goes on to another step."""
BEAT_SECONDS = 30

type Deed = tuple[str, Actor, Callable[[Plan], Plan]]


class Worker:
    """One session: it takes a step, tells of it, sometimes asks, and puts it back for the next one."""

    def __init__(self, store: PlanStore, namespace: str, *, place: int, free: range, late: int) -> None:
        self.me = session(f"{namespace}-worker-{place}")
        self._store, self._namespace = store, namespace
        self._deeds = self._work(free[place::A_PLAN], late=late)

    def change(self) -> None:
        verb, by, deed = next(self._deeds)
        self._store.change(self._namespace, deed, Order(by=by, verb=verb))

    def _work(self, numbers: range, *, late: int) -> Iterator[Deed]:
        me = self.me
        for turn, number in enumerate(cycle(numbers), start=late):
            yield "claim", me, partial(working.claim, number=number, by=me)
            # Each began at another time: two hundred that ask in the same second are no day of work.
            for saying in range(late % SAYINGS if turn == late else 0, SAYINGS):
                text = f"running test {turn * SAYINGS + saying}"
                yield "say", me, partial(working.say, number=number, by=me, active_form=text)
            if turn % 4 == 0:
                yield "block", me, partial(_asked, number=number, by=me)
                yield "approve", YOU, partial(_approved, number=number)
            yield "release", me, partial(working.release, number=number, by=me)


def _asked(plan: Plan, number: int, by: Actor) -> Plan:
    text = f"Delete the {number} rows that nobody reads?"
    return deciding.block(plan, number, by=by, at=clock(), kind=RequestKind.APPROVAL, text=text)


def _approved(plan: Plan, number: int) -> Plan:
    return deciding.approve(plan, number, by=YOU, at=clock(), seen=plan.revision)


def feed(root: Path, home: Path, *, plans: int, steps: int, rate: float) -> float:
    """Make the plans and keep them changing; gives the changes a second that were made."""
    seals = DecisionSeals(home=str(home), root=str(root), older=set)
    store, sessions = PlanStore(root, clock=clock, seals=seals), Sessions(root, clock=clock)
    namespaces = [f"feed.p{number:02}" for number in range(plans)]
    free = range(steps // 3 + 1, steps * 2 // 3 + 1)
    for namespace in namespaces:
        store.create(namespace, partial(_filled, steps=steps), Order(by=YOU, verb="create"))
    workers = [
        Worker(store, namespace, place=place, free=free, late=3 * place + number)
        for place in range(A_PLAN)
        for number, namespace in enumerate(namespaces)
    ]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return _keep_changing(workers, sessions, rate)


def _keep_changing(workers: list[Worker], sessions: Sessions, rate: float) -> float:
    began = beaten = time.monotonic() - BEAT_SECONDS
    began += BEAT_SECONDS
    for made, worker in zip(count(), cycle(workers), strict=False):
        wait = max(0.0, began + made / rate - time.monotonic())
        if select.select([sys.stdin], [], [], wait)[0]:
            return made / (time.monotonic() - began)
        if time.monotonic() - beaten >= BEAT_SECONDS:
            beaten = time.monotonic()
            for other in workers:
                sessions.beat(other.me.name)
        worker.change()
    raise AssertionError


def _filled(plan: Plan, steps: int) -> Plan:
    """A third is done, a third is free, a third waits for those."""
    plan = replace(plan, title=f"Ledger {plan.namespace[-2:]} to event store")
    for number in range(1, steps + 1):
        needs = (number - steps // 3,) if number > steps * 2 // 3 else ()
        title = f"Step {number}: move what the ledger holds to the event store"
        plan = shaping.add(plan, by=YOU, at=clock(), title=title, needs=needs)
    for number in range(1, steps // 3 + 1):
        plan = working.force_complete(plan, number, by=YOU)
    return plan


if __name__ == "__main__":
    root, home, plans, steps, rate = sys.argv[1:]
    done = feed(Path(root), Path(home), plans=int(plans), steps=int(steps), rate=float(rate))
    sys.stdout.write(f"{done:.1f}\n")
