"""The one thing that the head of a column says of its cards besides how many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.standing import Column
from plans.domain.step import Status
from plans.web.cards import iso

if TYPE_CHECKING:
    from plans.domain.picture import Picture


def fact_of(picture: Picture, column: Column, numbers: list[int]) -> tuple[str, str]:
    """Say one thing about a column: in words, and since when where a time belongs to them."""
    steps = [picture.plan.step(number) for number in numbers]
    if column is Column.RUN:
        owners = len({step.owner for step in steps if step.owner})
        return f"{owners} session{'' if owners == 1 else 's'}" if owners else "", ""
    if column is Column.ASK:
        asked = [step.request.at for step in steps if step.request is not None and step.asks]
        return ("oldest ", iso(min(asked))) if asked else ("", "")
    if column is Column.DONE:
        done = [step.updated_at for step in steps if step.status is Status.COMPLETED]
        return ("last ", iso(max(done))) if done else ("", "")
    return "", ""


def some_are_stale(picture: Picture, column: Column, numbers: list[int]) -> bool:
    """Tell whether some of those at work in a column fell silent, and others did not."""
    if column is not Column.RUN:
        return False
    owners = {owner for number in numbers if (owner := picture.plan.step(number).owner)}
    stale = {owner for owner in owners if owner in picture.lives and picture.lives[owner].liveness == "stale"}
    return bool(stale) and stale != owners
