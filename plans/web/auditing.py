"""What a person does at a page that others may ask about later: written into the audit log of `<home>`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from plans.django_wiring import environment
from plans.security.audit import note
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpRequest

    from plans.security.audit import Fact

log = logging.getLogger(__name__)


def audit(request: HttpRequest, what: str, *, who: str = "", **facts: Fact) -> None:
    """Note an event by the person behind a request, or by ``who`` says to be somebody.

    A log that cannot be written is told in the other log; it locks nobody out.
    """
    by = who or f"person:{request.user.get_username()}"
    source: dict[str, Fact] = {"from": str(request.META.get("REMOTE_ADDR", ""))}
    try:
        note(environment().home, what, who=by, now=now_ms(), facts={**source, **facts})
    except OSError:
        log.exception("The audit log cannot be written: %s by %s is noted here only", what, by)


def audit_decision(request: HttpRequest, namespace: str, number: int, *, verdict: str, revision: int) -> None:
    """Note what a person decided, and the plan's revision that says so."""
    audit(request, "decision", plan=namespace, step=number, verdict=verdict, revision=revision)
