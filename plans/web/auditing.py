"""What a person does at a page that others may ask about later: written into the audit log of `<home>`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from plans.django_wiring import environment
from plans.security.audit import NotNoted, note
from plans.security.rates import Rates, TooManyWrites
from plans.web.back import ways_back
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from plans.security.audit import Fact

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


def audit_decision(request: HttpRequest, namespace: str, number: int, *, verdict: str, revision: int) -> None:
    """Note what a person decided; the plan's journal has it already, signed, as that revision."""
    audit_anyway(request, "decision", plan=namespace, step=number, verdict=verdict, revision=revision)


def audit_decisions(request: HttpRequest, back: Sequence[str], *, verdict: str) -> None:
    """Note what a person decided of many steps at once, by the way back of each."""
    for way in ways_back(back) if back else ():
        audit_decision(request, way.namespace, way.number, verdict=verdict, revision=way.revision)
