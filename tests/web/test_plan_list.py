"""The list of plans: tracks, counts, who is at work, what is shown and in which order."""

import re

import pytest
from django.test import Client

from plans.actions.assigning import cancel_step
from plans.actions.desk import Desk
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import archive_plan, create_plan, describe_plan
from plans.actions.working import claim_step, complete_step
from plans.domain.rights import EVERY_PLAN
from plans.web import list_tracks
from tests.web.cast import ABC, ADA, LedgerBoard
from tests.web.conftest import Copy

ROW = re.compile(r'<li class="plan-row.*?</li>', re.DOTALL)
BLOCK = re.compile(r"block-(\w+)")


def listed(client: Client, **asked: str) -> str:
    answer = client.get("/plans/", asked)
    return bytes(answer.content).decode()


def names(page: str) -> list[str]:
    return re.findall(r'<li class="plan-row[^>]*data-key="([^"]+)"', page)


def row(page: str, namespace: str) -> str:
    rows: list[str] = ROW.findall(page)
    return next(found for found in rows if f'data-key="{namespace}"' in found)


@pytest.fixture
def three(board: LedgerBoard, desk: Desk, copied: Copy) -> LedgerBoard:
    """Put a finished and an archived plan beside the ledger."""
    create_plan(desk, "docs.guide", sent=PlanDraft(title="Guide", steps=(StepDraft(title="a"),)), by=ADA)
    claim_step(desk, "docs.guide", 1, by=ABC)
    complete_step(desk, "docs.guide", 1, by=ABC)
    create_plan(desk, "ops.old", by=ADA)
    archive_plan(desk, "ops.old", by=ADA, expected=1)
    for namespace in ("docs.guide", "ops.old"):
        copied(namespace)
    return board


def test_a_row_tells_track_counts_needs_sessions_and_news(three: LedgerBoard) -> None:
    found = row(listed(three.client), "payments.ledger")
    assert BLOCK.findall(found) == ["asking", "ready", "waiting"]
    assert "<b>0</b> of 3" in found
    assert "1 needs you" in found
    assert 'aria-label="1 session"' in found
    assert "session-abc asked for approval of step 1" in found


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ("", ["docs.guide", "payments.ledger"]),
        ("active", ["payments.ledger"]),
        ("needs", ["payments.ledger"]),
        ("finished", ["docs.guide"]),
        ("archived", ["ops.old"]),
        ("nonsense", ["docs.guide", "payments.ledger"]),
    ],
)
def test_what_is_shown_is_chosen(three: LedgerBoard, show: str, shown: list[str]) -> None:
    assert names(listed(three.client, show=show)) == shown


def test_the_order_is_chosen(three: LedgerBoard) -> None:
    assert names(listed(three.client, sort="needs")) == ["payments.ledger", "docs.guide"]
    assert names(listed(three.client, sort="changed")) == ["docs.guide", "payments.ledger"]


def test_words_find_plans_and_keep_the_choice(three: LedgerBoard) -> None:
    page = listed(three.client, q="GUIDE docs", show="finished", sort="changed")
    assert names(page) == ["docs.guide"]
    assert 'name="show" value="finished"' in page
    assert "q=GUIDE+docs&amp;sort=changed" in page
    nothing = listed(three.client, q="nothing")
    assert "No plan matches “nothing”" in nothing
    assert "Ledger" not in row(page, "docs.guide")


def test_a_plan_of_only_cancelled_steps_does_not_look_done(
    board: LedgerBoard, desk: Desk, copied: Copy
) -> None:
    steps = (StepDraft(title="a"), StepDraft(title="b"))
    create_plan(desk, "ops.dropped", sent=PlanDraft(steps=steps), by=ADA)
    for number in (1, 2):
        cancel_step(desk, "ops.dropped", number, by=ADA, expected=number)
    copied("ops.dropped")
    page = listed(board.client)
    found = row(page, "ops.dropped")
    assert set(BLOCK.findall(found)) == {"cancelled"}
    assert "done</span>" not in found
    assert ">Cancelled<" in found
    assert "Every step was cancelled" in found
    assert "bar-done" not in page.partition('href="/plans/ops.dropped/"')[2].partition("</a>")[0]
    head = board.client.get("/plans/ops.dropped/").content.decode()
    assert "block-done" not in head
    assert '<span class="chip">Cancelled</span>' in head


def test_a_free_form_status_stands_before_the_news(board: LedgerBoard, desk: Desk, copied: Copy) -> None:
    describe_plan(desk, board.namespace, by=ADA, expected=board.plan().revision, status="at <risk>")
    copied(board.namespace)
    assert "<b>at &lt;risk&gt;</b> · ada changed the plan" in row(listed(board.client), board.namespace)


def test_a_plan_without_room_is_drawn_from_its_counts(
    board: LedgerBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_tracks, "MOST_STEPS", 0)
    list_tracks.forget()
    found = row(listed(board.client), board.namespace)
    assert BLOCK.findall(found) == ["asking", "ready", "ready"]


def test_an_unchanged_plan_is_not_read_again(board: LedgerBoard, django_assert_num_queries: object) -> None:
    listed(board.client)
    rows = list_tracks.tracks
    from plans.mirror.reading import plan_rows  # noqa: PLC0415

    found = plan_rows(EVERY_PLAN)
    with django_assert_num_queries(0):  # type: ignore[operator]
        rows(found)


def test_the_first_run_tells_what_to_type(ada: Client, desk: Desk) -> None:
    page = listed(ada)
    assert "No plans yet" in page
    assert f"PLANBOARD_ROOT={desk.store.root}" in page
    assert "planboard plan create team.first" in page
    assert "Open the live sample" in page


def test_the_lists_alone_are_fetched_with_the_same_choice(three: LedgerBoard) -> None:
    asked = {"fragment": "lists", "screen": "plans", "show": "finished"}
    first = three.client.get("/plans/", asked)
    assert names(first.content.decode()) == ["docs.guide"]
    again = three.client.get("/plans/", asked, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    other = three.client.get("/plans/", asked | {"show": ""}, headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
