"""What a change makes of the mirror's picture and rows; pure, so that the database thread only writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.mention import mention_of
from plans.domain.picture import changed_cards, picture_of, repaint
from plans.domain.standing import Column
from plans.domain.step import Status
from plans.mirror import models
from plans.mirror.documents import (
    indexed,
    line_document,
    plan_document,
    problem_document,
    step_document,
    texts_document,
)
from plans.mirror.positions import placed
from plans.mirror.storing import storable_change, storable_plan, touched_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plans.domain.picture import Picture
    from plans.domain.plan import Plan
    from plans.domain.problem import Problem
    from plans.domain.revision import Line
    from plans.domain.step import Step


class Known(NamedTuple):
    """A plan as the mirror holds it now."""

    key: int
    """The plan row's primary key."""
    picture: Picture
    positions: Mapping[int, int]
    stamp: str


class News(NamedTuple):
    """A plan as its files say it is, and the journal lines that the mirror has not seen."""

    plan: Plan
    lines: Sequence[Line] = ()
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()
    writable: bool = True
    stamp: str = ""
    document: str = ""
    """See ``Picture.document``."""


class Painted(NamedTuple):
    """The picture that news make, and what it changes."""

    picture: Picture
    touched: tuple[int, ...]
    """The steps whose rows are not what they were."""
    changed: tuple[int, ...]
    """Those of them whose cards look different."""


class Rows(NamedTuple):
    """What to write for one change."""

    key: int | None
    """The plan row's primary key; None: the plan is written whole."""
    plan: models.Plan
    steps: list[models.Step]
    events: list[models.RevisionEvent]
    positions: Mapping[int, int]


def is_same_history(known: Known, plan: Plan) -> bool:
    """Tell whether a plan goes on where the mirror stands: another epoch or fewer revisions do not."""
    before = known.picture.plan
    return before.epoch == plan.epoch and before.revision <= plan.revision


def paint(known: Known | None, news: News) -> Painted:
    """Draw what the news make of the plan; ``known`` None means that nothing was known before."""
    if known is None:
        plan = storable_plan(news.plan)
        return Painted(_with_facts(picture_of(plan), news), tuple(plan.positions), tuple(plan.positions))
    before = known.picture
    named = touched_by(before.plan, news.plan, news.lines)
    picture, touched = repaint(before, storable_change(before.plan, news.plan, named), named)
    return Painted(_with_facts(picture, news), touched, changed_cards(before, picture, touched))


def rows_for(known: Known | None, painted: Painted, news: News) -> Rows:
    """Say what is to be written."""
    picture, touched, _ = painted
    positions = placed(list(picture.plan.positions), known.positions if known else {})
    moved = [n for n, at in positions.items() if known and known.positions.get(n) != at]
    return Rows(
        key=known.key if known else None,
        plan=head_row(picture, news.stamp),
        steps=[step_row(picture, number, positions) for number in dict.fromkeys((*touched, *moved))],
        events=[event_row(line) for line in news.lines],
        positions=positions,
    )


FORGED = "forged"
"""The verb of rows that claim what nobody signed: whoever looks for decisions does not find them."""


def event_row(line: Line) -> models.RevisionEvent:
    """Give the row of a journal line, its plan still to be set."""
    return models.RevisionEvent(
        revision=line.rev,
        at=line.at,
        by=indexed(line.by),
        verb=FORGED if line.forged else indexed(line.verb),
        step=line.step,
        touched=touched_text(line.touches()),
        document=line_document(line),
    )


def touched_text(numbers: Sequence[int]) -> str:
    """Write numbers so that one of them is found by ``,<number>,``."""
    return f",{','.join(map(str, numbers))}," if numbers else ""


def _with_facts(picture: Picture, news: News) -> Picture:
    return msgspec.structs.replace(
        picture,
        problem=news.problem,
        warnings=news.warnings,
        writable=news.writable,
        document=news.document,
    )


def head_row(picture: Picture, stamp: str) -> models.Plan:
    """Give the plan's own row."""
    plan, counts = picture.plan, picture.counts
    return models.Plan(
        namespace=plan.namespace,
        epoch=plan.epoch,
        revision=plan.revision,
        title=plan.title,
        status=plan.status,
        group=plan.group_name,
        state=plan.state,
        archived=plan.archived,
        todo=counts[Column.TODO],
        run=counts[Column.RUN],
        ask=counts[Column.ASK],
        done=counts[Column.DONE],
        cancelled=sum(step.status is Status.CANCELLED for step in plan.steps) if counts[Column.DONE] else 0,
        updated_at=plan.updated_at,
        updated_by=plan.updated_by,
        writable=picture.writable,
        problem=problem_document(picture.problem),
        warnings=texts_document(picture.warnings),
        stamp=stamp,
        text=picture.document,
        document=plan_document(plan),
    )


def step_row(picture: Picture, number: int, positions: Mapping[int, int]) -> models.Step:
    """Give a step's row, its plan still to be set; one that has no position is gone."""
    if number not in positions:
        return _tombstone(picture.plan.revision, number)
    step, standing = picture.plan.step(number), picture.standings[number]
    return models.Step(
        number=number,
        position=positions[number],
        title=step.title,
        status=step.status,
        owner=indexed(step.owner),
        revision=step.revision,
        at=picture.plan.revision,
        condition=standing.condition or "",
        column=standing.column,
        calls=_calls(step),
        wave=standing.wave,
        removed=False,
        document=step_document(step),
    )


def _calls(step: Step) -> str:
    mention = mention_of(step) if step.comments else None
    if mention is None:
        return ""
    named = (f"{name}={at}" for name, at in zip(mention.names, mention.times, strict=True))
    return f"{mention.comment.at},{','.join(named)},"


def _tombstone(revision: int, number: int) -> models.Step:
    return models.Step(
        number=number,
        position=0,
        status=Status.CANCELLED,
        revision=revision,
        at=revision,
        column=Column.DONE,
        calls="",
        wave=0,
        removed=True,
        document="{}",
    )
