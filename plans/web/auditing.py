"""What a person does at a page that others may ask about later: written into the audit log of `<home>`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from plans.django_wiring import environment
from plans.domain.happening import VERBS, Happening
from plans.security.audit import NotNoted, note
from plans.security.rates import Rates, TooManyWrites
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from plans.security.audit import Fact
    from plans.web.answers import Saved

    type Noting = Callable[[Saved], None]

log = logging.getLogger(__name__)
REFUSED: Final = Rates(limit=60)
"""Attempts to come in that are noted a minute: strangers must not push everybody else out of the log."""


def audit(request: HttpRequest, what: str, *, who: str = "", **facts: Fact) -> None:
    """Note what lets somebody in or do more, before it is so; by the request's person, or by ``who``.

    Raises NotNoted, for which nothing may be changed: who asks later must find all that opened a door.
    """
    by = who or f"person:{request.user.get_username()}"
    source: dict[str, Fact] = {"from": str(request.META.get("REMOTE_ADDR", ""))}
    note(environment().home, what, who=by, now=now_ms(), facts={**source, **facts})


def audit_anyway(request: HttpRequest, what: str, *, who: str = "", **facts: Fact) -> None:
    """Note what takes something away, or stands elsewhere; a log that cannot be written stops none of it."""
    try:
        audit(request, what, who=who, **facts)
    except NotNoted:
        log.exception("An event is noted here only: %s by %s", what, who or request.user.get_username())


def audit_refused(request: HttpRequest, what: str, *, who: str, why: str) -> None:
    """Note an attempt to come in that failed, unless there were too many of them within this minute."""
    try:
        REFUSED.count("", now=now_ms())
    except TooManyWrites:
        return
    audit_anyway(request, what, who=who, why=why)


def note_signed(request: HttpRequest, saved: Saved, *, verdict: str = "") -> None:
    """Note what a person decided, or opened by whatever verb; a repeated request decides nothing anew.

    The plan's journal has it already, signed, as that revision. ``verdict`` is what the page calls the verb.
    """
    line = saved.line
    if line is None or saved.repeated or not (line.sig or line.verb in VERBS[Happening.DECISIONS]):
        return
    audit_anyway(
        request,
        "decision",
        plan=saved.plan.namespace,
        step=line.step or 0,
        verdict=verdict or line.verb,
        revision=line.rev,
    )
