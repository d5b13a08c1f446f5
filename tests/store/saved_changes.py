"""What writers were told is saved, and whether it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.step import Status
from tests.store.writer import STEP, WHOLE

if TYPE_CHECKING:
    from pathlib import Path

    from plans.domain.plan import Plan
    from plans.store.plan_store import PlanStore


_NOTE = re.compile(rf"(\d+) (\w+) (\S+){re.escape(WHOLE)}")


class Saved(NamedTuple):
    """One acknowledged change: its revision, its verb, and the mark in its journal line."""

    revision: int
    verb: str
    mark: str

    @property
    def title(self) -> str:
        name, number = self.mark.split("/")
        return f"{name} step {int(number) // STEP}"


def read_saved(file: Path) -> list[Saved]:
    """Read what writers noted; a note cut short by a kill is left out, with what follows on its line."""
    if not file.exists():
        return []
    found = map(_NOTE.fullmatch, file.read_text(encoding="utf-8").split("\n"))
    return [Saved(int(note[1]), note[2], note[3]) for note in found if note is not None]


def check_saved(store: PlanStore, namespace: str, saved: list[Saved]) -> Plan:
    """Find every acknowledged change once in the journal, and its effect in the plan."""
    lines = store.lines(namespace)
    assert [line.rev for line in lines] == list(range(1, len(lines) + 1))
    marks = [line.note for line in lines if line.note]
    assert len(marks) == len(set(marks))
    by_revision = {line.rev: (line.verb, line.note) for line in lines}
    wrong = [
        f"{one} stands as {by_revision.get(one.revision)}"
        for one in saved
        if by_revision.get(one.revision) != (one.verb, one.mark)
    ]
    assert not wrong, wrong
    plan = store.read(namespace).plan
    titled = {step.title: step for step in plan.steps}
    assert {one.title for one in saved} <= titled.keys()
    for one in saved:
        step = titled[one.title]
        assert step.notes == f"notes of {one.title}"
        if one.verb == "complete":
            assert step.status is Status.COMPLETED
        if one.verb in ("claim", "complete"):
            assert step.owner == one.mark.split("/")[0]
    return plan
