"""Which nodes the track draws: steps, or a stack where a wave is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from plans.domain.step import Status
from plans.web.heads import stretches

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from plans.domain.picture import Picture
    from plans.domain.step import Step

MOST_OPEN = 250
"""Nodes above which a plan opens at wave level."""
MOST_DRAWN = 500
"""Nodes that are drawn at most, whatever one unfolds."""
MOST_WAVES = 60
"""Waves above which neighbours share a stack."""
_FINISHED = frozenset({Status.COMPLETED, Status.CANCELLED})


class Wave(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the plan: one phase, or one wave where no phases are named."""

    key: int
    """The smallest number of its steps: it names the wave in addresses, as numbers are never reused."""
    name: str
    numbers: tuple[int, ...]
    is_finished: bool
    is_folded: bool
    can_fold: bool
    is_too_large: bool = False
    """More steps than are ever drawn."""

    @property
    def is_unfolded(self) -> bool:
        return self.can_fold and not self.is_folded


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. A node is a step's number, or of a stack its wave's key below zero."""

    waves: tuple[Wave, ...]
    node_of: dict[int, int]
    """For each step, the node that shows it."""
    nodes: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]
    is_at_wave_level: bool


def graph(picture: Picture, *, unfolded: Collection[int] = (), shown: int = 0) -> Graph:
    """Fold finished waves, of large plans all; but not those ``unfolded``, nor that of the step ``shown``."""
    waves = _waves(picture)
    count = sum(1 if wave.is_finished else len(wave.numbers) for wave in waves)
    is_large = count > MOST_OPEN
    foldable = [replace(wave, can_fold=wave.can_fold and (is_large or wave.is_finished)) for wave in waves]
    wanted = {wave.key for wave in waves if wave.key in unfolded or shown in wave.numbers}
    folded = _folded(foldable, wanted, room=MOST_DRAWN - (len(waves) if is_large else count))
    node_of = {number: -wave.key if wave.is_folded else number for wave in folded for number in wave.numbers}
    return Graph(
        waves=folded,
        node_of=node_of,
        nodes=tuple(dict.fromkeys(node_of[step.number] for step in picture.plan.steps)),
        edges=_edges(picture, node_of),
        is_at_wave_level=is_large,
    )


def _waves(picture: Picture) -> list[Wave]:
    named = list(stretches(picture).items())
    size = -(-len(named) // MOST_WAVES) or 1
    return [_wave(named[at : at + size]) for at in range(0, len(named), size)]


def _wave(named: Sequence[tuple[str, list[Step]]]) -> Wave:
    steps = [step for _, part in named for step in part]
    first, last = named[0][0], named[-1][0]
    return Wave(
        key=min(step.number for step in steps),
        name=first if len(named) == 1 else f"{first} … {last}",
        numbers=tuple(step.number for step in steps),
        is_finished=all(step.status in _FINISHED for step in steps),
        is_folded=False,
        can_fold=len(steps) > 1,
    )


def _folded(waves: Sequence[Wave], wanted: Collection[int], *, room: int) -> tuple[Wave, ...]:
    """Fold what can; what one wants to see unfolds in plan order, as long as there is room for it."""
    found = []
    for wave in waves:
        is_too_large = len(wave.numbers) > room
        is_folded = wave.can_fold and (is_too_large or wave.key not in wanted)
        if wave.can_fold and not is_folded:
            room -= len(wave.numbers)
        found.append(replace(wave, is_folded=is_folded, is_too_large=is_too_large))
    return tuple(found)


def _edges(picture: Picture, node_of: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    """List who waits for whom, as far as both are drawn apart."""
    found = (
        (node_of[need], node_of[step.number])
        for step in picture.plan.steps
        for need in step.needs
        if need in node_of
    )
    return tuple(dict.fromkeys(edge for edge in found if edge[0] != edge[1]))
