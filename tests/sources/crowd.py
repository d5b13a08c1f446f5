"""Eight processes of ours and eight that follow another program's lock protocol, on one list.

``python crowd.py KIND FOLDER COUNT``: each of the sixteen adds COUNT items and finishes them. Ours go through
the store; the others do what that program does: take its lock, read, write, let go. Prints the revisions
that ours were given, one JSON list.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
import traceback
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from plans.domain.verbs import shaping, working
from plans.store import changing
from plans.store.formats import docker_document
from plans.store.sources.naming import folder_of
from tests.sources.scene import ANN, START, Machine, change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EACH = 8
CLAUDE, DOCKER = "crowded", "crowded"


def main(kind: str, folder: Path, count: int) -> int:
    """Run all sixteen to their end; gives how many failed."""
    changing.HOLD_LIMIT = 300.0  # a busy machine is no counterexample
    theirs = {"claude": claude_code, "docker": docker}[kind]
    workers = [fork(ours, folder, f"ours-{n}", count, kind) for n in range(EACH)]
    workers += [fork(theirs, folder, f"theirs-{n}", count, kind) for n in range(EACH)]
    return sum(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0 for pid in workers)


def fork(work: Callable[[Machine, str, int, str], None], folder: Path, *parts: object) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work(Machine(folder, patience=300.0), *parts)  # type: ignore[arg-type]
        status = 0
    except BaseException:  # noqa: BLE001 - a process of its own; this is its last word
        traceback.print_exc()
    finally:
        os._exit(status)


def ours(machine: Machine, name: str, count: int, kind: str) -> None:
    store, namespace = machine.store(), folder_of(kind, CLAUDE)
    revisions = []
    for turn in range(count):
        title = f"{name} {turn}"
        adding = partial(shaping.add, by=ANN, at=START, title=title)
        added = change(store, namespace, adding, verb="add")
        (number,) = (step.number for step in added.plan.steps if step.title == title)
        finishing = partial(working.force_complete, number=number, by=ANN)
        done = change(store, namespace, finishing, verb="complete")
        assert not added.late, added.late
        assert not done.late, done.late
        revisions += [changed.line.rev for changed in (added, done) if changed.line is not None]
    (machine.folder / f"{name}.json").write_text(json.dumps(revisions))


def claude_code(machine: Machine, name: str, count: int, kind: str) -> None:  # noqa: ARG001
    folder = machine.tasks / CLAUDE
    for turn in range(count):
        with folder_locked(folder / ".lock.lock"):
            number = next_number(folder)
            task = {"id": str(number), "subject": f"{name} {turn}", "description": "", "status": "pending"}
            put(folder / f"{number}.json", task | {"blocks": [], "blockedBy": []})
        with folder_locked(folder / ".lock.lock"):
            path = folder / f"{number}.json"
            put(path, json.loads(path.read_bytes()) | {"status": "completed"})


def next_number(folder: Path) -> int:
    numbers = [int(path.stem) for path in folder.glob("*.json")]
    mark = folder / ".highwatermark"
    return max([*numbers, int(mark.read_text()) if mark.exists() else 0], default=0) + 1


def put(path: Path, task: dict[str, object]) -> None:
    """Write as that program does: in place."""
    path.write_text(json.dumps(task, indent=2))


@contextmanager
def folder_locked(path: Path) -> Iterator[None]:
    """Lock as proper-lockfile does."""
    while True:
        try:
            path.mkdir()
            break
        except FileExistsError:
            time.sleep(0.002)
    try:
        yield
    finally:
        path.rmdir()


def docker(machine: Machine, name: str, count: int, kind: str) -> None:  # noqa: ARG001
    path = machine.documents / f"{DOCKER}.json"
    for turn in range(count):
        line = f"- [ ] {name} {turn}"
        for old, new in (("", f"\n{line}"), (line, line.replace("[ ]", "[x]"))):
            with (machine.documents / ".plans.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                was = docker_document.read(path.read_bytes(), DOCKER)
                content = was.content.replace(old, new) if old else was.content + new
                now = was._replace(content=content, revision=was.revision + 1)
                draft = path.with_suffix(f".{name}.tmp")
                draft.write_bytes(docker_document.written(now))
                draft.rename(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
