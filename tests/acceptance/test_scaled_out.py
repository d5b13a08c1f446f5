"""Several web processes and workers, Redis between them and PostgreSQL below: the same board everywhere."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from urllib.request import urlopen

import httpx
import pytest
from playwright.sync_api import expect
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.acceptance import seeing
from tests.acceptance.board_process import MANAGE, Board
from tests.acceptance.keeper import PASSWORD, blocks
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "session-abc"
BOARD = f"/plans/{PLAN}/"
(PRINTED,) = (block for block in blocks("sh") if block.startswith("uvicorn "))
# Of two --port options the last one counts, which is the board's own.
UVICORN = (sys.executable, "-m", *shlex.split(PRINTED.replace("\\\n", " ")), "--log-level", "warning")
PROXY = "10.0.0.7"

type Settings = dict[str, str]


@pytest.fixture
def engines(redis_url: str, postgres_url: str) -> Settings:
    return {"PLANBOARD_REDIS_URL": redis_url, "PLANBOARD_DATABASE_URL": postgres_url}


@pytest.fixture
def two_boards(tmp_path: Path, engines: Settings) -> Iterator[tuple[Board, Board]]:
    """Run two that share a root, a home and the engines; the first one copies, the second waits."""
    with Board(tmp_path, settings=engines) as first:
        until(lambda: healthy(first.url))
        with Board(tmp_path, settings=engines) as second:
            yield first, second


def three_steps(board: Board) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    for title in ("Survey", "Build", "Ship"):
        board.ask("step", "add", PLAN, "--title", title, session=AGENT)


def healthy(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def running(command: list[str], board: Board) -> Iterator[None]:
    """Run a program of the server's keeper with the board's settings."""
    with subprocess.Popen(command, env=board.environment) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


def test_a_change_reaches_the_pages_of_both_processes(
    two_boards: tuple[Board, Board], sign_in: SignIn
) -> None:
    first, second = two_boards
    three_steps(first)
    pages = [sign_in(BOARD, at=board) for board in two_boards]
    for page in pages:
        seeing.live(page)
        seeing.stay(page)
    first.ask("step", "claim", PLAN, "1", session=AGENT)
    for page in pages:
        seeing.stands_in(page, "run", 1)
    form = pages[1].locator("#step-1").get_by_role("link", name="Survey")
    form.click()
    edit = seeing.open_form(pages[1], "edit")
    edit.get_by_label("Title").fill("Survey everything")
    edit.get_by_role("button", name="Save", exact=True).click()
    for page in pages:
        expect(page.locator("#title-1")).to_contain_text("Survey everything")
        assert seeing.stayed(page)
    assert second.step(PLAN, 1)["title"] == "Survey everything"


def test_who_signs_out_at_one_process_is_told_at_the_other_at_once(
    two_boards: tuple[Board, Board], sign_in: SignIn
) -> None:
    first, second = two_boards
    three_steps(first)
    here = sign_in(BOARD, at=first)
    there = here.context.new_page()
    there.goto(second.url + BOARD)
    for page in (here, there):
        seeing.live(page)
    here.get_by_role("button", name="Sign out").click()
    expect(there.locator("[data-connection-chip]").first).to_contain_text("Signed out", timeout=30_000)


def test_when_the_copying_process_is_killed_the_other_takes_over(
    two_boards: tuple[Board, Board], sign_in: SignIn
) -> None:
    first, second = two_boards
    three_steps(first)
    page = sign_in(BOARD, at=second)
    seeing.live(page)
    seeing.stay(page)
    first.stop(signal.SIGKILL)
    second.ask("step", "claim", PLAN, "2", session=AGENT)
    seeing.stands_in(page, "run", 2)
    assert seeing.stayed(page)


class Uvicorn(Board):
    """A web process on another server; it has no worker of its own and prints no link."""

    program = UVICORN

    def start(self) -> None:
        """Wait until it answers anything: there may be no worker yet."""
        self.run_program()
        until(self.answers)

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/login/", timeout=PATIENCE) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def test_two_web_processes_without_a_worker_are_fed_by_the_one_that_runs_alone(
    tmp_path: Path, engines: Settings, sign_in: SignIn
) -> None:
    with ExitStack() as stack:
        boards = [Uvicorn(tmp_path, settings=engines) for _ in range(2)]
        migrated = boards[0].manage("migrate")
        assert migrated.returncode == 0, migrated.stderr
        for board in boards:
            stack.enter_context(board)
        stack.enter_context(running([*MANAGE, "sync_plans"], boards[0]))
        three_steps(boards[0])
        for board in boards:
            until(lambda board=board: healthy(board.url))  # type: ignore[misc]
        pages = [sign_in(BOARD, at=board) for board in boards]
        for page in pages:
            seeing.live(page)
        boards[0].ask("step", "claim", PLAN, "1", session=AGENT)
        for page in pages:
            seeing.stands_in(page, "run", 1)


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uvicorn]:
    """Run one web process whose proxy, on another machine, knows the people."""
    told = {"PLANBOARD_PROXIES": PROXY, "PLANBOARD_PROXY_HEADER": "X-Forwarded-User"}
    board = Uvicorn(tmp_path_factory.mktemp("proxied"), settings=told)
    migrated = board.manage("migrate")
    assert migrated.returncode == 0, migrated.stderr
    added = board.run("user", "add", "boss", "--role", "admin", stdin=PASSWORD)
    assert added.returncode == 0, added.stderr
    with board:
        yield board


@pytest.mark.parametrize("said", [{}, {"X-Forwarded-For": PROXY}, {"X-Forwarded-For": f"{PROXY}:4711"}])
def test_on_uvicorn_nobody_beside_the_proxy_can_say_who_they_are_or_that_they_are_it(
    behind_a_proxy: Uvicorn, said: Settings
) -> None:
    """Red where the page's command lets uvicorn believe what programs of this machine say."""
    page, named = f"{behind_a_proxy.url}/settings/people/", {"X-Forwarded-User": "boss", **said}
    answer = httpx.get(page, headers=named, timeout=PATIENCE)
    assert (answer.status_code, "counts only from this board" in answer.text) == (403, True)


def test_on_uvicorn_sockets_agree_on_no_compression(behind_a_proxy: Uvicorn) -> None:
    """Red without ``--ws-per-message-deflate false`` on the page."""
    address = f"{behind_a_proxy.url.replace('http', 'ws', 1)}/ws/inbox/"
    origin = Origin(behind_a_proxy.url)
    with connect(address, origin=origin, proxy=None, open_timeout=PATIENCE) as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers
