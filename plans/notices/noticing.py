"""Looking at the queue: what newly needs a person becomes one delivery for each webhook that wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from plans.domain.queue import STALE_IN_QUEUE, Reason, queue
from plans.domain.rights import EVERY_PLAN
from plans.mirror import needing, reading
from plans.notices.marks import is_news, mark_of
from plans.notices.wording import encoded, notice_of, sent_again, test_notice
from plans.people.deliveries import TEST, Delivery
from plans.people.noticed import note, note_left, seen
from plans.people.webhooks import working

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from plans.domain.queue import Ask, AskingPlan
    from plans.mirror.needing import Needed
    from plans.people.noticed import Key
    from plans.people.webhooks import Webhook


class News(NamedTuple):
    """What one look found."""

    told: list[Ask]
    marks: dict[Key, str]
    """Of what was not noticed before."""
    left: list[Key]


class Watch:
    """Looks again and again; while the same steps ask, each unchanged, it reads only which they are."""

    def __init__(self, *, origin: Callable[[], str], new_uid: Callable[[], str]) -> None:
        """``origin`` is where people reach the board; it is asked at every look that tells of something."""
        self._origin, self._new_uid = origin, new_uid
        self._asking: list[Needed] | None = None

    def look(self, *, now: int) -> int:
        """Note what is new, and what is to be sent because of it; gives the number of deliveries made."""
        webhooks = working()
        if not webhooks:
            self._asking = None
            return 0
        asking = sorted(needing.keys_asking(EVERY_PLAN, now=now))
        if asking == self._asking:
            return 0
        with transaction.atomic():
            made = self._told(webhooks, now=now)
        self._asking = asking
        return made

    def _told(self, webhooks: Iterable[Webhook], *, now: int) -> int:
        crowd = needing.crowd(EVERY_PLAN)
        news = _news(needing.asking_plans(EVERY_PLAN, crowd.lives, now=now))
        note(news.marks)
        note_left(news.left)
        deliveries = [
            self._delivery(ask, webhook, now=now)
            for ask in news.told
            for webhook in webhooks
            if webhook.wants(ask.plan.namespace, ask.reason, since=_asked_at(ask))
        ]
        return len(Delivery.objects.bulk_create(deliveries))

    def _delivery(self, ask: Ask, webhook: Webhook, *, now: int) -> Delivery:
        uid = self._new_uid()
        return Delivery(
            webhook=webhook,
            uid=uid,
            kind=ask.reason,
            namespace=ask.plan.namespace,
            number=ask.step.number,
            body=encoded(notice_of(ask, uid=uid, origin=self._origin())),
            made_at=now,
            due_at=now,
        )


def queue_test(webhook: Webhook, *, uid: str, origin: str, now: int) -> Delivery:
    """Have a test sent, by whoever sends everything else."""
    body = encoded(test_notice(uid=uid, origin=origin, now=now))
    return Delivery.objects.create(webhook=webhook, uid=uid, kind=TEST, body=body, made_at=now, due_at=now)


def queue_again(delivery: Delivery, *, uid: str, now: int) -> Delivery:
    """Have the same words sent once more, as a delivery of its own."""
    return Delivery.objects.create(
        webhook_id=delivery.webhook_id,
        uid=uid,
        kind=delivery.kind,
        namespace=delivery.namespace,
        number=delivery.number,
        body=sent_again(delivery.body, uid=uid),
        made_at=now,
        due_at=now,
    )


def _news(plans: Iterable[AskingPlan]) -> News:
    asks = [ask for ask in queue(plans) if ask.reason is not Reason.HOLD]
    known = seen()
    epochs = reading.revisions({ask.plan.namespace for ask in asks})
    marks = {
        ask.key: mark_of(ask, epoch=epochs[ask.plan.namespace][0])
        for ask in asks
        if ask.plan.namespace in epochs
    }
    told = [ask for ask in asks if ask.key in marks and is_news(marks[ask.key], known.get(ask.key))]
    there = _plans_there(key for key, one in known.items() if one.is_open and key not in marks)
    return News(told, {ask.key: marks[ask.key] for ask in told}, there)


def _plans_there(keys: Iterable[Key]) -> list[Key]:
    """Leave out what only vanished with its plan: one that is read again has asked all the time."""
    gone = list(keys)
    there: Mapping[str, object] = reading.revisions({namespace for namespace, _ in gone})
    return [key for key in gone if key[0] in there]


def _asked_at(ask: Ask) -> int:
    """Tell when it became a person's business (ms)."""
    return ask.since + STALE_IN_QUEUE if ask.reason is Reason.STALE else ask.since
