"""The foot of a board's column offers one decision for the steps that ask the same in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.picture import Picture, picture_of
from plans.domain.step import Request, RequestKind, Risk, Status
from plans.web.board import board_view
from plans.web.cards import card_view
from tests.domain.cast import ABC, NOW, plan_of, work

if TYPE_CHECKING:
    from plans.domain.step import Step
    from plans.web.column_facts import AlikeView


def asking(number: int, text: str = "Keep token or use key?", risk: Risk = Risk.NORMAL) -> Step:
    request = Request(
        id=4,
        kind=RequestKind.APPROVAL,
        text=text,
        by="session:session-abc",
        at=NOW,
        came_from=Status.IN_PROGRESS,
    )
    step = work(number, Status.BLOCKED, owner=ABC)
    return replace(step, request=request, risk=risk)


def alike(picture: Picture, query: str = "") -> AlikeView | None:
    columns = {column.key: column for column in board_view(picture, query=query).columns}
    assert {key: column.alike for key, column in columns.items() if key != "ask"} == {
        "todo": None,
        "run": None,
        "done": None,
    }
    return columns["ask"].alike


def test_steps_that_ask_alike_are_counted_and_decided_in_the_queue() -> None:
    found = alike(picture_of(plan_of(asking(1, "Else?"), asking(2), asking(3), asking(4))))
    assert found is not None
    assert (found.count, found.href) == (3, "/needs/payments.ledger/2/")


def test_other_words_or_another_risk_are_another_question() -> None:
    found = alike(picture_of(plan_of(asking(1), asking(2, "Else?"), asking(3, risk=Risk.PRODUCTION))))
    assert found is not None
    assert (found.count, found.href) == (0, "")


def test_what_the_filter_hides_is_not_counted() -> None:
    plan = plan_of(asking(1), replace(asking(2), title="Other"), replace(asking(3), title="Other"))
    found = alike(picture_of(plan), query="other")
    assert found is not None
    assert (found.count, found.href) == (2, "/needs/payments.ledger/2/")


def test_nothing_is_offered_where_nothing_can_be_decided() -> None:
    picture = picture_of(plan_of(asking(1), asking(2)))
    assert alike(replace(picture, is_past=True)) is None
    assert alike(replace(picture, writable=False)) is None


def test_cards_say_which_of_them_ask_alike() -> None:
    picture = picture_of(plan_of(asking(1), asking(2), asking(3, "Else?"), work(4)))
    first, second, other, none = (card_view(picture, number).question for number in range(1, 5))
    assert first == second != other
    assert (len(first), none) == (8, "")
