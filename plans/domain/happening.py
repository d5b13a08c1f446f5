"""Which sorts of things happen to plans: every verb of the journal belongs to one."""

from __future__ import annotations

from enum import StrEnum


class Happening(StrEnum):
    """What people look for in the activity."""

    DECISIONS = "decisions"
    """A person answered, or took an answer back."""
    STATUS = "status"
    """A step went from one state to another."""
    EDITS = "edits"
    """The plan is another one: its steps, their words, needs and order."""
    HANDOVERS = "handovers"
    """A step has another owner, or none."""
    NOTES = "notes"
    """Somebody said something: remarks, and what workers report as they go."""


VERBS: dict[Happening, frozenset[str]] = {
    Happening.DECISIONS: frozenset({"approve", "reject", "reply", "undo"}),
    Happening.STATUS: frozenset(
        {"claim", "next", "block", "hold", "complete", "force_complete", "fail", "cancel", "retry"}
    ),
    Happening.EDITS: frozenset(
        {"add", "edit", "move", "remove", "create", "describe", "activate", "abort", "archive", "unarchive"}
        | {"restore", "write", "import", "adopt"}
    ),
    Happening.HANDOVERS: frozenset({"reassign", "release"}),
    Happening.NOTES: frozenset({"comment", "say", "dismiss"}),
}
SAY = "say"
"""What a worker reports as it goes: many, and little each."""


def happening_of(verb: str) -> Happening | None:
    """Name the sort of a verb; None for one of a newer version."""
    return next((sort for sort, verbs in VERBS.items() if verb in verbs), None)
