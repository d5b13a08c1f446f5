"""Who had which step, from when to when, and when gates were decided: told by the journal's lines alone."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.step import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.revision import Line, Values

_WAITING = frozenset({Status.BLOCKED, Status.IN_REVIEW})
_FINISHED = frozenset({Status.COMPLETED, Status.FAILED})


class Mark(NamedTuple):
    """A moment: the revision, and when it was made (ms)."""

    rev: int
    at: int


class Ending(StrEnum):
    """How a session's time with a step ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    GIVEN_BACK = "given back"
    PASSED_ON = "passed on"
    REMOVED = "removed"


class Wait(NamedTuple):
    """A stretch in which the step waited for a person; ``end`` None: it still does, or it ended so."""

    start: Mark
    end: Mark | None


class Tenure(msgspec.Struct, frozen=True, kw_only=True):
    """One session had one step: from ``start`` on, and no more from ``end`` on."""

    step: int
    session: str
    """Empty where a peer's file named nobody."""
    start: Mark
    end: Mark | None = None
    ending: Ending | None = None
    waits: tuple[Wait, ...] = ()


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A person decided a gate; ``undone`` when they took that back."""

    step: int
    mark: Mark
    by: str
    opened: bool
    undone: Mark | None = None


class Chronicle(NamedTuple):
    """What a plan's lines tell of its work, in the order in which it began."""

    tenures: tuple[Tenure, ...]
    turns: tuple[Turn, ...]


def chronicle(lines: Iterable[Line]) -> Chronicle:
    """Read a plan's whole story, its lines oldest first. O(lines)."""
    scribe = _Scribe()
    for line in lines:
        scribe.read(line)
    return Chronicle(tuple(scribe.tenures), tuple(scribe.turns))


def is_held(status: Status, owner: str | None) -> bool:
    """Tell whether a session has the step: it works on it, or waits with it for a person."""
    return status is Status.IN_PROGRESS or (status in _WAITING and bool(owner))


class _Facts(NamedTuple):
    """What is known of a step while the lines are read."""

    status: Status = Status.PENDING
    owner: str = ""
    is_gate: bool = False

    @property
    def is_held(self) -> bool:
        return is_held(self.status, self.owner)


class _Scribe:
    """Writes tenures and turns while the lines go by; open ones stand at their index to be ended."""

    def __init__(self) -> None:
        self.tenures: list[Tenure] = []
        self.turns: list[Turn] = []
        self._facts: dict[int, _Facts] = {}
        self._open: dict[int, int] = {}
        self._turned: dict[int, int] = {}
        self._mark = Mark(0, 0)
        self._by = ""

    def read(self, line: Line) -> None:
        """Take one line."""
        self._mark, self._by = Mark(line.rev, line.at), line.by
        for number in line.named():
            values = line.set[str(number)]
            before = self._facts.get(number, _Facts())
            now = _told(before, values) if values is not None else None
            if now is None:
                self._facts.pop(number, None)
                self._close(number, Ending.REMOVED)
            elif now != before:
                self._facts[number] = now
                (self._turn if now.is_gate else self._pass)(number, before, now)

    def _pass(self, number: int, before: _Facts, now: _Facts) -> None:
        """Follow a step of work: who has it, or that nobody has it any more."""
        if number in self._open and not (now.is_held and now.owner == before.owner):
            self._close(number, Ending.PASSED_ON if now.is_held else _ENDINGS[now.status])
        elif now.status in _FINISHED and before.status not in _FINISHED:
            # Finished without having been begun, as a peer's file or a person may say.
            self._begin(number, now)
            self._close(number, _ENDINGS[now.status])
        if now.is_held:
            self._go_on(number, now)

    def _begin(self, number: int, now: _Facts) -> None:
        self._open[number] = len(self.tenures)
        self.tenures.append(Tenure(step=number, session=now.owner, start=self._mark))

    def _go_on(self, number: int, now: _Facts) -> None:
        """Begin a tenure, or a wait within it, or go on after one."""
        if number not in self._open:
            self._begin(number, now)
        index = self._open[number]
        tenure = self.tenures[index]
        waits = list(tenure.waits)
        if waits and waits[-1].end is None:
            waits[-1] = Wait(waits[-1].start, self._mark)
        if now.status in _WAITING:
            waits.append(Wait(self._mark, None))
        self.tenures[index] = msgspec.structs.replace(tenure, waits=tuple(waits))

    def _close(self, number: int, ending: Ending) -> None:
        index = self._open.pop(number, None)
        if index is None:
            return
        tenure = self.tenures[index]
        waits = tuple(Wait(wait.start, wait.end or self._mark) for wait in tenure.waits)
        self.tenures[index] = msgspec.structs.replace(tenure, end=self._mark, ending=ending, waits=waits)

    def _turn(self, number: int, before: _Facts, now: _Facts) -> None:
        """Follow a gate: it is decided, or its decision is taken back."""
        self._close(number, Ending.PASSED_ON)
        if now.status == before.status:
            return
        if number in self._turned:
            index = self._turned.pop(number)
            self.turns[index] = msgspec.structs.replace(self.turns[index], undone=self._mark)
        if now.status in _FINISHED:
            self._turned[number] = len(self.turns)
            opened = now.status is Status.COMPLETED
            self.turns.append(Turn(step=number, mark=self._mark, by=self._by, opened=opened))


_ENDINGS = {
    Status.COMPLETED: Ending.COMPLETED,
    Status.FAILED: Ending.FAILED,
    Status.CANCELLED: Ending.CANCELLED,
    Status.PENDING: Ending.GIVEN_BACK,
}


def _told(before: _Facts, values: Values) -> _Facts:
    """Take over what a line says of status, owner and kind."""
    if not values.keys() & {"status", "owner", "kind"}:
        return before
    status = Status(str(values["status"])) if "status" in values else before.status
    owner = str(values["owner"] or "") if "owner" in values else before.owner
    is_gate = values["kind"] == Kind.GATE if "kind" in values else before.is_gate
    return _Facts(status, owner, is_gate)
