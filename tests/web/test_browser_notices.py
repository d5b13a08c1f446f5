"""What a browser is told: the queue in few words, without what was put aside; 304 while nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.test import Client

from plans.actions.working import block_step
from plans.domain.step import RequestKind
from tests.web.cast import ABC

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.cast import LedgerBoard


def asked(client: Client) -> list[dict[str, str]]:
    found: list[dict[str, str]] = client.get("/notices/asks/").json()
    return found


def test_it_names_agent_plan_and_step_and_leads_there(board: LedgerBoard) -> None:
    (one,) = asked(board.client)
    assert one["title"] == "session-abc asks for approval"
    assert one["body"] == "Untitled plan, step 1: Delete orphaned holds\nDelete 41 rows?"
    assert one["plan"] == board.namespace
    assert one["href"] == f"/needs/{board.namespace}/1/"
    assert board.client.get(one["href"]).status_code == 200


def test_the_next_request_of_a_step_has_another_name(
    board: LedgerBoard, copied: Callable[[str], None]
) -> None:
    (before,) = asked(board.client)
    board.post("steps/1/edit/", title="Another title", revision=board.revision(1))
    copied(board.namespace)
    (edited,) = asked(board.client)
    assert edited["mark"] == before["mark"]
    board.post("steps/1/reject/", note="Not now", revision=board.revision(1))
    block_step(board.desk, board.namespace, 1, by=ABC, kind=RequestKind.APPROVAL, text="Delete 41 rows?")
    copied(board.namespace)
    (after,) = asked(board.client)
    assert after["mark"] != before["mark"]


def test_what_a_person_put_aside_is_not_told(board: LedgerBoard) -> None:
    board.client.post(f"/needs/{board.namespace}/1/snooze/", {"for": "15", "revision": board.revision(1)})
    assert asked(board.client) == []


def test_a_persons_own_hold_is_not_told(board: LedgerBoard, copied: Callable[[str], None]) -> None:
    board.post("steps/2/hold/", note="Wait for Monday", revision=board.revision(2))
    copied(board.namespace)
    assert [one["href"] for one in asked(board.client)] == [f"/needs/{board.namespace}/1/"]


def test_while_nothing_happens_it_is_not_sent_again(board: LedgerBoard) -> None:
    first = board.client.get("/notices/asks/")
    again = board.client.get("/notices/asks/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_may_look_is_told_and_nobody_else(board: LedgerBoard, eve: Client) -> None:
    assert len(asked(eve)) == 1
    assert board.client.get("/notices/").status_code == 200
    assert Client().get("/notices/asks/").status_code == 302
