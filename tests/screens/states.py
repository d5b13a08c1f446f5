"""Pictures of a board that is empty, in trouble, or seen from outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.screens.pictures import keep, open_settled, signed_in, windows
from tests.screens.playing import GUIDE, LEDGER, play

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.acceptance.board_process import Board

EMPTY = "web.relaunch"
PASSWORD = "correct horse staple"


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


def take_refusals(board: Board, browser: Browser) -> None:
    """Take what somebody sees who may only look, and everybody while a table of the board's is away."""
    assert board.run("user", "add", "eve", stdin=f"{PASSWORD}\n").returncode == 0
    for context, name in windows(browser):
        page = context.new_page()
        page.goto(f"{board.url}/login/?next=/settings/people/")
        page.get_by_label("Name").fill("eve")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_text("403").wait_for()
        open_settled(page, f"{board.url}/settings/people/")
        keep(page, f"forbidden-{name}")
        _rename(board, "plans_revisionevent", "elsewhere")
        open_settled(page, f"{board.url}/activity/")
        page.get_by_text("500").wait_for()
        keep(page, f"broken-{name}")
        _rename(board, "elsewhere", "plans_revisionevent")


def _rename(board: Board, table: str, name: str) -> None:
    with closing(sqlite3.connect(board.home / "board.sqlite3", timeout=30)) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO {name}")
        database.commit()
