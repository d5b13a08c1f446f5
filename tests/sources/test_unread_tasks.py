"""One task of Backlog.md that cannot be read hides no other, and stays as it was until it can be."""

import codecs
from pathlib import Path

import pytest

from plans.domain.errors import PlanNotFound, WrongInput
from plans.domain.plan import Plan
from plans.store.formats.backlog_md import BacklogMd
from tests.sources.projects import BACKLOG, make_project
from tests.sources.scene import Machine, put_list

PLAN = "backlog.project"
BROKEN = ["", "no front matter", "---\ntitle: no id\n---\n"]
SECOND = "task-2 - Write-it-down.md"
FOURTH = "---\nid: task-4\ntitle: Fourth\nstatus: To Do\ndependencies: [task-2, task-9]\n---\n"


@pytest.fixture
def folder(machine: Machine) -> Path:
    """Where a project has three tasks: 1, 2 that needs it, and 10 that needs 2."""
    return make_project(machine.folder / "project") / "backlog" / "tasks"


def rows(plan: Plan) -> list[tuple[int, str, str, tuple[int, ...]]]:
    return [(step.number, step.title, str(step.status), step.needs) for step in plan.steps]


@pytest.mark.parametrize("text", BROKEN)
def test_the_others_are_shown_and_it_is_said_once(machine: Machine, folder: Path, text: str) -> None:
    (folder / "task-9 - Empty.md").write_text(text)
    for _ in range(2):
        reading = machine.store().read(PLAN)
        assert reading.problem is None
        assert [step.title for step in reading.plan.steps] == ["Begin", "Write it: down", "Later"]
        (warning,) = reading.warnings[1:]
        assert warning.startswith("task-9 - Empty.md has no ")
        machine.store().adopt(PLAN)
    assert machine.store().verify(PLAN) == []


@pytest.mark.parametrize("text", BROKEN)
def test_one_that_was_shown_stays_as_it_was_and_what_else_changes_is_followed(
    machine: Machine, folder: Path, text: str
) -> None:
    """Red before: nothing that changed was shown. A file may also be empty only while it is written."""
    store = machine.store()
    store.adopt(PLAN)
    (folder / SECOND).write_text(text)
    assert store.adopt(PLAN) is None
    (folder / "task-1 - Begin.md").unlink()
    (folder / "task-4 - Fourth.md").write_text(FOURTH)
    changed = store.adopt(PLAN)
    assert changed is not None
    assert rows(changed.plan) == [
        (2, "Write it: down", "in_progress", ()),
        (4, "Fourth", "pending", (2,)),
        (3, "Later", "pending", (2,)),
    ]
    (folder / SECOND).write_text(BACKLOG[SECOND].replace("In Progress", "Done"))
    assert store.read(PLAN).plan.step(2).title == "Write it: down"
    changed = store.adopt(PLAN)
    assert changed is not None
    assert changed.plan.step(2).status == "completed"
    assert store.read(PLAN).warnings[1:] == ()


def test_the_first_of_them_stays_the_first(machine: Machine, folder: Path) -> None:
    store = machine.store()
    store.adopt(PLAN)
    (folder / "task-1 - Begin.md").write_text("")
    assert store.adopt(PLAN) is None
    assert [step.number for step in store.read(PLAN).plan.steps] == [1, 2, 3]


def test_what_a_task_that_was_never_read_would_hold_up_is_not_held_up(machine: Machine, folder: Path) -> None:
    (folder / SECOND).write_text("")
    assert rows(machine.store().read(PLAN).plan) == [
        (1, "Begin", "completed", ()),
        (2, "Later", "pending", ()),
    ]


def test_a_mark_of_the_byte_order_is_no_text() -> None:
    data = codecs.BOM_UTF8 + BACKLOG[SECOND].replace("\n", "\r\n").encode()
    sheet = BacklogMd().parse({SECOND: data}, "project")
    assert (sheet.items[0].title, sheet.warnings) == ("Write it: down", ())


def test_a_list_that_nobody_changed_here_is_given_at_its_revision(machine: Machine, folder: Path) -> None:
    """Red before: "There is no plan", of one that is shown."""
    store = machine.store()
    shown = store.read(PLAN).plan
    assert rows(store.at(PLAN, shown.revision)) == rows(shown)
    assert not (machine.folder / "home").exists()
    with pytest.raises(WrongInput, match="has no revision 2; it is at 1"):
        store.at(PLAN, 2)
    store.adopt(PLAN)
    assert store.at(PLAN, 0).steps == ()
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(PlanNotFound):
        machine.store().at("backlog.elsewhere", 1)


def test_so_is_one_that_can_be_changed(machine: Machine) -> None:
    put_list(machine, "constructed/release-train")
    assert machine.store().at("claude.release-train", 1).step(6).title == "Announce"
