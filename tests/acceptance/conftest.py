"""Real processes and a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.acceptance import mirrored, seeing
from tests.acceptance.board_process import Board
from tests.acceptance.common_board import CommonBoard
from tests.acceptance.person import Person
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

expect.set_options(timeout=PATIENCE * 1000)

type SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def common_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommonBoard]:
    """Keep one board for all tests of this worker that leave it whole."""
    common = CommonBoard(tmp_path_factory.mktemp("common"))
    yield common
    common.stop()


@pytest.fixture
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Board]:
    """Run a board without a plan: the common one, or the test's own where it is marked ``own_board``."""
    if request.node.get_closest_marker("own_board") is None:
        running = request.getfixturevalue("common_board").cleared()
        before = len(running.output)
        yield running
    else:
        before = 0
        with Board(tmp_path) as running:
            yield running
    print(running.output[before:].decode(errors="replace"))  # noqa: T201 - pytest shows it when the test failed


@pytest.fixture
def person(board: Board) -> Person:
    """Be somebody who is signed in and needs no browser."""
    return Person(board.url, board.new_link())


@pytest.fixture
def sign_in(request: pytest.FixtureRequest, browser: Browser) -> Iterator[SignIn]:
    """Open a page of an independent, signed-in browser profile, once it can show what the files say.

    Keyword arguments shape the profile; ``at`` is another board than the test's own.
    """
    contexts: list[BrowserContext] = []

    def opened(path: str = "/", *, at: Board | None = None, **profile: object) -> Page:
        board: Board = at or request.getfixturevalue("board")
        context = browser.new_context(**profile)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE * 1000)
        context.add_init_script(seeing.UNHURRIED)
        contexts.append(context)
        mirrored.wait(board)
        here = Person(board.url, board.new_link())
        context.add_cookies(
            [{"name": kept.name, "value": kept.value or "", "url": board.url} for kept in here.cookies]
        )
        page = context.new_page()
        page.goto(board.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
