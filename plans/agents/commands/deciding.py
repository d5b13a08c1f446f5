"""`planboard decision verify`, `key`, `trust`: whose decision it was. Nobody decides here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from plans import wiring
from plans.actions import wire
from plans.actions.proving import NothingDecided, Proof, Standing, prove, step_of_request
from plans.agents import options
from plans.agents.call import Call, Command, say
from plans.agents.exits import DONE, Usage
from plans.domain.errors import PlanError, Refusal
from plans.security.decision_key import is_public_key, key_id, pem, signer
from plans.security.text import clean_line

if TYPE_CHECKING:
    import argparse

STALE: Final = 3
REFUSED: Final = 4
_LONGEST_KEY: Final = 4_096
_SHOWN: Final = 80


class NoKey(PlanError):
    """Nobody has decided anything here, or who did has told no key."""

    refusal = Refusal.NOT_FOUND
    code = "no_key"
    advice = "The board makes it at its first start, and tells the public half in the root of the plans."

    def __init__(self) -> None:
        super().__init__("There is no key for these plans")


def _verify_options(parser: argparse.ArgumentParser) -> None:
    options.place(parser, step=True)
    parser.add_argument("--request", type=int, metavar="ID", help="an earlier request of it, or of any step")
    parser.add_argument("--key", metavar="KEY", help="believe only this public key: base64, or a file of it")
    options.home(parser)


def _verify(call: Call) -> int:
    """Check a decision: 0 it holds, 3 the text is another now, 4 nobody signed it, 5 there is none."""
    proof = _proven(call)
    call.answer(lambda: {"decision": wire.proof_json(proof)}, lambda: _said(proof))
    if proof.standing is not Standing.SIGNED:
        return REFUSED
    return DONE if proof.same_text else STALE


def _proven(call: Call) -> Proof:
    request: int | None = call.args.request
    call.args.takes_step = request is None or call.has_number
    desk = call.desk
    if call.args.key is not None:
        desk = wiring.desk_believing(call.environment, _public_key(call.args.key))
    return prove(desk, call.namespace, _number(call, request), request=request)


def _number(call: Call, request: int | None) -> int:
    """Name the step: it is given, or it is the one that asked."""
    if call.args.takes_step or request is None:
        return call.number
    found = step_of_request(call.desk, call.namespace, request)
    if found is None:
        raise NothingDecided(None, request=request)
    return found


def _public_key(named: str) -> str:
    if not is_public_key(named) and os.path.isfile(named):  # noqa: PTH113 - start-up time
        with open(named, encoding="ascii", errors="replace") as file:  # noqa: PTH123
            named = file.read(_LONGEST_KEY).strip()
    if not is_public_key(named):
        raise Usage(
            f"{named[:_SHOWN]!r} is no public key", advice="Give what `planboard decision key` printed."
        )
    return named


def _said(proof: Proof) -> list[str]:
    lines = [clean_line(f"step {proof.step}: revision {proof.revision}: {proof.said}")]
    if proof.standing is Standing.FORGED:
        return [*lines, "FORGED: no key that counts here signed this"]
    if proof.standing is Standing.UNSIGNED:
        return [*lines, "not signed: it was decided before this board had a key"]
    lines.append(f"signed by key {signer(proof.signature)}, over text {proof.text[:16]}…")
    if not proof.same_text:
        lines.append("the text is another now: what stands there was not decided on")
    return lines


def _key_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pem", action="store_true", help="as other programs read it")
    options.home(parser)


def _key(call: Call) -> int:
    keys = wiring.seals(call.environment).keys
    if not keys:
        raise NoKey
    if call.args.pem:
        say("".join(pem(key) for key in keys).rstrip())
        return DONE
    return call.answer(
        lambda: {"keys": [{"id": key_id(key), "public": key, "pem": pem(key)} for key in keys]},
        lambda: keys,
    )


def _trust_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("public", metavar="KEY", help="what `planboard decision key` printed there")
    options.home(parser)


def _trust(call: Call) -> int:
    from plans.agents.noting import note_trust  # noqa: PLC0415 - start-up time
    from plans.security.home_format import refuse_newer  # noqa: PLC0415

    public = _public_key(call.args.public)
    refuse_newer(call.environment.home)
    note_trust(call, key_id(public))
    wiring.seals(call.environment).believe(public)
    call.warn("a running board judges all plans anew now, others when they start")
    return call.answer(lambda: {"trusted": public}, lambda: [f"key {key_id(public)} counts here now"])


COMMANDS: Final = {
    "verify": Command(_verify_options, _verify),
    "key": Command(_key_options, _key),
    "trust": Command(_trust_options, _trust),
}
