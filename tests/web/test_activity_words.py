"""Narrowing down what happened by words: whatever a line shows is found, however it is written."""

from html import unescape

from django.test import Client

from plans.actions.assigning import comment_step
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import create_plan
from plans.actions.shaping import edit_step
from plans.actions.working import block_step, claim_step, complete_step, release_step
from plans.domain.actor import person
from plans.domain.revision import Line
from plans.domain.step import RequestKind
from plans.mirror.models import Plan, RevisionEvent, Step
from plans.mirror.rows import FORGED, event_row
from plans.wiring import now_ms
from tests.web.cast import ABC, ADA, LEDGER, LedgerBoard
from tests.web.conftest import Copy
from tests.web.test_activity import get, lines

SAID = ("claimed", "Commented", "completed", "released", "created", "asked", "QUESTION", "added", "approval")
TOLD = ("unclaimed", "changed", "comments", "pending", "nothing")
STANDING = ("Another", "PROGRAM", "you", "Untitled", "titled", "plan", "Step", "→")
WRITTEN = ("öl", "ÖL", "übersicht", "ämter", "GRÖSSE", 'say:"grün"', "c:\\ÖL", "hello")


def showing(client: Client, word: str) -> list[str]:
    return [line for line in lines(get(client)) if word.casefold() in unescape(line).casefold()]


def test_a_word_that_is_shown_is_found_in_any_case(board: LedgerBoard, copied: Copy) -> None:
    steps = (StepDraft(title="Öl wechseln", phase="p"), StepDraft(title="Rad"), StepDraft(title="Ende"))
    create_plan(board.desk, "x.one", sent=PlanDraft(title="Übersicht der ÄMTER", steps=steps), by=ADA)
    claim_step(board.desk, "x.one", 1, by=ABC)
    block_step(board.desk, "x.one", 1, by=ABC, kind=RequestKind.INPUT, text="Größe? HELLO")
    claim_step(board.desk, "x.one", 2, by=ABC)
    comment_step(board.desk, "x.one", 2, by=ABC, text="Hello")
    release_step(board.desk, "x.one", 2, by=ABC)
    claim_step(board.desk, "x.one", 2, by=ABC)
    complete_step(board.desk, "x.one", 2, by=ABC)
    for title in ('Say:"GRÜN", c:\\Öl', "Rad"):
        revision = board.desk.store.read("x.one").plan.step(2).revision
        edit_step(board.desk, "x.one", 2, by=ADA, expected=revision, title=title)
    revision = board.desk.store.read("x.one").plan.step(3).revision
    edit_step(board.desk, "x.one", 3, by=ADA, expected=revision, needs=(1,))
    copied("x.one")
    shown = {word: showing(board.client, word) for word in SAID + TOLD + WRITTEN}
    assert {word: lines(get(board.client, q=word)) for word in shown} == shown
    assert all(shown.values())


def test_what_is_shown_for_a_name_or_a_title_is_found_though_no_event_holds_it(
    board: LedgerBoard, copied: Copy
) -> None:
    create_plan(board.desk, "x.one", sent=PlanDraft(title="Rad"), by=person("local"))
    edit_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), title="Öl")
    copied("x.one")
    copied(LEDGER)
    row = event_row(Line(rev=9, at=now_ms(), by="file", verb="adopt", set={"2": {"title": "Öl"}}))
    row.plan = Plan.objects.get(namespace="x.one")
    row.save()
    Step.objects.filter(plan__namespace=LEDGER, number=1).update(title=" ")
    shown = {word: showing(board.client, word) for word in STANDING}
    assert {word: lines(get(board.client, q=word)) for word in shown} == shown
    assert all(shown.values())


def test_what_nobody_signed_is_found_by_what_it_claims(board: LedgerBoard) -> None:
    RevisionEvent.objects.filter(revision=6).update(verb=FORGED)
    assert len(lines(get(board.client, q="asked"))) == 1


def test_signs_that_mean_something_to_a_database_are_only_signs(board: LedgerBoard) -> None:
    for sign in ("%", "_", "[", "*", "(?", "ü(", "\x00", "\\", "ü\\"):
        assert lines(get(board.client, q=sign)) == showing(board.client, sign)
