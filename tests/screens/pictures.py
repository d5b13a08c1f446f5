"""Opens windows, and keeps what they show as small pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.acceptance.board_process import Board

FOLDER = Path("docs/screens")
COLOURS = 192
SIZES = {1440: 900, 390: 844}
SETTLED = """() => !document.querySelector("[data-connection-chip]")
  || !["catching", undefined].includes(document.documentElement.dataset.connection)"""


def windows(browser: Browser) -> Iterator[tuple[BrowserContext, str]]:
    """Open one window of each kind after the other, with the end of its pictures' names."""
    for width, height in SIZES.items():
        for theme in ("light", "dark"):
            view = {"width": width, "height": height}
            context = browser.new_context(viewport=view, color_scheme=theme)  # type: ignore[arg-type]
            yield context, f"{theme}-{width}"
            context.close()


def signed_in(board: Board, context: BrowserContext) -> Page:
    """Come in by a link of one's own."""
    page = context.new_page()
    page.goto(board.new_link())
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def open_settled(page: Page, address: str) -> None:
    """Open a page and wait until it shows what it has to show."""
    page.goto(address)
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.wait_for_function(SETTLED)


def keep(page: Page, name: str) -> None:
    """Write a picture with as many colours as it needs, which makes it a third as large."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        taken.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
