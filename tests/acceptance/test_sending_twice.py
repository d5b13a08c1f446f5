"""A button pressed twice does once what it does; the same form sent anew does it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import mirrored, seeing

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"

# What changed or moved a moment ago takes no click.
CALM = """async (button) => {
    let [last, since] = ["", performance.now()];
    while (performance.now() - since < 1000) {
        const { left, top } = document.querySelector(button).getBoundingClientRect();
        const now = [left, top, document.querySelectorAll("[data-own-fresh]").length].join();
        if (now !== last) [last, since] = [now, performance.now()];
        await new Promise(requestAnimationFrame);
    }
}"""


@pytest.mark.parametrize("scripts", [True, False])
def test_a_step_is_added_once_by_a_double_click(board: Board, sign_in: SignIn, *, scripts: bool) -> None:
    board.ask("plan", "create", PLAN, session="session-abc")
    board.ask("step", "add", PLAN, "--title", "Survey", session="session-abc")
    page = sign_in(f"/plans/{PLAN}/", java_script_enabled=scripts)
    for count, title in ((2, "Tell support"), (3, "Tell support")):
        page.locator("#add > summary").click()
        expect(page.locator("#add-title")).to_have_value("")
        page.locator("#add-title").fill(title)
        page.locator("#add").get_by_role("button", name="Add step").dblclick(no_wait_after=True)
        expect(page.locator("#board article")).to_have_count(count)
        expect(page.locator("#toast")).to_contain_text(f"Step {count} added")
        expect(page.locator("#add")).not_to_have_attribute("open", "")
    assert [board.step(PLAN, number)["title"] for number in (1, 2, 3)] == ["Survey", *["Tell support"] * 2]


@pytest.mark.parametrize("where", ["#board", "#drawer"])
def test_a_step_is_approved_once_by_a_double_click(board: Board, sign_in: SignIn, where: str) -> None:
    board.ask("plan", "create", PLAN, session="session-abc")
    board.ask("step", "add", PLAN, "--title", "Survey", session="session-abc")
    board.ask("step", "claim", PLAN, "1", session="session-abc")
    board.ask("step", "block", PLAN, "1", "--approval", "Flag on?", session="session-abc")
    mirrored.wait(board)
    page = sign_in(f"/plans/{PLAN}/?step=1")
    seeing.live(page)
    button = f"{where} [data-key-approve]:not([aria-disabled])"
    expect(page.locator(button)).to_have_count(1)
    page.evaluate(CALM, button)
    page.locator(button).dblclick(no_wait_after=True)
    expect(page.locator("#toast")).to_contain_text("Step 1 approved")
    seeing.stands_in(page, "run", 1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toast")).to_contain_text("Step 1 asks again")
    expect(page.get_by_role("dialog")).to_have_count(0)
