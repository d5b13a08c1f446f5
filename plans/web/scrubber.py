"""The scrubber: all of a plan's revisions in a row, how fast they came, and where people decided."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import msgspec

from plans.domain.happening import VERBS, Happening
from plans.web.history_rows import told
from plans.web.spans import SECOND
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from plans.domain.revision import Line

    type Address = Callable[[int | None], str]

MOST_BINS = 150
_WIDTH, _HEIGHT, _LOW = 600.0, 22.0, 2.0
_DECISIONS = VERBS[Happening.DECISIONS]


class BinView(msgspec.Struct, frozen=True, kw_only=True):
    """Some revisions in a row, as an upright bar: the taller, the faster they came."""

    x: float
    y: float
    width: float
    height: float
    look: str
    """``is-past``, ``is-decision`` or empty."""


class ScrubberView(msgspec.Struct, frozen=True, kw_only=True):
    """What the scrubber's template sees; times are ISO 8601 in UTC."""

    revision: int
    newest: int
    first_at: str
    at: str
    said: str
    """What was done in the revision that is looked at."""
    bins: tuple[BinView, ...]
    first: str
    older: str
    newer: str
    now: str
    """Addresses of other revisions; empty where there is none."""
    kept: tuple[tuple[str, str], ...]
    """What else the address says, so that choosing a revision keeps it."""


def scrubber_view(
    lines: Sequence[Line], revision: int, *, address: Address, kept: Mapping[str, str]
) -> ScrubberView:
    """Build the scrubber; ``lines`` are all of a plan's revisions, oldest first.

    ``address`` gives where a revision is looked at, or now (None).
    """
    line = next((line for line in reversed(lines) if line.rev <= revision), None)
    newest = max(lines[-1].rev if lines else 0, revision)
    return ScrubberView(
        revision=revision,
        newest=newest,
        first_at=iso(lines[0].at) if lines else "",
        at=iso(line.at) if line else "",
        said=told(line) if line else "",
        bins=tuple(_bins(lines, revision)),
        first=address(1) if revision > 1 else "",
        older=address(revision - 1) if revision > 1 else "",
        newer=address(revision + 1 if revision + 1 < newest else None) if revision < newest else "",
        now=address(None),
        kept=tuple(kept.items()),
    )


def _bins(lines: Sequence[Line], revision: int) -> list[BinView]:
    if not lines:
        return []
    size = -(-len(lines) // MOST_BINS)
    groups = [(at, lines[at : at + size]) for at in range(0, len(lines), size)]
    paces = [_pace(lines, at, group) for at, group in groups]
    fastest = max(paces)
    step = _WIDTH / len(groups)
    return [
        _bin(group, revision, x=index * step, width=step * 0.65, share=pace / fastest if fastest else 0.0)
        for index, ((_, group), pace) in enumerate(zip(groups, paces, strict=True))
    ]


def _pace(lines: Sequence[Line], at: int, group: Sequence[Line]) -> float:
    """Tell how fast some revisions followed each other, on a scale on which ten times is one step more."""
    before = lines[at - 1].at if at else group[0].at
    seconds = max(group[-1].at - before, SECOND) / SECOND
    return log(1 + 1_000 * len(group) / seconds)


def _bin(group: Sequence[Line], revision: int, *, x: float, width: float, share: float) -> BinView:
    decided = any(line.verb in _DECISIONS and not line.forged for line in group)
    past = group[-1].rev <= revision
    height = _HEIGHT - _LOW if decided else _LOW + (_HEIGHT - 2 * _LOW) * share**2
    return BinView(
        x=round(x, 1),
        y=round(_HEIGHT - height, 1),
        width=round(width, 1),
        height=round(height, 1),
        look="is-decision" if decided else "is-past" if past else "",
    )
