"""What an answer would do, found by giving it to the plan in hand and looking at what then differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.actor import person
from plans.domain.errors import PlanError
from plans.domain.graph import Condition
from plans.domain.picture import with_plan
from plans.domain.queue import Reason, reason_of
from plans.domain.step import Status
from plans.domain.verbs import assigning, deciding
from plans.security.text import clean_line
from plans.web.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.domain.picture import Picture
    from plans.domain.plan import Plan
    from plans.domain.step import Step

_MOST = 4
"""Steps that are told of one by one."""
_SOMEBODY = person("somebody")
_VERBS = {
    Reason.INPUT: ("answer", "reply"),
    Reason.PROBLEM: ("answer", "reply"),
    Reason.FAILED: ("retry", "retry"),
    Reason.STALE: ("reassign", "reassign"),
}


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would happen."""

    look: str
    """A status mark, or empty for what is only said."""
    who: str
    text: str


class OutcomeView(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer would do."""

    title: str
    lines: tuple[LineView, ...]


def outcomes(picture: Picture, number: int) -> tuple[OutcomeView, ...]:
    """Tell what saying yes and saying no to a step would do, if it asks; raises StepNotFound."""
    step = picture.plan.step(number)
    if step.status in (Status.COMPLETED, Status.CANCELLED):
        return ()
    yes, verb = _VERBS.get(reason_of(step), ("approve", "approve"))
    found = [OutcomeView(title=f"If you {yes}", lines=tuple(_lines(picture, number, verb)))]
    if verb in {"approve", "reply"}:
        found.append(OutcomeView(title="If you reject", lines=tuple(_lines(picture, number, "reject"))))
    return tuple(outcome for outcome in found if outcome.lines)


def _lines(picture: Picture, number: int, verb: str) -> Iterator[LineView]:
    try:
        after = with_plan(picture, _after(picture.plan, number, verb), [number])
    except PlanError:  # the step does not ask (any more): there is nothing to tell
        return
    step = after.plan.step(number)
    yield _own(step, verb)
    users = picture.users.get(number, ())
    changed = [other for other in users if _waits(picture, other) != _waits(after, other)]
    for other in changed[:_MOST]:
        yield _freed(picture, after, other)
    if len(changed) > _MOST:
        yield LineView(look="", who="", text=f"And {len(changed) - _MOST} more.")
    yield from _lost(picture, after)


def _after(plan: Plan, number: int, verb: str) -> Plan:
    step = plan.step(number)
    if verb == "approve":
        return deciding.approve(plan, number, by=_SOMEBODY, at=0, seen=step.revision)
    if verb == "reject":
        return deciding.reject(plan, number, by=_SOMEBODY, at=0, note="no", seen=step.revision)
    if verb == "reply":
        return deciding.reply(plan, number, by=_SOMEBODY, at=0, note="so", seen=step.revision)
    if verb == "retry":
        return assigning.retry(plan, number, by=_SOMEBODY)
    return assigning.reassign(plan, number, by=_SOMEBODY, owner=None)


def _own(step: Step, verb: str) -> LineView:
    """Say what becomes of the step itself."""
    owner = clean_line(step.owner or "")
    if verb == "reassign":
        text = "The next owner starts it over; the old one is told to stop."
        return LineView(look="ready", who="", text=text)
    if step.status is Status.COMPLETED:
        return LineView(look="done", who="", text=f"Step {step.number} is done.")
    if step.status is Status.FAILED:
        return LineView(look="blocked", who="", text=f"Step {step.number} fails, for good.")
    if step.status is Status.PENDING:
        return LineView(look="ready", who="", text=f"Step {step.number} goes back to To do.")
    said = {"reply": "goes on with your answer.", "reject": "gets your note and keeps the step."}
    return LineView(look="running", who=owner, text=said.get(verb, "goes on at once."))


def _waits(picture: Picture, number: int) -> tuple[int, ...]:
    return picture.standings[number].waits_on


def _freed(before: Picture, after: Picture, number: int) -> LineView:
    """Say that a step waits on fewer others, or on none."""
    step, standing = after.plan.step(number), after.standings[number]
    if standing.condition is Condition.READY:
        owner = clean_line(step.owner or "")
        start = "can be decided." if step.is_gate else "can start."
        return LineView(look="ready", who=owner, text=f"Step {number} {start}")
    was, now = len(_waits(before, number)), len(standing.waits_on)
    return LineView(look="waiting", who="", text=f"Step {number} waits on {counted(now, 'step')}, not {was}.")


def _lost(before: Picture, after: Picture) -> Iterator[LineView]:
    """Say how many steps could never start then, or may again."""
    was, now = _doomed(before), _doomed(after)
    if lost := len(now - was):
        yield LineView(look="blocked", who="", text=f"{counted(lost, 'step')} behind it cannot start.")
    if saved := len(was - now):
        yield LineView(look="waiting", who="", text=f"{counted(saved, 'step')} can start after it again.")


def _doomed(picture: Picture) -> set[int]:
    standings = picture.standings.items()
    return {number for number, standing in standings if standing.condition is Condition.DOOMED}
