"""The plan's header: its title, how far it is, and the track of its phases with their gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.plan import PlanState
from plans.domain.problem import Problem
from plans.domain.standing import Column
from plans.domain.step import Status
from plans.security.text import clean_line
from plans.web.addresses import as_seen, board_url, drawer_url, plan_verb_url, step_url
from plans.web.excerpts import LineView, lines_around
from plans.web.looks import look_of
from plans.web.rate import RateView, rate_view
from plans.web.titles import UNTITLED_PLAN, step_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.picture import Picture
    from plans.domain.standing import Standing
    from plans.domain.step import Step

NO_PHASE = "No phase"
MOST_BLOCKS = 120
MOST_STRETCHES = 16
"""A chain of 5,000 steps has as many waves: where there are more than can be read, neighbours share one."""
_TWELFTHS = 12
_STATES = {PlanState.DRAFT: "Draft", PlanState.ABORTED: "Aborted", PlanState.DONE: "Done"}
_WEIGHT = ("blocked", "asking", "running", "ready", "waiting", "cancelled", "done")


class WaveView(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the track: one phase, or one wave where no phases are named."""

    name: str
    share: str
    """A class, ``share-1`` … ``share-12``: its part of the plan."""
    blocks: tuple[str, ...]
    done: int
    total: int
    signal: str
    """``open``, ``waiting``, ``closed`` or empty: the gate at its end."""
    signal_said: str


class HeadView(msgspec.Struct, frozen=True, kw_only=True):
    """What the header's template sees."""

    namespace: str
    group: str
    href: str
    title: str
    is_untitled: bool
    revision: int
    state: str
    is_view: bool
    """Another program's list that is only shown here."""
    status: str
    done: int
    total: int
    sessions: int
    waves: tuple[WaveView, ...]
    steps_a_block: int
    rate: RateView | None


class GateView(msgspec.Struct, frozen=True, kw_only=True):
    """A gate that waits for a person."""

    number: int
    title: str
    waiting: int
    href: str
    fragment: str


