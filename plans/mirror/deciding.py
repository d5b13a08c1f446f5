"""What a step was when a person last decided about it, found in the journal lines that the mirror holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plans.domain.step import Step, with_values
from plans.mirror import models
from plans.mirror.documents import lines_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from plans.domain.revision import Line

DECISIONS = ("approve", "reject", "reply")
_TAKEN_BACK = "undo"
_QUIET = ("say", "comment", "move")
"""Verbs after which a step asks what it asked before."""


class Decided(NamedTuple):
    """A decision that stands, and the step as it was right after it."""

    line: Line
    step: Step


def last_decided(namespace: str, step: Step, *, newest: Line | None = None) -> Decided | None:
    """Find the last decision about a step that nobody took back; None where there is none.

    ``step`` is as of now, or as of ``newest``, a line that the mirror may not have yet. Two queries.
    """
    about = models.RevisionEvent.objects.filter(
        plan__namespace=namespace, touched__contains=f",{step.number},"
    )
    made = _read(about.filter(verb__in=(*DECISIONS, _TAKEN_BACK)), newest)
    decision = _standing(made)
    if decision is None:
        return None
    since = _read(about.filter(revision__gt=decision.rev).exclude(verb__in=_QUIET), newest)
    return Decided(decision, _before(step, (line for line in since if line.rev > decision.rev)))


def _read(found: QuerySet[models.RevisionEvent], newest: Line | None) -> Sequence[Line]:
    """List lines, newest first."""
    lines = lines_from(found.order_by("-revision").values_list("document", flat=True))
    if newest is not None and (not lines or lines[0].rev < newest.rev):
        return [newest, *lines]
    return lines


def _standing(lines: Iterable[Line]) -> Line | None:
    """Pick the newest decision that was not taken back; ``lines`` newest first."""
    taken_back = 0
    for line in lines:
        if line.verb == _TAKEN_BACK:
            taken_back += 1
        elif line.verb in DECISIONS and taken_back:
            taken_back -= 1
        elif line.verb in DECISIONS:
            return line
    return None


def _before(step: Step, lines: Iterable[Line]) -> Step:
    """Take changes back one by one; ``lines`` newest first."""
    for line in lines:
        was = line.was.get(str(step.number))
        if was:
            step = with_values(step, was)
    return step
