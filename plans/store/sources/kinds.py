"""The kinds of sources there are: one line for each format, and nothing that must be imported for it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from plans.store.format import Format

KINDS: Final = {
    "claude": ("claude_tasks", "ClaudeTasks"),
    "docker": ("docker_agent", "DockerAgent"),
    "taskmaster": ("task_master", "TaskMaster"),
    "backlog": ("backlog_md", "BacklogMd"),
    "beads": ("beads", "Beads"),
    "openspec": ("openspec", "OpenSpec"),
}
"""The first part of its namespaces, with the module and the class of its format."""


def format_of(kind: str) -> Format:
    """Make a format."""
    module, name = KINDS[kind]
    return cast("Format", getattr(import_module(f"plans.store.formats.{module}"), name)())
