"""People's accounts: made, listed, let do more or less, switched off; the rules of every door to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from plans.domain.errors import PlanError, Refusal, WrongInput
from plans.domain.mention import as_called
from plans.domain.patterns import names_plans
from plans.domain.rights import EVERYTHING, Right, Rights, Role
from plans.people.opened import reopen
from plans.people.rights import PATTERN_LENGTH, replace_rights, rights_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NAME_LENGTH: Final = 64
_MOST_PATTERNS: Final = 50


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One person, as those who manage the board see them."""

    name: str
    rights: Rights
    is_active: bool
    has_password: bool
    last_login: int | None
    """ms."""


class NoSuchPerson(PlanError):
    """Nobody of this name has an account."""

    refusal = Refusal.NOT_FOUND
    code = "person_not_found"
    advice = "See `planboard user list`."

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no user {name!r}")


class LastAdmin(PlanError):
    """Without any admin nobody could let anybody in again."""

    refusal = Refusal.RULE
    code = "last_admin"
    advice = "Make somebody else an admin first."

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is the only admin of this board")


def accounts() -> list[Account]:
    """List everybody, by name; two statements."""
    people = User.objects.order_by("username").prefetch_related("rights")
    return [_account(user) for user in people]


def people_with_passwords() -> bool:
    """Tell whether anybody can sign in by name and password."""
    people = User.objects.filter(is_active=True).exclude(password="").iterator()
    return any(user.has_usable_password() for user in people)


def comes_by_password(user: User) -> bool:
    """Tell whether somebody has a password; others come in by the terminal's code or a proxy."""
    return bool(user.password) and user.has_usable_password()


def is_known(name: str) -> bool:
    """Tell whether somebody has this very name."""
    return User.objects.filter(username=name).exists()


def rights_for(role: str, patterns: Sequence[str]) -> list[Right]:
    """Check which role somebody is to have for which plans; raises WrongInput."""
    if role not in set(Role):
        raise WrongInput(f"{role!r} is no role", advice=f"Choose from {', '.join(Role)}.")
    wrong = [text for text in patterns if not names_plans(text) or len(text) > PATTERN_LENGTH]
    if wrong or not patterns or len(patterns) > _MOST_PATTERNS:
        message = f"{' '.join(wrong or patterns[:1])!r} names no plans"
        raise WrongInput(message, advice="Name plans, or patterns of plans such as payments.*, or * for all.")
    if role == Role.ADMIN and list(patterns) != [EVERYTHING]:
        advice = "Leave the plans out, or choose operator: an admin could give themselves all the rest."
        raise WrongInput("An admin is one of the whole board", advice=advice)
    return [Right(Role(role), pattern) for pattern in dict.fromkeys(patterns)]


def add_person(name: str, password: str, rights: Iterable[Right]) -> User:
    """Make an account; raises WrongInput, also where the password is one that others guess."""
    user = User(username=_checked_name(name))
    _check_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save()
        replace_rights(user, rights)
    return user


def add_stranger(name: str, rights: Iterable[Right]) -> User:
    """Make an account for somebody whom a proxy let in, without a password; raises WrongInput."""
    user = User(username=_checked_name(name))
    user.set_unusable_password()
    with transaction.atomic():
        user.save()
        replace_rights(user, rights)
    return user


def can_be_added(name: str) -> bool:
    """Tell whether somebody new may be called so."""
    try:
        _checked_name(name)
    except WrongInput:
        return False
    return True


def change_password(name: str, password: str) -> User:
    """Give somebody another password, which ends their sessions; raises NoSuchPerson, WrongInput."""
    user = found(name)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user)
    return user


def change_rights(name: str, rights: Sequence[Right], *, also: bool) -> User:
    """Let somebody do this, instead of or besides what they may; raises NoSuchPerson, LastAdmin."""
    with transaction.atomic():
        user = found(name)
        named = {right.pattern for right in rights}
        before = rights_of(user)
        kept = [right for right in before.held if also and right.pattern not in named]
        replace_rights(user, [*kept, *rights])
        _refuse_without_admin(name)
        if not before.may_somewhere(Role.ADMIN):
            reopen(user, now=_now())
    return user


def switch_off(name: str) -> User:
    """Let somebody in no more, nor programs by what they made (see doors); raises NoSuchPerson, LastAdmin."""
    with transaction.atomic():
        user = found(name)
        user.is_active = False
        user.save(update_fields=["is_active"])
        _refuse_without_admin(name)
    end_sessions(user)
    return user


def switch_on(name: str) -> User:
    """Let somebody in again: by their password, not by an old session. Raises NoSuchPerson."""
    with transaction.atomic():
        user = found(name)
        user.is_active = True
        user.save(update_fields=["is_active"])
        reopen(user, now=_now())
    return user


def end_sessions(user: User) -> None:
    """Forget every session of a person; whoever is signed in with one of them is not any more."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def found(name: str) -> User:
    """Find somebody by the exact name; raises NoSuchPerson."""
    user = User.objects.filter(username=name).first()
    if user is None:
        raise NoSuchPerson(name)
    return user


def _now() -> int:
    return int(timezone.now().timestamp() * 1000)


def _account(user: User) -> Account:
    held = tuple(Right(Role(row.role), row.pattern) for row in user.rights.all())
    seen = user.last_login
    return Account(
        name=user.username,
        rights=Rights(held),
        is_active=user.is_active,
        has_password=comes_by_password(user),
        last_login=int(seen.timestamp() * 1000) if seen else None,
    )


def _checked_name(name: str) -> str:
    advice = f"Use at most {_NAME_LENGTH} letters, digits and . _ - @ +"
    try:
        User.username_validator(name)
    except ValidationError:
        raise WrongInput(f"{name!r} cannot be the name of a user", advice=advice) from None
    if len(name) > _NAME_LENGTH:
        raise WrongInput("The name is too long", advice=advice)
    # @Ada and @ada would call the same person, and a journal that has both deceives its readers.
    called = as_called(name)
    if any(as_called(other) == called for other in User.objects.values_list("username", flat=True)):
        raise WrongInput(f"There is a user {name!r} already", advice="Choose another name.")
    return name


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WrongInput("This password will not do", advice=" ".join(error.messages)) from None


def _refuse_without_admin(name: str) -> None:
    if not User.objects.filter(is_active=True, rights__role=Role.ADMIN).exists():
        raise LastAdmin(name)
