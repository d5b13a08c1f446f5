"""What a page says of its line is true, whatever becomes of the line, of the session or of the plan."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import mirrored, seeing
from tests.acceptance.bad_line import BadLine, Sockets
from tests.acceptance.board_process import Board, free_port
from tests.acceptance.connection import End
from tests.acceptance.person import Person
from tests.acceptance.storm import AGENT, PLAN, make_plan
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page, Request

    from tests.acceptance.conftest import SignIn

BOARD = f"/plans/{PLAN}/"
A_WHILE = 1500  # ms
FEW = 5
_NOTE_STATES = """() => {
    window.words = "";
    const said = () => (words += document.querySelector("[data-connection-words]").textContent);
    new MutationObserver(said).observe(document.documentElement, { attributeFilter: ["data-connection"] });
}"""
"""Some states pass before a slow machine looks."""


@pytest.fixture(scope="module")
def line() -> Iterator[BadLine]:
    """Give a line to a board that is to listen at its ``to``."""
    with BadLine(free_port(), to=free_port(), seed=11) as opened:
        yield opened


@pytest.fixture(scope="module")
def bad_board(tmp_path_factory: pytest.TempPathFactory, line: BadLine) -> Iterator[Board]:
    """Run a board behind the line."""
    origin = f"http://127.0.0.1:{line.port}"
    place: Path = tmp_path_factory.mktemp("behind")
    with Board(place, settings={"PLANBOARD_PUBLIC_ORIGIN": origin}, port=line.to) as board:
        make_plan(board)
        yield board
        print(board.output.decode(errors="replace"))  # noqa: T201 - pytest shows it when the test failed


@pytest.fixture
def page(sign_in: SignIn, bad_board: Board, line: BadLine) -> Page:
    """Give a page of somebody who is signed in."""
    line.sockets = Sockets.PASS
    return sign_in("/healthz", at=bad_board)


def show(page: Page, line: BadLine, path: str) -> None:
    page.goto(f"http://127.0.0.1:{line.port}{path}")


def says(page: Page, state: str, words: str) -> None:
    """Wait until the page is in a state, and says so in these words."""
    expect(page.locator("html")).to_have_attribute("data-connection", state)
    expect(page.locator("[data-connection-words]").first).to_contain_text(words)


def expire_sessions(board: Board) -> None:
    """End every session as time does: nobody is told."""
    with closing(sqlite3.connect(board.home / "board.sqlite3", timeout=60)) as mirror:
        mirror.execute("DELETE FROM django_session")
        mirror.commit()


def sign_in_again(context: BrowserContext, board: Board) -> None:
    """Sign in as with a link that opens in another tab."""
    person = Person(board.url, board.new_link())
    context.add_cookies(
        [{"name": kept.name, "value": kept.value or "", "url": board.url} for kept in person.cookies]
    )


def come_back_to(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_who_is_signed_out_is_told_and_finds_what_was_typed_after_signing_in(
    page: Page, bad_board: Board, line: BadLine
) -> None:
    show(page, line, f"{BOARD}?step=1")
    seeing.live(page)
    form = seeing.open_form(page, "edit")
    form.get_by_label("Title").fill("Typed before the end")
    expire_sessions(bad_board)
    form.get_by_role("button", name="Save", exact=True).click()

    says(page, "signedOut", "Signed out")
    expect(page.locator("#toast")).to_contain_text("what you typed is kept")
    expect(form.get_by_label("Title")).to_have_value("Typed before the end")
    way_back = re.compile(r"/login/\?next=%2Fplans%2Fpayments.ledger%2F%3Fstep%3D1$")
    expect(page.get_by_role("link", name="Sign in").first).to_have_attribute("href", way_back)

    sign_in_again(page.context, bad_board)
    come_back_to(page)
    seeing.live(page)
    form = seeing.drawer(page).locator("details:has(> [data-key-edit])")
    expect(form.get_by_label("Title")).to_have_value("Typed before the end")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#title-1")).to_contain_text("Typed before the end")


def test_who_is_signed_out_where_no_socket_gets_through_is_told(
    page: Page, bad_board: Board, line: BadLine
) -> None:
    line.sockets = Sockets.REFUSED
    other = page.context.new_page()
    for tab, path in ((page, BOARD), (other, "/plans/")):
        show(tab, line, path)
        says(tab, "polling", "Live, every 5 s")
    bad_board.ask("step", "claim", PLAN, "2", session=AGENT)
    seeing.stands_in(page, "run", 2)

    expire_sessions(bad_board)
    for tab in (page, other):
        says(tab, "signedOut", "Signed out")


def test_a_socket_that_is_never_answered_is_given_up_for_asking(page: Page, line: BadLine) -> None:
    line.sockets = Sockets.UNANSWERED
    show(page, line, BOARD)
    says(page, "polling", "Live, every 5 s")
    line.sockets = Sockets.PASS
    seeing.live(page)

    # What was asked for before is no reason to call a line live that is gone.
    page.evaluate(_NOTE_STATES)
    line.sockets = Sockets.REFUSED
    line.end(End.RESET)
    until(lambda: "Reconnecting" in page.evaluate("words"))


def test_a_deleted_plan_is_called_deleted_and_comes_back_when_it_is_made_anew(
    page: Page, bad_board: Board, line: BadLine
) -> None:
    name = "payments.gone"
    bad_board.ask("plan", "create", name, session=AGENT)
    bad_board.ask("step", "add", name, "--title", "Before", session=AGENT)
    bad_board.ask("step", "claim", name, "1", session=AGENT)
    mirrored.wait(bad_board)
    timeline = page.context.new_page()
    for tab, path in ((page, f"/plans/{name}/"), (timeline, f"/plans/{name}/timeline/")):
        show(tab, line, path)
        seeing.live(tab)
    bad_board.ask("plan", "delete", name, "--revision", str(bad_board.plan(name)["revision"]))
    for tab in (page, timeline):
        says(tab, "gone", "Plan deleted")

    bad_board.ask("plan", "create", name, session=AGENT)
    bad_board.ask("step", "add", name, "--title", "After", session=AGENT)
    expect(page.locator("#title-1")).to_contain_text("After")
    expect(timeline.locator("#view")).to_contain_text("Nothing has been done yet")
    for tab in (page, timeline):
        seeing.live(tab)
    until(lambda: asks_little(timeline))  # for the plan that was it would ask again and again


def asks_little(page: Page) -> bool:
    """Count for a while what a page asks for."""
    asked: list[Request] = []

    def noted(request: Request) -> None:
        asked.append(request)

    page.on("request", noted)
    page.wait_for_timeout(A_WHILE)
    page.remove_listener("request", noted)
    return len(asked) <= FEW
