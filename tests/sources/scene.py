"""What claims about other programs' lists start from: a machine with some, and our store beside them."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plans.domain.actor import person, session
from plans.domain.verbs import shaping
from plans.security.decision_seals import DecisionSeals
from plans.store.all_plans import AllPlans
from plans.store.orders import Changed, Guard, Order
from plans.store.sources.choosing import choice
from plans.store.sources.finding import Sources, Where

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan

    type Edit = Callable[[Plan], Plan]

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
START = 1_795_212_345_678
ANN = person("ann")
ABC = session("session-abc")


@dataclass(frozen=True)
class Machine:
    """A person's machine: their home folder, a root of plans, and our own home."""

    folder: Path
    clock: Callable[[], int] | None = None
    """Each store's own, beginning at START, where none is given; ms."""
    patience: float = 10.0
    """How long a change waits for others, s."""

    @property
    def root(self) -> Path:
        return self.folder / "plans"

    @property
    def tasks(self) -> Path:
        """Where Claude Code keeps its lists."""
        return self.folder / ".claude" / "tasks"

    @property
    def documents(self) -> Path:
        """Where docker-agent keeps its plans."""
        return self.folder / ".cagent" / "plans"

    @property
    def seals(self) -> DecisionSeals:
        """Sign and judge as the board of this machine does."""
        return DecisionSeals(home=str(self.folder / "home"), root=str(self.root), older=set)

    def store(self, *words: str, signs: bool = True, **variables: str) -> AllPlans:
        """Give the store as another process has it; ``words`` are those of PLANBOARD_SOURCES."""
        seals = self.seals if signs else None
        clock = self.clock or itertools.count(START).__next__
        where = Where(
            root=str(self.root),
            home=str(self.folder / "home"),
            here=str(self.folder / "project"),
            variables={"HOME": str(self.folder), **variables},
        )
        return AllPlans(
            self.root,
            sources=lambda: Sources(choice(words), where, clock=clock, lock_wait=self.patience, seals=seals),
            clock=clock,
            seals=seals,
        )


def make_machine(folder: Path, clock: Callable[[], int] | None = None) -> Machine:
    machine = Machine(folder, clock)
    machine.root.mkdir(mode=0o700)
    return machine


def task_lists() -> dict[str, Path]:
    """Name the samples of Claude Code's lists, as in expected.json."""
    folder = SAMPLES / "claude-code"
    return {f"{path.parent.name}/{path.name}": path for path in sorted(folder.glob("c*/*"))}


def put_list(machine: Machine, name: str) -> str:
    """Put a sample of Claude Code's where it keeps its lists; gives the list's name."""
    source = task_lists()[name]
    shutil.copytree(source, machine.tasks / source.name)
    return source.name


def put_document(machine: Machine, name: str, *, kind: str = "plans") -> str:
    """Put a sample of docker-agent's where it keeps its plans; gives the plan's name."""
    machine.documents.mkdir(parents=True, exist_ok=True)
    file = machine.documents / f"{name}.json"
    file.write_bytes((SAMPLES / "docker-agent" / kind / f"{name}.json").read_bytes())
    file.chmod(0o600)
    return name


def never_removed(file: str) -> None:
    """Say of a list that nothing was removed from it."""


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def change(store: AllPlans, namespace: str, edit: Edit, *, verb: str = "edit", by: Actor = ANN) -> Changed:
    """Change a plan as whoever it is."""
    return store.change(namespace, edit, Order(by=by, verb=verb))


def edit_step(store: AllPlans, namespace: str, number: int, **changes: object) -> Changed:
    """Edit a step as a person, from the newest revision."""
    order = Order(
        by=ANN, verb="edit", step=number, guard=Guard.STEP, expected=store.read(namespace).plan.revision
    )
    edit: Edit = lambda plan: shaping.edit(plan, number, by=ANN, **changes)  # type: ignore[arg-type] # noqa: E731
    return store.change(namespace, edit, order)


def add_step(store: AllPlans, namespace: str, title: str, **details: object) -> Changed:
    """Add a step as a person."""
    return change(
        store,
        namespace,
        lambda plan: shaping.add(plan, by=ANN, at=START, title=title, **details),  # type: ignore[arg-type]
        verb="add",
    )
