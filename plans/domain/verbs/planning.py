"""What is done to a plan as a whole: create, rename, start, abort, archive, restore, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from plans.domain.actor import Actor, require_person
from plans.domain.errors import PersonOnly, PlanError, Refusal, WrongState
from plans.domain.expected import RevisionRequired, StaleRevision, explained
from plans.domain.limits import check_label, check_title
from plans.domain.plan import PlanState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.domain.step import Step


_DELETING: Final = "delete a plan that they did not create or that holds decisions, holds or gates of people"


def describe(
    plan: Plan,
    *,
    by: Actor,
    title: str | None = None,
    status: str | None = None,
    group: str | None = None,
) -> Plan:
    """Change the plan's own words; sessions may say the status, people everything."""
    if not by.is_person and (title is not None or group is not None) and plan.created_by != str(by):
        what = "rename or regroup a plan they did not create"
        raise PersonOnly(what)
    return replace(
        plan,
        title=plan.title if title is None else (check_title(title) if title.strip() else ""),
        status=plan.status if status is None else check_label(status, "status"),
        group=plan.group if group is None else check_label(group, "group"),
    )


def activate(plan: Plan, *, by: Actor) -> Plan:
    """Start a draft: its ready steps can be claimed. An abort is final, but for restoring a revision."""
    require_person(by, "start a plan")
    if plan.stored_state is PlanState.ABORTED:
        raise WrongPlanState(verb="started", state=plan.state, advice="Restore an earlier revision instead.")
    return replace(plan, stored_state=PlanState.ACTIVE)


def abort(plan: Plan, *, by: Actor) -> Plan:
    """Stop handing out work; steps keep their states."""
    require_person(by, "abort a plan")
    if plan.state is PlanState.DONE:
        raise WrongPlanState(verb="aborted", state=plan.state)
    return replace(plan, stored_state=PlanState.ABORTED)


def archive(plan: Plan, *, by: Actor) -> Plan:
    """Put the plan out of sight; nothing is lost and nothing is handed out."""
    require_person(by, "archive a plan")
    return replace(plan, archived=True)


def unarchive(plan: Plan, *, by: Actor) -> Plan:
    """Take the plan back into sight."""
    require_person(by, "bring a plan back")
    return replace(plan, archived=False)


def restore(plan: Plan, old: Plan, *, by: Actor) -> Plan:
    """Make the plan's content what it was at an older revision; numbers used since stay used."""
    require_person(by, "restore an older revision")
    return replace(
        plan,
        title=old.title,
        status=old.status,
        group=old.group,
        stored_state=old.stored_state,
        archived=old.archived,
        steps=tuple(_carrying(plan, step) for step in old.steps),
        removed=tuple(n for n in sorted({*plan.removed, *plan.positions}) if not old.has_step(n)),
    )


def _carrying(plan: Plan, old: Step) -> Step:
    """Keep what a newer program has written since: we cannot know what it means, nor record its end."""
    if not plan.has_step(old.number) or plan.step(old.number).beyond == old.beyond:
        return old
    return replace(old, beyond=plan.step(old.number).beyond | old.beyond)


def check_deletable(plan: Plan, *, by: Actor, epoch: str | None = None) -> None:
    """Let a person delete any plan, a session only one it created in which no person has a say.

    With an ``epoch`` it must be the very plan that was looked at, not another one of its name.
    """
    if epoch is not None and epoch != plan.epoch:
        raise PlanReplaced(plan.namespace)
    made = by.is_session and plan.created_by == str(by)
    if not by.is_person and (not made or any(_is_peoples(step) for step in plan.steps)):
        raise PersonOnly(_DELETING)


def check_undecided(lines: Iterable[Line]) -> None:
    """Refuse what a session may not do where a person decided, though whoever asks again clears that."""
    if any((values or {}).get("decision") for line in lines for values in line.set.values()):
        raise PersonOnly(_DELETING)


def _is_peoples(step: Step) -> bool:
    """Tell whether a person decided a step, holds it up, or made it a gate."""
    asker = step.request.by if step.request is not None and step.asks else ""
    gate = step.created_by if step.is_gate else ""
    return step.decision is not None or any(Actor.parse(by).is_person for by in (asker, gate) if by)


def check_undisturbed(plan: Plan, expected: int | None, since: Iterable[Line], *, verb: str) -> None:
    """Refuse what was asked before a person did something to the plan; sessions never stop working on it.

    ``since`` are the revisions after the expected one. Raises RevisionRequired, StaleRevision.
    """
    if expected is None:
        raise RevisionRequired(verb)
    by_people = [line for line in since if Actor.parse(line.by).is_person]
    if not by_people and expected <= plan.revision:
        return
    actual = by_people[-1].rev if by_people else plan.revision
    raise explained(StaleRevision(expected=expected, actual=actual), by_people)


class PlanReplaced(PlanError):
    """The plan that was looked at is gone, and another one has taken its name."""

    refusal = Refusal.STALE
    code = "plan_replaced"
    advice = "Look at the plan that is there now before you do this."

    def __init__(self, namespace: str) -> None:
        super().__init__(f"The plan {namespace} is another one than you looked at")


class WrongPlanState(WrongState):
    """The verb does not apply to a plan in this state."""

    def __init__(self, *, verb: str, state: str, advice: str | None = None) -> None:
        super().__init__(0, verb=verb, status=state, advice=advice)
        self.message = f"The plan is {state}; it cannot be {verb}"
        self.args = (self.message,)

    def facts(self) -> dict[str, object]:
        """Name the plan's state."""
        return {"state": self.status}
