"""What the page "Needs you" is given: its queue, the step that is open, and what became of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.errors import PlanError
from plans.domain.standing import Column
from plans.domain.step import Status
from plans.mirror import reading
from plans.security.text import clean_line
from plans.web.gathering import shown, step_drawer, worker_said
from plans.web.history_rows import told
from plans.web.pages import sidebar
from plans.web.panes import alike_view, asked_alike, pane_view
from plans.web.queueing import is_put_aside
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.step import Step
    from plans.security.person import BoardRequest
    from plans.web.need_urls import Key
    from plans.web.needs import QueueView
    from plans.web.pages import Context
    from plans.web.queueing import Queue
    from plans.web.seen_plans import SeenPlan

_BY_THE_WAY = {"comment", "say", "move"}
"""Verbs that take nothing out of the queue."""


def needs_page(
    view: QueueView, *, rows: Iterable[SeenPlan], told: str = "", is_open: bool = False
) -> Context:
    """Fill ``plans/needs.html``, but for the step; ``is_open``: a narrow window shows nothing else."""
    return {
        "queue": view,
        "told": told,
        "worker": worker_said(),
        "is_open": is_open,
        **sidebar(rows, screen="needs"),
    }


def opened(request: BoardRequest, found: Queue, view: QueueView, *, at: Key) -> Context:
    """Fill the right half: the step of the address, else the queue's first; raises PlanNotFound and such."""
    if not at[1]:
        first = view.current
        if first is None:
            return {}
        at = (first.namespace, first.number)
    group = () if "alone" in request.GET else asked_alike(found, at)
    if group:
        return {"alike": alike_view(group)}
    picture = shown(request, at[0])
    drawer = step_drawer(request, picture, at[1])
    pane = pane_view(picture, at[1], drawer=drawer, found=found)
    return {"pane": pane, "opened": "comment" if pane.mention else ""}


def became(request: BoardRequest, namespace: str, number: int) -> str:
    """Say why a step left the queue: who did what, or what it did by itself."""
    try:
        picture = shown(request, namespace)
        step = picture.plan.step(number)
    except PlanError as error:
        return error.message
    if is_put_aside(request.user, (namespace, number), step=step, now=now_ms()):
        return "Snoozed"
    if picture.standings[number].column is Column.ASK:
        return "Further down now"
    life = picture.lives.get(step.owner or "")
    if step.status is Status.IN_PROGRESS and step.decision is None and life and life.liveness == "live":
        return f"{clean_line(step.owner or '')} shows life again"
    return _last_deed(step, namespace)


def _last_deed(step: Step, namespace: str) -> str:
    lines = reading.events(namespace, step=step.number, limit=10)
    deeds = (line for line in lines if line.verb not in _BY_THE_WAY)
    return next((told(line) for line in deeds), f"Step {step.number} is {step.status.replace('_', ' ')}")
