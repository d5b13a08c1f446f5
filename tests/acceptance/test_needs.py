"""Needs you: agents ask in several plans, and a person answers them one after the other."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.acceptance import seeing
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    import subprocess

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn
    from tests.acceptance.person import Person

LEDGER, RANKER = "payments.ledger", "search.ranker"
ABC, DEF = "session-abc", "session-def"
GREY_MS = 6_000
NOTE_DOWN = """() => {
    window.noted = new Set();
    const note = () => document.querySelectorAll(".queue-gone, #announce").forEach((part) =>
        noted.add(`${part.closest("li")?.dataset.key ?? ""} ${part.textContent}`));
    const all = { childList: true, characterData: true, subtree: true };
    new MutationObserver(note).observe(document.body, all);
}"""
"""What a row says before it goes, and what is announced, may be over when a slow machine looks."""


def work(board: Board, namespace: str, session: str, *titles: str, **fields: object) -> None:
    """Let a session make a plan and take every step of it."""
    plan = {"title": namespace, "steps": [{"title": title, **fields} for title in titles]}
    board.ask("plan", "create", namespace, "--from", "-", session=session, stdin=json.dumps(plan))
    for number in range(1, len(titles) + 1):
        board.ask("step", "claim", namespace, str(number), session=session)


def ask(board: Board, namespace: str, number: int, text: str, session: str = ABC) -> None:
    board.ask("step", "block", namespace, str(number), "--approval", text, session=session)


def waits(board: Board, namespace: str, number: int, text: str, session: str) -> subprocess.Popen[str]:
    asked = ("step", "block", namespace, str(number), "--approval", text, "--wait", "300")
    return board.begin(*asked, session=session)


def row(page: Page, namespace: str, number: int) -> Locator:
    return page.locator(f'li[data-key="{namespace}/{number}"]')


def open_queue(sign_in: SignIn, count: int, **profile: object) -> Page:
    """Open the queue, and wait until so many are in it."""
    page = sign_in("/needs/", **profile)
    seeing.live(page)
    expect(page).to_have_title(f"({count}) Needs you · Planboard")
    return page


def opens(page: Page, title: str) -> None:
    """Wait until a step is open beside the queue and its button takes presses."""
    expect(page.locator("#drawer-title")).to_have_text(title)
    expect(page.locator("#drawer [data-key-approve]:not([aria-disabled])")).to_be_visible()
    expect(page.locator("#queue-rows [aria-current]")).to_have_count(1)
    expect(page.locator("#queue-rows article[data-own-fresh]:has([aria-current])")).to_have_count(0)


def noted(page: Page, words: str) -> None:
    """Wait until it was said, if only for a moment."""
    until(lambda: page.evaluate("words => noted.has(words)", words))


def keep_toast(page: Page) -> None:
    """Rest the pointer on the offer to undo: it stays as long."""
    page.mouse.move(0, 0)
    page.locator("#toast [data-undo]").hover()


def answered(agent: subprocess.Popen[str]) -> tuple[str, str]:
    output, errors = agent.communicate(timeout=PATIENCE)
    assert output, errors
    decision = json.loads(output)["decision"]
    return decision["verdict"], decision["note"]


def test_two_agents_are_answered_by_keys_alone(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write")
    work(board, RANKER, DEF, "Rebuild the shard")
    first = waits(board, LEDGER, 1, "Flag on?", ABC)
    until(lambda: board.step(LEDGER, 1)["status"] == "blocked")
    second = waits(board, RANKER, 1, "Rebuild it?", DEF)
    page = open_queue(sign_in, 2)
    expect(page).to_have_title("(2) Needs you · Planboard")
    opens(page, "Turn on dual-write")
    page.evaluate(NOTE_DOWN)
    page.keyboard.press("a")
    assert answered(first) == ("approved", "")
    noted(page, f"{LEDGER}/1 Approved by you, {ABC} goes on")
    noted(page, " Step 1 approved")
    opens(page, "Rebuild the shard")
    expect(row(page, RANKER, 1).locator("a[data-need]")).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_label("Note to the session")).to_be_focused()
    page.keyboard.type("Not before noon")
    page.keyboard.press("Control+Enter")
    assert answered(second) == ("rejected", "Not before noon")
    expect(page.get_by_text("Nothing needs you.")).to_be_visible()
    expect(page).to_have_title("Needs you · Planboard")
    expect(row(page, LEDGER, 1)).to_have_count(0)


def test_what_somebody_else_decided_greys_with_who_and_waits_for_the_pointer(
    board: Board, sign_in: SignIn, person: Person
) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write", "Delete the holds")
    ask(board, LEDGER, 1, "Flag on?")
    ask(board, LEDGER, 2, "Delete 41 rows?")
    page = open_queue(sign_in, 2)
    page.clock.install()
    page.reload()
    row(page, LEDGER, 1).hover()
    revision = board.step(LEDGER, 1)["revision"]
    assert person.post(f"/plans/{LEDGER}/steps/1/approve/", revision=revision).status == 303
    expect(row(page, LEDGER, 1).locator("[data-gone]")).to_contain_text("You approved step 1")
    page.clock.fast_forward(GREY_MS)
    expect(row(page, LEDGER, 1)).to_be_visible()
    page.mouse.move(1000, 700)
    page.clock.run_for(GREY_MS)
    expect(row(page, LEDGER, 1)).to_have_count(0)
    expect(row(page, LEDGER, 2)).to_be_visible()


def test_a_note_half_typed_outlives_every_change_and_the_answer_is_compared(
    board: Board, sign_in: SignIn
) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write")
    ask(board, LEDGER, 1, "Flag on?")
    page = open_queue(sign_in, 1)
    opens(page, "Turn on dual-write")
    note = page.get_by_label("Note to the session")
    note.fill("Only on staging")
    row(page, LEDGER, 1).hover()  # else it goes a few seconds later
    board.ask("step", "release", LEDGER, "1", session=ABC)
    expect(row(page, LEDGER, 1).locator("[data-gone]")).to_contain_text("session-abc released step 1")
    expect(page.locator("#need-side")).to_contain_text("Unclaimed")
    expect(note).to_have_value("Only on staging")
    page.locator("#drawer [data-key-approve]").click()
    expect(page.get_by_role("dialog")).to_contain_text("changed while you were deciding")
    expect(page.locator("#queue-own")).to_contain_text(f"{LEDGER}, step 1")
    page.get_by_role("dialog").get_by_role("link", name="Discard mine").click()
    page.goto(f"{board.url}/needs/")
    expect(page.get_by_text("Nothing needs you.")).to_be_visible()
    expect(page.locator("#queue-own")).to_be_hidden()


@pytest.mark.own_board
def test_the_dangerous_takes_a_second_press_and_undo_brings_it_back(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Delete the holds", risk="irreversible")
    ask(board, LEDGER, 1, "Delete 41 rows?")
    page = open_queue(sign_in, 1)
    opens(page, "Delete the holds")
    page.keyboard.press("a")
    expect(page.locator("#drawer [data-key-approve]")).to_be_focused()
    assert board.step(LEDGER, 1)["status"] == "blocked"
    page.keyboard.press("a")
    keep_toast(page)
    expect(page.get_by_text("Nothing needs you.")).to_be_visible()
    page.keyboard.press("z")
    opens(page, "Delete the holds")
    assert board.step(LEDGER, 1)["status"] == "blocked"
    page.keyboard.press("h")
    keep_toast(page)
    expect(page.get_by_role("link", name="Snoozed 1")).to_be_visible()
    page.keyboard.press("z")
    opens(page, "Delete the holds")


def test_a_step_is_edited_beside_the_queue_as_often_as_one_likes(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write")
    ask(board, LEDGER, 1, "Flag on?")
    page = open_queue(sign_in, 1)
    opens(page, "Turn on dual-write")
    for title in ("Turn on at noon", "Turn on at one"):
        page.keyboard.press("e")
        page.locator("#edit").get_by_label("Title").fill(title)
        page.locator("#edit").get_by_label("Title").press("Control+Enter")
        opens(page, title)
        expect(row(page, LEDGER, 1)).to_contain_text(title)
        page.keyboard.press("Escape")


def test_who_goes_on_typing_while_a_saved_step_is_drawn_again_is_not_interrupted(
    board: Board, sign_in: SignIn
) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write")
    ask(board, LEDGER, 1, "Flag on?")
    page = open_queue(sign_in, 1)
    opens(page, "Turn on dual-write")
    page.keyboard.press("e")
    title = page.locator("#edit").get_by_label("Title")
    title.fill("Turn on at noon")
    late: list[Route] = []
    page.route("**/*fragment=pane*", lambda route: late.append(route))  # noqa: PLW0108 - it takes no builtin
    title.press("Control+Enter")
    until(lambda: page.evaluate("true") and late)
    fold = page.locator("#drawer details:has(> [data-key-comment])")
    fold.locator("> summary").click()
    comment = fold.get_by_role("textbox")
    comment.press_sequentially("Say so")
    for route in late:
        route.continue_()
    page.unroute("**/*fragment=pane*")
    expect(page.locator("#drawer-title")).to_have_text("Turn on at noon")
    expect(comment).to_be_focused()
    page.keyboard.type(" to all")
    expect(comment).to_have_value("Say so to all")


def test_an_edit_of_ones_own_that_came_too_late_is_in_the_queue(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write")
    page = sign_in(f"/plans/{LEDGER}/?step=1")
    seeing.live(page)
    seeing.open_form(page, "edit").get_by_label("Title").fill("Mine")
    revision = str(board.step(LEDGER, 1)["revision"])
    board.ask("step", "edit", LEDGER, "1", "--title", "Theirs", "--revision", revision, session=ABC)
    page.locator("#edit").get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Keep editing").click()
    page.goto(f"{board.url}/needs/")
    expect(page.locator("#queue-own")).to_contain_text(f"{LEDGER}, step 1")
    page.get_by_role("link", name="Your title was not saved").click()
    seeing.card(page, 1).get_by_role("button", name="Compare").click()
    expect(page.get_by_role("dialog")).to_contain_text("Yours, not saved")


def test_those_who_listen_hear_once_how_many_came(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write", "Delete the holds")
    page = sign_in("/needs/")
    page.clock.install()
    page.reload()
    expect(page.get_by_text("Nothing needs you.")).to_be_visible()
    seeing.live(page)
    asking: set[Request] = set()
    page.on("request", lambda request: asking.update([request]))
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: asking.difference_update([request]))
    seeing.stop_clock(page)
    until(lambda: page.evaluate("true") and not asking)  # an answer under way could tell of the first alone
    for number in (1, 2):
        ask(board, LEDGER, number, f"May I do {number}?")
    until(lambda: "<title>(2)" in page.request.get(f"{board.url}/needs/").text())
    until(lambda: ticked(page, 300) and len(order(page)) == 2)
    page.clock.run_for(200)
    expect(page.locator("#announce")).to_contain_text("2 new steps need you.")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("favicon-asking"))
    expect(page).to_have_title("(2) Needs you · Planboard")


def order(page: Page) -> list[str]:
    keys: list[str] = page.evaluate(
        "[...document.querySelectorAll('#queue-rows > li')].map((row) => row.dataset.key)"
    )
    return keys


def ticked(page: Page, ms: int) -> bool:
    """Let time pass on a page whose clock stands."""
    page.clock.run_for(ms)
    return True


def test_what_is_more_urgent_waits_below_the_hand(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write", "Delete the holds")
    ask(board, LEDGER, 1, "Flag on?")
    ask(board, LEDGER, 2, "Delete 41 rows?")
    page = open_queue(sign_in, 2)
    row(page, LEDGER, 1).hover()
    urgent = {"steps": [{"title": "Rebuild"}, *({"title": "Read", "needs": [1]} for _ in range(4))]}
    board.ask("plan", "create", RANKER, "--from", "-", session=DEF, stdin=json.dumps(urgent))
    board.ask("step", "claim", RANKER, "1", session=DEF)
    ask(board, RANKER, 1, "Rebuild it?", session=DEF)
    expect(row(page, RANKER, 1)).to_be_visible()
    assert order(page) == [f"{LEDGER}/1", f"{RANKER}/1", f"{LEDGER}/2"]
    page.mouse.move(1000, 700)
    until(lambda: order(page) == [f"{RANKER}/1", f"{LEDGER}/1", f"{LEDGER}/2"])


def test_a_press_on_what_just_changed_is_ignored_once(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write")
    ask(board, LEDGER, 1, "Flag on?")
    page = open_queue(sign_in, 1, viewport={"width": 390, "height": 844})
    page.clock.install()
    page.reload()
    seeing.live(page)
    seeing.stop_clock(page)
    revision = str(board.step(LEDGER, 1)["revision"])
    board.ask("step", "edit", LEDGER, "1", "--title", "Turn it off", "--revision", revision, session=ABC)
    changed = row(page, LEDGER, 1).locator("article[data-own-fresh]", has_text="Turn it off")
    until(lambda: ticked(page, 300) and changed.count())
    approve = row(page, LEDGER, 1).get_by_role("button", name="Approve")
    approve.click()
    page.clock.run_for(100)
    expect(row(page, LEDGER, 1).locator("article")).to_have_class("queue-item is-pulsing")
    assert board.step(LEDGER, 1)["status"] == "blocked"
    page.clock.run_for(700)
    approve.click()
    until(lambda: board.step(LEDGER, 1)["status"] == "in_progress")


def test_one_answer_for_many_tells_what_became_of_each(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Shard 1", "Shard 2", "Shard 3")
    for number in (1, 2, 3):
        ask(board, LEDGER, number, "Rebuild it?")
    page = open_queue(sign_in, 3)
    opens(page, "3 ask the same thing")
    page.route("**/*fragment=queue*", lambda route: route.abort())  # what is shown is old now
    revision = str(board.step(LEDGER, 2)["revision"])
    board.ask("step", "edit", LEDGER, "2", "--title", "Shard two", "--revision", revision, session=ABC)
    page.get_by_role("button", name="Approve all 3").click()
    expect(page.locator("#drawer-title")).to_have_text("2 approved, 1 not")
    expect(page.locator("#drawer-title")).to_be_focused()
    expect(page.locator("#drawer .not-done")).to_contain_text("Nothing was decided for it.")
    steps = [board.step(LEDGER, number)["status"] for number in (1, 2, 3)]
    assert steps == ["in_progress", "blocked", "in_progress"]


def test_on_a_phone_each_row_has_its_answer(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write", "Delete the holds")
    ask(board, LEDGER, 1, "Flag on?")
    ask(board, LEDGER, 2, "Delete 41 rows?")
    page = open_queue(sign_in, 2, viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.locator("#drawer")).to_be_hidden()
    calm = "article:not([data-own-fresh])"
    row(page, LEDGER, 1).locator(calm).get_by_role("button", name="Approve").tap()
    until(lambda: board.step(LEDGER, 1)["status"] == "in_progress")
    row(page, LEDGER, 2).locator(calm).get_by_role("button", name="Reject").tap()
    page.get_by_role("dialog").get_by_label("Note to").fill("Keep them")
    page.get_by_role("button", name="Reject step 2").tap()
    until(lambda: board.step(LEDGER, 2)["status"] == "in_progress")


@pytest.mark.own_board
def test_without_scripts_one_goes_through_the_queue_by_forms(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, ABC, "Turn on dual-write", "Delete the holds")
    ask(board, LEDGER, 1, "Flag on?")
    ask(board, LEDGER, 2, "Delete 41 rows?")
    page = sign_in("/plans/", java_script_enabled=False)
    rows = page.locator("#queue-rows > li")
    until(lambda: page.goto(board.url) and rows.count() == 2)
    page.get_by_role("link", name="Delete the holds").click()
    page.locator("#drawer").get_by_role("button", name="Approve").click()
    expect(page.locator("#toast")).to_contain_text("Step 2 approved")
    expect(rows).to_have_count(1)
    page.locator("#snooze > summary").click()
    page.get_by_role("button", name="15 minutes").click()
    expect(page.get_by_text("Nothing needs you.")).to_be_visible()
