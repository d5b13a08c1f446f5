"""Gaps, old frames, wrong sums, broken answers: the page fetches what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.seeing import stands_in, state, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Stage


def test_a_gap_is_fetched_over_http(stage: Stage, board: Page) -> None:
    stage.change(2, status=Status.COMPLETED)
    stage.push(3, status=Status.COMPLETED)

    stands_in(board, "done", 2)
    stands_in(board, "done", 3)
    assert stage.refetched == 1
    expect(board.locator("#board")).to_have_attribute("data-revision", "12")
    until(board, lambda: stage.heard("hello")[-1]["rev"] == 12)


def test_another_history_is_fetched_whatever_its_revisions_say(stage: Stage, board: Page) -> None:
    stage.plan = replace(stage.plan, epoch="two", revision=3)
    stage.say(stage.heartbeat())

    expect(board.locator("#board")).to_have_attribute("data-epoch", "two")


def test_an_open_step_is_of_the_same_history_as_its_board(stage: Stage, board: Page) -> None:
    """A journal put back from a copy may reach the revision it had, with another text."""
    board.locator("#step-5 [data-open]").first.click()
    title = board.locator("#drawer-title")
    expect(title).to_have_text("Step 5 of the ledger")

    others = tuple(replace(one, title=f"{one.title} that was put back") for one in stage.plan.steps)
    stage.plan = replace(stage.plan, epoch="two", steps=others)
    stage.say(stage.heartbeat())

    expect(title).to_have_text("Step 5 of the ledger that was put back")


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
    until(board, lambda: stage.refetched >= 3)
    stage.behind = None

    expect(board.locator("#title-2")).to_contain_text("Told first")
    state(board, "live")


def test_too_much_at_once_is_fetched_once_instead(stage: Stage, board: Page) -> None:
    for round_ in range(70):
        stage.change(2, title=f"Round {round_}")
    burst = [stage.card(2) for _ in range(70)]
    stage.say({**stage.frame(*burst), "prev": 10})

    expect(board.locator("#title-2")).to_contain_text("Round 69")
    assert stage.refetched == 1


def test_what_never_came_shows_by_the_number_of_the_next_message(stage: Stage, board: Page) -> None:
    stage.answers = False  # what it says by itself has no number
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
    stage.answers = False  # else a page that comes back is live at once
    stage.say(stage.heartbeat(rev=11))
    state(board, "reconnecting")

    stage.breaks_off = False
    stage.answers = True
    stage.push(2, title="Told after all")
    expect(board.locator("#title-2")).to_contain_text("Told after all")
