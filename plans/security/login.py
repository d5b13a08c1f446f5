"""Signing in by a one-time code or by name and password: attempts counted, the session's key renewed.

The failures are counted here and not by django-axes: one process needs no tables for a minute's memory, and
nobody has to lift a lockout by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth import authenticate, login
from django.contrib.auth.models import User
from django.db import transaction

from plans.domain.errors import PlanError, Refusal
from plans.domain.mention import as_called
from plans.security.login_attempts import LoginAttempts, TooManyAttempts
from plans.security.login_codes import redeem_login_code
from plans.security.roles import Role, give_role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.http import HttpRequest

    type Noting = Callable[[User], None]

LOCAL_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
ATTEMPTS: Final = LoginAttempts()
NAME_ATTEMPTS: Final = LoginAttempts()
"""By name, so that guesses from many addresses are no faster."""
PASSWORD_LENGTH: Final = 1_000
"""Letters of a password that are looked at: hashing takes longer the more there are."""
NAME_LENGTH: Final = 150
"""Letters of a person's name, as many as Django keeps."""


class PasswordRefused(PlanError):
    """Name and password do not belong together; which of them is wrong nobody learns."""

    refusal = Refusal.FORBIDDEN
    code = "password_refused"
    advice = "Try again, or ask whoever manages this board."

    def __init__(self) -> None:
        super().__init__("This name and password do not let you in")


class SwitchedOff(PlanError):
    """The account that a code would sign in is disabled: told only to who has the code, which is used up."""

    refusal = Refusal.FORBIDDEN
    code = "person_disabled"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The account {name} is disabled, so no code lets it in",
            advice=f"Run `planboard user enable {name}`, then `planboard login` for a new code.",
        )


def sign_in_with_code(  # noqa: PLR0913 - whom, by what, and who is told
    request: HttpRequest, code: str, *, home: Path, name: str, now: int, noting: Noting, adding: Noting
) -> None:
    """Sign the person called `name` in, at first by a new account, which ``adding`` is told.

    Raises TooManyAttempts, SwitchedOff, LoginCodeRefused, and what ``adding`` and ``noting`` raise: then
    there is no new account. `now` in ms.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    ATTEMPTS.count(address, now=now)
    redeem_login_code(home, code, now=now)
    ATTEMPTS.take_back(address, now=now)
    if User.objects.filter(username=name, is_active=False).exists():
        raise SwitchedOff(name)
    with transaction.atomic():
        sign_in(request, local_person(name, adding=adding), noting=noting)


def sign_in_with_password(
    request: HttpRequest, name: str, password: str, *, now: int, noting: Noting
) -> None:
    """Sign a person in; raises TooManyAttempts and PasswordRefused. `now` in ms."""
    sign_in(request, proven(request, name, password, now=now), noting=noting)


def sign_in(request: HttpRequest, user: User, *, noting: Noting) -> None:
    """Begin a session for somebody, once that is noted: what ``noting`` raises leaves them outside.

    Django gives the session a new key here, so a key planted before signing in is worth nothing.
    """
    noting(user)
    login(request, user, backend=LOCAL_BACKEND)


def proven(request: HttpRequest, name: str, password: str, *, now: int) -> User:
    """Give whose name and password these are; raises TooManyAttempts and PasswordRefused. `now` in ms.

    A name that nobody has, one without a password and one that is switched off take as long as a wrong
    password: Django hashes what was sent for each of them.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    named = f"name:{as_called(name[:NAME_LENGTH])}"
    _count(address, named, now=now)
    user = authenticate(request, username=name[:NAME_LENGTH], password=password[:PASSWORD_LENGTH])
    if not isinstance(user, User):
        raise PasswordRefused
    ATTEMPTS.take_back(address, now=now)
    NAME_ATTEMPTS.take_back(named, now=now)
    return user


def _count(address: str, named: str, *, now: int) -> None:
    """Count a guess for where it came from and for whom it names; raises TooManyAttempts."""
    ATTEMPTS.count(address, now=now)
    try:
        NAME_ATTEMPTS.count(named, now=now)
    except TooManyAttempts:
        ATTEMPTS.take_back(address, now=now)  # nothing was tried
        raise


def local_person(name: str, *, adding: Noting | None = None) -> User:
    """Return the account of the person at this machine, made at the first login, which ``adding`` is told."""
    with transaction.atomic():
        user, is_new = User.objects.get_or_create(username=name)
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            give_role(user, Role.ADMIN)
            if adding is not None:
                adding(user)
    return user
