"""A writer as a process of its own: it notes each change it was told is saved, after it was told."""

from __future__ import annotations

import itertools
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from plans.domain.actor import session
from plans.domain.errors import Busy
from plans.domain.step import Progress
from plans.domain.verbs import shaping, working
from plans.store.orders import Order
from plans.store.plan_store import PlanStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan

STEP = 8
"""Changes a writer makes of each of its steps."""
WHOLE = " ."
"""Ends a note: a kill can cut one short where two pages meet, and the next one follows on the same line."""

type Edit = Callable[[Plan], Plan]


def now() -> int:
    return time.time_ns() // 1_000_000


def write_changes(root: str, namespace: str, name: str, count: int, saved: str) -> None:
    """Make so many changes, each one a revision."""
    store = PlanStore(root, clock=now, lock_wait=60)
    for number in range(count):
        _save(store, namespace, name, number, saved)
    store.close()


def write_together(root: str, namespace: str, names: list[str], count: int, saved: str) -> None:
    """Make a process of each name that makes so many changes, and wait for all of them."""
    pids = []
    for name in names:
        pid = os.fork()
        if not pid:
            status = 1
            try:
                write_changes(root, namespace, name, count, saved)
                status = 0
            finally:
                os._exit(status)
        pids.append(pid)
    failed = [pid for pid in pids if os.waitpid(pid, 0)[1]]
    if failed:
        raise AssertionError(failed)


def write_until_killed(root: str, namespace: str, name: str, saved: str) -> None:
    """Change the plan without end; ends by itself when its parent has gone."""
    parent = os.getppid()
    store = PlanStore(root, clock=now, lock_wait=60)
    for number in itertools.count():
        _save(store, namespace, name, number, saved)
        if os.getppid() != parent:
            return


def _save(store: PlanStore, namespace: str, name: str, number: int, saved: str) -> None:
    """Make one change, then note that it was acknowledged: a title, a status or a note to look for."""
    by = session(name)
    verb, edit = _edits(by, number)[number % STEP]
    mark = f"{name}/{number}"
    while True:
        with suppress(Busy):
            changed = store.change(namespace, edit, Order(by=by, verb=verb, note=mark))
            break
    if changed.line is None:
        raise AssertionError(mark)
    fd = os.open(saved, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(fd, f"{changed.line.rev} {verb} {mark}{WHOLE}\n".encode())
    os.close(fd)


def _edits(by: Actor, number: int) -> tuple[tuple[str, Edit], ...]:
    """Add a step, claim it, report on it, complete it; ``STEP`` changes a step."""
    title = f"{by.name} step {number // STEP}"

    def mine(plan: Plan) -> int:
        return next(step.number for step in plan.steps if step.title == title)

    return (
        ("add", lambda plan: shaping.add(plan, by=by, at=now(), title=title, notes=f"notes of {title}")),
        ("claim", lambda plan: working.claim(plan, mine(plan), by=by)),
        *[("say", lambda plan: working.say(plan, mine(plan), by=by, progress=Progress(number, 100_000)))] * 5,
        ("complete", lambda plan: working.complete(plan, mine(plan), by=by, at=now())),
    )
