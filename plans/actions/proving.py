"""Proving a decision: who decided what about which text, and whose signature says so."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from plans.domain.errors import PlanError, Refusal
from plans.domain.history import sentence
from plans.domain.sealing import Place, openings, statement, text_hash
from plans.domain.step import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.actions.desk import Desk
    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.domain.step import Step
    from plans.store.seals import Seals


class Standing(StrEnum):
    """What a decision rests on."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    """It was decided before this board had a key to sign with."""
    FORGED = "forged"
    """A file claims it, and nobody who is trusted signed it."""


class NothingDecided(PlanError):
    """There is no decision to prove."""

    refusal = Refusal.NOT_FOUND
    code = "nothing_decided"
    advice = "`step show` says how the step stands; `--request` names an earlier request of it."

    def __init__(self, number: int | None, *, request: int | None) -> None:
        asked = () if request is None else (f"on request {request}",)
        about = () if number is None else (f"about step {number}",)
        super().__init__(" ".join(("Nobody has decided", *asked, *about)))


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, the words that were signed, and by which key; whoever has its public half can check it."""

    namespace: str
    plan: str
    """The plan's epoch."""
    step: int
    revision: int
    """The revision that decided."""
    standing: Standing
    said: str
    by: str
    at: int
    verdict: str | None = None
    request: int | None = None
    note: str = ""
    text: str = ""
    """sha256 of the text that was decided on; empty where an older version decided."""
    text_now: str = ""
    """sha256 of the text that stands there now; empty when the step is gone."""
    same_text: bool = False
    signature: str = ""
    statement: str = ""
    """The exact words that were signed."""
    keys: tuple[str, ...] = ()
    """The public keys (base64) whose signatures count here."""

    @property
    def holds(self) -> bool:
        """Tell whether a person who is trusted decided, about the very text that stands there."""
        return self.standing is Standing.SIGNED and self.same_text

    @property
    def is_other_text(self) -> bool:
        """Tell whether something else stands there now; not where an older version noted no text."""
        return bool(self.text) and not self.same_text


def prove(desk: Desk, namespace: str, number: int, *, request: int | None = None) -> Proof:
    """Find the decision about a step, or about one of its requests, and what it rests on.

    Raises PlanNotFound, StepNotFound, NothingDecided.
    """
    plan = desk.store.read(namespace).plan
    found = _found(plan, desk.store.each_line(namespace), number, request=request)
    if found is None:
        if not plan.has_step(number):
            plan.step(number)
        raise NothingDecided(number, request=request)
    return _proof(desk, plan, found, number=number)


def step_of_request(desk: Desk, namespace: str, request: int) -> int | None:
    """Find the step that asked with this id; None where no revision did."""
    line = next((line for line in desk.store.each_line(namespace) if line.rev == request), None)
    asked = [] if line is None else [n for n in line.named() if (line.set[str(n)] or {}).get("request")]
    return asked[0] if asked else None


def _found(plan: Plan, lines: Iterable[Line], number: int, *, request: int | None) -> Line | None:
    """Pick the decision that stands, else the newest that is claimed; of a request the one about it."""
    about = [line for line in lines if _decides(line, number)]
    if request is not None:
        about = [line for line in about if _request(line, number) == request]
        return about[-1] if about else None
    step = plan.step(number) if plan.has_step(number) else None
    forged = [line for line in about if line.forged]
    standing = [line for line in about if not line.forged]
    if step is None or _stands(step):
        return next(reversed(standing or forged), None)
    return forged[-1] if forged and step.flag is not None else None


def _stands(step: Step) -> bool:
    return step.decision is not None or not step.is_open


def _decides(line: Line, number: int) -> bool:
    values = line.set.get(str(number)) or {}
    by_force = line.sig is not None and values.get("status") == "completed"
    return number in line.forged or values.get("decision") is not None or by_force


def _request(line: Line, number: int) -> int | None:
    decision = (line.set.get(str(number)) or {}).get("decision")
    found = decision.get("request") if isinstance(decision, dict) else None
    return found if isinstance(found, int) else None


def _proof(desk: Desk, plan: Plan, line: Line, *, number: int) -> Proof:
    seals = desk.store.seals
    proof = Proof(
        namespace=plan.namespace,
        plan=plan.epoch,
        step=number,
        revision=line.rev,
        standing=Standing.FORGED if line.forged else Standing.UNSIGNED,
        said=sentence(line),
        by=line.by,
        at=line.at,
        keys=seals.keys if seals is not None else (),
    )
    if line.forged:
        return proof
    before = desk.store.at(plan.namespace, line.rev - 1)
    steps = {step.number: step for step in before.steps}
    numbers = openings(line, steps, used=before.removed)
    words = statement(line, steps, numbers=numbers, place=Place(plan.namespace, plan.epoch))
    return msgspec.structs.replace(
        _with_decision(proof, line, plan=plan, before=before),
        standing=_standing(seals, words, line.sig),
        signature=line.sig or "",
        statement=words.decode(),
    )


def _standing(seals: Seals | None, words: bytes, sig: str | None) -> Standing:
    if seals is not None and seals.is_signed(words, sig):
        return Standing.SIGNED
    return Standing.UNSIGNED if seals is None or seals.is_older(words) else Standing.FORGED


def _with_decision(proof: Proof, line: Line, *, plan: Plan, before: Plan) -> Proof:
    """Add what was decided, and whether the text is what it was then."""
    values = line.set.get(str(proof.step)) or {}
    said = values.get("decision")
    decision = msgspec.convert(said, Decision) if said is not None else None
    seen = text_hash(before.step(proof.step)) if before.has_step(proof.step) else ""
    text = decision.text if decision is not None else seen
    now = _text_now(plan, before, proof.step)
    return msgspec.structs.replace(
        proof,
        verdict=decision.verdict if decision is not None else None,
        request=decision.request if decision is not None else None,
        note=decision.note if decision is not None else line.note,
        text=text,
        text_now=now,
        same_text=bool(text) and text == now,
    )


def _text_now(plan: Plan, before: Plan, number: int) -> str:
    """Hash the text as it stands, with what was asked then: a later request is another decision's."""
    if not (plan.has_step(number) and before.has_step(number)):
        return ""
    return text_hash(msgspec.structs.replace(plan.step(number), request=before.step(number).request))
