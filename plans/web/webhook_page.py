"""What the pages of notices are given: webhooks with what became of the last delivery, and one whole log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from plans.notices.retries import DELAYS
from plans.people.deliveries import TEST, State, log_of, newest_of
from plans.people.webhooks import KINDS, all_of_them
from plans.security.text import clean_line
from plans.web.need_urls import need_url
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Collection

    from plans.people.deliveries import Delivery
    from plans.people.webhooks import Webhook

LOGGED: Final = 50
"""Deliveries that a page shows."""
TRIES: Final = len(DELAYS) + 1
KIND_WORDS: Final = {
    "approval": "Approval asked",
    "input": "Question",
    "problem": "Problem",
    "review": "Review",
    "gate": "Gate ready",
    "failed": "Step failed",
    "stale": "Owner silent",
    "mention": "Person mentioned",
    "forged": "Forged approval",
    TEST: "Test",
}
_STATES: Final = {
    State.WAITING: ("Waiting", "waiting"),
    State.SENDING: ("Sending", "running"),
    State.DELIVERED: ("Delivered", "done"),
    State.GIVEN_UP: ("Given up", "blocked"),
}


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log."""

    pk: int
    kind: str
    what: str
    """Plan and step; empty for a test."""
    href: str
    at: str
    state: str
    look: str
    error: str
    facts: str
    excerpt: str
    next_at: str
    is_over: bool
    may_go_again: bool


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook of the list."""

    pk: int
    pattern: str
    url: str
    kinds: str
    is_on: bool
    by: str
    rests: bool
    """Whoever made it is no admin any more."""
    last: DeliveryView | None


class KindView(msgspec.Struct, frozen=True, kw_only=True):
    """One reason to choose."""

    value: str
    said: str
    is_chosen: bool


def webhook_views() -> list[WebhookView]:
    """List all webhooks; two statements."""
    webhooks = list(all_of_them())
    newest = newest_of([webhook.pk for webhook in webhooks])
    return [webhook_view(webhook, newest.get(webhook.pk)) for webhook in webhooks]


def webhook_view(webhook: Webhook, last: Delivery | None = None) -> WebhookView:
    """Show one."""
    names = webhook.kind_names
    return WebhookView(
        pk=webhook.pk,
        pattern=webhook.pattern,
        url=clean_line(webhook.url),
        kinds="Every reason" if len(names) == len(KINDS) else ", ".join(KIND_WORDS[name] for name in names),
        is_on=webhook.is_on,
        by=clean_line(webhook.made_by.get_username()) if webhook.made_by else "",
        rests=bool(getattr(webhook, "rests", False)),
        last=delivery_view(last) if last else None,
    )


def log_view(webhook: Webhook) -> list[DeliveryView]:
    """Show what was sent to one."""
    return [delivery_view(delivery) for delivery in log_of(webhook, limit=LOGGED)]


def kind_views(chosen: Collection[str]) -> list[KindView]:
    """Offer the reasons."""
    return [
        KindView(value=kind.value, said=KIND_WORDS[kind.value], is_chosen=kind in chosen) for kind in KINDS
    ]


def delivery_view(delivery: Delivery) -> DeliveryView:
    """Show one delivery."""
    state, look = _STATES[State(delivery.state)]
    is_test = delivery.kind == TEST
    return DeliveryView(
        pk=delivery.pk,
        kind=KIND_WORDS.get(delivery.kind, delivery.kind),
        what="" if is_test else f"{delivery.namespace} {delivery.number}",
        href="" if is_test else need_url(delivery.namespace, delivery.number),
        at=iso(delivery.made_at),
        state=state,
        look=look,
        error=delivery.error,
        facts=_facts(delivery),
        excerpt=delivery.excerpt,
        next_at=iso(delivery.due_at) if delivery.state == State.WAITING and delivery.tries else "",
        is_over=delivery.is_over,
        may_go_again=delivery.may_go_again,
    )


def _facts(delivery: Delivery) -> str:
    parts = [
        f"answered {delivery.status}" if delivery.status else "",
        f"{delivery.took} ms" if delivery.took is not None else "",
        f"try {delivery.tries} of {TRIES}"
        if delivery.tries and (delivery.tries > 1 or delivery.error)
        else "",
    ]
    return ", ".join(part for part in parts if part)
