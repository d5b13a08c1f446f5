"""What is asked for, and what happens meanwhile: whichever comes last, a page shows what is meant."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import mirrored, seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route, WebSocketRoute

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN, AGENT = "payments.ledger", "session-abc"
TRACK, TABLE = f"/plans/{PLAN}/track/", f"/plans/{PLAN}/table/"
TIMELINE = f"/plans/{PLAN}/timeline/"
STEPS = ("Survey", "Write events", "Read events")
OTHER = {"title": "Another plan of that name", "steps": [{"title": "Begin anew"}, {"title": "Say it anew"}]}


def prepared(board: Board) -> None:
    plan = {"title": "Ledger to event store", "steps": [{"title": title} for title in STEPS]}
    board.ask("plan", "create", PLAN, "--from", "-", session=AGENT, stdin=json.dumps(plan))


def retitle(board: Board, number: int, title: str) -> None:
    seen = str(board.step(PLAN, number)["revision"])
    board.ask("step", "edit", PLAN, str(number), "--title", title, "--revision", seen, session=AGENT)


def held_back(page: Page, address: str) -> list[Route]:
    """Hold back what is asked for at an address until a test lets it go."""
    asked: list[Route] = []
    page.route(address, lambda route: asked.append(route))  # noqa: PLW0108 - it takes no builtin
    return asked


def came(page: Page, asked: list[Route], count: int = 1) -> None:
    until(lambda: page.evaluate("true") and len(asked) >= count)


def let_go(page: Page, address: str, asked: list[Route]) -> None:
    for route in asked:
        route.continue_()
    page.unroute(address)


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


def test_what_is_on_its_way_when_the_queue_is_empty_is_not_put_beside_it(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    board.ask("step", "block", PLAN, "1", "--approval", "May I?", session=AGENT)
    page = sign_in("/needs/")
    seeing.live(page)
    expect(page.locator("#drawer-title")).to_have_text(STEPS[0])
    late = held_back(page, "**/*fragment=pane*")
    retitle(board, 1, "Survey all")
    came(page, late)
    expect(page.locator("#queue-rows article[data-own-fresh]")).to_have_count(0)
    old = late[0].fetch()
    page.keyboard.press("h")
    expect(page.locator("#queue-rows > li:not(:has(.queue-gone))")).to_have_count(0)  # or gone by now
    expect(page.locator("#drawer")).to_be_empty()

    late[0].fulfill(response=old)
    page.unroute("**/*fragment=pane*")
    page.evaluate("fetch('/needs/?fragment=queue')")

    expect(page.locator("#drawer")).to_be_empty()


def test_what_was_done_with_many_is_not_covered_by_a_step_that_was_on_its_way(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    for number in ("1", "2"):
        board.ask("step", "claim", PLAN, number, session=AGENT)
        board.ask("step", "block", PLAN, number, "--approval", "Keep it?", session=AGENT)
    page = sign_in("/needs/")
    seeing.live(page)
    done, late = held_back(page, "**/needs/decide/"), held_back(page, "**/*fragment=pane*")
    page.get_by_role("button", name="Approve all 2").click()
    came(page, done)
    answer = done[0].fetch()
    came(page, late)
    step = late[0].fetch()

    done[0].fulfill(response=answer)
    expect(page.locator("#drawer-title")).to_have_text("2 approved")
    late[0].fulfill(response=step)
    page.unroute("**/*fragment=pane*")
    page.evaluate("fetch('/needs/?fragment=queue')")

    expect(page.locator("#drawer-title")).to_have_text("2 approved")


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


def test_what_happened_is_narrowed_to_words_that_nobody_answered_at_first(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    page = sign_in("/activity/")
    seeing.live(page)
    expect(page.locator("#activity-lines li").first).to_be_visible()
    refused: list[Route] = []

    def refuse(route: Route) -> None:
        route.abort()
        refused.append(route)

    page.route("**/activity/*fragment=*", refuse)
    page.locator("[data-filter]").fill("no such words")
    came(page, refused)
    page.unroute("**/activity/*fragment=*")

    expect(page.locator("#activity-lines")).to_contain_text("Nothing that happened matches.")
    expect(page.locator("#activity-lines li")).to_have_count(0)


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
