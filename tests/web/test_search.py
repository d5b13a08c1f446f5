"""The page of what was found, and what the palette shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from plans.actions.shaping import add_step
from plans.web.marking import LENGTH, excerpt, marked
from tests.web.cast import ADA, LEDGER

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from plans.actions.desk import Desk
    from tests.web.cast import LedgerBoard
    from tests.web.conftest import Copy


def found(board: LedgerBoard, **query: str) -> str:
    answer = cast("HttpResponse", board.client.get("/search/", query))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_step_is_found_by_its_words_and_shown_with_its_plan(board: LedgerBoard) -> None:
    page = found(board, q="orphaned")
    assert f'href="/plans/{LEDGER}/?step=1"' in page
    assert "Delete <mark>orphaned</mark> holds" in page
    assert "Awaiting approval" in page


def test_a_step_is_found_by_its_number(board: LedgerBoard) -> None:
    assert f'href="/plans/{LEDGER}/?step=2"' in found(board, q="#2")
    assert f'href="/plans/{LEDGER}/?step=2"' in found(board, q="payments 2")


def test_notes_are_shown_where_the_words_are(board: LedgerBoard) -> None:
    assert "<mark>Partition</mark> by month." in found(board, q="partition")


def test_a_plan_is_found_by_its_name(board: LedgerBoard) -> None:
    page = found(board, q="payments")
    assert f'href="/plans/{LEDGER}/"' in page
    assert "<mark>payments</mark>.ledger" in page


def test_nothing_found_says_what_helps(board: LedgerBoard) -> None:
    assert "Nothing has all the words of “quokka”" in found(board, q="quokka")
    assert "Type words of a title" in found(board)


def test_the_palette_gets_options_and_nothing_else(board: LedgerBoard) -> None:
    part = found(board, q="orphaned", part="palette")
    assert 'role="option"' in part
    assert "<html" not in part
    assert found(board, q="quokka", part="palette").strip() == ""


def test_hostile_titles_are_text(desk: Desk, board: LedgerBoard, copied: Copy) -> None:
    add_step(
        desk, LEDGER, by=ADA, title="<script>alert(1)</script> quokka <mark>", notes="<img src=x> quokka"
    )
    copied(LEDGER)
    for part in ("", "palette", "results"):
        page = found(board, q="quokka", part=part)
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "<img" not in page


@pytest.mark.parametrize(
    "query", ['"', "' OR 1=1 --", "NEAR(", "\x00", "*", "<b>", "a" * 5_000, "@", "#", "@\x00"]
)
@pytest.mark.parametrize("part", ["", "palette", "results"])
def test_no_question_is_an_error(board: LedgerBoard, query: str, part: str) -> None:
    found(board, q=query, part=part, here="no such plan")


@pytest.mark.django_db
def test_strangers_find_nothing(client: Client) -> None:
    answer = client.get("/search/", {"q": "ledger"})
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


def test_words_are_marked_where_they_begin() -> None:
    assert [
        piece.text for piece in marked("Dual-write the dualism of individual", ["dual"]) if piece.is_marked
    ] == [
        "Dual",
        "dual",
    ]
    assert marked("", ["a"]) == ()
    assert "".join(piece.text for piece in marked("a (b) [c", ["(", "b"])) == "a (b) [c"


def test_an_excerpt_shows_the_words_that_were_looked_for() -> None:
    text = f"{'word ' * 200}needle {'word ' * 200}"
    pieces = excerpt(text, ["needle"])
    assert [piece.text for piece in pieces if piece.is_marked] == ["needle"]
    assert len("".join(piece.text for piece in pieces)) <= LENGTH + 2
    assert excerpt(text, ["other"]) == ()
