"""Pictures of a board that is empty, in trouble, or seen from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.screens.pictures import keep, open_settled, signed_in, windows
from tests.screens.playing import GUIDE, LEDGER, play

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.acceptance.board_process import Board

EMPTY = "web.relaunch"


def take_first(board: Board, browser: Browser) -> None:
    """Take what a stranger sees, and whoever comes in before there is any plan."""
    for context, name in windows(browser):
        outside = context.new_page()
        open_settled(outside, f"{board.url}/login/")
        keep(outside, f"login-{name}")
        page = signed_in(board, context)
        open_settled(page, f"{board.url}/plans/")
        keep(page, f"first-{name}")


def take_troubles(board: Board, browser: Browser) -> None:
    """Take a plan without steps, one whose file is rubbish, a line that is cut, and a shared plan."""
    play(board)
    board.ask("plan", "create", EMPTY, "--title", "Relaunch the site", session="demo")
    (board.root / GUIDE / "plan.json").write_text("<<<<<<< ours")
    for context, name in windows(browser):
        page = signed_in(board, context)
        open_settled(page, f"{board.url}/plans/{EMPTY}/")
        keep(page, f"empty-{name}")
        open_settled(page, f"{board.url}/plans/{GUIDE}/")
        page.wait_for_selector(".banner-error")
        keep(page, f"unreadable-{name}")
        _take_shared(page, board, name)
        open_settled(page, f"{board.url}/plans/{LEDGER}/")
        context.set_offline(True)
        page.wait_for_function("() => document.documentElement.dataset.connection === 'reconnecting'")
        keep(page, f"reconnecting-{name}")


def _take_shared(page: Page, board: Board, name: str) -> None:
    page.goto(f"{board.url}/plans/{LEDGER}/share/")
    page.get_by_role("button", name="Make a link").click()
    page.goto(page.locator(".new-link code").first.inner_text())
    keep(page, f"shared-{name}")
