"""Being told while one looks elsewhere: by this browser, and by webhooks that a real board sends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.notices.receiver import Receiver
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

pytestmark = pytest.mark.own_board
LEDGER, RANKER, ABC = "payments.ledger", "search.ranker", "session-abc"
# Chromium shows nothing without a desktop; what the board asks it to show is written down on the way.
NOTE_DOWN = """
window.told = JSON.parse(sessionStorage.told ?? "[]");
const Shown = window.Notification;
window.Notification = class extends Shown {
  constructor(title, options) {
    super(title, options);
    window.told.push({ title, ...options });
    sessionStorage.told = JSON.stringify(window.told);
    window.lastShown = this;
  }
};
"""
# Chromium without windows never hides a tab.
HIDE = """
Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));
"""


def work(board: Board, namespace: str, *titles: str) -> None:
    plan = {"title": namespace, "steps": [{"title": title} for title in titles]}
    board.ask("plan", "create", namespace, "--from", "-", session=ABC, stdin=json.dumps(plan))
    for number in range(1, len(titles) + 1):
        board.ask("step", "claim", namespace, str(number), session=ABC)


def ask(board: Board, namespace: str, number: int, text: str) -> None:
    board.ask("step", "block", namespace, str(number), "--approval", text, session=ABC)


def told(page: Page) -> list[dict[str, str]]:
    found: list[dict[str, str]] = page.evaluate("window.told")
    return found


def wait_told(page: Page, count: int) -> list[dict[str, str]]:
    until(lambda: len(told(page)) >= count)
    return told(page)


def test_a_browser_tells_once_of_what_asks_elsewhere(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, "Turn on dual-write", "Delete the holds", "Write the report")
    work(board, RANKER, "Rebuild the shard", "Swap the alias")
    ask(board, LEDGER, 1, "Flag on?")
    page = sign_in("/plans/", permissions=["notifications"])
    page.context.add_init_script(NOTE_DOWN)
    page.goto(board.url + "/needs/")
    seeing.live(page)
    assert page.evaluate("Notification.permission") == "granted"
    expect(page.locator("[data-notices-said]")).to_contain_text("Off.")
    page.get_by_role("link", name="Notices", exact=True).click()
    panel = page.get_by_role("dialog", name="Notices")
    expect(panel.get_by_role("button", name="Turn on")).to_be_focused()
    expect(panel).to_contain_text("Off.")
    with page.expect_response("**/notices/asks/"):
        panel.get_by_role("button", name="Turn on").click()
    expect(panel).to_contain_text("On. While a tab of this board is open")
    until(lambda: page.evaluate("(localStorage['planboard.told'] ?? 'null') !== 'null'"))
    panel.get_by_role("button", name="Show one now").click()
    assert wait_told(page, 1)[0]["title"] == "Notifications arrive here"
    panel.get_by_label("With a short sound").check()
    page.evaluate("window.told.length = 0; sessionStorage.told = '[]'")

    page.goto(f"{board.url}/plans/{RANKER}/")
    seeing.live(page)
    ask(board, LEDGER, 2, "Delete 41 rows?")
    (first,) = wait_told(page, 1)
    assert first["title"] == "session-abc asks for approval"
    assert first["body"] == f"{LEDGER}, step 2: Delete the holds\nDelete 41 rows?"
    with page.expect_response(lambda found: "/notices/asks/" in found.url and found.status == 200):
        ask(board, RANKER, 1, "Rebuild it?")  # in the plan that is looked at
    ask(board, LEDGER, 3, "Send it?")
    assert [one["body"].split(": ")[1] for one in wait_told(page, 2)] == [
        "Delete the holds\nDelete 41 rows?",
        "Write the report\nSend it?",
    ]
    page.evaluate(HIDE)
    ask(board, RANKER, 2, "Swap it?")
    assert wait_told(page, 3)[2]["body"] == f"{RANKER}, step 2: Swap the alias\nSwap it?"
    page.evaluate("window.lastShown.dispatchEvent(new Event('click'))")
    page.wait_for_url(f"**/needs/{RANKER}/2/")
    seeing.live(page)
    assert len(told(page)) == 3


def turned_on(board: Board, sign_in: SignIn) -> Page:
    """Open the page of the notices and turn them on; what asks by then is known."""
    page = sign_in("/plans/", permissions=["notifications"])
    page.context.add_init_script(NOTE_DOWN)
    page.goto(board.url + "/notices/")
    press_turn(page, "Turn on")
    knows(page)
    return page


def press_turn(page: Page, words: str) -> None:
    page.locator("[data-notices-turn]").get_by_text(words).click()


def knows(page: Page) -> None:
    """Wait until it is noted what asked before."""
    until(lambda: page.evaluate("(localStorage['planboard.told'] ?? 'null') !== 'null'"))


def test_what_first_asks_after_turning_on_again_is_told(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, "Turn on dual-write")
    page = turned_on(board, sign_in)
    press_turn(page, "Turn off")
    with page.expect_response("**/notices/asks/"):
        press_turn(page, "Turn on")
    knows(page)
    page.evaluate(HIDE)

    ask(board, LEDGER, 1, "Flag on?")

    assert wait_told(page, 1)[0]["body"].endswith("Flag on?")


def test_an_answer_that_breaks_in_the_middle_does_not_end_the_telling(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, "Turn on dual-write", "Delete the holds")
    page = turned_on(board, sign_in)
    page.evaluate(HIDE)
    page.evaluate("""() => {
        window.broken = 0;
        for (const name of ["text", "json"]) {
            const usual = Response.prototype[name];
            Response.prototype[name] = function () {
                if (!this.url.includes("/notices/asks/") || window.broken) return usual.call(this);
                window.broken += 1;
                return Promise.reject(new TypeError("network error"));
            };
        }
    }""")
    ask(board, LEDGER, 1, "Flag on?")
    until(lambda: page.evaluate("window.broken"))

    ask(board, LEDGER, 2, "Delete 41 rows?")

    assert {one["body"].split("\n")[1] for one in wait_told(page, 2)} == {"Flag on?", "Delete 41 rows?"}


def test_what_is_turned_off_in_one_tab_is_off_in_all(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, "Turn on dual-write")
    page = turned_on(board, sign_in)
    other = page.context.new_page()
    other.goto(board.url + "/notices/")
    expect(other.locator("[data-notices-said]")).to_contain_text("On.")

    press_turn(other, "Turn off")

    expect(page.locator("[data-notices-said]")).to_contain_text("Off.")
    locks = "navigator.locks.query().then(({ held }) => held.length)"
    until(lambda: page.evaluate(locks) == 0)


def test_a_browser_that_blocks_is_told_how_to_allow(board: Board, sign_in: SignIn) -> None:
    page = sign_in("/plans/")
    page.context.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });"
    )
    page.goto(board.url + "/notices/")
    expect(page.locator("[data-notices-said]")).to_contain_text("set Notifications to Allow")
    expect(page.locator("[data-notices-turn]")).to_be_hidden()


def kinds(receiver: Receiver) -> list[object]:
    """List what a receiver was told of."""
    return [got.json["kind"] for got in receiver.got]


def test_a_webhook_is_added_tried_and_told_of_what_asks(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, "Turn on dual-write", "Delete the holds")
    ask(board, LEDGER, 1, "Asked before?")
    page = sign_in("/notices/")
    with Receiver(500) as receiver:
        page.locator("#pattern").fill("payments.*")
        page.get_by_label("Address").fill(receiver.url)
        page.get_by_role("button", name="Add webhook").click()
        secret = page.locator(".new-link .command code").inner_text()
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("#log")).to_contain_text("It answered 500. Next try at")
        ask(board, LEDGER, 2, "Delete 41 rows?")
        until(lambda: "approval" in kinds(receiver))  # by then the test may have been tried again
        asked = receiver.got[kinds(receiver).index("approval")]
        assert set(kinds(receiver)) == {"test", "approval"}
        assert all(got.is_signed(secret) for got in receiver.got)
        page.goto(str(asked.json["link"]))
        expect(page.locator("#drawer-title")).to_have_text("Delete the holds")
        board.stop()
        board.start()
        page.goto(f"{board.url}/notices/")
        page.get_by_role("link", name="payments.*").click()
        expect(page.locator("#log li").first).to_contain_text("Delivered")
        before = kinds(receiver).count("approval")
        page.locator("#log li").first.get_by_role("button", name="Send again").click()
        until(lambda: kinds(receiver).count("approval") > before)
        expect(page.locator("#log li").first).to_contain_text("Delivered")
    assert board.stop() == 0
