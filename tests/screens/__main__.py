"""Takes the pictures of README and docs with real boards and a real browser: ``make screens``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.acceptance.board_process import Board
from tests.screens.pages import take
from tests.screens.pictures import windows
from tests.screens.playing import play
from tests.screens.states import take_first, take_refusals, take_troubles

FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]


def main() -> int:
    """Write all pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as work,
        tempfile.TemporaryDirectory() as states,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with Board(Path(work)) as board:
            play(board)
            for context, name in windows(browser):
                take(board, context, name)
        with Board(Path(states)) as board:
            take_first(board, browser)
            take_troubles(board, browser)
            take_refusals(board, browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
