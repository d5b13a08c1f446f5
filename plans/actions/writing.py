"""Turn a whole plan that was sent into the verbs that lead there, so that every rule holds as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import UNSET
from msgspec.structs import replace

from plans.actions.leading import led
from plans.actions.working import progress_of
from plans.domain.actor import session
from plans.domain.errors import PersonOnly, PlanError, WrongInput
from plans.domain.exact import is_same
from plans.domain.graph import check_plan
from plans.domain.limits import check_label, check_notes, check_room
from plans.domain.order import moves
from plans.domain.plan import Plan
from plans.domain.step import Kind, Review, Status
from plans.domain.verbs import shaping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.actions.drafts import StepDraft
    from plans.domain.actor import Actor
    from plans.domain.step import Step
    from plans.domain.verbs.shaping import Changes

_NUMBERS = range(1, 1_000_000_000)
"""Numbers a step may have: those behind them must fit into a database's integer, too."""
_GIVEN_UP = (Status.FAILED, Status.CANCELLED)


def filled(plan: Plan, drafts: Sequence[StepDraft], *, by: Actor, at: int) -> Plan:
    """Fill an empty plan with steps. Numbers that were sent are kept; without any they count from 1."""
    check_room(len(drafts))
    numbers = _new_numbers(drafts)
    taken = set(numbers)
    plan = replace(plan, removed=tuple(n for n in plan.removed if n in _NUMBERS and n not in taken))
    for number, draft in zip(numbers, drafts, strict=True):
        plan = _added(replace(plan, next_number=number), draft, by=by, at=at)
    plan = replace(plan, next_number=max((*numbers, *plan.removed), default=0) + 1)
    for number, draft in zip(numbers, drafts, strict=True):
        plan = _with_needs(plan, number, draft, by=by)
    check_plan(plan)
    return plan


def appended(plan: Plan, drafts: Sequence[StepDraft], *, by: Actor, at: int) -> Plan:
    """Add steps behind those that are there. Numbers that were sent only say which of them needs which."""
    check_room(len(plan.steps) + len(drafts))
    first = plan.next_number
    numbers = {sent: first + place for place, sent in enumerate(_new_numbers(drafts))}
    for draft in drafts:
        plan = _added(plan, draft, by=by, at=at)
    for number, draft in enumerate(drafts, first):
        if draft.needs is not UNSET:
            needs = tuple(numbers.get(need, need) for need in draft.needs)
            plan = plan.with_step(replace(plan.step(number), needs=tuple(dict.fromkeys(needs))))
    check_plan(plan)
    return plan


def faults(drafts: Sequence[StepDraft], *, by: Actor, at: int) -> list[tuple[int, PlanError]]:
    """Say which drafts no new plan could take, and why: (place in the list from 0, refusal)."""
    blank = Plan(namespace="", epoch="")
    found: list[tuple[int, PlanError]] = []
    for place, draft in enumerate(drafts):
        try:
            _added(blank, draft, by=by, at=at)
        except PlanError as error:
            found.append((place, error))
    return found


def rewritten(plan: Plan, drafts: Sequence[StepDraft], *, by: Actor, at: int) -> Plan:
    """Make the plan's steps those that were sent: matched by number, else by exact title, n-th with n-th.

    Steps that were not sent are removed, unknown ones added, the order is the one sent.
    """
    check_room(len(drafts))
    found = _matched(plan, drafts)
    kept = set(found)
    for step in [step for step in plan.steps if step.number not in kept]:
        plan = shaping.remove(plan, step.number, by=by)
    order: list[int] = []
    for number, draft in zip(found, drafts, strict=True):
        order.append(plan.next_number if number is None else number)
        plan = _added(plan, draft, by=by, at=at) if number is None else _edited(plan, number, draft, by=by)
    plan = _needing(plan, list(zip(order, drafts, strict=True)), by=by)
    for number, after in moves([step.number for step in plan.steps], order):
        plan = shaping.move(plan, number, by=by, after=after)
    known = [(number, draft) for number, draft in zip(found, drafts, strict=True) if number is not None]
    for number, draft in known:
        plan = led(plan, number, draft, by=by, at=at)
    return plan


def _new_numbers(drafts: Sequence[StepDraft]) -> list[int]:
    sent = [draft.number for draft in drafts]
    if all(number is None for number in sent):
        return list(range(1, len(drafts) + 1))
    numbers = [number for number in sent if number is not None and number in _NUMBERS]
    if len(set(numbers)) != len(drafts):
        message = f"The steps' numbers are not all different whole numbers from 1 to {_NUMBERS[-1]:,}"
        raise WrongInput(message, advice="Give every step its own number, or none of them one.")
    return numbers


