"""Wait for a person's decision by following the journal, so that none is missed, however short it stood."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from plans.domain.errors import PlanError, PlanNotFound, Refusal, StorageFailed
from plans.domain.step import Decision, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.actions.desk import Desk
    from plans.domain.actor import Actor
    from plans.domain.revision import Line

LOOK_EVERY = 0.2
"""Seconds between two looks at the journal; a decision is to be told within a second."""
BEAT_EVERY = 20.0
"""Seconds between two heartbeats of a waiting session; it counts as gone after 90."""


class WaitTimedOut(PlanError):
    """Nobody decided in the given time; the request stays open."""

    refusal = Refusal.BUSY
    code = "wait_timed_out"
    advice = "Wait again with `step wait`; the request is still open."

    def __init__(self, number: int, *, seconds: float) -> None:
        super().__init__(f"Nobody decided on step {number} in {seconds:g} s")


class RequestWithdrawn(PlanError):
    """The request was taken back without a decision: released, reassigned, cancelled, removed."""

    code = "request_withdrawn"
    advice = "Stop working on this step; read it again to see whose it is now."

    def __init__(self, number: int) -> None:
        super().__init__(f"The request on step {number} was withdrawn")


class NothingAsked(PlanError):
    """The step asks for nothing, and never did; or not by the request that was named."""

    code = "nothing_asked"
    advice = "Ask with `step block --approval`, `--input` or `--problem` first."

    def __init__(self, number: int, *, request: int | None = None) -> None:
        if request is None:
            super().__init__(f"Step {number} asks for no decision")
        else:
            advice = (
                "Leave the request out to wait for the step's last one, or send the `id` of its `request`."
            )
            super().__init__(f"Step {number} never made a request {request}", advice=advice)


class Wait:
    """One wait for one request, look by look: each caller sleeps in its own way between two looks."""

    def __init__(
        self, desk: Desk, namespace: str, number: int, *, by: Actor | None, request: int | None = None
    ) -> None:
        """``request`` is the id of the one meant, else the step's current or last. Raises NothingAsked."""
        self._desk, self._namespace, self._number, self._by = desk, namespace, number, by
        self.request = request_meant(desk, namespace, number, named=request)
        self._epoch = _epoch(desk, namespace, number)
        self._lines: list[Line] = []
        self._next_beat = 0.0

    def look(self) -> Decision | None:
        """Give the decision, or None while there is none; beats the heart. Raises RequestWithdrawn."""
        seen = self._lines[-1].rev if self._lines else self.request
        self._lines += _later(self._desk, self._namespace, self._number, after=seen)
        answer = outcome(self._lines, self._number, request=self.request)
        if answer is not None:
            return _told(self._desk, self._namespace, answer)
        if time.monotonic() >= self._next_beat:
            _beat(self._desk, self._by)
            self._next_beat = time.monotonic() + BEAT_EVERY
            if _epoch(self._desk, self._namespace, self._number) != self._epoch:
                raise RequestWithdrawn(self._number)  # made anew: its revisions tell nothing of this request
        return None


def wait_for_decision(
    desk: Desk,
    namespace: str,
    number: int,
    *,
    by: Actor | None,
    request: int | None = None,
    seconds: float,
) -> Decision:
    """Wait for the decision on a request: the one with this id, else the step's current or last one.

    Beats the heart of the session that waits. Raises WaitTimedOut, RequestWithdrawn, NothingAsked.
    """
    wait = Wait(desk, namespace, number, by=by, request=request)
    deadline = time.monotonic() + seconds
    while True:
        decision = wait.look()
        if decision is not None:
            return decision
        left = deadline - time.monotonic()
        if left <= 0:
            raise WaitTimedOut(number, seconds=seconds)
        time.sleep(min(LOOK_EVERY, left))


def waits_for_claim(desk: Desk, namespace: str, number: int) -> bool:
    """Say whether a step that was answered has not begun: an answer begins none, its session claims it."""
    with suppress(PlanNotFound):
        plan = desk.store.read(namespace).plan
        step = plan.step(number) if plan.has_step(number) else None
        return step is not None and step.status is Status.PENDING and not step.is_gate
    return False


def request_meant(desk: Desk, namespace: str, number: int, *, named: int | None = None) -> int:
    """Find the request that is named, else the one a step makes, or made last.

    Raises NothingAsked, and RequestWithdrawn for a named one of a plan that is gone.
    """
    if named is not None:
        _epoch(desk, namespace, number)
    plan = desk.store.read(namespace).plan
    step = plan.step(number) if plan.has_step(number) else None
    if step is not None and step.asks and step.request is not None and named in {None, step.request.id}:
        return step.request.id
    known = _requests_made(desk.store.each_line(namespace), number)
    if not known:
        plan.step(number)
        raise NothingAsked(number)
    if named is not None and named not in known:
        raise NothingAsked(number, request=named)
    return known[-1] if named is None else named


def _requests_made(lines: Iterable[Line], number: int) -> list[int]:
    """List the ids of all requests that a step ever made."""
    said = (line.set.get(str(number)) or {} for line in lines)
    ids = [_id(values.get("request")) for values in said if "request" in values]
    return [request for request in ids if request is not None]


def outcome(lines: Iterable[Line], number: int, *, request: int) -> Decision | RequestWithdrawn | None:
    """Tell what became of a request by the lines after the one that asked; None while it is open.

    A decision stays one although a later request cleared it; only an undo takes it back.
    """
    found: Decision | RequestWithdrawn | None = None
    key = str(number)
    for line in lines:
        if key not in line.set:
            continue
        now, was = line.set[key], line.was.get(key) or {}
        decision = (now or {}).get("decision")
        if _id(decision, "request") == request:
            found = msgspec.structs.replace(msgspec.convert(decision, Decision), sig=line.sig or "")
        elif line.verb == "undo" and _id(was.get("decision"), "request") == request:
            found = None
        elif not isinstance(found, Decision) and (now is None or "request" in now):
            still_open = _id((now or {}).get("request")) == request
            found = None if still_open else RequestWithdrawn(number)
    return found


def _epoch(desk: Desk, namespace: str, number: int) -> str:
    try:
        return desk.store.read(namespace).plan.epoch
    except PlanNotFound:  # deleted while we waited, and the request with it
        raise RequestWithdrawn(number) from None


def _later(desk: Desk, namespace: str, number: int, *, after: int) -> list[Line]:
    try:
        return desk.store.lines(namespace, after=after)
    except PlanNotFound:
        raise RequestWithdrawn(number) from None


def _told(desk: Desk, namespace: str, answer: Decision | RequestWithdrawn) -> Decision:
    """Report an answer, once it is sure to be on disk."""
    desk.store.settle(namespace)
    if isinstance(answer, RequestWithdrawn):
        raise answer
    return answer


def _beat(desk: Desk, by: Actor | None) -> None:
    """Show life; where that cannot be written, waiting goes on: the answer may still come."""
    if by is not None and by.is_session:
        with suppress(StorageFailed):
            desk.sessions.beat(by.name)


def _id(value: object, name: str = "id") -> int | None:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, int) else None
