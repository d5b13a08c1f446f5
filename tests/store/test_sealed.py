"""Signing is no obstacle: what was decided before, imports, restores, copies and lists of other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plans import wiring
from plans.actions import copying, deciding, planning, shaping, working
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.proving import NothingDecided, Standing, prove
from plans.domain.errors import PersonOnly, StepNotFound
from plans.domain.step import Flag, Kind, Review, Status
from plans.environment import Environment
from plans.store.orders import Order
from tests.store.forging import (
    ASKS,
    BEHIND,
    GATE,
    NAME,
    REVIEWED,
    Forger,
    desk_at,
    make_forger,
    nobody,
    seals_of,
)
from tests.store.scene import ABC, ANN

if TYPE_CHECKING:
    from pathlib import Path

    from plans.domain.plan import Plan


@pytest.fixture
def forger(tmp_path: Path) -> Forger:
    return make_forger(tmp_path)


def environment(forger: Forger) -> Environment:
    variables = {"PLANBOARD_ROOT": str(forger.root), "PLANBOARD_HOME": str(forger.home)}
    return Environment.read(variables | {"PLANBOARD_SOURCES": "none"})


class TestBeforeThereWasAKey:
    def test_what_was_decided_then_counts_and_what_comes_later_does_not(self, tmp_path: Path) -> None:
        forger = make_forger(tmp_path, signs=False)
        forger.approve(GATE)
        forger.approve(ASKS)
        here = environment(forger)
        wiring.seals(here).ready()
        board = wiring.desk(here)
        plan = board.store.read(NAME).plan
        assert (plan.step(GATE).status, plan.step(ASKS).status) == (Status.COMPLETED, Status.IN_PROGRESS)
        assert prove(board, NAME, GATE).standing is Standing.UNSIGNED
        assert board.store.verify(NAME) == []
        old = desk_at(forger.root, None)
        deciding.approve_step(old, NAME, REVIEWED, by=ANN, expected=plan.revision)
        step = board.store.read(NAME).plan.step(REVIEWED)
        assert (step.status, step.flag) == (Status.IN_REVIEW, Flag.FORGED)

    def test_a_root_that_is_not_there_yet_has_nothing_to_count(self, tmp_path: Path) -> None:
        variables = {"PLANBOARD_ROOT": str(tmp_path / "none"), "PLANBOARD_HOME": str(tmp_path / "home")}
        seals = wiring.seals(Environment.read(variables))
        seals.ready()
        assert seals.keys != ()

    def test_a_process_that_runs_judges_anew_when_the_key_appears(self, tmp_path: Path) -> None:
        forger = make_forger(tmp_path, signs=False)
        forger.approve(GATE)
        here = environment(forger)
        running = wiring.desk(here)
        assert running.store.read(NAME).plan.step(GATE).flag is Flag.FORGED
        wiring.seals(here).ready()
        assert running.store.read(NAME).plan.step(GATE).status is Status.COMPLETED


class TestWholePlans:
    def test_an_older_revision_is_restored_with_its_decisions(self, forger: Forger) -> None:
        line = forger.approve(GATE)
        forger.undo(GATE)
        planning.restore_plan(forger.desk, NAME, revision=line.rev, by=ANN, expected=line.rev + 1)
        assert forger.plan.step(GATE).status is Status.COMPLETED
        proof = prove(forger.fresh(), NAME, GATE)
        assert (proof.standing, proof.same_text, proof.said) == (
            Standing.SIGNED,
            True,
            "ann restored an older revision",
        )

    def test_a_restored_forgery_is_none(self, forger: Forger) -> None:
        nobody(forger, GATE)
        planning.restore_plan(
            forger.desk, NAME, revision=forger.plan.revision, by=ANN, expected=forger.plan.revision
        )
        assert forger.plan.step(GATE).status is Status.PENDING

    def test_a_plan_is_imported_with_its_open_gates(self, forger: Forger) -> None:
        drafts = (
            StepDraft(title="Go", kind=Kind.GATE, status=Status.COMPLETED),
            StepDraft(title="Checked", review=Review.REQUIRED, status=Status.COMPLETED),
            StepDraft(title="Next", needs=(1,)),
        )
        planning.create_plan(forger.desk, "imported", sent=PlanDraft(steps=drafts), by=ANN)
        desk = forger.fresh()
        plan = desk.store.read("imported").plan
        assert [step.status for step in plan.steps] == [Status.COMPLETED, Status.COMPLETED, Status.PENDING]
        assert prove(desk, "imported", 1).standing is Standing.SIGNED
        assert desk.store.verify("imported") == []

    def test_a_whole_plan_is_written_over_the_old_one(self, forger: Forger) -> None:
        draft = PlanDraft(
            steps=(StepDraft(title="Migrate the writers", number=ASKS, status=Status.COMPLETED),)
        )
        planning.write_plan(forger.desk, NAME, sent=draft, by=ANN, expected=forger.plan.revision)
        assert forger.plan.step(ASKS).status is Status.COMPLETED

    def test_a_copy_is_not_approved(self, forger: Forger) -> None:
        forger.approve(GATE)
        copying.duplicate_plan(forger.desk, NAME, "twin", by=ANN)
        assert forger.fresh().store.read("twin").plan.step(GATE).flag is None
        with pytest.raises(NothingDecided):
            prove(forger.fresh(), "twin", GATE)


class TestSingleSteps:
    def test_completing_by_force_is_proved_too(self, forger: Forger) -> None:
        for number in (ASKS, REVIEWED):
            working.force_complete_step(forger.desk, NAME, number, by=ANN, expected=forger.plan.revision)
            proof = prove(forger.fresh(), NAME, number)
            assert (proof.standing, proof.verdict, proof.same_text) == (Standing.SIGNED, None, True)
            assert forger.plan.step(number).status is Status.COMPLETED

    def test_what_was_decided_about_a_step_that_is_gone_is_proved_still(self, forger: Forger) -> None:
        line = forger.approve(ASKS)
        shaping.remove_step(forger.desk, NAME, ASKS, by=ANN, expected=line.rev)
        proof = prove(forger.fresh(), NAME, ASKS)
        assert (proof.standing, proof.text_now, proof.same_text) == (Standing.SIGNED, "", False)
        with pytest.raises(StepNotFound):
            prove(forger.fresh(), NAME, 99)

    def test_needs_and_reviews_are_taken_away_by_people(self, forger: Forger) -> None:
        shaping.edit_step(forger.desk, NAME, BEHIND, by=ANN, expected=forger.plan.revision, needs=())
        assert forger.plan.step(BEHIND).needs == ()
        assert forger.plan.step(BEHIND).flag is None

    def test_the_store_itself_lets_no_session_open_anything(self, forger: Forger) -> None:
        def pass_gate(plan: Plan) -> Plan:
            return plan.with_step(replace(plan.step(GATE), status=Status.COMPLETED))

        with pytest.raises(PersonOnly):
            forger.desk.store.change(NAME, pass_gate, Order(by=ABC, verb="complete"))

    def test_what_is_written_otherwise_than_it_was_given_is_signed_as_written(self, forger: Forger) -> None:
        odd = {"ratio": 1.0, "huge": 1e22, "tiny": 1e-9, "accent": "é"}
        drafts = (StepDraft(title="Go", kind=Kind.GATE, status=Status.COMPLETED, extra=odd),)
        planning.create_plan(forger.desk, "odd", sent=PlanDraft(steps=drafts), by=ANN)
        assert forger.fresh().store.read("odd").plan.step(1).status is Status.COMPLETED

    def test_snapshots_keep_what_was_found(self, forger: Forger) -> None:
        forger.approve(GATE)
        nobody(forger, REVIEWED)
        forger.desk.store.read(NAME)
        forger.desk.store.close()
        again = forger.fresh().store
        assert again.read(NAME).plan == forger.desk.store.read(NAME).plan
        assert [line.forged for line in again.lines(NAME) if line.forged] == [(REVIEWED,)]
        assert "nobody signed" in again.verify(NAME)[0]
        stranger = desk_at(forger.root, seals_of(forger.root / "x", forger.root / "y"))
        assert stranger.store.read(NAME).plan.step(GATE).flag is Flag.FORGED
        assert stranger.store.at(NAME, 1).step(GATE).status is Status.PENDING

    def test_a_snapshot_that_others_judged_is_no_damage(self, forger: Forger, tmp_path: Path) -> None:
        """Red where the plan as they believe it is compared with the plan as we do."""
        forger.approve(GATE)
        forger.desk.store.close()
        ours = seals_of(tmp_path / "ours", tmp_path / "nowhere")
        ours.ready()
        (said,) = desk_at(forger.root, ours).store.verify(NAME)
        assert "nobody signed" in said
        assert forger.fresh().store.verify(NAME) == []
