"""How what was done to many steps at once is taken back: each by the verb that undoes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.actions.assigning import reassign_step
from plans.actions.deciding import undo_decision
from plans.actions.shaping import move_step
from plans.domain.errors import PlanError
from plans.domain.expected import StaleRevision
from plans.security.text import clean_line
from plans.web.batch import ResultView, batch_view, title_now
from plans.web.need_urls import alone_url
from plans.web.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.actions.desk import Desk
    from plans.domain.actor import Actor
    from plans.web.back import Back
    from plans.web.batch import BatchView


def take_back(desk: Desk, ways: Sequence[Back], *, by: Actor, key: str | None) -> BatchView:
    """Take each back, the last one first: what moved stood among the others then."""
    results = tuple(_one(desk, way, by=by, key=key) for way in reversed(ways))
    return batch_view(results, said=lambda done: f"{counted(done, 'step')} put back")


def _one(desk: Desk, way: Back, *, by: Actor, key: str | None) -> ResultView:
    try:
        said, is_done = _took_back(desk, way, by=by, key=f"{key}:{way.number}" if key else None), True
    except StaleRevision:
        said, is_done = "It changed since. It stays as it is now.", False
    except PlanError as error:
        said, is_done = f"{error.message}. It stays as it is now.", False
    return ResultView(
        number=way.number,
        title=title_now(desk, way.namespace, way.number),
        plan="",
        href=alone_url(way.namespace, way.number),
        said=said,
        is_done=is_done,
    )


def _took_back(desk: Desk, way: Back, *, by: Actor, key: str | None) -> str:
    at = (way.namespace, way.number)
    if way.verb == "undo":
        undo_decision(desk, *at, by=by, expected=way.revision, key=key)
        return "Asks again"
    if way.verb == "reassign":
        owner = way.value or None
        reassign_step(desk, *at, owner=owner, confirmed=True, by=by, expected=way.revision, key=key)
        return f"With {clean_line(owner)} again" if owner else "Unclaimed again"
    after = int(way.value) if way.value else None
    move_step(desk, *at, after=after, by=by, expected=way.revision, key=key)
    return "Where it was"
