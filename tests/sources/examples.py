"""For each format a machine with lists of its program: what the conformance tests work on. Add yours here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sources.projects import make_project
from tests.sources.scene import Machine, put_document, put_list, task_lists

if TYPE_CHECKING:
    from collections.abc import Callable


def claude(machine: Machine) -> None:
    for name in task_lists():
        put_list(machine, name)


def docker(machine: Machine) -> None:
    for name in ("release", "checklist-large", "minimal", "html-escapes", "unicode-separators"):
        put_document(machine, name)


def project(machine: Machine) -> None:
    make_project(machine.folder / "project")


EXAMPLES: dict[str, Callable[[Machine], None]] = {
    "claude": claude,
    "docker": docker,
    "taskmaster": project,
    "backlog": project,
    "beads": project,
    "openspec": project,
}
