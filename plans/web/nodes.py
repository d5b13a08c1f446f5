"""The nodes of the track as the template sees them: steps, and stacks of folded waves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.step import Status
from plans.security.text import clean_line
from plans.web.addresses import as_seen, step_url, table_url
from plans.web.heads import gravest
from plans.web.looks import look_of
from plans.web.plates import OwnerView, owner_view
from plans.web.titles import step_title
from plans.web.wrapping import wrapped

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.step import Step
    from plans.web.folding import Wave
    from plans.web.layered import Spot

_LINE = 11.6
"""Em that a line of a node holds."""
_LONG_SIDE = 132
"""Width of a stack's bar."""
_OVER = frozenset({Status.COMPLETED, Status.CANCELLED})


class NodeView(msgspec.Struct, frozen=True, kw_only=True):
    """One box of the drawing."""

    id: str
    number: int
    """0 of a stack."""
    x: int
    y: int
    href: str
    fragment: str
    """Where the drawer gets the step from; empty for a stack."""
    look: str
    said: str
    """Everything it shows, for those who hear it."""
    lines: tuple[str, ...]
    title: str
    """The whole title where the lines do not hold it."""
    owner: OwnerView | None = None
    signal: str = ""
    """Of a gate: ``open``, ``waiting`` or ``closed``."""
    wave: int = 0
    """The key of the wave it is folded with, or unfolds; 0 where neither can be."""
    facts: str = ""
    bar: int = 0
    """Of a stack: how much of its bar is done."""
    is_dim: bool = False
    is_chosen: bool = False
    before: str = ""
    """The ids of the nodes it waits for."""
    after: str = ""
    """The ids of the nodes that wait for it."""


class Tied(NamedTuple):
    """Where a node stands and what it is tied to."""

    spot: Spot
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()


def node_id(node: int) -> str:
    """Name a node on the page: a step's number, or of a stack its wave's key below zero."""
    return f"node-{node}" if node > 0 else f"wave-{-node}"


def step_node(picture: Picture, number: int, tied: Tied, *, href: str, wave: Wave) -> NodeView:
    """Draw a step."""
    step = picture.plan.step(number)
    look, said = look_of(step, picture.standings[number])
    title = step_title(step.title)
    lines = wrapped(title, width=_LINE, lines=2)
    return NodeView(
        id=node_id(number),
        number=number,
        x=tied.spot.x,
        y=tied.spot.y,
        href=href,
        fragment=as_seen(picture, step_url(picture.plan.namespace, number)),
        look=look,
        said=_said(step, title, said),
        lines=lines,
        title=title if lines and lines[-1].endswith("…") else "",
        owner=owner_view(step.owner) if step.owner else None,
        signal=_signal(step, look) if step.is_gate else "",
        wave=wave.key if wave.can_fold else 0,
        before=_ids(tied.before),
        after=_ids(tied.after),
    )


def stack_node(picture: Picture, wave: Wave, tied: Tied, *, href: str) -> NodeView:
    """Draw a folded wave. One that is too large to be drawn leads to its rows in the table."""
    steps = [picture.plan.step(number) for number in wave.numbers]
    over = sum(step.status in _OVER for step in steps)
    asking = sum(picture.standings[step.number].column == "ask" for step in steps)
    facts = f"{over} of {len(steps)} done" + (f", {asking} need{'s' * (asking == 1)} you" if asking else "")
    lines = wrapped(wave.name, width=_LINE, lines=1)
    opens = "see its steps in the table" if wave.is_too_large else "unfold"
    return NodeView(
        id=node_id(-wave.key),
        number=0,
        x=tied.spot.x,
        y=tied.spot.y,
        href=as_seen(picture, table_url(picture.plan.namespace)) if wave.is_too_large else href,
        fragment="",
        look=gravest(look_of(step, picture.standings[step.number])[0] for step in steps),
        said=f"{wave.name}, folded: {facts}; {opens}",
        lines=lines,
        title=wave.name if lines[0].endswith("…") else "",
        wave=wave.key if not wave.is_too_large else 0,
        facts=facts,
        bar=_LONG_SIDE * over // len(steps),
        before=_ids(tied.before),
        after=_ids(tied.after),
    )


def _said(step: Step, title: str, said: str) -> str:
    owner = f", {clean_line(step.owner)}" if step.owner else ""
    return f"Step {step.number}, {title}, {said}{owner}"


def _signal(step: Step, look: str) -> str:
    if step.status is Status.COMPLETED:
        return "open"
    return "waiting" if look == "asking" else "closed"


def _ids(nodes: tuple[int, ...]) -> str:
    return " ".join(node_id(node) for node in nodes)
