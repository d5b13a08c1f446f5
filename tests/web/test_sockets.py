"""What goes over the socket: cards, gaps, words that are no message, who is there."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from plans.actions.shaping import add_step
from plans.mirror import reading
from plans.security.login import local_person
from plans.web.proxied import BY_PROXY
from plans.web.render import live_hub
from plans.web.sockets import SOCKETS
from tests.waiting import PATIENCE
from tests.web.cast import ADA, LEDGER, LedgerBoard
from tests.web.conftest import Copy
from tests.web.socket_scene import Open, close_code, heard, hello

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_change_reaches_the_page_as_the_card_the_page_itself_has(
    board: LedgerBoard, copied: Copy, opened: Open
) -> None:
    socket = await opened()
    await hello(socket, board)
    before = await sync_to_async(board.plan)()

    await sync_to_async(add_step)(board.desk, LEDGER, by=ADA, title="Pushed <b>step</b>")
    await sync_to_async(copied)(LEDGER)

    told = await heard(socket, "frame")
    assert (told["prev"], told["rev"]) == (before.revision, before.revision + 1)
    ops = told["ops"]
    assert isinstance(ops, list)
    card = next(op for op in ops if op["op"] == "card")
    assert (card["id"], card["col"], card["sum"]) == (4, "todo", "ada added step 4")
    page = (await sync_to_async(board.get)()).content.decode()
    assert card["html"].strip() in page
    assert {op["op"] for op in ops} >= {"card", "head", "count"}


async def test_a_page_that_is_behind_is_told_to_fetch(board: LedgerBoard, opened: Open) -> None:
    socket = await opened()

    await socket.send_to(json.dumps({"type": "hello", "epoch": "another", "rev": 1}))

    message = await heard(socket, "resync")
    assert message["epoch"] == (await sync_to_async(reading.versions)([board.namespace]))[board.namespace][0]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type":"hello"}', '{"type":"hello","epoch":1,"rev":"x"}'])
async def test_what_is_no_message_closes_with_4400(opened: Open, text: str) -> None:
    socket = await opened()

    await socket.send_input({"type": "websocket.receive", "text": text})

    assert await close_code(socket) == 4400


async def test_bytes_close_with_4400(opened: Open) -> None:
    socket = await opened()

    await socket.send_to(bytes_data=b"\0")

    assert await close_code(socket) == 4400


async def test_a_message_of_an_unknown_kind_is_ignored(
    board: LedgerBoard, copied: Copy, opened: Open
) -> None:
    socket = await opened()
    await socket.send_to('{"type":"tomorrow"}')
    await hello(socket, board)

    await sync_to_async(add_step)(board.desk, LEDGER, by=ADA, title="New")
    await sync_to_async(copied)(LEDGER)

    assert await heard(socket, "frame")


async def test_another_socket_address_closes_with_4400(opened: Open) -> None:
    assert await close_code(await opened("/ws/elsewhere/")) == 4400


async def test_a_closed_page_leaves_nothing_behind(opened: Open) -> None:
    socket = await opened()
    await socket.disconnect(timeout=PATIENCE)

    assert live_hub().facts()["sockets"] == 0
    assert not SOCKETS._pokes
    assert not [task for task in asyncio.all_tasks() if "_stay_signed_in" in repr(task)]


async def test_people_at_a_board_see_each_other_by_their_names(board: LedgerBoard, opened: Open) -> None:
    eve = Client()
    await sync_to_async(lambda: eve.force_login(local_person("eve\u202e")))()
    mine, theirs = await opened(), await opened(client=eve)
    for socket, step in ((mine, None), (theirs, 2)):
        await hello(socket, board)
        await socket.send_to(json.dumps({"type": "look", "step": step}))

    told = await heard(mine, "state")
    assert isinstance(told["ops"], list)
    (op,) = told["ops"]
    assert [(person["name"], person["steps"]) for person in op["people"]] == [
        ("ada", []),
        ("eve⟦U+202E⟧", [2]),
    ]


def let_in_by_the_proxy(client: Client) -> None:
    session = client.session
    session[BY_PROXY] = True
    session.save()


@pytest.mark.parametrize("path", [f"/ws/plans/{LEDGER}/", "/ws/inbox/"])
async def test_a_socket_is_of_whom_the_proxy_names(board: LedgerBoard, opened: Open, path: str) -> None:
    """Red where the cookie alone counts: it works on beside the proxy, or for whom it lets in next."""
    await sync_to_async(let_in_by_the_proxy)(board.client)
    assert await close_code(await opened(path, named=None)) == 4401
    assert await close_code(await opened(path, named="another")) == 4401
    socket = await opened(path, named="ada")
    assert await socket.receive_nothing()
