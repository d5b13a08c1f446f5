"""What was found, as the page of results and the palette show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.graph import Condition
from plans.domain.standing import Column, Standing
from plans.mirror.searching import search, search_sessions
from plans.security.text import clean_line
from plans.web.addresses import board_url, drawer_url
from plans.web.looks import look_of
from plans.web.marking import Pieces, excerpt, marked
from plans.web.plates import OwnerView, owner_view
from plans.web.session_urls import session_url
from plans.web.titles import plan_title, step_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plans.domain.picture import Life
    from plans.domain.rights import Sight
    from plans.domain.step import Step
    from plans.mirror.searching import PlanHit, StepHit

LONGEST = 200
"""Letters of a question that are read; a person types no more, and what a link brings is cut."""
_SESSIONS_ONLY = "@"
_LIVENESS = {"live": "Live", "stale": "No heartbeat", "quiet": "Quiet", "unknown": ""}


class FoundPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan among the results."""

    href: str
    title: Pieces
    namespace: Pieces
    needs: int
    said: str


class FoundStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step among the results."""

    number: int
    href: str
    title: Pieces
    plan: str
    look: str
    said: str
    owner: OwnerView | None
    excerpt: Pieces
    """Where the words stand outside the title."""


class FoundSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session among the results."""

    href: str
    owner: OwnerView
    said: str


class FoundView(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found."""

    query: str
    plans: tuple[FoundPlan, ...]
    steps: tuple[FoundStep, ...]
    sessions: tuple[FoundSession, ...]

    @property
    def count(self) -> int:
        """Count the results."""
        return len(self.plans) + len(self.steps) + len(self.sessions)


def found_view(
    sight: Sight, text: str, *, needed: Mapping[str, int], here: str = "", limit: int
) -> FoundView:
    """Search; a question that begins with ``@`` asks for sessions only.

    ``needed`` counts what needs the person in each plan.
    """
    query = text[:LONGEST].strip()
    if query.startswith(_SESSIONS_ONLY):
        found = search_sessions(sight, query, limit=limit)
    else:
        found = search(sight, query, here=here, limit=limit)
    return FoundView(
        query=query,
        plans=tuple(_plan(hit, found.asked.words, needs=needed.get(hit.namespace, 0)) for hit in found.plans),
        steps=tuple(_step(hit, found.asked.words) for hit in found.steps),
        sessions=tuple(_session(life) for life in found.sessions),
    )


def _plan(hit: PlanHit, words: Sequence[str], *, needs: int) -> FoundPlan:
    total = hit.todo + hit.run + hit.ask + hit.done
    return FoundPlan(
        href=board_url(hit.namespace),
        title=marked(plan_title(hit.title), words),
        namespace=marked(hit.namespace, words),
        needs=needs,
        said="Archived" if hit.archived else f"{hit.done} of {total} done",
    )


def _step(hit: StepHit, words: Sequence[str]) -> FoundStep:
    step = hit.step
    look, said = look_of(step, _standing(hit))
    return FoundStep(
        number=step.number,
        href=drawer_url(hit.namespace, step.number),
        title=marked(step_title(step.title), words),
        plan=clean_line(hit.plan_title).strip() or hit.namespace,
        look=look,
        said=said[:1].upper() + said[1:],
        owner=owner_view(step.owner) if step.owner else None,
        excerpt=_beside(step, words),
    )


def _standing(hit: StepHit) -> Standing:
    condition = Condition(hit.condition) if hit.condition else None
    return Standing(condition=condition, waits_on=(), wave=0, column=Column(hit.column))


def _beside(step: Step, words: Sequence[str]) -> Pieces:
    """Show the words in what the step does now, or in its notes."""
    texts = (clean_line(text) for text in (step.active_form or "", step.notes))
    return next(filter(None, (excerpt(text, words) for text in texts)), ())


def _session(life: Life) -> FoundSession:
    return FoundSession(
        href=session_url(life.session), owner=owner_view(life.session), said=_LIVENESS[life.liveness]
    )
