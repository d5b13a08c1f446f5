"""A plan as it is printed: a table of its steps by phase, and its decisions with their time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.actor import Actor
from plans.security.text import clean_line, clean_text
from plans.web.heads import HeadView, head_view, stretches
from plans.web.looks import look_of
from plans.web.times import iso
from plans.web.titles import step_title

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.step import Step


class PrintedStep(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table."""

    number: int
    title: str
    look: str
    said: str
    owner: str
    needs: str
    marks: str
    asks: str
    """What it asks of a person now."""


class PrintedPhase(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of one phase."""

    name: str
    steps: tuple[PrintedStep, ...]


class PrintedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided."""

    number: int
    title: str
    verdict: str
    by: str
    at: str
    note: str


class PrintedView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole sheet."""

    head: HeadView
    phases: tuple[PrintedPhase, ...]
    decisions: tuple[PrintedDecision, ...]
    at: str


def printed_view(picture: Picture, *, now: int) -> PrintedView:
    """Build the sheet as of ``now``, ms."""
    decided = [step for step in picture.plan.steps if step.decision]
    decided.sort(key=lambda step: step.decision.at if step.decision else 0)
    return PrintedView(
        head=head_view(picture),
        phases=tuple(
            PrintedPhase(name=name, steps=tuple(_step(picture, step) for step in steps))
            for name, steps in stretches(picture).items()
        ),
        decisions=tuple(found for step in decided if (found := _decision(step))),
        at=iso(now),
    )


def _step(picture: Picture, step: Step) -> PrintedStep:
    look, said = look_of(step, picture.standings[step.number])
    marks = [step.kind.value] if step.is_gate else []
    marks += [step.risk.value] if step.risk.weight else []
    marks += ["critical"] if step.critical else []
    return PrintedStep(
        number=step.number,
        title=step_title(step.title),
        look=look,
        said=said,
        owner=clean_line(step.owner or ""),
        needs=", ".join(str(need) for need in step.needs),
        marks=", ".join(marks),
        asks=clean_text(step.request.text) if step.asks and step.request else "",
    )


def _decision(step: Step) -> PrintedDecision | None:
    if step.decision is None:
        return None
    return PrintedDecision(
        number=step.number,
        title=step_title(step.title),
        verdict=step.decision.verdict.value,
        by=clean_line(Actor.parse(step.decision.by).name) or "A program",
        at=iso(step.decision.at),
        note=clean_text(step.decision.note),
    )
