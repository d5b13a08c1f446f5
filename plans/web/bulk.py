"""One deed on many steps of a board: each by the revision that was seen, each with its own result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plans.actions.assigning import reassign_step
from plans.actions.shaping import move_step
from plans.domain.errors import PlanError, WrongInput
from plans.domain.expected import StaleRevision
from plans.security.text import clean_line
from plans.web.addresses import drawer_url
from plans.web.back import Back
from plans.web.batch import (
    MOST,
    BatchView,
    ResultView,
    Seen,
    Verdict,
    batch_view,
    decide_alike,
    step_seen,
    title_now,
)
from plans.web.gathering import in_hand
from plans.web.moving import place_for
from plans.web.repeating import Outcome, outcome
from plans.web.undo_hints import step_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.actions.desk import Changed, Desk
    from plans.domain.actor import Actor
    from plans.web.auditing import Noting

DECIDING = frozenset({"approve", "reject"})
VERBS = ("approve", "reject", "reassign", "move")


class Deed(NamedTuple):
    """What is to be done to each."""

    verb: str
    note: str = ""
    owner: str | None = None
    confirmed: bool = False
    """A live session may lose it."""
    to: str = "first"
    """Where steps are moved: ``first`` or ``last`` of those they stand with."""
    key: str | None = None


def chosen(values: Sequence[str], namespace: str) -> tuple[Seen, ...]:
    """Read ``19.482`` or ``19.482.9f86d081884c7d65``: a step, and how it was seen; raises WrongInput."""
    parts = [value.partition(".") for value in dict.fromkeys(values)]
    found = [step_seen(namespace, number, reading) for number, _, reading in parts]
    if not found or len(found) > MOST or None in found:
        message = "It does not say which steps are meant"
        raise WrongInput(message, advice=f"Select the steps again, at most {MOST}.")
    return tuple(step for step in found if step)


def carry_out(desk: Desk, steps: Sequence[Seen], deed: Deed, *, by: Actor, noting: Noting) -> BatchView:
    """Do it to each step; raises WrongInput where one answer would go to different questions.

    ``noting`` is told of each change as soon as it stands.
    """
    if deed.verb in DECIDING:
        return decide_alike(desk, steps, Verdict(deed.verb, deed.note, deed.key), by=by, noting=noting)
    turned = steps[::-1] if deed.verb == "move" and deed.to == "first" else steps
    results = tuple(_one(desk, step, deed, by=by, noting=noting) for step in turned)
    done_to_them = "moved" if deed.verb == "move" else "reassigned"
    return batch_view(results, said=lambda done: f"{done} {done_to_them}")


def _one(desk: Desk, step: Seen, deed: Deed, *, by: Actor, noting: Noting) -> ResultView:
    try:
        saved, said, back = _did(desk, step, deed, by=by)
        noting(saved)
        before = step_before(saved, step.number) if back and deed.verb == "reassign" else None
        was = outcome(saved, said, number=step.number, back=back, before=before)
    except StaleRevision as stale:
        said = f"It changed while you looked (rev {stale.actual}). Nothing was done to it."
        was = Outcome(said, is_done=False)
    except PlanError as error:
        was = Outcome(f"{error.message}. Nothing was done to it.", is_done=False)
    return ResultView(
        number=step.number,
        title=title_now(desk, step.namespace, step.number),
        plan="",
        href=drawer_url(step.namespace, step.number),
        **was._asdict(),
    )


def _did(desk: Desk, step: Seen, deed: Deed, *, by: Actor) -> tuple[Changed, str, str]:
    """Do it to one; give what came of it, in words too, and the way back where anything was done now."""
    namespace, number, revision, _ = step
    key = f"{deed.key}:{number}" if deed.key else None
    if deed.verb == "reassign":
        saved = reassign_step(
            desk,
            namespace,
            number,
            owner=deed.owner,
            confirmed=deed.confirmed,
            by=by,
            expected=revision,
            key=key,
        )
        said = f"Assigned to {clean_line(deed.owner)}" if deed.owner else "Unclaimed"
        return saved, said, _back(saved, step, verb="reassign", value=step_before(saved, number).owner or "")
    before = desk.store.read(namespace).plan
    after = place_for(in_hand(before), number, to=deed.to)
    saved = move_step(desk, namespace, number, after=after, by=by, expected=revision, key=key)
    at = before.positions[number]
    above = str(before.steps[at - 1].number) if at else ""
    return saved, "Moved", _back(saved, step, verb="move", value=above)


def _back(saved: Changed, step: Seen, *, verb: str, value: str) -> str:
    if saved.line is None or saved.repeated:
        return ""
    return str(Back(step.namespace, step.number, saved.line.rev, verb, value))
