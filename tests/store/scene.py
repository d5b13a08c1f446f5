"""What most claims about the store start from: a store on a real folder, edits by people and sessions."""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plans.domain.actor import person, session
from plans.domain.step import RequestKind
from plans.domain.verbs import assigning, deciding, shaping, working
from plans.store.orders import Changed, Guard, Order
from plans.store.plan_store import PlanStore
from tests.peer.plan_store import PeerStore, as_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import Step
    from plans.store.paths import Folder

DATA = Path(__file__).parents[1] / "data"
SAMPLES = DATA / "samples" / "openclaw"
START = 1_795_212_345_678
ANN = person("ann")
ABC = session("session-abc")
DEF = session("session-def")

type Edit = Callable[[Plan], Plan]


def ticking(start: int = START) -> Callable[[], int]:
    """Make a clock that moves 1 ms at each look, ms."""
    return itertools.count(start).__next__


@dataclass(frozen=True)
class Scene:
    """One plan ``work`` in a root, our store on it, and a peer beside it."""

    root: Path
    store: PlanStore
    peer: PeerStore
    namespace: str = "work"

    @property
    def folder(self) -> Path:
        return self.root / self.namespace

    @property
    def plan(self) -> Plan:
        return self.store.read(self.namespace).plan

    @property
    def core(self) -> dict[str, object]:
        """What plan.json says now."""
        value: dict[str, object] = json.loads((self.folder / "plan.json").read_bytes())
        return value

    @property
    def steps(self) -> list[dict[str, object]]:
        steps = self.core["steps"]
        assert isinstance(steps, list)
        return steps

    def step(self, number: int) -> Step:
        return self.plan.step(number)

    def fresh_store(self) -> PlanStore:
        """A store as another process has it: it knows nothing yet."""
        return PlanStore(self.root, clock=ticking(START + 10_000_000))

    def create(self, *titles: str) -> Changed:
        def filled(plan: Plan) -> Plan:
            for title in titles:
                plan = shaping.add(plan, by=ANN, at=START, title=title)
            return plan

        return self.store.create(self.namespace, filled, Order(by=ANN, verb="create"))

    def change(self, edit: Edit, verb: str = "edit", *, by: Actor = ANN, **order: object) -> Changed:
        return self.store.change(self.namespace, edit, Order(by=by, verb=verb, **order))  # type: ignore[arg-type]

    def claim(self, number: int, by: Actor = ABC) -> Changed:
        return self.change(lambda plan: working.claim(plan, number, by=by), "claim", by=by)

    def complete(self, number: int, by: Actor = ABC) -> Changed:
        return self.change(lambda plan: working.complete(plan, number, by=by, at=START), "complete", by=by)

    def edit(self, number: int, *, expected: int | None = None, **changes: object) -> Changed:
        return self.change(
            lambda plan: shaping.edit(plan, number, by=ANN, **changes),  # type: ignore[arg-type]
            step=number,
            guard=Guard.STEP,
            expected=self.plan.revision if expected is None else expected,
        )

    def add(self, title: str, **details: object) -> Changed:
        return self.change(
            lambda plan: shaping.add(plan, by=ANN, at=START, title=title, **details),  # type: ignore[arg-type]
            "add",
        )

    def block(self, number: int, by: Actor = ABC) -> Changed:
        return self.change(
            lambda plan: deciding.block(
                plan, number, by=by, at=START, kind=RequestKind.APPROVAL, text="May I?"
            ),
            "block",
            by=by,
        )

    def reassign(self, number: int, owner: str | None) -> Changed:
        return self.change(
            lambda plan: assigning.reassign(plan, number, by=ANN, owner=owner),
            "reassign",
            step=number,
            guard=Guard.STEP,
            expected=self.plan.revision,
        )

    def rewrite(self, steps: list[dict[str, object]], **fields: object) -> None:
        """Write plan.json as a peer that knows no lock."""
        (self.folder / "draft").write_bytes(as_bytes(self.core | {"steps": steps} | fields))
        (self.folder / "draft").rename(self.folder / "plan.json")


def make_scene(root: Path, *titles: str) -> Scene:
    root.mkdir(exist_ok=True)
    scene = Scene(root, PlanStore(root, clock=ticking()), PeerStore(root))
    if titles:
        scene.create(*titles)
    return scene


def step(text: str, status: str = "pending", **fields: object) -> dict[str, object]:
    """Give a step as a peer sends it."""
    return {"step": text, "status": status, **fields}


def tree_hash(root: Path) -> str:
    """Hash everything under a folder: names, kinds, modes, times and bytes."""
    seen = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        facts = path.lstat()
        seen.update(f"{path}|{facts.st_mode}|{facts.st_mtime_ns}|{facts.st_ino}|{facts.st_nlink}".encode())
        if path.is_symlink():
            seen.update(str(path.readlink()).encode())
        elif path.is_file():
            seen.update(path.read_bytes())
    return seen.hexdigest()


def dead_pid() -> int:
    """Give the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def written(folder: Folder, name: str, text: str | bytes) -> Path:
    """Write a file into a plan's folder."""
    file = Path(folder.path) / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file
