"""What a signed-in person may do: viewer, operator, admin, each including the ones before it.

A role is a Django group of that name. On a board of one's own every person who can read the terminal's
login code is an admin; rights for one namespace pattern come as further rows, asked in `may`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class Role(StrEnum):
    """Looks; edits and decides; manages users and tokens."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """Say whether this role may do what the other one may."""
        ladder = list(Role)
        return ladder.index(self) >= ladder.index(other)


def may(user: User | AnonymousUser, needed: Role) -> bool:
    """Say whether the person has the role or a higher one; one query."""
    if not user.is_authenticated or not user.is_active:
        return False
    names = set(user.groups.values_list("name", flat=True))
    return any(role.includes(needed) for role in Role if role in names)


def give_role(user: User, role: Role) -> None:
    """Make this the person's only role."""
    groups = Group.objects.filter(name__in=list(Role))
    user.groups.remove(*groups)
    group, _ = Group.objects.get_or_create(name=role)
    user.groups.add(group)
