"""A refusal as a model reads it: the sentence and the advice of every door, and which tool to call now."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from plans.actions import wire
from plans.actions.refusals import retry_after
from plans.agents.mcp_server.shown import cleaned
from plans.domain.errors import PlanError, WrongInput
from plans.domain.expected import StaleRevision
from plans.security.refusals import Broken
from plans.security.text import clean_line

if TYPE_CHECKING:
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller

_TOOLS: Final = {
    "`step next`": "next_step",
    "`step wait`": "wait_for_decision",
    "`step block": "block_step",
    "`step list`": "list_steps",
    "`planboard step list`": "list_steps",
    "`planboard plan list`": "list_plans",
}
"""The advice is the same at every door, so it names commands; here they are tools."""

_READ_AGAIN: Final = {"revision_required": ("list_steps", "read_plan")}


class Told(NamedTuple):
    """A refusal in words, and as values."""

    text: str
    error: Json


class WordedRefusal(PlanError):
    """A refusal that other programs know by words of their own; our values stand beside them."""

    def __init__(self, refused: PlanError, text: str) -> None:
        super().__init__(refused.message, advice=refused.advice)
        self.refused, self.text = refused, text
        self.refusal, self.code = refused.refusal, refused.code


def worded(message: str, *, advice: str, kind: type[PlanError] = WrongInput) -> WordedRefusal:
    """Make a refusal whose sentence docker-agent has, too."""
    return WordedRefusal(kind(message, advice=advice), message)


def told(refused: PlanError, *, current: Json | None = None) -> Told:
    """Put a refusal into words; ``current`` is what a stale caller should look at."""
    meant = refused.refused if isinstance(refused, WordedRefusal) else refused
    error = cast("Json", wire.refusal_json(meant, current=current)["error"])
    named = [name for words, name in _TOOLS.items() if words in meant.advice]
    tools = list(dict.fromkeys([*_READ_AGAIN.get(meant.code, ()), *named]))
    seconds = retry_after(meant)
    more: Json = {"tools": tools} if tools else {}
    if seconds is not None:
        more["retry_after"] = seconds
    shown = cast("Json", cleaned({"error": error | more}))
    text = refused.text if isinstance(refused, WordedRefusal) else _sentences(meant, tools)
    return Told(clean_line(text), shown)


def broken() -> Told:
    """Say that a tool failed where nobody expected it, in the words of the gate."""
    failed = Broken()
    error: Json = {"code": failed.code, "message": failed.message, "advice": failed.advice}
    return Told(f"{failed.message} {failed.advice}", {"error": error})


def current_for(caller: Caller, refused: PlanError, namespace: str) -> Json | None:
    """Show a stale caller what there is now; None where that does not help or cannot be read."""
    meant = refused.refused if isinstance(refused, WordedRefusal) else refused
    if not isinstance(meant, StaleRevision):
        return None
    with suppress(PlanError):
        caller.rights.check("read", namespace)
        plan = caller.desk.store.read(namespace).plan
        if meant.step is None:
            return wire.summary_json(plan)
        current = wire.step_json(plan, meant.step)
        caller.seen.step(plan, meant.step)
        return current
    return None


def _sentences(refused: PlanError, tools: list[str]) -> str:
    here = f" The tool for that is {' or '.join(tools)}." if tools else ""
    return f"{refused.message.rstrip('.')}. {refused.advice}{here}"
