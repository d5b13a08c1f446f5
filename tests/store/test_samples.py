import hashlib
import json
import shutil
from pathlib import Path

import pytest

from plans.domain.errors import Unreadable
from plans.store import projection
from plans.store.formats import openclaw
from plans.store.orders import Order
from plans.store.paths import FileRefused
from plans.store.plan_store import PlanStore
from tests.peer.checking import PeerError, PeerPlan
from tests.peer.plan_store import PeerStore, as_bytes
from tests.store.scene import ANN, SAMPLES, ticking, tree_hash

FACTS = json.loads((SAMPLES / "plans.json").read_text())
INVALID = {
    row["namespace"]: row
    for row in json.loads((SAMPLES / "invalid/expected.json").read_text())["files"].values()
}
TOLERATED = {
    row["namespace"]: row
    for row in json.loads((SAMPLES / "tolerated/expected.json").read_text())["files"].values()
}
TOO_DEEP = "deep-unknown-value"
ODD = {"float-times", "huge-integer", TOO_DEEP}


def private_copy(kind: str, place: Path) -> Path:
    """Copy a folder of samples with the modes that the programs use."""
    root = place / kind
    shutil.copytree(SAMPLES / kind, root)
    for path in (root, *root.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return root


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return private_copy("plans", tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def invalid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return private_copy("invalid", tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def tolerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return private_copy("tolerated", tmp_path_factory.mktemp("samples"))


@pytest.mark.parametrize("namespace", FACTS)
def test_a_sample_is_the_file_the_peer_wrote(namespace: str) -> None:
    data = (SAMPLES / "plans" / namespace / "plan.json").read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (
        FACTS[namespace]["bytes"],
        FACTS[namespace]["sha256"],
    )


@pytest.mark.parametrize("namespace", FACTS)
def test_a_peers_plan_opens_and_is_written_back_byte_for_byte(plans: Path, namespace: str) -> None:
    data = (plans / namespace / "plan.json").read_bytes()
    reading = PlanStore(plans, clock=ticking()).read(namespace)
    core, warnings = openclaw.parse(data, namespace)
    assert openclaw.dump(core) == projection.plan_bytes(reading.plan) == data
    assert [step.title for step in reading.plan.steps] == [s["step"] for s in json.loads(data)["steps"]]
    assert (reading.problem, reading.warnings, warnings) == (None, (), ())


@pytest.mark.parametrize("namespace", FACTS)
def test_the_peer_here_reads_and_writes_what_the_real_one_wrote(plans: Path, namespace: str) -> None:
    plan = PeerStore(plans).read(namespace)
    assert plan is not None
    assert as_bytes(plan) == (plans / namespace / "plan.json").read_bytes()


def test_all_plans_of_a_root_are_listed_and_looking_at_them_changes_nothing(plans: Path) -> None:
    before = tree_hash(plans)
    store = PlanStore(plans, clock=ticking())
    assert store.namespaces() == sorted(FACTS)
    for namespace in FACTS:
        assert len(store.look(namespace).plan.steps) == FACTS[namespace]["steps"]
    assert tree_hash(plans) == before


@pytest.mark.parametrize("namespace", FACTS)
def test_adopting_a_peers_plan_leaves_its_file_alone(tmp_path: Path, namespace: str) -> None:
    root = private_copy("plans", tmp_path)
    facts = (root / namespace / "plan.json").stat()
    store = PlanStore(root, clock=ticking())
    adopted = store.adopt(namespace)
    assert adopted is not None
    assert adopted.plan.revision == 1
    again = (root / namespace / "plan.json").stat()
    assert (again.st_ino, again.st_mtime_ns) == (facts.st_ino, facts.st_mtime_ns)
    assert PlanStore(root, clock=ticking()).read(namespace).plan == adopted.plan
    assert store.verify(namespace) == []


@pytest.mark.parametrize("namespace", INVALID)
def test_a_file_the_peer_refuses_is_refused_in_its_words(invalid: Path, namespace: str) -> None:
    row = INVALID[namespace]
    before = tree_hash(invalid / namespace)
    problem = PlanStore(invalid, clock=ticking()).read(namespace).problem
    assert problem is not None
    if row["kind"] == "json":
        assert problem.message.startswith(f'Plan file for "{namespace}" is not valid JSON: ')
        assert f"line {problem.line}, column {problem.column}" in problem.message
    else:
        assert (problem.message, problem.line) == (row["error"], None)
    assert tree_hash(invalid / namespace) == before


PLACES = {
    "json-empty": (1, 1),
    "json-trailing-comma": (10, 29),
    "json-single-quotes": (1, 2),
    "json-two-documents": (11, 2),
    "json-bom": (1, 1),
    "json-comment": (1, 1),
    "json-conflict-markers": (1, 1),
}


@pytest.mark.parametrize(("namespace", "place"), PLACES.items())
def test_broken_json_is_named_by_line_and_column(
    invalid: Path, namespace: str, place: tuple[int, int]
) -> None:
    problem = PlanStore(invalid, clock=ticking()).read(namespace).problem
    assert problem is not None
    assert (problem.line, problem.column) == place
    line = (invalid / namespace / "plan.json").read_bytes().decode(errors="replace").split("\n")
    assert problem.excerpt == line[place[0] - 1][:200]


@pytest.mark.parametrize("namespace", [name for name, row in INVALID.items() if row["kind"] != "json"])
def test_the_peer_here_refuses_what_the_real_one_refuses(invalid: Path, namespace: str) -> None:
    with pytest.raises(PeerError) as refused:
        PeerStore(invalid).read(namespace)
    assert str(refused.value) == INVALID[namespace]["error"]


@pytest.mark.parametrize("namespace", INVALID)
def test_nothing_is_written_over_a_file_that_cannot_be_read(invalid: Path, namespace: str) -> None:
    store = PlanStore(invalid, clock=ticking())
    folder = invalid / namespace
    with pytest.raises(Unreadable) as refused:
        store.change(namespace, lambda plan: plan, Order(by=ANN, verb="edit"))
    assert "Nothing was changed" in refused.value.advice
    with pytest.raises(Unreadable):
        store.create(namespace, lambda plan: plan, Order(by=ANN, verb="create"))
    (folder / ".board.lock").unlink()
    assert [path.name for path in folder.iterdir()] == ["plan.json"]
    assert (folder / "plan.json").read_bytes() == (SAMPLES / "invalid" / namespace / "plan.json").read_bytes()


@pytest.mark.parametrize("namespace", TOLERATED)
def test_an_odd_file_shows_what_the_peer_makes_of_it(tolerated: Path, namespace: str) -> None:
    store = PlanStore(tolerated, clock=ticking())
    try:
        reading = store.read(namespace)
    except FileRefused:
        pytest.fail("an odd file is a problem of the plan, never an exception")
    if namespace == TOO_DEEP:
        assert reading.problem is None or "nested too deep" in reading.problem.message
        return
    assert reading.problem is None
    assert bool(reading.warnings) == (namespace == "duplicate-json-keys")
    if namespace not in ODD:
        assert as_core(store, namespace) == TOLERATED[namespace]["read"]


def as_core(store: PlanStore, namespace: str) -> PeerPlan:
    core: PeerPlan = json.loads(projection.plan_bytes(store.read(namespace).plan))
    return core


def test_times_are_written_as_whole_milliseconds(tolerated: Path) -> None:
    core = as_core(PlanStore(tolerated, clock=ticking()), "float-times")
    assert core["steps"] == [{"step": "a", "status": "pending", "updatedAt": 1}]
    assert (core["createdAt"], core["updatedAt"]) == (1_000_000_000_000, 1_795_200_000_000)


def test_a_time_beyond_all_calendars_becomes_the_last_one(tolerated: Path) -> None:
    core = as_core(PlanStore(tolerated, clock=ticking()), "huge-integer")
    assert core["createdAt"] == 8_640_000_000_000_000


@pytest.mark.parametrize("namespace", [name for name in TOLERATED if name != TOO_DEEP])
def test_an_odd_file_can_be_adopted_and_edited(tmp_path: Path, namespace: str) -> None:
    root = private_copy("tolerated", tmp_path)
    store = PlanStore(root, clock=ticking())
    store.change(namespace, lambda plan: plan, Order(by=ANN, verb="comment", key="k", body="b"))
    assert store.verify(namespace) == []
    assert PeerStore(root).read(namespace) is not None
