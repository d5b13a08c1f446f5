"""The mirror made anew from the files, and compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.mirror.models import Plan
from plans.store.plan_store import PlanStore
from plans.sync.rebuilding import differences, rebuild
from tests.sync.copied import NS, held, renamed, titled

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


def test_a_plan_that_goes_while_all_are_compared_is_no_difference(stage: Stage) -> None:
    stage.create(NS, "One")
    stage.create("then.gone", "One")
    list(rebuild(stage.store, stage.sessions))
    titled(stage, "Two")
    told = differences(stage.store)
    assert next(told)[0] == NS
    (stage.root / "then.gone").rename(stage.home / "away")
    assert list(told) == []
