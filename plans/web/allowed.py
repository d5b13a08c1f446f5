"""Which verbs a person may use on a step as it stands: what menus offer (the domain decides again)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.graph import is_ready
from plans.domain.step import Flag, Status

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.domain.step import Step

_STARTED = (Status.IN_PROGRESS, Status.BLOCKED)
_LOST = (Status.FAILED, Status.CANCELLED)
_DISMISSED = (Flag.FORGED, Flag.REMOVED_BY_PEER)

ALWAYS = ("edit", "move", "comment", "remove")

VERBS = (
    "approve",
    "reject",
    "reply",
    "undo",
    "reassign",
    "hold",
    "release",
    "fail",
    "complete",
    "cancel",
    "retry",
    "dismiss",
    "add",
    *ALWAYS,
)
"""Everything that a person can do on some step."""


def verbs(plan: Plan, step: Step) -> tuple[str, ...]:
    """List the verbs that fit, decisions first."""
    return (*_deciding(plan, step), *_steering(step), *ALWAYS)


def _deciding(plan: Plan, step: Step) -> tuple[str, ...]:
    asked = step.asks or (step.is_gate and is_ready(plan, step))
    undoable = step.decision is not None and step.decision.revision == step.revision
    return (
        *(("approve", "reject") if asked else ()),
        *(("reply",) if step.takes_reply else ()),
        *(("undo",) if undoable else ()),
    )


def _steering(step: Step) -> tuple[str, ...]:
    holdable = step.status in (Status.PENDING, Status.IN_PROGRESS) and not step.is_gate
    return (
        *(("reassign",) if step.is_open else ()),
        *(("hold",) if holdable else ()),
        *(("release", "fail") if step.status in _STARTED else ()),
        *(("complete",) if step.is_open and not step.is_gate else ()),
        *(("cancel",) if step.is_open else ()),
        *(("retry",) if step.status in _LOST else ()),
        *(("dismiss",) if step.flag in _DISMISSED else ()),
    )
