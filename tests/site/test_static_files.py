from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIHandler

from plans_site.assets import Assets, contents
from tests.waiting import PATIENCE

PREFIX = "/static/abc/"
type Message = dict[str, object]
type Send = Callable[[Message], Awaitable[None]]


class Pages(ASGIHandler):
    async def __call__(self, _scope: object, _receive: object, send: Send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"a page's"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "board.js").write_text("const before = 1;\n")
    (tmp_path / "LICENSE").write_text("MIT")
    return tmp_path


@pytest.fixture
def assets(folder: Path) -> Assets:
    return Assets(Pages(), files=contents(folder), prefix=PREFIX)


async def ask(assets: Assets, name: str, method: str = "GET") -> tuple[int, dict[bytes, bytes], bytes]:
    scope = {"type": "http", "method": method, "path": PREFIX + name}
    visit = ApplicationCommunicator(assets, scope)
    start: Message = await visit.receive_output(timeout=PATIENCE)
    body: Message = await visit.receive_output(timeout=PATIENCE)
    status, headers, sent = start["status"], start["headers"], body["body"]
    assert isinstance(status, int)
    assert isinstance(headers, list)
    assert isinstance(sent, bytes)
    return status, dict(headers), sent


async def test_a_file_that_is_replaced_under_a_running_board_is_still_sent_whole(
    assets: Assets, folder: Path
) -> None:
    (folder / "js" / "board.js").write_text("const after = 'longer than before';\n")

    status, headers, body = await ask(assets, "js/board.js")

    assert (status, body) == (200, b"const before = 1;\n")
    assert headers[b"content-length"] == b"%d" % len(body)
    assert headers[b"content-type"].startswith(b"text/javascript")


async def test_a_file_that_is_deleted_under_a_running_board_is_still_there(
    assets: Assets, folder: Path
) -> None:
    (folder / "LICENSE").unlink()

    status, headers, body = await ask(assets, "LICENSE")

    assert (status, body) == (200, b"MIT")
    assert headers[b"content-type"].startswith(b"text/plain")


async def test_the_head_of_a_file_is_sent_without_it(assets: Assets) -> None:
    status, headers, body = await ask(assets, "js/board.js", "HEAD")

    assert (status, body) == (200, b"")
    assert headers[b"content-length"] == b"18"


async def test_a_file_can_only_be_read(assets: Assets) -> None:
    status, headers, _ = await ask(assets, "js/board.js", "POST")

    assert (status, headers[b"allow"]) == (405, b"GET, HEAD")


@pytest.mark.parametrize("name", ["js/", "js/none.js", "../conftest.py", "js/../LICENSE"])
async def test_everything_else_is_the_pages(assets: Assets, name: str) -> None:
    assert await ask(assets, name) == (404, {}, b"a page's")
