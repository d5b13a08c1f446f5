"""What the list of plans draws of each plan: its track, what happened last, which sessions have steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from plans.domain.history import sentence
from plans.domain.picture import history_of
from plans.mirror.tracks import newest_lines, placed_steps
from plans.security.text import clean_line
from plans.web.heads import in_blocks, share_of, track_look
from plans.web.plates import OwnerView, owner_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.revision import Line
    from plans.mirror.reading import PlanRow
    from plans.mirror.tracks import Placed

MOST_BLOCKS: Final = 48
MOST_STEPS: Final = 6_000
"""Steps that are looked at one by one for one page; further plans are drawn from their counts."""
MOST_STRETCHES: Final = 8
_KEPT: Final = 1_000
"""Plans whose tracks are kept in memory."""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """One phase of a track: its part of the width as a class, and its blocks."""

    share: str
    blocks: tuple[str, ...]


class TrackView(msgspec.Struct, frozen=True, kw_only=True):
    """A plan's steps in small."""

    stretches: tuple[Stretch, ...]
    owners: tuple[OwnerView, ...] = ()
    """The sessions that have open steps."""
    said: str = ""
    """What happened last, empty where that is not known."""


_known: dict[tuple[str, str, int], TrackView] = {}


def tracks(rows: Iterable[PlanRow]) -> dict[str, TrackView]:
    """Give the tracks of some plans; those that did not change since are not read again."""
    found: dict[str, TrackView] = {}
    unknown: list[PlanRow] = []
    room = MOST_STEPS
    for row in rows:
        known = _known.get(_version(row))
        if known is None and row.total <= room:
            room -= row.total
            unknown.append(row)
        else:
            found[row.namespace] = known or TrackView(stretches=(_counted(row),))
    return found | _read(unknown)


def forget() -> None:
    """Read every plan anew."""
    _known.clear()


def _read(rows: Sequence[PlanRow]) -> dict[str, TrackView]:
    if not rows:
        return {}
    names = [row.namespace for row in rows]
    steps, lines = placed_steps(names), newest_lines(names)
    if len(_known) + len(rows) > _KEPT:
        _known.clear()
    found = {row.namespace: _track(steps.get(row.namespace, []), lines.get(row.namespace)) for row in rows}
    _known.update({_version(row): found[row.namespace] for row in rows})
    return found


def _version(row: PlanRow) -> tuple[str, str, int]:
    return row.namespace, history_of(row.epoch, row.id), row.revision


def _track(placed: Sequence[Placed], line: Line | None) -> TrackView:
    names = dict.fromkeys(step.owner for step, _ in placed if step.owner and step.is_open)
    return TrackView(
        stretches=_stretches(placed),
        owners=tuple(owner_view(name) for name in names),
        said=clean_line(sentence(line)) if line else "",
    )


def _stretches(placed: Sequence[Placed]) -> tuple[Stretch, ...]:
    """Cut the track at its phases, unless there are too many to be seen."""
    phases: dict[str, list[str]] = {}
    for step, standing in placed:
        phases.setdefault(step.phase, []).append(track_look(step, standing))
    if len(phases) > MOST_STRETCHES:
        phases = {"": [look for looks in phases.values() for look in looks]}
    size = -(-len(placed) // MOST_BLOCKS) or 1
    return tuple(
        Stretch(share=share_of(len(looks), len(placed)), blocks=tuple(in_blocks(looks, size)))
        for looks in phases.values()
    )


def _counted(row: PlanRow) -> Stretch:
    """Draw a track from counts alone."""
    parts = [("done", row.done - row.cancelled), ("cancelled", row.cancelled), ("running", row.run)]
    parts += [("asking", row.ask), ("ready", row.todo)]
    size = -(-row.total // MOST_BLOCKS) or 1
    blocks = [look for look, count in parts for _ in range(-(-count // size))]
    return Stretch(share=share_of(1, 1), blocks=tuple(blocks))
