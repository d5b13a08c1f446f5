"""The track and the table by keys alone, and what stays where it is while the plan changes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
TRACK, TABLE = f"/plans/{PLAN}/track/", f"/plans/{PLAN}/table/"
AGENT = "session-abc"
#        ┌─ 4 ─ 5 ──┐
#  1, 2 ─┤          ├─ 7    (1 and 2 are done: one stack)      8 stands alone
#        └─ 3 ─ 6 ──┘
STEPS: list[dict[str, object]] = [
    {"title": "Look", "phase": "Survey"},
    {"title": "Count", "phase": "Survey", "needs": [1]},
    {"title": "Write events", "phase": "Build", "needs": [2]},
    {"title": "Read events", "phase": "Build", "needs": [2]},
    {"title": "Compare reads", "phase": "Build", "needs": [4]},
    {"title": "Compare writes", "phase": "Build", "needs": [3]},
    {"title": "Cut over", "phase": "Cut over", "needs": [5, 6]},
    {"title": "Tell everybody", "phase": "Cut over"},
]


def prepared(board: Board) -> None:
    """Two steps are done, and step 3 asks."""
    plan = json.dumps({"title": "Ledger to event store", "steps": STEPS})
    board.ask("plan", "create", PLAN, "--from", "-", session=AGENT, stdin=plan)
    for number in (1, 2):
        board.ask("step", "claim", PLAN, str(number), session=AGENT)
        board.ask("step", "complete", PLAN, str(number), session=AGENT)
    board.ask("step", "claim", PLAN, "3", session=AGENT)
    board.ask("step", "block", PLAN, "3", "--approval", "May I write?", session=AGENT)


def node(page: Page, number: int) -> Locator:
    return page.locator(f"#node-{number}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_track_is_walked_along_its_lines(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TRACK)
    seeing.live(page)

    press(page, "l")
    expect(node(page, 3)).to_be_focused()  # where a person is needed
    press(page, "l")
    expect(node(page, 6)).to_be_focused()
    press(page, "l")
    expect(node(page, 7)).to_be_focused()
    press(page, "h")
    expect(node(page, 6)).to_be_focused()  # back the way one came, not to 5
    neighbours = {5: ("j", "k"), 6: ("k", "j")}
    above = node(page, 6).evaluate("one => one.transform.baseVal[0].matrix.f") < node(page, 5).evaluate(
        "one => one.transform.baseVal[0].matrix.f"
    )
    down, up = neighbours[5] if above else neighbours[6]
    press(page, down)
    expect(node(page, 5)).to_be_focused()
    press(page, up)
    expect(node(page, 6)).to_be_focused()
    press(page, "h", "h")
    expect(page.locator("#wave-1")).to_be_focused()
    assert page.locator(".track-node[tabindex='0']").count() == 1


def test_a_step_that_is_added_beside_the_track_is_drawn(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TRACK)
    seeing.live(page)
    seeing.stay(page)
    page.locator("#add > summary").click()
    page.locator("#add-title").fill("Look again")
    find = page.locator("#add-find-need")
    find.fill("7")
    expect(find).to_have_attribute("aria-activedescendant", "add-options-7")
    find.press("Enter")
    page.locator("#add-title").press("Enter")
    expect(page.locator("#drawer-title")).to_have_text("Look again")
    expect(page.locator("#edge-node-7-node-9")).to_be_attached()
    assert seeing.stayed(page)


def test_a_finished_wave_unfolds_and_folds_by_a_key(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TRACK)
    seeing.live(page)
    seeing.stay(page)

    press(page, "l", "h")
    expect(page.locator("#wave-1")).to_be_focused()
    press(page, "f")
    expect(node(page, 1)).to_be_focused()
    expect(page).to_have_url(re.compile(r"unfold=1$"))
    press(page, "f")
    expect(page.locator("#wave-1")).to_be_focused()
    expect(node(page, 1)).to_have_count(0)
    page.go_back()
    expect(node(page, 1)).to_be_visible()
    assert seeing.stayed(page)


def test_a_step_is_decided_beside_the_track(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TRACK)
    seeing.live(page)

    press(page, "l", "Enter")
    expect(page.locator("#drawer-title")).to_be_focused()
    expect(page).to_have_url(re.compile(r"step=3"))
    seeing.drawer(page).get_by_role("button", name="Next step").click()
    expect(page.locator("#drawer-title:focus")).to_have_text("Read events")
    press(page, "k")
    expect(page.locator("#drawer-title:focus")).to_have_text("Write events")
    press(page, "Escape")
    expect(node(page, 3)).to_be_focused()
    expect(page.locator(".app")).not_to_have_class(re.compile("has-drawer"))

    press(page, "a")
    approve = seeing.drawer(page).locator("[data-key-approve]:not([aria-disabled=true])")
    expect(approve).to_be_focused()
    press(page, "Enter")
    expect(node(page, 3)).to_have_class(re.compile("status-running"))
    assert board.step(PLAN, 3)["status"] == "in_progress"


def test_a_live_change_takes_neither_focus_nor_place(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TRACK, viewport={"width": 800, "height": 700})
    seeing.live(page)
    seeing.stay(page)
    press(page, "l", "l", "l")
    expect(node(page, 7)).to_be_focused()
    before = node(page, 7).bounding_box()

    added = ("--title", "Look again", "--needs", "2", "--phase", "Build")
    board.ask("step", "add", PLAN, *added, session=AGENT)
    board.ask("step", "claim", PLAN, "4", session="session-def")

    expect(node(page, 9)).to_be_attached()
    expect(node(page, 4)).to_have_class(re.compile("status-running"))
    expect(node(page, 7)).to_be_focused()
    after = node(page, 7).bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["x"] - after["x"]) < 3
    assert abs(before["y"] - after["y"]) < 3
    assert seeing.stayed(page)


def test_a_step_that_is_folded_away_leaves_the_focus_to_its_wave(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    for title in ("Call", "Write"):
        board.ask("step", "add", PLAN, "--title", title, "--phase", "Tell", "--needs", "2", session=AGENT)
    page = sign_in(TRACK)
    seeing.live(page)
    node(page, 10).focus()
    for number in (9, 10):
        board.ask("step", "claim", PLAN, str(number), session=AGENT)
        board.ask("step", "complete", PLAN, str(number), session=AGENT)
    expect(page.locator("#wave-9")).to_be_focused()


def test_what_a_worker_says_as_it_goes_reaches_head_and_foot(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TRACK)
    seeing.live(page)
    board.ask("step", "claim", PLAN, "4", session=AGENT)
    expect(node(page, 4)).to_have_class(re.compile("status-running"))

    board.ask("step", "heartbeat", PLAN, "4", "--active-form", "reading", "--progress", "1/4", session=AGENT)
    expect(page.locator("#plan-head .revision")).to_have_text(f"rev {board.plan(PLAN)['revision']}")
    seeing.live(page)

    page.goto(board.url + TABLE)
    seeing.live(page)
    expect(page.locator("#row-4")).to_contain_text("1/4")
    board.ask("step", "heartbeat", PLAN, "4", "--progress", "2/4", session=AGENT)
    expect(page.locator("#row-4")).to_contain_text("2/4")


def test_held_changes_are_counted_and_drawn_when_one_goes_on(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TRACK)
    seeing.live(page)
    words = page.locator("[data-connection-words]:visible")
    press(page, "p")
    expect(words).to_contain_text("Held")
    board.ask("step", "claim", PLAN, "4", session=AGENT)
    expect(words).to_contain_text("1 changed step")
    expect(node(page, 4)).to_have_class(re.compile("status-ready"))
    press(page, "p")
    expect(node(page, 4)).to_have_class(re.compile("status-running"))


def test_the_table_is_walked_and_sorted_and_stays_true(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TABLE)
    seeing.live(page)
    seeing.stay(page)
    rows = page.locator("#row-list tr")

    press(page, "j")
    expect(page.locator("#row-3 .cell-text")).to_be_focused()
    press(page, "j")
    expect(page.locator("#row-4 .cell-text")).to_be_focused()
    page.get_by_role("columnheader", name="Step").get_by_role("link").click()
    expect(rows.first).to_have_attribute("id", "row-1")
    press(page, "j")
    board.ask("step", "claim", PLAN, "4", session="session-def")
    expect(page.locator("#row-4")).to_contain_text("In progress")
    assert page.evaluate("document.activeElement.matches('#row-list .cell-text')")

    focused = page.evaluate("document.activeElement.closest('tr').id")
    press(page, "Enter")
    expect(page.locator("#drawer-title")).to_be_focused()
    press(page, "Escape")
    expect(page.locator(f"#{focused} .cell-text")).to_be_focused()
    assert seeing.stayed(page)


def test_the_filter_goes_along_from_view_to_view(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(TRACK)
    seeing.live(page)

    press(page, "/")
    page.keyboard.type("compare")
    expect(page.locator(".track-node:not(.is-dim)")).to_have_count(2)
    page.get_by_label("Filter steps").fill("compare is:nonsense")
    expect(page.locator("#filter-told")).to_contain_text("nonsense")
    page.get_by_label("Filter steps").fill("compare")
    expect(page.locator("#filter-told")).to_be_empty()
    page.get_by_role("link", name="Table").click()
    expect(page.locator("#row-list tr")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"table/\?q=compare$"))


def test_without_scripts_waves_unfold_rows_sort_and_steps_open_by_links(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    page = sign_in("/plans/", java_script_enabled=False)
    until(lambda: (answer := page.goto(board.url + TRACK)) and answer.ok)

    page.locator("#wave-1").click()
    expect(node(page, 1)).to_be_visible()
    page.get_by_role("link", name="Survey").click()
    expect(page.locator("#wave-1")).to_be_visible()
    node(page, 3).click()
    expect(page.locator("#drawer-title")).to_have_text("Write events")
    expect(node(page, 3)).to_have_class(re.compile("is-chosen"))

    page.get_by_role("link", name="Table").click()
    expect(page.locator("#drawer-title")).to_have_text("Write events")
    page.get_by_role("columnheader", name="Step").get_by_role("link").click()
    expect(page.locator("#row-list tr").first).to_have_attribute("id", "row-1")
