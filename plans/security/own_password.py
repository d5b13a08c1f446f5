"""A person's own password, changed by its owner: the old one is proven first, and all other sessions end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import update_session_auth_hash
from django.db import transaction

from plans.domain.errors import PlanError, Refusal
from plans.security.accounts import change_password, comes_by_password
from plans.security.login import PasswordRefused, proven

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest

    from plans.security.login import Noting


class OldPasswordRefused(PlanError):
    """Whoever sits at an open page is not let to lock its owner out."""

    refusal = Refusal.FORBIDDEN
    code = "old_password_refused"
    advice = "Try again. Whoever manages this board can give you another one."

    def __init__(self) -> None:
        super().__init__("This is not your password")


class NoPassword(PlanError):
    """Who comes in by a code or a proxy has nothing to prove themselves by here."""

    refusal = Refusal.RULE
    code = "no_password"
    advice = "Whoever manages this board can give you one."

    def __init__(self) -> None:
        super().__init__("You have no password here that could be changed")


def change_own_password(
    request: HttpRequest, user: User, *, old: str, new: str, now: int, noting: Noting
) -> None:
    """Give the person behind a request another password, if ``noting`` lets it be. `now` in ms.

    Raises NoPassword, TooManyAttempts, OldPasswordRefused, WrongInput. Guesses count as those at the
    login page do. This session goes on under a new key, so a cookie that somebody copied ends, too.
    """
    if not comes_by_password(user):
        raise NoPassword
    try:
        proven(request, user.username, old, now=now)
    except PasswordRefused:
        raise OldPasswordRefused from None
    with transaction.atomic():
        changed = change_password(user.username, new)
        noting(changed)
    update_session_auth_hash(request, changed)
