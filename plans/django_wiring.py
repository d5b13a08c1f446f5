"""What the pages get from the settings: plans.wiring's objects, once a process."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from plans import wiring
from plans.environment import DEFAULT_ORIGIN, WrongSetting
from plans.security.origin_note import noted_origin
from plans.store.counted_plans import CountedPlans

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.environment import Environment
    from plans.live.hub import Hub
    from plans.notices.courier import Courier
    from plans.notices.targets import Targets
    from plans.security.tokens import Grant
    from plans.sync.worker import SyncWorker


def environment() -> Environment:
    """Give the settings that this process started with."""
    read: Environment = settings.PLANBOARD
    return read


def desk() -> Desk:
    """Give the plans and sessions under the root of this process; the same ones for all its threads."""
    return _desk(environment())


@lru_cache(maxsize=1)
def _desk(settings_read: Environment) -> Desk:
    return wiring.desk(settings_read, kind=CountedPlans)


def granted(token: str, *, by: str = "") -> Grant:
    """Tell what a token is for, and note that it was used, ``by`` a session. Raises TokenRefused."""
    from plans.people.tokens import find, maker_of_resting, note_use  # noqa: PLC0415 - pages need none of this
    from plans.security.tokens import Grant, TokenRefused, TokenRests  # noqa: PLC0415

    found = find(token)
    if found is None:
        maker = maker_of_resting(token) if token else ""
        raise TokenRests(maker) if maker else TokenRefused(sent=bool(token))
    grant = Grant(
        number=found.pk,
        session=found.session,
        plans=tuple(found.plans.split()),
        verbs=frozenset(found.verbs.split()),
    )
    note_use(found, by=by if grant.speaks_for(by) else "", now=wiring.now_ms())
    return grant


def sync_worker(hub: Hub | None = None) -> SyncWorker:
    """Make the worker of this mirror; ``hub`` is that of this process, if boards are shown here too."""
    from channels.layers import get_channel_layer  # noqa: PLC0415 - pages need none of this

    from plans.sync.standby import lock_for  # noqa: PLC0415
    from plans.sync.telling import Teller  # noqa: PLC0415
    from plans.sync.worker import LOCK_WAIT, SyncWorker  # noqa: PLC0415

    here = environment()
    return SyncWorker(
        store=wiring.plan_store(here, lock_wait=LOCK_WAIT),
        sessions=desk().sessions,
        teller=Teller(get_channel_layer, hub),
        lock=lock_for(here.home_folder),
        beside=_courier().run,
    )


def _courier() -> Courier:
    """Make what tells the webhooks, beside the worker."""
    from plans.notices.courier import Courier  # noqa: PLC0415 - pages send nothing
    from plans.notices.noticing import Watch  # noqa: PLC0415

    return Courier(Watch(origin=origin, new_uid=new_uid), targets=targets(), clock=wiring.now_ms)


def origin() -> str:
    """Give where people reach the board, as far as this process can know."""
    here = environment()
    return here.public_origin or noted_origin(here.home) or DEFAULT_ORIGIN


def targets() -> Targets:
    """Give what webhooks may call. Raises WrongSetting where a start did not check the settings."""
    from plans.notices.targets import FORM, SETTING, read_targets  # noqa: PLC0415 - most pages need none

    here = environment()
    try:
        return read_targets(here.webhook_targets, is_shared=here.public_origin is not None)
    except ValueError as wrong:
        written = ",".join(here.webhook_targets)
        raise WrongSetting(SETTING, written, problem=f"but {wrong}", advice=FORM) from wrong


def new_uid() -> str:
    """Make a name that nothing else has."""
    return secrets.token_hex(16)
