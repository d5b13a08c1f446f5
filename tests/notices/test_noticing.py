"""What is told of: each request once, to whom it concerns, across restarts."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from plans.domain.patterns import matches
from plans.domain.picture import Life
from plans.domain.queue import STALE_IN_QUEUE
from plans.domain.step import Kind, RequestKind, Status
from plans.mirror import session_rows
from plans.mirror.models import Plan
from plans.notices.noticing import queue_again, queue_test
from plans.notices.retries import DELAYS, next_try
from plans.people import deliveries, webhooks
from plans.people.deliveries import Delivery

if TYPE_CHECKING:
    from tests.notices.office import Office
    from tests.notices.receiver import Json

URL = "http://127.0.0.1:9/"


def told() -> list[tuple[str, str, int]]:
    rows = Delivery.objects.order_by("pk")
    return list(rows.values_list("webhook__pattern", "namespace", "number"))


def kinds() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("kind", flat=True))


def test_the_same_request_is_told_of_once(office: Office) -> None:
    office.webhook(URL)
    office.ask()
    watch = office.watch()
    assert [watch.look(now=office.now) for _ in range(3)] == [1, 0, 0]
    office.set(1, title="Another title")
    assert watch.look(now=office.now) == 0
    assert office.look() == 0, "after a restart"


def test_blocking_again_is_told_of_again(office: Office) -> None:
    office.webhook(URL)
    office.ask()
    office.look()
    office.go_on()
    office.look()
    office.ask(text="And now?")
    assert office.look() == 1


def test_blocking_again_between_two_looks_is_told_of_again(office: Office) -> None:
    office.webhook(URL)
    office.ask()
    office.look()
    office.go_on()
    office.ask(text="And now?")
    assert office.look() == 1


def test_a_decision_that_is_undone_is_not_told_of_again(office: Office) -> None:
    office.webhook(URL)
    office.ask()
    office.look()
    asked = office.plans[office.namespace][0].plan.step(1)
    office.go_on()
    office.look()
    office.set(1, status=Status.BLOCKED, request=asked.request)
    assert office.look() == 0


def test_patterns_choose_the_plans_and_kinds_the_reasons(office: Office) -> None:
    office.open("search.ranker")
    office.webhook(URL, "payments.*")
    office.webhook(URL, "search.*")
    office.webhook(URL, "*", kinds="failed stale")
    office.ask()
    office.ask(of="search.ranker")
    office.set(2, status=Status.FAILED)
    office.set(2, of="search.ranker", status=Status.FAILED)
    office.look()
    assert sorted(told()) == [
        ("*", "payments.ledger", 2),
        ("*", "search.ranker", 2),
        ("payments.*", "payments.ledger", 1),
        ("payments.*", "payments.ledger", 2),
        ("search.*", "search.ranker", 1),
        ("search.*", "search.ranker", 2),
    ]


@pytest.mark.parametrize(
    ("pattern", "namespace", "does"),
    [
        ("*", "payments", True),
        ("payments.*", "payments.ledger", True),
        ("payments.*", "payments.ledger.eu", True),
        ("payments.*", "payments", False),
        ("payments.*", "paymentsXledger", False),
        ("payments", "payments", True),
        ("*.eu", "payments.ledger.eu", True),
        ("*" * 50 + "!", "a" * 300, False),
    ],
)
def test_a_star_stands_for_anything_and_a_dot_for_a_dot(pattern: str, namespace: str, *, does: bool) -> None:
    assert matches(pattern, namespace) is does


def test_every_reason_is_told_of_but_a_persons_own_hold(office: Office) -> None:
    office.webhook(URL)
    office.ask(1)
    office.set(2, status=Status.FAILED, reason="The disk was full")
    office.set(3, kind=Kind.GATE)
    office.look()
    assert sorted(kinds()) == ["approval", "failed", "gate"]
    request = office.plans[office.namespace][0].plan.step(1).request
    assert request is not None
    office.set(1, request=replace(request, id=99, kind=RequestKind.HOLD))
    office.set(2, status=Status.BLOCKED, request=replace(request, id=98, kind=RequestKind.PROBLEM))
    office.look()
    assert sorted(kinds()) == ["approval", "failed", "gate", "problem"]


def test_a_gate_that_opens_again_is_told_of_again_but_a_remark_on_it_is_not(office: Office) -> None:
    office.webhook(URL)
    office.set(1, status=Status.COMPLETED)
    office.set(2, kind=Kind.GATE, needs=(1,))
    watch = office.watch()
    watch.look(now=office.now)
    office.set(2, notes="Look at the numbers first")
    assert watch.look(now=office.now) == 0
    office.set(1, status=Status.PENDING)
    watch.look(now=office.now)
    office.set(1, status=Status.COMPLETED)
    assert watch.look(now=office.now) == 1


def test_a_silent_owner_is_told_of_each_time_it_falls_silent(office: Office) -> None:
    office.webhook(URL)
    office.set(1, status=Status.IN_PROGRESS)
    silent = Life(session="session-abc", liveness="stale", beat_at=office.now)
    session_rows.write_lives([silent])
    watch = office.watch()
    assert watch.look(now=office.now) == 0
    office.now += STALE_IN_QUEUE
    assert watch.look(now=office.now) == 1
    assert kinds() == ["stale"]
    session_rows.write_lives([replace(silent, liveness="live")])
    watch.look(now=office.now)
    session_rows.write_lives([replace(silent, beat_at=office.now)])
    office.now += STALE_IN_QUEUE
    assert watch.look(now=office.now) == 1


def test_a_new_webhook_hears_only_of_what_asks_from_then_on(office: Office) -> None:
    office.ask(1)
    office.webhook(URL)
    webhooks.Webhook.objects.update(on_since=office.now + 1)
    assert office.look() == 0
    office.now += 10
    office.ask(2)
    assert office.look() == 1


def test_what_asked_while_a_webhook_rested_is_not_sent_later(office: Office) -> None:
    webhook = office.webhook(URL)
    webhooks.switch(webhook, is_on=False, now=office.now)
    office.ask(1)
    assert office.look() == 0
    webhooks.switch(webhook, is_on=True, now=office.now + 1)
    assert office.look() == 0


def test_a_mirror_that_is_made_again_tells_of_nothing_twice(office: Office) -> None:
    office.webhook(URL)
    office.ask(1)
    office.set(2, status=Status.FAILED)
    watch = office.watch()
    assert watch.look(now=office.now) == 2
    Plan.objects.all().delete()
    assert watch.look(now=office.now) == 0
    office.plans[office.namespace][0].mirror()
    assert watch.look(now=office.now) == 0


def test_another_plan_of_the_same_name_is_told_of(office: Office) -> None:
    office.webhook(URL)
    office.ask(1)
    office.look()
    Plan.objects.all().delete()
    office.open(office.namespace)
    story, _ = office.plans[office.namespace]
    story.plan = replace(story.plan, epoch="another")
    office.plans[office.namespace] = (story, story.mirror())
    office.ask(1)
    assert office.look() == 1


def test_a_look_while_the_same_steps_ask_takes_two_light_statements(office: Office) -> None:
    office.webhook(URL)
    office.ask(1)
    watch = office.watch()
    watch.look(now=office.now)
    office.set(2, active_form="running 212 tests")
    with CaptureQueriesContext(connection) as captured:
        watch.look(now=office.now)
    assert len(captured) == 2


def test_hostile_words_stay_words_in_chat_programs(office: Office) -> None:
    office.webhook(URL)
    office.ask(1, text="<!channel> @here [click](http://evil) \x1b[2J\u202efdp")
    office.look()
    body: Json = json.loads(Delivery.objects.get().body)
    text = str(body["text"])
    for harmful in ("<", ">", "@", "[", "]", "\x1b", "\u202e"):
        assert harmful not in text
    assert "\x1b" not in str(body["question"])


def test_sent_again_it_says_the_same_under_another_id(office: Office) -> None:
    office.webhook(URL)
    office.ask()
    office.look()
    first = Delivery.objects.get()
    again = queue_again(first, uid="another", now=office.now)
    before, after = json.loads(first.body), json.loads(again.body)
    assert (before.pop("id"), after.pop("id")) == ("uid-1", "another")
    assert before == after


def test_the_log_keeps_only_the_newest(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "KEPT", 2)
    webhook = office.webhook(URL)
    for uid in "abcd":
        delivery = queue_test(webhook, uid=uid, origin="http://board", now=office.now)
        deliveries.note_try(delivery, due_at=None, error="It answered 500.")
    assert set(Delivery.objects.values_list("uid", flat=True)) == {"c", "d"}


def test_tries_go_on_for_about_an_hour_each_after_a_longer_wait() -> None:
    def at(tries: int, chance: float) -> int:
        found = next_try(tries, now=0, chance=lambda: chance)
        assert found is not None
        return found

    assert [at(tries, 0.5) for tries in range(1, 5)] == list(DELAYS)
    assert 50 * 60_000 < sum(DELAYS) < 70 * 60_000
    assert all(at(later, 0) > at(earlier, 1) for earlier, later in pairwise(range(1, 5)))
    assert next_try(5, now=0, chance=lambda: 0.5) is None
