"""The one thing that the head of a column says of its cards besides how many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.alike import most_alike
from plans.domain.standing import Column
from plans.domain.step import Status
from plans.web.need_urls import need_url, plan_needs_url
from plans.web.plurals import counted
from plans.web.times import iso

if TYPE_CHECKING:
    from plans.domain.picture import Picture


def fact_of(picture: Picture, column: Column, numbers: list[int]) -> tuple[str, str]:
    """Say one thing about a column: in words, and since when where a time belongs to them."""
    steps = [picture.plan.step(number) for number in numbers]
    if column is Column.RUN:
        owners = len({step.owner for step in steps if step.owner})
        return counted(owners, "session") if owners else "", ""
    if column is Column.ASK:
        asked = [step.request.at for step in steps if step.request is not None and step.asks]
        return ("oldest ", iso(min(asked))) if asked else ("", "")
    if column is Column.DONE:
        done = [step.updated_at for step in steps if step.status is Status.COMPLETED]
        return ("last ", iso(max(done))) if done else ("", "")
    return "", ""


class AlikeView(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a column that ask the same in the same words, to be decided at once."""

    count: int
    """0: no two do."""
    base: str
    """The queue's addresses of this plan's steps begin so."""
    href: str
    """Where all are decided; empty where none are."""


def alike_of(picture: Picture, column: Column, numbers: list[int]) -> AlikeView | None:
    """Say how many of a column's steps ask the same; None for columns where nobody asks anything."""
    if column is not Column.ASK or picture.is_past or not picture.writable:
        return None
    plan = picture.plan
    same = most_alike(plan.step(number) for number in numbers)
    href = need_url(plan.namespace, same[0].number) if same else ""
    return AlikeView(count=len(same), base=plan_needs_url(plan.namespace), href=href)


def some_are_stale(picture: Picture, column: Column, numbers: list[int]) -> bool:
    """Tell whether some of those at work in a column fell silent, and others did not."""
    if column is not Column.RUN:
        return False
    owners = {owner for number in numbers if (owner := picture.plan.step(number).owner)}
    stale = {owner for owner in owners if owner in picture.lives and picture.lives[owner].liveness == "stale"}
    return bool(stale) and stale != owners
