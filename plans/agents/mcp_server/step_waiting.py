"""The tool that waits for a person's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from plans.actions import wire
from plans.actions.proving import Proof, Standing, prove
from plans.actions.waiting import Wait, WaitTimedOut, waits_for_claim
from plans.agents.mcp_server.schemas import Arguments, given
from plans.agents.mcp_server.shown import ShownDecision, cleaned
from plans.agents.mcp_server.tool import Effect, Waiting, tool
from plans.agents.mcp_server.words import Namespace, Number
from plans.domain.step import Verdict

if TYPE_CHECKING:
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller

_MEANINGS: Final = {
    Verdict.APPROVED: "A person agreed: go on and do exactly what you asked for, then complete the step.",
    Verdict.REJECTED: "A person said no: do not do it. The note says what should change; the step is yours "
    "still, so change your work and ask again, or fail or release the step.",
    Verdict.REPLIED: "A person answered in the note: go on with that.",
}


_ANOTHER_TEXT: Final = (
    "A person decided, but the step's text was changed since: read it again, and ask again before you act."
)
_NOT_BEGUN: Final = " The step has not begun: claim it before you work on it, once it is ready."


class WaitForDecision(Arguments, frozen=True, kw_only=True):
    """Wait until a person decides what block_step asked on this step; shows meanwhile that you are alive.

    Ends with the decision (approved, rejected or replied, with a note), with wait_timed_out (the request
    is open still: call again) or with request_withdrawn (the step was taken from you: stop). People take
    minutes or hours: if your client allows long calls, send a large `seconds`.
    """

    number: Number
    namespace: Namespace | UnsetType = UNSET
    request: (
        Annotated[
            int, Meta(description="The request's `id`; without it the step's current or last one.", ge=1)
        ]
        | UnsetType
    ) = UNSET
    seconds: (
        Annotated[
            float,
            Meta(
                description="How long at most. Default 600 for a client that shows progress, else 50.",
                ge=0,
                le=86_400,
            ),
        ]
        | UnsetType
    ) = UNSET


class ShownProof(msgspec.Struct):
    """What the decision rests on."""

    holds: Annotated[bool, Meta(description="false: it is not signed, or the text was changed since.")]
    standing: Annotated[Standing, Meta(description="unsigned: decided before this board had a key.")]
    same_text: bool
    keys: Annotated[tuple[str, ...], Meta(description="Public keys (Ed25519, base64) that count here.")]


class DecisionAnswer(msgspec.Struct):
    """What was decided, and what it means for you."""

    decision: ShownDecision
    proof: ShownProof
    meaning: Annotated[str, Meta(description="What to do now.")]


def _wait_for_decision(caller: Caller, asked: WaitForDecision) -> Waiting:
    namespace = caller.plan_named(given(asked.namespace), verb="read")
    wait = Wait(caller.desk, namespace, asked.number, by=caller.by, request=given(asked.request))

    def look() -> Json | None:
        decision = wait.look()
        if decision is None:
            return None
        told = cleaned(wire.decision_json(decision))
        proof = prove(caller.desk, namespace, asked.number, request=decision.request)
        meaning = _ANOTHER_TEXT if proof.is_other_text else _MEANINGS[decision.verdict]
        more = _NOT_BEGUN if waits_for_claim(caller.desk, namespace, asked.number) else ""
        return {"decision": told, "proof": _shown(proof), "meaning": meaning + more}

    return Waiting(
        look=look,
        late=lambda seconds: WaitTimedOut(asked.number, seconds=seconds),
        said=f"Waiting for a person to decide on step {asked.number} of {namespace}",
        seconds=given(asked.seconds),
    )


def _shown(proof: Proof) -> Json:
    known: Json = msgspec.to_builtins(proof)
    return {name: known[name] for name in ("standing", "same_text", "keys")} | {"holds": proof.holds}


TOOLS: Final = (
    tool(
        "wait_for_decision",
        "Wait for a person",
        _wait_for_decision,
        takes=WaitForDecision,
        gives=DecisionAnswer,
        effect=Effect.READS,
    ),
)
