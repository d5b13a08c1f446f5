"""Lists that are only shown: read as their programs mean them, followed, and never written."""

import json
from pathlib import Path

import pytest

from plans.domain.errors import PlanError
from plans.domain.plan import Plan
from plans.domain.step import Status
from plans.store.formats.backlog_md import BacklogMd
from plans.store.orders import Order
from plans.store.sheet import UNTITLED
from plans.store.sources.source_store import KeptElsewhere
from tests.sources.projects import BACKLOG, ISSUES, TASKS, make_project
from tests.sources.scene import ANN, Machine, add_step

NAMES = ["backlog.project", "beads.project", "openspec.add-login", "taskmaster.project"]


@pytest.fixture
def project(machine: Machine) -> Path:
    return make_project(machine.folder / "project")


def rows(plan: Plan) -> list[tuple[str, str, str | None, tuple[int, ...], str]]:
    return [(s.title, str(s.status), s.owner, s.needs, s.phase) for s in plan.steps]


@pytest.mark.usefixtures("project")
def test_the_lists_of_a_project_are_found_in_the_folder_the_board_was_started_in(machine: Machine) -> None:
    assert machine.store().namespaces() == NAMES
    found = {source.kind: source for source in machine.store().found()}
    assert not found["beads"].editable
    assert found["claude"].editable


def test_a_folder_that_is_named_is_looked_at(machine: Machine, project: Path) -> None:
    other = make_project(machine.folder / "elsewhere" / "shop")
    words = (f"taskmaster={project}/.taskmaster", f"taskmaster={other}/.taskmaster")
    assert machine.store(*words).namespaces() == ["taskmaster.project", "taskmaster.shop"]


@pytest.mark.usefixtures("project")
def test_task_masters_tasks_and_subtasks_are_steps(machine: Machine) -> None:
    plan = machine.store().read("taskmaster.project").plan
    assert rows(plan) == [
        ("Model", "completed", None, (), ""),
        ("Service", "in_progress", "ada", (1,), ""),
        ("Read", "in_review", None, (), "Service"),
        ("Write", "blocked", None, (3,), "Service"),
        ("Ship", "pending", None, (2,), ""),
    ]
    assert plan.step(2).notes == "Two endpoints."
    assert plan.step(4).extra == {"id": "2.2"}


def test_task_masters_tags_are_told_apart(machine: Machine, project: Path) -> None:
    file = project / ".taskmaster/tasks/tasks.json"
    file.write_text(json.dumps({"master": {"tasks": TASKS[:1]}, "v2": {"tasks": TASKS}}))
    plan = machine.store().read("taskmaster.project").plan
    assert [step.extra["id"] for step in plan.steps] == ["1", "v2/1", "v2/2", "v2/2.1", "v2/2.2", "v2/3"]
    assert plan.step(3).needs == (2,)
    file.write_text(json.dumps({"tasks": TASKS}))
    assert len(machine.store().read("taskmaster.project").plan.steps) == 5


def test_of_task_masters_tasks_with_one_id_the_last_is_shown(machine: Machine, project: Path) -> None:
    file = project / ".taskmaster/tasks/tasks.json"
    tasks = [{"id": 1, "title": "A"}, {"id": "1", "title": "B"}, {"title": "No id"}, {"title": "Nor this"}]
    for title in ("Ship", "Ship it", "Ship it now"):  # adopted once, and followed then
        file.write_text(json.dumps({"tasks": [*tasks, {"id": 2, "title": title}]}))
        store = machine.store()
        store.adopt("taskmaster.project")
        reading = store.read("taskmaster.project")
        assert [step.title for step in reading.plan.steps] == ["B", "Nor this", title]
        assert len(reading.warnings) == 3
        assert store.verify("taskmaster.project") == []


@pytest.mark.usefixtures("project")
def test_beads_issues_are_steps(machine: Machine) -> None:
    assert rows(machine.store().read("beads.project").plan) == [
        ("Epic", "pending", None, (), ""),
        ("Part", "in_progress", "bob", (), "Epic"),
        ("Other part", "pending", None, (2,), ""),
        ("Old", "cancelled", None, (), ""),
    ]


def test_backlog_mds_tasks_are_in_order_however_long_their_numbers_are(
    machine: Machine, project: Path
) -> None:
    """Python reads no number of thousands of digits; the worker would try it for ever."""
    name = next(iter(BACKLOG))
    file = project / "backlog" / "tasks" / name
    file.write_text(file.read_text().replace("id: task-2\n", f"id: task-{'9' * 5_000}\n"))
    assert machine.store().read("backlog.project").plan.steps[-1].title == "Write it: down"


