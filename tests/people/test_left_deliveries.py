"""What waits for a webhook that rests meanwhile, or is changed or taken over, is given up and never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from plans.domain.rights import Right, Role
from plans.people import deliveries, opened, webhooks
from plans.people.deliveries import TEST, Delivery, State, note_try, take_due, webhooks_due
from plans.security import accounts
from plans.security.roles import give_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.people.webhooks import Webhook

pytestmark = pytest.mark.django_db

PATTERN, URL, KINDS = "pay.*", "http://127.0.0.1:9/", ["approval"]
LATER = 10**15
MADE = 1_000


@pytest.fixture
def hook() -> Webhook:
    """Eve's webhook; Ann is an admin, too."""
    give_role(User.objects.create_user("ann"), Role.ADMIN)
    eve = User.objects.create_user("eve")
    give_role(eve, Role.ADMIN)
    hook = webhooks.add(eve, pattern=PATTERN, url=URL, kinds=KINDS, now=1)
    assert hook is not None
    return hook


def waiting(hook: Webhook, *, made_at: int = MADE, kind: str = "approval") -> Delivery:
    count = Delivery.objects.count()
    return Delivery.objects.create(
        webhook=hook,
        uid=f"uid-{count}",
        kind=kind,
        namespace="pay.secret",
        number=1,
        body="{}",
        made_at=made_at,
        due_at=made_at,
    )


def taken() -> list[int]:
    """Take all that may be sent, as the courier does."""
    found = []
    for webhook in webhooks_due(LATER):
        while (delivery := take_due(webhook, now=LATER)) is not None:
            found.append(delivery.pk)
    return found


def demoted(_hook: Webhook) -> None:
    accounts.change_rights("eve", [Right(Role.VIEWER, "*")], also=False)
    accounts.change_rights("eve", [Right(Role.ADMIN, "*")], also=False)


def disabled(_hook: Webhook) -> None:
    accounts.switch_off("eve")
    accounts.switch_on("eve")


def switched_off(hook: Webhook) -> None:
    webhooks.switch(hook, is_on=False, now=2_000)


def switched_off_and_on(hook: Webhook) -> None:
    switched_off(hook)
    webhooks.switch(hook, is_on=True, now=3_000)


def sent_elsewhere(hook: Webhook) -> None:
    webhooks.change(hook, pattern=PATTERN, url="http://127.0.0.1:10/", kinds=KINDS, now=2_000)


def narrowed(hook: Webhook) -> None:
    webhooks.change(hook, pattern="other.*", url=URL, kinds=KINDS, now=2_000)


def for_less(hook: Webhook) -> None:
    webhooks.change(hook, pattern=PATTERN, url=URL, kinds=["gate"], now=2_000)


def taken_over(hook: Webhook) -> None:
    webhooks.take(hook, User.objects.get(username="ann"), now=2_000)


def taken_over_with_all(hook: Webhook) -> None:
    assert hook.made_by is not None
    opened.take_over(hook.made_by, by=None, now=2_000)


EVERY_WAY = [
    demoted,
    disabled,
    switched_off,
    switched_off_and_on,
    sent_elsewhere,
    narrowed,
    for_less,
    taken_over,
    taken_over_with_all,
]


@pytest.mark.parametrize("becomes", EVERY_WAY)
def test_what_waited_before_is_not_sent_and_says_why(
    hook: Webhook, becomes: Callable[[Webhook], None]
) -> None:
    """Red where only the maker is asked for: it went out while the webhook rested, or to the new address."""
    delivery = waiting(hook)
    becomes(hook)
    assert taken() == []

    assert deliveries.give_up_left() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (State.GIVEN_UP, deliveries.LEFT)
    assert deliveries.give_up_left() == 0


@pytest.mark.parametrize("becomes", EVERY_WAY)
def test_what_was_just_being_sent_is_not_tried_again(
    hook: Webhook, becomes: Callable[[Webhook], None]
) -> None:
    waiting(hook)
    sending = take_due(hook.pk, now=MADE)
    assert sending is not None
    becomes(hook)
    note_try(sending, due_at=MADE, error="It answered 500.")
    assert taken() == []


def test_what_a_person_asks_for_goes_out_while_it_rests(hook: Webhook) -> None:
    test = waiting(hook, kind=TEST)
    switched_off(hook)
    again = waiting(hook, made_at=2_001)
    assert deliveries.give_up_left() == 0
    assert taken() == [test.pk, again.pk]


def test_what_asks_after_it_went_on_is_sent(hook: Webhook) -> None:
    switched_off_and_on(hook)
    delivery = waiting(hook, made_at=3_000)
    assert taken() == [delivery.pk]


def test_what_waits_stays_where_nothing_becomes_of_its_webhook(hook: Webhook) -> None:
    """Saved as it was, or told to go on while it does."""
    delivery = waiting(hook)
    webhooks.change(hook, pattern=PATTERN, url=URL, kinds=KINDS, now=2_000)
    webhooks.switch(hook, is_on=True, now=2_000)
    assert deliveries.give_up_left() == 0
    assert taken() == [delivery.pk]


def test_of_what_is_given_up_only_so_much_is_kept(hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "KEPT", 2)
    for _ in range(4):
        waiting(hook)
    switched_off(hook)
    assert deliveries.give_up_left() == 4
    assert Delivery.objects.count() == 2
