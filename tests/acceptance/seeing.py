"""What a person looks for on a page, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def stay(page: Page) -> None:
    """Mark the document, so that ``stayed`` can tell whether it was ever loaded again."""
    page.evaluate("window.sameDocument = true")


def stayed(page: Page) -> bool:
    """Tell whether the page is still the document that was marked."""
    return bool(page.evaluate("window.sameDocument === true"))


def live(page: Page) -> None:
    """Wait until the page says that it is live."""
    expect(page.locator("html")).to_have_attribute("data-connection", "live")


def stands_in(page: Page, column: str, number: int) -> None:
    """Wait until a card is seen in a column: todo, run, ask or done."""
    expect(page.locator(f"#col-{column} #step-{number}")).to_be_visible()


def card(page: Page, number: int) -> Locator:
    """Give a card that takes presses: one that changed lately does not."""
    return page.locator(f"#step-{number}:not([data-own-fresh])")


def drawer(page: Page) -> Locator:
    """Give the open step."""
    return page.locator(".drawer")


def open_form(page: Page, verb: str) -> Locator:
    """Unfold a form of the open step: owner, edit, move or comment."""
    fold = drawer(page).locator(f"details:has(> [data-key-{verb}])")
    if fold.get_attribute("open") is None:
        fold.locator("> summary").click()
    return fold
