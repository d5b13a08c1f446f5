"""Webhooks: where the board tells other programs that a step needs a person, of which plans and why."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models

from plans.domain.patterns import matches
from plans.domain.queue import Reason
from plans.people.doors import rests, stands

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import User

KINDS: Final = tuple(reason for reason in Reason if reason is not Reason.HOLD)
"""What is told of. A hold is a person's own stop: whoever made it knows."""
MOST: Final = 50
"""Webhooks of one board."""
PATTERN_LENGTH: Final = 200
URL_LENGTH: Final = 2_000
_SECRET_BYTES: Final = 32
_SECRET_MARK: Final = "pbwh_"  # noqa: S105 - says what it is a secret of
_SECRET_LENGTH: Final = 64


class Webhook(models.Model):
    """One address that is told. Times are ms."""

    made_by = models.ForeignKey("auth.User", models.CASCADE, related_name="webhooks", null=True)
    """It rests while this is no admin who may come in (see doors); None: taken over at the terminal."""
    made_at = models.BigIntegerField()
    pattern = models.CharField(max_length=PATTERN_LENGTH)
    """Of namespaces; ``*`` stands for any letters, dots too: ``payments.*``."""
    url = models.CharField(max_length=URL_LENGTH)
    secret = models.CharField(max_length=_SECRET_LENGTH)
    """Signs what is sent, so it is kept as it is; pages show it once."""
    kinds = models.TextField()
    """Words of KINDS with spaces between."""
    is_on = models.BooleanField(default=True)
    on_since = models.BigIntegerField()
    """It is told of what asks from then on: nobody wants to hear of a whole queue at once.

    What was to be sent before is not sent any more. It is set anew whenever the webhook rests, goes on, is
    changed or taken over.
    """

    class Meta:
        app_label = "plans"
        ordering: ClassVar[list[str]] = ["pattern", "pk"]

    def __str__(self) -> str:
        return f"{self.pattern} → {self.url}"

    @property
    def kind_names(self) -> tuple[str, ...]:
        """List the kinds it is told of, in the order in which pages list them."""
        return tuple(kind.value for kind in KINDS if kind in self.kinds.split())

    def wants(self, namespace: str, kind: str, *, since: int) -> bool:
        """Tell whether it is to hear of this, which asks ``since`` then (ms)."""
        return since >= self.on_since and kind in self.kinds.split() and self.covers(namespace)

    def covers(self, namespace: str) -> bool:
        """Tell whether it is for this plan."""
        return matches(self.pattern, namespace)


def new_secret() -> str:
    """Make a secret of 256 random bits."""
    return _SECRET_MARK + secrets.token_urlsafe(_SECRET_BYTES)


def add(user: User, *, pattern: str, url: str, kinds: Collection[str], now: int) -> Webhook | None:
    """Make a webhook that is on; None where there are too many already."""
    if Webhook.objects.count() >= MOST:
        return None
    return Webhook.objects.create(
        made_by=user,
        made_at=now,
        pattern=pattern,
        url=url,
        kinds=" ".join(kinds),
        secret=new_secret(),
        on_since=now,
    )


def change(webhook: Webhook, *, pattern: str, url: str, kinds: Collection[str], now: int) -> None:
    """Let it be told of other things, or elsewhere: of what asks from now on."""
    before = webhook.pattern, webhook.url, webhook.kinds
    webhook.pattern, webhook.url, webhook.kinds = pattern, url, " ".join(kinds)
    if before != (webhook.pattern, webhook.url, webhook.kinds):
        webhook.on_since = now
        webhook.save(update_fields=["pattern", "url", "kinds", "on_since"])


def switch(webhook: Webhook, *, is_on: bool, now: int) -> None:
    """Rest, or go on: then with what asks from now on. One that does so already is left as it is."""
    if webhook.is_on != is_on:
        webhook.is_on, webhook.on_since = is_on, now
        webhook.save(update_fields=["is_on", "on_since"])


def take(webhook: Webhook, user: User, *, now: int) -> None:
    """Let it be another admin's; it tells of what asks from now on."""
    webhook.made_by, webhook.on_since = user, now
    webhook.save(update_fields=["made_by", "on_since"])


def all_of_them() -> models.QuerySet[Webhook]:
    """Pick all, with their makers, and whether each ``rests`` with its maker."""
    return Webhook.objects.select_related("made_by").annotate(rests=rests())


def working() -> list[Webhook]:
    """List those that are on, made by people who are admins."""
    return list(Webhook.objects.filter(stands(), is_on=True))


def renew_secret(webhook: Webhook) -> str:
    """Give it another secret; what is sent from now on is signed with that."""
    webhook.secret = new_secret()
    webhook.save(update_fields=["secret"])
    return webhook.secret
