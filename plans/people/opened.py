"""The tokens and webhooks that one person made: named, taken over by others, opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from plans.people.tokens import AgentToken
from plans.people.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User


class Opened(NamedTuple):
    """Numbers of tokens that were not revoked, and of webhooks."""

    tokens: tuple[int, ...] = ()
    webhooks: tuple[int, ...] = ()

    @property
    def said(self) -> str:
        """Name them: "tokens 3 and 7, webhook 1"; "" where there are none."""
        return ", ".join(filter(None, (_named("token", self.tokens), _named("webhook", self.webhooks))))


def opened_by(user: User) -> Opened:
    """Name what somebody made."""
    tokens = AgentToken.objects.filter(made_by=user, revoked_at=None).order_by("pk")
    webhooks = Webhook.objects.filter(made_by=user).order_by("pk")
    return Opened(tuple(tokens.values_list("pk", flat=True)), tuple(webhooks.values_list("pk", flat=True)))


def opened_by_each() -> dict[str, Opened]:
    """Name what each person made who made anything; two statements."""
    tokens = AgentToken.objects.filter(revoked_at=None).exclude(made_by=None).order_by("pk")
    webhooks = Webhook.objects.exclude(made_by=None).order_by("pk")
    by_token = _by_name(tokens.values_list("made_by__username", "pk"))
    by_webhook = _by_name(webhooks.values_list("made_by__username", "pk"))
    names = by_token.keys() | by_webhook.keys()
    return {name: Opened(by_token.get(name, ()), by_webhook.get(name, ())) for name in names}


def take_over(user: User, *, by: User | None, now: int) -> Opened:
    """Let all that somebody made be another admin's, or nobody's in particular; gives what that was."""
    with transaction.atomic():
        taken = opened_by(user)
        AgentToken.objects.filter(pk__in=taken.tokens).update(made_by=by)
        Webhook.objects.filter(pk__in=taken.webhooks).update(made_by=by, on_since=now)
    return taken


def reopen(user: User, *, now: int) -> None:
    """Let the webhooks of somebody who is an admin again tell of what asks from ``now`` (ms) on."""
    Webhook.objects.filter(made_by=user).update(on_since=now)


def _by_name(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for name, number in pairs:
        found[name] = (*found.get(name, ()), number)
    return found


def _named(what: str, numbers: tuple[int, ...]) -> str:
    if not numbers:
        return ""
    head, last = ", ".join(map(str, numbers[:-1])), str(numbers[-1])
    return f"{what}s {head} and {last}" if head else f"{what} {last}"
