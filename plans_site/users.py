"""People's accounts for whoever sits at the terminal: the database is opened for one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django

django.setup()

from django.conf import settings  # noqa: E402 - what follows needs Django's apps
from django.db import DatabaseError, transaction  # noqa: E402

from plans.domain.errors import StorageFailed  # noqa: E402
from plans.security import accounts, handing_over  # noqa: E402
from plans.security.people_note import note_change  # noqa: E402
from plans_site.migrating import migrate  # noqa: E402
from plans_site.noting import note_here  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.contrib.auth.models import User

    from plans.security.accounts import Account

type Json = dict[str, object]


def users() -> list[Json]:
    """List everybody."""
    migrate()
    return [_json(account) for account in accounts.accounts()]


def check(role: str, plans: Sequence[str]) -> None:
    """Raise WrongInput where nobody could be given this."""
    accounts.rights_for(role, plans)


def add(name: str, password: str, *, role: str, plans: Sequence[str], now: int) -> Json:
    """Make an account."""
    rights = accounts.rights_for(role, plans)
    said = f"{role} of {' '.join(plans)}"
    return _changed(
        "user_added", lambda: accounts.add_person(name, password, rights), now=now, facts={"rights": said}
    )


def set_role(name: str, *, role: str, plans: Sequence[str], also: bool, keep: bool, now: int) -> Json:
    """Let somebody do this."""
    rights = accounts.rights_for(role, plans)
    said = f"{'also ' if also else ''}{role} of {' '.join(plans)}"
    return _changed(
        "role_changed",
        lambda: accounts.change_rights(name, rights, also=also),
        now=now,
        facts={"rights": said},
        keep=keep,
    )


def set_password(name: str, password: str, *, now: int) -> Json:
    """Give somebody another password."""
    return _changed("password_changed", lambda: accounts.change_password(name, password), now=now)


def switch(name: str, *, on: bool, keep: bool, now: int) -> Json:
    """Let somebody in no more, or again."""
    what, change = ("user_enabled", accounts.switch_on) if on else ("user_disabled", accounts.switch_off)
    return _changed(what, lambda: change(name), now=now, keep=keep)


def _changed(
    what: str,
    change: Callable[[], User],
    *,
    now: int,
    facts: dict[str, str] | None = None,
    keep: bool = False,
) -> Json:
    migrate()
    try:
        with transaction.atomic():
            user = change()
            name = user.username
            left = handing_over.keep(name, by=None, now=now) if keep else handing_over.leave(name)
            note_here(what, {"person": name, **(facts or {}), **left}, now=now)
    except DatabaseError as error:
        message = f"The account could not be kept: {error}"
        raise StorageFailed(message) from error
    note_change(settings.PLANBOARD.home)
    found = next(account for account in accounts.accounts() if account.name == user.username)
    return _json(found) | left


def _json(account: Account) -> Json:
    return {
        "name": account.name,
        "rights": [{"role": right.role.value, "plans": right.pattern} for right in account.rights.held],
        "active": account.is_active,
        "password": account.has_password,
        "last_login": account.last_login,
    }
