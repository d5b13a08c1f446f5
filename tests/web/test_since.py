"""What changed since a person last decided, where a step asks again."""

import re

import pytest

from plans.actions.deciding import approve_step, reject_step, undo_decision
from plans.actions.shaping import edit_step
from plans.actions.working import block_step, say
from plans.domain.step import RequestKind, Risk
from tests.web.cast import ABC, ADA, LedgerBoard
from tests.web.conftest import Copy


def ask(board: LedgerBoard, text: str) -> None:
    block_step(board.desk, board.namespace, 1, by=ABC, kind=RequestKind.APPROVAL, text=text)


def reject(board: LedgerBoard, note: str) -> None:
    reject_step(board.desk, board.namespace, 1, by=ADA, expected=board.revision(1), note=note)


def since(text: str) -> str:
    """Cut the part out of a page, without what is only drawn."""
    found = re.search(r'<div class="since">(.*?)</div>', text, re.DOTALL)
    return found[1] if found else ""


@pytest.fixture
def asked_again(board: LedgerBoard, copied: Copy) -> LedgerBoard:
    """Step 1 was rejected and asks for less, and its title changed."""
    reject(board, "Only what has no owner.")
    say(board.desk, board.namespace, 1, by=ABC, active_form="counting")
    edit_step(
        board.desk, board.namespace, 1, by=ADA, expected=board.revision(1), title="Delete some orphaned holds"
    )
    ask(board, "Delete 12 rows?")
    copied(board.namespace)
    return board


def test_what_was_never_decided_says_nothing_of_it(board: LedgerBoard) -> None:
    assert since(board.get("steps/1/").text) == ""


@pytest.mark.parametrize("page", ["/plans/payments.ledger/?step=1", "/needs/payments.ledger/1/"])
def test_a_step_that_asks_again_shows_the_words_that_changed(asked_again: LedgerBoard, page: str) -> None:
    text = since(asked_again.client.get(page).content.decode())

    assert "<b>ada</b> rejected it" in text
    assert "“Only what has no owner.”" in text
    assert "Delete <del>41</del> rows?" in text
    assert "Delete <ins>12</ins> rows?" in text
    assert "Delete <ins>some </ins>orphaned holds" in text
    assert "Notes" not in text


def test_the_very_same_question_is_said_to_be_the_same(board: LedgerBoard, copied: Copy) -> None:
    reject(board, "No.")
    ask(board, "Delete 41 rows?")
    copied(board.namespace)

    assert "Nothing has changed since then." in since(board.get("steps/1/").text)


def test_what_the_session_raised_meanwhile_is_among_it(board: LedgerBoard, copied: Copy) -> None:
    reject(board, "No.")
    block_step(
        board.desk,
        board.namespace,
        1,
        by=ABC,
        kind=RequestKind.APPROVAL,
        text="Delete 41 rows?",
        risk=Risk.IRREVERSIBLE,
    )
    copied(board.namespace)

    text = since(board.get("steps/1/").text)
    assert "<dt>Risk</dt>" in text
    assert "<ins>Irreversible</ins>" in text


def test_a_decision_that_was_taken_back_counts_for_nothing(board: LedgerBoard, copied: Copy) -> None:
    reject(board, "No.")
    ask(board, "Delete 12 rows?")
    approve_step(board.desk, board.namespace, 1, by=ADA, expected=board.revision(1))
    undo_decision(board.desk, board.namespace, 1, by=ADA, expected=board.revision(1))
    copied(board.namespace)

    text = since(board.get("steps/1/").text)
    assert "rejected it" in text
    assert "<ins>12</ins>" in text


def test_taking_a_decision_back_shows_it_before_the_mirror_has_it(board: LedgerBoard, copied: Copy) -> None:
    reject(board, "No.")
    ask(board, "Delete 12 rows?")
    board.htmx("steps/1/approve/", revision=board.revision(1))
    copied(board.namespace)

    answer = board.htmx("steps/1/undo/", revision=board.revision(1))

    assert "rejected it" in since(answer.content.decode())


def test_characters_that_hide_are_shown_in_what_changed(board: LedgerBoard, copied: Copy) -> None:
    reject(board, "No.")
    ask(board, "Delete \u202e12 <b>rows</b>?")
    copied(board.namespace)

    text = since(board.get("steps/1/").text)
    assert "\u202e" not in text
    assert "&lt;b&gt;rows" in text


def test_nothing_is_told_once_it_is_decided(asked_again: LedgerBoard, copied: Copy) -> None:
    approve_step(asked_again.desk, asked_again.namespace, 1, by=ADA, expected=asked_again.revision(1))
    copied(asked_again.namespace)

    assert since(asked_again.get("steps/1/").text) == ""
