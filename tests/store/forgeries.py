"""Ways to write into a journal that a person decided, without the key."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from plans.domain.revision import Line
from plans.domain.sealing import Place
from plans.security.decision_key import key_id
from tests.store.forging import (
    NAME,
    OTHER_GATE,
    Forger,
    decision,
    nobody,
    opened,
    seals_of,
)


def another_key(forger: Forger, number: int) -> None:
    plan = forger.plan
    line = _line(forger, number)
    forger.write(forger.signed_by(forger.home.parent / "mine", line, plan))


def a_made_up_signature(forger: Forger, number: int) -> None:
    line = _line(forger, number)
    key = seals_of(forger.home, forger.root).keys[0]
    forger.write(replace(line, sig=f"ed25519:{key_id(key)}:AAAA"))


def another_text(forger: Forger, number: int) -> None:
    plan = forger.plan
    seen = plan.with_step(replace(plan.step(number), title="Rename a variable"))
    forger.write(forger.signed_by(forger.home, _line(forger, number), seen))


def another_request(forger: Forger, number: int) -> None:
    plan, step = forger.plan, forger.plan.step(number)
    if step.request is None:
        pytest.skip("a gate asks nothing")
    seen = plan.with_step(replace(step, request=replace(step.request, id=step.request.id - 1)))
    forger.write(forger.signed_by(forger.home, _line(forger, number), seen))


def another_step(forger: Forger, number: int) -> None:
    plan = forger.plan
    line = _line(forger, number)
    signed = forger.signed_by(
        forger.home, replace(line, set={str(OTHER_GATE): opened(plan, OTHER_GATE)}), plan
    )
    forger.write(replace(line, sig=signed.sig))


def another_revision(forger: Forger, number: int) -> None:
    line = _line(forger, number)
    signed = forger.signed_by(forger.home, replace(line, rev=line.rev + 1), forger.plan)
    forger.write(replace(line, sig=signed.sig))


def another_namespace(forger: Forger, number: int) -> None:
    plan = forger.plan
    forger.write(forger.signed_by(forger.home, _line(forger, number), plan, place=Place("other", plan.epoch)))


def another_epoch(forger: Forger, number: int) -> None:
    forger.write(forger.signed_by(forger.home, _line(forger, number), forger.plan, place=Place(NAME, "e")))


def another_verdict(forger: Forger, number: int) -> None:
    line = _line(forger, number)
    said = decision(forger.plan, number, verdict="rejected")
    signed = forger.signed_by(forger.home, replace(line, set={str(number): {"decision": said}}), forger.plan)
    forger.write(replace(line, sig=signed.sig))


def another_author(forger: Forger, number: int) -> None:
    line = _line(forger, number)
    signed = forger.signed_by(forger.home, line, forger.plan)
    forger.write(replace(signed, by="person:ben"))


def a_session_with_a_signature(forger: Forger, number: int) -> None:
    line = replace(_line(forger, number), by="session:session-abc", verb="complete")
    forger.write(forger.signed_by(forger.home, line, forger.plan))


def no_decision_at_all(forger: Forger, number: int) -> None:
    forger.append("complete", {number: {"status": "completed"}}, by="session:session-abc")


def by_a_file(forger: Forger, number: int) -> None:
    forger.append("adopt", {number: {"status": "completed"}}, by="file")


def by_force(forger: Forger, number: int) -> None:
    forger.append("force_complete", {number: {"status": "completed", "request": None}})


def by_restoring(forger: Forger, number: int) -> None:
    forger.append("restore", {number: opened(forger.plan, number)})


def _line(forger: Forger, number: int) -> Line:
    plan = forger.plan
    return Line(
        rev=plan.revision + 1,
        at=7,
        by="person:ann",
        verb="approve",
        step=number,
        set={str(number): opened(plan, number)},
        was={str(number): {}},
    )


WAYS = (
    nobody,
    another_key,
    a_made_up_signature,
    another_text,
    another_request,
    another_step,
    another_revision,
    another_namespace,
    another_epoch,
    another_verdict,
    another_author,
    a_session_with_a_signature,
    no_decision_at_all,
    by_a_file,
    by_force,
    by_restoring,
)
