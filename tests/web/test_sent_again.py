"""What was given up is sent again only where its webhook is still for that plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.people.deliveries import LEFT, Delivery, State
from plans.people.webhooks import Webhook
from tests.web.test_webhooks import FIELDS, shown

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.usefixtures("desk")


def test_what_is_of_another_plan_by_now_is_not_sent_again(ada: Client) -> None:
    """It would go to the address as it is now, which nobody gave for that plan."""
    ada.post("/webhooks/", FIELDS)
    hook = Webhook.objects.get()
    ada.post(f"/webhooks/{hook.pk}/test/")
    of_plan = {"kind": "approval", "namespace": "payments.ledger", "number": 1}
    Delivery.objects.update(state=State.GIVEN_UP, error=LEFT, **of_plan)
    page = f"/webhooks/{hook.pk}/"
    again = f"{page}again/{Delivery.objects.get().pk}/"
    assert "Send again" in shown(ada, page)
    ada.post(page, FIELDS | {"pattern": "search.*", "url": "https://chat.example/hook"})

    after = shown(ada, page)
    assert "Given up" in after
    assert "The webhook rested, or was changed or taken over, meanwhile." in after
    assert "Send again" not in after
    ada.post(again)
    assert Delivery.objects.count() == 1
    assert "This webhook is not for that plan any more" in shown(ada, page)

    ada.post(page, FIELDS | {"url": "https://chat.example/hook"})
    ada.post(again)
    assert Delivery.objects.count() == 2
