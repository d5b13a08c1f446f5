"""What becomes of tokens and webhooks whose maker is no admin any more: they rest, or another has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.people.opened import opened_by, take_over
from plans.security.accounts import found
from plans.security.roles import Role, may

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def leave(name: str) -> dict[str, str]:
    """Say what rests from now on because of what somebody may not do any more: facts for the audit log."""
    user = found(name)
    said = "" if may(user, Role.ADMIN) else opened_by(user).said
    return {"rests": said} if said else {}


def keep(name: str, *, by: User | None, now: int) -> dict[str, str]:
    """Let it be another admin's instead, or nobody's in particular: facts for the audit log."""
    user = found(name)
    said = "" if may(user, Role.ADMIN) else take_over(user, by=by, now=now).said
    return {"taken_over": said} if said else {}


def told(facts: dict[str, str], *, whose: str) -> str:
    """Say the same to whoever did it; "" where there is nothing to say."""
    if said := facts.get("rests"):
        return f". What they made rests: {said}"
    if said := facts.get("taken_over"):
        return f". {whose} now: {said}"
    return ""
