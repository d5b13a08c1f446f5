"""Real processes and a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.acceptance.board_process import PATIENCE, Board
from tests.acceptance.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

expect.set_options(timeout=PATIENCE * 1000)

type SignIn = Callable[..., Page]


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    with Board(tmp_path) as running:
        yield running
    print(running.output.decode(errors="replace"))  # noqa: T201 - pytest shows it when the test failed


@pytest.fixture
def person(board: Board) -> Person:
    """Be somebody who is signed in and needs no browser."""
    return Person(board.url, board.new_link())


@pytest.fixture
def sign_in(request: pytest.FixtureRequest, browser: Browser) -> Iterator[SignIn]:
    """Open a page of an independent, signed-in browser profile.

    Keyword arguments shape the profile; ``at`` is another board than the test's own.
    """
    contexts: list[BrowserContext] = []

    def opened(path: str = "/", *, at: Board | None = None, **profile: object) -> Page:
        board: Board = at or request.getfixturevalue("board")
        context = browser.new_context(**profile)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        page = context.new_page()
        page.goto(link := board.new_link("--origin", board.url))
        if profile.get("java_script_enabled") is False:
            page.locator("#code").fill(link.partition("#code=")[2])
            page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(board.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
