"""The list of sessions, one session, and handing over everything it has."""

import re
import time
from typing import cast

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from plans.actions.shaping import edit_step
from plans.actions.working import claim_step, complete_step
from plans.domain.actor import session
from plans.domain.picture import Life
from plans.domain.step import Status
from plans.mirror.session_rows import write_lives
from plans.security.login import local_person
from plans.security.roles import Role, give_role
from plans.web.session_urls import session_key, session_of, session_url
from tests.web.cast import ABC, ADA, DEF, LEDGER, LedgerBoard
from tests.web.conftest import Copy

MINUTE = 60_000
MINE = session_url(ABC.name)


def now() -> int:
    return time.time_ns() // 1_000_000


def lives(*names: str, liveness: str = "live", ago: int = 4_000) -> None:
    at = now() - ago
    write_lives([Life(session=name, beat_at=at, beats=1, liveness=liveness) for name in names])


def said(answer: HttpResponse) -> str:
    """Give what stands on the page, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def get(client: Client, path: str, **query: str) -> HttpResponse:
    return cast("HttpResponse", client.get(path, query))


def names(answer: HttpResponse) -> list[str]:
    return re.findall(r'href="/sessions/([^"/]+)/" data-session', answer.content.decode())


def values(answer: HttpResponse) -> list[str]:
    return re.findall(r'name="step" value="([^"]+)"', answer.content.decode())


class TestList:
    def test_each_has_a_row_with_its_step_and_those_that_need_a_person_come_first(
        self, board: LedgerBoard, copied: Copy
    ) -> None:
        claim_step(board.desk, LEDGER, 2, by=DEF)
        copied(LEDGER)
        lives(ABC.name, "session-idle")
        lives(DEF.name, liveness="stale", ago=26 * MINUTE)
        lives("session-over", liveness="stale", ago=3 * 60 * MINUTE)
        page = get(board.client, "/sessions/")
        assert names(page) == [DEF.name, ABC.name, "session-idle", "session-over"]
        text = said(page)
        for words in ("No heartbeat", "Waits for you", "Idle", "Ended", "Write the event table"):
            assert words in text
        assert "3 sessions in 1 plan, 1 waits for you, 1 without a heartbeat" in text
        assert "session-def holds 1 step." in text

    def test_what_waits_behind_a_silent_session_is_counted(self, board: LedgerBoard) -> None:
        lives(ABC.name, liveness="stale", ago=5 * MINUTE)
        assert "session-abc holds 1 step and 1 step waits behind it." in said(get(board.client, "/sessions/"))

    def test_words_and_states_narrow_it_down(self, board: LedgerBoard) -> None:
        lives(ABC.name, "session-idle")
        assert names(get(board.client, "/sessions/", q="IDLE")) == ["session-idle"]
        assert names(get(board.client, "/sessions/", q="orphaned ledger")) == [ABC.name]
        assert names(get(board.client, "/sessions/", show="asking")) == [ABC.name]
        assert names(get(board.client, "/sessions/", show="nonsense")) == [ABC.name, "session-idle"]
        assert "No session matches “nobody”" in said(get(board.client, "/sessions/", q="nobody"))

    def test_two_hundred_sessions_cost_as_many_statements_as_two(self, board: LedgerBoard) -> None:
        def statements() -> int:
            with CaptureQueriesContext(connection) as captured:
                get(board.client, "/sessions/")
            return len(captured)

        lives(ABC.name, liveness="stale", ago=5 * MINUTE)
        statements()  # the first one of all makes more
        few = statements()
        lives(*(f"session-{number}" for number in range(200)))
        assert statements() == few
        page = get(board.client, "/sessions/")
        assert len(names(page)) == 50
        assert len(names(get(board.client, "/sessions/", more="4"))) == 201
        assert "Show more (151)" in said(page)

    def test_an_unchanged_list_is_not_sent_again(self, board: LedgerBoard) -> None:
        lives(ABC.name)
        first = get(board.client, "/sessions/", fragment="rows")
        again = board.client.get("/sessions/", {"fragment": "rows"}, headers={"If-None-Match": first["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304)
        assert b"<html" not in first.content
        lives("session-new")
        assert get(board.client, "/sessions/", fragment="rows")["ETag"] != first["ETag"]

    def test_rows_that_are_there_stay_and_whoever_needs_a_person_comes_in(
        self, board: LedgerBoard, copied: Copy
    ) -> None:
        lives(*(f"session-{number:03}" for number in range(100)))
        page = get(board.client, "/sessions/").content.decode()
        shown = re.findall(r'class="session-row[^"]*" id="session-(\w+)"', page)
        lives("session-000", liveness="stale", ago=5 * MINUTE)  # ended, the last of all
        claim_step(board.desk, LEDGER, 2, by=session("session-099"))
        copied(LEDGER)
        lives("session-099", liveness="stale", ago=5 * MINUTE)
        kept = names(get(board.client, "/sessions/", fragment="rows", keep=",".join(shown)))
        assert len(kept) == len(shown) + 1
        assert "session-000" in kept
        assert kept[0] == "session-099"

    def test_nobody_there_says_how_somebody_comes(self, ada: Client) -> None:
        assert "No session has shown life yet" in said(get(ada, "/sessions/"))

    def test_a_stranger_signs_in_first(self, db: None) -> None:  # noqa: ARG002
        for path in ("/sessions/", MINE, f"{MINE}hand-over/", "/activity/"):
            assert Client().get(path).status_code == 302


class TestOne:
    def test_it_shows_what_it_has_and_did(self, board: LedgerBoard) -> None:
        lives(ABC.name)
        text = said(get(board.client, MINE))
        assert "1 open step" in text
        assert "asked for approval of 1 Delete orphaned holds" in text

    def test_a_name_nobody_knows_is_not_found(self, board: LedgerBoard) -> None:
        assert get(board.client, session_url("nobody")).status_code == 404
        assert get(board.client, "/sessions/a~zz/").status_code == 404

    @pytest.mark.parametrize("name", ["half\ud800", "nul\0"])
    def test_a_name_that_no_database_holds_is_not_found_either(self, board: LedgerBoard, name: str) -> None:
        assert get(board.client, session_url(name)).status_code == 404

    def test_an_owner_without_heartbeat_has_a_page_too(self, board: LedgerBoard, copied: Copy) -> None:
        board.post("steps/2/reassign/", revision=board.revision(2), owner="agent:x/../y")
        copied(LEDGER)
        assert "Write the event table" in said(get(board.client, session_url("agent:x/../y")))

    def test_who_may_only_look_is_offered_no_form(self, ledger: str) -> None:  # noqa: ARG002
        lives(ABC.name)
        viewer = local_person("bob")
        give_role(viewer, Role.VIEWER)
        client = Client()
        client.force_login(viewer)
        for path in (MINE, "/sessions/"):
            page = get(client, path).content.decode()
            assert "hand-over/" not in page
            assert "data-hand-over" not in page
        assert client.post(f"{MINE}hand-over/", {"owner": ""}).status_code == 403

    def test_a_name_that_hides_something_shows_it(self, board: LedgerBoard, copied: Copy) -> None:
        hostile = "agent\u202eevil<script>"
        board.post("steps/2/reassign/", revision=board.revision(2), owner=hostile)
        copied(LEDGER)
        lives(hostile, ABC.name)
        for path in ("/sessions/", session_url(hostile), "/activity/"):
            text = said(get(board.client, path))
            assert "agent⟦U+202E⟧evil" in text
            assert "\u202e" not in text
        form = get(board.client, MINE).content.decode()
        assert "<script>" not in form.replace("<script ", "")


@given(st.text(min_size=1, max_size=66))
def test_every_id_has_an_address_and_leads_back(session: str) -> None:
    key = session_key(session)
    assert re.fullmatch(r"[\w.~-]+", key, re.ASCII)
    assert key.strip(".")
    assert session_of(key) == session


@given(st.text(max_size=30))
def test_an_address_that_is_none_names_nobody(key: str) -> None:
    session = session_of(key)
    assert session is None or session_key(session) == key


class TestHandingOver:
    @pytest.fixture(autouse=True)
    def three_steps(self, board: LedgerBoard, copied: Copy) -> None:
        """Give session-abc a step that asks, one it works on, and one that is only assigned to it."""
        board.post("steps/3/reassign/", revision=board.revision(3), owner=ABC.name)
        claim_step(board.desk, LEDGER, 2, by=ABC)
        copied(LEDGER)
        lives(ABC.name, liveness="stale", ago=26 * MINUTE)
        heartbeats_stopped(board)

    def test_all_steps_go_to_another_session(self, board: LedgerBoard) -> None:
        chosen = values(get(board.client, MINE))
        assert len(chosen) == 3
        answer = board.client.post(f"{MINE}hand-over/", {"step": chosen, "owner": DEF.name})
        assert answer.status_code == 200
        assert "3 of 3 steps handed over" in said(cast("HttpResponse", answer))
        for number in (1, 2, 3):
            step = board.step(number)
            assert (step.owner, step.status) == (DEF.name, Status.PENDING)

    def test_or_to_nobody(self, board: LedgerBoard) -> None:
        chosen = values(get(board.client, MINE))
        board.client.post(f"{MINE}hand-over/", {"step": chosen, "owner": ""})
        assert [board.step(number).owner for number in (1, 2, 3)] == [None] * 3

    def test_a_step_that_changed_meanwhile_is_told_apart_and_stops_none_of_the_others(
        self, board: LedgerBoard
    ) -> None:
        chosen = values(get(board.client, MINE))
        edit_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), title="Another")
        answer = board.client.post(f"{MINE}hand-over/", {"step": chosen, "owner": DEF.name})
        text = said(cast("HttpResponse", answer))
        assert answer.status_code == 207
        assert "2 of 3 steps handed over" in text
        assert "It changed while you looked" in text
        assert [board.step(number).owner for number in (1, 2, 3)] == [DEF.name, ABC.name, DEF.name]
        again = values(cast("HttpResponse", answer))
        assert again == [f"{board.revision(2)}.2.{LEDGER}"]
        board.client.post(f"{MINE}hand-over/", {"step": again, "owner": DEF.name})
        assert board.step(2).owner == DEF.name

    def test_what_somebody_else_has_now_is_not_offered_again(self, board: LedgerBoard) -> None:
        chosen = values(get(board.client, MINE))
        complete_step(board.desk, LEDGER, 2, by=ABC)
        answer = board.client.post(f"{MINE}hand-over/", {"step": chosen, "owner": DEF.name})
        assert "it is completed now" in said(cast("HttpResponse", answer))
        assert values(cast("HttpResponse", answer)) == []

    def test_taking_work_from_a_live_session_has_to_be_meant(self, board: LedgerBoard) -> None:
        chosen = values(get(board.client, MINE))
        board.desk.sessions.beat(ABC.name)  # it came back while the person looked
        answer = cast(
            "HttpResponse", board.client.post(f"{MINE}hand-over/", {"step": chosen, "owner": DEF.name})
        )
        assert re.search(r"sent a heartbeat \d+ s ago", said(answer))
        assert "Hand over all the same" in said(answer)
        assert [board.step(number).owner for number in (1, 2, 3)] == [DEF.name, ABC.name, DEF.name]
        board.client.post(f"{MINE}hand-over/", {"step": values(answer), "owner": DEF.name, "confirmed": "1"})
        assert board.step(2).owner == DEF.name

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"owner": "x"}, "No step is chosen"),
            ({"step": ["1.1.payments.ledger"]}, "Nobody is chosen"),
            ({"step": ["1.1.payments.ledger"], "owner": "session-abc"}, "has these steps already"),
            ({"step": ["nonsense"], "owner": "x"}, "cannot be read"),
            ({"step": ["1.1.payments.ledger"], "owner_other": "a\tb"}, "control characters"),
        ],
    )
    def test_a_form_that_says_too_little_changes_nothing(
        self, board: LedgerBoard, fields: dict[str, object], why: str
    ) -> None:
        before = board.plan()
        answer = cast("HttpResponse", board.client.post(f"{MINE}hand-over/", fields))
        assert answer.status_code == 422
        assert why in said(answer)
        assert len(values(answer)) == 3
        assert board.plan() == before

    def test_a_dialog_gets_the_form_and_then_the_results_alone(self, board: LedgerBoard) -> None:
        dialog = get(board.client, MINE, part="dialog")
        assert b"<dialog" in dialog.content
        assert b"<html" not in dialog.content
        answer = board.client.post(
            f"{MINE}hand-over/",
            {"step": values(dialog), "owner": DEF.name},
            headers={"HX-Request": "true"},
        )
        assert b"<html" not in answer.content
        assert "3 of 3 steps handed over" in said(cast("HttpResponse", answer))


def heartbeats_stopped(board: LedgerBoard) -> None:
    """Acting beats a session's heart, and these sessions shall be silent."""
    board.desk.sessions.forget([ABC.name], before=now() + MINUTE)