class BannerView(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above the columns: a broken file, gates that wait, what was odd in the file."""

    problem: Problem | None
    revision: int
    namespace: str
    can_put_back: bool
    """Whether the file vanished or was emptied, so that it can be written again as shown."""
    put_back_url: str
    href: str
    lines: tuple[LineView, ...]
    """The file around what is wrong with it."""
    gates: tuple[GateView, ...]
    warnings: tuple[str, ...]
    document: str
    """Which version of its document the plan's page should show; empty where it has none."""


def head_view(picture: Picture) -> HeadView:
    """Build the header."""
    plan = picture.plan
    title = clean_line(plan.title).strip()
    size = -(-len(plan.steps) // MOST_BLOCKS) or 1
    cancelled = sum(step.status is Status.CANCELLED for step in plan.steps)
    state = "Archived" if plan.archived else _STATES.get(plan.state, "")
    if plan.steps and cancelled == len(plan.steps):
        state = state.replace("Done", "Cancelled")
    return HeadView(
        namespace=plan.namespace,
        group=clean_line(plan.group_name),
        href=as_seen(picture, board_url(plan.namespace)),
        title=title or UNTITLED_PLAN,
        is_untitled=not title,
        revision=plan.revision,
        state=state,
        is_view=not (picture.writable or picture.problem or picture.is_past),
        status=clean_line(plan.status),
        done=picture.counts[Column.DONE] - cancelled,
        total=len(plan.steps) - cancelled,
        sessions=sum(life.liveness == "live" for life in picture.lives.values()),
        waves=waves(picture, block=size),
        steps_a_block=size,
        rate=rate_view(plan),
    )


def banner_view(picture: Picture) -> BannerView:
    """Build what stands above the columns."""
    plan = picture.plan
    gates = [
        step
        for step in plan.steps
        if step.is_gate and step.is_open and picture.standings[step.number].column == "ask"
    ]
    return BannerView(
        problem=picture.problem,
        revision=plan.revision,
        namespace=plan.namespace,
        can_put_back=picture.problem is not None and picture.problem.kind in {"missing", "emptied"},
        put_back_url=plan_verb_url(plan.namespace, "restore"),
        href=board_url(plan.namespace),
        lines=lines_around(picture.problem) if picture.problem else (),
        gates=tuple(_gate(picture, step) for step in gates),
        warnings=picture.warnings,
        document=picture.document,
    )


def waves(picture: Picture, *, block: int = 1) -> tuple[WaveView, ...]:
    """Cut the plan into stretches; ``block`` steps share a block."""
    total = len(picture.plan.steps) or 1
    found = _merged(stretches(picture))
    return tuple(_wave(picture, name, steps, total=total, block=block) for name, steps in found.items())


def stretches(picture: Picture) -> dict[str, list[Step]]:
    """List the steps by phase, phases in order of first use; by wave where no phases are named."""
    found: dict[str, list[Step]] = {}
    named = any(step.phase for step in picture.plan.steps)
    for step in picture.plan.steps:
        name = clean_line(step.phase) if named else f"Wave {picture.standings[step.number].wave + 1}"
        found.setdefault(name or NO_PHASE, []).append(step)
    return found


def _merged(found: dict[str, list[Step]]) -> dict[str, list[Step]]:
    """Let neighbours share a stretch, named by the first and the last of them."""
    names, size = list(found), -(-len(found) // MOST_STRETCHES)
    if size <= 1:
        return found
    parts = [names[at : at + size] for at in range(0, len(names), size)]
    return {_named(part): [step for name in part for step in found[name]] for part in parts}


def _named(part: list[str]) -> str:
    return part[0] if len(part) == 1 else f"{part[0]} – {part[-1].removeprefix('Wave ')}"


def gravest(looks: Iterable[str]) -> str:
    """Choose the look of what stands for several steps: the one most worth knowing."""
    return min(looks, key=_WEIGHT.index)


def _wave(picture: Picture, name: str, steps: list[Step], *, total: int, block: int) -> WaveView:
    work = [step for step in steps if not step.is_gate] or steps
    looks = [track_look(step, picture.standings[step.number]) for step in work]
    gates = [step for step in steps if step.is_gate]
    signal, said = _signal(picture, gates)
    return WaveView(
        name=name,
        share=share_of(len(steps), total),
        blocks=tuple(in_blocks(looks, block)),
        done=sum(step.status is Status.COMPLETED for step in work),
        total=sum(step.status is not Status.CANCELLED for step in work),
        signal=signal,
        signal_said=said,
    )


def share_of(part: int, whole: int) -> str:
    """Name the class of what takes so much of a track's width, to a twelfth."""
    return f"share-{max(1, round(_TWELFTHS * part / whole))}"


def track_look(step: Step, standing: Standing) -> str:
    """Name a step's block: what was cancelled is closed, but nobody did it."""
    return "cancelled" if step.status is Status.CANCELLED else look_of(step, standing)[0]


def in_blocks(looks: Sequence[str], size: int) -> list[str]:
    """Let one block stand for several steps, by the look most worth knowing."""
    return [gravest(looks[at : at + size]) for at in range(0, len(looks), size)]


def _signal(picture: Picture, gates: list[Step]) -> tuple[str, str]:
    if not gates:
        return "", ""
    if any(picture.standings[gate.number].column == "ask" and gate.is_open for gate in gates):
        return "waiting", "Gate waits for a person"
    if all(gate.status is Status.COMPLETED for gate in gates):
        return "open", "Gate open"
    return "closed", "Gate closed"


def _gate(picture: Picture, step: Step) -> GateView:
    return GateView(
        number=step.number,
        title=step_title(step.title),
        waiting=len(picture.users.get(step.number, ())),
        href=as_seen(picture, drawer_url(picture.plan.namespace, step.number)),
        fragment=as_seen(picture, step_url(picture.plan.namespace, step.number)),
    )