def _matched(plan: Plan, drafts: Sequence[StepDraft]) -> list[int | None]:
    """Find for each draft the step it means; None for a new one. Raises StepNotFound, WrongInput."""
    named = [plan.step(draft.number).number for draft in drafts if draft.number is not None]
    taken = set(named)
    if len(taken) != len(named):
        message = "Two steps were sent with the same number"
        raise WrongInput(message, advice="Leave the number out to add a new step.")
    free: dict[str, list[int]] = {}
    for step in plan.steps:
        if step.number not in taken:
            free.setdefault(step.title, []).append(step.number)
    found: list[int | None] = []
    for draft in drafts:
        same = free.get(draft.title)
        found.append(draft.number if draft.number is not None else same.pop(0) if same else None)
    return found


def _added(plan: Plan, draft: StepDraft, *, by: Actor, at: int) -> Plan:
    number = plan.next_number
    kind = Kind.WORK if draft.kind is UNSET else draft.kind
    plan = shaping.add(plan, by=by, at=at, kind=kind, **draft.changes())
    return plan.with_step(_begun(plan.step(number), draft, by))


def _begun(step: Step, draft: StepDraft, by: Actor) -> Step:
    """Give a new step the state it was sent with. A request is never imported: its agent asks again."""
    status = Status.PENDING if draft.status is UNSET else draft.status
    owner = None if draft.owner is UNSET else draft.owner
    if status in (Status.BLOCKED, Status.IN_REVIEW):
        status = Status.IN_PROGRESS
    if status is Status.IN_PROGRESS and (owner is None or step.is_gate):
        status = Status.PENDING
    if by.is_session:
        _refuse_forged(step, status, owner=owner, by=by)
    return replace(
        step,
        status=status,
        reason=check_notes(draft.reason) if draft.reason and status in _GIVEN_UP else "",
        owner=session(owner).name if owner else None,
        assigned_by=str(by) if owner else "",
        active_form=check_label(draft.active_form, "activity") if draft.active_form else None,
        progress=progress_of(draft.progress.done, draft.progress.total) if draft.progress else None,
    )


def _refuse_forged(step: Step, status: Status, *, owner: str | None, by: Actor) -> None:
    decided = step.is_gate or step.review is Review.REQUIRED
    if decided and status not in (Status.PENDING, Status.IN_PROGRESS):
        what = "say that a gate is open or a review is done"
        raise PersonOnly(what)
    if owner not in (None, by.name):
        what = "assign a step to another session"
        raise PersonOnly(what)


def _edited(plan: Plan, number: int, draft: StepDraft, *, by: Actor) -> Plan:
    step = plan.step(number)
    if draft.kind is not UNSET and draft.kind is not step.kind:
        message = f"Step {number} is a {step.kind}; that cannot be changed"
        raise WrongInput(message, advice="Remove it and add another step.")
    sent = draft.changes().items()
    changes = cast("Changes", {name: new for name, new in sent if not is_same(getattr(step, name), new)})
    if "extra" in changes:
        changes["extra"] = dict.fromkeys(step.extra) | changes["extra"]  # what was not sent goes
    return shaping.edit(plan, number, by=by, **changes) if changes else plan


def _needing(plan: Plan, sent: Sequence[tuple[int, StepDraft]], *, by: Actor) -> Plan:
    """Give the steps the needs that were sent. All that go are taken first: a need may be turned around."""
    for number, draft in sent:
        plan = _without_needs(plan, number, draft, by=by)
    for number, draft in sent:
        plan = _with_needs(plan, number, draft, by=by)
    check_plan(plan)
    return plan


def _with_needs(plan: Plan, number: int, draft: StepDraft, *, by: Actor) -> Plan:
    if draft.needs is UNSET or draft.needs == plan.step(number).needs:
        return plan
    if not plan.step(number).revision:  # a step of this very write: checked with all others at the end
        return plan.with_step(replace(plan.step(number), needs=tuple(dict.fromkeys(draft.needs))))
    return shaping.edit(plan, number, by=by, needs=draft.needs)


def _without_needs(plan: Plan, number: int, draft: StepDraft, *, by: Actor) -> Plan:
    """Take the needs away that were not sent."""
    if draft.needs is UNSET:
        return plan
    sent, needs = set(draft.needs), plan.step(number).needs
    kept = tuple(need for need in needs if need in sent)
    return plan if kept == needs else shaping.edit(plan, number, by=by, needs=kept)
