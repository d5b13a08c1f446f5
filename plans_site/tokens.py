"""Agents' tokens for whoever sits at the terminal: the database is opened for one command."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import django

django.setup()

from django.conf import settings  # noqa: E402 - what follows needs Django's apps
from django.db import DatabaseError  # noqa: E402

from plans.domain.errors import StorageFailed  # noqa: E402
from plans.people import tokens as kept  # noqa: E402
from plans.security.audit import note  # noqa: E402
from plans_site.migrating import migrate  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.people.tokens import AgentToken

type Json = dict[str, object]


def issue(*, session: str, plans: Sequence[str], verbs: Sequence[str], now: int) -> Json:
    """Make a token; only this answer holds it."""
    migrate()
    try:
        made, token = kept.issue(session=session, plans=plans, verbs=verbs, now=now)
    except DatabaseError as error:
        message = f"The token could not be kept: {error}"
        raise StorageFailed(message) from error
    _note("token_made", made.pk, now, session=session, plans=" ".join(plans), verbs=" ".join(verbs))
    return {"token": token, **_json(made)}


def tokens(*, revoked: bool) -> list[Json]:
    """List the tokens, without what lets anyone in."""
    migrate()
    return [_json(token) for token in kept.tokens(revoked=revoked)]


def revoke(number: int, *, now: int) -> bool:
    """End a token; False where there is none of this number that works."""
    migrate()
    is_ended = kept.revoke(number, now=now)
    if is_ended:
        _note("token_revoked", number, now)
    return is_ended


def _note(what: str, number: int, now: int, **facts: str) -> None:
    who = f"terminal:{getpass.getuser()}"
    note(settings.PLANBOARD.home, what, who=who, now=now, facts={"token": number, **facts})


def _json(token: AgentToken) -> Json:
    return {
        "number": token.pk,
        "session": token.session,
        "plans": token.plans.split(),
        "verbs": token.verbs.split(),
        "made_at": token.made_at,
        "used_at": token.used_at,
        "used_by": token.used_by,
        "revoked_at": token.revoked_at,
    }
