"""The mirror made anew from the files, and compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.domain.problem import Problem
from plans.mirror.models import Plan, RevisionEvent, Step
from plans.store import snapshot
from plans.store.plan_store import PlanStore
from plans.sync.rebuilding import differences, rebuild
from tests.sync.copied import NS, held, problem, renamed, titled

if TYPE_CHECKING:
    from tests.sync.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rebuild_passes_over_what_somebody_writes_and_says_so(stage: Stage) -> None:
    stage.create(NS, "One")
    stage.create("other.plan", "One")
    stage.peer_writes(NS, renamed)
    store = PlanStore(stage.root, clock=stage.clock, lock_wait=0.01)
    with held(stage.root / NS):
        told = {built.namespace: built.problem for built in rebuild(store, stage.sessions)}
    assert told == {NS: "Somebody is writing it; start the board to copy it then", "other.plan": ""}
    assert list(Plan.objects.values_list("namespace", flat=True)) == ["other.plan"]


def test_every_way_in_which_the_mirror_differs_is_named(stage: Stage) -> None:
    for name in ("gone.plan", NS, "peer.plan", "bad.plan"):
        stage.create(name, "One")
    list(rebuild(stage.store, stage.sessions))
    (stage.root / "gone.plan").rename(stage.home / "away")
    titled(stage, "Two")
    stage.peer_writes("peer.plan", renamed)
    (stage.root / "bad.plan" / "journal.jsonl").unlink()
    (stage.root / "bad.plan" / "journal.jsonl").mkdir()
    told = dict(differences(PlanStore(stage.root, clock=stage.clock)))
    assert set(told) == {"gone.plan", NS, "peer.plan", "bad.plan"}
    assert told["gone.plan"] == "The mirror has a plan that has no files"
    assert told[NS] == "The mirror is at revision 1, the files are at 2"
    assert told["peer.plan"] == "Another program changed plan.json, and the worker has not seen it yet"


def test_columns_that_no_document_tells_of_are_compared_too(stage: Stage) -> None:
    stage.create(NS, "One", "Two")
    list(rebuild(stage.store, stage.sessions))
    assert list(differences(stage.store)) == []
    Plan.objects.update(todo=7, title="Another")
    Step.objects.filter(number=2).update(owner="eve", calls="1,ana=1,")
    RevisionEvent.objects.update(by="person:eve")
    told = [difference for _, difference in differences(stage.store)]
    assert told == [
        "What is listed of the plan differs: title is 'Another' instead of '', todo is 7 instead of 2",
        "What is derived of step 2 differs: owner is 'eve' instead of '', calls is '1,ana=1,' instead of ''",
        "Revision 1 differs",
    ]


def test_a_problem_that_is_not_told_or_is_no_more_is_a_difference(stage: Stage) -> None:
    stage.create(NS, "One")
    path = stage.root / NS / "plan.json"
    well = path.read_bytes()
    list(rebuild(stage.store, stage.sessions))
    path.write_bytes(b"{")
    ((_, told),) = differences(stage.store)
    assert told.startswith("The mirror does not say what is wrong: Plan file for")
    list(rebuild(stage.store, stage.sessions))
    assert list(differences(stage.store)) == []
    path.write_bytes(well)
    told_too = [difference for _, difference in differences(stage.store)]
    assert told_too == ["The mirror says that something is wrong, and the files read well"]


def test_a_journal_that_is_damaged_far_back_does_not_end_a_rebuild(stage: Stage) -> None:
    """Red where the damage is no refusal: all plans behind it stay out of the mirror."""
    stage.create("a.damaged", "One")
    for _ in range(snapshot.EVERY):
        titled(stage, "Two", "a.damaged")
    stage.create("b.well", "One")
    journal = stage.root / "a.damaged" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"rev":2,', b'"rev":9,', 1))
    told = {
        built.namespace: built.problem
        for built in rebuild(PlanStore(stage.root, clock=stage.clock), stage.sessions)
    }
    assert told["b.well"] == ""
    assert "The journal is damaged at line 3" in told["a.damaged"]
    assert "damaged at line 3" in (problem("a.damaged") or Problem(kind="", message="")).message


def test_a_plan_that_goes_while_all_are_compared_is_no_difference(stage: Stage) -> None:
    stage.create(NS, "One")
    stage.create("then.gone", "One")
    list(rebuild(stage.store, stage.sessions))
    titled(stage, "Two")
    told = differences(stage.store)
    assert next(told)[0] == NS
    (stage.root / "then.gone").rename(stage.home / "away")
    assert list(told) == []
