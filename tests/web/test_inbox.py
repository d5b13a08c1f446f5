"""The inbox socket over a real mirror: who is told of what, and who may stay."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import Client

from plans.actions.deciding import approve_step
from plans.actions.planning import create_plan
from plans.actions.shaping import add_step
from plans.security.roles import Role, give_role
from plans.web.inboxes import live_inbox
from plans.web.render import live_hub
from plans.web.routing import sockets
from plans.web.sockets import SOCKETS
from tests.waiting import PATIENCE
from tests.web.cast import ADA, LEDGER, LedgerBoard
from tests.web.conftest import Copy

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "security.keys"

type Open = Callable[..., Awaitable[WebsocketCommunicator]]


@pytest.fixture
async def opened(board: LedgerBoard) -> AsyncIterator[Open]:
    """Open inbox sockets; each has heard its first word."""
    live_hub.cache_clear()
    live_inbox.cache_clear()
    found: list[WebsocketCommunicator] = []

    async def open_socket(client: Client | None = None, *, all_plans: bool = False) -> WebsocketCommunicator:
        cookies = (client or board.client).cookies
        header = "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items())
        socket = WebsocketCommunicator(sockets, "/ws/inbox/", headers=[(b"cookie", header.encode())])
        found.append(socket)
        accepted, _ = await socket.connect(timeout=PATIENCE)
        assert accepted
        await socket.send_to(json.dumps({"type": "hello", "all": all_plans}))
        return socket

    yield open_socket
    for socket in found:
        with suppress(asyncio.CancelledError):
            await socket.disconnect(timeout=PATIENCE)
    await live_inbox().stop()
    await live_hub().stop()
    live_inbox.cache_clear()
    live_hub.cache_clear()


async def told(socket: WebsocketCommunicator) -> int:
    """Wait for the next word that something changed; gives what the queue counts."""
    while (message := json.loads(await socket.receive_from(timeout=PATIENCE)))["type"] == "heartbeat":
        pass
    assert message["type"] == "changed"
    rev: int = message["rev"]
    return rev


async def told_nothing(socket: WebsocketCommunicator) -> bool:
    """Tell whether the next word is only that the line is alive."""
    message = json.loads(await socket.receive_from(timeout=PATIENCE))
    return (message["type"], message["rev"]) == ("heartbeat", 1)


async def quiet(socket: WebsocketCommunicator) -> None:
    """Wait until it is told only that the line is alive."""
    while json.loads(await socket.receive_from(timeout=PATIENCE))["type"] != "heartbeat":
        pass


def decided(board: LedgerBoard, copied: Copy) -> None:
    approve_step(board.desk, LEDGER, 1, by=ADA, expected=board.revision(1))
    copied(LEDGER)


async def test_a_decision_changes_the_queue_of_everybody(
    board: LedgerBoard, eve: Client, copied: Copy, opened: Open
) -> None:
    mine, theirs = await opened(), await opened(eve)
    assert await told(mine) == await told(theirs) == 1

    await sync_to_async(decided)(board, copied)

    assert await told(mine) == await told(theirs) == 2


async def test_what_is_put_aside_changes_the_queue_of_that_person_only(
    board: LedgerBoard, eve: Client, opened: Open
) -> None:
    mine, theirs = await opened(), await opened(eve)
    assert await told(mine) == await told(theirs) == 1

    def put_aside() -> None:
        fields = {"revision": board.revision(1)}
        assert board.client.post(f"/needs/{LEDGER}/1/snooze/", fields).status_code == 303

    await sync_to_async(put_aside)()

    assert await told(mine) == 2
    assert await told_nothing(theirs)


async def test_what_asks_nobody_reaches_only_pages_about_all_plans(
    board: LedgerBoard, copied: Copy, opened: Open
) -> None:
    queue, plans = await opened(), await opened(all_plans=True)
    assert await told(queue) == await told(plans) == 1

    def change() -> None:
        add_step(board.desk, LEDGER, by=ADA, title="Free for anybody")
        copied(LEDGER)

    await sync_to_async(change)()

    assert await told(plans) == 1
    assert await told_nothing(queue)


async def test_what_one_may_not_see_changes_without_a_word(
    board: LedgerBoard, eve: Client, copied: Copy, opened: Open
) -> None:
    """Red where pages about all plans hear of any change: its time alone tells that somebody works there."""

    def hide() -> None:
        give_role(User.objects.get(username="eve"), Role.VIEWER, "payments.*")
        create_plan(board.desk, SECRET, by=ADA)
        copied(SECRET)

    def change() -> None:
        add_step(board.desk, SECRET, by=ADA, title="Turn the keys")
        copied(SECRET)

    await sync_to_async(hide)()
    mine, theirs = await opened(all_plans=True), await opened(eve, all_plans=True)
    assert await told(mine) == await told(theirs) == 1
    await quiet(mine)

    await sync_to_async(change)()
    live_inbox().changed(SECRET)
    assert await told(mine) == 1

    await sync_to_async(decided)(board, copied)
    assert await told(theirs) == 2, "its first word is of the plan that Eve sees"


async def test_what_somebody_puts_aside_is_no_news_to_others(
    board: LedgerBoard, eve: Client, copied: Copy, opened: Open
) -> None:
    mine, theirs = await opened(), await opened(eve, all_plans=True)
    assert await told(mine) == await told(theirs) == 1

    def put_aside() -> None:
        board.client.post(f"/needs/{LEDGER}/1/snooze/", {"revision": board.revision(1)})

    await sync_to_async(put_aside)()
    assert await told(mine) == 2

    await sync_to_async(decided)(board, copied)
    assert await told(theirs) == 2


async def test_a_stranger_is_let_go_with_4401(opened: Open) -> None:
    socket = await opened(Client())
    message = await socket.receive_output(timeout=PATIENCE)
    assert (message["type"], message["code"]) == ("websocket.close", 4401)


async def test_signing_out_closes_it_and_leaves_nothing_behind(board: LedgerBoard, opened: Open) -> None:
    socket = await opened()
    await told(socket)

    await sync_to_async(board.client.post)("/logout/")

    message = await socket.receive_output(timeout=PATIENCE)
    assert (message["type"], message["code"]) == ("websocket.close", 4401)
    await socket.disconnect(timeout=PATIENCE)
    assert live_inbox().facts() == {"people": 0, "sockets": 0}
    assert not SOCKETS._pokes
