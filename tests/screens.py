"""Takes the pictures of README and docs with a real board and browser: ``make screens``."""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from plans.agents.demo.scenes import PLANS
from tests.acceptance.board_process import Board

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

FOLDER = Path("docs/screens")
LEDGER, SYNONYMS, GUIDE = "payments.ledger", "search.synonyms", "docs.api-guide"
SMITH, SCOUT = "ledger-smith-7f3a", "schema-scout-c21e"
READER, TUNER = "read-path-41aa", "synonym-tuner-9b04"
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
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
    "missing": "/plans/no.such.plan/",
}
COLOURS = 192
SETTLED = """() => !document.querySelector("[data-connection-chip]")
  || !["catching", undefined].includes(document.documentElement.dataset.connection)"""
SIZES = {1440: 900, 390: 844}


def play(board: Board) -> None:
    """Bring the demo's plans into a state worth looking at, by the command line alone."""
    for namespace, plan in PLANS.items():
        board.ask("plan", "create", namespace, "--from", "-", session="demo", stdin=json.dumps(plan))
    for number, session in (
        (1, SMITH),
        (2, READER),
        (3, SCOUT),
        (4, SMITH),
        (5, SMITH),
        (6, SMITH),
        (7, READER),
    ):
        finish(board, LEDGER, number, session)
    work(board, LEDGER, 8, READER, doing="running 212 tests", progress="2/4")
    finish(board, LEDGER, 9, SCOUT)
    begin(board, LEDGER, 10, SMITH)
    ask(board, LEDGER, 10, SMITH, "--approval", "Flag on for all staging writers? Rollback is one flag.")
    begin(board, LEDGER, 18, "load-rig-3c19")
    ask(board, LEDGER, 18, "load-rig-3c19", "--problem", "Staging quota: needs 12 more cores until 16:00")
    finish(board, SYNONYMS, 2, TUNER)
    work(board, SYNONYMS, 4, TUNER, doing="building shard 3 of 8", progress="3/8")
    begin(board, SYNONYMS, 1, SCOUT)
    ask(board, SYNONYMS, 1, SCOUT, "--approval", "41 entries had no hit in 90 days. Delete them?")
    for number in range(1, 6):
        finish(board, GUIDE, number, "translator-51d0")
    work(board, GUIDE, 6, "translator-51d0", doing="checking the glossary", progress="1/3")


def begin(board: Board, namespace: str, number: int, session: str) -> None:
    board.ask("step", "claim", namespace, str(number), session=session)


def finish(board: Board, namespace: str, number: int, session: str) -> None:
    begin(board, namespace, number, session)
    board.ask("step", "complete", namespace, str(number), session=session)


def work(board: Board, namespace: str, number: int, session: str, *, doing: str, progress: str) -> None:
    begin(board, namespace, number, session)
    said = ("--active-form", doing, "--progress", progress)
    board.ask("step", "heartbeat", namespace, str(number), *said, session=session)


def ask(board: Board, namespace: str, number: int, session: str, *what: str) -> None:
    board.ask("step", "block", namespace, str(number), *what, session=session)


def take(board: Board, context: BrowserContext, name: str) -> None:
    """Take every page of one kind of window."""
    page = context.new_page()
    page.goto(board.new_link())
    page.wait_for_url(lambda url: "/login" not in url)
    for what, path in PATHS.items():
        page.goto(board.url + path)
        page.wait_for_load_state("load")
        page.evaluate("document.fonts.ready")
        page.wait_for_function(SETTLED)
        keep(page, f"{what}-{name}")
    take_dialogs(page, board, name)


def keep(page: Page, name: str) -> None:
    """Write a picture with as many colours as it needs, which makes it a third as large."""
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        taken.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def take_dialogs(page: Page, board: Board, name: str) -> None:
    """Take what keys open over the board."""
    page.goto(f"{board.url}/plans/{LEDGER}/")
    page.wait_for_function(SETTLED)
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


def main() -> int:
    """Write all pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, Board(Path(place)) as board, sync_playwright() as playwright:
        play(board)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for width, height in SIZES.items():
            for theme in ("light", "dark"):
                view = {"width": width, "height": height}
                context = browser.new_context(viewport=view, color_scheme=theme)  # type: ignore[arg-type]
                take(board, context, f"{theme}-{width}")
                context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
