"""A headless Chromium for the figures that only a browser can give; without one they are left out."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.bench.signed_in import SignedIn

FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage"]


def chromium_path() -> str | None:
    named = os.environ.get("PLANBOARD_TEST_CHROMIUM", "")
    return next(filter(None, map(shutil.which, [named] if named else CHROMIUMS)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


def signed_in_page(browser: Browser, board: SignedIn) -> Page:
    """Open a page of a profile of its own that has the board's session."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    pairs = (pair.split("=", 1) for pair in board.cookie.split("; "))
    context.add_cookies([{"name": name, "value": value, "url": board.url} for name, value in pairs])
    return context.new_page()


def wait_until_live(page: Page) -> None:
    page.wait_for_selector("html[data-connection=live]", state="attached")
