"""What a person looks for on a page, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

UNHURRIED = """{
    const later = window.setTimeout;
    const longer = {7000: 300000, 8000: 300000};
    window.setTimeout = (then, ms, ...given) => later(then, longer[ms] ?? ms, ...given);
}"""
"""What is said, and what may be undone, goes by itself after seconds in which a slow machine does nothing."""
_LOOKS = 300
"""After so many looks at a page (10 ms each) that sends nothing, the press is one that it did not take."""


def stay(page: Page) -> None:
    """Mark the document, so that ``stayed`` can tell whether it was ever loaded again."""
    page.evaluate("window.sameDocument = true")


def stayed(page: Page) -> bool:
    """Tell whether the page is still the document that was marked."""
    return bool(page.evaluate("window.sameDocument === true"))


def live(page: Page) -> None:
    """Wait until the page says that it is live."""
    expect(page.locator("html")).to_have_attribute("data-connection", "live")


def stop_clock(page: Page) -> None:
    """Let the page's clock stand, a while from now: who is paused on the way there would come too late."""
    page.clock.pause_at(page.evaluate("Date.now() + 12_000") / 1000)


def stands_in(page: Page, column: str, number: int) -> None:
    """Wait until a card is seen in a column: todo, run, ask or done."""
    expect(page.locator(f"#col-{column} #step-{number}")).to_be_visible()


def card(page: Page, number: int) -> Locator:
    """Give a card that takes presses: one that changed lately does not."""
    return page.locator(f"#step-{number}:not([data-own-fresh])")


def drawer(page: Page) -> Locator:
    """Give the open step."""
    return page.locator(".drawer")


def press(button: Locator) -> None:
    """Press what sends something; once more where the page took no press, as right after a change."""
    sent: list[Request] = []

    def note(request: Request) -> None:
        sent.append(request)

    button.page.on("request", note)
    until(lambda: _takes(button, sent))
    button.page.remove_listener("request", note)


def _takes(button: Locator, sent: list[Request]) -> bool:
    page = button.page
    button.evaluate("button => button.closest('.is-pulsing')?.classList.remove('is-pulsing')")
    button.click()
    for _ in range(_LOOKS):
        if any(request.method == "POST" for request in sent):
            return True
        if page.locator(".is-pulsing").count():
            return False
        page.wait_for_timeout(10)
    return False


def keeps_focus(page: Page) -> None:
    """Wait until anything but the page itself has the focus."""
    expect(page.locator("body :focus")).to_have_count(1)


def open_form(page: Page, verb: str) -> Locator:
    """Unfold a form of the open step: owner, edit, move or comment."""
    fold = drawer(page).locator(f"details:has(> [data-key-{verb}])")
    if fold.get_attribute("open") is None:
        fold.locator("> summary").click()
    return fold
