"""docker-agent's documents as plans: read as it reads them, one box changed at a time, in its own bytes."""

import fcntl
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from plans.domain.errors import Busy, Unreadable
from plans.domain.step import Status
from plans.domain.verbs import planning, shaping, working
from plans.store.bad_file import BadFile
from plans.store.formats import docker_document
from plans.store.formats.checkboxes import boxes
from plans.store.orders import Guard, Order
from plans.store.sources.source_file import CannotSay
from plans.store.sources.source_store import KeptElsewhere
from tests.sources.scene import (
    ABC,
    ANN,
    SAMPLES,
    START,
    Machine,
    add_step,
    change,
    edit_step,
    put_document,
)

FOLDER = SAMPLES / "docker-agent"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_bytes())
NOW = "2026-11-20T22:05:45Z"
PLAN = "docker.release"


@pytest.fixture
def document(machine: Machine) -> Path:
    """A document with three boxes, at revision 4."""
    return machine.documents / f"{put_document(machine, 'release')}.json"


def rewritten(data: bytes, old: bytes, new: bytes, revision: int) -> bytes:
    """Give a document with one text changed, as its next revision."""
    assert data.count(old) == 1
    text = json.loads(data)
    data = data.replace(old, new)
    data = data.replace(b'"revision": %d' % text["revision"], b'"revision": %d' % revision)
    return data.replace(text["updatedAt"].encode(), NOW.encode())


@pytest.mark.parametrize("name", EXPECTED["plans"])
def test_its_documents_are_read_as_it_reads_them_and_written_with_its_bytes(name: str) -> None:
    data = (FOLDER / "plans" / f"{name}.json").read_bytes()
    document, expected = docker_document.read(data, name), EXPECTED["plans"][name]["get"]
    assert {
        key: value for key, value in _shown(document).items() if value != "" or key == "content"
    } == expected
    assert docker_document.written(document) == data


@pytest.mark.parametrize("file", EXPECTED["tolerated"])
def test_odd_documents_are_read_as_it_reads_them(file: str) -> None:
    data = (FOLDER / "tolerated" / file).read_bytes()
    document = docker_document.read(data, file.removesuffix(".json"))
    expected = {"title": "", "author": "", "status": ""} | EXPECTED["tolerated"][file]["read"]
    assert _shown(document) == expected


@pytest.mark.parametrize("file", EXPECTED["invalid"])
def test_what_it_refuses_is_refused_in_its_words(file: str) -> None:
    data = (FOLDER / "invalid" / file).read_bytes()
    with pytest.raises(BadFile) as refused:
        docker_document.read(data, file.removesuffix(".json"))
    expected: str = EXPECTED["invalid"][file]["error"]
    words, _, detail = expected.partition("is corrupt: ")
    assert str(refused.value).startswith(words)
    if detail.startswith("json: ") and "99999" not in detail:  # else the detail is the JSON engine's own
        assert str(refused.value) == expected


def _shown(document: docker_document.Document) -> dict[str, object]:
    value: dict[str, object] = dict(document._asdict())
    value["updatedAt"] = value.pop("updated_at")
    del value["others"]
    return value


def test_a_document_shows_as_a_plan_of_its_boxes(machine: Machine) -> None:
    put_document(machine, "checklist-large")
    plan = machine.store().read("docker.checklist-large").plan
    assert (plan.title, plan.status, len(plan.steps)) == ("Migration", "in-progress", 120)
    assert plan.step(1).title == "task 1.1 `code` <b>"
    assert [step.status for step in plan.steps[:3]] == [
        Status.COMPLETED,
        Status.PENDING,
        Status.COMPLETED,
    ]
    assert plan.step(3).phase == "Part 2"


def test_checking_a_step_edits_exactly_its_box(machine: Machine, document: Path) -> None:
    before, store = document.read_bytes(), machine.store()
    change(store, PLAN, lambda plan: working.force_complete(plan, 3, by=ANN), verb="complete")
    assert document.read_bytes() == rewritten(before, b"- [ ] publish", b"- [x] publish", 5)
    assert store.verify(PLAN) == []


def test_claiming_a_step_writes_nothing(machine: Machine, document: Path) -> None:
    store = machine.store()
    store.adopt(PLAN)
    before = document.read_bytes()
    change(store, PLAN, lambda plan: working.claim(plan, 3, by=ABC), verb="claim", by=ABC)
    assert document.read_bytes() == before
    change(store, PLAN, lambda plan: working.complete(plan, 3, by=ABC, at=START), verb="complete", by=ABC)
    assert document.read_bytes() == rewritten(before, b"- [ ] publish", b"- [x] publish", 5)


def test_a_steps_title_is_changed_in_its_line(machine: Machine, document: Path) -> None:
    before = document.read_bytes()
    edit_step(machine.store(), PLAN, 2, title="tag & <sign>")
    escaped = b"- [x] tag \\u0026 \\u003csign\\u003e"
    assert document.read_bytes() == rewritten(before, b"- [x] tag", escaped, 5)


