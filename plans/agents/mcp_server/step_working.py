"""The tools for those who work: next, claim, heartbeat, block, complete, fail, release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import UNSET, Meta, UnsetType

from plans.actions import working
from plans.actions.desk import first_result
from plans.agents.mcp_server.schemas import Arguments, given
from plans.agents.mcp_server.shown import StepAnswer, changed_answer
from plans.agents.mcp_server.tool import tool
from plans.agents.mcp_server.words import Checked, Key, Namespace, Note, Number
from plans.domain.plan import PlanState
from plans.domain.standing import Column, stand
from plans.domain.step import RequestKind, Risk

if TYPE_CHECKING:
    from plans.actions.desk import Terms
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller
    from plans.domain.plan import Plan


class NextStep(Arguments, frozen=True, kw_only=True):
    """Claim one step that is ready, whichever is due, and get it with its notes.

    Two callers never get the same one. `step` is null when nothing is ready: wait a while, or stop if the
    plan is done. Then work, call heartbeat as you go, and end with complete_step, fail_step or release_step.
    """

    namespace: Namespace | UnsetType = UNSET
    key: Key | UnsetType = UNSET


class _OnStep(Arguments, frozen=True, kw_only=True):
    number: Number
    namespace: Namespace | UnsetType = UNSET
    revision: Checked | UnsetType = UNSET
    key: Key | UnsetType = UNSET


class ClaimStep(_OnStep, frozen=True, kw_only=True):
    """Claim a ready step for yourself. Refused if another session has it or steps it needs are open."""


class Heartbeat(_OnStep, frozen=True, kw_only=True):
    """Say that you still work on your step and, best, what you do; people see it at once.

    Call it at least once a minute while you work. A refusal means that the step is no longer yours: stop.
    """

    active_form: Annotated[str, Meta(description='What you do now: "running 212 tests".')] | UnsetType = UNSET
    progress: SubSteps | UnsetType = UNSET


class SubSteps(Arguments, frozen=True, kw_only=True):
    """How far you are."""

    done: Annotated[int, Meta(description="Sub-steps done.", ge=0)]
    total: Annotated[int, Meta(description="Sub-steps in all.", ge=0, lt=10**9)]


class BlockStep(_OnStep, frozen=True, kw_only=True):
    """Ask a person for approval, an answer or help, and stop work on your step until they decide.

    Say in `text` exactly what you will do after a yes: that text is what the person approves. Then call
    wait_for_decision. You cannot approve anything yourself. Send a `key`, so that asking again after a
    crash does not ask twice.
    """

    kind: Annotated[
        RequestKind,
        Meta(
            description="approval: a yes or no; input: an answer; problem: help.",
            extra_json_schema={"enum": ["approval", "input", "problem"]},
        ),
    ]
    text: Annotated[str, Meta(description="The question, complete in itself; markdown.", min_length=1)]
    risk: Annotated[Risk, Meta(description="How much harm a yes can do.")] | UnsetType = UNSET


class CompleteStep(_OnStep, frozen=True, kw_only=True):
    """Finish your step. One that must be reviewed waits for a person then and is not completed yet."""

    note: Note | UnsetType = UNSET


class FailStep(_OnStep, frozen=True, kw_only=True):
    """Give your step up because it cannot be done. What needs it will not start."""

    note: (
        Annotated[str, Meta(description="Why it cannot be done, for the people who read it: always say it.")]
        | UnsetType
    ) = UNSET


class ReleaseStep(_OnStep, frozen=True, kw_only=True):
    """Put your step back for anyone to claim; a request that is open on it is withdrawn."""

    note: Note | UnsetType = UNSET


def _next_step(caller: Caller, asked: NextStep) -> Json:
    namespace = caller.plan_named(given(asked.namespace), verb="next")
    changed, step = working.next_step(caller.desk, namespace, **caller.terms(key=given(asked.key)))
    if step is None:
        idle = _idle(first_result(caller.desk, changed))
        return changed_answer(caller, changed, None, note=idle)
    return changed_answer(caller, changed, step.number)


def _idle(plan: Plan) -> str:
    """Say why there is nothing to do: a model would ask again and again, or stop too early."""
    if plan.state is not PlanState.ACTIVE:
        return f"no step is given out: the plan is {plan.state}"
    columns = [standing.column for standing in stand(plan).values()]
    run, ask = columns.count(Column.RUN), columns.count(Column.ASK)
    return f"no step is ready now; {run} in progress, {ask} wait for a person"


def _claim_step(caller: Caller, asked: ClaimStep) -> Json:
    namespace, terms = _named(caller, asked, verb="claim")
    changed = working.claim_step(caller.desk, namespace, asked.number, **terms)
    return changed_answer(caller, changed, asked.number)


def _heartbeat(caller: Caller, asked: Heartbeat) -> Json:
    namespace, terms = _named(caller, asked, verb="heartbeat")
    sent = asked.progress
    changed = working.say(
        caller.desk,
        namespace,
        asked.number,
        active_form=given(asked.active_form),
        progress=None if sent is UNSET else working.progress_of(sent.done, sent.total),
        **terms,
    )
    return changed_answer(caller, changed, asked.number)


def _block_step(caller: Caller, asked: BlockStep) -> Json:
    namespace, terms = _named(caller, asked, verb="block")
    changed = working.block_step(
        caller.desk,
        namespace,
        asked.number,
        kind=asked.kind,
        text=asked.text,
        risk=given(asked.risk),
        **terms,
    )
    return changed_answer(caller, changed, asked.number)


def _complete_step(caller: Caller, asked: CompleteStep) -> Json:
    namespace, terms = _named(caller, asked, verb="complete")
    changed = working.complete_step(
        caller.desk, namespace, asked.number, note=given(asked.note) or "", **terms
    )
    return changed_answer(caller, changed, asked.number)


def _fail_step(caller: Caller, asked: FailStep) -> Json:
    namespace, terms = _named(caller, asked, verb="fail")
    changed = working.fail_step(caller.desk, namespace, asked.number, reason=given(asked.note) or "", **terms)
    return changed_answer(caller, changed, asked.number)


def _release_step(caller: Caller, asked: ReleaseStep) -> Json:
    namespace, terms = _named(caller, asked, verb="release")
    changed = working.release_step(
        caller.desk, namespace, asked.number, note=given(asked.note) or "", **terms
    )
    return changed_answer(caller, changed, asked.number)


def _named(caller: Caller, asked: _OnStep, *, verb: str) -> tuple[str, Terms]:
    namespace = caller.plan_named(given(asked.namespace), verb=verb)
    said, key = given(asked.revision), given(asked.key)
    return namespace, caller.step_terms(namespace, asked.number, said=said, key=key)


TOOLS: Final = (
    tool("next_step", "Take the next step", _next_step, takes=NextStep, gives=StepAnswer),
    tool("claim_step", "Claim a step", _claim_step, takes=ClaimStep, gives=StepAnswer),
    tool("heartbeat", "Say what you do", _heartbeat, takes=Heartbeat, gives=StepAnswer),
    tool("block_step", "Ask a person", _block_step, takes=BlockStep, gives=StepAnswer),
    tool("complete_step", "Finish a step", _complete_step, takes=CompleteStep, gives=StepAnswer),
    tool("fail_step", "Give a step up", _fail_step, takes=FailStep, gives=StepAnswer),
    tool("release_step", "Put a step back", _release_step, takes=ReleaseStep, gives=StepAnswer),
)
