"""What a signed-in person may do: viewer, operator, admin, each for the plans that a pattern names.

On a board of one's own every person who can read the terminal's login code is an admin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied

from plans.domain.rights import EVERYTHING, Right, Rights, Role
from plans.people.rights import replace_rights
from plans.people.rights import rights_of as read_rights

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser, User

    from plans.domain.rights import Sight

__all__ = ["NotAllowed", "Role", "check_may", "give_role", "may", "rights_of", "sight_of"]
_KEPT: Final = "_planboard_rights"
_DOES: Final = {Role.VIEWER: "see", Role.OPERATOR: "change", Role.ADMIN: "manage"}
_WITHOUT_PLAN: Final = {Role.VIEWER: "any plan", Role.OPERATOR: "any plan", Role.ADMIN: "this board"}


class NotAllowed(PermissionDenied):
    """A person has not the role for what was asked; says which one it takes, and for which plans."""

    def __init__(self, needed: Role, namespace: str | None) -> None:
        what = f"plans named {namespace}" if namespace else _WITHOUT_PLAN[needed]
        super().__init__(f"You may not {_DOES[needed]} {what}: that takes the role {needed}")
        self.needed, self.namespace = needed, namespace


def rights_of(user: User | AnonymousUser) -> Rights:
    """Give all rights of a person; read once for each request, since each has a user of its own."""
    if not user.is_authenticated or not user.is_active:
        return Rights()
    kept: Rights | None = getattr(user, _KEPT, None)
    if kept is None:
        kept = read_rights(user)
        setattr(user, _KEPT, kept)
    return kept


def sight_of(user: User | AnonymousUser) -> Sight:
    """Name the plans that a person may see."""
    return rights_of(user).sight


def may(user: User | AnonymousUser, needed: Role, namespace: str | None = None) -> bool:
    """Say whether the person has the role or a higher one, for this plan; without one: for any plans."""
    rights = rights_of(user)
    return rights.may_somewhere(needed) if namespace is None else rights.may(needed, namespace)


def check_may(user: User | AnonymousUser, needed: Role, namespaces: Iterable[str]) -> None:
    """Raise NotAllowed for the first of these plans that the person has not the role for.

    Only the name counts, not whether there is such a plan: a refusal tells nobody what there is.
    """
    rights = rights_of(user)
    for namespace in namespaces:
        if not rights.may(needed, namespace):
            raise NotAllowed(needed, namespace)


def give_role(user: User, role: Role, *plans: str) -> None:
    """Make this the person's only role, for the plans that these patterns name; for all without any."""
    replace_rights(user, [Right(role, pattern) for pattern in plans or (EVERYTHING,)])
    setattr(user, _KEPT, None)
