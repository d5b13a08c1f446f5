"""Telling other programs: over a real network, to receivers that fail, hang, redirect and then take it."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.urls import reverse

from plans.notices.posting import client
from plans.notices.targets import read_targets
from plans.people.deliveries import LEFT, Delivery, State, note_try
from plans.people.noticed import Noticed
from plans.people.webhooks import switch
from tests.notices.office import ORIGIN, Office, until
from tests.notices.receiver import HANG, Receiver
from tests.waiting import PATIENCE

COURIERS = "plans.notices.courier.note_try"

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, logger="plans.notices")


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def all_over() -> bool:
    return bool(states()) and all(state in {State.DELIVERED, State.GIVEN_UP} for state in states())


async def test_what_is_sent_names_agent_plan_and_step_and_is_signed(office: Office) -> None:
    with Receiver() as receiver:
        webhook = await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work():
            await until(all_over)
    (got,) = receiver.got
    assert got.is_signed(webhook.secret)
    assert not got.is_signed("another")
    assert got.headers["planboard-delivery"] == got.json["id"]
    assert got.headers["planboard-kind"] == got.json["kind"] == "approval"
    assert got.json["agent"] == "session-abc"
    assert got.json["plan"] == {"namespace": "payments.ledger", "title": "Untitled"}
    assert got.json["step"] == {"number": 1, "title": "Step 1", "revision": 2, "risk": "normal"}
    assert got.json["question"] == "Delete 41 rows?"
    link = got.json["link"]
    assert link == ORIGIN + reverse("need", args=["payments.ledger", 1])
    assert got.json["text"] == (
        "session-abc asks for approval: step 1 “Step 1” of Untitled\nDelete 41 rows?\n" + str(link)
    )


async def test_it_is_tried_until_it_is_taken_and_then_never_again(office: Office) -> None:
    with Receiver(HANG, 500, 302, 404) as receiver:
        await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work(seconds=3.0) as courier:
            await until(lambda: len(receiver.got) == 1)
            courier._seconds = PATIENCE  # who answers may take as long as a busy machine does
            await until(all_over)
            await until(lambda: office.look() == 0)
    assert len(receiver.got) == 5
    assert {got.path for got in receiver.got} == {"/told"}, "a redirect is not followed"
    assert len({got.headers["planboard-delivery"] for got in receiver.got}) == 1
    delivery = await Delivery.objects.aget()
    assert (delivery.state, delivery.tries, delivery.status, delivery.error) == ("delivered", 5, 204, "")


async def test_after_five_tries_it_is_given_up_with_the_reason(office: Office) -> None:
    with Receiver(*[503] * 9) as receiver:
        await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work():
            await until(all_over)
    delivery = await Delivery.objects.aget()
    assert (delivery.state, delivery.tries, delivery.status) == ("given_up", 5, 503)
    assert delivery.error == "It answered 503."
    assert delivery.excerpt.startswith("no luckno luck")
    assert len(delivery.excerpt) == 200


async def test_what_was_being_sent_when_the_board_ended_is_sent_by_the_next(office: Office) -> None:
    with Receiver(HANG) as receiver:
        await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work():
            await until(lambda: len(receiver.got) == 1)
        assert await sync_to_async(states)() == ["sending"]
        async with office.at_work():
            await until(all_over)
    delivery = await Delivery.objects.aget()
    assert (delivery.state, delivery.tries) == ("delivered", 2)
    assert receiver.got[0].headers["planboard-delivery"] == receiver.got[1].headers["planboard-delivery"]


async def test_a_try_that_is_not_due_waits_for_its_time_whoever_restarts(office: Office) -> None:
    with Receiver(500) as receiver:
        await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work(60_000):
            await until(lambda: states() == ["waiting"] and len(receiver.got) == 1)
        async with office.at_work(60_000):
            office.now += 10_000
            await until(lambda: office.look() == 0)
            assert len(receiver.got) == 1
            office.now += 90_000
            await until(all_over)
    assert len(receiver.got) == 2


async def test_what_was_dealt_with_meanwhile_is_not_tried_again(office: Office) -> None:
    with Receiver(500) as receiver:
        await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work(60_000):
            await until(lambda: states() == ["waiting"] and len(receiver.got) == 1)
            await sync_to_async(office.go_on)()
            await until(lambda: Noticed.objects.get().is_open is False)
            office.now += 90_000
            await until(all_over)
    assert len(receiver.got) == 1
    delivery = await Delivery.objects.aget()
    assert (delivery.state, delivery.error) == ("given_up", "Not tried again: nobody is needed any more.")


async def test_what_waits_when_its_webhook_is_switched_off_is_given_up(office: Office) -> None:
    with Receiver(500) as receiver:
        webhook = await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work(60_000):
            await until(lambda: states() == ["waiting"] and len(receiver.got) == 1)
            await sync_to_async(lambda: switch(webhook, is_on=False, now=office.now + 1))()
            await until(all_over)
    delivery = await Delivery.objects.aget()
    assert (delivery.state, delivery.error) == ("given_up", LEFT)
    assert len(receiver.got) == 1


async def test_one_that_hangs_keeps_nobody_waiting(office: Office) -> None:
    with Receiver(HANG) as slow, Receiver() as quick:
        await sync_to_async(office.webhook)(slow.url)
        await sync_to_async(office.webhook)(quick.url)
        await sync_to_async(office.ask)(1)
        await sync_to_async(office.ask)(2)
        async with office.at_work():
            await until(lambda: len(slow.got) == 1 and len(quick.got) == 2)
            assert len(slow.got) == 1


async def test_nothing_is_sent_where_it_is_not_allowed(office: Office) -> None:
    office.targets = read_targets((), is_shared=True)
    with Receiver() as receiver:
        await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work():
            await until(all_over)
    assert not receiver.got
    delivery = await Delivery.objects.aget()
    assert delivery.error.startswith("127.0.0.1 is 127.0.0.1, a loopback address")
    assert "PLANBOARD_WEBHOOK_TARGETS" in delivery.error


async def test_a_try_that_nobody_wrote_down_is_made_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The database may be away just when the answer comes."""

    def once(*_: object, **__: object) -> None:
        monkeypatch.setattr(COURIERS, note_try)
        message = "away"
        raise DatabaseError(message)

    monkeypatch.setattr(COURIERS, once)
    with Receiver() as receiver:
        await sync_to_async(office.webhook)(receiver.url)
        await sync_to_async(office.ask)()
        async with office.at_work():
            await until(all_over)
    assert len(receiver.got) == 2
    assert len({got.headers["planboard-delivery"] for got in receiver.got}) == 1
    assert "A round of webhook" in caplog.text


async def test_nobody_at_home_is_said_in_words(office: Office) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # nobody else gets that port meanwhile
        await sync_to_async(office.webhook)(f"http://127.0.0.1:{nobody.getsockname()[1]}/told")
        await sync_to_async(office.webhook)("http://no-such-host.invalid/")
        await sync_to_async(office.webhook)(f"http://{'a' * 70}.invalid/")
        await sync_to_async(office.ask)()
        async with office.at_work():
            await until(all_over)
    errors = [delivery.error async for delivery in Delivery.objects.order_by("pk")]
    assert errors[0].startswith("It could not be reached")
    assert errors[1] == "Its name leads nowhere."
    assert errors[2] == "Its address cannot be used; write another one."


async def test_no_connection_serves_two_deliveries() -> None:
    """Red where connections are kept: by address, so one with another name's certificate would be used."""
    opened = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, client() as sender:
        for _ in range(2):
            assert (await sender.post(f"http://127.0.0.1:{port}/told")).status_code == 204
    assert opened == 2
