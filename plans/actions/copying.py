"""A plan once more, under another name: the same steps, none of them begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from msgspec.structs import replace

from plans.actions.desk import order
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import make_plan
from plans.domain.limits import as_ours

if TYPE_CHECKING:
    from plans.actions.desk import Desk, Terms
    from plans.domain.plan import Plan
    from plans.domain.step import Step
    from plans.store.orders import Changed


def duplicate_plan(
    desk: Desk, source: str, namespace: str, *, title: str | None = None, **terms: Unpack[Terms]
) -> Changed:
    """Make a plan of another one's steps, all pending: no owners, no requests, no decisions.

    Numbers are kept, since notes speak of them. What the old plan removed is not waited for. Raises
    PlanNotFound, PlanExists.
    """
    plan = desk.store.read(source).plan
    sent = PlanDraft(
        title=plan.title if title is None else title,
        group=plan.group or None,
        steps=tuple(_afresh(plan, step) for step in plan.steps),
    )
    asked = order("create", terms, sent=(source, title))  # whatever the source became meanwhile
    note = f"A copy of {source} at revision {plan.revision}"
    return make_plan(desk, namespace, sent, replace(asked, note=note))


def _afresh(plan: Plan, step: Step) -> StepDraft:
    return StepDraft(
        number=step.number,
        title=as_ours(step.title),
        notes=step.notes,
        phase=step.phase,
        kind=step.kind,
        review=step.review,
        risk=step.risk,
        critical=step.critical,
        needs=tuple(need for need in step.needs if plan.has_step(need)),
        extra=step.extra,
    )
