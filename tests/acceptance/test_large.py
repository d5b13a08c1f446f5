"""A thousand steps in a plan, five hundred plans in a root: pages stay small, live and searchable."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from plans.domain.actor import session
from plans.domain.verbs import shaping
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.wiring import now_ms
from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn
    from tests.acceptance.person import Person

PLAN = "payments.ledger"
AGENT = "session-abc"
STEPS, PLANS = 1000, 500
KIB = 1024


def thousand_steps(board: Board) -> None:
    """Plan work in ten phases; each step needs the one ten before, 60 are done, 20 are moving."""
    steps = [
        {
            "title": f"Move table {number} to the event store",
            "phase": f"Phase {1 + (number - 1) // 100}",
            "needs": [number - 10] if number > 100 else [],
        }
        for number in range(1, STEPS + 1)
    ]
    text = json.dumps({"title": "Ledger", "steps": steps})
    board.ask("plan", "create", PLAN, "--from", "-", session=AGENT, stdin=text)
    for _ in range(3):
        board.ask("step", "next", PLAN, session=AGENT)


def compressed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


def loaded(board: Board, page_text: str, pattern: str) -> dict[str, bytes]:
    """Fetch the files of a sort that a page names, and those that these name."""
    names = set(re.findall(rf'"(/static/[^"]+\.{pattern})"', page_text))
    found = {}
    for name in names:
        with urlopen(board.url + name) as answer:
            found[name] = answer.read()
    return found


def test_the_first_page_of_a_thousand_steps_is_small(board: Board, person: Person, sign_in: SignIn) -> None:
    thousand_steps(board)
    until(lambda: person.get(f"/plans/{PLAN}/").status == 200)
    assert compressed(person.get(f"/plans/{PLAN}/").body) <= 60 * KIB
    page = sign_in(f"/plans/{PLAN}/")
    seeing.live(page)
    assert page.evaluate("document.getElementsByTagName('*').length") <= 8000
    expect(page.locator("#col-todo .column-window")).to_contain_text("50 of 997 shown")
    expect(page.locator('[data-count="todo"]').first).to_have_text("997")


def test_scripts_styles_and_fonts_keep_to_their_budgets(board: Board, sign_in: SignIn) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    page = sign_in().context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - it takes no builtin
    page.goto(f"{board.url}/plans/{PLAN}/", wait_until="networkidle")
    seeing.live(page)
    page.evaluate("document.fonts.ready.then(() => true)")
    most = {"script": 30, "own script": 5, "stylesheet": 14, "own stylesheet": 5, "font": 60}
    sizes = dict.fromkeys(most, 0)
    for answer in answers:
        kind = f"{'own ' * ('/extra/' in answer.url)}{answer.request.resource_type}"
        if kind in sizes:
            sizes[kind] += compressed(answer.body())
    assert all(sizes.values()), sizes
    assert [kind for kind, size in sizes.items() if size > most[kind] * KIB] == [], sizes


def test_a_column_shows_fifty_more_each_time_and_a_change_of_any_shown_card_arrives(
    board: Board, sign_in: SignIn
) -> None:
    thousand_steps(board)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.live(page)
    todo = page.locator("#col-todo")
    expect(todo.locator("article")).to_have_count(50)
    todo.get_by_role("link", name="Show 50 more").click()
    expect(todo.locator("article")).to_have_count(100)
    seeing.live(page)
    seeing.stay(page)
    shown = 80
    board.ask("step", "claim", PLAN, str(shown), session="session-def")
    seeing.stands_in(page, "run", shown)
    expect(page.locator('[data-count="todo"]').first).to_have_text("996")
    unseen = 990
    board.ask("step", "edit", PLAN, str(unseen), "--title", "Far below", *at(board, unseen), session=AGENT)
    board.ask("step", "complete", PLAN, str(shown), session="session-def")
    page.get_by_role("button", name="Unfold Done").click()
    seeing.stands_in(page, "done", shown)
    assert seeing.stayed(page)


def at(board: Board, number: int) -> tuple[str, str]:
    """Name the revision that an edit of a step starts from."""
    return "--revision", str(board.step(PLAN, number)["revision"])


def test_without_scripts_fifty_more_is_a_link_that_works(board: Board, sign_in: SignIn) -> None:
    thousand_steps(board)
    page = sign_in(f"/plans/{PLAN}/", java_script_enabled=False)
    page.locator("#col-todo").get_by_role("link", name="Show 50 more").click()
    expect(page.locator("#col-todo article")).to_have_count(100)


def test_the_filter_finds_steps_that_are_not_on_the_page(board: Board, sign_in: SignIn) -> None:
    thousand_steps(board)
    page = sign_in(f"/plans/{PLAN}/")
    box = page.get_by_role("searchbox", name="Filter steps")
    box.fill("table 977")
    box.press("Enter")
    expect(page.locator("article:visible")).to_have_count(1)
    seeing.stands_in(page, "todo", 977)


@pytest.fixture
def five_hundred(board: Board) -> Board:
    """Make plans as their writers do, without a process for each."""
    store = PlanStore(board.root, clock=now_ms)
    by = session(AGENT)
    for number in range(PLANS):
        store.create(
            f"team{number % 7}.plan-{number:03}",
            lambda plan: shaping.add(plan, by=by, at=now_ms(), title="First"),
            Order(by=by, verb="create"),
        )
    return board


def names(page: Page) -> list[str]:
    return page.locator(".plan-row:visible h3").all_inner_texts()


@pytest.mark.own_board
def test_five_hundred_plans_are_listed_filtered_and_kept_live(five_hundred: Board, sign_in: SignIn) -> None:
    board = five_hundred
    page = sign_in("/plans/")
    until(lambda: page.reload() and page.locator(".plan-row").count() == PLANS)
    page.get_by_role("searchbox", name="Filter plans").fill("plan-314")
    expect(page.locator(".plan-row:visible")).to_have_count(1)
    page.locator(".plan-row:visible a").first.click()
    seeing.live(page)
    board.ask("step", "claim", "team6.plan-314", "1", session=AGENT)
    seeing.stands_in(page, "run", 1)
