"""Days are those of whoever reads them, and go on at midnight."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
A_DAY = "24:00:00"


def noon_zone() -> str:
    """Name a zone where the day is half over and has 24 hours: none ends between two looks at a page."""
    east = 12 - datetime.now(UTC).hour or 3  # never the board's own
    return f"Etc/GMT{-east:+d}"


def test_a_page_that_is_open_past_midnight_calls_no_other_day_today(board: Board, sign_in: SignIn) -> None:
    board.ask("plan", "create", PLAN, session="session-abc")
    page = sign_in("/activity/", timezone_id=noon_zone())
    page.clock.install()
    page.reload()
    heading = page.locator(".activity-title").first
    expect(heading).to_have_text("Today")
    page.clock.fast_forward(A_DAY)
    expect(heading).to_have_text("Yesterday")
    page.clock.fast_forward(A_DAY)
    expect(heading).to_contain_text("20")


def test_a_time_of_another_day_says_of_which(board: Board, sign_in: SignIn) -> None:
    plan = {"title": "Payments", "steps": [{"title": "Rotate keys"}]}
    board.ask("plan", "create", PLAN, "--from", "-", session="session-abc", stdin=json.dumps(plan))
    page = sign_in(f"/plans/{PLAN}/", timezone_id=noon_zone(), locale="en-GB")
    page.goto(f"{board.url}/plans/{PLAN}/?step=1")
    time = page.locator(".history time")
    page.clock.install(time=str(time.get_attribute("datetime")))
    page.reload()
    expect(time).to_have_text(re.compile(r"^\d\d:\d\d$"))
    page.clock.fast_forward(A_DAY)
    expect(time).to_have_text(re.compile(r"^\d{1,2} \w{3,4}, \d\d:\d\d$"))
