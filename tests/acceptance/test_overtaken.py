"""What is asked for, and what happens meanwhile: whichever comes last, a page shows what is meant."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import mirrored, seeing
from tests.acceptance.overtaking import AGENT, PLAN, STEPS, came, held_back, let_go, prepared, retitle
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

TRACK, TABLE = f"/plans/{PLAN}/track/", f"/plans/{PLAN}/table/"
TIMELINE = f"/plans/{PLAN}/timeline/"
OTHER = {"title": "Another plan of that name", "steps": [{"title": "Begin anew"}, {"title": "Say it anew"}]}


class Frames:
    """The frames of a page's line, which a test may keep back."""

    def __init__(self, page: Page) -> None:
        self.kept: list[str] = []
        self.keeps = False
        page.route_web_socket("**/ws/plans/**", self._through)

    def _through(self, line: WebSocketRoute) -> None:
        self.line = line
        line.connect_to_server().on_message(self._down)

    def _down(self, message: str | bytes) -> None:
        if self.keeps:
            self.kept.append(str(message))
        else:
            self.line.send(message)

    def go_on(self) -> None:
        self.keeps = False
        for message in self.kept:
            self.line.send(message)


def test_an_open_step_follows_where_the_drawing_came_before_its_frame(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in("/plans/")
    frames = Frames(page)
    page.goto(f"{board.url}{TRACK}?step=3")
    seeing.live(page)
    asked = held_back(page, "**/track/?*fragment=track*")
    retitle(board, 2, "Write them")
    came(page, asked)
    frames.keeps = True
    retitle(board, 3, "Read them")
    until(lambda: page.evaluate("true") and frames.kept)
    mirrored.wait(board)  # pages are told of a change before it can be fetched

    let_go(page, "**/track/?*fragment=track*", asked)
    expect(page.locator("#node-3")).to_contain_text("Read them")
    frames.go_on()

    expect(page.locator("#drawer-title")).to_have_text("Read them")


def test_a_step_that_changes_while_it_is_opened_beside_a_view_is_shown_as_it_is(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    page = sign_in(TABLE)
    seeing.live(page)
    late = held_back(page, "**/steps/3/")
    page.locator("#row-3 .cell-text").click()
    came(page, late)
    old = late[0].fetch()
    retitle(board, 3, "Read them")
    expect(page.locator("#row-3")).to_contain_text("Read them")
    late[0].fulfill(response=old)
    page.unroute("**/steps/3/")
    for route in late[1:]:
        route.continue_()

    expect(page.locator("#drawer-title")).to_have_text("Read them")


def test_a_caught_up_line_shows_no_step_of_now_beside_an_older_revision(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    page = sign_in(f"{TIMELINE}?step=1")
    seeing.live(page)
    expect(page.locator("#drawer-verbs")).to_be_visible()
    page.keyboard.press("[")
    expect(page.locator("#replay")).to_contain_text("You are looking at rev")
    expect(page.locator("#drawer-verbs")).to_have_count(0)
    page.context.set_offline(offline=True)
    retitle(board, 1, "Survey all")
    page.context.set_offline(offline=False)
    expect(page.locator("#replay")).to_contain_text("2 newer changes are held")
    with page.expect_response("**/steps/1/*"):
        page.evaluate("document.dispatchEvent(new CustomEvent('planboard:caught-up'))")
    page.evaluate("new Promise((then) => requestAnimationFrame(() => setTimeout(then)))")

    expect(page.locator("#drawer-title")).to_have_text("Survey")
    expect(page.locator("#drawer-verbs")).to_have_count(0)


def test_enter_chooses_no_need_that_was_found_for_other_words(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    page = sign_in(f"/plans/{PLAN}/?step=1")
    seeing.live(page)
    seeing.open_form(page, "edit")
    find = page.get_by_role("combobox", name="Needs")
    find.press_sequentially("events")
    expect(page.locator("#edit-options .is-active")).to_contain_text("2")
    asked = held_back(page, "**/*q=events*")
    find.press_sequentially(" read")
    find.press("Enter")
    came(page, asked)
    let_go(page, "**/*q=events*", asked)

    expect(page.locator("[data-drop-need]")).to_have_count(1)
    expect(page.locator("#edit-needs")).to_have_value("3")


def test_a_view_stays_where_the_board_does_not_answer_and_is_drawn_when_it_does(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    page = sign_in(TABLE)
    seeing.live(page)
    page.locator("[data-sort]").first.click()
    expect(page).to_have_url(re.compile("sort="))
    expect(page.locator("[aria-sort]")).to_have_count(1)
    seeing.stay(page)
    page.route("**/table/*", lambda route: route.abort())
    page.go_back()
    expect(page.locator("html")).to_have_attribute("data-connection", "catching")
    page.unroute("**/table/*")

    seeing.live(page)
    assert seeing.stayed(page)
    expect(page.locator("#row-list")).to_be_visible()


def test_going_through_the_revisions_waits_for_the_board(board: Board, sign_in: SignIn) -> None:
    prepared(board)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    page = sign_in(TIMELINE)
    seeing.live(page)
    seeing.stay(page)
    page.route("**/timeline/*", lambda route: route.abort())
    page.keyboard.press("[")
    expect(page.locator("html")).to_have_attribute("data-connection", "catching")
    page.unroute("**/timeline/*")

    expect(page.locator("#replay")).to_contain_text("You are looking at rev")
    seeing.live(page)
    assert seeing.stayed(page)


def test_an_open_step_outlives_its_plan_and_follows_the_one_that_takes_its_name(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    page = sign_in(f"/plans/{PLAN}/?step=2")
    seeing.live(page)
    late = held_back(page, "**/steps/2/")
    retitle(board, 2, "Write them")
    came(page, late)
    board.ask("plan", "delete", PLAN, "--revision", str(board.plan(PLAN)["revision"]))
    expect(page.locator("html")).to_have_attribute("data-connection", "gone")

    with page.expect_response("**/steps/2/"):
        let_go(page, "**/steps/2/", late)
    expect(page.locator("#toast")).to_contain_text("There is no such plan.")
    expect(page.locator("#drawer-title")).to_have_text(STEPS[1])
    board.ask("plan", "create", PLAN, "--from", "-", session=AGENT, stdin=json.dumps(OTHER))

    expect(page.locator("#drawer-title")).to_have_text("Say it anew")
