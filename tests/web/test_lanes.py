"""The board in lanes: whose lane a card is in, which lanes there are, and what their heads say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plans.domain.picture import Life, Picture, picture_of
from plans.domain.step import Request, RequestKind, Status, Step
from plans.web.board import board_view
from plans.web.lanes import Group, LaneView, group_of, lanes_of
from tests.domain.cast import ABC, DEF, plan_of, work

if TYPE_CHECKING:
    from tests.web.cast import LedgerBoard


@pytest.fixture
def picture() -> Picture:
    """Show work of two sessions, of one that has finished, and of nobody."""
    plan = plan_of(
        replace(work(1, Status.COMPLETED), owner="session-old", phase="Survey"),
        replace(work(2, Status.IN_PROGRESS, owner=DEF), phase="Build"),
        replace(work(3, Status.BLOCKED, owner=ABC), phase="Survey"),
        work(4),
        replace(work(5, Status.COMPLETED), owner=ABC.name, phase="Build"),
    )
    return picture_of(plan, lives={DEF.name: Life(session=DEF.name, liveness="stale", beat_at=1000)})


def asks(kind: RequestKind) -> Request:
    return Request(id=1, kind=kind, text="?", by=str(ABC), at=1, came_from=Status.IN_PROGRESS)


def keys(lanes: tuple[LaneView, ...]) -> list[str]:
    return [lane.key for lane in lanes]


def every(picture: Picture) -> set[int]:
    return set(picture.plan.positions)


def test_sessions_with_work_have_a_lane_by_name_and_nobodys_is_near_the_end(picture: Picture) -> None:
    lanes = lanes_of(picture, Group.OWNER, matching=every(picture))
    assert keys(lanes) == [f"o:{ABC.name}", f"o:{DEF.name}", "none", "rest"]
    assert [lane.name for lane in lanes] == [ABC.name, DEF.name, "Unclaimed", "No open step"]


def test_phases_stand_in_the_order_of_the_plan(picture: Picture) -> None:
    lanes = lanes_of(picture, Group.PHASE, matching=every(picture))
    assert keys(lanes) == ["p:Survey", "p:Build", "none"]
    assert [lane.said for lane in lanes] == ["1 of 2 done", "1 of 2 done", "0 of 1 done"]


def test_a_head_says_who_waits_and_who_fell_silent(picture: Picture) -> None:
    abc, silent, *_ = lanes_of(picture, Group.OWNER, matching=every(picture))
    assert (abc.said, abc.is_stale) == ("Waits for you", False)
    assert (silent.note, silent.is_stale) == ("No heartbeat ", True)


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([RequestKind.PROBLEM], "Blocked"),
        ([RequestKind.APPROVAL], "Waits for you"),
        ([RequestKind.PROBLEM, RequestKind.INPUT], "Waits for you"),
    ],
)
def test_a_head_says_blocked_where_nothing_but_problems_holds_its_session_up(
    kinds: list[RequestKind], said: str
) -> None:
    steps = [
        replace(work(number, Status.BLOCKED, owner=ABC), request=asks(kind))
        for number, kind in enumerate(kinds, 1)
    ]
    lanes = lanes_of(picture_of(plan_of(*steps)), Group.OWNER, matching=set(range(1, len(kinds) + 1)))
    assert [lane.said for lane in lanes] == [said]


def test_a_lane_whose_cards_the_filter_hides_is_hidden(picture: Picture) -> None:
    board = board_view(picture, group=Group.OWNER, query="#4")
    assert [lane.key for lane in board.lanes if not lane.is_hidden] == ["none"]
    assert all(len(column.groups) == len(board.lanes) for column in board.columns)


def test_every_card_stands_once_in_its_lane_and_column(picture: Picture) -> None:
    for group in Group:
        board = board_view(picture, group=group)
        numbers = [card.number for column in board.columns for cell in column.groups for card in cell.cards]
        assert sorted(numbers) == sorted(every(picture))


def test_a_phase_that_is_called_like_nobodys_lane_has_its_own() -> None:
    steps: list[Step] = [replace(work(1), phase="none"), work(2)]
    lanes = lanes_of(picture_of(plan_of(*steps)), Group.PHASE, matching={1, 2})
    assert keys(lanes) == ["p:none", "none"]


@pytest.mark.parametrize("text", ["", "status", "OWNER", "o:x"])
def test_other_words_in_the_address_group_by_nothing(text: str) -> None:
    assert group_of(text) is None


def test_the_page_its_fragment_and_the_heads_name_the_same_lanes(board: LedgerBoard) -> None:
    pages = (board.get(group="owner"), board.get(group="owner", fragment="board"))
    found = [re.findall(r'class="lane-head" data-lane="([^"]*)"', page.content.decode()) for page in pages]
    heads = board.get(group="owner", fragment="lanes").content.decode()
    assert found == [["o:session-abc", "none"]] * 2
    assert re.findall(r'data-lane="([^"]*)"', heads) == found[0]
    assert board.get(fragment="lanes").status_code == 200


def test_lanes_are_drawn_without_scripts_and_can_be_chosen(board: LedgerBoard) -> None:
    page = board.get(group="owner", q="is:ready").content.decode()
    assert '<option value="owner" selected>' in page
    assert '<input type="hidden" name="q" value="is:ready">' in page
    assert '<input type="hidden" name="group" value="owner">' in page
    assert "data-group-by" not in board.get().content.decode().partition('id="board"')[2]


def test_owners_beyond_the_lanes_are_counted_and_a_filter_brings_theirs(
    picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plans.web.lanes._MOST", 1)
    everyone = lanes_of(picture, Group.OWNER, matching=every(picture))
    more = next(lane for lane in everyone if lane.key == "more")
    assert more.name == "1 more owner at work"
    assert ("Only stale", "?q=is%3Astale&group=owner") in more.filters
    theirs = {number for number in every(picture) if picture.plan.step(number).owner == DEF.name}
    assert f"o:{DEF.name}" in keys(lanes_of(picture, Group.OWNER, matching=theirs))


def test_what_is_done_in_a_lane_is_folded_but_for_the_last(picture: Picture) -> None:
    board = board_view(picture, group=Group.PHASE)
    done = next(column for column in board.columns if column.key == "done")
    assert [cell.folded for cell in done.groups] == [max(0, cell.count - 1) for cell in done.groups]
    assert not any(cell.folded for column in board.columns[:3] for cell in column.groups)
