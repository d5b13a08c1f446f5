"""The audit log for whoever decides at the terminal, or lets the decisions of another board count.

The rules are those of the board's pages, see docs/decisions/audit-log.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.security.at_terminal import who_is_here
from plans.security.audit import NotNoted, note
from plans.wiring import now_ms

if TYPE_CHECKING:
    from plans.actions.desk import Changed
    from plans.agents.call import Call
    from plans.security.audit import Fact


def note_decision(call: Call, changed: Changed) -> None:
    """Note what a person opened, by whatever verb; it stands, signed, even when that cannot be.

    Nothing else is noted, so whoever opens nothing needs no way into the board's home.
    """
    line = changed.line
    if line is None or line.sig is None or changed.repeated:
        return
    facts: dict[str, Fact] = {"plan": changed.plan.namespace, "step": line.step}
    try:
        _note(call, "decision", {**facts, "verdict": line.verb, "revision": line.rev})
    except NotNoted as error:
        call.warn(f"{error.message}; what you did stands, and the plan's history has it")


def note_trust(call: Call, key: str) -> None:
    """Note whose decisions are about to count here, too. Raises NotNoted, for which they must not."""
    _note(call, "key_trusted", {"key": key})


def _note(call: Call, what: str, facts: dict[str, Fact]) -> None:
    note(call.environment.home, what, who=who_is_here(), now=now_ms(), facts=facts)
