"""Handing over what a session has: the form, and what became of each step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.actions.assigning import LiveOwner, reassign_step
from plans.domain.actor import session
from plans.domain.errors import PlanError, WrongInput
from plans.domain.expected import StaleRevision
from plans.domain.step import Status
from plans.security.text import clean_line
from plans.web.addresses import drawer_url
from plans.web.forms import ReassignForm, sent
from plans.web.repeating import is_past, said_now
from plans.web.titles import REMOVED_STEP, step_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict

    from plans.actions.desk import Changed, Desk
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.roll import HeldStep
    from plans.domain.step import Step
    from plans.web.auditing import Noting

MOST_STEPS = 500
_CHOSEN = re.compile(r"(\d{1,18})\.(\d{1,9})\.(.+)", re.ASCII)


class Chosen(NamedTuple):
    """A step to be handed over, and the revision that the person saw."""

    revision: int
    number: int
    namespace: str

    def __str__(self) -> str:
        return f"{self.revision}.{self.number}.{self.namespace}"


class HandedView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one step."""

    namespace: str
    number: int
    title: str
    href: str
    is_done: bool
    said: str
    advice: str = ""
    value: str = ""
    """What a form sends to try it again; empty where that would not help."""
    is_live: bool = False
    """It was refused because the session is alive and works on it."""


class HandOver(NamedTuple):
    """A whole hand-over as it was asked for."""

    steps: tuple[Chosen, ...]
    owner: str | None
    confirmed: bool
    key: str | None


def asked(data: QueryDict, *, held_by: str) -> HandOver:
    """Read the form; raises WrongInput, and then nothing is handed over."""
    form = ReassignForm(sent(data))
    if not form.is_valid():
        raise WrongInput("Nothing was handed over", advice="Open the form again and repeat it.")
    steps = tuple(dict.fromkeys(map(_chosen, data.getlist("step"))))
    if not steps or len(steps) > MOST_STEPS:
        message = "No step is chosen" if not steps else "That are too many steps at once"
        raise WrongInput(message, advice=f"Choose which steps to hand over, at most {MOST_STEPS}.")
    if "owner" not in data and not form.new_owner:
        raise WrongInput("Nobody is chosen", advice="Choose who gets the steps, or Unclaimed.")
    if form.new_owner:
        session(form.new_owner)
    if form.new_owner == held_by:
        message = f"{clean_line(held_by)} has these steps already"
        raise WrongInput(message, advice="Choose another session, or Unclaimed.")
    return HandOver(steps, form.new_owner, bool(form.text("confirmed")), form.idempotency_key)


def hand_over(desk: Desk, wanted: HandOver, *, held_by: str, by: Actor, noting: Noting) -> list[HandedView]:
    """Reassign each step on its own, and tell of each: one that changed meanwhile stops no other.

    ``noting`` is told of each change as soon as it stands.
    """
    return [_handed(desk, wanted, chosen, held_by=held_by, by=by, noting=noting) for chosen in wanted.steps]


def offered(held: Iterable[HeldStep]) -> dict[tuple[str, int], str]:
    """Give what the form sends for each step."""
    return {step.key: str(Chosen(step.revision, step.number, step.namespace)) for step in held}


def ticked(data: QueryDict) -> frozenset[tuple[str, int]]:
    """Name the steps that a form has chosen, as far as they can be read."""
    found = map(_CHOSEN.fullmatch, data.getlist("step"))
    return frozenset((one[3], int(one[2])) for one in found if one)


def _handed(
    desk: Desk, wanted: HandOver, chosen: Chosen, *, held_by: str, by: Actor, noting: Noting
) -> HandedView:
    key = f"{wanted.key}.{chosen.namespace}.{chosen.number}" if wanted.key else None
    try:
        changed = reassign_step(
            desk,
            chosen.namespace,
            chosen.number,
            owner=wanted.owner,
            confirmed=wanted.confirmed,
            by=by,
            expected=chosen.revision,
            key=key,
        )
    except PlanError as refused:
        return _refused(desk, chosen, refused, held_by=held_by)
    noting(changed)
    step = changed.plan.step(chosen.number) if changed.plan.has_step(chosen.number) else None
    is_done = not is_past(changed, chosen.number)
    return _view(step, chosen, is_done=is_done, said=_done(changed, chosen.number, wanted.owner))


def _done(changed: Changed, number: int, owner: str | None) -> str:
    said = f"Assigned to {clean_line(owner)}" if owner else "Back in To do, unclaimed"
    said = "Nothing to change" if changed.line is None else said_now(changed, said, number=number)
    return f"{said.removesuffix('.')}. {changed.late}" if changed.late else said


def _refused(desk: Desk, chosen: Chosen, why: PlanError, *, held_by: str) -> HandedView:
    """Say why a step was not handed over, how it stands now, and whether trying again may help."""
    step = _now(desk, chosen)
    said, advice, again = clean_line(why.message), why.advice, ""
    if step is not None and isinstance(why, StaleRevision):
        said, advice = _moved_on(step, held_by=held_by), ""
    if step is not None and step.is_open and step.owner == held_by:
        again = str(chosen._replace(revision=step.revision))
        advice = "It is chosen again below."
    return _view(
        step,
        chosen,
        is_done=False,
        said=said,
        advice=advice,
        value=again,
        is_live=isinstance(why, LiveOwner),
    )


def _moved_on(step: Step, *, held_by: str) -> str:
    stands = f"it is {step.status.replace('_', ' ')} now"
    if step.owner != held_by:
        owner = clean_line(step.owner) if step.owner else "nobody"
        stands += f" and belongs to {owner}"
    return f"It changed while you looked (rev {step.revision}): {stands}"


def _view(  # noqa: PLR0913 - what is told of a step
    step: Step | None,
    chosen: Chosen,
    *,
    is_done: bool,
    said: str,
    advice: str = "",
    value: str = "",
    is_live: bool = False,
) -> HandedView:
    return HandedView(
        namespace=chosen.namespace,
        number=chosen.number,
        title=step_title(step.title) if step else REMOVED_STEP,
        href=drawer_url(chosen.namespace, chosen.number),
        is_done=is_done,
        said=said,
        advice=advice,
        value=value,
        is_live=is_live,
    )


def _now(desk: Desk, chosen: Chosen) -> Step | None:
    try:
        plan: Plan = desk.store.read(chosen.namespace).plan
        return plan.step(chosen.number)
    except PlanError:
        return None


def _chosen(text: str) -> Chosen:
    found = _CHOSEN.fullmatch(text)
    if found is None:
        raise WrongInput("A chosen step cannot be read", advice="Open the session again and repeat it.")
    return Chosen(int(found[1]), int(found[2]), found[3])


def is_finished(step: HeldStep) -> bool:
    """Tell whether the work on a step is done and waits for a look: it would be done again."""
    return step.status is Status.IN_REVIEW
