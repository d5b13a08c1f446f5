"""What the API's routes work at: the plans of this board, and sessions that may run on any machine."""

from __future__ import annotations

from functools import lru_cache

from plans import django_wiring
from plans.actions.desk import Desk
from plans.sessions.heartbeats import Sessions


def desk() -> Desk:
    """Give the desk of this process."""
    return _from_anywhere(django_wiring.desk())


@lru_cache(maxsize=1)
def _from_anywhere(here: Desk) -> Desk:
    """Leave the host out: a session that comes over HTTP is not known to run on this machine."""
    return Desk(store=here.store, sessions=Sessions(here.sessions.root, clock=here.sessions.clock))
