"""Plans as short text for a terminal; agents' words are cleaned before they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.graph import Condition
from plans.domain.standing import Column, stand
from plans.domain.step import Status
from plans.security.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.errors import PlanError
    from plans.domain.plan import Plan
    from plans.domain.standing import Standing
    from plans.domain.step import Decision, Step

_WORDS = {Condition.READY: "ready", Condition.WAITING: "waiting", Condition.DOOMED: "doomed"}


def plan_lines(plan: Plan) -> list[str]:
    """Show a plan with all its steps."""
    title = f": {clean_line(plan.title)}" if plan.title else ""
    status = f", {clean_line(plan.status)}" if plan.status else ""
    head = f"{plan.namespace}{title} ({plan.state}{status}, revision {plan.revision})"
    return [head, *step_lines(plan, plan.steps)]


def document_lines(document: str | None) -> list[str]:
    """Show the text of a plan that another program keeps as one document, below its steps."""
    return ["", *clean_text(document).splitlines()] if document else []


def plan_line(plan: Plan) -> str:
    """Show a plan in one line."""
    columns = [standing.column for standing in stand(plan).values()]
    asks = columns.count(Column.ASK)
    needs_you = f", {asks} need a person" if asks else ""
    done = f"{columns.count(Column.DONE)}/{len(columns)} done{needs_you}"
    return f"{plan.namespace}  {plan.state}  {done}  {clean_line(plan.title)}".rstrip()


def step_lines(plan: Plan, steps: Iterable[Step]) -> list[str]:
    """Show steps in one line each."""
    standings = stand(plan)
    return [_step_line(step, standings[step.number]) for step in steps]


def step_details(plan: Plan, number: int) -> list[str]:
    """Show everything a worker wants to know of a step."""
    step = plan.step(number)
    rows = [
        ("owner", step.owner),
        ("phase", step.phase),
        ("needs", ", ".join(map(str, step.needs))),
        ("review", step.review if step.review == "required" else ""),
        ("risk", step.risk if step.risk != "normal" else ""),
        ("doing", step.active_form),
        ("asks", f"{step.request.kind}: {step.request.text}" if step.request and step.asks else ""),
        ("decision", _decision(step.decision) if step.decision else ""),
        ("reason", step.reason),
        *(("comment", f"{said.by.partition(':')[2] or said.by}: {said.text}") for said in step.comments),
        *((name, str(value)) for name, value in step.extra.items()),
        ("revision", str(step.revision)),
    ]
    shown = [f"  {clean_line(name)}: {clean_line(value)}" for name, value in rows if value]
    notes = [f"  | {line}" for line in clean_text(step.notes).splitlines()]
    return [_step_line(step, stand(plan)[number]), *shown, *notes]


def step_said(plan: Plan, number: int) -> str:
    """Say where a step stands after a command."""
    step = plan.step(number)
    owner = f", assigned to {clean_line(step.owner)}" if step.owner else ""
    status = step.status.replace("_", " ")
    return f"step {number}: {status}{owner} (revision {step.revision}): {clean_line(step.title)}"


def decision_said(decision: Decision) -> str:
    """Say what a person answered."""
    return clean_text(_decision(decision))


def refusal_said(refused: PlanError) -> str:
    """Say what was refused and what to do."""
    message = clean_line(refused.message).rstrip(".")
    return f"planboard: {message}. {clean_line(refused.advice)}"


def _step_line(step: Step, standing: Standing) -> str:
    status = step.status.replace("_", " ")
    if step.status is Status.PENDING and standing.condition is not None:
        status = _WORDS[standing.condition]
    gate = " [gate]" if step.is_gate else ""
    owner = f"  ({clean_line(step.owner)})" if step.owner else ""
    waits = f"  waits on {', '.join(map(str, standing.waits_on))}" if standing.waits_on else ""
    return f"{step.number:>4}  {status:<11}  {clean_line(step.title)}{gate}{owner}{waits}"


def _decision(decision: Decision) -> str:
    note = f": {decision.note}" if decision.note else ""
    return f"{decision.verdict} by {decision.by.partition(':')[2] or decision.by}{note}"
