"""Frames, gaps, silence: what the page does with what its socket says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.picture import Problem
from plans.domain.step import Status

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Json, Stage

BROKEN = '<section class="banner banner-error"><p>plan.json could not be read</p></section>'


def state(page: Page, name: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-connection", name)


def stands_in(page: Page, column: str, number: int) -> None:
    expect(page.locator(f"#col-{column} #step-{number}")).to_have_count(1)


def test_the_page_says_what_it_has_and_acknowledges_what_it_gets(stage: Stage, board: Page) -> None:
    assert stage.heard("hello") == [{"type": "hello", "epoch": "one", "rev": 10}]

    stage.push(2, status=Status.COMPLETED)

    stands_in(board, "done", 2)
    _until(board, lambda: [ack["rev"] for ack in stage.heard("ack")] == [10, 11])
    assert stage.refetched == 0


def test_cards_stand_where_the_server_puts_them(stage: Stage, board: Page) -> None:
    stage.push(5, status=Status.IN_PROGRESS, owner="session-def")
    stage.push(6, status=Status.IN_PROGRESS, owner="session-def")

    expect(board.locator("#col-run article")).to_have_count(4)
    for column in ("todo", "run", "ask", "done"):
        shown = board.locator(f"#col-{column} article").evaluate_all("all => all.map(one => one.id)")
        assert shown == [f"step-{number}" for number in stage.column(column)]


def test_a_new_step_appears_and_a_removed_one_goes(stage: Stage, board: Page) -> None:
    stage.push(8, title="Brand new")
    expect(board.locator("#col-todo #step-8")).to_contain_text("Brand new")

    stage.change(8)
    stage.say(stage.frame({"op": "drop", "id": 8}))
    expect(board.locator("#step-8")).to_have_count(0)


def test_a_gap_is_fetched_over_http(stage: Stage, board: Page) -> None:
    stage.change(2, status=Status.COMPLETED)
    stage.push(3, status=Status.COMPLETED)

    stands_in(board, "done", 2)
    stands_in(board, "done", 3)
    assert stage.refetched == 1
    expect(board.locator("#board")).to_have_attribute("data-revision", "12")
    assert stage.heard("hello")[-1]["rev"] == 12


def test_another_history_is_fetched_whatever_its_revisions_say(stage: Stage, board: Page) -> None:
    stage.plan = replace(stage.plan, epoch="two", revision=3)
    stage.say(stage.heartbeat())

    expect(board.locator("#board")).to_have_attribute("data-epoch", "two")


def test_an_old_frame_changes_nothing(stage: Stage, board: Page) -> None:
    old = stage.card(2)
    stage.push(2, title="Newer")
    expect(board.locator("#title-2")).to_contain_text("Newer")

    stage.say({**stage.frame(old), "rev": 10, "prev": 9})
    stage.push(3, title="And on")

    expect(board.locator("#title-3")).to_contain_text("And on")
    expect(board.locator("#title-2")).to_contain_text("Newer")
    assert stage.refetched == 0


def test_a_late_card_never_overwrites_a_newer_one(stage: Stage, board: Page) -> None:
    late = stage.card(2)
    stage.push(2, title="Newer")
    expect(board.locator("#title-2")).to_contain_text("Newer")

    stage.say({"type": "state", "plan": "payments.ledger", "epoch": "one", "ops": [late]})
    stage.push(3, title="And on")

    expect(board.locator("#title-3")).to_contain_text("And on")
    expect(board.locator("#title-2")).to_contain_text("Newer")


def test_a_wrong_checksum_is_repaired_and_a_right_one_left_alone(stage: Stage, board: Page) -> None:
    stage.say(stage.heartbeat())
    stage.push(2, title="In between")
    expect(board.locator("#title-2")).to_contain_text("In between")
    assert stage.refetched == 0

    stage.change(3, title="Never told")
    stage.say(stage.heartbeat(rev=11))

    expect(board.locator("#title-3")).to_contain_text("Never told")
    assert stage.refetched == 1


def test_an_answer_older_than_a_frame_is_asked_for_again(stage: Stage, board: Page) -> None:
    stage.behind = stage.plan
    stage.push(2, title="Told first")
    expect(board.locator("#title-2")).to_contain_text("Told first")

    stage.say({"type": "resync", "epoch": "one", "rev": 11})
    _until(board, lambda: stage.refetched >= 3)
    stage.behind = None
    _until(board, lambda: len(stage.heard("hello")) == 2)
    stage.say(stage.heartbeat())

    expect(board.locator("#title-2")).to_contain_text("Told first")
    state(board, "live")


def test_too_much_at_once_is_fetched_once_instead(stage: Stage, board: Page) -> None:
    for round_ in range(70):
        stage.change(2, title=f"Round {round_}")
    burst = [stage.card(2) for _ in range(70)]
    stage.say({**stage.frame(*burst), "prev": 10})

    expect(board.locator("#title-2")).to_contain_text("Round 69")
    assert stage.refetched == 1


def test_a_page_whose_socket_broke_comes_back_with_what_it_has(stage: Stage, board: Page) -> None:
    stage.push(2, title="Before")
    expect(board.locator("#title-2")).to_contain_text("Before")

    stage.hang_up(1011)
    state(board, "reconnecting")
    expect(board.locator("#lost")).to_contain_text("Connection lost at")
    _until(board, lambda: len(stage.heard("hello")) == 2)
    assert stage.heard("hello")[-1] == {"type": "hello", "epoch": "one", "rev": 11}
    stage.say(stage.heartbeat())

    state(board, "live")
    expect(board.locator("#lost")).to_be_hidden()


def test_who_is_signed_out_is_told_and_nothing_is_tried_again(stage: Stage, board: Page) -> None:
    stage.hang_up(4401)

    state(board, "signedOut")
    expect(board.locator("#alert")).to_have_text("You are signed out.")
    expect(board.locator(".plan-top").get_by_role("link", name="Sign in")).to_be_visible()
    board.wait_for_timeout(1500)  # longer than the first pause: nothing may come
    assert len(stage.heard("hello")) == 1


def test_who_may_not_see_the_plan_is_told(stage: Stage, board: Page) -> None:
    stage.hang_up(4403)

    state(board, "noAccess")


def test_silence_is_seen_as_a_lost_line(stage: Stage, page: Page) -> None:
    page.clock.install()
    page.goto(stage.board)
    _until(page, lambda: bool(stage.heard("hello")))
    stage.say(stage.heartbeat())
    state(page, "live")

    page.clock.fast_forward(36_000)

    state(page, "reconnecting")
    page.clock.fast_forward(16_000)
    _until(page, lambda: len(stage.heard("hello")) >= 2)


def test_after_a_sleep_the_page_asks_before_it_calls_itself_live(stage: Stage, page: Page) -> None:
    page.clock.install(time=datetime(2026, 1, 1, 9, tzinfo=UTC))
    page.goto(stage.board)
    _until(page, lambda: bool(stage.heard("hello")))
    stage.say(stage.heartbeat())
    state(page, "live")

    page.clock.set_system_time(datetime(2026, 1, 1, 17, tzinfo=UTC))
    page.clock.fast_forward(6_000)

    state(page, "catching")
    _until(page, lambda: len(stage.heard("hello")) == 2)
    page.clock.fast_forward(11_000)
    state(page, "reconnecting")
    expect(page.locator("#lost")).to_contain_text("Connection lost at 09:00")


def test_what_never_came_shows_by_the_number_of_the_next_message(stage: Stage, board: Page) -> None:
    stage.say(stage.heartbeat(n=1))
    stage.say(stage.heartbeat(n=1))
    revision = stage.plan.revision
    stage.change(2, title="Told where there is no revision", revision=1)
    stage.plan = replace(stage.plan, revision=revision)
    stage.say(stage.heartbeat(n=3))

    expect(board.locator("#title-2")).to_contain_text("Told where there is no revision")
    assert stage.refetched == 1


def test_an_answer_that_breaks_off_leaves_nobody_waiting(stage: Stage, board: Page) -> None:
    stage.breaks_off = True
    stage.say(stage.heartbeat(rev=11))
    state(board, "reconnecting")

    stage.breaks_off = False
    stage.push(2, title="Told after all")
    _until(board, lambda: len(stage.heard("hello")) > 1)
    stage.say(stage.heartbeat())
    expect(board.locator("#title-2")).to_contain_text("Told after all")


def test_where_sockets_are_blocked_the_page_asks_over_http(stage: Stage, page: Page) -> None:
    stage.refuses_sockets = True
    page.clock.install()
    page.goto(stage.board)
    state(page, "reconnecting")
    stage.change(2, status=Status.COMPLETED)
    while not stage.refetched:
        page.clock.fast_forward(16_000)
        page.wait_for_timeout(10)

    stands_in(page, "done", 2)
    state(page, "polling")


def test_a_page_from_the_back_forward_cache_says_hello_at_once(stage: Stage, board: Page) -> None:
    board.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    _until(board, lambda: len(stage.heard("hello")) == 2)


def test_held_changes_are_counted_and_come_when_released(stage: Stage, board: Page) -> None:
    board.keyboard.press("p")
    stage.push(2, title="Held back")
    stage.push(2, title="Held back twice")

    chip = board.locator(".plan-top [data-connection-words]")
    expect(chip).to_contain_text("1 changed step")
    expect(board.locator("#title-2")).not_to_contain_text("Held back")

    board.keyboard.press("p")
    expect(board.locator("#title-2")).to_contain_text("Held back twice")
    state(board, "live")


def test_an_unreadable_file_is_shown_as_long_as_it_is(stage: Stage, board: Page) -> None:
    stage.problem = Problem(kind="unreadable", message="Line 3, column 1: unexpected end")
    stage.say(_state(BROKEN))
    _until(board, lambda: stage.refetched == 1)
    expect(board.locator("#banner")).to_contain_text("Line 3, column 1")

    stage.problem = None
    stage.say(_state(""))
    _until(board, lambda: stage.refetched == 2)
    expect(board.locator("#banner")).not_to_contain_text("Line 3, column 1")


def test_while_the_file_is_unreadable_the_open_step_keeps_what_is_typed_and_offers_nothing(
    stage: Stage, board: Page
) -> None:
    board.locator("#title-4 a, #step-4 [data-open]").first.click()
    note = board.locator("#decide-note")
    note.fill("Only after the backup")

    stage.problem = Problem(kind="unreadable", message="Line 3, column 1: unexpected end")
    stage.say(_state(BROKEN))

    drawer = board.locator("#drawer")
    expect(drawer.locator(".drawer-waits")).to_be_visible()
    expect(drawer.locator(".verbs summary, [type=submit]").filter(visible=True)).to_have_count(0)
    expect(note).to_have_value("Only after the backup")

    stage.problem = None
    stage.say(_state(""))

    expect(drawer.get_by_role("button", name="Approve")).to_be_visible()
    expect(drawer.locator(".drawer-waits")).to_be_hidden()
    expect(note).to_have_value("Only after the backup")


def test_an_open_step_is_drawn_again_when_the_file_reads_again(stage: Stage, page: Page) -> None:
    stage.problem = Problem(kind="unreadable", message="Line 3, column 1: unexpected end")
    page.goto(f"{stage.board}?step=4")
    drawer = page.locator("#drawer")
    expect(drawer.locator(".drawer-waits")).to_be_visible()
    expect(drawer.locator("[type=submit]")).to_have_count(0)
    _until(page, lambda: bool(stage.heard("hello")))

    stage.problem = None
    stage.say(_state(""))

    expect(drawer.get_by_role("button", name="Approve")).to_be_visible()
    expect(drawer.locator(".drawer-waits")).to_be_hidden()


def test_counts_and_the_title_follow(stage: Stage, board: Page) -> None:
    expect(board).to_have_title("(1) Ledger to event store · Planboard")

    op = stage.change(4, status=Status.COMPLETED, request=None)
    counts: list[Json] = [{"op": "count", "col": "ask", "n": 0}, {"op": "count", "col": "done", "n": 2}]
    stage.say(stage.frame(op, *counts))

    expect(board.locator("#col-done [data-count]")).to_have_text("2")
    expect(board).to_have_title("Ledger to event store · Planboard")
    expect(board.locator("#col-ask [data-empty]")).to_be_visible()


def test_an_empty_plan_becomes_a_board_by_itself(stage: Stage, page: Page) -> None:
    stage.plan = replace(stage.plan, steps=())
    page.goto(stage.board)
    expect(page.get_by_role("heading", name="No steps yet")).to_be_visible()
    _until(page, lambda: bool(stage.heard("hello")))

    stage.push(1, title="The very first")

    expect(page.locator("#col-todo #step-1")).to_be_visible()
    expect(page.get_by_role("heading", name="No steps yet")).to_be_hidden()


def _state(banner: str) -> Json:
    ops: list[Json] = [{"op": "banner", "html": banner}]
    return {"type": "state", "plan": "payments.ledger", "epoch": "one", "ops": ops}


def _until(page: Page, reached: object) -> None:
    """Let the page run until the server saw what a test waits for."""
    for _ in range(3000):
        if reached():  # type: ignore[operator]
            return
        page.wait_for_timeout(10)
    message = "it never came"
    raise AssertionError(message)
