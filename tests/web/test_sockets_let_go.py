"""Who may have a socket, and when it is closed: roles, limits, signing out, sessions that end."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.test import Client
from pytest_django.fixtures import Settings

from plans.live.messages import GROUP, signed_out
from plans.security import accounts
from plans.security.login import local_person
from plans.security.people_note import note_change
from plans.security.roles import Role, give_role
from plans.web import consumers, people_watch
from plans.web import sockets as web_sockets
from plans.web.crowd import Crowd
from plans.web.sockets import SOCKETS, named
from tests.waiting import PATIENCE
from tests.web.cast import LedgerBoard
from tests.web.socket_scene import Open, close_code, hello

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_stranger_is_let_go_with_4401(opened: Open) -> None:
    assert await close_code(await opened(client=Client())) == 4401


async def test_somebody_without_any_role_is_let_go_with_4403(opened: Open) -> None:
    client = Client()

    def sign_in() -> None:
        nobody = local_person("nobody")
        nobody.rights.all().delete()
        client.force_login(nobody)

    await sync_to_async(sign_in)()

    assert await close_code(await opened(client=client)) == 4403


async def test_a_plan_that_one_may_not_see_has_no_socket_and_all_plans_have_one(opened: Open) -> None:
    """Red where ``refused_as`` is asked without the plan that the socket is about."""
    client = Client()

    def sign_in() -> None:
        elsewhere = local_person("elsewhere")
        give_role(elsewhere, Role.OPERATOR, "search.*")
        client.force_login(elsewhere)

    await sync_to_async(sign_in)()

    assert await close_code(await opened(client=client)) == 4403
    inbox = await opened("/ws/inbox/", client=client)
    assert await inbox.receive_nothing(timeout=0.1)


async def test_who_is_switched_off_at_the_terminal_loses_the_sockets(
    board: LedgerBoard, opened: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where ``watch_people`` does not poke: then only the look of every minute would close them."""
    monkeypatch.setattr(people_watch, "LOOK_SECONDS", 0.01)
    home = settings.PLANBOARD.home
    home.mkdir(exist_ok=True)
    watch = asyncio.create_task(people_watch.watch_people())
    socket = await opened()
    await hello(socket, board)

    def switch_off() -> None:
        local_person("root")
        accounts.switch_off("ada")
        note_change(home)

    await sync_to_async(switch_off)()

    assert await close_code(socket) == 4401
    watch.cancel()


async def test_a_role_that_is_taken_away_closes_the_boards_sockets(board: LedgerBoard, opened: Open) -> None:
    socket = await opened()
    await hello(socket, board)

    await sync_to_async(lambda: give_role(local_person("ada"), Role.VIEWER, "search.*"))()
    SOCKETS.poke(named(board.client.session.session_key or ""))

    assert await close_code(socket) == 4403


async def test_one_socket_too_many_is_let_go_with_4429_until_another_one_leaves(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "CROWD", Crowd(each=2))
    await opened()
    second = await opened("/ws/inbox/")

    assert await close_code(await opened()) == 4429

    await second.disconnect(timeout=PATIENCE)
    assert await (await opened()).receive_nothing(timeout=0.5)


async def test_signing_out_closes_the_sockets_of_that_session_only(board: LedgerBoard, opened: Open) -> None:
    other = Client()
    await sync_to_async(lambda: other.force_login(local_person("ada")))()
    mine, theirs = await opened(), await opened(client=other)

    await sync_to_async(board.client.post)("/logout/")

    assert await close_code(mine) == 4401
    assert await theirs.receive_nothing(timeout=0.5)


async def test_signing_out_in_another_process_closes_the_sockets_of_this_one(
    board: LedgerBoard, opened: Open
) -> None:
    mine = await opened()
    await hello(mine, board)
    key = board.client.session.session_key
    assert key is not None

    await sync_to_async(board.client.session.flush)()
    await get_channel_layer().group_send(GROUP, signed_out(named(key)))

    assert await close_code(mine) == 4401


async def test_other_processes_are_told_of_a_sign_out_without_its_key(
    board: LedgerBoard, opened: Open
) -> None:
    await opened()
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(GROUP, channel)
    key = board.client.session.session_key
    assert key is not None

    await sync_to_async(board.client.post)("/logout/")

    async with asyncio.timeout(PATIENCE):
        assert await layer.receive(channel) == signed_out(named(key))
    assert key not in named(key)


async def test_signing_out_works_though_no_other_process_can_be_told(
    board: LedgerBoard, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(InMemoryChannelLayer):  # type: ignore[misc]  # channels ships no types
        async def group_send(self, group: str, message: object) -> None:
            raise ConnectionError(group, message)

    mine = await opened()
    monkeypatch.setattr(web_sockets, "get_channel_layer", Broken)

    answer = await sync_to_async(board.client.post)("/logout/")

    assert answer.status_code == 303
    assert await close_code(mine) == 4401


async def test_an_expired_session_is_noticed_by_itself(
    board: LedgerBoard, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 0.05)
    socket = await opened()

    await sync_to_async(board.client.session.flush)()

    assert await close_code(socket) == 4401
