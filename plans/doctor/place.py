"""What the checks look at: the settings, the store, the clock, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from plans.domain.errors import PlanError

if TYPE_CHECKING:
    from plans.environment import Environment
    from plans.store.all_plans import AllPlans


@dataclass(frozen=True, kw_only=True)
class Place:
    """One root and home, looked at by one user. ``now`` is ms."""

    settings: Environment
    store: AllPlans
    uid: int
    groups: frozenset[int]
    now: int

    @property
    def root(self) -> str:
        """The folder of the plans."""
        return self.settings.root_folder

    @property
    def home(self) -> str:
        """The folder of the database and the secrets."""
        return self.settings.home_folder

    @cached_property
    def namespaces(self) -> list[str]:
        """The plans of the root and the lists of other programs; none where the root cannot be read."""
        try:
            return self.store.namespaces()
        except PlanError:
            return []

    @cached_property
    def own(self) -> list[str]:
        """The plans of the root."""
        return [name for name in self.namespaces if self.store.source_of(name) is None]
