"""Pages that nobody sees for a while, in a real browser: kept for the back button, hidden, frozen."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.acceptance import mirrored
from tests.acceptance.bad_line import BadLine
from tests.acceptance.board_process import Board, free_port
from tests.acceptance.own_browser import OwnBrowser, OwnTab
from tests.acceptance.person import Person
from tests.acceptance.storm import AGENT, PLAN, make_plan
from tests.acceptance.truth import stale_cards, stale_parts
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
FROZEN_SECONDS = (1, 12, 40) if LONG else (1,)
"""Longer than the server waits for an answer (10 s), and than the page for a sign of the server (35 s)."""
PAGES = ((f"/plans/{PLAN}/", "board"), (f"/plans/{PLAN}/table/", "table"), ("/needs/", "queue"))
NEWS = {"board": "First", "table": "First", "queue": "Step 2"}
"""What a page has to show after the first change."""
NOTE = """
const painted = () => requestAnimationFrame(() => {
    const isTrue = ["live", "polling"].includes(document.documentElement.dataset.connection);
    if (isTrue) window.trueWith ??= document.querySelector("main").textContent;
});
addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    window.trueWith = undefined;
    painted();
});
addEventListener("DOMContentLoaded", () => new MutationObserver(painted).observe(
    document.documentElement, { attributeFilter: ["data-connection"] }));
"""
"""What a kept page shows in the first picture after it came back in which it says that it is true."""


@pytest.fixture
def line() -> Iterator[BadLine]:
    """Give a line to a board that is to listen at its ``to``."""
    with BadLine(free_port(), to=free_port()) as opened:
        yield opened


@pytest.fixture
def board(tmp_path: Path, line: BadLine) -> Iterator[Board]:
    """Run a board with a plan behind the line."""
    origin = f"http://127.0.0.1:{line.port}"
    with Board(tmp_path, settings={"PLANBOARD_PUBLIC_ORIGIN": origin}, port=line.to) as board:
        make_plan(board)
        mirrored.wait(board)
        yield board
        print(board.output.decode(errors="replace"))  # noqa: T201 - pytest shows it when the test failed


@pytest.fixture
def own_browser(chromium_path: str, tmp_path: Path, board: Board, line: BadLine) -> Iterator[OwnBrowser]:
    """Start a browser of somebody who is signed in."""
    with OwnBrowser(chromium_path, tmp_path) as browser:
        browser.sign_in(Person(board.url, board.new_link()).cookies, at(line, "/"))
        yield browser


def at(line: BadLine, path: str) -> str:
    return f"http://127.0.0.1:{line.port}{path}"


def opened(browser: OwnBrowser, line: BadLine) -> list[tuple[OwnTab, str]]:
    """Open the pages, each in a tab of its own, and mark them."""
    tabs = []
    for path, fragment in PAGES:
        tab = browser.tab(at(line, path), before=NOTE)
        until(lambda tab=tab: says(tab) == "live")  # type: ignore[misc]
        tab.evaluate("() => { window.sameDocument = true; }")
        tabs.append((tab, fragment))
    return tabs


def says(tab: OwnTab) -> str:
    return str(tab.evaluate("() => document.documentElement.dataset.connection"))


def change(board: Board, title: str) -> None:
    """Let an agent do what every page shows: another title, a step taken, a question asked."""
    plan = board.plan(PLAN)
    edited = ("step", "edit", PLAN, "1", "--title", title, "--revision", str(plan["revision"]))
    board.ask(*edited)
    if title == "First":
        board.ask("step", "claim", PLAN, "2", session=AGENT)
        board.ask("step", "block", PLAN, "2", "--approval", "Go on?", session=AGENT)
    until(lambda: mirrored.revisions(board).get(PLAN) == board.plan(PLAN)["revision"])


def is_true_again(tab: OwnTab, fragment: str, board: Board) -> None:
    """Let the page come back by itself, the same page, until it is live and all that it shows is true."""
    page = cast("Any", tab)

    def stale() -> list[str]:
        return stale_parts(page, fragment) + (stale_cards(page, board, PLAN) if fragment == "board" else [])

    until(lambda: says(tab) == "live" and not stale())
    assert tab.evaluate("() => window.sameDocument === true")


@pytest.mark.slow
def test_a_page_that_the_browser_kept_closes_its_line_and_comes_back_true(
    own_browser: OwnBrowser, board: Board, line: BadLine
) -> None:
    """Chromium keeps no page that is no-store and had a socket; others do, so the line drops the word."""
    line.is_lax = True
    tabs = opened(own_browser, line)
    for tab, _ in tabs:
        tab.show()
        tab.go(at(line, "/healthz"))
    until(lambda: line.open_sockets() == 0)
    change(board, "First")
    for tab, fragment in tabs:
        tab.show()
        tab.back()
        is_true_again(tab, fragment, board)
        assert NEWS[fragment] in until(lambda tab=tab: tab.evaluate("() => window.trueWith"))  # type: ignore[misc]

    (tab, _), *_ = tabs
    tab.show()
    tab.go(at(line, "/healthz"))
    with closing(sqlite3.connect(board.home / "board.sqlite3", timeout=60)) as mirror:
        mirror.execute("DELETE FROM django_session")
        mirror.commit()
    tab.back()
    until(lambda: says(tab) == "signedOut")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_page_behind_another_tab_frozen_or_minimised_comes_back_true(
    own_browser: OwnBrowser, board: Board, line: BadLine
) -> None:
    tabs = opened(own_browser, line)
    front = own_browser.tab(at(line, "/healthz"))
    until(lambda: not any(tab.is_seen() for tab, _ in tabs))
    change(board, "First")
    for tab, fragment in tabs:
        tab.show()
        is_true_again(tab, fragment, board)

    for seconds in FROZEN_SECONDS:
        front.show()
        for tab, _ in tabs:
            tab.be("frozen")
        for number in range(4):
            change(board, f"Frozen {number} for {seconds} s")
        time.sleep(seconds)
        for tab, fragment in tabs:
            tab.show()
            is_true_again(tab, fragment, board)

    (tab, fragment), *_ = tabs
    tab.show()
    tab.resize("minimized")
    change(board, "Minimised")
    tab.resize("normal")
    is_true_again(tab, fragment, board)
