"""The tool that shows steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import UNSET, Meta, UnsetType

from plans.actions.desk import wrong_with
from plans.agents.mcp_server.schemas import Arguments, given
from plans.agents.mcp_server.shown import StepsAnswer, steps_answer
from plans.agents.mcp_server.tool import Effect, tool
from plans.agents.mcp_server.words import Namespace
from plans.domain.step import Status
from plans.domain.verbs.working import claimable

if TYPE_CHECKING:
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import Step


class ListSteps(Arguments, frozen=True, kw_only=True):
    """List the steps of a plan: number, title, status, owner, needs and revision of each.

    Notes, comments and other detail come with `details: true`; use `numbers` with it to read single steps.
    To get work, call next_step instead of choosing from this list.
    """

    namespace: Namespace | UnsetType = UNSET
    status: Annotated[Status, Meta(description="Only steps with this status.")] | UnsetType = UNSET
    owner: Annotated[str, Meta(description="Only steps of this session.")] | UnsetType = UNSET
    ready: Annotated[bool, Meta(description="true: only what you can claim now.")] | UnsetType = UNSET
    numbers: Annotated[tuple[int, ...], Meta(description="Only these steps.")] | UnsetType = UNSET
    details: Annotated[bool, Meta(description="true: everything that is known of them.")] | UnsetType = UNSET


def _list_steps(caller: Caller, asked: ListSteps) -> Json:
    reading = caller.desk.store.read(caller.plan_named(given(asked.namespace), verb="read"))
    caller.seen.steps(reading.plan)
    numbers = [step.number for step in _chosen(reading.plan, asked, by=caller.by)]
    return steps_answer(
        reading.plan, numbers, long=asked.details is True, note="; ".join(wrong_with(reading))
    )


def _chosen(plan: Plan, asked: ListSteps, *, by: Actor) -> list[Step]:
    steps = list(plan.steps)
    if asked.numbers is not UNSET:
        steps = [plan.step(number) for number in dict.fromkeys(asked.numbers)]
    if asked.status is not UNSET:
        steps = [step for step in steps if step.status is asked.status]
    if asked.owner is not UNSET:
        steps = [step for step in steps if step.owner == asked.owner]
    if asked.ready is True:
        ready = {step.number for step in claimable(plan, by=by)}
        steps = [step for step in steps if step.number in ready]
    return steps


TOOLS: Final = (
    tool("list_steps", "List steps", _list_steps, takes=ListSteps, gives=StepsAnswer, effect=Effect.READS),
)
