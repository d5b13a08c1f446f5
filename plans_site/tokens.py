"""Agents' tokens for whoever sits at the terminal: the database is opened for one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django

django.setup()

from django.db import DatabaseError, transaction  # noqa: E402 - what follows needs Django's apps

from plans.domain.errors import StorageFailed  # noqa: E402
from plans.people import tokens as kept  # noqa: E402
from plans_site.migrating import migrate  # noqa: E402
from plans_site.noting import note_here  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.people.tokens import AgentToken

type Json = dict[str, object]


def issue(*, session: str, plans: Sequence[str], verbs: Sequence[str], now: int) -> Json:
    """Make a token; only this answer holds it."""
    migrate()
    said = {"session": session, "plans": " ".join(plans), "verbs": " ".join(verbs)}
    try:
        with transaction.atomic():
            made, token = kept.issue(session=session, plans=plans, verbs=verbs, now=now)
            note_here("token_made", {"token": made.pk, **said}, now=now)
    except DatabaseError as error:
        message = f"The token could not be kept: {error}"
        raise StorageFailed(message) from error
    return {"token": token, **_json(made)}


def tokens(*, revoked: bool) -> list[Json]:
    """List the tokens, without what lets anyone in."""
    migrate()
    return [_json(token) for token in kept.tokens(revoked=revoked)]


def take(number: int, *, now: int) -> bool:
    """Let a token be nobody's in particular; False where there is none of this number."""
    migrate()
    with transaction.atomic():
        is_taken = kept.take(number, by=None)
        if is_taken:
            note_here("token_taken_over", {"token": number}, now=now)
    return is_taken


def revoke(number: int, *, now: int) -> bool:
    """End a token; False where there is none of this number that works."""
    migrate()
    is_ended = kept.revoke(number, now=now)
    if is_ended:
        note_here("token_revoked", {"token": number}, now=now)
    return is_ended


def _json(token: AgentToken) -> Json:
    return {
        "number": token.pk,
        "session": token.session,
        "plans": token.plans.split(),
        "verbs": token.verbs.split(),
        "made_at": token.made_at,
        "made_by": token.made_by.get_username() if token.made_by else "",
        "rests": bool(getattr(token, "rests", False)),
        "used_at": token.used_at,
        "used_by": token.used_by,
        "revoked_at": token.revoked_at,
    }
