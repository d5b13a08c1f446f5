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
from plans.web.repeating import Outcome, outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.actions.desk import Changed, Desk, Terms
    from plans.domain.actor import Actor
    from plans.web.auditing import Noting
    from plans.web.back import Back
    from plans.web.batch import BatchView


def take_back(desk: Desk, ways: Sequence[Back], *, by: Actor, key: str | None, noting: Noting) -> BatchView:
    """Take each back, the last one first: what moved stood among the others then.

    ``noting`` is told of each change as soon as it stands.
    """
    results = tuple(_one(desk, way, by=by, key=key, noting=noting) for way in reversed(ways))
    return batch_view(results, said=lambda done: f"{counted(done, 'step')} put back")


def _one(desk: Desk, way: Back, *, by: Actor, key: str | None, noting: Noting) -> ResultView:
    try:
        saved, said = _took_back(desk, way, by=by, key=f"{key}:{way.number}" if key else None)
        noting(saved)
        was = outcome(saved, said, number=way.number)
    except StaleRevision:
        was = Outcome("It changed since. It stays as it is now.", is_done=False)
    except PlanError as error:
        was = Outcome(f"{error.message}. It stays as it is now.", is_done=False)
    return ResultView(
        number=way.number,
        title=title_now(desk, way.namespace, way.number),
        plan="",
        href=alone_url(way.namespace, way.number),
        **was._asdict(),
    )


def _took_back(desk: Desk, way: Back, *, by: Actor, key: str | None) -> tuple[Changed, str]:
    at = (way.namespace, way.number)
    if way.verb == "undo":
        return undo_decision(desk, *at, by=by, expected=way.revision, key=key), "Asks again"
    if way.verb == "reassign":
        owner = way.value or None
        said = f"With {clean_line(owner)} again" if owner else "Unclaimed again"
        terms: Terms = {"by": by, "expected": way.revision, "key": key}
        return reassign_step(desk, *at, owner=owner, confirmed=True, **terms), said
    after = int(way.value) if way.value else None
    return move_step(desk, *at, after=after, by=by, expected=way.revision, key=key), "Where it was"
