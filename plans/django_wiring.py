"""What the pages get from the settings: plans.wiring's objects, once a process."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from plans import wiring

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.live.hub import Hub
    from plans.sync.worker import SyncWorker
    from plans.wiring import Environment


def environment() -> Environment:
    """Give the settings that this process started with."""
    read: Environment = settings.PLANBOARD
    return read


def desk() -> Desk:
    """Give the plans and sessions under the root of this process; the same ones for all its threads."""
    return _desk(environment())


@lru_cache(maxsize=1)
def _desk(settings_read: Environment) -> Desk:
    return wiring.desk(settings_read)


def sync_worker(hub: Hub | None = None) -> SyncWorker:
    """Make the worker of this mirror; ``hub`` is that of this process, if boards are shown here too."""
    from channels.layers import get_channel_layer  # noqa: PLC0415 - pages need none of this

    from plans.store.plan_store import PlanStore  # noqa: PLC0415
    from plans.sync.standby import lock_for  # noqa: PLC0415
    from plans.sync.telling import Teller  # noqa: PLC0415
    from plans.sync.worker import LOCK_WAIT, SyncWorker  # noqa: PLC0415

    here = environment()
    return SyncWorker(
        store=PlanStore(here.root_folder, clock=wiring.now_ms, lock_wait=LOCK_WAIT),
        sessions=desk().sessions,
        teller=Teller(get_channel_layer, hub),
        lock=lock_for(here.home_folder),
    )
