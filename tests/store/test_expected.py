"""Stale edits are refused at every door alike, and say what changed, by whom and when."""

import pytest

from plans.domain.errors import PlanExists, PlanNotFound, StepNotFound
from plans.domain.expected import RevisionRequired, StaleRevision
from plans.domain.plan import Plan
from plans.domain.verbs import planning, shaping
from plans.store.orders import Changed, Guard, Order
from tests.store.scene import ABC, ANN, Scene


def described(scene: Scene, title: str, expected: int | None, guard: Guard = Guard.OWN) -> Changed:
    return scene.store.change(
        "work",
        lambda plan: planning.describe(plan, by=ANN, title=title),
        Order(by=ANN, verb="describe", guard=guard, expected=expected),
    )


def noted(scene: Scene, expected: int | None, step: int = 1) -> Changed:
    return scene.store.change(
        "work",
        lambda plan: shaping.edit(plan, step, by=ANN, notes=f"{expected}"),
        Order(by=ANN, verb="edit", step=step, guard=Guard.STEP, expected=expected),
    )


@pytest.mark.parametrize("guard", [Guard.STEP, Guard.OWN, Guard.PLAN])
def test_a_guarded_change_must_name_its_revision(plan: Scene, guard: Guard) -> None:
    order = Order(by=ANN, verb="edit", step=1, guard=guard)
    with pytest.raises(RevisionRequired, match="Edit needs the revision you last read"):
        plan.store.change("work", lambda p: p, order)


def test_a_steps_own_revision_and_the_plans_are_both_accepted(plan: Scene) -> None:
    plan.edit(1, notes="a")
    plan.edit(2, notes="b")
    noted(plan, expected=plan.step(1).revision)
    noted(plan, expected=plan.plan.revision)
    assert plan.plan.revision == 5


@pytest.mark.parametrize("expected", [0, 1, 4, 99])
def test_an_older_revision_or_one_that_never_was_is_stale(plan: Scene, expected: int) -> None:
    plan.claim(1)
    plan.edit(2, notes="b")
    before = (plan.folder / "journal.jsonl").read_bytes()
    with pytest.raises(StaleRevision) as stale:
        noted(plan, expected=expected)
    assert (stale.value.expected, stale.value.actual, stale.value.step) == (expected, 2, 1)
    assert (plan.folder / "journal.jsonl").read_bytes() == before


def test_a_stale_edit_is_told_what_changed_by_whom_and_when(plan: Scene) -> None:
    plan.edit(1, notes="a", title="build all")
    plan.claim(1)
    line = plan.store.lines("work")[-1]
    for scene in (plan, Scene(plan.root, plan.fresh_store(), plan.peer)):
        with pytest.raises(StaleRevision) as stale:
            noted(scene, expected=1)
        assert stale.value.facts() | {"changed": sorted(stale.value.changed)} == {
            "expected": 1,
            "actual": 3,
            "step": 1,
            "changed": ["assigned_by", "attempts", "notes", "owner", "status", "title"],
            "by": str(ABC),
            "at": line.at,
        }


def test_a_moved_step_is_stale_by_its_order(plan: Scene) -> None:
    plan.change(lambda p: shaping.move(p, 1, by=ANN, after=3), "move")
    moved = [step.number for step in plan.plan.steps if step.revision == 2]
    with pytest.raises(StaleRevision) as stale:
        noted(plan, expected=1, step=moved[0])
    assert stale.value.changed == ("order",)


def test_two_edits_from_the_same_revision_one_wins(plan: Scene) -> None:
    noted(plan, expected=1)
    with pytest.raises(StaleRevision):
        noted(plan, expected=1)
    noted(plan, expected=2)


def test_the_plans_own_fields_have_their_own_revision(plan: Scene) -> None:
    described(plan, "Release", 1)
    plan.claim(1)
    described(plan, "Release 2", 2)
    with pytest.raises(StaleRevision) as stale:
        described(plan, "Release 3", 3)
    assert (stale.value.actual, stale.value.step, stale.value.changed) == (4, None, ("title",))


def test_a_change_of_the_whole_plan_needs_its_newest_revision(plan: Scene) -> None:
    plan.claim(1)
    with pytest.raises(StaleRevision):
        described(plan, "Release", 1, Guard.PLAN)
    assert described(plan, "Release", 2, Guard.PLAN).plan.title == "Release"


def test_a_revision_that_is_not_needed_is_checked_when_it_is_sent(plan: Scene) -> None:
    plan.claim(1)
    with pytest.raises(StaleRevision):
        plan.change(lambda p: p, "add", expected=1)
    with pytest.raises(StaleRevision):
        plan.change(lambda p: p, "say", step=1, expected=1)


