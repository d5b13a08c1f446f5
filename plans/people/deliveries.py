"""What is to be sent to webhooks, how often that was tried, and what came of it: the work and its log."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import F, Q

from plans.people.doors import stands
from plans.people.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Collection

KEPT: Final = 100
"""Deliveries that are over, kept of each webhook."""
EXCERPT: Final = 200
"""Letters of an answer's body that are kept."""
TEST: Final = "test"
LEFT: Final = "The webhook rested, or was changed or taken over, meanwhile."
"""Why it was given up, where nobody failed."""
_ID_LENGTH: Final = 40
_KIND_LENGTH: Final = 16
_STATE_LENGTH: Final = 16
_NAMESPACE_LENGTH: Final = 300


class State(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


OVER: Final = (State.DELIVERED, State.GIVEN_UP)


class Delivery(models.Model):
    """One notice to one webhook. Times are ms."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    uid = models.CharField(max_length=_ID_LENGTH, unique=True)
    """The same at every try, so that who gets one twice can tell."""
    kind = models.CharField(max_length=_KIND_LENGTH)
    namespace = models.CharField(max_length=_NAMESPACE_LENGTH, blank=True)
    number = models.IntegerField(default=0)
    body = models.TextField()
    made_at = models.BigIntegerField()
    state = models.CharField(max_length=_STATE_LENGTH, default=State.WAITING)
    due_at = models.BigIntegerField()
    tries = models.IntegerField(default=0)
    tried_at = models.BigIntegerField(null=True)
    took = models.IntegerField(null=True)
    """How long the last try took, ms."""
    status = models.IntegerField(null=True)
    """The last answer's number, None where there was no answer."""
    error = models.TextField(blank=True)
    excerpt = models.TextField(blank=True)

    class Meta:
        app_label = "plans"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["webhook", "-made_at"], name="delivery_of_webhook"),
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state=State.WAITING)),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(state.value for state in State)), name="delivery_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace} {self.number}: {self.state}"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will be tried."""
        return self.state in OVER

    @property
    def may_go_again(self) -> bool:
        """Tell whether it may be sent once more: where the webhook is now, so only if it is for that plan."""
        return self.is_over and (self.kind == TEST or self.webhook.covers(self.namespace))


def any_waits() -> bool:
    """Tell whether anything waits to be sent, to whomever: mostly nothing does; one light statement."""
    return Delivery.objects.filter(state=State.WAITING).exists()


def webhooks_due(now: int) -> list[int]:
    """Name the webhooks for which something waits to be sent; one statement."""
    due = Delivery.objects.filter(_goes_out(), state=State.WAITING, due_at__lte=now).order_by()
    return list(due.values_list("webhook", flat=True).distinct())


def take_due(webhook: int, *, now: int) -> Delivery | None:
    """Take what has waited longest; its try is counted before it is made, so that a crash counts too."""
    due = Delivery.objects.filter(_goes_out(), webhook=webhook, state=State.WAITING, due_at__lte=now)
    found = due.select_related("webhook").order_by("due_at", "pk").first()
    if found is None or not Delivery.objects.filter(pk=found.pk, state=State.WAITING).update(
        state=State.SENDING, tries=F("tries") + 1, tried_at=now
    ):
        return None
    found.tries += 1
    return found


def note_try(delivery: Delivery, *, due_at: int | None, **outcome: object) -> None:
    """Write down what came of a try; ``due_at`` is the next one, None where there is none.

    It writes nothing where the webhook was deleted meanwhile.
    """
    delivered = not outcome.get("error")
    state = State.DELIVERED if delivered else State.GIVEN_UP if due_at is None else State.WAITING
    due = {} if due_at is None else {"due_at": due_at}
    Delivery.objects.filter(pk=delivery.pk).update(state=state, **due, **outcome)
    if state in OVER:
        _forget_old(delivery.webhook_id)


def give_up_left() -> int:
    """Give up what waits since before its webhook began to rest, went on or became another; gives how many.

    It is looked for again and again: what is just being sent then may wait for another try only afterwards.
    """
    count = 0
    left = Delivery.objects.filter(~_is_of_now(), state=State.WAITING).order_by()
    for webhook, since in left.values_list("webhook", "webhook__on_since").distinct():
        waiting = Delivery.objects.filter(webhook=webhook, state=State.WAITING, made_at__lt=since)
        count += waiting.exclude(kind=TEST).update(state=State.GIVEN_UP, error=LEFT)
        _forget_old(webhook)
    return count


def take_up_again(*, now: int) -> int:
    """Let what was being sent when the board ended be tried again; gives how many."""
    ended = "It was interrupted while it was being sent."
    return Delivery.objects.filter(state=State.SENDING).update(
        state=State.WAITING, due_at=now, error=ended, status=None, excerpt="", took=None
    )


def log_of(webhook: Webhook, *, limit: int) -> list[Delivery]:
    """List the deliveries of a webhook, the newest first."""
    return list(webhook.deliveries.order_by("-made_at", "-pk")[:limit])


def newest_of(webhooks: Collection[int]) -> dict[int, Delivery]:
    """Give the newest delivery of each webhook that had one."""
    newest = Delivery.objects.filter(webhook__in=webhooks).order_by("webhook", "made_at", "pk")
    found = newest.values("webhook").annotate(last=models.Max("pk")).values("last").order_by()
    return {one.webhook_id: one for one in Delivery.objects.filter(pk__in=found).select_related("webhook")}


def _forget_old(webhook: int) -> None:
    over = Delivery.objects.filter(webhook=webhook, state__in=OVER).order_by("-made_at", "-pk")
    old = list(over.values_list("pk", flat=True)[KEPT:])
    if old:
        Delivery.objects.filter(pk__in=old).delete()


def _goes_out() -> Q:
    """Leave out what waits for a webhook whose maker is no admin any more, or since before it last rested."""
    return stands("webhook__made_by") & _is_of_now()


def _is_of_now() -> Q:
    """Pick what was made for the webhook as it is; while one is switched off, only people make any."""
    return Q(kind=TEST) | Q(made_at__gte=F("webhook__on_since"))
