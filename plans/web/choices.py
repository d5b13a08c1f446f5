"""Which steps a step may need: found by number or words, and why another one may not be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django import forms

from plans.domain.circles import way, ways_to
from plans.domain.step import Status
from plans.web.form_fields import NumbersField
from plans.web.looks import look_of
from plans.web.titles import title_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plans.domain.picture import Picture
    from plans.domain.step import Step

MOST = 40
"""Steps that are offered at once; more are found by typing."""
LONGEST = 200
"""Letters of a question that are read."""
_LONG_WAY = 6
_MAY_WAIT = frozenset({Status.PENDING, Status.BLOCKED, Status.IN_PROGRESS})


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A step that is needed, or could be."""

    number: int
    title: str
    look: str
    said: str
    """Its state in words."""
    why: str
    """Why it may not be needed; empty where it may."""
    is_chosen: bool


class ChoicesView(msgspec.Struct, frozen=True, kw_only=True):
    """What is chosen, and what is offered besides."""

    needs: str
    """What was chosen, as the plain field says it."""
    chosen: tuple[Choice, ...]
    options: tuple[Choice, ...]
    told: str


def choices_view(picture: Picture, number: int, *, needs: str, query: str) -> ChoicesView:
    """Offer steps for a step to need; 0 is a step that is not there yet. Raises StepNotFound."""
    step = picture.plan.step(number) if number else None
    numbers, told = _entered(needs)
    circles = ways_to(number, picture.users)
    found = _found(picture, number, words=query[:LONGEST].casefold().split())
    if step is not None and step.status not in _MAY_WAIT:
        found, told = [], f"It is {step.status.replace('_', ' ')}: it cannot be made to wait for others."
    return ChoicesView(
        needs=needs,
        chosen=chosen(picture, number, numbers, circles=circles),
        options=tuple(
            _choice(picture, other, numbers, why=_why(number, other, circles)) for other in found[:MOST]
        ),
        told=told or _counted(len(found), asked=bool(query.strip())),
    )


def chosen(
    picture: Picture, number: int, needs: Sequence[int], *, circles: Mapping[int, int] | None = None
) -> tuple[Choice, ...]:
    """Show what is needed, and what of it cannot stay so."""
    found = ways_to(number, picture.users) if circles is None else circles
    return tuple(
        _choice(picture, need, needs, why=_unknown(picture, need) or _why(number, need, found))
        for need in needs
    )


def _entered(needs: str) -> tuple[tuple[int, ...], str]:
    """Read the plain field; what it cannot hold is said as the form would say it."""
    try:
        return NumbersField(required=False).to_python(needs), ""
    except forms.ValidationError as error:
        return (), " ".join(error.messages)


def _found(picture: Picture, number: int, *, words: Sequence[str]) -> list[int]:
    """Find steps: the number that was typed, then those nearest in the plan; the step itself comes last."""
    plan = picture.plan
    here = plan.positions.get(number, len(plan.steps))
    typed = "".join(words).removeprefix("#")

    def rank(at: int) -> tuple[bool, bool, int, bool]:
        return (str(plan.steps[at].number) != typed, at == here, abs(at - here), at > here)

    fitting = (at for at, step in enumerate(plan.steps) if _fits(step, words))
    return [plan.steps[at].number for at in sorted(fitting, key=rank)]


def _fits(step: Step, words: Sequence[str]) -> bool:
    title = step.title.casefold()
    return all(word in title or str(step.number).startswith(word.removeprefix("#")) for word in words)


def _why(number: int, other: int, circles: Mapping[int, int]) -> str:
    """Say why a step may not need another; nothing where it may."""
    if other == number:
        return "This is the step itself"
    if other not in circles:
        return ""
    walked = [str(each) for each in way(other, circles)]
    if len(walked) > _LONG_WAY:
        walked = [*walked[:3], "…", *walked[-2:]]
    said = f"Waits for step {number} already"
    return f"{said}: {' → '.join(walked)}" if len(walked) > 2 else said  # noqa: PLR2004 - the edge itself


def _unknown(picture: Picture, need: int) -> str:
    plan = picture.plan
    return "" if plan.has_step(need) or need in plan.removed else "There is no such step"


def _choice(picture: Picture, number: int, needs: Sequence[int], *, why: str) -> Choice:
    plan = picture.plan
    step = plan.step(number) if plan.has_step(number) else None
    look, said = look_of(step, picture.standings[number]) if step else ("blocked", "removed")
    return Choice(
        number=number,
        title=title_in(plan, number) if step or number in plan.removed else "No such step",
        look=look,
        said=said,
        why=why,
        is_chosen=number in needs,
    )


def _counted(count: int, *, asked: bool) -> str:
    if not count:
        return "No step has this number or these words." if asked else "The plan has no other step."
    return f"{MOST} of {count} steps are shown. Type a number or words." if count > MOST else ""
