"""Signing in by a one-time code: attempts counted, the session renewed, the person an admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import transaction

from plans.security.login_attempts import LoginAttempts
from plans.security.login_codes import LoginCodeRefused, redeem_login_code
from plans.security.roles import Role, give_role

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpRequest

LOCAL_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
ATTEMPTS: Final = LoginAttempts()


def sign_in_with_code(request: HttpRequest, code: str, *, home: Path, name: str, now: int) -> None:
    """Sign the person called `name` in; raises TooManyAttempts and LoginCodeRefused. `now` in ms.

    Django gives the session a new key here, so a key planted before signing in is worth nothing.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    ATTEMPTS.check(address, now=now)
    try:
        redeem_login_code(home, code, now=now)
    except LoginCodeRefused:
        ATTEMPTS.failed(address, now=now)
        raise
    ATTEMPTS.succeeded(address)
    login(request, local_person(name), backend=LOCAL_BACKEND)


def local_person(name: str) -> User:
    """Return the account of the person at this machine, made at the first login."""
    with transaction.atomic():
        user, is_new = User.objects.get_or_create(username=name)
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            give_role(user, Role.ADMIN)
    return user
