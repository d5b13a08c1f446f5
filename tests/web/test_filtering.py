"""The filter of a plan's views: what its words mean, on the page, for live cards and in the other views."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.actions.planning import create_plan
from plans.actions.shaping import add_step
from plans.domain.picture import Life, Picture, picture_of
from plans.domain.step import Request, RequestKind, Status, Step
from plans.web.board import LARGE
from plans.web.filtering import LONGEST, Is, Key, parsed
from plans.web.matching import matching_steps
from tests.domain.cast import ABC, DEF, gate, plan_of, work
from tests.web.cast import ADA, LEDGER, LedgerBoard

if TYPE_CHECKING:
    from django.test import Client

    from plans.actions.desk import Desk
    from tests.web.conftest import Copy


def problem(number: int) -> Step:
    step = work(number, Status.BLOCKED)
    assert step.request
    request = Request(
        id=9, kind=RequestKind.PROBLEM, text="?", by=str(ABC), at=1, came_from=Status.IN_PROGRESS
    )
    return replace(step, request=request)


@pytest.fixture
def picture() -> Picture:
    """Show a plan with a step of every kind; session-abc stopped sending heartbeats."""
    plan = plan_of(
        replace(work(1, Status.COMPLETED), title="Survey the tables", phase="Survey"),
        replace(work(2, Status.IN_PROGRESS), title="Copy rows", phase="Cut over", notes="Event store"),
        replace(work(3), title="Drop rows", phase="Cut over"),
        work(4, Status.PENDING, 2),
        work(5, Status.BLOCKED, owner=DEF),
        problem(6),
        gate(7),
        work(8, Status.FAILED),
        work(9, Status.CANCELLED),
    )
    return picture_of(plan, lives={ABC.name: Life(session=ABC.name, liveness="stale")})


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("rows", [2, 3]),
        ("ROWS drop", [3]),
        ("event store", [2]),
        ('"store event"', []),
        ('"copy rows"', [2]),
        ("rows -copy", [3]),
        ('-"copy rows" rows', [3]),
        ("#4", [4]),
        ("owner:def", [5]),
        ("owner:none is:ready", [3]),
        ("is:waiting", [4]),
        ("is:running", [2]),
        ("is:asking", [5, 7]),
        ("is:blocked", [6, 8]),
        ("is:done", [1, 9]),
        ("is:cancelled", [9]),
        ("is:failed", [8]),
        ("is:gate", [7]),
        ("is:stale", [2]),
        ("-is:done -is:stale owner:abc", [6]),
        ("needs:me", [2, 5, 6, 7, 8]),
        ("needs:2", [4]),
        ("needs:#2", [4]),
        ('phase:"cut over"', [2, 3]),
        ("wave:cut", [2, 3]),
        ("phase:cut -is:stale", [3]),
        ("phase:none owner:none -is:gate -is:failed -is:cancelled", [4]),
        ("owner: is: phase: -", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ('owner:"none"', []),
    ],
)
def test_a_filter_means_what_it_says(picture: Picture, query: str, steps: list[int]) -> None:
    assert sorted(matching_steps(picture, query)) == steps


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("who:abc", "no filter “who:”"),
        ("is:lost", "Nothing is “lost”"),
        ("needs:you", "needs: takes me or a step's number"),
        ("needs:99999999999999", "needs: takes me"),
        ("is:sta", ""),
        ("needs:m", ""),
        ("https://example.org", ""),
        ("17:30", ""),
        ("who:", ""),
    ],
)
def test_what_is_no_filter_is_told_and_looked_for(query: str, told: str) -> None:
    found = parsed(query)
    assert told in found.told
    assert bool(told) is bool(found.told)
    if told:
        assert [(term.key, term.text) for term in found.terms] == [(Key.WORD, query)]


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_filter(query: str) -> None:
    steps = matching_steps(picture_of(plan_of(work(1), work(2))), query)
    assert steps <= {1, 2}


TITLES = st.text(alphabet="abc .", min_size=1, max_size=8)


@given(st.lists(TITLES, min_size=1, max_size=6), st.text(alphabet="abc", min_size=1, max_size=2))
def test_a_word_finds_the_titles_that_hold_it_and_a_dash_all_others(titles: list[str], word: str) -> None:
    steps = [replace(work(number), title=title) for number, title in enumerate(titles, 1)]
    picture = picture_of(plan_of(*steps))
    found = matching_steps(picture, word)
    assert found == {step.number for step in steps if word in step.title}
    assert matching_steps(picture, f"-{word}") == picture.plan.positions.keys() - found
    assert matching_steps(picture, f'"{word}"') == found


@given(st.sampled_from([*(f"is:{kind}" for kind in Is), "needs:me", "owner:abc", "phase:cut", "row"]))
def test_a_dash_turns_every_filter_round(asked: str) -> None:
    picture = picture_of(plan_of(work(1), work(2, Status.BLOCKED), gate(3), work(4, Status.COMPLETED)))
    every = set(picture.plan.positions)
    assert matching_steps(picture, f"-{asked}") == every - matching_steps(picture, asked)


def test_a_long_filter_is_cut_off(picture: Picture) -> None:
    assert matching_steps(picture, " " * LONGEST + "nothing like it") == set(picture.plan.positions)


def shown(text: str) -> set[int]:
    """Name the cards that a page shows."""
    items = re.findall(r'<li data-key="(\d+)"( hidden)?>', text)
    return {int(number) for number, hidden in items if not hidden}


ASKED = ["", "needs:me", "is:ready", "-is:waiting", "event -owner:abc", "Partition", "who:x", "#2"]


@pytest.mark.parametrize("query", ASKED)
def test_the_page_and_what_live_cards_are_told_agree(board: LedgerBoard, query: str) -> None:
    page = board.get(q=query).content.decode()
    told = json.loads(board.get(fragment="matching", q=query).content)
    assert shown(page) == set(told["steps"])
    assert told["revision"] == board.plan().revision
    again = board.get(fragment="board", q=query).content.decode()
    assert shown(again) == set(told["steps"])
    numbers = ",".join(map(str, told["steps"]))
    assert (f'data-matching="{numbers}"' in page) is bool(query)


def test_a_small_board_keeps_the_cards_that_a_filter_hides(board: LedgerBoard) -> None:
    page = board.get(q="is:ready").content.decode()
    assert shown(page) == {2}
    assert page.count("<article") == 3


def test_a_large_board_holds_only_what_the_filter_leaves(desk: Desk, copied: Copy, ada: Client) -> None:
    create_plan(desk, "big.plan", by=ADA)
    for number in range(LARGE + 1):
        add_step(desk, "big.plan", by=ADA, title="Ring" if number == LARGE else "Say")
    copied("big.plan")
    page = ada.get("/plans/big.plan/", {"q": "ring"}).content.decode()
    assert shown(page) == {LARGE + 1}
    assert page.count("<article") == 1


def test_an_unknown_filter_is_told_beneath_the_box_and_never_as_markup(board: LedgerBoard) -> None:
    page = board.get(q="who:<b>x").content.decode()
    assert "There is no filter “who:”" in page
    assert "<b>x" not in page


@pytest.mark.parametrize("view", ["track", "table", "timeline"])
def test_the_other_views_take_the_same_filter(board: LedgerBoard, view: str) -> None:
    assert board.get(f"{view}/", q="needs:me -owner:def who:x").status_code == 200
    page = board.get("table/", q="is:ready").content.decode()
    assert re.findall(r'<tr role="row" id="row-(\d+)"', page) == ["2"]


def test_a_cards_link_and_closing_its_step_keep_the_filter_and_the_lanes(board: LedgerBoard) -> None:
    page = board.get(q="is:ready", group="phase").content.decode()
    assert f'href="/plans/{LEDGER}/?step=2&amp;q=is%3Aready&amp;group=phase" data-open' in page
    opened = board.get(step=2, q="is:ready", group="phase").content.decode()
    assert f'href="/plans/{LEDGER}/?q=is%3Aready&amp;group=phase" data-close-drawer' in opened
    assert f'href="/plans/{LEDGER}/" data-close-drawer' in board.get(step=2).content.decode()
