"""Looking at an older revision: everything as it was then, and nothing that changes it."""

import pytest
from django.test import Client

from plans.actions.deciding import approve_step
from plans.actions.shaping import edit_step
from plans.actions.working import claim_step
from plans.security.login import local_person
from plans.security.roles import Role, give_role
from tests.web.cast import ABC, ADA, LEDGER, LedgerBoard
from tests.web.conftest import Copy

BEFORE = 4
"""The ledger's three steps are there, and nobody works on them."""
NEWEST = 6


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_board_is_shown_as_it_was(board: LedgerBoard) -> None:
    page = text(board.get(rev=BEFORE))
    assert "You are looking at rev 4" in page
    assert "2 newer changes are held" in page
    assert '<span dir="auto">ada added step 3</span>' in page
    assert 'data-status="pending"' in page
    assert 'data-status="blocked"' not in page


def test_nothing_of_an_older_board_can_be_changed(board: LedgerBoard) -> None:
    page = text(board.get(rev=NEWEST - 1))
    assert "is-read-only" in page
    assert 'data-can=""' in page
    for verb in ("approve", "reassign", "steps", "describe", "delete"):
        assert f'action="/plans/{LEDGER}/{verb}/"' not in page
    assert "formaction" not in page


def test_links_of_an_older_board_stay_at_its_revision(board: LedgerBoard) -> None:
    page = text(board.get(rev=BEFORE))
    assert f"/plans/{LEDGER}/?step=1&amp;rev=4" in page
    assert f'data-open="/plans/{LEDGER}/steps/1/?rev=4"' in page


def test_the_newest_revision_is_held_too_when_an_address_names_it(board: LedgerBoard) -> None:
    page = text(board.get(rev=NEWEST))
    assert "You are looking at rev 6" in page
    assert "It is the newest so far" in page


def test_a_step_is_shown_as_it_was_with_what_had_happened_by_then(board: LedgerBoard) -> None:
    page = text(board.get("steps/1/", rev=NEWEST - 1))
    assert "session-abc" in page
    assert "asked for approval" not in page
    assert "Delete 41 rows?" not in page
    assert 'id="drawer-verbs"' not in page


def test_a_step_that_was_not_there_yet_is_not_found(board: LedgerBoard) -> None:
    assert board.get("steps/3/", rev=2).status_code == 404


@pytest.mark.parametrize(
    ("named", "status"), [("7", 404), ("0", 404), ("x", 422), ("9" * 40, 422), ("²", 422)]
)
def test_a_revision_that_never_was_is_refused_with_a_way_back(
    board: LedgerBoard, named: str, status: int
) -> None:
    answer = board.get(rev=named)
    assert answer.status_code == status
    assert 'href="/plans/"' in text(answer)


def test_back_to_now_keeps_what_else_the_address_says(board: LedgerBoard) -> None:
    page = text(board.get(rev=BEFORE, q="holds", step=1))
    assert f'href="/plans/{LEDGER}/?q=holds&amp;step=1" data-now' in page


@pytest.mark.parametrize("verb", ["approve", "edit", "comment", "reassign"])
def test_a_form_that_carries_an_older_revision_changes_nothing(board: LedgerBoard, verb: str) -> None:
    before = board.plan()
    answer = board.post(f"steps/1/{verb}/", revision=before.revision, note="Yes", title="Mine", rev=BEFORE)
    assert answer.status_code == 422
    assert "You are looking at rev 4" in text(answer)
    assert "Mine" in text(answer), "what was typed is kept"
    assert board.plan() == before


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
def test_a_form_that_stands_on_an_older_page_changes_nothing(
    board: LedgerBoard, ada: Client, header: str
) -> None:
    before = board.plan()
    at = f"http://testserver/plans/{LEDGER}/?step=1&rev=4"
    answer = ada.post(f"/plans/{LEDGER}/archive/", {"revision": before.revision}, headers={header: at})
    assert answer.status_code == 422
    assert board.plan() == before


def test_a_form_of_the_page_of_now_is_taken(board: LedgerBoard, ada: Client) -> None:
    at = f"http://testserver/plans/{LEDGER}/?step=1"
    answer = ada.post(
        f"/plans/{LEDGER}/archive/", {"revision": board.plan().revision}, headers={"Referer": at}
    )
    assert answer.status_code == 303
    assert board.plan().archived


def test_an_older_revision_is_restored_as_a_new_one(board: LedgerBoard) -> None:
    edit_step(board.desk, LEDGER, 2, by=ADA, expected=board.plan().revision, title="Another title")
    answer = board.post("restore/", to=BEFORE, revision=board.plan().revision)
    assert answer.status_code == 303
    plan = board.plan()
    assert plan.revision == NEWEST + 2
    assert plan.step(2).title == "Write the event table"
    assert plan.step(1).owner is None
    assert "Rev 4 restored as rev 8" in text(board.get())


def test_restoring_is_refused_when_the_plan_went_on_meanwhile(board: LedgerBoard, copied: Copy) -> None:
    seen = board.plan().revision
    approve_step(board.desk, LEDGER, 1, by=ADA, expected=board.revision(1))
    copied(LEDGER)
    before = board.plan()
    answer = board.post(f"restore/?rev={BEFORE}", to=BEFORE, revision=seen)
    assert answer.status_code == 409
    assert "another person made rev 7 after the rev 6 you saw" in text(answer)
    assert "You are looking at rev 4" in text(answer)
    assert 'name="revision" value="7"' in text(answer), "having looked, one restores with one press"
    assert board.plan() == before


def test_restoring_works_while_sessions_do(board: LedgerBoard) -> None:
    seen = board.plan().revision
    claim_step(board.desk, LEDGER, 2, by=ABC)
    assert board.post("restore/", to=BEFORE, revision=seen).status_code == 303
    assert board.plan().revision == seen + 2
    assert board.step(2).owner is None


def test_restoring_needs_the_revision_that_was_seen(board: LedgerBoard) -> None:
    assert board.post("restore/", to=BEFORE).status_code == 428


def test_a_revision_that_never_was_cannot_be_restored(board: LedgerBoard) -> None:
    before = board.plan()
    answer = board.post("restore/", to=400, revision=before.revision)
    assert answer.status_code == 422
    assert board.plan() == before


def test_who_may_only_look_is_not_offered_to_restore(board: LedgerBoard) -> None:
    assert "Restore…" in text(board.get(rev=BEFORE))
    give_role(local_person("ada"), Role.VIEWER)
    assert "Restore…" not in text(board.get(rev=BEFORE))
    assert board.post("restore/", to=BEFORE, revision=NEWEST).status_code == 403


@pytest.mark.parametrize("view", ["", "track/", "timeline/", "table/", "steps/1/"])
def test_every_view_of_an_older_revision_says_so_and_leads_back_to_now(board: LedgerBoard, view: str) -> None:
    page = text(board.get(view, rev=BEFORE))
    assert "You are looking at rev 4" in page
    assert f'href="/plans/{LEDGER}/{view}" data-now' in page
    assert "Live is held while you look back" in page or view.startswith("steps")
    assert "extra/replay.js" in page or "extra/timeline.js" in page


def test_a_row_of_the_history_leads_to_what_it_changed(board: LedgerBoard) -> None:
    page = text(board.get("steps/1/"))
    assert f'href="/plans/{LEDGER}/compare/?from=5&amp;to=6#step-1"' in page