def test_what_a_worker_says_does_not_make_an_edit_stale(plan: Scene) -> None:
    plan.claim(1)
    plan.peer.merge(
        "work", [{"step": "build", "status": "in_progress", "activeForm": "Linking"}], "session-abc"
    )
    noted(plan, expected=2)
    assert plan.step(1).active_form == "Linking"


def test_a_peers_change_makes_an_edit_stale(plan: Scene) -> None:
    plan.peer.merge("work", [{"step": "build", "status": "completed"}], "agent:x")
    with pytest.raises(StaleRevision) as stale:
        noted(plan, expected=1)
    assert (stale.value.by, "status" in stale.value.changed) == ("session:agent:x", True)


def test_the_returned_revision_fits_the_next_edit(plan: Scene) -> None:
    revision = 1
    for _ in range(3):
        revision = noted(plan, expected=revision).plan.revision
    assert revision == 4


def test_a_step_or_plan_that_is_not_there_is_named(plan: Scene) -> None:
    with pytest.raises(StepNotFound):
        noted(plan, expected=1, step=9)
    for doing in (plan.store.read, plan.store.adopt, plan.store.lines, plan.store.verify):
        with pytest.raises(PlanNotFound, match="There is no plan 'nowhere'"):
            doing("nowhere")
    (plan.root / "empty").mkdir()
    with pytest.raises(PlanNotFound):
        plan.store.change("empty", lambda p: p, Order(by=ANN, verb="edit"))
    with pytest.raises(PlanNotFound):
        plan.store.adopt("empty")


def test_a_plan_is_created_once(plan: Scene, scene: Scene) -> None:
    with pytest.raises(PlanExists):
        plan.create("again")
    plan.peer.merge("theirs", [{"step": "a", "status": "pending"}])
    with pytest.raises(PlanExists):
        plan.store.create("theirs", lambda p: p, Order(by=ANN, verb="create"))
    assert scene.store.namespaces() == ["theirs", "work"]


def test_a_refused_edit_leaves_no_trace(plan: Scene) -> None:
    def failing(_: Plan) -> Plan:
        raise StepNotFound(5)

    before = (plan.folder / "journal.jsonl").read_bytes(), (plan.folder / "plan.json").stat().st_mtime_ns
    with pytest.raises(StepNotFound):
        plan.store.change("work", failing, Order(by=ANN, verb="edit"))
    after = (plan.folder / "journal.jsonl").read_bytes(), (plan.folder / "plan.json").stat().st_mtime_ns
    assert before == after


def test_of_two_moves_from_the_same_revision_one_is_refused_between_neighbours_too(plan: Scene) -> None:
    read = plan.plan.revision
    first, second = (step.number for step in plan.plan.steps[:2])

    def moved(after: int | None) -> Changed:
        order = Order(by=ANN, verb="move", step=first, guard=Guard.STEP, expected=read)
        return plan.store.change("work", lambda p: shaping.move(p, first, by=ANN, after=after), order)

    assert moved(after=second).plan.step(second).revision == read
    with pytest.raises(StaleRevision) as stale:
        moved(after=None)
    assert stale.value.changed == ("order",)


def deleted(scene: Scene, expected: int | None, epoch: str | None = None) -> str:
    order = Order(by=ANN, verb="delete", guard=Guard.PEOPLE, expected=expected)
    return scene.store.delete("work", order, epoch=epoch)


def test_what_agents_do_meanwhile_does_not_keep_a_person_from_deleting(plan: Scene) -> None:
    seen = plan.plan.revision
    plan.claim(1)
    assert "work" in deleted(plan, seen)


def test_what_a_person_did_meanwhile_refuses_a_deletion_and_is_told(plan: Scene) -> None:
    seen = plan.plan.revision
    plan.edit(1, notes="important")
    plan.claim(1)
    with pytest.raises(StaleRevision) as stale:
        deleted(plan, seen)
    assert (stale.value.expected, stale.value.actual, stale.value.by) == (seen, seen + 1, str(ANN))
    assert plan.store.exists("work")


@pytest.mark.parametrize(("expected", "error"), [(None, RevisionRequired), (99, StaleRevision)])
def test_a_deletion_needs_a_revision_that_was(
    plan: Scene, expected: int | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        deleted(plan, expected)


def test_a_plan_that_took_anothers_name_is_not_deleted_in_its_place(plan: Scene) -> None:
    with pytest.raises(planning.PlanReplaced):
        deleted(plan, plan.plan.revision, epoch="another")
    assert plan.store.exists("work")
