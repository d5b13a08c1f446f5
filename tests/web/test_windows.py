"""A large board sends some cards of each column, and says where more, all, or fewer of them are."""

from __future__ import annotations

from msgspec.structs import replace

from plans.domain.picture import Life, Picture, picture_of
from plans.domain.step import Status
from plans.web.board import LARGE, MOST_SHOWN, WINDOW, BoardView, ColumnView, board_view
from plans.web.windows import windows_of
from tests.domain.cast import ABC, DEF, plan_of, work


def large(*, size: int = LARGE + 1, silent: str = "") -> Picture:
    """Show a plan of so many steps; two are in work."""
    steps = [work(number) for number in range(3, size + 1)]
    moving = [replace(work(at, Status.IN_PROGRESS, owner=who)) for at, who in ((1, ABC), (2, DEF))]
    lives = {silent: Life(session=silent, liveness="stale", beat_at=1)} if silent else {}
    return picture_of(plan_of(*moving, *steps), lives=lives)


def columns(board: BoardView) -> dict[str, ColumnView]:
    return {column.key: column for column in board.columns}


def test_a_small_board_shows_all_and_offers_nothing() -> None:
    board = board_view(large(size=LARGE, silent=DEF.name))
    assert {(c.more_href, c.all_href, c.stale_href) for c in board.columns} == {("", "", "")}


def test_more_and_all_of_a_column_are_offered_with_what_else_the_address_says() -> None:
    todo = columns(board_view(large(), query="step", windows={"done": 100}))["todo"]
    assert (todo.shown, todo.matching) == (WINDOW, LARGE - 1)
    assert todo.more_href == "?more=done:100,todo:100&q=step"
    assert todo.all_href == f"?more=done:100,todo:{LARGE - 1}&q=step"


def test_the_address_of_all_shows_all() -> None:
    asked = columns(board_view(large()))["todo"].all_href.removeprefix("?more=")
    todo = columns(board_view(large(), windows=windows_of(asked)))["todo"]
    assert todo.shown == todo.matching
    assert (todo.more_href, todo.all_href) == ("", "")


def test_so_many_that_a_page_would_not_bear_them_are_not_offered_at_once() -> None:
    todo = columns(board_view(large(size=MOST_SHOWN + 3)))["todo"]
    assert todo.matching == MOST_SHOWN + 1
    assert todo.all_href == ""
    assert todo.more_href


def test_who_fell_silent_can_be_looked_at_alone() -> None:
    found = columns(board_view(large(silent=DEF.name), query="step"))
    assert {key: column.stale_href for key, column in found.items() if column.stale_href} == {
        "run": "?q=is:stale"
    }
    only = columns(board_view(large(silent=DEF.name), query="is:stale"))["run"]
    assert (only.matching, only.stale_href) == (1, "")
