"""What looks different between two pictures of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.picture import changed_cards, changed_standings

if TYPE_CHECKING:
    from plans.domain.picture import Picture


def all_changed_cards(before: Picture, now: Picture) -> frozenset[int]:
    """Name the steps whose cards look different: changed themselves, derived anew, or removed."""
    if before.plan.steps is now.plan.steps:
        return frozenset()
    old = {step.number: step for step in before.plan.steps}
    own = [step.number for step in now.plan.steps if old.get(step.number) is not step]
    derived = changed_standings(before.standings, now.standings)
    return frozenset(changed_cards(before, now, dict.fromkeys((*own, *derived))))


def changed_lives(before: Picture, now: Picture) -> frozenset[int]:
    """Name the open steps whose session came to life, went stale or fell quiet."""
    names = {*before.lives, *now.lives}
    differing = {name for name in names if _liveness(before, name) != _liveness(now, name)}
    if not differing:
        return frozenset()
    steps = now.plan.steps
    return frozenset(step.number for step in steps if step.is_open and differing & {step.owner, step.worker})


def _liveness(picture: Picture, session: str) -> str:
    life = picture.lives.get(session)
    return life.liveness if life else "unknown"