@pytest.mark.usefixtures("project")
def test_backlog_mds_tasks_are_steps_by_their_numbers(machine: Machine) -> None:
    plan = machine.store().read("backlog.project").plan
    assert rows(plan) == [
        ("Begin", "completed", None, (), ""),
        ("Write it: down", "in_progress", "ada", (1,), "First"),
        ("Later", "pending", None, (2,), ""),
    ]
    assert plan.step(2).notes == "## Description\n\nAll of it."


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (">-\n  A title of more than\n  eighty letters", "A title of more than eighty letters"),
        (">\n  A title\n\n  - with: a list\n", "A title - with: a list"),
        ("|-\n    A title\n    of two lines", "A title of two lines"),
        ("|\n\tA title", "A title"),
        (">+2\n  A title", "A title"),
        (">-", UNTITLED),
        (">- is no mark", ">- is no mark"),
    ],
)
def test_a_title_of_several_lines_is_one(written: str, title: str) -> None:
    text = f"---\ntitle: {written}\nid: task-1\nstatus: Done\ndependencies: []\n---\n\nx\n"
    (item,) = BacklogMd().parse({"task-1 - a.md": text.encode()}, "project").items
    assert (item.title, item.key, item.status) == (title, "TASK-1", Status.COMPLETED)


@pytest.mark.usefixtures("project")
def test_openspecs_changes_are_plans(machine: Machine) -> None:
    assert rows(machine.store().read("openspec.add-login").plan) == [
        ("1.1 Look", "completed", None, (), "1. Prepare"),
        ("1.2 Think", "pending", None, (), "1. Prepare"),
        ("2.1 Build", "pending", None, (), "2. Do"),
    ]


@pytest.mark.parametrize("namespace", NAMES)
def test_a_view_says_so_and_refuses_every_change(machine: Machine, project: Path, namespace: str) -> None:
    files = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    store = machine.store()
    store.adopt(namespace)
    reading = store.read(namespace)
    assert not reading.writable
    assert not store.is_writable(namespace)
    assert "only shown here" in reading.warnings[0]
    with pytest.raises(KeptElsewhere, match="keeps this list"):
        add_step(store, namespace, "Mine")
    with pytest.raises(KeptElsewhere):
        store.delete(namespace, Order(by=ANN, verb="delete"))
    with pytest.raises(KeptElsewhere):
        store.restore(namespace, 1, Order(by=ANN, verb="restore"))
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == files
    assert store.verify(namespace) == []


def test_what_changes_there_is_followed_by_id(machine: Machine, project: Path) -> None:
    store = machine.store()
    store.adopt("beads.project")
    other = ISSUES[2] | {"status": "closed", "title": "Done part"}
    moved = [other, *ISSUES[:2], {"id": "bd-new", "title": "New"}]
    (project / ".beads/issues.jsonl").write_text("".join(json.dumps(issue) + "\n" for issue in moved))
    changed = store.adopt("beads.project")
    assert changed is not None
    assert changed.warnings == store.look("beads.project").warnings != ()
    assert [(step.number, step.title) for step in changed.plan.steps] == [
        (3, "Done part"),
        (1, "Epic"),
        (2, "Part"),
        (5, "New"),
    ]
    assert changed.plan.step(3).status is Status.COMPLETED
    assert store.adopt("beads.project") is None
    assert store.verify("beads.project") == []


@pytest.mark.parametrize(
    ("file", "text", "namespace"),
    [
        (".taskmaster/tasks/tasks.json", "{", "taskmaster.project"),
        (".taskmaster/tasks/tasks.json", "[]", "taskmaster.project"),
        (".beads/issues.jsonl", '{"id": "a"}\n{', "beads.project"),
        (".beads/issues.jsonl", '{"title": "no id"}\n', "beads.project"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(
    machine: Machine, project: Path, file: str, text: str, namespace: str
) -> None:
    store = machine.store()
    store.adopt(namespace)
    steps = store.read(namespace).plan.steps
    (project / file).write_text(text)
    reading = store.read(namespace)
    assert reading.problem is not None
    assert file.rpartition("/")[2] in reading.problem.message
    assert reading.plan.steps == steps
    with pytest.raises(PlanError):
        store.adopt(namespace)
