"""Webhooks on their pages: operators only, the secret once, tests and logs, nothing by a GET."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec.structs import replace

from plans.people import deliveries, webhooks
from plans.people.deliveries import Delivery, State
from plans.people.webhooks import KINDS, Webhook
from plans.security.login import local_person

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

SECRET = re.compile(r"pbwh_[\w-]{43}")
FIELDS = {"pattern": "payments.*", "url": "http://127.0.0.1:9000/told", "kinds": ["approval", "failed"]}

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def hook(ada: Client) -> Webhook:
    """Add a webhook as Ada does."""
    assert ada.post("/webhooks/", FIELDS).status_code == 200
    return Webhook.objects.get()


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_webhook_is_made_and_its_secret_shown_once(ada: Client) -> None:
    answer = ada.post("/webhooks/", FIELDS)
    (secret,) = set(SECRET.findall(answer.content.decode()))
    hook = Webhook.objects.get()
    assert hook.secret == secret
    assert (hook.pattern, hook.url, hook.kind_names) == (
        FIELDS["pattern"],
        FIELDS["url"],
        ("approval", "failed"),
    )
    assert hook.is_on
    assert hook.on_since == hook.made_at > 0
    for path in ("/notices/", f"/webhooks/{hook.pk}/"):
        page = shown(ada, path)
        assert "payments.*" in page
        assert secret not in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": "ftp://chat.example/"}, "Write an http or https address"),
        ({"url": "javascript:alert(1)"}, "Write an http or https address"),
        ({"url": "http://"}, "Write an http or https address"),
        ({"url": "http://[::1"}, "cannot be read"),
        ({"url": "http://chat.example:0/"}, "Write an http or https address"),
        ({"url": "https://me:word@chat.example/"}, "Leave the name and password out"),
        ({"url": "http://169.254.169.254/latest"}, "a reserved address"),
        ({"url": "http://[::]/"}, "a reserved address"),
        ({"url": ""}, "Write where to"),
        ({"pattern": ""}, "Write which plans"),
        ({"pattern": "payments/*"}, "Names have letters"),
        ({"kinds": []}, "Choose at least one"),
        ({"kinds": ["hold"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    ada: Client, changed: dict[str, object], said: str
) -> None:
    answer = ada.post("/webhooks/", FIELDS | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'aria-invalid="true"' in page or "kinds-error" in page
    assert not Webhook.objects.exists()


def test_a_board_that_others_reach_does_not_call_its_own_house(ada: Client, settings: Settings) -> None:
    settings.PLANBOARD = replace(settings.PLANBOARD, public_origin="https://board.example")
    answer = ada.post("/webhooks/", FIELDS)
    assert answer.status_code == 422
    assert "PLANBOARD_WEBHOOK_TARGETS" in answer.content.decode()
    settings.PLANBOARD = replace(settings.PLANBOARD, webhook_targets=("127.0.0.0/8",))
    assert ada.post("/webhooks/", FIELDS).status_code == 200


def test_there_are_only_so_many(ada: Client, hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hook.pk
    monkeypatch.setattr(webhooks, "MOST", 1)
    answer = ada.post("/webhooks/", FIELDS)
    assert answer.status_code == 422
    assert "Delete one" in answer.content.decode()
    assert Webhook.objects.count() == 1


def test_it_is_changed_and_keeps_its_secret(ada: Client, hook: Webhook) -> None:
    changed = {"pattern": "*", "url": "https://chat.example/hook", "kinds": [kind.value for kind in KINDS]}
    assert ada.post(f"/webhooks/{hook.pk}/", changed).status_code == 303
    after = Webhook.objects.get()
    assert (after.pattern, after.url, after.secret) == ("*", "https://chat.example/hook", hook.secret)
    assert "Every reason" in shown(ada, "/notices/")
    refused = ada.post(f"/webhooks/{hook.pk}/", changed | {"url": "nowhere"})
    assert refused.status_code == 422
    assert 'value="nowhere"' in refused.content.decode()


def test_another_secret_ends_the_old_one(ada: Client, hook: Webhook) -> None:
    page = ada.post(f"/webhooks/{hook.pk}/secret/").content.decode()
    after = Webhook.objects.get().secret
    assert after != hook.secret
    assert after in page


def test_a_test_is_queued_and_stands_in_the_log(ada: Client, hook: Webhook) -> None:
    assert ada.post(f"/webhooks/{hook.pk}/test/").status_code == 303
    delivery = Delivery.objects.get()
    assert (delivery.kind, delivery.state) == ("test", State.WAITING)
    log = shown(ada, f"/webhooks/{hook.pk}/?fragment=log")
    assert "data-waits" in log
    assert "<html" not in log


def test_the_log_says_what_came_of_it_and_sends_again(ada: Client, hook: Webhook) -> None:
    ada.post(f"/webhooks/{hook.pk}/test/")
    found = deliveries.take_due(hook.pk, now=10**15)
    assert found is not None
    deliveries.note_try(
        found, due_at=None, error="It answered 500.", status=500, took=12, excerpt="<b>oops</b>"
    )
    page = shown(ada, f"/webhooks/{hook.pk}/")
    for words in ("Given up", "It answered 500.", "12 ms", "try 1 of 5", "&lt;b&gt;oops", "Send again"):
        assert words in page
    assert ada.post(f"/webhooks/{hook.pk}/again/{found.pk}/").status_code == 303
    assert Delivery.objects.count() == 2
    first, second = Delivery.objects.order_by("pk")
    assert first.uid != second.uid
    ada.post(f"/webhooks/{hook.pk}/again/{second.pk}/")
    assert Delivery.objects.count() == 2, "it is on its way"


def test_a_delivery_of_another_webhook_is_not_sent_again_here(ada: Client, hook: Webhook) -> None:
    ada.post(f"/webhooks/{hook.pk}/test/")
    Delivery.objects.update(state=State.DELIVERED)
    ada.post("/webhooks/", FIELDS)
    other = Webhook.objects.exclude(pk=hook.pk).get()
    ada.post(f"/webhooks/{other.pk}/again/{Delivery.objects.get().pk}/")
    assert Delivery.objects.count() == 1


def test_it_rests_and_goes_on_from_then(ada: Client, hook: Webhook) -> None:
    ada.post(f"/webhooks/{hook.pk}/switch/", {"to": "off"})
    assert not Webhook.objects.get().is_on
    assert "It rests" in shown(ada, f"/webhooks/{hook.pk}/")
    ada.post(f"/webhooks/{hook.pk}/switch/", {"to": "on"})
    after = Webhook.objects.get()
    assert after.is_on
    assert after.on_since >= hook.on_since


def test_deleted_it_takes_its_log_along(ada: Client, hook: Webhook) -> None:
    ada.post(f"/webhooks/{hook.pk}/test/")
    assert ada.post(f"/webhooks/{hook.pk}/delete/").status_code == 303
    assert not Webhook.objects.exists()
    assert not Delivery.objects.exists()
    assert ada.get(f"/webhooks/{hook.pk}/").status_code == 404


PATHS = ("", "test/", "switch/", "secret/", "delete/", "again/1/")


def test_only_operators_see_and_change_webhooks(eve: Client, hook: Webhook) -> None:
    before = list(Webhook.objects.values())
    page = shown(eve, "/notices/")
    assert "Add a webhook" not in page
    assert hook.url not in page
    assert eve.get(f"/webhooks/{hook.pk}/").status_code == 403
    assert eve.post("/webhooks/", FIELDS).status_code == 403
    for path in PATHS:
        assert eve.post(f"/webhooks/{hook.pk}/{path}", FIELDS).status_code == 403
        assert Client().post(f"/webhooks/{hook.pk}/{path}", FIELDS).status_code == 401
    assert list(Webhook.objects.values()) == before
    assert not Delivery.objects.exists()


def test_a_form_of_another_site_changes_nothing(hook: Webhook) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(local_person("ada"))
    for path in PATHS:
        assert client.post(f"/webhooks/{hook.pk}/{path}", FIELDS).status_code == 403
    assert client.post("/webhooks/", FIELDS).status_code == 403
    assert Webhook.objects.get().secret == hook.secret


def test_looking_changes_nothing(ada: Client, hook: Webhook) -> None:
    for path in PATHS[1:]:
        assert ada.get(f"/webhooks/{hook.pk}/{path}").status_code == 405
    assert ada.get("/webhooks/").headers["Location"] == "/notices/"
    assert Webhook.objects.count() == 1


def test_who_made_it_may_be_gone(ada: Client, hook: Webhook) -> None:
    assert hook.made_by is not None
    Webhook.objects.update(made_by=None)
    assert "Made by" not in shown(ada, f"/webhooks/{hook.pk}/")


def test_a_webhook_whose_maker_is_no_admin_any_more_rests_until_it_is_taken_over(
    ada: Client, hook: Webhook
) -> None:
    bea = User.objects.create_user("bea")
    webhooks.take(hook, bea, now=1)
    assert "Rests: <bdi>bea</bdi> is no admin any more" in shown(ada, "/notices/")
    page = shown(ada, f"/webhooks/{hook.pk}/")
    assert "<bdi>bea</bdi>, who made it, is no admin any more" in page
    assert webhooks.working() == []

    assert ada.post(f"/webhooks/{hook.pk}/take/").status_code == 303
    page = shown(ada, f"/webhooks/{hook.pk}/")
    assert "is yours now" in page
    assert "no admin any more" not in page
    assert [found.made_by for found in webhooks.working()] == [local(ada)]
    assert webhooks.working()[0].on_since > 1


def local(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])
