"""Where settings and the clock become objects; no Django, so the command line starts fast."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from plans.actions.desk import Desk
from plans.domain.errors import PlanError, StorageFailed
from plans.security.decision_seals import DecisionSeals, Older, OneKey
from plans.sessions.heartbeats import Sessions
from plans.store.all_plans import AllPlans
from plans.store.plan_store import LOCK_WAIT, PlanStore

if TYPE_CHECKING:
    from plans.environment import Environment
    from plans.store.seals import Seals
    from plans.store.sources.finding import Sources


def desk(settings: Environment, *, kind: type[AllPlans] = AllPlans) -> Desk:
    """Make what actions work at: the plans and the sessions under the root."""
    return Desk(
        store=plan_store(settings, kind=kind),
        sessions=Sessions(settings.root_folder, clock=now_ms, host=os.uname().nodename),
    )


def plan_store(
    settings: Environment, *, lock_wait: float = LOCK_WAIT, kind: type[AllPlans] = AllPlans
) -> AllPlans:
    """Make the store of all plans; ``lock_wait`` is how long a change waits for others, s."""
    return _store(settings, seals(settings), lock_wait=lock_wait, kind=kind)


def seals(settings: Environment) -> DecisionSeals:
    """Give what signs people's decisions, and knows whose signatures count."""
    return DecisionSeals(home=settings.home_folder, root=settings.root_folder, older=lambda: _older(settings))


def desk_believing(settings: Environment, public: str) -> Desk:
    """Make a desk to look at the root's plans, which believes one public key (base64) and nothing else."""
    return Desk(
        store=PlanStore(settings.root_folder, clock=now_ms, seals=OneKey(public)),
        sessions=Sessions(settings.root_folder, clock=now_ms),
    )


def _store(settings: Environment, signs: Seals, *, lock_wait: float, kind: type[AllPlans]) -> AllPlans:
    def sources() -> Sources:
        from plans.store.sources.choosing import choice  # noqa: PLC0415 - most commands need none of it
        from plans.store.sources.finding import Sources, Where  # noqa: PLC0415

        where = Where(
            root=settings.root_folder,
            home=settings.home_folder,
            here=_here(),
            variables=os.environ,
        )
        return Sources(choice(settings.sources), where, clock=now_ms, lock_wait=lock_wait, seals=signs)

    return kind(
        settings.root_folder,
        sources=sources,
        clock=now_ms,
        lock_wait=lock_wait,
        allow_network=settings.allow_network_root,
        seals=signs,
    )


def _here() -> str:
    """Name the folder that this program was started in; one that is gone is a name where nothing is found."""
    try:
        return os.getcwd()  # noqa: PTH109 - see Environment
    except FileNotFoundError:
        return "/proc/self/cwd"


def _older(settings: Environment) -> set[str]:
    """Find what was decided in all plans and lists before there was a key to sign with."""
    noted = Older()
    store = _store(settings, noted, lock_wait=LOCK_WAIT, kind=AllPlans)
    with suppress(StorageFailed):  # no such folder: nothing was decided there
        for namespace in store.namespaces():
            with suppress(PlanError):
                store.lines(namespace)
    return noted.found


def now_ms() -> int:
    """Read the clock: milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
