"""What a person may do with which plans: roles, each including the ones before it, by patterns of names."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from plans.domain.patterns import matches, one_of

EVERYTHING: Final = "*"


class Role(StrEnum):
    """Looks; edits and decides; manages users and tokens."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """Say whether this role may do what the other one may."""
        ladder = list(Role)
        return ladder.index(self) >= ladder.index(other)


class Right(msgspec.Struct, frozen=True):
    """One role for the plans that one pattern names."""

    role: Role
    pattern: str

    def __str__(self) -> str:
        return f"{self.role} of {'all plans' if self.pattern == EVERYTHING else self.pattern}"


class Sight(msgspec.Struct, frozen=True):
    """Which plans somebody may see; whoever asks the mirror about all plans says whose eyes it is for."""

    patterns: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Tell whether nothing is hidden: most people, and every program of the board itself."""
        return EVERYTHING in self.patterns

    def expression(self, *, tries_again: bool) -> str:
        """Give the regular expression that a database asks of a namespace; see ``one_of``."""
        return one_of(self.patterns, tries_again=tries_again)

    def shows(self, namespace: str) -> bool:
        """Tell whether this plan may be seen, be there such a plan or not."""
        return any(matches(pattern, namespace) for pattern in self.patterns)


EVERY_PLAN: Final = Sight((EVERYTHING,))
"""What the board's own programs see."""


class Rights(msgspec.Struct, frozen=True):
    """Everything that one person may do. What is asked by a name alone tells nobody which plans there are."""

    held: tuple[Right, ...] = ()

    @property
    def sight(self) -> Sight:
        """Name what may be seen: whatever a person has any role for."""
        return Sight(tuple(right.pattern for right in self.held))

    def may(self, needed: Role, namespace: str) -> bool:
        """Tell whether the person has the role for this plan, or a higher one."""
        return any(right.role.includes(needed) and matches(right.pattern, namespace) for right in self.held)

    def may_somewhere(self, needed: Role) -> bool:
        """Tell whether the person has the role for any plans, or a higher one."""
        return any(right.role.includes(needed) for right in self.held)
