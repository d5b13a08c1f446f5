"""The peer's merge, and what adopting its result leaves of ours."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.domain.actor import FILE
from plans.domain.errors import Busy, StorageFailed
from plans.domain.expected import StaleRevision
from plans.domain.step import Review, Risk, Status, Step
from plans.store import journal, projection
from plans.store.formats import openclaw
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from tests.peer.merging import PeerStep, merge_steps
from tests.peer.plan_store import as_bytes
from tests.store.scene import ANN, DATA, START, Scene, make_scene, ticking
from tests.store.test_our_lock import board_lock_held

VECTORS = json.loads((DATA / "vectors" / "merge.json").read_text())["vectors"]
KNOWN = ("step", "status", "activeForm", "updatedBy", "updatedAt")
OURS = ("notes", "needs", "review", "risk", "critical", "phase", "extra", "comments", "progress", "kind")


def named(vector: dict[str, object]) -> str:
    return str(vector["id"])


@pytest.mark.parametrize("vector", VECTORS, ids=named)
def test_the_peer_here_merges_as_the_real_one(vector: dict[str, list[PeerStep]]) -> None:
    now = vector["now"]
    key = vector["sessionKey"]
    merged = merge_steps(vector["existing"], vector["incoming"], key, now=now)  # type: ignore[arg-type]
    assert json.dumps(merged) == json.dumps(vector["expected"])


def test_the_first_version_appends_new_duplicates_twice() -> None:
    twice: list[PeerStep] = [{"step": "a", "status": "pending"}, {"step": "a", "status": "completed"}]
    merged = merge_steps([], twice, None, now=1, version=1)
    assert [step["status"] for step in merged] == ["pending", "completed"]


def clean(steps: list[PeerStep]) -> list[PeerStep]:
    """Keep what can be on disk: known keys and statuses (the merge itself checks neither)."""
    return [
        {name: value for name, value in step.items() if name in KNOWN}
        | ({} if step["status"] in openclaw._STATUSES else {"status": "pending"})
        for step in steps
    ]


def dressed(step: Step, position: int) -> Step:
    """Give a step all the fields that peers drop."""
    return replace(
        step,
        notes=f"notes of {step.number}",
        needs=(step.number - 1,) if position else (),
        review=Review.NONE,
        risk=Risk.PRODUCTION,
        critical=True,
        phase="one",
        extra={"timeout": 30, "retry": {"max": position}},
        owner=step.owner or f"owner-{step.number}",
        assigned_by=str(ANN),
    )


def with_plan(root: Path, steps: list[PeerStep]) -> Scene:
    """Make a plan of ours whose plan.json holds exactly these steps."""
    scene = make_scene(root)
    scene.folder.mkdir()
    plan = {"namespace": "work", "steps": clean(steps), "createdAt": 1, "updatedAt": 2}
    (scene.folder / "plan.json").write_bytes(as_bytes(plan))
    scene.store.change(
        "work",
        lambda plan: plan.with_steps(dressed(step, at) for at, step in enumerate(plan.steps)),
        Order(by=ANN, verb="write"),
    )
    return scene


@pytest.mark.parametrize("vector", VECTORS, ids=named)
def test_a_merge_is_adopted_as_it_is_and_leaves_our_fields_alone(
    tmp_path: Path, vector: dict[str, list[PeerStep]]
) -> None:
    scene = with_plan(tmp_path / "root", vector["existing"])
    before = {step.number: step for step in scene.plan.steps}
    text = scene.steps
    merged = clean(vector["expected"])
    scene.rewrite(merged)
    adopted = scene.store.adopt("work")
    after = scene.plan
    assert scene.steps == merged
    assert json.loads(projection.plan_bytes(after))["steps"] == merged
    for at, step in enumerate(after.steps):
        if step.number not in before:
            continue
        was = before[step.number]
        assert {name: getattr(step, name) for name in OURS} == {name: getattr(was, name) for name in OURS}
        assert step.owner == was.owner
        if text[at] == merged[at]:
            assert changed_fields(was, step) <= {"number"}
    assert adopted is None or adopted.plan == scene.fresh_store().read("work").plan
    assert scene.store.verify("work") == []


def changed_fields(one: Step, other: Step) -> set[str]:
    return {name for name in Step.__struct_fields__ if getattr(one, name) != getattr(other, name)}


TEXTS = st.sampled_from(["a", "b", "c", "a ", "d"])
STATUSES = st.sampled_from(["pending", "in_progress", "completed", "cancelled"])
SENT = st.fixed_dictionaries(
    {"step": TEXTS, "status": STATUSES}, optional={"activeForm": st.sampled_from(["", "doing"])}
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    existing=st.lists(SENT, max_size=5),
    rounds=st.lists(
        st.tuples(st.lists(SENT, max_size=4), st.sampled_from([None, "agent:a", "agent:b"])), max_size=3
    ),
)
def test_whatever_peers_merge_is_taken_over_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    existing: list[PeerStep],
    rounds: list[tuple[list[PeerStep], str | None]],
) -> None:
    scene = with_plan(tmp_path_factory.mktemp("merged") / "root", existing)
    ours = {step.number: step for step in scene.plan.steps}
    for incoming, key in rounds:
        scene.peer.merge("work", incoming, key)
        written = scene.steps
        scene.store.adopt("work")
        assert json.loads(projection.plan_bytes(scene.plan))["steps"] == written == scene.steps
    after = scene.plan
    assert {n for n in ours if after.has_step(n)} == ours.keys()
    for number, was in ours.items():
        step = after.step(number)
        assert {name: getattr(step, name) for name in OURS} == {name: getattr(was, name) for name in OURS}
    assert scene.fresh_store().read("work").plan.steps == after.steps
    assert scene.store.verify("work") == []


def test_a_merge_of_two_sessions_is_signed_by_the_file(plan: Scene) -> None:
    plan.rewrite(
        [
            {"step": "build", "status": "completed", "updatedBy": "one", "updatedAt": START},
            {"step": "test", "status": "completed", "updatedBy": "two", "updatedAt": START},
            {"step": "ship", "status": "pending"},
        ]
    )
    adopted = plan.store.adopt("work")
    assert adopted is not None
    assert adopted.line is not None
    assert (adopted.line.by, adopted.plan.step(1).owner) == (str(FILE), "one")


def test_a_merge_shows_before_it_is_a_revision(plan: Scene) -> None:
    plan.peer.merge("work", [{"step": "test", "status": "in_progress"}], "agent:a")
    reading = plan.store.look("work")
    assert (reading.adopted, reading.plan.revision) == (False, 2)
    assert reading.plan.step(2).status is Status.IN_PROGRESS
    adopted = plan.store.adopt("work")
    assert adopted is not None
    assert plan.plan.revision == 2
    assert PlanStore(plan.root, clock=ticking()).look("work").adopted


def test_a_number_that_was_read_is_never_another_change(plan: Scene) -> None:
    plan.peer.merge("work", [{"step": "test", "status": "in_progress"}], "agent:a")
    seen = plan.store.read("work").plan.step(2)
    plan.peer.merge("work", [{"step": "test", "status": "completed"}], "agent:a")
    with pytest.raises(StaleRevision):
        plan.edit(2, title="test it all", expected=seen.revision)
    assert plan.plan.step(2).status is Status.COMPLETED


def test_a_number_read_before_the_first_revision_is_never_another_change(tmp_path: Path) -> None:
    scene = make_scene(tmp_path)
    scene.peer.merge("new", [{"step": "test", "status": "pending"}], "agent:a")
    seen = scene.store.read("new").plan
    scene.peer.merge("new", [{"step": "test", "status": "completed"}], "agent:a")
    assert scene.store.read("new").plan.revision == seen.revision + 1


def test_while_somebody_else_writes_the_last_revision_is_read(plan: Scene) -> None:
    plan.peer.merge("work", [{"step": "test", "status": "in_progress"}], "agent:a")
    with board_lock_held(plan.folder):
        reading = plan.store.read("work")
    assert (reading.adopted, reading.plan.revision) == (False, 1)
    assert reading.plan.step(2).status is Status.PENDING


def test_while_somebody_else_writes_a_plan_without_any_revision_is_not_read(tmp_path: Path) -> None:
    scene = make_scene(tmp_path)
    scene.peer.merge("new", [{"step": "test", "status": "pending"}], "agent:a")
    store = PlanStore(tmp_path, clock=ticking(), lock_wait=0.05)
    with board_lock_held(tmp_path / "new"), pytest.raises(Busy):
        store.read("new")
    assert store.read("new").plan.revision == 1


def test_where_nothing_can_be_written_a_merge_is_read_all_the_same(
    plan: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan.peer.merge("work", [{"step": "test", "status": "in_progress"}], "agent:a")

    def refuse(*_: object, **__: object) -> None:
        message = "read-only file system"
        raise StorageFailed(message)

    monkeypatch.setattr(journal, "note", refuse)
    reading = plan.store.read("work")
    assert (reading.adopted, reading.plan.revision) == (False, 2)
    assert reading.plan.step(2).status is Status.IN_PROGRESS
