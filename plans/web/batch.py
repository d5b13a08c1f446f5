"""One answer to many steps that ask the same: each by its own revision, each with its own result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.actions.deciding import approve_step, reject_step, reply_step
from plans.domain.alike import question
from plans.domain.errors import PlanError, WrongInput
from plans.domain.step import Step
from plans.web import digits
from plans.web.asking import READING
from plans.web.back import Back
from plans.web.need_urls import alone_url
from plans.web.repeating import Outcome, outcome
from plans.web.titles import REMOVED_STEP, plan_title, title_in
from plans.web.undo_hints import all_started_over

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from plans.actions.desk import Desk
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.web.auditing import Noting

MOST = 200
"""Steps that one answer may be for."""
_VERBS = {"approve": approve_step, "reject": reject_step, "reply": reply_step}
_SAID = {"approve": "Approved", "reject": "Rejected", "reply": "Answered"}
_PARTS = 3
_READING = re.compile(READING)


class Seen(NamedTuple):
    """A step, as somebody saw it."""

    namespace: str
    number: int
    revision: int
    text: str = ""
    """The mark of the text that was read; empty where nothing is decided."""


class Verdict(NamedTuple):
    """What is answered to each."""

    verb: str
    note: str = ""
    key: str | None = None


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one of them."""

    number: int
    title: str
    plan: str
    href: str
    said: str
    is_done: bool
    is_repeated: bool = False
    """It was done before, by the same request."""
    back: str = ""
    """How it is taken back, as ``taking_back`` reads it; empty where nothing was done."""
    before: Step | None = None
    """The step as it was, where that way back starts it over."""


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of all."""

    said: str
    results: tuple[ResultView, ...]

    @property
    def back(self) -> tuple[str, ...]:
        """List how each that was done is taken back."""
        return tuple(result.back for result in self.results if result.back)

    @property
    def hint(self) -> str:
        """Say what does not come back."""
        return all_started_over([result.before for result in self.results if result.before])

    @property
    def is_done(self) -> bool:
        return all(result.is_done for result in self.results)


def seen(values: Sequence[str]) -> tuple[Seen, ...]:
    """Read ``payments.ledger/19/482.9f86d081884c7d65``; raises WrongInput."""
    parts = [value.rsplit("/", _PARTS - 1) for value in dict.fromkeys(values)]
    found = [step_seen(*part) for part in parts if len(part) == _PARTS]
    if not parts or len(parts) > MOST or None in found or len(found) < len(parts):
        message = "It does not say which steps are meant"
        raise WrongInput(message, advice=f"Open the queue again; one answer is for at most {MOST} steps.")
    return tuple(step for step in found if step)


def step_seen(namespace: str, number: str, reading: str) -> Seen | None:
    """Read which step was seen, and how: ``482``, or ``482.9f86d081884c7d65``; None where it is neither."""
    found = _READING.fullmatch(reading)
    if found is None or not digits.are_digits(number, digits.STORED):
        return None
    return Seen(namespace, int(number), int(found[1]), found[2] or "")


def decide_alike(
    desk: Desk, steps: Sequence[Seen], verdict: Verdict, *, by: Actor, noting: Noting
) -> BatchView:
    """Answer each step as it was seen; raises WrongInput where what was seen is not one question.

    ``noting`` is told of each answer as soon as it stands.
    """
    plans = {
        namespace: _plan(desk, namespace) for namespace in dict.fromkeys(step.namespace for step in steps)
    }
    _refuse_others(steps, plans)
    results = tuple(
        _one(desk, step, plans[step.namespace], verdict=verdict, by=by, noting=noting) for step in steps
    )
    return batch_view(results, said=lambda done: f"{done} {_SAID[verdict.verb].lower()}")


def batch_view(results: tuple[ResultView, ...], *, said: Callable[[int], str]) -> BatchView:
    """Sum up what became of all; ``said`` words how many were done: ``3 approved``."""
    done = sum(result.is_done for result in results)
    before = sum(result.is_done and result.is_repeated for result in results)
    rest = len(results) - done
    parts = (said(done), f"{before} of them before" if before else "", f"{rest} not" if rest else "")
    return BatchView(said=", ".join(part for part in parts if part), results=results)


def title_now(desk: Desk, namespace: str, number: int) -> str:
    """Read a step's title to print; a plan that cannot be read any more has none of its steps."""
    plan = _plan(desk, namespace)
    return title_in(plan, number) if plan else REMOVED_STEP


def _refuse_others(steps: Sequence[Seen], plans: Mapping[str, Plan | None]) -> None:
    """Let one answer serve identical requests only. What changed since is not decided in any case."""
    asked = {
        question(plan.step(number))
        for namespace, number, revision, _ in steps
        if (plan := plans[namespace]) and plan.has_step(number) and plan.step(number).revision == revision
    }
    if len(asked) > 1 or None in asked:
        message = "These steps do not ask the same thing"
        raise WrongInput(message, advice="Nothing was decided. Look at each of them.")


def _one(
    desk: Desk, step: Seen, plan: Plan | None, *, verdict: Verdict, by: Actor, noting: Noting
) -> ResultView:
    try:
        at = (step.namespace, step.number)
        key = f"{verdict.key}:{step.namespace}:{step.number}" if verdict.key else None
        deed = _VERBS[verdict.verb]
        saved = deed(desk, *at, note=verdict.note, text=step.text, by=by, expected=step.revision, key=key)
        noting(saved)
        back = str(Back(*at, saved.line.rev, "undo")) if saved.line and not saved.repeated else ""
        was = outcome(saved, _SAID[verdict.verb], number=step.number, back=back)
    except PlanError as error:
        was = Outcome(f"{error.message}. Nothing was decided for it.", is_done=False)
    return ResultView(
        number=step.number,
        title=title_in(plan, step.number) if plan else REMOVED_STEP,
        plan=plan_title(plan.title if plan else ""),
        href=alone_url(step.namespace, step.number),
        **was._asdict(),
    )


def _plan(desk: Desk, namespace: str) -> Plan | None:
    try:
        return desk.store.read(namespace).plan
    except PlanError:
        return None