def test_the_status_is_free_text(machine: Machine, document: Path) -> None:
    store, before = machine.store(), document.read_bytes()
    revision = store.read(PLAN).plan.revision
    order = Order(by=ANN, verb="describe", guard=Guard.OWN, expected=revision)
    store.change(PLAN, lambda plan: planning.describe(plan, by=ANN, status="Waiting for QA ✋"), order)
    expected = "Waiting for QA ✋".encode()
    assert document.read_bytes() == rewritten(before, b'"in-progress"', b'"%b"' % expected, 5)


def test_steps_are_added_behind_the_last_one_and_removed_with_their_notes(
    machine: Machine, document: Path
) -> None:
    store = machine.store()
    number = add_step(store, PLAN, "say thanks", notes="To all.\n\nReally.").plan.steps[-1].number
    content = json.loads(document.read_bytes())["content"]
    assert content.endswith("- [ ] publish notes\n- [ ] say thanks\n  To all.\n\n  Really.")
    change(store, PLAN, lambda plan: shaping.remove(plan, number, by=ANN), verb="remove")
    assert json.loads(document.read_bytes())["content"].endswith("\n- [ ] publish notes")


def test_what_a_document_cannot_hold_is_refused_with_a_sentence(machine: Machine, document: Path) -> None:
    store, before = machine.store(), document.read_bytes()
    with pytest.raises(CannotSay, match="the phase of 'tag'"):
        edit_step(store, PLAN, 2, phase="Later")
    with pytest.raises(CannotSay, match="would be lost, or become several"):
        edit_step(store, PLAN, 2, notes="- [ ] another box")
    with pytest.raises(KeptElsewhere, match="order"):
        change(store, PLAN, lambda plan: shaping.move(plan, 3, by=ANN, after=None), verb="move")
    assert document.read_bytes() == before
    assert store.read(PLAN).plan.revision == 1


def test_boxes_that_it_checks_and_writes_become_revisions(machine: Machine, document: Path) -> None:
    store = machine.store()
    edit_step(store, PLAN, 3, critical=True)
    text = json.loads(document.read_bytes())
    content = text["content"].replace("- [ ] publish notes", "- [ ] test\n- [x] publish notes")
    document.write_text(json.dumps(text | {"content": content, "status": "done", "revision": 5}))
    changed = store.adopt(PLAN)
    assert changed is not None
    assert changed.plan.status == "done"
    assert [step.title for step in changed.plan.steps] == ["freeze branch", "tag", "test", "publish notes"]
    published = changed.plan.step(3)
    assert (published.title, published.status, published.critical) == (
        "publish notes",
        Status.COMPLETED,
        True,
    )


def test_a_corrupt_document_is_shown_so_and_never_rewritten(machine: Machine, document: Path) -> None:
    store = machine.store()
    store.adopt(PLAN)
    document.write_text('{"name": "release", "content": 5}')
    reading = store.read(PLAN)
    assert reading.problem is not None
    assert "plan file release.json is corrupt" in reading.problem.message
    assert len(reading.plan.steps) == 3
    with pytest.raises(Unreadable):
        add_step(store, PLAN, "Now?")
    assert document.read_text() == '{"name": "release", "content": 5}'


@pytest.mark.usefixtures("document")
def test_corrupt_documents_are_listed_beside_the_others(machine: Machine) -> None:
    for file in EXPECTED["invalid"]:
        put_document(machine, file.removesuffix(".json"), kind="invalid")
    store = machine.store()
    problems = {name: store.read(name).problem for name in store.namespaces()}
    assert len(problems) == len(EXPECTED["invalid"]) + 1
    assert [name for name, problem in problems.items() if problem is None] == [PLAN]


def test_its_lock_is_waited_for(machine: Machine, document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = machine.store()
    store.adopt(PLAN)
    monkeypatch.setattr("plans.store.peer_locking.PEER_WAIT", 0.05)
    with (machine.documents / ".plans.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Busy):
            add_step(store, PLAN, "Not now")
        monkeypatch.setattr("plans.store.peer_locking.PEER_WAIT", 60)
        writer = threading.Thread(target=add_step, args=(store, PLAN, "Later"))
        writer.start()
        assert json.loads(document.read_bytes())["revision"] == 4
        fcntl.flock(lock, fcntl.LOCK_UN)
        writer.join()
    assert json.loads(document.read_bytes())["revision"] == 5


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        ("- [ ] a\n* [X] b\n1. [x] c\n10) [ ] d", ["a", "b", "c", "d"]),
        ("```\n- [ ] code\n```\n- [ ] real", ["real"]),
        ("~~~~\n- [ ] code\n~~~\n- [ ] code\n~~~~\n- [ ] real", ["real"]),
        ("- [ ]\r\n- [ ] with\r\n", ["(no title)", "with"]),
        ("- [x]none\n[ ] none\n- [-] none\n  - [ ] nested", ["nested"]),
        ("- [ ] a\n  - [ ] below\n    text", ["a", "below"]),
    ],
)
def test_only_list_items_with_a_box_are_steps(content: str, titles: list[str]) -> None:
    assert [box.item.title for box in boxes(content)] == titles
