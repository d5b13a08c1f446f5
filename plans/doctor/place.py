"""What the checks look at: the settings, the store, the clock, and who asks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from plans.domain.errors import PlanError

if TYPE_CHECKING:
    from plans.environment import Environment
    from plans.store.all_plans import AllPlans


@dataclass(frozen=True, kw_only=True)
class Place:
    """One root and home, looked at for the user who runs the board. ``now`` is ms."""

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

    @property
    def is_in_file(self) -> bool:
        """Whether the database is SQLite's: then the worker's lock is a file, too."""
        url = self.settings.database_url
        return url is None or url.startswith("sqlite")

    def may(self, path: str, what: int) -> bool:
        """Tell whether that user may read, write or enter (``os.R_OK`` and so on).

        Root may do everything: who asks as root for somebody else is answered by the modes.
        """
        if not os.access(path, what) or self.uid == os.geteuid():
            return os.access(path, what)
        found = os.stat(path)  # noqa: PTH116
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid in self.groups else 0
        return found.st_mode >> shift & what == what

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
