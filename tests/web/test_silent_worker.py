"""A worker that fell silent is told on the pages of a plan, open ones too, and taken off when it is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from asgiref.sync import sync_to_async

from plans.mirror import reading
from plans.mirror.models import Worker
from plans.web.gathering import SILENT_MS
from plans.web.source import MirrorSource
from plans.wiring import now_ms
from tests.web.cast import LEDGER, LedgerBoard
from tests.web.socket_scene import heard as next_of
from tests.web.socket_scene import hello

if TYPE_CHECKING:
    from channels.testing import WebsocketCommunicator

    from tests.web.socket_scene import Open

SAID = "The worker is silent: what you see may be old."


def heard(*, ago: int) -> None:
    """Let the worker have given its last sign of life so many ms ago."""
    row = {"host": "here", "pid": 1, "mode": "notify", "beat_at": now_ms() - ago}
    Worker.objects.update_or_create(name="sync", defaults=row)


@pytest.mark.parametrize("path", ["", "table/", "track/", "timeline/"])
def test_a_page_of_a_plan_says_that_the_worker_is_silent(board: LedgerBoard, path: str) -> None:
    heard(ago=2 * SILENT_MS)
    page = board.get(path).content.decode()
    assert SAID in page.partition('id="banner"')[2].partition("</div>")[0]
    heard(ago=0)
    assert SAID not in board.get(path).content.decode()


def test_a_worker_that_ended_before_the_clock_was_set_back_is_silent(board: LedgerBoard) -> None:
    """Red where a sign from the future counts as a fresh one: an hour may pass before anybody is told."""
    heard(ago=-2 * SILENT_MS)
    assert SAID in board.get("").content.decode()


def test_nothing_is_said_where_no_worker_ever_ran(board: LedgerBoard) -> None:
    Worker.objects.all().delete()
    assert SAID not in board.get("").content.decode()


def test_a_page_that_was_kept_is_not_the_same_once_the_worker_is_silent(board: LedgerBoard) -> None:
    heard(ago=0)
    kept = board.get(fragment="board")["ETag"]
    heard(ago=2 * SILENT_MS)
    assert board.get(fragment="board")["ETag"] != kept


def test_the_answer_to_a_change_says_it_still(board: LedgerBoard) -> None:
    heard(ago=2 * SILENT_MS)
    answer = board.htmx("steps/2/comment/", note="Done soon", revision=board.revision(2), key="k")
    assert SAID in answer.content.decode().partition('hx-target="#banner"')[2]


@pytest.mark.usefixtures("board")
def test_open_plans_are_read_again_when_it_falls_silent_and_when_it_is_back() -> None:
    heard(ago=0)
    source = MirrorSource()

    def read() -> list[str]:
        news = source._read(LEDGER)
        assert news is not None
        assert source._versions([LEDGER]) == reading.versions([LEDGER])
        return list(news.picture.warnings)

    assert read() == []
    heard(ago=2 * SILENT_MS)
    assert source._versions([LEDGER]) != reading.versions([LEDGER])
    assert [said.startswith(SAID) for said in read()] == [True]
    heard(ago=0)
    assert source._versions([LEDGER]) != reading.versions([LEDGER])
    assert read() == []
    source.drop(LEDGER)
    assert source._versions([LEDGER]) == reading.versions([LEDGER])


@pytest.mark.django_db(transaction=True)
async def test_an_open_page_is_told_when_it_falls_silent_and_when_it_is_back(
    board: LedgerBoard, opened: Open
) -> None:
    """Red where the board goes on saying Live, and nothing else, over what nobody copies any more."""
    await sync_to_async(heard)(ago=0)
    socket = await opened()
    await hello(socket, board)
    for ago, is_silent in ((2 * SILENT_MS, True), (0, False)):
        await sync_to_async(heard)(ago=ago)
        while (SAID in await next_banner(socket)) is not is_silent:
            pass


async def next_banner(socket: WebsocketCommunicator) -> str:
    while True:
        told = await next_of(socket, "state")
        ops = told["ops"]
        assert isinstance(ops, list)
        found = [str(op["html"]) for op in ops if op["op"] == "banner"]
        if found:
            return found[0]


def test_needs_you_says_it_and_takes_it_off_when_it_is_asked_again(board: LedgerBoard) -> None:
    heard(ago=0)
    assert SAID not in board.client.get("/needs/").content.decode()
    asked = "/needs/?fragment=queue"
    well = board.client.get(asked)
    heard(ago=2 * SILENT_MS)
    assert SAID in board.client.get("/needs/").content.decode()
    silent = board.client.get(asked, headers={"If-None-Match": well["ETag"]})
    assert (silent.status_code, SAID in silent.content.decode()) == (200, True)
    assert board.client.get(asked, headers={"If-None-Match": silent["ETag"]}).status_code == 304
    heard(ago=0)
    again = board.client.get(asked, headers={"If-None-Match": silent["ETag"]})
    assert (again.status_code, SAID in again.content.decode()) == (200, False)
