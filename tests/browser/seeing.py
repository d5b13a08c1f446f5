"""What a page of this room shows, waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page, Route


def state(page: Page, name: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-connection", name)


def stands_in(page: Page, column: str, number: int) -> None:
    expect(page.locator(f"#col-{column} #step-{number}")).to_have_count(1)


def until(page: Page, reached: Callable[[], object]) -> None:
    """Let the page run until the server saw what a test waits for."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        page.wait_for_timeout(10)


def card(page: Page, number: int) -> Locator:
    return page.locator(f"#step-{number}")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def gliding(page: Page) -> None:
    """Wait for the script, fetched after the first picture, that sees to cards which others push aside."""
    fetched = "performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/gliding.js'))"
    until(page, lambda: page.evaluate(fetched))
    page.evaluate(f"import({fetched}.name)")  # until it runs, too


def held_back(page: Page, address: str) -> list[Route]:
    """Hold back what is asked for at an address until a test lets it go."""
    asked: list[Route] = []
    page.route(address, lambda route: asked.append(route))  # noqa: PLW0108 - it takes no builtin
    return asked


def let_go(page: Page, address: str, asked: list[Route]) -> None:
    for route in asked:
        route.continue_()
    page.unroute(address)
