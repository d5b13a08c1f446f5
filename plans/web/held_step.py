"""A step that a session has, as the pages of sessions name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.step import Status
from plans.security.text import clean_line
from plans.web.addresses import board_url, drawer_url
from plans.web.titles import UNTITLED_STEP, plan_title

if TYPE_CHECKING:
    from plans.domain.roll import HeldStep

_MARKS = {Status.IN_PROGRESS: "running", Status.PENDING: "ready"}


class HeldView(msgspec.Struct, frozen=True, kw_only=True):
    """A step that a session has."""

    namespace: str
    number: int
    title: str
    is_untitled: bool
    look: str
    href: str
    plan: str
    plan_href: str
    doing: str
    revision: int
    status: str


def held_view(step: HeldStep) -> HeldView:
    """Build a step as these pages name it."""
    title = clean_line(step.title).strip()
    asking = "asking" if step.asks else "blocked"
    return HeldView(
        namespace=step.namespace,
        number=step.number,
        title=title or UNTITLED_STEP,
        is_untitled=not title,
        look=_MARKS.get(step.status, asking),
        href=drawer_url(step.namespace, step.number),
        plan=plan_title(step.plan_title),
        plan_href=board_url(step.namespace),
        doing=clean_line(step.active_form or ""),
        revision=step.revision,
        status=step.status,
    )
