"""Many processes on one list, half of them another program's: nothing is lost, and revisions are exact."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from plans.domain.step import Status
from plans.store.formats import docker_document
from tests.sources.crowd import DOCKER, EACH
from tests.sources.scene import Machine

SHORT, LONG = 3, 40
COUNTS = [SHORT, pytest.param(LONG, marks=pytest.mark.torture)]
LONG_RUN = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))


def crowd(machine: Machine, kind: str, count: int) -> list[int]:
    """Let sixteen processes work; gives the revisions that ours made."""
    program = str(Path(__file__).with_name("crowd.py"))
    command = [sys.executable, program, kind, str(machine.folder), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    found = [json.loads((machine.folder / f"ours-{n}.json").read_bytes()) for n in range(EACH)]
    return sorted(revision for revisions in found for revision in revisions)


def expected(count: int) -> Counter[str]:
    names = [f"{side}-{number}" for side in ("ours", "theirs") for number in range(EACH)]
    return Counter(f"{name} {turn}" for name in names for turn in range(count))


def check(machine: Machine, namespace: str, revisions: list[int], count: int) -> None:
    """Everything that anybody added is there, and finished, in the files, the plan and the journal."""
    store = machine.store()
    store.adopt(namespace)
    plan = store.read(namespace).plan
    assert Counter(step.title for step in plan.steps) == expected(count)
    assert {step.status for step in plan.steps} == {Status.COMPLETED}
    assert len(set(revisions)) == len(revisions) == EACH * count * 2
    assert plan.revision >= revisions[-1]
    assert store.verify(namespace) == []


@pytest.mark.timeout(7_200 if LONG_RUN else 600)
@pytest.mark.parametrize("count", COUNTS if LONG_RUN else [SHORT])
def test_sixteen_processes_on_one_list_of_claude_code_lose_nothing(machine: Machine, count: int) -> None:
    folder = machine.tasks / "crowded"
    folder.mkdir(parents=True)
    (folder / ".lock").touch()
    (folder / "1.json").write_text('{"id": "1", "subject": "first", "status": "completed"}')
    revisions = crowd(machine, "claude", count)
    (folder / "1.json").unlink()
    check(machine, "claude.crowded", revisions, count)
    tasks = [json.loads(path.read_bytes()) for path in folder.glob("*.json")]
    assert Counter(task["subject"] for task in tasks) == expected(count)
    assert sorted(int(task["id"]) for task in tasks) == list(range(2, len(tasks) + 2))
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".json") == [".lock"]


@pytest.mark.timeout(7_200 if LONG_RUN else 600)
@pytest.mark.parametrize("count", COUNTS if LONG_RUN else [SHORT])
def test_sixteen_processes_on_one_document_of_docker_agent_lose_nothing(machine: Machine, count: int) -> None:
    machine.documents.mkdir(parents=True)
    path = machine.documents / f"{DOCKER}.json"
    start = docker_document.Document(name=DOCKER, content="# All", revision=1)
    path.write_bytes(docker_document.written(start))
    revisions = crowd(machine, "docker", count)
    check(machine, "docker.crowded", revisions, count)
    document = docker_document.read(path.read_bytes(), DOCKER)
    assert document.revision == 1 + 2 * EACH * 2 * count
    lines = [line for line in document.content.split("\n") if line.startswith("- ")]
    assert Counter(line.removeprefix("- [x] ") for line in lines) == expected(count)
