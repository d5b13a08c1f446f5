"""The one inbox of this process, and how it reads everybody's queue."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async
from django.contrib.auth.models import User

from plans.domain.queue import queue
from plans.live.inbox import Inbox, Part
from plans.metrics import figures
from plans.mirror import needing
from plans.mirror.stirring import stirred
from plans.people.snoozes import snoozed
from plans.security.roles import sight_of
from plans.web.queueing import less_put_aside
from plans.web.render import live_hub
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plans.domain.queue import Ask
    from plans.domain.rights import Sight


class MirrorQueues:
    """The queues as the pages show them, read for all people at once."""

    async def state(self, people: Collection[int], *, named: Collection[str]) -> Mapping[int, Part]:
        """Tell what each person's queue and lists are made of, by one look for all who see the same plans."""
        found: Mapping[int, Part] = await database_sync_to_async(_state)(people, named)
        return found

    async def queues(self, people: Collection[int]) -> Mapping[int, object]:
        """Name what each person's queue shows."""
        found: Mapping[int, object] = await database_sync_to_async(_queues)(people)
        return found


@cache
def live_inbox() -> Inbox:
    """Give the one inbox of this process; it hears of changes through the hub."""
    inbox = Inbox(MirrorQueues())
    live_hub().on_change(inbox.changed)
    figures.SOCKETS.follow(lambda: inbox.facts()["sockets"], word="inbox")
    return inbox


def _state(people: Collection[int], named: Collection[str]) -> Mapping[int, Part]:
    now = now_ms()
    found = {}
    for sight, users in _by_sight(User.objects.in_bulk(people)).items():
        plans = stirred(sight, now=now)
        was_named = any(map(sight.shows, named))
        for user in users:
            found[user.pk] = Part((sight, plans, snoozed(user, now=now)), was_named)
    return found


def _queues(people: Collection[int]) -> Mapping[int, object]:
    now = now_ms()
    found = {}
    for sight, users in _by_sight(User.objects.in_bulk(people)).items():
        crowd = needing.crowd(sight)
        asks = queue(needing.asking_plans(sight, crowd.lives, now=now), not_stopped=crowd.not_stopped)
        for user in users:
            left, aside = less_put_aside(user, asks, now=now)
            found[user.pk] = [_shown(ask) for ask in left], [_shown(entry.ask) for entry in aside]
    return found


def _by_sight(people: Mapping[int, User]) -> dict[Sight, list[User]]:
    """Put those together who see the same plans: most boards show all of them to everybody."""
    found: dict[Sight, list[User]] = {}
    for user in people.values():
        found.setdefault(sight_of(user), []).append(user)
    return found


def _shown(ask: Ask) -> object:
    """Give what a row says that may change: of its step, which has a revision, and of what is around it."""
    facts = (ask.key, ask.step.revision, ask.reason, ask.since, ask.behind, ask.stopped)
    return facts, ask.plan.title, ask.plan.group, ask.plan.writable
