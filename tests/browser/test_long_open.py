"""A board that is open for hours keeps no more than what it shows, and does not jump about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.seeing import card, gliding, state, until
from tests.browser.steps import step

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Stage

SEEN, HIDDEN = 1, (48, 49, 50)
ROUNDS = 12
SHIFT = 0.02
"""What moves by itself on a page, as browsers sum it up."""


def test_cards_that_change_out_of_sight_fade_like_others_and_leave_nothing_behind(
    stage: Stage, page: Page
) -> None:
    stage.plan = replace(stage.plan, steps=tuple(step(number) for number in range(1, 51)))
    page.goto(stage.board)
    state(page, "live")
    gliding(page)  # what is fetched late listens, too
    _change_often(stage, page)
    before = _listeners(page)

    _change_often(stage, page)

    assert _listeners(page) < before + ROUNDS
    expect(page.locator(".is-changed")).to_have_count(0)
    page.evaluate(
        "window.faded = new Set();"
        "const look = ({ target }) => target.matches('.is-changed') && faded.add(target.id);"
        "new MutationObserver((seen) => seen.forEach(look))"
        ".observe(board, { subtree: true, attributeFilter: ['class'] });"
    )
    stage.push(SEEN, title="In sight")
    until(page, lambda: page.evaluate(f"faded.has('step-{SEEN}')"))


def test_a_board_that_is_held_long_fetches_what_it_did_not_keep(stage: Stage, board: Page) -> None:
    board.keyboard.press("p")
    chip = board.locator("[data-connection-words]:visible").first
    expect(chip).to_contain_text("Held: 0 changed steps")
    fetched = stage.refetched

    for number in range(20, 120):
        stage.push(number)

    expect(chip).to_contain_text("Held: 100 changed steps")
    expect(card(board, 20)).to_have_count(0)
    board.keyboard.press("p")
    expect(card(board, 119)).to_have_count(1)
    assert stage.refetched == fetched + 1


def test_cards_that_come_and_go_jump_nowhere(stage: Stage, board: Page) -> None:
    gliding(board)
    board.evaluate(
        "window.jumped = 0;"
        "window.watch = new PerformanceObserver((list) => list.getEntries().forEach(count));"
        "window.count = ({ value, hadRecentInput }) => (jumped += hadRecentInput ? 0 : value);"
        "watch.observe({ type: 'layout-shift' })"
    )

    for number in (5, 6):
        stage.push(number, status=Status.IN_PROGRESS, owner="session-abc")
        expect(board.locator(f"#col-run #step-{number}")).to_be_visible()
    stage.push(2, status=Status.COMPLETED)
    expect(board.locator("#col-done #step-2")).to_be_visible()

    board.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert board.evaluate("watch.takeRecords().forEach(count), jumped") < SHIFT


def _change_often(stage: Stage, page: Page) -> None:
    for turn in range(ROUNDS):
        for number in HIDDEN:
            stage.push(number, title=f"Out of sight {stage.plan.revision} {turn}")
    last = stage.plan.step(HIDDEN[-1]).title
    expect(card(page, HIDDEN[-1])).to_contain_text(last)


def _listeners(page: Page) -> int:
    browser = page.context.new_cdp_session(page)
    browser.send("HeapProfiler.collectGarbage")
    browser.send("Performance.enable")
    metrics = browser.send("Performance.getMetrics")["metrics"]
    browser.detach()
    return int(next(metric["value"] for metric in metrics if metric["name"] == "JSEventListeners"))
