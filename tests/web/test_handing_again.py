"""A hand-over that was refused comes back as it was filled in: its steps, its owner, what was typed."""

import re
from typing import cast

import pytest
from django.http import HttpResponse

from plans.actions.shaping import add_step
from plans.actions.working import claim_step, complete_step
from plans.domain.picture import Life
from plans.domain.step import Review
from plans.mirror.session_rows import write_lives
from plans.web.session_urls import session_url
from plans.wiring import now_ms
from tests.web.cast import ABC, ADA, DEF, LEDGER, LedgerBoard
from tests.web.conftest import Copy

MINE = f"{session_url(ABC.name)}hand-over/"
WORKS, FINISHED = 2, 4


@pytest.fixture(autouse=True)
def three_steps(board: LedgerBoard, copied: Copy) -> None:
    """Give session-abc a step that asks, one it works on and one that waits for a look; it came back."""
    claim_step(board.desk, LEDGER, WORKS, by=ABC)
    add_step(board.desk, LEDGER, by=ADA, title="Wait for a look", review=Review.REQUIRED)
    claim_step(board.desk, LEDGER, FINISHED, by=ABC)
    complete_step(board.desk, LEDGER, FINISHED, by=ABC)
    copied(LEDGER)
    now = now_ms()
    write_lives(
        [
            Life(session=ABC.name, beat_at=now - 1_600_000, beats=1, liveness="stale"),
            Life(session=DEF.name, beat_at=now, beats=1, liveness="live"),
        ]
    )
    board.desk.sessions.beat(ABC.name)


def sent(board: LedgerBoard, *numbers: int, **fields: str) -> HttpResponse:
    steps = [f"{board.revision(number)}.{number}.{LEDGER}" for number in numbers]
    return cast("HttpResponse", board.client.post(MINE, {"step": steps, **fields}))


def ticked(answer: HttpResponse) -> list[str]:
    return re.findall(r'name="step" value="\d+\.(\d+)\.[^"]*" checked', answer.content.decode())


def owners(answer: HttpResponse) -> list[str]:
    return re.findall(r'name="owner" value="([^"]*)" checked', answer.content.decode())


def typed(answer: HttpResponse) -> list[str]:
    return re.findall(r'name="owner_other" autocomplete="off" value="([^"]*)"', answer.content.decode())


def test_at_first_what_is_finished_is_left_out(board: LedgerBoard) -> None:
    page = cast("HttpResponse", board.client.get(session_url(ABC.name)))
    assert ticked(page) == ["1", "2"]
    assert (owners(page), typed(page)) == ([], [""])


def test_what_was_left_out_stays_out_when_it_has_to_be_confirmed(board: LedgerBoard) -> None:
    """Red where every step comes back chosen: "Hand over all the same" would take them all."""
    answer = sent(board, WORKS, owner=DEF.name)
    assert answer.status_code == 207
    assert "Hand over all the same" in answer.content.decode()
    assert (ticked(answer), owners(answer), typed(answer)) == (["2"], [DEF.name], [""])


def test_a_typed_session_is_still_typed(board: LedgerBoard) -> None:
    answer = sent(board, WORKS, owner="", owner_other="session-typed")
    assert (ticked(answer), owners(answer), typed(answer)) == (["2"], [""], ["session-typed"])


def test_a_form_that_says_too_little_keeps_what_it_says(board: LedgerBoard) -> None:
    answer = sent(board, FINISHED)
    assert answer.status_code == 422
    assert (ticked(answer), owners(answer), typed(answer)) == (["4"], [], [""])
    answer = sent(board, owner_other='"typed"')
    assert (ticked(answer), owners(answer), typed(answer)) == ([], [], ["&quot;typed&quot;"])


def test_a_session_that_is_not_offered_any_more_is_typed(board: LedgerBoard) -> None:
    """Red where it is shown nowhere: the next press would say that nobody is chosen."""
    answer = sent(board, WORKS, owner="session-gone")
    assert (owners(answer), typed(answer)) == ([], ["session-gone"])


def test_what_is_left_of_a_hand_over_is_a_new_one(board: LedgerBoard) -> None:
    answer = sent(board, WORKS, owner=DEF.name, confirmed="1")
    assert answer.status_code == 200
    assert (ticked(answer), owners(answer), typed(answer)) == (["1"], [], [""])
