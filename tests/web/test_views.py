"""The track and the table: the same plan as the board, drawn and listed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from plans.actions.shaping import add_step
from plans.actions.working import claim_step, complete_step
from tests.web.cast import ABC, ADA

if TYPE_CHECKING:
    from tests.web.cast import LedgerBoard
    from tests.web.conftest import Copy

HOSTILE = '<script>alert(1)</script>" onload="x\u202e'


def text_of(board: LedgerBoard, path: str, **query: str | int) -> str:
    answer = board.get(path, None, **query)
    assert answer.status_code == 200
    return answer.content.decode()


def finish(board: LedgerBoard, *titles: str, phase: str) -> None:
    """Add steps of a phase that are done."""
    for title in titles:
        add_step(board.desk, board.namespace, by=ADA, title=title, phase=phase)
        number = board.plan().steps[-1].number
        claim_step(board.desk, board.namespace, number, by=ABC)
        complete_step(board.desk, board.namespace, number, by=ABC)


@pytest.mark.parametrize("view", ["", "track/", "table/"])
def test_every_view_leads_to_the_others_and_keeps_what_is_looked_at(board: LedgerBoard, view: str) -> None:
    text = text_of(board, view, q="holds", step=1, sort="owner", more="run:100")

    tabs = text[text.index('aria-label="Views"') :]
    tabs = tabs[: tabs.index("</nav>")]
    for path in ("", "track/", "table/"):
        assert f'href="/plans/payments.ledger/{path}?q=holds&amp;step=1"' in tabs
    assert tabs.count("aria-current") == 1
    current = tabs[: tabs.index("aria-current")].rpartition("<a ")[2]
    assert f'href="/plans/payments.ledger/{view}?q=holds&amp;step=1"' in current


def test_the_track_draws_every_step_and_who_waits_for_whom(board: LedgerBoard) -> None:
    text = text_of(board, "track/")

    for number in (1, 2, 3):
        assert f'id="node-{number}"' in text
    assert 'aria-label="Step 1, Delete orphaned holds, awaiting approval, session-abc"' in text
    assert 'id="edge-node-1-node-3" class="track-edge is-longest"' in text
    assert "the longest chain left, 2 steps to <bdi>Read from events</bdi>" in text


def test_the_track_shows_first_where_a_person_is_needed(board: LedgerBoard) -> None:
    assert 'data-first="node-1"' in text_of(board, "track/")
    assert 'data-first="node-2"' in text_of(board, "track/", step=2)


def test_a_finished_wave_is_one_stack_until_it_is_unfolded(board: LedgerBoard, copied: Copy) -> None:
    finish(board, "Look", "Count", phase="Survey")
    copied(board.namespace)

    folded = text_of(board, "track/")
    assert 'id="wave-4"' in folded
    assert "Survey, folded: 2 of 2 done; unfold" in folded
    assert 'href="/plans/payments.ledger/track/?unfold=4#node-4"' in folded
    assert 'id="node-4"' not in folded

    unfolded = text_of(board, "track/", unfold="4")
    assert 'id="wave-4"' not in unfolded
    assert 'id="node-5"' in unfolded
    assert 'href="/plans/payments.ledger/track/" data-refold' in unfolded


def test_the_wave_of_the_step_one_looks_at_is_not_folded(board: LedgerBoard, copied: Copy) -> None:
    finish(board, "Look", "Count", phase="Survey")
    copied(board.namespace)

    assert 'id="node-4"' in text_of(board, "track/", step=4)


@pytest.mark.parametrize("view", ["track/", "table/"])
def test_the_address_opens_the_drawer(board: LedgerBoard, view: str) -> None:
    assert 'id="drawer-title"' in text_of(board, view, step=1)
    assert "has-drawer" in text_of(board, view, step=1)
    assert 'id="drawer-title"' not in text_of(board, view)
    for wrong in ("99", "1x", "9" * 40, "\u0661"):
        assert "has-drawer" not in text_of(board, view, step=wrong)


@pytest.mark.parametrize("view", ["track", "table"])
def test_what_has_not_changed_is_not_sent_again(board: LedgerBoard, copied: Copy, view: str) -> None:
    first = board.get(f"{view}/", fragment=view)
    assert first.status_code == 200
    assert b"<html" not in first.content
    known = {"If-None-Match": first["ETag"]}
    assert board.get(f"{view}/", headers=known, fragment=view).status_code == 304
    assert board.get(f"{view}/", headers=known, fragment=view, q="holds").status_code == 200

    claim_step(board.desk, board.namespace, 2, by=ABC)
    copied(board.namespace)
    assert board.get(f"{view}/", headers=known, fragment=view).status_code == 200


@pytest.mark.parametrize("view", ["track/", "table/"])
def test_a_hostile_title_is_text(board: LedgerBoard, copied: Copy, view: str) -> None:
    add_step(board.desk, board.namespace, by=ADA, title=HOSTILE, phase=HOSTILE)
    copied(board.namespace)

    text = text_of(board, view)
    assert "<script>alert" not in text
    assert 'onload="' not in text.replace("&quot;", "")
    assert "\u202e" not in text
    assert "⟦U+202E⟧" in text


@pytest.mark.parametrize("view", ["track/", "table/"])
def test_no_view_has_styles_or_scripts_in_it(board: LedgerBoard, view: str) -> None:
    text = text_of(board, view)
    assert not re.search(r"\sstyle=|\son\w+=", text)
    assert re.findall(r"<script(?![^>]* src=)", text) == []


@pytest.mark.parametrize("view", ["track/", "table/"])
def test_a_plan_without_steps_says_so(board: LedgerBoard, copied: Copy, view: str) -> None:
    from plans.actions.planning import create_plan  # noqa: PLC0415

    create_plan(board.desk, "search.empty", by=ADA)
    copied("search.empty")
    assert "No steps yet" in board.client.get(f"/plans/search.empty/{view}").content.decode()


def test_the_filter_dims_the_drawing_and_shortens_the_table(board: LedgerBoard) -> None:
    track = text_of(board, "track/", q="orphaned")
    assert "1 of 3 steps match" in track
    assert track.count("is-dim") == 2

    table = text_of(board, "table/", q="orphaned")
    assert 'id="row-1"' in table
    assert 'id="row-2"' not in table
    assert "No step matches" in text_of(board, "table/", q="nothing-like-it")
    assert "No step matches" in text_of(board, "track/", q="nothing-like-it")


def rows(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="row-(\d+)"', text)]


def test_the_table_starts_with_what_needs_a_person(board: LedgerBoard) -> None:
    text = text_of(board, "table/")
    assert rows(text) == [1, 2, 3]
    assert 'aria-sort="ascending"><a href="/plans/payments.ledger/table/?sort=-status"' in text


def test_the_table_is_sorted_by_links(board: LedgerBoard) -> None:
    assert rows(text_of(board, "table/", sort="-step")) == [3, 2, 1]
    assert rows(text_of(board, "table/", sort="waits")) == [3, 1, 2]
    assert rows(text_of(board, "table/", sort="holds"))[0] == 1
    for column in ("owner", "phase", "for", "rev", "no-such-column"):
        assert sorted(rows(text_of(board, "table/", sort=column))) == [1, 2, 3]


def test_a_row_says_what_it_waits_on_and_holds_up(board: LedgerBoard) -> None:
    text = text_of(board, "table/")
    third = text[text.index('id="row-3"') :]
    assert 'class="step-link" href="/plans/payments.ledger/table/?step=1"' in third
    assert "Waiting on other steps" in third
