"""What happened: one line an event, narrowed down, paged, and what is new."""

import re
from typing import cast

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plans.actions.planning import create_plan
from plans.actions.shaping import add_step, edit_step
from plans.actions.working import claim_step, say
from plans.domain.picture import Life
from plans.domain.revision import Line
from plans.domain.rights import EVERY_PLAN
from plans.mirror import activity as events
from plans.mirror import session_rows
from plans.mirror.models import Plan, RevisionEvent
from plans.mirror.rows import event_row
from plans.wiring import now_ms
from tests.web.cast import ABC, ADA, DEF, LEDGER, LedgerBoard
from tests.web.conftest import Copy


def get(client: Client, **query: str) -> HttpResponse:
    return cast("HttpResponse", client.get("/activity/", query))


def lines(answer: HttpResponse) -> list[str]:
    """Give what each line says, without its markup."""
    items = re.findall(r'<li class="activity-item".*?</li>', answer.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", item).split()) for item in items]


def older_link(answer: HttpResponse) -> str:
    found = re.search(r'href="([^"]+)" rel="next"', answer.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def mark(answer: HttpResponse) -> str:
    found = re.search(r'data-after="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def test_every_line_names_who_what_and_where(board: LedgerBoard) -> None:
    newest, *_, oldest = lines(get(board.client))
    assert re.search(r"session-abc asked for approval of 1 Delete orphaned holds in Untitled plan", newest)
    assert "Delete 41 rows?" in newest
    assert "rev 6" in newest
    assert "ada created the plan" in oldest
    page = get(board.client).content.decode()
    for href in ("/sessions/session-abc/", f"/plans/{LEDGER}/?step=1", f"/plans/{LEDGER}/"):
        assert f'href="{href}"' in page


def test_what_happens_stays_new_after_one_event_of_a_clock_that_is_ahead(board: LedgerBoard) -> None:
    """Red where the newest time counts alone: nothing more came in until that time had passed."""
    after = mark(get(board.client))
    now = now_ms()
    for ahead in (300_000, 0, 1):
        happens(board, at=now + ahead)
        fresh = get(board.client, fragment="newer", after=after)
        assert len(lines(fresh)) == 1
        after = mark(fresh)
        assert int(after.partition("-")[0]) <= now_ms()


def happens(board: LedgerBoard, *, at: int) -> None:
    plan = Plan.objects.get(namespace=board.namespace)
    newest = RevisionEvent.objects.filter(plan=plan).latest("revision").revision
    event = event_row(Line(rev=newest + 1, at=at, by="session:abc", verb="edit", set={"2": {"title": "New"}}))
    event.plan = plan
    event.save()


def test_it_is_narrowed_by_kind_person_plan_group_and_words(board: LedgerBoard, copied: Copy) -> None:
    create_plan(board.desk, "search.index", by=DEF)
    copied("search.index")
    assert len(lines(get(board.client, kind="edits"))) == 5
    assert len(lines(get(board.client, kind="status"))) == 2
    assert len(lines(get(board.client, kind="nonsense"))) == 7
    assert len(lines(get(board.client, who="session:session-def"))) == 1
    assert len(lines(get(board.client, plan="search.index"))) == 1
    assert len(lines(get(board.client, group="payments"))) == 6
    assert len(lines(get(board.client, q="ORPHANED approval"))) == 1
    assert len(lines(get(board.client, q="search.index"))) == 1
    assert lines(get(board.client, q="touches")) == []
    assert "Nothing that happened matches" in get(board.client, q="touches").content.decode()


def test_reports_of_one_worker_on_one_step_are_one_line(board: LedgerBoard, copied: Copy) -> None:
    claim_step(board.desk, LEDGER, 2, by=DEF)
    for number in range(6):
        say(board.desk, LEDGER, 2, by=DEF, active_form=f"slice {number} of 6")
    copied(LEDGER)
    page = get(board.client)
    newest, second, *_ = lines(page)
    assert "session-def reported 6 times on 2 Write the event table" in newest
    assert "slice 3 of 6" in page.content.decode()
    assert "claimed 2 Write the event table" in second


def test_a_hand_over_says_to_whom(board: LedgerBoard, copied: Copy) -> None:
    board.post("steps/2/reassign/", revision=board.revision(2), owner="session-xyz")
    board.post("steps/2/reassign/", revision=board.revision(2), owner="")
    copied(LEDGER)
    page = get(board.client, kind="handovers")
    assert ["to nobody" in line or "to session-xyz" in line for line in lines(page)] == [True, True]


def test_a_step_that_was_removed_is_named_without_a_link(board: LedgerBoard, copied: Copy) -> None:
    board.post("steps/2/remove/", revision=board.revision(2))
    copied(LEDGER)
    page = get(board.client)
    assert "removed step 2 in" in lines(page)[0]
    assert f"/plans/{LEDGER}/?step=2" not in page.content.decode()


def test_pages_follow_each_other_without_a_gap_or_a_double(board: LedgerBoard, copied: Copy) -> None:
    for number in range(90):
        add_step(board.desk, LEDGER, by=ADA, title=f"Extra {number}")
    copied(LEDGER)
    page = get(board.client)
    found = lines(page)
    while link := older_link(page):
        page = cast("HttpResponse", board.client.get(link))
        found += lines(page)
    revisions = [int(re.findall(r"rev (\d+)", line)[-1]) for line in found]
    assert revisions == list(range(96, 0, -1))
    assert "To the newest" in page.content.decode()


def test_what_came_since_is_asked_for_alone(board: LedgerBoard, copied: Copy) -> None:
    after = mark(get(board.client))
    assert get(board.client, fragment="newer", after=after).status_code == 204
    edit_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), title="Write both tables")
    copied(LEDGER)
    fresh = get(board.client, fragment="newer", after=after)
    assert len(lines(fresh)) == 1
    assert "ada edited 2 Write both tables" in lines(fresh)[0]
    assert get(board.client, fragment="newer", after=mark(fresh)).status_code == 204
    assert get(board.client, fragment="newer", after=after, kind="decisions").status_code == 204
    assert get(board.client, fragment="newer", after="nonsense").status_code == 204


def test_a_plan_that_is_copied_late_is_still_news(board: LedgerBoard, copied: Copy) -> None:
    create_plan(board.desk, "search.index", by=DEF)
    edit_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), title="Write both tables")
    copied(LEDGER)
    after = mark(get(board.client))
    copied("search.index")  # older than what was copied before it
    assert len(lines(get(board.client, fragment="newer", after=after))) == 1


