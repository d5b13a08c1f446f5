"""Other people are small avatars at the header and on the card they have open; nobody is announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.seeing import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Json, Stage

CHANGES = 20


def people(stage: Stage, *seen: tuple[str, list[int]]) -> Json:
    told = [{"key": name.lower(), "name": name, "steps": steps} for name, steps in seen]
    ops = [{"op": "people", "people": told}]
    return {"v": 1, "type": "state", "plan": "payments.ledger", "epoch": stage.plan.epoch, "ops": ops}


def looked(stage: Stage, page: Page) -> list[object]:
    """Wait until the page said where it looks; give the steps it said."""
    until(page, lambda: stage.heard("look"))
    return [message["step"] for message in stage.heard("look")]


def test_others_show_at_the_header_and_on_the_card_they_have_open(stage: Stage, board: Page) -> None:
    assert set(looked(stage, board)) == {None}  # a line that breaks on a busy machine says it again
    board.evaluate("document.querySelector('[data-me]').dataset.me = 'me'")
    viewers = board.locator("#plan-head .viewers")
    expect(viewers).to_have_count(0)

    stage.say(people(stage, ("Me", [3]), ("Ana", [2]), ("Ben", [2])))
    expect(viewers).to_have_accessible_name("You, Ana and Ben are viewing")
    marks = board.locator("#step-2").get_by_role("img", name="Ana and Ben look at this")
    expect(marks).to_be_visible()
    expect(board.locator("#step-3 .onlookers")).to_have_count(0)

    stage.push(2, title="Drawn anew")
    expect(board.locator("#step-2")).to_contain_text("Drawn anew")
    expect(marks).to_be_visible()
    head = {"op": "head", "html": board.locator("#plan-head").inner_html().split('<span class="viewers')[0]}
    stage.say({**people(stage), "ops": [head]})
    expect(viewers).to_have_count(1)

    board.locator("#step-5 h3 a").click()
    expect(board.locator("#drawer-title")).to_be_visible()
    until(board, lambda: looked(stage, board)[-1] == 5)
    expect(board.locator("#announce")).not_to_contain_text("Ana")

    stage.say(people(stage, *((name, []) for name in ("Ana", "Ben", "Cy", "Dee", "Eve", "Me"))))
    expect(viewers.locator(".avatar")).to_have_text(["Y", "A", "B", "C", "+2"])
    expect(viewers).to_contain_text("You and 5 others are viewing")
    expect(marks).to_have_count(0)

    stage.say(people(stage, ("Me", [])))
    expect(viewers).to_have_count(0)


def test_changes_do_not_make_a_page_say_again_where_it_looks(stage: Stage, board: Page) -> None:
    said = len(looked(stage, board))

    for _ in range(CHANGES):
        stage.push(1)
        expect(board.locator("#step-1")).to_have_attribute("data-rev", str(stage.plan.revision))

    board.locator("#step-5 h3 a").click()
    until(board, lambda: looked(stage, board)[-1] == 5)
    assert len(looked(stage, board)) < said + CHANGES
