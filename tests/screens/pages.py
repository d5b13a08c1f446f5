"""Pictures of every screen of a board at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.screens.pictures import keep, open_settled, signed_in
from tests.screens.playing import LEDGER

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.acceptance.board_process import Board

PATHS = {
    "needs": "/needs/",
    "plans": "/plans/",
    "sessions": "/sessions/",
    "activity": "/activity/",
    "search": "/search/?q=write",
    "settings": "/settings/",
    "board": f"/plans/{LEDGER}/",
    "drawer": f"/plans/{LEDGER}/?step=10",
    "track": f"/plans/{LEDGER}/track/",
    "table": f"/plans/{LEDGER}/table/",
    "owners": f"/plans/{LEDGER}/?group=owner",
    "timeline": f"/plans/{LEDGER}/timeline/",
    "replay": f"/plans/{LEDGER}/timeline/?rev=15",
    "print": f"/plans/{LEDGER}/print/",
    "menu": f"/plans/{LEDGER}/actions/",
    "notices": "/notices/",
    "people": "/settings/people/",
    "tokens": "/settings/tokens/",
    "share": f"/plans/{LEDGER}/share/",
    "missing": "/plans/no.such.plan/",
}


def take(board: Board, context: BrowserContext, name: str) -> None:
    """Take every page of one kind of window."""
    page = signed_in(board, context)
    for what, path in PATHS.items():
        open_settled(page, board.url + path)
        keep(page, f"{what}-{name}")
    take_dialogs(page, board, name)


def take_dialogs(page: Page, board: Board, name: str) -> None:
    """Take what keys open over the board."""
    open_settled(page, f"{board.url}/plans/{LEDGER}/")
    page.locator('.mobile-columns a[href="#col-ask"]').evaluate("link => link.click()")
    page.locator("#step-10").focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("wr")
    page.wait_for_selector("#palette [data-found] [role=option]")
    keep(page, f"palette-{name}")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    keep(page, f"keys-{name}")
    page.keyboard.press("Escape")
    page.locator("#step-10").get_by_role("button", name="Reject").click()
    page.wait_for_selector("#dialog dialog[open]")
    keep(page, f"reject-{name}")
    page.keyboard.press("Escape")
    page.locator("#step-10").focus()
    page.keyboard.press("o")
    page.wait_for_selector("#picker")
    keep(page, f"owner-{name}")
    page.keyboard.press("Escape")
    page.evaluate("document.documentElement.dataset.density = 'wall'")
    keep(page, f"wall-{name}")
    take_conflict(page, board, name)


def take_conflict(page: Page, board: Board, name: str) -> None:
    """Take an edit that went stale because the step's session was faster."""
    page.goto(f"{board.url}/plans/{LEDGER}/steps/11/edit/")
    page.get_by_label("Title").fill("Shadow-read diff at 5 % of traffic")
    now = board.step(LEDGER, 11)
    theirs = "Shadow-read diff at 2 % of traffic", "Shadow-read diff at 1 % of traffic"
    title = theirs[now["title"] == theirs[0]]
    revision = str(now["revision"])
    board.ask("step", "edit", LEDGER, "11", "--title", title, "--revision", revision, session="demo")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="changed while you were editing").wait_for()
    keep(page, f"conflict-{name}")