def test_a_page_takes_as_many_statements_whatever_happened(board: LedgerBoard, copied: Copy) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(board.client)
        return len(captured)

    statements()  # the first one of all makes more
    few = statements()
    for number in range(55):
        add_step(board.desk, LEDGER, by=ADA, title=f"Extra {number}")
        claim_step(board.desk, LEDGER, 4 + number, by=ABC)
    copied(LEDGER)
    assert statements() == few


def test_the_newest_are_found_by_their_index(board: LedgerBoard) -> None:  # noqa: ARG001
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a table of six rows as it stands")
    with CaptureQueriesContext(connection) as captured:
        events.older(events.Wanted(sight=EVERY_PLAN), before=events.newest(EVERY_PLAN), limit=50)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {captured[-1]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "event_newest" in plan
    assert "SCAN plans_revisionevent " not in plan


def test_agents_text_is_shown_as_text(board: LedgerBoard, copied: Copy) -> None:
    title = "<script>alert(1)</script>\u202e"
    edit_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), title=title)
    copied(LEDGER)
    page = get(board.client).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_the_last_hour_is_counted(board: LedgerBoard) -> None:
    page = " ".join(re.sub(r"<[^>]*>", " ", get(board.client).content.decode()).split())
    assert "6 changes in the last hour by 1 session and 1 person" in page
    assert "Edits 4" in page
    assert "1 open" in page


def test_the_last_hour_of_a_session_is_read_by_a_link(board: LedgerBoard) -> None:
    at = board.plan().updated_at
    life = Life(session="session-abc", liveness="stale", beat_at=at, progress_at=at)
    session_rows.write_lives([life])
    for path in (f"/needs/{LEDGER}/1/", f"/plans/{LEDGER}/?step=1", "/sessions/"):
        page = board.client.get(path).content.decode()
        found = re.search(r'href="([^"]+)">Read its last hour', page)
        assert found, path
        href = f"/activity/?who=session%3Asession-abc&since={at - at % 1_000 - 3_600_000}"
        assert found[1].replace("&amp;", "&") == href
    did = get(board.client, who="session:session-abc", since=str(at - 3_600_000))
    assert all("session-abc" in line for line in lines(did))
    assert len(lines(did)) == 2
    assert "Only what happened since" in did.content.decode()


def test_it_is_narrowed_by_when_it_began(board: LedgerBoard) -> None:
    first, last = board.desk.store.lines(LEDGER)[0].at, board.plan().updated_at
    assert len(lines(get(board.client, since=str(first)))) == len(lines(get(board.client)))
    assert lines(get(board.client, since=str(last + 1))) == []
    page = get(board.client, since=str(last + 1), kind="edits").content.decode()
    assert 'href="/activity/?kind=edits">From the beginning' in page
    assert f'name="since" value="{last + 1}"' in page
    for nonsense in ("soon", "1", "9" * 30, "-1790000000000"):
        assert "Only what happened since" not in get(board.client, since=nonsense).content.decode()


def test_a_thousand_words_are_no_question_for_a_database(board: LedgerBoard) -> None:
    """Red where each is asked: SQLite refuses an expression so deep, and the page would fail."""
    answer = get(board.client, q=" ".join(["ledger"] * 1_500))
    assert answer.status_code == 200
    assert lines(answer) == lines(get(board.client, q="ledger"))
    assert lines(answer)
