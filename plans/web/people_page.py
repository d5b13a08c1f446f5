"""The page of those who manage a board: who may come in, what each may do, and the forms that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, override

import msgspec
from django import forms

from plans.domain.errors import WrongInput
from plans.domain.rights import EVERYTHING, Role
from plans.people.opened import Opened, opened_by_each
from plans.security.accounts import accounts, rights_for
from plans.security.login import NAME_LENGTH, PASSWORD_LENGTH
from plans.security.text import clean_line
from plans.web.times import iso

if TYPE_CHECKING:
    from plans.domain.rights import Right, Rights
    from plans.security.accounts import Account

_PATTERNS_LENGTH: Final = 2_000
_DOES: Final = {
    Role.VIEWER: "looks at",
    Role.OPERATOR: "decides in and changes",
    Role.ADMIN: "manages the whole board",
}


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list."""

    name: str
    may: tuple[str, ...]
    role: str
    """What the form for another role starts with."""
    plans: str
    is_active: bool
    has_password: bool
    is_you: bool
    seen_at: str
    made: str
    """The tokens and webhooks that rest once this is no admin any more; "" where there are none."""
    opened: str
    """Which of the row's forms was sent and refused: ``role`` or ``password``."""
    error: str


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A form of a row that was refused."""

    name: str
    form: str
    error: str


class RoleForm(forms.Form):
    """A role, and the plans it is for."""

    role = forms.ChoiceField(
        choices=[(role.value, role.value) for role in Role],
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose a role."},
    )
    plans = forms.CharField(max_length=_PATTERNS_LENGTH, required=False)

    @override
    def clean(self) -> dict[str, object]:
        values: dict[str, object] = super().clean() or {}
        if "role" in values and "plans" in values:
            role, plans = str(values["role"]), str(values["plans"]).replace(",", " ").split()
            try:
                values["rights"] = rights_for(role, plans or [EVERYTHING])
            except WrongInput as wrong:
                self.add_error("plans", f"{wrong.message}. {wrong.advice}")
        return values

    @property
    def rights(self) -> list[Right]:
        """Give what a valid form says."""
        found: list[Right] = self.cleaned_data["rights"]
        return found


class PersonForm(RoleForm):
    """A new account."""

    name = forms.CharField(max_length=NAME_LENGTH, strip=False, error_messages={"required": "Type a name."})
    password = forms.CharField(
        max_length=PASSWORD_LENGTH, strip=False, error_messages={"required": "Type a password."}
    )


def people_views(you: str, *, sent: Sent | None = None) -> tuple[PersonView, ...]:
    """Build the list; ``you`` is whoever looks at it."""
    made = opened_by_each()
    return tuple(
        _person(account, you, sent=sent, made=made.get(account.name, Opened())) for account in accounts()
    )


def rights_said(rights: Rights) -> tuple[str, ...]:
    """Say what somebody may do, the end of a sentence for each role: "looks at payments.*, web"."""
    said = []
    for role in reversed(Role):
        patterns = [right.pattern for right in rights.held if right.role is role]
        if patterns:
            said.append(_said(role, patterns))
    return tuple(said) or ("may do nothing",)


def _person(account: Account, you: str, *, sent: Sent | None, made: Opened) -> PersonView:
    held = account.rights.held
    mine = sent if sent and sent.name == account.name else None
    highest = max((right.role for right in held), key=list(Role).index, default=Role.VIEWER)
    return PersonView(
        name=account.name,
        may=rights_said(account.rights),
        role=highest.value,
        plans=" ".join(right.pattern for right in held if right.role is highest),
        is_active=account.is_active,
        has_password=account.has_password,
        is_you=account.name == you,
        seen_at=iso(account.last_login or 0),
        made=made.said if account.is_active and highest is Role.ADMIN else "",
        opened=mine.form if mine else "",
        error=mine.error if mine else "",
    )


def _said(role: Role, patterns: list[str]) -> str:
    if role is Role.ADMIN:
        return _DOES[role]
    named = "all plans" if EVERYTHING in patterns else ", ".join(map(clean_line, patterns))
    return f"{_DOES[role]} {named}"
